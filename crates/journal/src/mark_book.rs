//! Current marks and absences added up, for reports of domains above (RPT-1;
//! `reports-and-rules.md` §1.12–1.18).

use std::{
    collections::{HashMap, HashSet},
    ops::AddAssign,
};

use async_trait::async_trait;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use curriculum::{Scale, Subject, WorkKindId};
use db::Tx;
use kernel::{ClassId, GroupId, LessonId, PersonId, SubjectId};
use org::Options;
use rust_decimal::Decimal;
use schedule::Lesson;

use crate::{
    Attendance, Averaging, ClassSpan, DOT, Earned, Error, FinalRule, MarkValue, Missed,
    finals::{FAILED, PASSED},
    summary::level_of,
};

/// The marks of lessons. Callers have made sure that the actor may see them.
#[async_trait]
pub trait MarkBook: Send + Sync {
    /// How the school counts; one statement.
    async fn marking(&self, tx: &mut Tx) -> Result<Marking, Error>;

    /// What stands in the lessons of some days, added up by pupil, subject and
    /// step. One statement for the lessons of a class, and one for the sums.
    async fn worked(&self, tx: &mut Tx, wanted: WorkedIn<'_>) -> Result<Worked, Error>;

    /// The lessons of one pupil with what stands there, the earliest first.
    /// One statement for the lessons of a class, and one for the marks.
    async fn lessons_of(
        &self,
        tx: &mut Tx,
        pupil: PersonId,
        wanted: WorkedIn<'_>,
    ) -> Result<Vec<PupilLesson>, Error>;

    /// What classes have in their lessons, each class in days of its own, added
    /// up by pupil, subject and group: how marks pile up (§1.23). Three
    /// statements, however many classes there are.
    async fn piled(
        &self,
        tx: &mut Tx,
        spans: &[ClassSpan],
        subjects: &HashMap<SubjectId, Subject>,
        marking: &Marking,
        today: NaiveDate,
    ) -> Result<Piled, Error>;
}

/// How a school counts marks.
#[derive(Clone, Debug, Default)]
pub struct Marking(pub(crate) Options);

impl Marking {
    pub const fn averaging(&self) -> Averaging {
        Averaging::of(&self.0)
    }

    /// By what final marks of a subject are proposed.
    pub const fn rule(&self, scale: Scale) -> FinalRule {
        FinalRule::of(&self.0, scale)
    }
}

/// Which works count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WhichWorks {
    #[default]
    All,
    /// Only these kinds: «срезовые, контрольные».
    Only(Vec<WorkKindId>),
    Without(Vec<WorkKindId>),
}

/// Into which steps of time marks are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    #[default]
    Whole,
    Week,
    Month,
}

impl Step {
    /// The first day of the step of a day.
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Whole => NaiveDate::MIN,
            Self::Week => kernel::dates::week_start(day),
            Self::Month => day.with_day(1).unwrap_or(day),
        }
    }
}

/// Which lessons are looked at.
#[derive(Clone, Debug)]
pub struct WorkedIn<'a> {
    pub classes: &'a [ClassId],
    pub subject: Option<SubjectId>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub step: Step,
    pub works: &'a WhichWorks,
    pub subjects: &'a HashMap<SubjectId, Subject>,
    pub marking: &'a Marking,
    /// Until the day a work is due, «•» is no debt.
    pub today: NaiveDate,
}

/// The lessons that were looked at, and the sums of what stands in them.
#[derive(Clone, Debug, Default)]
pub struct Worked {
    /// Those that were held.
    pub lessons: Vec<Lesson>,
    pub sums: Vec<Tallied>,
}

/// The sum of one pupil in a subject of a class over a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tallied {
    pub class: ClassId,
    pub subject: SubjectId,
    /// [`Step::first_day`]
    pub since: NaiveDate,
    pub pupil: PersonId,
    pub sum: MarkSum,
}

/// The lessons of classes, and what their pupils have there.
#[derive(Clone, Debug, Default)]
pub struct Piled {
    /// Those that were held.
    pub lessons: Vec<Lesson>,
    /// Lessons in which somebody has a mark.
    pub marked: HashSet<LessonId>,
    pub sums: Vec<PileSum>,
}

