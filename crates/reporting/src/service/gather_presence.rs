//! Brings together what reports of attendance and of the journal are made of.

use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use curriculum::{Class, StudyYear};
use db::Tx;
use journal::{Attendance, HeldLesson, Slot};
use kernel::{Actor, ClassId, GroupId, LessonId, PersonId, SubjectId};
use movement::Member;

use super::{Asked, Made, Reporting, reached};
use crate::{
    Attendee, ClassBook, Error, Field, Kept, Kind, Label, Presence, Report, Shape, Term, Unit,
    days::DayBounds,
    more::{month_code, month_end, month_start, months},
    reports,
};

/// So many days stand side by side.
const DAYS: i64 = 62;
/// A day with lessons is looked for so far back.
const LOOK_BACK: Days = Days::new(9);

/// Absences that may be looked at alone, with the words for them.
const CODES: [(Attendance, &str); 5] = [
    (Attendance::Excused, "excused"),
    (Attendance::Ill, "ill"),
    (Attendance::Truant, "truant"),
    (Attendance::Absent, "untold"),
    (Attendance::Late, "late"),
];

/// The absence with that word.
pub(crate) fn code_of(word: &str) -> Option<Attendance> {
    let found = CODES.into_iter().find(|it| it.1 == word);
    found.map(|it| it.0)
}

impl Reporting {
    /// A report of attendance, with what may be chosen in it.
    pub(super) async fn presence_report(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        asked: &Asked,
        year: &StudyYear,
        made: &mut Made,
        today: NaiveDate,
    ) -> Result<Report, Error> {
        let last = year.day(today);
        if asked.kind == Kind::AbsentToday {
            let classes = reached(actor, year, asked.kind);
            return self
                .absent_today(tx, asked, year, &classes, made, last)
                .await;
        }
        let Some(class) = made.class.clone() else {
            return Ok(Report::default());
        };
        match asked.kind {
            Kind::ClassAttendance => self.attendance(tx, asked, year, class, made, last).await,
            Kind::JournalAccess => self.access(tx, asked, year, &class, made, last).await,
            _ => self.absences(tx, asked, year, class, made, last).await,
        }
    }

    async fn attendance(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        year: &StudyYear,
        class: Class,
        made: &mut Made,
        last: NaiveDate,
    ) -> Result<Report, Error> {
        let begun = year.terms(class.grade).filter(|it| it.starts_on <= last);
        let mut terms: Vec<Term> = begun
            .map(|it| Term {
                slot: Slot::of(it),
                starts_on: it.starts_on,
                ends_on: it.ends_on,
            })
            .collect();
        terms.push(Term {
            slot: Slot::YEAR,
            starts_on: year.year.starts_on,
            ends_on: year.ends_on(class.grade),
        });
        let every = (String::new(), Label::Word("every-period"));
        let slots = terms
            .iter()
            .map(|it| (it.slot.code(), Label::Slot(it.slot)));
        let units = Unit::ALL.map(|it| (it.code().to_owned(), Label::Word(it.code())));
        let term = asked.more.term;
        made.fields = vec![
            Field::choice(
                "term",
                &term.map(Slot::code).unwrap_or_default(),
                std::iter::once(every).chain(slots).collect(),
            ),
            Field::choice("unit", asked.more.unit.code(), units.into()),
        ];
        if let Some(slot) = term {
            terms.retain(|it| it.slot == slot);
            if terms.is_empty() {
                return Err(Error::NotFound);
            }
        }
        let days = (year.year.starts_on, last);
        let mut books = self.presence(tx, year, &[class], days).await?;
        let Some(book) = books.pop() else {
            return Ok(Report::default());
        };
        Ok(reports::class_attendance(&book, &terms, asked.more.unit))
    }

