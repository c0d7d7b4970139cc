use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::PersonId;
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Path, Query,
    form::{Raw, invalid},
};

use super::{Pages, cards::CardHead, edit::refuse, fields::Loose};
use crate::{CardKind, Error, Purpose, RestrictedField, RestrictedLine, RestrictedView};

#[derive(Serialize)]
struct RestrictedPage {
    head: CardHead,
    fields: Vec<RestrictedLine>,
    form: FormState,
    /// For what it is looked at; none: the page asks.
    purpose: Option<Purpose>,
    purposes: [&'static str; 7],
    may_edit: bool,
    seen: i32,
    /// Where a missing consent is recorded.
    consent: String,
}

impl RestrictedPage {
    fn of(member: &Member, view: RestrictedView, form: Option<FormState>) -> Self {
        let filled = || {
            let start = FormState::new();
            view.fields
                .iter()
                .fold(start, |form, it| form.with(it.code, it.value.reveal()))
        };
        let form = form.unwrap_or_else(filled);
        let head = CardHead::of(member, view.kind, &view.person, "restricted");
        let consent = member.path(&format!("/people/consents/new?person={}", view.person.id));
        Self {
            head,
            form,
            purpose: view.purpose,
            purposes: Purpose::ALL.map(Purpose::code),
            may_edit: view.may_edit,
            seen: view.person.version,
            fields: view.fields,
            consent,
        }
    }
}

const TEMPLATE: &str = "people/restricted.html";

/// For what the section is looked at.
#[derive(Deserialize)]
pub(super) struct For {
    #[serde(default)]
    purpose: String,
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    Path((_, id)): Path<(String, PersonId)>,
    Query(wish): Query<For>,
) -> Result<Response, Failure> {
    let purpose = Purpose::from_code(&wish.purpose);
    let view = it
        .people
        .restricted(&member.actor, kind, id, purpose)
        .await?;
    let page = RestrictedPage::of(&member, view, None);
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    Path((_, id)): Path<(String, PersonId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let mut form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    let purpose = raw.get("purpose").and_then(Purpose::from_code);
    let purpose = purpose.unwrap_or(Purpose::File);
    let seen = raw.get("seen").and_then(|it| it.parse().ok()).unwrap_or(0);
    let values: Vec<(RestrictedField, String)> = raw
        .iter()
        .filter_map(|(name, value)| Some((RestrictedField::from_code(name)?, value.to_owned())))
        .collect();
    let status = match it
        .people
        .save_restricted(&member.actor, kind, id, seen, values)
        .await
    {
        Ok(()) => {
            let to = format!(
                "{}/restricted?purpose={}",
                super::card_path(&member, kind, id),
                purpose.code()
            );
            return Ok(Go::to(to)
                .say(&Flash::done("people.flash.saved"))
                .into_response());
        }
        Err(Error::ChangedMeanwhile) => {
            form.fault("", &Error::ChangedMeanwhile);
            StatusCode::CONFLICT
        }
        Err(error) => {
            refuse(&mut form, error)?;
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    let view = it
        .people
        .restricted(&member.actor, kind, id, Some(purpose))
        .await?;
    let page = RestrictedPage::of(&member, view, Some(form));
    let mut response = invalid(&it.views, &member.visit, TEMPLATE, &page)?;
    *response.status_mut() = status;
    Ok(response)
}
