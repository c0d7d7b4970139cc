use bytes::Bytes;
use chrono::NaiveDate;
use db::files::FileId;
use kernel::{Actor, LessonId, PersonId};
use uuid::Uuid;

use super::{Child, Journal, Once, fitting};
use crate::{
    AnswerState, Error,
    homework::{Answer, Attached},
    store::{
        self, homework as stored,
        notice::{self, NewNotice},
    },
};

/// The homework of one lesson as the family sees it, with the answer.
#[derive(Clone, Debug)]
pub struct MyHomework {
    pub lesson: LessonId,
    pub child: Child,
    pub class: String,
    pub subject: String,
    pub teacher: String,
    pub held_on: NaiveDate,
    pub topic: String,
    pub homework: String,
    pub minutes: Option<i16>,
    pub files: Vec<Attached>,
    pub answer: Option<Answer>,
    /// The reader is the pupil.
    pub own: bool,
    pub done: bool,
}

/// What a pupil or a parent sends as an answer.
#[derive(Clone, Debug)]
pub struct HandIn<'a> {
    pub text: &'a str,
    /// Name and content.
    pub file: Option<(&'a str, Bytes)>,
    /// Made once per form shown: the form sent twice is handed in once.
    pub form: Uuid,
}

/// The teacher's word on an answer.
#[derive(Clone, Debug)]
pub struct AnswerWish {
    pub state: AnswerState,
    pub comment: String,
    /// The version that the teacher saw.
    pub seen: i32,
}

impl Journal {
    /// The page of one homework (U2, U5).
    pub async fn my_homework(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        id: LessonId,
        today: NaiveDate,
    ) -> Result<MyHomework, Error> {
        let mut tx = self.db.begin(actor).await?;
        let lesson = self.known_lesson(&mut tx, id).await?;
        let (child, frame) = self
            .own_child(&mut tx, actor, child, &lesson, today)
            .await?;
        let mut found = stored::homework(&mut tx, &[id], Some(child.pupil)).await?;
        let cards = self.people.cards(&mut tx, &[lesson.teacher]).await?;
        tx.commit().await?;
        let text = found.texts.remove(&id).unwrap_or_default();
        let own = child.pupil == actor.person;
        Ok(MyHomework {
            lesson: id,
            class: frame.class.name(),
            subject: frame
                .subject(lesson.subject)
                .map_or_else(String::new, |it| it.name.clone()),
            teacher: cards.first().map_or_else(String::new, people::Card::short),
            held_on: lesson.held_on,
            topic: text.topic,
            homework: text.homework,
            minutes: text.minutes,
            files: found.files.remove(&id).unwrap_or_default(),
            answer: found.answers.remove(&(id, child.pupil)),
            done: own && found.done.contains(&id),
            own,
            child,
        })
    }

    /// Hands in an answer, or hands it in again: a text, a file, or both.
    ///
    /// # Errors
    /// [`Error::NothingSent`] where the answer would be empty; see
    /// [`Journal::attach`] for files.
    pub async fn hand_in(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        id: LessonId,
        today: NaiveDate,
        sent: HandIn<'_>,
    ) -> Result<(), Error> {
        let HandIn { file, form, .. } = sent;
        let text = fitting(sent.text)?;
        let mut tx = self.db.begin(actor).await?;
        let lesson = self.known_lesson(&mut tx, id).await?;
        let (child, frame) = self
            .own_child(&mut tx, actor, child, &lesson, today)
            .await?;
        if lesson.cancelled || frame.year.archived {
            return Err(Error::ChangedMeanwhile);
        }
        store::lock_lessons(&mut tx, &[id]).await?;
        let (name, bytes) = file.as_ref().map_or(("", &[][..]), |it| (it.0, &it.1[..]));
        let once = Once::new(form, &format!("answer|{id}|{}", child.pupil))
            .with(text.as_bytes())
            .with(name.as_bytes())
            .with(bytes);
        if !once.comes_first(&mut tx, actor.account).await? {
            return Ok(());
        }
        let found = stored::homework(&mut tx, &[id], Some(child.pupil)).await?;
        let held = found
            .answers
            .get(&(id, child.pupil))
            .map_or(0, |it| it.files.len());
        if text.is_empty() && file.is_none() && held == 0 {
            return Err(Error::NothingSent);
        }
        stored::hand_in(&mut tx, id, child.pupil, text, actor.person).await?;
        if let Some((name, bytes)) = file {
            let file = self.keep_file(&mut tx, held, name, bytes).await?;
            stored::attach_answer(&mut tx, id, child.pupil, &file).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Takes a file out of an answer.
    pub async fn take_back(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        id: LessonId,
        file: FileId,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let lesson = self.known_lesson(&mut tx, id).await?;
        let (child, _) = self
            .own_child(&mut tx, actor, child, &lesson, today)
            .await?;
        if !stored::detach_answer(&mut tx, id, child.pupil, file).await? {
            return Err(Error::NotFound);
        }
        tx.commit().await?;
        Ok(())
    }

    /// «Сделано»: the pupil's own tick, which nobody else sees (U2).
    pub async fn tick(
        &self,
        actor: &Actor,
        id: LessonId,
        today: NaiveDate,
        done: bool,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let lesson = self.known_lesson(&mut tx, id).await?;
        let (child, _) = self
            .own_child(&mut tx, actor, Some(actor.person), &lesson, today)
            .await?;
        stored::tick(&mut tx, id, child.pupil, done).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The teacher takes an answer or returns it with a comment; the family is told at once.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] where the pupil was faster;
    /// [`Error::NoComment`] for a return without a word.
    pub async fn check_answer(
        &self,
        actor: &Actor,
        id: LessonId,
        pupil: PersonId,
        today: NaiveDate,
        wish: &AnswerWish,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.own_lesson(&mut tx, actor, id, today).await?;
        let comment = fitting(&wish.comment)?;
        if wish.state == AnswerState::Returned && comment.is_empty() {
            return Err(Error::NoComment);
        }
        let found = stored::homework(&mut tx, &[id], Some(pupil)).await?;
        if !found.answers.contains_key(&(id, pupil)) {
            return Err(Error::NotFound);
        }
        let place = (id, pupil);
        let version =
            stored::check_answer(&mut tx, place, wish.state, comment, wish.seen, actor.person)
                .await?
                .ok_or(Error::ChangedMeanwhile)?;
        if wish.state != AnswerState::HandedIn {
            let notice = NewNotice {
                kind: wish.state.code(),
                pupil,
                lesson: id,
                work: None,
                version,
                old: String::new(),
                new: comment.to_owned(),
            };
            notice::tell(&mut tx, &[notice]).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
