//! «Права доступа» (SEC-3): people and their roles with scope.

use std::collections::HashMap;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::{AccountId, Grant, PersonId, Right, Role, Scope};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, ListQuery, Member as Who, Path,
    form::invalid,
    table::{Cell, Column, Kind, List, Row, respond},
};

use super::Pages;
use crate::{Access, Error, GrantId, grant, proposal::needs_two};

#[derive(Deserialize)]
pub(super) struct Address {
    account: AccountId,
}

#[derive(Deserialize)]
pub(super) struct GrantAddress {
    account: AccountId,
    grant: GrantId,
}

#[derive(Deserialize, garde::Validate)]
pub(super) struct Wish {
    #[serde(default)]
    #[garde(length(min = 1))]
    role: String,
    #[serde(default)]
    #[garde(length(min = 1))]
    scope: String,
    #[garde(skip)]
    scope_id: Option<i64>,
    /// Why, where a second administrator decides.
    #[serde(default)]
    #[garde(length(max = 200))]
    reason: String,
}

#[derive(Serialize)]
struct ListPage {}

#[derive(Serialize)]
struct Choice {
    value: &'static str,
    label: String,
}

#[derive(Serialize)]
struct CardPage {
    name: String,
    login: String,
    grants: Vec<GrantView>,
    roles: Vec<Choice>,
    scopes: Vec<Choice>,
    form: FormState,
    may_edit: bool,
    action: String,
    back: String,
}

#[derive(Serialize)]
struct GrantView {
    role: &'static str,
    scope: &'static str,
    /// The child's name where it has an account, otherwise the number.
    whom: String,
    since: DateTime<Utc>,
    end_href: String,
}

const COLUMNS: [Column; 5] = [
    Column::text("name"),
    Column::text("login"),
    Column::text("role").selectable(),
    Column::text("scope").selectable(),
    Column::new("since", Kind::Moment),
];

const SCOPES: [&str; 4] = ["org", "class", "group", "child"];

pub(super) async fn list(
    who: Who,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let all = it.identity.access(&who.actor).await?;
    let rows = all.iter().map(|access| row(&who, access));
    let list = List::new("identity.access", COLUMNS).rows(rows);
    respond(
        &it.views,
        &who.visit,
        "identity/access.html",
        &list,
        &query,
        &ListPage {},
    )
}

fn row(who: &Who, it: &Access) -> Row {
    let scope = match (it.grant.scope, it.grant.role) {
        // What the role reaches is narrower than where it is given.
        (Scope::Org, Role::Pupil | Role::Teacher) => "own",
        (scope, _) => grant::scope_columns(scope).0,
    };
    Row::new(
        &it.id,
        [
            Cell::text(&it.name),
            Cell::text(&it.login),
            Cell::word(format!("role.{}", it.grant.role.code())),
            Cell::word(format!("identity.scope.{scope}")),
            Cell::moment(it.since),
        ],
    )
    .href(who.path(&format!("/settings/access/{}", it.account)))
}

pub(super) async fn card(
    who: Who,
    State(it): State<Pages>,
    Path(Address { account }): Path<Address>,
) -> Result<Response, Failure> {
    let form = FormState::new().with("scope", "org");
    let page = it.access_page(&who, account, form).await?;
    Ok(it
        .views
        .page(&who.visit, "identity/access_card.html", &page)?
        .into_response())
}

pub(super) async fn add(
    who: Who,
    State(it): State<Pages>,
    Path(Address { account }): Path<Address>,
    form: Checked<Wish>,
) -> Result<Response, Failure> {
    who.actor.may_in_org(Right::RoleEdit)?;
    let Checked { value, mut form } = form;
    if let Some(wish) = value {
        match it.give(&who, account, &wish).await {
            Ok(()) if wish.needs_two() => return Ok(proposed(&who, account)),
            Ok(()) => return Ok(done(&who, account, "identity.access.granted")),
            Err(Error::ScopeDoesNotFit) => form.fault("scope", &Error::ScopeDoesNotFit),
            Err(Error::GrantedAlready) => form.fault("role", &Error::GrantedAlready),
            Err(Error::ProposedAlready) => form.fault("role", &Error::ProposedAlready),
            Err(Error::NoReason) => form.fault("reason", &Error::NoReason),
            Err(other) => return Err(other.into()),
        }
    }
    let page = it.access_page(&who, account, form).await?;
    invalid(&it.views, &who.visit, "identity/access_card.html", &page)
}

