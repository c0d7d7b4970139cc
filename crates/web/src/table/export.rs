//! The rows and columns shown, as a file.

use std::collections::BTreeMap;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Fault, Kind as FaultKind};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::{Row, Value, select::Selection, view};
use crate::{
    Views, Visit,
    paper::{Block, Paper},
    print::Footer,
};

/// A hundred pages or so. Who needs more needs a workbook.
const PAPER_ROWS: usize = 3_000;

/// A file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the workbook could not be written")]
    Xlsx(#[from] XlsxError),
    #[error("the CSV file could not be written")]
    Csv(#[from] csv::Error),
    #[error("the CSV file could not be finished")]
    Finish,
    #[error("the list is too long for paper")]
    TooLong,
}

impl Fault for ExportError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::TooLong => FaultKind::Invalid,
            Self::Xlsx(_) | Self::Csv(_) | Self::Finish => FaultKind::Bug,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "list-too-long",
            Self::Xlsx(_) | Self::Csv(_) | Self::Finish => "bug",
        }
    }
}

/// A file to save, under a plain ASCII name.
pub(crate) fn download(name: &str, content_type: &'static str, bytes: Vec<u8>) -> Response {
    let plain: String = name
        .chars()
        .map(|it| {
            if it.is_ascii_alphanumeric() || "-_.".contains(it) {
                it
            } else {
                '-'
            }
        })
        .collect();
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// The media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// UTF-8 with a mark and semicolons, as Excel on a Russian Windows opens it.
pub(super) fn csv(selection: &Selection<'_>, visit: &Visit) -> Result<Response, ExportError> {
    let rows = selection.rows.iter().map(|row| {
        let cells = selection.columns.iter();
        cells
            .map(|it| csv_cell(selection, row, *it, visit))
            .collect()
    });
    let head = labels(selection).iter().map(|it| harmless(it)).collect();
    let bytes = csv_of(std::iter::once(head).chain(rows))?;
    Ok(download(
        &file_name(selection, visit, "csv"),
        "text/csv; charset=utf-8",
        bytes,
    ))
}

/// Rows of texts, which their writers made harmless.
pub(super) fn csv_of(rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, ExportError> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let mut out = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut bytes);
    for row in rows {
        out.write_record(&row)?;
    }
    out.flush().map_err(|_| ExportError::Finish)?;
    drop(out);
    Ok(bytes)
}

fn csv_cell(selection: &Selection<'_>, row: &Row, column: usize, visit: &Visit) -> String {
    match value(row, column) {
        Value::Number(number) => plain_number(*number),
        Value::Moment(at) => at
            .with_timezone(&visit.zone())
            .format("%d.%m.%Y %H:%M")
            .to_string(),
        _ => harmless(&selection.text(row, column)),
    }
}

/// As a spreadsheet in Russian reads it: no spaces between thousands.
pub(super) fn plain_number(number: Decimal) -> String {
    number.to_string().replace('.', ",")
}

/// A text that a spreadsheet would run as a formula gets an apostrophe
/// (security.md §1.7, 15).
pub(super) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        return format!("'{text}");
    }
    text.to_owned()
}

/// Real numbers and dates; texts are texts whatever they begin with.
pub(super) fn xlsx(
    selection: &Selection<'_>,
    visit: &Visit,
    views: &Views,
) -> Result<Response, ExportError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    write_head(sheet, &labels(selection))?;
    for (index, row) in selection.rows.iter().enumerate() {
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        for (place, column) in selection.columns.iter().enumerate() {
            let place = u16::try_from(place).unwrap_or(u16::MAX);
            write_cell(sheet, line, place, selection, row, *column, visit)?;
        }
    }
    sheet.autofit();
    print_set_up(sheet, &selection.title(), &Footer::of(views, visit), views);
    let bytes = book.save_to_buffer()?;
    Ok(download(&file_name(selection, visit, "xlsx"), XLSX, bytes))
}

