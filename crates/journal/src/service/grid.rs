use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use curriculum::{Class, Frame, Group, Period, PeriodId, Scale, Subject};
use kernel::{Actor, ClassId, GroupId, LessonId, PersonId, SubjectId, decimal::weighted_average};
use movement::Member;
use org::{AbsenceDisplay, Options, Thresholds};
use people::Card;
use rust_decimal::Decimal;
use schedule::Lesson;

use super::{Journal, access};
use crate::{
    Attendance, Averaging, Closed, Error,
    locks::Locks,
    operation::WorkId,
    store::{self, Entry, StoredSheet},
};

/// At most so many lessons stand side by side (`ux.md` §4.2).
const MOST_COLUMNS: usize = 60;

/// Which journal to open.
#[derive(Clone, Copy, Debug)]
pub struct OpenGrid {
    pub class: ClassId,
    pub subject: SubjectId,
    /// A subgroup only; `None` shows the whole class.
    pub group: Option<GroupId>,
    /// `None`: the period that today belongs to.
    pub term: Option<PeriodId>,
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
    pub terms: Vec<Period>,
    pub term: Option<PeriodId>,
    pub columns: Vec<Column>,
    pub rows: Vec<GridRow>,
    pub averaging: Averaging,
    pub one_allowed: bool,
    /// Whether an open debt counts as «2» here (§2.3).
    pub dot_as_two: bool,
    /// Whether absences show as one letter instead of the code.
    pub letters: bool,
    /// Abbreviation and weight of «Ответ на уроке», which a second mark makes.
    pub extra: (String, Decimal),
    /// From which average a 5, 4, 3 is proposed.
    pub thresholds: Thresholds,
    /// The moment of this state, for those who ask what changed since.
    pub at: DateTime<Utc>,
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
}

/// One lesson, with a sub-column for each of its works.
#[derive(Clone, Debug)]
pub struct Column {
    pub lesson: LessonId,
    pub held_on: NaiveDate,
    pub number: i16,
    pub topic: String,
    pub homework: bool,
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
        let term = term_of(&frame, open)?;
        let (from, to) = term
            .as_ref()
            .map_or((frame.year.starts_on, frame.year.ends_on), |it| {
                (it.starts_on, it.ends_on)
            });
        let lessons = self
            .lessons
            .of_class(&mut tx, open.class, Some(open.subject), from, to)
            .await?;
        let lessons = of_group(lessons, open.group);
        let members = self
            .register
            .members(&mut tx, &[open.class], from, to)
            .await?;
        let pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let cards = self.people.cards(&mut tx, &pupils).await?;
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let stored = store::sheet(&mut tx, &ids).await?;
        let options = self.orgs.options(&mut tx).await?;
        let at = tx.now();
        let locks = store::locks(&mut tx, &[open.class]).await?;
        tx.commit().await?;

        let view = Page {
            actor,
            frame: &frame,
            stored: &stored,
            today: open.today,
            locks: &locks,
            options: &options,
        };
        let (hidden, lessons) = lessons.split_at(first_shown(&lessons, open.today));
        let lessons = &lessons[..lessons.len().min(MOST_COLUMNS)];
        let columns = view.columns(lessons);
        let hidden = view.columns(hidden);
        let rows = view.rows(lessons, (&columns, &hidden), &members, cards, open.group);
        let extra = super::operations::default_kind(&frame.work_kinds)
            .map_or((String::new(), Decimal::ONE), |it| {
                (it.abbr.clone(), it.weight)
            });
        Ok(Grid {
            groups: frame
                .groups
                .iter()
                .filter(|it| it.subject == open.subject)
                .cloned()
                .collect(),
            group: open.group,
            terms: frame.terms().cloned().collect(),
            term: term.map(|it| it.id),
            writable: lessons
                .iter()
                .any(|it| access::may_edit(actor, &frame, it, open.today)),
            archived: frame.year.archived,
            class: frame.class,
            subject,
            columns,
            rows,
            one_allowed: options.use_grade_1,
            dot_as_two: options.dot_as_two,
            letters: options.absence == AbsenceDisplay::Letter,
            thresholds: options.thresholds,
            extra,
            at,
            averaging: Averaging::of(&options),
        })
    }
}

