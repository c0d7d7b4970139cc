use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use bytes::Bytes;
use cookie::{Cookie, CookieJar};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// A browser without a screen: it asks a router in the same process, keeps
/// cookies and does not follow redirects.
#[derive(Clone)]
pub struct Client {
    router: Router,
    jar: CookieJar,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Answer {
    /// The body as text; what is not UTF-8 is shown as such.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|it| panic!("{it} in the answer {}: {}", self.status, self.text()))
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Option<&str> {
        self.header(header::LOCATION.as_str())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Client {
    pub fn new(router: Router) -> Self {
        Self {
            router,
            jar: CookieJar::new(),
            headers: Vec::new(),
        }
    }

    /// The same client that sends this header with everything.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same client with this cookie in its jar.
    #[must_use]
    pub fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.jar.add(Cookie::new(name.to_owned(), value.to_owned()));
        self
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.jar.get(name).map(Cookie::value)
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Bytes::new()).await
    }

    pub async fn post_form(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect::<Vec<_>>()
            .join("&");
        self.send(
            Method::POST,
            path,
            Some("application/x-www-form-urlencoded"),
            body.into(),
        )
        .await
    }

    pub async fn post_json(&mut self, path: &str, body: &Value) -> Answer {
        self.send(
            Method::POST,
            path,
            Some("application/json"),
            body.to_string().into(),
        )
        .await
    }

    /// Sends a form with one file, as `multipart/form-data`.
    pub async fn post_file(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        (field, name, bytes): (&str, &str, &[u8]),
    ) -> Answer {
        const BOUNDARY: &str = "zvonok-test-boundary";
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        body.extend(format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n").bytes());
        body.extend(bytes);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(Method::POST, path, Some(&kind), body.into())
            .await
    }

    /// Sends anything. Like a browser on our own page it says that the
    /// request comes from the same origin.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: Bytes,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header("sec-fetch-site", "same-origin");
        if let Some(kind) = content_type {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let cookies: Vec<String> = self
            .jar
            .iter()
            .map(|it| it.stripped().to_string())
            .collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request
            .body(Body::from(body))
            .expect("a well-formed request");
        let answer = match self.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (head, body) = answer.into_parts();
        self.keep_cookies(&head.headers);
        let bytes = body.collect().await.expect("the whole body").to_bytes();
        Answer {
            status: head.status,
            headers: head.headers,
            bytes,
        }
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let cookie = line
                .to_str()
                .ok()
                .and_then(|it| Cookie::parse(it.to_owned()).ok());
            let cookie =
                cookie.unwrap_or_else(|| panic!("a cookie that no browser takes: {line:?}"));
            let is_gone = cookie.value().is_empty()
                || cookie
                    .max_age()
                    .is_some_and(|it| it.is_zero() || it.is_negative());
            if is_gone {
                self.jar.force_remove(cookie.name());
            } else {
                self.jar.add(cookie);
            }
        }
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|it| match it {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(it).to_string()
            }
            b' ' => "+".to_owned(),
            _ => format!("%{it:02X}"),
        })
        .collect()
}
