use axum::response::Response;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::{
    Value,
    export::{
        ExportError, XLSX, csv_of, download, harmless, plain_number, print_set_up, write_day,
    },
};
use crate::{Failure, Views, Visit, print::Footer};

/// A table whose columns are known only when it is asked for, as a file: the
/// lessons of a journal, the subjects of a class. Lists have the table kit.
#[derive(Clone, Debug)]
pub struct Book {
    /// The name of the file without its end, ASCII.
    pub name: String,
    /// Above every printed page.
    pub title: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Value>>,
    /// So many columns on the left stay in sight.
    pub pinned: u16,
    /// Where not empty, a hidden first row, and the first column is hidden
    /// too: by them the file is understood when it comes back.
    pub keys: Vec<String>,
}

impl Book {
    /// The table as a workbook, printed on A4 landscape with the foot of S2:4.5.
    ///
    /// # Errors
    /// The workbook cannot be written.
    pub fn xlsx(&self, views: &Views, visit: &Visit) -> Result<Response, Failure> {
        self.xlsx_under(views, &Footer::of(views, visit))
    }

    /// The same with that foot.
    ///
    /// # Errors
    /// The workbook cannot be written.
    pub fn xlsx_under(&self, views: &Views, footer: &Footer) -> Result<Response, Failure> {
        let bytes = self.bytes(views, footer)?;
        Ok(download(&format!("{}.xlsx", self.name), XLSX, bytes))
    }

    /// The workbook itself, to be kept.
    ///
    /// # Errors
    /// The workbook cannot be written.
    pub fn bytes(&self, views: &Views, footer: &Footer) -> Result<Vec<u8>, ExportError> {
        Ok(self.workbook(footer, views)?)
    }

    /// The table as CSV for Excel in Russian.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn csv(&self) -> Result<Response, Failure> {
        let rows = self.rows.iter().map(|row| row.iter().map(text).collect());
        let head = self.head.iter().map(|it| harmless(it)).collect();
        let bytes = csv_of(std::iter::once(head).chain(rows))?;
        let name = format!("{}.csv", self.name);
        Ok(download(&name, "text/csv; charset=utf-8", bytes))
    }

    fn workbook(&self, footer: &Footer, views: &Views) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let first = u32::from(!self.keys.is_empty());
        let bold = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter);
        for (place, label) in (0u16..).zip(&self.head) {
            sheet.write_string_with_format(first, place, label, &bold)?;
        }
        for (line, row) in (first + 1..).zip(&self.rows) {
            for (place, value) in (0u16..).zip(row) {
                write(sheet, line, place, value)?;
            }
        }
        sheet.autofit();
        if first == 1 {
            self.write_keys(sheet)?;
        }
        sheet.set_freeze_panes(first + 1, self.pinned)?;
        sheet.set_repeat_rows(first, first)?;
        sheet.set_landscape();
        print_set_up(sheet, &self.title, footer, views);
        book.save_to_buffer()
    }

    /// What is typed into the sheet stays text: Excel makes days of «4/5».
    fn write_keys(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let typed = Format::new()
            .set_num_format("@")
            .set_align(FormatAlign::Center);
        for (place, key) in (0u16..).zip(&self.keys) {
            sheet.write_string(0, place, key)?;
            if place >= self.pinned {
                sheet.set_column_format(place, &typed)?;
                sheet.set_column_width(place, 7)?;
            }
        }
        sheet.set_row_hidden(0)?;
        sheet.set_column_hidden(0)?;
        Ok(())
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => harmless(text),
        Value::Number(number) => plain_number(*number),
        Value::Date(day) => kernel::dates::show_date(*day),
        _ => String::new(),
    }
}

fn write(sheet: &mut Worksheet, line: u32, place: u16, value: &Value) -> Result<(), XlsxError> {
    match value {
        Value::Number(number) => {
            let places = "0".repeat(number.scale() as usize);
            let shape = if places.is_empty() {
                "0".to_owned()
            } else {
                format!("0.{places}")
            };
            let format = Format::new().set_num_format(shape);
            let number = number.to_f64().unwrap_or_default();
            sheet.write_number_with_format(line, place, number, &format)?;
        }
        Value::Date(day) => write_day(sheet, line, place, *day)?,
        Value::Text(text) => {
            sheet.write_string(line, place, text)?;
        }
        _ => {}
    }
    Ok(())
}
