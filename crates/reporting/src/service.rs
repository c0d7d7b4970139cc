//! Use cases: who may have which report, and what it is made of.

mod choice;
mod gather;
mod gather_access;
mod gather_marks;
mod gather_people;
mod gather_presence;
mod gather_teacher;
mod letters;
mod marks;
mod owed;
mod runs;
mod year_ago;

use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, Utc};
use curriculum::{Class, Curriculum, Study, StudyYear};
use db::{Db, Tx};
use identity::Accounts;
use journal::{AttendanceBook, FinalBook, MarkBook, Slot};
use kernel::{Actor, ClassId, Denied, PersonId, Reach, Right};
use messaging::Letters;
use movement::ClassRegister;
use org::Organisations;
use people::{Card, People};

pub(crate) use gather_presence::code_of;

use crate::{
    DayFaults, Error, Field, Kind, More, Report, Theme, TypedDays,
    days::DayBounds,
    kind,
    period::{self, Term},
    reports,
};

pub use choice::{Choices, MarksWish, Own, WorkChoice};
pub use letters::{LetterText, Mailing, MailingLine, Way};
pub(crate) use owed::{OwedReport, PaperCopy};
pub(crate) use runs::Seen;

/// Which report is wanted.
#[derive(Clone, Debug)]
pub struct Asked {
    pub kind: Kind,
    pub period: Option<Slot>,
    pub class: Option<ClassId>,
    pub teacher: Option<PersonId>,
    /// With the names of those who fail.
    pub names: bool,
    /// What reports of presence and people are asked besides.
    pub more: More,
    /// What reports of marks are asked besides.
    pub of_marks: MarksWish,
    /// Days as they were typed.
    pub days: TypedDays,
}

/// A report with what may be chosen instead.
#[derive(Clone, Debug)]
pub struct Made {
    pub report: Report,
    /// First and last day of the year.
    pub year: (NaiveDate, NaiveDate),
    pub terms: Vec<Term>,
    pub term: Option<Term>,
    pub classes: Vec<Class>,
    pub class: Option<Class>,
    /// The whole school may be looked at.
    pub all_classes: bool,
    /// Who teaches in the year; only for those who may choose.
    pub teachers: Vec<Card>,
    pub teacher: Option<Card>,
    /// What else may be chosen.
    pub fields: Vec<Field>,
    /// Which page of how many.
    pub pages: Option<(usize, usize)>,
    pub made_at: DateTime<Utc>,
    pub more: Choices,
    /// What is wrong with the days that were typed: the report is empty then.
    pub faults: DayFaults,
}

impl Made {
    /// Nothing yet.
    fn of(year: &StudyYear, made_at: DateTime<Utc>) -> Self {
        Self {
            report: Report::default(),
            year: (year.year.starts_on, year.year.ends_on),
            terms: vec![],
            term: None,
            classes: vec![],
            class: None,
            all_classes: false,
            teachers: vec![],
            teacher: None,
            fields: vec![],
            pages: None,
            made_at,
            more: Choices::default(),
            faults: vec![],
        }
    }

    /// The period, or the week, as an address says it.
    pub(crate) fn period_code(&self) -> Option<String> {
        let week = self.more.week.map(|it| format!("week-{it}"));
        week.or_else(|| self.term.map(|it| it.slot.code()))
    }

    /// A report of days that make no sense is none; what was typed stays.
    fn checked(mut self, asked: &Asked, today: NaiveDate) -> Self {
        let bounds = self.bounds(today);
        let on = &asked.days.on;
        if let Some(field) = self.fields.iter_mut().find(|it| it.name == "day")
            && let Err(fault) = on.within(&bounds)
        {
            field.value.clone_from(&on.text);
            self.faults.push(("day", fault));
        }
        if !self.faults.is_empty() {
            self.report = Report::default();
            self.pages = None;
        }
        self
    }

    /// The days that may be looked at.
    const fn bounds(&self, today: NaiveDate) -> DayBounds {
        DayBounds {
            year: self.year,
            today,
            most: None,
        }
    }
}

/// Reports of a school (S3:10.1).
#[derive(Clone)]
pub struct Reporting {
    db: Db,
    people: Arc<dyn People>,
    pub(crate) curriculum: Arc<dyn Curriculum>,
    register: Arc<dyn ClassRegister>,
    pub(crate) finals: Arc<dyn FinalBook>,
    attendance: Arc<dyn AttendanceBook>,
    marks: Arc<dyn MarkBook>,
    letters: Arc<dyn Letters>,
    pub(crate) orgs: Arc<dyn Organisations>,
    accounts: Arc<dyn Accounts>,
}

/// Whom this domain asks.
pub struct Neighbours {
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
    pub register: Arc<dyn ClassRegister>,
    pub finals: Arc<dyn FinalBook>,
    pub attendance: Arc<dyn AttendanceBook>,
    pub marks: Arc<dyn MarkBook>,
    pub letters: Arc<dyn Letters>,
    pub orgs: Arc<dyn Organisations>,
    pub accounts: Arc<dyn Accounts>,
}

