//! Reading the book and the register.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chrono::NaiveDate;
use curriculum::{Class, Year};
use db::Tx;
use kernel::{Actor, ClassId, GroupId, PersonId, Reach, Reaches, Right, Role, Scope};
use org::Organisation;
use people::{Card, ClassNames, OwnPupils, Way};
use serde::Serialize;

use super::Movement;
use crate::{
    Error, Member,
    order::{Order, OrderKind, OrderState, Place},
    store,
};

/// Which orders of the book to show; what is left out matches all.
#[derive(Clone, Copy, Debug, Default)]
pub struct BookFilter {
    pub kind: Option<OrderKind>,
    pub state: Option<OrderState>,
    /// The calendar year of the number.
    pub year: Option<i16>,
}

/// An order in the book.
#[derive(Clone, Debug)]
pub struct BookEntry {
    pub order: Order,
    pub pupils: i64,
    /// Who prepared it.
    pub prepared_by: Option<Card>,
}

/// The book of orders.
#[derive(Clone, Debug)]
pub struct Book {
    pub entries: Vec<BookEntry>,
    /// Whether orders wait for the head's signature.
    pub director_signs: bool,
}

/// How many are in a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassCount {
    pub class: ClassId,
    /// «5А»
    pub name: String,
    pub pupils: Vec<Card>,
}

/// Who is in which class on a day.
#[derive(Clone, Debug)]
pub struct RegisterPage {
    pub on: NaiveDate,
    pub classes: Vec<ClassCount>,
}

/// What the form of an order offers to choose from.
#[derive(Clone, Debug)]
pub struct Roll {
    /// Classes of the year in which the day lies.
    pub classes: Vec<Class>,
    /// Classes of the year after it, for what takes effect there.
    pub next: Vec<Class>,
    /// The first day of that year.
    pub next_starts: Option<NaiveDate>,
    /// Classes in which somebody is.
    pub sources: Vec<Class>,
    /// Everybody who is in a class, or in a parallel only.
    pub enrolled: Vec<(Card, Place)>,
    /// Everybody with a card and in no class.
    pub outside: Vec<Card>,
    /// The other schools of the region: a leaver may be offered to one (MOV-5).
    pub schools: Vec<Organisation>,
}

impl Roll {
    /// «5А»
    pub fn name_of(&self, class: ClassId) -> Option<String> {
        let all = self.sources.iter().chain(&self.classes).chain(&self.next);
        let mut found = all.filter(|it| it.id == class);
        found.next().map(Class::name)
    }
}

