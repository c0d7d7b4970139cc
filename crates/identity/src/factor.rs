//! The second factor: codes by time (RFC 6238) and recovery codes
//! (security.md §5.4).

use ring::hmac;

use crate::Error;

/// A code lives for so many seconds.
const STEP: i64 = 30;
/// 20 bytes, as long as the digest of the codes.
const SEED: usize = 20;
const DIGITS: usize = 6;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// How many recovery codes there are.
pub(crate) const RECOVERY: usize = 10;

/// What the owner's device and we know; kept sealed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Seed([u8; SEED]);

impl Seed {
    pub(crate) fn random() -> Result<Self, Error> {
        let mut seed = [0; SEED];
        rand::TryRngCore::try_fill_bytes(&mut rand::rngs::OsRng, &mut seed)
            .map_err(|_| Error::NoRandomness)?;
        Ok(Self(seed))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// For typing into a device without a camera: `ABCD EFGH …`.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (at, letter) in self.base32().chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push(' ');
            }
            text.push(letter);
        }
        text
    }

    /// What the QR code tells the device.
    pub(crate) fn address(&self, system: &str, login: &str) -> String {
        let issuer = percent(system);
        let login = percent(login);
        let secret = self.base32();
        format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}")
    }

    fn base32(&self) -> String {
        let bits = |at: usize| u16::from(self.0[at / 8] >> (7 - at % 8) & 1);
        (0..SEED * 8 / 5)
            .map(|letter| (0..5).fold(0, |sum, bit| sum << 1 | bits(letter * 5 + bit)))
            .map(|it| char::from(BASE32[usize::from(it)]))
            .collect()
    }

    /// The code of a step.
    fn code(&self, step: i64) -> u32 {
        truncated(&self.0, step, 10_u32.pow(6))
    }

    /// The step that the typed code belongs to: the present one, or the one
    /// before for a clock that is late. `None` for a wrong code, and for one
    /// that was used already: each is good once.
    pub(crate) fn step_of(&self, typed: &str, seconds: i64, last: i64) -> Option<i64> {
        let digits: String = typed.chars().filter(|it| !it.is_whitespace()).collect();
        if digits.len() != DIGITS || !digits.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let typed: u32 = digits.parse().ok()?;
        let now = seconds / STEP;
        [now, now - 1]
            .into_iter()
            .find(|step| *step > last && self.code(*step) == typed)
    }

    /// The code of the moment, for tests that play the owner's device.
    #[cfg(test)]
    pub(crate) fn code_at(&self, seconds: i64) -> String {
        format!("{:06}", self.code(seconds / STEP))
    }
}

/// RFC 4226 §5.3 over the step as counter.
fn truncated(seed: &[u8], step: i64, limit: u32) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[tag.len() - 1] & 0x0f);
    let word = [tag[at] & 0x7f, tag[at + 1], tag[at + 2], tag[at + 3]];
    u32::from_be_bytes(word) % limit
}

fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, it| {
        if it.is_ascii_alphanumeric() || b"-._~".contains(&it) {
            out.push(char::from(it));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{it:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: SHA-1, eight digits.
    #[test]
    fn the_vectors_of_the_rfc_come_out() {
        for (seconds, code) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            let found = truncated(b"12345678901234567890", seconds / STEP, 100_000_000);
            assert_eq!(found, code, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_once_and_for_a_clock_that_is_late() {
        let seed = Seed::from_bytes(b"12345678901234567890").unwrap();
        let code = seed.code_at(59);
        assert_eq!(code, "287082");
        assert_eq!(seed.step_of(&code, 59, 0), Some(1));
        assert_eq!(seed.step_of("287 082", 59 + 30, 0), Some(1));
        assert_eq!(seed.step_of(&code, 59 + 60, 0), None, "two steps late");
        assert_eq!(seed.step_of(&code, 59, 1), None, "used");
        assert_eq!(seed.step_of(&code, 20, 0), None, "early");
        for wrong in ["", "28708", "2870820", "abcdef", "+28708"] {
            assert_eq!(seed.step_of(wrong, 59, 0), None, "{wrong}");
        }
    }

    #[test]
    fn the_secret_is_written_for_cameras_and_for_hands() {
        let seed = Seed::from_bytes(b"12345678901234567890").unwrap();
        assert_eq!(seed.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(seed.text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            seed.address("Звонок", "ivanov"),
            "otpauth://totp/%D0%97%D0%B2%D0%BE%D0%BD%D0%BE%D0%BA:ivanov?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%D0%97%D0%B2%D0%BE%D0%BD%D0%BE%D0%BA"
        );
    }
}