    async fn absences(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        year: &StudyYear,
        class: Class,
        made: &mut Made,
        last: NaiveDate,
    ) -> Result<Report, Error> {
        let month = month_field(asked, year, made, last)?;
        let days = days_of(asked, year, made, (month, last));
        let mut books = self.presence(tx, year, &[class], days).await?;
        let Some(book) = books.pop() else {
            return Ok(Report::default());
        };
        let more = asked.more;
        if asked.days.is_span() {
            made.more.days = Some(days);
        }
        let shapes = Shape::ALL.map(|it| (it.code().to_owned(), Label::Word(it.code())));
        made.fields
            .push(Field::choice("shape", more.shape.code(), shapes.into()));
        let names = book.subjects.iter();
        let names = names.map(|it| (it.0.to_string(), Label::Text(it.1.clone())));
        made.fields.push(subject_field(more.subject, names));
        let code = CODES.iter().find(|it| Some(it.0) == more.code);
        let codes = CODES.map(|it| (it.1.to_owned(), Label::Word(it.1)));
        let every = (String::new(), Label::Word("every-code"));
        made.fields.push(Field::choice(
            "code",
            code.map(|it| it.1).unwrap_or_default(),
            std::iter::once(every).chain(codes).collect(),
        ));
        let terms = [Term {
            slot: Slot::YEAR,
            starts_on: days.0,
            ends_on: days.1,
        }];
        let note = reports::left_note(&book, &terms);
        let book = book.of_subject(more.subject).of_code(more.code);
        let mut report = match more.shape {
            Shape::ByDays => reports::class_absences(&book),
            Shape::BySubjects => reports::class_absences_by_subject(&book),
        };
        report.notes.extend(note);
        Ok(report)
    }

    async fn absent_today(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        year: &StudyYear,
        classes: &[Class],
        made: &mut Made,
        last: NaiveDate,
    ) -> Result<Report, Error> {
        let day = asked.more.day.map(|it| it.clamp(year.year.starts_on, last));
        let to = day.unwrap_or(last);
        let from = to.checked_sub_days(LOOK_BACK).unwrap_or(to);
        let books = self.presence(tx, year, classes, (from, to)).await?;
        // Without a day: the last one with lessons.
        let lessons = books.iter().flat_map(|it| &it.lessons);
        let day = day
            .or_else(|| lessons.map(|it| it.on).max())
            .unwrap_or(last);
        made.fields = vec![Field::day("day", day)];
        let heat = reports::school_heat(&books);
        let of_day = |mut it: Presence| {
            it.lessons.retain(|lesson| lesson.on == day);
            it
        };
        let books: Vec<Presence> = books.into_iter().map(of_day).collect();
        Ok(Report {
            heat,
            ..reports::absent_today(&books)
        })
    }

    pub(super) async fn subject_names(
        &self,
        tx: &mut Tx,
    ) -> Result<HashMap<SubjectId, String>, Error> {
        let subjects = self.curriculum.subjects(tx).await?;
        Ok(subjects.into_iter().map(|it| (it.id, it.name)).collect())
    }

