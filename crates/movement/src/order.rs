//! Orders of the movement book (§3.1): what they say and when they may be issued.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use kernel::PersonId;
use serde::{Deserialize, Serialize};

pub(crate) mod coded;
mod fit;
mod line;

pub use fit::Warning;
pub(crate) use fit::{Facts, LAST_GRADES};
pub use line::{
    CameKind, Details, GraduationDocument, LeavingReason, OrderLine, Place, RepeatGround, Scope,
    StateExams, StudyForm,
};

use crate::Error;

kernel::id!(/// An order of the movement book.
    OrderId);

/// The six kinds of orders (S3:9.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    Enrolment,
    Leaving,
    /// From class to class within a year.
    Transfer,
    /// To the next year.
    Promotion,
    /// Stays in the parallel for another year.
    Repeat,
    Graduation,
}

impl OrderKind {
    pub const ALL: [Self; 6] = [
        Self::Enrolment,
        Self::Leaving,
        Self::Transfer,
        Self::Promotion,
        Self::Repeat,
        Self::Graduation,
    ];

    /// The name in the database, in URLs and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Enrolment => "enrolment",
            Self::Leaving => "leaving",
            Self::Transfer => "transfer",
            Self::Promotion => "promotion",
            Self::Repeat => "repeat",
            Self::Graduation => "graduation",
        }
    }

    /// The kind with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// What stands after the number: «12-з».
    const fn suffix(self) -> &'static str {
        match self {
            Self::Enrolment => "з",
            Self::Leaving => "в",
            Self::Transfer => "п",
            Self::Promotion => "пг",
            Self::Repeat => "по",
            Self::Graduation => "вып",
        }
    }

    /// The number as it is written.
    pub fn number(self, count: i32) -> String {
        format!("{count}-{}", self.suffix())
    }

    /// Whether it takes pupils out of the school.
    pub const fn leads_out(self) -> bool {
        matches!(self, Self::Leaving | Self::Graduation)
    }

    /// What the order does to a pupil.
    pub(crate) const fn effect(self, to: Option<Place>) -> Option<Effect> {
        match (self, to) {
            (Self::Enrolment, Some(place)) => Some(Effect::Enter(place)),
            (Self::Promotion, Some(place))
            | (Self::Transfer | Self::Repeat, Some(place @ Place::Class(_))) => {
                Some(Effect::Move(place))
            }
            (Self::Leaving | Self::Graduation, None) => Some(Effect::Leave),
            _ => None,
        }
    }
}

/// What an order does to one pupil.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Enter(Place),
    Move(Place),
    Leave,
}

/// Where an order is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    Draft,
    /// «На подписи»: waits for the head, where the school wants that.
    Submitted,
    Issued,
    Cancelled,
}

impl OrderState {
    pub const ALL: [Self; 4] = [Self::Draft, Self::Submitted, Self::Issued, Self::Cancelled];

    /// The name in the database and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Issued => "issued",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// An order to be drawn up or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderDraft {
    pub kind: OrderKind,
    pub ordered_on: NaiveDate,
    pub effective_on: NaiveDate,
    pub basis: String,
    pub lines: Vec<OrderLine>,
}

impl OrderDraft {
    /// The calendar year in which the order gets its number.
    pub(crate) fn year(&self) -> i16 {
        // Years of orders have four digits: the date inputs take no others.
        i16::try_from(self.ordered_on.year()).unwrap_or(i16::MAX)
    }

    /// Whether the draft says what its kind needs; nothing is fetched here.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.lines.is_empty() {
            return Err(Error::NobodyChosen);
        }
        if !(2000..=2100).contains(&self.ordered_on.year()) {
            return Err(Error::DateOutOfRange);
        }
        if self
            .effective_on
            .signed_duration_since(self.ordered_on)
            .num_days()
            .abs()
            > 400
        {
            return Err(Error::DateOutOfRange);
        }
        let mut pupils: Vec<PersonId> = self.lines.iter().map(|it| it.pupil).collect();
        pupils.sort_unstable();
        if pupils.windows(2).any(|it| it[0] == it[1]) {
            return Err(Error::PupilTwice);
        }
        if self
            .lines
            .iter()
            .any(|it| self.kind.effect(it.place()).is_none())
        {
            return Err(Error::NoClassChosen);
        }
        // A school of the region is one that the pupil goes on learning at.
        let elsewhere = |it: &OrderLine| {
            it.details.to_school.is_some() && it.reason != Some(LeavingReason::OtherSchool)
        };
        if self.lines.iter().any(elsewhere) {
            return Err(Error::NotToASchool);
        }
        let without_ground = |it: &OrderLine| it.details.ground.is_none();
        if self.kind == OrderKind::Repeat && self.lines.iter().any(without_ground) {
            return Err(Error::NoGround);
        }
        Ok(())
    }
}

