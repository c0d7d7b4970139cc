//! Reports of current marks and of one pupil: who may have them, and what they
//! are made of. At most ten statements each.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, StudyYear, Subject};
use db::Tx;
use journal::{FinalPlace, FinalValue, Slot, Step, WorkedIn};
use kernel::{Actor, ClassId, PersonId, Reach, Right, SubjectId};
use people::Card;

use super::{
    Asked, Made, Own, Reporting, WorkChoice, gather,
    gather_marks::{self, Ground, current, terms_of},
};
use crate::{
    Books, Error, Kind, Note, Report,
    period::{self, Term},
    reports,
};

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
        let class = match asked.class {
            None => made.classes.first(),
            Some(wanted) => Some(
                made.classes
                    .iter()
                    .find(|it| it.id == wanted)
                    .ok_or(Error::NotFound)?,
            ),
        };
        let Some(class) = class.cloned() else {
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

    /// A report of the actor's own child, or of the actor.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a child of somebody else, and for a report that
    /// families do not have.
    pub async fn own(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        asked: Option<Asked>,
        today: NaiveDate,
    ) -> Result<Own, Error> {
        let mut tx = self.db.begin(actor).await?;
        let children = self.people.diary_cards(&mut tx, actor, today).await?;
        let child = match child {
            None => children.first(),
            Some(id) => Some(
                children
                    .iter()
                    .find(|it| it.id == id)
                    .ok_or(Error::NotFound)?,
            ),
        };
        let mut own = Own {
            child: child.cloned(),
            children,
            class: None,
            made: None,
        };
        let Some(card) = own.child.clone() else {
            tx.commit().await?;
            return Ok(own);
        };
        let year = self.year(&mut tx, today).await?;
        let stays = self.register.stays(&mut tx, &[card.id]).await?;
        let of_year = |id: ClassId| year.classes.iter().find(|it| it.id == id);
        let theirs = stays.iter().filter(|it| it.since <= today);
        let theirs = theirs.filter_map(|it| Some((it.since, of_year(it.class)?)));
        own.class = theirs.max_by_key(|it| it.0).map(|it| it.1.clone());
        if let (Some(asked), Some(class)) = (asked, own.class.clone()) {
            if !Kind::OF_FAMILY.contains(&asked.kind) {
                return Err(Error::NotFound);
            }
            let mut made = Made::of(&year, tx.now());
            made.class = Some(class.clone());
            made.more.pupil = Some(card);
            let scope = Scope {
                year: &year,
                class,
                today,
                teacher: None,
            };
            if asked.kind == Kind::ReportCards {
                made.report = self.cards(&mut tx, &year, &made, today).await?;
            } else {
                made.choose_term(&scope, &asked)?;
                self.of_pupil(&mut tx, &scope, &asked, &mut made).await?;
            }
            own.made = Some(made);
        }
        tx.commit().await?;
        Ok(own)
    }

    /// Whose reports the actor may have here.
    ///
    /// # Errors
    /// The actor has no diary.
    pub async fn children(
        &self,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<(PersonId, String)>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let cards = self.people.diary_cards(&mut tx, actor, today).await?;
        tx.commit().await?;
        Ok(cards.iter().map(|it| (it.id, it.listed())).collect())
    }

    /// Who is in the class today, in the order of the list.
    async fn pupils(&self, tx: &mut Tx, scope: &Scope<'_>) -> Result<Vec<Card>, Error> {
        let day = scope.today.min(scope.year.ends_on(scope.class.grade));
        let here = self
            .register
            .members(tx, &[scope.class.id], day, day)
            .await?;
        let ids: Vec<PersonId> = here.iter().map(|it| it.pupil).collect();
        let mut cards = self.people.cards(tx, &ids).await?;
        // A teacher of one group has reports of that group.
        cards.retain(|it| scope.subjects(Some(it.id)).is_none_or(|it| !it.is_empty()));
        Ok(cards)
    }

    async fn subject_map(&self, tx: &mut Tx) -> Result<HashMap<SubjectId, Subject>, Error> {
        let all = self.curriculum.subjects(tx).await?;
        Ok(all.into_iter().map(|it| (it.id, it)).collect())
    }

    async fn of_pupil(
        &self,
        tx: &mut Tx,
        scope: &Scope<'_>,
        asked: &Asked,
        made: &mut Made,
    ) -> Result<(), Error> {
        let (Some(card), Some(term)) = (made.more.pupil.clone(), made.term) else {
            return Ok(());
        };
        let stays = self.register.stays(tx, &[card.id]).await?;
        let mut classes = vec![scope.class.id];
        for it in &stays {
            let of_year = scope.year.classes.iter().any(|class| class.id == it.class);
            if of_year && !classes.contains(&it.class) {
                classes.push(it.class);
            }
        }
        let subjects = self.subject_map(tx).await?;
        let marking = self.marks.marking(tx).await?;
        let works = self.works(tx, asked.of_marks.works).await?;
        let slots: Vec<Slot> = made.terms.iter().map(|it| it.slot).collect();
        let finals = match asked.kind {
            Kind::PupilTotal | Kind::ParentLetter => {
                let year = scope.year.year.id;
                let found = self.finals.finals_of(tx, &[card.id], year, &slots).await?;
                found.into_iter().collect()
            }
            _ => HashMap::new(),
        };
        let (from, to) = made.more.days.unwrap_or((term.starts_on, term.ends_on));
        let of = Ground {
            year: scope.year,
            class: &scope.class,
            from,
            to,
            slot: term.slot,
            today: scope.today,
            subjects: &subjects,
            stays: &stays,
            finals: &finals,
            only: scope.subjects(Some(card.id)),
        };
        made.choose_subject(asked, of.taught(card.id), &subjects)?;
        if matches!(asked.kind, Kind::PupilTotal | Kind::PupilMarks) {
            let subject = made.more.subject.as_ref().map(|it| it.id);
            let wanted = WorkedIn {
                classes: &classes,
                subject: subject.filter(|_| asked.kind == Kind::PupilMarks),
                from,
                to: to.min(scope.today),
                step: Step::Whole,
                works: &works,
                subjects: &subjects,
                marking: &marking,
                today: scope.today,
            };
            let lessons = self.marks.lessons_of(tx, card.id, wanted).await?;
            let kinds = if asked.kind == Kind::PupilMarks {
                let kinds = self.curriculum.work_kinds(tx).await?;
                kinds.into_iter().map(|it| (it.id, it.name)).collect()
            } else {
                HashMap::new()
            };
            made.report = lessons_report(&of, asked.kind, card.id, made, lessons, kinds, &finals);
            return Ok(());
        }
        let step = match asked.kind {
            Kind::PupilAverageCourse if asked.of_marks.by_week => Step::Week,
            Kind::PupilAverageCourse => Step::Month,
            _ => Step::Whole,
        };
        let worked = self
            .worked(tx, &of, &classes, step, &works, &marking)
            .await?;
        let progress = of.progress(&worked, marking, vec![(card.id, card.listed())]);
        let Some(pupil) = progress.pupils.first() else {
            return Ok(());
        };
        made.more.sheets = vec![card.id];
        made.report = match asked.kind {
            Kind::PupilAverage => reports::pupil_average(&progress, pupil),
            Kind::PupilQuality => reports::pupil_quality(&progress, pupil),
            Kind::PupilAverageCourse => {
                let subject = made.more.subject.as_ref().map(|it| it.id);
                reports::pupil_average_course(&progress, pupil, subject, step)
            }
            _ => reports::parent_letter(&progress),
        };
        Ok(())
    }

    async fn of_class(
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
        let Some(term) = made.term else {
            return Ok(());
        };
        if asked.kind == Kind::ClassAverage {
            let parallel = year.taught_classes().filter(|it| it.grade == class.grade);
            let parallel: Vec<Class> = parallel.cloned().collect();
            let books = self
                .books(tx, year, &parallel, &[term], false, today)
                .await?;
            if let Some(books) = books.first() {
                made.report = reports::class_average(books, class.id);
            }
            made.report.notes = lasts(term, today);
            return Ok(());
        }
        let read = self.read(tx, year, &[class], &[term.slot]).await?;
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
            _ => reports::parent_letter(&progress),
        };
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

    /// Averages of a teacher, in one period or in all that have begun.
    async fn teachers(
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
        made.term = match asked.period {
            None => period::usual(&made.terms, today),
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
        made.report.notes = lasts(term, today);
        Ok(())
    }
}

impl Made {
    /// The period asked for, or that of today; and the days in it.
    fn choose_term(&mut self, scope: &Scope<'_>, asked: &Asked) -> Result<(), Error> {
        self.terms = terms_of(scope.year, &scope.class);
        let term = match asked.period {
            None => current(&self.terms, scope.today),
            Some(slot) => Some(term_of(&self.terms, slot)?),
        };
        self.term = term;
        if let Some(term) = term.filter(|_| asked.kind.has_days()) {
            let year = (scope.year.year.starts_on, scope.year.year.ends_on);
            let within = |it: NaiveDate| it.clamp(year.0, year.1);
            let from = asked.of_marks.from.map_or(term.starts_on, within);
            let to = asked
                .of_marks
                .to
                .map_or(term.ends_on.min(scope.today), within);
            self.more.days = Some((from, to.max(from)));
        }
        Ok(())
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
            None if asked.kind == Kind::PupilAverageCourse => None,
            None => self.more.subjects.first().cloned(),
        };
        Ok(())
    }
}

