use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::{Frame, WorkKind, WorkKindId};
use db::Tx;
use kernel::{Actor, PersonId, SubjectId};
use movement::Member;
use schedule::Lesson;

use super::{Child, Day, DiaryLesson, DiaryMark, Journal, Whose};
use crate::{
    Attendance, Error, MarkValue,
    operation::Cell,
    store::{self, StoredSheet, Work, homework::StoredHomework},
};

/// Everything that the pages of one child are made of.
pub(super) struct Book {
    pub(super) children: Vec<Child>,
    pub(super) child: Option<Child>,
    pub(super) own: bool,
    pub(super) frame: Option<Frame>,
    pub(super) lessons: Vec<Lesson>,
    pub(super) stored: StoredSheet,
    pub(super) homework: StoredHomework,
    pub(super) teachers: HashMap<PersonId, String>,
}

impl Journal {
    /// Loads the lessons of a child in some range, with what stands in them.
    /// A child that is not the actor's is answered like a missing one.
    pub(super) async fn book(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        child: Option<PersonId>,
        today: NaiveDate,
        range: impl Fn(&Frame) -> Option<(NaiveDate, NaiveDate)>,
    ) -> Result<Book, Error> {
        self.book_of(tx, actor, child, today, range, false).await
    }

    /// The same with files, answers and ticks of the homework, and the names of the teachers.
    pub(super) async fn book_with_homework(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        child: Option<PersonId>,
        today: NaiveDate,
        range: (NaiveDate, NaiveDate),
    ) -> Result<Book, Error> {
        let mut book = self
            .book_of(tx, actor, child, today, |_| Some(range), true)
            .await?;
        if !book.own {
            book.homework.done.clear();
        }
        let mut teachers: Vec<PersonId> = book.lessons.iter().map(|it| it.teacher).collect();
        teachers.sort_unstable();
        teachers.dedup();
        if !teachers.is_empty() {
            let cards = self.people.cards(tx, &teachers).await?;
            book.teachers = cards.into_iter().map(|it| (it.id, it.short())).collect();
        }
        Ok(book)
    }

    async fn book_of(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        child: Option<PersonId>,
        today: NaiveDate,
        range: impl Fn(&Frame) -> Option<(NaiveDate, NaiveDate)>,
        with_homework: bool,
    ) -> Result<Book, Error> {
        let children = self.own_children(tx, actor, today).await?;
        if child.is_some_and(|it| children.iter().all(|own| own.pupil != it)) {
            return Err(Error::NotFound);
        }
        let pupil = child.or_else(|| children.first().map(|it| it.pupil));
        let stays = match pupil {
            Some(pupil) => self.register.stays(tx, &[pupil]).await?,
            None => vec![],
        };
        let current = stays
            .iter()
            .filter(|it| it.since <= today)
            .max_by_key(|it| it.since);
        let current = current
            .or_else(|| stays.iter().min_by_key(|it| it.since))
            .map(|it| it.class);
        let frame = match current {
            Some(class) => self.curriculum.frame(tx, class).await?,
            None => None,
        };
        let mut lessons = vec![];
        if let (Some(frame), Some(pupil)) = (&frame, pupil)
            && let Some(range) = range(frame)
        {
            lessons = self.lessons_of(tx, frame, pupil, &stays, range).await?;
        }
        let ids: Vec<_> = lessons.iter().map(|it| it.id).collect();
        let (stored, homework) = match pupil {
            Some(pupil) if !lessons.is_empty() && with_homework => {
                store::diary_of(tx, &ids, pupil).await?
            }
            Some(pupil) if !lessons.is_empty() => {
                let stored = store::sheet_of(tx, &ids, pupil).await?;
                (stored, StoredHomework::default())
            }
            _ => Default::default(),
        };
        Ok(Book {
            child: children.iter().find(|it| Some(it.pupil) == pupil).cloned(),
            own: pupil == Some(actor.person),
            children,
            frame,
            lessons,
            stored,
            homework,
            teachers: HashMap::new(),
        })
    }

    /// The lessons that the pupil had, in the classes where the pupil was on the day.
    async fn lessons_of(
        &self,
        tx: &mut Tx,
        frame: &Frame,
        pupil: PersonId,
        stays: &[Member],
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<Lesson>, Error> {
        let mut lessons = vec![];
        for stay in stays {
            let first = from.max(stay.since);
            let last = stay.until.map_or(to, |it| to.min(it));
            if first <= last {
                lessons.extend(
                    self.lessons
                        .of_class(tx, stay.class, None, first, last)
                        .await?,
                );
            }
        }
        lessons.retain(|it| it.class != frame.class.id || frame.taught(pupil, it.group));
        Ok(lessons)
    }
}

impl Book {
    pub(super) fn pupil(&self) -> Option<PersonId> {
        self.child.as_ref().map(|it| it.pupil)
    }

