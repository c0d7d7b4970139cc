//! Orders and the class register that follows from them. Owns schema `movement`.
//!
//! Who is in which class on which day follows from the issued orders alone;
//! the database keeps one pupil's stays apart. Asks `people` for cards,
//! `curriculum` for classes and load, `identity` for accounts, `org` for the zone.

mod api;
mod books;
mod contract;
mod deadlines;
mod enrolments;
mod error;
mod import;
mod jobs;
mod order;
mod pages;
mod person_data;
mod register;
mod rows;
mod service;
mod setup;
mod store;
mod study;
mod transfers;

pub use api::*;
pub use books::*;
pub use contract::Register;
pub use deadlines::{EnrolledDues, MovementDues};
pub use enrolments::{Enrolment, Enrolments, Unplaced, WaitingOrder, WaitingTransfer};
pub use error::{Error, Refusal};
pub use import::PupilList;
pub use jobs::{CloseAccounts, Tenants};
pub use order::{
    CameKind, Details, GraduationDocument, LeavingReason, Order, OrderDraft, OrderId, OrderKind,
    OrderLine, OrderState, Place, RepeatGround, Scope, StateExams, StudyForm, Warning,
};
pub use pages::{BOOK_ROUTES, ROUTES, TRANSFER_ROUTES, books_router, router, transfers_router};
pub use person_data::PERSON_DATA;
pub use rows::{OrderRows, PupilRows};
pub use service::{
    Book, BookEntry, BookFilter, ClassCount, Movement, OrderPage, OrderPupil, RegisterPage, Roll,
    Size, StudyHistory, StudyStay,
};
pub use setup::SetupRegister;
pub use study::{StayOrder, Stayed};
pub use transfers::*;
