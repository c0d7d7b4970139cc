//! «Методические объединения»: the list, one of them, and what it keeps (PPL-12).

mod form;
mod item;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::Serialize;
use web::{
    Failure, Flash, Go, ListQuery, Member, Path,
    table::{Cell, Column, List, Row, respond},
};

use super::Pages;
use crate::{AssociationId, Item, ItemKind, OpenedAssociation};

pub(super) use form::{add, edit, new, save};
pub(super) use item::{add_item, edit_item, new_item, save_item};

const COLUMNS: [Column; 4] = [
    Column::text("name").filtered(),
    Column::text("head").selectable(),
    Column::number("members"),
    Column::text("plan"),
];

#[derive(Serialize)]
struct ListPage {
    /// None for who adds nothing here.
    add_href: Option<String>,
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let found = it.portfolio.associations(&member.actor).await?;
    let rows = found.associations.iter().map(|(it, head)| {
        let members = i64::try_from(it.fields.members.len()).unwrap_or_default();
        let plan = match it.planned {
            0 => String::new(),
            planned => format!("{} / {planned}", it.done),
        };
        Row::new(
            &it.id,
            [
                Cell::text(&it.fields.name),
                Cell::text(head.clone().unwrap_or_default()),
                Cell::number(members),
                Cell::text(plan),
            ],
        )
        .href(member.path(&format!("/study/associations/{}", it.id)))
    });
    let list = List::new("associations.list", COLUMNS).rows(rows);
    let page = ListPage {
        add_href: found
            .may_add
            .then(|| member.path("/study/associations/new")),
    };
    let template = "portfolio/associations.html";
    respond(&it.views, &member.visit, template, &list, &query, &page)
}

#[derive(Serialize)]
struct Page {
    href: String,
    name: String,
    head: Option<String>,
    note: String,
    members: Vec<String>,
    keeps: bool,
    /// The office changes the association itself.
    edits: bool,
    parts: Vec<Part>,
}

/// The plan, the minutes or the reports.
#[derive(Serialize)]
struct Part {
    kind: &'static str,
    items: Vec<ItemView>,
}

#[derive(Serialize)]
struct ItemView {
    href: String,
    held_on: NaiveDate,
    number: String,
    title: String,
    body: String,
    done: bool,
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, AssociationId)>,
) -> Result<Response, Failure> {
    let opened = it.portfolio.association(&member.actor, id).await?;
    let page = association_page(&member, &opened);
    let html = it
        .views
        .page(&member.visit, "portfolio/association.html", &page)?;
    Ok(html.into_response())
}

fn association_page(member: &Member, it: &OpenedAssociation) -> Page {
    let href = own_path(member, it.association.id);
    let view = |it: &Item| ItemView {
        href: format!("{href}/items/{}", it.id),
        held_on: it.fields.held_on,
        number: it.fields.number.clone(),
        title: it.fields.title.clone(),
        body: it.fields.body.clone(),
        done: it.fields.done,
    };
    let part = |kind: &ItemKind| Part {
        kind: kind.code(),
        items: it
            .items
            .iter()
            .filter(|it| it.fields.kind == *kind)
            .map(view)
            .collect(),
    };
    Page {
        name: it.association.fields.name.clone(),
        head: it.head.clone(),
        note: it.association.fields.note.clone(),
        members: it.members.iter().map(|it| it.1.clone()).collect(),
        keeps: it.keeps,
        edits: it.keeps_all,
        parts: ItemKind::ALL.iter().map(part).collect(),
        href,
    }
}

fn own_path(member: &Member, id: AssociationId) -> String {
    member.path(&format!("/study/associations/{id}"))
}

fn back(member: &Member, id: AssociationId) -> Go {
    let flash = Flash::done("associations.flash.saved");
    Go::to(own_path(member, id)).say(&flash)
}
