//! «Возможные дубли»: pairs, two cards side by side, and the way back.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Fault, Kind, PersonId};
use serde::{Deserialize, Serialize};
use web::{Failure, Flash, Go, Member, Path, Query, form::Raw};

use super::{Pages, card_path};
use crate::{Card, CardKind, MergeId, MergeSide, Merged, Suspects};

#[derive(Serialize)]
struct DuplicatesPage {
    path: String,
    pairs: Vec<PairView>,
    merged: Vec<MergedView>,
}

#[derive(Serialize)]
struct PairView {
    likeness: &'static str,
    first: CardView,
    second: CardView,
    compare: String,
}

#[derive(Serialize)]
struct CardView {
    id: PersonId,
    name: String,
    born_on: Option<NaiveDate>,
    kinds: Vec<CardKind>,
    href: String,
}

#[derive(Serialize)]
struct MergedView {
    kept: String,
    gone: String,
    by: Option<String>,
    at: DateTime<Utc>,
    undone: bool,
    until: Option<NaiveDate>,
    undo: String,
}

fn card(member: &Member, it: &Card, kinds: &[CardKind]) -> CardView {
    let first = kinds.first().copied().unwrap_or(CardKind::Parent);
    CardView {
        id: it.id,
        name: it.full(),
        born_on: it.born_on,
        kinds: kinds.to_vec(),
        href: card_path(member, first, it.id),
    }
}

fn pair(member: &Member, it: &Suspects) -> PairView {
    let (first, second) = (it.first.id, it.second.id);
    PairView {
        likeness: it.likeness.code(),
        first: card(member, &it.first, &it.first_kinds),
        second: card(member, &it.second, &it.second_kinds),
        compare: member.path(&format!(
            "/people/duplicates/merge?kept={first}&gone={second}"
        )),
    }
}

fn merged(member: &Member, it: &Merged) -> MergedView {
    MergedView {
        kept: it.kept.full(),
        gone: it.gone.full(),
        by: it.by.clone(),
        at: it.at,
        undone: it.undone_at.is_some(),
        until: it.undo_until(),
        undo: member.path(&format!("/people/duplicates/{}/undo", it.id)),
    }
}

pub(super) async fn list(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let found = it.people.duplicates(&member.actor).await?;
    let page = DuplicatesPage {
        path: member.path("/people/duplicates"),
        pairs: found.suspects.iter().map(|it| pair(&member, it)).collect(),
        merged: found.merged.iter().map(|it| merged(&member, it)).collect(),
    };
    Ok(it
        .views
        .page(&member.visit, "people/duplicates.html", &page)?
        .into_response())
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    kept: Option<PersonId>,
    gone: Option<PersonId>,
}

#[derive(Serialize)]
struct MergePage {
    path: String,
    kept: SideView,
    gone: SideView,
    /// The same pair the other way round.
    swap: String,
    fields: Vec<FieldView>,
    /// The key of the reason under `fault.`.
    refused: Option<&'static str>,
}

#[derive(Serialize)]
struct SideView {
    #[serde(flatten)]
    card: CardView,
    class: Option<String>,
    relatives: usize,
    consents: usize,
    restricted: usize,
    login: Option<String>,
}

/// A field that is not the same in both.
#[derive(Serialize)]
struct FieldView {
    field: String,
    kept: String,
    gone: String,
}

fn side(member: &Member, it: &MergeSide) -> SideView {
    SideView {
        card: card(member, &it.card, &it.kinds),
        class: it.class.clone(),
        relatives: it.relatives,
        consents: it.consents,
        restricted: it.restricted,
        login: it.login.clone(),
    }
}

fn text(value: Option<&serde_json::Value>) -> String {
    match value {
        Some(serde_json::Value::String(it)) => it.clone(),
        Some(serde_json::Value::Number(it)) => it.to_string(),
        _ => String::new(),
    }
}

/// Texts and dates of the card that goes which are not empty and differ.
fn differing(it: &Pages, kept: &MergeSide, gone: &MergeSide) -> Vec<FieldView> {
    let shown = |field: &str, value: String| match (field, value.parse::<NaiveDate>()) {
        (_, Ok(day)) => kernel::dates::show_date(day),
        ("gender", _) if !value.is_empty() => it.views.word(&format!("people.gender.{value}")),
        ("citizenship", _) if !value.is_empty() => {
            it.views.word(&format!("people.citizenship.{value}"))
        }
        _ => value,
    };
    let field = |field: &String| {
        let (one, other) = (text(kept.fields.get(field)), text(gone.fields.get(field)));
        (one != other && !other.is_empty()).then(|| FieldView {
            kept: shown(field, one),
            gone: shown(field, other),
            field: field.clone(),
        })
    };
    gone.fields.keys().filter_map(field).collect()
}

pub(super) async fn preview(
    member: Member,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let path = member.path("/people/duplicates");
    let (Some(kept), Some(gone)) = (wanted.kept, wanted.gone) else {
        it.people.must_merge(&member.actor)?;
        return Ok(Go::to(path).into_response());
    };
    let found = it.people.merge_preview(&member.actor, kept, gone).await?;
    let page = MergePage {
        swap: format!("{path}/merge?kept={gone}&gone={kept}"),
        fields: differing(&it, &found.kept, &found.gone),
        kept: side(&member, &found.kept),
        gone: side(&member, &found.gone),
        refused: found.refused,
        path,
    };
    Ok(it
        .views
        .page(&member.visit, "people/merge.html", &page)?
        .into_response())
}

/// The pair that a form names.
fn pair_of(raw: &Raw) -> Option<(PersonId, PersonId)> {
    let id = |name: &str| raw.get(name)?.parse().ok();
    Some((id("kept")?, id("gone")?))
}

pub(super) async fn merge(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Go, Failure> {
    it.people.must_merge(&member.actor)?;
    let path = member.path("/people/duplicates");
    let Some((kept, gone)) = pair_of(&raw) else {
        return Ok(Go::to(path));
    };
    let from_gone: Vec<String> = raw
        .under("take.")
        .filter(|(_, from)| *from == "gone")
        .map(|(field, _)| field.to_owned())
        .collect();
    let done = it.people.merge(&member.actor, kept, gone, &from_gone).await;
    match done {
        Ok(_) => Ok(Go::to(path).say(&Flash::done("people.flash.merged"))),
        Err(error) if matches!(error.kind(), Kind::Conflict | Kind::Invalid) => {
            let flash = Flash::warning(format!("fault.{}", error.code()));
            Ok(Go::to(format!("{path}/merge?kept={kept}&gone={gone}")).say(&flash))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn two_people(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Go, Failure> {
    it.people.must_merge(&member.actor)?;
    let path = member.path("/people/duplicates");
    let Some((one, other)) = pair_of(&raw) else {
        return Ok(Go::to(path));
    };
    it.people.say_two_people(&member.actor, one, other).await?;
    Ok(Go::to(path).say(&Flash::done("people.flash.two-people")))
}

pub(super) async fn undo(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, MergeId)>,
) -> Result<Go, Failure> {
    let path = member.path("/people/duplicates");
    let flash = match it.people.undo_merge(&member.actor, id).await {
        Ok(_) => Flash::done("people.flash.merge-undone"),
        Err(error) if error.kind() == Kind::Conflict => {
            Flash::warning(format!("fault.{}", error.code()))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Go::to(path).say(&flash))
}
