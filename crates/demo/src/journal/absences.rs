use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};

use crate::{
    dice::Dice,
    lessons::Lesson,
    model::{Days, School},
};

/// Why somebody was not there, or late.
#[derive(Clone, Copy)]
pub(super) struct Absence {
    pub(super) code: &'static str,
    pub(super) minutes: Option<i16>,
    /// Lateness is no absence.
    pub(super) missed: bool,
}

/// The days that each pupil misses.
pub(super) struct Absences {
    /// The place of each school day.
    days: BTreeMap<NaiveDate, usize>,
    /// For each pupil the code of each school day.
    codes: Vec<Vec<Option<&'static str>>>,
    /// When the pupil was last late: once a day.
    late: Vec<Option<NaiveDateTime>>,
}

impl Absences {
    /// Illness takes days in a row; the newest absences have no reason yet.
    pub(super) fn of(dice: &mut Dice, school: &School, days: &Days) -> Self {
        let all = days.calendar.school_days();
        let past = all.iter().take_while(|it| **it <= days.current).count();
        let codes = school.pupils.iter().map(|_| {
            let mut codes: Vec<Option<&'static str>> = vec![None; all.len()];
            let frail = dice.between(300, 1500) as usize;
            let mut at = 0;
            while at < past {
                if dice.rarely(frail) {
                    let length = dice.between(3, 8) as usize;
                    let known = at + length < past || dice.percent(30);
                    let code = if known { "Б" } else { "ОТ" };
                    codes
                        .iter_mut()
                        .skip(at)
                        .take(length)
                        .for_each(|it| *it = Some(code));
                    at += length + 10;
                } else if dice.rarely(700) {
                    codes[at] = Some(if at + 3 < past { "УП" } else { "ОТ" });
                    at += 1;
                } else {
                    at += 1;
                }
            }
            codes
        });
        Self {
            codes: codes.collect(),
            late: vec![None; school.pupils.len()],
            days: all
                .into_iter()
                .enumerate()
                .map(|(at, day)| (day, at))
                .collect(),
        }
    }

    pub(super) fn at(&mut self, dice: &mut Dice, pupil: usize, lesson: &Lesson) -> Option<Absence> {
        let day = *self.days.get(&lesson.day)?;
        let missed = |code| {
            Some(Absence {
                code,
                minutes: None,
                missed: true,
            })
        };
        if let Some(code) = self.codes[pupil][day] {
            return missed(code);
        }
        if dice.rarely(250) {
            return missed("НП");
        }
        let again = self.late[pupil].is_some_and(|it| it.date() == lesson.day);
        if !again && dice.rarely(350) {
            self.late[pupil] = Some(lesson.begins);
            let minutes = Some(dice.between(3, 20) as i16);
            return Some(Absence {
                code: "ОП",
                minutes,
                missed: false,
            });
        }
        None
    }
}
