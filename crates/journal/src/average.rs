//! How marks enter an average (`reports-and-rules.md` §2.1–2.4). The average
//! itself is [`kernel::decimal::weighted_average`] everywhere.

use chrono::NaiveDate;
use curriculum::Scale;
use org::Options;
use rust_decimal::Decimal;

use crate::MarkValue;

/// What a school counts, by its settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Averaging {
    /// `marks.plain_average`: every work weighs the same.
    pub plain: bool,
    /// `marks.dot_as_two`: an open debt counts as 2 (§2.3).
    pub dot_as_two: bool,
}

impl Averaging {
    pub const fn of(options: &Options) -> Self {
        Self {
            plain: options.plain_average,
            dot_as_two: options.dot_as_two,
        }
    }

    /// What several marks of one weight bring into the average, added up:
    /// their points, how many they are, open debts among them whose day has
    /// passed, and the weight.
    pub(crate) fn items(
        self,
        scale: Scale,
        points: Decimal,
        count: u32,
        dots: u32,
        weight: Decimal,
    ) -> (Decimal, u32, Decimal) {
        let weight = self.weight(weight);
        if !self.counts_dots(scale) {
            return (points, count, weight);
        }
        (points + Decimal::from(2 * dots), count + dots, weight)
    }

    /// What one mark of a work brings into the average.
    pub(crate) fn item(
        self,
        value: &MarkValue,
        weight: Decimal,
        owed: bool,
    ) -> (Decimal, u32, Decimal) {
        let (points, count) = value.counted(owed);
        (points, count, self.weight(weight))
    }

    /// Whether «•» ever counts as 2: only the scale of five has a 2 that says so.
    const fn counts_dots(self, scale: Scale) -> bool {
        self.dot_as_two && matches!(scale, Scale::Five)
    }

    /// Whether «•» of a work counts as 2 today, the same in the journal, the
    /// diary and final marks: until the day it is due it is no debt, and on
    /// another scale it counts for nothing.
    pub fn owed(self, scale: Scale, due_on: Option<NaiveDate>, today: NaiveDate) -> bool {
        self.counts_dots(scale) && due_on.is_none_or(|it| it < today)
    }

    /// A work without weight never counts, whatever the school averages by.
    pub fn weight(self, weight: Decimal) -> Decimal {
        if self.plain && !weight.is_zero() {
            Decimal::ONE
        } else {
            weight
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::decimal::{show2, weighted_average};

    use super::*;
    use crate::{DOT, MarkRules};

    const RULES: MarkRules = MarkRules {
        scale: Scale::Five,
        grade: 7,
        one_allowed: false,
    };

    fn average(by: Averaging, marks: &[(&str, i64)]) -> String {
        let items = marks.iter().map(|(typed, weight)| {
            let value = MarkValue::parse(typed, RULES).unwrap();
            let dots = u32::from(value.text() == DOT);
            let count = u32::from(value.count());
            let weight = Decimal::from(*weight);
            by.items(Scale::Five, value.points(), count, dots, weight)
        });
        weighted_average(items).map(show2).unwrap_or_default()
    }

    /// JRN-3: the worked example of §2.3, to the digit.
    #[test]
    fn weights_the_plain_average_and_the_dot_are_those_of_the_example() {
        let marks = [("5", 1), ("3", 3), ("4", 2), ("4", 1)];
        let with_dot = [("5", 1), ("3", 3), ("4", 2), ("4", 1), (".", 2)];
        let (weighted, plain) = (
            Averaging::default(),
            Averaging {
                plain: true,
                ..Averaging::default()
            },
        );
        let dot = Averaging {
            dot_as_two: true,
            ..weighted
        };
        assert_eq!(average(weighted, &marks), "3,71");
        assert_eq!(average(plain, &marks), "4,00");
        assert_eq!(average(weighted, &with_dot), "3,71");
        assert_eq!(average(dot, &with_dot), "3,33");
    }

    /// JRN-5: the diary counts mark by mark, the summary of the year by sums.
    #[test]
    fn one_mark_brings_what_its_sum_brings() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-20");
        let by = Averaging {
            plain: true,
            dot_as_two: true,
        };
        assert!(by.owed(Scale::Five, None, today));
        assert!(by.owed(Scale::Five, Some(day("2026-11-19")), today));
        assert!(!by.owed(Scale::Five, Some(today), today));
        assert!(!by.owed(Scale::Hundred, None, today));
        assert!(!Averaging::default().owed(Scale::Five, None, today));
        let three = Decimal::from(3);
        for typed in ["4/5", ".", "4"] {
            let value = MarkValue::parse(typed, RULES).unwrap();
            let dots = u32::from(value.text() == DOT);
            let count = u32::from(value.count());
            for scale in [Scale::Five, Scale::Ten] {
                let summed = by.items(scale, value.points(), count, dots, three);
                let owed = by.owed(scale, None, today);
                assert_eq!(by.item(&value, three, owed), summed, "{typed}");
            }
        }
    }

    #[test]
    fn a_work_without_weight_counts_in_neither_average() {
        let plain = Averaging {
            plain: true,
            ..Averaging::default()
        };
        for by in [plain, Averaging::default()] {
            assert_eq!(average(by, &[("5", 0), ("3", 2)]), "3,00");
            assert_eq!(average(by, &[("5", 0)]), "");
        }
    }
}
