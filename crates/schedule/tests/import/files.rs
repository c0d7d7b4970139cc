//! Files as offices write them.

use rust_xlsxwriter::{Format, Workbook};
use web::import::{ImportSpec, read};

/// A cell of a workbook.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Text(String),
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// A workbook with these rows and nothing else.
pub(crate) fn xlsx<R: AsRef<[Cell]>>(rows: &[R]) -> Vec<u8> {
    workbook(rows, |_| {})
}

/// A workbook in which an office has been at work.
pub(crate) fn workbook<R: AsRef<[Cell]>>(
    rows: &[R],
    more: impl Fn(&mut rust_xlsxwriter::Worksheet),
) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in (0u32..).zip(rows) {
        for (place, cell) in (0u16..).zip(row.as_ref()) {
            match cell {
                Cell::Text(text) => sheet.write_string(line, place, text).unwrap(),
                Cell::Number(number) => sheet.write_number(line, place, *number).unwrap(),
            };
        }
    }
    more(sheet);
    book.save_to_buffer().unwrap()
}

/// Two cells made one, as titles of official forms are.
pub(crate) fn merge(
    sheet: &mut rust_xlsxwriter::Worksheet,
    row: u32,
    from: u16,
    to: u16,
    text: &str,
) {
    sheet
        .merge_range(row, from, row, to, text, &Format::new())
        .unwrap();
}

/// Rows separated by semicolons, in windows-1251.
pub(crate) fn windows_1251(rows: &[&str]) -> Vec<u8> {
    encoding_rs::WINDOWS_1251
        .encode(&rows.join("\r\n"))
        .0
        .into_owned()
}

/// Rows as the kit reads them back, header first.
pub(crate) fn read_back(bytes: &[u8], spec: &ImportSpec) -> (Vec<String>, Vec<Vec<String>>) {
    let sheet = read(bytes, spec).expect("the file is read");
    let rows = sheet
        .rows
        .iter()
        .map(|it| it.cells.iter().map(web::import::RawValue::show).collect());
    (sheet.headers.clone(), rows.collect())
}

/// Row of texts.
pub(crate) fn row(cells: &[&str]) -> Vec<Cell> {
    cells.iter().map(|it| Cell::from(*it)).collect()
}
