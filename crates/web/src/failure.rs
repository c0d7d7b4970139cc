use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Fault, Kind};
use serde::Serialize;

use crate::{Views, Visit, Wants, visit::Context};

/// The error of every handler: any [`Fault`], turned into HTTP here and nowhere else.
#[derive(Debug)]
pub struct Failure {
    fault: Box<dyn Fault>,
    /// Where the status says more than the kind.
    status: Option<StatusCode>,
    data: Option<serde_json::Value>,
}

/// There is no such page or thing, or the visitor may not know of it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("there is no such page")]
pub struct Missing;

impl Fault for Missing {
    fn kind(&self) -> Kind {
        Kind::NotFound
    }
    fn code(&self) -> &'static str {
        "not-found"
    }
}

/// The request never reached a handler's own decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request was refused: {code}")]
pub struct Refused {
    status: StatusCode,
    code: &'static str,
}

impl Refused {
    pub const SIGNED_OUT: Self = Self::new(StatusCode::UNAUTHORIZED, "login-required");
    pub const BAD_REQUEST: Self = Self::new(StatusCode::BAD_REQUEST, "bad-request");
    pub const TOO_OFTEN: Self = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-often");
    pub const TOO_LARGE: Self = Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    pub(crate) const BUSY: Self = Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy");
    pub(crate) const SLOW: Self = Self::new(StatusCode::GATEWAY_TIMEOUT, "busy");
    pub(crate) const CROSS_SITE: Self = Self::new(StatusCode::FORBIDDEN, "cross-site");
    pub(crate) const LOOKING: Self = Self::new(StatusCode::FORBIDDEN, "looking");
    pub(crate) const LOOKING_PRIVATE: Self = Self::new(StatusCode::FORBIDDEN, "looking-private");
    pub(crate) const WRONG_TYPE: Self = Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong-type");

    pub(crate) const fn status(self) -> StatusCode {
        self.status
    }

    const fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code }
    }

    /// What a bare status without a page of its own means.
    fn of_status(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::NOT_FOUND => "not-found",
            StatusCode::METHOD_NOT_ALLOWED => "wrong-method",
            StatusCode::PAYLOAD_TOO_LARGE => "too-large",
            StatusCode::FORBIDDEN => "denied",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "wrong-type",
            StatusCode::TOO_MANY_REQUESTS => "too-often",
            StatusCode::SERVICE_UNAVAILABLE => "busy",
            it if it.is_server_error() => "bug",
            _ => "bad-request",
        };
        Self::new(status, code)
    }
}

impl Fault for Refused {
    fn kind(&self) -> Kind {
        match self.status {
            StatusCode::NOT_FOUND => Kind::NotFound,
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => Kind::Forbidden,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => Kind::Unavailable,
            it if it.is_server_error() => Kind::Bug,
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        self.code
    }
}

/// A handler's task panicked; the layer makes this of it.
#[derive(Debug, thiserror::Error)]
#[error("a handler panicked")]
pub(crate) struct Panicked;

impl Fault for Panicked {
    fn kind(&self) -> Kind {
        Kind::Bug
    }
    fn code(&self) -> &'static str {
        "bug"
    }
}

impl<F: Fault> From<F> for Failure {
    fn from(fault: F) -> Self {
        Self::boxed(Box::new(fault))
    }
}

impl Failure {
    /// A failure from a fault that is boxed already, such as that of a job.
    pub fn boxed(fault: Box<dyn Fault>) -> Self {
        let error: &(dyn std::error::Error + 'static) = &*fault;
        let status = error.downcast_ref::<Refused>().map(|it| it.status);
        Self {
            fault,
            status,
            data: None,
        }
    }

    /// Adds what a program needs to go on, such as the current value after a
    /// conflict: `data` of the JSON answer and of the page.
    #[must_use]
    pub fn with(mut self, data: serde_json::Value) -> Self {
        self.data = Some(data);
        self
    }

    pub fn kind(&self) -> Kind {
        self.fault.kind()
    }

    pub fn code(&self) -> &'static str {
        self.fault.code()
    }

