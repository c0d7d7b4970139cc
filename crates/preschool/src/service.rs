//! Use cases: one public method is one transaction.

mod codes;
mod groups;
mod mine;
mod month;

use std::sync::Arc;

use chrono::NaiveDate;
use curriculum::{Class, Curriculum, Frame};
use db::{Db, Tx};
use kernel::{Actor, ClassId, PersonId, Reach, Reaches, Right, Scope};
use movement::ClassRegister;
use people::People;

use crate::{Error, Month, Sheet, store};

pub use codes::CodesPage;
pub use groups::{Groups, ListedGroup};
pub use mine::MyMonth;
pub use month::{CellChange, MonthState, Saved, StaleCell, Told, Undone};

/// Attendance sheets of preschool groups (JRN-10).
#[derive(Clone)]
pub struct Preschool {
    db: Db,
    people: Arc<dyn People>,
    curriculum: Arc<dyn Curriculum>,
    register: Arc<dyn ClassRegister>,
}

/// Whom this domain asks.
pub struct Neighbours {
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
    pub register: Arc<dyn ClassRegister>,
}

/// Whether the right reaches the group: all, or that of the educator.
fn reaches_group(actor: &Actor, reaches: Reaches, class: &Class) -> bool {
    let granted = |it: &kernel::Grant| it.scope == Scope::Class(class.id);
    let own = class.teacher == Some(actor.person) || actor.grants.iter().any(granted);
    reaches.has(Reach::Org) || reaches.has(Reach::OwnClass) && own
}

impl Preschool {
    pub fn new(db: Db, ask: Neighbours) -> Self {
        let Neighbours {
            people,
            curriculum,
            register,
        } = ask;
        Self {
            db,
            people,
            curriculum,
            register,
        }
    }

    /// A group that the actor may look at; a class of a school is none.
    async fn seen_group(&self, tx: &mut Tx, actor: &Actor, class: ClassId) -> Result<Frame, Error> {
        let reaches = actor.may(Right::SheetView)?;
        let frame = self.curriculum.frame(tx, class).await?;
        frame
            .filter(|it| it.class.is_preschool() && reaches_group(actor, reaches, &it.class))
            .ok_or(Error::NotFound)
    }

    /// The sheet of a group, in four statements.
    async fn sheet(&self, tx: &mut Tx, frame: Frame, month: Month) -> Result<Sheet, Error> {
        let days = (month.first(), month.last());
        let class = frame.class.id;
        let stays = self.register.members(tx, &[class], days.0, days.1).await?;
        let pupils: Vec<PersonId> = stays.iter().map(|it| it.pupil).collect();
        let cards = self.people.cards(tx, &pupils).await?;
        let signs = store::signs(tx, &pupils, days).await?;
        let codes = store::codes(tx).await?;
        let names = cards.iter().map(|it| (it.id, it.listed())).collect();
        Ok(Sheet::new(frame, month, names, &stays, &signs, codes))
    }
}

/// The month to show first: that of today, or the nearest of the year.
pub(crate) fn usual_month(frame: &Frame, today: NaiveDate) -> Month {
    Month::of(today.clamp(frame.year.starts_on, frame.year.ends_on))
}
