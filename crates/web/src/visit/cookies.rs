use cookie::{Cookie, SameSite, time::Duration};

use super::{Flash, Look, Settings};

pub(crate) const LOOK: &str = "look";
pub(crate) const FLASH: &str = "flash";

/// The prefix makes browsers refuse the cookie from another host or without TLS.
pub(crate) fn session_name(settings: &Settings) -> &'static str {
    if settings.https { "__Host-sid" } else { "sid" }
}

fn cookie<'a>(settings: &Settings, name: &'a str, value: String) -> Cookie<'a> {
    Cookie::build((name, value))
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .secure(settings.https)
        .build()
}

pub(super) fn session(settings: &Settings, token: &str, seconds: Option<u64>) -> String {
    let mut it = cookie(settings, session_name(settings), token.to_owned());
    it.set_max_age(seconds.map(duration));
    it.encoded().to_string()
}

pub(super) fn own(settings: &Settings, name: &str, value: &str, seconds: u64) -> String {
    let mut it = cookie(settings, name, value.to_owned());
    it.set_max_age(duration(seconds));
    it.encoded().to_string()
}

pub(super) fn look(settings: &Settings, look: Look) -> String {
    let mut it = cookie(settings, LOOK, look.to_text());
    it.set_max_age(duration(365 * 24 * 3600));
    it.encoded().to_string()
}

/// Lives for the one page that follows; a minute where that page never comes.
pub(super) fn flash(flash: &Flash) -> String {
    let text = serde_json::to_string(flash).unwrap_or_default();
    let it = Cookie::build((FLASH, text))
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .max_age(duration(60));
    it.build().encoded().to_string()
}

pub(crate) fn no_flash() -> String {
    let it = Cookie::build((FLASH, ""))
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .max_age(Duration::ZERO);
    it.build().to_string()
}

fn duration(seconds: u64) -> Duration {
    Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}
