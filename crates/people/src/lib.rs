//! Cards of staff, pupils and parents, kinship, consents. Owns schema `people`.
//!
//! Asks `org` for the zone and the name of the organisation and `identity` for
//! accounts. Which class a pupil is in and which pupils are a teacher's own,
//! higher domains tell through the sockets [`ClassNames`] and [`OwnPupils`].

mod api;
mod consent;
mod contract;
mod deadlines;
mod details;
mod error;
mod family;
mod file;
mod history;
mod import;
mod pages;
mod person;
mod person_data;
mod record;
mod restricted;
mod search;
mod service;
mod setup;
mod standing;
mod store;
mod viewers;

pub use api::*;
pub use consent::{Consent, ConsentId, ConsentKind, NewConsent};
pub use contract::Cards;
pub use deadlines::StaffDues;
pub use details::{Details, ParentFields, PupilFields, StaffFields};
pub use error::{Error, FieldError};
pub use family::{Kinship, KinshipId, KinshipKind, NewKinship};
pub use file::{Files, Lacks, PupilFile, WorkerFile};
pub use history::{FieldChange, HistoryLine};
pub use import::{
    CardBook, CardLists, CardsUndo, Known, ListedCard, Looked, Match, ParentList, Put, StaffList,
    columns, person_fields, restricted_values,
};
pub use pages::{ROUTES, router};
pub use person::{Person, PersonFields};
pub use person_data::PERSON_DATA;
pub use record::{Part, Record, RecordFields, RecordId, RecordKind};
pub use restricted::{CardKind, Ground, RestrictedField};
use service::edit_right;

pub use service::{
    CardView, ConsentBlank, ConsentLine, ConsentRegister, ConsentState, Directory, Entered, Found,
    Lookalike, NewCard, ParentLine, PupilLine, Records, Relative, RestrictedLine, RestrictedValue,
    RestrictedView, SearchResult, StaffLine, Viewers,
};
pub use setup::SetupPeople;
pub use standing::Standing;
pub use viewers::{Look, Purpose};
