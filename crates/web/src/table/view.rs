//! What `components/table.html` is given.

use serde::Serialize;

use super::{As, Column, Filter, Kind, Row, SavedView, TableQuery, Tone, Value, select::Selection};
use crate::{Visit, paper::Grid};

/// Rows of one page.
const PAGE: usize = 50;

/// A list as the template shows it.
#[derive(Clone, Debug, Serialize)]
pub struct TableView {
    id: String,
    columns: Vec<ColumnView>,
    rows: Vec<RowView>,
    /// Rows without any filter.
    total: usize,
    /// Rows that the filters leave, on all pages.
    shown: usize,
    filters: Vec<FilterView>,
    q: Option<String>,
    chips: Vec<Chip>,
    all_columns: Vec<Choice>,
    exports: Exports,
    pages: Pages,
    reset_href: String,
    /// Parameters of the page itself, for the forms of the kit.
    kept: Vec<(String, String)>,
    bulk: Option<BulkView>,
    views: Option<ViewsView>,
}

/// The views that the reader keeps of the list, and the form that keeps one more.
#[derive(Clone, Debug, Serialize)]
struct ViewsView {
    /// Where a view is kept; below it are what is done with one.
    action: String,
    place: String,
    query: String,
    /// The name of the view shown.
    current: Option<String>,
    items: Vec<KeptView>,
}

#[derive(Clone, Debug, Serialize)]
struct KeptView {
    id: i64,
    name: String,
    href: String,
    is_default: bool,
}

#[derive(Clone, Debug, Serialize)]
struct ColumnView {
    key: &'static str,
    label: String,
    align: Option<&'static str>,
    sort: Option<&'static str>,
    sort_href: String,
}

#[derive(Clone, Debug, Serialize)]
struct RowView {
    id: String,
    href: Option<String>,
    cells: Vec<CellView>,
}

#[derive(Clone, Debug, Serialize)]
struct CellView {
    text: String,
    href: Option<String>,
    /// Classes of the style sheet.
    class: Option<String>,
    /// The look of a badge; empty for a plain one.
    badge: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
struct FilterView {
    key: &'static str,
    label: String,
    kind: &'static str,
    value: String,
    options: Vec<OptionView>,
}

#[derive(Clone, Debug, Serialize)]
struct OptionView {
    value: String,
    label: String,
    selected: bool,
}

#[derive(Clone, Debug, Serialize)]
struct Chip {
    label: String,
    remove_href: String,
}

#[derive(Clone, Debug, Serialize)]
struct Choice {
    key: &'static str,
    label: String,
    on: bool,
}

#[derive(Clone, Debug, Serialize)]
struct Exports {
    csv: String,
    xlsx: String,
    pdf: String,
    print: String,
}

#[derive(Clone, Debug, Serialize)]
struct Pages {
    prev: Option<String>,
    next: Option<String>,
    number: usize,
    count: usize,
}

#[derive(Clone, Debug, Serialize)]
struct BulkView {
    action: String,
    label: String,
    options: Vec<OptionView>,
}

/// What `print/table.html` is given: every row, and nothing to press.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PrintView {
    title: String,
    columns: Vec<ColumnView>,
    rows: Vec<RowView>,
    wide: bool,
}

impl PrintView {
    /// The same as a table of a [`Paper`](crate::paper::Paper), with its title.
    pub(super) fn into_grid(self) -> (String, Grid) {
        let head = self.columns.into_iter();
        let head = head.map(|it| (it.label, it.align.is_some())).collect();
        let rows = self.rows.into_iter();
        let rows = rows.map(|it| it.cells.into_iter().map(|it| it.text).collect());
        (self.title, Grid::new(head, rows.collect()))
    }
}

pub(super) fn page(selection: &Selection<'_>, query: &TableQuery, visit: &Visit) -> TableView {
    let list = selection.list;
    let on_page = if list.paged { PAGE } else { usize::MAX };
    let count = selection.rows.len().div_ceil(on_page).max(1);
    let number = query.page.clamp(1, count);
    let rows = selection
        .rows
        .iter()
        .skip((number - 1) * on_page)
        .take(on_page);
    let at = |number: usize| query.href_with(|it| it.page = number);
    TableView {
        id: list.id.replace('.', "-"),
        columns: columns(selection, query),
        rows: rows.map(|it| row(selection, it, visit)).collect(),
        total: list.rows.len(),
        shown: selection.rows.len(),
        filters: filters(selection, query),
        q: list.search.then(|| query.q.clone()),
        chips: chips(selection, query),
        all_columns: all_columns(selection),
        exports: exports(query),
        pages: Pages {
            prev: (number > 1).then(|| at(number - 1)),
            next: (number < count).then(|| at(number + 1)),
            number,
            count,
        },
        reset_href: query.href_with(|it| {
            it.q.clear();
            it.filters.clear();
        }),
        kept: query.rest.clone(),
        bulk: bulk(selection),
        views: views(query, visit),
    }
}

pub(super) fn print(selection: &Selection<'_>, visit: &Visit) -> PrintView {
    let columns = columns(selection, &TableQuery::default());
    PrintView {
        title: selection.title(),
        wide: columns.len() > 6,
        columns,
        rows: selection
            .rows
            .iter()
            .map(|it| row(selection, it, visit))
            .collect(),
    }
}

fn columns(selection: &Selection<'_>, query: &TableQuery) -> Vec<ColumnView> {
    let all = &selection.list.columns;
    selection
        .columns
        .iter()
        .map(|it| column(selection, &all[*it], query))
        .collect()
}

