//! What an organisation decides for itself (ORG-4), with the defaults of
//! `reports-and-rules.md` §2.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::fields::{FieldFault, Reader, Typed};

/// Journals with so many lessons in a row without a mark are told of.
const LESSONS_WITHOUT_MARKS: i32 = 5;
/// A form takes no more.
const MOST_MEGABYTES: i32 = 10;

/// The settings of an organisation, every one with a value.
///
/// Grade 1 is taught without marks whatever is set here (S3:8.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a box of its own on the page"
)]
pub struct Options {
    /// `marks.use_grade_1`: whether «1» is a mark here (§2.1).
    pub use_grade_1: bool,
    /// `marks.dot_as_two`: whether an open debt counts as 2 in the average (§2.3).
    pub dot_as_two: bool,
    /// `marks.t5`, `marks.t4`, `marks.t3`: from which average a 5, 4, 3 is proposed (§2.6).
    pub thresholds: Thresholds,
    /// `marks.plain_average`: every mark weighs the same (§2.6).
    pub plain_average: bool,
    /// `marks.least_few`, `marks.least_many`: fewer marks in a period propose «н/а» (§2.6).
    pub least_marks: LeastMarks,
    /// `marks.most_missed`: who missed a larger share of the lessons, in
    /// percent, is proposed «н/а» (§2.6).
    pub most_missed: i32,
    /// `marks.year_half_down`: the year's average x,50 becomes the lower mark
    /// and not the higher one (§2.6).
    pub year_half_down: bool,
    /// `attendance.display`: how an absence looks in diary and journal.
    pub absence: AbsenceDisplay,
    /// `journal.edit_window_days`: for how many days after a lesson its marks
    /// may be changed; none until the end of the period.
    pub edit_window_days: Option<i32>,
    /// `control.lessons_without_marks`: so many lessons of a subject in a row
    /// without a mark are told to the deputy head; 0 tells none (JRN-6).
    pub lessons_without_marks: i32,
    /// `homework.files`, `homework.file_mb`: how many files a homework or an
    /// answer has at most, and how large each may be (JRN-5).
    pub homework: HomeworkLimits,
    /// `reports.success_target`, `reports.quality_target`: what charts of
    /// results are measured against.
    pub targets: Targets,
}

/// What the school aims at, in percent; none where it set nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// Успеваемость.
    pub success: Option<i32>,
    /// Качество знаний.
    pub quality: Option<i32>,
}

/// What may hang on a homework and on an answer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HomeworkLimits {
    pub files: i32,
    pub megabytes: i32,
}

impl Default for HomeworkLimits {
    fn default() -> Self {
        Self {
            files: 10,
            megabytes: 10,
        }
    }
}

/// Averages from which the marks are proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    pub t5: Decimal,
    pub t4: Decimal,
    pub t3: Decimal,
}

/// The least number of marks in a period, by the hours a week of the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeastMarks {
    /// Up to two hours a week.
    pub few: i32,
    /// More than two.
    pub many: i32,
}

/// How an absence looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbsenceDisplay {
    /// The code of the reason: ОТ, УП, Б, НП, ОП.
    Codes,
    /// One letter for any of them.
    Letter,
}

impl AbsenceDisplay {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Codes => "codes",
            Self::Letter => "letter",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "codes" => Some(Self::Codes),
            "letter" => Some(Self::Letter),
            _ => None,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            use_grade_1: false,
            dot_as_two: false,
            thresholds: Thresholds::default(),
            plain_average: false,
            least_marks: LeastMarks::default(),
            most_missed: 50,
            year_half_down: false,
            absence: AbsenceDisplay::Codes,
            edit_window_days: None,
            lessons_without_marks: LESSONS_WITHOUT_MARKS,
            homework: HomeworkLimits::default(),
            targets: Targets::default(),
        }
    }
}

impl Default for LeastMarks {
    fn default() -> Self {
        Self { few: 3, many: 5 }
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        let half = |it| Decimal::new(it, 2);
        Self {
            t5: half(450),
            t4: half(350),
            t3: half(250),
        }
    }
}

