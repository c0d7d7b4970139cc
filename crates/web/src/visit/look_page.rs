use axum::{Router, routing::post};

use super::{Colors, Go, Look, Spacing, Theme, Visit, safe_next};
use crate::form::Raw;

/// The routes of [`router`].
pub const ROUTES: &[(&str, &str)] = &[("POST", "/settings/look")];

/// Keeps theme and «версия для слабовидящих» in the cookie of this browser, for anybody.
pub fn router() -> Router {
    Router::new().route("/settings/look", post(keep))
}

async fn keep(visit: Visit, form: Raw) -> Go {
    let look = changed(*visit.look(), &form);
    let back = safe_next(form.get("back").unwrap_or_default()).to_owned();
    Go::to(back).cookie(visit.look_cookie(look))
}

/// What the form names is set, the rest stays; switching off sets all but the theme back.
fn changed(now: Look, form: &Raw) -> Look {
    let theme = form
        .get("theme")
        .and_then(Theme::from_code)
        .unwrap_or(now.theme);
    match form.get("on") {
        Some("0") => Look {
            theme,
            ..Look::default()
        },
        on => Look {
            theme,
            on: on == Some("1") || now.on,
            size: form
                .get("size")
                .and_then(Look::known_size)
                .unwrap_or(now.size),
            colors: form
                .get("colors")
                .and_then(Colors::from_code)
                .unwrap_or(now.colors),
            spacing: form
                .get("spacing")
                .and_then(Spacing::from_code)
                .unwrap_or(now.spacing),
            images: form.get("images").map_or(now.images, |it| it != "0"),
        },
    }
}
