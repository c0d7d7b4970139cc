//! «Учётные записи» (PPL-5): who can sign in, and the slips for those who
//! cannot yet. A password is shown nowhere: nobody has it.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::{AccountId, Right};
use serde::{Deserialize, Serialize};
use web::{
    Failure, Flash, Go, ListQuery, Member as Who, Path,
    form::Raw,
    table::{Bulk, Cell, Column, Kind, List, Row, Tone, respond},
};

use super::{
    Pages,
    proof::{Proof, with_proof},
    qr::qr,
};
use crate::{
    Blocking, Circle, Error, Issue, Member, Open, Skipped, Slip, session::browser, slip::MANY,
};

#[derive(Deserialize)]
pub(super) struct Address {
    pub(super) account: AccountId,
}

#[derive(Serialize)]
struct ListPage {
    /// A teacher without a class: there is nobody to show.
    leads_none: bool,
    circles: Vec<CircleView>,
    /// Without any circle.
    all_href: String,
    chosen: String,
    links: Vec<LinkView>,
}

/// A page about accounts that the actor may open.
#[derive(Serialize)]
struct LinkView {
    href: String,
    code: &'static str,
    sign: &'static str,
}

#[derive(Serialize)]
struct CircleView {
    code: String,
    label: String,
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what the template shows or leaves out"
)]
struct CardPage {
    name: String,
    login: String,
    roles: Vec<&'static str>,
    state: &'static str,
    blocked: bool,
    block_reason: String,
    factor: bool,
    elsewhere: bool,
    slip: &'static str,
    slip_at: Option<DateTime<Utc>>,
    last_login_at: Option<DateTime<Utc>>,
    may_edit: bool,
    may_block: bool,
    oneself: bool,
    base: String,
    back: String,
    may_look: bool,
    sessions: Vec<SessionView>,
    access_href: Option<String>,
}

#[derive(Serialize)]
struct SessionView {
    id: i64,
    browser: String,
    address: String,
    since: DateTime<Utc>,
    seen: DateTime<Utc>,
}

#[derive(Serialize)]
struct SlipsPage {
    slips: Vec<SlipView>,
    skipped: Vec<Skipped>,
    address: String,
    /// The accounts, for whoever sees them.
    back: Option<String>,
    /// The orders, for whoever draws them up.
    orders: Option<String>,
}

#[derive(Serialize)]
struct SlipView {
    name: String,
    login: String,
    code: String,
    expires_at: DateTime<Utc>,
    /// The dark squares as the path of an SVG of `size` by `size`.
    path: String,
    size: usize,
}

const COLUMNS: [Column; 7] = [
    Column::text("name"),
    Column::text("login"),
    Column::text("roles").filtered(),
    Column::badge("state").selectable(),
    Column::new("last", Kind::Moment),
    Column::badge("slip").selectable(),
    Column::badge("factor").selectable(),
];

pub(super) async fn list(
    who: Who,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let chosen = query.param("circle").unwrap_or_default().to_owned();
    let found = it
        .identity
        .members(
            &who.actor,
            &*it.circles,
            Some(chosen.as_str()).filter(|it| !it.is_empty()),
        )
        .await?;
    let rows = found.members.iter().map(|member| it.row(&who, member));
    let mut list = List::new("identity.accounts", COLUMNS).rows(rows);
    if who.actor.may(Right::AccountEdit).is_ok() {
        list = list.bulk(Bulk {
            action: who.path("/settings/accounts"),
            label: "identity.accounts.bulk",
            options: vec![
                ("slips", "identity.accounts.bulk.slips"),
                ("reset", "identity.accounts.bulk.reset"),
            ],
        });
    }
    let view = |it: Circle| CircleView {
        code: it.code,
        label: it.label,
    };
    let page = ListPage {
        leads_none: found.circles.is_empty() && who.actor.may_in_org(Right::AccountView).is_err(),
        circles: found.circles.into_iter().map(view).collect(),
        all_href: who.path("/settings/accounts"),
        chosen,
        links: links(&who),
    };
    respond(
        &it.views,
        &who.visit,
        "identity/accounts.html",
        &list,
        &query,
        &page,
    )
}

