use std::collections::BTreeMap;

use anyhow::Context;
use sqlx::{AssertSqlSafe, PgConnection};

/// Every table whose ids the database gives out, and which of its columns.
const NUMBERED: [(&str, &str); 30] = [
    ("org.organisation", "org_id"),
    ("org.room", "room_id"),
    ("people.person", "person_id"),
    ("people.consent", "consent_id"),
    ("curriculum.year", "year_id"),
    ("curriculum.scale", "scale_id"),
    ("curriculum.subject", "subject_id"),
    ("curriculum.class", "class_id"),
    ("curriculum.study_group", "group_id"),
    ("curriculum.load", "load_id"),
    ("curriculum.work_kind", "kind_id"),
    ("curriculum.plan", "plan_id"),
    ("curriculum.plan_item", "item_id"),
    ("movement.order", "order_id"),
    ("movement.file_record", "record_id"),
    ("schedule.version", "version_id"),
    ("schedule.lesson", "lesson_id"),
    ("journal.work", "work_id"),
    ("journal.absence_document", "document_id"),
    ("exams.scale", "scale_id"),
    ("exams.exam", "exam_id"),
    ("exams.appeal", "appeal_id"),
    ("portfolio.entry", "entry_id"),
    ("portfolio.club", "club_id"),
    ("portfolio.event", "event_id"),
    ("portfolio.meeting", "meeting_id"),
    ("portfolio.association", "association_id"),
    ("portfolio.association_item", "item_id"),
    ("portfolio.equipment", "equipment_id"),
    ("kernel.file", "file_id"),
];
const ACCOUNT: (&str, &str) = ("identity.account", "account_id");

/// Ids given out ahead of COPY. They go on where the database stands, and
/// the database is told afterwards how far they went.
pub(crate) struct Ids(BTreeMap<&'static str, i64>);

impl Ids {
    /// Reads where the database stands.
    pub(crate) async fn read(conn: &mut PgConnection) -> anyhow::Result<Self> {
        let mut last = BTreeMap::new();
        for (table, column) in NUMBERED.into_iter().chain([ACCOUNT]) {
            let query = format!(
                "select greatest(coalesce(max({column}), 0),
                    coalesce(pg_sequence_last_value(pg_get_serial_sequence('{table}', '{column}')::regclass), 0))
                 from {table}"
            );
            let id = sqlx::query_scalar(AssertSqlSafe(query))
                .fetch_one(&mut *conn)
                .await;
            last.insert(table, id.with_context(|| format!("cannot count {table}"))?);
        }
        Ok(Self(last))
    }

    /// The next id of a table of [`NUMBERED`].
    pub(crate) fn next(&mut self, table: &'static str) -> i64 {
        let last = self.0.entry(table).or_default();
        *last += 1;
        *last
    }

    /// Lets the database go on behind the ids given out.
    pub(crate) async fn write(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        for (table, column) in NUMBERED.into_iter().chain([ACCOUNT]) {
            let last = self.0.get(table).copied().unwrap_or_default().max(1);
            let query =
                format!("select setval(pg_get_serial_sequence('{table}', '{column}'), {last})");
            sqlx::query(AssertSqlSafe(query))
                .execute(&mut *conn)
                .await?;
        }
        Ok(())
    }
}
