use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{Actor, ClassId, PersonId, Right, YearId};
use org::Room;
use people::Card;

use super::{ChosenYear, CurriculumService, choose_year, class, open_year};
use crate::{ClassCard, ClassFields, Error, store};

/// The classes of a year.
#[derive(Clone, Debug)]
pub struct ClassListing {
    pub years: ChosenYear,
    pub classes: Vec<ClassCard>,
    /// Class teachers by id.
    pub teachers: HashMap<PersonId, Card>,
    pub rooms: Vec<Room>,
    /// How many pupils each class has today.
    pub pupils: HashMap<ClassId, usize>,
}

/// A class and what may be chosen for it.
#[derive(Clone, Debug)]
pub struct ClassPage {
    pub card: Option<ClassCard>,
    pub years: ChosenYear,
    pub staff: Vec<Card>,
    pub rooms: Vec<Room>,
}

impl CurriculumService {
    /// The classes of a year, by default of the one near the present.
    pub async fn classes_of(
        &self,
        actor: &Actor,
        year: Option<YearId>,
        today: NaiveDate,
    ) -> Result<ClassListing, Error> {
        actor.may_in_org(Right::CurriculumView)?;
        let mut tx = self.db.begin(actor).await?;
        let years = choose_year(&mut tx, year).await?;
        let classes = match &years.year {
            Some(it) => store::classes::of_year(&mut tx, it.id).await?,
            None => vec![],
        };
        let ids: Vec<ClassId> = classes.iter().map(|it| it.class.id).collect();
        let teachers: Vec<PersonId> = classes.iter().filter_map(|it| it.class.teacher).collect();
        let cards = self.people.cards(&mut tx, &teachers).await?;
        let rooms = self.organisations.rooms(&mut tx).await?;
        let members = self
            .pupils
            .pupils(&mut tx, &ids, today)
            .await
            .map_err(Error::Asked)?;
        tx.commit().await?;
        let mut pupils: HashMap<ClassId, usize> = HashMap::new();
        for (class, _) in members {
            *pupils.entry(class).or_default() += 1;
        }
        let teachers = cards.into_iter().map(|it| (it.id, it)).collect();
        Ok(ClassListing {
            years,
            classes,
            teachers,
            rooms,
            pupils,
        })
    }

    /// The form of a class; without an id of a new one.
    pub async fn class_page(
        &self,
        actor: &Actor,
        id: Option<ClassId>,
        year: Option<YearId>,
    ) -> Result<ClassPage, Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let card = match id {
            Some(id) => Some(class(&mut tx, id).await?),
            None => None,
        };
        let wish = card.as_ref().map(|it| it.class.year).or(year);
        let years = choose_year(&mut tx, wish).await?;
        let staff = self.people.staff(&mut tx).await?;
        let rooms = self.organisations.rooms(&mut tx).await?;
        tx.commit().await?;
        Ok(ClassPage {
            card,
            years,
            staff,
            rooms,
        })
    }

    /// Enters a class; refuses a name that the year has already.
    #[tracing::instrument(name = "curriculum.add_class", skip_all)]
    pub async fn add_class(
        &self,
        actor: &Actor,
        year: YearId,
        wish: ClassFields,
    ) -> Result<ClassId, Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        let wish = wish.checked()?;
        let mut tx = self.db.begin(actor).await?;
        open_year(&mut tx, year).await?;
        self.check_choices(&mut tx, &wish).await?;
        let id = store::classes::insert(&mut tx, year, &wish).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes a class; refuses a stale version.
    #[tracing::instrument(name = "curriculum.change_class", skip_all, fields(class.id = %id))]
    pub async fn change_class(
        &self,
        actor: &Actor,
        id: ClassId,
        seen: i32,
        wish: ClassFields,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        let wish = wish.checked()?;
        let mut tx = self.db.begin(actor).await?;
        let known = class(&mut tx, id).await?;
        open_year(&mut tx, known.class.year).await?;
        self.check_choices(&mut tx, &wish).await?;
        store::classes::update(&mut tx, id, &wish, seen).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The class teacher works here, the room is ours.
    async fn check_choices(&self, tx: &mut db::Tx, wish: &ClassFields) -> Result<(), Error> {
        if let Some(teacher) = wish.teacher {
            let staff = self.people.staff(tx).await?;
            staff
                .iter()
                .find(|it| it.id == teacher)
                .ok_or(Error::NoSuchTeacher)?;
        }
        if let Some(room) = wish.room {
            let rooms = self.organisations.rooms(tx).await?;
            rooms
                .iter()
                .find(|it| it.id == room)
                .ok_or(Error::NoSuchRoom)?;
        }
        Ok(())
    }
}
