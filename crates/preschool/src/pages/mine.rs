//! «Табель» of the diary: the month of the own child.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Actor, PersonId, Reach, Right};
use serde::Serialize;
use web::{Failure, Go, Membership, Missing, Signed, form::Raw};

use super::{Pages, asked_month, view::SheetView};
use crate::MyMonth;

#[derive(Serialize)]
struct Page {
    whose: WhoseView,
    sheet: Option<SheetView>,
    /// Days before the first Monday of the month's calendar.
    lead: u32,
}

/// What the pages of a diary begin with.
#[derive(Serialize)]
struct WhoseView {
    children: Vec<ChildView>,
    key: Option<String>,
    name: String,
    class: Option<String>,
    preschool: bool,
}

#[derive(Serialize)]
struct ChildView {
    key: String,
    name: String,
    current: bool,
}

/// An organisation where the reader has a child.
struct Home<'a> {
    membership: &'a Membership,
    actor: Actor,
}

fn homes<'a>(signed: &'a Signed) -> Vec<Home<'a>> {
    let home = |membership: &'a Membership| Home {
        actor: Actor {
            account: signed.me.account,
            person: membership.person,
            org: membership.org,
            grants: std::sync::Arc::clone(&membership.grants),
        },
        membership,
    };
    let all = signed.me.memberships.iter().map(home);
    all.filter(|it| {
        let reaches = it.actor.reaches(Right::DiaryView);
        reaches.has(Reach::Own) || reaches.has(Reach::OwnChild)
    })
    .collect()
}

/// The organisation and the child that the address names.
fn named(child: Option<&str>) -> Result<Option<(&str, PersonId)>, Missing> {
    let Some(text) = child.filter(|it| !it.is_empty()) else {
        return Ok(None);
    };
    let (org, child) = text.split_once(':').ok_or(Missing)?;
    Ok(Some((org, child.parse().map_err(|_| Missing)?)))
}

impl Pages {
    fn today_at(&self, it: &Membership) -> NaiveDate {
        let zone = it.zone.parse().unwrap_or(chrono_tz::Tz::Europe__Moscow);
        kernel::dates::today(self.clock.now(), zone)
    }
}

pub(super) async fn page(
    signed: Signed,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let wish = named(raw.get("child"))?;
    let homes = homes(&signed);
    let chosen = match wish {
        Some((org, _)) => homes.iter().position(|it| it.membership.code == org),
        None => Some(0),
    };
    let Some(home) = chosen.and_then(|at| homes.get(at)) else {
        if wish.is_some() {
            return Err(Missing.into());
        }
        let first = signed.me.memberships.first();
        let to = first.map_or_else(
            || "/my/settings".to_owned(),
            |it| format!("/o/{}/", it.code),
        );
        return Ok(Go::to(to).into_response());
    };
    let today = it.today_at(home.membership);
    let child = wish.map(|it| it.1);
    let mine = it
        .preschool
        .mine(&home.actor, child, asked_month(&raw), today)
        .await?;
    let mut whose = whose(&home.membership.code, &mine);
    for other in &homes {
        if other.actor.org != home.actor.org {
            let today = it.today_at(other.membership);
            let children = it.preschool.children(&other.actor, today).await?;
            let code = &other.membership.code;
            let links = children.into_iter().map(|(id, name)| ChildView {
                key: format!("{code}:{id}"),
                name,
                current: false,
            });
            whose.children.extend(links);
        }
    }
    let sheet = mine.sheet.as_ref();
    let lead = sheet.map_or(0, |it| {
        chrono::Datelike::weekday(&it.month.first()).num_days_from_monday()
    });
    let page = Page {
        sheet: sheet.map(|it| SheetView::of_sheet("/my/preschool".to_owned(), it, today)),
        lead,
        whose,
    };
    let html = it
        .views
        .page(&signed.visit, "preschool/my_month.html", &page)?;
    Ok(html.into_response())
}

fn whose(org: &str, it: &MyMonth) -> WhoseView {
    let key = |id: PersonId| format!("{org}:{id}");
    let current = it.children.iter().find(|child| Some(child.0) == it.child);
    WhoseView {
        key: current.map(|it| key(it.0)),
        name: current.map_or_else(String::new, |it| it.1.clone()),
        class: it.sheet.as_ref().map(|it| it.class.name()),
        preschool: it.sheet.is_some(),
        children: it
            .children
            .iter()
            .map(|(id, name)| ChildView {
                key: key(*id),
                name: name.clone(),
                current: Some(*id) == it.child,
            })
            .collect(),
    }
}
