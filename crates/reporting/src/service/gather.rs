//! Brings together what reports are made of.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, Scale, StudyYear, Subject};
use db::Tx;
use journal::{FinalPlace, FinalValue, Missed, Slot};
use kernel::{ClassId, PersonId, SubjectId};
use movement::Member;
use people::Card;

use super::{Made, Reporting};
use crate::{
    Books, ClassBook, Error, Mark, Note, PupilBook, Report, Turn,
    period::{self, Term},
    reports::{self, Taught},
};

/// What was read of some classes.
struct Read {
    stays: HashMap<ClassId, Vec<Member>>,
    cards: HashMap<PersonId, (usize, Card)>,
    subjects: HashMap<SubjectId, Subject>,
    marks: HashMap<FinalPlace, FinalValue>,
}

impl Reporting {
    /// The books of these classes in some periods, the first of which is the
    /// one reported of.
    pub(super) async fn books(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        classes: &[Class],
        terms: &[Term],
        today: NaiveDate,
    ) -> Result<Vec<Books>, Error> {
        let marked: Vec<&Class> = classes.iter().filter(|it| it.grade > 1).collect();
        let mut slots = HashSet::new();
        for term in terms {
            let of_grades = marked
                .iter()
                .filter_map(|it| period::of_grade(year, *term, it.grade));
            slots.extend(of_grades.map(|it| it.slot));
        }
        let slots: Vec<Slot> = slots.into_iter().collect();
        let read = self.read(tx, year, &marked, &slots).await?;
        let pupils: Vec<PersonId> = read.stays.values().flatten().map(|it| it.pupil).collect();
        let mut books = Vec::new();
        for term in terms {
            // The whole year's lessons are too many to add up on a page.
            let missed = if term.slot.is_term() {
                let last = term.ends_on.min(today);
                self.finals
                    .missed(tx, &pupils, term.starts_on, last)
                    .await?
            } else {
                HashMap::new()
            };
            books.push(book(year, &marked, *term, &read, &missed, today));
        }
        Ok(books)
    }

    async fn read(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        classes: &[&Class],
        slots: &[Slot],
    ) -> Result<Read, Error> {
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        let days = (year.year.starts_on, year.year.ends_on);
        let members = self.register.members(tx, &ids, days.0, days.1).await?;
        let mut people: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        people.sort_unstable();
        people.dedup();
        let marks = self
            .finals
            .finals_of(tx, &people, year.year.id, slots)
            .await?;
        people.extend(classes.iter().filter_map(|it| it.teacher));
        let cards = self.people.cards(tx, &people).await?;
        let subjects = self.curriculum.subjects(tx).await?;
        let mut stays: HashMap<ClassId, Vec<Member>> = HashMap::new();
        for it in members {
            stays.entry(it.class).or_default().push(it);
        }
        Ok(Read {
            stays,
            cards: cards
                .into_iter()
                .enumerate()
                .map(|(place, it)| (it.id, (place, it)))
                .collect(),
            subjects: subjects.into_iter().map(|it| (it.id, it)).collect(),
            marks: marks.into_iter().collect(),
        })
    }

    /// The report cards of the class that was chosen.
    pub(super) async fn cards(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        made: &Made,
        today: NaiveDate,
    ) -> Result<Report, Error> {
        let Some(class) = &made.class else {
            return Ok(Report::default());
        };
        let terms: Vec<Term> = year
            .terms(class.grade)
            .map(|it| Term {
                slot: Slot::of(it),
                starts_on: it.starts_on,
                ends_on: it.ends_on,
            })
            .collect();
        let mut slots: Vec<Slot> = terms.iter().map(|it| it.slot).collect();
        slots.extend([Slot::YEAR, Slot::EXAM, Slot::FINAL]);
        let read = self.read(tx, year, &[class], &slots).await?;
        let none = Vec::new();
        let stays = read.stays.get(&class.id).unwrap_or(&none);
        let day = today.min(year.ends_on(class.grade));
        let here: Vec<PersonId> = present(stays, day, &read);
        let mut missed = HashMap::new();
        for (place, term) in terms.iter().enumerate() {
            if term.starts_on <= today {
                let last = term.ends_on.min(today);
                let sums = self.finals.missed(tx, &here, term.starts_on, last).await?;
                missed.extend(sums.into_iter().map(|(pupil, it)| ((pupil, place), it)));
            }
        }
        let whole = Term {
            slot: Slot::YEAR,
            starts_on: year.year.starts_on,
            ends_on: year.year.ends_on,
        };
        let taught = here.iter().map(|pupil| {
            let subjects = subjects_of(year, class, whole, Some(*pupil), &read);
            (*pupil, subjects)
        });
        Ok(reports::report_cards(&reports::Year {
            class: class.clone(),
            slots,
            taught: taught.collect(),
            pupils: here
                .iter()
                .filter_map(|it| Some((*it, read.cards.get(it)?.1.full())))
                .collect(),
            subjects: read.subjects,
            marks: read.marks,
            missed,
        }))
    }
}

/// Who was in the class on the day, in the order of the list.
fn present(stays: &[Member], day: NaiveDate, read: &Read) -> Vec<PersonId> {
    let here = stays.iter().filter(|it| it.on(day)).map(|it| it.pupil);
    let mut here: Vec<PersonId> = here.collect();
    here.sort_by_key(|it| read.cards.get(it).map(|it| it.0));
    here.dedup();
    here
}