fn column(selection: &Selection<'_>, column: &Column, query: &TableQuery) -> ColumnView {
    let sorted = query
        .sort
        .as_ref()
        .filter(|it| it.0 == column.key)
        .map(|it| it.1);
    // Numbers are looked at from the top first, everything else from А.
    let down = sorted.map_or(column.kind == Kind::Number, |down| !down);
    ColumnView {
        key: column.key,
        label: selection.label(column),
        align: (column.kind == Kind::Number).then_some("number"),
        sort: sorted.map(|down| if down { "desc" } else { "asc" }),
        sort_href: query.href_with(|it| it.sort = Some((column.key.to_owned(), down))),
    }
}

fn row(selection: &Selection<'_>, row: &Row, visit: &Visit) -> RowView {
    let mut cells: Vec<CellView> = selection
        .columns
        .iter()
        .map(|it| cell(selection, row, *it, visit))
        .collect();
    let opens = || Some(format!("{}/{}", selection.list.opens.as_ref()?, row.id));
    let href = row.href.clone().or_else(opens);
    if let Some(first) = cells.first_mut()
        && first.href.is_none()
    {
        first.href.clone_from(&href);
    }
    RowView {
        id: row.id.clone(),
        href,
        cells,
    }
}

fn cell(selection: &Selection<'_>, row: &Row, column: usize, visit: &Visit) -> CellView {
    let cell = row.cells.get(column);
    let of_kind = match selection.list.columns[column].kind {
        Kind::Number => Some("number"),
        Kind::Date | Kind::Moment => Some("nowrap"),
        Kind::Text | Kind::Class | Kind::Badge => None,
    };
    let dress = cell.and_then(|it| it.dress.as_deref());
    let class = [of_kind, dress.and_then(|it| it.class)];
    let class: Vec<&str> = class.into_iter().flatten().collect();
    let text = match cell.map(|it| &it.value) {
        Some(Value::Moment(at)) => at
            .with_timezone(&visit.zone())
            .format("%d.%m.%Y %H:%M")
            .to_string(),
        _ => selection.text(row, column),
    };
    CellView {
        badge: cell
            .and_then(|it| it.tone)
            .map(look)
            .filter(|_| !text.is_empty()),
        text,
        href: dress.and_then(|it| it.href.clone()),
        class: (!class.is_empty()).then(|| class.join(" ")),
    }
}

const fn look(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Ok => "ok",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
    }
}

fn filters(selection: &Selection<'_>, query: &TableQuery) -> Vec<FilterView> {
    let all = selection.list.columns.iter().zip(&selection.options);
    all.filter(|it| it.0.filter != Filter::None)
        .map(|(column, options)| {
            let value = query.filters.get(column.key).cloned().unwrap_or_default();
            FilterView {
                key: column.key,
                label: selection.label(column),
                kind: if column.filter == Filter::Select {
                    "select"
                } else {
                    "text"
                },
                options: options
                    .iter()
                    .map(|it| option(it, it, *it == value))
                    .collect(),
                value,
            }
        })
        .collect()
}

fn option(value: &str, label: &str, selected: bool) -> OptionView {
    OptionView {
        value: value.to_owned(),
        label: label.to_owned(),
        selected,
    }
}

fn chips(selection: &Selection<'_>, query: &TableQuery) -> Vec<Chip> {
    let columns = selection
        .list
        .columns
        .iter()
        .filter(|it| it.filter != Filter::None);
    columns
        .filter_map(|column| {
            let value = query.filters.get(column.key)?;
            Some(Chip {
                label: format!("{}: {value}", selection.label(column)),
                remove_href: query.href_with(|it| {
                    it.filters.remove(column.key);
                }),
            })
        })
        .collect()
}

fn all_columns(selection: &Selection<'_>) -> Vec<Choice> {
    let columns = selection.list.columns.iter().enumerate();
    columns
        .map(|(index, column)| Choice {
            key: column.key,
            label: selection.label(column),
            on: selection.columns.contains(&index),
        })
        .collect()
}

fn exports(query: &TableQuery) -> Exports {
    let wanted = |shown_as| query.href_with(|it| it.shown_as = shown_as);
    Exports {
        csv: wanted(As::Csv),
        xlsx: wanted(As::Xlsx),
        pdf: wanted(As::Pdf),
        print: wanted(As::Print),
    }
}

fn views(query: &TableQuery, visit: &Visit) -> Option<ViewsView> {
    let kept = query.kept.as_ref()?;
    let code = &visit.membership()?.code;
    let item = |it: &SavedView| KeptView {
        id: it.id,
        name: it.name.clone(),
        href: format!("?view={}", it.id),
        is_default: it.is_default,
    };
    let current = kept.views.iter().find(|it| Some(it.id) == kept.shown);
    Some(ViewsView {
        action: format!("/o/{code}/views"),
        place: kept.place.clone(),
        query: query.to_keep(),
        current: current.map(|it| it.name.clone()),
        items: kept.views.iter().filter(|it| it.is_own).map(item).collect(),
    })
}

fn bulk(selection: &Selection<'_>) -> Option<BulkView> {
    let bulk = selection.list.bulk.as_ref()?;
    let word = |key: &str| selection.views.word(key);
    Some(BulkView {
        action: bulk.action.clone(),
        label: word(bulk.label),
        options: bulk
            .options
            .iter()
            .map(|(value, key)| option(value, &word(key), false))
            .collect(),
    })
}