/// An order as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Order {
    pub id: OrderId,
    pub kind: OrderKind,
    pub state: OrderState,
    /// «12-з»; none while it is a draft.
    pub number: Option<String>,
    pub ordered_on: NaiveDate,
    pub effective_on: NaiveDate,
    pub basis: String,
    pub prepared_by: Option<PersonId>,
    pub issued_by: Option<PersonId>,
    pub issued_at: Option<DateTime<Utc>>,
    pub cancelled_by: Option<PersonId>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub cancel_reason: Option<String>,
    pub version: i32,
}

/// For so long after the order families get their first slips with it.
const FIRST_SLIPS: TimeDelta = TimeDelta::days(30);

impl Order {
    /// Whether it takes effect before its own date: allowed, but worth a word (§3.2.2).
    pub fn is_backdated(&self) -> bool {
        self.effective_on < self.ordered_on
    }

    /// Whether it brought pupils lately, whose families get their first slips.
    pub(crate) fn wants_slips(&self, now: DateTime<Utc>) -> bool {
        let lately = |at: DateTime<Utc>| now - at < FIRST_SLIPS;
        self.kind == OrderKind::Enrolment
            && self.state == OrderState::Issued
            && self.issued_at.is_some_and(lately)
    }

    pub(crate) fn must_be_draft(&self) -> Result<(), Error> {
        if self.state == OrderState::Draft {
            Ok(())
        } else {
            Err(Error::NotADraft)
        }
    }

    /// Whether nothing follows from it yet.
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, OrderState::Draft | OrderState::Submitted)
    }

    pub(crate) fn must_be_waiting(&self) -> Result<(), Error> {
        if self.is_waiting() {
            Ok(())
        } else {
            Err(Error::NotADraft)
        }
    }

    pub(crate) fn must_be_issued(&self) -> Result<(), Error> {
        if self.state == OrderState::Issued {
            Ok(())
        } else {
            Err(Error::NotIssued)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(kind: OrderKind, lines: Vec<OrderLine>) -> OrderDraft {
        let ordered_on = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        OrderDraft {
            kind,
            ordered_on,
            effective_on: ordered_on,
            basis: String::new(),
            lines,
        }
    }

    fn enter(pupil: i64) -> OrderLine {
        OrderLine::enter(pupil.into(), 5.into(), String::new())
    }

    #[test]
    fn codes_lead_back_to_what_they_name() {
        for it in OrderKind::ALL {
            assert_eq!(OrderKind::from_code(it.code()), Some(it));
        }
        for it in OrderState::ALL {
            assert_eq!(OrderState::from_code(it.code()), Some(it));
        }
        assert_eq!(OrderKind::from_code("exclusion"), None);
    }

    #[test]
    fn numbers_name_their_kind() {
        assert_eq!(OrderKind::Enrolment.number(12), "12-з");
        let all: std::collections::HashSet<String> =
            OrderKind::ALL.iter().map(|it| it.number(1)).collect();
        assert_eq!(all.len(), OrderKind::ALL.len());
    }

    #[test]
    fn a_draft_needs_pupils_once_each_and_a_class() {
        let check = |it: OrderDraft| it.check();
        assert!(check(draft(OrderKind::Enrolment, vec![enter(1), enter(2)])).is_ok());
        assert!(matches!(
            check(draft(OrderKind::Enrolment, vec![])),
            Err(Error::NobodyChosen)
        ));
        let twice = draft(OrderKind::Enrolment, vec![enter(1), enter(1)]);
        assert!(matches!(check(twice), Err(Error::PupilTwice)));
        let leave = OrderLine::leave(1.into(), String::new(), LeavingReason::Moved);
        assert!(check(draft(OrderKind::Leaving, vec![leave.clone()])).is_ok());
        let nowhere = draft(OrderKind::Enrolment, vec![leave]);
        assert!(matches!(check(nowhere), Err(Error::NoClassChosen)));
        let tenth = || OrderLine::of(1.into()).to(Place::Grade(10));
        assert!(check(draft(OrderKind::Enrolment, vec![tenth()])).is_ok());
        let letterless = draft(OrderKind::Transfer, vec![tenth()]);
        assert!(matches!(check(letterless), Err(Error::NoClassChosen)));
        let groundless = draft(OrderKind::Repeat, vec![enter(1)]);
        assert!(matches!(check(groundless), Err(Error::NoGround)));
    }

    #[test]
    fn an_order_does_not_reach_years_away() {
        let mut far = draft(OrderKind::Enrolment, vec![enter(1)]);
        far.effective_on = NaiveDate::from_ymd_opt(2062, 9, 1).unwrap();
        assert!(matches!(far.check(), Err(Error::DateOutOfRange)));
    }
}
