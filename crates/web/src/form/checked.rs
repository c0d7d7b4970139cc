use axum::extract::{FromRequest, Request};
use chrono::NaiveDate;
use garde::{Validate, i18n::with_i18n};
use serde::de::DeserializeOwned;

use super::{FormState, Raw, codes, decode};
use crate::{Refusal, Views, visit::Context};

/// A form that was sent: the wish where all is right, and the form as typed in any case.
///
/// `T` names the fields; it says `#[serde(deny_unknown_fields)]`, and its
/// mistakes by `garde`. A missing box or list is unticked or empty.
///
/// ```ignore
/// let Checked { value: Some(wish), mut form } = form else {
///     return it.edit_page(&member, form.form);
/// };
/// ```
#[derive(Debug)]
pub struct Checked<T> {
    pub value: Option<T>,
    pub form: FormState,
}

impl<T> Checked<T>
where
    T: DeserializeOwned + Validate<Context: Default>,
{
    /// Reads and checks the fields.
    pub fn read(raw: &Raw, today: NaiveDate, views: Option<Views>) -> Self {
        let decoded = decode::decode::<T>(raw, today);
        let mut form = FormState::sent(raw, decoded.order, views);
        for (field, code) in &decoded.errors {
            form.refuse(field, code);
        }
        let value = decoded.value.inspect(|it| complain(it, &mut form));
        let right = form.errors().is_empty();
        Self {
            value: value.filter(|_| right),
            form,
        }
    }
}

/// Adds what garde finds. A field that could not be read keeps that mistake.
fn complain<T: Validate<Context: Default>>(value: &T, form: &mut FormState) {
    let Err(report) = with_i18n(codes::Codes, || value.validate()) else {
        return;
    };
    for (path, error) in report.iter() {
        let path = path.to_string();
        let field = path.split(['.', '[']).next().unwrap_or_default();
        let (code, args) = codes::split(error.message());
        form.add(field, code, &args);
    }
}

impl<S, T> FromRequest<S> for Checked<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Validate<Context: Default>,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let context = Context::of_request(request.extensions()).map_err(Refusal::Failed)?;
        let raw = Raw::from_request(request, state)
            .await
            .map_err(Refusal::Failed)?;
        let views = context.settings.views.clone();
        Ok(Self::read(&raw, context.today(), Some(views)))
    }
}
