//! Whom an actor reaches by a right (`reports-and-rules.md` §10).

use std::collections::HashSet;

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, PersonId, Reach, Reaches, Right};

use super::Directory;
use crate::{CardKind, Error, store};

/// Everybody of a kind, or only some.
#[derive(Clone, Debug)]
pub(super) enum Scope {
    Everybody,
    Only(HashSet<PersonId>),
}

impl Scope {
    pub(super) fn has(&self, id: PersonId) -> bool {
        match self {
            Self::Everybody => true,
            Self::Only(ids) => ids.contains(&id),
        }
    }

    pub(super) const fn limit(&self) -> Option<&HashSet<PersonId>> {
        match self {
            Self::Everybody => None,
            Self::Only(ids) => Some(ids),
        }
    }

    /// The people as a list; none where it is everybody.
    pub(super) fn list(self) -> Option<Vec<PersonId>> {
        match self {
            Self::Everybody => None,
            Self::Only(ids) => Some(ids.into_iter().collect()),
        }
    }

    pub(super) fn seen(self) -> store::Seen {
        match self {
            Self::Everybody => store::Seen::All,
            Self::Only(ids) => store::Seen::Only(ids.into_iter().collect()),
        }
    }
}

/// The right to see cards of that kind.
pub(super) const fn view_right(kind: CardKind) -> Right {
    match kind {
        CardKind::Pupil => Right::PupilView,
        CardKind::Parent => Right::ParentView,
        CardKind::Staff => Right::StaffView,
    }
}

/// The right to change cards of that kind.
pub(crate) const fn edit_right(kind: CardKind) -> Right {
    match kind {
        CardKind::Pupil => Right::PupilEdit,
        CardKind::Parent => Right::ParentEdit,
        CardKind::Staff => Right::StaffEdit,
    }
}

impl Directory {
    /// Whom of that kind these reaches cover today.
    pub(super) async fn scope(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: CardKind,
        reaches: Reaches,
        today: NaiveDate,
    ) -> Result<Scope, Error> {
        if reaches.has(Reach::Org) {
            return Ok(Scope::Everybody);
        }
        let mut people = HashSet::new();
        if reaches.has(Reach::Own) {
            people.insert(actor.person);
        }
        if kind == CardKind::Staff {
            return Ok(Scope::Only(people));
        }
        let pupils = self.own_pupils(tx, actor, reaches, today).await?;
        if kind == CardKind::Parent {
            let pupils: Vec<PersonId> = pupils.into_iter().collect();
            let kin = store::parents_of(tx, &pupils, today).await?;
            people.extend(kin.into_iter().map(|it| it.parent));
        } else {
            people.extend(pupils);
        }
        Ok(Scope::Only(people))
    }

    async fn own_pupils(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        reaches: Reaches,
        today: NaiveDate,
    ) -> Result<HashSet<PersonId>, Error> {
        let mut pupils = HashSet::new();
        if reaches.has(Reach::OwnClass) || reaches.has(Reach::OwnLoad) {
            pupils = self.own.own_pupils(tx, actor, reaches, today).await?;
        }
        if reaches.has(Reach::OwnChild) {
            let kin = store::children_of(tx, &[actor.person], today).await?;
            pupils.extend(kin.into_iter().map(|it| it.pupil));
        }
        Ok(pupils)
    }

    /// Refuses who may not see the card: as missing where the right reaches others.
    pub(super) async fn must_see(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let reaches = actor.may(view_right(kind))?;
        let scope = self.scope(tx, actor, kind, reaches, today).await?;
        if scope.has(id) {
            Ok(())
        } else {
            Err(Error::NoSuchPerson)
        }
    }

    /// Whether the right covers this person.
    pub(super) async fn may_for(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: CardKind,
        right: Right,
        id: PersonId,
        today: NaiveDate,
    ) -> Result<bool, Error> {
        let Ok(reaches) = actor.may(right) else {
            return Ok(false);
        };
        Ok(self.scope(tx, actor, kind, reaches, today).await?.has(id))
    }

    /// Refuses who may not do that with this person: as missing where they may
    /// not even see the card, as forbidden where they may.
    pub(super) async fn must_reach(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: CardKind,
        right: Right,
        id: PersonId,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let reaches = actor.may(right)?;
        // A medic's right to health data does not open cards of parents and staff.
        actor.may(view_right(kind))?;
        if self.scope(tx, actor, kind, reaches, today).await?.has(id) {
            return Ok(());
        }
        self.must_see(tx, actor, kind, id, today).await?;
        Err(kernel::Denied(right).into())
    }
}
