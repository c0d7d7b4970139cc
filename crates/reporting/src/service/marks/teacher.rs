//! Averages of a teacher.

use std::collections::HashSet;

use chrono::NaiveDate;
use curriculum::{Class, StudyYear};
use db::Tx;
use journal::Slot;
use kernel::Actor;

use super::{
    super::{Asked, Made, Reporting, gather},
    term_of,
};
use crate::{
    Books, Error, Kind,
    period::{self, Term},
    reports,
};

impl Reporting {
    /// Averages of a teacher, in one period or in all that have begun.
    pub(super) async fn teachers(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        asked: &Asked,
        year: &StudyYear,
        made: &mut Made,
        today: NaiveDate,
    ) -> Result<(), Error> {
        self.choose_teacher(tx, actor, year, asked.teacher, made)
            .await?;
        made.terms = period::terms(year);
        let grades: HashSet<i16> = gather::classes_of_teacher(year, made.teacher.as_ref())
            .iter()
            .map(|it| it.grade)
            .collect();
        let parallels = year
            .taught_classes()
            .filter(|it| grades.contains(&it.grade));
        let parallels: Vec<Class> = parallels.cloned().collect();
        let taught = |books: &Books| gather::taught(year, books, made.teacher.as_ref());
        if asked.kind == Kind::TeacherAverageCourse {
            let begun = made.terms.iter();
            let begun = begun.filter(|it| it.slot.is_term() && it.starts_on <= today);
            let begun: Vec<Term> = begun.copied().collect();
            let books = self
                .books(tx, year, &parallels, &begun, false, today)
                .await?;
            let taught: Vec<_> = books.iter().map(taught).collect();
            made.report = reports::teacher_average_course(&books, &taught);
            return Ok(());
        }
        let usual = period::usual(&made.terms, today);
        // «Итог» of those grades that have one (−2, §1.20).
        made.terms.push(Term {
            slot: Slot::FINAL,
            starts_on: year.year.starts_on,
            ends_on: year.year.ends_on,
        });
        made.term = match asked.period {
            None => usual,
            Some(slot) => Some(term_of(&made.terms, slot)?),
        };
        let Some(term) = made.term else {
            return Ok(());
        };
        let books = self
            .books(tx, year, &parallels, &[term], false, today)
            .await?;
        if let Some(books) = books.first() {
            made.report = reports::teacher_average(books, &taught(books));
        }
        made.report.notes.extend(gather::lasts(term, today));
        Ok(())
    }
}
