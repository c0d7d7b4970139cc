//! «Склонение имени»: what the rules say, and what people correct for ever.

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::PersonId;
use serde::Serialize;
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Path,
    form::{Raw, invalid},
};

use super::{Pages, cards::CardHead, edit::refuse, fields::Loose};
use crate::{CardKind, Case, NameForms, NameView, Source};

#[derive(Serialize)]
struct NamePage {
    head: CardHead,
    form: FormState,
    gender: Option<crate::Gender>,
    cases: Vec<CaseView>,
}

#[derive(Serialize)]
struct CaseView {
    code: &'static str,
    by_rules: String,
    source: Source,
}

const TEMPLATE: &str = "people/name.html";

impl NamePage {
    fn of(member: &Member, view: &NameView, form: Option<FormState>) -> Self {
        let filled = || {
            Case::ALL.into_iter().fold(FormState::new(), |form, it| {
                form.with(it.code(), &view.name.full(it))
            })
        };
        let case = |it: Case| CaseView {
            code: it.code(),
            by_rules: view.name.by_rules(it),
            source: view.name.source(it),
        };
        Self {
            head: CardHead::of(member, view.kind, &view.person, "card"),
            form: form.unwrap_or_else(filled),
            gender: view.name.gender,
            cases: Case::ALL.map(case).into(),
        }
    }
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    let view = it.people.name(&member.actor, kind, id).await?;
    let page = NamePage::of(&member, &view, None);
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
    let typed = |case: Case| raw.get(case.code()).unwrap_or_default().to_owned();
    let forms = NameForms {
        genitive: typed(Case::Genitive),
        dative: typed(Case::Dative),
        accusative: typed(Case::Accusative),
        instrumental: typed(Case::Instrumental),
    };
    let saved = it
        .people
        .save_name_forms(&member.actor, kind, id, forms)
        .await;
    match saved {
        Ok(()) => {
            let to = format!("{}/name", super::card_path(&member, kind, id));
            let flash = Flash::done("people.flash.saved");
            Ok(Go::to(to).say(&flash).into_response())
        }
        Err(error) => {
            refuse(&mut form, error)?;
            let view = it.people.name(&member.actor, kind, id).await?;
            let page = NamePage::of(&member, &view, Some(form));
            invalid(&it.views, &member.visit, TEMPLATE, &page)
        }
    }
}
