//! Schools of the region that an order of leaving names (MOV-5).

use std::borrow::Cow;

use db::Tx;
use kernel::{Actor, Right};
use org::Organisation;

use super::Movement;
use crate::{
    Error,
    order::{OrderDraft, Scope},
};

impl Movement {
    /// The other schools of the region, by name: whom a leaver may be offered to.
    pub async fn other_schools(&self, actor: &Actor) -> Result<Vec<Organisation>, Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let mut schools = self.orgs.schools(&mut tx).await?;
        tx.commit().await?;
        schools.retain(|it| it.id != actor.org);
        Ok(schools)
    }

    /// The drafts with the names of the schools that they choose from the list.
    ///
    /// # Errors
    /// [`Error::NoSuchSchool`] where there is none in the region.
    pub(super) async fn with_schools<'a>(
        &self,
        tx: &mut Tx,
        drafts: &'a [OrderDraft],
    ) -> Result<Cow<'a, [OrderDraft]>, Error> {
        let mut lines = drafts.iter().flat_map(|it| &it.lines);
        if lines.all(|it| it.details.to_school.is_none()) {
            return Ok(Cow::Borrowed(drafts));
        }
        let schools = self.orgs.schools(tx).await?;
        let own = schools.iter().find(|it| Some(it.id) == tx.org());
        let mut named = drafts.to_vec();
        for line in named.iter_mut().flat_map(|it| &mut it.lines) {
            let Some(to) = line.details.to_school else {
                continue;
            };
            let school = schools.iter().find(|it| it.id == to);
            let school = school.ok_or(Error::NoSuchSchool)?;
            if Some(school.id) == tx.org() {
                return Err(Error::NoSuchSchool);
            }
            line.went_to.clone_from(&school.name);
            line.details.scope = line.details.scope.or(Some(scope(own, school)));
        }
        Ok(Cow::Owned(named))
    }
}

/// How far it is to the other school, by the tree.
pub(crate) fn scope(own: Option<&Organisation>, other: &Organisation) -> Scope {
    if own.is_some_and(|it| it.parent == other.parent) {
        Scope::District
    } else {
        Scope::Region
    }
}
