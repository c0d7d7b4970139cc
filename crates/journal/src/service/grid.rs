mod choices;
mod earned;
mod page;
mod span;

use std::{collections::HashSet, ops::Range};

use chrono::{DateTime, NaiveDate, Utc};
use curriculum::{Class, Frame, Group, Period, PeriodId, Scale, Subject};
use kernel::{Actor, ClassId, GroupId, LessonId, PersonId, SubjectId};
use movement::Member;
use org::{AbsenceDisplay, Options, Thresholds};
use people::Card;
use rust_decimal::Decimal;
use schedule::Lesson;

use super::{Journal, access};
use crate::{
    Attendance, Averaging, Error, FinalRule, Proposal, Slot,
    operation::WorkId,
    store::{self, Beside, BesideOf, StoredSheet},
};
pub use choices::GridChoice;
use earned::Ranks;
use page::Page;
pub use span::{GridSpan, GridTerm};

/// Which journal to open.
#[derive(Clone, Copy, Debug)]
pub struct OpenGrid {
    pub class: ClassId,
    pub subject: SubjectId,
    /// A subgroup only; `None` shows the whole class.
    pub group: Option<GroupId>,
    pub term: GridTerm,
    pub span: GridSpan,
    /// Today, where the school is.
    pub today: NaiveDate,
}

/// A page of the journal: pupils by lessons of one period.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a page shows independent facts"
)]
pub struct Grid {
    pub class: Class,
    pub subject: Subject,
    pub groups: Vec<Group>,
    pub group: Option<GroupId>,
    /// Who teaches the subject here, Фамилия И. О.
    pub teachers: Vec<String>,
    pub terms: Vec<Period>,
    /// `None` shows the whole year.
    pub term: Option<PeriodId>,
    pub span: GridSpan,
    /// First and last day of the year.
    pub year: (NaiveDate, NaiveDate),
    /// The first day shown, where lessons before it are out of sight.
    pub earlier: Option<NaiveDate>,
    /// Whether lessons after those shown are out of sight.
    pub later: bool,
    pub choices: Vec<GridChoice>,
    pub columns: Vec<Column>,
    pub rows: Vec<GridRow>,
    pub averaging: Averaging,
    pub one_allowed: bool,
    /// Whether absences show as one letter instead of the code.
    pub letters: bool,
    /// Abbreviation and weight of «Ответ на уроке», which a second mark makes.
    pub extra: (String, Decimal),
    /// From which average a 5, 4, 3 is proposed.
    pub thresholds: Thresholds,
    /// The moment of this state, for those who ask what changed since.
    pub at: DateTime<Utc>,
    /// Above so many percent of the lessons missed there is no mark.
    pub most_missed: i32,
    /// Whether marks of the period are due, so that too few are told.
    pub closing: bool,
    /// Whether the actor may write in any of the lessons.
    pub writable: bool,
    pub archived: bool,
}

impl Grid {
    /// Grade 1 learns without marks (JRN-2).
    pub fn without_marks(&self) -> bool {
        self.class.grade == 1
    }

    pub fn scale(&self) -> Scale {
        self.subject.scale
    }

    pub fn shows(&self, choice: GridChoice) -> bool {
        self.choices.contains(&choice)
    }
}

/// One lesson, with a sub-column for each of its works.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a lesson has independent facts"
)]
pub struct Column {
    pub lesson: LessonId,
    pub held_on: NaiveDate,
    pub number: i16,
    pub topic: String,
    pub homework: String,
    pub no_homework: bool,
    /// Whether files hang on the homework.
    pub files: bool,
    /// Whether a remark to the lesson waits for its teacher.
    pub remark: bool,
    pub cancelled: bool,
    /// At least one: a lesson without works has a place for the first.
    pub works: Vec<WorkHead>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WorkHead {
    pub work: Option<WorkId>,
    /// Of the kind; the default one where there is no work yet.
    pub name: String,
    pub abbr: String,
    pub weight: Decimal,
    pub topic: String,
    pub version: i32,
    /// Whether this is «Ответ на уроке», which a second mark goes to.
    pub answer: bool,
    /// Whether «•» counts as «2» in it today.
    pub owed: bool,
}

/// A pupil's row.
#[derive(Clone, Debug)]
pub struct GridRow {
    pub pupil: PersonId,
    pub name: String,
    /// When the pupil left the class inside the period.
    pub left_on: Option<NaiveDate>,
    /// In the order of the columns and their works.
    pub cells: Vec<GridCell>,
    /// Exact; `None` where no mark counts.
    pub average: Option<Decimal>,
    /// Marks of the period in lessons that are not shown, with their weights.
    pub rest: Vec<(String, Decimal)>,
    pub median: Option<Decimal>,
    /// Lessons of the period missed, and those of them that are not shown.
    pub missed: (u32, u32),
    pub proposal: Option<Proposal>,
    /// From what the page counts the proposal anew while somebody types.
    pub ground: Ground,
    /// The final mark of the period.
    pub final_mark: String,
    /// Marks of a school before can be looked at (MOV-5).
    pub former: bool,
}

/// What a proposal stands on besides the marks that are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ground {
    /// Fewer marks make no proposal, for the hours of this pupil.
    pub least: u32,
    /// Lessons that the pupil had until today; none where nothing is proposed.
    pub lessons: u32,
    /// Lessons without marks before the pupil came: somebody should look.
    pub came_later: bool,
}

