//! Final marks: what is shown, set, accepted and signed (JRN-3).

mod child;
mod page;
mod sheet;
mod sign;
mod write;

pub use child::{ChildFinal, ChildFinals, SubjectFinals};
pub use page::{FinalCell, FinalColumn, FinalRow, Finals, FinalsOpened, OpenFinals, SignedBy};
pub(in crate::service) use sheet::About;
pub use sheet::FinalLock;
pub use sign::{Blank, Signing};
pub use write::{Accept, Accepted, FinalResult};
