//! Accounts that follow from orders.

use db::Tx;
use identity::{NewMember, SheetId};
use kernel::{Actor, Grant, OrgId, PersonId, Right, Role, Scope};

use super::Movement;
use crate::{Error, OrderId, store};

impl Movement {
    /// Every pupil in a class has a login (S3:2.6); its slip is printed later.
    pub(super) async fn open_accounts(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
    ) -> Result<(), Error> {
        let cards = self.people.cards(tx, pupils).await?;
        if cards.len() != pupils.len() {
            return Err(Error::NoSuchPupil);
        }
        let members: Vec<NewMember> = cards
            .into_iter()
            .map(|it| NewMember {
                person: it.id,
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                grants: vec![Grant {
                    role: Role::Pupil,
                    scope: Scope::Org,
                }],
            })
            .collect();
        self.accounts.open(tx, &members).await?;
        Ok(())
    }

    /// Slips to print for those whom an order in force enrolled, and for
    /// their parents, who have no password yet (S1; ux.md §7, check 21).
    ///
    /// # Errors
    /// [`Error::NoSuchOrder`] where it enrols nobody, [`Error::NotIssued`],
    /// [`identity::Error::NobodyChosen`] where everybody can enter already.
    #[tracing::instrument(name = "movement.first_slips", skip_all, fields(order.id = %id))]
    pub async fn first_slips(&self, actor: &Actor, id: OrderId) -> Result<SheetId, Error> {
        actor.may_in_org(Right::MovementEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let order = store::orders(&mut tx, &[id]).await?.pop();
        let order = order.ok_or(Error::NoSuchOrder)?;
        order.must_be_issued()?;
        if !order.wants_slips(tx.now()) {
            return Err(Error::NoSuchOrder);
        }
        let lines = store::lines(&mut tx, &[id]).await?.remove(&id);
        let lines = lines.unwrap_or_default();
        let mut people: Vec<PersonId> = lines.iter().map(|it| it.pupil).collect();
        let today = self.today(&mut tx).await?;
        let parents = self.people.parents_of(&mut tx, &people, today).await?;
        people.extend(parents.iter().map(|it| it.parent));
        let sheet = self.accounts.first_slips(&mut tx, actor, &people).await?;
        tx.commit().await?;
        Ok(sheet)
    }

    /// Closes the accounts of everybody whom an order made leave by now;
    /// whoever leaves later keeps it until then. Repeating it does nothing;
    /// the daily job calls it for each organisation.
    pub async fn close_accounts_of_leavers(&self, tx: &mut Tx) -> Result<usize, Error> {
        let today = self.today(tx).await?;
        let left = store::left_lately(tx, today).await?;
        if !left.is_empty() {
            self.accounts.close(tx, &left).await?;
        }
        Ok(left.len())
    }

    /// The same in a transaction of its own.
    pub(crate) async fn close_accounts_in(&self, org: OrgId) -> Result<(), Error> {
        let mut tx = self.db.begin_system(org).await?;
        self.close_accounts_of_leavers(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}
