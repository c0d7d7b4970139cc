//! Blank forms to be printed and signed, for one person or a whole class.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::PersonId;
use serde::{Deserialize, Serialize};
use web::{Failure, Member, Query};

use super::super::Pages;
use crate::{BlankSheet, Case, ConsentBlanks, ConsentKind};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    person: Option<PersonId>,
    kind: Option<String>,
    /// «5А»: everybody of the class who gave no such consent.
    class: Option<String>,
}

#[derive(Serialize)]
struct BlankPage {
    kind: &'static str,
    org: String,
    class: Option<String>,
    /// The wording of the school; none for that of the system.
    body: Option<String>,
    edition: i32,
    since: Option<NaiveDate>,
    sheets: Vec<SheetView>,
}

#[derive(Serialize)]
struct SheetView {
    signer: Option<String>,
    signs_as: Option<String>,
    address: String,
    /// In the genitive, where somebody else signs.
    subject: Option<String>,
    born_on: Option<NaiveDate>,
    person: Option<String>,
    signs_too: bool,
}

impl From<BlankSheet> for SheetView {
    fn from(it: BlankSheet) -> Self {
        Self {
            signer: it.signer.as_ref().map(crate::Card::full),
            signs_as: it.signs_as,
            address: it.address,
            subject: it.subject.as_ref().map(|it| it.full(Case::Genitive)),
            born_on: it.person.as_ref().and_then(|it| it.born_on),
            person: it.person.as_ref().map(crate::Card::full),
            signs_too: it.signs_too,
        }
    }
}

fn page(it: ConsentBlanks, class: Option<String>) -> BlankPage {
    let org = it.org;
    BlankPage {
        kind: it.kind.code(),
        class,
        body: it.text.as_ref().map(|it| it.body.replace("{org}", &org)),
        edition: it.text.as_ref().map_or(0, |it| it.edition),
        since: it.text.as_ref().map(|it| it.since),
        sheets: it.sheets.into_iter().map(Into::into).collect(),
        org,
    }
}

/// The paper to be signed.
pub(crate) async fn blank(
    member: Member,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let kind = wanted.kind.as_deref().and_then(ConsentKind::from_code);
    let kind = kind.unwrap_or(ConsentKind::Processing);
    let blanks = match &wanted.class {
        Some(class) => it.people.class_blanks(&member.actor, kind, class).await?,
        None => {
            it.people
                .consent_blank(&member.actor, kind, wanted.person)
                .await?
        }
    };
    let page = page(blanks, wanted.class);
    Ok(it
        .views
        .page(&member.visit, "people/consent_blank.html", &page)?
        .into_response())
}