/// The sum of one pupil in a subject of a class, or of a group of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PileSum {
    pub class: ClassId,
    pub subject: SubjectId,
    pub group: Option<GroupId>,
    pub pupil: PersonId,
    pub sum: MarkSum,
}

/// Marks and absences added up. Sums of sums are sums again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MarkSum {
    /// «5», «4», «3», «2» and below; both of «4/5».
    pub levels: [u32; 4],
    /// Marks that count: «4/5» is two of them.
    pub marks: u32,
    /// Works with a mark that counts: «4/5» is one of them.
    pub works: u32,
    /// Open debts whose day has passed.
    pub dots: u32,
    pub passed: u32,
    pub failed: u32,
    /// Marks and absences «ОСВ».
    pub exempt: u32,
    pub missed: Missed,
    points: Decimal,
    /// Marks as the school counts them: open debts too where they are «2».
    counted: u32,
    /// As the school counts: Σ(weight · points) and Σ(weight · count).
    weighted: (Decimal, Decimal),
}

/// Like marks of one pupil: the same value with the same weight.
#[derive(Clone, Debug)]
pub(crate) struct Alike {
    pub(crate) value: String,
    pub(crate) weight: Decimal,
    /// So many of them.
    pub(crate) count: u32,
    /// Points and marks of all of them together.
    pub(crate) points: Decimal,
    pub(crate) marks: u32,
    /// The day of the work has passed.
    pub(crate) due: bool,
}

impl MarkSum {
    /// The average as the school counts it: with weights, or without.
    pub fn average(&self) -> Option<Decimal> {
        self.weighted.0.checked_div(self.weighted.1)
    }

    /// The plain mean of the numbers.
    pub fn mean(&self) -> Option<Decimal> {
        self.points.checked_div(self.marks.into())
    }

    /// Percent of the marks that are «3» or better.
    pub fn success(&self) -> Option<Decimal> {
        self.percent(self.levels[0] + self.levels[1] + self.levels[2])
    }

    /// Percent of the marks that are «4» or better.
    pub fn quality(&self) -> Option<Decimal> {
        self.percent(self.levels[0] + self.levels[1])
    }

    fn percent(&self, part: u32) -> Option<Decimal> {
        let all: u32 = self.levels.iter().sum();
        Decimal::from(part * 100).checked_div(all.into())
    }

    /// Adds one mark; `due` where the day of its work has passed.
    pub fn add_mark(
        &mut self,
        mark: &MarkValue,
        weight: Decimal,
        due: bool,
        scale: Scale,
        by: Averaging,
    ) {
        let alike = Alike {
            value: mark.text().to_owned(),
            weight,
            count: 1,
            points: mark.points(),
            marks: mark.count().into(),
            due,
        };
        self.add(&alike, scale, by);
    }

    pub(crate) fn add(&mut self, it: &Alike, scale: Scale, by: Averaging) {
        let dots = u32::from(it.value == DOT && it.due) * it.count;
        let (points, count, weight) = by.items(scale, it.points, it.marks, dots, it.weight);
        self.weighted.0 += weight * points;
        self.weighted.1 += weight * Decimal::from(count);
        self.counted += count;
        self.dots += dots;
        match it.value.as_str() {
            PASSED => self.passed += it.count,
            FAILED => self.failed += it.count,
            "ОСВ" => self.exempt += it.count,
            _ => {}
        }
        if it.marks == 0 {
            return;
        }
        self.works += it.count;
        self.marks += it.marks;
        self.points += it.points;
        for number in it.value.split('/').filter_map(|it| it.parse().ok()) {
            if let Some(level) = level_of(number, scale) {
                let place = usize::from(5_u8.saturating_sub(level)).min(3);
                self.levels[place] += it.count;
            }
        }
    }

    pub(crate) const fn miss(&mut self, what: Attendance, count: u32) {
        self.missed.add(what, count);
        if matches!(what, Attendance::Exempt) {
            self.exempt += count;
        }
    }

    /// What final marks are proposed from; lessons and hours are the caller's to tell.
    pub fn earned(&self) -> Earned {
        Earned {
            average: self.average(),
            marks: self.counted + self.passed + self.failed,
            passed: self.passed,
            failed: self.failed,
            exempt: self.exempt,
            missed: self.missed.all(),
            ..Earned::default()
        }
    }
}

