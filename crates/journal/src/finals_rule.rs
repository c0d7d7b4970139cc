//! Which final mark the system proposes, and what speaks against taking it
//! unseen (JRN-3; `reports-and-rules.md` §2.6). A proposal is never a mark:
//! somebody accepts it.

use curriculum::Scale;
use kernel::decimal::{round2_half_up, weighted_average};
use org::{LeastMarks, Options, Thresholds};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{
    FinalValue,
    finals::{EXEMPT, FAILED, NOT_ATTESTED, PASSED},
};

/// The grade whose final mark looks back on the grade before.
const LAST_GRADE: i16 = 11;
/// Above so many hours a week a period needs more marks.
const FEW_HOURS: i64 = 2;

/// What the school settled (§2.6), and the scale of the subject.
#[derive(Clone, Copy, Debug)]
pub struct FinalRule {
    pub scale: Scale,
    pub thresholds: Thresholds,
    pub least: LeastMarks,
    /// Percent of the lessons.
    pub most_missed: i32,
    pub year_half_down: bool,
}

/// What a pupil earned in a subject over a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Earned {
    /// Exact; `None` where no mark counts.
    pub average: Option<Decimal>,
    /// Marks that count, «зач» and «незач» too.
    pub marks: u32,
    pub passed: u32,
    pub failed: u32,
    /// Marks and absences «ОСВ».
    pub exempt: u32,
    /// Lessons held while the pupil was in the class.
    pub lessons: u32,
    pub missed: u32,
    pub hours_a_week: Decimal,
    /// Whether the pupil came when the period had begun.
    pub came_later: bool,
}

/// A mark that might be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub value: FinalValue,
    /// What it was counted from; exact.
    pub average: Option<Decimal>,
    pub doubts: Vec<Doubt>,
}

/// Why somebody should look before taking a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The average lies between x,40 and x,60 (`ux.md` §4.6).
    Borderline,
    FewMarks {
        marks: u32,
        least: u32,
    },
    ManyMissed {
        missed: u32,
        lessons: u32,
    },
    /// Marks before the pupil came are in another journal.
    CameLater,
    /// Marked exempt in class.
    Exempt,
    /// «н/а» in a period does not enter the year.
    TermNotAttested,
    /// Nothing is known of grade 10.
    NothingBefore,
}

impl Proposal {
    /// Whether «Принять все предложенные» takes it.
    pub const fn is_certain(&self) -> bool {
        self.doubts.is_empty()
    }
}

impl FinalRule {
    pub const fn of(options: &Options, scale: Scale) -> Self {
        Self {
            scale,
            thresholds: options.thresholds,
            least: options.least_marks,
            most_missed: options.most_missed,
            year_half_down: options.year_half_down,
        }
    }

    /// The mark of a quarter, trimester or half-year; `None` where there was
    /// no lesson to earn it in, or the marks say neither «зач» nor «незач».
    pub fn of_period(&self, earned: &Earned) -> Option<Proposal> {
        if earned.lessons == 0 {
            return None;
        }
        let proposal = |value: &str, doubts| Proposal {
            value: FinalValue::of(value),
            average: earned.average,
            doubts,
        };
        if earned.marks == 0 && earned.exempt > 0 {
            return Some(proposal(EXEMPT, vec![Doubt::Exempt]));
        }
        let gaps = self.gaps(earned);
        if !gaps.is_empty() {
            return Some(proposal(NOT_ATTESTED, gaps));
        }
        let mut doubts = vec![];
        if earned.came_later {
            doubts.push(Doubt::CameLater);
        }
        if self.scale == Scale::Pass {
            return (earned.failed == 0).then(|| proposal(PASSED, doubts));
        }
        let average = earned.average?;
        if self.is_borderline(average) {
            doubts.push(Doubt::Borderline);
        }
        Some(proposal(&self.mark_of(average), doubts))
    }

    /// The mark that comes out as things stand, be the marks few or many: what
    /// a preliminary report counts (§1.3). Empty where there is none to count.
    pub fn forecast(&self, earned: &Earned) -> FinalValue {
        match earned.average {
            _ if earned.marks == 0 && earned.exempt > 0 => FinalValue::of(EXEMPT),
            None if self.scale == Scale::Pass && earned.failed > 0 => FinalValue::of(FAILED),
            None if self.scale == Scale::Pass && earned.passed > 0 => FinalValue::of(PASSED),
            None => FinalValue::none(),
            Some(average) => FinalValue::of(&self.mark_of(average)),
        }
    }

    /// Why the pupil might not be attested as things stand.
    pub fn risks(&self, earned: &Earned) -> Vec<Doubt> {
        if earned.lessons == 0 || earned.marks == 0 && earned.exempt > 0 {
            return vec![];
        }
        self.gaps(earned)
    }

    /// The next better mark of the scale of five, and from which average it is given.
    pub fn next(&self, average: Decimal) -> Option<(u8, Decimal)> {
        let Thresholds { t5, t4, t3 } = self.thresholds;
        let better = [(3, t3), (4, t4), (5, t5)].into_iter();
        let five = self.scale == Scale::Five;
        better
            .filter(|_| five)
            .find(|(_, threshold)| average < *threshold)
    }

    /// So many marks a period needs, by the hours a week; without a mark
    /// nothing can be proposed, whatever the school set.
    pub fn least_marks(&self, hours_a_week: Decimal) -> u32 {
        let least = if hours_a_week <= Decimal::from(FEW_HOURS) {
            self.least.few
        } else {
            self.least.many
        };
        u32::try_from(least).unwrap_or(0).max(1)
    }

