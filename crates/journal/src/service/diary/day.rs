use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Utc};
use kernel::{Actor, LessonId, PersonId};

use super::{Day, DiaryLesson, DiaryMark, Journal, Whose, book::Book};
use crate::{
    Attendance, Error,
    diary::QUIET,
    operation::WorkId,
    store::notice::{self, StoredNotice},
};

/// New marks are those of the last days.
const NEW_FOR_DAYS: u64 = 7;
/// A next school day is looked for so far ahead: over the longest school holidays but summer.
const LOOK_AHEAD_DAYS: u64 = 16;

/// A mark set within the last days that has stood for a quarter of an hour.
#[derive(Clone, Debug)]
pub struct NewMark {
    pub subject: String,
    pub held_on: NaiveDate,
    pub mark: DiaryMark,
    pub topic: String,
    pub set_at: DateTime<Utc>,
    /// What the family knew before, where the mark was changed later.
    pub was: Option<String>,
    /// Not read yet.
    pub unread: bool,
}

/// A lesson missed within the last days.
#[derive(Clone, Debug)]
pub struct DayAbsence {
    pub held_on: NaiveDate,
    pub subject: String,
    pub attendance: Attendance,
}

/// The lesson of this hour, or the next one of the day.
#[derive(Clone, Debug)]
pub struct NowLesson {
    pub lesson: DiaryLesson,
    pub running: bool,
}

/// The first screen: today, the homework for the next school day, new marks, absences.
#[derive(Clone, Debug)]
pub struct MyDay {
    pub whose: Whose,
    pub now: Option<NowLesson>,
    pub today: Option<Day>,
    pub next: Option<Day>,
    pub new_marks: Vec<NewMark>,
    pub absences: Vec<DayAbsence>,
    /// Notices that the reader has not read.
    pub unread: usize,
}

impl Journal {
    /// «Сегодня» (P1, P2, U1): the first screen of a parent and a pupil
    /// (JRN-5), at a time of the school's own clock.
    pub async fn my_day(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        now: NaiveDateTime,
    ) -> Result<MyDay, Error> {
        let today = now.date();
        let from = today - Days::new(NEW_FOR_DAYS);
        let to = today + Days::new(LOOK_AHEAD_DAYS);
        let mut tx = self.db.begin(actor).await?;
        let moment = tx.now();
        let book = self
            .book_with_homework(&mut tx, actor, child, today, (from, to))
            .await?;
        let since = moment - Days::new(NEW_FOR_DAYS);
        let notices = match book.pupil() {
            Some(pupil) => notice::notices(&mut tx, &[pupil], since, actor.person).await?,
            None => vec![],
        };
        tx.commit().await?;
        let next = book
            .lessons
            .iter()
            .filter(|it| it.held_on > today && !it.cancelled)
            .map(|it| it.held_on)
            .min();
        Ok(MyDay {
            now: book.now(now),
            today: book.frame.is_some().then(|| book.day(today)),
            next: next.map(|it| book.day(it)),
            new_marks: book.new_marks(since, moment, &notices),
            absences: book.absences(today),
            unread: notices.iter().filter(|it| it.new_to_reader).count(),
            whose: book.whose(),
        })
    }
}

impl Book {
    /// The lesson that is on, or the first that is still to come today.
    fn now(&self, now: NaiveDateTime) -> Option<NowLesson> {
        let time = now.time();
        let lesson = self
            .lessons
            .iter()
            .filter(|it| it.held_on == now.date() && !it.cancelled && it.ends_at > time)
            .min_by_key(|it| it.starts_at)?;
        Some(NowLesson {
            lesson: self.lesson(lesson),
            running: lesson.starts_at <= time,
        })
    }

    /// Newest first. A mark that may still be undone is not news yet.
    fn new_marks(
        &self,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
        notices: &[StoredNotice],
    ) -> Vec<NewMark> {
        let told = |lesson: LessonId, work: WorkId| {
            notices
                .iter()
                .find(|it| it.lesson == lesson && it.work == Some(work) && it.kind == "mark")
        };
        let mut marks = vec![];
        for lesson in &self.lessons {
            for work in self.stored.works(lesson.id) {
                let Some((mark, cell)) = self.mark(lesson, work) else {
                    continue;
                };
                if cell.at < since || now - cell.at < QUIET {
                    continue;
                }
                let notice = told(lesson.id, work.id);
                marks.push(NewMark {
                    subject: self.subject(lesson.subject),
                    held_on: lesson.held_on,
                    topic: self.topic(lesson, work),
                    mark,
                    set_at: cell.at,
                    was: notice
                        .filter(|it| it.new == cell.value.text() && !it.old.is_empty())
                        .map(|it| it.old.clone()),
                    unread: notice.is_some_and(|it| it.new_to_reader),
                });
            }
        }
        marks.sort_by_key(|it| std::cmp::Reverse((it.unread, it.held_on, it.set_at)));
        marks
    }

    fn absences(&self, today: NaiveDate) -> Vec<DayAbsence> {
        let mut absences: Vec<DayAbsence> = self
            .lessons
            .iter()
            .filter(|it| it.held_on <= today)
            .map(|it| (it, self.attendance(it)))
            .filter(|(_, attendance)| *attendance != Attendance::Present)
            .map(|(it, attendance)| DayAbsence {
                held_on: it.held_on,
                subject: self.subject(it.subject),
                attendance,
            })
            .collect();
        absences.reverse();
        absences
    }
}
