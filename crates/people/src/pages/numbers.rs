//! People by the number of a document. The number is sent in the form and
//! never stands in an address (`security.md`, ASVS 14.2.1).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::Right;
use serde::Serialize;
use web::{
    Checked, Failure, FormState, Member,
    form::{Raw, invalid},
};

use super::{
    Pages,
    edit::refuse,
    fields::Loose,
    search::{PersonView, person},
};
use crate::{Error, FieldError, Purpose, RestrictedField};

#[derive(Serialize)]
struct NumberPage {
    form: FormState,
    /// Codes of the numbers that may be looked for.
    fields: Vec<&'static str>,
    purposes: [&'static str; 7],
    /// Nothing where nothing was asked yet.
    people: Option<Vec<PersonView>>,
}

const TEMPLATE: &str = "people/by_number.html";

/// The address of the page, where the member may use it.
pub(super) fn address(member: &Member) -> Option<String> {
    let may = member.actor.may_in_org(Right::RestrictedView).is_ok();
    may.then(|| member.path("/people/by-number"))
}

impl Pages {
    fn number_page(&self, member: &Member, form: FormState) -> Result<NumberPage, Error> {
        let fields = self.people.numbers(&member.actor)?;
        Ok(NumberPage {
            form,
            fields: fields.into_iter().map(RestrictedField::code).collect(),
            purposes: Purpose::ALL.map(Purpose::code),
            people: None,
        })
    }
}

pub(super) async fn form(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let page = it.number_page(&member, FormState::new())?;
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

pub(super) async fn find(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    let mut page = it.number_page(&member, form)?;
    let found = match asked(&raw) {
        Ok((field, purpose)) => {
            let number = raw.get("number").unwrap_or_default();
            it.people
                .by_number(&member.actor, field, number, purpose)
                .await
        }
        Err(wrong) => Err(Error::Fields(wrong)),
    };
    match found {
        Ok(found) => {
            let found = found.into_iter().map(|it| person(&member, it));
            page.people = Some(found.collect());
            Ok(it
                .views
                .page(&member.visit, TEMPLATE, &page)?
                .into_response())
        }
        Err(error) => {
            refuse(&mut page.form, error)?;
            invalid(&it.views, &member.visit, TEMPLATE, &page)
        }
    }
}

fn asked(raw: &Raw) -> Result<(RestrictedField, Purpose), Vec<FieldError>> {
    let field = raw.get("field").and_then(RestrictedField::from_code);
    let purpose = raw.get("purpose").and_then(Purpose::from_code);
    field.zip(purpose).ok_or_else(|| {
        let not_chosen = [("field", field.is_none()), ("purpose", purpose.is_none())];
        let wrong = not_chosen.into_iter().filter(|it| it.1);
        wrong
            .map(|it| FieldError::new(it.0, "people.choice"))
            .collect()
    })
}