/// A4, with the number of rows below; a list too long for paper is refused.
pub(super) fn pdf(
    selection: &Selection<'_>,
    visit: &Visit,
    views: &Views,
) -> Result<Paper, ExportError> {
    if selection.rows.len() > PAPER_ROWS {
        return Err(ExportError::TooLong);
    }
    let (title, grid) = view::print(selection, visit).into_grid();
    let count = format!("{}: {}", views.word("table.count"), grid.rows.len());
    let mut paper = Paper::new(views, visit, &file_stem(selection, visit), title.clone());
    paper.landscape = grid.is_wide();
    Ok(paper
        .with(Block::heading(title))
        .with(Block::Table(grid))
        .with(Block::text(count)))
}

fn write_head(sheet: &mut Worksheet, labels: &[String]) -> Result<(), XlsxError> {
    let head = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter);
    for (place, label) in (0u16..).zip(labels) {
        sheet.write_string_with_format(0, place, label, &head)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    line: u32,
    place: u16,
    selection: &Selection<'_>,
    row: &Row,
    column: usize,
    visit: &Visit,
) -> Result<(), XlsxError> {
    match value(row, column) {
        Value::Empty => {}
        Value::Number(number) => {
            let places = selection.list.columns[column]
                .places
                .unwrap_or(number.scale());
            let shape = match places {
                0 => "#,##0".to_owned(),
                places => format!("#,##0.{}", "0".repeat(places as usize)),
            };
            let format = Format::new().set_num_format(shape);
            sheet.write_number_with_format(
                line,
                place,
                number.to_f64().unwrap_or_default(),
                &format,
            )?;
        }
        Value::Date(day) => {
            write_day(sheet, line, place, *day)?;
        }
        Value::Moment(at) => {
            let format = Format::new().set_num_format("dd.mm.yyyy hh:mm");
            let local = at
                .with_timezone(&visit.zone())
                .format("%Y-%m-%dT%H:%M:%S")
                .to_string();
            sheet.write_datetime_with_format(
                line,
                place,
                ExcelDateTime::parse_from_str(&local)?,
                &format,
            )?;
        }
        Value::Text(_) | Value::Word(_) | Value::Phone(_) => {
            let text: String = selection.text(row, column).chars().take(32_767).collect();
            sheet.write_string(line, place, text)?;
        }
    }
    Ok(())
}

/// A day that a spreadsheet can sort and count with.
pub(super) fn write_day(
    sheet: &mut Worksheet,
    line: u32,
    place: u16,
    day: NaiveDate,
) -> Result<(), XlsxError> {
    let format = Format::new().set_num_format("dd.mm.yyyy");
    let day = ExcelDateTime::parse_from_str(&day.format("%Y-%m-%d").to_string())?;
    sheet.write_datetime_with_format(line, place, day, &format)?;
    Ok(())
}

/// A4 with the title above and the foot of S2:4.5 below.
pub(super) fn print_set_up(sheet: &mut Worksheet, title: &str, footer: &Footer, views: &Views) {
    let pages = [("number", "&P"), ("count", "&N")];
    let pages = pages.map(|(name, code)| (name.to_owned(), code.to_owned()));
    let pages = views.phrase("print.page", &BTreeMap::from(pages));
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_header(format!("&L{}&R{}", plain(&footer.org), plain(title)));
    sheet.set_footer(format!("&L&8{}&R&8{pages}", plain(&footer.text)));
}

/// A text in a head or foot of Excel, which takes 255 signs in all and reads `&` as a command.
fn plain(text: &str) -> String {
    text.chars()
        .take(110)
        .collect::<String>()
        .replace('&', "&&")
}

fn labels(selection: &Selection<'_>) -> Vec<String> {
    let all = &selection.list.columns;
    selection
        .columns
        .iter()
        .map(|it| selection.label(&all[*it]))
        .collect()
}

fn value(row: &Row, column: usize) -> &Value {
    row.cells.get(column).map_or(&Value::Empty, |it| &it.value)
}

fn file_name(selection: &Selection<'_>, visit: &Visit, extension: &str) -> String {
    format!("{}.{extension}", file_stem(selection, visit))
}

fn file_stem(selection: &Selection<'_>, visit: &Visit) -> String {
    let day = selection.views.today(visit);
    format!("{}-{}", selection.list.id, day.format("%Y-%m-%d"))
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_text_becomes_a_formula() {
        for bad in ["=1+1", "+7 861", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert!(harmless(bad).starts_with('\''), "{bad:?}");
        }
        assert_eq!(harmless("Иванова-Петрова"), "Иванова-Петрова");
    }
}
