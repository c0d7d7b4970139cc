use chrono::{Days, NaiveDate, NaiveTime};
use kernel::{Actor, PersonId};

use super::{DiaryMark, Journal, Whose};
use crate::Error;

/// Tests of so many days ahead and back.
const DAYS_AHEAD: u64 = 28;
const DAYS_BACK: u64 = 14;

/// A work of a kind that controls: a test, a dictation, an exam.
#[derive(Clone, Debug)]
pub struct TestWork {
    pub day: NaiveDate,
    pub number: i16,
    pub starts_at: NaiveTime,
    pub subject: String,
    pub kind: String,
    /// That of the work; where it has none, that of its lesson.
    pub topic: String,
    /// What came out, once it is known.
    pub mark: Option<DiaryMark>,
}

/// Tests ahead, the nearest first, and those just written, the last first.
#[derive(Clone, Debug)]
pub struct TestsPage {
    pub whose: Whose,
    pub ahead: Vec<TestWork>,
    pub behind: Vec<TestWork>,
}

impl Journal {
    /// «Контрольные»: works of the coming weeks (JRN-5, U7).
    pub async fn tests_of(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        today: NaiveDate,
    ) -> Result<TestsPage, Error> {
        let range = (today - Days::new(DAYS_BACK), today + Days::new(DAYS_AHEAD));
        let mut tx = self.db.begin(actor).await?;
        let book = self
            .book(&mut tx, actor, child, today, |_| Some(range))
            .await?;
        tx.commit().await?;
        let mut works = vec![];
        for lesson in book.lessons.iter().filter(|it| !it.cancelled) {
            for work in book.stored.works(lesson.id) {
                let Some(kind) = book.kind(work.kind).filter(|it| it.is_control) else {
                    continue;
                };
                works.push(TestWork {
                    day: lesson.held_on,
                    number: lesson.number,
                    starts_at: lesson.starts_at,
                    subject: book.subject(lesson.subject),
                    kind: kind.name.clone(),
                    topic: book.topic(lesson, work),
                    mark: book.mark(lesson, work).map(|it| it.0),
                });
            }
        }
        works.sort_by_key(|it| (it.day, it.number));
        let (ahead, mut behind): (Vec<_>, Vec<_>) = works
            .into_iter()
            .partition(|it| it.day >= today && it.mark.is_none());
        behind.reverse();
        Ok(TestsPage {
            whose: book.whose(),
            ahead,
            behind,
        })
    }
}
