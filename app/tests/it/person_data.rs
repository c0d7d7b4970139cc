//! One person's data (152-FZ; security.md §6.5, R-29).

use std::collections::BTreeSet;

use crate::{actors::Cast, world::World};

/// Numbers of things that are no person.
const NO_PERSON: [&str; 58] = [
    "report_id",
    "paper_id",
    "pdf_file",
    "xlsx_file",
    "bytes",
    "org_id",
    "class_id",
    "to_class_id",
    "lesson_id",
    "subject_id",
    "year_id",
    "room_id",
    "group_id",
    "plan_id",
    "plan_item_id",
    "item_id",
    "work_id",
    "work_kind_id",
    "kind_id",
    "scale_id",
    "exam_id",
    "appeal_id",
    "entry_id",
    "club_id",
    "event_id",
    "meeting_id",
    "association_id",
    "document_id",
    "notice_id",
    "correction_id",
    "consent_id",
    "transition_id",
    "from_year_id",
    "to_year_id",
    "from_class_id",
    "order_id",
    // Orders too.
    "began_by",
    "ended_by",
    "enrolled_by",
    // A line of the alphabet book.
    "previous_id",
    "load_id",
    "version_id",
    "run_id",
    "file_id",
    "transfer_id",
    "to_org",
    "from_org",
    "to_school",
    "letter_id",
    "debt_id",
    "school_id",
    "size",
    "n",
    "last_id",
    "up_to",
    "read_to",
    "form_id",
    "figure",
];

/// Columns that name a person and are not in the export, and why.
const LEFT_OUT: [(&str, &str); 36] = [
    ("builder.report.account_id", "the account of its owner"),
    ("kernel.redaction.row_id", "a row of the history"),
    (
        "privacy.erasure.person_id",
        "proof that data were destroyed, kept for its own time",
    ),
    ("privacy.erasure.proposed_by", "as above"),
    ("privacy.erasure.decided_by", "as above"),
    ("org.organisation.parent_id", "the organisation above"),
    ("org.setup_mark.person_id", "work of the office"),
    (
        "identity.role_grant.scope_id",
        "the grant is told by its account",
    ),
    (
        "identity.membership.account_id",
        "the row is told by its person",
    ),
    (
        "identity.account.account_id",
        "told by the membership; the rest are secrets",
    ),
    (
        "identity.session.account_id",
        "the owner sees the own sessions on /my/settings",
    ),
    ("identity.device.account_id", "a digest of a cookie"),
    (
        "identity.slip.issued_by",
        "who printed a slip is told to its owner by the audit log",
    ),
    (
        "identity.session.as_account",
        "whose eyes an administrator looks with, noted in the audit log",
    ),
    ("identity.session.as_org", "an organisation"),
    ("identity.factor.account_id", "a sealed secret"),
    ("identity.factor.last_step", "a moment"),
    ("identity.recovery_code.account_id", "digests of codes"),
    (
        "identity.half_entry.account_id",
        "five minutes between password and code",
    ),
    (
        "identity.oidc_link.account_id",
        "the owner sees the own link on /my/provider",
    ),
    (
        "identity.slip.handed_by",
        "who handed a slip over is told to its owner by the log",
    ),
    (
        "identity.slip_sheet.issued_by",
        "sealed, gone after an hour",
    ),
    (
        "identity.proposal.proposed_by",
        "work of administrators, in the audit log",
    ),
    ("identity.proposal.decided_by", "as above"),
    (
        "kernel.audit.account_id",
        "what somebody did; readings of the card are told",
    ),
    ("deadlines.unit_nudge.sent_by", "work of a municipality"),
    (
        "people.search_word.person_id",
        "made of the name and the phones of the card",
    ),
    ("kernel.audit.person_id", "as above"),
    (
        "kernel.history.account_id",
        "changes of rows, shown by the pages of these rows",
    ),
    ("kernel.history.person_id", "as above"),
    (
        "kernel.file.created_by",
        "told by the tables that the file hangs on",
    ),
    ("kernel.job_run.started_by", "work of the office"),
    ("people.consent_text.created_by", "work of the office"),
    ("intake.run.started_by", "work of the office"),
    ("intake.run.committed_by", "work of the office"),
    (
        "journal.operation.account_id",
        "kept for a day, against sending twice",
    ),
];

