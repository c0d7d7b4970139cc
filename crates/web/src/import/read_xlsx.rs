use std::{collections::BTreeMap, io::Cursor};

use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::{
    RawValue, ReadError, SheetRow, archive,
    read::{MOST_COLUMNS, MOST_ROWS},
    sheet::Grid,
};

/// Reads the first visible sheet that has the header, otherwise the first one with rows.
///
/// Cells are taken one by one: a sheet that claims a cell in its last row is
/// refused before anything of that size is made.
pub(super) fn grid(
    bytes: &[u8],
    has_header: impl Fn(&[SheetRow]) -> bool,
) -> Result<Grid, ReadError> {
    archive::inspect(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| ReadError::Damaged)?;
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|it| it.visible == SheetVisible::Visible)
        .map(|it| it.name.clone())
        .collect();
    let mut first = None;
    for name in names.iter().take(20) {
        let grid = match sheet(&mut book, name) {
            Ok(grid) => grid,
            // A sheet that is no help must not hide one that is.
            Err(error) => {
                first.get_or_insert(Err(error));
                continue;
            }
        };
        if has_header(&grid) {
            return Ok(grid);
        }
        if !grid.is_empty() && !matches!(first, Some(Ok(_))) {
            first = Some(Ok(grid));
        }
    }
    first.unwrap_or(Err(ReadError::Empty))
}

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Grid, ReadError> {
    let damaged = |_| ReadError::Damaged;
    let mut reader = book.worksheet_cells_reader(name).map_err(damaged)?;
    let mut rows: BTreeMap<u32, BTreeMap<usize, RawValue>> = BTreeMap::new();
    while let Some(cell) = reader.next_cell().map_err(damaged)? {
        let value = raw(cell.get_value());
        if value.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let column = column as usize;
        if column >= MOST_COLUMNS {
            return Err(ReadError::TooManyColumns);
        }
        rows.entry(row).or_default().insert(column, value);
        if rows.len() > MOST_ROWS + 100 {
            return Err(ReadError::TooManyRows);
        }
    }
    Ok(rows
        .into_iter()
        .map(|(row, cells)| line(row, cells))
        .collect())
}

fn line(row: u32, mut cells: BTreeMap<usize, RawValue>) -> SheetRow {
    let width = cells.last_key_value().map_or(0, |it| it.0 + 1);
    SheetRow {
        number: row.saturating_add(1),
        cells: (0..width)
            .map(|it| cells.remove(&it).unwrap_or(RawValue::Empty))
            .collect(),
    }
}

fn raw(value: &DataRef<'_>) -> RawValue {
    match value {
        DataRef::Empty | DataRef::Error(_) => RawValue::Empty,
        DataRef::String(text) | DataRef::DurationIso(text) => RawValue::text(text),
        DataRef::SharedString(text) => RawValue::text(text),
        DataRef::DateTimeIso(text) => iso(text),
        #[expect(
            clippy::cast_precision_loss,
            reason = "a cell of Excel is a float anyway"
        )]
        DataRef::Int(number) => RawValue::Number(*number as f64),
        DataRef::Float(number) => RawValue::Number(*number),
        DataRef::Bool(flag) => RawValue::Flag(*flag),
        DataRef::DateTime(at) => excel_moment(at),
    }
}

fn iso(text: &str) -> RawValue {
    let moment = || text.parse::<NaiveDateTime>().map(RawValue::moment);
    let day = || text.parse::<NaiveDate>().map(RawValue::Date);
    moment()
        .or_else(|_| day())
        .unwrap_or_else(|_| RawValue::text(text))
}

/// A serial number below one is a time of day.
fn excel_moment(at: &calamine::ExcelDateTime) -> RawValue {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    if (0.0..1.0).contains(&at.as_f64()) {
        let time = NaiveTime::from_hms_opt(hour.into(), minute.into(), second.into());
        return time.map_or(RawValue::Empty, RawValue::Time);
    }
    let day = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
    day.map_or(RawValue::Number(at.as_f64()), RawValue::Date)
}
