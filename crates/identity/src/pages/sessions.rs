//! The sessions of a member, for the administrator (SEC-4).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::AccountId;
use serde::Deserialize;
use web::{Failure, Flash, Go, Member as Who, Path};

use super::{Pages, accounts::Address};

#[derive(Deserialize)]
pub(super) struct SessionAddress {
    account: AccountId,
    session: i64,
}

pub(super) async fn end_all(
    who: Who,
    State(it): State<Pages>,
    Path(Address { account }): Path<Address>,
) -> Result<Response, Failure> {
    let ended = it
        .identity
        .end_member_sessions(&who.actor, account, None)
        .await?;
    let flash = Flash::done("identity.sessions.ended").with("count", &ended);
    Ok(back(&who, account, &flash))
}

pub(super) async fn end_one(
    who: Who,
    State(it): State<Pages>,
    Path(SessionAddress { account, session }): Path<SessionAddress>,
) -> Result<Response, Failure> {
    it.identity
        .end_member_sessions(&who.actor, account, Some(session))
        .await?;
    let flash = Flash::done("identity.sessions.one-ended");
    Ok(back(&who, account, &flash))
}

fn back(who: &Who, account: AccountId, flash: &Flash) -> Response {
    let to = who.path(&format!("/settings/accounts/{account}"));
    Go::to(to).say(flash).into_response()
}
