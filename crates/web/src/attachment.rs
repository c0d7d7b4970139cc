//! Files that are handed out as downloads, never shown by us.

use axum::{
    body::Bytes,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

/// A download with that name and the type that was found in it.
pub fn attachment(name: &str, media_type: &str, bytes: Bytes) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let media = HeaderValue::from_str(media_type);
    let media = media.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, media);
    if let Ok(value) = HeaderValue::from_str(&disposition(name)) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// RFC 6266: the name in UTF-8, and a plain one for whoever cannot read it.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|it| {
            if it.is_ascii_alphanumeric() || "-_.".contains(it) {
                it
            } else {
                '_'
            }
        })
        .collect();
    let encoded: String = name
        .bytes()
        .map(|it| match it {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(it).to_string()
            }
            it => format!("%{it:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_survives_the_header_and_cannot_leave_it() {
        assert_eq!(
            disposition("Тест 1.pdf"),
            "attachment; filename=\"_____1.pdf\"; filename*=UTF-8''%D0%A2%D0%B5%D1%81%D1%82%201.pdf"
        );
        assert!(!disposition("a\"\r\nx: y").contains('\n'));
    }
}
