//! The wordings that people sign, edition by edition.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::Fault;
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Query,
    form::{Raw, invalid},
};

use super::super::{Pages, edit::refuse, fields::Loose};
use crate::{ConsentKind, ConsentText, Error, FieldError};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    kind: Option<String>,
}

#[derive(Serialize)]
struct TextsPage {
    form: FormState,
    kind: &'static str,
    kinds: [&'static str; 5],
    path: String,
    editions: Vec<EditionView>,
}

#[derive(Serialize)]
struct EditionView {
    edition: i32,
    since: NaiveDate,
    body: String,
}

const TEMPLATE: &str = "people/consent_texts.html";

fn page(member: &Member, kind: ConsentKind, texts: Vec<ConsentText>, form: FormState) -> TextsPage {
    let of_kind = texts.into_iter().filter(|it| it.kind == kind);
    TextsPage {
        form,
        kind: kind.code(),
        kinds: ConsentKind::ALL.map(ConsentKind::code),
        path: member.path("/people/consents"),
        editions: of_kind
            .map(|it| EditionView {
                edition: it.edition,
                since: it.since,
                body: it.body,
            })
            .collect(),
    }
}

pub(crate) async fn show(
    member: Member,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let kind = wanted.kind.as_deref().and_then(ConsentKind::from_code);
    let kind = kind.unwrap_or(ConsentKind::Processing);
    let texts = it.people.consent_texts(&member.actor).await?;
    let newest = texts.iter().find(|it| it.kind == kind);
    let body = match newest {
        Some(it) => it.body.clone(),
        None => it
            .views
            .word(&format!("people.blank.consent.{}", kind.code())),
    };
    let today = kernel::dates::show_date(it.views.today(&member.visit));
    let form = FormState::new().with("body", &body).with("since", &today);
    let page = page(&member, kind, texts, form);
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

pub(crate) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let mut form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    let kind = raw.get("kind").and_then(ConsentKind::from_code);
    let kind = kind.unwrap_or(ConsentKind::Processing);
    let since = raw.get("since").unwrap_or_default();
    let outcome = match kernel::dates::parse_date(since, today) {
        Ok(since) => {
            let body = raw.get("body").unwrap_or_default();
            it.people
                .add_consent_text(&member.actor, kind, body, since)
                .await
        }
        Err(wrong) => Err(Error::Fields(vec![FieldError::new("since", wrong.code())])),
    };
    match outcome {
        Ok(_) => {
            let to = member.path(&format!("/people/consents/texts?kind={}", kind.code()));
            let flash = Flash::done("people.flash.consent-text");
            Ok(Go::to(to).say(&flash).into_response())
        }
        Err(error) => {
            refuse(&mut form, error)?;
            let texts = it.people.consent_texts(&member.actor).await?;
            let page = page(&member, kind, texts, form);
            invalid(&it.views, &member.visit, TEMPLATE, &page)
        }
    }
}
