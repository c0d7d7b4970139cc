//! What every HTTP handler needs: pages and words, the acting person, forms,
//! lists, imports, progress, print, failures, and the layers around it all.
//!
//! Invariants: no SQL, no rule of any domain, no Russian sentence. Words come
//! from `templates/`, people come through [`Gate`].

mod assets;
mod attachment;
pub mod chart;
pub mod diary;
mod failure;
pub mod heat_map;

pub mod form;
pub mod import;
pub mod job;
mod json;
mod layers;
pub mod paper;
pub mod print;
pub mod table;
mod views;
mod visit;

pub use assets::{ASSET_ROUTES, Asset, AssetSource, Folder, assets, manifest};
pub use attachment::attachment;
pub use failure::{Failure, Missing, Refused};
pub use form::{Checked, FormState};
pub use json::{Json, Path, Query};
pub use layers::{Closing, InFlight, Limits, WebConfig, close, drain, large_body, layers};
pub use table::{ListQuery, TableQuery};
pub use views::{
    MenuLink, NavItem, NavPart, RenderError, SetupError, Templates, Views, ViewsSetup,
};
pub use visit::{
    Bounds, Colors, Flash, Gate, Go, LOOK_ROUTES, Look, Looking, Me, Member, Membership, Refusal,
    Signed, Spacing, Theme, Visit, Wants, look_router, safe_next,
};
