use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, Frame, Group, Period, PeriodId, Scale, Subject};
use kernel::{Actor, ClassId, GroupId, LessonId, PersonId, SubjectId, decimal::weighted_average};
use movement::Member;
use people::Card;
use rust_decimal::Decimal;
use schedule::Lesson;

use super::{Journal, access};
use crate::{
    Attendance, Error, MarkValue,
    operation::{Cell, WorkId},
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
pub struct Grid {
    pub class: Class,
    pub subject: Subject,
    pub groups: Vec<Group>,
    pub group: Option<GroupId>,
    pub terms: Vec<Period>,
    pub term: Option<PeriodId>,
    pub columns: Vec<Column>,
    pub rows: Vec<GridRow>,
    pub one_allowed: bool,
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
    pub abbr: String,
    pub weight: Decimal,
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
}

#[derive(Clone, Debug, Default)]
pub struct GridCell {
    pub mark: String,
    pub mark_version: i32,
    pub attendance: Attendance,
    pub attendance_version: i32,
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
        let lessons = shown(lessons, open);
        let members = self
            .register
            .members(&mut tx, &[open.class], from, to)
            .await?;
        let pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let cards = self.people.cards(&mut tx, &pupils).await?;
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let stored = store::sheet(&mut tx, &ids).await?;
        let one_allowed = self.one_allowed(&mut tx).await?;
        tx.commit().await?;

        let view = Page {
            actor,
            frame: &frame,
            stored: &stored,
            today: open.today,
        };
        let columns = view.columns(&lessons);
        let rows = view.rows(&lessons, &columns, &members, cards, open.group);
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
            one_allowed,
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

/// The lessons of the group, the newest of them where there are too many.
fn shown(lessons: Vec<Lesson>, open: OpenGrid) -> Vec<Lesson> {
    let mut lessons: Vec<Lesson> = lessons
        .into_iter()
        .filter(|it| open.group.is_none() || it.group.is_none() || it.group == open.group)
        .collect();
    if lessons.len() > MOST_COLUMNS {
        let past = lessons.iter().filter(|it| it.held_on <= open.today).count();
        let first = past
            .saturating_sub(MOST_COLUMNS - 1)
            .min(lessons.len() - MOST_COLUMNS);
        lessons.drain(..first);
        lessons.truncate(MOST_COLUMNS);
    }
    lessons
}

struct Page<'a> {
    actor: &'a Actor,
    frame: &'a Frame,
    stored: &'a StoredSheet,
    today: NaiveDate,
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
            .map(|work| WorkHead {
                work: Some(work.id),
                abbr: kinds
                    .iter()
                    .find(|it| it.id == work.kind)
                    .map_or_else(String::new, |it| it.abbr.clone()),
                weight: work.weight,
            })
            .collect();
        if !heads.is_empty() {
            return heads;
        }
        let weight = super::operations::default_kind(kinds).map_or(Decimal::ONE, |it| it.weight);
        vec![WorkHead {
            work: None,
            abbr: String::new(),
            weight,
        }]
    }

    fn rows(
        &self,
        lessons: &[Lesson],
        columns: &[Column],
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
                        cells.push(self.cell(lesson.id, head.work, card.id, locked));
                    }
                }
                GridRow {
                    pupil: card.id,
                    name: card.listed(),
                    left_on: left_on(stays),
                    average: self.average(columns, card.id),
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
        } else if access::may_edit(self.actor, self.frame, lesson, self.today) {
            None
        } else {
            Some(Locked::NotYours)
        }
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
            locked,
        }
    }

    fn average(&self, columns: &[Column], pupil: PersonId) -> Option<Decimal> {
        weighted_average(columns.iter().flat_map(|column| {
            column.works.iter().filter_map(move |head| {
                let Cell { value, .. }: &Cell<MarkValue> =
                    self.stored.marks.get(&(column.lesson, head.work, pupil))?;
                Some((value.points(), u32::from(value.count()), head.weight))
            })
        }))
    }
}

/// The day after the last one in the class, where there was a last one.
fn left_on(stays: &[&Member]) -> Option<NaiveDate> {
    let lasts: Option<Vec<NaiveDate>> = stays.iter().map(|it| it.until).collect();
    lasts?.into_iter().max()?.succ_opt()
}
