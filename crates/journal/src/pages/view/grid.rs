use chrono::NaiveDate;
use curriculum::{Period, PeriodKind, Scale};
use kernel::decimal::{round2_half_up, show, show2};
use rust_decimal::Decimal;
use serde::Serialize;
use web::{Member, Views};

use super::grid_links::{Links, links};
use crate::{Attendance, Grid, GridCell, GridChoice, Locked, finals_rule::is_borderline};

/// About so many bytes a cell takes.
const CELL_BYTES: usize = 120;

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a page shows independent facts"
)]
pub(crate) struct GridPage {
    class: String,
    subject: String,
    teachers: String,
    base: String,
    links: Links,
    view_url: String,
    ops_url: String,
    cell_url: String,
    lesson_url: String,
    journals_url: String,
    /// The moment of what the page shows, in milliseconds.
    at: i64,
    letters: bool,
    thresholds: String,
    /// Abbreviation and weight of the work that a second mark makes.
    extra: String,
    account: i64,
    scale: &'static str,
    one_allowed: bool,
    without_marks: bool,
    writable: bool,
    archived: bool,
    /// Codes of what the member likes to see.
    choices: Vec<&'static str>,
    median: bool,
    missed: bool,
    /// Above so many percent of the lessons missed there is no mark.
    most_missed: i32,
    /// Whether too few marks are told already.
    closing: bool,
    /// Whether final marks are due, or there are some.
    ends: bool,
    heads: Vec<Head>,
    works: Vec<WorkCell>,
    rows: Vec<Row>,
    pupils: usize,
    columns: usize,
    fillings: Vec<Filling>,
    sums: Sums,
}

/// How many of those who could have something in a column have it.
#[derive(Default, Serialize)]
struct Filling {
    filled: usize,
    of: usize,
    today: bool,
}

/// What the line under the grid says; the page's script keeps it up to date.
#[derive(Serialize)]
struct Sums {
    absent: Option<usize>,
    class_average: String,
    quality: Option<String>,
    success: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TermLink {
    pub(crate) href: String,
    pub(crate) kind: &'static str,
    pub(crate) number: i16,
    pub(crate) current: bool,
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a page shows independent facts"
)]
struct Head {
    href: String,
    held_on: NaiveDate,
    topic: String,
    homework: bool,
    files: bool,
    remark: bool,
    cancelled: bool,
    today: bool,
    span: usize,
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a page shows independent facts"
)]
struct WorkCell {
    lesson: i64,
    work: Option<i64>,
    version: i32,
    name: String,
    abbr: String,
    topic: String,
    weight: String,
    /// What it counts in the average, by the school's setting.
    counts: String,
    plain: bool,
    answer: bool,
    owed: bool,
    today: bool,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    href: String,
    name: String,
    left_on: Option<NaiveDate>,
    /// «Отметки из прежней школы», where there are some.
    former_href: Option<String>,
    /// The cells as HTML: a page has a thousand, and the template would look
    /// each of them up by name. They are made of numbers, values of our scales
    /// and words of ours, so nothing in them needs escaping.
    cells: String,
    average: String,
    level: &'static str,
    /// Marks out of sight: `[["4","1.00"]]`.
    rest: Option<String>,
    median: String,
    missed: u32,
    /// Of them in lessons out of sight.
    missed_rest: u32,
    proposal: String,
    /// What the page counts it from: least marks, lessons, missed out of sight, came later.
    ground: String,
    /// Whether somebody should look before taking the proposal.
    doubtful: bool,
    final_mark: String,
}

pub(crate) fn grid(grid: &Grid, member: &Member, today: NaiveDate, views: &Views) -> GridPage {
    let base = member.path(&format!("/journal/{}/{}", grid.class.id, grid.subject.id));
    let locks = LockWords::new(views);
    GridPage {
        class: grid.class.name(),
        subject: grid.subject.name.clone(),
        extra: format!("{}|{:.2}", grid.extra.0, grid.extra.1),
        teachers: grid.teachers.join(", "),
        links: links(grid, member, today),
        view_url: member.path("/journal/view"),
        ops_url: member.path("/journal/ops"),
        cell_url: member.path("/journal/cell"),
        lesson_url: member.path("/journal/lesson"),
        journals_url: member.path("/journal"),
        at: grid.at.timestamp_millis(),
        letters: grid.letters,
        thresholds: [grid.thresholds.t5, grid.thresholds.t4, grid.thresholds.t3]
            .map(|it| it.to_string())
            .join(" "),
        account: member.actor.account.get(),
        scale: scale(grid.scale()),
        one_allowed: grid.one_allowed,
        without_marks: grid.without_marks(),
        writable: grid.writable,
        archived: grid.archived,
        choices: grid.choices.iter().map(|it| it.code()).collect(),
        median: grid.shows(GridChoice::Median) && !grid.without_marks(),
        missed: grid.shows(GridChoice::Missed),
        most_missed: grid.most_missed,
        closing: grid.closing,
        ends: grid.closing || grid.rows.iter().any(|it| !it.final_mark.is_empty()),
        heads: heads(grid, member, today),
        works: works(grid, today),
        rows: grid
            .rows
            .iter()
            .map(|it| row(it, grid, member, today, &locks))
            .collect(),
        pupils: grid.rows.len(),
        columns: grid.columns.iter().map(|it| it.works.len()).sum(),
        fillings: fillings(grid, today),
        sums: sums(grid, today),
        base,
    }
}

