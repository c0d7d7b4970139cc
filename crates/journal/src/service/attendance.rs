//! The attendance of a class over days: who missed what, and why (C1, JRN-4).

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike, Days, Months, NaiveDate};
use curriculum::{Class, Frame};
use kernel::{Actor, ClassId, LessonId, PersonId, Right, dates};
use movement::Member;
use people::Card;
use schedule::Lesson;

use super::{Journal, access};
use crate::{
    Attendance, Error,
    absence::{AbsenceDocument, DocumentId, Notice, NoticeId, Reason, Tally, document_on},
    homework::Attached,
    store::{self, Papers, StoredAttendance},
};

/// How much of the year stands side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The lessons of one day.
    Day,
    Week,
    Month,
    /// The period of marks.
    Term,
}

impl Span {
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Term];

    /// The name in addresses and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Term => "term",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// First and last day around `on`.
    fn days(self, frame: &Frame, on: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self {
            Self::Day => (on, on),
            Self::Week => {
                let [monday, .., sunday] = dates::week_of(on);
                (monday, sunday)
            }
            Self::Month => {
                let first = on.with_day(1).unwrap_or(on);
                (first, first + Months::new(1) - Days::new(1))
            }
            Self::Term => frame
                .term_on(on)
                .map_or((frame.year.starts_on, frame.year.ends_on), |it| {
                    (it.starts_on, it.ends_on)
                }),
        }
    }
}

/// Attendance of a class.
#[derive(Clone, Debug)]
pub struct ClassAttendance {
    pub class: Class,
    pub span: Span,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub columns: Vec<AttendanceColumn>,
    pub rows: Vec<AttendanceRow>,
    /// Documents in force that meet the days.
    pub documents: Vec<DocumentLine>,
    /// Notices of parents that wait for an answer.
    pub notices: Vec<NoticeLine>,
    /// Whether the actor may tell reasons.
    pub may_tell: bool,
}

/// A day, or one lesson of a day.
#[derive(Clone, Debug)]
pub struct AttendanceColumn {
    pub day: NaiveDate,
    pub lesson: Option<ColumnLesson>,
    /// Lessons held so far, and those of them where somebody looked who is there.
    pub held: usize,
    pub rolled: usize,
}

#[derive(Clone, Debug)]
pub struct ColumnLesson {
    pub id: LessonId,
    pub number: i16,
    pub subject: String,
}

#[derive(Clone, Debug)]
pub struct AttendanceRow {
    pub pupil: PersonId,
    pub name: String,
    pub cells: Vec<AttendanceCell>,
    pub total: Tally,
    /// Days on which every lesson was missed.
    pub whole_days: usize,
    /// The first and the last day with an absence without reason.
    pub unexplained: Option<(NaiveDate, NaiveDate)>,
}

/// One pupil on one day, or at one lesson.
#[derive(Clone, Copy, Debug, Default)]
pub struct AttendanceCell {
    /// Lessons that the pupil has there; none: not in the class, or no lessons.
    pub lessons: u32,
    pub tally: Tally,
    /// What a document says of a day that is still to come.
    pub expected: Option<Reason>,
}

/// A document with who entered it, and the scans that only those who tell
/// reasons may see.
#[derive(Clone, Debug)]
pub struct DocumentLine {
    pub document: AbsenceDocument,
    pub by: String,
    pub files: Vec<Attached>,
}

/// A notice with the names it needs.
#[derive(Clone, Debug)]
pub struct NoticeLine {
    pub notice: Notice,
    pub pupil: String,
    pub sender: String,
    pub class: ClassId,
    pub class_name: String,
}

