//! What is owed: pure, from the years of a school and its frozen copies.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, Months, NaiveDate};
use curriculum::{Class, StudyYear};
use dues::{About, Answer, Ask, Fact, Owner, Whole};
use kernel::{ClassId, PersonId, Role};

use super::{
    DoneRun,
    duties::{DUTIES, Due, Duty, Rhythm},
};
use crate::{
    Kind, ReportRunId,
    more::{month_end, month_start},
    period::{self, Term},
    service::is_reported,
};

/// A report of a period is made in its last days at the earliest: marks are
/// set by then, and the last day may be one of holidays.
const EARLIEST: Days = Days::new(7);
/// No report of a month is owed after May.
const LAST_MONTH: u32 = 5;

/// All that is looked at for one duty in one year.
struct Look<'a> {
    duty: &'static Duty,
    kinds: Vec<Kind>,
    year: &'a StudyYear,
    terms: &'a [Term],
    done: &'a [DoneRun],
    ask: &'a Ask<'a>,
}

/// Whose report it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Of {
    School,
    Teacher(PersonId),
    Class(ClassId),
}

/// One report that is, or was, to be made.
struct Thing {
    of: Of,
    key: String,
    on: NaiveDate,
    /// The first day on which making it makes sense.
    ready: NaiveDate,
    /// What stands on the board beside the class.
    text: String,
    /// What the report is to be made of, as its address says it.
    chosen: Option<String>,
    /// The copy that says it was made, and its day.
    done: Option<(ReportRunId, NaiveDate)>,
}

/// A report that somebody owes, or has made (RPT-7).
#[derive(Clone, Debug)]
pub(crate) struct Owed {
    pub(crate) kind: Kind,
    pub(crate) of: Of,
    /// `quarter-1`, `2026-09`; empty for a report without a period.
    pub(crate) text: String,
    /// The report with everything chosen, inside of the organisation.
    pub(crate) place: String,
    /// The copy that was made, and its day.
    pub(crate) done: Option<(ReportRunId, NaiveDate)>,
}

/// The reports of a year that these people owe now, and those that they made
/// since the end of the last period drew near.
pub(crate) fn owed(
    year: &StudyYear,
    done: &[DoneRun],
    ask: &Ask<'_>,
    whose: impl Fn(Of) -> bool,
) -> Vec<Owed> {
    let terms = period::terms(year);
    let ends = terms.iter().filter(|it| it.slot.is_term());
    let ends = ends.map(|it| it.ends_on - EARLIEST);
    let since = ends.filter(|it| *it <= ask.today).max();
    let since = since.unwrap_or(year.year.starts_on);
    let mut all: Vec<Owed> = vec![];
    for duty in &DUTIES {
        let look = Look {
            duty,
            kinds: duty.offered().collect(),
            year,
            terms: &terms,
            done,
            ask,
        };
        let Some(kind) = look.kinds.first().copied() else {
            continue;
        };
        for thing in look.things().into_iter().filter(|it| whose(it.of)) {
            let shown = match thing.done {
                None => thing.ready <= ask.today,
                Some((_, day)) => since <= day,
            };
            if !shown {
                continue;
            }
            let it = Owed {
                kind,
                of: thing.of,
                place: look.place(&thing),
                text: thing.text,
                done: thing.done,
            };
            // Of what is made again and again the last one is enough.
            let same = |old: &Owed| {
                (old.kind, old.of, &old.text) == (it.kind, it.of, &it.text) && old.done.is_some()
            };
            match all.iter_mut().find(|old| same(old)) {
                Some(old) => *old = it,
                None => all.push(it),
            }
        }
    }
    all
}

/// What is owed in these years.
pub(super) fn told<'a>(
    years: impl Iterator<Item = &'a StudyYear>,
    done: &[DoneRun],
    ask: &Ask<'_>,
) -> Answer {
    let mut answer = Answer::default();
    let mut there: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for year in years {
        let terms = period::terms(year);
        for duty in &DUTIES {
            let kinds: Vec<Kind> = duty.offered().collect();
            if kinds.is_empty() {
                continue;
            }
            let look = Look {
                duty,
                kinds,
                year,
                terms: &terms,
                done,
                ask,
            };
            let keys = there.entry(duty.code).or_default();
            for thing in look.things() {
                keys.insert(thing.key.clone());
                look.tell(thing, &mut answer);
            }
        }
    }
    // A class that is no more, a teacher without lessons; what was done is
    // there still.
    for (duty, keys) in there {
        answer.lose(ask, duty, |key| keys.contains(key));
    }
    answer
}

