//! Extractors whose refusals are ours and never a line of English.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Failure, Missing, Refused};

/// A JSON body in, a JSON answer out.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        use axum::extract::rejection::JsonRejection as Why;
        let read = axum::Json::<T>::from_request(request, state).await;
        let refused = match read {
            Ok(axum::Json(it)) => return Ok(Self(it)),
            Err(Why::MissingJsonContentType(_)) => Refused::WRONG_TYPE,
            Err(why) if why.status() == Refused::TOO_LARGE.status() => Refused::TOO_LARGE,
            Err(_) => Refused::BAD_REQUEST,
        };
        Err(refused.into())
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Parameters of the path; one that is not a number or the like is a page that is not there.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|it| Self(it.0)).map_err(|_| Missing.into())
    }
}

/// Parameters of the query; unreadable ones are refused with 400.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|it| Self(it.0))
            .map_err(|_| Refused::BAD_REQUEST.into())
    }
}
