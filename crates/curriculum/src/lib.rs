//! Years, periods, classes, subjects, load, КТП, scales. Owns schema `curriculum`.
//!
//! Asks `people` for names and `org` for rooms. Who is in a class on a day is
//! told through the socket [`ClassPupils`] by those above who keep the register.

mod api;
mod class;
mod deadlines;
mod defaults;
mod error;
mod frame;
mod group;
mod import;
mod load;
mod next_year;
mod pages;
mod person_data;
mod plan;
mod records;
mod scale;
mod service;
mod setup;
mod store;
mod study;
mod year;

pub use api::*;
pub use class::{ClassCard, ClassFields, NewClass};
pub use deadlines::CurriculumDues;
pub use error::Error;
pub use frame::{Frame, GroupMember};
pub use group::{Assignment, GroupSet, split_evenly};
pub use import::{LoadList, Names, PlanList, Unknown, year_of};
pub use load::{Hours, LoadCard, NewLoad, hours_of_classes, hours_of_teachers};
pub use next_year::YearState;
pub use pages::{ROUTES, router};
pub use person_data::PERSON_DATA;
pub use plan::{HoursCheck, ItemRow, NewPlan, PlanRow};
pub use records::{Ensured, Entered, NewGroup, Records};
pub use scale::{
    NewSubject, ScaleId, ScaleRow, SubjectCard, SubjectFields, WorkKindChange, WorkKindFields,
    WorkKindRow,
};
pub use service::{
    ChosenYear, ClassListing, ClassPage, CurriculumService, GroupsPage, LoadChange, LoadPage,
    PlanChange, PlanListing, PlanPage, SubjectGroups,
};
pub use setup::SetupCurriculum;
pub use study::{GroupPupils, Planned, Study, StudyYear};
pub use year::{HolidayId, HolidayKind, HolidayRow, NewYear, PeriodRow, YearCard, YearDates};
