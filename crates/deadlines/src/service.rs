//! The use cases of the deadlines: one public method is one transaction.

mod acts;
mod board;
mod board_acts;
mod board_discipline;
mod board_ground;
mod board_home;
mod board_names;
mod board_rows;
mod board_unit;
mod days;
mod look;
mod rules;
mod unit_remind;
mod unit_tell;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;
use curriculum::Curriculum;
use db::{Db, Tx};
use dues::DeadlineSource;
use identity::Holders;
use kernel::{Fault, OrgId, PersonId};
use org::{Organisation, Organisations};
use people::People;

pub use acts::EnteredAct;
pub use board::{DebtPage, RuleDebts};
pub use board_acts::{DecideAbout, RemindPage, RemindScope, Reminded};
pub use board_discipline::{Discipline, DisciplineRow};
pub use board_home::{Home, HomeCounts};
pub use board_unit::{UnitBoard, UnitHome, UnitMonths, UnitRule, UnitSchool, UnitSchoolPage};
pub use days::{DaysPage, NamedDay, YearOfWork, look_again, workdays_of};
pub use look::Looked;
pub(crate) use look::{OVERLAP_SECONDS, OWN};
pub use rules::{PastTerms, RulePage, RuleRow, RulesPage};
pub use unit_remind::{SchoolToRemind, SchoolsToRemind};

use crate::Error;

/// The contracts of the domains below.
#[derive(Clone)]
pub struct Neighbours {
    pub orgs: Arc<dyn Organisations>,
    pub holders: Arc<dyn Holders>,
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
    /// Who knows of duties.
    pub sources: Vec<Arc<dyn DeadlineSource>>,
}

/// A socket that the app fills: whoever reminds of lessons looked through the
/// journals (S3:8.8).
#[async_trait]
pub trait Control: Send + Sync {
    /// Notes it in the transaction of the reminder.
    async fn looked(
        &self,
        tx: &mut Tx,
        by: PersonId,
        today: NaiveDate,
    ) -> Result<(), Box<dyn Fault>>;
}

/// Deadlines: looks, boards, reminders, rules. Cheap to clone.
#[derive(Clone)]
pub struct Deadlines {
    pub(crate) db: Db,
    pub(crate) asked: Neighbours,
    pub(crate) control: Option<Arc<dyn Control>>,
}

impl Deadlines {
    pub const fn new(db: Db, asked: Neighbours) -> Self {
        Self {
            db,
            asked,
            control: None,
        }
    }

    /// Reminders of lessons are told to whoever keeps the control of journals.
    #[must_use]
    pub fn with_control(mut self, control: Arc<dyn Control>) -> Self {
        self.control = Some(control);
        self
    }

    /// Whether some domain knows of the duty.
    pub fn is_connected(&self, duty: &str) -> bool {
        let mut sources = self.asked.sources.iter();
        sources.any(|it| it.duties().contains(&duty))
    }

    /// The organisation of the transaction with those above it, topmost first.
    pub(crate) async fn line(&self, tx: &mut Tx) -> Result<(Vec<OrgId>, Organisation), Error> {
        let line = self.asked.orgs.line(tx).await?;
        let ids = line.iter().map(|it| it.id).collect();
        let own = line
            .into_iter()
            .next_back()
            .ok_or(org::Error::NoSuchOrganisation)?;
        // The sources ask for it again.
        tx.keep(own.clone());
        Ok((ids, own))
    }
}
