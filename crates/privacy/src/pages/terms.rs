//! «Сроки хранения»: how long what is kept, and the form of a region.

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Member, form::invalid};

use super::Pages;
use crate::{Error, Kind, Rule, Unit};

const PAGE: &str = "privacy/terms.html";

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    kind: String,
}

/// What a region decides about one kind.
#[derive(Deserialize, garde::Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    #[garde(skip)]
    kind: Kind,
    #[garde(range(min = 0, max = 1000))]
    amount: u32,
    #[garde(skip)]
    unit: Unit,
    #[serde(default)]
    #[garde(skip)]
    from_year: bool,
    #[garde(length(chars, min = 1, max = 300))]
    law: String,
    #[serde(default)]
    #[garde(length(chars, max = 500))]
    source: String,
    #[serde(default)]
    #[garde(skip)]
    confirmed: bool,
    #[garde(skip)]
    version: i32,
}

#[derive(Serialize)]
struct TermsPage {
    rules: Vec<Rule>,
    decides: bool,
    /// The kind whose form is open.
    open: Option<Kind>,
    form: FormState,
    units: Vec<&'static str>,
    base: String,
    list: String,
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let kind = Kind::from_code(&asked.kind);
    let page = it.terms_page(&member, kind, None).await?;
    Ok(it.views.page(&member.visit, PAGE, &page)?.into_response())
}

pub(super) async fn decide(
    member: Member,
    State(it): State<Pages>,
    form: Checked<Wish>,
) -> Result<Response, Failure> {
    let Checked { value, mut form } = form;
    let kind = Kind::from_code(form.value("kind"));
    if let Some(wish) = value {
        match it.privacy.set_term(&member.actor, &wish.rule()).await {
            Ok(()) => {
                let flash = Flash::done("privacy.terms.was-set");
                let path = member.path("/retention");
                return Ok(Go::to(path).say(&flash).into_response());
            }
            Err(fault @ (Error::NotRegion | Error::Stale)) => form.fault("", &fault),
            Err(other) => return Err(other.into()),
        }
    }
    let page = it.terms_page(&member, kind, Some(form)).await?;
    invalid(&it.views, &member.visit, PAGE, &page)
}

impl Wish {
    fn rule(self) -> Rule {
        Rule {
            kind: self.kind,
            amount: self.amount,
            unit: self.unit,
            from_year: self.from_year,
            confirmed: self.confirmed,
            law: Some(self.law.trim().to_owned()),
            source: Some(self.source.trim().to_owned()),
            version: self.version,
        }
    }
}

impl Pages {
    async fn terms_page(
        &self,
        member: &Member,
        kind: Option<Kind>,
        form: Option<FormState>,
    ) -> Result<TermsPage, Failure> {
        let sheet = self.privacy.terms(&member.actor).await?;
        let of_kind = sheet.rules.iter().find(|it| Some(it.kind) == kind);
        let stored = of_kind.map(|it| self.filled(it));
        Ok(TermsPage {
            open: kind.filter(|_| sheet.decides),
            decides: sheet.decides,
            rules: sheet.rules,
            form: form.or(stored).unwrap_or_default(),
            units: Unit::ALL.map(Unit::code).to_vec(),
            base: member.path("/retention"),
            list: member.path("/erasures"),
        })
    }

    /// The form as the rule is; the clause of the application where nobody
    /// named another.
    fn filled(&self, it: &Rule) -> FormState {
        let code = it.kind.code();
        let word = |key: &str| self.views.word(&format!("privacy.{key}.{code}"));
        let law = it.law.clone().unwrap_or_else(|| word("law"));
        let source = it.source.clone();
        let source = source.unwrap_or_else(|| word("source"));
        let ticked = |it: bool| if it { "true" } else { "" };
        FormState::new()
            .with("kind", code)
            .with("amount", &it.amount)
            .with("unit", it.unit.code())
            .with("from_year", ticked(it.from_year))
            .with("law", &law)
            .with("source", &source)
            .with("confirmed", ticked(it.confirmed))
            .with("version", &it.version)
    }
}