impl Journal {
    /// Opens the attendance of a class around the day.
    ///
    /// Fails with [`Error::NotFound`] for whoever neither leads the class nor
    /// sees the whole school.
    #[tracing::instrument(name = "journal.attendance", skip_all, fields(class.id = %class))]
    pub async fn class_attendance(
        &self,
        actor: &Actor,
        class: ClassId,
        span: Span,
        on: NaiveDate,
        today: NaiveDate,
    ) -> Result<ClassAttendance, Error> {
        let mut tx = self.db.begin(actor).await?;
        let frame = self
            .curriculum
            .frame(&mut tx, class)
            .await?
            .ok_or(Error::NotFound)?;
        access::may_view_class(actor, &frame.class)?;
        let on = on.clamp(frame.year.starts_on, frame.year.ends_on);
        let (from, to) = span.days(&frame, on);
        let lessons = self
            .lessons
            .of_class(&mut tx, class, None, from, to)
            .await?;
        let members = self.register.members(&mut tx, &[class], from, to).await?;
        let pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let stored = store::attendance(&mut tx, &ids).await?;
        let documents = store::documents(&mut tx, &pupils, from, to).await?;
        let may_tell = access::may_tell_reasons(actor, &frame.class) && !frame.year.archived;
        let mut notices: Vec<Notice> = store::waiting_notices(&mut tx)
            .await?
            .into_iter()
            .filter(|it| pupils.contains(&it.pupil))
            .collect();
        let mut papers = Papers::default();
        if may_tell {
            let of_documents: Vec<DocumentId> = documents.iter().map(|it| it.id).collect();
            let of_notices: Vec<NoticeId> = notices.iter().map(|it| it.id).collect();
            papers = store::papers(&mut tx, &of_documents, &of_notices).await?;
        }
        for it in &mut notices {
            it.files = papers.notices.remove(&it.id).unwrap_or_default();
        }
        let mut people = pupils.clone();
        people.extend(notices.iter().map(|it| it.sent_by));
        people.extend(documents.iter().map(|it| it.set_by));
        let cards = self.people.cards(&mut tx, &people).await?;
        tx.commit().await?;

        let sheet = Sheet {
            frame: &frame,
            stored: &stored,
            lessons: lessons.iter().filter(|it| !it.cancelled).collect(),
            documents: &documents,
            today,
        };
        let columns = sheet.columns(span);
        let rows = sheet.rows(span, &columns, &members, &cards);
        let short = |id: PersonId| name(&cards, id, Card::short);
        Ok(ClassAttendance {
            notices: notices
                .into_iter()
                .map(|it| NoticeLine {
                    pupil: name(&cards, it.pupil, Card::listed),
                    sender: short(it.sent_by),
                    class,
                    class_name: frame.class.name(),
                    notice: it,
                })
                .collect(),
            may_tell,
            documents: documents
                .iter()
                .map(|it| DocumentLine {
                    files: papers.documents.remove(&it.id).unwrap_or_default(),
                    by: short(it.set_by),
                    document: it.clone(),
                })
                .collect(),
            class: frame.class,
            span,
            from,
            to,
            columns,
            rows,
        })
    }
}

impl Journal {
    /// Says that somebody looked who is there at the lesson, and everybody
    /// who is not noted was.
    pub async fn say_rolled(
        &self,
        actor: &Actor,
        id: LessonId,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let (lesson, frame) = self.seen_lesson(&mut tx, actor, id, today).await?;
        access::must_edit(actor, &frame, &lesson, today)?;
        if lesson.cancelled || frame.year.archived || lesson.held_on > today {
            return Err(Error::ChangedMeanwhile);
        }
        store::save_rolled(&mut tx, id, actor.person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The classes that the actor leads this year.
    pub async fn own_classes(&self, actor: &Actor, today: NaiveDate) -> Result<Vec<Class>, Error> {
        actor.may(Right::JournalView)?;
        let mut tx = self.db.begin(actor).await?;
        let classes = match self.curriculum.year_near(&mut tx, today).await? {
            Some(year) => self.curriculum.classes(&mut tx, year.id).await?,
            None => vec![],
        };
        tx.commit().await?;
        Ok(classes
            .into_iter()
            .filter(|it| it.teacher == Some(actor.person))
            .collect())
    }
}

pub(super) fn name(cards: &[Card], id: PersonId, shown: fn(&Card) -> String) -> String {
    cards
        .iter()
        .find(|it| it.id == id)
        .map_or_else(String::new, shown)
}

/// All that the cells are made of.
struct Sheet<'a> {
    frame: &'a Frame,
    stored: &'a StoredAttendance,
    /// Those that take place, by day and number.
    lessons: Vec<&'a Lesson>,
    documents: &'a [AbsenceDocument],
    today: NaiveDate,
}

impl Sheet<'_> {
    fn columns(&self, span: Span) -> Vec<AttendanceColumn> {
        let column = |lessons: &[&Lesson], lesson: Option<ColumnLesson>| {
            let held = || lessons.iter().filter(|it| it.held_on <= self.today);
            AttendanceColumn {
                day: lessons.first().map_or(self.today, |it| it.held_on),
                lesson,
                held: held().count(),
                rolled: held()
                    .filter(|it| self.stored.rolled.contains(&it.id))
                    .count(),
            }
        };
        if span == Span::Day {
            let of_lesson = |it: &&Lesson| {
                let subject = self.frame.subject(it.subject);
                let head = ColumnLesson {
                    id: it.id,
                    number: it.number,
                    subject: subject.map_or_else(String::new, |it| it.short_name.clone()),
                };
                column(&[*it], Some(head))
            };
            return self.lessons.iter().map(of_lesson).collect();
        }
        self.lessons
            .chunk_by(|one, other| one.held_on == other.held_on)
            .map(|it| column(it, None))
            .collect()
    }

