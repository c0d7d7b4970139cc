//! «Настройки ОО» (ORG-4): what this issue needs of them.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use web::{
    Failure, Flash, FormState, Go, Member,
    form::{Raw, invalid},
};

use super::{Choice, Pages, seen, sent, stored, typed};
use crate::{AbsenceDisplay, Error};

#[derive(Serialize)]
struct Page {
    form: FormState,
    version: i64,
    changed_meanwhile: bool,
    absences: Vec<Choice>,
    action: String,
}

pub(super) async fn edit(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let (options, version) = it.org.settings(&member.actor).await?;
    let page = it.options_page(&member, stored(&options.typed()), version, false);
    Ok(it
        .views
        .page(&member.visit, "org/options.html", &page)?
        .into_response())
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let version = seen(&raw);
    match it
        .org
        .save_settings(&member.actor, &typed(&raw), version)
        .await
    {
        Ok(()) => {
            let back = member.path("/settings/options");
            Ok(Go::to(back)
                .say(&Flash::done("org.options.saved"))
                .into_response())
        }
        Err(Error::Fields(faults)) => {
            let page = it.options_page(&member, sent(&raw, &it.views, &faults), version, false);
            invalid(&it.views, &member.visit, "org/options.html", &page)
        }
        Err(Error::ChangedMeanwhile) => {
            let (options, version) = it.org.settings(&member.actor).await?;
            let page = it.options_page(&member, stored(&options.typed()), version, true);
            let html = it.views.page(&member.visit, "org/options.html", &page)?;
            Ok((StatusCode::CONFLICT, html).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

impl Pages {
    fn options_page(
        &self,
        member: &Member,
        form: FormState,
        version: i64,
        changed_meanwhile: bool,
    ) -> Page {
        let choice = |it: AbsenceDisplay| Choice {
            value: it.code(),
            label: self
                .views
                .word(&format!("org.options.absence.{}", it.code())),
        };
        Page {
            form,
            version,
            changed_meanwhile,
            absences: [AbsenceDisplay::Codes, AbsenceDisplay::Letter]
                .map(choice)
                .into(),
            action: member.path("/settings/options"),
        }
    }
}
