//! The link that unsubscribes: signed, so that it works without a login and
//! nobody can make one up.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use kernel::{OrgId, PersonId};
use sha2::Sha256;

/// So many hexadecimal digits of the signature go into the link: 128 bits.
const DIGITS: usize = 32;

/// Who unsubscribes from what, as a link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leave {
    pub(crate) org: OrgId,
    pub(crate) person: PersonId,
    pub(crate) kind: String,
    signature: String,
}

impl Leave {
    /// Reads the last part of the link; says nothing about the signature yet.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        let mut parts = token.splitn(4, '-');
        let org: i64 = parts.next()?.parse().ok()?;
        let person: i64 = parts.next()?.parse().ok()?;
        let signature = parts.next()?.to_owned();
        let kind = parts.next()?.to_owned();
        Some(Self {
            org: org.into(),
            person: person.into(),
            kind,
            signature,
        })
    }

    /// Whether the organisation's key has signed it.
    pub(crate) fn is_signed_by(&self, key: &[u8]) -> bool {
        let Some(mut mac) = begin(key) else {
            return false;
        };
        mac.update(&said(self.org, self.person, &self.kind));
        let bytes: Option<Vec<u8>> = (0..self.signature.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(self.signature.get(at..at + 2)?, 16).ok())
            .collect();
        self.signature.len() == DIGITS
            && bytes.is_some_and(|it| mac.verify_truncated_left(&it).is_ok())
    }
}

/// The last part of the link by which the person leaves that kind of letters.
pub(crate) fn token(key: &[u8], org: OrgId, person: PersonId, kind: &str) -> String {
    let Some(mut mac) = begin(key) else {
        return String::new();
    };
    mac.update(&said(org, person, kind));
    let mut token = format!("{org}-{person}-");
    for byte in &mac.finalize().into_bytes()[..DIGITS / 2] {
        // Writing to a String never fails.
        let _ = write!(token, "{byte:02x}");
    }
    token.push('-');
    token.push_str(kind);
    token
}

fn begin(key: &[u8]) -> Option<Hmac<Sha256>> {
    Hmac::new_from_slice(key).ok()
}

fn said(org: OrgId, person: PersonId, kind: &str) -> Vec<u8> {
    format!("unsubscribe\0{org}\0{person}\0{kind}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_key_signs() {
        let token = token(&[7; 32], 3.into(), 42.into(), "journal.marks");
        let leave = Leave::parse(&token).unwrap();
        assert_eq!((leave.org.get(), leave.person.get()), (3, 42));
        assert_eq!(leave.kind, "journal.marks");
        assert!(leave.is_signed_by(&[7; 32]));
        assert!(!leave.is_signed_by(&[8; 32]));
    }

    #[test]
    fn nothing_of_the_link_can_be_changed() {
        let token = token(&[7; 32], 3.into(), 42.into(), "journal.marks");
        for bad in [
            token.replace("3-42", "3-43"),
            token.replace("3-42", "4-42"),
            token.replace("journal.marks", "deadlines.digest"),
            "3-42--journal.marks".to_owned(),
            "3-42-zz-journal.marks".to_owned(),
            "3-42-ёё-journal.marks".to_owned(),
        ] {
            let signed = Leave::parse(&bad).is_some_and(|it| it.is_signed_by(&[7; 32]));
            assert!(!signed, "{bad}");
        }
        assert!(Leave::parse("x").is_none());
    }
}
