//! Things of the school: orders, lessons, exams, what is seen from above.

use super::{Things, next};
use crate::world::{PROBE, World};

/// A group of the teacher who leads the class.
pub(super) async fn group(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into curriculum.class (org_id, year_id, grade, letter, teacher_id)
             select {org}, year_id, 0, 'Группа {}', teacher_id from curriculum.class
              where org_id = {org} and class_id = {} returning class_id",
            next(),
            it.class,
        ))
        .await
}

/// A scale of the subject.
pub(super) async fn scale(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into exams.scale (org_id, year_id, kind, subject_id, name, max_primary)
             values ({org}, {}, 'vpr', {}, 'шкала {}', 30) returning scale_id",
            it.year,
            it.subject,
            next(),
        ))
        .await
}

/// An exam of the class with a result of the pupil.
pub(super) async fn exam(world: &World, org: i64, it: &Things) -> i64 {
    let exam = world
        .number(&format!(
            "insert into exams.exam (org_id, year_id, kind, subject_id, grade, held_on, max_primary)
             select {org}, year_id, 'vpr', {}, grade, '2026-11-10', 30 from curriculum.class
              where org_id = {org} and class_id = {} returning exam_id",
            it.subject, it.class,
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into exams.exam_class (org_id, exam_id, class_id) values ({org}, {exam}, {});
             insert into exams.result (org_id, exam_id, pupil_id, class_id, turnout, primary_score, mark, set_by, set_at)
             values ({org}, {exam}, {}, {}, 'present', 20, 4, {}, '2026-11-11')",
            it.class, it.pupil, it.class, it.staff,
        ))
        .await;
    exam
}

/// An appeal against that result that waits.
pub(super) async fn appeal(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into exams.appeal (org_id, exam_id, pupil_id, about, filed_on)
             values ({org}, {}, {}, 'score', '2026-11-12') returning appeal_id",
            it.exam, it.pupil,
        ))
        .await
}

pub(super) async fn order(world: &World, org: i64) -> i64 {
    world
        .number(&format!(
            "insert into movement.order (org_id, kind, year, ordered_on, effective_on, basis)
             values ({org}, 'enrolment', 2026, '2026-11-20', '2026-11-20', 'проба') returning order_id"
        ))
        .await
}

pub(super) async fn file_record(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into movement.file_record (org_id, pupil_id, letter, number, enrolled_by)
             values ({org}, {}, 'Я', 'Я/' || 1000 + (select count(*) from movement.file_record), {})
             returning record_id",
            it.pupil, it.order,
        ))
        .await
}

/// A transfer from the ministry, which is no school: of the schools of these
/// tests only the one that is asked about has a part in it. The pupil came by
/// another transfer before.
pub(crate) async fn transfer(world: &World, org: i64, it: &Things) -> i64 {
    came(world, org, it.pupil, it.order).await;
    offered(world, org, "offered").await
}

pub(super) async fn offered(world: &World, org: i64, state: &str) -> i64 {
    let extract = serde_json::to_string(&movement::Extract::default()).unwrap();
    let id = world
        .number(&format!(
            "insert into movement.transfer (org_id, to_org, state, by_request, last_name, first_name, due_on,
                 offered_at, enrolled_on)
             select org_id, {org}, '{state}', false, 'Новиков', 'Олег', '2026-11-25', kernel.now(),
                    case when '{state}' = 'enrolled' then date '2026-11-01' end
             from org.organisation where parent_id is null
             returning transfer_id"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into movement.transfer_extract (org_id, transfer_id, content)
             select org_id, transfer_id, '{extract}' from movement.transfer where transfer_id = {id}"
        ))
        .await;
    id
}

/// The pupil came by a transfer.
pub(crate) async fn came(world: &World, org: i64, pupil: i64, order: i64) {
    let id = offered(world, org, "enrolled").await;
    world
        .test
        .sql(&format!(
            "insert into movement.arrival (org_id, transfer_id, from_org, pupil_id, order_id)
             select {org}, transfer_id, org_id, {pupil}, {order}
             from movement.transfer where transfer_id = {id}"
        ))
        .await;
}

/// A certificate in force.
pub(crate) async fn certificate(world: &World, org: i64, pupil: i64) -> i64 {
    world
        .number(&format!(
            "insert into movement.certificate (org_id, kind, state, pupil_id, asked_by, year, number, issued_at)
             select {org}, 'study', 'issued', {pupil}, {pupil}, 2026, 1000 + count(*), kernel.now()
             from movement.certificate returning certificate_id"
        ))
        .await
}

pub(super) async fn run(world: &World, org: i64) -> i64 {
    world
        .number(&format!(
            "insert into intake.run (org_id, kind, file_name, creates, updates, skips, errors, started_name)
             values ({org}, 'pupils', 'ученики.csv', 1, 0, 0, 0, 'Секретарь') returning run_id"
        ))
        .await
}

