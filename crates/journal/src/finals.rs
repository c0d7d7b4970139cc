//! Final marks: for what they are set, and what may stand there
//! (JRN-3; `reports-and-rules.md` §2.5).

use curriculum::{Period, PeriodKind, Scale};
use kernel::{PersonId, SubjectId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What a final mark is set for: «1 четверть», the year, an exam, the result of both.
///
/// Named by kind and number and not by the id of the period, so that moving
/// the days of a quarter leaves its marks alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slot {
    kind: SlotKind,
    number: i16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SlotKind {
    Quarter,
    Trimester,
    Half,
    Year,
    Exam,
    Final,
}

impl SlotKind {
    pub(crate) const ALL: [Self; 6] = [
        Self::Quarter,
        Self::Trimester,
        Self::Half,
        Self::Year,
        Self::Exam,
        Self::Final,
    ];

    /// The name in the database, in addresses and in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Quarter => "quarter",
            Self::Trimester => "trimester",
            Self::Half => "half",
            Self::Year => "year",
            Self::Exam => "exam",
            Self::Final => "final",
        }
    }
}

impl Slot {
    pub const YEAR: Self = Self::whole(SlotKind::Year);
    pub const EXAM: Self = Self::whole(SlotKind::Exam);
    pub const FINAL: Self = Self::whole(SlotKind::Final);

    const fn whole(kind: SlotKind) -> Self {
        Self { kind, number: 0 }
    }

    /// The slot of a period of marks.
    pub const fn of(period: &Period) -> Self {
        let kind = match period.kind {
            PeriodKind::Quarter => SlotKind::Quarter,
            PeriodKind::Trimester => SlotKind::Trimester,
            PeriodKind::Half => SlotKind::Half,
            PeriodKind::Year => SlotKind::Year,
        };
        Self {
            kind,
            number: if matches!(kind, SlotKind::Year) {
                0
            } else {
                period.number
            },
        }
    }

    /// Reads what the database keeps; `None` for what no slot has.
    pub fn from_parts(kind: &str, number: i16) -> Option<Self> {
        let kind = SlotKind::ALL.into_iter().find(|it| it.code() == kind)?;
        let it = Self { kind, number };
        (it.is_term() == (number > 0)).then_some(it)
    }

    pub const fn kind(self) -> SlotKind {
        self.kind
    }

    /// 0 for the year, the exam and the final mark.
    pub const fn number(self) -> i16 {
        self.number
    }

    /// A quarter, trimester or half-year, which has lessons of its own.
    pub const fn is_term(self) -> bool {
        matches!(
            self.kind,
            SlotKind::Quarter | SlotKind::Trimester | SlotKind::Half
        )
    }

    /// `quarter-1`, `year`: in addresses and names of fields.
    pub fn code(self) -> String {
        if self.is_term() {
            format!("{}-{}", self.kind.code(), self.number)
        } else {
            self.kind.code().to_owned()
        }
    }

    /// Reads [`Slot::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        match code.split_once('-') {
            None => Self::from_parts(code, 0),
            Some((kind, number)) => Self::from_parts(kind, number.parse().ok()?),
        }
    }
}

/// A text that names no slot.
#[derive(Debug, thiserror::Error)]
#[error("there is no such kind of final mark")]
pub struct NoSuchSlot;

impl TryFrom<String> for Slot {
    type Error = NoSuchSlot;

    fn try_from(code: String) -> Result<Self, NoSuchSlot> {
        Self::from_code(&code).ok_or(NoSuchSlot)
    }
}

impl From<Slot> for String {
    fn from(slot: Slot) -> Self {
        slot.code()
    }
}

/// Where a final mark stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FinalPlace {
    pub pupil: PersonId,
    pub subject: SubjectId,
    pub slot: Slot,
}

/// Why somebody is not attested, where that is known (§2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAttested {
    /// Missed for valid reasons.
    Excused,
    /// Missed without.
    Truancy,
}

impl NotAttested {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Excused => "excused",
            Self::Truancy => "truancy",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Excused, Self::Truancy]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// A final mark that may stand there: a number of the scale, «зач», «незач»,
/// «н/а» with its reason, «осв», or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FinalValue {
    text: String,
    reason: Option<NotAttested>,
}

/// Not attested.
pub const NOT_ATTESTED: &str = "н/а";
/// Exempt from the subject.
pub const EXEMPT: &str = "осв";
pub(crate) const PASSED: &str = "зач";
pub(crate) const FAILED: &str = "незач";

/// The text is no final mark of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoFinalMark;

impl FinalValue {
    pub fn none() -> Self {
        Self::default()
    }

