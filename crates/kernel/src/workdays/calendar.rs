use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::Act;

/// How many days a week people work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workweek {
    #[default]
    Five,
    /// Sunday alone is off.
    Six,
}

impl Workweek {
    pub(super) fn rests_on(self, day: NaiveDate) -> bool {
        match day.weekday() {
            Weekday::Sun => true,
            Weekday::Sat => self == Self::Five,
            _ => false,
        }
    }
}

/// Which days are working days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workdays {
    week: Workweek,
    acts: BTreeMap<i32, Act>,
    /// What a region or a school decided: days that are worked or not.
    own: BTreeMap<NaiveDate, bool>,
}

impl Workdays {
    /// The calendar of the country, by the acts that are known.
    pub fn new(week: Workweek) -> Self {
        Self {
            week,
            acts: Act::known().into_iter().map(|it| (it.year, it)).collect(),
            own: BTreeMap::new(),
        }
    }

    /// With an act that was published since, or instead of the one known.
    #[must_use]
    pub fn with_act(mut self, act: Act) -> Self {
        self.acts.insert(act.year, act);
        self
    }

    /// With days off that the region or the school added (125-ФЗ ст. 4).
    #[must_use]
    pub fn with_days_off(mut self, days: impl IntoIterator<Item = NaiveDate>) -> Self {
        self.own.extend(days.into_iter().map(|it| (it, false)));
        self
    }

    /// With days that are worked although the calendar of the country rests.
    #[must_use]
    pub fn with_days_worked(mut self, days: impl IntoIterator<Item = NaiveDate>) -> Self {
        self.own.extend(days.into_iter().map(|it| (it, true)));
        self
    }

    pub const fn week(&self) -> Workweek {
        self.week
    }

    /// No act is known for the year: days off that the government will move
    /// stand where they are.
    pub fn is_preliminary(&self, year: i32) -> bool {
        !self.acts.contains_key(&year)
    }

    pub fn is_working(&self, day: NaiveDate) -> bool {
        let own = self.own.get(&day).copied();
        own.unwrap_or_else(|| !self.rests_by_act(day) && !self.follows_holiday(day))
    }

    /// The n-th working day after `day`; `day` itself for 0.
    pub fn after(&self, day: NaiveDate, n: u32) -> NaiveDate {
        (0..n).fold(day, |it, _| self.next(it))
    }

    /// The n-th working day before `day`; `day` itself for 0.
    pub fn before(&self, day: NaiveDate, n: u32) -> NaiveDate {
        (0..n).fold(day, |it, _| self.previous(it))
    }

    /// The first working day after `day`.
    pub fn next(&self, day: NaiveDate) -> NaiveDate {
        self.on_or_after(following(day))
    }

    /// The last working day before `day`.
    pub fn previous(&self, day: NaiveDate) -> NaiveDate {
        self.on_or_before(preceding(day))
    }

    /// The day, or else the first working day after it.
    pub fn on_or_after(&self, mut day: NaiveDate) -> NaiveDate {
        while !self.is_working(day) && day < NaiveDate::MAX {
            day = following(day);
        }
        day
    }

    /// The day, or else the last working day before it.
    pub fn on_or_before(&self, mut day: NaiveDate) -> NaiveDate {
        while !self.is_working(day) && day > NaiveDate::MIN {
            day = preceding(day);
        }
        day
    }

    /// How many working days there are after `day` up to and with `until`;
    /// none where `until` is not later.
    pub fn between(&self, day: NaiveDate, until: NaiveDate) -> u32 {
        let days = day.iter_days().skip(1).take_while(|it| *it <= until);
        let working = days.filter(|it| self.is_working(*it)).count();
        u32::try_from(working).unwrap_or(u32::MAX)
    }

    /// Without the moves that follow from the law itself.
    fn rests_by_act(&self, day: NaiveDate) -> bool {
        if is_holiday(day) {
            return true;
        }
        if self.week.rests_on(day) {
            return !self.moves().any(|it| it.0 == day);
        }
        self.moves_to(day)
    }

    /// A day off of this week was moved to that day. A Saturday that is
    /// worked anyway has nothing to give.
    fn moves_to(&self, day: NaiveDate) -> bool {
        self.moves()
            .any(|it| it.1 == day && self.week.rests_on(it.0))
    }

    fn moves(&self) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
        self.acts.values().flat_map(|it| it.moved.iter().copied())
    }

    /// The first working day after a holiday that fell on a day off (ч. 2):
    /// that day off is moved here, unless the government moved it elsewhere.
    /// The days of January are always moved by the government.
    fn follows_holiday(&self, day: NaiveDate) -> bool {
        let mut before = preceding(day);
        while before > NaiveDate::MIN && self.rests_by_act(before) {
            let gives = is_holiday(before) && before.month() != 1 && self.week.rests_on(before);
            if gives && !self.moves().any(|it| it.0 == before) {
                return true;
            }
            before = preceding(before);
        }
        false
    }
}

/// A holiday of the whole country (ст. 112 ч. 1).
fn is_holiday(day: NaiveDate) -> bool {
    matches!(
        (day.month(), day.day()),
        (1, 1..=8) | (2, 23) | (3, 8) | (5, 1 | 9) | (6, 12) | (11, 4)
    )
}

fn following(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
}

fn preceding(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(1)).unwrap_or(NaiveDate::MIN)
}
