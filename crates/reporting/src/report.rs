//! A report as plain data: what the page, the paper and the workbook show alike.

use chrono::{NaiveDate, NaiveDateTime};
use journal::Slot;
use rust_decimal::Decimal;
use web::heat_map::HeatMap;

/// The reports there are, in the order of the catalogue (`reports-and-rules.md` §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// §1.5 «Сводный отчёт об успеваемости по школе».
    School,
    /// §1.4 «Сводный отчёт классного руководителя».
    Classes,
    /// §1.1 «Отчёт учителя-предметника».
    Teacher,
    /// §1.2 «Отчёт классного руководителя за учебный период».
    ClassTeacher,
    /// §1.7 «Итоги успеваемости класса за учебный период».
    ClassResults,
    /// §1.14 «Табель успеваемости учащегося».
    ReportCards,
    /// §1.8 «Сводная ведомость учёта посещаемости».
    ClassAttendance,
    /// §1.9 «Отчёт о посещаемости класса».
    ClassAbsences,
    /// §1.23 «Пропуски за день».
    AbsentToday,
    /// §1.19 «Отчёт о доступе к классному журналу».
    JournalAccess,
    /// §1.10 «Итоговые данные по учащимся».
    PupilFigures,
    /// §1.11 «Общие сведения об обучающихся».
    ClassPupils,
    /// §1.23 «Список класса».
    ClassList,
    /// §1.23 «Список именинников».
    Birthdays,
    /// §1.23 «Социальный паспорт».
    SocialPassport,
    /// §1.23 «Учителя без КТП».
    NoPlans,
    /// §1.21 «Наполняемость классов».
    Filling,
    /// §1.3 «Предварительный отчёт классного руководителя».
    Preliminary,
    /// §1.6 «Сводная ведомость учёта успеваемости».
    ClassMarks,
    /// §1.23 «Средний балл класса».
    ClassAverage,
    /// §1.23 «Отчёт об успеваемости класса по предмету».
    SubjectResults,
    /// §1.18 «Информационное письмо для родителей».
    ParentLetter,
    /// §1.20 «Средний балл учителя».
    TeacherAverage,
    /// §1.20 «Динамика среднего балла учителя».
    TeacherAverageCourse,
    /// §1.12 «Средний балл ученика».
    PupilAverage,
    /// §1.13 «Динамика среднего балла ученика».
    PupilAverageCourse,
    /// §1.15 «Отчёт об успеваемости и посещаемости ученика».
    PupilTotal,
    /// §1.16 «Отчёт об успеваемости ученика».
    PupilMarks,
    /// §1.17 «Итоги успеваемости и качества знаний».
    PupilQuality,
}

impl Kind {
    pub const ALL: [Self; 29] = [
        Self::School,
        Self::Classes,
        Self::Teacher,
        Self::ClassTeacher,
        Self::ClassResults,
        Self::ReportCards,
        Self::ClassAttendance,
        Self::ClassAbsences,
        Self::AbsentToday,
        Self::JournalAccess,
        Self::PupilFigures,
        Self::ClassPupils,
        Self::ClassList,
        Self::Birthdays,
        Self::SocialPassport,
        Self::NoPlans,
        Self::Filling,
        Self::Preliminary,
        Self::ClassMarks,
        Self::ClassAverage,
        Self::SubjectResults,
        Self::ParentLetter,
        Self::TeacherAverage,
        Self::TeacherAverageCourse,
        Self::PupilAverage,
        Self::PupilAverageCourse,
        Self::PupilTotal,
        Self::PupilMarks,
        Self::PupilQuality,
    ];

    /// What class teachers use in their work with children and parents (S3:10.5).
    pub const WITH_FAMILIES: [Self; 7] = [
        Self::ClassResults,
        Self::PupilAverage,
        Self::PupilAverageCourse,
        Self::ReportCards,
        Self::PupilTotal,
        Self::PupilQuality,
        Self::ParentLetter,
    ];

    /// What a family sees of its child.
    pub const OF_FAMILY: [Self; 7] = [
        Self::PupilTotal,
        Self::PupilMarks,
        Self::PupilAverage,
        Self::PupilAverageCourse,
        Self::PupilQuality,
        Self::ParentLetter,
        Self::ReportCards,
    ];