    pub(crate) fn of(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            reason: None,
        }
    }

    /// Reads what was typed; «н/а у» and «н/а п» name the reason. «1» is no
    /// final mark, whether or not the school uses it in class (§2.1).
    pub fn parse(typed: &str, scale: Scale) -> Result<Self, NoFinalMark> {
        let typed = typed.trim().to_lowercase().replace('ё', "е");
        let mut words = typed.split_whitespace();
        let (first, second, rest) = (words.next(), words.next(), words.next());
        if rest.is_some() {
            return Err(NoFinalMark);
        }
        let Some(first) = first else {
            return Ok(Self::none());
        };
        if matches!(first, "н/а" | "на" | "н\\а" | "н.а" | "н.а.") {
            let reason = match second.map(|it| it.trim_end_matches('.')) {
                None => None,
                Some("у" | "ув" | "уп") => Some(NotAttested::Excused),
                Some("п" | "пр" | "нп" | "прогулы") => Some(NotAttested::Truancy),
                Some(_) => return Err(NoFinalMark),
            };
            return Ok(Self {
                text: NOT_ATTESTED.to_owned(),
                reason,
            });
        }
        if second.is_some() {
            return Err(NoFinalMark);
        }
        match first {
            "осв" => Ok(Self::of(EXEMPT)),
            "зач" | "зч" | "зачет" => Ok(Self::of(PASSED)),
            "незач" | "нз" | "незачет" => Ok(Self::of(FAILED)),
            number => on_scale(number, scale).map(Self::of),
        }
    }

    /// Takes back from the database what [`FinalValue::parse`] once accepted.
    pub(crate) fn stored(text: String, reason: &str) -> Self {
        Self {
            text,
            reason: NotAttested::from_code(reason),
        }
    }

    /// As it is shown: «5», «н/а», or nothing.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub const fn reason(&self) -> Option<NotAttested> {
        self.reason
    }

    /// As it would be typed: «н/а у».
    pub fn typed(&self) -> String {
        match self.reason {
            None => self.text.clone(),
            Some(NotAttested::Excused) => format!("{} у", self.text),
            Some(NotAttested::Truancy) => format!("{} п", self.text),
        }
    }

    pub const fn is_none(&self) -> bool {
        self.text.is_empty()
    }

    /// The number, where it is one.
    pub fn points(&self) -> Option<Decimal> {
        self.text.parse().ok()
    }
}

fn on_scale(number: &str, scale: Scale) -> Result<&str, NoFinalMark> {
    let (least, most) = match scale {
        Scale::Five => (2, 5),
        Scale::Ten => (1, 10),
        Scale::Twelve => (1, 12),
        Scale::Hundred => (1, 100),
        Scale::Pass => return Err(NoFinalMark),
    };
    let plain = number.bytes().all(|it| it.is_ascii_digit()) && !number.starts_with('0');
    let value: Option<u16> = number.parse().ok().filter(|_| plain);
    match value {
        Some(it) if (least..=most).contains(&it) => Ok(number),
        _ => Err(NoFinalMark),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_may_be_typed_is_read_in_any_case() {
        let read = |typed| FinalValue::parse(typed, Scale::Five).map(|it| it.typed());
        for (typed, kept) in [
            ("5", "5"),
            (" 2 ", "2"),
            ("", ""),
            ("Н/А", "н/а"),
            ("на у", "н/а у"),
            ("н/а пр.", "н/а п"),
            ("ОСВ", "осв"),
            ("зачёт", "зач"),
            ("нз", "незач"),
        ] {
            assert_eq!(read(typed), Ok(kept.to_owned()), "{typed}");
        }
    }

    /// §2.1: «1» is no final mark; «4/5» and half marks are none either.
    #[test]
    fn what_is_no_final_mark_is_refused() {
        for typed in [
            "1",
            "6",
            "0",
            "05",
            "4/5",
            "4,5",
            "н",
            "•",
            "н/а х",
            "5 5",
            "осв у",
            "+5",
            "٥",
        ] {
            assert_eq!(
                FinalValue::parse(typed, Scale::Five),
                Err(NoFinalMark),
                "{typed}"
            );
        }
        assert!(FinalValue::parse("5", Scale::Pass).is_err());
        assert!(FinalValue::parse("100", Scale::Hundred).is_ok());
        assert!(FinalValue::parse("11", Scale::Ten).is_err());
    }

    #[test]
    fn a_slot_reads_its_own_code() {
        for code in [
            "quarter-1",
            "trimester-3",
            "half-2",
            "year",
            "exam",
            "final",
        ] {
            assert_eq!(Slot::from_code(code).unwrap().code(), code);
        }
        for code in ["quarter", "quarter-0", "year-1", "week-1", "", "half-x"] {
            assert_eq!(Slot::from_code(code), None, "{code}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_reads_again(typed in "\\PC{0,12}") {
            for scale in Scale::ALL {
                if let Ok(value) = FinalValue::parse(&typed, scale) {
                    prop_assert_eq!(FinalValue::parse(&value.typed(), scale), Ok(value.clone()));
                    prop_assert!(value.text().chars().count() <= 8);
                }
            }
        }
    }
}
