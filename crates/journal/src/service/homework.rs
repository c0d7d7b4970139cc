//! Homework with its files, and what pupils hand in (JRN-5, CUR-5, U2, U5).

mod answers;
mod files;
mod parallel;

use chrono::NaiveDate;
use curriculum::{Class, Frame};
use db::{Tx, files::FileId};
use kernel::{Actor, LessonId, PersonId, Reach, Right, SubjectId};
use movement::Member;
use schedule::Lesson;

use super::{Child, Journal, access, once::Once};
use crate::{
    Error,
    homework::{Answer, Attached, norm_minutes},
    store,
};

pub use answers::{AnswerWish, HandIn, MyHomework};
pub use parallel::CopyTarget;

/// Text of an answer or of a comment is at most so long.
const LONGEST: usize = 4000;

/// The homework of a lesson as its teacher sees it.
#[derive(Clone, Debug)]
pub struct HomeworkPage {
    pub lesson: LessonId,
    pub class: Class,
    pub subject: String,
    pub subject_id: SubjectId,
    pub held_on: NaiveDate,
    pub number: i16,
    pub topic: String,
    pub homework: String,
    pub files: Vec<Attached>,
    /// Pupils of the lesson with what they handed in.
    pub pupils: Vec<(PersonId, String, Option<Answer>)>,
    /// Lessons in parallel classes that could have the same.
    pub targets: Vec<CopyTarget>,
    pub writable: bool,
    pub minutes: Option<i16>,
    /// Minutes that all homework of the class's day takes, and the norm of the
    /// grade, where they exceed it.
    pub over_norm: Option<(i16, i16)>,
    /// What every day of the week has so far, and the norm of the grade.
    pub week: Vec<DayLoad>,
    pub norm: i16,
}

/// The homework of a day of a class: name and short name of each subject, minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayLoad {
    pub on: NaiveDate,
    pub subjects: Vec<(String, String, i16)>,
}

/// The days with lessons, each with what takes time.
fn week_load(
    lessons: &[Lesson],
    frame: &Frame,
    minutes: impl Fn(&Lesson) -> Option<i16>,
) -> Vec<DayLoad> {
    let mut days: Vec<NaiveDate> = lessons.iter().map(|it| it.held_on).collect();
    days.sort_unstable();
    days.dedup();
    let load = |on: NaiveDate| {
        let of_day = lessons.iter().filter(|it| it.held_on == on);
        let subjects = of_day.filter_map(|it| {
            let subject = frame.subject(it.subject)?;
            Some((
                subject.name.clone(),
                subject.short_name.clone(),
                minutes(it)?,
            ))
        });
        DayLoad {
            on,
            subjects: subjects.collect(),
        }
    };
    days.into_iter().map(load).collect()
}

impl Journal {
    /// Files of the teacher, answers of the pupils, and where else the
    /// homework could go.
    pub async fn homework(
        &self,
        actor: &Actor,
        id: LessonId,
        today: NaiveDate,
    ) -> Result<HomeworkPage, Error> {
        let mut tx = self.db.begin(actor).await?;
        let (lesson, frame) = self.seen_lesson(&mut tx, actor, id, today).await?;
        let writable = writable(actor, &frame, &lesson, today);
        let around = if writable {
            self.parallel_lessons(&mut tx, &lesson).await?
        } else {
            vec![]
        };
        let week = lesson.held_on.week(chrono::Weekday::Mon);
        let of_week = self
            .lessons
            .of_class(
                &mut tx,
                lesson.class,
                None,
                week.first_day(),
                week.last_day(),
            )
            .await?;
        let ids: Vec<LessonId> = of_week.iter().chain(&around).map(|it| it.id).collect();
        let found = store::homework::homework(&mut tx, &ids, None).await?;
        let members = self
            .register
            .members(&mut tx, &[lesson.class], lesson.held_on, lesson.held_on)
            .await?;
        let pupils: Vec<PersonId> = members
            .iter()
            .map(|it| it.pupil)
            .filter(|it| frame.taught(*it, lesson.group))
            .collect();
        let cards = self.people.cards(&mut tx, &pupils).await?;
        let targets = self
            .targets(&mut tx, &frame.class, &lesson, around, &found)
            .await?;
        tx.commit().await?;
        let minutes = |it: &Lesson| found.texts.get(&it.id).and_then(|it| it.minutes);
        let of_day = of_week.iter().filter(|it| it.held_on == lesson.held_on);
        let day: i16 = of_day.filter_map(minutes).sum();
        let week = week_load(&of_week, &frame, minutes);
        let norm = norm_minutes(frame.class.grade);
        let text = found.texts.get(&id).cloned().unwrap_or_default();
        Ok(HomeworkPage {
            lesson: id,
            subject: frame
                .subject(lesson.subject)
                .map_or_else(String::new, |it| it.name.clone()),
            subject_id: lesson.subject,
            held_on: lesson.held_on,
            number: lesson.number,
            topic: text.topic,
            homework: text.homework,
            files: found.files.get(&id).cloned().unwrap_or_default(),
            pupils: cards
                .into_iter()
                .map(|it| (it.id, it.listed(), found.answers.get(&(id, it.id)).cloned()))
                .collect(),
            targets,
            writable,
            minutes: text.minutes,
            over_norm: (day > norm).then_some((day, norm)),
            week,
            norm,
            class: frame.class,
        })
    }

