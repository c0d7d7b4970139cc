//! The mail server of the demonstration: takes letters over real SMTP on a
//! loopback port, keeps them in memory and shows them at `/demo/mail`.

mod letter;
mod pages;
mod smtp;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{net::TcpListener, task::JoinHandle};

pub use letter::Received;
pub use pages::{ROUTES, router};

/// The oldest letters go when there are more.
const MOST: usize = 5_000;

/// Letters that arrived, newest last.
#[derive(Clone, Default)]
pub struct Mailbox {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    letters: VecDeque<Arc<Received>>,
    next: u64,
}

impl Mailbox {
    /// Opens the mailbox on a free port of this machine and serves it until
    /// the task is ended.
    pub async fn open() -> std::io::Result<(Self, SocketAddr, JoinHandle<()>)> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let mailbox = Self::default();
        let serving = tokio::spawn(smtp::serve(listener, mailbox.clone()));
        Ok((mailbox, address, serving))
    }

    /// Letters to addressees whose name or address contains the text, newest first.
    pub fn find(&self, text: &str) -> Vec<Arc<Received>> {
        let wanted = text.trim().to_lowercase();
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let letters = kept.letters.iter().rev();
        letters
            .filter(|it| it.is_to(&wanted))
            .map(Arc::clone)
            .collect()
    }

    /// The letter of that number.
    pub fn letter(&self, number: u64) -> Option<Arc<Received>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.letters.iter().find(|it| it.number == number).cloned()
    }

    /// Takes one letter in.
    fn take(&self, raw: &[u8]) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.next += 1;
        let number = kept.next;
        kept.letters
            .push_back(Arc::new(Received::read(number, raw)));
        if kept.letters.len() > MOST {
            kept.letters.pop_front();
        }
    }
}
