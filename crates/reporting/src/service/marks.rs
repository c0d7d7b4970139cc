//! Reports of current marks and of one pupil: who may have them, and what they
//! are made of. At most ten statements each.

mod class;
mod piles;
mod pupil;
mod teacher;

use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use curriculum::{Class, StudyYear, Subject};
use db::Tx;
use journal::Slot;
use kernel::{Actor, PersonId, Reach, Right, SubjectId, dates::week_start};

use super::{
    Asked, Made, Reporting, chosen,
    gather_marks::{current, terms_of},
};
use crate::{Error, Kind, period::Term};

const WEEK: Days = Days::new(7);
const SIX_DAYS: Days = Days::new(6);

/// Of whom, and who asks.
struct Scope<'a> {
    year: &'a StudyYear,
    class: Class,
    today: NaiveDate,
    /// Only what this teacher teaches; `None`: everything.
    teacher: Option<PersonId>,
}

impl Scope<'_> {
    /// The subjects that may be seen of a pupil, or of anybody in the class.
    fn subjects(&self, pupil: Option<PersonId>) -> Option<HashSet<SubjectId>> {
        let teacher = self.teacher?;
        let own = self.year.loads.iter().filter(|it| {
            it.class == self.class.id
                && it.teacher == teacher
                && pupil.is_none_or(|pupil| self.year.is_in(it.group, pupil))
        });
        Some(own.map(|it| it.subject).collect())
    }
}

impl Reporting {
    /// Makes a report of those for which [`Kind::is_of_marks`] holds.
    pub(super) async fn of_marks(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        asked: &Asked,
        year: &StudyYear,
        today: NaiveDate,
    ) -> Result<Made, Error> {
        let mut made = Made::of(year, tx.now());
        if asked.kind.is_of_teacher() {
            self.teachers(tx, actor, asked, year, &mut made, today)
                .await?;
            return Ok(made);
        }
        made.classes = classes_for(actor, year, asked.kind);
        if asked.kind == Kind::MarkPiles {
            self.piles(tx, actor, asked, year, &mut made, today).await?;
            return Ok(made);
        }
        let Some(class) = chosen(actor, &made.classes, asked)? else {
            return Ok(made);
        };
        let sees_all = actor.reaches(Right::JournalView).has(Reach::Org)
            || class.teacher == Some(actor.person);
        let scope = Scope {
            year,
            teacher: (!sees_all).then_some(actor.person),
            class,
            today,
        };
        made.class = Some(scope.class.clone());
        made.choose_term(&scope, asked)?;
        if asked.kind.is_of_pupil() {
            let here = self.pupils(tx, &scope).await?;
            made.more.pupil = match asked.of_marks.pupil {
                None => here.first().cloned(),
                Some(id) => {
                    let found = here.iter().find(|it| it.id == id);
                    Some(found.cloned().ok_or(Error::NotFound)?)
                }
            };
            made.more.pupils = here;
            self.of_pupil(tx, &scope, asked, &mut made).await?;
        } else {
            self.of_class(tx, &scope, asked, &mut made).await?;
        }
        Ok(made)
    }
}

impl Made {
    /// The period asked for, or that of today; and the days in it.
    fn choose_term(&mut self, scope: &Scope<'_>, asked: &Asked) -> Result<(), Error> {
        self.terms = terms_of(scope.year, &scope.class);
        let term = match asked.period {
            // One month of a period would be no course.
            None if asked.kind.has_steps() => self.terms.last().copied(),
            None => current(&self.terms, scope.today),
            Some(slot) => Some(term_of(&self.terms, slot)?),
        };
        self.term = term;
        if asked.kind == Kind::ParentLetter {
            self.choose_week(scope, asked)?;
        }
        if let Some(term) = term.filter(|_| asked.kind.has_days()) {
            let usual = (
                term.starts_on,
                term.ends_on.min(scope.today).max(term.starts_on),
            );
            let days = asked.days.span(usual, &self.bounds(scope.today));
            self.more.days = Some(days.unwrap_or_else(|faults| {
                self.faults = faults;
                usual
            }));
        }
        Ok(())
    }

    /// The week asked for instead of a period, and those that may be.
    fn choose_week(&mut self, scope: &Scope<'_>, asked: &Asked) -> Result<(), Error> {
        let (first, last) = (scope.year.year.starts_on, scope.year.day(scope.today));
        let weeks = std::iter::successors(Some(week_start(last)), |it| it.checked_sub_days(WEEK));
        self.more.weeks = weeks.take_while(|it| *it + WEEK > first).collect();
        if let Some(week) = asked.of_marks.week {
            if !self.more.weeks.contains(&week) {
                return Err(Error::NotFound);
            }
            self.more.week = Some(week);
            self.term = None;
        }
        Ok(())
    }

    /// The days that are reported of: those of the week or of the period.
    fn span(&self, year: &StudyYear) -> Option<Term> {
        let week = self.more.week.map(|week| Term {
            slot: Slot::YEAR,
            starts_on: week.max(year.year.starts_on),
            ends_on: (week + SIX_DAYS).min(year.year.ends_on),
        });
        week.or(self.term)
    }

    /// The subject asked for, or the first one where there must be one.
    fn choose_subject(
        &mut self,
        asked: &Asked,
        mut taught: Vec<SubjectId>,
        all: &HashMap<SubjectId, Subject>,
    ) -> Result<(), Error> {
        if !asked.kind.has_subject() {
            return Ok(());
        }
        taught.sort_unstable();
        taught.dedup();
        taught.sort_by_key(|it| all.get(it).map(|it| it.name.clone()));
        let subjects = taught.iter().filter_map(|it| all.get(it).cloned());
        self.more.subjects = subjects.collect();
        self.more.subject = match asked.of_marks.subject {
            Some(id) => {
                let found = self.more.subjects.iter().find(|it| it.id == id);
                Some(found.cloned().ok_or(Error::NotFound)?)
            }
            None if asked.kind.has_all_subjects() => None,
            None => self.more.subjects.first().cloned(),
        };
        Ok(())
    }
}

fn term_of(terms: &[Term], slot: Slot) -> Result<Term, Error> {
    let found = terms.iter().find(|it| it.slot == slot);
    found.copied().ok_or(Error::NotFound)
}

/// The classes that may be chosen: all, those that the actor leads, and for
/// some reports those where the actor teaches.
fn classes_for(actor: &Actor, year: &StudyYear, kind: Kind) -> Vec<Class> {
    let reaches = actor.reaches(Right::JournalView);
    let own = |it: &&Class| {
        let is_leader = it.teacher == Some(actor.person) && reaches.has(Reach::OwnClass);
        let mut loads = year.loads.iter();
        let teaches = reaches.has(Reach::OwnLoad)
            && kind.is_of_own_subjects()
            && loads.any(|load| load.class == it.id && load.teacher == actor.person);
        reaches.has(Reach::Org) || is_leader || teaches
    };
    let marked = year.taught_classes().filter(|it| it.grade > 1);
    marked.filter(own).cloned().collect()
}
