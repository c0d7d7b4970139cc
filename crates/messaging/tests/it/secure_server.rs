//! A mail server with TLS and a login, as a real one has them: what it was
//! told in the clear and over TLS, and how many letters a connection brought.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, KeyPair};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig, crypto,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// What the server knows its only user by.
pub(crate) const LOGIN: (&str, &str) = ("zvonok", "secret");
const PLAIN: &str = "AHp2b25vawBzZWNyZXQ=";
const USER: &str = "enZvbm9r";
const PASSWORD: &str = "c2VjcmV0";

/// An authority of one's own.
pub(crate) struct Authority {
    certificate: Certificate,
    key: KeyPair,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "CA of the municipality");
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, key }
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// Proves a server to be that host.
    fn acceptor(&self, host: &str) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let certificate = params
            .signed_by(&key, &self.certificate, &self.key)
            .unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config =
            ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], key)
                .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// When the server begins to speak TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begins {
    AtOnce,
    /// Offers STARTTLS.
    WhenAsked,
    Never,
}

/// How the server is set up.
#[derive(Clone)]
pub(crate) struct Offer {
    pub(crate) tls: Begins,
    /// `PLAIN LOGIN`; none: no login is asked for.
    pub(crate) login: Option<&'static str>,
    /// The host in the certificate.
    pub(crate) host: &'static str,
}

/// One connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Talk {
    /// The commands, without their arguments.
    pub(crate) in_clear: Vec<String>,
    pub(crate) over_tls: Vec<String>,
    pub(crate) letters: usize,
}

#[derive(Clone)]
pub(crate) struct SecureServer {
    pub(crate) address: SocketAddr,
    talks: Arc<Mutex<Vec<Talk>>>,
}

trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

impl SecureServer {
    pub(crate) async fn start(offer: Offer, authority: &Authority) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            talks: Arc::default(),
        };
        let (serving, tls) = (server.clone(), authority.acceptor(offer.host));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = {
                    let mut talks = serving.talks.lock().unwrap();
                    talks.push(Talk::default());
                    talks.len() - 1
                };
                let connection = Connection {
                    server: serving.clone(),
                    offer: offer.clone(),
                    number,
                    secret: false,
                    known: false,
                };
                tokio::spawn(connection.serve(stream, tls.clone()));
            }
        });
        server
    }

    /// What was said, one connection after the other.
    pub(crate) fn talks(&self) -> Vec<Talk> {
        self.talks.lock().unwrap().clone()
    }

    pub(crate) fn letters(&self) -> usize {
        self.talks().iter().map(|it| it.letters).sum()
    }
}

struct Connection {
    server: SecureServer,
    offer: Offer,
    number: usize,
    secret: bool,
    known: bool,
}

impl Connection {
    async fn serve(mut self, stream: TcpStream, tls: TlsAcceptor) -> std::io::Result<()> {
        if self.offer.tls == Begins::AtOnce {
            self.secret = true;
            let stream = tls.accept(stream).await?;
            return self.greet(BufReader::new(Box::new(stream)), &tls).await;
        }
        self.greet(BufReader::new(Box::new(stream)), &tls).await
    }

    async fn greet(
        mut self,
        mut wire: BufReader<Box<dyn Wire>>,
        tls: &TlsAcceptor,
    ) -> std::io::Result<()> {
        say(&mut wire, "220 mail.example ESMTP").await?;
        loop {
            let Some(line) = heard(&mut wire).await? else {
                return Ok(());
            };
            let command = line.to_ascii_uppercase();
            let verb = command.split([' ', ':']).next().unwrap_or_default();
            self.note(verb);
            match verb {
                "STARTTLS" => {
                    say(&mut wire, "220 go on").await?;
                    assert!(wire.buffer().is_empty(), "nothing is said before TLS");
                    self.secret = true;
                    let stream = tls.accept(wire.into_inner()).await?;
                    wire = BufReader::new(Box::new(stream));
                }
                "AUTH" => self.login(&mut wire, &line).await?,
                "EHLO" => say(&mut wire, &self.hello()).await?,
                "MAIL" if self.offer.login.is_some() && !self.known => {
                    say(&mut wire, "530 5.7.0 authentication required").await?;
                }
                "DATA" => {
                    say(&mut wire, "354 go on").await?;
                    while heard(&mut wire).await?.is_some_and(|it| it != ".") {}
                    self.server.talks.lock().unwrap()[self.number].letters += 1;
                    say(&mut wire, "250 taken").await?;
                }
                "QUIT" => return say(&mut wire, "221 bye").await,
                _ => say(&mut wire, "250 ok").await?,
            }
        }
    }

    fn note(&self, verb: &str) {
        let mut talks = self.server.talks.lock().unwrap();
        let talk = &mut talks[self.number];
        let said = if self.secret {
            &mut talk.over_tls
        } else {
            &mut talk.in_clear
        };
        said.push(verb.to_owned());
    }

    fn hello(&self) -> String {
        let mut lines = vec!["250-mail.example".to_owned(), "250-8BITMIME".to_owned()];
        if self.offer.tls == Begins::WhenAsked && !self.secret {
            lines.push("250-STARTTLS".to_owned());
        } else if let Some(ways) = self.offer.login {
            lines.push(format!("250-AUTH {ways}"));
        }
        lines.push("250 SMTPUTF8".to_owned());
        lines.join("\r\n")
    }

    async fn login(
        &mut self,
        wire: &mut BufReader<Box<dyn Wire>>,
        line: &str,
    ) -> std::io::Result<()> {
        let words: Vec<&str> = line.split(' ').collect();
        self.known = match words[1..] {
            ["PLAIN", secret] => secret == PLAIN,
            ["LOGIN"] => {
                say(wire, "334 VXNlcm5hbWU6").await?;
                let user = heard(wire).await?;
                say(wire, "334 UGFzc3dvcmQ6").await?;
                let password = heard(wire).await?;
                user.as_deref() == Some(USER) && password.as_deref() == Some(PASSWORD)
            }
            _ => false,
        };
        if self.known {
            say(wire, "235 welcome").await
        } else {
            say(wire, "535 5.7.8 wrong login or password").await
        }
    }
}

async fn say(wire: &mut BufReader<Box<dyn Wire>>, text: &str) -> std::io::Result<()> {
    wire.write_all(format!("{text}\r\n").as_bytes()).await?;
    wire.flush().await
}

async fn heard(wire: &mut BufReader<Box<dyn Wire>>) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    if wire.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    Ok(Some(line.trim_end().to_owned()))
}
