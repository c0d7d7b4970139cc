//! Lists that a school brings as files: «Нагрузка» and «КТП» (CUR-4, CUR-5).

mod loads;
mod names;
mod plans;

pub use loads::LoadList;
pub use names::{Names, Unknown};
pub use plans::PlanList;
