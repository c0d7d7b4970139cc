//! The table kit: a list is declared as columns and rows; everything else
//! follows from the URL (`ux.md` §0, rule 1, and §3.1).

mod book;
mod export;
mod list;
mod query;
mod select;
mod shelf;
mod view;

use axum::response::{IntoResponse, Response};
use serde::Serialize;

pub use book::Book;
pub(crate) use export::download;
pub use export::{ExportError, XLSX};
pub use list::{Bulk, Cell, Column, Filter, Kind, List, Row, Tone, Value};
pub use query::{As, TableQuery};
pub use shelf::{ListQuery, SavedView, Shelf};
pub use view::TableView;

use crate::{Failure, Views, Visit};

/// What a template of a list gets: `page.table`, and the fields of `extra` beside it.
#[derive(Serialize)]
struct ListPage<'a, E: Serialize> {
    table: &'a TableView,
    #[serde(flatten)]
    extra: &'a E,
}

/// Answers with the list as the URL asks for it: a page, CSV, XLSX, PDF or a print.
///
/// CSV, XLSX, PDF and print hold exactly the rows (of all pages) and columns shown.
/// The word `<list id>.title` names the list in files and on paper, the words
/// `<list id>.col.<key>` its columns. `extra` is a struct with more fields for
/// the template, or [`serde_json::json!({})`].
///
/// # Errors
/// The template does not render, the workbook cannot be written, or the list is too long for PDF.
pub fn respond(
    views: &Views,
    visit: &Visit,
    template: &str,
    list: &List,
    query: &TableQuery,
    extra: &impl Serialize,
) -> Result<Response, Failure> {
    let selection = select::Selection::of(list, query, views);
    match query.shown_as {
        As::Page => {
            let table = view::page(&selection, query, visit);
            let page = ListPage {
                table: &table,
                extra,
            };
            Ok(views.page(visit, template, &page)?.into_response())
        }
        As::Print => {
            let page = view::print(&selection, visit);
            Ok(views
                .page(visit, "print/table.html", &page)?
                .into_response())
        }
        As::Csv => Ok(export::csv(&selection, visit)?),
        As::Xlsx => Ok(export::xlsx(&selection, visit, views)?),
        As::Pdf => Ok(export::pdf(&selection, visit, views)?.into_response()),
    }
}