    pub fn status(&self) -> StatusCode {
        self.status.unwrap_or(match self.kind() {
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Bug => StatusCode::INTERNAL_SERVER_ERROR,
        })
    }

    /// One line in the log per failure, inside the span of the request.
    fn log(&self) {
        let error = &*self.fault as &dyn std::error::Error;
        match self.kind() {
            Kind::Bug | Kind::Unavailable => tracing::error!(error, "request failed"),
            _ => tracing::debug!(error, "request refused"),
        }
    }
}

/// Left on the response for the layer that knows the templates.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    code: &'static str,
    kind: Kind,
    data: Option<serde_json::Value>,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.log();
        let mut response = self.status().into_response();
        if self.kind() == Kind::Unavailable {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("3"));
        }
        let shown = Shown {
            code: self.code(),
            kind: self.kind(),
            data: self.data,
        };
        response.extensions_mut().insert(shown);
        response
    }
}

/// What `errors/failure.html` and JSON clients get.
#[derive(Serialize)]
struct FailurePage<'a> {
    status: u16,
    code: &'a str,
    kind: &'static str,
    text: String,
    /// The code to tell support, also in the logs.
    request: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a serde_json::Value>,
}

/// Gives a failure its page, piece or JSON; other responses pass unchanged.
pub(crate) fn show(views: &Views, context: &Arc<Context>, response: Response) -> Response {
    let Some(shown) = shown(&response) else {
        return response;
    };
    let visit = context.seen();
    let status = response.status();
    let page = FailurePage {
        status: status.as_u16(),
        code: shown.code,
        kind: kind_code(shown.kind),
        text: text(views, &shown),
        request: visit.request_id(),
        data: shown.data.as_ref(),
    };
    let mut dressed = body(views, &visit, &page);
    *dressed.status_mut() = status;
    carry_over(&response, &mut dressed);
    dressed
}

/// The failure of a handler, or of a layer that answers with a bare status or in plain English.
fn shown(response: &Response) -> Option<Shown> {
    if let Some(shown) = response.extensions().get::<Shown>() {
        return Some(shown.clone());
    }
    let status = response.status();
    let typed = response.headers().get(header::CONTENT_TYPE);
    let bare = typed.is_none_or(|it| it.as_bytes().starts_with(b"text/plain"));
    if !bare || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let refused = Refused::of_status(status);
    tracing::debug!(%status, "request refused by a layer");
    Some(Shown {
        code: refused.code,
        kind: refused.kind(),
        data: None,
    })
}

fn body(views: &Views, visit: &Visit, page: &FailurePage<'_>) -> Response {
    let html = match visit.wants() {
        Wants::Json => return axum::Json(page).into_response(),
        Wants::Fragment => views.fragment(visit, "errors/_failure.html", page),
        Wants::Page => views.page(visit, "errors/failure.html", page),
    };
    match html {
        Ok(html) => html.into_response(),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the failure page failed"
            );
            format!("{} {}", page.code, page.request).into_response()
        }
    }
}

/// Keeps what a layer or handler said besides: `Allow`, `Retry-After`, cookies, `HX-Redirect`.
fn carry_over(from: &Response, to: &mut Response) {
    for (name, value) in from.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            to.headers_mut().append(name, value.clone());
        }
    }
}

fn text(views: &Views, shown: &Shown) -> String {
    let own = format!("fault.{}", shown.code);
    let usual = format!("fault.kind.{}", kind_code(shown.kind));
    views.first_word(&[&own, &usual]).unwrap_or_else(|| {
        tracing::error!(code = shown.code, "the failure has no words");
        shown.code.to_owned()
    })
}

const fn kind_code(kind: Kind) -> &'static str {
    match kind {
        Kind::NotFound => "not-found",
        Kind::Forbidden => "forbidden",
        Kind::Invalid => "invalid",
        Kind::Conflict => "conflict",
        Kind::Unavailable => "unavailable",
        Kind::Bug => "bug",
    }
}
