//! Portfolios of pupils and staff (PPL-8), and the registers of S1:4 that no
//! other domain keeps. Owns schema `portfolio`.
//!
//! Asks `people` for names, `org` for rooms, `curriculum` for years and
//! classes, `movement` for who is in which class, `journal` for which files
//! are taken.

mod association;
mod attestation;
mod club;
mod codes;
mod entry;
mod equipment;
mod error;
mod event;
mod meeting;
mod pages;
mod person_data;
mod service;
mod store;
mod summary;

pub use association::{
    Association, AssociationFields, AssociationId, Item, ItemFields, ItemId, ItemKind,
};
pub use attestation::{Attestation, Category, Due, attestations_below};
pub use club::{Attended, Club, ClubDay, ClubFields, ClubId, ClubMember, Direction};
pub use entry::{
    Entry, EntryFields, EntryId, EntryKind, EntryState, Level, Owner, Prize, Standing,
};
pub use equipment::{
    Equipment, EquipmentFields, EquipmentId, EquipmentKind, EquipmentState, equipment_kept,
};
pub use error::Error;
pub use event::{Event, EventFields, EventId, Participant};
pub use meeting::{FamilyVisit, Meeting, MeetingFields, MeetingId};
pub use pages::{ROUTES, router};
pub use person_data::PERSON_DATA;
pub use service::{
    AssociationForm, Associations, Attested, Base, ClubForm, ClubLine, ClubRoll, Clubs, Decision,
    EntryForm, EquipmentForm, EventForm, Events, Inviting, ItemForm, Joining, Line, MeetingForm,
    Meetings, Mine, Neighbours, OpenedAssociation, OpenedClub, OpenedEntry, OpenedEvent,
    OpenedMeeting, Overview, ParticipantLine, PersonFile, Pick, Picking, Portfolio, SentFile,
    StaffWork,
};
pub use summary::{Summary, Tally};