impl Options {
    /// Reads what is kept; what is not, or makes no sense, is the default.
    pub(crate) fn from_kept(kept: &BTreeMap<String, Value>) -> Self {
        let usual = Self::default();
        let flag = |key: &str, usual| kept.get(key).and_then(Value::as_bool).unwrap_or(usual);
        let text = |key: &str| kept.get(key).and_then(Value::as_str);
        let number = |key: &str, usual| text(key).and_then(|it| it.parse().ok()).unwrap_or(usual);
        let whole = |key: &str| {
            let kept = kept.get(key).and_then(Value::as_i64);
            kept.and_then(|it| i32::try_from(it).ok())
        };
        Self {
            use_grade_1: flag("marks.use_grade_1", usual.use_grade_1),
            dot_as_two: flag("marks.dot_as_two", usual.dot_as_two),
            thresholds: Thresholds {
                t5: number("marks.t5", usual.thresholds.t5),
                t4: number("marks.t4", usual.thresholds.t4),
                t3: number("marks.t3", usual.thresholds.t3),
            },
            plain_average: flag("marks.plain_average", usual.plain_average),
            least_marks: LeastMarks {
                few: whole("marks.least_few").unwrap_or(usual.least_marks.few),
                many: whole("marks.least_many").unwrap_or(usual.least_marks.many),
            },
            most_missed: whole("marks.most_missed").unwrap_or(usual.most_missed),
            year_half_down: flag("marks.year_half_down", usual.year_half_down),
            absence: text("attendance.display")
                .and_then(AbsenceDisplay::from_code)
                .unwrap_or(usual.absence),
            edit_window_days: whole("journal.edit_window_days"),
            lessons_without_marks: whole("control.lessons_without_marks")
                .unwrap_or(usual.lessons_without_marks),
            homework: HomeworkLimits {
                files: whole("homework.files").unwrap_or(usual.homework.files),
                megabytes: whole("homework.file_mb").unwrap_or(usual.homework.megabytes),
            },
            targets: Targets {
                success: whole("reports.success_target"),
                quality: whole("reports.quality_target"),
            },
        }
    }