    /// Why the pupil might not be attested.
    fn gaps(&self, earned: &Earned) -> Vec<Doubt> {
        let least = self.least_marks(earned.hours_a_week);
        let most = u64::try_from(self.most_missed).unwrap_or(0);
        let mut gaps = vec![];
        if earned.marks < least {
            gaps.push(Doubt::FewMarks {
                marks: earned.marks,
                least,
            });
        }
        if u64::from(earned.missed) * 100 > most * u64::from(earned.lessons) {
            gaps.push(Doubt::ManyMissed {
                missed: earned.missed,
                lessons: earned.lessons,
            });
        }
        gaps
    }

    /// The mark for an average: by thresholds on the scale of five, on the
    /// others the nearest number, halves up. Compared unrounded.
    fn mark_of(&self, average: Decimal) -> String {
        let Thresholds { t5, t4, t3 } = self.thresholds;
        match self.scale {
            Scale::Five if average >= t5 => "5".to_owned(),
            Scale::Five if average >= t4 => "4".to_owned(),
            Scale::Five if average >= t3 => "3".to_owned(),
            Scale::Five => "2".to_owned(),
            _ => nearest(average, RoundingStrategy::MidpointAwayFromZero),
        }
    }

    fn is_borderline(&self, average: Decimal) -> bool {
        self.scale != Scale::Hundred && is_borderline(average)
    }

    /// The mark of the year from those of its periods; `None` while one is blank.
    pub fn of_year(&self, terms: &[Option<&FinalValue>]) -> Option<Proposal> {
        let terms: Option<Vec<&FinalValue>> = terms.iter().copied().collect();
        let terms = terms?;
        let mut doubts = vec![];
        if terms.iter().any(|it| it.text() == NOT_ATTESTED) {
            doubts.push(Doubt::TermNotAttested);
        }
        let counted: Vec<&FinalValue> = terms
            .into_iter()
            .filter(|it| it.text() != NOT_ATTESTED)
            .collect();
        let all = |text: &str| !counted.is_empty() && counted.iter().all(|it| it.text() == text);
        for text in [EXEMPT, PASSED] {
            if all(text) {
                return Some(Proposal {
                    value: FinalValue::of(text),
                    average: None,
                    doubts,
                });
            }
        }
        if counted.is_empty() {
            return (!doubts.is_empty()).then(|| Proposal {
                value: FinalValue::of(NOT_ATTESTED),
                average: None,
                doubts,
            });
        }
        if counted.iter().any(|it| it.text() == FAILED) {
            return None;
        }
        self.rounded(&counted, doubts)
    }

    /// The final mark: of the year, of the year and the exam, or in the last
    /// grade of all half-years and years of the last two grades. `None`
    /// before there is a mark for the year.
    pub fn of_all(
        &self,
        grade: i16,
        terms: &[Option<&FinalValue>],
        year: Option<&FinalValue>,
        exam: Option<&FinalValue>,
        before: &[FinalValue],
    ) -> Option<Proposal> {
        let year = year?;
        if grade == LAST_GRADE {
            let doubts = if before.is_empty() {
                vec![Doubt::NothingBefore]
            } else {
                vec![]
            };
            let all: Vec<&FinalValue> = terms
                .iter()
                .copied()
                .flatten()
                .chain([year])
                .chain(before)
                .collect();
            return self.halves_up(&all, doubts);
        }
        match exam {
            Some(exam) if exam.points().is_some() && year.points().is_some() => {
                self.halves_up(&[year, exam], vec![])
            }
            _ => Some(Proposal {
                value: year.clone(),
                average: year.points(),
                doubts: vec![],
            }),
        }
    }

    fn rounded(&self, marks: &[&FinalValue], doubts: Vec<Doubt>) -> Option<Proposal> {
        let strategy = if self.year_half_down {
            RoundingStrategy::MidpointTowardZero
        } else {
            RoundingStrategy::MidpointAwayFromZero
        };
        self.averaged(marks, doubts, strategy)
    }

    /// Mathematical rounding, whatever the school does with the year.
    fn halves_up(&self, marks: &[&FinalValue], doubts: Vec<Doubt>) -> Option<Proposal> {
        self.averaged(marks, doubts, RoundingStrategy::MidpointAwayFromZero)
    }

    fn averaged(
        &self,
        marks: &[&FinalValue],
        mut doubts: Vec<Doubt>,
        strategy: RoundingStrategy,
    ) -> Option<Proposal> {
        let points = marks.iter().filter_map(|it| it.points());
        let average = weighted_average(points.map(|it| (it, 1, Decimal::ONE)))?;
        if self.is_borderline(average) {
            doubts.push(Doubt::Borderline);
        }
        Some(Proposal {
            value: FinalValue::of(&nearest(average, strategy)),
            average: Some(average),
            doubts,
        })
    }
}

/// Between x,40 and x,60 as shown, both ends included (`ux.md` §4.6).
pub(crate) fn is_borderline(average: Decimal) -> bool {
    let rest = round2_half_up(average).fract();
    rest >= Decimal::new(40, 2) && rest <= Decimal::new(60, 2)
}

fn nearest(average: Decimal, strategy: RoundingStrategy) -> String {
    average
        .round_dp_with_strategy(0, strategy)
        .max(Decimal::ONE)
        .normalize()
        .to_string()
}

#[cfg(test)]
#[path = "finals_rule_tests.rs"]
mod tests;
