use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Actor, PersonId, Reach, Right};
use serde::Serialize;
use web::{Failure, Member, Path, Views};

use super::{
    Pages, card_path,
    fields::{self, Facts},
    lists::movement,
    proposals::ProposalView,
};
use crate::{Card, CardKind, CardView, Consent, HistoryLine, Relative, Way, edit_right};

/// The head of every page of a card. Domains above open it too: their tabs
/// of a card are at `/o/{org}/people/pupils/{id}/…` and `/o/{org}/people/staff/{id}/…`.
#[derive(Serialize)]
pub struct CardHead {
    pub(super) kind: CardKind,
    pub(super) id: PersonId,
    pub(super) name: String,
    pub(super) path: String,
    /// Which tab is open: `card`, `restricted`, `history`, `records`,
    /// `viewers`, `study`, `charts`, `work`.
    tab: &'static str,
    /// The tabs there are besides the card.
    tabs: Vec<&'static str>,
}

/// What ties the reader to a card that they see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// They may change it.
    pub keeps: bool,
    /// It is the own card, or that of a child.
    pub own: bool,
}

impl Ties {
    /// As far as the reader's rights alone tell, without a look at classes.
    pub(super) fn by_rights(actor: &Actor, kind: CardKind, id: PersonId) -> Self {
        let reaches = actor.reaches(Right::PupilView);
        let family = reaches.has(Reach::OwnChild) && !reaches.has(Reach::OwnLoad);
        Self {
            keeps: actor.may(edit_right(kind)).is_ok(),
            own: actor.person == id || kind == CardKind::Pupil && family,
        }
    }
}

impl CardHead {
    /// The head of a page of a card, with the tabs that these ties open.
    pub fn new(
        member: &Member,
        kind: CardKind,
        card: &Card,
        ties: Ties,
        tab: &'static str,
    ) -> Self {
        Self {
            kind,
            id: card.id,
            name: card.full(),
            path: card_path(member, kind, card.id),
            tab,
            tabs: tabs(&member.actor, kind, ties, tab),
        }
    }

    pub(super) fn of(
        member: &Member,
        kind: CardKind,
        person: &crate::Person,
        tab: &'static str,
    ) -> Self {
        let ties = Ties::by_rights(&member.actor, kind, person.id);
        Self::new(member, kind, &person.card(), ties, tab)
    }
}

/// Whether the reader may see how a pupil learns in all subjects: with the
/// journals of the class, as the keeper of the card, or as the family.
pub fn sees_progress(actor: &Actor, ties: Ties) -> bool {
    ties.keeps || ties.own || actor.may_in_org(Right::JournalView).is_ok()
}

