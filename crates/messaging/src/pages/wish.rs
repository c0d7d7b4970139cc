//! `/my/settings/notifications`: what one wants to be sent.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Actor, Role};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Missing, Signed, form::invalid};

use super::Pages;
use crate::Wish;

/// Letters of the day are sent within these hours.
const HOURS: std::ops::RangeInclusive<u32> = 7..=20;

#[derive(Deserialize, garde::Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[serde(default)]
    #[garde(skip)]
    soon: bool,
    #[serde(default)]
    #[garde(skip)]
    marks: bool,
    #[serde(default)]
    #[garde(skip)]
    cards: bool,
    #[garde(range(max = 23))]
    digest_hour: u32,
    #[garde(range(max = 23))]
    quiet_from: u32,
    #[garde(range(max = 23))]
    quiet_until: u32,
}

#[derive(Serialize)]
struct Page {
    form: FormState,
    /// Where letters go; none: nobody can write.
    address: Option<String>,
    staff: bool,
    family: bool,
    many: bool,
    hours: Vec<Choice>,
    all_hours: Vec<Choice>,
}

#[derive(Serialize)]
struct Choice {
    value: u32,
    label: String,
}

pub(super) async fn show(signed: Signed, State(it): State<Pages>) -> Result<Response, Failure> {
    let (wish, address) = it.post.own_wish(&first(&signed)?).await?;
    let page = page(&signed, FormState::of(&wish), address);
    Ok(it
        .views
        .page(&signed.visit, "messaging/wish.html", &page)?
        .into_response())
}

pub(super) async fn save(
    signed: Signed,
    State(it): State<Pages>,
    form: Checked<Wanted>,
) -> Result<Response, Failure> {
    let Some(wanted) = form.value else {
        let (_, address) = it.post.own_wish(&first(&signed)?).await?;
        let page = page(&signed, form.form, address);
        return invalid(&it.views, &signed.visit, "messaging/wish.html", &page);
    };
    let wish = Wish {
        soon: wanted.soon,
        marks: wanted.marks,
        cards: wanted.cards,
        digest_hour: wanted.digest_hour,
        quiet_from: wanted.quiet_from,
        quiet_until: wanted.quiet_until,
    };
    for actor in actors(&signed) {
        it.post.save_wish(&actor, &wish).await?;
    }
    let flash = Flash::done("messaging.wish.saved");
    Ok(Go::to("/my/settings/notifications")
        .say(&flash)
        .into_response())
}

fn page(signed: &Signed, form: FormState, address: Option<String>) -> Page {
    let roles = signed.visit.roles();
    let is_family = |it: &Role| matches!(it, Role::Parent | Role::Pupil);
    let choice = |hour: u32| Choice {
        value: hour,
        label: format!("{hour}:00"),
    };
    Page {
        form,
        address,
        staff: roles.iter().any(|it| !is_family(it)),
        family: roles.contains(&Role::Parent),
        many: signed.me.memberships.len() > 1,
        hours: HOURS.map(choice).collect(),
        all_hours: (0..24).map(choice).collect(),
    }
}

/// The person in each organisation: the wish is the human being's.
fn actors(signed: &Signed) -> impl Iterator<Item = Actor> {
    signed.me.memberships.iter().map(|it| Actor {
        account: signed.me.account,
        person: it.person,
        org: it.org,
        grants: it.grants.clone(),
        looked: signed.me.bounds.looking.is_some(),
    })
}

fn first(signed: &Signed) -> Result<Actor, Missing> {
    actors(signed).next().ok_or(Missing)
}