    /// Notes how long the homework takes.
    ///
    /// # Errors
    /// [`Error::BadMinutes`].
    pub async fn set_minutes(
        &self,
        actor: &Actor,
        lesson: LessonId,
        minutes: Option<i16>,
        today: NaiveDate,
    ) -> Result<(), Error> {
        if minutes.is_some_and(|it| !(1..=600).contains(&it)) {
            return Err(Error::BadMinutes);
        }
        let mut tx = self.db.begin(actor).await?;
        self.own_lesson(&mut tx, actor, lesson, today).await?;
        store::homework::save_minutes(&mut tx, lesson, minutes).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A lesson whose homework the actor may change.
    async fn own_lesson(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: LessonId,
        today: NaiveDate,
    ) -> Result<Lesson, Error> {
        let (lesson, frame) = self.seen_lesson(tx, actor, id, today).await?;
        must_own(actor, &frame, &lesson, today)?;
        Ok(lesson)
    }

    /// Whether the actor may change the homework of every one of the lessons.
    async fn must_own_all(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        lessons: &[Lesson],
        today: NaiveDate,
    ) -> Result<(), Error> {
        let frames = self.frames_of(tx, lessons).await?;
        lessons.iter().try_for_each(|it| {
            let frame = frames.get(&it.class).ok_or(Error::NotFound)?;
            access::may_view(actor, frame, it.subject, today)?;
            must_own(actor, frame, it, today)
        })
    }

    /// The actor's child to whom the lesson is given; without a wish the first
    /// of them in the class. Anybody else finds no lesson.
    async fn own_child(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        child: Option<PersonId>,
        lesson: &Lesson,
        today: NaiveDate,
    ) -> Result<(Child, Frame), Error> {
        let children = self.own_children(tx, actor, today).await?;
        let pupils: Vec<PersonId> = children.iter().map(|it| it.pupil).collect();
        let stays = self.register.stays(tx, &pupils).await?;
        let frame = self
            .curriculum
            .frame(tx, lesson.class)
            .await?
            .ok_or(Error::NotFound)?;
        let theirs = |it: &Child| {
            child.is_none_or(|wanted| wanted == it.pupil)
                && is_given(lesson, &frame, &stays, it.pupil)
        };
        let child = children.into_iter().find(theirs).ok_or(Error::NotFound)?;
        Ok((child, frame))
    }

    /// Whether the actor may have the file: who may look into the lesson, and
    /// the pupils of the lesson with their parents; an answer is for its
    /// pupil's family and the teachers alone.
    async fn may_have(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        file: FileId,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let places = store::homework::file_place(tx, file).await?;
        let ids: Vec<LessonId> = places.iter().map(|it| it.0).collect();
        let lessons = self.lessons.lessons(tx, &ids).await?;
        let frames = self.frames_of(tx, &lessons).await?;
        let around = |it: &Lesson| frames.get(&it.class);
        let seen = |it: &Lesson| {
            let view = |frame| access::may_view(actor, frame, it.subject, today).is_ok();
            around(it).is_some_and(view)
        };
        if lessons.iter().any(seen) {
            return Ok(());
        }
        let family = actor.reaches(Right::DiaryView);
        if !family.has(Reach::Own) && !family.has(Reach::OwnChild) {
            return Err(Error::NotFound);
        }
        let children = self.own_children(tx, actor, today).await?;
        let children: Vec<PersonId> = children.iter().map(|it| it.pupil).collect();
        let stays = self.register.stays(tx, &children).await?;
        let own = |(id, pupil): &(LessonId, Option<PersonId>)| {
            let lesson = lessons.iter().find(|it| it.id == *id);
            let Some((lesson, frame)) = lesson.and_then(|it| Some((it, around(it)?))) else {
                return false;
            };
            let mut theirs = children
                .iter()
                .filter(|child| pupil.is_none_or(|it| it == **child));
            theirs.any(|child| is_given(lesson, frame, &stays, *child))
        };
        if places.iter().any(own) {
            return Ok(());
        }
        Err(Error::NotFound)
    }
}

/// Fails where the actor may not change the homework of the lesson, or nobody may any more.
fn must_own(actor: &Actor, frame: &Frame, lesson: &Lesson, today: NaiveDate) -> Result<(), Error> {
    access::must_edit(actor, frame, lesson, today)?;
    if lesson.cancelled || frame.year.archived {
        return Err(Error::ChangedMeanwhile);
    }
    Ok(())
}

/// Whether the lesson is given to the pupil, who was in the class on that day.
fn is_given(lesson: &Lesson, frame: &Frame, stays: &[Member], pupil: PersonId) -> bool {
    let was_there =
        |it: &Member| it.pupil == pupil && it.class == lesson.class && it.on(lesson.held_on);
    frame.taught(pupil, lesson.group) && stays.iter().any(was_there)
}

fn writable(actor: &Actor, frame: &Frame, lesson: &Lesson, today: NaiveDate) -> bool {
    access::may_edit(actor, frame, lesson, today) && !lesson.cancelled && !frame.year.archived
}

/// A text of a form, if it is not too long.
fn fitting(text: &str) -> Result<&str, Error> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(Error::TooLong);
    }
    Ok(text)
}