impl Reporting {
    pub fn new(db: Db, ask: Neighbours) -> Self {
        let Neighbours {
            people,
            curriculum,
            register,
            finals,
            attendance,
            marks,
            letters,
            orgs,
            accounts,
        } = ask;
        Self {
            db,
            people,
            curriculum,
            register,
            finals,
            attendance,
            marks,
            letters,
            orgs,
            accounts,
        }
    }

    /// The reports that the actor may have, in the order of the catalogue.
    ///
    /// # Errors
    /// The actor sees neither a journal nor a list of a class.
    pub fn catalogue(&self, actor: &Actor) -> Result<Vec<Kind>, Error> {
        let may = |kind: &Kind| {
            let reaches = actor.reaches(kind.right());
            let whole = reaches.has(Reach::Org);
            match kind {
                it if it.is_of_school() => whole,
                it if it.is_of_teacher() => whole || reaches.has(Reach::OwnLoad),
                it if it.is_of_own_subjects() => {
                    whole || reaches.has(Reach::OwnClass) || reaches.has(Reach::OwnLoad)
                }
                _ => whole || reaches.has(Reach::OwnClass),
            }
        };
        let mut kinds = Kind::ALL.to_vec();
        kinds.retain(may);
        if kinds.is_empty() {
            return Err(Denied(Right::JournalView).into());
        }
        Ok(kinds)
    }

    /// Makes a report, in at most ten statements whatever its length.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a report, class or teacher of somebody else.
    #[tracing::instrument(name = "reporting.make", skip_all, fields(report = asked.kind.code()))]
    pub async fn make(&self, actor: &Actor, asked: Asked, today: NaiveDate) -> Result<Made, Error> {
        if !self.catalogue(actor)?.contains(&asked.kind) {
            return Err(Error::NotFound);
        }
        let mut tx = self.db.begin(actor).await?;
        let made_at = tx.now();
        let study = self.study(&mut tx, asked.kind.looks_back(), today).await?;
        let year = begun(&study, today)?.clone();
        if asked.kind.is_of_marks() {
            let made = self.of_marks(&mut tx, actor, &asked, &year, today).await?;
            tx.commit().await?;
            return Ok(made.checked(&asked, today));
        }
        let classes = classes_of(actor, &year, asked.kind);
        let class = chosen(actor, &classes, &asked)?;
        let terms = period::terms(&year);
        let term = match asked.period.filter(|_| asked.kind.theme().is_none()) {
            Some(slot) => Some(
                *terms
                    .iter()
                    .find(|it| it.slot == slot)
                    .ok_or(Error::NotFound)?,
            ),
            None => period::usual(&terms, today),
        };
        let term = term.filter(|_| asked.kind.has_period());
        let mut made = Made {
            terms,
            term,
            classes,
            class,
            all_classes: actor.reaches(asked.kind.right()).has(Reach::Org),
            ..Made::of(&year, made_at)
        };
        if asked.kind == Kind::Teacher {
            self.choose_teacher(&mut tx, actor, &year, asked.teacher, &mut made)
                .await?;
        }
        made.report = match asked.kind.theme() {
            None => {
                self.report(&mut tx, &asked, &year, &mut made, today)
                    .await?
            }
            Some(Theme::Presence) => {
                self.presence_report(&mut tx, actor, &asked, &year, &mut made, today)
                    .await?
            }
            Some(Theme::People) => {
                self.people_report(&mut tx, actor, &asked, &year, &mut made, today)
                    .await?
            }
        };
        tx.commit().await?;
        Ok(made.checked(&asked, today))
    }