fn tabs(actor: &Actor, kind: CardKind, ties: Ties, open: &'static str) -> Vec<&'static str> {
    let pupil = kind == CardKind::Pupil;
    let restricted = actor.reaches(Right::RestrictedView);
    let watches = actor.may_in_org(Right::AuditView).is_ok();
    let all = [
        ("study", pupil),
        ("charts", pupil && sees_progress(actor, ties)),
        (
            "restricted",
            restricted.has(Reach::Org) || ties.keeps && actor.may(Right::RestrictedView).is_ok(),
        ),
        ("records", kind != CardKind::Parent),
        ("work", kind == CardKind::Staff),
        ("history", ties.keeps),
        ("viewers", ties.own || watches),
    ];
    all.into_iter()
        .filter_map(|(tab, is)| (is || tab == open).then_some(tab))
        .collect()
}

#[derive(Serialize)]
struct CardPage {
    head: CardHead,
    class: Option<String>,
    way: Option<WayView>,
    /// Other cards of the same person.
    others: Vec<Other>,
    facts: Vec<Facts>,
    family: Vec<RelativeView>,
    consents: Option<Vec<ConsentView>>,
    may_edit: bool,
    may_link: bool,
    may_record_consent: bool,
    /// Everything that is kept of the person, where it is the reader's to take out.
    privacy: Option<String>,
}

#[derive(Serialize)]
struct Other {
    kind: CardKind,
    href: String,
}

#[derive(Serialize)]
pub(super) struct RelativeView {
    name: String,
    kind: String,
    href: String,
    /// Where the tie is ended.
    end: String,
}

/// «Дата зачисления» and «движение» of S2 annex 1.
#[derive(Serialize)]
pub(super) struct WayView {
    enrolled_on: NaiveDate,
    movement: String,
}

impl WayView {
    pub(super) fn of(way: &Way, views: &Views) -> Self {
        Self {
            enrolled_on: way.enrolled_on,
            movement: movement(views, way),
        }
    }
}

#[derive(Serialize)]
pub(super) struct ConsentView {
    kind: &'static str,
    document: String,
    signed_on: NaiveDate,
    withdrawn_on: Option<NaiveDate>,
    href: String,
    withdraw: String,
}

impl CardPage {
    fn of(member: &Member, view: CardView, views: &Views) -> Self {
        let ties = Ties {
            keeps: view.may_edit,
            own: view.is_own,
        };
        let card = view.person.card();
        let head = CardHead::new(member, view.kind, &card, ties, "card");
        let others = view.kinds.iter().filter(|it| **it != view.kind);
        let id = view.person.id;
        let family_ids: Vec<PersonId> = view.family.iter().map(|it| it.card.id).collect();
        Self {
            class: view.class,
            way: view.way.map(|it| WayView::of(&it, views)),
            others: others
                .map(|it| Other {
                    kind: *it,
                    href: card_path(member, *it, id),
                })
                .collect(),
            facts: fields::facts(&view.person.fields, &view.details),
            family: view
                .family
                .iter()
                .map(|it| relative(member, view.kind, id, it))
                .collect(),
            consents: view
                .consents
                .map(|it| it.into_iter().map(|it| consent(member, it)).collect()),
            privacy: leads_to_privacy(&member.actor, &family_ids, id)
                .then(|| member.path(&format!("/privacy/{id}"))),
            may_edit: view.may_edit,
            may_link: view.may_link,
            may_record_consent: view.may_record_consent,
            head,
        }
    }
}

/// Whether all that is kept of the person is the actor's to take out: the
/// own, that of a child, or anybody's (152-FZ).
fn leads_to_privacy(actor: &Actor, family: &[PersonId], person: PersonId) -> bool {
    let reaches = actor.reaches(Right::PersonExport);
    reaches.has(Reach::Org)
        || reaches.has(Reach::Own) && person == actor.person
        || reaches.has(Reach::OwnChild) && family.contains(&actor.person)
}

pub(super) fn relative(
    member: &Member,
    kind: CardKind,
    id: PersonId,
    it: &Relative,
) -> RelativeView {
    let other = if kind == CardKind::Pupil {
        CardKind::Parent
    } else {
        CardKind::Pupil
    };
    let kinship = it.kinship.id;
    RelativeView {
        name: it.card.full(),
        kind: it.kinship.kind.clone(),
        href: card_path(member, other, it.card.id),
        end: format!(
            "{}/family/{kinship}/end",
            card_path(member, CardKind::Pupil, id)
        ),
    }
}

pub(super) fn consent(member: &Member, it: Consent) -> ConsentView {
    ConsentView {
        kind: it.kind.code(),
        document: it.document,
        signed_on: it.signed_on,
        withdrawn_on: it.withdrawn_on,
        href: member.path(&format!("/people/consents/{}", it.id)),
        withdraw: member.path(&format!("/people/consents/{}/withdraw", it.id)),
    }
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    let view = it.people.card(&member.actor, kind, id).await?;
    let page = CardPage::of(&member, view, &it.views);
    Ok(it
        .views
        .page(&member.visit, "people/card.html", &page)?
        .into_response())
}

#[derive(Serialize)]
struct HistoryPage {
    head: CardHead,
    lines: Vec<HistoryLine>,
    /// What the family proposed and the school decided.
    proposals: Vec<ProposalView>,
}

pub(super) async fn history(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    let (person, lines) = it.people.history(&member.actor, kind, id).await?;
    let proposals = it.people.decided_proposals(&member.actor, kind, id).await?;
    let page = HistoryPage {
        head: CardHead::of(&member, kind, &person, "history"),
        lines,
        proposals: proposals
            .iter()
            .map(|it| ProposalView::of(it, None))
            .collect(),
    };
    Ok(it
        .views
        .page(&member.visit, "people/history.html", &page)?
        .into_response())
}
