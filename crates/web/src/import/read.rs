use std::panic::{AssertUnwindSafe, catch_unwind};

use kernel::{Fault, Kind};

use super::{ImportSpec, RawValue, Sheet, SheetRow, read_csv, read_xlsx, sheet::Grid};

/// The largest file taken.
pub(super) const MOST_BYTES: usize = 10 * 1024 * 1024;
pub(super) const MOST_ROWS: usize = 20_000;
pub(super) const MOST_COLUMNS: usize = 200;
/// Titles, dates and stamps of an office stand above the header, not more.
const HEADER_WITHIN: usize = 30;

/// Why a file is not taken at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("the file is larger than 10 MB")]
    TooLarge,
    #[error("the file unpacks to more than 200 MB or to too many parts")]
    UnpackedTooLarge,
    #[error("there are more than 20,000 rows")]
    TooManyRows,
    #[error("there are more than 200 columns")]
    TooManyColumns,
    #[error("this is neither XLSX nor CSV")]
    NotATable,
    #[error("this is an old or encrypted Excel file")]
    OldExcel,
    #[error("this is an OpenDocument file")]
    OpenDocument,
    #[error("the file is damaged")]
    Damaged,
    #[error("there are no rows")]
    Empty,
    #[error("no row has the titles of the columns")]
    NoHeader,
    #[error("no file was chosen")]
    NoFile,
}

impl Fault for ReadError {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "import.too-large",
            Self::UnpackedTooLarge => "import.unpacked-too-large",
            Self::TooManyRows => "import.too-many-rows",
            Self::TooManyColumns => "import.too-many-columns",
            Self::NotATable => "import.not-a-table",
            Self::OldExcel => "import.old-excel",
            Self::OpenDocument => "import.open-document",
            Self::Damaged => "import.damaged",
            Self::Empty => "import.empty",
            Self::NoHeader => "import.no-header",
            Self::NoFile => "import.no-file",
        }
    }
}

/// Reads XLSX, or CSV in UTF-8 or windows-1251 with commas, semicolons or
/// tabs. What it is, the bytes tell and not the name.
///
/// Takes some hundred milliseconds for a large file: call it off the async
/// threads, as [`super::Upload::read`] does.
///
/// # Errors
/// See [`ReadError`]. It never panics, whatever the bytes.
pub fn read(bytes: &[u8], spec: &ImportSpec) -> Result<Sheet, ReadError> {
    find_table(grid(bytes, |grid| header(grid, spec).is_some())?, spec)
}

/// Every row of the first sheet as it stands, for files that this system
/// itself made out; off the async threads like [`read`].
///
/// # Errors
/// See [`ReadError`]. It never panics, whatever the bytes.
pub fn rows(bytes: &[u8]) -> Result<Vec<SheetRow>, ReadError> {
    let rows = grid(bytes, |_| true)?;
    if rows.len() > MOST_ROWS {
        return Err(ReadError::TooManyRows);
    }
    Ok(rows)
}

fn grid(bytes: &[u8], is_right: impl Fn(&[SheetRow]) -> bool) -> Result<Grid, ReadError> {
    if bytes.len() > MOST_BYTES {
        return Err(ReadError::TooLarge);
    }
    match bytes {
        [] => Err(ReadError::Empty),
        [b'P', b'K', 3, 4, ..] => read_workbook(bytes, is_right),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(ReadError::OldExcel),
        _ => read_csv::grid(bytes),
    }
}

/// The reader of workbooks is foreign code over hostile bytes: where it panics, the file is damaged.
fn read_workbook(bytes: &[u8], is_right: impl Fn(&[SheetRow]) -> bool) -> Result<Grid, ReadError> {
    let work = || read_xlsx::grid(bytes, &is_right);
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(ReadError::Damaged))
}

/// Where the header is: the position of its row, and the title of each column.
struct Header {
    at: usize,
    titles: Vec<String>,
}

