//! «Экзамены» of the diary: the results of the own child.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Actor, PersonId, Reach, Right};
use serde::{Deserialize, Serialize};
use web::{Failure, Go, Membership, Missing, Query, Signed};

use super::{Pages, card::AppealView};
use crate::{Mine, MyExam};

#[derive(Deserialize)]
pub(super) struct ChildQuery {
    /// `krymsk-g7:128`: the organisation and the card there.
    child: Option<String>,
}

#[derive(Serialize)]
struct Page {
    whose: WhoseView,
    exams: Vec<ExamLine>,
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

#[derive(Serialize)]
struct ExamLine {
    kind: &'static str,
    subject: String,
    held_on: NaiveDate,
    stage: &'static str,
    title: String,
    turnout: &'static str,
    primary: Option<i16>,
    max_primary: i16,
    pass_primary: Option<i16>,
    test: Option<i16>,
    mark: Option<String>,
    passed: Option<bool>,
    appeals: Vec<AppealView>,
}

impl ExamLine {
    fn of(it: &MyExam) -> Self {
        let f = &it.exam.fields;
        Self {
            kind: f.kind.code(),
            subject: it.subject.clone(),
            held_on: f.held_on,
            stage: f.stage.code(),
            title: f.title.clone(),
            turnout: it.entry.turnout.code(),
            primary: it.entry.primary,
            max_primary: f.max_primary,
            pass_primary: it.exam.scale.as_ref().and_then(|it| it.pass_primary),
            test: it.outcome.test,
            mark: it.outcome.mark.map(|it| it.to_string()),
            passed: it.outcome.passed,
            appeals: it.appeals.iter().map(AppealView::of).collect(),
        }
    }
}

/// An organisation where the reader has a child, or is a pupil.
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
    let Some(text) = child else {
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
    Query(query): Query<ChildQuery>,
) -> Result<Response, Failure> {
    let wish = named(query.child.as_deref())?;
    let homes = homes(&signed);
    let chosen = match wish {
        Some((org, _)) => homes.iter().position(|it| it.membership.code == org),
        None => Some(0),
    };
    let Some(home) = chosen.and_then(|at| homes.get(at)) else {
        if wish.is_some() {
            return Err(Missing.into());
        }
        // A person without a diary goes to the pages of the own work.
        let first = signed.me.memberships.first();
        let to = first.map_or_else(
            || "/my/settings".to_owned(),
            |it| format!("/o/{}/", it.code),
        );
        return Ok(Go::to(to).into_response());
    };
    let today = it.today_at(home.membership);
    let child = wish.map(|it| it.1);
    let mine = it.exams.mine(&home.actor, child, today).await?;
    let mut whose = whose(&home.membership.code, &mine);
    for other in &homes {
        if other.actor.org != home.actor.org {
            let today = it.today_at(other.membership);
            let children = it.exams.children(&other.actor, today).await?;
            let code = &other.membership.code;
            whose
                .children
                .extend(children.into_iter().map(|(id, name)| ChildView {
                    key: format!("{code}:{id}"),
                    name,
                    current: false,
                }));
        }
    }
    let page = Page {
        whose,
        exams: mine.exams.iter().map(ExamLine::of).collect(),
    };
    let html = it.views.page(&signed.visit, "exams/my_exams.html", &page)?;
    Ok(html.into_response())
}

fn whose(org: &str, it: &Mine) -> WhoseView {
    let key = |id: PersonId| format!("{org}:{id}");
    let current = it.children.iter().find(|child| Some(child.0) == it.child);
    WhoseView {
        key: current.map(|it| key(it.0)),
        name: current.map_or_else(String::new, |it| it.1.clone()),
        class: it.class.clone(),
        preschool: it.preschool,
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
