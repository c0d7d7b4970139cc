use std::collections::HashMap;

use axum::response::Response;
use rust_xlsxwriter::{Color, DataValidation, Format, Workbook, Worksheet, XlsxError};

use super::{Column, ImportSpec, Kind, RawValue, RowError, Sheet};
use crate::{
    Failure, Views,
    table::{ExportError, XLSX, download},
};

/// Rows of a template that are prepared for typing.
const PREPARED: u32 = 1_000;

/// The template to download: titles (required ones in bold), lists of choices, sample rows.
///
/// # Errors
/// The workbook cannot be written.
pub fn template_xlsx(
    spec: &ImportSpec,
    views: &Views,
    samples: &[&[&str]],
) -> Result<Response, Failure> {
    let bytes = template(spec, views, samples).map_err(ExportError::from)?;
    Ok(download(&format!("{}.xlsx", spec.id), XLSX, bytes))
}

fn template(spec: &ImportSpec, views: &Views, samples: &[&[&str]]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (place, column) in (0u16..).zip(&spec.columns) {
        write_title(sheet, place, column, views)?;
        prepare(sheet, place, column)?;
    }
    for (line, sample) in (1u32..).zip(samples) {
        for (place, text) in (0u16..).zip(*sample) {
            sheet.write_string_with_format(
                line,
                place,
                *text,
                &Format::new().set_num_format("@"),
            )?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}

fn write_title(
    sheet: &mut Worksheet,
    place: u16,
    column: &Column,
    views: &Views,
) -> Result<(), XlsxError> {
    let format = Format::new()
        .set_text_wrap()
        .set_background_color(Color::RGB(0x00E8_EEF4));
    let format = if column.required {
        format.set_bold()
    } else {
        format
    };
    sheet.write_string_with_format(0, place, column.label(), &format)?;
    let note = rust_xlsxwriter::Note::new(column.expected(views)).add_author_prefix(false);
    sheet.insert_note(0, place, &note)?;
    sheet.set_column_width(place, 22)?;
    Ok(())
}

/// Cells are texts, so that Excel eats no zero of a СНИЛС; choices are lists.
fn prepare(sheet: &mut Worksheet, place: u16, column: &Column) -> Result<(), XlsxError> {
    sheet.set_column_format(place, &Format::new().set_num_format("@"))?;
    let Kind::Choice(_) = column.kind else {
        return Ok(());
    };
    let texts: Vec<String> = column
        .choices
        .iter()
        .filter_map(|it| it.1.first().cloned())
        .collect();
    // Excel keeps a list inside a validation only up to 255 signs.
    if texts.iter().map(|it| it.chars().count() + 1).sum::<usize>() > 250 {
        return Ok(());
    }
    let list = DataValidation::new().allow_list_strings(&texts)?;
    sheet.add_data_validation(1, place, PREPARED, place, &list)?;
    Ok(())
}

/// The rows with mistakes as they were, with a column «Ошибка» that says what is wrong (check 24).
///
/// # Errors
/// The workbook cannot be written.
pub fn errors_xlsx(
    spec: &ImportSpec,
    views: &Views,
    sheet: &Sheet,
    errors: &[RowError],
) -> Result<Response, Failure> {
    let bytes = bad_rows(spec, views, sheet, errors).map_err(ExportError::from)?;
    Ok(download(&format!("{}-errors.xlsx", spec.id), XLSX, bytes))
}

fn bad_rows(
    spec: &ImportSpec,
    views: &Views,
    sheet: &Sheet,
    errors: &[RowError],
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let out = book.add_worksheet();
    let bold = Format::new().set_bold().set_text_wrap();
    let last = u16::try_from(sheet.headers.len()).unwrap_or(u16::MAX);
    for (place, title) in (0u16..).zip(&sheet.headers) {
        out.write_string_with_format(0, place, title, &bold)?;
    }
    out.write_string_with_format(0, last, views.word("import.col.error"), &bold)?;
    let mut by_row: HashMap<u32, Vec<&RowError>> = HashMap::new();
    for error in errors {
        by_row.entry(error.row).or_default().push(error);
    }
    let bad = sheet
        .rows
        .iter()
        .filter_map(|row| Some((row, by_row.get(&row.number)?)));
    for (line, (row, own)) in (1u32..).zip(bad) {
        for (place, cell) in (0u16..).zip(&row.cells) {
            write_raw(out, line, place, cell)?;
        }
        let said: Vec<String> = own.iter().map(|it| sentence(it, spec, views)).collect();
        out.write_string(line, last, said.join("\n"))?;
    }
    out.set_freeze_panes(1, 0)?;
    out.autofit();
    book.save_to_buffer()
}

/// «Дата рождения: Это не дата (нужно: …)»
fn sentence(error: &RowError, spec: &ImportSpec, views: &Views) -> String {
    let label = spec.label(error.column);
    format!(
        "{label}: {} ({})",
        error.text(views),
        error.expected(spec, views)
    )
}

fn write_raw(out: &mut Worksheet, line: u32, place: u16, cell: &RawValue) -> Result<(), XlsxError> {
    match cell {
        RawValue::Empty => {}
        RawValue::Number(number) => {
            out.write_number(line, place, *number)?;
        }
        other => {
            out.write_string(line, place, other.show())?;
        }
    }
    Ok(())
}
