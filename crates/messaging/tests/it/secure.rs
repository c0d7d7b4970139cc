//! MSG-5: TLS, the login and the certificate of the mail server.

use std::{io::Write, path::PathBuf};

use messaging::{NoPost, Sender, Smtp, Tls};
use tempfile::NamedTempFile;

use crate::{
    secure_server::{Authority, Begins, LOGIN, Offer, SecureServer, Talk},
    support::{ADMIN, ANNA, School, sender_with, smtp},
};

const HOST: &str = "localhost";

fn offer(tls: Begins, login: Option<&'static str>) -> Offer {
    Offer {
        tls,
        login,
        host: HOST,
    }
}

/// A server of an authority of its own, whose certificate lies in a file.
struct Place {
    school: School,
    server: SecureServer,
    file: NamedTempFile,
}

impl Place {
    async fn new(offer: Offer) -> Self {
        let authority = Authority::new();
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(authority.pem().as_bytes()).unwrap();
        Self {
            school: School::new().await,
            server: SecureServer::start(offer, &authority).await,
            file,
        }
    }

    fn smtp(&self, tls: Tls) -> Smtp {
        Smtp {
            ca: Some(self.file.path().to_owned()),
            ..smtp(HOST, self.server.address.port(), tls)
        }
    }

    fn with_login(&self, tls: Tls, password: &str) -> Smtp {
        Smtp {
            login: Some((LOGIN.0.to_owned(), password.to_owned())),
            ..self.smtp(tls)
        }
    }

    fn sender(&self, smtp: Smtp) -> Sender {
        sender_with(self.school.test.db(), smtp).unwrap()
    }

    /// Sends one letter, which must go; the connection that brought it.
    async fn goes(&self, smtp: Smtp) -> Talk {
        self.school.write(&[self.school.letter(ANNA, "1")]).await;
        let round = self.sender(smtp).send_due().await.unwrap();
        assert_eq!((round.sent, round.failed), (1, 0));
        let mut talks = self.server.talks().into_iter();
        talks.find(|it| it.letters == 1).unwrap()
    }

    /// Tries to send one letter, which must wait; what the administrator reads.
    async fn waits(&self, smtp: Smtp) -> String {
        self.school.write(&[self.school.letter(ANNA, "1")]).await;
        let round = self.sender(smtp).send_due().await.unwrap();
        assert!(round.down, "{round:?}");
        assert_eq!(self.server.letters(), 0);
        assert_eq!(
            self.school
                .count("state = 'waiting' and doubtful = 0")
                .await,
            1,
            "nobody's letter is refused for it"
        );
        let page = self.school.client(ADMIN).get("/o/g7/settings/mail").await;
        page.text()
    }
}

/// Nothing but the greeting is said before TLS stands.
#[tokio::test]
async fn the_connection_is_upgraded_before_anything_is_said() {
    let place = Place::new(offer(Begins::WhenAsked, Some("PLAIN LOGIN"))).await;
    let talk = place.goes(place.with_login(Tls::Upgraded, LOGIN.1)).await;
    assert_eq!(talk.in_clear, ["EHLO", "STARTTLS"]);
    assert_eq!(talk.over_tls[..2], ["EHLO", "AUTH"]);
}

#[tokio::test]
async fn tls_may_begin_with_the_first_byte() {
    let place = Place::new(offer(Begins::AtOnce, Some("PLAIN"))).await;
    let talk = place.goes(place.with_login(Tls::Whole, LOGIN.1)).await;
    assert!(talk.in_clear.is_empty(), "{talk:?}");
}

/// Some servers know the older way only.
#[tokio::test]
async fn the_login_may_be_asked_for_in_two_questions() {
    let place = Place::new(offer(Begins::AtOnce, Some("LOGIN"))).await;
    place.goes(place.with_login(Tls::Whole, LOGIN.1)).await;
}

#[tokio::test]
async fn a_wrong_password_is_told_to_the_administrator() {
    for ways in ["PLAIN", "LOGIN"] {
        let place = Place::new(offer(Begins::AtOnce, Some(ways))).await;
        let page = place.waits(place.with_login(Tls::Whole, "other")).await;
        assert!(page.contains("не принял логин и пароль"), "{page}");
        assert!(page.contains("5.7.8"), "{page}");
        assert!(!page.contains("other"), "no password on the page");
    }
}

