//! Reports of a class that are made of current marks, or of many periods.

use std::collections::HashSet;

use curriculum::{Class, Scale};
use db::Tx;
use journal::{Slot, Step, WorkedIn};
use kernel::{ClassId, PersonId};
use people::Card;

use super::{
    super::{
        Asked, Made, Reporting, WorkChoice, gather,
        gather_marks::{self, Ground},
    },
    Scope,
};
use crate::{Error, Kind, OfClass, Report, reports};

impl Reporting {
    pub(super) async fn of_class(
        &self,
        tx: &mut Tx,
        scope: &Scope<'_>,
        asked: &Asked,
        made: &mut Made,
    ) -> Result<(), Error> {
        let (year, class, today) = (scope.year, &scope.class, scope.today);
        if asked.kind == Kind::ClassMarks {
            return self.sheet(tx, scope, asked, made).await;
        }
        let Some(term) = made.span(year) else {
            return Ok(());
        };
        if asked.kind == Kind::ClassAverageCourse {
            return self.class_course(tx, scope, asked, made).await;
        }
        if asked.kind == Kind::ClassAverage {
            let parallel = year.taught_classes().filter(|it| it.grade == class.grade);
            let parallel: Vec<Class> = parallel.cloned().collect();
            let books = self
                .books(tx, year, &parallel, &[term], false, today)
                .await?;
            if let Some(books) = books.first() {
                made.report = reports::class_average(books, class.id);
            }
            made.report.notes.extend(gather::lasts(term, today));
            return Ok(());
        }
        // Nobody has a final mark of a week.
        let of_week = made.more.week.is_some();
        let slots: Vec<Slot> = (!of_week).then_some(term.slot).into_iter().collect();
        let read = self.read(tx, year, &[class], &slots).await?;
        let marking = self.marks.marking(tx).await?;
        let works = self.works(tx, WorkChoice::All).await?;
        let none = vec![];
        let stays = read.stays.get(&class.id).unwrap_or(&none);
        let day = term.ends_on.min(today);
        let here = gather::present(stays, day, &read).into_iter();
        let card = |id: &PersonId| read.cards.get(id).map(|it| it.1.clone());
        let mut pupils: Vec<Card> = here.filter_map(|it| card(&it)).collect();
        if asked.kind == Kind::ParentLetter {
            made.more.pupils.clone_from(&pupils);
            if let Some(id) = asked.of_marks.pupil {
                pupils.retain(|it| it.id == id);
                made.more.pupil = Some(pupils.first().cloned().ok_or(Error::NotFound)?);
            }
        }
        let of = Ground {
            year,
            class,
            from: term.starts_on,
            to: term.ends_on,
            slot: term.slot,
            today,
            subjects: &read.subjects,
            stays,
            finals: &read.marks,
            only: scope.subjects(None),
        };
        if asked.kind == Kind::SubjectResults {
            let taught = pupils.iter().flat_map(|it| of.taught(it.id)).collect();
            made.choose_subject(asked, taught, &read.subjects)?;
            let subject = made.more.subject.as_ref().map(|it| it.id);
            pupils.retain(|it| {
                let may = scope.subjects(Some(it.id));
                may.is_none_or(|may| subject.is_some_and(|it| may.contains(&it)))
            });
        }
        let worked = self
            .worked(tx, &of, &[class.id], Step::Whole, &works, &marking)
            .await?;
        let names = pupils.iter().map(|it| (it.id, it.listed()));
        let progress = of.progress(&worked, marking, names.collect());
        made.more.sheets = pupils.iter().map(|it| it.id).collect();
        made.report = match (asked.kind, &made.more.subject) {
            (Kind::SubjectResults, None) => Report::default(),
            (Kind::SubjectResults, Some(it)) => reports::subject_results(&progress, it.id),
            (Kind::Preliminary, _) => {
                let missed = gather_marks::missed(&worked);
                let book = gather::class_book(year, class, term, &read, &missed, today);
                reports::preliminary(&book, &progress)
            }
            _ if of_week && worked.lessons.is_empty() => Report::default(),
            _ => reports::parent_letter(&progress, of_week),
        };
        Ok(())
    }

    /// «Динамика среднего балла класса»: all marks of the class and of its
    /// parallel, growing step by step.
    async fn class_course(
        &self,
        tx: &mut Tx,
        scope: &Scope<'_>,
        asked: &Asked,
        made: &mut Made,
    ) -> Result<(), Error> {
        let (Some((from, to)), year) = (made.more.days, scope.year) else {
            return Ok(());
        };
        let parallel = year
            .taught_classes()
            .filter(|it| it.grade == scope.class.grade);
        let parallel: Vec<ClassId> = parallel.map(|it| it.id).collect();
        let subjects = self.subject_map(tx).await?;
        let taught = year
            .loads
            .iter()
            .filter(|it| it.class == scope.class.id && !year.without_marks.contains(&it.subject));
        made.choose_subject(asked, taught.map(|it| it.subject).collect(), &subjects)?;
        let marking = self.marks.marking(tx).await?;
        let works = self.works(tx, asked.of_marks.works).await?;
        let step = asked.of_marks.step(asked.kind);
        let wanted = WorkedIn {
            classes: &parallel,
            subject: made.more.subject.as_ref().map(|it| it.id),
            from,
            to: to.min(scope.today),
            step,
            works: &works,
            subjects: &subjects,
            marking: &marking,
            today: scope.today,
        };
        let worked = self.marks.worked(tx, wanted).await?;
        let (mut own, mut beside) = (OfClass::default(), OfClass::default());
        for it in &worked.sums {
            let subject = subjects.get(&it.subject);
            let is_counted = subject.is_some_and(|it| it.scale == Scale::Five && !it.without_marks);
            if is_counted && !year.without_marks.contains(&it.subject) {
                beside.add(it.pupil, it.since, it.sum);
                if it.class == scope.class.id {
                    own.add(it.pupil, it.since, it.sum);
                }
            }
        }
        made.report = reports::class_average_course(&own, &beside, step);
        Ok(())
    }

    /// «Сводная ведомость учёта успеваемости».
    async fn sheet(
        &self,
        tx: &mut Tx,
        scope: &Scope<'_>,
        asked: &Asked,
        made: &mut Made,
    ) -> Result<(), Error> {
        let mut slots: Vec<Slot> = made.terms.iter().map(|it| it.slot).collect();
        slots.extend([Slot::EXAM, Slot::FINAL]);
        let year = self
            .year_of_class(tx, scope.year, &scope.class, &slots, scope.today)
            .await?;
        let mut shown = slots.clone();
        if asked.of_marks.slots.is_empty() {
            let set: HashSet<Slot> = year.marks.keys().map(|it| it.slot).collect();
            let begun = made.terms.iter();
            let begun = begun.filter(|it| it.slot.is_term() && it.starts_on <= scope.today);
            let begun: Vec<Slot> = begun.map(|it| it.slot).collect();
            shown.retain(|it| set.contains(it) || set.is_empty() && begun.contains(it));
        } else {
            if asked.of_marks.slots.iter().any(|it| !slots.contains(it)) {
                return Err(Error::NotFound);
            }
            shown.retain(|it| asked.of_marks.slots.contains(it));
        }
        made.report = reports::class_marks(&year, &shown, !asked.of_marks.without_averages);
        made.more.slots = slots;
        made.more.shown = shown;
        made.term = None;
        Ok(())
    }
}
