//! What is asked of cards outside of their pages: what is wrong with one, and
//! staff entered by the operator, in the caller's transaction.

use chrono::NaiveDate;
use db::Tx;
use kernel::PersonId;

use super::{Directory, cards::cleaned};
use crate::{Details, Error, FieldError, PersonFields, StaffFields, person::CleanPerson, store};

impl Directory {
    /// Everything that is wrong with one card, before anything is stored.
    pub fn problems(fields: &PersonFields, details: &Details, today: NaiveDate) -> Vec<FieldError> {
        match cleaned(fields.clone(), details.clone(), today) {
            Err(Error::Fields(wrong)) => wrong,
            _ => Vec::new(),
        }
    }

    /// Enters staff in one statement; their ids in the order given.
    pub async fn enter_staff(
        &self,
        tx: &mut Tx,
        cards: Vec<(PersonFields, StaffFields)>,
    ) -> Result<Vec<PersonId>, Error> {
        let today = self.today(tx).await?;
        let clean: Result<Vec<(CleanPerson, StaffFields)>, Error> = cards
            .into_iter()
            .map(|(person, staff)| Ok((person.clean(today)?, staff.clean()?)))
            .collect();
        store::enter_staff(tx, &clean?).await
    }
}
