//! Cards of staff, pupils and parents, kinship, consents. Owns schema `people`.
//!
//! Asks `org` for the zone and the name of the organisation and `identity` for
//! accounts. Which class a pupil is in and which pupils are a teacher's own,
//! higher domains tell through the sockets [`ClassNames`] and [`OwnPupils`].

mod api;
mod arrival;
mod completeness;
mod consent;
mod contract;
mod deadlines;
mod declension;
mod details;
mod dictionary;
mod error;
mod family;
mod file;
mod history;
mod import;
mod merge;
mod pages;
mod papers;
mod person;
mod person_data;
mod proposal;
mod record;
mod reported;
mod restricted;
mod search;
mod service;
mod setup;
mod sheet;
mod staff_rows;
mod standing;
mod statistics;
mod store;
mod viewers;

pub use api::*;
pub use arrival::{Families, FamilyBook, FamilyFile, Namesake, RelativeFile, Settled, Settling};
pub use completeness::{CardGaps, FILLED_AT_ONCE, Sum, frequent};
pub use consent::{Consent, ConsentId, ConsentKind, NewConsent};
pub use contract::Cards;
pub use deadlines::StaffDues;
pub use declension::{Case, Declined, NameForms, Source};
pub use details::{Citizenship, Details, ParentFields, PupilFields, StaffFields};
pub use dictionary::{Dictionaries, Dictionary, DictionaryKind, DictionaryValue};
pub use error::{Error, FieldError};
pub use family::{Kinship, KinshipId, KinshipKind, NewKinship};
pub use file::{Files, Lacks, PupilFile, WorkerFile};
pub use history::{FieldChange, HistoryLine};
pub use import::{
    CardBook, CardLists, CardsUndo, Known, ListedCard, Looked, Match, ParentList, Put, StaffList,
    columns, list_notes, person_fields, restricted_values,
};
pub use merge::{Likeness, MergeId, Merged, Suspects};
pub use pages::{CardHead, ROUTES, Ties, router, sees_progress};
pub use papers::{ConsentText, Scan};
pub use person::{Person, PersonFields};
pub use person_data::PERSON_DATA;
pub use proposal::{Proposal, ProposalAnswer, ProposalId, ProposalState, ProposedChange};
pub use record::{Part, Record, RecordFields, RecordId, RecordKind};
pub use reported::{ParentFacts, PupilFacts, Tallied};
pub use restricted::{CardKind, Ground, RestrictedField};
use service::edit_right;

pub use service::{
    BlankSheet, CardView, Collected, Completeness, ConsentBlanks, ConsentCounts, ConsentLine,
    ConsentPaper, ConsentRegister, ConsentState, Decision, DictionaryBook, DictionaryWish,
    Directory, Duplicates, Entered, FamilyCard, FamilyCards, FilledLine, Found, GridLine,
    GridOutcome, Lookalike, MergePreview, MergeSide, NameView, NewCard, ParentLine, PupilLine,
    PupilsAsked, Records, Relative, RestrictedLine, RestrictedView, SearchResult, Share, Shares,
    Signers, StaffLine, ToCollect, Viewers,
};
pub use setup::SetupPeople;
pub use sheet::PupilSheet;
pub use staff_rows::StaffRows;
pub use standing::Standing;
pub use statistics::{PupilRecord, StaffRecord};
pub use viewers::{Above, Look, Purpose};
