//! Things of people: their papers, cards, accounts and days.

use super::{Things, next};
use crate::world::{PROBE, World, digest};

pub(super) async fn consent(world: &World, org: i64, it: &Things) -> i64 {
    let about = format!(
        "org_id = {org} and subject_id = {} and kind = 'notices'",
        it.pupil
    );
    world
        .test
        .sql(&format!("update people.consent set withdrawn_on = signed_on where {about} and withdrawn_on is null"))
        .await;
    world
        .number(&format!(
            "insert into people.consent (org_id, subject_id, given_by, kind, signed_on)
             values ({org}, {}, {}, 'notices', '2026-09-01') returning consent_id",
            it.pupil, it.parent,
        ))
        .await
}

/// Two cards of one parent that became one.
pub(super) async fn merge(world: &World, org: i64) -> i64 {
    let parent = async |merged: &str| {
        world
            .number(&format!(
                "insert into people.person (org_id, last_name, first_name, search_key, merged_into)
                 values ({org}, 'Дубль', 'Вера', 'дубль вера', {merged}) returning person_id"
            ))
            .await
    };
    let kept = parent("null").await;
    world
        .test
        .sql(&format!(
            "insert into people.parent (org_id, person_id) values ({org}, {kept})"
        ))
        .await;
    let gone = parent(&kept.to_string()).await;
    world
        .number(&format!(
            "insert into people.merge (org_id, kept_id, gone_id, way_back, merged_by, merged_at)
             values ({org}, {kept}, {gone}, '{{\"version\": 1, \"before\":
                     {{\"last_name\": \"Дубль\", \"first_name\": \"Вера\"}},
                     \"roles\": {{\"parent\": {{\"org_id\": {org}, \"person_id\": {gone},
                     \"education\": \"\", \"workplace\": \"\", \"job\": \"\", \"work_phone\": \"\", \"version\": 1}}}}}}',
                     {kept}, kernel.now()) returning merge_id"
        ))
        .await
}

/// What the parent proposes to change in the card of the pupil.
pub(super) async fn wish(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into people.proposal (org_id, subject_id, card, proposed_by, changes)
             values ({org}, {}, 'pupils', {}, '[{{\"field\": \"mobile\", \"old\": \"\", \"new\": \"+79181234567\"}}]')
             returning proposal_id",
            it.pupil, it.parent,
        ))
        .await
}

/// A line of a card.
pub(crate) async fn record(world: &World, org: i64, person: i64, kind: &str) -> i64 {
    world
        .number(&format!(
            "insert into people.record (org_id, person_id, kind, title)
             values ({org}, {person}, '{kind}', 'запись {}') returning record_id",
            next(),
        ))
        .await
}

pub(super) async fn kinship(world: &World, org: i64, it: &Things) -> i64 {
    let person = world
        .number(&format!(
            "insert into people.person (org_id, last_name, first_name, search_key)
             values ({org}, 'Опекун', 'Вера', 'опекун вера') returning person_id"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into people.parent (org_id, person_id) values ({org}, {person})"
        ))
        .await;
    world
        .number(&format!(
            "insert into people.kinship (org_id, parent_id, pupil_id, kind)
             values ({org}, {person}, {}, 'guardian') returning kinship_id",
            it.pupil,
        ))
        .await
}

/// A view that the account keeps of a list.
pub(super) async fn view(world: &World, org: i64, account: i64) -> i64 {
    world
        .number(&format!(
            "insert into identity.saved_view (org_id, account_id, place, name, query)
             values ({org}, {account}, '/people/pupils', 'вид {}', 'q=x') returning view_id",
            next(),
        ))
        .await
}

/// A report that the account built, and a request of whoever it is.
pub(crate) async fn report(world: &World, org: i64, account: i64) -> (i64, i64) {
    let of = format!(
        "from identity.membership m where m.org_id = {org} and m.account_id = {account}
          order by m.ended_at is not null, m.person_id limit 1"
    );
    let report = world
        .number(&format!(
            "insert into builder.report (org_id, owner_id, account_id, title, definition, shared)
             select m.org_id, m.person_id, m.account_id, 'Отчёт {}',
                    '{{\"source\": \"pupils\", \"columns\": [\"class\", \"name\"]}}', '{{director,deputy,admin,secretary,teacher}}'
             {of} returning report_id",
            next(),
        ))
        .await;
    let request = world
        .number(&format!(
            "insert into builder.request (org_id, asked_by, text, due_on)
             select m.org_id, m.person_id, 'Кто едет', '2026-12-01' {of} returning request_id"
        ))
        .await;
    (report, request)
}