pub(super) async fn load(world: &World, org: i64, it: &Things) -> i64 {
    let day = next();
    world
        .number(&format!(
            "insert into curriculum.load (org_id, year_id, class_id, subject_id, teacher_id, hours_a_week, valid)
             select {org}, {}, {}, {}, {}, 1, daterange(d, d + 1)
             from (select date '2020-01-01' + {day}::int as d) it returning load_id",
            it.year, it.class, it.subject, it.staff,
        ))
        .await
}

/// An hour of the draft of the timetable; the draft is begun where there is none.
pub(super) async fn draft_slot(world: &World, org: i64) -> i64 {
    let draft =
        format!("select version_id from schedule.version where org_id = {org} and state = 'draft'");
    world
        .test
        .sql(&format!(
            "insert into schedule.version (org_id, year_id, valid)
             select org_id, year_id, valid from schedule.version v
             where org_id = {org} and state = 'published' and not exists ({draft})"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into schedule.slot
                 (org_id, version_id, weekday, number, shift, class_id, group_id, parts, subject_id, teacher_id)
             select s.org_id, ({draft}), s.weekday, s.number, s.shift, s.class_id, s.group_id, s.parts, s.subject_id,
                 s.teacher_id
             from schedule.slot s
             where s.org_id = {org} and s.version_id <> ({draft})
               and not exists (select from schedule.slot o where o.org_id = s.org_id and o.version_id = ({draft}))
             order by s.slot_id limit 1"
        ))
        .await;
    world
        .number(&format!(
            "select min(slot_id) from schedule.slot where org_id = {org} and version_id = ({draft})"
        ))
        .await
}

/// A frozen report of the class and a paper of the archive, with the probe as their files.
pub(super) async fn copy_and_scroll(world: &World, org: i64, it: &Things) -> (i64, i64) {
    let (class, staff) = (it.class, it.staff);
    let file = world
        .number(&format!(
            "insert into kernel.file (org_id, name, media_type, size, sha256, store_path)
             values ({org}, 'probe.pdf', 'application/pdf', 5, sha256('probe'), '{PROBE}') returning file_id"
        ))
        .await;
    let copy = world
        .number(&format!(
            "with run as (
                 insert into reporting.report_run
                     (org_id, kind, params, year, period, class_id, output, made_by, made_name, data_at, state)
                 values ({org}, 'class-results', '{{\"class\":\"{class}\",\"period\":\"quarter-1\"}}', 2026,
                         'quarter-1', {class}, 'copy', {staff}, 'Проба П. П.', '2026-10-26', 'final')
                 returning run_id)
             insert into reporting.frozen (org_id, run_id, place, edition, content, sha256, pdf_file, pdf_sha256,
                                           xlsx_file, xlsx_sha256)
             select {org}, run_id, 'probe ' || run_id, 1, '{{\"report\":{{\"title\":\"Проба\"}}}}'::jsonb,
                    sha256('probe'), {file}, sha256('probe'), {file}, sha256('probe') from run
             returning run_id"
        ))
        .await;
    let scroll = world
        .number(&format!(
            "insert into reporting.paper (org_id, kind, class_id, class_name, year, period, parts, file_id, size,
                                          sha256, made_by, made_name)
             values ({org}, 'journal', {class}, '', 2026, 'year', 1, {file}, 5, sha256('probe'), {staff}, 'Проба П. П.')
             returning paper_id"
        ))
        .await;
    (copy, scroll)
}

/// A school below the organisation, as a unit above sees it.
pub(super) async fn seen_from_above(world: &World, org: i64) -> i64 {
    let below = world
        .number(&format!(
            "insert into org.organisation (parent_id, kind, code, name, full_name)
             values ({org}, 'school', 'below-{org}', 'Школа', 'Школа')
             on conflict (code) do update set name = excluded.name returning org_id"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into deadlines.unit_school (org_id, school_id, code, name, district, looked_at)
             values ({org}, {below}, 'probe', 'Школа', 'Район', '2026-11-19') on conflict do nothing;
             insert into deadlines.unit_state (org_id, school_id, rule, class, things, open, overdue, today, week)
             values ({org}, {below}, 'R-6.6', '5А', 3, 1, 1, 0, 0) on conflict do nothing;
             insert into forms.form (org_id, code, year, state, counted, computed_by, computed_at)
             values ({below}, 'oo-1', 2026, 'handed_in', '{{}}', 1, '2026-11-19') on conflict do nothing;
             insert into forms.submission (org_id, form_id, number, figures, computed, failed, hash, handed_by, handed_at)
             select {below}, form_id, 1, '{{}}', '{{}}', '[]', '', 1, '2026-11-19' from forms.form
              where org_id = {below} and code = 'oo-1' and year = 2026 on conflict do nothing"
        ))
        .await;
    below
}

/// A form of federal statistics that the school works on: the same each time.
pub(super) async fn statistics_form(world: &World, org: i64, staff: i64) -> i64 {
    world
        .number(&format!(
            "insert into forms.form (org_id, code, year, counted, computed_by, computed_at)
             values ({org}, 'oo-1', 2025, '{{}}', {staff}, '2026-11-19')
             on conflict (org_id, code, year) do update set state = 'draft' returning form_id"
        ))
        .await
}
