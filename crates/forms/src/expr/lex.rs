//! Words of the language.

/// One word of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `grade`, `count`, `female`
    Name(String),
    /// `5`, `01`, `2.1.1`: a number, or the code of a row, column or section.
    Code(String),
    /// `'углублённое'`
    Text(String),
    /// `(`, `..`, `<=` …
    Sign(&'static str),
}

const SIGNS: [&str; 12] = [
    "..", "<=", ">=", "!=", "(", ")", ",", "=", "<", ">", "+", "-",
];

/// Splits a text into words.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut rest = text.trim_start();
    let mut found = vec![];
    while let Some(first) = rest.chars().next() {
        let token;
        if let Some(sign) = SIGNS.iter().find(|it| rest.starts_with(**it)) {
            token = Token::Sign(sign);
            rest = &rest[sign.len()..];
        } else if first == '\'' {
            let body = &rest[1..];
            let end = body
                .find('\'')
                .ok_or_else(|| format!("no end of the text {rest}"))?;
            token = Token::Text(body[..end].to_owned());
            rest = &body[end + 1..];
        } else if first.is_ascii_digit() {
            let end = code_end(rest);
            token = Token::Code(rest[..end].to_owned());
            rest = &rest[end..];
        } else if first.is_ascii_alphabetic() {
            let end = rest
                .find(|it: char| !it.is_ascii_alphanumeric() && it != '_')
                .unwrap_or(rest.len());
            token = Token::Name(rest[..end].to_owned());
            rest = &rest[end..];
        } else {
            return Err(format!("no word begins with {first:?}"));
        }
        found.push(token);
        rest = rest.trim_start();
    }
    Ok(found)
}

/// A code goes on over single dots: `2.1.1`, but `4..15` is a range.
fn code_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let goes_on = bytes[at].is_ascii_alphanumeric()
            || (bytes[at] == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit));
        if !goes_on {
            break;
        }
        at += 1;
    }
    at
}
