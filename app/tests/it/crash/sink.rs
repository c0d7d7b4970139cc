//! A mail server that keeps every copy and breaks off as real ones do.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use rand::Rng;

/// How it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manners {
    /// Breaks off before the letter is in, or before it says so, or says «not now».
    Bad,
    /// Takes everything, and says so when the same letter came again, or late.
    Slow,
}

/// A letter that was taken.
#[derive(Clone, Debug)]
pub(super) struct Copy {
    pub(super) number: usize,
    /// What the node called itself.
    pub(super) life: String,
    /// The 250 went out.
    pub(super) answered: bool,
    pub(super) raw: Vec<u8>,
}

#[derive(Clone)]
pub(super) struct Sink {
    pub(super) address: SocketAddr,
    manners: Manners,
    copies: Arc<(Mutex<Vec<Copy>>, Condvar)>,
}

impl Sink {
    pub(super) fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let sink = Self {
            address: listener.local_addr().unwrap(),
            manners,
            copies: Arc::default(),
        };
        let serving = sink.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let it = serving.clone();
                thread::spawn(move || it.talk(&stream));
            }
        });
        sink
    }

    pub(super) fn copies(&self) -> Vec<Copy> {
        self.copies.0.lock().unwrap().clone()
    }

    /// Waits until so many more arrived, or no longer than that; how many did.
    pub(super) fn wait_for(&self, more: usize, longest: Duration) -> usize {
        let copies = self.copies.0.lock().unwrap();
        let before = copies.len();
        let few = |it: &mut Vec<Copy>| it.len() < before + more;
        let (copies, _) = self
            .copies
            .1
            .wait_timeout_while(copies, longest, few)
            .unwrap();
        copies.len() - before
    }

    /// Waits until the letter arrived once more: nodes look every three
    /// seconds and give up after ten.
    fn wait_for_another(&self, number: usize) {
        let alone = |it: &mut Vec<Copy>| {
            let same = it.iter().filter(|other| other.raw == it[number].raw);
            same.count() == 1
        };
        let copies = self.copies.0.lock().unwrap();
        let longest = Duration::from_secs(7);
        let waited = self.copies.1.wait_timeout_while(copies, longest, alone);
        drop(waited.unwrap());
    }

    /// Ends when the node does, or breaks off.
    fn talk(&self, stream: &TcpStream) -> Option<()> {
        let mut writer = stream.try_clone().ok()?;
        let mut say = |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).ok();
        let mut reader = BufReader::new(stream);
        let mut node = String::new();
        say("220 test")?;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(name) = line.strip_prefix("EHLO ") {
                name.trim().clone_into(&mut node);
            }
            if !line.starts_with("DATA") {
                say("250 ok")?;
                continue;
            }
            say("354 go on")?;
            let mut raw = Vec::new();
            while !raw.ends_with(b"\r\n.\r\n") {
                if reader.read_until(b'\n', &mut raw).ok()? == 0 {
                    return None;
                }
            }
            let luck: f64 = rand::rng().random();
            match self.manners {
                Manners::Bad if luck < 0.05 => return None,
                Manners::Bad if luck < 0.10 => {
                    self.keep(&node, raw);
                    return None;
                }
                Manners::Bad if luck < 0.15 => say("451 not now")?,
                manners => {
                    let number = self.keep(&node, raw);
                    if manners == Manners::Slow {
                        self.wait_for_another(number);
                    }
                    say("250 taken")?;
                    self.copies.0.lock().unwrap()[number].answered = true;
                }
            }
        }
    }

    fn keep(&self, life: &str, raw: Vec<u8>) -> usize {
        let mut copies = self.copies.0.lock().unwrap();
        let number = copies.len();
        copies.push(Copy {
            number,
            life: life.to_owned(),
            answered: false,
            raw,
        });
        self.copies.1.notify_all();
        number
    }
}
