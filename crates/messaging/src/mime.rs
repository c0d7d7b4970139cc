//! From a letter to the bytes that a mail server takes.

use std::time::{Duration, SystemTime};

use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};

use crate::letter::Letter;

/// A letter that cannot become a message: the address is none.
#[derive(Debug, thiserror::Error)]
#[error("the letter cannot be made up")]
pub(crate) struct Unfit(#[source] Box<dyn std::error::Error + Send + Sync>);

/// Whether a mail server could take that address at all.
pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}

/// The same text without line ends and other control characters: a name or a
/// subject is one line, so that nobody adds a header to it.
pub(crate) fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The message of a letter. The same letter is the same Message-ID and the
/// same date, however often it is sent: a mailbox may drop the second one.
pub(crate) fn message(letter: &Letter, from: &Address, site: &str) -> Result<Message, Unfit> {
    let to: Address = letter
        .address
        .parse()
        .map_err(|it| Unfit(Box::<lettre::address::AddressError>::new(it)))?;
    let written = u64::try_from(letter.written_at.timestamp()).unwrap_or_default();
    let mut builder = Message::builder()
        .from(Mailbox::new(
            Some(one_line(&letter.from_name)),
            from.clone(),
        ))
        .to(Mailbox::new(Some(one_line(&letter.to_name)), to))
        .subject(one_line(&letter.subject))
        .message_id(Some(message_id(letter, from)))
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(written))
        .header(AutoSubmitted);
    if !letter.leave.is_empty() {
        builder = builder
            .header(ListUnsubscribe(format!(
                "<{site}/unsubscribe/{}>",
                letter.leave
            )))
            .header(OneClick);
    }
    builder
        .multipart(MultiPart::alternative_plain_html(
            letter.text.clone(),
            letter.html.clone(),
        ))
        .map_err(|it| Unfit(Box::new(it)))
}

/// Fixed by the ids, so that it outlives every crash.
fn message_id(letter: &Letter, from: &Address) -> String {
    format!("<{}.{}@{}>", letter.org, letter.id, from.domain())
}

/// `List-Unsubscribe` (RFC 2369).
#[derive(Clone)]
struct ListUnsubscribe(String);

/// `List-Unsubscribe-Post` (RFC 8058): one press in the mail program.
#[derive(Clone)]
struct OneClick;

/// `Auto-Submitted` (RFC 3834): no answers by machines, please.
#[derive(Clone)]
struct AutoSubmitted;

type Parsed<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }
    fn parse(text: &str) -> Parsed<Self> {
        Ok(Self(text.to_owned()))
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

impl Header for OneClick {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }
    fn parse(_: &str) -> Parsed<Self> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Parsed<Self> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    fn letter() -> Letter {
        Letter {
            org: 3.into(),
            id: 77.into(),
            address: "petrova@школа.рф".replace("школа.рф", "school.example"),
            to_name: "Петрова Анна Ивановна".to_owned(),
            from_name: "Гимназия № 7".to_owned(),
            subject: "Сроки на 16 сентября: 3 дела".to_owned(),
            text: "Здравствуйте!\n.точка в начале строки\n".to_owned(),
            html: "<p>Здравствуйте!</p>".to_owned(),
            leave: String::new(),
            written_at: "2026-09-16T11:00:00Z".parse().unwrap(),
            attempt: 1,
        }
    }

    fn bytes(letter: &Letter) -> Vec<u8> {
        let from = "zvonok@school.example".parse().unwrap();
        message(letter, &from, "https://z.example")
            .unwrap()
            .formatted()
    }

    #[test]
    fn cyrillic_arrives_as_it_was_written() {
        let raw = bytes(&letter());
        assert!(raw.is_ascii(), "7 bits are enough for any mail server");
        let read = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(read.subject(), Some("Сроки на 16 сентября: 3 дела"));
        let from = read.from().unwrap().first().unwrap();
        assert_eq!(from.name(), Some("Гимназия № 7"));
        assert_eq!(read.message_id(), Some("3.77@school.example"));
        assert!(read.body_text(0).unwrap().contains("\n.точка в начале"));
        assert_eq!(read.html_body_count(), 1);
        assert!(read.header("List-Unsubscribe").is_none());
        assert!(read.header("Auto-Submitted").is_some());
    }

    #[test]
    fn who_may_leave_is_told_how() {
        let mut letter = letter();
        letter.leave = "3-42-00-journal.marks".to_owned();
        let raw = bytes(&letter);
        let raw = String::from_utf8(raw).unwrap();
        assert!(
            raw.contains("List-Unsubscribe: <https://z.example/unsubscribe/3-42-00-journal.marks>")
        );
        assert!(raw.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
    }

    /// ASVS 1.3.11: names and subjects bring no headers of their own.
    #[test]
    fn nobody_adds_a_header() {
        let mut letter = letter();
        letter.subject = "a\r\nBcc: evil@example.test\r\n\r\nbody".to_owned();
        letter.to_name = "x\" <evil@example.test>\r\nBcc: evil@example.test".to_owned();
        letter.from_name = "y\nBcc: evil@example.test".to_owned();
        let raw = bytes(&letter);
        let read = MessageParser::default().parse(&raw).unwrap();
        assert!(read.bcc().is_none());
        let to = read.to().unwrap();
        assert_eq!(to.iter().count(), 1);
        assert_eq!(
            to.first().unwrap().address(),
            Some("petrova@school.example")
        );
        let head = String::from_utf8_lossy(&raw);
        let head = head.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|it| it.starts_with("Bcc")), "{head}");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "",
            "нет",
            "a@b\r\nRCPT TO:<x@y>",
            "a b@c.d",
            "a@b@c",
            "<a@b.c>",
        ] {
            assert!(!is_address(bad), "{bad:?}");
        }
        assert!(is_address("petrova@school.example"));
    }
}
