-- «Has anything changed since?» is asked of the history (DLN-1): rows lie in
-- the order of time, so a summary per block range is enough and costs the
-- writers nothing that can be measured.
create index history_at on kernel.history using brin (at) with (pages_per_range = 16, autosummarize = on);

-- A worker sees where something changed and when; what changed it does not see.
create policy worker on kernel.history for select to zvonok_worker using (true);
grant select (org_id, tbl, at) on kernel.history to zvonok_worker;