pub(crate) fn terms(
    terms: &[Period],
    current: Option<curriculum::PeriodId>,
    href: impl Fn(curriculum::PeriodId) -> String,
) -> Vec<TermLink> {
    terms
        .iter()
        .map(|it| TermLink {
            href: href(it.id),
            kind: match it.kind {
                PeriodKind::Quarter => "quarter",
                PeriodKind::Trimester => "trimester",
                PeriodKind::Half => "half",
                PeriodKind::Year => "year",
            },
            number: it.number,
            current: current == Some(it.id),
        })
        .collect()
}

const fn scale(scale: Scale) -> &'static str {
    match scale {
        Scale::Five => "5",
        Scale::Ten => "10",
        Scale::Twelve => "12",
        Scale::Hundred => "100",
        Scale::Pass => "pass",
    }
}

fn fillings(grid: &Grid, today: NaiveDate) -> Vec<Filling> {
    let days = grid
        .columns
        .iter()
        .flat_map(|it| it.works.iter().map(|_| it.held_on));
    let mut fillings: Vec<Filling> = days
        .map(|it| Filling {
            today: it == today,
            ..Filling::default()
        })
        .collect();
    for row in &grid.rows {
        for (filling, cell) in fillings.iter_mut().zip(&row.cells) {
            let is_filled = !cell.mark.is_empty() || cell.attendance != Attendance::Present;
            filling.of += usize::from(cell.locked != Some(Locked::NotEnrolled));
            filling.filled += usize::from(is_filled);
        }
    }
    fillings
}

fn sums(grid: &Grid, today: NaiveDate) -> Sums {
    let averages: Vec<Decimal> = grid.rows.iter().filter_map(|it| it.average).collect();
    let count = Decimal::from(averages.len());
    let share = |least: Decimal| {
        let reached = averages.iter().filter(|it| **it >= least).count();
        let percent = Decimal::from(reached * 100).checked_div(count)?;
        (grid.scale() == Scale::Five).then(|| percent.round().to_string())
    };
    let starts = grid.columns.iter().scan(0, |place, it| {
        let start = *place;
        *place += it.works.len();
        Some((it.held_on, start))
    });
    let lesson = starts.into_iter().find(|(day, _)| *day == today);
    Sums {
        absent: lesson.map(|(_, place)| {
            let cells = grid.rows.iter().filter_map(|it| it.cells.get(place));
            cells.filter(|it| it.attendance.missed()).count()
        }),
        class_average: averages
            .iter()
            .sum::<Decimal>()
            .checked_div(count)
            .map(show2)
            .unwrap_or_default(),
        quality: share(grid.thresholds.t4),
        success: share(grid.thresholds.t3),
    }
}

fn heads(grid: &Grid, member: &Member, today: NaiveDate) -> Vec<Head> {
    grid.columns
        .iter()
        .map(|it| Head {
            href: member.path(&format!("/journal/lesson/{}", it.lesson)),
            held_on: it.held_on,
            topic: it.topic.clone(),
            homework: !it.homework.is_empty() || it.no_homework,
            files: it.files,
            remark: it.remark,
            cancelled: it.cancelled,
            today: it.held_on == today,
            span: it.works.len(),
        })
        .collect()
}

fn works(grid: &Grid, today: NaiveDate) -> Vec<WorkCell> {
    let of_column = |column: &crate::Column| {
        let (lesson, today) = (column.lesson.get(), column.held_on == today);
        column
            .works
            .iter()
            .map(|it| WorkCell {
                lesson,
                work: it.work.map(crate::WorkId::get),
                version: it.version,
                name: it.name.clone(),
                abbr: it.abbr.clone(),
                topic: it.topic.clone(),
                weight: it.weight.normalize().to_string(),
                counts: format!("{:.2}", grid.averaging.weight(it.weight)),
                plain: it.weight == Decimal::ONE,
                answer: it.answer,
                owed: it.owed,
                today,
            })
            .collect::<Vec<_>>()
    };
    grid.columns.iter().flat_map(of_column).collect()
}

