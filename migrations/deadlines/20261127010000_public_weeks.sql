-- How many days a week the administration of a school works is as public as
-- its days off: the school that another one has to answer counts by its own
-- week, and the day is said to both (S3:9.2).
create policy public_weeks on deadlines.week for select to zvonok_app using (true);