    /// The presence of classes over some days, in the order of the classes.
    async fn presence(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        classes: &[Class],
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<Presence>, Error> {
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        let attending = self.attending(tx, year, &ids, (from, to)).await?;
        let mut people: Vec<PersonId> = attending.members.iter().map(|it| it.pupil).collect();
        people.sort_unstable();
        people.dedup();
        let cards = self.people.cards(tx, &people).await?;
        let subjects = self.subject_names(tx).await?;
        let book = |class: &Class| {
            let here = attending.here(class.id);
            let lessons = attending.lessons_of(class.id);
            let known: HashSet<LessonId> = lessons.iter().map(|it| it.id).collect();
            let pupils = cards.iter().filter(|it| here.contains(&it.id));
            let pupils = pupils.map(|it| attending.attendee(class.id, it.id, it.listed(), &known));
            Presence {
                class: class.clone(),
                pupils: pupils.collect(),
                subjects: taught(year, class, &subjects),
                lessons,
            }
        };
        Ok(classes.iter().map(book).collect())
    }

    /// What a class made of the lessons of the period before and of this one.
    pub(super) async fn kept(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        now: &ClassBook,
        before: Option<&ClassBook>,
        today: NaiveDate,
    ) -> Result<(Option<Kept>, Kept), Error> {
        let class = &now.class;
        let first = before.map_or(now.term.starts_on, |it| it.term.starts_on);
        let days = (first, now.term.ends_on.min(today));
        let attending = self.attending(tx, year, &[class.id], days).await?;
        let lessons = attending.lessons_of(class.id);
        let known: HashSet<LessonId> = lessons.iter().map(|it| it.id).collect();
        let here = attending.here(class.id).into_iter();
        let pupils = here.map(|it| attending.attendee(class.id, it, String::new(), &known));
        let book = Presence {
            class: class.clone(),
            pupils: pupils.collect(),
            subjects: vec![],
            lessons,
        };
        let of = |it: &ClassBook| book.kept(&(it.term.starts_on..=it.term.ends_on));
        Ok((before.map(of), of(now)))
    }

    async fn attending(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        classes: &[ClassId],
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Attending, Error> {
        let members = self.register.members(tx, classes, from, to).await?;
        let attended = self.attendance.attended(tx, classes, from, to).await?;
        let mut noted: HashMap<PersonId, HashMap<LessonId, Attendance>> = HashMap::new();
        for (lesson, pupil, what) in attended.notes {
            noted.entry(pupil).or_default().insert(lesson, what);
        }
        let mut groups: HashMap<PersonId, HashSet<GroupId>> = HashMap::new();
        for group in &year.groups {
            for pupil in &group.pupils {
                groups.entry(*pupil).or_default().insert(group.group);
            }
        }
        Ok(Attending {
            members,
            lessons: attended.lessons,
            noted,
            groups,
        })
    }
}

/// Who was to be at which lessons of some classes, and who was noted there.
struct Attending {
    members: Vec<Member>,
    lessons: Vec<HeldLesson>,
    noted: HashMap<PersonId, HashMap<LessonId, Attendance>>,
    groups: HashMap<PersonId, HashSet<GroupId>>,
}

impl Attending {
    fn here(&self, class: ClassId) -> HashSet<PersonId> {
        let own = self.members.iter().filter(|it| it.class == class);
        own.map(|it| it.pupil).collect()
    }

    fn lessons_of(&self, class: ClassId) -> Vec<HeldLesson> {
        let own = self.lessons.iter().filter(|it| it.class == class);
        own.copied().collect()
    }

    fn attendee(
        &self,
        class: ClassId,
        id: PersonId,
        name: String,
        known: &HashSet<LessonId>,
    ) -> Attendee {
        let stays = self.members.iter();
        let stays = stays.filter(|it| it.class == class && it.pupil == id);
        let noted = self.noted.get(&id).into_iter().flatten();
        let noted = noted.filter(|it| known.contains(it.0));
        Attendee {
            id,
            name,
            stays: stays.map(|it| (it.since, it.until)).collect(),
            groups: self.groups.get(&id).cloned().unwrap_or_default(),
            noted: noted.map(|it| (*it.0, *it.1)).collect(),
        }
    }
}

/// The days of the month, or those that were typed; by days only so many fit.
fn days_of(
    asked: &Asked,
    year: &StudyYear,
    made: &mut Made,
    (month, last): (NaiveDate, NaiveDate),
) -> (NaiveDate, NaiveDate) {
    let usual = (month.max(year.year.starts_on), month_end(month).min(last));
    let bounds = DayBounds {
        year: (year.year.starts_on, year.year.ends_on),
        today: last,
        most: (asked.more.shape == Shape::ByDays).then_some(DAYS),
    };
    asked.days.span(usual, &bounds).unwrap_or_else(|faults| {
        made.faults = faults;
        usual
    })
}

/// What the class is taught, by name.
pub(super) fn taught(
    year: &StudyYear,
    class: &Class,
    names: &HashMap<SubjectId, String>,
) -> Vec<(SubjectId, String)> {
    let loads = year.loads.iter().filter(|it| it.class == class.id);
    let ids: HashSet<SubjectId> = loads.map(|it| it.subject).collect();
    let found = ids
        .into_iter()
        .filter_map(|it| Some((it, names.get(&it)?.clone())));
    let mut subjects: Vec<(SubjectId, String)> = found.collect();
    subjects.sort_by(|one, other| kernel::names::compare(&one.1, &other.1));
    subjects
}

/// The month that is wanted, or that of the last day; it joins the form.
pub(super) fn month_field(
    asked: &Asked,
    year: &StudyYear,
    made: &mut Made,
    last: NaiveDate,
) -> Result<NaiveDate, Error> {
    let all = months(year.year.starts_on, last);
    let month = asked.more.month.unwrap_or_else(|| month_start(last));
    if !all.contains(&month) {
        return Err(Error::NotFound);
    }
    let choices = all.into_iter().map(|it| (month_code(it), Label::Month(it)));
    made.fields = vec![Field::choice(
        "month",
        &month_code(month),
        choices.collect(),
    )];
    Ok(month)
}

pub(super) fn subject_field(
    chosen: Option<SubjectId>,
    names: impl Iterator<Item = (String, Label)>,
) -> Field {
    let every = (String::new(), Label::Word("every-subject"));
    let chosen = chosen.map(|it| it.to_string()).unwrap_or_default();
    Field::choice(
        "subject",
        &chosen,
        std::iter::once(every).chain(names).collect(),
    )
}
