//! Sign-in by a provider of identities: OpenID Connect, authorization code
//! with PKCE (security.md §5.7). ЕСИА behind a gateway speaks it.

mod http;
mod provider;
mod signed;

pub use provider::{Provider, ProviderSetup};

/// Why the provider's answer is not taken. All look alike to a visitor; the
/// log tells which.
#[derive(Debug, thiserror::Error)]
pub enum Distrust {
    #[error("the provider did not answer: {0}")]
    Unreachable(String),
    #[error("the provider's answer makes no sense: {0}")]
    Senseless(&'static str),
    #[error("the token is not signed by the provider")]
    Signature,
    #[error("the token is of another issuer")]
    Issuer,
    #[error("the token is for another application")]
    Audience,
    #[error("the token is over or of the future")]
    Time,
    #[error("the token answers another sign-in")]
    Nonce,
    #[error("token and card of the person are of two people")]
    Swapped,
}
