//! What the database should know of the request behind a transaction.

use std::{future::Future, net::IpAddr};

tokio::task_local! {
    static CURRENT: Request;
}

/// The request that is being served: it goes into history and audit rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    id: String,
    ip: Option<IpAddr>,
}

impl Request {
    /// Keeps of the id what is safe anywhere: letters, digits, `-` and `_`,
    /// at most 64 of them.
    pub fn new(id: &str, ip: Option<IpAddr>) -> Self {
        let is_safe = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_');
        Self {
            id: id.chars().filter(is_safe).take(64).collect(),
            ip,
        }
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    /// Runs the future so that every transaction begun inside knows of this
    /// request. `web` does it once around the router.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// The request that is being served, or an empty one outside of any.
    pub fn current() -> Self {
        CURRENT.try_with(Clone::clone).unwrap_or_default()
    }

    pub(crate) fn ip_text(&self) -> String {
        self.ip.map(|it| it.to_string()).unwrap_or_default()
    }
}
