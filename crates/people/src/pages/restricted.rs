use std::collections::BTreeMap;

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

use super::{
    Pages,
    both::{Both, compared, picked_of},
    cards::CardHead,
    dictionaries::{OfferedBy, of_restricted},
    edit::refuse,
    fields::{Loose, Widget},
};
use crate::{
    CardKind, Error, FieldError, Purpose, RestrictedField, RestrictedLine, RestrictedView,
};

#[derive(Serialize)]
struct TakenView {
    field: &'static str,
    name: String,
}

#[derive(Serialize)]
struct RestrictedPage {
    head: CardHead,
    fields: Vec<RestrictedLine>,
    /// Numbers that another card has too.
    taken: Vec<TakenView>,
    /// What the dictionaries offer, by field.
    lists: OfferedBy,
    form: FormState,
    /// For what it is looked at; none: the page asks.
    purpose: Option<Purpose>,
    purposes: [&'static str; 7],
    may_edit: bool,
    seen: i32,
    /// What somebody else changed meanwhile.
    both: Both,
    /// The version that the writer saw at first.
    base: Option<i32>,
    /// Where a missing consent is recorded.
    consent: String,
}

impl RestrictedPage {
    fn of(
        member: &Member,
        view: RestrictedView,
        lists: OfferedBy,
        form: Option<FormState>,
    ) -> Self {
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
            lists,
            form,
            purpose: view.purpose,
            purposes: Purpose::ALL.map(Purpose::code),
            may_edit: view.may_edit,
            taken: view
                .taken
                .iter()
                .map(|(field, card)| TakenView {
                    field: field.code(),
                    name: card.full(),
                })
                .collect(),
            seen: view.person.version,
            both: Both::default(),
            base: None,
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
    let lists = of_restricted(&it.people.listed_values(&member.actor).await?);
    let page = RestrictedPage::of(&member, view, lists, None);
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
    let purpose = raw.get("purpose").and_then(Purpose::from_code);
    let purpose = purpose.unwrap_or(Purpose::File);
    let late = Late {
        member: &member,
        kind,
        id,
        purpose,
    };
    // Only somebody who chooses between two values needs what stands there now.
    let raw = if raw.get("clash").is_none() {
        raw
    } else {
        let view = it
            .people
            .restricted(&member.actor, kind, id, Some(purpose))
            .await?;
        let fields = view.fields.iter().map(|it| it.code);
        match picked_of(&raw, fields, &typed(&view)) {
            Ok(raw) => raw,
            Err(open) => return it.restricted_conflict(late, &raw, &open).await,
        }
    };
    let seen = raw.get("seen").and_then(|it| it.parse().ok()).unwrap_or(0);
    let values: Vec<(RestrictedField, String)> = raw
        .iter()
        .filter_map(|(name, value)| Some((RestrictedField::from_code(name)?, value.to_owned())))
        .collect();
    let saved = it
        .people
        .save_restricted(&member.actor, kind, id, seen, values)
        .await;
    let error = match saved {
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
        Err(Error::ChangedMeanwhile) => return it.restricted_conflict(late, &raw, &[]).await,
        Err(error) => error,
    };
    let mut form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    refuse(&mut form, error)?;
    let view = it
        .people
        .restricted(&member.actor, kind, id, Some(purpose))
        .await?;
    let lists = of_restricted(&it.people.listed_values(&member.actor).await?);
    // The version stays the one that was seen: somebody may have been faster too.
    let page = RestrictedPage {
        seen,
        ..RestrictedPage::of(&member, view, lists, Some(form))
    };
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}

/// What stands in the fields, as the form shows it.
fn typed(view: &RestrictedView) -> BTreeMap<String, String> {
    let fields = view.fields.iter();
    let value = |it: &RestrictedLine| (it.code.to_owned(), it.value.reveal().to_owned());
    fields.map(value).collect()
}

/// The section of a card that somebody else changed while it was typed.
#[derive(Clone, Copy)]
struct Late<'a> {
    member: &'a Member,
    kind: CardKind,
    id: PersonId,
    purpose: Purpose,
}

impl Pages {
    /// Of every field that somebody else changed both values stand side by
    /// side: what was there before is sealed, so that nobody can tell whether
    /// the writer touched it.
    async fn restricted_conflict(
        &self,
        late: Late<'_>,
        raw: &Raw,
        open: &[FieldError],
    ) -> Result<Response, Failure> {
        let Late {
            member,
            kind,
            id,
            purpose,
        } = late;
        let number = |name: &str| raw.get(name).and_then(|it| it.parse().ok());
        let base = number("base").or_else(|| number("seen")).unwrap_or(0);
        let changed = self
            .people
            .restricted_changed(&member.actor, kind, id, base)
            .await?;
        let view = self
            .people
            .restricted(&member.actor, kind, id, Some(purpose))
            .await?;
        let fields = view.fields.iter().map(|it| (it.code, Widget::Text));
        let was = |code: &str, _| {
            let field = RestrictedField::from_code(code)?;
            changed.contains(&field).then_some(None)
        };
        let both = compared(raw, fields, was, &typed(&view));
        let today = self.views.today(&member.visit);
        let form = Checked::<Loose>::read(raw, today, Some(self.views.clone())).form;
        let form = both.taken_over(form, open);
        let lists = of_restricted(&self.people.listed_values(&member.actor).await?);
        let page = RestrictedPage {
            both,
            base: Some(base),
            ..RestrictedPage::of(member, view, lists, Some(form))
        };
        let mut response = invalid(&self.views, &member.visit, TEMPLATE, &page)?;
        *response.status_mut() = StatusCode::CONFLICT;
        Ok(response)
    }
}
