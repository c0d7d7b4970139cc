//! All SQL of identity. Functions beginning with a role of the database in
//! their module's words: `account`, `session`, `throttle` run in
//! `Db::begin_auth`, `member` and `grant` in the organisation's transaction.

pub(crate) mod account;
pub(crate) mod factor;
pub(crate) mod grant;
pub(crate) mod member;
pub(crate) mod oidc;
pub(crate) mod proposal;
pub(crate) mod rights;
pub(crate) mod session;
pub(crate) mod setup;
pub(crate) mod slip;
pub(crate) mod throttle;
pub(crate) mod view;
pub(crate) mod visits;
