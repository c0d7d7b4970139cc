use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;
use kernel::{Actor, PersonId, dates};

use super::{
    Directory,
    scope::{edit_right, view_right},
};
use crate::{
    Card, CardKind, Error, Kin, ParentFields, Person, PupilFields, StaffFields, Way, store,
};

/// A pupil in the list.
#[derive(Clone, Debug)]
pub struct PupilLine {
    pub person: Person,
    pub pupil: PupilFields,
    /// «5А»; none for whom no order has put into a class.
    pub class: Option<String>,
    /// Where it was asked for and there was an order.
    pub way: Option<Way>,
}

/// What a list of pupils needs besides names, classes and the rest that it
/// shows at first; what is not asked for stays empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct PupilsAsked {
    /// Addresses, family, telephone and e-mail.
    pub details: bool,
    /// The ways through the school.
    pub ways: bool,
}

/// A parent in the list.
#[derive(Clone, Debug)]
pub struct ParentLine {
    pub person: Person,
    pub parent: ParentFields,
    /// The children, with the kind of kinship.
    pub children: Vec<(Card, String)>,
}

/// A member of the staff in the list.
#[derive(Clone, Debug)]
pub struct StaffLine {
    pub person: Person,
    pub staff: StaffFields,
    pub dismissed: bool,
}

impl Directory {
    /// The pupils whom the actor may see, in the order of names; `zone` says
    /// what day it is, here and in the lists below.
    pub async fn pupils(
        &self,
        actor: &Actor,
        zone: Tz,
        asked: PupilsAsked,
    ) -> Result<Vec<PupilLine>, Error> {
        let reaches = actor.may(view_right(CardKind::Pupil))?;
        let mut tx = self.db.begin(actor).await?;
        let today = dates::today(tx.now(), zone);
        let scope = self
            .scope(&mut tx, actor, CardKind::Pupil, reaches, today)
            .await?;
        let rows = if asked.details {
            store::pupils(&mut tx, scope.limit()).await?
        } else {
            store::pupils_in_brief(&mut tx, scope.limit()).await?
        };
        let only = scope.list();
        let mut classes = match &only {
            Some(only) => self.classes.class_names(&mut tx, only, today).await?,
            None => self.classes.all_class_names(&mut tx, today).await?,
        };
        let mut ways = if asked.ways {
            self.classes.ways(&mut tx, only.as_deref()).await?
        } else {
            HashMap::new()
        };
        tx.commit().await?;
        let line = |(person, pupil): (Person, PupilFields)| PupilLine {
            class: classes.remove(&person.id),
            way: ways.remove(&person.id),
            person,
            pupil,
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// The parents whom the actor may see, with their children.
    pub async fn parents(&self, actor: &Actor, zone: Tz) -> Result<Vec<ParentLine>, Error> {
        let reaches = actor.may(view_right(CardKind::Parent))?;
        let mut tx = self.db.begin(actor).await?;
        let today = dates::today(tx.now(), zone);
        let scope = self
            .scope(&mut tx, actor, CardKind::Parent, reaches, today)
            .await?;
        let rows = store::parents(&mut tx, scope.limit()).await?;
        let ids: Vec<PersonId> = rows.iter().map(|it| it.0.id).collect();
        let kin = store::children_of(&mut tx, &ids, today).await?;
        let pupils: HashSet<PersonId> = kin.iter().map(|it| it.pupil).collect();
        let pupils: Vec<PersonId> = pupils.into_iter().collect();
        let cards = store::cards(&mut tx, &pupils).await?;
        tx.commit().await?;
        let mut children = children_by_parent(&kin, &cards);
        let line = |(person, parent): (Person, ParentFields)| ParentLine {
            children: children.remove(&person.id).unwrap_or_default(),
            person,
            parent,
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// The staff whom the actor may see, dismissed ones marked.
    pub async fn staff(&self, actor: &Actor, zone: Tz) -> Result<Vec<StaffLine>, Error> {
        let reaches = actor.may(view_right(CardKind::Staff))?;
        let mut tx = self.db.begin(actor).await?;
        let today = dates::today(tx.now(), zone);
        let scope = self
            .scope(&mut tx, actor, CardKind::Staff, reaches, today)
            .await?;
        let rows = store::staff(&mut tx, scope.limit()).await?;
        tx.commit().await?;
        let line = |(person, staff): (Person, StaffFields)| StaffLine {
            dismissed: staff.dismissed_on.is_some_and(|it| it <= today),
            person,
            staff,
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// Refuses who may not enter new cards of that kind.
    ///
    /// # Errors
    /// [`kernel::Denied`].
    pub fn must_enter(&self, actor: &Actor, kind: CardKind) -> Result<(), kernel::Denied> {
        actor.may_in_org(edit_right(kind))
    }

    /// Whether the actor may enter new cards of that kind.
    pub fn may_enter(&self, actor: &Actor, kind: CardKind) -> bool {
        actor.may_in_org(edit_right(kind)).is_ok()
    }
}

fn children_by_parent(kin: &[Kin], cards: &[Card]) -> HashMap<PersonId, Vec<(Card, String)>> {
    let cards: HashMap<PersonId, &Card> = cards.iter().map(|it| (it.id, it)).collect();
    let mut children: HashMap<PersonId, Vec<(Card, String)>> = HashMap::new();
    for it in kin {
        if let Some(card) = cards.get(&it.pupil) {
            children
                .entry(it.parent)
                .or_default()
                .push(((*card).clone(), it.kind.clone()));
        }
    }
    children
}
