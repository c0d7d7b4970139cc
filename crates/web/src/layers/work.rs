use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::Instrument;

use super::InFlight;
use crate::{Failure, Refused, failure::Panicked};

/// Runs the handler in a task of its own: a client that goes away, or waits
/// no longer, cannot drop it half-way. A panic becomes a failure page.
pub(super) async fn in_a_task(
    State(in_flight): State<InFlight>,
    request: Request,
    next: Next,
) -> Response {
    let InFlight {
        permits, limits, ..
    } = in_flight;
    let admitted = tokio::time::timeout(limits.patience, permits.acquire_owned()).await;
    let Ok(Ok(permit)) = admitted else {
        return Failure::from(Refused::BUSY).into_response();
    };
    let work = async move {
        let response = next.run(request).await;
        drop(permit);
        response
    };
    let task = tokio::spawn(work.in_current_span());
    match tokio::time::timeout(limits.longest, task).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Failure::from(Panicked).into_response(),
        Err(_) => Failure::from(Refused::SLOW).into_response(),
    }
}
