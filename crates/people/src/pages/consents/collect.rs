//! «Собраны у класса»: consents of many pupils entered at once.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Fault, PersonId};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, FormState, Go, Member, Query,
    form::{Raw, invalid},
};

use super::super::{Pages, edit::refuse, fields::Loose};
use crate::{Collected, ConsentKind, Error, FieldError, ToCollect};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    kind: Option<String>,
    class: Option<String>,
}

#[derive(Serialize)]
struct CollectPage {
    form: FormState,
    kind: &'static str,
    kinds: [&'static str; 5],
    class: String,
    path: String,
    lines: Vec<LineView>,
    /// What became of what was sent; none before.
    done: Option<Done>,
}

#[derive(Serialize)]
struct LineView {
    id: PersonId,
    name: String,
    born_on: Option<NaiveDate>,
    may_sign: bool,
    signers: Vec<SignerView>,
    ticked: bool,
    chosen: String,
}

#[derive(Serialize)]
struct SignerView {
    id: PersonId,
    name: String,
    kinship: String,
}

#[derive(Serialize)]
struct Done {
    entered: usize,
    refused: Vec<Refused>,
}

#[derive(Serialize)]
struct Refused {
    name: String,
    /// The key of the reason under `fault.`.
    code: &'static str,
}

const TEMPLATE: &str = "people/consent_collect.html";

fn line(it: ToCollect, raw: Option<&Raw>) -> LineView {
    let id = it.card.id;
    let chosen = raw.and_then(|raw| raw.get(&format!("by.{id}")));
    LineView {
        id,
        name: it.card.full(),
        born_on: it.card.born_on,
        may_sign: it.may_sign,
        signers: it
            .signers
            .into_iter()
            .map(|(card, kinship)| SignerView {
                id: card.id,
                name: card.full(),
                kinship,
            })
            .collect(),
        ticked: raw.is_some_and(|raw| raw.all("ids").any(|it| it == id.to_string())),
        chosen: chosen.unwrap_or_default().to_owned(),
    }
}

async fn page(
    it: &Pages,
    member: &Member,
    (kind, class): (ConsentKind, &str),
    form: FormState,
    raw: Option<&Raw>,
) -> Result<CollectPage, Failure> {
    let found = it.people.to_collect(&member.actor, kind, class).await?;
    Ok(CollectPage {
        form,
        kind: kind.code(),
        kinds: ConsentKind::ALL.map(ConsentKind::code),
        class: class.to_owned(),
        path: member.path("/people/consents"),
        lines: found.into_iter().map(|it| line(it, raw)).collect(),
        done: None,
    })
}

pub(crate) async fn form(
    member: Member,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let kind = wanted.kind.as_deref().and_then(ConsentKind::from_code);
    let kind = kind.unwrap_or(ConsentKind::Processing);
    it.people.must_collect(&member.actor)?;
    let Some(class) = wanted.class else {
        return Ok(choose(&member));
    };
    let today = kernel::dates::show_date(it.views.today(&member.visit));
    let form = FormState::new().with("signed_on", &today);
    let page = page(&it, &member, (kind, &class), form, None).await?;
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

/// Without a class there is nothing to enter: here is where it is chosen.
fn choose(member: &Member) -> Response {
    Go::to(member.path("/people/consents/classes")).into_response()
}

/// The day on which all of it was signed.
fn day_of(raw: &Raw, today: NaiveDate) -> Result<NaiveDate, Error> {
    let typed = raw.get("signed_on").unwrap_or_default();
    kernel::dates::parse_date(typed, today)
        .map_err(|it| Error::Fields(vec![FieldError::new("signed_on", it.code())]))
}

pub(crate) async fn collect(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let mut form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    it.people.must_collect(&member.actor)?;
    let kind = raw.get("kind").and_then(ConsentKind::from_code);
    let (Some(kind), Some(class)) = (kind, raw.get("class").map(str::to_owned)) else {
        return Ok(choose(&member));
    };
    let signed: Vec<(PersonId, Option<PersonId>)> = raw
        .all("ids")
        .filter_map(|it| it.parse::<PersonId>().ok())
        .map(|id| {
            let by = raw.get(&format!("by.{id}"));
            (id, by.and_then(|it| it.parse().ok()))
        })
        .collect();
    let outcome = match day_of(&raw, today) {
        Ok(_) if signed.is_empty() => Err(Error::field("ids", "people.nobody-ticked")),
        Ok(day) => {
            let paper = (day, raw.get("document").unwrap_or_default());
            it.people
                .collect_consents(&member.actor, (kind, &class), paper, &signed)
                .await
        }
        Err(it) => Err(it),
    };
    match outcome {
        Ok(collected) => {
            // The rest of the pile bears the same day and lies in the same folder.
            let kept = |name| raw.get(name).unwrap_or_default();
            let form = FormState::new()
                .with("signed_on", kept("signed_on"))
                .with("document", kept("document"));
            let page = page(&it, &member, (kind, &class), form, None).await?;
            let page = CollectPage {
                done: Some(done(&collected)),
                ..page
            };
            Ok(it
                .views
                .page(&member.visit, TEMPLATE, &page)?
                .into_response())
        }
        Err(error) => {
            refuse(&mut form, error)?;
            let page = page(&it, &member, (kind, &class), form, Some(&raw)).await?;
            invalid(&it.views, &member.visit, TEMPLATE, &page)
        }
    }
}

fn done(collected: &[Collected]) -> Done {
    let refused = |it: &Collected| {
        Some(Refused {
            name: it.card.full(),
            code: it.refused?,
        })
    };
    Done {
        entered: collected.iter().filter(|it| it.refused.is_none()).count(),
        refused: collected.iter().filter_map(refused).collect(),
    }
}
