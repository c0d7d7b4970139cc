use std::{borrow::Cow, collections::BTreeMap, fmt::Display};

use garde::i18n::{I18n, InvalidCreditCard, InvalidEmail, InvalidPhoneNumber, InvalidUrl, IpKind};

/// Makes garde speak in our codes: `too_long=50` is the code with its limit.
pub(super) struct Codes;

type Code = Cow<'static, str>;

fn limit(code: &str, limit: &dyn Display) -> Code {
    Cow::Owned(format!("{code}={limit}"))
}

/// The code and its arguments for the words.
pub(super) fn split(message: &str) -> (&str, BTreeMap<String, String>) {
    let Some((code, limit)) = message.split_once('=') else {
        return (message, BTreeMap::new());
    };
    (
        code,
        BTreeMap::from([("limit".to_owned(), limit.to_owned())]),
    )
}

impl I18n for Codes {
    fn length_lower_than(&self, min: usize) -> Code {
        if min == 1 {
            self.required_not_set()
        } else {
            limit("too_short", &min)
        }
    }
    fn length_greater_than(&self, max: usize) -> Code {
        limit("too_long", &max)
    }
    fn range_lower_than(&self, min: &dyn Display) -> Code {
        limit("too_small", min)
    }
    fn range_greater_than(&self, max: &dyn Display) -> Code {
        limit("too_big", max)
    }
    fn credit_card_invalid(&self, _: InvalidCreditCard) -> Code {
        "invalid".into()
    }
    fn pattern_no_match(&self, _: &dyn Display) -> Code {
        "pattern".into()
    }
    fn contains_missing(&self, _: &dyn Display) -> Code {
        "pattern".into()
    }
    fn url_invalid(&self, _: InvalidUrl) -> Code {
        "url".into()
    }
    fn prefix_missing(&self, _: &dyn Display) -> Code {
        "pattern".into()
    }
    fn suffix_missing(&self, _: &dyn Display) -> Code {
        "pattern".into()
    }
    fn phone_number_invalid(&self, _: InvalidPhoneNumber) -> Code {
        "phone".into()
    }
    fn ip_invalid(&self, _: IpKind) -> Code {
        "invalid".into()
    }
    fn matches_field_mismatch(&self, _: &dyn Display) -> Code {
        "mismatch".into()
    }
    fn email_invalid(&self, _: InvalidEmail) -> Code {
        "email".into()
    }
    fn ascii_invalid(&self) -> Code {
        "ascii".into()
    }
    fn alphanumeric_invalid(&self) -> Code {
        "alphanumeric".into()
    }
    fn required_not_set(&self) -> Code {
        "required".into()
    }
}