    /// In addresses, names of files and keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Classes => "classes",
            Self::Teacher => "teacher",
            Self::ClassTeacher => "class-teacher",
            Self::ClassResults => "class-results",
            Self::ReportCards => "report-cards",
            Self::ClassAttendance => "class-attendance",
            Self::ClassAbsences => "class-absences",
            Self::AbsentToday => "absent-today",
            Self::JournalAccess => "journal-access",
            Self::PupilFigures => "pupil-figures",
            Self::ClassPupils => "class-pupils",
            Self::ClassList => "class-list",
            Self::Birthdays => "birthdays",
            Self::SocialPassport => "social-passport",
            Self::NoPlans => "no-plans",
            Self::Filling => "filling",
            Self::Preliminary => "preliminary",
            Self::ClassMarks => "class-marks",
            Self::ClassAverage => "class-average",
            Self::SubjectResults => "subject-results",
            Self::ParentLetter => "parent-letter",
            Self::TeacherAverage => "teacher-average",
            Self::TeacherAverageCourse => "teacher-average-course",
            Self::PupilAverage => "pupil-average",
            Self::PupilAverageCourse => "pupil-average-course",
            Self::PupilTotal => "pupil-total",
            Self::PupilMarks => "pupil-marks",
            Self::PupilQuality => "pupil-quality",
        }
    }

    /// The report of that code; none where it is not offered.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Of the whole school; the others are of a class or a teacher.
    pub const fn is_of_school(self) -> bool {
        matches!(
            self,
            Self::School | Self::Classes | Self::NoPlans | Self::Filling
        )
    }

    /// Whether a class is to be chosen, or may be.
    pub const fn is_of_class(self) -> bool {
        matches!(
            self,
            Self::ClassTeacher
                | Self::ClassResults
                | Self::ReportCards
                | Self::Preliminary
                | Self::ClassMarks
                | Self::ClassAverage
                | Self::SubjectResults
                | Self::ParentLetter
                | Self::ClassAttendance
                | Self::ClassAbsences
                | Self::JournalAccess
                | Self::ClassPupils
                | Self::ClassList
                | Self::PupilFigures
        ) || self.is_of_pupil()
    }

    /// Whether a teacher is to be chosen.
    pub const fn is_of_teacher(self) -> bool {
        matches!(
            self,
            Self::Teacher | Self::TeacherAverage | Self::TeacherAverageCourse
        )
    }

    /// Whether a pupil of the class is to be chosen.
    pub const fn is_of_pupil(self) -> bool {
        matches!(
            self,
            Self::PupilAverage
                | Self::PupilAverageCourse
                | Self::PupilTotal
                | Self::PupilMarks
                | Self::PupilQuality
        )
    }

    /// Whether it is made by [`crate::service`]'s part about marks.
    pub(crate) const fn is_of_marks(self) -> bool {
        self.is_of_pupil()
            || matches!(
                self,
                Self::Preliminary
                    | Self::ClassMarks
                    | Self::ClassAverage
                    | Self::SubjectResults
                    | Self::ParentLetter
                    | Self::TeacherAverage
                    | Self::TeacherAverageCourse
            )
    }

    /// Whether whoever teaches in a class may have it, too, of the own subjects.
    pub(crate) const fn is_of_own_subjects(self) -> bool {
        self.is_of_pupil() || matches!(self, Self::SubjectResults | Self::ClassMarks)
    }

    /// Whether one subject is to be chosen, or may be.
    pub(crate) const fn has_subject(self) -> bool {
        matches!(
            self,
            Self::PupilMarks | Self::SubjectResults | Self::PupilAverageCourse
        )
    }

    /// Whether first and last day may be chosen beside a period.
    pub(crate) const fn has_days(self) -> bool {
        matches!(
            self,
            Self::PupilAverage | Self::PupilAverageCourse | Self::PupilQuality
        )
    }

    /// Whether each section is a sheet of one pupil.
    pub(crate) const fn is_of_sheets(self) -> bool {
        matches!(self, Self::ReportCards | Self::ParentLetter)
    }

    /// Whether lessons missed stand in it.
    pub const fn shows_missed(self) -> bool {
        !matches!(self, Self::School | Self::Teacher)
    }

    /// Whether it is about one period.
    pub const fn has_period(self) -> bool {
        !matches!(
            self,
            Self::ReportCards | Self::ClassMarks | Self::TeacherAverageCourse
        ) && self.theme().is_none()
    }
}

