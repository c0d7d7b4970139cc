use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{Extensions, HeaderValue, request::Parts},
    response::{IntoResponse, Response},
};
use kernel::{Actor, Fault, Kind};

use super::{Context, Go, Me, Visit, Wants};
use crate::{Failure, Missing, Refused};

/// Why a request does not reach its handler.
#[derive(Debug)]
pub enum Refusal {
    /// Nobody is signed in: the login page, then back to `next`.
    SignIn {
        next: String,
        wants: Wants,
    },
    /// The password must be changed first.
    ChangePassword,
    /// The second factor must be set up first.
    SetUpFactor,
    Failed(Failure),
}

impl<F: Fault> From<F> for Refusal {
    fn from(fault: F) -> Self {
        Self::Failed(fault.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn { next, wants } => sign_in(&next, wants),
            Self::ChangePassword => Go::to("/my/password").into_response(),
            Self::SetUpFactor => Go::to("/my/factor").into_response(),
            Self::Failed(failure) => failure.into_response(),
        }
    }
}

fn sign_in(next: &str, wants: Wants) -> Response {
    let to = match next {
        "/" => "/login".to_owned(),
        next => format!("/login?next={}", crate::form::encode(next)),
    };
    if wants == Wants::Page {
        return Go::to(to).into_response();
    }
    let mut response = Failure::from(Refused::SIGNED_OUT).into_response();
    if let (Wants::Fragment, Ok(to)) = (wants, HeaderValue::from_str(&to)) {
        response.headers_mut().insert("hx-redirect", to);
    }
    response
}

/// The layers were not applied, which is a mistake of the wiring.
#[derive(Debug, thiserror::Error)]
#[error("a route is outside of web::layers")]
struct NoLayers;

impl Fault for NoLayers {
    fn kind(&self) -> Kind {
        Kind::Bug
    }
    fn code(&self) -> &'static str {
        "bug"
    }
}

impl Context {
    /// The context that the outermost layer made.
    pub(crate) fn of_request(extensions: &Extensions) -> Result<Arc<Self>, Failure> {
        Ok(extensions.get::<Arc<Self>>().cloned().ok_or(NoLayers)?)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let context = Context::of_request(&parts.extensions).map_err(Refusal::Failed)?;
        let me = context.me().await.map_err(Refusal::Failed)?;
        let org = org_code(parts, state).await;
        let membership = me
            .as_ref()
            .zip(org)
            .and_then(|(me, org)| me.memberships.iter().position(|it| it.code == org));
        let visit = Self {
            context,
            me,
            membership,
            archive: None,
        };
        visit.context.remember(&visit);
        Ok(visit)
    }
}

/// The path parameter `org`, where the route has one.
async fn org_code<S: Send + Sync>(parts: &mut Parts, state: &S) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, state).await.ok()?;
    params
        .iter()
        .find(|(name, _)| *name == "org")
        .map(|(_, code)| code.to_owned())
}

/// Somebody signed in, for `/my/*`, where no organisation is in the path.
#[derive(Clone)]
pub struct Signed {
    pub me: Arc<Me>,
    pub visit: Visit,
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let Some(me) = visit.me.clone() else {
            return Err(Refusal::SignIn {
                next: next(&visit.context),
                wants: visit.wants(),
            });
        };
        if me.must_change_password && !is_open_with_old_password(parts.uri.path()) {
            return Err(Refusal::ChangePassword);
        }
        if me.bounds.must_enrol && !is_open_without_factor(parts.uri.path()) {
            return Err(Refusal::SetUpFactor);
        }
        Ok(Self { me, visit })
    }
}

fn is_open_without_factor(path: &str) -> bool {
    is_open_with_old_password(path) || path == "/my/factor" || path.starts_with("/my/factor/")
}

fn is_open_with_old_password(path: &str) -> bool {
    matches!(path, "/my/password" | "/logout")
}

/// Where to return after login. What was being sent is gone, so a form
/// returns to the page it was on.
fn next(context: &Context) -> String {
    if context.method.is_safe() {
        return context.path.clone();
    }
    context.referer.clone().unwrap_or_else(|| "/".to_owned())
}

/// A member of the organisation of the path, `/o/{org}/…`.
///
/// Anybody else gets the same 404 as for an organisation that is not there.
#[derive(Clone)]
pub struct Member {
    pub actor: Actor,
    pub me: Arc<Me>,
    pub visit: Visit,
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Signed { me, visit } = Signed::from_request_parts(parts, state).await?;
        let actor = visit.actor().ok_or(Missing)?;
        Ok(Self { actor, me, visit })
    }
}

impl Member {
    /// A path inside the organisation: `member.path("/pupils")` is `/o/krymsk-g7/pupils`.
    pub fn path(&self, rest: &str) -> String {
        let code = self.visit.membership().map_or("", |it| it.code.as_str());
        format!("/o/{code}{rest}")
    }
}
