//! An exam: what is written, when and by whom (JRN-9; `reports-and-rules.md` §6).

use chrono::NaiveDate;
use curriculum::{Class, Year};
use kernel::{ClassId, SubjectId, YearId};
use serde::{Deserialize, Serialize};

use crate::{Error, Scale, ScaleId};

kernel::id!(/// An exam or a test.
    ExamId);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExamKind {
    /// Всероссийская проверочная работа.
    Vpr,
    Oge,
    Ege,
    Gve,
    /// Административная работа of the school itself («Тестирование»).
    Admin,
}

impl ExamKind {
    pub const ALL: [Self; 5] = [Self::Vpr, Self::Oge, Self::Ege, Self::Gve, Self::Admin];

    /// The name in the database, in forms and in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vpr => "vpr",
            Self::Oge => "oge",
            Self::Ege => "ege",
            Self::Gve => "gve",
            Self::Admin => "admin",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// ЕГЭ has test scores up to 100 and no marks of five (§6).
    pub const fn has_marks(self) -> bool {
        !matches!(self, Self::Ege)
    }

    /// Whether results are told as test scores.
    pub const fn has_test_scores(self) -> bool {
        matches!(self, Self::Ege)
    }
}

/// The day on which it is written: the main one, a reserve, or once more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    #[default]
    Main,
    Reserve,
    Retake,
}

impl Stage {
    pub const ALL: [Self; 3] = [Self::Main, Self::Reserve, Self::Retake];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Reserve => "reserve",
            Self::Retake => "retake",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// An exam with the scale that its scores follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exam {
    pub id: ExamId,
    pub year: YearId,
    pub fields: ExamFields,
    pub scale: Option<Scale>,
    pub version: i32,
}

/// What is said of an exam.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExamFields {
    pub kind: ExamKind,
    pub stage: Stage,
    pub subject: SubjectId,
    pub grade: i16,
    pub held_on: NaiveDate,
    pub title: String,
    /// «письменно», «устно», «компьютер»: free, since it changes with the rules.
    pub form: String,
    /// ППЭ.
    pub place: String,
    /// По выбору.
    pub elective: bool,
    pub max_primary: i16,
    pub scale: Option<ScaleId>,
    pub classes: Vec<ClassId>,
}

impl ExamFields {
    /// Whether it may be written like that: a day of the year, classes of its
    /// grade, a scale of its subject that reaches as far as its scores.
    pub(crate) fn check(
        &self,
        year: &Year,
        classes: &[Class],
        scale: Option<&Scale>,
    ) -> Result<(), Error> {
        // ГИА goes on for some weeks after the lessons end.
        let last = year.ends_on + chrono::Days::new(90);
        if !(year.starts_on..=last).contains(&self.held_on) {
            return Err(Error::BadDay);
        }
        let fits = |id: &ClassId| {
            classes
                .iter()
                .any(|it| it.id == *id && it.year == year.id && it.grade == self.grade)
        };
        if self.classes.is_empty() || !self.classes.iter().all(fits) {
            return Err(Error::NoClasses);
        }
        let short = |text: &str, most: usize| text.chars().count() <= most;
        let texts = short(&self.title, 200) && short(&self.form, 100) && short(&self.place, 200);
        if !texts || !(1..=999).contains(&self.max_primary) {
            return Err(Error::BadFields);
        }
        match (self.scale, scale) {
            (None, _) => Ok(()),
            (Some(_), Some(it))
                if (it.kind, it.subject, it.year) == (self.kind, self.subject, year.id)
                    && it.max_primary == self.max_primary =>
            {
                Ok(())
            }
            _ => Err(Error::ScaleDoesNotFit),
        }
    }
}
