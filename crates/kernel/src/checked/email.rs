use std::fmt;

use serde::{Deserialize, Serialize};

use super::flaw::{CheckError, Number};

/// An address of the limit of RFC 5321.
const LONGEST: usize = 254;

/// An e-mail address as typed. That a letter arrives is the real check.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// # Errors
    /// The text has not exactly one @ with something on both sides, or holds
    /// a space, or is too long.
    pub fn parse(text: &str) -> Result<Self, CheckError> {
        let text = text.trim();
        let is_odd = |it: char| it.is_whitespace() || it.is_control() || "<>\",;".contains(it);
        let halves = text.split_once('@');
        let fits = halves.is_some_and(|(user, host)| {
            !user.is_empty() && !host.is_empty() && !host.contains('@')
        });
        if !fits || text.len() > LONGEST || text.contains(is_odd) {
            return Err(CheckError::shape(Number::Email));
        }
        Ok(Self(text.to_owned()))
    }

    /// Takes back what this type gave out before.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The address as typed.
    pub fn show(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(***)")
    }
}

impl TryFrom<String> for Email {
    type Error = CheckError;
    fn try_from(text: String) -> Result<Self, CheckError> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_at_and_no_spaces() {
        for text in ["maria@school5.ru", " Мария@школа.рф ", "a+b@c"] {
            assert_eq!(Email::parse(text).unwrap().show(), text.trim());
        }
        for text in [
            "", "maria", "@ru", "maria@", "a@b@c", "a b@c", "a@b,c@d", "<a@b>",
        ] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
    }
}