fn links(who: &Who) -> Vec<LinkView> {
    let may = who.actor.may(Right::AccountEdit).is_ok();
    let all = who.actor.may_in_org(Right::AccountEdit).is_ok();
    let link = |open: bool, rest: &str, code, sign| {
        open.then(|| LinkView {
            href: who.path(&format!("/settings/{rest}")),
            code,
            sign,
        })
    };
    let links = [
        link(may, "accounts/issue", "identity.issue.title", "printer"),
        link(
            true,
            "accounts/handover",
            "identity.handover.title",
            "clipboard-check",
        ),
        link(all, "proposals", "identity.proposals.title", "users"),
        link(all, "factor", "identity.factor.title", "shield-check"),
        link(all, "security", "identity.security.title", "history"),
    ];
    links.into_iter().flatten().collect()
}

/// The rows that are ticked get slips; the answer is the page to print, and
/// it is the only time that the codes are shown.
pub(super) async fn bulk(who: Who, State(it): State<Pages>, raw: Raw) -> Result<Response, Failure> {
    let accounts: Vec<AccountId> = raw.all("ids").filter_map(|it| it.parse().ok()).collect();
    let reset = raw.get("action") == Some("reset");
    let back = who.path("/settings/accounts");
    // More than a class at once: whoever left the desk open shall not print them.
    let cookie = if accounts.len() > MANY {
        who.actor.may(Right::AccountEdit)?;
        match it.proof(&who.visit, &who.me, &raw, &back).await? {
            Proof::Given(cookie) => cookie,
            Proof::Asked(page) => return Ok(page),
        }
    } else {
        None
    };
    let issue = it
        .identity
        .issue_slips(&who.actor, &*it.circles, &accounts, reset)
        .await;
    match issue {
        Err(Error::NobodyChosen) => {
            let flash = Flash::warning("identity.accounts.nobody-chosen");
            Ok(Go::to(back).say(&flash).into_response())
        }
        other => {
            let page = it.slips_page(&who, other?)?;
            Ok(with_proof(page, cookie.as_deref()))
        }
    }
}

pub(super) async fn card(
    who: Who,
    State(it): State<Pages>,
    Path(Address { account }): Path<Address>,
) -> Result<Response, Failure> {
    let found = it.identity.members(&who.actor, &*it.circles, None).await?;
    let member = found
        .members
        .into_iter()
        .find(|it| it.account == account)
        .ok_or(Error::NoSuchMember)?;
    let sessions = if who.actor.may_in_org(Right::AccountEdit).is_ok() {
        it.identity.member_sessions(&who.actor, account).await?
    } else {
        vec![]
    };
    let page = card_page(&who, &member, sessions);
    Ok(it
        .views
        .page(&who.visit, "identity/account.html", &page)?
        .into_response())
}

pub(super) async fn slip(
    who: Who,
    State(it): State<Pages>,
    Path(Address { account }): Path<Address>,
) -> Result<Response, Failure> {
    let issue = it
        .identity
        .issue_slips(&who.actor, &*it.circles, &[account], false)
        .await?;
    it.slips_page(&who, issue)
}

pub(super) async fn reset(
    who: Who,
    State(it): State<Pages>,
    Path(Address { account }): Path<Address>,
) -> Result<Response, Failure> {
    let issue = it
        .identity
        .issue_slips(&who.actor, &*it.circles, &[account], true)
        .await?;
    it.slips_page(&who, issue)
}

pub(super) async fn block(
    who: Who,
    State(it): State<Pages>,
    Path(Address { account }): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    let reason = raw.get("reason").unwrap_or_default();
    it.set_blocked(&who, account, Blocking::On { reason }).await
}

pub(super) async fn unblock(
    who: Who,
    State(it): State<Pages>,
    Path(Address { account }): Path<Address>,
) -> Result<Response, Failure> {
    it.set_blocked(&who, account, Blocking::Off).await
}