fn find_table(grid: Grid, spec: &ImportSpec) -> Result<Sheet, ReadError> {
    if grid
        .iter()
        .all(|row| row.cells.iter().all(RawValue::is_empty))
    {
        return Err(ReadError::Empty);
    }
    let Header { at, mut titles } = header(&grid, spec).ok_or(ReadError::NoHeader)?;
    let header_row = grid[at].number;
    let mut rows: Vec<SheetRow> = grid
        .into_iter()
        .skip(at + 1)
        .filter(|row| !row.cells.iter().all(RawValue::is_empty))
        .collect();
    if rows.first().is_some_and(is_numbering) {
        rows.remove(0);
    }
    if rows.is_empty() {
        return Err(ReadError::Empty);
    }
    if rows.len() > MOST_ROWS {
        return Err(ReadError::TooManyRows);
    }
    let filled = |column: usize| {
        rows.iter()
            .any(|it| it.cells.get(column).is_some_and(|it| !it.is_empty()))
    };
    let kept: Vec<usize> = (0..titles.len())
        .filter(|it| !titles[*it].is_empty() || filled(*it))
        .collect();
    for row in &mut rows {
        let cell = |it: &usize| row.cells.get(*it).cloned().unwrap_or(RawValue::Empty);
        row.cells = kept.iter().map(cell).collect();
    }
    let headers = kept
        .iter()
        .map(|it| std::mem::take(&mut titles[*it]))
        .collect();
    Ok(Sheet {
        header_row,
        headers,
        rows,
    })
}

/// The row among the first that knows the most titles. Two rows may make the
/// header together: cells merged downwards leave their text in the upper one,
/// cells merged sideways name the ones below.
fn header(grid: &[SheetRow], spec: &ImportSpec) -> Option<Header> {
    let mut best: Option<(usize, Header)> = None;
    for at in 0..grid.len().min(HEADER_WITHIN) {
        let above = at.checked_sub(1).map(|it| &grid[it]);
        let titles = titles(&grid[at], above, spec);
        let known = known(&titles, spec);
        // A row of data below the header would know the titles of the row above.
        let own = |it: (&RawValue, &String)| !it.0.is_empty() && spec.by_title(it.1).is_some();
        let is_own = grid[at].cells.iter().zip(&titles).any(own);
        if is_own && best.as_ref().is_none_or(|it| known > it.0) {
            best = Some((known, Header { at, titles }));
        }
    }
    let enough = spec.columns.len().min(2);
    best.filter(|it| it.0 >= enough).map(|it| it.1)
}

fn known(titles: &[String], spec: &ImportSpec) -> usize {
    let mut found: Vec<usize> = titles.iter().filter_map(|it| spec.by_title(it)).collect();
    found.sort_unstable();
    found.dedup();
    found.len()
}

fn titles(row: &SheetRow, above: Option<&SheetRow>, spec: &ImportSpec) -> Vec<String> {
    let mut group = String::new();
    let mut titles = vec![];
    for (column, cell) in row.cells.iter().enumerate() {
        let own = cell.show();
        let upper = above
            .and_then(|it| it.cells.get(column))
            .map(RawValue::show);
        let upper = upper.unwrap_or_default();
        if !upper.is_empty() {
            group.clone_from(&upper);
        }
        let both = format!("{group} {own}").trim_start().to_owned();
        let title = if own.is_empty() {
            // Merged downwards.
            upper
        } else if spec.by_title(&both).is_some() {
            both
        } else {
            own
        };
        titles.push(title);
    }
    titles
}

/// The row «1 2 3 4 …» under the header of official forms.
fn is_numbering(row: &SheetRow) -> bool {
    let filled: Vec<String> = row
        .cells
        .iter()
        .filter(|it| !it.is_empty())
        .map(RawValue::show)
        .collect();
    filled.len() > 2
        && filled
            .iter()
            .enumerate()
            .all(|(index, it)| *it == (index + 1).to_string())
}
