//! Lists that a school brings as files: «Нагрузка» and «КТП» (CUR-4, CUR-5).

mod loads;
mod names;
mod plans;

use db::Tx;
use intake::Wish;

use crate::{Curriculum, Year};

pub use loads::LoadList;
pub use names::{Names, Unknown};
pub use plans::PlanList;

/// The year that a list of today is about.
///
/// # Errors
/// [`intake::Error::Unfit`] where the school has none yet.
pub async fn year_of(
    curriculum: &dyn Curriculum,
    tx: &mut Tx,
    wish: &Wish,
) -> Result<Year, intake::Error> {
    let year = curriculum.year_near(tx, wish.today).await;
    year.map_err(intake::Error::of)?
        .ok_or(intake::Error::Unfit("intake.no-year"))
}
