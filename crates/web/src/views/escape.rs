use minijinja::{AutoEscape, Error, Output, State, Value, escape_formatter};

/// Writes a value into a page. Like minijinja's own, but a slash stays a slash:
/// addresses are most of what pages hold, and it needs no escape in HTML.
pub(super) fn write(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let text = match state.auto_escape() {
        AutoEscape::Html if !value.is_safe() => value.as_str(),
        _ => None,
    };
    match text {
        Some(text) => html(out, text).map_err(Error::from),
        None => escape_formatter(out, state, value),
    }
}

fn html(out: &mut Output, text: &str) -> std::fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (plain, sign) = rest.split_at(at);
        out.write_str(plain)?;
        out.write_str(match sign.as_bytes()[0] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &sign[1..];
    }
    out.write_str(rest)
}