#[derive(Clone, Debug, Default)]
pub struct GridCell {
    pub mark: String,
    pub mark_version: i32,
    pub attendance: Attendance,
    pub attendance_version: i32,
    pub commented: bool,
    pub locked: Option<Locked>,
}

/// Why a cell cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    NotEnrolled,
    NotYours,
    Cancelled,
    Ahead,
    Archived,
    /// The period was signed; a correction may be asked for.
    Signed,
    /// The school's days for changes are over; a correction may be asked for.
    WindowOver,
}

impl Locked {
    /// The key of the words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotEnrolled => "journal.op.not-in-class",
            Self::NotYours => "journal.op.not-yours",
            Self::Cancelled => "journal.op.lesson-cancelled",
            Self::Ahead => "journal.op.lesson-ahead",
            Self::Archived => "journal.op.year-archived",
            Self::Signed => "journal.op.period-signed",
            Self::WindowOver => "journal.op.window-over",
        }
    }
}

impl Journal {
    /// Opens the journal of a class in a subject (JRN-1).
    #[tracing::instrument(name = "journal.grid", skip_all, fields(class.id = %open.class))]
    pub async fn grid(&self, actor: &Actor, open: OpenGrid) -> Result<Grid, Error> {
        let mut tx = self.db.begin(actor).await?;
        let frame = self
            .curriculum
            .frame(&mut tx, open.class)
            .await?
            .ok_or(Error::NotFound)?;
        let subject = frame
            .subject(open.subject)
            .cloned()
            .ok_or(Error::NotFound)?;
        access::may_view(actor, &frame, open.subject, open.today)?;
        let term = open.term.of(&frame, open.span, open.today)?;
        let year = (frame.year.starts_on, frame.year.ends_on);
        let (from, to) = term.as_ref().map_or(year, |it| (it.starts_on, it.ends_on));
        let lessons = self
            .lessons
            .of_class(&mut tx, open.class, Some(open.subject), from, to)
            .await?;
        let lessons = of_group(lessons, open.group);
        let (members, former) = self
            .register
            .members_and_former(&mut tx, &[open.class], from, to)
            .await?;
        let pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let teachers = teachers(&frame, open, (from, to));
        let people: Vec<PersonId> = pupils.iter().chain(&teachers).copied().collect();
        let cards = self.people.cards(&mut tx, &people).await?;
        let (teachers, cards) = told(cards, &teachers, &pupils);
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let stored = store::sheet(&mut tx, &ids).await?;
        let of = BesideOf {
            account: actor.account,
            class: open.class,
            lessons: &ids,
            pupils: &pupils,
            subject: open.subject,
            year: frame.year.id,
            slot: term.as_ref().map_or(Slot::YEAR, Slot::of),
        };
        let beside = store::beside(&mut tx, &of).await?;
        let options = self.orgs.options(&mut tx).await?;
        let at = tx.now();
        tx.commit().await?;
        let found = Found {
            frame,
            subject,
            term,
            lessons,
            members,
            former,
            teachers,
            cards,
            stored,
            beside,
            options,
            at,
        };
        Ok(found.grid(actor, open))
    }
}

/// All that was read for a page.
struct Found {
    frame: Frame,
    subject: Subject,
    term: Option<Period>,
    lessons: Vec<Lesson>,
    members: Vec<Member>,
    former: HashSet<PersonId>,
    teachers: Vec<String>,
    cards: Vec<Card>,
    stored: StoredSheet,
    beside: Beside,
    options: Options,
    at: DateTime<Utc>,
}

