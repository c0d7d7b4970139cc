//! What the templates of the sheet see.

use chrono::{Datelike, NaiveDate};
use kernel::PersonId;
use serde::Serialize;
use web::Member;

use crate::{Code, Month, MonthState, NotThere, Off, Sheet, SheetRow, StaleCell, Tally, Told};

/// The sheet of a group, with nothing left to decide.
#[derive(Serialize)]
pub(super) struct SheetView {
    /// `/o/{org}/preschool/51`
    pub(super) base: String,
    group: String,
    month: String,
    first: NaiveDate,
    /// 1…12 and the year, as the head of the sheet names them.
    month_number: u32,
    calendar_year: i32,
    before: Option<String>,
    after: Option<String>,
    year: String,
    archived: bool,
    days: Vec<DayView>,
    pub(super) rows: Vec<RowView>,
    codes: Vec<CodeView>,
    enters: bool,
    reopens: bool,
    state: Option<StateView>,
    blanks: u32,
    /// Whether today is a day of this month on which children come.
    today: Option<NaiveDate>,
    total: TallyView,
    errors: Vec<ErrorView>,
    pub(super) stale: Vec<StaleView>,
}

#[derive(Serialize)]
struct DayView {
    number: u32,
    day: NaiveDate,
    off: bool,
    /// The name of the holiday.
    holiday: Option<String>,
    today: bool,
    attended: u32,
    missed: u32,
    blank: u32,
}

#[derive(Serialize)]
pub(super) struct RowView {
    pub(super) id: PersonId,
    pub(super) name: String,
    pub(super) cells: Vec<CellView>,
    tally: TallyView,
    /// All signs as the page showed them, to tell what was touched.
    pub(super) was: String,
}

#[derive(Serialize)]
pub(super) struct CellView {
    number: u32,
    /// Whether anything may stand there.
    open: bool,
    pub(super) sign: String,
    /// What the sign means.
    name: String,
    attended: bool,
    error: Option<&'static str>,
}

#[derive(Serialize)]
pub(super) struct TallyView {
    attended: u32,
    missed: u32,
    payable: u32,
    blank: u32,
    /// «б 3, о 2»
    reasons: String,
}

#[derive(Clone, Serialize)]
pub(super) struct CodeView {
    pub(super) sign: String,
    pub(super) name: String,
    pub(super) attended: bool,
    pub(super) payable: bool,
    pub(super) archived: bool,
    pub(super) version: i32,
}

#[derive(Serialize)]
struct StateView {
    closed: bool,
    by: String,
    at: chrono::DateTime<chrono::Utc>,
    reopened_by: Option<String>,
    reopened_at: Option<chrono::DateTime<chrono::Utc>>,
    reason: String,
}

#[derive(Serialize)]
struct ErrorView {
    field: String,
    child: String,
    day: NaiveDate,
    code: &'static str,
}

#[derive(Serialize)]
pub(super) struct StaleView {
    field: String,
    child: String,
    day: NaiveDate,
    mine: String,
    now: String,
    by: String,
}

impl CodeView {
    pub(super) fn of(it: &Code) -> Self {
        Self {
            sign: it.sign.clone(),
            name: it.name.clone(),
            attended: it.attended,
            payable: it.payable,
            archived: it.archived,
            version: it.version,
        }
    }
}

impl TallyView {
    pub(super) fn of(it: &Tally) -> Self {
        let reasons = it
            .by_sign
            .iter()
            .map(|(sign, count)| format!("{sign} {count}"));
        Self {
            attended: it.attended,
            missed: it.missed,
            payable: it.payable,
            blank: it.blank,
            reasons: reasons.collect::<Vec<_>>().join(", "),
        }
    }
}

/// The name of the field of a cell.
pub(super) fn field(pupil: PersonId, day: NaiveDate) -> String {
    format!("c.{pupil}.{}", day.day())
}

/// The signs of a row in one text.
pub(super) fn joined(row: &SheetRow) -> String {
    let signs = row.cells.iter().map(|it| it.as_deref().unwrap_or_default());
    signs.collect::<Vec<_>>().join(",")
}

fn row(sheet: &Sheet, it: &SheetRow) -> RowView {
    let cell = |(day, cell): (&crate::SheetDay, &Option<String>)| {
        let sign = cell.clone().unwrap_or_default();
        let code = sheet.codes.iter().find(|it| it.sign == sign);
        CellView {
            number: day.day.day(),
            open: cell.is_some(),
            name: code.map_or_else(String::new, |it| it.name.clone()),
            attended: code.is_some_and(|it| it.attended),
            sign,
            error: None,
        }
    };
    RowView {
        id: it.pupil,
        name: it.name.clone(),
        cells: sheet.days.iter().zip(&it.cells).map(cell).collect(),
        tally: TallyView::of(&it.tally),
        was: joined(it),
    }
}

