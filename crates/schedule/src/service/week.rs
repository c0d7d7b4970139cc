use chrono::{Days, NaiveDate};
use curriculum::Class;
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Reach, Reaches, Right, Role, RoomId};

use super::{Names, Timetable};
use crate::{Error, Lesson, LessonBook, Lessons, store};

/// Whose week is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Class(ClassId),
    Teacher(PersonId),
    Room(RoomId),
}

/// A week of lessons.
#[derive(Clone, Debug)]
pub struct WeekPage {
    /// `None` where there is nobody whose week could be shown.
    pub of: Option<Of>,
    pub monday: NaiveDate,
    /// 5 or 6.
    pub days_a_week: i16,
    pub lessons: Vec<Lesson>,
    pub names: Names,
    /// Whether other classes, teachers and rooms may be chosen.
    pub all: bool,
    /// The classes that may be chosen where not all may.
    pub own: Vec<Class>,
}

impl Timetable {
    /// The week of a class, teacher or room; without a wish one's own: a
    /// teacher's lessons, the class of a child, one's class as a pupil.
    /// However many lessons, the number of statements is the same.
    pub async fn week(
        &self,
        actor: &Actor,
        wish: Option<Of>,
        day: NaiveDate,
        today: NaiveDate,
    ) -> Result<WeekPage, Error> {
        let reaches = actor.may(Right::TimetableView)?;
        let mut tx = self.db.begin(actor).await?;
        let all = reaches.has(Reach::Org);
        let year = self.asked.curriculum.year_near(&mut tx, day).await?;
        let mut names = match &year {
            Some(it) => self.names(&mut tx, it.id).await?,
            None => Names::default(),
        };
        let own = if all {
            vec![]
        } else {
            self.own_classes(&mut tx, actor, reaches, today).await?
        };
        let own: Vec<Class> = names
            .classes
            .iter()
            .filter(|it| own.contains(&it.id))
            .cloned()
            .collect();
        let of = if all {
            wish.or_else(|| usual(actor, &names))
        } else {
            among(wish, &own)?
        };
        if let Some(of) = of {
            check(of, &names)?;
        }
        let monday = kernel::dates::week_start(day);
        let lessons = match of {
            Some(of) => lessons(&mut tx, of, monday, monday + Days::new(6)).await?,
            None => vec![],
        };
        names
            .complete(
                &mut tx,
                &*self.asked.people,
                lessons.iter().map(|it| it.teacher),
            )
            .await?;
        tx.commit().await?;
        let days_a_week = year.map_or(5, |it| it.days_a_week);
        Ok(WeekPage {
            of,
            monday,
            days_a_week,
            lessons,
            names,
            all,
            own,
        })
    }

    /// The classes in which the actor or the actor's children are on the day.
    async fn own_classes(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        reaches: Reaches,
        today: NaiveDate,
    ) -> Result<Vec<ClassId>, Error> {
        let mut pupils = vec![];
        if reaches.has(Reach::OwnChild) {
            pupils = self.asked.people.children(tx, actor.person, today).await?;
        }
        if reaches.has(Reach::Own) {
            pupils.push(actor.person);
        }
        let stays = self.asked.register.stays(tx, &pupils).await?;
        Ok(stays
            .into_iter()
            .filter(|it| it.on(today))
            .map(|it| it.class)
            .collect())
    }
}

/// A teacher's own lessons; otherwise the first class of the school.
fn usual(actor: &Actor, names: &Names) -> Option<Of> {
    if actor.is(Role::Teacher) && names.staff.iter().any(|it| it.id == actor.person) {
        return Some(Of::Teacher(actor.person));
    }
    names.classes.first().map(|it| Of::Class(it.id))
}

/// One of one's own classes; any other is as if it were not there.
fn among(wish: Option<Of>, own: &[Class]) -> Result<Option<Of>, Error> {
    match wish {
        None => Ok(own.first().map(|it| Of::Class(it.id))),
        Some(Of::Class(id)) if own.iter().any(|it| it.id == id) => Ok(wish),
        Some(Of::Class(_)) => Err(Error::NoSuchClass),
        Some(_) => Err(kernel::Denied(Right::TimetableView).into()),
    }
}

/// Something of ours, in this year.
fn check(of: Of, names: &Names) -> Result<(), Error> {
    let (is_ours, refusal) = match of {
        Of::Class(id) => (names.class(id).is_some(), Error::NoSuchClass),
        Of::Teacher(id) => (
            names.staff.iter().any(|it| it.id == id),
            Error::NoSuchTeacher,
        ),
        Of::Room(id) => (names.rooms.iter().any(|it| it.id == id), Error::NoSuchRoom),
    };
    if is_ours { Ok(()) } else { Err(refusal) }
}

async fn lessons(
    tx: &mut Tx,
    of: Of,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Lesson>, Error> {
    match of {
        Of::Class(id) => LessonBook.of_class(tx, id, None, from, to).await,
        Of::Teacher(id) => LessonBook.of_teacher(tx, id, from, to).await,
        Of::Room(id) => Ok(store::lesson::of_room(tx, id, from, to).await?),
    }
}