impl Found {
    fn grid(self, actor: &Actor, open: OpenGrid) -> Grid {
        let Self {
            frame,
            subject,
            term,
            lessons,
            members,
            former,
            teachers,
            cards,
            stored,
            beside,
            options,
            at,
        } = self;
        let sees_former = access::may_see_pupils(actor, &frame, open.subject, open.today);
        let year = (frame.year.starts_on, frame.year.ends_on);
        let page = Page {
            actor,
            frame: &frame,
            stored: &stored,
            beside: &beside,
            today: open.today,
            locks: &beside.locks,
            options: &options,
            scale: subject.scale,
            former: if sees_former { former } else { HashSet::new() },
        };
        let shown = open.span.of(&lessons, open.today);
        let columns = page.columns(&lessons);
        let rule = FinalRule::of(&options, subject.scale);
        let ranks = Ranks::of(&rule, &frame, &subject, term.as_ref(), open.today);
        let rows = page.rows(
            &Sheet {
                lessons: &lessons,
                columns: &columns,
                shown: shown.clone(),
                ranks: &ranks,
                group: open.group,
            },
            &members,
            cards,
        );
        let extra = super::operations::default_kind(&frame.work_kinds)
            .map_or((String::new(), Decimal::ONE), |it| {
                (it.abbr.clone(), it.weight)
            });
        let in_span = open.span.days().is_some();
        Grid {
            groups: frame
                .groups
                .iter()
                .filter(|it| it.subject == open.subject)
                .cloned()
                .collect(),
            group: open.group,
            teachers,
            terms: frame.terms().cloned().collect(),
            term: term.map(|it| it.id),
            span: open.span,
            year,
            earlier: (shown.start > 0 && !in_span)
                .then(|| lessons.get(shown.start).map(|it| it.held_on))
                .flatten(),
            later: shown.end < lessons.len() && !in_span,
            choices: beside
                .choices
                .iter()
                .filter_map(|it| GridChoice::from_code(it))
                .collect(),
            writable: lessons[shown.clone()]
                .iter()
                .any(|it| access::may_edit(actor, &frame, it, open.today)),
            archived: frame.year.archived,
            class: frame.class,
            subject,
            columns: columns
                .into_iter()
                .skip(shown.start)
                .take(shown.len())
                .collect(),
            rows,
            one_allowed: options.use_grade_1,
            letters: options.absence == AbsenceDisplay::Letter,
            thresholds: options.thresholds,
            most_missed: options.most_missed,
            closing: ranks.closing,
            extra,
            at,
            averaging: Averaging::of(&options),
        }
    }
}

/// The lessons of a period, those of them that are shown, and whose rows are wanted.
pub(in crate::service) struct Sheet<'a> {
    lessons: &'a [Lesson],
    columns: &'a [Column],
    shown: Range<usize>,
    ranks: &'a Ranks,
    group: Option<GroupId>,
}

/// The lessons that concern the group.
fn of_group(lessons: Vec<Lesson>, group: Option<GroupId>) -> Vec<Lesson> {
    lessons
        .into_iter()
        .filter(|it| group.is_none() || it.group.is_none() || it.group == group)
        .collect()
}

/// Who teaches the subject to the class or the group in these days.
fn teachers(frame: &Frame, open: OpenGrid, (from, to): (NaiveDate, NaiveDate)) -> Vec<PersonId> {
    let last = open.today.clamp(from, to);
    let mut teachers = vec![];
    for load in &frame.loads {
        let theirs = open.group.is_none() || load.group.is_none() || load.group == open.group;
        let now = load.subject == open.subject && load.days().contains(&last);
        if theirs && now && !teachers.contains(&load.teacher) {
            teachers.push(load.teacher);
        }
    }
    teachers
}

/// Names of the teachers, and the cards of the pupils.
fn told(cards: Vec<Card>, teachers: &[PersonId], pupils: &[PersonId]) -> (Vec<String>, Vec<Card>) {
    let names = teachers
        .iter()
        .filter_map(|id| cards.iter().find(|it| it.id == *id).map(Card::short))
        .collect();
    let cards = cards
        .into_iter()
        .filter(|it| pupils.contains(&it.id))
        .collect();
    (names, cards)
}
