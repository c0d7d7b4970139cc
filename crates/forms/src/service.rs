//! Use cases: one public method is one transaction.

mod gather;
mod gather_school;
mod gather_staff;
mod school;
mod unit;

use std::sync::Arc;

use async_trait::async_trait;
use curriculum::Curriculum;
use db::Db;
use kernel::{Fault, OrgId};
use movement::ClassRegister;
use org::{Organisation, Organisations};
use people::People;

pub(crate) use school::form_year;
pub use school::{CellView, Ground, Listed, Opened};
pub use unit::{Before, Board, CellBelow, Consolidated, School, SchoolForm, UnitPart};

/// Schools below an organisation; the application plugs the tree in.
#[async_trait]
pub trait Schools: Send + Sync {
    /// Those that owe forms, by name.
    async fn below(&self, unit: OrgId) -> Result<Vec<Organisation>, Box<dyn Fault>>;
}

/// Whom this domain asks.
#[derive(Clone)]
pub struct Neighbours {
    pub orgs: Arc<dyn Organisations>,
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
    pub register: Arc<dyn ClassRegister>,
    pub schools: Arc<dyn Schools>,
}

/// Forms of schools and of those above them. Cheap to clone.
#[derive(Clone)]
pub struct Forms {
    db: Db,
    ask: Neighbours,
}

impl Forms {
    pub const fn new(db: Db, ask: Neighbours) -> Self {
        Self { db, ask }
    }
}

/// Years as the tables have them.
fn small(year: i32) -> i16 {
    // Years of forms have four digits: `version_of` knows no others.
    i16::try_from(year).unwrap_or(i16::MAX)
}
