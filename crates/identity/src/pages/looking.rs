//! «Смотреть как…» (ux.md §2.5 A4): begun on the page of an account, ended
//! from every page.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use web::{Failure, Flash, Go, Member as Who, Path, Signed, form::Raw};

use super::{
    Pages,
    accounts::Address,
    proof::{Proof, with_proof},
};
use crate::Error;

pub(super) async fn begin(
    who: Who,
    State(it): State<Pages>,
    Path(Address { account }): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    who.actor.may_in_org(kernel::Right::AccountEdit)?;
    let back = who.path(&format!("/settings/accounts/{account}"));
    let cookie = match it.proof(&who.visit, &who.me, &raw, &back).await? {
        Proof::Given(cookie) => cookie,
        Proof::Asked(page) => return Ok(page),
    };
    // The token may have changed a moment ago: the one in the cookie counts.
    let token = cookie.as_deref().and_then(token_of);
    let session = token.or_else(|| who.visit.token()).unwrap_or_default();
    let response = match it.identity.look_as(&who.actor, session, account).await {
        Ok(()) => Go::to("/").into_response(),
        Err(Error::NotToLook) => {
            let flash = Flash::warning("fault.identity.not-to-look");
            Go::to(back).say(&flash).into_response()
        }
        Err(other) => return Err(other.into()),
    };
    Ok(with_proof(response, cookie.as_deref()))
}

pub(super) async fn end(signed: Signed, State(it): State<Pages>) -> Result<Response, Failure> {
    let token = signed.visit.token().unwrap_or_default();
    it.identity.look_no_more(token).await?;
    let code = signed.me.memberships.first().map(|it| it.code.clone());
    let to = match (&signed.me.bounds.looking, code) {
        (Some(_), Some(code)) => format!("/o/{code}/settings/accounts/{}", signed.me.account),
        _ => "/".to_owned(),
    };
    Ok(Go::to(to)
        .say(&Flash::done("looking.ended"))
        .into_response())
}

fn token_of(cookie: &str) -> Option<&str> {
    cookie.split(';').next()?.split_once('=').map(|it| it.1)
}