fn term_of(terms: &[Term], slot: Slot) -> Result<Term, Error> {
    let found = terms.iter().find(|it| it.slot == slot);
    found.copied().ok_or(Error::NotFound)
}

fn lasts(term: Term, today: NaiveDate) -> Vec<Note> {
    let note = Note {
        word: "lasts",
        args: vec![("day", kernel::dates::show_date(term.ends_on))],
        path: None,
    };
    (today < term.ends_on).then_some(note).into_iter().collect()
}

fn lessons_report(
    of: &Ground<'_>,
    kind: Kind,
    pupil: PersonId,
    made: &Made,
    lessons: Vec<journal::PupilLesson>,
    kinds: HashMap<curriculum::WorkKindId, String>,
    finals: &HashMap<FinalPlace, FinalValue>,
) -> Report {
    let touched = |it: &&Term| it.slot.is_term() && it.starts_on <= of.to && of.from <= it.ends_on;
    let begun = |it: &&Term| it.starts_on <= of.today;
    let terms = made.terms.iter().filter(touched).filter(begun).copied();
    let subjects = of.taught(pupil).into_iter();
    let lessons = reports::PupilLessons {
        subjects: subjects
            .filter_map(|it| of.subjects.get(&it).cloned())
            .collect(),
        lessons,
        terms: terms.collect(),
        finals: finals
            .iter()
            .map(|(place, value)| ((place.subject, place.slot), value.clone()))
            .collect(),
        kinds,
    };
    if kind == Kind::PupilTotal {
        return reports::pupil_total(&lessons);
    }
    if made.more.subject.is_none() {
        return Report::default();
    }
    reports::pupil_marks(&lessons)
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
