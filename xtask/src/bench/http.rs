//! HTTP/1.1 over one kept connection: as little as possible between us and the server,
//! so that what is measured is the server.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use anyhow::{Context, Result, bail};

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) method: &'static str,
    pub(super) path: &'a str,
    pub(super) cookie: &'a str,
    pub(super) kind: &'static str,
    pub(super) body: &'a [u8],
}

impl<'a> Request<'a> {
    pub(super) fn get(path: &'a str) -> Self {
        Self {
            method: "GET",
            path,
            cookie: "",
            kind: "",
            body: b"",
        }
    }

    pub(super) fn post(path: &'a str, body: &'a [u8]) -> Self {
        Self {
            method: "POST",
            path,
            cookie: "",
            kind: "application/json",
            body,
        }
    }

    pub(super) fn with_cookie(self, cookie: &'a str) -> Self {
        Self { cookie, ..self }
    }
}

/// What came back; the body as it went over the wire (packed).
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Bytes of status line and headers.
    pub(super) head: usize,
}

impl Answer {
    /// The values of a header, its name in lower case.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |it| it.0 == name)
            .map(|it| it.1.as_str())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|it| it.0 == name)
            .map(|it| it.1.as_str())
    }

    /// How many statements the database got for it: `Server-Timing: db;desc="statements=5"`.
    pub(super) fn statements(&self) -> Option<u32> {
        let told = self
            .all("server-timing")
            .find_map(|it| it.split_once("statements="))?
            .1;
        let end = told
            .find(|it: char| !it.is_ascii_digit())
            .unwrap_or(told.len());
        told[..end].parse().ok()
    }
}

/// One connection.
pub(super) struct Client {
    host: String,
    packing: &'static str,
    stream: BufReader<TcpStream>,
}

impl Client {
    pub(super) fn connect(port: u16) -> Result<Self> {
        let host = format!("127.0.0.1:{port}");
        let stream = TcpStream::connect(&host).with_context(|| format!("cannot reach {host}"))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            host,
            packing: "gzip",
            stream: BufReader::with_capacity(64 * 1024, stream),
        })
    }

    /// Wants plain bodies, to be read.
    pub(super) fn without_packing(self) -> Self {
        Self {
            packing: "identity",
            ..self
        }
    }

    /// Sends and waits for the whole answer.
    pub(super) fn send(&mut self, request: &Request<'_>) -> Result<Answer> {
        let mut bytes = self.head(request).into_bytes();
        bytes.extend_from_slice(request.body);
        self.stream.get_mut().write_all(&bytes)?;
        read(&mut self.stream)
    }

    fn head(&self, request: &Request<'_>) -> String {
        let Request {
            method,
            path,
            cookie,
            kind,
            body,
        } = request;
        let Self { host, packing, .. } = self;
        // A page of our own asks: what the protection against foreign pages wants to see.
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
             Sec-Fetch-Site: same-origin\r\nAccept: */*\r\nAccept-Encoding: {packing}\r\n"
        );
        if !cookie.is_empty() {
            head.extend(["Cookie: ", cookie, "\r\n"]);
        }
        if !kind.is_empty() {
            let length = body.len().to_string();
            head.extend([
                "Content-Type: ",
                kind,
                "\r\nContent-Length: ",
                &length,
                "\r\n",
            ]);
        }
        head + "\r\n"
    }
}

fn read(from: &mut impl BufRead) -> Result<Answer> {
    let mut head = 0;
    let status = line(from, &mut head)?;
    let code = status.split(' ').nth(1).and_then(|it| it.parse().ok());
    let status = code.with_context(|| format!("strange answer: {status}"))?;
    let mut answer = Answer {
        status,
        headers: Vec::new(),
        body: Vec::new(),
        head: 0,
    };
    loop {
        let header = line(from, &mut head)?;
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        answer
            .headers
            .push((name.to_lowercase(), value.trim().to_owned()));
    }
    answer.head = head;
    answer.body = if answer.header("transfer-encoding") == Some("chunked") {
        chunks(from)?
    } else {
        let length = answer
            .header("content-length")
            .and_then(|it| it.parse().ok());
        exactly(from, length.unwrap_or(0))?
    };
    Ok(answer)
}

fn chunks(from: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(from, &mut 0)?;
        let size = size.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).context("strange chunk")?;
        body.extend(exactly(from, size)?);
        line(from, &mut 0)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

fn exactly(from: &mut impl Read, length: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn line(from: &mut impl BufRead, read: &mut usize) -> Result<String> {
    let mut line = String::new();
    *read += from.read_line(&mut line)?;
    if line.is_empty() {
        bail!("the server closed the connection");
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn bodies_with_a_length_and_in_chunks_are_read() {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nServer-Timing: db;desc=\"statements=5\"\r\n\r\nabc\
                    HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n\
                    HTTP/1.1 204 No Content\r\n\r\n";
        let mut bytes = text.as_bytes();
        let first = read(&mut bytes).unwrap();
        assert_eq!((first.status, first.body.as_slice()), (200, &b"abc"[..]));
        assert_eq!(first.statements(), Some(5));
        let second = read(&mut bytes).unwrap();
        assert_eq!((second.status, second.body.as_slice()), (404, &b"abc"[..]));
        assert_eq!(second.statements(), None);
        assert_eq!(read(&mut bytes).unwrap().status, 204);
        assert!(read(&mut bytes).is_err());
    }
}
