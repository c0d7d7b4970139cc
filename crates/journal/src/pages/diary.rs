use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use chrono::NaiveDate;
use curriculum::PeriodId;
use kernel::{Actor, PersonId, Reach, Right};
use serde::Deserialize;
use web::{Failure, Go, Membership, Missing, Query, Signed};

use super::{Pages, view};
use crate::service::monday;

/// `child=krymsk-g7:128`: the organisation and the card there.
#[derive(Deserialize)]
pub(super) struct DiaryQuery {
    child: Option<String>,
    week: Option<NaiveDate>,
    period: Option<PeriodId>,
}

/// Whose diary in which organisation is asked for.
struct Asked {
    actor: Actor,
    org_code: String,
    child: Option<PersonId>,
    today: NaiveDate,
}

fn actor_of(signed: &Signed, it: &Membership) -> Actor {
    Actor {
        account: signed.me.account,
        person: it.person,
        org: it.org,
        grants: std::sync::Arc::clone(&it.grants),
    }
}

fn has_diary(actor: &Actor) -> bool {
    let reaches = actor.reaches(Right::DiaryView);
    reaches.has(Reach::Own) || reaches.has(Reach::OwnChild)
}

/// The organisation of the child in the query, or the first where the person
/// has a diary; `None` for somebody who has none, such as a teacher.
fn asked(it: &Pages, signed: &Signed, query: &DiaryQuery) -> Result<Option<Asked>, Missing> {
    let named = match query.child.as_deref() {
        None => None,
        Some(text) => {
            let (org, child) = text.split_once(':').ok_or(Missing)?;
            Some((org, child.parse::<PersonId>().map_err(|_| Missing)?))
        }
    };
    let mut with_diary = signed
        .me
        .memberships
        .iter()
        .filter(|it| has_diary(&actor_of(signed, it)));
    let found = match named {
        Some((org, _)) => Some(with_diary.find(|it| it.code == org).ok_or(Missing)?),
        None => with_diary.next(),
    };
    Ok(found.map(|membership| {
        let zone = membership
            .zone
            .parse()
            .unwrap_or(chrono_tz::Tz::Europe__Moscow);
        Asked {
            actor: actor_of(signed, membership),
            org_code: membership.code.clone(),
            child: named.map(|(_, child)| child),
            today: it.clock.now().with_timezone(&zone).date_naive(),
        }
    }))
}

/// Children in the person's other schools, so that one tap switches (P4).
async fn elsewhere(
    it: &Pages,
    signed: &Signed,
    asked: &Asked,
) -> Result<Vec<view::ChildLink>, Failure> {
    let mut links = vec![];
    for membership in &signed.me.memberships {
        let actor = actor_of(signed, membership);
        if actor.org != asked.actor.org && has_diary(&actor) {
            let children = it.journal.children(&actor, asked.today).await?;
            links.extend(view::child_links(&membership.code, &children, None));
        }
    }
    Ok(links)
}

/// A person without a diary goes to the pages of the own work.
fn away(signed: &Signed) -> Response {
    let to = signed.me.memberships.first().map_or_else(
        || "/my/settings".to_owned(),
        |it| format!("/o/{}/", it.code),
    );
    Go::to(to).into_response()
}

pub(super) async fn day(
    signed: Signed,
    State(it): State<Pages>,
    Query(query): Query<DiaryQuery>,
) -> Result<Response, Failure> {
    let Some(asked) = asked(&it, &signed, &query)? else {
        return Ok(away(&signed));
    };
    let page = it
        .journal
        .my_day(&asked.actor, asked.child, asked.today)
        .await?;
    let others = elsewhere(&it, &signed, &asked).await?;
    let page = view::my_day(page, &asked.org_code, others, asked.today);
    Ok(it
        .views
        .page(&signed.visit, "journal/day.html", &page)?
        .into_response())
}

pub(super) async fn week(
    signed: Signed,
    State(it): State<Pages>,
    Query(query): Query<DiaryQuery>,
) -> Result<Response, Failure> {
    let Some(asked) = asked(&it, &signed, &query)? else {
        return Ok(away(&signed));
    };
    let monday = monday(query.week.unwrap_or(asked.today));
    let page = it
        .journal
        .week(&asked.actor, asked.child, monday, asked.today)
        .await?;
    let others = elsewhere(&it, &signed, &asked).await?;
    let page = view::week(page, &asked.org_code, others, asked.today);
    Ok(it
        .views
        .page(&signed.visit, "journal/week.html", &page)?
        .into_response())
}

pub(super) async fn marks(
    signed: Signed,
    State(it): State<Pages>,
    Query(query): Query<DiaryQuery>,
) -> Result<Response, Failure> {
    let Some(asked) = asked(&it, &signed, &query)? else {
        return Ok(away(&signed));
    };
    let page = it
        .journal
        .marks_of(&asked.actor, asked.child, query.period, asked.today)
        .await?;
    let others = elsewhere(&it, &signed, &asked).await?;
    let page: Html<String> = it.views.page(
        &signed.visit,
        "journal/marks.html",
        &view::marks(page, &asked.org_code, others),
    )?;
    Ok(page.into_response())
}
