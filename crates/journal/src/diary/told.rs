//! When a mark becomes news (`ux.md` §4.8): fifteen minutes after its last
//! change. Until then a slip of the finger is nobody's business; the diary
//! itself shows what stands in the journal at any moment.

use chrono::{DateTime, TimeDelta, Utc};

/// How long a mark has to stand.
pub(crate) const QUIET: TimeDelta = TimeDelta::minutes(15);

/// One change of a cell: from then on this stood in it; '' is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) at: DateTime<Utc>,
    pub(crate) value: String,
}

/// What the family is told of a cell now: (what it knew, what stands), or
/// nothing where the cell is not quiet yet or ended where it began.
///
/// The family knows the last value that stood for fifteen minutes. `changes`
/// are all changes of the cell, oldest first.
pub(crate) fn told(changes: &[Change], now: DateTime<Utc>) -> Option<(String, String)> {
    let (last, before) = changes.split_last()?;
    if now - last.at < QUIET {
        return None;
    }
    let mut end = last.at;
    let mut known = String::new();
    for it in before.iter().rev() {
        if end - it.at >= QUIET {
            known.clone_from(&it.value);
            break;
        }
        end = it.at;
    }
    (known != last.value).then(|| (known, last.value.clone()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moment(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn at(changes: &[(i64, &str)], now: i64) -> Option<(String, String)> {
        let changes: Vec<Change> = changes
            .iter()
            .map(|(minute, value)| Change {
                at: moment(*minute),
                value: (*value).to_owned(),
            })
            .collect();
        told(&changes, moment(now))
    }

    fn news(old: &str, new: &str) -> (String, String) {
        (old.to_owned(), new.to_owned())
    }

    #[test]
    fn a_mark_is_news_after_fifteen_minutes() {
        assert_eq!(at(&[(0, "5")], 14), None);
        assert_eq!(at(&[(0, "5")], 15), Some(news("", "5")));
        assert_eq!(at(&[], 15), None);
    }

    /// Check 14: corrected after five minutes it is one notice, undone it is none.
    #[test]
    fn a_correction_in_time_is_one_notice_and_an_undone_mark_is_none() {
        let corrected = [(0, "3"), (5, "4")];
        assert_eq!(at(&corrected, 15), None);
        assert_eq!(at(&corrected, 20), Some(news("", "4")));
        assert_eq!(at(&[(0, "3"), (5, "")], 60), None);
        assert_eq!(at(&[(0, "3"), (14, "4"), (28, "")], 60), None);
    }

    #[test]
    fn a_later_change_tells_what_it_was() {
        assert_eq!(at(&[(0, "3"), (40, "4")], 55), Some(news("3", "4")));
        assert_eq!(
            at(&[(0, "3"), (40, "4"), (50, "5")], 65),
            Some(news("3", "5"))
        );
        assert_eq!(at(&[(0, "3"), (40, "4"), (50, "3")], 65), None);
        assert_eq!(at(&[(0, "3"), (40, "")], 55), Some(news("3", "")));
    }

    proptest! {
        /// However often somebody looks, the news in a row make the way from
        /// nothing to what stands, each beginning where the one before ended.
        #[test]
        fn the_news_are_a_chain(steps in proptest::collection::vec((1_i64..40, 0_usize..4), 0..12)) {
            let mut minute = 0;
            let mut changes: Vec<Change> = vec![];
            let mut known = String::new();
            for (after, value) in steps {
                let value = ["", "3", "4", "5"][value];
                let before = moment(minute);
                minute += after;
                // The job looks once a minute, after each change that has become quiet.
                if let (Some(last), Some((old, new))) = (changes.last(), told(&changes, moment(minute)))
                    && last.at <= before
                {
                    prop_assert_eq!(&old, &known);
                    known = new;
                }
                changes.push(Change { at: moment(minute), value: value.to_owned() });
            }
            if let Some((old, new)) = told(&changes, moment(minute + 15)) {
                prop_assert_eq!(&old, &known);
                known = new;
            }
            prop_assert_eq!(known, changes.last().map_or("", |it| it.value.as_str()));
        }
    }
}
