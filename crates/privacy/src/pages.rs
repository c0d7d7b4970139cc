//! `/o/{org}/privacy/{person}`: what is kept of one person, as a page, a
//! print and a file; and what of it is destroyed.

mod erasure;
mod terms;

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use kernel::{PersonId, Right};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use web::{Failure, Member, Path, Views};

use crate::{Dossier, Privacy, Shelf};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/privacy/{person}"),
    ("POST", "/o/{org}/privacy/{person}/file"),
    ("POST", "/o/{org}/privacy/{person}/print"),
    ("GET", "/o/{org}/privacy/{person}/erasure"),
    ("POST", "/o/{org}/privacy/{person}/erasure"),
    ("POST", "/o/{org}/privacy/{person}/hold"),
    ("POST", "/o/{org}/privacy/{person}/lift"),
    ("GET", "/o/{org}/erasures"),
    ("GET", "/o/{org}/erasures/{erasure}"),
    ("POST", "/o/{org}/erasures/{erasure}/confirm"),
    ("POST", "/o/{org}/erasures/{erasure}/refuse"),
    ("GET", "/o/{org}/retention"),
    ("POST", "/o/{org}/retention"),
];

/// Numbers of other rows and marks of time say nothing to a reader.
const UNREAD: [&str; 4] = ["version", "created_at", "updated_at", "set_at"];

#[derive(Clone)]
struct Pages {
    privacy: Privacy,
    views: Views,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(privacy: Privacy, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/privacy/{person}", get(show))
        .route("/o/{org}/privacy/{person}/file", post(file))
        .route("/o/{org}/privacy/{person}/print", post(print))
        .route(
            "/o/{org}/privacy/{person}/erasure",
            get(erasure::sheet).post(erasure::propose),
        )
        .route("/o/{org}/privacy/{person}/hold", post(erasure::hold))
        .route("/o/{org}/privacy/{person}/lift", post(erasure::lift))
        .route("/o/{org}/erasures", get(erasure::list))
        .route("/o/{org}/erasures/{erasure}", get(erasure::act))
        .route(
            "/o/{org}/erasures/{erasure}/confirm",
            post(erasure::confirm),
        )
        .route("/o/{org}/erasures/{erasure}/refuse", post(erasure::refuse))
        .route("/o/{org}/retention", get(terms::show).post(terms::decide))
        .with_state(Pages { privacy, views })
}

#[derive(Deserialize)]
struct Address {
    person: PersonId,
}

#[derive(Serialize)]
struct Page {
    name: String,
    at: DateTime<Utc>,
    hides_restricted: bool,
    shelves: Vec<ShelfView>,
    readings: usize,
    base: String,
    may_erase: bool,
}

#[derive(Serialize)]
struct ShelfView {
    table: String,
    rows: Vec<Vec<Field>>,
    written: i64,
}

/// A column with what it says, without those that say nothing.
#[derive(Serialize)]
struct Field {
    column: String,
    text: String,
}

async fn show(
    member: Member,
    State(it): State<Pages>,
    Path(Address { person }): Path<Address>,
) -> Result<Response, Failure> {
    let dossier = it.privacy.dossier(&member.actor, person, None).await?;
    let page = page(&member, &dossier);
    Ok(it
        .views
        .page(&member.visit, "privacy/person.html", &page)?
        .into_response())
}

async fn print(
    member: Member,
    State(it): State<Pages>,
    Path(Address { person }): Path<Address>,
) -> Result<Response, Failure> {
    let taken = Some("print");
    let dossier = it.privacy.dossier(&member.actor, person, taken).await?;
    let page = page(&member, &dossier);
    Ok(it
        .views
        .page(&member.visit, "privacy/print.html", &page)?
        .into_response())
}

async fn file(
    member: Member,
    State(it): State<Pages>,
    Path(Address { person }): Path<Address>,
) -> Result<Response, Failure> {
    let taken = Some("json");
    let dossier = it.privacy.dossier(&member.actor, person, taken).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"person-{person}.json\""),
        ),
    ];
    Ok((headers, dossier.json().to_string()).into_response())
}

fn page(member: &Member, it: &Dossier) -> Page {
    Page {
        name: it.name.clone(),
        at: it.at,
        hides_restricted: it.hides_restricted,
        shelves: it.shelves.iter().map(shelf).collect(),
        readings: it.readings.len(),
        base: member.path(&format!("/privacy/{}", it.person)),
        may_erase: member.actor.may_in_org(Right::PersonErase).is_ok(),
    }
}

fn shelf(it: &Shelf) -> ShelfView {
    let rows = it.rows.iter().filter_map(Value::as_object);
    let fields = rows.map(|row| {
        let said = row.iter().filter(|(column, value)| is_said(column, value));
        said.map(|(column, value)| Field {
            column: column.clone(),
            text: text(value),
        })
        .collect()
    });
    ShelfView {
        table: it.table.replace('"', ""),
        rows: fields.collect(),
        written: it.written,
    }
}

fn is_said(column: &str, value: &Value) -> bool {
    let is_number_of_row = column.ends_with("_id") || column.ends_with("_by");
    let is_empty = match value {
        Value::Null => true,
        Value::String(it) => it.is_empty(),
        _ => false,
    };
    !is_empty && !is_number_of_row && !UNREAD.contains(&column)
}

fn text(value: &Value) -> String {
    match value {
        Value::String(it) => it.clone(),
        other => other.to_string(),
    }
}
