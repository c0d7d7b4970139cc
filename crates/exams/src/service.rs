//! Use cases: one public method is one transaction.

mod access;
mod appeals;
mod entry;
mod exams;
mod mine;
mod opened;
mod scales;

use std::sync::Arc;

use chrono::NaiveDate;
use curriculum::{Curriculum, Year};
use db::{Db, Tx};
use journal::FinalBook;
use kernel::YearId;
use movement::ClassRegister;
use people::People;

use crate::Error;

pub(crate) use access::Own;
pub use appeals::{AppealWish, Card, Decision, Owner};
pub use entry::{Change, EntryRow, EntrySheet, Saved, Stale};
pub use exams::{FormPage, Listed, Listing};
pub use mine::{Mine, MyExam};
pub use opened::{Line, Opened, Transferred};
pub use scales::ScalePage;

/// Exams and their results (JRN-9).
#[derive(Clone)]
pub struct Exams {
    db: Db,
    people: Arc<dyn People>,
    curriculum: Arc<dyn Curriculum>,
    register: Arc<dyn ClassRegister>,
    finals: Arc<dyn FinalBook>,
}

/// Whom this domain asks.
pub struct Neighbours {
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
    pub register: Arc<dyn ClassRegister>,
    pub finals: Arc<dyn FinalBook>,
}

impl Exams {
    pub fn new(db: Db, ask: Neighbours) -> Self {
        let Neighbours {
            people,
            curriculum,
            register,
            finals,
        } = ask;
        Self {
            db,
            people,
            curriculum,
            register,
            finals,
        }
    }

    /// The year that was asked for, or the one near the day.
    async fn year(
        &self,
        tx: &mut Tx,
        wish: Option<YearId>,
        today: NaiveDate,
    ) -> Result<Option<Year>, Error> {
        match wish {
            Some(id) => {
                let year = self.curriculum.year(tx, id).await?;
                Ok(Some(year.ok_or(Error::NotFound)?))
            }
            None => Ok(self.curriculum.year_near(tx, today).await?),
        }
    }

    /// The year for a change; an archived one is only looked at.
    async fn open_year(&self, tx: &mut Tx, id: YearId) -> Result<Year, Error> {
        let year = self.curriculum.year(tx, id).await?.ok_or(Error::NotFound)?;
        if year.archived {
            return Err(Error::YearArchived);
        }
        Ok(year)
    }
}
