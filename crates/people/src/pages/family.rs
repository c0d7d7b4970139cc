use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use garde::Validate;
use kernel::{Fault, Kind, PersonId};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Member, Path, Query, form::invalid};

use super::{Pages, card_path, cards::CardHead};
use crate::{CardKind, KinshipId, KinshipKind};

#[derive(Serialize)]
struct FamilyPage {
    head: CardHead,
    form: FormState,
    query: String,
    found: Vec<Candidate>,
    kinships: [&'static str; 4],
    /// Where a parent without a card is entered.
    enter: String,
}

/// Somebody who may be the parent.
#[derive(Serialize)]
struct Candidate {
    id: PersonId,
    name: String,
    born_on: Option<chrono::NaiveDate>,
    kinds: Vec<CardKind>,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
}

const TEMPLATE: &str = "people/family.html";

async fn page(
    it: &Pages,
    member: &Member,
    id: PersonId,
    query: &str,
    form: FormState,
) -> Result<FamilyPage, Failure> {
    let card = it.people.card(&member.actor, CardKind::Pupil, id).await?;
    if !card.may_link {
        return Err(kernel::Denied(kernel::Right::ParentEdit).into());
    }
    let found = if query.trim().is_empty() {
        Vec::new()
    } else {
        it.people.search(&member.actor, query).await?.found
    };
    let grown_up = |it: &crate::Found| {
        it.kinds.contains(&CardKind::Parent) || it.kinds.contains(&CardKind::Staff)
    };
    let candidate = |it: crate::Found| Candidate {
        id: it.card.id,
        name: it.card.full(),
        born_on: it.card.born_on,
        kinds: it.kinds,
    };
    Ok(FamilyPage {
        head: CardHead::of(member, CardKind::Pupil, &card.person, "card"),
        form,
        query: query.to_owned(),
        found: found.into_iter().filter(grown_up).map(candidate).collect(),
        kinships: KinshipKind::ALL.map(KinshipKind::code),
        enter: member.path(&format!("/people/parents/new?child={id}")),
    })
}

/// Looks for somebody with a card to become the parent.
pub(super) async fn form(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let page = page(&it, &member, id, &wanted.q, FormState::new()).await?;
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

/// Who becomes whose parent.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Tie {
    #[garde(skip)]
    parent: i64,
    #[garde(length(chars, min = 1, max = 20))]
    kinship: String,
    /// What was looked for, to show the same people again.
    #[serde(default)]
    #[garde(length(chars, max = 200))]
    q: String,
}

pub(super) async fn link(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
    Checked { value, mut form }: Checked<Tie>,
) -> Result<Response, Failure> {
    let query = form.value("q").to_owned();
    let wish = value.as_ref().and_then(|it| {
        Some((
            PersonId::from(it.parent),
            KinshipKind::from_code(&it.kinship)?,
            it.q.as_str(),
        ))
    });
    if let Some((parent, kind, _)) = wish {
        match it.people.link(&member.actor, id, parent, kind).await {
            Ok(()) => {
                let to = card_path(&member, CardKind::Pupil, id);
                return Ok(Go::to(to)
                    .say(&Flash::done("people.flash.linked"))
                    .into_response());
            }
            Err(error) if error.kind() == Kind::Invalid => form.fault("", &error),
            Err(error) => return Err(error.into()),
        }
    }
    let page = page(&it, &member, id, &query, form).await?;
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}

pub(super) async fn unlink(
    member: Member,
    State(it): State<Pages>,
    Path((_, id, kinship)): Path<(String, PersonId, KinshipId)>,
) -> Result<Response, Failure> {
    it.people.unlink(&member.actor, id, kinship).await?;
    let to = card_path(&member, CardKind::Pupil, id);
    Ok(Go::to(to)
        .say(&Flash::done("people.flash.unlinked"))
        .into_response())
}
