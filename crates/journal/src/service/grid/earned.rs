use chrono::{Days, NaiveDate};
use curriculum::{Frame, Period, Subject};
use kernel::GroupId;
use rust_decimal::Decimal;
use schedule::Lesson;

use super::super::finals::CLOSING_DAYS;
use super::Ground;
use crate::{Earned, FinalRule, NOT_ATTESTED, Proposal};

/// By what final marks are proposed beside the average; the page of final
/// marks says the same.
pub(in crate::service) struct Ranks {
    rule: FinalRule,
    /// Only a quarter, trimester or half-year is proposed from its lessons.
    is_term: bool,
    today: NaiveDate,
    pub(super) closing: bool,
    /// Hours a week of the class and of its groups.
    pub(super) loads: Vec<(Option<GroupId>, Decimal)>,
}

impl Ranks {
    pub(super) fn of(
        rule: &FinalRule,
        frame: &Frame,
        subject: &Subject,
        term: Option<&Period>,
        today: NaiveDate,
    ) -> Self {
        let day = today.clamp(frame.year.starts_on, frame.year.ends_on);
        let loads: Vec<(Option<GroupId>, Decimal)> = frame
            .loads
            .iter()
            .filter(|it| it.subject == subject.id && it.days().contains(&day))
            .map(|it| (it.group, it.hours_a_week))
            .collect();
        Self {
            rule: *rule,
            is_term: term.is_some(),
            today,
            closing: term.is_some_and(|it| today + Days::new(CLOSING_DAYS) >= it.ends_on),
            loads,
        }
    }

    /// How many lessons the pupil had until today, and whether some were given before.
    pub(super) fn earned(
        &self,
        lessons: &[Lesson],
        had: impl Fn(&Lesson) -> bool,
        theirs: impl Fn(&Lesson) -> bool,
    ) -> Earned {
        let mut earned = Earned::default();
        let held = |it: &&Lesson| !it.cancelled && it.held_on <= self.today;
        for lesson in lessons.iter().filter(held) {
            if had(lesson) {
                earned.lessons += 1;
            } else if earned.lessons == 0 && theirs(lesson) {
                earned.came_later = true;
            }
        }
        earned
    }

    /// The same for the page, which counts again while somebody types.
    pub(super) fn ground(&self, earned: &Earned, hours_a_week: Decimal) -> Ground {
        Ground {
            least: self.rule.least_marks(hours_a_week),
            lessons: if self.is_term { earned.lessons } else { 0 },
            came_later: earned.came_later,
        }
    }

    /// In the middle of a period it is too early to say that marks are few.
    pub(super) fn proposal(&self, earned: &Earned, hours_a_week: Decimal) -> Option<Proposal> {
        if !self.is_term {
            return None;
        }
        let earned = Earned {
            hours_a_week,
            ..*earned
        };
        self.rule
            .of_period(&earned)
            .filter(|it| self.closing || it.value.text() != NOT_ATTESTED)
    }
}

/// The middle of the marks; between two of them their mean.
pub(super) fn median(mut points: Vec<Decimal>) -> Option<Decimal> {
    points.sort_unstable();
    let upper = *points.get(points.len() / 2)?;
    if points.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *points.get(points.len() / 2 - 1)?;
    Some((lower + upper) / Decimal::TWO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(points: &[i64]) -> Option<String> {
        let points = points.iter().map(|it| Decimal::from(*it)).collect();
        median(points).map(kernel::decimal::show2)
    }

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_two() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[5]).as_deref(), Some("5,00"));
        assert_eq!(of(&[2, 5, 4]).as_deref(), Some("4,00"));
        assert_eq!(of(&[5, 4, 2, 5]).as_deref(), Some("4,50"));
    }
}
