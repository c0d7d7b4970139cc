use chrono::{DateTime, Utc};
use db::{Error, Tx};
use kernel::{PersonId, YearId};

use crate::Slot;

/// A parent has seen the final marks of a pupil for a period.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) pupil: PersonId,
    pub(crate) slot: Slot,
    pub(crate) parent: PersonId,
    pub(crate) at: DateTime<Utc>,
    /// The last change of the marks that were seen.
    pub(crate) marks_at: DateTime<Utc>,
}

impl Seen {
    /// Whether marks were changed after the parent had seen them.
    pub(crate) fn is_stale(&self, changed_at: Option<DateTime<Utc>>) -> bool {
        changed_at.is_some_and(|it| self.marks_at < it)
    }
}

/// Who has seen the final marks of these pupils of a year, first first.
pub(crate) async fn seen(
    tx: &mut Tx,
    pupils: &[PersonId],
    year: YearId,
) -> Result<Vec<Seen>, Error> {
    let ids: Vec<i64> = pupils.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select pupil_id, kind, number, parent_id, marks_at, acknowledged_at from journal.acknowledgement
          where org_id = kernel.org() and pupil_id = any($1) and year_id = $2
          order by acknowledged_at",
        &ids,
        year.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let slot = Slot::from_parts(&it.kind, it.number).ok_or(Error::Corrupt {
                table: "journal.acknowledgement",
                column: "kind",
            })?;
            Ok(Seen {
                pupil: it.pupil_id.into(),
                slot,
                parent: it.parent_id.into(),
                at: it.acknowledged_at,
                marks_at: it.marks_at,
            })
        })
        .collect()
}

/// Notes that the parent has now seen them as they were last changed then.
pub(crate) async fn acknowledge(
    tx: &mut Tx,
    (pupil, year, slot): (PersonId, YearId, Slot),
    marks_at: DateTime<Utc>,
    parent: PersonId,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into journal.acknowledgement (org_id, pupil_id, year_id, kind, number, parent_id, marks_at, acknowledged_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7)
         on conflict (org_id, pupil_id, year_id, kind, number, parent_id) do update
            set marks_at = excluded.marks_at, acknowledged_at = excluded.acknowledged_at",
        pupil.get(),
        year.get(),
        slot.kind().code(),
        slot.number(),
        parent.get(),
        marks_at,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
