use db::Tx;
use identity::NewMember;
use kernel::{Actor, PersonId, Right};

use super::{Directory, cards::parent_grant};
use crate::{
    CardKind, Error, PersonFields,
    family::{KinshipId, KinshipKind, NewKinship},
    store,
};

/// The account of a parent; which children are theirs, kinship tells.
pub(super) fn as_parent(id: PersonId, fields: &PersonFields) -> NewMember {
    NewMember {
        person: id,
        last_name: fields.last_name.clone(),
        first_name: fields.first_name.clone(),
        middle_name: fields.middle_name.clone(),
        grants: vec![parent_grant()],
    }
}

impl Directory {
    /// Makes somebody with a card here the parent of a pupil. They get a
    /// parent's card and account where they have none.
    #[tracing::instrument(name = "people.link", skip_all, fields(pupil.id = %pupil))]
    pub async fn link(
        &self,
        actor: &Actor,
        pupil: PersonId,
        parent: PersonId,
        kind: KinshipKind,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::ParentEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach(
            &mut tx,
            actor,
            CardKind::Pupil,
            Right::PupilEdit,
            pupil,
            today,
        )
        .await?;
        store::card(&mut tx, CardKind::Pupil, pupil)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        store::person(&mut tx, parent)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        store::add_parent_cards(&mut tx, &[parent]).await?;
        self.link_all(
            &mut tx,
            &[NewKinship {
                parent,
                pupil,
                kind,
            }],
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends a kinship from today on; it stays in the history.
    #[tracing::instrument(name = "people.unlink", skip_all, fields(kinship.id = %id))]
    pub async fn unlink(&self, actor: &Actor, pupil: PersonId, id: KinshipId) -> Result<(), Error> {
        actor.may_in_org(Right::ParentEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach(
            &mut tx,
            actor,
            CardKind::Pupil,
            Right::PupilEdit,
            pupil,
            today,
        )
        .await?;
        let (_, tied) = store::kinship(&mut tx, id)
            .await?
            .ok_or(Error::NoSuchKinship)?;
        if tied != pupil {
            return Err(Error::NoSuchKinship);
        }
        store::unlink(&mut tx, id, today).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ties parents to pupils, all in the caller's transaction, and opens the
    /// parents' accounts. Every parent must have a parent's card.
    pub async fn link_all(&self, tx: &mut Tx, kin: &[NewKinship]) -> Result<(), Error> {
        if kin.is_empty() {
            return Ok(());
        }
        if kin.iter().any(|it| it.parent == it.pupil) {
            return Err(Error::OwnParent);
        }
        let today = self.today(tx).await?;
        store::link(tx, kin, today).await?;
        let mut parents: Vec<PersonId> = kin.iter().map(|it| it.parent).collect();
        parents.sort_unstable();
        parents.dedup();
        let cards = store::cards(tx, &parents).await?;
        let members: Vec<NewMember> = cards
            .into_iter()
            .map(|it| NewMember {
                person: it.id,
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                grants: vec![parent_grant()],
            })
            .collect();
        self.accounts.open(tx, &members).await?;
        Ok(())
    }
}
