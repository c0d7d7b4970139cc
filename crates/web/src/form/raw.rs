use std::fmt::Write;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{Method, header},
};

use crate::{Failure, Refused};

/// No form of ours has more fields; a batch of cells goes as JSON.
const MOST_FIELDS: usize = 5_000;

/// The fields of a form as sent, trimmed, in order.
///
/// For forms whose fields depend on data, such as one line per pupil; other
/// forms are read by [`super::Checked`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raw {
    fields: Vec<(String, String)>,
}

impl Raw {
    /// Reads `a=1&b=2`.
    ///
    /// # Errors
    /// Bytes that are not UTF-8, a NUL, or fields without end.
    pub fn parse(text: &[u8]) -> Result<Self, Refused> {
        let mut fields = vec![];
        for pair in text.split(|it| *it == b'&').filter(|it| !it.is_empty()) {
            let at = pair.iter().position(|it| *it == b'=').unwrap_or(pair.len());
            let value = pair.get(at + 1..).unwrap_or_default();
            fields.push((decode(&pair[..at])?, decode(value)?));
            if fields.len() > MOST_FIELDS {
                return Err(Refused::TOO_LARGE);
            }
        }
        Ok(Self { fields })
    }

    /// The last value of the field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    /// Every value of the field, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields
            .iter()
            .filter(move |it| it.0 == name)
            .map(|it| it.1.as_str())
    }

    /// `mark.17=5` under `mark.` is `("17", "5")`.
    pub fn under(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.as_str())))
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Raw {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Self {
        Self {
            fields: fields.into_iter().collect(),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if request.method() == Method::GET {
            let query = request.uri().query().unwrap_or_default();
            return Ok(Self::parse(query.as_bytes())?);
        }
        let sent = request.headers().get(header::CONTENT_TYPE);
        let ours = b"application/x-www-form-urlencoded";
        if !sent.is_some_and(|it| it.as_bytes().starts_with(ours)) {
            return Err(Refused::WRONG_TYPE.into());
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|it| match it.into_response_status() {
            it if it == Refused::TOO_LARGE.status() => Refused::TOO_LARGE,
            _ => Refused::BAD_REQUEST,
        })?;
        Ok(Self::parse(&body)?)
    }
}

/// The status of a rejection without its English text.
trait RejectionStatus {
    fn into_response_status(self) -> axum::http::StatusCode;
}

impl<R: axum::response::IntoResponse> RejectionStatus for R {
    fn into_response_status(self) -> axum::http::StatusCode {
        self.into_response().status()
    }
}

fn decode(text: &[u8]) -> Result<String, Refused> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'+', _) => (b' ', after),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (high * 16 + low, after),
                _ => (first, &rest[1..]),
            },
            _ => (first, after),
        };
        bytes.push(byte);
        rest = after;
    }
    let text = String::from_utf8(bytes).map_err(|_| Refused::BAD_REQUEST)?;
    if text.contains('\0') {
        return Err(Refused::BAD_REQUEST);
    }
    Ok(text.trim().to_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|it| u8::try_from(it).ok())
}

/// One value for a query: all but the harmless is percent-encoded.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' | b',' => {
                out.push(char::from(byte));
            }
            _ => {
                // Writing to a String never fails.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_trimmed() {
        let raw =
            Raw::parse("name=+%D0%81%D0%BB%D0%BA%D0%B0+&mark.7=5&mark.8=&x&c=1&c=2".as_bytes())
                .expect("readable");
        assert_eq!(raw.get("name"), Some("Ёлка"));
        assert_eq!(
            raw.under("mark.").collect::<Vec<_>>(),
            [("7", "5"), ("8", "")]
        );
        assert_eq!(raw.all("c").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(raw.get("x"), Some(""));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(Raw::parse(b"a=%00"), Err(Refused::BAD_REQUEST));
        assert_eq!(Raw::parse(b"a=%FF"), Err(Refused::BAD_REQUEST));
        assert_eq!(Raw::parse(b"a=%zz%").expect("kept").get("a"), Some("%zz%"));
    }

    proptest::proptest! {
        #[test]
        fn encoding_comes_back(text in "[^\0\\s]{0,20}") {
            let sent = format!("a={}", encode(&text));
            let raw = Raw::parse(sent.as_bytes()).expect("readable");
            proptest::prop_assert_eq!(raw.get("a"), Some(text.trim()));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = Raw::parse(&bytes);
        }
    }
}
