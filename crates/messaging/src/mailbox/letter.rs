use chrono::{DateTime, Utc};
use mail_parser::{Message, MessageParser};

/// A letter as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// 1 is the first one.
    pub number: u64,
    pub message_id: String,
    pub from: String,
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    /// What the letter says of itself.
    pub sent_at: Option<DateTime<Utc>>,
    pub text: String,
    pub html: String,
}

impl Received {
    /// Reads the bytes; what cannot be read is empty.
    pub(super) fn read(number: u64, raw: &[u8]) -> Self {
        let message = MessageParser::default().parse(raw).unwrap_or_default();
        let (from, _) = mailbox(message.from());
        let (to_name, to_address) = mailbox(message.to());
        Self {
            number,
            message_id: message.message_id().unwrap_or_default().to_owned(),
            from,
            to_name,
            to_address,
            subject: message.subject().unwrap_or_default().to_owned(),
            sent_at: sent_at(&message),
            text: body(message.body_text(0)),
            html: body(message.body_html(0)),
        }
    }

    pub(super) fn is_to(&self, wanted: &str) -> bool {
        self.to_name.to_lowercase().contains(wanted)
            || self.to_address.to_lowercase().contains(wanted)
    }
}

fn body(it: Option<std::borrow::Cow<'_, str>>) -> String {
    it.unwrap_or_default().replace("\r\n", "\n")
}

fn mailbox(it: Option<&mail_parser::Address<'_>>) -> (String, String) {
    let first = it.and_then(mail_parser::Address::first);
    let part = |text: Option<&str>| text.unwrap_or_default().to_owned();
    first.map_or_else(Default::default, |it| (part(it.name()), part(it.address())))
}

fn sent_at(message: &Message<'_>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(message.date()?.to_timestamp(), 0)
}
