//! The real program, started again after every kill.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Its process and where it listens.
pub(super) struct App {
    child: Child,
    port: u16,
}

/// What came back over the wire.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl App {
    /// Starts the program over that database and waits until it serves.
    pub(super) fn start(database: &str, folder: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let child = launch(database, folder, port);
        Self { child, port }
    }

    pub(super) fn start_again(&mut self, database: &str, folder: &Path) {
        self.child.wait().unwrap();
        self.child = launch(database, folder, self.port);
    }

    pub(super) fn process(&self) -> u32 {
        self.child.id()
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// The path of the only school there is: `/o/krymsk-g7`.
    pub(super) fn school(&self) -> String {
        let front = self.get("/", &self.sign_in("zavuch"));
        let home = header(&front.head, "location").expect("staff begin at their school");
        home.trim_end_matches('/').to_owned()
    }

    fn get(&self, path: &str, cookie: &str) -> Reply {
        exchange(
            self.port,
            &format!("GET {path} HTTP/1.1\r\ncookie: {cookie}\r\n"),
            b"",
        )
        .unwrap()
    }

    /// The cookies of somebody who signed in as a browser does.
    pub(super) fn sign_in(&self, login: &str) -> String {
        let head = "POST /login HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded\r\n";
        let form = format!("login={login}&password=zvonok-2026");
        let reply = exchange(self.port, head, form.as_bytes()).unwrap();
        assert_eq!(reply.status, 303, "{}", reply.body);
        let cookies = reply.head.lines().filter_map(|it| {
            let (name, value) = it.split_once(": ")?;
            let first = value.split(';').next()?;
            name.eq_ignore_ascii_case("set-cookie").then_some(first)
        });
        cookies.collect::<Vec<_>>().join("; ")
    }

    pub(super) fn stop(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // A test that failed leaves nothing running.
        let _ = self.child.kill();
    }
}

fn launch(database: &str, folder: &Path, port: u16) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_zvonok"))
        .args(["demo", "--village", "--volatile", "--today", "2026-11-20"])
        .args(["--port", &port.to_string(), "--data"])
        .arg(folder)
        .env("DATABASE_URL", database)
        .env("RUST_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    // The first line is its address: it serves.
    said.read_line(&mut line).unwrap();
    assert!(line.contains("127.0.0.1"), "the application did not start");
    child.stdout = Some(said.into_inner());
    child
}

/// Where the network fails a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    /// Half of the body never arrives.
    Body,
    /// Everything arrives, and nobody waits for the answer.
    Unheard,
    /// The answer breaks off after its first byte.
    Answer,
}

/// One request over a connection of its own: what is cut off is an error.
pub(super) fn exchange(port: u16, head: &str, body: &[u8]) -> io::Result<Reply> {
    let mut stream = send(port, head, body, body.len())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Reply::read(&answer).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// The same over a network that fails; nobody hears what became of it.
pub(super) fn exchange_cut(port: u16, head: &str, body: &[u8], cut: Cut) -> io::Result<()> {
    let sent = match cut {
        Cut::Body => body.len() / 2,
        Cut::Unheard | Cut::Answer => body.len(),
    };
    let mut stream = send(port, head, body, sent)?;
    if let Cut::Answer = cut {
        stream.read_exact(&mut [0])?;
    }
    // What was not read yet makes the end a reset.
    stream.shutdown(Shutdown::Both)
}

/// Sends the head and so many bytes of the body.
fn send(port: u16, head: &str, body: &[u8], sent: usize) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    write!(
        stream,
        "{head}host: 127.0.0.1:{port}\r\norigin: http://127.0.0.1:{port}\r\nsec-fetch-site: same-origin\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body[..sent])?;
    Ok(stream)
}

impl Reply {
    /// `None` for an answer that broke off.
    fn read(answer: &[u8]) -> Option<Self> {
        let answer = String::from_utf8_lossy(answer);
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        if let Some(length) = header(head, "content-length")
            && length.parse() != Ok(body.len())
        {
            return None;
        }
        Some(Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }
}

pub(super) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|it| {
        let (known, value) = it.split_once(": ")?;
        known.eq_ignore_ascii_case(name).then_some(value)
    })
}
