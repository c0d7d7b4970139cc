//! What a sheet of final marks says of a subject and of a pupil
//! (`reports-and-rules.md` §1.0).

use std::ops::AddAssign;

use curriculum::Scale;
use rust_decimal::Decimal;

use crate::{
    FinalValue,
    finals::{EXEMPT, FAILED, NOT_ATTESTED, PASSED},
};

/// How many pupils have which final mark in a subject; the level of a mark on
/// another scale is that of the scale of five.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    pub five: u32,
    pub four: u32,
    pub three: u32,
    pub two: u32,
    pub not_attested: u32,
    pub exempt: u32,
    /// Without any mark.
    pub none: u32,
    /// «зач» and «незач», which stay out of all percentages.
    pub passed: u32,
    pub failed: u32,
    points: Decimal,
    numbers: u32,
}

impl Shares {
    /// Counts what pupils have who were there at the end of the period.
    pub fn of<'a>(values: impl IntoIterator<Item = &'a FinalValue>, scale: Scale) -> Self {
        let mut it = Self::default();
        for value in values {
            it.add(value, scale);
        }
        it
    }

    /// Counts one more.
    pub fn add(&mut self, value: &FinalValue, scale: Scale) {
        match value.text() {
            "" => self.none += 1,
            EXEMPT => self.exempt += 1,
            NOT_ATTESTED => self.not_attested += 1,
            PASSED => self.passed += 1,
            FAILED => self.failed += 1,
            _ => {}
        }
        match value.level(scale) {
            Some(5) => self.five += 1,
            Some(4) => self.four += 1,
            Some(3) => self.three += 1,
            Some(_) => self.two += 1,
            None => {}
        }
        if let Some(points) = value.points() {
            self.points += points;
            self.numbers += 1;
        }
    }

    /// N of §1.0: «н/а» stay in, who is exempt or has no mark does not.
    pub const fn all(&self) -> u32 {
        self.five + self.four + self.three + self.two + self.not_attested
    }

    /// `% успеваемости`; `None` where nobody counts.
    pub fn success(&self) -> Option<Decimal> {
        self.percent(self.five + self.four + self.three)
    }

    /// `% качества знаний`.
    pub fn quality(&self) -> Option<Decimal> {
        self.percent(self.five + self.four)
    }

    /// СОУ, percent.
    pub fn degree(&self) -> Option<Decimal> {
        let sum = self.five * 100
            + self.four * 64
            + self.three * 36
            + self.two * 16
            + self.not_attested * 7;
        Decimal::from(sum).checked_div(self.all().into())
    }

    /// How many marks are numbers.
    pub const fn numbers(&self) -> u32 {
        self.numbers
    }

    pub fn average(&self) -> Option<Decimal> {
        self.points.checked_div(self.numbers.into())
    }

    fn percent(&self, part: u32) -> Option<Decimal> {
        Decimal::from(part * 100).checked_div(self.all().into())
    }
}

impl AddAssign for Shares {
    fn add_assign(&mut self, other: Self) {
        self.five += other.five;
        self.four += other.four;
        self.three += other.three;
        self.two += other.two;
        self.not_attested += other.not_attested;
        self.exempt += other.exempt;
        self.none += other.none;
        self.passed += other.passed;
        self.failed += other.failed;
        self.points += other.points;
        self.numbers += other.numbers;
    }
}

impl FinalValue {
    /// What the mark is worth on the scale of five; «зач» and «незач» have no level.
    pub fn level(&self, scale: Scale) -> Option<u8> {
        level(self, scale)
    }
}

fn level(value: &FinalValue, scale: Scale) -> Option<u8> {
    level_of(value.points()?, scale)
}

/// What a number is worth on the scale of five.
pub(crate) fn level_of(points: Decimal, scale: Scale) -> Option<u8> {
    let from = |five: i64, four: i64, three: i64| match points {
        it if it >= Decimal::from(five) => 5,
        it if it >= Decimal::from(four) => 4,
        it if it >= Decimal::from(three) => 3,
        _ => 2,
    };
    match scale {
        Scale::Five => Some(from(5, 4, 3)),
        Scale::Ten => Some(from(9, 7, 5)),
        Scale::Twelve => Some(from(10, 7, 4)),
        Scale::Hundred | Scale::Pass => None,
    }
}

/// How a pupil stands in a period (§1.0.1): the first that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    NoMark,
    NotAttested,
    /// Fails in one, two or more subjects.
    Fails(u8),
    Excellent,
    OneFour,
    Good,
    OneThree,
    Threes,
}

impl Category {
    /// From the best on.
    pub const ALL: [Self; 10] = [
        Self::Excellent,
        Self::OneFour,
        Self::Good,
        Self::OneThree,
        Self::Threes,
        Self::Fails(1),
        Self::Fails(2),
        Self::Fails(3),
        Self::NotAttested,
        Self::NoMark,
    ];

    /// The category by the marks of all subjects taught; `None` without any.
    pub fn of<'a>(marks: impl IntoIterator<Item = (&'a FinalValue, Scale)>) -> Option<Self> {
        let mut levels = [0_u8; 6];
        let (mut none, mut not_attested, mut any) = (false, false, false);
        for (value, scale) in marks {
            any = true;
            none |= value.is_none();
            not_attested |= value.text() == NOT_ATTESTED;
            let level = match value.text() {
                FAILED => Some(2),
                PASSED => None,
                _ => level(value, scale),
            };
            if let Some(count) = level.and_then(|it| levels.get_mut(usize::from(it))) {
                *count = count.saturating_add(1);
            }
        }
        let [_, _, two, three, four, five] = levels;
        Some(match () {
            () if !any => return None,
            () if none => Self::NoMark,
            () if not_attested => Self::NotAttested,
            () if two > 0 => Self::Fails(two.min(3)),
            () if three == 1 => Self::OneThree,
            () if three > 1 => Self::Threes,
            () if four == 1 => Self::OneFour,
            () if four > 1 => Self::Good,
            () if five > 0 => Self::Excellent,
            () => return None,
        })
    }

    /// The key of its word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoMark => "no-mark",
            Self::NotAttested => "not-attested",
            Self::Fails(1) => "fails-1",
            Self::Fails(2) => "fails-2",
            Self::Fails(_) => "fails-more",
            Self::Excellent => "excellent",
            Self::OneFour => "one-four",
            Self::Good => "good",
            Self::OneThree => "one-three",
            Self::Threes => "threes",
        }
    }
}

/// The plain mean of the numbers of a pupil in a period.
pub(crate) fn mean<'a>(marks: impl IntoIterator<Item = &'a FinalValue>) -> Option<Decimal> {
    let points: Vec<Decimal> = marks.into_iter().filter_map(FinalValue::points).collect();
    let sum: Decimal = points.iter().sum();
    sum.checked_div(points.len().into())
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
