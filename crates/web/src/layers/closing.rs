use std::{convert::Infallible, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use tokio::sync::watch;

/// Tells an answer without end, such as a stream of events, that the node closes.
#[derive(Clone, Debug)]
pub struct Closing(watch::Receiver<bool>);

impl Closing {
    pub(super) fn begin() -> (Arc<watch::Sender<bool>>, Self) {
        let (sender, receiver) = watch::channel(false);
        (Arc::new(sender), Self(receiver))
    }

    /// Ends when the node begins to close.
    pub async fn begun(&mut self) {
        // Without the layers nothing ever closes the node.
        if self.0.wait_for(|it| *it).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Closing {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let never = || Self(watch::channel(false).1);
        Ok(parts.extensions.get().cloned().unwrap_or_else(never))
    }
}
