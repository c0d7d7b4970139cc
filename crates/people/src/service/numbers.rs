//! People by the number of a document (PPL-11, `security.md` §6.2): by the
//! blind index, so that only the whole number finds anybody.

use db::audit;
use kernel::{Actor, PersonId, Right};
use serde_json::json;

use super::{
    Directory, Found,
    restricted::{object, sees},
    scope::view_right,
    viewers::RESTRICTED_READ,
};
use crate::{
    CardKind, Error, Purpose, RestrictedField,
    restricted::wanted,
    store,
    viewers::{ONE_LOOK, restricted_look},
};

/// That somebody looked for a number, in the journal; never which.
const NUMBER_SEARCH: &str = "people.number-search";

impl Directory {
    /// The numbers by which the actor may look for people.
    ///
    /// # Errors
    /// [`kernel::Denied`] where they do not see the restricted fields of the
    /// whole organisation: a class teacher knows the own class.
    pub fn numbers(&self, actor: &Actor) -> Result<Vec<RestrictedField>, Error> {
        actor.may_in_org(Right::RestrictedView)?;
        let of = |it: &RestrictedField| it.is_number() && sees(actor, Right::RestrictedView, *it);
        Ok(RestrictedField::ALL.into_iter().filter(of).collect())
    }

    /// Whoever has that number among those whose cards the actor may see. The
    /// search is put on record with its purpose, and each card found as a look
    /// at it.
    ///
    /// # Errors
    /// [`Error::Fields`] where it is no such number.
    #[tracing::instrument(name = "people.by_number", skip_all)]
    pub async fn by_number(
        &self,
        actor: &Actor,
        field: RestrictedField,
        number: &str,
        purpose: Purpose,
    ) -> Result<Vec<Found>, Error> {
        if !self.numbers(actor)?.contains(&field) {
            return Err(kernel::Denied(Right::RestrictedView).into());
        }
        let wanted = wanted(field, number).map_err(|code| Error::field("number", code))?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        // A medic's right to health data does not open cards of parents and staff.
        let is_open = |it: &CardKind| {
            it.restricted().contains(&field) && actor.may_in_org(view_right(*it)).is_ok()
        };
        let mut owners = store::of_number(&mut tx, field, &wanted).await?;
        for (_, kinds) in &mut owners {
            kinds.retain(is_open);
        }
        owners.retain(|it| !it.1.is_empty());
        let ids: Vec<PersonId> = owners.iter().map(|it| it.0.id).collect();
        let mut classes = self.classes.class_names(&mut tx, &ids, today).await?;
        for kind in CardKind::ALL {
            let first = owners.iter().filter(|it| it.1.first() == Some(&kind));
            let others = first.map(|it| it.0.id).filter(|it| *it != actor.person);
            let objects: Vec<String> = others.map(object).collect();
            let look = restricted_look(kind, purpose, [field].into_iter());
            audit::record_once_each(&mut tx, RESTRICTED_READ, &objects, &look, ONE_LOOK).await?;
        }
        let found: Vec<Found> = owners
            .into_iter()
            .map(|(card, kinds)| Found {
                class: classes.remove(&card.id),
                card,
                kinds,
                post: None,
            })
            .collect();
        let details = json!({ "field": field, "purpose": purpose.code(), "found": found.len() });
        audit::record(&mut tx, NUMBER_SEARCH, "", &details).await?;
        tx.commit().await?;
        Ok(found)
    }
}
