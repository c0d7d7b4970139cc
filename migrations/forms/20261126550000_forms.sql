-- Forms of federal statistics (RPT-3; S3:10.3): what a school computed,
-- corrected and handed in, and until when. Versions of forms are data of the
-- application (crates/forms/versions).
create schema if not exists forms;

-- The form of a year as the school works on it.
create table forms.form (
    org_id      bigint not null,
    form_id     bigint generated always as identity,
    code        text not null,
    year        smallint not null,
    state       text not null default 'draft',
    counted     jsonb not null,
    gaps        jsonb not null default '[]',
    changed     jsonb not null default '{}',
    computed_by bigint not null,
    computed_at timestamptz not null,
    version     integer not null default 1,
    constraint form_pkey primary key (org_id, form_id),
    constraint form_organisation foreign key (org_id) references org.organisation (org_id),
    constraint form_once unique (org_id, code, year),
    constraint form_state check (state in ('draft', 'handed_in', 'returned', 'accepted')),
    constraint form_year check (year between 2000 and 2100)
);
comment on column forms.form.counted is 'figures counted over the data, by place: {"2.1.1/01/4": 3}';
comment on column forms.form.changed is 'what the last counting changed: {place: figure before}';
select kernel.protect('forms.form');

-- A figure written by hand: over a computed one with a reason, or where the
-- data tell none. Stands beside the computed one and is taken back by delete.
create table forms.correction (
    org_id       bigint not null,
    form_id      bigint not null,
    place        text not null,
    figure       bigint not null,
    reason       text not null default '',
    corrected_by bigint not null,
    corrected_at timestamptz not null,
    constraint correction_pkey primary key (org_id, form_id, place),
    constraint correction_form foreign key (org_id, form_id) references forms.form (org_id, form_id),
    constraint correction_size check (length(place) <= 60 and length(reason) <= 500 and abs(figure) <= 10000000)
);
select kernel.protect('forms.correction');
select kernel.track('forms.correction', 'form_id', 'place');
grant delete on forms.correction to zvonok_app;

-- Every version that was handed in, and what the municipality said of it.
create table forms.submission (
    org_id      bigint not null,
    form_id     bigint not null,
    number      smallint not null,
    figures     jsonb not null,
    computed    jsonb not null,
    failed      jsonb not null,
    hash        text not null,
    handed_by   bigint not null,
    handed_at   timestamptz not null,
    signed_by   bigint,
    signed_at   timestamptz,
    decision    text not null default '',
    comment     text not null default '',
    decided_by  text not null default '',
    decided_at  timestamptz,
    constraint submission_pkey primary key (org_id, form_id, number),
    constraint submission_form foreign key (org_id, form_id) references forms.form (org_id, form_id),
    constraint submission_signed check ((signed_by is null) = (signed_at is null)),
    constraint submission_decision check (decision in ('', 'accepted', 'returned')
        and (decision = '') = (decided_at is null) and length(comment) <= 1000)
);
comment on column forms.submission.computed is 'what was computed where the figure was corrected';
comment on column forms.submission.hash is 'SHA-256 of form, year, school, number and figures';
comment on column forms.submission.decided_by is 'the name of whoever decided: an account of the unit above';
select kernel.protect('forms.submission');
select kernel.track('forms.submission', 'form_id', 'number');
create trigger handed_in_stays before update on forms.submission for each row
    when (old.figures is distinct from new.figures or old.hash is distinct from new.hash
          or old.handed_at is distinct from new.handed_at)
    execute function kernel.refuse_change();

-- The day agreed upon (S3:10.3): of the unit that set it, for all below. A
-- day is no secret, and a school has to read what its municipality set.
create table forms.due (
    org_id  bigint not null,
    code    text not null,
    year    smallint not null,
    due_on  date not null,
    constraint due_pkey primary key (org_id, code, year),
    constraint due_organisation foreign key (org_id) references org.organisation (org_id)
);
select kernel.protect('forms.due');
select kernel.track('forms.due', 'code', 'year');
create policy public_dues on forms.due for select to zvonok_app using (true);

-- What those above see: states and figures of what was handed in, and nobody's
-- name, reason or draft (S2 annex 1, 2.3).
create policy below on forms.form for select to zvonok_owner using (org_id in (select org.below()));
create policy below on forms.correction for select to zvonok_owner using (org_id in (select org.below()));
create policy below on forms.submission for select to zvonok_owner using (org_id in (select org.below()));

create function forms.submitted_below(wanted text, of_year smallint)
returns table (org_id bigint, form_id bigint, state text, number smallint, corrected bigint, failed jsonb,
               hash text, handed_at timestamptz, signed boolean, comment text, decided_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select f.org_id, f.form_id, f.state, s.number,
           (select count(*) from jsonb_object_keys(s.computed)), s.failed, s.hash, s.handed_at,
           s.signed_by is not null, s.comment, s.decided_at
    from forms.form f
    join lateral (select * from forms.submission s
                  where s.org_id = f.org_id and s.form_id = f.form_id order by s.number desc limit 1) s on true
    where f.code = wanted and f.year = of_year and f.org_id in (select org.below())
$$;

create function forms.figures_below(wanted text, of_year smallint, section text, school bigint)
returns table (org_id bigint, state text, place text, figure bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select f.org_id, f.state, e.key, e.value::bigint
    from forms.form f
    join lateral (select * from forms.submission s
                  where s.org_id = f.org_id and s.form_id = f.form_id order by s.number desc limit 1) s on true
    cross join lateral jsonb_each_text(s.figures) e
    where f.code = wanted and f.year = of_year and f.org_id in (select org.below())
      and (school is null or f.org_id = school)
      and (section is null or starts_with(e.key, section || '/'))
$$;

revoke execute on function forms.submitted_below(text, smallint) from public;
revoke execute on function forms.figures_below(text, smallint, text, bigint) from public;
grant execute on function forms.submitted_below(text, smallint) to zvonok_app;
grant execute on function forms.figures_below(text, smallint, text, bigint) to zvonok_app;