impl Movement {
    /// The book of orders, newest first.
    pub async fn book(&self, actor: &Actor, filter: BookFilter) -> Result<Book, Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let book = store::book(&mut tx, filter.kind, filter.state, filter.year).await?;
        let director_signs = store::director_signs(&mut tx).await?;
        let ids: Vec<PersonId> = book.iter().filter_map(|it| it.order.prepared_by).collect();
        let cards = self.cards_by_id(&mut tx, &ids).await?;
        tx.commit().await?;
        let entries = book.into_iter().map(|it| BookEntry {
            prepared_by: it.order.prepared_by.and_then(|id| cards.get(&id).cloned()),
            order: it.order,
            pupils: it.pupils,
        });
        Ok(Book {
            entries: entries.collect(),
            director_signs,
        })
    }

    /// Whom and which classes an order may name, on its effective day.
    pub async fn roll(&self, actor: &Actor, on: NaiveDate) -> Result<Roll, Error> {
        actor.may_in_org(Right::MovementEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let near = self.curriculum.year_near(&mut tx, on).await?;
        let classes = self.classes_of(&mut tx, near.as_ref()).await?;
        let after = match &near {
            // Half a year after the end another year goes on, if there is one.
            Some(it) => {
                let later = it.ends_on + chrono::Days::new(150);
                self.curriculum.year_on(&mut tx, later).await?
            }
            None => None,
        };
        let next = self.classes_of(&mut tx, after.as_ref()).await?;
        let open: HashMap<PersonId, Place> =
            store::open_stays(&mut tx).await?.into_iter().collect();
        let mut held: Vec<ClassId> = open.values().filter_map(|it| it.class()).collect();
        held.sort_unstable();
        held.dedup();
        let sources = self.curriculum.classes_by_id(&mut tx, &held).await?;
        let everybody = self.people.pupils(&mut tx).await?;
        let mut schools = self.orgs.schools(&mut tx).await?;
        schools.retain(|it| it.id != actor.org);
        tx.commit().await?;
        let (inside, outside): (Vec<Card>, Vec<Card>) = everybody
            .into_iter()
            .partition(|it| open.contains_key(&it.id));
        let enrolled = inside.into_iter().map(|it| {
            let place = open[&it.id];
            (it, place)
        });
        Ok(Roll {
            classes,
            next,
            next_starts: after.map(|it| it.starts_on),
            sources,
            enrolled: enrolled.collect(),
            outside,
            schools,
        })
    }

    /// Who is in which class on the day; today where none is named.
    pub async fn register(
        &self,
        actor: &Actor,
        on: Option<NaiveDate>,
    ) -> Result<RegisterPage, Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let on = on.unwrap_or(today);
        let members = store::enrolled(&mut tx, on).await?;
        let pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let cards = self.people.cards(&mut tx, &pupils).await?;
        let mut ids: Vec<ClassId> = members.iter().map(|it| it.class).collect();
        ids.sort_unstable();
        ids.dedup();
        let classes = self.curriculum.classes_by_id(&mut tx, &ids).await?;
        tx.commit().await?;
        let class_of: HashMap<PersonId, ClassId> =
            members.into_iter().map(|it| (it.pupil, it.class)).collect();
        let in_class = |class: ClassId| {
            cards
                .iter()
                .filter(|it| class_of.get(&it.id) == Some(&class))
                .cloned()
                .collect()
        };
        let classes = classes
            .into_iter()
            .map(|it| ClassCount {
                class: it.id,
                name: it.name(),
                pupils: in_class(it.id),
            })
            .collect();
        Ok(RegisterPage { on, classes })
    }

    /// The day it is in the actor's organisation.
    pub async fn today_of(&self, actor: &Actor) -> Result<NaiveDate, Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        tx.commit().await?;
        Ok(today)
    }

    async fn classes_of(&self, tx: &mut Tx, year: Option<&Year>) -> Result<Vec<Class>, Error> {
        match year {
            Some(year) => Ok(self.curriculum.classes(tx, year.id).await?),
            None => Ok(Vec::new()),
        }
    }

    pub(super) async fn cards_by_id(
        &self,
        tx: &mut Tx,
        ids: &[PersonId],
    ) -> Result<HashMap<PersonId, Card>, Error> {
        let cards = self.people.cards(tx, ids).await?;
        Ok(cards.into_iter().map(|it| (it.id, it)).collect())
    }

    pub(super) async fn names_of(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
    ) -> Result<HashMap<ClassId, String>, Error> {
        if classes.is_empty() {
            return Ok(HashMap::new());
        }
        let classes = self.curriculum.classes_by_id(tx, classes).await?;
        Ok(classes.into_iter().map(|it| (it.id, it.name())).collect())
    }

    async fn class_names_on(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        day: NaiveDate,
    ) -> Result<HashMap<PersonId, String>, Error> {
        let stays = store::stays_on(tx, pupils, day).await?;
        self.named(tx, stays).await
    }

    async fn named(
        &self,
        tx: &mut Tx,
        stays: Vec<Member>,
    ) -> Result<HashMap<PersonId, String>, Error> {
        let mut classes: Vec<ClassId> = stays.iter().map(|it| it.class).collect();
        classes.sort_unstable();
        classes.dedup();
        let names = self.names_of(tx, &classes).await?;
        let in_class = |it: Member| Some((it.pupil, names.get(&it.class)?.clone()));
        Ok(stays.into_iter().filter_map(in_class).collect())
    }

    async fn all_class_names_on(
        &self,
        tx: &mut Tx,
        day: NaiveDate,
    ) -> Result<HashMap<PersonId, String>, Error> {
        let members = store::in_classes(tx, day).await?;
        let classes: Vec<ClassId> = members.iter().map(|it| it.0).collect();
        let names = self.names_of(tx, &classes).await?;
        let mut by_pupil = HashMap::new();
        for (class, pupils) in members {
            if let Some(name) = names.get(&class) {
                by_pupil.extend(pupils.into_iter().map(|it| (it, name.clone())));
            }
        }
        Ok(by_pupil)
    }

    /// Classes and groups that are the actor's own today, as far as the right reaches.
    async fn own_parts(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        reaches: Reaches,
        today: NaiveDate,
    ) -> Result<OwnParts, Error> {
        let mut parts = OwnParts::granted(actor, reaches);
        if !actor.is(Role::Teacher) {
            return Ok(parts);
        }
        let own = self.curriculum.own_of(tx, actor.person, today).await?;
        if reaches.has(Reach::OwnClass) {
            parts.classes.extend(own.led);
        }
        if reaches.has(Reach::OwnLoad) {
            parts.classes.extend(own.taught);
            parts.groups.extend(own.groups);
        }
        Ok(parts)
    }

    async fn pupils_of(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        reaches: Reaches,
        today: NaiveDate,
    ) -> Result<HashSet<PersonId>, Error> {
        let parts = self.own_parts(tx, actor, reaches, today).await?;
        let mut pupils = HashSet::new();
        if !parts.classes.is_empty() {
            let members = store::members(tx, &parts.classes, today, today).await?;
            pupils.extend(members.into_iter().map(|it| it.pupil));
        }
        if !parts.groups.is_empty() {
            let members = self.curriculum.group_members(tx, &parts.groups).await?;
            let members: Vec<PersonId> = members.into_iter().map(|it| it.1).collect();
            // Whoever left the school is in the group's list still.
            let stays = store::stays(tx, &members).await?;
            pupils.extend(
                stays
                    .into_iter()
                    .filter(|it| it.on(today))
                    .map(|it| it.pupil),
            );
        }
        Ok(pupils)
    }
}