    /// The values to keep. Numbers are text, so that they stay exact.
    pub(crate) fn to_keep(&self) -> BTreeMap<&'static str, Value> {
        BTreeMap::from([
            ("marks.use_grade_1", json!(self.use_grade_1)),
            ("marks.dot_as_two", json!(self.dot_as_two)),
            ("marks.t5", json!(self.thresholds.t5.to_string())),
            ("marks.t4", json!(self.thresholds.t4.to_string())),
            ("marks.t3", json!(self.thresholds.t3.to_string())),
            ("marks.plain_average", json!(self.plain_average)),
            ("marks.least_few", json!(self.least_marks.few)),
            ("marks.least_many", json!(self.least_marks.many)),
            ("marks.most_missed", json!(self.most_missed)),
            ("marks.year_half_down", json!(self.year_half_down)),
            ("attendance.display", json!(self.absence.code())),
            ("journal.edit_window_days", json!(self.edit_window_days)),
            (
                "control.lessons_without_marks",
                json!(self.lessons_without_marks),
            ),
            ("homework.files", json!(self.homework.files)),
            ("homework.file_mb", json!(self.homework.megabytes)),
            ("reports.success_target", json!(self.targets.success)),
            ("reports.quality_target", json!(self.targets.quality)),
        ])
    }

    pub(crate) fn read(typed: &Typed, today: NaiveDate) -> Result<Self, Vec<FieldFault>> {
        let mut it = Reader::new(typed, today);
        let [least, most] = [Decimal::ONE, Decimal::from(5)];
        let usual = Thresholds::default();
        let mut threshold = |field, usual| {
            it.needed(field, 10);
            it.number(field, least, most).unwrap_or(usual)
        };
        let thresholds = Thresholds {
            t5: threshold("t5", usual.t5),
            t4: threshold("t4", usual.t4),
            t3: threshold("t3", usual.t3),
        };
        if !(thresholds.t3 < thresholds.t4 && thresholds.t4 < thresholds.t5) {
            it.fault("t4", "order");
        }
        let least = LeastMarks::default();
        let homework = HomeworkLimits::default();
        let options = Self {
            use_grade_1: it.flag("use_grade_1"),
            dot_as_two: it.flag("dot_as_two"),
            thresholds,
            plain_average: it.flag("plain_average"),
            least_marks: LeastMarks {
                few: it.whole("least_few", 0, 99).unwrap_or(least.few),
                many: it.whole("least_many", 0, 99).unwrap_or(least.many),
            },
            most_missed: it.whole("most_missed", 0, 100).unwrap_or(50),
            year_half_down: it.flag("year_half_down"),
            absence: it.choice("absence", AbsenceDisplay::from_code, AbsenceDisplay::Codes),
            edit_window_days: it.whole("edit_window_days", 0, 366),
            lessons_without_marks: it
                .whole("lessons_without_marks", 0, 99)
                .unwrap_or(LESSONS_WITHOUT_MARKS),
            homework: HomeworkLimits {
                files: it.whole("homework_files", 1, 100).unwrap_or(homework.files),
                megabytes: it
                    .whole("homework_mb", 1, MOST_MEGABYTES)
                    .unwrap_or(homework.megabytes),
            },
            targets: Targets {
                success: it.whole("success_target", 0, 100),
                quality: it.whole("quality_target", 0, 100),
            },
        };
        it.finish(options)
    }

    pub(crate) fn typed(&self) -> Typed {
        let flag = |it: bool| if it { "1" } else { "" }.to_owned();
        let number = |it: Decimal| format!("{it:.2}").replace('.', ",");
        let optional = |it: Option<i32>| it.map(|it| it.to_string()).unwrap_or_default();
        [
            ("use_grade_1", flag(self.use_grade_1)),
            ("dot_as_two", flag(self.dot_as_two)),
            ("t5", number(self.thresholds.t5)),
            ("t4", number(self.thresholds.t4)),
            ("t3", number(self.thresholds.t3)),
            ("plain_average", flag(self.plain_average)),
            ("least_few", self.least_marks.few.to_string()),
            ("least_many", self.least_marks.many.to_string()),
            ("most_missed", self.most_missed.to_string()),
            ("year_half_down", flag(self.year_half_down)),
            ("absence", self.absence.code().to_owned()),
            ("edit_window_days", optional(self.edit_window_days)),
            (
                "lessons_without_marks",
                self.lessons_without_marks.to_string(),
            ),
            ("homework_files", self.homework.files.to_string()),
            ("homework_mb", self.homework.megabytes.to_string()),
            ("success_target", optional(self.targets.success)),
            ("quality_target", optional(self.targets.quality)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_kept_is_the_default_and_what_is_kept_comes_back() {
        assert_eq!(Options::from_kept(&BTreeMap::new()), Options::default());
        let odd = Options {
            use_grade_1: true,
            thresholds: Thresholds {
                t5: Decimal::new(451, 2),
                ..Thresholds::default()
            },
            plain_average: true,
            least_marks: LeastMarks { few: 2, many: 7 },
            absence: AbsenceDisplay::Letter,
            edit_window_days: Some(7),
            lessons_without_marks: 0,
            homework: HomeworkLimits {
                files: 3,
                megabytes: 5,
            },
            targets: Targets {
                success: Some(100),
                quality: None,
            },
            ..Options::default()
        };
        let kept = odd
            .to_keep()
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        assert_eq!(Options::from_kept(&kept), odd);
        assert_eq!(
            Options::read(&odd.typed(), NaiveDate::default()).unwrap(),
            odd
        );
    }

    #[test]
    fn thresholds_grow_with_the_mark() {
        let mut typed = Options::default().typed();
        typed.insert("t4".to_owned(), "4,60".to_owned());
        let faults = Options::read(&typed, NaiveDate::default()).unwrap_err();
        assert_eq!(faults, [FieldFault::new("t4", "order")]);
        typed.insert("t5".to_owned(), String::new());
        assert!(Options::read(&typed, NaiveDate::default()).is_err());
    }
}