fn row(
    row: &crate::GridRow,
    grid: &Grid,
    member: &Member,
    today: NaiveDate,
    locks: &LockWords,
) -> Row {
    let places = grid.columns.iter().flat_map(|column| {
        column
            .works
            .iter()
            .enumerate()
            .map(move |(place, head)| (column, place, head))
    });
    let mut cells = String::with_capacity(row.cells.len() * CELL_BYTES);
    for ((column, place, head), cell) in places.zip(&row.cells) {
        let id = (
            column.lesson.get(),
            row.pupil.get(),
            head.work.map(crate::WorkId::get),
        );
        cells.push_str("<td role=\"gridcell\" tabindex=\"-1\" ");
        attrs(&mut cells, id, cell, column.held_on == today, locks);
        cells.push('>');
        cells.push_str(&cell_text(cell, place == 0, grid.letters));
        cells.push_str("</td>");
    }
    Row {
        id: row.pupil.get(),
        href: member.path(&format!("/people/pupils/{}", row.pupil)),
        name: row.name.clone(),
        left_on: row.left_on,
        former_href: row
            .former
            .then(|| member.path(&format!("/people/pupils/{}/former-marks", row.pupil))),
        cells,
        average: row.average.map(show2).unwrap_or_default(),
        level: row.average.map(level).unwrap_or_default(),
        rest: rest(&row.rest),
        median: row
            .median
            .map(|it| show(it, u32::from(!it.is_integer())))
            .unwrap_or_default(),
        missed: row.missed.0,
        missed_rest: row.missed.1,
        proposal: row
            .proposal
            .as_ref()
            .map_or_else(String::new, |it| it.value.text().to_owned()),
        ground: ground(row),
        doubtful: row.proposal.as_ref().is_some_and(|it| !it.is_certain()),
        final_mark: row.final_mark.clone(),
    }
}

fn ground(row: &crate::GridRow) -> String {
    let it = row.ground;
    let later = if it.came_later { " 1" } else { "" };
    format!("{} {} {}{later}", it.least, it.lessons, row.missed.1)
}

/// Values are of our scales, so nothing in them needs escaping.
fn rest(marks: &[(String, Decimal)]) -> Option<String> {
    let pairs: Vec<String> = marks
        .iter()
        .map(|(value, weight)| format!("[\"{value}\",\"{weight:.2}\"]"))
        .collect();
    (!pairs.is_empty()).then(|| format!("[{}]", pairs.join(",")))
}

/// An absence stands in the first cell of its lesson.
pub(crate) fn cell_text(cell: &GridCell, first: bool, letters: bool) -> String {
    let absence = match (first, letters) {
        (false, _) => "",
        (true, true) => cell.attendance.letter(),
        (true, false) => cell.attendance.code(),
    };
    match (absence, cell.mark.as_str()) {
        ("", mark) => mark.to_owned(),
        (absence, "") => absence.to_owned(),
        (absence, mark) => format!("{absence} {mark}"),
    }
}

fn attrs(
    attrs: &mut String,
    (lesson, pupil, work): (i64, i64, Option<i64>),
    cell: &GridCell,
    today: bool,
    locks: &LockWords,
) {
    use std::fmt::Write;
    // Writing to a String cannot fail.
    let _ = write!(attrs, "id=\"c-{lesson}-{pupil}");
    let _ = work.map(|it| write!(attrs, "-{it}"));
    let _ = write!(attrs, "\" class=\"cell");
    attrs.push_str(if today { " today" } else { "" });
    let only_absent = cell.mark.is_empty() && cell.attendance != Attendance::Present;
    attrs.push_str(if only_absent { " absence\"" } else { "\"" });
    let _ = write!(attrs, " data-l={lesson} data-p={pupil}");
    let _ = work.map(|it| write!(attrs, " data-w={it}"));
    if cell.mark_version > 0 {
        let _ = write!(attrs, " data-v={}", cell.mark_version);
    }
    if cell.attendance_version > 0 {
        let _ = write!(
            attrs,
            " data-av={} data-a=\"{}\"",
            cell.attendance_version,
            cell.attendance.code()
        );
    }
    if cell.commented {
        attrs.push_str(" data-c");
    }
    if let Some(why) = cell.locked {
        attrs.push_str(locks.of(why));
    }
}

/// The attributes of locked cells, made once for a page.
struct LockWords([String; 7]);

const LOCKS: [Locked; 7] = [
    Locked::NotEnrolled,
    Locked::NotYours,
    Locked::Cancelled,
    Locked::Ahead,
    Locked::Archived,
    Locked::Signed,
    Locked::WindowOver,
];

impl LockWords {
    fn new(views: &Views) -> Self {
        Self(LOCKS.map(|it| {
            let out = if it == Locked::NotEnrolled {
                " data-lock=out"
            } else {
                ""
            };
            format!(
                " aria-readonly=true{out} title=\"{}\"",
                views.word(it.code()).replace('"', "&quot;")
            )
        }))
    }

    fn of(&self, why: Locked) -> &str {
        let place = LOCKS.iter().position(|it| *it == why);
        place
            .and_then(|it| self.0.get(it))
            .map_or("", String::as_str)
    }
}

/// How an average is set off (`ux.md` §4.6).
fn level(average: Decimal) -> &'static str {
    let shown = round2_half_up(average);
    if is_borderline(average) {
        "edge"
    } else if shown >= Decimal::new(450, 2) {
        "high"
    } else if shown < Decimal::new(250, 2) {
        "low"
    } else {
        ""
    }
}
