use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use dues::{About, Fact, Owner, Whole};
use kernel::{Role, dates::AcademicYear};

use super::{Look, Told};
use crate::{Period, Year};

/// Holidays between the periods, each of its own (S3:7.3).
pub(super) const HOLIDAYS: &str = "curriculum.holidays";
/// The move to the year (S3:3.3).
pub(super) const YEAR_SWITCH: &str = "curriculum.year-switch";

/// Where a year is closed and the next one opened.
const WIZARD: &str = "/settings/rollover";

/// An academic year that is asked about and was never entered.
pub(super) fn missing_years(all: &[Year], told: &mut Told<'_>) {
    let this = AcademicYear::of(told.ask.today);
    let coming = Some(this.next()).filter(|it| it.starts() <= told.ask.until);
    for year in [Some(this), coming].into_iter().flatten() {
        let is_there = |it: &&Year| AcademicYear::of(it.starts_on + Days::new(14)) == year;
        // A year that is in its last months is not begun any more.
        let is_late = year == this && told.ask.today > year.starts() + Days::new(240);
        if all.iter().find(is_there).is_none() && !is_late {
            told.answer.count(told.ask, whole(year.starts()));
            let number = year.start_year();
            // The very first year is entered by hand.
            let open = |it: &Year| !it.archived && !it.planned && it.starts_on < year.starts();
            let place = if all.iter().any(open) {
                WIZARD.to_owned()
            } else {
                "/study/years/new".to_owned()
            };
            told.answer.tell(
                told.ask,
                switch(number, year.starts(), "year", place, (0, 6)),
            );
        }
    }
}

fn switch(year: i32, on: NaiveDate, text: &str, place: String, parts: (u32, u32)) -> Fact {
    Fact {
        duty: YEAR_SWITCH,
        key: format!("{year}/year"),
        on,
        owner: Owner::Role(Role::Admin),
        about: About {
            text: text.to_owned(),
            ..About::default()
        },
        place,
        parts: Some(parts),
    }
}

fn whole(on: NaiveDate) -> Whole {
    Whole {
        duty: YEAR_SWITCH,
        month: on,
        owner: Owner::Role(Role::Admin),
        class: None,
        things: 1,
    }
}

impl Look<'_> {
    /// After each period but the last there are holidays.
    pub(super) fn holidays(&self, told: &mut Told<'_>) {
        let mut begins: BTreeMap<NaiveDate, &Period> = BTreeMap::new();
        for grade in 1..=12 {
            let mut terms: Vec<&Period> = self.study.terms(grade).collect();
            terms.pop();
            for it in terms {
                begins.entry(it.ends_on + Days::new(1)).or_insert(it);
            }
        }
        for (on, after) in begins {
            let owner = Owner::Role(Role::Deputy);
            told.answer.count(
                told.ask,
                Whole {
                    duty: HOLIDAYS,
                    month: on,
                    owner,
                    class: None,
                    things: 1,
                },
            );
            let covers = |it: &&crate::Holiday| {
                it.starts_on <= on && on <= it.ends_on && it.grades.contains(after.grades.start())
            };
            if self.study.holidays.iter().any(|it| covers(&it)) {
                continue;
            }
            let fact = Fact {
                duty: HOLIDAYS,
                key: format!("{}/holiday/{on}", self.study.number()),
                on,
                owner,
                about: About {
                    text: format!("{}-{}", after.kind.code(), after.number),
                    ..About::default()
                },
                place: format!("/study/years/{}", self.study.year.id),
                parts: None,
            };
            told.answer.tell(told.ask, fact);
        }
    }

    /// The steps of the move that the data tells: the year before is closed,
    /// periods, holidays, classes, their teachers, the load.
    pub(super) fn year_switch(&self, all: &[Year], told: &mut Told<'_>) {
        let it = self.study;
        let before = |other: &Year| !other.archived && other.ends_on < it.year.starts_on;
        let steps = [
            ("closed", !it.year.planned && !all.iter().any(before)),
            ("periods", !it.periods.is_empty()),
            ("holidays", !it.holidays.is_empty()),
            ("classes", !it.classes.is_empty()),
            (
                "teachers",
                !it.classes.is_empty() && it.classes.iter().all(|it| it.teacher.is_some()),
            ),
            ("load", !it.loads.is_empty()),
        ];
        told.answer.count(told.ask, whole(it.year.starts_on));
        let lacks: Vec<&str> = steps.iter().filter(|it| !it.1).map(|it| it.0).collect();
        if lacks.is_empty() {
            return;
        }
        let place = match lacks[..] {
            ["closed", ..] => WIZARD.to_owned(),
            ["load"] => format!("/study/load?year={}", it.year.id),
            ["teachers"] => format!("/study/classes?year={}", it.year.id),
            _ => format!("/study/years/{}", it.year.id),
        };
        let count = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        let parts = (count(steps.len() - lacks.len()), count(steps.len()));
        told.answer.tell(
            told.ask,
            switch(
                it.number(),
                it.year.starts_on,
                &lacks.join(" "),
                place,
                parts,
            ),
        );
    }
}
