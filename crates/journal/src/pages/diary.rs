use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use curriculum::PeriodId;
use kernel::{Actor, PersonId, Reach, Right, SubjectId};
use serde::{Deserialize, Serialize};
use web::{Failure, Go, Membership, Missing, Query, Signed};

use super::{Pages, view};
use crate::service::{Whose, monday};

/// `child=krymsk-g7:128`: the organisation and the card there.
#[derive(Deserialize)]
pub(super) struct DiaryQuery {
    child: Option<String>,
    week: Option<NaiveDate>,
    period: Option<PeriodId>,
    /// The subject that is looked at closely.
    subject: Option<SubjectId>,
}

/// Whose diary in which organisation is asked for.
pub(super) struct Asked {
    pub(super) actor: Actor,
    pub(super) org_code: String,
    pub(super) child: Option<PersonId>,
    /// The time on the school's own clock.
    pub(super) now: NaiveDateTime,
    pub(super) zone: Tz,
}

impl Asked {
    pub(super) fn today(&self) -> NaiveDate {
        self.now.date()
    }
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

fn asked_in(it: &Pages, signed: &Signed, membership: &Membership) -> Asked {
    let zone = membership.zone.parse().unwrap_or(Tz::Europe__Moscow);
    Asked {
        actor: actor_of(signed, membership),
        org_code: membership.code.clone(),
        child: None,
        now: it.clock.now().with_timezone(&zone).naive_local(),
        zone,
    }
}

/// Every organisation where the person has a diary.
pub(super) fn everywhere(it: &Pages, signed: &Signed) -> Vec<Asked> {
    let memberships = signed.me.memberships.iter();
    memberships
        .map(|membership| asked_in(it, signed, membership))
        .filter(|it| has_diary(&it.actor))
        .collect()
}

/// The organisation of the child in the address, or the first where the person
/// has a diary; `None` for somebody who has none, such as a teacher.
pub(super) fn asked(
    it: &Pages,
    signed: &Signed,
    child: Option<&str>,
) -> Result<Option<Asked>, Missing> {
    let named = match child {
        None => None,
        Some(text) => {
            let (org, child) = text.split_once(':').ok_or(Missing)?;
            Some((org, child.parse::<PersonId>().map_err(|_| Missing)?))
        }
    };
    let mut with_diary = everywhere(it, signed).into_iter();
    match named {
        Some((org, child)) => {
            let found = with_diary.find(|it| it.org_code == org).ok_or(Missing)?;
            Ok(Some(Asked {
                child: Some(child),
                ..found
            }))
        }
        None => Ok(with_diary.next()),
    }
}

/// Children in the person's other schools, so that one tap switches (P4).
async fn elsewhere(
    it: &Pages,
    signed: &Signed,
    asked: &Asked,
) -> Result<Vec<view::ChildLink>, Failure> {
    let mut links = vec![];
    for other in everywhere(it, signed) {
        if other.actor.org != asked.actor.org {
            let children = it.journal.children(&other.actor, asked.today()).await?;
            links.extend(view::child_links(&other.org_code, &children, None));
        }
    }
    Ok(links)
}

/// A person without a diary goes to the pages of the own work.
pub(super) fn away(signed: &Signed) -> Response {
    let to = signed.me.memberships.first().map_or_else(
        || "/my/settings".to_owned(),
        |it| format!("/o/{}/", it.code),
    );
    Go::to(to).into_response()
}

/// The switch of children and the rest of the page.
async fn show<P: Serialize>(
    it: &Pages,
    signed: &Signed,
    asked: &Asked,
    template: &str,
    whose: &Whose,
    page: impl FnOnce(view::WhoseView) -> P,
) -> Result<Response, Failure> {
    let others = elsewhere(it, signed, asked).await?;
    let whose = view::whose(&asked.org_code, whose, others);
    let html: Html<String> = it.views.page(&signed.visit, template, &page(whose))?;
    Ok(html.into_response())
}

pub(super) async fn day(
    signed: Signed,
    State(it): State<Pages>,
    Query(query): Query<DiaryQuery>,
) -> Result<Response, Failure> {
    let Some(asked) = asked(&it, &signed, query.child.as_deref())? else {
        return Ok(away(&signed));
    };
    let page = it
        .journal
        .my_day(&asked.actor, asked.child, asked.now)
        .await?;
    let whose = page.whose.clone();
    show(&it, &signed, &asked, "journal/day.html", &whose, |whose| {
        view::my_day(page, whose, asked.today())
    })
    .await
}

pub(super) async fn week(
    signed: Signed,
    State(it): State<Pages>,
    Query(query): Query<DiaryQuery>,
) -> Result<Response, Failure> {
    let Some(asked) = asked(&it, &signed, query.child.as_deref())? else {
        return Ok(away(&signed));
    };
    let today = asked.today();
    let monday = monday(query.week.unwrap_or(today));
    let page = it
        .journal
        .week(&asked.actor, asked.child, monday, today)
        .await?;
    let whose = page.whose.clone();
    show(&it, &signed, &asked, "journal/week.html", &whose, |whose| {
        view::week(page, whose, today)
    })
    .await
}

pub(super) async fn marks(
    signed: Signed,
    State(it): State<Pages>,
    Query(query): Query<DiaryQuery>,
    Query(plus): Query<view::Plus>,
) -> Result<Response, Failure> {
    let Some(asked) = asked(&it, &signed, query.child.as_deref())? else {
        return Ok(away(&signed));
    };
    let page = it
        .journal
        .marks_of(&asked.actor, asked.child, query.period, asked.today())
        .await?;
    let whose = page.whose.clone();
    if let Some(subject) = query.subject {
        let found = page.subjects.iter().find(|it| it.id == subject);
        let found = found.ok_or(Missing)?.clone();
        return show(
            &it,
            &signed,
            &asked,
            "journal/my_subject.html",
            &whose,
            |whose| view::subject(&page, found, &plus, whose),
        )
        .await;
    }
    show(
        &it,
        &signed,
        &asked,
        "journal/marks.html",
        &whose,
        |whose| view::marks(page, whose),
    )
    .await
}

pub(super) async fn attendance(
    signed: Signed,
    State(it): State<Pages>,
    Query(query): Query<DiaryQuery>,
) -> Result<Response, Failure> {
    let Some(asked) = asked(&it, &signed, query.child.as_deref())? else {
        return Ok(away(&signed));
    };
    let today = asked.today();
    let page = it
        .journal
        .attendance_of(&asked.actor, asked.child, query.period, today)
        .await?;
    let whose = page.whose.clone();
    show(
        &it,
        &signed,
        &asked,
        "journal/my_attendance.html",
        &whose,
        |whose| view::my_attendance(page, whose, today),
    )
    .await
}

pub(super) async fn tests(
    signed: Signed,
    State(it): State<Pages>,
    Query(query): Query<DiaryQuery>,
) -> Result<Response, Failure> {
    let Some(asked) = asked(&it, &signed, query.child.as_deref())? else {
        return Ok(away(&signed));
    };
    let today = asked.today();
    let page = it
        .journal
        .tests_of(&asked.actor, asked.child, today)
        .await?;
    let whose = page.whose.clone();
    show(
        &it,
        &signed,
        &asked,
        "journal/my_tests.html",
        &whose,
        |whose| view::tests(page, whose, today),
    )
    .await
}

pub(super) async fn notifications(
    signed: Signed,
    State(it): State<Pages>,
) -> Result<Html<String>, Failure> {
    let mut notices = vec![];
    for asked in everywhere(&it, &signed) {
        let found = it.journal.notices(&asked.actor, asked.today()).await?;
        notices.extend(
            found
                .into_iter()
                .map(|it| (asked.org_code.clone(), asked.zone, it)),
        );
    }
    let page = view::notifications(notices);
    Ok(it
        .views
        .page(&signed.visit, "journal/my_notifications.html", &page)?)
}

pub(super) async fn read_notifications(
    signed: Signed,
    State(it): State<Pages>,
) -> Result<Go, Failure> {
    for asked in everywhere(&it, &signed) {
        it.journal.read_notices(&asked.actor, asked.today()).await?;
    }
    Ok(Go::to("/my/notifications"))
}
