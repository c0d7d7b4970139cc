//! The mail server and the way to it.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::Mailbox,
    transport::smtp::{
        Error as SmtpError, PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls as LettreTls, TlsParameters},
        extension::ClientId,
    },
};

use crate::letter::Outcome;

/// How the way to the mail server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte, usually port 465.
    Whole,
    /// Begun in the clear and upgraded before anything is said, usually port 587.
    Upgraded,
    /// Not at all: for a server on the same machine.
    None,
}

/// Where letters go to, as the operator set it.
#[derive(Clone, Debug)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// A PEM file of authorities that are trusted besides those of the machine:
    /// for a mail server with a certificate of one's own.
    pub ca: Option<PathBuf>,
    /// Login and password.
    pub login: Option<(String, String)>,
    /// The sender of all letters: `zvonok@school.example`.
    pub from: String,
    /// What this node calls itself to the mail server.
    pub hello: String,
}

/// The settings make no way to a mail server.
#[derive(Debug, thiserror::Error)]
pub enum NoPost {
    #[error("mail_from is no address: {0}")]
    From(String),
    #[error("TLS to {0} cannot be prepared")]
    Tls(String, #[source] SmtpError),
    #[error("the certificates in {0} cannot be read")]
    Unreadable(PathBuf, #[source] std::io::Error),
    #[error("{0} holds no certificates in PEM")]
    NoCertificates(PathBuf),
}

/// A command of the mail server takes no longer than this.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections not used for so long are closed.
const IDLE: Duration = Duration::from_secs(30);

/// Open connections to the mail server, used again and again.
#[derive(Clone)]
pub(crate) struct Line {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

impl Line {
    /// Prepares the way; nothing is connected yet.
    pub(crate) fn new(smtp: &Smtp, at_once: u32) -> Result<Self, NoPost> {
        let from: Mailbox = smtp
            .from
            .parse()
            .map_err(|_| NoPost::From(smtp.from.clone()))?;
        let tls = match smtp.tls {
            Tls::Whole => LettreTls::Wrapper(parameters(smtp)?),
            Tls::Upgraded => LettreTls::Required(parameters(smtp)?),
            Tls::None => LettreTls::None,
        };
        let pool = PoolConfig::new().max_size(at_once).idle_timeout(IDLE);
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(smtp.host.clone())
                .port(smtp.port)
                .tls(tls)
                .hello_name(ClientId::Domain(smtp.hello.clone()))
                .timeout(Some(PATIENCE))
                .pool_config(pool);
        if let Some((login, password)) = &smtp.login {
            builder = builder.credentials(Credentials::new(login.clone(), password.clone()));
        }
        Ok(Self {
            transport: builder.build(),
            from: from.email,
        })
    }

    pub(crate) const fn from(&self) -> &Address {
        &self.from
    }

    /// Whether the mail server takes letters at all, and what it says if not:
    /// a refusal here is no letter's fault.
    pub(crate) async fn probe(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(String::new()),
            Err(error) => Err(said(&error)),
        }
    }

    /// Hands the message over.
    pub(crate) async fn send(&self, message: Message) -> Outcome {
        match self.transport.send(message).await {
            Ok(_) => Outcome::Sent,
            Err(error) => judged(&error),
        }
    }
}

/// Whom the server must prove to be: the host, by an authority that we trust.
fn parameters(smtp: &Smtp) -> Result<TlsParameters, NoPost> {
    let unfit = |it| NoPost::Tls(smtp.host.clone(), it);
    let mut builder = TlsParameters::builder(smtp.host.clone());
    if let Some(file) = &smtp.ca {
        builder = builder.add_root_certificate(authorities(file)?);
    }
    builder.build().map_err(unfit)
}

fn authorities(file: &Path) -> Result<Certificate, NoPost> {
    let pem = std::fs::read(file).map_err(|it| NoPost::Unreadable(file.to_owned(), it))?;
    let none = || NoPost::NoCertificates(file.to_owned());
    // A file without any would be taken as an empty list.
    let begins = b"-----BEGIN CERTIFICATE-----";
    if !pem.windows(begins.len()).any(|it| it == begins) {
        return Err(none());
    }
    Certificate::from_pem(&pem).map_err(|_| none())
}

/// Answers to the login: no letter's fault, also where a new connection was
/// needed for one.
const LOGIN_REFUSED: [u16; 4] = [530, 534, 535, 538];

fn judged(error: &SmtpError) -> Outcome {
    let words = said(error);
    let code = error.status().map(u16::from);
    if code.is_some_and(|it| LOGIN_REFUSED.contains(&it)) {
        Outcome::PutOff(words)
    } else if error.is_permanent() {
        Outcome::Refused(words)
    } else if error.is_transient() {
        Outcome::PutOff(words)
    } else {
        // The connection broke or was silent for too long; before the letter
        // was on it or after, nobody can say.
        Outcome::Doubtful(words)
    }
}

/// The longest text of an error that is kept.
const LONGEST: usize = 300;

/// The error with its causes, on one line.
fn said(error: &SmtpError) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(it) = cause {
        let more = it.to_string();
        if !words.contains(&more) {
            words.push_str(": ");
            words.push_str(&more);
        }
        cause = it.source();
    }
    let words: String = words.chars().take(LONGEST).collect();
    crate::mime::one_line(&words)
}
