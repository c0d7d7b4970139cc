//! Brings together what reports are made of.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, Load, Scale, StudyYear, Subject};
use db::Tx;
use journal::{ClassSpan, FinalPlace, FinalValue, Missed, Slot};
use kernel::{ClassId, PersonId, SubjectId};
use movement::Member;
use people::Card;

use super::{Made, Reporting};
use crate::{
    Books, ClassBook, Error, Mark, Note, PupilBook, Report, Turn,
    period::{self, Term},
    reports::{self, Hours, Taught},
};

/// What was read of some classes.
pub(super) struct Read {
    pub(super) stays: HashMap<ClassId, Vec<Member>>,
    pub(super) cards: HashMap<PersonId, (usize, Card)>,
    pub(super) subjects: HashMap<SubjectId, Subject>,
    pub(super) marks: HashMap<FinalPlace, FinalValue>,
}

impl Reporting {
    /// The books of these classes in some periods, the first of which is the
    /// one reported of. Lessons missed are added up only where they are shown.
    pub(super) async fn books(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        classes: &[Class],
        terms: &[Term],
        with_missed: bool,
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
        let own = |term: &Term| -> Vec<(usize, Term)> {
            let classes = marked.iter().enumerate();
            let own = classes.map(|(at, it)| Some((at, period::of_grade(year, *term, it.grade)?)));
            own.flatten().collect()
        };
        let wanted: Vec<Vec<(usize, Term)>> = terms.iter().map(own).collect();
        let missed = if with_missed {
            let spans = wanted.iter().flatten();
            let spans = spans.map(|(at, term)| term.span(marked[*at].id, today));
            self.finals.missed(tx, &spans.collect::<Vec<_>>()).await?
        } else {
            vec![]
        };
        let mut missed = missed.into_iter();
        let book = |(term, of): (&Term, Vec<(usize, Term)>)| Books {
            term: *term,
            classes: of
                .into_iter()
                .map(|(at, own)| {
                    let missed = missed.next().unwrap_or_default();
                    class_book(year, marked[at], own, &read, &missed, today)
                })
                .collect(),
            subjects: read.subjects.clone(),
        };
        Ok(terms.iter().zip(wanted).map(book).collect())
    }

    pub(super) async fn read(
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

    /// Who teaches what to which pupil of the class in its period.
    pub(super) async fn teachers_of(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        book: &ClassBook,
    ) -> Result<HashMap<(PersonId, SubjectId), String>, Error> {
        let loads = year.loads.iter().filter(|it| {
            let (days, term) = (it.days(), &book.term);
            let meets = *days.start() <= term.ends_on && term.starts_on <= *days.end();
            it.class == book.class.id && meets
        });
        let loads: Vec<_> = loads.collect();
        let ids: Vec<PersonId> = loads.iter().map(|it| it.teacher).collect();
        let cards = self.people.cards(tx, &ids).await?;
        let names: HashMap<PersonId, String> = cards.iter().map(|it| (it.id, it.short())).collect();
        let mut teachers = HashMap::new();
        for load in loads {
            let Some(name) = names.get(&load.teacher) else {
                continue;
            };
            let taught = book.pupils.iter().map(|it| it.id);
            let taught = taught.filter(|it| year.is_in(load.group, *it));
            teachers.extend(taught.map(|it| ((it, load.subject), name.clone())));
        }
        Ok(teachers)
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
        let mut of_class = self.year_of_class(tx, year, class, &slots, today).await?;
        if let Some(pupil) = &made.more.pupil {
            of_class.pupils.retain(|it| it.0 == pupil.id);
        }
        let begun = terms.iter().take_while(|it| it.starts_on <= today);
        let spans: Vec<ClassSpan> = begun.map(|it| it.span(class.id, today)).collect();
        let sums = self
            .finals
            .missed(tx, &spans)
            .await?
            .into_iter()
            .enumerate();
        let missed =
            sums.flat_map(|(place, of)| of.into_iter().map(move |it| ((it.0, place), it.1)));
        of_class.missed = missed.collect();
        Ok(reports::report_cards(&of_class))
    }

    /// Everything final of a class in a year, without lessons missed.
    pub(super) async fn year_of_class(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        class: &Class,
        slots: &[Slot],
        today: NaiveDate,
    ) -> Result<reports::Year, Error> {
        let read = self.read(tx, year, &[class], slots).await?;
        let none = Vec::new();
        let stays = read.stays.get(&class.id).unwrap_or(&none);
        let day = today.min(year.ends_on(class.grade));
        let here: Vec<PersonId> = present(stays, day, &read);
        let whole = Term {
            slot: Slot::YEAR,
            starts_on: year.year.starts_on,
            ends_on: year.year.ends_on,
        };
        let taught = here.iter().map(|pupil| {
            let subjects = subjects_of(year, class, whole, Some(*pupil), &read);
            (*pupil, subjects)
        });
        Ok(reports::Year {
            class: class.clone(),
            slots: slots.to_vec(),
            taught: taught.collect(),
            pupils: here
                .iter()
                .filter_map(|it| Some((*it, read.cards.get(it)?.1.full())))
                .collect(),
            subjects: read.subjects,
            marks: read.marks,
            missed: HashMap::new(),
        })
    }
}

/// Who was in the class on the day, in the order of the list.
pub(super) fn present(stays: &[Member], day: NaiveDate, read: &Read) -> Vec<PersonId> {
    let here = stays.iter().filter(|it| it.on(day)).map(|it| it.pupil);
    let mut here: Vec<PersonId> = here.collect();
    here.sort_by_key(|it| read.cards.get(it).map(|it| it.0));
    here.dedup();
    here
}

pub(super) fn class_book(
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
        id: *pupil,
        name: name(pupil),
        on,
        order: String::new(),
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
        teachers: HashMap::new(),
    }
}

