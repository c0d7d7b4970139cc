use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, Grant, PersonId, Reach, Right, Role, Scope as GrantScope};

use super::{
    Directory,
    dictionaries::cleaned_by,
    scope::{edit_right, view_right},
};
use crate::{
    Card, CardKind, Consent, Details, Error, Person, PersonFields, Way,
    family::Kinship,
    store,
    viewers::{COMMON_READ, common_look},
};

/// Somebody of the family of a card.
#[derive(Clone, Debug)]
pub struct Relative {
    pub kinship: Kinship,
    pub card: Card,
}

/// A card with all that stands around it, as far as the actor may see it.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one button of the page"
)]
pub struct CardView {
    pub kind: CardKind,
    pub person: Person,
    pub details: Details,
    /// What the person is here besides.
    pub kinds: Vec<CardKind>,
    pub class: Option<String>,
    /// A pupil's way through the school, where there was an order.
    pub way: Option<Way>,
    /// Parents of a pupil, children of a parent.
    pub family: Vec<Relative>,
    /// Consents, newest first; none where the actor may not see them.
    pub consents: Option<Vec<Consent>>,
    pub may_edit: bool,
    pub may_link: bool,
    pub may_record_consent: bool,
    /// The card is the actor's own, or that of a child.
    pub is_own: bool,
}

impl Directory {
    /// The card of that kind.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`] where there is none or the actor may not see it.
    #[tracing::instrument(name = "people.card", skip_all, fields(person.id = %id))]
    pub async fn card(
        &self,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
    ) -> Result<CardView, Error> {
        actor.may(view_right(kind))?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_see(&mut tx, actor, kind, id, today).await?;
        let (person, details) = store::card(&mut tx, kind, id)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let may_edit = self
            .may_for(&mut tx, actor, kind, edit_right(kind), id, today)
            .await?;
        let sees_consents = self
            .may_for(&mut tx, actor, kind, Right::ConsentView, id, today)
            .await?;
        let may_record_consent = self
            .may_for(&mut tx, actor, kind, Right::ConsentEdit, id, today)
            .await?;
        let view = CardView {
            kind,
            is_own: self.is_own(&mut tx, actor, kind, id, today).await?,
            kinds: store::kinds(&mut tx, id).await?,
            class: self.class_of(&mut tx, kind, id, today).await?,
            way: self.way_of(&mut tx, kind, id).await?,
            family: self.family(&mut tx, actor, kind, id, today).await?,
            consents: if sees_consents {
                Some(store::consents_of(&mut tx, &[id]).await?)
            } else {
                None
            },
            may_edit,
            may_link: may_edit && actor.reaches(Right::ParentEdit).has(Reach::Org),
            may_record_consent,
            person,
            details,
        };
        self.looked(&mut tx, actor, id, COMMON_READ, &common_look(kind))
            .await?;
        tx.commit().await?;
        Ok(view)
    }

    async fn class_of(
        &self,
        tx: &mut Tx,
        kind: CardKind,
        id: PersonId,
        today: NaiveDate,
    ) -> Result<Option<String>, Error> {
        if kind != CardKind::Pupil {
            return Ok(None);
        }
        let mut names = self.classes.class_names(tx, &[id], today).await?;
        Ok(names.remove(&id))
    }

    async fn way_of(
        &self,
        tx: &mut Tx,
        kind: CardKind,
        id: PersonId,
    ) -> Result<Option<Way>, Error> {
        if kind != CardKind::Pupil {
            return Ok(None);
        }
        Ok(self.classes.ways(tx, Some(&[id])).await?.remove(&id))
    }

    /// Parents of a pupil, children of a parent: those whom the actor may see.
    async fn family(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
        today: NaiveDate,
    ) -> Result<Vec<Relative>, Error> {
        let Some(other) = relatives(kind) else {
            return Ok(Vec::new());
        };
        let Ok(reaches) = actor.may(view_right(other)) else {
            return Ok(Vec::new());
        };
        let kinships = store::kinships_of(tx, id).await?;
        let relative = |it: &Kinship| {
            if kind == CardKind::Pupil {
                it.parent
            } else {
                it.pupil
            }
        };
        let ids: Vec<PersonId> = kinships
            .iter()
            .map(relative)
            .filter(|it| *it != id)
            .collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let scope = self.scope(tx, actor, other, reaches, today).await?;
        let cards = store::cards(tx, &ids).await?;
        let visible = cards.into_iter().filter(|it| scope.has(it.id));
        let tie = |card: Card| {
            let kinship = kinships.iter().find(|it| relative(it) == card.id)?.clone();
            Some(Relative { kinship, card })
        };
        Ok(visible.filter_map(tie).collect())
    }

    /// Changes a card that is still as the writer saw it.
    ///
    /// # Errors
    /// [`Error::Fields`] with all that is wrong, [`Error::ChangedMeanwhile`]
    /// where somebody was faster.
    #[tracing::instrument(name = "people.save_card", skip_all, fields(person.id = %id))]
    pub async fn save_card(
        &self,
        actor: &Actor,
        id: PersonId,
        seen: i32,
        fields: PersonFields,
        details: Details,
    ) -> Result<(), Error> {
        let kind = details.kind();
        actor.may(edit_right(kind))?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach(&mut tx, actor, kind, edit_right(kind), id, today)
            .await?;
        let (_, before) = store::card(&mut tx, kind, id)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let lists = store::dictionaries(&mut tx).await?;
        let (person, details) = cleaned_by(&lists, Some(&before), fields, details, today)?;
        store::save_person(&mut tx, id, seen, &person).await?;
        store::save_details(&mut tx, id, &details).await?;
        if is_dismissed(&details, today) && !is_dismissed(&before, today) {
            self.close_staff_account(&mut tx, &person.fields, id)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Whoever is dismissed loses the roles here; a parent stays a parent.
    async fn close_staff_account(
        &self,
        tx: &mut Tx,
        fields: &PersonFields,
        id: PersonId,
    ) -> Result<(), Error> {
        self.accounts.close(tx, &[id]).await?;
        if store::kinds(tx, id).await?.contains(&CardKind::Parent) {
            self.accounts
                .open(tx, &[super::family::as_parent(id, fields)])
                .await?;
        }
        Ok(())
    }
}

/// The kind of card that the relatives of such a card have.
pub(super) const fn relatives(kind: CardKind) -> Option<CardKind> {
    match kind {
        CardKind::Pupil => Some(CardKind::Parent),
        CardKind::Parent => Some(CardKind::Pupil),
        CardKind::Staff => None,
    }
}

fn is_dismissed(details: &Details, today: NaiveDate) -> bool {
    matches!(details, Details::Staff(it) if it.dismissed_on.is_some_and(|it| it <= today))
}

/// Both parts checked; what is wrong with either is told at once.
pub(super) fn cleaned(
    fields: PersonFields,
    details: Details,
    today: NaiveDate,
) -> Result<(crate::person::CleanPerson, Details), Error> {
    match (fields.clean(today), details.clean()) {
        (Ok(person), Ok(details)) => Ok((person, details)),
        (Err(Error::Fields(mut one)), Err(Error::Fields(other))) => {
            one.extend(other);
            Err(Error::Fields(one))
        }
        (Err(it), _) | (_, Err(it)) => Err(it),
    }
}

pub(super) const fn parent_grant() -> Grant {
    Grant {
        role: Role::Parent,
        scope: GrantScope::Org,
    }
}
