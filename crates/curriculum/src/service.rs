//! Use cases: one public method is one transaction.

mod classes;
mod groups;
mod loads;
mod plans;
mod scales;
mod subjects;
mod years;

use std::sync::Arc;

use db::{Db, Tx};
use kernel::{Actor, ClassId, Reach, Reaches, Scope, YearId};
use org::Organisations;
use people::People;

use crate::{Class, ClassPupils, Error, Year, store};

pub use classes::{ClassListing, ClassPage};
pub use groups::{GroupsPage, SubjectGroups};
pub use loads::{LoadChange, LoadPage};
pub use plans::{PlanChange, PlanListing, PlanPage};

/// Years, classes, subjects, load, plans and scales of one installation.
#[derive(Clone)]
pub struct CurriculumService {
    db: Db,
    people: Arc<dyn People>,
    organisations: Arc<dyn Organisations>,
    pupils: Arc<dyn ClassPupils>,
}

/// A year chosen in the URL among those there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenYear {
    pub year: Option<Year>,
    pub all: Vec<Year>,
}

impl CurriculumService {
    /// `pupils` tells who is in a class; whoever keeps the class register implements it.
    pub fn new(
        db: Db,
        people: Arc<dyn People>,
        organisations: Arc<dyn Organisations>,
        pupils: Arc<dyn ClassPupils>,
    ) -> Self {
        Self {
            db,
            people,
            organisations,
            pupils,
        }
    }
}

/// The year wished for, or the one near the present.
async fn choose_year(tx: &mut Tx, wish: Option<YearId>) -> Result<ChosenYear, Error> {
    let all: Vec<Year> = store::years::all(tx)
        .await?
        .into_iter()
        .map(|it| it.0)
        .collect();
    let today = tx.now().date_naive();
    let year = match wish {
        Some(id) => Some(
            all.iter()
                .find(|it| it.id == id)
                .cloned()
                .ok_or(Error::NoSuchYear)?,
        ),
        None => near(&all, today),
    };
    Ok(ChosenYear { year, all })
}

/// As `store::years::near` decides, over years that are loaded already.
fn near(all: &[Year], today: chrono::NaiveDate) -> Option<Year> {
    all.iter()
        .min_by_key(|it| {
            let waits = it.planned && it.starts_on > today;
            (waits, it.ends_on < today, (it.starts_on - today).abs())
        })
        .cloned()
}

async fn class(tx: &mut Tx, id: ClassId) -> Result<crate::ClassCard, Error> {
    let found = store::classes::by_id(tx, &[id]).await?;
    found.into_iter().next().ok_or(Error::NoSuchClass)
}

/// The year for a change; an archived one is only looked at.
async fn open_year(tx: &mut Tx, id: YearId) -> Result<Year, Error> {
    let (year, _) = store::years::by_id(tx, id)
        .await?
        .ok_or(Error::NoSuchYear)?;
    if year.archived {
        Err(Error::Archived)
    } else {
        Ok(year)
    }
}

/// Whether the class is one's own: its class teacher, or a role granted for it.
pub(crate) fn is_own_class(actor: &Actor, class: &Class) -> bool {
    let granted = |it: &kernel::Grant| it.scope == Scope::Class(class.id);
    class.teacher == Some(actor.person) || actor.grants.iter().any(granted)
}

/// Whether the right reaches this class: the organisation or one's own class.
fn reaches_class(actor: &Actor, reaches: Reaches, class: &Class) -> bool {
    reaches.has(Reach::Org) || (reaches.has(Reach::OwnClass) && is_own_class(actor, class))
}
