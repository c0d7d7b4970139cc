use encoding_rs::WINDOWS_1251;

use super::{
    RawValue, ReadError, SheetRow,
    read::{MOST_COLUMNS, MOST_ROWS},
    sheet::Grid,
};

/// Reads a text of separated values; the separator is the one that makes the most columns.
pub(super) fn grid(bytes: &[u8]) -> Result<Grid, ReadError> {
    let text = decode(bytes)?;
    let separator = separator(&text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut grid = vec![];
    for record in reader.records() {
        let record = record.map_err(|_| ReadError::NotATable)?;
        let number = record.position().map_or(1, csv::Position::line);
        let cells: Vec<RawValue> = record.iter().map(RawValue::text).collect();
        let width = cells
            .iter()
            .rposition(|it| !it.is_empty())
            .map_or(0, |it| it + 1);
        if width > MOST_COLUMNS {
            return Err(ReadError::TooManyColumns);
        }
        // Room for a header and the titles above it.
        if grid.len() > MOST_ROWS + 100 {
            return Err(ReadError::TooManyRows);
        }
        grid.push(SheetRow {
            number: u32::try_from(number).unwrap_or(u32::MAX),
            cells: cells.into_iter().take(width).collect(),
        });
    }
    Ok(grid)
}

/// UTF-8, with or without a mark; UTF-16 with a mark; otherwise windows-1251.
fn decode(bytes: &[u8]) -> Result<String, ReadError> {
    let text = match bytes {
        [0xff, 0xfe, ..] => encoding_rs::UTF_16LE.decode(bytes).0.into_owned(),
        [0xfe, 0xff, ..] => encoding_rs::UTF_16BE.decode(bytes).0.into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
            Err(_) => WINDOWS_1251.decode(bytes).0.into_owned(),
        },
    };
    // A picture or a program is no list, whatever letters its bytes make.
    let strange = |it: char| it.is_control() && !"\t\r\n".contains(it);
    if text.chars().any(strange) {
        return Err(ReadError::NotATable);
    }
    Ok(text)
}

/// Counted outside of quotes in the first lines.
fn separator(text: &str) -> u8 {
    let mut counts = [(b';', 0u32), (b'\t', 0), (b',', 0)];
    let mut quoted = false;
    for byte in text.bytes().take(64 * 1024) {
        if byte == b'"' {
            quoted = !quoted;
        }
        for (separator, count) in &mut counts {
            *count += u32::from(!quoted && byte == *separator);
        }
    }
    // In a list of decimals commas may be many: a semicolon or tab in use decides.
    let used = counts
        .iter()
        .find(|it| it.0 != b',' && it.1 > 0 && it.1 * 4 >= counts[2].1);
    used.map_or(b',', |it| it.0)
}
