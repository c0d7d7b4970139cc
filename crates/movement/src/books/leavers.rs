//! Who left or graduated: when, where to, on what ground (MOV-3).

use chrono::NaiveDate;
use kernel::{Actor, ClassId, PersonId, Right};
use people::Card;

use super::{Books, Paper};
use crate::{Error, store};

/// One leaving, as the order has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    pub pupil: PersonId,
    /// The order; its place is where to.
    pub paper: Paper,
    /// The first day no longer at the school.
    pub on: NaiveDate,
    pub basis: String,
    pub class: Option<ClassId>,
    /// Of a graduate: certificate, honours, reference; its number and day.
    pub document: Option<String>,
    pub document_number: String,
    pub document_on: Option<NaiveDate>,
    /// Enrolled here again.
    pub returned: bool,
    pub file_number: Option<String>,
    pub handed_on: Option<NaiveDate>,
    pub handed_to: String,
}

/// A leaving with the names.
#[derive(Clone, Debug)]
pub struct Leaver {
    pub leaving: Leaving,
    pub card: Option<Card>,
    /// «9А»
    pub class: String,
}

impl Books {
    /// Everybody who left or graduated, the last first.
    #[tracing::instrument(name = "movement.leavers", skip_all)]
    pub async fn leavers(&self, actor: &Actor) -> Result<Vec<Leaver>, Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let all = store::leavings(&mut tx).await?;
        let pupils: Vec<PersonId> = all.iter().map(|it| it.pupil).collect();
        let cards = self.cards_of(&mut tx, &pupils).await?;
        let mut ids: Vec<ClassId> = all.iter().filter_map(|it| it.class).collect();
        ids.sort_unstable();
        ids.dedup();
        let names = self.class_names(&mut tx, &ids).await?;
        tx.commit().await?;
        let with_names = |leaving: Leaving| Leaver {
            card: cards.get(&leaving.pupil).cloned(),
            class: leaving
                .class
                .and_then(|it| names.get(&it).cloned())
                .unwrap_or_default(),
            leaving,
        };
        Ok(all.into_iter().map(with_names).collect())
    }
}