fn term_of(frame: &Frame, open: OpenGrid) -> Result<Option<Period>, Error> {
    match open.term {
        None => Ok(frame.term_on(open.today).cloned()),
        Some(id) => frame
            .terms()
            .find(|it| it.id == id)
            .cloned()
            .map(Some)
            .ok_or(Error::NotFound),
    }
}

/// The lessons that concern the group.
fn of_group(lessons: Vec<Lesson>, group: Option<GroupId>) -> Vec<Lesson> {
    lessons
        .into_iter()
        .filter(|it| group.is_none() || it.group.is_none() || it.group == group)
        .collect()
}

/// Where the lessons shown begin: at the newest where there are too many.
fn first_shown(lessons: &[Lesson], today: NaiveDate) -> usize {
    let past = lessons.iter().filter(|it| it.held_on <= today).count();
    past.saturating_sub(MOST_COLUMNS - 1)
        .min(lessons.len().saturating_sub(MOST_COLUMNS))
}

struct Page<'a> {
    actor: &'a Actor,
    frame: &'a Frame,
    stored: &'a StoredSheet,
    today: NaiveDate,
    locks: &'a Locks,
    options: &'a Options,
}

impl Page<'_> {
    fn columns(&self, lessons: &[Lesson]) -> Vec<Column> {
        lessons
            .iter()
            .map(|it| {
                let Entry {
                    topic,
                    homework,
                    no_homework,
                    ..
                } = self.stored.entry(it.id);
                Column {
                    lesson: it.id,
                    held_on: it.held_on,
                    number: it.number,
                    topic,
                    homework: !homework.is_empty() || no_homework,
                    cancelled: it.cancelled,
                    works: self.works(it),
                }
            })
            .collect()
    }

    fn works(&self, lesson: &Lesson) -> Vec<WorkHead> {
        let kinds = &self.frame.work_kinds;
        let heads: Vec<WorkHead> = self
            .stored
            .works(lesson.id)
            .iter()
            .map(|work| {
                let kind = kinds.iter().find(|it| it.id == work.kind);
                WorkHead {
                    work: Some(work.id),
                    name: kind.map_or_else(String::new, |it| it.name.clone()),
                    abbr: kind.map_or_else(String::new, |it| it.abbr.clone()),
                    weight: work.weight,
                    topic: work.topic.clone(),
                    version: work.version,
                    answer: kind.is_some_and(super::operations::is_answer),
                    owed: self.options.dot_as_two && work.due_on.is_none_or(|it| it < self.today),
                }
            })
            .collect();
        if !heads.is_empty() {
            return heads;
        }
        let kind = super::operations::default_kind(kinds);
        vec![WorkHead {
            work: None,
            name: kind.map_or_else(String::new, |it| it.name.clone()),
            abbr: String::new(),
            weight: kind.map_or(Decimal::ONE, |it| it.weight),
            topic: String::new(),
            version: 0,
            answer: true,
            owed: self.options.dot_as_two,
        }]
    }

    fn rows(
        &self,
        lessons: &[Lesson],
        (columns, hidden): (&[Column], &[Column]),
        members: &[Member],
        cards: Vec<Card>,
        group: Option<GroupId>,
    ) -> Vec<GridRow> {
        let mut stays: HashMap<PersonId, Vec<&Member>> = HashMap::new();
        for it in members {
            stays.entry(it.pupil).or_default().push(it);
        }
        let in_group: HashSet<(GroupId, PersonId)> = self
            .frame
            .group_members
            .iter()
            .map(|it| (it.group, it.pupil))
            .collect();
        let locks: Vec<Option<Locked>> = lessons.iter().map(|it| self.lock(it)).collect();
        cards
            .into_iter()
            .filter(|it| group.is_none_or(|group| in_group.contains(&(group, it.id))))
            .map(|card| {
                let stays = stays.get(&card.id).map_or(&[][..], Vec::as_slice);
                let mut cells = Vec::with_capacity(columns.len());
                for ((lesson, column), lock) in lessons.iter().zip(columns).zip(&locks) {
                    let there = stays.iter().any(|it| it.on(lesson.held_on))
                        && lesson
                            .group
                            .is_none_or(|it| in_group.contains(&(it, card.id)));
                    let locked = if there {
                        *lock
                    } else {
                        Some(Locked::NotEnrolled)
                    };
                    for head in &column.works {
                        let locked = self.still(locked, lesson.id, head.work, card.id);
                        cells.push(self.cell(lesson.id, head.work, card.id, locked));
                    }
                }
                GridRow {
                    pupil: card.id,
                    name: card.listed(),
                    left_on: left_on(stays),
                    average: self.average(columns.iter().chain(hidden), card.id),
                    rest: self.marks_in(hidden, card.id),
                    cells,
                }
            })
            .collect()
    }

    fn lock(&self, lesson: &Lesson) -> Option<Locked> {
        if self.frame.year.archived {
            Some(Locked::Archived)
        } else if lesson.cancelled {
            Some(Locked::Cancelled)
        } else if lesson.held_on > self.today {
            Some(Locked::Ahead)
        } else if !access::may_edit(self.actor, self.frame, lesson, self.today) {
            Some(Locked::NotYours)
        } else {
            let window = self.options.edit_window_days;
            self.locks
                .closed(self.frame, lesson, self.today, window)
                .map(|it| match it {
                    Closed::Signed => Locked::Signed,
                    Closed::WindowOver => Locked::WindowOver,
                })
        }
    }

    /// A correction opens one closed cell (JRN-7).
    fn still(
        &self,
        locked: Option<Locked>,
        lesson: LessonId,
        work: Option<WorkId>,
        pupil: PersonId,
    ) -> Option<Locked> {
        let closed = matches!(locked, Some(Locked::Signed | Locked::WindowOver));
        if closed && self.locks.opened(lesson, work, pupil).is_some() {
            return None;
        }
        locked
    }

    fn cell(
        &self,
        lesson: LessonId,
        work: Option<WorkId>,
        pupil: PersonId,
        locked: Option<Locked>,
    ) -> GridCell {
        let mark = self.stored.marks.get(&(lesson, work, pupil));
        let attendance = self.stored.attendance.get(&(lesson, pupil));
        GridCell {
            mark: mark.map_or_else(String::new, |it| it.value.text().to_owned()),
            mark_version: mark.map_or(0, |it| it.version),
            attendance: attendance.map_or(Attendance::Present, |it| it.value),
            attendance_version: attendance.map_or(0, |it| it.version),
            commented: self.stored.commented.contains(&(lesson, work, pupil)),
            locked,
        }
    }

    fn average<'c>(
        &self,
        columns: impl Iterator<Item = &'c Column>,
        pupil: PersonId,
    ) -> Option<Decimal> {
        weighted_average(columns.flat_map(|column| {
            column.works.iter().filter_map(move |head| {
                let place = (column.lesson, head.work, pupil);
                let (points, count) = self.stored.marks.get(&place)?.value.counted(head.owed);
                let weight = Averaging::of(self.options).weight(head.weight);
                Some((points, count, weight))
            })
        }))
    }

    /// What counts in the average outside of the columns shown.
    fn marks_in(&self, columns: &[Column], pupil: PersonId) -> Vec<(String, Decimal)> {
        let mut marks = vec![];
        for column in columns {
            for head in &column.works {
                let place = (column.lesson, head.work, pupil);
                let value = self.stored.marks.get(&place).map(|it| &it.value);
                if let Some(value) = value.filter(|it| it.counted(head.owed).1 > 0) {
                    let weight = Averaging::of(self.options).weight(head.weight);
                    marks.push((value.text().to_owned(), weight));
                }
            }
        }
        marks
    }
}

/// The day after the last one in the class, where there was a last one.
fn left_on(stays: &[&Member]) -> Option<NaiveDate> {
    let lasts: Option<Vec<NaiveDate>> = stays.iter().map(|it| it.until).collect();
    lasts?.into_iter().max()?.succ_opt()
}
