//! Bells: when the lessons of a shift begin and end (SCH-1).

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use crate::Error;

/// One lesson hour of a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bell {
    pub shift: i16,
    pub number: i16,
    pub starts_at: NaiveTime,
    pub ends_at: NaiveTime,
}

/// All bells of a school.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bells(Vec<Bell>);

impl Bells {
    /// The bells in order. Refuses hours that overlap in a shift, run
    /// backwards, or whose order is not that of their numbers.
    pub fn new(mut bells: Vec<Bell>) -> Result<Self, Error> {
        bells.sort_by_key(|it| (it.shift, it.number));
        let is_bad = |it: &Bell| {
            it.ends_at <= it.starts_at
                || !(1..=2).contains(&it.shift)
                || !(0..=12).contains(&it.number)
        };
        let collides = |pair: &[Bell]| {
            pair[0].shift == pair[1].shift
                && (pair[0].number == pair[1].number || pair[1].starts_at < pair[0].ends_at)
        };
        if bells.iter().any(is_bad) || bells.windows(2).any(collides) {
            return Err(Error::BadBells);
        }
        Ok(Self(bells))
    }

    /// Eight lessons of 45 minutes from 8:30 and, 40 minutes after the sixth,
    /// a second shift of five, within the hours of `reports-and-rules.md` §8.3.
    pub fn usual() -> Self {
        let first = [10, 20, 20, 10, 10, 10, 10, 0];
        let second = [10, 20, 10, 10, 0];
        let mut all = chain(1, at(8, 30), 45, &first);
        all.extend(chain(2, at(14, 50), 40, &second));
        Self(all)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Bell> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The hours of one shift.
    pub fn of_shift(&self, shift: i16) -> impl Iterator<Item = &Bell> {
        self.0.iter().filter(move |it| it.shift == shift)
    }

    /// One hour.
    pub fn get(&self, shift: i16, number: i16) -> Option<&Bell> {
        self.0
            .iter()
            .find(|it| (it.shift, it.number) == (shift, number))
    }

    /// What these bells look like, so that a form can say which it saw.
    pub fn fingerprint(&self) -> String {
        let one = |it: &Bell| {
            let (from, to) = (it.starts_at.format("%H%M"), it.ends_at.format("%H%M"));
            format!("{}.{}.{from}.{to}", it.shift, it.number)
        };
        self.0.iter().map(one).collect::<Vec<_>>().join("-")
    }
}

impl Bell {
    /// Whether both ring at a common moment of one day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }
}

/// Lessons of so many minutes, each followed by its break.
fn chain(shift: i16, from: NaiveTime, minutes: i64, breaks: &[i64]) -> Vec<Bell> {
    let mut starts_at = from;
    (1..)
        .zip(breaks)
        .map(|(number, pause)| {
            let ends_at = starts_at + TimeDelta::minutes(minutes);
            let bell = Bell {
                shift,
                number,
                starts_at,
                ends_at,
            };
            starts_at = ends_at + TimeDelta::minutes(*pause);
            bell
        })
        .collect()
}

fn at(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

/// The days of the range, both ends included.
pub(crate) fn days(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    std::iter::successors(Some(from), |it| it.checked_add_days(Days::new(1)))
        .take_while(move |it| *it <= to)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §8.3: not before 8:00, not after 19:00, breaks of at least ten minutes,
    /// half an hour between the shifts.
    #[test]
    fn the_usual_bells_keep_the_rules() {
        let usual = Bells::usual();
        assert!(Bells::new(usual.0.clone()).is_ok());
        assert!(
            usual
                .iter()
                .all(|it| at(8, 0) <= it.starts_at && it.ends_at <= at(19, 0))
        );
        for shift in [1, 2] {
            let hours: Vec<&Bell> = usual.of_shift(shift).collect();
            let long =
                |pair: &[&Bell]| pair[1].starts_at - pair[0].ends_at >= TimeDelta::minutes(10);
            assert!(hours.windows(2).all(long));
        }
        let sixth = usual.get(1, 6).unwrap();
        let second = usual.get(2, 1).unwrap();
        assert!(second.starts_at - sixth.ends_at >= TimeDelta::minutes(30));
    }

    #[test]
    fn impossible_bells_are_refused() {
        let bell = |number, from, to| Bell {
            shift: 1,
            number,
            starts_at: from,
            ends_at: to,
        };
        assert!(Bells::new(vec![bell(1, at(9, 0), at(8, 0))]).is_err());
        let overlapping = vec![bell(1, at(8, 0), at(8, 45)), bell(2, at(8, 40), at(9, 0))];
        assert!(Bells::new(overlapping).is_err());
        let wrong_order = vec![bell(2, at(8, 0), at(8, 45)), bell(1, at(9, 0), at(9, 45))];
        assert!(Bells::new(wrong_order).is_err());
        let twice = vec![bell(1, at(8, 0), at(8, 45)), bell(1, at(9, 0), at(9, 45))];
        assert!(Bells::new(twice).is_err());
    }
}