/// A report that was made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// What it is about: «Класс», «7Б».
    pub about: Vec<(&'static str, String)>,
    /// What is missing, so that nobody takes the report for whole.
    pub notes: Vec<Note>,
    pub columns: Vec<Column>,
    pub sections: Vec<Section>,
    /// The same as a picture.
    pub heat: Option<HeatMap>,
    /// Drawn above the table, which says the same.
    pub charts: Vec<Chart>,
}

/// Averages to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub form: Form,
    /// What of: a subject of the school.
    pub title: Option<String>,
    /// Who is drawn and who stands beside: `reporting.chart.<word>`.
    pub word: &'static str,
    pub points: Vec<Point>,
}

/// How averages are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Bars,
    Line,
}

/// An average with what it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub label: Label,
    pub value: Option<Decimal>,
    pub beside: Option<Decimal>,
}

/// Something that is missing, with the page where it is mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// `reporting.note.<word>`
    pub word: &'static str,
    pub args: Vec<(&'static str, String)>,
    /// Inside of the organisation: `/journal/7/finals`.
    pub path: Option<String>,
}

/// A word of the templates, or a text of the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// `reporting.col.<word>`
    Word(&'static str),
    Text(String),
    /// A period, the year, the exam or the final mark.
    Slot(Slot),
    /// «сентябрь 2026», by any of its days.
    Month(NaiveDate),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub label: Label,
    /// Stands above columns that belong together: `reporting.group.<word>`.
    pub group: Option<Label>,
    pub number: bool,
}

impl Column {
    pub fn text(word: &'static str) -> Self {
        Self {
            label: Label::Word(word),
            group: None,
            number: false,
        }
    }

    pub fn number(word: &'static str) -> Self {
        Self {
            number: true,
            ..Self::text(word)
        }
    }

    /// A column named by the school, such as a subject.
    pub fn named(name: &str) -> Self {
        Self {
            label: Label::Text(name.to_owned()),
            group: None,
            number: true,
        }
    }

    #[must_use]
    pub fn under(self, group: &'static str) -> Self {
        self.of_group(Label::Word(group))
    }

    /// The same under any label.
    #[must_use]
    pub fn of_group(mut self, group: Label) -> Self {
        self.group = Some(group);
        self
    }
}

/// Lines under a heading; a report of one table has one without a title.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    pub title: Option<String>,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub cells: Vec<Cell>,
    pub weight: Weight,
}

impl Line {
    pub fn plain(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            weight: Weight::Plain,
        }
    }

    pub fn sum(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            weight: Weight::Sum,
        }
    }
}

/// How a line stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Plain,
    /// Sums up the lines above it.
    Sum,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub value: Value,
    /// What the figure is made of, inside of the organisation.
    pub path: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Empty,
    Text(String),
    /// `reporting.<word>`
    Word(&'static str),
    Count(u32),
    /// Names of the school with words of the templates between them.
    Said(Vec<Piece>),
    /// The name of a period.
    Slot(Slot),
    /// Percent or average, shown with two places; «—» where there is nothing to divide by.
    Share(Option<Decimal>),
    Date(NaiveDate),
    /// By the clock of the school.
    Moment(NaiveDateTime),
    /// Words under their whole keys, one after another.
    Words(Vec<String>),
    /// An obligatory field that is empty.
    Missing,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// `reporting.say.<word>` with what is filled in.
    Phrase(&'static str, Vec<(&'static str, String)>),
}

impl Cell {
    pub const EMPTY: Self = Self {
        value: Value::Empty,
        path: None,
    };

    pub fn text(text: impl Into<String>) -> Self {
        Self::of(Value::Text(text.into()))
    }

    pub fn said(pieces: Vec<Piece>) -> Self {
        Self::of(Value::Said(pieces))
    }

    pub const fn word(word: &'static str) -> Self {
        Self::of(Value::Word(word))
    }

    pub const fn date(day: NaiveDate) -> Self {
        Self::of(Value::Date(day))
    }

    pub const fn count(count: u32) -> Self {
        Self::of(Value::Count(count))
    }

    pub const fn share(share: Option<Decimal>) -> Self {
        Self::of(Value::Share(share))
    }

    pub const fn slot(slot: Slot) -> Self {
        Self::of(Value::Slot(slot))
    }

    #[must_use]
    pub fn to(mut self, path: String) -> Self {
        self.path = Some(path);
        self
    }

    pub const fn of(value: Value) -> Self {
        Self { value, path: None }
    }
}
