//! What is watched and owed by nobody (S3:10.5): whether class teachers use
//! reports in their work with children and parents.

use std::collections::HashSet;

use chrono::NaiveDate;
use curriculum::StudyYear;
use dues::Watch;
use kernel::ClassId;

use super::{UsedRun, duties::WATCHED};
use crate::{Kind, period, service::is_reported};

/// For each period that has begun: in how many classes at least one of the
/// seven reports left the screen from its first day until the next one begins.
pub(super) fn watched(year: &StudyYear, used: &[UsedRun], today: NaiveDate) -> Vec<Watch> {
    let terms = period::terms(year);
    let terms: Vec<_> = terms.into_iter().filter(|it| it.slot.is_term()).collect();
    let of = |place: usize| {
        let term = terms.get(place).filter(|it| it.starts_on <= today)?;
        // What was said of a quarter is said in the holidays after it, too.
        let next = terms.get(place + 1).map(|it| it.starts_on);
        let is_of = |day: NaiveDate| term.starts_on <= day && next.is_none_or(|next| day < next);
        let seen: HashSet<ClassId> = used
            .iter()
            .filter(|it| is_of(it.day))
            .map(|it| it.class)
            .collect();
        let classes = year.taught_classes();
        let classes: Vec<_> = classes
            .filter(|it| is_reported(Kind::ClassResults, it))
            .collect();
        let lacking = classes.iter().filter(|it| !seen.contains(&it.id));
        let lacking: Vec<String> = lacking.map(|it| it.name()).collect();
        Some(Watch {
            duty: WATCHED,
            period: term.slot.code(),
            of: classes.len(),
            lacking,
        })
    };
    (0..terms.len()).filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadlines::told::tests::{day, year};

    /// S3:10.5: each class each quarter; grade 1 has no marks.
    #[test]
    fn rpt7_reports_for_families_are_watched_by_quarter() {
        let used = |class: i64, on: &str| UsedRun {
            class: class.into(),
            day: day(on),
        };
        let all = [used(5, "2026-10-30"), used(10, "2026-11-06")];
        let watched = watched(&year(), &all, day("2026-11-18"));
        let told: Vec<_> = watched
            .iter()
            .map(|it| (it.period.as_str(), it.of, it.lacking.join(" ")))
            .collect();
        assert_eq!(
            told,
            [
                ("quarter-1", 2, "10А".to_owned()),
                ("quarter-2", 2, "5А".to_owned())
            ],
            "the holidays belong to the quarter before"
        );
    }

    /// Before the first day there is nothing to watch.
    #[test]
    fn rpt7_nothing_is_watched_before_the_year() {
        assert!(watched(&year(), &[], day("2026-08-20")).is_empty());
    }
}
