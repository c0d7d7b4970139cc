//! The few requests that go to the provider: one connection each, small
//! answers, a short patience.

use std::{sync::Arc, time::Duration};

use axum::http::Uri;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, pki_types::ServerName},
};

use super::Distrust;

const PATIENCE: Duration = Duration::from_secs(10);
const LARGEST: u64 = 256 * 1024;

/// What is sent.
pub(super) enum Send<'a> {
    Get {
        bearer: Option<&'a str>,
    },
    /// A form, URL-encoded.
    Post {
        form: &'a str,
        basic: Option<&'a str>,
    },
}

/// The body of a 200 answer.
pub(super) async fn ask(address: &str, what: Send<'_>) -> Result<Vec<u8>, Distrust> {
    tokio::time::timeout(PATIENCE, exchange(address, what))
        .await
        .map_err(|_| Distrust::Unreachable("no answer in time".to_owned()))?
}

/// Whether secrets may travel there: over TLS, or not at all away from this machine.
pub(super) fn is_safe(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else {
        return false;
    };
    let here = uri.host().is_some_and(|it| {
        it == "localhost"
            || it
                .parse::<std::net::IpAddr>()
                .is_ok_and(|it| it.is_loopback())
    });
    uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && here)
}

async fn exchange(address: &str, what: Send<'_>) -> Result<Vec<u8>, Distrust> {
    if !is_safe(address) {
        return Err(Distrust::Senseless("an address without TLS"));
    }
    let uri: Uri = address
        .parse()
        .map_err(|_| Distrust::Senseless("an address"))?;
    let host = uri.host().ok_or(Distrust::Senseless("a host"))?;
    let tls = uri.scheme_str() == Some("https");
    let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
    let path = uri.path_and_query().map_or("/", |it| it.as_str());
    let authority = uri.authority().map_or(host, |it| it.as_str());
    let request = written(path, authority, &what);
    let stream = TcpStream::connect((host, port)).await.map_err(gone)?;
    let answer = if tls {
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_| Distrust::Senseless("a host"))?;
        let stream = connector()?.connect(name, stream).await.map_err(gone)?;
        talk(stream, &request).await?
    } else {
        talk(stream, &request).await?
    };
    body(&answer)
}

/// HTTP/1.0: the answer ends with the connection and comes in one piece.
fn written(path: &str, authority: &str, what: &Send<'_>) -> String {
    let head = format!("Host: {authority}\r\nAccept: application/json\r\nConnection: close\r\n");
    match what {
        Send::Get { bearer } => {
            let bearer =
                bearer.map_or_else(String::new, |it| format!("Authorization: Bearer {it}\r\n"));
            format!("GET {path} HTTP/1.0\r\n{head}{bearer}\r\n")
        }
        Send::Post { form, basic } => {
            let basic =
                basic.map_or_else(String::new, |it| format!("Authorization: Basic {it}\r\n"));
            let length = form.len();
            format!(
                "POST {path} HTTP/1.0\r\n{head}{basic}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
            )
        }
    }
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    request: &str,
) -> Result<Vec<u8>, Distrust> {
    stream.write_all(request.as_bytes()).await.map_err(gone)?;
    stream.flush().await.map_err(gone)?;
    let mut answer = vec![];
    let read = stream.take(LARGEST).read_to_end(&mut answer).await;
    // Some servers end TLS without saying so; the body is checked by whoever reads it.
    match read {
        Ok(_) => Ok(answer),
        Err(_) if !answer.is_empty() => Ok(answer),
        Err(error) => Err(gone(error)),
    }
}

fn body(answer: &[u8]) -> Result<Vec<u8>, Distrust> {
    let senseless = || Distrust::Senseless("an answer of HTTP");
    let end = answer
        .windows(4)
        .position(|it| it == b"\r\n\r\n")
        .ok_or_else(senseless)?;
    let head = std::str::from_utf8(&answer[..end]).map_err(|_| senseless())?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|it| it.split(' ').nth(1));
    if status != Some("200") {
        let status = status.unwrap_or("nothing");
        return Err(Distrust::Unreachable(format!("status {status}")));
    }
    let field = |it: &str| {
        let (name, value) = it.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    let mut body = &answer[end + 4..];
    for (name, value) in lines.filter_map(field) {
        match name.as_str() {
            "transfer-encoding" => return Err(Distrust::Senseless("pieces for HTTP/1.0")),
            "content-length" => {
                let length: usize = value.parse().map_err(|_| senseless())?;
                body = body.get(..length).ok_or_else(senseless)?;
            }
            _ => {}
        }
    }
    Ok(body.to_vec())
}

fn connector() -> Result<TlsConnector, Distrust> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(Distrust::Unreachable(
            "no certificates of authorities".to_owned(),
        ));
    }
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn gone(error: std::io::Error) -> Distrust {
    Distrust::Unreachable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_travel_over_tls_or_not_at_all() {
        assert!(is_safe("https://esia.example/token"));
        assert!(is_safe("http://127.0.0.1:9/token"));
        for bad in ["http://esia.example/token", "ftp://127.0.0.1", "esia", ""] {
            assert!(!is_safe(bad), "{bad}");
        }
    }

    #[test]
    fn a_whole_answer_is_read_and_half_a_one_is_not() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(body(answer).unwrap(), b"{}");
        assert!(body(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}").is_err());
        assert!(body(b"HTTP/1.1 500 no\r\n\r\n{}").is_err());
        assert!(body(b"nonsense").is_err());
    }
}
