use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kernel::{Actor, ClassId, LessonId, PersonId, SubjectId};

use super::{Journal, access};
use crate::{
    Error, Field,
    operation::WorkId,
    store::{self, ChangedWork},
};

/// A transaction that began earlier may end later: so far back is looked again.
const OVERLAP: TimeDelta = TimeDelta::seconds(15);
/// Who missed more than this takes the page anew.
const MOST: usize = 400;

/// What changed in a journal since a moment (JRN-1, `ux.md` §4.7).
#[derive(Clone, Debug)]
pub struct Changes {
    /// The moment to ask from the next time.
    pub at: DateTime<Utc>,
    pub cells: Vec<ChangedCell>,
    pub works: Vec<ChangedWork>,
    /// There is more than is told here.
    pub stale: bool,
}

/// A cell as it is now.
#[derive(Clone, Debug)]
pub struct ChangedCell {
    pub lesson: LessonId,
    pub work: Option<WorkId>,
    pub pupil: PersonId,
    pub field: Field,
    pub value: String,
    pub version: i32,
    /// «Соколова М. П.»
    pub by: String,
}

impl Journal {
    /// Cells and works of a journal that changed since then; some of them may
    /// have been told before.
    pub async fn changes(
        &self,
        actor: &Actor,
        (class, subject): (ClassId, SubjectId),
        since: DateTime<Utc>,
        today: NaiveDate,
    ) -> Result<Changes, Error> {
        let mut tx = self.db.begin(actor).await?;
        let frame = self
            .curriculum
            .frame(&mut tx, class)
            .await?
            .ok_or(Error::NotFound)?;
        frame.subject(subject).ok_or(Error::NotFound)?;
        access::may_view(actor, &frame, subject, today)?;
        let lessons = self
            .lessons
            .of_class(
                &mut tx,
                class,
                Some(subject),
                frame.year.starts_on,
                frame.year.ends_on,
            )
            .await?;
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let since = since.checked_sub_signed(OVERLAP).unwrap_or(since);
        let found = store::changed_since(&mut tx, &ids, since, MOST + 1).await?;
        let by: Vec<PersonId> = found.cells.iter().map(|it| it.by).collect();
        let cards = match by.as_slice() {
            [] => vec![],
            ids => self.people.cards(&mut tx, ids).await?,
        };
        let at = tx.now();
        tx.commit().await?;
        let name = |id| cards.iter().find(|it| it.id == id);
        Ok(Changes {
            at,
            stale: found.cells.len() > MOST,
            works: found.works,
            cells: found
                .cells
                .into_iter()
                .map(|it| ChangedCell {
                    lesson: it.lesson,
                    work: it.work,
                    pupil: it.pupil,
                    field: if it.work.is_some() {
                        Field::Mark
                    } else {
                        Field::Attendance
                    },
                    value: it.value,
                    version: it.version,
                    by: name(it.by).map_or_else(String::new, people::Card::short),
                })
                .collect(),
        })
    }
}