impl SheetView {
    pub(super) fn of(member: &Member, told: &Told, today: NaiveDate) -> Self {
        let sheet = &told.sheet;
        let base = member.path(&format!("/preschool/{}", sheet.class.id));
        Self {
            enters: told.enters,
            reopens: told.reopens,
            state: told.state.as_ref().map(state),
            ..Self::of_sheet(base, sheet, today)
        }
    }

    /// Nothing to enter.
    pub(super) fn of_sheet(base: String, sheet: &Sheet, today: NaiveDate) -> Self {
        let inside = |month: Month| {
            (month.last() >= sheet.year.starts_on && month.first() <= sheet.year.ends_on)
                .then(|| month.code())
        };
        let sums = sheet.by_day();
        let day = |(it, (attended, missed, blank)): (&crate::SheetDay, (u32, u32, u32))| DayView {
            number: it.day.day(),
            day: it.day,
            off: it.off.is_some(),
            holiday: match &it.off {
                Some(Off::Holiday(name)) => Some(name.clone()),
                _ => None,
            },
            today: it.day == today,
            attended,
            missed,
            blank,
        };
        let mut total = Tally::default();
        for it in &sheet.rows {
            total.attended += it.tally.attended;
            total.missed += it.tally.missed;
            total.payable += it.tally.payable;
            total.blank += it.tally.blank;
            for (sign, count) in &it.tally.by_sign {
                *total.by_sign.entry(sign.clone()).or_default() += count;
            }
        }
        let comes_today = sheet
            .days
            .iter()
            .any(|it| it.day == today && it.off.is_none());
        Self {
            base,
            group: sheet.class.name(),
            month: sheet.month.code(),
            first: sheet.month.first(),
            month_number: sheet.month.first().month(),
            calendar_year: sheet.month.first().year(),
            before: inside(sheet.month.before()),
            after: inside(sheet.month.next()),
            year: kernel::dates::AcademicYear::of(sheet.year.starts_on).to_string(),
            archived: sheet.year.archived,
            days: sheet.days.iter().zip(sums).map(day).collect(),
            rows: sheet.rows.iter().map(|it| row(sheet, it)).collect(),
            codes: sheet
                .codes
                .iter()
                .filter(|it| !it.archived)
                .map(CodeView::of)
                .collect(),
            enters: false,
            reopens: false,
            state: None,
            blanks: sheet.blanks(),
            today: comes_today.then_some(today),
            total: TallyView::of(&total),
            errors: vec![],
            stale: vec![],
        }
    }

    fn child(&self, id: PersonId) -> String {
        let row = self.rows.iter().find(|it| it.id == id);
        row.map_or_else(String::new, |it| it.name.clone())
    }

    /// Notes the cells that make no sense.
    pub(super) fn refuse(&mut self, wrong: &[(PersonId, NaiveDate, NotThere)]) {
        for (pupil, day, why) in wrong {
            self.errors.push(ErrorView {
                field: field(*pupil, *day),
                child: self.child(*pupil),
                day: *day,
                code: why.code(),
            });
            let row = self.rows.iter_mut().find(|it| it.id == *pupil);
            let cells = row.map(|it| &mut it.cells);
            let at = usize::try_from(day.day0()).unwrap_or_default();
            if let Some(cell) = cells.and_then(|it| it.get_mut(at)) {
                cell.error = Some(why.code());
            }
        }
    }

    /// Tells what somebody else put there meanwhile.
    pub(super) fn tell_stale(&mut self, stale: &[StaleCell]) {
        let told = stale.iter().map(|it| StaleView {
            field: field(it.pupil, it.day),
            child: self.child(it.pupil),
            day: it.day,
            mine: it.mine.clone(),
            now: it.now.clone(),
            by: it.by.clone(),
        });
        self.stale = told.collect();
    }
}

fn state(it: &MonthState) -> StateView {
    let reopened = it.reopened.as_ref();
    StateView {
        closed: it.closed,
        by: it.by.clone(),
        at: it.at,
        reopened_by: reopened.map(|it| it.0.clone()),
        reopened_at: reopened.map(|it| it.1),
        reason: reopened.map_or_else(String::new, |it| it.2.clone()),
    }
}