fn book(
    year: &StudyYear,
    classes: &[&Class],
    term: Term,
    read: &Read,
    missed: &HashMap<PersonId, Missed>,
    today: NaiveDate,
) -> Books {
    let of_classes = classes.iter().filter_map(|class| {
        let own = period::of_grade(year, term, class.grade)?;
        Some(class_book(year, class, own, read, missed, today))
    });
    Books {
        term,
        classes: of_classes.collect(),
        subjects: read.subjects.clone(),
    }
}

fn class_book(
    year: &StudyYear,
    class: &Class,
    term: Term,
    read: &Read,
    missed: &HashMap<PersonId, Missed>,
    today: NaiveDate,
) -> ClassBook {
    let none = Vec::new();
    let stays = read.stays.get(&class.id).unwrap_or(&none);
    let last = term.ends_on.min(today);
    let name = |id: &PersonId| {
        read.cards
            .get(id)
            .map(|it| it.1.listed())
            .unwrap_or_default()
    };
    let turn = |pupil: &PersonId, on: NaiveDate| Turn {
        name: name(pupil),
        on,
    };
    let pupils = present(stays, last, read).into_iter().map(|pupil| {
        let subjects = subjects_of(year, class, term, Some(pupil), read);
        let marks = subjects.into_iter().map(|subject| Mark {
            subject,
            scale: read
                .subjects
                .get(&subject)
                .map_or(Scale::default(), |it| it.scale),
            value: read
                .marks
                .get(&FinalPlace {
                    pupil,
                    subject,
                    slot: term.slot,
                })
                .cloned()
                .unwrap_or_default(),
        });
        PupilBook {
            id: pupil,
            name: name(&pupil),
            marks: marks.collect(),
            missed: missed.get(&pupil).copied().unwrap_or_default(),
        }
    });
    let at_start = stays.iter().filter(|it| it.on(term.starts_on)).count();
    let came = stays
        .iter()
        .filter(|it| term.starts_on < it.since && it.since <= last);
    let left = stays.iter().filter_map(|it| {
        let gone = it.until?.succ_opt()?;
        (term.starts_on < gone && gone <= last).then(|| turn(&it.pupil, gone))
    });
    ClassBook {
        class: class.clone(),
        teacher: class
            .teacher
            .and_then(|it| read.cards.get(&it))
            .map(|it| it.1.short())
            .unwrap_or_default(),
        term,
        subjects: subjects_of(year, class, term, None, read),
        pupils: pupils.collect(),
        at_start: u32::try_from(at_start).unwrap_or(u32::MAX),
        came: came.map(|it| turn(&it.pupil, it.since)).collect(),
        left: left.collect(),
    }
}

/// What is taught in the class in the period, to everybody or to one, by name.
fn subjects_of(
    year: &StudyYear,
    class: &Class,
    term: Term,
    pupil: Option<PersonId>,
    read: &Read,
) -> Vec<SubjectId> {
    let loads = year.loads.iter().filter(|it| {
        let days = it.days();
        it.class == class.id
            && *days.start() <= term.ends_on
            && term.starts_on <= *days.end()
            && pupil.is_none_or(|pupil| year.is_in(it.group, pupil))
    });
    let mut subjects: Vec<SubjectId> = loads.map(|it| it.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    subjects.sort_by_key(|it| read.subjects.get(it).map(|it| it.name.clone()));
    subjects
}

/// The classes that somebody teaches.
pub(super) fn classes_of_teacher(year: &StudyYear, teacher: Option<&Card>) -> Vec<Class> {
    let of = |class: &&Class| {
        let mut loads = year.loads.iter();
        loads.any(|it| it.class == class.id && teacher.is_some_and(|card| card.id == it.teacher))
    };
    year.taught_classes().filter(of).cloned().collect()
}

/// What somebody teaches to whom, a row for each class or group.
pub(super) fn taught(year: &StudyYear, books: &Books, teacher: Option<&Card>) -> Vec<Taught> {
    let Some(teacher) = teacher else {
        return vec![];
    };
    let mut seen = HashSet::new();
    let own = year.loads.iter().filter(|it| it.teacher == teacher.id);
    own.filter(|it| seen.insert((it.class, it.group, it.subject)))
        .filter_map(|load| {
            let class = books
                .classes
                .iter()
                .position(|it| it.class.id == load.class)?;
            let pupils = load.group.map(|group| {
                let found = year.groups.iter().find(|it| it.group == group);
                found.map(|it| it.pupils.clone()).unwrap_or_default()
            });
            Some(Taught {
                class,
                subject: load.subject,
                group: pupils,
            })
        })
        .collect()
}

/// What is not there yet: a period that lasts, marks that nobody set.
pub(super) fn missing(books: &Books, today: NaiveDate) -> Vec<Note> {
    let mut notes = Vec::new();
    if today < books.term.ends_on {
        notes.push(Note {
            word: "lasts",
            args: vec![("day", kernel::dates::show_date(books.term.ends_on))],
            path: None,
        });
    }
    for class in &books.classes {
        let blanks = class.pupils.iter().flat_map(|it| &it.marks);
        let blanks = blanks.filter(|it| it.value.is_none()).count();
        if blanks > 0 {
            notes.push(Note {
                word: "blanks",
                args: vec![("class", class.class.name()), ("count", blanks.to_string())],
                path: Some(format!(
                    "/journal/{}/finals?slot={}",
                    class.class.id,
                    class.term.slot.code()
                )),
            });
        }
    }
    notes
}
