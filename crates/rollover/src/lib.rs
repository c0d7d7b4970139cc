//! «Переход на новый учебный год» (MOV-4; S3:3, S4:20; `ux.md` §3.5). Owns
//! schema `rollover`.
//!
//! The coming year is prepared as ordinary data: a planned year with classes,
//! groups, load and plans, and orders that are drafts. The run itself is one
//! transaction: the orders take effect, the old year is closed, the new one
//! opens. The dry run is the same code with a rollback at its end. See
//! `docs/adr/0020-year-transition.md`.

mod class_map;
mod dates;
mod error;
mod fate;
mod jobs;
mod load;
mod numbers;
mod pages;
mod person_data;
mod service;
mod step;
mod store;
mod transition;

pub use class_map::{Going, next_name};
pub use dates::shifted;
pub use error::Error;
pub use fate::{Exception, Fate, Outcome};
pub use jobs::{Running, TakingBack};
pub use numbers::{GradeNumbers, Numbers};
pub use pages::{ROUTES, router};
pub use person_data::PERSON_DATA;
pub use service::{
    ClassLine, ClassWish, ClassesStep, ExceptionsStep, Gathering, Item, Neighbours, OrderDates,
    OrdersStep, Overview, PupilLine, Readiness, Rollover, Spot,
};
pub use step::{Progress, Step};
pub use transition::{Scene, State, Transition, Undo};