fn card_page(who: &Who, it: &Member, sessions: Vec<Open>) -> CardPage {
    let slip_at = match it.slip {
        Slip::None => None,
        Slip::Issued { until } => Some(until),
        Slip::Used { at } | Slip::Expired { at } => Some(at),
    };
    let access = who.path(&format!("/settings/access/{}", it.account));
    CardPage {
        name: it.name.clone(),
        login: it.login.clone(),
        roles: it.roles.iter().map(|it| it.code()).collect(),
        state: state(it).1,
        blocked: it.blocked,
        block_reason: it.block_reason.clone(),
        factor: it.factor,
        elsewhere: it.elsewhere,
        slip: it.slip.code(),
        slip_at,
        last_login_at: it.last_login_at,
        may_edit: who.actor.may(Right::AccountEdit).is_ok(),
        may_block: who.actor.may_in_org(Right::AccountEdit).is_ok(),
        oneself: it.account == who.actor.account,
        may_look: who.actor.may_in_org(Right::AccountEdit).is_ok()
            && it.account != who.actor.account
            && !it.blocked,
        sessions: sessions.into_iter().map(session).collect(),
        base: who.path(&format!("/settings/accounts/{}", it.account)),
        back: who.path("/settings/accounts"),
        access_href: who
            .actor
            .may_in_org(Right::RoleView)
            .is_ok()
            .then_some(access),
    }
}

fn session(it: Open) -> SessionView {
    SessionView {
        id: it.id,
        browser: browser(&it.agent),
        address: it.address,
        since: it.created_at,
        seen: it.seen_at,
    }
}

/// The tone and the word of an account's state.
fn state(it: &Member) -> (Tone, &'static str) {
    if it.blocked {
        (Tone::Bad, "identity.account.blocked")
    } else if it.has_password {
        (Tone::Ok, "identity.account.active")
    } else {
        (Tone::Warn, "identity.account.new")
    }
}

impl Pages {
    fn row(&self, who: &Who, it: &Member) -> Row {
        let roles: Vec<String> = it
            .roles
            .iter()
            .map(|it| self.views.word(&format!("role.{}", it.code())))
            .collect();
        let (tone, state) = state(it);
        let slip = match it.slip {
            Slip::None => Tone::Plain,
            Slip::Issued { .. } => Tone::Warn,
            Slip::Used { .. } => Tone::Ok,
            Slip::Expired { .. } => Tone::Bad,
        };
        Row::new(
            &it.account,
            [
                Cell::text(&it.name),
                Cell::text(&it.login),
                Cell::text(roles.join(", ")),
                Cell::badge(tone, state),
                Cell::or_empty(it.last_login_at, Cell::moment),
                Cell::badge(slip, format!("identity.slip.{}", it.slip.code())),
                if it.factor {
                    Cell::badge(Tone::Ok, "identity.factor.yes")
                } else {
                    Cell::badge(Tone::Plain, "identity.factor.no")
                },
            ],
        )
        .href(who.path(&format!("/settings/accounts/{}", it.account)))
    }

    pub(super) fn slips_page(&self, who: &Who, issue: Issue) -> Result<Response, Failure> {
        let slips = issue.slips.into_iter().map(|it| {
            let (path, size) = qr(&it.address);
            SlipView {
                name: it.name,
                login: it.login,
                code: it.code,
                expires_at: it.expires_at,
                path,
                size,
            }
        });
        let page = SlipsPage {
            slips: slips.collect(),
            skipped: issue.skipped,
            address: self.identity.settings.address.clone(),
            back: who
                .actor
                .may(Right::AccountView)
                .ok()
                .map(|_| who.path("/settings/accounts")),
            orders: who
                .actor
                .may_in_org(Right::MovementEdit)
                .ok()
                .map(|()| who.path("/movement/orders")),
        };
        Ok(self
            .views
            .page(&who.visit, "identity/slips.html", &page)?
            .into_response())
    }

    async fn set_blocked(
        &self,
        who: &Who,
        account: AccountId,
        change: Blocking<'_>,
    ) -> Result<Response, Failure> {
        let back = who.path(&format!("/settings/accounts/{account}"));
        let flash = match self.identity.block(&who.actor, account, change).await {
            Ok(()) if matches!(change, Blocking::On { .. }) => {
                Flash::done("identity.account.was-blocked")
            }
            Ok(()) => Flash::done("identity.account.was-unblocked"),
            Err(Error::LastAdmin) => Flash::warning("fault.identity.last-admin"),
            Err(Error::NoReason) => Flash::warning("fault.identity.no-reason"),
            Err(Error::NotOneself) => Flash::warning("fault.identity.not-oneself"),
            Err(other) => return Err(other.into()),
        };
        Ok(Go::to(back).say(&flash).into_response())
    }
}
