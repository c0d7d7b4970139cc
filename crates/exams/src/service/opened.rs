//! An exam with all its results beside the marks of the year, and the way of
//! its marks into the final ones.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use curriculum::{Class, Year};
use journal::{FinalPlace, FinalValue, Slot, TakenMarks};
use kernel::{Actor, ClassId, PersonId, Reach, Right};

use super::{Exams, Own};
use crate::{Entry, Error, Exam, ExamId, Outcome, Summary, Verdict, compare::Counted, store};

/// One pupil of an exam.
#[derive(Clone, Debug)]
pub struct Line {
    pub pupil: PersonId,
    /// «Иванова Мария»
    pub name: String,
    pub class: ClassId,
    pub entry: Entry,
    pub outcome: Outcome,
    /// The mark in the journal that is compared, as text.
    pub journal: String,
    pub verdict: Option<Verdict>,
    /// The final mark of the kind «экзамен».
    pub exam_mark: String,
}

/// An exam as its page shows it.
#[derive(Clone, Debug)]
pub struct Opened {
    pub exam: Exam,
    pub year: Year,
    pub subject: String,
    /// Those that the actor sees.
    pub classes: Vec<Class>,
    pub lines: Vec<Line>,
    pub summary: Summary,
    pub by_class: Vec<(ClassId, Summary)>,
    /// Final marks that pupils have in the subject, to compare with.
    pub slots: Vec<Slot>,
    pub with: Option<Slot>,
    /// Classes in which the actor enters results.
    pub enters: Vec<ClassId>,
    /// Whether the exam itself may be changed.
    pub keeps: bool,
    /// Classes whose final marks of the exam the actor may set.
    pub transfers: Vec<ClassId>,
}

/// What came of taking marks over into the final ones.
pub type Transferred = TakenMarks;

impl Exams {
    /// The exam with its results; a final mark to compare with may be wished for.
    pub async fn open(
        &self,
        actor: &Actor,
        id: ExamId,
        with: Option<Slot>,
    ) -> Result<Opened, Error> {
        actor.may(Right::ExamView)?;
        let mut tx = self.db.begin(actor).await?;
        let exam = store::exam(&mut tx, id).await?;
        let mut classes = self
            .curriculum
            .classes_by_id(&mut tx, &exam.fields.classes)
            .await?;
        let own = self.own(&mut tx, actor, exam.year, &classes).await?;
        let subject = exam.fields.subject;
        classes.retain(|it| own.sees(it.id, subject));
        let Some(first) = classes.first() else {
            return Err(Error::NotFound);
        };
        // Year and names of subjects at once.
        let frame = self.curriculum.frame(&mut tx, first.id).await?;
        let frame = frame.ok_or(Error::NotFound)?;
        let stored = store::results(&mut tx, &[id]).await?;
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        let on = exam
            .fields
            .held_on
            .clamp(frame.year.starts_on, frame.year.ends_on);
        let members = self.register.members(&mut tx, &ids, on, on).await?;
        let mut places: HashMap<PersonId, (ClassId, Entry)> = members
            .into_iter()
            .map(|it| (it.pupil, (it.class, Entry::default())))
            .collect();
        for (_, it) in stored {
            if ids.contains(&it.class) {
                places.insert(it.pupil, (it.class, it.entry));
            }
        }
        let pupils: Vec<PersonId> = places.keys().copied().collect();
        let cards = self.people.cards(&mut tx, &pupils).await?;
        let finals = self
            .finals
            .finals_in(&mut tx, &pupils, Some(subject), exam.year)
            .await?;
        let name = match frame.subject(subject) {
            Some(it) => it.name.clone(),
            None => self.subject_name(&mut tx, subject).await?,
        };
        tx.commit().await?;

        let book = Book::of(finals, with);
        let mut lines: Vec<Line> = cards
            .iter()
            .filter_map(|card| {
                let (class, entry) = places.get(&card.id)?.clone();
                Some(book.line(&exam, (card.id, card.listed()), class, entry))
            })
            .collect();
        let order = |class: ClassId| ids.iter().position(|it| *it == class);
        // Cards come in the order of names, which the sort keeps.
        lines.sort_by_key(|it| order(it.class));
        let summed = |of: Option<ClassId>| {
            let mut sum = Summary::default();
            let wanted = lines.iter().filter(|it| of.is_none_or(|of| of == it.class));
            wanted.for_each(|it| sum.add(it.counted()));
            sum
        };
        let open = !frame.year.archived;
        let enters: Vec<ClassId> = ids
            .iter()
            .copied()
            .filter(|it| open && own.enters(*it, subject))
            .collect();
        Ok(Opened {
            summary: summed(None),
            by_class: ids.iter().map(|it| (*it, summed(Some(*it)))).collect(),
            transfers: transfers(actor, &exam, &classes, &own, open),
            keeps: open && own.keeps(),
            slots: book.slots,
            with: book.with,
            subject: name,
            year: frame.year,
            classes,
            lines,
            enters,
            exam,
        })
    }