/// A job of nobody in particular, which waits.
pub(super) async fn job(world: &World, org: i64) -> i64 {
    world
        .number(&format!(
            "insert into kernel.job_run (org_id, kind, title, params)
             values ({org}, 'intake.commit', 'список.xlsx', '{{}}') returning run_id"
        ))
        .await
}

/// An entry of the portfolio that the parent brought, with a file.
pub(super) async fn entry(world: &World, org: i64, it: &Things) -> (i64, i64) {
    let entry = world
        .number(&format!(
            "insert into portfolio.entry (org_id, pupil_id, kind, title, held_on, proposed_by)
             values ({org}, {}, 'sport', 'Кросс', '2026-10-10', {}) returning entry_id",
            it.pupil, it.parent,
        ))
        .await;
    let scan = file(world, org, it).await;
    world
        .test
        .sql(&format!(
            "insert into portfolio.entry_file (org_id, entry_id, file_id, name, size, added_by)
             values ({org}, {entry}, {scan}, 'диплом.pdf', 10, {})",
            it.parent,
        ))
        .await;
    (entry, scan)
}

pub(super) async fn grant(world: &World, org: i64, it: &Things) -> i64 {
    let about = format!(
        "org_id = {org} and account_id = {} and role = 'moderator'",
        it.account
    );
    let end = format!(
        "update identity.role_grant set ended_at = granted_at where {about} and ended_at is null"
    );
    world.test.sql(&end).await;
    world
        .number(&format!(
            "insert into identity.role_grant (org_id, account_id, role) values ({org}, {}, 'moderator')
             returning grant_id",
            it.account,
        ))
        .await
}

pub(super) async fn document(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into journal.absence_document
                 (org_id, pupil_id, reason, first_on, last_on, basis, received_on, set_by, set_at)
             values ({org}, {}, 'ill', '2026-11-09', '2026-11-13', 'certificate', '2026-11-16', {}, '2026-11-16')
             returning document_id",
            it.pupil, it.staff,
        ))
        .await
}

pub(super) async fn notice(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into journal.absence_notice (org_id, pupil_id, reason, first_on, last_on, late, sent_by, sent_at)
             values ({org}, {}, 'ill', '2026-11-09', '2026-11-13', false, {}, '2026-11-08') returning notice_id",
            it.pupil, it.parent,
        ))
        .await
}

/// A remark to the teacher of the things.
pub(super) async fn remark(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into journal.remark (org_id, class_id, subject_id, lesson_id, teacher_id, text, made_by, made_at)
             values ({org}, {}, {}, {}, {}, 'Нет темы', {}, '2026-11-20') returning remark_id",
            it.class, it.subject, it.lesson, it.staff, it.staff,
        ))
        .await
}

/// A file that hangs on the homework of the lesson and in an answer of the pupil to it.
pub(crate) async fn file(world: &World, org: i64, it: &Things) -> i64 {
    let (lesson, pupil) = (it.lesson, it.pupil);
    let file = world
        .number(&format!(
            "insert into kernel.file (org_id, name, media_type, size, sha256, store_path)
             values ({org}, 'probe.txt', 'text/plain', 5, sha256('probe'), '{PROBE}') returning file_id"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into journal.homework_file (org_id, lesson_id, file_id, name, size, added_by, added_at)
             values ({org}, {lesson}, {file}, 'probe.txt', 5, {staff}, '2026-11-19');
             insert into journal.answer (org_id, lesson_id, pupil_id, state, handed_by, handed_at)
             values ({org}, {lesson}, {pupil}, 'handed_in', {pupil}, '2026-11-19') on conflict do nothing;
             insert into journal.answer_file (org_id, lesson_id, pupil_id, file_id, name, size, added_at)
             values ({org}, {lesson}, {pupil}, {file}, 'probe.txt', 5, '2026-11-19')",
            staff = it.staff,
        ))
        .await;
    if it.document != 0 {
        world
            .test
            .sql(&format!(
                "insert into journal.absence_file (org_id, document_id, file_id, name, size, added_by, added_at)
                 values ({org}, {document}, {file}, 'probe.txt', 5, {staff}, '2026-11-19')",
                document = it.document,
                staff = it.staff,
            ))
            .await;
    }
    if it.notice != 0 {
        world
            .test
            .sql(&format!(
                "insert into journal.notice_file (org_id, notice_id, file_id, name, size, added_by, added_at)
                 values ({org}, {notice}, {file}, 'probe.txt', 5, {parent}, '2026-11-19')",
                notice = it.notice,
                parent = it.parent,
            ))
            .await;
    }
    if it.consent != 0 {
        world
            .test
            .sql(&format!(
                "insert into people.consent_file (org_id, consent_id, file_id, name, size, added_by, added_at)
                 values ({org}, {consent}, {file}, 'probe.txt', 5, {staff}, '2026-11-19')",
                consent = it.consent,
                staff = it.staff,
            ))
            .await;
    }
    file
}

