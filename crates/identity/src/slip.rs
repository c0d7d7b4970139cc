//! The printed slip: login and a code for the first sign-in
//! (S3:2.6, PPL-5, security.md §5.2).

use chrono::{DateTime, Duration, Utc};
use rand::{TryRngCore, rngs::OsRng};

use crate::{Error, token};

/// Letters and digits that nobody mixes up on paper: no 0, O, 1, I, l.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const LENGTH: usize = 12;
const GROUP: usize = 4;

/// How long a slip may lie in a school bag.
pub(crate) const LIFETIME: Duration = Duration::days(14);

/// More slips at once than these are one line in the audit log.
pub(crate) const MANY: usize = 30;

/// A one-time code, 59 random bits. Shown once, kept as a digest.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Code(String);

impl Code {
    pub(crate) fn random() -> Result<Self, Error> {
        let mut code = String::with_capacity(LENGTH);
        while code.len() < LENGTH {
            let mut byte = [0];
            OsRng
                .try_fill_bytes(&mut byte)
                .map_err(|_| Error::NoRandomness)?;
            // 248 = 8 · 31: every letter is as likely as the others.
            if byte[0] < 248 {
                code.push(char::from(ALPHABET[usize::from(byte[0]) % ALPHABET.len()]));
            }
        }
        Ok(Self(code))
    }

    /// Reads what a person typed: any case, any grouping, Cyrillic letters
    /// that look the same. `None` where it cannot be a code.
    pub(crate) fn read(typed: &str) -> Option<Self> {
        let letters = typed
            .chars()
            .filter(|it| !it.is_whitespace() && !is_dash(*it));
        let code: String = letters
            .flat_map(char::to_lowercase)
            .map(latin_twin)
            .collect();
        let fits = code.len() == LENGTH && code.bytes().all(|it| ALPHABET.contains(&it));
        fits.then_some(Self(code))
    }

    /// As in the address under the QR code.
    pub(crate) fn plain(&self) -> &str {
        &self.0
    }

    /// As printed: `abcd-efgh-jkmn`.
    pub(crate) fn grouped(&self) -> String {
        let groups: Vec<&str> = (0..LENGTH / GROUP)
            .map(|it| &self.0[it * GROUP..(it + 1) * GROUP])
            .collect();
        groups.join("-")
    }

    pub(crate) fn digest(&self) -> Vec<u8> {
        token::digest("slip", &self.0)
    }
}

fn is_dash(it: char) -> bool {
    matches!(it, '-' | '‐' | '‑' | '–' | '—' | '_' | '.')
}

fn latin_twin(it: char) -> char {
    match it {
        'а' => 'a',
        'в' => 'b',
        'с' => 'c',
        'е' => 'e',
        'н' => 'h',
        'к' => 'k',
        'м' => 'm',
        'р' => 'p',
        'т' => 't',
        'х' => 'x',
        'у' => 'y',
        it => it,
    }
}

/// What is known of a slip.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "the names of the columns")]
pub(crate) struct Issued {
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) used_at: Option<DateTime<Utc>>,
    pub(crate) voided_at: Option<DateTime<Utc>>,
}

impl Issued {
    /// Whether the slip still opens anything, or why not.
    pub(crate) fn check(&self, now: DateTime<Utc>) -> Result<(), Error> {
        if self.used_at.is_some() {
            return Err(Error::SlipUsed);
        }
        if self.voided_at.is_some() {
            return Err(Error::SlipVoided);
        }
        if self.expires_at <= now {
            return Err(Error::SlipExpired);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_typed_from_paper() {
        let code = Code::random().unwrap();
        let printed = code.grouped();
        assert_eq!(printed.len(), 14);
        for typed in [
            printed.clone(),
            printed.to_uppercase(),
            printed.replace('-', " – "),
        ] {
            assert!(Code::read(&typed) == Some(code.clone()), "{typed}");
        }
        assert!(Code::read("авсе-нкмр-тху2").is_some_and(|it| it.plain() == "abcehkmptxy2"));
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in [
            "",
            "abcd-efgh",
            "abcd-efgh-jkm0",
            "abcd-efgh-jkmnp",
            "пароль-пароль",
        ] {
            assert!(Code::read(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn a_slip_opens_once_and_for_a_fortnight() {
        let now = DateTime::UNIX_EPOCH;
        let fresh = Issued {
            expires_at: now + LIFETIME,
            used_at: None,
            voided_at: None,
        };
        assert!(fresh.check(now).is_ok());
        assert!(matches!(
            fresh.check(now + LIFETIME),
            Err(Error::SlipExpired)
        ));
        let used = Issued {
            used_at: Some(now),
            ..fresh
        };
        assert!(matches!(used.check(now), Err(Error::SlipUsed)));
        let voided = Issued {
            voided_at: Some(now),
            ..fresh
        };
        assert!(matches!(voided.check(now), Err(Error::SlipVoided)));
    }
}