impl Look<'_> {
    fn things(&self) -> Vec<Thing> {
        match self.duty.rhythm {
            Rhythm::Term => self.of_terms(),
            Rhythm::Again => self.again(),
            Rhythm::Month => self.of_months(),
            Rhythm::Year => self.of_year(),
        }
    }

    fn classes(&self) -> impl Iterator<Item = &Class> {
        let reported = |it: &&Class| self.kinds.iter().any(|kind| is_reported(*kind, it));
        self.year.taught_classes().filter(reported)
    }

    /// Each period that has begun, for each who reports of it. A copy that shows
    /// all periods side by side shows this one.
    fn of_terms(&self) -> Vec<Thing> {
        let terms = self.terms.iter().filter(|it| it.slot.is_term());
        let mut things = vec![];
        for term in terms.filter(|it| it.starts_on <= self.ask.today) {
            for (of, ends_on) in self.who_reports(*term) {
                let slot = term.slot.code();
                let since = ends_on - EARLIEST;
                let done = self
                    .copies(of)
                    .find(|it| (it.period == slot || it.period.is_empty()) && it.day >= since)
                    .map(DoneRun::seen);
                things.push(Thing {
                    of,
                    key: format!("{}/{slot}{}", self.year.number(), of.key()),
                    on: ends_on,
                    ready: since,
                    text: slot.clone(),
                    chosen: Some(format!("{}={slot}", self.name_of_period())),
                    done,
                });
            }
        }
        things
    }

    /// Who reports of the period, and when the own one ends: half a year is
    /// reported of with the quarter in which it ends.
    fn who_reports(&self, term: Term) -> BTreeMap<Of, NaiveDate> {
        let own = |class: &Class| {
            let own = period::of_grade(self.year, term, class.grade);
            own.map(|it| (class.id, it.ends_on))
        };
        let ends: BTreeMap<ClassId, NaiveDate> = self.classes().filter_map(own).collect();
        match self.duty.due {
            Due::Class => ends
                .into_iter()
                .map(|(id, on)| (Of::Class(id), on))
                .collect(),
            Due::School => ends
                .values()
                .max()
                .map(|on| (Of::School, *on))
                .into_iter()
                .collect(),
            Due::Teacher => {
                let mut found = BTreeMap::new();
                for load in &self.year.loads {
                    let Some(on) = ends.get(&load.class) else {
                        continue;
                    };
                    if load.days().contains(on) {
                        let last = found.entry(Of::Teacher(load.teacher)).or_insert(*on);
                        *last = (*last).max(*on);
                    }
                }
                found
            }
        }
    }

    /// From one copy to the next, the first from the beginning of the year.
    fn again(&self) -> Vec<Thing> {
        let mut things = vec![];
        for class in self.classes() {
            let Some(first) = self.first_day(class) else {
                continue;
            };
            if self.ask.today < first || self.year.ends_on(class.grade) < self.ask.today {
                continue;
            }
            let of = Of::Class(class.id);
            let mut made: Vec<(ReportRunId, NaiveDate)> = self
                .copies(of)
                .map(|it| (it.run, it.day.max(first)))
                .collect();
            made.dedup_by_key(|it| it.1);
            let days = made.iter().map(|it| it.1);
            let mut starts: Vec<NaiveDate> = std::iter::once(first).chain(days).collect();
            starts.dedup();
            // The copy of the first day is the beginning and no end.
            made.retain(|it| it.1 > first);
            for (place, on) in starts.into_iter().enumerate() {
                things.push(Thing {
                    of,
                    key: format!("{}/{on}{}", self.year.number(), of.key()),
                    on,
                    ready: on + EARLIEST,
                    text: String::new(),
                    chosen: None,
                    done: made.get(place).copied(),
                });
            }
        }
        things
    }

    /// The months that have begun. A copy made later closes an earlier month
    /// too, late: what it shows cannot be made up for otherwise.
    fn of_months(&self) -> Vec<Thing> {
        let mut things = vec![];
        for (of, first, last) in self.who_reports_monthly() {
            let months = (0..12).map(|it| month_start(first) + Months::new(it));
            let months = months.take_while(|it| *it <= last.min(self.ask.today));
            for month in months.filter(|it| !(LAST_MONTH < it.month() && it.month() < 9)) {
                let name = month.format("%Y-%m").to_string();
                let end = month_end(month).min(last);
                let closes = |it: &&DoneRun| it.day >= month;
                things.push(Thing {
                    of,
                    key: format!("{}/{name}{}", self.year.number(), of.key()),
                    // A snapshot of the school is of the end of the month: there
                    // is no month of it to choose.
                    on: match of {
                        Of::School => end,
                        _ => month.max(first),
                    },
                    ready: end - EARLIEST,
                    chosen: match of {
                        Of::School => None,
                        _ => Some(format!("month={name}")),
                    },
                    text: name,
                    done: self.copies(of).find(closes).map(DoneRun::seen),
                });
            }
        }
        things
    }

    /// Who reports each month, with the first and the last day of studies.
    fn who_reports_monthly(&self) -> Vec<(Of, NaiveDate, NaiveDate)> {
        let days = |class: &Class| {
            let first = self.first_day(class)?;
            Some((Of::Class(class.id), first, self.year.ends_on(class.grade)))
        };
        let each: Vec<_> = self.year.taught_classes().filter_map(days).collect();
        match self.duty.due {
            Due::Class => {
                let own: BTreeSet<Of> = self.classes().map(|it| Of::Class(it.id)).collect();
                each.into_iter().filter(|it| own.contains(&it.0)).collect()
            }
            Due::School | Due::Teacher => {
                let first = each.iter().map(|it| it.1).min();
                let last = each.iter().map(|it| it.2).max();
                let all = first.zip(last);
                all.map(|it| (Of::School, it.0, it.1)).into_iter().collect()
            }
        }
    }

    /// Once, from the first day of the year on.
    fn of_year(&self) -> Vec<Thing> {
        let begun = self.year.year.starts_on <= self.ask.today + Days::new(31);
        let classes = self.classes().filter(|_| begun);
        let thing = |class: &Class| {
            let of = Of::Class(class.id);
            Thing {
                of,
                key: format!("{}{}", self.year.number(), of.key()),
                on: self.year.year.starts_on,
                ready: self.year.year.starts_on,
                text: String::new(),
                chosen: None,
                done: self.copies(of).next().map(DoneRun::seen),
            }
        };
        classes.map(thing).collect()
    }

    /// A report that shows periods side by side may be of one, too.
    fn name_of_period(&self) -> &'static str {
        let one = self.kinds.first().is_some_and(|it| it.has_period());
        if one { "period" } else { "term" }
    }

    fn first_day(&self, class: &Class) -> Option<NaiveDate> {
        self.year.terms(class.grade).map(|it| it.starts_on).min()
    }

    /// The frozen copies of these reports, the oldest first.
    fn copies(&self, of: Of) -> impl Iterator<Item = &DoneRun> {
        let year = self.year.number();
        self.done.iter().filter(move |it| {
            i32::from(it.year) == year
                && self.kinds.iter().any(|kind| kind.code() == it.kind)
                && match of {
                    Of::School => true,
                    Of::Teacher(id) => it.teacher == Some(id),
                    Of::Class(id) => it.class == Some(id),
                }
        })
    }

    fn tell(&self, thing: Thing, answer: &mut Answer) {
        let (owner, class) = match thing.of {
            Of::School => (Owner::Role(Role::Admin), None),
            Of::Teacher(id) => (Owner::Person(id), None),
            Of::Class(id) => (Owner::ClassTeacher(id), Some(id)),
        };
        let whole = Whole {
            duty: self.duty.code,
            month: thing.on,
            owner,
            class,
            things: 1,
        };
        answer.count(self.ask, whole);
        if thing.done.is_some() {
            return;
        }
        let place = self.place(&thing);
        let fact = Fact {
            duty: self.duty.code,
            key: thing.key,
            on: thing.on,
            owner,
            about: About {
                class,
                text: thing.text,
                ..About::default()
            },
            place,
            parts: None,
        };
        answer.tell(self.ask, fact);
    }

    /// The report with everything chosen.
    fn place(&self, thing: &Thing) -> String {
        let kind = self.kinds.first().map_or("", |it| it.code());
        let mut chosen = vec![];
        match thing.of {
            Of::School => {}
            Of::Teacher(id) => chosen.push(format!("teacher={id}")),
            Of::Class(id) => chosen.push(format!("class={id}")),
        }
        chosen.extend(thing.chosen.clone());
        let query = if chosen.is_empty() { "" } else { "?" };
        format!("/reports/{kind}{query}{}", chosen.join("&"))
    }
}

impl Of {
    /// The end of a key; nothing more for the school.
    fn key(self) -> String {
        match self {
            Self::School => String::new(),
            Self::Teacher(id) => format!("/teacher/{id}"),
            Self::Class(id) => format!("/class/{id}"),
        }
    }
}

#[cfg(test)]
#[path = "told_tests.rs"]
pub(super) mod tests;