impl AddAssign for MarkSum {
    fn add_assign(&mut self, other: Self) {
        for (level, more) in self.levels.iter_mut().zip(other.levels) {
            *level += more;
        }
        self.marks += other.marks;
        self.works += other.works;
        self.dots += other.dots;
        self.passed += other.passed;
        self.failed += other.failed;
        self.exempt += other.exempt;
        self.missed += other.missed;
        self.points += other.points;
        self.counted += other.counted;
        self.weighted.0 += other.weighted.0;
        self.weighted.1 += other.weighted.1;
    }
}

impl std::iter::Sum for MarkSum {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |mut sum, it| {
            sum += it;
            sum
        })
    }
}

/// One lesson of a pupil.
#[derive(Clone, Debug)]
pub struct PupilLesson {
    pub lesson: Lesson,
    pub topic: String,
    pub attendance: Attendance,
    /// Works that the pupil has a mark for.
    pub works: Vec<PupilWork>,
}

/// A work with the pupil's mark.
#[derive(Clone, Debug)]
pub struct PupilWork {
    pub kind: WorkKindId,
    /// What it is about; where its teacher said nothing, what the lesson was.
    pub topic: String,
    pub due_on: Option<NaiveDate>,
    pub mark: MarkValue,
    pub set_at: DateTime<Utc>,
    /// What it brings into sums.
    pub sum: MarkSum,
    pub weight: Decimal,
}

#[cfg(test)]
impl MarkSum {
    /// Marks as they are typed, each with its weight.
    pub(crate) fn of(marks: &[(&str, i64)], by: Averaging) -> Self {
        let rules = crate::MarkRules {
            scale: Scale::Five,
            grade: 7,
            one_allowed: false,
        };
        let mut sum = Self::default();
        for (typed, weight) in marks {
            let value = MarkValue::parse(typed, rules).unwrap();
            sum.add_mark(&value, Decimal::from(*weight), true, Scale::Five, by);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use kernel::decimal::show2;

    use super::*;

    fn shown(value: Option<Decimal>) -> String {
        value.map_or("—".to_owned(), show2)
    }

    /// RPT-1: the marks of §1.17 to the digit.
    #[test]
    fn shares_of_marks_are_those_of_the_example() {
        let marks: Vec<(&str, i64)> = [("5", 3), ("4", 5), ("3", 3), ("2", 1)]
            .into_iter()
            .flat_map(|(mark, count)| std::iter::repeat_n((mark, 1), count))
            .collect();
        let sum = MarkSum::of(&marks, Averaging::default());
        assert_eq!((sum.marks, sum.levels), (12, [3, 5, 3, 1]));
        assert_eq!(shown(sum.success()), "91,67");
        assert_eq!(shown(sum.quality()), "66,67");
        assert_eq!(shown(sum.average()), "3,83");
    }

    /// §2.3: weights and the dot, the same as in the journal.
    #[test]
    fn sums_average_as_the_journal_does() {
        let marks = [("5", 1), ("3", 3), ("4", 2), ("4", 1), (".", 2)];
        let dot = Averaging {
            dot_as_two: true,
            ..Averaging::default()
        };
        let sum = MarkSum::of(&marks, Averaging::default());
        assert_eq!(shown(sum.average()), "3,71");
        assert_eq!(shown(sum.mean()), "4,00");
        assert_eq!((sum.dots, sum.works), (1, 4));
        assert_eq!(shown(MarkSum::of(&marks, dot).average()), "3,33");
    }

    #[test]
    fn a_pair_is_one_work_of_two_marks() {
        let sum = MarkSum::of(&[("4/5", 1)], Averaging::default());
        assert_eq!((sum.works, sum.marks, sum.levels), (1, 2, [1, 1, 0, 0]));
        let twice: MarkSum = [sum, sum].into_iter().sum();
        assert_eq!(
            (twice.works, shown(twice.average())),
            (2, "4,50".to_owned())
        );
    }

    #[test]
    fn nothing_is_no_average() {
        let none = MarkSum::default();
        assert_eq!((none.average(), none.success()), (None, None));
        assert_eq!(none.earned().marks, 0);
    }
}
