//! Pupils and orders as sources of reports (RPT-2).

mod orders;
mod pupils;

use kernel::Fault;

pub use orders::OrderRows;
pub use pupils::PupilRows;

fn boxed(it: impl Fault + 'static) -> Box<dyn Fault> {
    Box::new(it)
}