/// Classes and groups that are somebody's own.
#[derive(Default)]
struct OwnParts {
    classes: Vec<ClassId>,
    groups: Vec<GroupId>,
}

impl OwnParts {
    /// What roles granted for one class or group give.
    fn granted(actor: &Actor, reaches: Reaches) -> Self {
        let mut parts = Self::default();
        for grant in actor.grants.iter() {
            match grant.scope {
                Scope::Class(class) if reaches.has(Reach::OwnClass) => parts.classes.push(class),
                Scope::Group(group) if reaches.has(Reach::OwnLoad) => parts.groups.push(group),
                _ => {}
            }
        }
        parts
    }
}

#[async_trait]
impl ClassNames for Movement {
    async fn class_names(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        day: NaiveDate,
    ) -> Result<HashMap<PersonId, String>, people::Error> {
        self.class_names_on(tx, pupils, day)
            .await
            .map_err(people::Error::above)
    }

    async fn all_class_names(
        &self,
        tx: &mut Tx,
        day: NaiveDate,
    ) -> Result<HashMap<PersonId, String>, people::Error> {
        self.all_class_names_on(tx, day)
            .await
            .map_err(people::Error::above)
    }

    async fn ways(
        &self,
        tx: &mut Tx,
        pupils: Option<&[PersonId]>,
    ) -> Result<HashMap<PersonId, Way>, people::Error> {
        let found = store::ways(tx, pupils).await;
        found.map_err(|it| people::Error::above(Error::from(it)))
    }
}

#[async_trait]
impl OwnPupils for Movement {
    async fn own_pupils(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        reaches: Reaches,
        day: NaiveDate,
    ) -> Result<HashSet<PersonId>, people::Error> {
        self.pupils_of(tx, actor, reaches, day)
            .await
            .map_err(people::Error::above)
    }
}
