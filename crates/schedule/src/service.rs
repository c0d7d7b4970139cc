//! Use cases: one public method is one transaction.

mod bells;
mod draft;
mod publish;
mod week;

use std::{collections::HashSet, sync::Arc};

use curriculum::{Class, Curriculum, Group, Subject, Year};
use db::{Db, Tx};
use kernel::{ClassId, GroupId, PersonId, RoomId, SubjectId, YearId};
use movement::ClassRegister;
use org::{Organisations, Room};
use people::{Card, People};

use crate::{Error, LessonContents};

pub use draft::{Draft, Given, Placed};
pub use publish::{Preview, Published};
pub use week::{Of, WeekPage};

/// The timetable of one installation.
#[derive(Clone)]
pub struct Timetable {
    db: Db,
    asked: Asked,
    contents: Arc<dyn LessonContents>,
}

/// The domains below that the timetable asks.
#[derive(Clone)]
pub struct Asked {
    pub curriculum: Arc<dyn Curriculum>,
    pub register: Arc<dyn ClassRegister>,
    pub people: Arc<dyn People>,
    pub organisations: Arc<dyn Organisations>,
}

impl Timetable {
    /// `contents` tells which lessons hold something a person entered; whoever
    /// keeps marks and homework implements it.
    pub fn new(db: Db, asked: Asked, contents: Arc<dyn LessonContents>) -> Self {
        Self {
            db,
            asked,
            contents,
        }
    }

    /// The year wished for, or the one near the present.
    async fn year(&self, tx: &mut Tx, wish: Option<YearId>) -> Result<Year, Error> {
        let curriculum = &self.asked.curriculum;
        let today = tx.now().date_naive();
        let found = match wish {
            Some(id) => curriculum.year(tx, id).await?,
            None => curriculum.year_near(tx, today).await?,
        };
        found.ok_or(Error::NoYear)
    }

    /// The year for a change; an archived one is only looked at.
    async fn open_year(&self, tx: &mut Tx, wish: Option<YearId>) -> Result<Year, Error> {
        let year = self.year(tx, wish).await?;
        if year.archived {
            Err(Error::Archived)
        } else {
            Ok(year)
        }
    }

    async fn names(&self, tx: &mut Tx, year: YearId) -> Result<Names, Error> {
        let asked = &self.asked;
        let classes = asked.curriculum.classes(tx, year).await?;
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        Ok(Names {
            groups: asked.curriculum.groups(tx, &ids).await?,
            subjects: asked.curriculum.subjects(tx).await?,
            staff: asked.people.staff(tx).await?,
            rooms: asked.organisations.rooms(tx).await?,
            classes,
        })
    }
}

/// What a timetable speaks of, each list once.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Of the year, 1А … 11Б.
    pub classes: Vec<Class>,
    pub groups: Vec<Group>,
    pub subjects: Vec<Subject>,
    /// Those who work here, by name.
    pub staff: Vec<Card>,
    pub rooms: Vec<Room>,
}

impl Names {
    pub fn class(&self, id: ClassId) -> Option<&Class> {
        self.classes.iter().find(|it| it.id == id)
    }

    /// «7Б», or nothing where the class is of another year.
    pub fn class_name(&self, id: ClassId) -> String {
        self.class(id).map(Class::name).unwrap_or_default()
    }

    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.iter().find(|it| it.id == id)
    }

    pub fn subject(&self, id: SubjectId) -> String {
        let found = self.subjects.iter().find(|it| it.id == id);
        found.map(|it| it.name.clone()).unwrap_or_default()
    }

    /// «Иванова М. П.»
    pub fn teacher(&self, id: PersonId) -> String {
        self.staff
            .iter()
            .find(|it| it.id == id)
            .map(Card::short)
            .unwrap_or_default()
    }

    pub fn room(&self, id: Option<RoomId>) -> String {
        let found = self.rooms.iter().find(|it| Some(it.id) == id);
        found.map(|it| it.number.clone()).unwrap_or_default()
    }

    /// Adds the names of those who do not work here any more.
    async fn complete(
        &mut self,
        tx: &mut Tx,
        people: &dyn People,
        ids: impl Iterator<Item = PersonId>,
    ) -> Result<(), Error> {
        let known: HashSet<PersonId> = self.staff.iter().map(|it| it.id).collect();
        let mut gone: Vec<PersonId> = ids.filter(|it| !known.contains(it)).collect();
        gone.sort_unstable();
        gone.dedup();
        self.staff.extend(people.cards(tx, &gone).await?);
        Ok(())
    }
}
