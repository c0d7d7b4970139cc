use std::collections::BTreeSet;

use chrono::{Datelike, Months, NaiveDate};
use curriculum::{Study, StudyYear};
use dues::{About, Answer, Ask, Fact, Owner, Whole};
use kernel::Role;

use super::{Look, month_end};

/// The deputy head looks through the journals once a month (S3:8.8).
pub(super) const CONTROL: &str = "journal.control";

/// From which day on traces of control are of interest: months that are asked about.
pub(super) fn since(study: &Study, ask: &Ask<'_>) -> NaiveDate {
    let known = !ask.known.is_empty();
    let first = study.years.iter().map(|it| it.year.starts_on).min();
    let from = if known { first } else { None };
    let from = from.unwrap_or(ask.from).min(ask.from);
    from.with_day(1).unwrap_or(from)
}

/// The first days of the months of a year that have begun.
fn months(year: &StudyYear, today: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let first = year.year.starts_on;
    let first = first.with_day(1).unwrap_or(first);
    let last = year.year.ends_on.min(today);
    (0..12)
        .map(move |it| first + Months::new(it))
        .take_while(move |it| *it <= last)
}

impl Look<'_> {
    /// A month is controlled when somebody reminded, remarked or said so in it.
    pub(super) fn control(&self, answer: &mut Answer) {
        let done: BTreeSet<(i32, u32)> = self
            .dues
            .control
            .iter()
            .map(|it| (it.year(), it.month()))
            .collect();
        let open = self.study.years.iter().filter(|it| !it.year.archived);
        for year in open {
            for month in months(year, self.ask.today) {
                let on = month_end(month).min(year.year.ends_on);
                let owner = Owner::Role(Role::Deputy);
                let whole = Whole {
                    duty: CONTROL,
                    month: on,
                    owner,
                    class: None,
                    things: 1,
                };
                answer.count(self.ask, whole);
                if !done.contains(&(month.year(), month.month())) {
                    let key = format!("{}/{}", year.number(), month.format("%Y-%m"));
                    let fact = Fact {
                        duty: CONTROL,
                        key,
                        on,
                        owner,
                        about: About {
                            text: month.format("%Y-%m").to_string(),
                            ..About::default()
                        },
                        place: "/control/filling".to_owned(),
                        parts: None,
                    };
                    answer.tell(self.ask, fact);
                }
            }
        }
    }
}