    pub(super) async fn subject_name(
        &self,
        tx: &mut db::Tx,
        id: kernel::SubjectId,
    ) -> Result<String, Error> {
        let all = self.curriculum.subjects(tx).await?;
        let found = all.into_iter().find(|it| it.id == id);
        Ok(found.map_or_else(String::new, |it| it.name))
    }

    /// Enters the marks of a class as final marks of the kind «экзамен», with
    /// the rights and locks of the journal.
    #[tracing::instrument(name = "exams.transfer", skip_all, fields(exam.id = %id))]
    pub async fn transfer(
        &self,
        actor: &Actor,
        id: ExamId,
        class: ClassId,
        today: NaiveDate,
    ) -> Result<Transferred, Error> {
        let opened = self.open(actor, id, None).await?;
        if !opened.transfers.contains(&class) {
            return Err(Error::NotFound);
        }
        let marks: Vec<(PersonId, String)> = opened
            .lines
            .iter()
            .filter(|it| it.class == class)
            .filter_map(|it| Some((it.pupil, it.outcome.mark?.to_string())))
            .collect();
        if marks.is_empty() {
            return Err(Error::NoMarks);
        }
        let of = (class, opened.exam.fields.subject);
        Ok(self
            .finals
            .take_exam_marks(actor, of, &marks, today)
            .await?)
    }
}

/// Classes where the actor may set the final mark of the exam: who enters the
/// results there and writes in the journal too.
fn transfers(actor: &Actor, exam: &Exam, classes: &[Class], own: &Own, open: bool) -> Vec<ClassId> {
    let journal = actor.reaches(Right::JournalEdit);
    let may = |it: &&Class| {
        journal.has(Reach::Org)
            || journal.has(Reach::OwnClass) && it.teacher == Some(actor.person)
            || journal.has(Reach::OwnLoad) && own.enters(it.id, exam.fields.subject)
    };
    let fits = open && exam.fields.kind.has_marks() && exam.fields.kind != crate::ExamKind::Admin;
    let allowed = classes.iter().filter(|_| fits).filter(may);
    allowed.map(|it| it.id).collect()
}

impl Line {
    fn counted(&self) -> Counted {
        Counted {
            turnout: self.entry.turnout,
            primary: self.entry.primary,
            outcome: self.outcome,
            verdict: self.verdict,
        }
    }
}

/// The final marks beside an exam.
struct Book {
    marks: HashMap<(PersonId, Slot), FinalValue>,
    slots: Vec<Slot>,
    with: Option<Slot>,
}

impl Book {
    /// Compared is what was wished for, or the year, or the last period that has marks.
    fn of(finals: Vec<(FinalPlace, FinalValue)>, wish: Option<Slot>) -> Self {
        let slots: BTreeSet<Slot> = finals
            .iter()
            .map(|it| it.0.slot)
            .filter(|it| *it == Slot::YEAR || it.is_term())
            .collect();
        let best = || slots.get(&Slot::YEAR).or_else(|| slots.last()).copied();
        Self {
            with: wish.filter(|it| slots.contains(it)).or_else(best),
            slots: slots.into_iter().collect(),
            marks: finals
                .into_iter()
                .map(|(place, value)| ((place.pupil, place.slot), value))
                .collect(),
        }
    }

    fn line(
        &self,
        exam: &Exam,
        (pupil, name): (PersonId, String),
        class: ClassId,
        entry: Entry,
    ) -> Line {
        let outcome = entry.outcome(exam);
        let stands = |slot: Option<Slot>| slot.and_then(|it| self.marks.get(&(pupil, it)));
        let journal = stands(self.with);
        Line {
            verdict: Verdict::of(outcome.mark, journal.and_then(FinalValue::points)),
            journal: journal.map_or_else(String::new, |it| it.text().to_owned()),
            exam_mark: stands(Some(Slot::EXAM)).map_or_else(String::new, |it| it.text().to_owned()),
            pupil,
            name,
            class,
            entry,
            outcome,
        }
    }
}