pub(super) async fn end(
    who: Who,
    State(it): State<Pages>,
    Path(GrantAddress { account, grant }): Path<GrantAddress>,
) -> Result<Response, Failure> {
    let word = match it.identity.end_grant(&who.actor, account, grant).await {
        Ok(()) => "identity.access.ended",
        Err(Error::LastAdmin) => {
            let flash = Flash::warning("fault.identity.last-admin");
            let back = who.path(&format!("/settings/access/{account}"));
            return Ok(Go::to(back).say(&flash).into_response());
        }
        Err(other) => return Err(other.into()),
    };
    Ok(done(&who, account, word))
}

/// Back to the person; whoever gave away the right to look, to the beginning.
fn done(who: &Who, account: AccountId, word: &str) -> Response {
    let to = who.path(&format!("/settings/access/{account}"));
    Go::to(to).say(&Flash::done(word)).into_response()
}

/// Back to the person: a second administrator decides.
fn proposed(who: &Who, account: AccountId) -> Response {
    let flash =
        Flash::warning("identity.proposals.proposed").link(&who.path("/settings/proposals"));
    let to = who.path(&format!("/settings/access/{account}"));
    Go::to(to).say(&flash).into_response()
}

impl Wish {
    /// Whether one administrator alone may only propose it.
    fn needs_two(&self) -> bool {
        self.scope == "org" && Role::from_code(&self.role).is_some_and(needs_two)
    }
}

/// Of whom or what the scope speaks; nothing for the whole organisation.
fn whom(scope: Scope, id: Option<i64>, names: &HashMap<PersonId, String>) -> String {
    let name = match scope {
        Scope::Child(child) => names.get(&child).cloned(),
        _ => None,
    };
    name.or_else(|| id.map(|it| format!("№ {it}")))
        .unwrap_or_default()
}

impl Pages {
    async fn give(&self, who: &Who, account: AccountId, wish: &Wish) -> Result<(), Error> {
        let role = Role::from_code(&wish.role).ok_or(Error::ScopeDoesNotFit)?;
        let id = wish.scope_id.filter(|_| wish.scope != "org");
        let scope: Scope = grant::scope(&wish.scope, id).ok_or(Error::ScopeDoesNotFit)?;
        if wish.needs_two() {
            return self.propose_grant(who, account, role, &wish.reason).await;
        }
        self.identity
            .grant(&who.actor, account, Grant { role, scope })
            .await
    }

    async fn access_page(
        &self,
        who: &Who,
        account: AccountId,
        form: FormState,
    ) -> Result<CardPage, Failure> {
        let (member, grants, names) = self.identity.access_of(&who.actor, account).await?;
        let base = who.path(&format!("/settings/access/{account}"));
        let choice = |value, key: String| Choice {
            value,
            label: self.views.word(&key),
        };
        let view = |it: &Access| {
            let (scope, scope_id) = grant::scope_columns(it.grant.scope);
            GrantView {
                role: it.grant.role.code(),
                scope,
                whom: whom(it.grant.scope, scope_id, &names),
                since: it.since,
                end_href: format!("{base}/{}/end", it.id),
            }
        };
        Ok(CardPage {
            name: member.name,
            login: member.login,
            grants: grants.iter().map(view).collect(),
            roles: Role::ALL
                .map(|it| choice(it.code(), format!("role.{}", it.code())))
                .into(),
            scopes: SCOPES
                .map(|it| choice(it, format!("identity.scope.{it}")))
                .into(),
            form,
            may_edit: who.actor.may_in_org(Right::RoleEdit).is_ok(),
            action: base,
            back: who.path("/settings/access"),
        })
    }
}