/// a column that names a person is told by some domain, or left out with a reason.
#[tokio::test]
async fn every_column_that_names_a_person_is_told() {
    let world = World::new().await;
    let columns: Vec<(String, String, bool)> = sqlx::query_as(
        "select n.nspname || '.' || quote_ident(c.relname), a.attname::text, a.attidentity <> ''
         from pg_attribute a join pg_class c on c.oid = a.attrelid
         join pg_namespace n on n.oid = c.relnamespace
         where a.atttypid = 'bigint'::regtype and a.attnum > 0 and not a.attisdropped
           and c.relkind in ('r', 'p') and not c.relispartition
           and n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'public')",
    )
    .fetch_all(world.test.admin())
    .await
    .unwrap();
    let told: BTreeSet<(&str, &str)> = zvonok::person_data()
        .iter()
        .flat_map(|it| it.columns().map(|column| (it.table, column)))
        .collect();
    let is_known = |table: &str, column: &str| {
        let name = format!("{table}.{column}");
        told.contains(&(table, column))
            || NO_PERSON.contains(&column)
            || LEFT_OUT.iter().any(|it| it.0 == name)
    };
    let forgotten: Vec<String> = columns
        .iter()
        .filter(|(table, column, is_own_number)| !is_own_number && !is_known(table, column))
        .map(|(table, column, _)| format!("{table}.{column}"))
        .collect();
    assert!(forgotten.is_empty(), "nobody tells of {forgotten:#?}");
    let there: BTreeSet<(&str, &str)> = columns
        .iter()
        .map(|it| (it.0.as_str(), it.1.as_str()))
        .collect();
    let gone: Vec<_> = told.difference(&there).collect();
    assert!(gone.is_empty(), "told of, but not there: {gone:?}");
}

/// the parent takes out everything of the child, and of nobody else's;
/// it is on record before it leaves.
#[tokio::test]
async fn a_parent_takes_out_the_childs_data() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let parent = cast.of_name("parent");
    let child = parent.things.pupil;
    let mut client = world.client(&parent.token);
    let base = format!("/o/{}/privacy/{child}", world.own.code);
    let page = client.get(&base).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Посещаемость"), "{}", page.text());

    let file = client.post_form(&format!("{base}/file"), &[]).await;
    assert_eq!(file.status, 200);
    let found = file.json();
    for table in ["people.person", "people.kinship", "movement.class_member"] {
        let rows = found["tables"][table]["rows"].as_array();
        assert!(rows.is_some_and(|it| !it.is_empty()), "{table}");
    }
    let marks = world
        .number(&format!(
            "select count(*) from journal.attendance where org_id = {} and pupil_id = {child}",
            world.own.org
        ))
        .await;
    let told = found["tables"]["journal.attendance"]["rows"]
        .as_array()
        .map_or(0, Vec::len);
    assert_eq!(i64::try_from(told).unwrap(), marks);
    // Whoever reads it is told of which lesson each row is.
    let rows = found["tables"]["journal.attendance"]["rows"].as_array();
    for row in rows.into_iter().flatten() {
        let day = row["held_on"].as_str().unwrap_or_default();
        assert!(day.len() == 10, "{row}");
        assert!(
            !row["subject_name"].as_str().unwrap_or_default().is_empty(),
            "{row}"
        );
    }
    let print = client.post_form(&format!("{base}/print"), &[]).await;
    assert_eq!(print.status, 200);
    let text = print.text();
    let attendance = text.split("Посещаемость").nth(1).unwrap_or_default();
    let attendance = attendance.split("</table>").next().unwrap_or_default();
    assert!(
        attendance.contains("Предмет") && attendance.contains("Дата"),
        "{attendance}"
    );
    let lines = attendance.matches("<tr").count() - 1;
    assert_eq!(lines, told, "paper has every row");
    let noted = format!(
        "select count(*) from kernel.audit where action = 'privacy.exported'
         and object = 'people.person:{child}' and account_id = {}",
        parent.account
    );
    assert_eq!(world.number(&noted).await, 2);

    for other in [cast.elsewhere.pupil, cast.foreign.pupil] {
        let path = format!("/o/{}/privacy/{other}", world.own.code);
        assert_eq!(client.get(&path).await.status, 404);
        let file = client.post_form(&format!("{path}/file"), &[]).await;
        assert_eq!(file.status, 404);
    }
    // The administrator takes it out without what only the card's right opens.
    let mut tx = world
        .test
        .db()
        .begin_system(world.own.org.into())
        .await
        .unwrap();
    let keys = db::vault::of(&mut tx).await.unwrap();
    let place = people::RestrictedField::Diseases.place(child.into());
    let sealed = keys.seal(place, "астма-112-233").unwrap();
    tx.commit().await.unwrap();
    let sealed = db::hex(&sealed);
    world
        .test
        .sql(&format!(
            "insert into people.restricted_field (org_id, person_id, field, sealed, law)
             values ({}, {child}, 'diseases', '\\x{sealed}', '152-ФЗ')",
            world.own.org
        ))
        .await;
    // The family gets it in the clear, without key and index.
    let file = client.post_form(&format!("{base}/file"), &[]).await.text();
    assert!(file.contains("астма-112-233") && !file.contains(&sealed));
    assert!(!file.contains("\"blind\""));
    let admin = cast.of_name("admin");
    let file = world
        .client(&admin.token)
        .post_form(&format!("{base}/file"), &[])
        .await;
    assert_eq!(file.json()["restricted_hidden"], true);
    assert!(!file.text().contains("астма"));
}
