//! Use cases: one public method is one transaction.

mod access;
mod associations;
mod attested;
mod base;
mod clubs;
mod entries;
mod events;
mod files;
mod meetings;
mod overview;
mod people_of;
mod registers;
mod work;

use std::sync::Arc;

use chrono::NaiveDate;
use curriculum::{Curriculum, Year};
use db::{Db, Tx, files::Files};
use kernel::YearId;
use movement::ClassRegister;
use org::Organisations;
use people::{OwnPupils, People};

use crate::Error;

pub use associations::{AssociationForm, Associations, ItemForm, OpenedAssociation};
pub use attested::Attested;
pub use base::{Base, EquipmentForm};
pub use clubs::{ClubForm, ClubLine, ClubRoll, Clubs, Joining, OpenedClub};
pub use entries::{Decision, EntryForm, OpenedEntry};
pub use events::{EventForm, Events, Inviting, OpenedEvent, ParticipantLine};
pub use files::SentFile;
pub use meetings::{MeetingForm, Meetings, OpenedMeeting};
pub use overview::{Line, Overview};
pub use people_of::{Mine, PersonFile};
pub use registers::{Pick, Picking};
pub use work::StaffWork;

/// Portfolios and the registers beside them.
#[derive(Clone)]
pub struct Portfolio {
    db: Db,
    people: Arc<dyn People>,
    own: Arc<dyn OwnPupils>,
    curriculum: Arc<dyn Curriculum>,
    register: Arc<dyn ClassRegister>,
    orgs: Arc<dyn Organisations>,
    files: Files,
}

/// Whom this domain asks.
pub struct Neighbours {
    pub people: Arc<dyn People>,
    pub own: Arc<dyn OwnPupils>,
    pub curriculum: Arc<dyn Curriculum>,
    pub register: Arc<dyn ClassRegister>,
    pub orgs: Arc<dyn Organisations>,
    pub files: Files,
}

impl Portfolio {
    pub fn new(db: Db, ask: Neighbours) -> Self {
        let Neighbours {
            people,
            own,
            curriculum,
            register,
            orgs,
            files,
        } = ask;
        Self {
            db,
            people,
            own,
            curriculum,
            register,
            orgs,
            files,
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
}
