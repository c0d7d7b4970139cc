use std::collections::HashMap;

use chrono::NaiveDate;
use db::{Tx, audit};
use kernel::{Actor, Denied, PersonId, Reach, Right};
use serde_json::{Value, json};

use super::{Directory, restricted::object, scope::view_right};
use crate::{
    Card, CardKind, Error, Person, store,
    viewers::{LOOKS, Look, ONE_LOOK},
};

pub(super) use crate::viewers::RESTRICTED_READ;

/// So many looks are shown.
const SHOWN: i64 = 200;

/// Who looked at a card.
#[derive(Clone, Debug)]
pub struct Viewers {
    pub kind: CardKind,
    pub person: Person,
    /// The organisation whose people they are.
    pub org: String,
    /// Newest first.
    pub looks: Vec<Look>,
    /// Whether the reader watches over the journal and sees names.
    pub named: bool,
}

impl Directory {
    /// Puts a look at a card on record; one's own card is nobody's business.
    pub(super) async fn looked(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: PersonId,
        action: &str,
        details: &Value,
    ) -> Result<(), Error> {
        if actor.person != id {
            audit::record_once(tx, action, &object(id), details, ONE_LOOK).await?;
        }
        Ok(())
    }

    /// Who looked at the card: for its owner, for the parents of a child, and
    /// for whoever watches over the journal, who alone sees names.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`] where the actor may not see the card,
    /// [`Denied`] where they may and it is not theirs.
    #[tracing::instrument(name = "people.viewers", skip_all, fields(person.id = %id))]
    pub async fn viewers(
        &self,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
    ) -> Result<Viewers, Error> {
        actor.may(view_right(kind))?;
        let mut tx = self.db.begin(actor).await?;
        let own = self.orgs.own(&mut tx).await?;
        let today = kernel::dates::today(tx.now(), own.zone);
        self.must_see(&mut tx, actor, kind, id, today).await?;
        let named = actor.may_in_org(Right::AuditView).is_ok();
        if !named && !self.is_own(&mut tx, actor, kind, id, today).await? {
            return Err(Denied(Right::AuditView).into());
        }
        let (person, _) = store::card(&mut tx, kind, id)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let entries = entries_of(&mut tx, id).await?;
        let looks = entries.iter().map(|it| Look::read(it, named)).collect();
        let looks = with_posts(&mut tx, looks, named).await?;
        if named {
            let details = json!({ "kind": kind });
            self.looked(&mut tx, actor, id, "people.viewers-read", &details)
                .await?;
        }
        tx.commit().await?;
        Ok(Viewers {
            kind,
            person,
            org: own.name,
            looks,
            named,
        })
    }

    /// Whether the card is the actor's own or of an own child.
    pub(super) async fn is_own(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
        today: NaiveDate,
    ) -> Result<bool, Error> {
        if actor.person == id {
            return Ok(true);
        }
        let is_parent = kind == CardKind::Pupil
            && actor
                .may(Right::PupilView)
                .is_ok_and(|it| it.has(Reach::OwnChild));
        if !is_parent {
            return Ok(false);
        }
        let children = store::children_of(tx, &[actor.person], today).await?;
        Ok(children.iter().any(|it| it.pupil == id))
    }

    /// The actor's own cards here, and those of the children.
    pub async fn mine(&self, actor: &Actor) -> Result<Vec<(CardKind, Card)>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let kinds = store::kinds(&mut tx, actor.person).await?;
        let own = store::cards(&mut tx, &[actor.person]).await?;
        let children = if kinds.contains(&CardKind::Parent) {
            store::children_cards(&mut tx, actor.person, today).await?
        } else {
            vec![]
        };
        tx.commit().await?;
        let may = |kind: CardKind| actor.may(view_right(kind)).is_ok();
        let own = own.into_iter().flat_map(|card| {
            let each = |kind: CardKind| (kind, card.clone());
            kinds.iter().copied().map(each).collect::<Vec<_>>()
        });
        let children = children.into_iter().map(|it| (CardKind::Pupil, it));
        Ok(own.chain(children).filter(|it| may(it.0)).collect())
    }
}

/// The newest looks at the person's data; those of the person are no looks.
async fn entries_of(tx: &mut Tx, id: PersonId) -> Result<Vec<audit::Entry>, Error> {
    let filter = audit::Filter {
        actions: LOOKS.map(str::to_owned).to_vec(),
        object: Some(object(id)),
        ..audit::Filter::default()
    };
    let mut entries = audit::list(tx, &filter, SHOWN).await?;
    entries.retain(|it| it.person != Some(id));
    Ok(entries)
}

async fn with_posts(
    tx: &mut Tx,
    looks: Vec<(Look, Option<PersonId>)>,
    named: bool,
) -> Result<Vec<Look>, Error> {
    let mut people: Vec<PersonId> = looks.iter().filter_map(|it| it.1).collect();
    people.sort_unstable();
    people.dedup();
    let known = store::posts(tx, &people).await?;
    let known: HashMap<PersonId, store::Posted> =
        known.into_iter().map(|it| (it.card.id, it)).collect();
    let told = |(mut look, who): (Look, Option<PersonId>)| {
        if let Some(it) = who.and_then(|it| known.get(&it)) {
            look.post.clone_from(&it.post);
            look.kinds.clone_from(&it.kinds);
            look.name = named.then(|| it.card.short());
        }
        look
    };
    Ok(looks.into_iter().map(told).collect())
}