/// What is taught in the class in the period, to everybody or to one, by name.
pub(super) fn subjects_of(
    year: &StudyYear,
    class: &Class,
    term: Term,
    pupil: Option<PersonId>,
    read: &Read,
) -> Vec<SubjectId> {
    let loads = year.loads.iter().filter(|it| {
        let days = it.days();
        it.class == class.id
            && !year.without_marks.contains(&it.subject)
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
    let loads = taught_loads(year, books, teacher);
    loads.into_iter().map(|it| it.0).collect()
}

/// The same with the row of the load that each comes from.
pub(super) fn taught_loads<'a>(
    year: &'a StudyYear,
    books: &Books,
    teacher: Option<&Card>,
) -> Vec<(Taught, &'a Load)> {
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
            let taught = Taught {
                class,
                subject: load.subject,
                group: pupils,
                hours: Hours::default(),
            };
            Some((taught, load))
        })
        .collect()
}

/// Says that the period is not over.
pub(super) fn lasts(term: Term, today: NaiveDate) -> Option<Note> {
    (today < term.ends_on).then(|| Note {
        word: "lasts",
        args: vec![("day", kernel::dates::show_date(term.ends_on))],
        path: None,
    })
}

/// What is not there: a period that lasts, classes whose own periods end at
/// another time, marks that nobody set, «н/а» that nobody explained.
pub(super) fn missing(books: &Books, asked: &[Class], today: NaiveDate) -> Vec<Note> {
    let mut notes: Vec<Note> = lasts(books.term, today).into_iter().collect();
    let reported = |class: &&Class| books.classes.iter().any(|it| it.class.id == class.id);
    let others = asked.iter().filter(|it| it.grade > 1 && !reported(it));
    let others: Vec<String> = others.map(Class::name).collect();
    if !others.is_empty() {
        notes.push(Note {
            word: "other-terms",
            args: vec![("classes", others.join(", "))],
            path: None,
        });
    }
    for class in &books.classes {
        let marks = || class.pupils.iter().flat_map(|it| &it.marks);
        let unexplained =
            |it: &&Mark| it.value.text() == journal::NOT_ATTESTED && it.value.reason().is_none();
        let counts = [
            ("blanks", marks().filter(|it| it.value.is_none()).count()),
            ("unexplained", marks().filter(unexplained).count()),
        ];
        let slot = class.term.slot.code();
        let path = format!("/journal/{}/finals?slot={slot}", class.class.id);
        let found = counts.into_iter().filter(|it| it.1 > 0);
        notes.extend(found.map(|(word, count)| Note {
            word,
            args: vec![("class", class.class.name()), ("count", count.to_string())],
            path: Some(path.clone()),
        }));
    }
    notes
}