    fn rows(
        &self,
        span: Span,
        columns: &[AttendanceColumn],
        members: &[Member],
        cards: &[Card],
    ) -> Vec<AttendanceRow> {
        let mut stays: HashMap<PersonId, Vec<&Member>> = HashMap::new();
        for it in members {
            stays.entry(it.pupil).or_default().push(it);
        }
        let noted: HashMap<(LessonId, PersonId), Attendance> = self
            .stored
            .noted
            .iter()
            .map(|(lesson, pupil, it)| ((*lesson, *pupil), *it))
            .collect();
        let groups: HashSet<_> = self
            .frame
            .group_members
            .iter()
            .map(|it| (it.group, it.pupil))
            .collect();
        let place = |lesson: &Lesson| {
            columns.iter().position(|it| match &it.lesson {
                Some(head) => head.id == lesson.id,
                None => it.day == lesson.held_on,
            })
        };
        let places: Vec<Option<usize>> = self.lessons.iter().map(|it| place(it)).collect();
        cards
            .iter()
            .filter_map(|card| {
                let stays = stays.get(&card.id)?;
                let mut cells = vec![AttendanceCell::default(); columns.len()];
                for (lesson, place) in self.lessons.iter().zip(&places) {
                    let taught = stays.iter().any(|it| it.on(lesson.held_on))
                        && lesson
                            .group
                            .is_none_or(|it| groups.contains(&(it, card.id)));
                    if let (true, Some(place)) = (taught, *place) {
                        self.note(&mut cells[place], lesson, card.id, &noted);
                    }
                }
                Some(row(card, cells, columns, span))
            })
            .collect()
    }

    fn note(
        &self,
        cell: &mut AttendanceCell,
        lesson: &Lesson,
        pupil: PersonId,
        noted: &HashMap<(LessonId, PersonId), Attendance>,
    ) {
        cell.lessons += 1;
        if lesson.held_on > self.today {
            cell.expected = document_on(self.documents, pupil, lesson.held_on).map(|it| it.reason);
        } else if let Some(it) = noted.get(&(lesson.id, pupil)) {
            cell.tally.add(*it);
        }
    }
}

fn row(
    card: &Card,
    cells: Vec<AttendanceCell>,
    columns: &[AttendanceColumn],
    span: Span,
) -> AttendanceRow {
    let mut total = Tally::default();
    let mut days: BTreeMap<NaiveDate, (u32, u32)> = BTreeMap::new();
    let mut unexplained: Option<(NaiveDate, NaiveDate)> = None;
    for (cell, column) in cells.iter().zip(columns) {
        total += cell.tally;
        let day = days.entry(column.day).or_default();
        day.0 += cell.lessons;
        day.1 += cell.tally.missed();
        if cell.tally.absent > 0 {
            let first = unexplained.map_or(column.day, |it| it.0);
            unexplained = Some((first, column.day));
        }
    }
    let whole = days.values().filter(|it| it.0 > 0 && it.0 == it.1).count();
    AttendanceRow {
        pupil: card.id,
        name: card.listed(),
        cells,
        total,
        whole_days: if span == Span::Day { 0 } else { whole },
        unexplained,
    }
}
