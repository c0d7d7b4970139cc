use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use curriculum::{Frame, Period, PeriodId};
use db::Tx;
use kernel::{Actor, PersonId, Reach, Right, SubjectId, dates, decimal::weighted_average};
use movement::Member;
use rust_decimal::Decimal;
use schedule::Lesson;

use super::Journal;
use crate::{
    Attendance, Error,
    store::{self, StoredSheet},
};

/// New marks are those of the last days.
const NEW_FOR_DAYS: u64 = 7;
/// A next school day is looked for so far ahead: over the longest school holidays but summer.
const LOOK_AHEAD_DAYS: u64 = 16;

/// A child whose diary the actor may open: their own, or themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    pub pupil: PersonId,
    pub name: String,
}

/// One lesson in the diary.
#[derive(Clone, Debug)]
pub struct DiaryLesson {
    pub number: i16,
    pub starts_at: NaiveTime,
    pub ends_at: NaiveTime,
    pub subject: String,
    pub teacher: String,
    pub topic: String,
    pub homework: String,
    /// The teacher said that nothing is set.
    pub no_homework: bool,
    pub cancelled: bool,
    pub marks: Vec<DiaryMark>,
    pub attendance: Attendance,
}

#[derive(Clone, Debug)]
pub struct DiaryMark {
    pub text: String,
    pub kind: String,
    pub weight: Decimal,
}

/// A school day; without lessons it has none.
#[derive(Clone, Debug)]
pub struct Day {
    pub day: NaiveDate,
    pub lessons: Vec<DiaryLesson>,
    /// The holidays that the day belongs to.
    pub holiday: Option<String>,
}

/// A mark set within the last days.
#[derive(Clone, Debug)]
pub struct NewMark {
    pub subject: String,
    pub held_on: NaiveDate,
    pub mark: DiaryMark,
    pub topic: String,
    pub set_at: DateTime<Utc>,
}

/// The first screen: today, the homework for the next school day, new marks.
#[derive(Clone, Debug)]
pub struct MyDay {
    pub children: Vec<Child>,
    pub child: Option<Child>,
    pub class: Option<String>,
    pub today: Option<Day>,
    pub next: Option<Day>,
    pub new_marks: Vec<NewMark>,
}

/// A week of the diary, Monday first; days without lessons at the end of the week are left out.
#[derive(Clone, Debug)]
pub struct Week {
    pub children: Vec<Child>,
    pub child: Option<Child>,
    pub class: Option<String>,
    pub monday: NaiveDate,
    pub days: Vec<Day>,
}

/// Marks of one subject over a period.
#[derive(Clone, Debug)]
pub struct SubjectMarks {
    pub subject: String,
    pub marks: Vec<(NaiveDate, DiaryMark)>,
    pub average: Option<Decimal>,
    pub missed: usize,
}

/// Marks of a pupil by subject.
#[derive(Clone, Debug)]
pub struct MarksPage {
    pub children: Vec<Child>,
    pub child: Option<Child>,
    pub class: Option<String>,
    pub terms: Vec<Period>,
    pub term: Option<PeriodId>,
    pub subjects: Vec<SubjectMarks>,
    pub without_marks: bool,
}

