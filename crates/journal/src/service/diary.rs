//! The diary of one child (JRN-5). It shows what stands in the journal at any
//! moment; only what is called new waits for fifteen minutes (`crate::diary`).

mod attendance;
mod book;
mod day;
mod finals;
mod marks;
mod notices;
mod tests_ahead;

use chrono::{Days, NaiveDate, NaiveTime};
use db::Tx;
use kernel::{Actor, LessonId, PersonId, dates};
use rust_decimal::Decimal;

use super::Journal;
use crate::{Attendance, Error, homework::Attached};

pub use attendance::{AbsentDay, AttendancePage, MissedLesson};
pub use day::{DayAbsence, MyDay, NewMark, NowLesson};
pub use finals::{MyFinals, SeenBy, SlotSeen};
pub use marks::{MarksPage, PlacedMark, SubjectMarks};
pub use notices::{News, NewsKind};
pub use tests_ahead::{TestWork, TestsPage};

/// A child whose diary the actor may open: their own, or themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    pub pupil: PersonId,
    pub name: String,
}

/// What every page of a diary begins with.
#[derive(Clone, Debug)]
pub struct Whose {
    pub children: Vec<Child>,
    pub child: Option<Child>,
    pub class: Option<String>,
    /// The reader is the pupil, and may tick homework off.
    pub own: bool,
    /// The child is in a group of a kindergarten and has no lessons.
    pub preschool: bool,
}

/// One lesson in the diary.
#[derive(Clone, Debug)]
pub struct DiaryLesson {
    pub id: LessonId,
    pub number: i16,
    pub starts_at: NaiveTime,
    pub ends_at: NaiveTime,
    pub subject: String,
    pub teacher: String,
    pub topic: String,
    pub homework: String,
    /// The teacher said that nothing is set.
    pub no_homework: bool,
    pub cancelled: bool,
    pub marks: Vec<DiaryMark>,
    pub attendance: Attendance,
    /// What the teacher gave with the homework.
    pub files: Vec<Attached>,
    /// How long it takes, as the teacher thinks.
    pub minutes: Option<i16>,
    /// What became of the answer, where one was handed in.
    pub answer: Option<crate::AnswerState>,
    /// The pupil's own tick; false for anybody else.
    pub done: bool,
}

#[derive(Clone, Debug)]
pub struct DiaryMark {
    pub text: String,
    pub kind: String,
    pub weight: Decimal,
    /// What the work is about, where its teacher said so.
    pub topic: String,
    /// What the teacher wrote beside the mark.
    pub comment: String,
}

/// A school day; without lessons it has none.
#[derive(Clone, Debug)]
pub struct Day {
    pub day: NaiveDate,
    pub lessons: Vec<DiaryLesson>,
    /// The holidays that the day belongs to.
    pub holiday: Option<String>,
}

/// A week of the diary, Monday first; days without lessons at the end of the week are left out.
#[derive(Clone, Debug)]
pub struct Week {
    pub whose: Whose,
    pub monday: NaiveDate,
    pub days: Vec<Day>,
}

impl Journal {
    /// The children whose diaries the actor may open in this organisation.
    pub async fn children(&self, actor: &Actor, today: NaiveDate) -> Result<Vec<Child>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let children = self.own_children(&mut tx, actor, today).await?;
        tx.commit().await?;
        Ok(children)
    }

    /// A week of the diary (JRN-5).
    pub async fn week(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        monday: NaiveDate,
        today: NaiveDate,
    ) -> Result<Week, Error> {
        let sunday = monday + Days::new(6);
        let mut tx = self.db.begin(actor).await?;
        let book = self
            .book_with_homework(&mut tx, actor, child, today, (monday, sunday))
            .await?;
        tx.commit().await?;
        let mut days: Vec<Day> = monday.iter_days().take(7).map(|it| book.day(it)).collect();
        while days.len() > 5 && days.last().is_some_and(|it| it.lessons.is_empty()) {
            days.pop();
        }
        Ok(Week {
            whose: book.whose(),
            monday,
            days,
        })
    }

    /// Whose diaries the actor may open, in one or two statements.
    pub(super) async fn own_children(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<Child>, Error> {
        let cards = self.people.diary_cards(tx, actor, today).await?;
        Ok(cards
            .iter()
            .map(|it| Child {
                pupil: it.id,
                name: it.listed(),
            })
            .collect())
    }
}

/// The Monday of the week of a day.
pub(crate) fn monday(day: NaiveDate) -> NaiveDate {
    dates::week_start(day)
}
