use std::{collections::BTreeMap, fmt::Write};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{cookies, safe_next};

/// A line shown once, on the page after the change: «Сохранено. \[Отменить\]».
///
/// The code is the key of a word; `{name}` in the word is filled from the arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub code: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
    /// A link beside the text, such as undo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    /// Where a button «Отменить» posts to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
    #[serde(default)]
    warning: bool,
}

impl Flash {
    /// Something was done.
    pub fn done(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            args: BTreeMap::new(),
            href: None,
            undo: None,
            warning: false,
        }
    }

    /// Something was done, but needs a look.
    pub fn warning(code: impl Into<String>) -> Self {
        Self {
            warning: true,
            ..Self::done(code)
        }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: &(impl ToString + ?Sized)) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }

    /// A link of this site beside the text.
    #[must_use]
    pub fn link(mut self, href: &str) -> Self {
        self.href = Some(safe_next(href).to_owned());
        self
    }

    /// A button beside the text that takes the change back.
    #[must_use]
    pub fn undo(mut self, action: &str) -> Self {
        self.undo = Some(safe_next(action).to_owned());
        self
    }

    pub(crate) fn kind(&self) -> &'static str {
        if self.warning { "warning" } else { "success" }
    }

    /// Reads the cookie. It comes from the browser, so the link is checked again.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let it: Self = serde_json::from_str(text).ok()?;
        let own = |path: &Option<String>| path.as_deref().map(|it| safe_next(it).to_owned());
        let (href, undo) = (own(&it.href), own(&it.undo));
        Some(Self { href, undo, ..it })
    }
}

/// The answer to a form that was accepted: 303 to the page that shows the result.
#[derive(Clone, Debug)]
#[must_use]
pub struct Go {
    to: String,
    cookies: Vec<String>,
}

impl Go {
    pub fn to(path: impl Into<String>) -> Self {
        Self {
            to: path.into(),
            cookies: vec![],
        }
    }

    /// Says something on the next page.
    pub fn say(self, flash: &Flash) -> Self {
        self.cookie(cookies::flash(flash))
    }

    /// Adds a `Set-Cookie`.
    pub fn cookie(mut self, cookie: String) -> Self {
        self.cookies.push(cookie);
        self
    }
}

impl IntoResponse for Go {
    fn into_response(self) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let headers = response.headers_mut();
        if let Ok(to) = HeaderValue::from_str(&ascii(&self.to)) {
            headers.insert(header::LOCATION, to);
        }
        for cookie in self.cookies {
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                headers.append(header::SET_COOKIE, cookie);
            }
        }
        response
    }
}

/// A header takes ASCII only: Cyrillic in a query is percent-encoded.
fn ascii(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() {
            out.push(char::from(byte));
        } else {
            // Writing to a String never fails.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
