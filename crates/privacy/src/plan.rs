//! What of a person is kept until when. No I/O.

use chrono::NaiveDate;
use db::{erase::Count, subject::Term};
use people::Standing;
use serde::Serialize;

use crate::{Kind, Rule};

/// Whether somebody still learns, works, or has a child here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Presence {
    Learns,
    Works,
    HasChild,
    Left { on: NaiveDate },
}

impl Presence {
    /// `stays` are those of the person, `of_children` those of the children:
    /// last days in a class, none while it lasts.
    pub fn of(
        it: &Standing,
        stays: &[Option<NaiveDate>],
        of_children: &[Option<NaiveDate>],
        today: NaiveDate,
    ) -> Self {
        let lasts = |until: &Option<NaiveDate>| until.is_none_or(|it| it >= today);
        if stays.iter().any(lasts) {
            return Self::Learns;
        }
        if it.is_staff && lasts(&it.dismissed_on) {
            return Self::Works;
        }
        if of_children.iter().any(lasts) {
            return Self::HasChild;
        }
        let ends = stays.iter().chain(of_children).chain([&it.dismissed_on]);
        Self::Left {
            on: ends.flatten().max().copied().unwrap_or(it.changed_on),
        }
    }
}

/// How long something has to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Until {
    /// Its time is over.
    Over { since: NaiveDate },
    /// The law keeps it.
    Day { day: NaiveDate },
    /// While the person is here, or longer than any calendar.
    Open,
}

/// What one purpose keeps of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub term: Term,
    /// The rule that keeps it.
    pub rule: Rule,
    pub until: Until,
    /// Rows that are left to be destroyed, by table.
    pub rows: Vec<(&'static str, i64)>,
}

impl Line {
    /// Rows of all tables.
    pub fn sum(&self) -> i64 {
        self.rows.iter().map(|it| it.1).sum()
    }
}

/// What of a person is kept until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub presence: Presence,
    pub lines: Vec<Line>,
}

impl Plan {
    /// `rules` has one of each kind.
    pub fn of(
        presence: Presence,
        standing: &Standing,
        rules: &[Rule],
        counts: &[Count],
        today: NaiveDate,
    ) -> Self {
        let line = |term| {
            let kinds = kinds(term, standing).into_iter();
            let rules = kinds.filter_map(|kind| rules.iter().find(|it| it.kind == kind));
            let Presence::Left { on } = presence else {
                let rule = rules.max_by_key(|it| it.over_on(today))?.clone();
                return Some((term, rule, Until::Open));
            };
            // What is never over is the longest.
            let longest = |it: &&Rule| (it.over_on(on).is_none(), it.over_on(on));
            let rule = rules.max_by_key(longest)?;
            let until = match rule.over_on(on) {
                Some(since) if since <= today => Until::Over { since },
                Some(day) => Until::Day { day },
                None => Until::Open,
            };
            Some((term, rule.clone(), until))
        };
        let lines = Term::ALL.into_iter().filter_map(line);
        let lines = lines.map(|(term, rule, until)| Line {
            term,
            rule,
            until,
            rows: counts
                .iter()
                .filter(|it| it.term == term)
                .map(|it| (it.table, it.rows))
                .collect(),
        });
        Self {
            presence,
            lines: lines.collect(),
        }
    }

    /// What may be destroyed today and is still there.
    pub fn due(&self) -> Vec<Term> {
        let due = self
            .lines
            .iter()
            .filter(|it| matches!(it.until, Until::Over { .. }) && !it.rows.is_empty());
        due.map(|it| it.term).collect()
    }
}

/// Which times keep it: the longest counts.
fn kinds(term: Term, it: &Standing) -> Vec<Kind> {
    let is_of_pupils = it.is_pupil || it.is_parent || !it.is_staff;
    let card = [
        (is_of_pupils, Kind::PupilFile),
        (it.is_staff, Kind::StaffFile),
    ];
    let card = card.into_iter().filter(|it| it.0).map(|it| it.1);
    let teaching = [
        (true, Kind::Journal),
        (it.is_pupil || it.is_staff, Kind::Summary),
    ];
    let teaching = teaching.into_iter().filter(|it| it.0).map(|it| it.1);
    match term {
        Term::Restricted => vec![Kind::Restricted],
        Term::Access => vec![Kind::Access],
        Term::Card => card.collect(),
        Term::Journal => vec![Kind::Journal],
        Term::Summary => vec![Kind::Summary],
        // The name is needed as long as anything that is signed or found by it.
        Term::Name => card.chain(teaching).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rules() -> Vec<Rule> {
        Kind::ALL.iter().map(|it| it.default_rule()).collect()
    }

    fn pupil() -> Standing {
        Standing {
            is_pupil: true,
            changed_on: day("2020-01-01"),
            ..Standing::default()
        }
    }

    fn counts() -> Vec<Count> {
        let count = |term| Count {
            table: "some.table",
            term,
            rows: 2,
        };
        Term::ALL.map(count).to_vec()
    }

    /// SEC-1: what is over goes, what a law keeps stays, by the longest term.
    #[test]
    fn a_pupil_who_left_is_forgotten_in_steps() {
        let today = day("2026-11-20");
        let due = |left: &str| {
            let stays = [Some(day(left))];
            let presence = Presence::of(&pupil(), &stays, &[], today);
            Plan::of(presence, &pupil(), &rules(), &counts(), today).due()
        };
        assert_eq!(due("2026-11-01"), []);
        assert_eq!(due("2026-10-01"), [Term::Restricted, Term::Access]);
        let without_marks = [Term::Restricted, Term::Access, Term::Card];
        assert_eq!(due("2022-05-25"), without_marks);
        assert_eq!(
            due("2015-05-25"),
            [&without_marks[..], &[Term::Journal]].concat()
        );
        assert_eq!(due("1999-05-25"), Term::ALL);
    }

    /// SEC-1: nobody who is here is forgotten.
    #[test]
    fn who_is_here_stays() {
        let today = day("2026-11-20");
        let of = |it: &Standing, own: &[Option<NaiveDate>], children: &[Option<NaiveDate>]| {
            let presence = Presence::of(it, own, children, today);
            let plan = Plan::of(presence, it, &rules(), &counts(), today);
            assert_eq!(plan.due(), [], "{presence:?}");
            presence
        };
        let long_ago = Some(day("2000-05-25"));
        assert_eq!(of(&pupil(), &[long_ago, None], &[]), Presence::Learns);
        let next_may = Some(day("2027-05-25"));
        assert_eq!(of(&pupil(), &[next_may], &[]), Presence::Learns);
        let parent = Standing {
            is_parent: true,
            ..pupil()
        };
        assert_eq!(of(&parent, &[long_ago], &[None]), Presence::HasChild);
        let worker = Standing {
            is_staff: true,
            ..pupil()
        };
        assert_eq!(of(&worker, &[long_ago], &[]), Presence::Works);
    }

    /// A teacher's name stands in journals and on the sheet of final marks.
    #[test]
    fn a_worker_is_kept_by_the_longest_of_the_terms() {
        let today = day("2026-11-20");
        let worker = Standing {
            is_staff: true,
            dismissed_on: Some(day("1980-01-10")),
            changed_on: day("2020-01-01"),
            ..Standing::default()
        };
        let presence = Presence::of(&worker, &[], &[], today);
        let plan = Plan::of(presence, &worker, &rules(), &counts(), today);
        let name = plan.lines.last().unwrap();
        assert_eq!(name.rule.kind, Kind::StaffFile);
        assert_eq!(
            name.until,
            Until::Day {
                day: day("2031-01-01")
            }
        );
    }
}
