//! Remarks to the keeping of journals (JRN-6, Z7).

use chrono::{Days, NaiveDate};
use kernel::{Actor, ClassId, LessonId, PersonId, Reach, Right, SubjectId};

use super::{Journal, Moment, attendance::name, control::Also};
use crate::{
    Error,
    control::{LONGEST_REMARK, Lack, LackingLesson, OWED_FOR_DAYS, Remark, RemarkId},
    store::{self, NewRemark},
};

/// So many remarks are listed.
const MOST_REMARKS: i64 = 200;

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Lesson(LessonId),
    Journal(ClassId, SubjectId),
}

/// All remarks that concern the actor.
#[derive(Clone, Debug)]
pub struct Remarks {
    /// Whether they are those of the whole school.
    pub school: bool,
    /// What lacks by itself, by journal; it goes when it is mended.
    pub automatic: Vec<JournalLacks>,
    pub made: Vec<RemarkLine>,
}

/// What one journal lacks.
#[derive(Clone, Debug)]
pub struct JournalLacks {
    pub teacher: PersonId,
    pub class: ClassId,
    pub subject: SubjectId,
    pub class_name: String,
    pub subject_name: String,
    pub teacher_name: String,
    pub oldest: NaiveDate,
    pub lessons: Vec<LackingLesson>,
}

impl JournalLacks {
    /// How many of the lessons lack that.
    pub fn count(&self, lack: Lack) -> usize {
        self.lessons
            .iter()
            .filter(|it| it.lacks.contains(&lack))
            .count()
    }
}

/// A remark with its names.
#[derive(Clone, Debug)]
pub struct RemarkLine {
    pub remark: Remark,
    pub class_name: String,
    pub subject_name: String,
    pub teacher_name: String,
    pub made_by: String,
    pub held_on: Option<NaiveDate>,
    /// Whether the actor is the teacher.
    pub to_me: bool,
}

/// What a new remark is about, in words.
#[derive(Clone, Debug)]
pub struct RemarkTarget {
    pub class: ClassId,
    pub subject: SubjectId,
    pub lesson: Option<LessonId>,
    pub held_on: Option<NaiveDate>,
    pub class_name: String,
    pub subject_name: String,
    pub teacher: PersonId,
    pub teacher_name: String,
}

impl Journal {
    /// Remarks of the school, or those to the teacher.
    pub async fn remarks(&self, actor: &Actor, moment: Moment) -> Result<Remarks, Error> {
        let reaches = actor.may(Right::JournalView)?;
        let school = reaches.has(Reach::Org);
        let today = moment.today();
        let from = today - Days::new(OWED_FOR_DAYS);
        let mut tx = self.db.begin(actor).await?;
        let only = (!school).then_some(actor.person);
        let made = store::remarks(&mut tx, only, MOST_REMARKS).await?;
        let lessons = match only {
            None => self.lessons.of_school(&mut tx, from, today).await?,
            Some(me) => self.lessons.of_teacher(&mut tx, me, from, today).await?,
        };
        let also = Also {
            classes: made.iter().map(|it| it.class).collect(),
            people: made
                .iter()
                .flat_map(|it| [it.teacher, it.made_by])
                .collect(),
        };
        let looked = self.look(&mut tx, lessons, moment, 0, &also).await?;
        let about: Vec<LessonId> = made.iter().filter_map(|it| it.lesson).collect();
        let about = self.lessons.lessons(&mut tx, &about).await?;
        tx.commit().await?;

        let mut automatic: Vec<JournalLacks> = vec![];
        for it in looked.lacking() {
            let same = automatic.iter_mut().find(|line| {
                (line.teacher, line.class, line.subject) == (it.teacher, it.class, it.subject)
            });
            match same {
                Some(line) => line.lessons.push(it),
                None => automatic.push(JournalLacks {
                    teacher: it.teacher,
                    class: it.class,
                    subject: it.subject,
                    class_name: it.class_name.clone(),
                    subject_name: it.subject_name.clone(),
                    teacher_name: it.teacher_name.clone(),
                    oldest: it.held_on,
                    lessons: vec![it],
                }),
            }
        }
        automatic.sort_by_key(|it| it.oldest);
        let made = made
            .into_iter()
            .map(|it| RemarkLine {
                class_name: looked.class_name(it.class),
                subject_name: looked.subject_name(it.subject),
                teacher_name: looked.person_name(it.teacher),
                made_by: looked.person_name(it.made_by),
                held_on: about
                    .iter()
                    .find(|lesson| Some(lesson.id) == it.lesson)
                    .map(|it| it.held_on),
                to_me: it.teacher == actor.person,
                remark: it,
            })
            .collect();
        Ok(Remarks {
            school,
            automatic,
            made,
        })
    }