    pub(super) fn whose(&self) -> Whose {
        Whose {
            children: self.children.clone(),
            child: self.child.clone(),
            class: self.frame.as_ref().map(|it| it.class.name()),
            own: self.own,
            preschool: self
                .frame
                .as_ref()
                .is_some_and(|it| it.class.is_preschool()),
        }
    }

    pub(super) fn subject(&self, id: SubjectId) -> String {
        let found = self.frame.as_ref().and_then(|it| it.subject(id));
        found.map_or_else(String::new, |it| it.name.clone())
    }

    pub(super) fn kind(&self, id: WorkKindId) -> Option<&WorkKind> {
        self.frame
            .as_ref()?
            .work_kinds
            .iter()
            .find(|it| it.id == id)
    }

    pub(super) fn day(&self, day: NaiveDate) -> Day {
        let holidays = self.frame.iter().flat_map(|it| &it.holidays);
        Day {
            day,
            lessons: self
                .lessons
                .iter()
                .filter(|it| it.held_on == day)
                .map(|it| self.lesson(it))
                .collect(),
            holiday: holidays
                .filter(|it| (it.starts_on..=it.ends_on).contains(&day))
                .map(|it| it.name.clone())
                .next(),
        }
    }

    pub(super) fn lesson(&self, lesson: &Lesson) -> DiaryLesson {
        let entry = self.stored.entry(lesson.id);
        let text = self.homework.texts.get(&lesson.id);
        let answer = self
            .pupil()
            .and_then(|it| self.homework.answers.get(&(lesson.id, it)));
        DiaryLesson {
            id: lesson.id,
            number: lesson.number,
            starts_at: lesson.starts_at,
            ends_at: lesson.ends_at,
            subject: self.subject(lesson.subject),
            teacher: self
                .teachers
                .get(&lesson.teacher)
                .cloned()
                .unwrap_or_default(),
            topic: entry.topic,
            homework: entry.homework,
            no_homework: entry.no_homework,
            cancelled: lesson.cancelled,
            marks: self.marks(lesson).collect(),
            attendance: self.attendance(lesson),
            files: self
                .homework
                .files
                .get(&lesson.id)
                .cloned()
                .unwrap_or_default(),
            minutes: text.and_then(|it| it.minutes),
            answer: answer.map(|it| it.state),
            done: self.homework.done.contains(&lesson.id),
        }
    }

    pub(super) fn attendance(&self, lesson: &Lesson) -> Attendance {
        let cell = self
            .pupil()
            .and_then(|it| self.stored.attendance.get(&(lesson.id, it)));
        cell.map_or(Attendance::Present, |it| it.value)
    }

    /// What stands in the lesson.
    fn marks(&self, lesson: &Lesson) -> impl Iterator<Item = DiaryMark> {
        let works = self.stored.works(lesson.id).iter();
        works.filter_map(|work| self.mark(lesson, work).map(|it| it.0))
    }

    /// What a work is about; where its teacher said nothing, what the lesson was.
    pub(super) fn topic(&self, lesson: &Lesson, work: &Work) -> String {
        if work.topic.is_empty() {
            self.stored.entry(lesson.id).topic
        } else {
            work.topic.clone()
        }
    }

    /// The mark of a work as the diary shows it, and the cell it stands in.
    pub(super) fn mark(
        &self,
        lesson: &Lesson,
        work: &Work,
    ) -> Option<(DiaryMark, &Cell<MarkValue>)> {
        let place = (lesson.id, Some(work.id), self.pupil()?);
        let cell = self.stored.marks.get(&place)?;
        if cell.value.is_none() {
            return None;
        }
        let kind = self.kind(work.kind);
        let mark = DiaryMark {
            text: cell.value.text().to_owned(),
            kind: kind.map_or_else(String::new, |it| it.name.clone()),
            weight: work.weight,
            topic: work.topic.clone(),
            comment: self
                .stored
                .comments
                .get(&place)
                .cloned()
                .unwrap_or_default(),
        };
        Some((mark, cell))
    }
}
