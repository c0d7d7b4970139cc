//! «Права доступа» (SEC-3): people and their roles with scope.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::{AccountId, Grant, Right, Role, Scope};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, ListQuery, Member as Who, Path,
    form::invalid,
    table::{Cell, Column, Kind, List, Row, respond},
};

use super::Pages;
use crate::{Access, AccessOf, Error, GrantId, Place, grant, proposal::needs_two};

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
    /// `org`, `class:5`, `group:7`, `child:14`.
    #[serde(default)]
    #[garde(length(min = 1))]
    scope: String,
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

/// Choices under one heading.
#[derive(Serialize)]
struct Section {
    label: String,
    options: Vec<ScopeChoice>,
}

#[derive(Serialize)]
struct ScopeChoice {
    value: String,
    label: String,
}

#[derive(Serialize)]
struct CardPage {
    name: String,
    login: String,
    grants: Vec<GrantView>,
    roles: Vec<Choice>,
    /// The whole organisation, then classes, groups and children by class.
    scopes: Vec<Section>,
    form: FormState,
    may_edit: bool,
    action: String,
    back: String,
}

#[derive(Serialize)]
struct GrantView {
    role: &'static str,
    scope: &'static str,
    /// The class, the group or the child; empty for the whole organisation.
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
            Err(fault @ (Error::ScopeDoesNotFit | Error::NoSuchPlace)) => {
                form.fault("scope", &fault);
            }
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

/// `class:5` as a scope; nothing for what is none.
fn scope_of(text: &str) -> Option<Scope> {
    match text.split_once(':') {
        None => grant::scope(text, None),
        Some((kind, id)) => grant::scope(kind, Some(id.parse().ok()?)),
    }
}

/// A scope as the form sends it.
fn sent(scope: Scope) -> String {
    match grant::scope_columns(scope) {
        (kind, Some(id)) => format!("{kind}:{id}"),
        (kind, None) => kind.to_owned(),
    }
}

impl Pages {
    async fn give(&self, who: &Who, account: AccountId, wish: &Wish) -> Result<(), Error> {
        let role = Role::from_code(&wish.role).ok_or(Error::ScopeDoesNotFit)?;
        let scope = scope_of(&wish.scope).ok_or(Error::ScopeDoesNotFit)?;
        if wish.needs_two() {
            return self.propose_grant(who, account, role, &wish.reason).await;
        }
        let grant = Grant { role, scope };
        grant::check_scope(grant)?;
        let today = self.views.today(&who.visit);
        self.identity
            .must_be_a_place(&who.actor, scope, &*self.circles, today)
            .await?;
        self.identity.grant(&who.actor, account, grant).await
    }

    /// What the scope of a role can be, by name.
    fn scopes(&self, places: &[Place]) -> Vec<Section> {
        let option = |it: &Place| ScopeChoice {
            value: sent(it.scope),
            label: it.label.clone(),
        };
        let section = |label: String, is_in: &dyn Fn(&Place) -> bool| Section {
            label,
            options: places.iter().filter(|it| is_in(it)).map(option).collect(),
        };
        let mut sections = vec![
            Section {
                label: String::new(),
                options: vec![ScopeChoice {
                    value: sent(Scope::Org),
                    label: self.views.word("identity.access.whole"),
                }],
            },
            section(self.views.word("identity.access.classes"), &|it| {
                matches!(it.scope, Scope::Class(_))
            }),
            section(self.views.word("identity.access.groups"), &|it| {
                matches!(it.scope, Scope::Group(_))
            }),
        ];
        let children = places
            .iter()
            .filter(|it| matches!(it.scope, Scope::Child(_)));
        for one in children
            .collect::<Vec<_>>()
            .chunk_by(|a, b| a.class == b.class)
        {
            let class = one.first().and_then(|it| it.class.as_ref());
            let label = match class {
                Some(class) => {
                    let args = BTreeMap::from([("class".to_owned(), class.clone())]);
                    self.views.phrase("identity.access.children", &args)
                }
                None => self.views.word("identity.access.children.none"),
            };
            sections.push(Section {
                label,
                options: one.iter().copied().map(option).collect(),
            });
        }
        sections.retain(|it| !it.options.is_empty());
        sections
    }

    /// Of whom or what the scope speaks; nothing for the whole organisation.
    fn whom(&self, scope: Scope, places: &[Place]) -> String {
        let known = places.iter().find(|it| it.scope == scope);
        match (known, grant::scope_columns(scope).1) {
            (Some(known), _) => known.label.clone(),
            (None, Some(id)) => {
                let args = BTreeMap::from([("id".to_owned(), id.to_string())]);
                self.views.phrase("identity.access.gone", &args)
            }
            (None, None) => String::new(),
        }
    }

    async fn access_page(
        &self,
        who: &Who,
        account: AccountId,
        form: FormState,
    ) -> Result<CardPage, Failure> {
        let today = self.views.today(&who.visit);
        let AccessOf {
            member,
            grants,
            places,
        } = self
            .identity
            .access_of(&who.actor, account, &*self.circles, today)
            .await?;
        let base = who.path(&format!("/settings/access/{account}"));
        let choice = |value, key: String| Choice {
            value,
            label: self.views.word(&key),
        };
        let view = |it: &Access| GrantView {
            role: it.grant.role.code(),
            scope: grant::scope_columns(it.grant.scope).0,
            whom: self.whom(it.grant.scope, &places),
            since: it.since,
            end_href: format!("{base}/{}/end", it.id),
        };
        Ok(CardPage {
            name: member.name,
            login: member.login,
            grants: grants.iter().map(view).collect(),
            roles: Role::ALL
                .map(|it| choice(it.code(), format!("role.{}", it.code())))
                .into(),
            scopes: self.scopes(&places),
            form,
            may_edit: who.actor.may_in_org(Right::RoleEdit).is_ok(),
            action: base,
            back: who.path("/settings/access"),
        })
    }
}
