//! Accounts that follow from orders.

use db::Tx;
use identity::NewMember;
use kernel::{Grant, OrgId, PersonId, Role, Scope};

use super::Movement;
use crate::{Error, store};

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
