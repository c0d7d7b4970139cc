//! «Аттестация педагогических кадров» (PPL-10; ux.md §3.4): the staff of the
//! schools below with name and post, the category and the next attestation.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use kernel::{Actor, OrgId, PersonId};
use portfolio::{Attestation, Due};

use crate::{Error, Hub};

/// One of the staff of a school below.
#[derive(Clone, Debug)]
pub struct Attested {
    pub school: OrgId,
    pub school_name: String,
    pub person: PersonId,
    pub name: String,
    pub post: String,
    pub attestation: Attestation,
}

/// When the next attestation is, as a municipality plans its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    Overdue,
    ThisYear,
    NextYear,
    Later,
    /// Nothing is known of the last one.
    Unknown,
}

impl When {
    /// The last part of keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::ThisYear => "this-year",
            Self::NextYear => "next-year",
            Self::Later => "later",
            Self::Unknown => "unknown",
        }
    }

    /// By the planned day, otherwise by the last day that is allowed.
    pub fn of(it: &Attestation, today: NaiveDate) -> Self {
        let day = match it.due(today) {
            Due::Overdue => return Self::Overdue,
            Due::Planned => it.planned_on,
            Due::Unknown | Due::Soon | Due::Later => it.next(),
        };
        match day.map(|it| it.year() - today.year()) {
            None => Self::Unknown,
            Some(..=0) => Self::ThisYear,
            Some(1) => Self::NextYear,
            Some(_) => Self::Later,
        }
    }
}

impl Attested {
    /// The day that the queue goes by.
    pub fn day(&self, today: NaiveDate) -> Option<NaiveDate> {
        let planned = self.attestation.planned_on.filter(|it| *it >= today);
        planned.or_else(|| self.attestation.next())
    }
}

impl Hub {
    /// The staff of the schools below, whoever is due first; those of whom
    /// nothing is known stand last. Whoever may open people of schools has it.
    pub async fn attestation(
        &self,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<Attested>, Error> {
        let schools = self.schools(actor).await?;
        let names: HashMap<OrgId, String> =
            schools.into_iter().map(|it| (it.id, it.name)).collect();
        let mut tx = self.db.begin(actor).await?;
        let staff = self.asked.people.staff_below(&mut tx, today).await?;
        let known = portfolio::attestations_below(&mut tx).await?;
        tx.commit().await?;
        let mut known: HashMap<(OrgId, PersonId), Attestation> = known.into_iter().collect();
        let attested = |it: people::StaffBelow| {
            Some(Attested {
                school_name: names.get(&it.org)?.clone(),
                school: it.org,
                person: it.card.id,
                name: it.card.full(),
                post: it.post,
                attestation: known.remove(&(it.org, it.card.id)).unwrap_or_default(),
            })
        };
        let mut all: Vec<Attested> = staff.into_iter().filter_map(attested).collect();
        all.sort_by_cached_key(|it| {
            let day = it.day(today);
            (day.is_none(), day, kernel::names::collation_key(&it.name))
        });
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portfolio::Category;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// PPL-10: the year of the next attestation, by plan or by term.
    #[test]
    fn the_next_attestation_falls_into_a_year() {
        let today = day("2026-11-20");
        let of = |decided: &str, planned: Option<&str>| {
            let it = Attestation {
                category: Some(Category::First),
                decided_on: Some(day(decided)),
                planned_on: planned.map(day),
                ..Attestation::default()
            };
            When::of(&it, today)
        };
        assert_eq!(of("2021-11-19", None), When::Overdue);
        assert_eq!(of("2021-12-20", None), When::ThisYear);
        assert_eq!(of("2022-12-20", None), When::NextYear);
        assert_eq!(of("2022-12-20", Some("2026-12-01")), When::ThisYear);
        assert_eq!(of("2021-11-19", Some("2027-02-01")), When::NextYear);
        assert_eq!(of("2025-01-10", None), When::Later);
        assert_eq!(When::of(&Attestation::default(), today), When::Unknown);
    }
}