    async fn report(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        year: &StudyYear,
        made: &mut Made,
        today: NaiveDate,
    ) -> Result<Report, Error> {
        let Some(term) = made.term else {
            return self.cards(tx, year, made, today).await;
        };
        let mut of: Vec<Class> = match (asked.kind, &made.class) {
            (Kind::ClassTeacher | Kind::ClassResults, None) => return Ok(Report::default()),
            (_, Some(class)) => vec![class.clone()],
            (Kind::Teacher, None) => gather::classes_of_teacher(year, made.teacher.as_ref()),
            (_, None) => year.taught_classes().cloned().collect(),
        };
        if asked.kind == Kind::Classes {
            choice::choose_grade(asked, &mut of, made)?;
        }
        if asked.kind == Kind::Teacher {
            return self.of_teacher(tx, asked, year, made, &of, today).await;
        }
        if asked.kind == Kind::ClassResults {
            made.fields.push(choice::places_field(asked));
        }
        let mut wanted = vec![term];
        if asked.kind == Kind::ClassTeacher {
            let before = made
                .terms
                .iter()
                .rev()
                .find(|it| it.ends_on < term.starts_on);
            wanted.extend(before.filter(|_| term.slot.is_term()));
        }
        let mut books = self
            .books(tx, year, &of, &wanted, asked.kind.shows_missed(), today)
            .await?
            .into_iter();
        let Some(mut now) = books.next() else {
            return Ok(Report::default());
        };
        let before = books.next();
        let mut report = match asked.kind {
            Kind::School => {
                let options = self.orgs.options(tx).await?;
                reports::school(&now, asked.names, options.targets)
            }
            Kind::Classes => {
                let before = self.year_ago(tx, &now, year, today).await?;
                reports::classes(&now, &before)
            }
            Kind::ClassTeacher => {
                if let Some(class) = now.classes.first_mut() {
                    class.teachers = self.teachers_of(tx, year, class).await?;
                    self.name_orders(tx, class).await?;
                }
                match now.classes.first() {
                    None => Report::default(),
                    Some(class) => {
                        let before = before.as_ref().and_then(|it| it.classes.first());
                        let kept = self.kept(tx, year, class, before, today).await?;
                        reports::class_teacher(&now, class, before, kept)
                    }
                }
            }
            // The others are made elsewhere.
            _ => match now.classes.first() {
                None => Report::default(),
                Some(class) => reports::class_results(&now, class, asked.more.places),
            },
        };
        report.notes.extend(gather::missing(&now, &of, today));
        Ok(report)
    }

    async fn year(&self, tx: &mut Tx, today: NaiveDate) -> Result<StudyYear, Error> {
        let study = self.study(tx, kind::SUMMER, today).await?;
        begun(&study, today).cloned()
    }

    /// The years that are not over for more than so many days. What was asked
    /// first holds for the whole transaction.
    pub(super) async fn study(
        &self,
        tx: &mut Tx,
        back: Days,
        today: NaiveDate,
    ) -> Result<Arc<Study>, Error> {
        let ask = dues::Ask {
            today,
            from: today - back,
            until: today,
            known: &[],
        };
        Ok(self.curriculum.study(tx, &ask).await?)
    }

    /// Who looks at the whole school chooses among all who teach.
    async fn choose_teacher(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        year: &StudyYear,
        wanted: Option<PersonId>,
        made: &mut Made,
    ) -> Result<(), Error> {
        let whole = actor.reaches(Right::JournalView).has(Reach::Org);
        let mut teachers: Vec<PersonId> = year.loads.iter().map(|it| it.teacher).collect();
        teachers.retain(|it| whole || *it == actor.person);
        teachers.sort_unstable();
        teachers.dedup();
        let cards = self.people.cards(tx, &teachers).await?;
        made.teacher = match wanted {
            None => cards
                .iter()
                .find(|it| it.id == actor.person)
                .or_else(|| cards.first())
                .cloned(),
            Some(wanted) => {
                let found = cards.iter().find(|it| it.id == wanted).cloned();
                Some(found.ok_or(Error::NotFound)?)
            }
        };
        if whole {
            made.teachers = cards;
        }
        Ok(())
    }
}

/// The classes that may be chosen: all, or those that the actor leads.
fn classes_of(actor: &Actor, year: &StudyYear, kind: Kind) -> Vec<Class> {
    if !kind.is_of_class() {
        return vec![];
    }
    let mut classes = reached(actor, year, kind);
    classes.retain(|it| is_reported(kind, it));
    classes
}

/// Whether the report is made of the class: grade 1 has no marks (S3:8.2).
pub(crate) const fn is_reported(kind: Kind, class: &Class) -> bool {
    kind.theme().is_some() || class.grade > 1
}

/// The classes that the actor reaches for the report.
fn reached(actor: &Actor, year: &StudyYear, kind: Kind) -> Vec<Class> {
    let whole = actor.reaches(kind.right()).has(Reach::Org);
    let own = |it: &&Class| whole || it.teacher == Some(actor.person);
    year.taught_classes().filter(own).cloned().collect()
}

/// The class that is meant: the one asked for, or else the one that the actor
/// leads; none where all are.
fn chosen(actor: &Actor, classes: &[Class], asked: &Asked) -> Result<Option<Class>, Error> {
    let kind = asked.kind;
    let led = |it: &&Class| it.teacher == Some(actor.person);
    match asked.class.filter(|_| kind.is_of_class()) {
        None if kind.has_all_classes() && actor.reaches(kind.right()).has(Reach::Org) => Ok(None),
        None => Ok(classes.iter().find(led).or(classes.first()).cloned()),
        Some(wanted) => {
            let found = classes.iter().find(|it| it.id == wanted).cloned();
            Ok(Some(found.ok_or(Error::NotFound)?))
        }
    }
}

/// The year of the school that has begun last.
fn begun(study: &Study, today: NaiveDate) -> Result<&StudyYear, Error> {
    let mut years = study.years.iter().rev();
    years
        .find(|it| it.year.starts_on <= today)
        .ok_or(Error::NoYear)
}
