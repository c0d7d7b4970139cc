//! Numbers that carry their own check (`ux.md` §6.5).
//!
//! Each is read from text typed in any fashion, kept as bare digits and shown
//! in groups. New input must pass the check (`parse`); old data may be kept
//! with a warning (`parse_leniently`). Logs show none of them.

mod birth_certificate;
mod control;
mod email;
mod flaw;
mod numbers;
mod phone;

pub use birth_certificate::BirthCertificate;
pub(crate) use birth_certificate::cyrillic_lookalike;
pub use email::Email;
pub use flaw::{CheckError, Flaw, Number};
pub use numbers::{
    DepartmentCode, Enp, InnOrg, InnPerson, Kpp, Ogrn, Okato, Okogu, Okpo, Oktmo, Passport, Snils,
};
pub use phone::Phone;

/// A number with letters in it as it is compared: capitals with no signs
/// between, and letters that look the same are one.
pub fn comparable(text: &str) -> String {
    text.to_uppercase()
        .chars()
        .filter(|it| !numbers::is_separator(*it))
        .map(cyrillic_lookalike)
        .collect()
}

/// The digits of a text, for a search by number.
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
