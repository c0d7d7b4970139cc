use std::collections::HashMap;

use chrono::NaiveDate;
use dues::{About, Fact, Owner, Whole};

use super::{Look, Told};
use crate::{Class, HoursCheck, Load, Planned};

/// КТП of every row of load (S3:6.6).
pub(super) const PLAN: &str = "curriculum.plan";

/// A parallel and the days of a row of load.
type Span = (i16, NaiveDate, NaiveDate);

impl Look<'_> {
    /// Every row of load in force, or to come, follows a plan with enough
    /// lessons for its hours. Of whoever left the school nothing is asked.
    pub(super) fn plans(&self, told: &mut Told<'_>) {
        let today = told.ask.today;
        let classes: HashMap<_, &Class> = self.study.classes.iter().map(|it| (it.id, it)).collect();
        let mut weeks: HashMap<Span, rust_decimal::Decimal> = HashMap::new();
        for load in &self.study.loads {
            let Some(class) = classes.get(&load.class) else {
                continue;
            };
            let is_theirs = self.files.works_on(load.teacher, self.study.day(today));
            if load.until < self.study.day(today) || !is_theirs {
                continue;
            }
            let span = (class.grade, load.since, load.until);
            let weeks = *weeks.entry(span).or_insert_with(|| {
                HoursCheck::weeks(load, class.grade, &self.study.year, &self.study.holidays)
            });
            self.plan(load, HoursCheck::lessons(load, weeks), told);
        }
    }

    /// The keys of the rows of load of which a plan is asked, done or not.
    pub(super) fn keys_of_plans(&self, told: &Told<'_>) -> impl Iterator<Item = String> {
        let today = self.study.day(told.ask.today);
        let asked = self.study.loads.iter().filter(move |it| {
            let has_class = self.study.classes.iter().any(|class| class.id == it.class);
            has_class && it.until >= today && self.files.works_on(it.teacher, today)
        });
        asked.map(|it| self.key(it))
    }

    fn key(&self, load: &Load) -> String {
        format!("{}/load/{}", self.study.number(), load.id)
    }

    fn plan(&self, load: &Load, expected: u32, told: &mut Told<'_>) {
        let owner = Owner::Person(load.teacher);
        let on = load.since.max(self.study.year.starts_on);
        told.answer.count(
            told.ask,
            Whole {
                duty: PLAN,
                month: on,
                owner,
                class: Some(load.class),
                things: 1,
            },
        );
        let found = self.study.plan_of(load.id);
        let items = found.map_or(0, |it| it.items);
        if items >= expected.max(1) {
            return;
        }
        let fact = Fact {
            duty: PLAN,
            key: self.key(load),
            on,
            owner,
            about: About {
                class: Some(load.class),
                group: load.group,
                subject: Some(load.subject),
                ..About::default()
            },
            place: place(found, self.study.year.id),
            parts: Some((items, expected.max(1))),
        };
        told.answer.tell(told.ask, fact);
    }
}

/// The plan that is too short, or the page where a new one is begun.
fn place(found: Option<Planned>, year: kernel::YearId) -> String {
    match found {
        Some(it) => format!("/study/plans/{}", it.plan),
        None => format!("/study/plans/new?year={year}"),
    }
}
