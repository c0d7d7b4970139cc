//! Facts of the staff: who works, who teaches what, who came and left.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, StudyYear};
use db::Tx;
use kernel::{ClassId, PersonId, SubjectId};
use people::StaffRecord;

use super::{
    Forms,
    gather::{full_years, loads_on, person},
};
use crate::{
    Error,
    fact::{Fact, Facts, Field, Source, Value},
};

/// The last of the grades that one teacher teaches most subjects in.
const LAST_PRIMARY: i16 = 4;

impl Forms {
    /// `before` is the day of the form of the year before.
    pub(super) async fn staff_facts(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        (before, day): (NaiveDate, NaiveDate),
        only: &BTreeSet<Source>,
        facts: &mut Facts,
    ) -> Result<(), Error> {
        let teach: HashSet<PersonId> = loads_on(year, day).map(|it| it.teacher).collect();
        let staff = self.ask.people.staff_records(tx).await?;
        if only.contains(&Source::Staff) {
            let works = staff.iter().filter(|it| works_on(it, day));
            facts.staff = works.map(|it| worker(it, day, &teach)).collect();
        }
        if only.contains(&Source::Teachers) {
            let subjects = self.ask.curriculum.subjects(tx).await?;
            let names: HashMap<SubjectId, &str> = subjects
                .iter()
                .map(|it| (it.id, it.name.as_str()))
                .collect();
            facts.teachers = teachers(year, &staff, &names, day);
        }
        if only.contains(&Source::Turnover) {
            let turns = |it: &StaffRecord| {
                let fact = worker(it, day, &teach).text(Field::Ground, &it.dismissal_reason);
                turns(it, before, day).map(move |turn| fact.clone().code(Field::Turn, turn))
            };
            facts.turnover = staff.iter().flat_map(turns).collect();
        }
        Ok(())
    }
}

fn works_on(it: &StaffRecord, day: NaiveDate) -> bool {
    it.hired_on.is_none_or(|hired| hired <= day) && it.dismissed_on.is_none_or(|gone| day <= gone)
}

/// What somebody is of the turnover between two days: those who were there and
/// those who came, without those who left, are those who are there.
fn turns(
    it: &StaffRecord,
    before: NaiveDate,
    day: NaiveDate,
) -> impl Iterator<Item = &'static str> + use<> {
    let (was, is) = (works_on(it, before), works_on(it, day));
    let came = it.hired_on.is_some_and(|on| before < on && on <= day);
    let left = it.dismissed_on.is_some_and(|on| before <= on && on < day);
    [
        (was, "start"),
        (came, "hired"),
        (left && (was || came), "dismissed"),
        (is, "now"),
    ]
    .into_iter()
    .filter(|it| it.0)
    .map(|it| it.1)
}

fn worker(it: &StaffRecord, day: NaiveDate, teach: &HashSet<PersonId>) -> Fact {
    let fact = person(&it.card, it.gender, &it.post, day, "staff")
        .text(Field::Post, &it.post)
        .text(Field::Education, &it.education)
        .text(Field::Category, &it.category)
        .with(Field::Teaches, Value::Flag(teach.contains(&it.card.id)));
    match it.experience_since.filter(|since| *since <= day) {
        Some(since) => fact.number(Field::Experience, full_years(since, day)),
        None => fact,
    }
}

/// Each subject of each teacher once in grades 1–4 and once above.
fn teachers(
    year: &StudyYear,
    staff: &[StaffRecord],
    names: &HashMap<SubjectId, &str>,
    day: NaiveDate,
) -> Vec<Fact> {
    let grades: HashMap<ClassId, i16> = year
        .taught_classes()
        .map(|it: &Class| (it.id, it.grade))
        .collect();
    let people: HashMap<PersonId, &StaffRecord> = staff.iter().map(|it| (it.card.id, it)).collect();
    let mut taught: BTreeSet<(PersonId, SubjectId, bool)> = BTreeSet::new();
    for it in loads_on(year, day) {
        if let Some(grade) = grades.get(&it.class) {
            taught.insert((it.teacher, it.subject, *grade <= LAST_PRIMARY));
        }
    }
    let none = HashSet::new();
    let fact = |(teacher, subject, primary): &(PersonId, SubjectId, bool)| {
        let (it, name) = (people.get(teacher)?, names.get(subject)?);
        let level = if *primary { "primary" } else { "main" };
        let fact = worker(it, day, &none).text(Field::Subject, name);
        Some(fact.code(Field::Level, level))
    };
    taught.iter().filter_map(fact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(hired: Option<&str>, gone: Option<&str>) -> StaffRecord {
        let day = |it: &str| it.parse().unwrap();
        StaffRecord {
            card: people::Card {
                id: 1.into(),
                last_name: String::new(),
                first_name: String::new(),
                middle_name: None,
                born_on: None,
            },
            gender: None,
            post: String::new(),
            category: String::new(),
            education: String::new(),
            experience_since: None,
            hired_on: hired.map(day),
            dismissed_on: gone.map(day),
            dismissal_reason: String::new(),
        }
    }

    /// RPT-3, 3.5: the turnover balances, whatever the days are.
    #[test]
    fn who_was_and_came_without_who_left_is_who_is() {
        let (before, day) = ("2025-09-20".parse().unwrap(), "2026-09-20".parse().unwrap());
        let turns = |hired, gone| turns(&record(hired, gone), before, day).collect::<Vec<_>>();
        assert_eq!(turns(None, None), ["start", "now"]);
        assert_eq!(turns(Some("2026-08-25"), None), ["hired", "now"]);
        assert_eq!(turns(None, Some("2026-05-31")), ["start", "dismissed"]);
        let both = turns(Some("2025-10-01"), Some("2026-05-31"));
        assert_eq!(both, ["hired", "dismissed"]);
        // The last day of work is still a day of work.
        assert_eq!(turns(None, Some("2026-09-20")), ["start", "now"]);
        assert_eq!(turns(None, Some("2025-09-20")), ["start", "dismissed"]);
        assert!(turns(None, Some("2025-09-19")).is_empty());
        assert!(turns(Some("2026-09-21"), None).is_empty());
    }
}
