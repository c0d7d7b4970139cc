/// What a failure means to the person who met it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There is no such thing, or the actor may not know of it.
    NotFound,
    /// The actor knows of it but may not do this.
    Forbidden,
    /// The request makes no sense as it stands.
    Invalid,
    /// Someone else was faster; the actor should look again.
    Conflict,
    /// Nobody's fault in the request; trying later may help.
    Unavailable,
    /// Our mistake.
    Bug,
}

/// An error that can be shown: it knows what it means and the code under
/// which the templates keep its words.
pub trait Fault: std::error::Error + Send + Sync + 'static {
    fn kind(&self) -> Kind;
    /// The key of the words in `templates/components/words.html`, such as `journal.off-scale`.
    fn code(&self) -> &'static str;
}

/// The actor lacks a right. Shown as a page that says who grants it.
#[derive(Debug, thiserror::Error)]
#[error("the actor lacks the right {0:?}")]
pub struct Denied(pub crate::Right);

impl Fault for Denied {
    fn kind(&self) -> Kind {
        Kind::Forbidden
    }
    fn code(&self) -> &'static str {
        "denied"
    }
}
