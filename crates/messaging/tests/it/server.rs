//! A mail server that does what a test tells it: takes, refuses, breaks off.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What becomes of the next letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Take,
    /// 451 after the letter.
    NotNow,
    /// 450 for the addressee: greylisting.
    Later,
    /// 550 for the addressee.
    Never,
    /// 554 after the letter.
    Spam,
    /// The connection ends before the letter is in.
    BreakBefore,
    /// The letter is in, and the connection ends before the 250.
    BreakAfter,
    /// 535 to the login, or any other way of not talking to us at all.
    Closed,
    /// 421 at the door.
    Busy,
}

#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) to: String,
    pub(crate) raw: String,
}

impl Arrived {
    pub(crate) fn message_id(&self) -> &str {
        let line = self.raw.lines().find(|it| it.starts_with("Message-ID:"));
        line.expect("a Message-ID").trim()
    }
}

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    fates: Arc<Mutex<Vec<Fate>>>,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    connections: Arc<Mutex<usize>>,
}

impl Server {
    /// Letters beyond the fates are taken.
    pub(crate) fn start(fates: &[Fate]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut fates = fates.to_vec();
        fates.reverse();
        let server = Self {
            address: listener.local_addr().unwrap(),
            fates: Arc::new(Mutex::new(fates)),
            arrived: Arc::default(),
            connections: Arc::default(),
        };
        let serving = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let it = serving.clone();
                *it.connections.lock().unwrap() += 1;
                thread::spawn(move || it.talk(&stream));
            }
        });
        server
    }

    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    fn next(&self) -> Option<Fate> {
        self.fates.lock().unwrap().last().copied()
    }

    fn used(&self) {
        self.fates.lock().unwrap().pop();
    }

    /// Ends when the other side does, or when the fate is so.
    fn talk(&self, stream: &TcpStream) -> Option<()> {
        let mut writer = stream.try_clone().ok()?;
        let mut say = |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).ok();
        let mut lines = BufReader::new(stream).lines();
        let door = match self.next() {
            Some(Fate::Closed) => Some("554 go away"),
            Some(Fate::Busy) => Some("421 4.3.2 too many of you"),
            _ => None,
        };
        if let Some(words) = door {
            self.used();
            return say(words);
        }
        say("220 test")?;
        let mut to = String::new();
        while let Some(Ok(line)) = lines.next() {
            let command = line.to_ascii_uppercase();
            if command.starts_with("RCPT") {
                let refusal = match self.next() {
                    Some(Fate::Never) => Some("550 5.1.1 no such mailbox"),
                    Some(Fate::Later) => Some("450 4.2.0 greylisted"),
                    _ => None,
                };
                if let Some(words) = refusal {
                    self.used();
                    say(words)?;
                    continue;
                }
                line[8..].trim_matches(['<', '>', ':']).clone_into(&mut to);
            }
            if command != "DATA" {
                say("250 ok")?;
                continue;
            }
            say("354 go on")?;
            let mut raw = String::new();
            loop {
                let line = lines.next()?.ok()?;
                if line == "." {
                    break;
                }
                raw.push_str(&line);
                raw.push('\n');
            }
            let fate = self.next().unwrap_or(Fate::Take);
            self.used();
            if matches!(fate, Fate::Take | Fate::BreakAfter) {
                let arrived = Arrived {
                    to: to.clone(),
                    raw,
                };
                self.arrived.lock().unwrap().push(arrived);
            }
            match fate {
                Fate::Take => say("250 taken")?,
                Fate::NotNow => say("451 4.3.0 not now")?,
                Fate::BreakBefore | Fate::BreakAfter => return None,
                Fate::Spam => say("554 5.7.1 looks like spam")?,
                Fate::Never | Fate::Later | Fate::Closed | Fate::Busy => say("550 no")?,
            }
        }
        None
    }
}