    /// Whom and what a new remark would concern.
    pub async fn remark_target(
        &self,
        actor: &Actor,
        about: About,
        today: NaiveDate,
    ) -> Result<RemarkTarget, Error> {
        actor.may_in_org(Right::JournalView)?;
        let mut tx = self.db.begin(actor).await?;
        let target = self.target(&mut tx, about, today).await?;
        tx.commit().await?;
        Ok(target)
    }

    /// Makes a remark; its teacher sees it on the first page. The same one,
    /// while nobody answered it, is made once.
    pub async fn make_remark(
        &self,
        actor: &Actor,
        about: About,
        text: &str,
        today: NaiveDate,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::JournalView)?;
        let text = text.trim();
        let mut tx = self.db.begin(actor).await?;
        let target = self.target(&mut tx, about, today).await?;
        check(text)?;
        let new = NewRemark {
            class: target.class,
            subject: target.subject,
            lesson: target.lesson,
            teacher: target.teacher,
            text,
            by: actor.person,
        };
        store::insert_remark(&mut tx, &new).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The teacher answers; nobody else does.
    pub async fn answer_remark(
        &self,
        actor: &Actor,
        id: RemarkId,
        answer: &str,
    ) -> Result<(), Error> {
        actor.may(Right::JournalView)?;
        let answer = answer.trim();
        let mut tx = self.db.begin(actor).await?;
        let remark = store::remark(&mut tx, id).await?.ok_or(Error::NotFound)?;
        if remark.teacher != actor.person {
            return Err(Error::NotFound);
        }
        check(answer)?;
        store::answer_remark(&mut tx, id, answer).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Closes a remark, or opens it again.
    pub async fn close_remark(
        &self,
        actor: &Actor,
        id: RemarkId,
        closed: bool,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::JournalView)?;
        let mut tx = self.db.begin(actor).await?;
        store::remark(&mut tx, id).await?.ok_or(Error::NotFound)?;
        store::close_remark(&mut tx, id, closed, actor.person).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn target(
        &self,
        tx: &mut db::Tx,
        about: About,
        today: NaiveDate,
    ) -> Result<RemarkTarget, Error> {
        let lesson = match about {
            About::Lesson(id) => Some(self.lessons.lesson(tx, id).await?.ok_or(Error::NotFound)?),
            About::Journal(..) => None,
        };
        let (class, subject) = match (about, &lesson) {
            (About::Journal(class, subject), _) => (class, subject),
            (_, Some(it)) => (it.class, it.subject),
            _ => return Err(Error::NotFound),
        };
        let frame = self
            .curriculum
            .frame(tx, class)
            .await?
            .ok_or(Error::NotFound)?;
        let day = today.clamp(frame.year.starts_on, frame.year.ends_on);
        let of_load = frame
            .loads
            .iter()
            .find(|it| it.subject == subject && it.days().contains(&day))
            .map(|it| it.teacher);
        let teacher = lesson
            .as_ref()
            .map(|it| it.teacher)
            .or(of_load)
            .ok_or(Error::NotFound)?;
        let cards = self.people.cards(tx, &[teacher]).await?;
        Ok(RemarkTarget {
            class,
            subject,
            lesson: lesson.as_ref().map(|it| it.id),
            held_on: lesson.as_ref().map(|it| it.held_on),
            class_name: frame.class.name(),
            subject_name: frame
                .subject(subject)
                .map(|it| it.name.clone())
                .ok_or(Error::NotFound)?,
            teacher,
            teacher_name: name(&cards, teacher, people::Card::short),
        })
    }
}

fn check(text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Err(Error::Empty);
    }
    if text.chars().count() > LONGEST_REMARK {
        return Err(Error::TooLong);
    }
    Ok(())
}