/// Something that the teacher of the things owes in their class.
pub(crate) async fn debt(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into deadlines.debt (org_id, rule, duty, key, on_day, due_on, owner_kind, owner_person, class_id,
                 subject_id, person_id, place, found_at)
             values ({org}, 'R-6.6', 'curriculum.plan', 'probe/{}', '2026-09-01', '2026-09-15', 'person', {}, {}, {},
                 {}, '/study/plans', '2026-09-01') returning debt_id",
            next(),
            it.staff,
            it.class,
            it.subject,
            it.pupil,
        ))
        .await
}

/// A decision about the debt that may be taken back.
pub(super) async fn relief(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into deadlines.relief (org_id, kind, rule, debts, to_day, reason, made_by, made_at)
             values ({org}, 'shift', 'R-6.6', array[{}::bigint], '2026-12-01', 'проба', {}, '2026-11-19')
             returning relief_id",
            it.debt, it.staff,
        ))
        .await
}

pub(super) async fn spare_session(world: &World, account: i64) -> String {
    let token = format!("spare-{}", next());
    world.sign_in(&[(account, &token)]).await;
    let query = format!(
        "select session_id from identity.session where token_hash = {}",
        digest("session", &token)
    );
    world.number(&query).await.to_string()
}

/// Slips that a job issued; their seal is of another key.
pub(crate) async fn sheet(world: &World, org: i64, account: i64) -> i64 {
    world
        .number(&format!(
            "insert into identity.slip_sheet (org_id, issued_by, sealed, issued, created_at, expires_at)
             values ({org}, {account}, '\\x00', 1, '2026-11-19', '2027-12-01') returning sheet_id"
        ))
        .await
}

/// A lost second factor of an administrator, waiting to be decided.
pub(super) async fn proposal(world: &World, org: i64, account: i64) -> i64 {
    world
        .test
        .sql(&format!(
            "update identity.proposal set decided_at = proposed_at, decided_by = proposed_by, approved = false
             where org_id = {org} and decided_at is null"
        ))
        .await;
    world
        .number(&format!(
            "insert into identity.proposal (org_id, kind, account_id, reason, proposed_by, proposed_at, expires_at)
             values ({org}, 'reset_factor', {account}, 'probe', {account}, '2026-11-19', '2027-12-01')
             returning proposal_id"
        ))
        .await
}

/// A person's data that were destroyed, with the act, or shall be.
pub(super) async fn erasure(world: &World, org: i64, it: &Things, is_done: bool) -> i64 {
    let (pupil, staff) = (it.pupil, it.staff);
    world
        .test
        .sql(&format!(
            "delete from privacy.erasure where org_id = {org} and person_id = {pupil} and decided_at is null"
        ))
        .await;
    let decided = if is_done {
        format!(
            r#"{pupil}, '2026-11-19', true, '{{"operator": "Школа", "subject": "Выбывший", "system": "Звонок",
                "ground": "term", "reason": "", "at": "2026-11-19T09:00:00Z", "by": [], "parts": [],
                "history": 0, "files": 0, "accounts": 0, "kept": []}}'"#
        )
    } else {
        "null, null, null, null".to_owned()
    };
    world
        .number(&format!(
            "insert into privacy.erasure (org_id, person_id, subject, ground, proposed_by, proposed_as, proposed_at,
                                          expires_at, decided_by, decided_at, approved, act)
             values ({org}, {pupil}, 'Выбывший', 'term', {staff}, 'admin', '2026-11-18', '2027-12-01', {decided})
             returning erasure_id"
        ))
        .await
}

/// The code of a slip that is good.
pub(super) async fn slip(world: &World, org: i64, it: &Things) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut number = usize::try_from(next()).unwrap();
    let mut code = "abcdefgh".to_owned();
    for _ in 0..4 {
        code.push(char::from(LETTERS[number % LETTERS.len()]));
        number /= LETTERS.len();
    }
    world
        .test
        .sql(&format!(
            "insert into identity.slip (org_id, account_id, code_hash, issued_at, expires_at)
             values ({org}, {}, {}, '2026-11-19', '2026-12-01')",
            it.account,
            digest("slip", &code),
        ))
        .await;
    code
}
