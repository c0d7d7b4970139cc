//! Built scripts and styles: on disk in debug, inside the binary in release.

use std::borrow::Cow;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/dist"]
#[allow_missing = true]
struct Dist;

/// The built file of that name.
pub(crate) fn find(name: &str) -> Option<Cow<'static, [u8]>> {
    Dist::get(name).map(|it| it.data)
}
