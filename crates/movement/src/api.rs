//! What other domains may ask about who is in which class.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::{ClassId, PersonId};
use serde::{Deserialize, Serialize};

use crate::{Enrolments, Error};

/// One stay of a pupil in a class, as the issued orders tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub pupil: PersonId,
    pub class: ClassId,
    /// First day in the class.
    pub since: NaiveDate,
    /// Last day in the class; `None` while it lasts.
    pub until: Option<NaiveDate>,
}

impl Member {
    /// Whether the pupil was in the class on that day.
    pub fn on(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|it| day <= it)
    }
}

/// Who is in which class on which day (MOV-2).
#[async_trait]
pub trait ClassRegister: Send + Sync {
    /// Everybody who was in one of the classes on at least one day of the
    /// range (inclusive), a row a stay, unordered.
    async fn members(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Member>, Error>;
    /// All stays of these pupils.
    async fn stays(&self, tx: &mut Tx, pupils: &[PersonId]) -> Result<Vec<Member>, Error>;
    /// Who was, is and will be in the classes of these years, and the orders
    /// that wait, read once in a transaction that only looks.
    async fn enrolments(
        &self,
        tx: &mut Tx,
        study: &curriculum::Study,
    ) -> Result<Arc<Enrolments>, Error> {
        if let Some(known) = tx.kept() {
            return Ok(known);
        }
        let classes: Vec<i64> = study.classes().map(|it| it.id.get()).collect();
        let found = crate::store::enrolments(tx, &classes).await?;
        Ok(tx.keep(found))
    }
    /// Everybody who is in any class of the school on the day.
    async fn enrolled(&self, tx: &mut Tx, on: NaiveDate) -> Result<Vec<Member>, Error>;
}
