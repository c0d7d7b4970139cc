//! The dictionary of codes.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Fault, Kind};
use serde::Serialize;
use web::{Failure, Flash, Go, Member, form::Raw};

use super::{Pages, view::CodeView};
use crate::Code;

#[derive(Serialize)]
struct Page {
    base: String,
    keeps: bool,
    codes: Vec<CodeView>,
    /// The key of the fault.
    error: Option<String>,
}

const TEMPLATE: &str = "preschool/codes.html";
/// So many lines are there to add codes.
const NEW: usize = 2;

pub(super) async fn page(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let found = it.preschool.codes(&member.actor).await?;
    let page = Page {
        base: member.path("/preschool"),
        keeps: found.keeps,
        codes: found.codes.iter().map(CodeView::of).collect(),
        error: None,
    };
    it.show(&member.visit, TEMPLATE, &page)
}

/// The lines of the form; a new one without sign and name is left out.
fn read(raw: &Raw) -> Vec<Code> {
    let count = raw
        .get("count")
        .and_then(|it| it.parse::<usize>().ok())
        .unwrap_or_default()
        .min(40);
    let code = |at: usize| {
        let text = |name: &str| raw.get(&format!("{name}.{at}")).unwrap_or_default();
        Code {
            sign: text("sign").to_owned(),
            name: text("name").to_owned(),
            attended: !text("attended").is_empty(),
            payable: !text("payable").is_empty(),
            archived: !text("archived").is_empty(),
            version: text("version").parse().unwrap_or_default(),
        }
    };
    let codes = (0..count + NEW).map(code);
    codes
        .filter(|it| !it.sign.is_empty() || !it.name.is_empty())
        .collect()
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let codes = read(&raw);
    let error = match it
        .preschool
        .change_codes(&member.actor, codes.clone())
        .await
    {
        Ok(()) => {
            let flash = Flash::done("preschool.flash.codes-saved");
            let path = member.path("/preschool/codes");
            return Ok(Go::to(path).say(&flash).into_response());
        }
        Err(error) => error,
    };
    let stale = error.kind() == Kind::Conflict;
    if !stale && error.kind() != Kind::Invalid {
        return Err(error.into());
    }
    let now = it.preschool.codes(&member.actor).await?.codes;
    // Saved again, it goes over what is there now.
    let typed = codes.iter().map(|it| {
        let known = now.iter().find(|now| now.sign == it.sign);
        CodeView {
            version: known.map_or(0, |it| it.version),
            ..CodeView::of(it)
        }
    });
    let mut typed: Vec<CodeView> = typed.collect();
    let added = now
        .iter()
        .filter(|it| !codes.iter().any(|mine| mine.sign == it.sign));
    typed.extend(added.map(CodeView::of));
    let page = Page {
        base: member.path("/preschool"),
        keeps: true,
        codes: typed,
        error: Some(error.code().to_owned()),
    };
    it.again(&member.visit, TEMPLATE, &page, stale)
}
