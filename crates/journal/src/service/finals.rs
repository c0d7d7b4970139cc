//! Final marks: what is shown, set, accepted and signed (JRN-3).

mod acknowledgement;
mod book;
mod child;
mod page;
mod sheet;
mod sign;
mod summary;
mod write;

pub use acknowledgement::{AcknowledgedRow, Acknowledgements, ParentSeen};
pub use child::{ChildFinal, ChildFinals, SubjectFinals};
pub use page::{FinalCell, FinalColumn, FinalRow, Finals, FinalsOpened, OpenFinals, SignedBy};
pub use sheet::FinalLock;
pub(in crate::service) use sheet::{About, CLOSING_DAYS};
pub use sign::{Blank, Signing};
pub use summary::{Summary, SummaryLine, SummaryRow};
pub use write::{Accept, Accepted, FinalResult};
