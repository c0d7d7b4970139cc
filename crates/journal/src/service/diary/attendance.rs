use chrono::NaiveDate;
use curriculum::{Period, PeriodId};
use kernel::{Actor, PersonId};

use super::{Journal, Whose, marks::chosen};
use crate::{Attendance, Error};

/// A day with something other than presence.
#[derive(Clone, Debug)]
pub struct AbsentDay {
    pub day: NaiveDate,
    pub lessons: Vec<MissedLesson>,
    /// How many lessons the day had.
    pub of: usize,
}

#[derive(Clone, Debug)]
pub struct MissedLesson {
    pub number: i16,
    pub subject: String,
    pub attendance: Attendance,
}

/// Absences of a pupil over a period.
#[derive(Clone, Debug)]
pub struct AttendancePage {
    pub whose: Whose,
    pub terms: Vec<Period>,
    pub term: Option<Period>,
    /// In the order of the calendar.
    pub days: Vec<AbsentDay>,
    /// Lessons by what stands in them, only what occurs.
    pub totals: Vec<(Attendance, usize)>,
    /// Lessons held so far.
    pub held: usize,
}

impl AttendancePage {
    /// Lessons missed, whatever the reason.
    pub fn missed(&self) -> usize {
        let missed = self.totals.iter().filter(|it| it.0.missed());
        missed.map(|it| it.1).sum()
    }

    /// Days on which every lesson was missed.
    pub fn whole_days(&self) -> usize {
        let missed = |it: &&AbsentDay| {
            it.lessons
                .iter()
                .filter(|it| it.attendance.missed())
                .count()
                == it.of
        };
        self.days.iter().filter(missed).count()
    }
}

impl Journal {
    /// «Пропуски»: the calendar of a period with reasons and totals (JRN-5).
    pub async fn attendance_of(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        term: Option<PeriodId>,
        today: NaiveDate,
    ) -> Result<AttendancePage, Error> {
        let mut tx = self.db.begin(actor).await?;
        let book = self
            .book(&mut tx, actor, child, today, |frame| {
                chosen(frame, term, today).map(|it| (it.starts_on, it.ends_on))
            })
            .await?;
        tx.commit().await?;
        let held: Vec<_> = book
            .lessons
            .iter()
            .filter(|it| it.held_on <= today && !it.cancelled)
            .collect();
        let mut days: Vec<AbsentDay> = vec![];
        for lesson in &held {
            let attendance = book.attendance(lesson);
            if attendance == Attendance::Present {
                continue;
            }
            if days.last().is_none_or(|it| it.day != lesson.held_on) {
                days.push(AbsentDay {
                    day: lesson.held_on,
                    lessons: vec![],
                    of: held
                        .iter()
                        .filter(|it| it.held_on == lesson.held_on)
                        .count(),
                });
            }
            if let Some(day) = days.last_mut() {
                day.lessons.push(MissedLesson {
                    number: lesson.number,
                    subject: book.subject(lesson.subject),
                    attendance,
                });
            }
        }
        let lessons = || days.iter().flat_map(|it| &it.lessons);
        let totals = Attendance::ALL
            .into_iter()
            .skip(1)
            .map(|code| (code, lessons().filter(|it| it.attendance == code).count()))
            .filter(|it| it.1 > 0)
            .collect();
        Ok(AttendancePage {
            terms: book.terms(),
            term: book.term(term, today)?,
            totals,
            held: held.len(),
            days,
            whose: book.whose(),
        })
    }
}
