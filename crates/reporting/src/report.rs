//! A report as plain data: what the page, the paper and the workbook show alike.

use journal::Slot;
use rust_decimal::Decimal;

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
}

impl Kind {
    pub const ALL: [Self; 6] = [
        Self::School,
        Self::Classes,
        Self::Teacher,
        Self::ClassTeacher,
        Self::ClassResults,
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
        }
    }

    /// The report of that code; none where it is not offered.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Of the whole school; the others are of a class or a teacher.
    pub const fn is_of_school(self) -> bool {
        matches!(self, Self::School | Self::Classes)
    }

    /// Whether a class is to be chosen.
    pub const fn is_of_class(self) -> bool {
        matches!(
            self,
            Self::ClassTeacher | Self::ClassResults | Self::ReportCards
        )
    }

    /// Whether lessons missed stand in it.
    pub const fn shows_missed(self) -> bool {
        !matches!(self, Self::School | Self::Teacher)
    }

    /// Whether it is about one period.
    pub const fn has_period(self) -> bool {
        !matches!(self, Self::ReportCards)
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
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub label: Label,
    /// Stands above columns that belong together: `reporting.col.<word>`.
    pub group: Option<&'static str>,
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
    pub fn under(mut self, group: &'static str) -> Self {
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
    /// Percent or average, shown with two places; «—» where there is nothing to divide by.
    Share(Option<Decimal>),
}

impl Cell {
    pub const EMPTY: Self = Self {
        value: Value::Empty,
        path: None,
    };

    pub fn text(text: impl Into<String>) -> Self {
        Self::of(Value::Text(text.into()))
    }

    pub const fn word(word: &'static str) -> Self {
        Self::of(Value::Word(word))
    }

    pub const fn count(count: u32) -> Self {
        Self::of(Value::Count(count))
    }

    pub const fn share(share: Option<Decimal>) -> Self {
        Self::of(Value::Share(share))
    }

    #[must_use]
    pub fn to(mut self, path: String) -> Self {
        self.path = Some(path);
        self
    }

    const fn of(value: Value) -> Self {
        Self { value, path: None }
    }
}