/// The server wants a login, and none is set: it is not the letter's fault.
#[tokio::test]
async fn a_login_that_lacks_refuses_no_letter() {
    let place = Place::new(offer(Begins::AtOnce, Some("PLAIN"))).await;
    place.school.write(&[place.school.letter(ANNA, "1")]).await;
    let sender = place.sender(place.smtp(Tls::Whole));
    assert_eq!(sender.send_due().await.unwrap().failed, 1);
    assert_eq!(
        place
            .school
            .count("state = 'waiting' and doubtful = 0")
            .await,
        1
    );
}

#[tokio::test]
async fn an_unknown_certificate_is_refused() {
    for (begins, tls) in [
        (Begins::AtOnce, Tls::Whole),
        (Begins::WhenAsked, Tls::Upgraded),
    ] {
        let place = Place::new(offer(begins, Some("PLAIN"))).await;
        let smtp = Smtp {
            ca: None,
            ..place.with_login(tls, LOGIN.1)
        };
        let page = place.waits(smtp).await;
        assert!(
            page.contains("Сертификат почтового сервера не подтверждён"),
            "{page}"
        );
        let talk = place.server.talks().remove(0);
        assert!(
            talk.over_tls.is_empty(),
            "neither login nor letter: {talk:?}"
        );
    }
}

/// A trusted authority, but for another host.
#[tokio::test]
async fn a_certificate_of_another_host_is_refused() {
    let host = "other.example";
    let place = Place::new(Offer {
        host,
        ..offer(Begins::AtOnce, None)
    })
    .await;
    let page = place.waits(place.smtp(Tls::Whole)).await;
    assert!(
        page.contains("Сертификат почтового сервера не подтверждён"),
        "{page}"
    );
}

/// Where TLS is demanded, a server without it gets neither login nor letter.
#[tokio::test]
async fn nothing_goes_in_the_clear_where_tls_is_demanded() {
    let place = Place::new(offer(Begins::Never, Some("PLAIN"))).await;
    let page = place.waits(place.with_login(Tls::Upgraded, LOGIN.1)).await;
    assert!(page.contains("не предлагает шифрование"), "{page}");
    let said = place.server.talks().remove(0).in_clear;
    assert!(!said.contains(&"AUTH".to_owned()), "{said:?}");

    let place = Place::new(offer(Begins::Never, None)).await;
    let page = place.waits(place.smtp(Tls::Whole)).await;
    assert!(page.contains("smtp_tls = starttls"), "{page}");
}

/// A handshake and a login serve many letters.
#[tokio::test]
async fn a_connection_brings_many_letters() {
    let place = Place::new(offer(Begins::WhenAsked, Some("PLAIN"))).await;
    let letters: Vec<_> = (0..40)
        .map(|it| place.school.letter(ANNA, &it.to_string()))
        .collect();
    place.school.write(&letters).await;
    let sender = place.sender(place.with_login(Tls::Upgraded, LOGIN.1));
    while sender.send_due().await.unwrap().more {}
    assert_eq!(place.server.letters(), 40);
    let talks = place.server.talks();
    let logins = |it: &Talk| it.over_tls.iter().filter(|it| *it == "AUTH").count();
    assert!(talks.iter().all(|it| logins(it) == 1), "{talks:?}");
    assert!(talks.len() <= 20, "{} connections", talks.len());
    assert!(talks.iter().any(|it| it.letters >= 4), "{talks:?}");
}

/// What is no certificate is refused at the start, not at the first letter.
#[tokio::test]
async fn a_bad_file_of_authorities_is_refused_at_once() {
    let school = School::new().await;
    let with = |ca: PathBuf| Smtp {
        ca: Some(ca),
        ..smtp(HOST, 465, Tls::Whole)
    };
    let gone = sender_with(school.test.db(), with("/nowhere/ca.pem".into()));
    assert!(matches!(gone, Err(NoPost::Unreadable(..))));
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(b"no certificate").unwrap();
    let empty = sender_with(school.test.db(), with(file.path().to_owned()));
    assert!(matches!(empty, Err(NoPost::NoCertificates(_))));
}
