//! «Мои данные»: what a family sees of its cards, and proposes to change.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::PersonId;
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, Missing, Path, Query, Signed, diary,
    form::{Raw, invalid},
};

use super::{
    Pages,
    edit::refuse,
    fields::{self, Loose, Spec},
    proposals::ProposalView,
};
use crate::{CardKind, Error, FamilyCard, ProposalId};

#[derive(Serialize)]
struct CardsPage {
    schools: Vec<SchoolView>,
}

#[derive(Serialize)]
struct SchoolView {
    org: String,
    name: String,
    cards: Vec<CardLink>,
    proposals: Vec<ProposalView>,
}

#[derive(Serialize)]
struct CardLink {
    name: String,
    kind: &'static str,
    propose: String,
}

/// The organisations where the reader is somebody's parent.
fn homes(signed: &Signed) -> Result<Vec<diary::Home<'_>>, Missing> {
    let mut homes = diary::homes(signed);
    homes.retain(diary::Home::is_parent);
    if homes.is_empty() {
        Err(Missing)
    } else {
        Ok(homes)
    }
}

pub(super) async fn cards(signed: Signed, State(it): State<Pages>) -> Result<Response, Failure> {
    let mut schools = vec![];
    for home in homes(&signed)? {
        let found = it.people.family_cards(&home.actor).await?;
        let org = home.membership.code.clone();
        let link = |(kind, card): &(CardKind, crate::Card)| CardLink {
            name: card.full(),
            kind: kind.plural(),
            propose: format!("/my/cards/propose?card={org}:{}:{}", kind.plural(), card.id),
        };
        schools.push(SchoolView {
            name: home.membership.name.clone(),
            cards: found.cards.iter().map(link).collect(),
            proposals: found
                .proposals
                .iter()
                .map(|it| ProposalView::of(it, None))
                .collect(),
            org,
        });
    }
    let page = CardsPage { schools };
    Ok(it
        .views
        .page(&signed.visit, "people/my_cards.html", &page)?
        .into_response())
}

#[derive(Serialize)]
struct ProposePage {
    form: FormState,
    /// `krymsk-g7:pupils:128`
    card: String,
    kind: &'static str,
    name: String,
    fields: Vec<Spec>,
}

const TEMPLATE: &str = "people/my_propose.html";

/// A card in one of the reader's schools, as an address names it.
struct Address {
    home: usize,
    kind: CardKind,
    id: PersonId,
}

fn address(homes: &[diary::Home<'_>], text: &str) -> Result<Address, Missing> {
    let mut parts = text.split(':');
    let mut next = || parts.next().ok_or(Missing);
    let (org, kind, id) = (next()?, next()?, next()?);
    let home = homes.iter().position(|it| it.membership.code == org);
    Ok(Address {
        home: home.ok_or(Missing)?,
        kind: CardKind::from_plural(kind).ok_or(Missing)?,
        id: id.parse().map_err(|_| Missing)?,
    })
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    card: Option<String>,
}

fn page(card: &str, found: &FamilyCard, form: Option<FormState>) -> ProposePage {
    let filled = || {
        let fields = found.fields.iter();
        fields.fold(FormState::new(), |form, (field, value)| {
            form.with(field, value)
        })
    };
    let wanted = |it: &&Spec| found.fields.iter().any(|(field, _)| *field == it.name);
    ProposePage {
        form: form.unwrap_or_else(filled),
        card: card.to_owned(),
        kind: found.kind.plural(),
        name: found.card.full(),
        fields: fields::sections(found.kind)
            .iter()
            .flat_map(|it| it.fields)
            .filter(wanted)
            .copied()
            .collect(),
    }
}

pub(super) async fn form(
    signed: Signed,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let homes = homes(&signed)?;
    let Some(card) = wanted.card else {
        return Ok(Go::to("/my/cards").into_response());
    };
    let asked = address(&homes, &card)?;
    let actor = &homes[asked.home].actor;
    let found = it.people.family_card(actor, asked.kind, asked.id).await?;
    let page = page(&card, &found, None);
    Ok(it
        .views
        .page(&signed.visit, TEMPLATE, &page)?
        .into_response())
}

pub(super) async fn propose(
    signed: Signed,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let homes = homes(&signed)?;
    let Some(card) = raw.get("card").map(str::to_owned) else {
        return Ok(Go::to("/my/cards").into_response());
    };
    let asked = address(&homes, &card)?;
    let home = &homes[asked.home];
    let today = home.today(it.views.now());
    let mut form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    let typed: Vec<(String, String)> = raw
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let document = raw.get("document").unwrap_or_default();
    let whose = (asked.kind, asked.id);
    let proposed = it
        .people
        .propose(&home.actor, whose, &typed, document)
        .await;
    match proposed {
        Ok(_) => {
            let flash = Flash::done("people.flash.proposed");
            Ok(Go::to("/my/cards").say(&flash).into_response())
        }
        Err(error) => {
            refuse(&mut form, error)?;
            let found = it
                .people
                .family_card(&home.actor, asked.kind, asked.id)
                .await?;
            let page = page(&card, &found, Some(form));
            invalid(&it.views, &signed.visit, TEMPLATE, &page)
        }
    }
}

pub(super) async fn withdraw(
    signed: Signed,
    State(it): State<Pages>,
    Path(id): Path<ProposalId>,
) -> Result<Go, Failure> {
    for home in homes(&signed)? {
        match it.people.withdraw_proposal(&home.actor, id).await {
            Ok(()) => {
                let flash = Flash::done("people.flash.proposal-withdrawn");
                return Ok(Go::to("/my/cards").say(&flash));
            }
            // Of another of the reader's schools.
            Err(Error::NoSuchProposal) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::NoSuchProposal.into())
}