impl Journal {
    /// The children whose diaries the actor may open in this organisation.
    pub async fn children(&self, actor: &Actor, today: NaiveDate) -> Result<Vec<Child>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let children = self.own_children(&mut tx, actor, today).await?;
        tx.commit().await?;
        Ok(children)
    }

    /// «Сегодня» (P1, P2): the first screen of a parent and a pupil (JRN-5).
    pub async fn my_day(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        today: NaiveDate,
    ) -> Result<MyDay, Error> {
        let from = today - Days::new(NEW_FOR_DAYS);
        let to = today + Days::new(LOOK_AHEAD_DAYS);
        let pages = self
            .pages(actor, child, today, |_| Some((from, to)))
            .await?;
        let next = pages
            .lessons
            .iter()
            .filter(|it| it.held_on > today && !it.cancelled)
            .map(|it| it.held_on)
            .min();
        Ok(MyDay {
            today: pages.frame.is_some().then(|| pages.day(today)),
            next: next.map(|it| pages.day(it)),
            new_marks: pages.new_marks(today),
            class: pages.class(),
            child: pages.child,
            children: pages.children,
        })
    }

    /// A week of the diary (JRN-5).
    pub async fn week(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        monday: NaiveDate,
        today: NaiveDate,
    ) -> Result<Week, Error> {
        let sunday = monday + Days::new(6);
        let pages = self
            .pages(actor, child, today, |_| Some((monday, sunday)))
            .await?;
        let mut days: Vec<Day> = monday.iter_days().take(7).map(|it| pages.day(it)).collect();
        while days.len() > 5 && days.last().is_some_and(|it| it.lessons.is_empty()) {
            days.pop();
        }
        Ok(Week {
            class: pages.class(),
            child: pages.child,
            children: pages.children,
            monday,
            days,
        })
    }

    /// Marks by subject with averages for a period (JRN-5).
    pub async fn marks_of(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        term: Option<PeriodId>,
        today: NaiveDate,
    ) -> Result<MarksPage, Error> {
        let chosen = |frame: &Frame| match term {
            Some(id) => frame.terms().find(|it| it.id == id).cloned(),
            None => frame.term_on(today).cloned(),
        };
        let pages = self
            .pages(actor, child, today, |frame| {
                chosen(frame).map(|it| (it.starts_on, it.ends_on))
            })
            .await?;
        let found = pages.frame.as_ref().and_then(chosen);
        if term.is_some() && found.is_none() {
            return Err(Error::NotFound);
        }
        Ok(MarksPage {
            terms: pages
                .frame
                .iter()
                .flat_map(|it| it.terms().cloned())
                .collect(),
            term: found.map(|it| it.id),
            subjects: pages.subjects(),
            without_marks: pages.frame.as_ref().is_some_and(|it| it.class.grade == 1),
            class: pages.class(),
            child: pages.child,
            children: pages.children,
        })
    }

    /// Whose diaries the actor may open, in one or two statements.
    async fn own_children(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<Child>, Error> {
        let reaches = actor.may(Right::DiaryView)?;
        let mut cards = vec![];
        if reaches.has(Reach::Own) {
            cards.extend(self.people.cards(tx, &[actor.person]).await?);
        }
        if reaches.has(Reach::OwnChild) {
            cards.extend(self.people.children_cards(tx, actor.person, today).await?);
        }
        Ok(cards
            .iter()
            .map(|it| Child {
                pupil: it.id,
                name: it.listed(),
            })
            .collect())
    }

    /// Everything that the pages of one child are made of. A child that is
    /// not the actor's is answered like a missing one.
    async fn pages(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        today: NaiveDate,
        range: impl Fn(&Frame) -> Option<(NaiveDate, NaiveDate)>,
    ) -> Result<Pages, Error> {
        let mut tx = self.db.begin(actor).await?;
        let children = self.own_children(&mut tx, actor, today).await?;
        if child.is_some_and(|it| children.iter().all(|own| own.pupil != it)) {
            return Err(Error::NotFound);
        }
        let pupil = child.or_else(|| children.first().map(|it| it.pupil));
        let stays = match pupil {
            Some(pupil) => self.register.stays(&mut tx, &[pupil]).await?,
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
            Some(class) => self.curriculum.frame(&mut tx, class).await?,
            None => None,
        };
        let mut lessons = vec![];
        if let (Some(frame), Some(pupil)) = (&frame, pupil)
            && let Some((from, to)) = range(frame)
        {
            lessons = self
                .lessons_of(&mut tx, frame, pupil, &stays, (from, to))
                .await?;
        }
        let lesson_ids: Vec<_> = lessons.iter().map(|it| it.id).collect();
        let stored = match pupil {
            Some(pupil) if !lessons.is_empty() => {
                store::sheet_of(&mut tx, &lesson_ids, pupil).await?
            }
            _ => StoredSheet::default(),
        };
        let mut teachers: Vec<PersonId> = lessons.iter().map(|it| it.teacher).collect();
        teachers.sort_unstable();
        teachers.dedup();
        let cards = self.people.cards(&mut tx, &teachers).await?;
        tx.commit().await?;

        Ok(Pages {
            child: children.iter().find(|it| Some(it.pupil) == pupil).cloned(),
            children,
            frame,
            lessons,
            stored,
            teachers: cards.into_iter().map(|it| (it.id, it.short())).collect(),
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

struct Pages {
    children: Vec<Child>,
    child: Option<Child>,
    frame: Option<Frame>,
    lessons: Vec<Lesson>,
    stored: StoredSheet,
    teachers: HashMap<PersonId, String>,
}

impl Pages {
    fn class(&self) -> Option<String> {
        self.frame.as_ref().map(|it| it.class.name())
    }

    fn subject(&self, id: SubjectId) -> String {
        let found = self.frame.as_ref().and_then(|it| it.subject(id));
        found.map_or_else(String::new, |it| it.name.clone())
    }

    fn day(&self, day: NaiveDate) -> Day {
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

    fn lesson(&self, lesson: &Lesson) -> DiaryLesson {
        let entry = self.stored.entry(lesson.id);
        DiaryLesson {
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
            marks: self.marks(lesson).map(|(mark, _)| mark).collect(),
            attendance: self.attendance(lesson),
        }
    }

    fn attendance(&self, lesson: &Lesson) -> Attendance {
        let pupil = self.child.as_ref().map(|it| it.pupil);
        let cell = pupil.and_then(|it| self.stored.attendance.get(&(lesson.id, it)));
        cell.map_or(Attendance::Present, |it| it.value)
    }

    fn marks(&self, lesson: &Lesson) -> impl Iterator<Item = (DiaryMark, DateTime<Utc>)> {
        let pupil = self.child.as_ref().map(|it| it.pupil);
        let kinds = self
            .frame
            .as_ref()
            .map_or(&[][..], |it| it.work_kinds.as_slice());
        self.stored.works(lesson.id).iter().filter_map(move |work| {
            let cell = self.stored.marks.get(&(lesson.id, Some(work.id), pupil?))?;
            if cell.value.is_none() {
                return None;
            }
            let kind = kinds.iter().find(|it| it.id == work.kind);
            let mark = DiaryMark {
                text: cell.value.text().to_owned(),
                kind: kind.map_or_else(String::new, |it| it.name.clone()),
                weight: work.weight,
            };
            Some((mark, cell.at))
        })
    }

    /// Newest first.
    fn new_marks(&self, today: NaiveDate) -> Vec<NewMark> {
        let mut marks: Vec<NewMark> = self
            .lessons
            .iter()
            .filter(|it| it.held_on <= today)
            .flat_map(|lesson| {
                self.marks(lesson).map(|(mark, set_at)| NewMark {
                    subject: self.subject(lesson.subject),
                    held_on: lesson.held_on,
                    topic: self.stored.entry(lesson.id).topic,
                    mark,
                    set_at,
                })
            })
            .collect();
        marks.sort_by_key(|it| std::cmp::Reverse((it.held_on, it.set_at)));
        marks
    }

    fn subjects(&self) -> Vec<SubjectMarks> {
        let mut by_subject: BTreeMap<SubjectId, Vec<&Lesson>> = BTreeMap::new();
        for it in &self.lessons {
            by_subject.entry(it.subject).or_default().push(it);
        }
        let known = self
            .frame
            .as_ref()
            .map_or(&[][..], |it| it.subjects.as_slice());
        let mut subjects = vec![];
        for subject in known {
            let Some(lessons) = by_subject.get(&subject.id) else {
                continue;
            };
            let pupil = self.child.as_ref().map(|it| it.pupil);
            let items = lessons.iter().flat_map(|lesson| {
                self.stored.works(lesson.id).iter().filter_map(move |work| {
                    let cell = self.stored.marks.get(&(lesson.id, Some(work.id), pupil?))?;
                    Some((
                        cell.value.points(),
                        u32::from(cell.value.count()),
                        work.weight,
                    ))
                })
            });
            subjects.push(SubjectMarks {
                subject: subject.name.clone(),
                average: weighted_average(items),
                marks: lessons
                    .iter()
                    .flat_map(|it| self.marks(it).map(|(mark, _)| (it.held_on, mark)))
                    .collect(),
                missed: lessons
                    .iter()
                    .filter(|it| self.attendance(it).missed())
                    .count(),
            });
        }
        subjects
    }
}

/// The Monday of the week of a day.
pub(crate) fn monday(day: NaiveDate) -> NaiveDate {
    dates::week_start(day)
}
