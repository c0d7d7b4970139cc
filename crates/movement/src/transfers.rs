//! Transfer of pupils between the schools of a region without retyping
//! (MOV-5, ADR 0024): offers and requests, the frozen extract, acceptance.

mod accepting;
mod asking;
mod extract;
mod offering;
mod reading;
mod state;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use curriculum::Curriculum;
use db::{Db, Tx, outbox};
use kernel::{OrgId, PersonId};
use org::Organisations;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use accepting::{AcceptPage, Acceptance, ClassPlace, RelativeChoice};
pub use asking::{Candidate, Knows, NewRequest};
pub use extract::{
    CurrentMark, CurrentMarks, Extract, FormerStay, HandedDocument, MissedLessons, PeriodMark,
    SubjectMarks,
};
pub(crate) use offering::{Around, cancelled, discarded};
pub use reading::{FormerMarks, FormerSchool, TransferBook, TransferList, TransferPage};
pub use state::{Side, Step, TransferState};

use crate::{Error, Movement, WorkCalendar, order::OrderId};

kernel::id!(/// A transfer of one pupil between two schools.
    TransferId);

/// The event by which the other school is told.
pub const TRANSFER_MOVED: &str = "movement.transfer-moved";

/// A school has so many working days to answer: to issue its order after a
/// request, to enrol after an offer (S3:9.2, приказ № 240).
const DAYS_TO_ANSWER: u32 = 3;

/// What both schools know of a transfer, and what the reader's own one knows besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    pub id: TransferId,
    /// The school that the pupil leaves.
    pub from: OrgId,
    pub to: OrgId,
    pub state: TransferState,
    pub by_request: bool,
    pub last_name: String,
    pub first_name: String,
    pub middle_name: String,
    pub born_on: Option<NaiveDate>,
    /// Of a request: the number of the personal file that it names.
    pub file_number: String,
    /// Of a request that waits: sealed, for the leaving school to compare.
    pub(crate) snils: Option<Vec<u8>>,
    /// What the asking school wrote.
    pub note: String,
    /// The class that the pupil leaves, once it is offered.
    pub class: String,
    pub leaves_on: Option<NaiveDate>,
    pub documents: Vec<HandedDocument>,
    /// Why it was refused, declined or taken back.
    pub reason: String,
    pub due_on: NaiveDate,
    pub asked_at: Option<DateTime<Utc>>,
    pub offered_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub enrolled_at: Option<DateTime<Utc>>,
    /// First day in the new school.
    pub enrolled_on: Option<NaiveDate>,
    /// The order of enrolment, as the leaving school is told.
    pub enrolment_number: String,
    pub enrolment_on: Option<NaiveDate>,
    pub version: i32,
    /// The pupil's card in the reader's school.
    pub pupil: Option<PersonId>,
    /// The order of the reader's school.
    pub order: Option<OrderId>,
}

impl Transfer {
    /// The part that the school has in it.
    pub fn side_of(&self, org: OrgId) -> Side {
        if self.from == org {
            Side::Leaving
        } else {
            Side::Accepting
        }
    }

    /// The school on the other side.
    pub fn other(&self, org: OrgId) -> OrgId {
        match self.side_of(org) {
            Side::Leaving => self.to,
            Side::Accepting => self.from,
        }
    }

    /// «Иванова Мария Петровна»
    pub fn name(&self) -> String {
        format!(
            "{} {} {}",
            self.last_name, self.first_name, self.middle_name
        )
        .trim_end()
        .to_owned()
    }

    /// Whether it waits longer than it may.
    pub fn is_late(&self, today: NaiveDate) -> bool {
        self.state.waits_for().is_some() && self.due_on < today
    }
}

/// What the other school is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferMoved {
    pub transfer: TransferId,
    /// The school to be told.
    pub tell: OrgId,
    pub state: TransferState,
}

/// Use cases of transfers.
#[derive(Clone)]
pub struct Transfers {
    db: Db,
    movement: Movement,
    curriculum: Arc<dyn Curriculum>,
    orgs: Arc<dyn Organisations>,
}

impl Transfers {
    pub fn new(
        db: Db,
        movement: Movement,
        curriculum: Arc<dyn Curriculum>,
        orgs: Arc<dyn Organisations>,
    ) -> Self {
        Self {
            db,
            movement,
            curriculum,
            orgs,
        }
    }
}

/// By when a school answers, counted in its own working days.
async fn due_on(
    calendar: &dyn WorkCalendar,
    tx: &mut Tx,
    school: OrgId,
    today: NaiveDate,
) -> Result<NaiveDate, Error> {
    let workdays = calendar.workdays(tx, school).await;
    let workdays = workdays.map_err(Error::Calendar)?;
    Ok(workdays.after(today, DAYS_TO_ANSWER))
}

/// Says to the other school that a transfer moved.
async fn tell(tx: &mut Tx, it: &TransferMoved) -> Result<(), Error> {
    let key = format!(
        "{}/{}/{}",
        it.transfer,
        it.state.code(),
        tx.now().timestamp_micros()
    );
    outbox::emit(tx, TRANSFER_MOVED, &key, &json!(it)).await?;
    Ok(())
}
