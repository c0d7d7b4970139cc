//! «История обучения», a tab of a pupil's card (PPL-2, S1:4).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{Datelike, NaiveDate};
use kernel::{PersonId, Right};
use people::{CardHead, CardKind};
use serde::Serialize;
use web::{Failure, Member, Path};

use super::Pages;
use crate::{StayOrder, StudyHistory, StudyStay};

#[derive(Serialize)]
struct StudyPage {
    head: CardHead,
    stays: Vec<StayView>,
    /// The final marks of the present year, for the family.
    diary: Option<String>,
    /// Marks that another school handed over.
    former: Option<String>,
}

#[derive(Serialize)]
struct StayView {
    /// «2025/2026»
    year: String,
    class: String,
    since: NaiveDate,
    until: Option<NaiveDate>,
    began: OrderView,
    came_from: String,
    ended: Option<OrderView>,
    went_to: String,
    reason: Option<&'static str>,
    /// The final marks of the class in that year.
    marks: Option<String>,
}

#[derive(Serialize)]
struct OrderView {
    kind: &'static str,
    number: String,
    ordered_on: NaiveDate,
    href: Option<String>,
}

fn order(member: &Member, it: StayOrder) -> OrderView {
    let opens = member.actor.may_in_org(Right::MovementView).is_ok();
    OrderView {
        kind: it.kind.code(),
        number: it.number,
        ordered_on: it.ordered_on,
        href: opens.then(|| member.path(&format!("/movement/orders/{}", it.id))),
    }
}

fn stay(member: &Member, it: StudyStay) -> StayView {
    let stayed = it.stayed;
    StayView {
        year: format!("{}/{}", it.year.starts_on.year(), it.year.ends_on.year()),
        class: it.class.name(),
        since: stayed.since,
        until: stayed.until,
        began: order(member, stayed.began),
        came_from: stayed.came_from,
        ended: stayed.ended.map(|it| order(member, it)),
        went_to: stayed.went_to,
        reason: stayed.reason.map(crate::LeavingReason::code),
        marks: it
            .may_see_marks
            .then(|| member.path(&format!("/journal/{}/summary", it.class.id))),
    }
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let found = it.movement.study(&member.actor, id, today).await?;
    let StudyHistory {
        card,
        ties,
        stays,
        came_by_transfer,
    } = found;
    let opens_diary = ties.own && member.actor.may(Right::DiaryView).is_ok();
    let page = StudyPage {
        former: (came_by_transfer
            && (ties.own || ties.keeps || member.actor.may(Right::JournalView).is_ok()))
        .then(|| member.path(&format!("/people/pupils/{id}/former-marks"))),
        head: CardHead::new(&member, CardKind::Pupil, &card, ties, "study"),
        diary: opens_diary.then(|| {
            let org = member.path("");
            let code = org.rsplit('/').next().unwrap_or_default();
            format!("/my/diary/finals?child={code}:{id}")
        }),
        stays: stays.into_iter().map(|it| stay(&member, it)).collect(),
    };
    Ok(it
        .views
        .page(&member.visit, "movement/study.html", &page)?
        .into_response())
}
