//! «Прибытие по запросу»: asking another school for a pupil.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use garde::Validate;
use kernel::{Fault, Kind, OrgId, Right};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Member, form::invalid};

use super::Pages;
use crate::{Error, NewRequest};

const FORM: &str = "movement/transfer_ask.html";

#[derive(Serialize)]
struct FormPage {
    action: String,
    back: String,
    form: FormState,
    schools: Vec<School>,
}

#[derive(Serialize)]
pub(super) struct School {
    value: OrgId,
    label: String,
}

async fn page(member: &Member, it: &Pages, form: FormState) -> Result<FormPage, Failure> {
    member.actor.may_in_org(Right::MovementEdit)?;
    let schools = it.transfers.other_schools(&member.actor).await?;
    let back = member.path("/movement/transfers");
    Ok(FormPage {
        action: format!("{back}/new"),
        back,
        form,
        schools: schools
            .into_iter()
            .map(|it| School {
                value: it.id,
                label: it.name,
            })
            .collect(),
    })
}

pub(super) async fn new(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let page = page(&member, &it, FormState::new()).await?;
    Ok(it.views.page(&member.visit, FORM, &page)?.into_response())
}

/// A request as it is typed.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestForm {
    #[garde(skip)]
    school: i64,
    #[garde(length(chars, min = 1, max = 100))]
    last_name: String,
    #[garde(length(chars, min = 1, max = 100))]
    first_name: String,
    #[serde(default)]
    #[garde(length(chars, max = 100))]
    middle_name: String,
    #[garde(skip)]
    born_on: NaiveDate,
    #[serde(default)]
    #[garde(length(chars, max = 40))]
    file_number: String,
    #[serde(default)]
    #[garde(length(chars, max = 20))]
    snils: String,
    #[serde(default)]
    #[garde(length(chars, max = 300))]
    note: String,
}

impl From<RequestForm> for NewRequest {
    fn from(it: RequestForm) -> Self {
        let text = |it: String| it.trim().to_owned();
        Self {
            school: it.school.into(),
            last_name: text(it.last_name),
            first_name: text(it.first_name),
            middle_name: text(it.middle_name),
            born_on: it.born_on,
            file_number: text(it.file_number),
            snils: text(it.snils),
            note: text(it.note),
        }
    }
}

pub(super) async fn ask(
    member: Member,
    State(it): State<Pages>,
    Checked { value, mut form }: Checked<RequestForm>,
) -> Result<Response, Failure> {
    if let Some(wish) = value {
        match it.transfers.ask(&member.actor, &wish.into()).await {
            Ok(id) => {
                let to = member.path(&format!("/movement/transfers/{id}"));
                return Ok(Go::to(to)
                    .say(&Flash::done("transfers.flash.asked"))
                    .into_response());
            }
            Err(error) => refuse(&mut form, error)?,
        }
    }
    let page = page(&member, &it, form).await?;
    invalid(&it.views, &member.visit, FORM, &page)
}

/// Puts what was refused at the field it is about.
fn refuse(form: &mut FormState, error: Error) -> Result<(), Failure> {
    let field = match error {
        Error::NothingToKnowBy => "file_number",
        Error::BadSnils => "snils",
        Error::NoSuchSchool | Error::AskedSchoolEnough => "school",
        Error::DateOutOfRange => "born_on",
        _ => "",
    };
    if error.kind() != Kind::Invalid {
        return Err(error.into());
    }
    form.fault(field, &error);
    Ok(())
}
