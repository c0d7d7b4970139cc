//! How far a transfer is, and which school may take which step (MOV-5).

use serde::{Deserialize, Serialize};

use crate::Error;

/// Where a transfer is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    /// «Прибытие по запросу»: the accepting school asked.
    Asked,
    /// The leaving school answered by drawing up its order.
    Preparing,
    /// The leaving school did not find the pupil, or the family does not want it.
    Refused,
    /// The order of leaving is in force: card and marks lie open to the accepting school.
    Offered,
    /// The accepting school drew up the order of enrolment.
    Accepted,
    /// That order is in force.
    Enrolled,
    /// The accepting school does not take the pupil.
    Declined,
    /// Whoever began it took it back.
    Withdrawn,
}

/// A school's part in a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The school that the pupil leaves.
    Leaving,
    Accepting,
}

/// A step that one of the schools takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Answers a request with a draft of the order of leaving.
    Prepare,
    /// The draft was thrown away, or names the pupil no more.
    DropDraft,
    Refuse,
    /// Takes a request back.
    TakeBack,
    /// The order of leaving is in force.
    Offer,
    /// Takes the offer back; also by cancelling the order of leaving.
    Withdraw,
    /// Draws up the order of enrolment.
    Accept,
    Decline,
    /// The order of enrolment is in force.
    Enrol,
    /// The order of enrolment was thrown away or cancelled.
    GiveBack,
}

impl TransferState {
    pub const ALL: [Self; 8] = [
        Self::Asked,
        Self::Preparing,
        Self::Refused,
        Self::Offered,
        Self::Accepted,
        Self::Enrolled,
        Self::Declined,
        Self::Withdrawn,
    ];

    /// The name in the database, in templates and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Preparing => "preparing",
            Self::Refused => "refused",
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Enrolled => "enrolled",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Whose turn it is; nobody's where it is over.
    pub const fn waits_for(self) -> Option<Side> {
        match self {
            Self::Asked | Self::Preparing => Some(Side::Leaving),
            Self::Offered | Self::Accepted => Some(Side::Accepting),
            Self::Refused | Self::Enrolled | Self::Declined | Self::Withdrawn => None,
        }
    }

    /// Whether the accepting school reads card and marks.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Offered | Self::Accepted | Self::Enrolled)
    }

    /// Where the step leads.
    ///
    /// # Errors
    /// [`Error::NoSuchStep`] where that school may not take it now.
    pub const fn step(self, side: Side, step: Step) -> Result<Self, Error> {
        use Side::{Accepting, Leaving};
        Ok(match (self, side, step) {
            (Self::Asked, Leaving, Step::Prepare) => Self::Preparing,
            (Self::Preparing, Leaving, Step::DropDraft) => Self::Asked,
            (Self::Asked | Self::Preparing, Leaving, Step::Refuse) => Self::Refused,
            (Self::Asked | Self::Preparing, Accepting, Step::TakeBack)
            | (Self::Offered | Self::Accepted, Leaving, Step::Withdraw) => Self::Withdrawn,
            (Self::Preparing, Leaving, Step::Offer)
            | (Self::Accepted | Self::Enrolled, Accepting, Step::GiveBack) => Self::Offered,
            (Self::Offered, Accepting, Step::Accept) => Self::Accepted,
            (Self::Offered, Accepting, Step::Decline) => Self::Declined,
            (Self::Accepted, Accepting, Step::Enrol) => Self::Enrolled,
            _ => return Err(Error::NoSuchStep),
        })
    }
}

impl Side {
    /// The name in templates and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Leaving => "leaving",
            Self::Accepting => "accepting",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIDES: [Side; 2] = [Side::Leaving, Side::Accepting];
    const STEPS: [Step; 10] = [
        Step::Prepare,
        Step::DropDraft,
        Step::Refuse,
        Step::TakeBack,
        Step::Offer,
        Step::Withdraw,
        Step::Accept,
        Step::Decline,
        Step::Enrol,
        Step::GiveBack,
    ];

    /// MOV-5: the way of a request that ends in another class.
    #[test]
    fn a_request_becomes_an_offer_and_an_enrolment() {
        let way = [
            (Side::Leaving, Step::Prepare, TransferState::Preparing),
            (Side::Leaving, Step::Offer, TransferState::Offered),
            (Side::Accepting, Step::Accept, TransferState::Accepted),
            (Side::Accepting, Step::GiveBack, TransferState::Offered),
            (Side::Accepting, Step::Accept, TransferState::Accepted),
            (Side::Accepting, Step::Enrol, TransferState::Enrolled),
        ];
        way.into_iter()
            .fold(TransferState::Asked, |state, (side, step, wanted)| {
                let next = state.step(side, step).unwrap();
                assert_eq!(next, wanted);
                next
            });
    }

    #[test]
    fn codes_lead_back_and_every_step_has_one_side() {
        for it in TransferState::ALL {
            assert_eq!(TransferState::from_code(it.code()), Some(it));
        }
        for state in TransferState::ALL {
            for step in STEPS {
                let may = SIDES.map(|side| state.step(side, step).is_ok());
                assert_ne!(may, [true, true], "{state:?} {step:?}");
            }
        }
    }

    proptest! {
        /// Whatever the schools try: what is over stays over, nobody is
        /// accepted twice without being given back, and nothing opens before
        /// the offer.
        #[test]
        fn no_way_leads_around_the_rules(tries in prop::collection::vec((0..2_usize, 0..10_usize), 0..60)) {
            let mut state = TransferState::Asked;
            let (mut offered, mut accepted) = (false, 0_i32);
            for (side, step) in tries {
                let (side, step) = (SIDES[side], STEPS[step]);
                let Ok(next) = state.step(side, step) else { continue };
                prop_assert!(!matches!(
                    state,
                    TransferState::Refused | TransferState::Declined | TransferState::Withdrawn
                ));
                match step {
                    Step::Offer => offered = true,
                    Step::Accept => accepted += 1,
                    Step::GiveBack => accepted -= 1,
                    _ => {}
                }
                prop_assert!((0..=1).contains(&accepted));
                prop_assert!(!next.is_open() || offered);
                state = next;
            }
        }
    }
}
