//! Certificates of study: what they say and what becomes of them (MOV-3).

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, PersonId};
use serde::{Deserialize, Serialize};

kernel::id!(/// A certificate, asked for or issued.
    CertificateId);

/// What a certificate is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateKind {
    /// Studies here.
    Study,
    /// Studied here from a day to a day.
    Period,
    /// Will be taken into a class: for the school that lets the pupil go.
    Transfer,
}

impl CertificateKind {
    pub const ALL: [Self; 3] = [Self::Study, Self::Period, Self::Transfer];

    /// The name in the database, in forms and in words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Study => "study",
            Self::Period => "period",
            Self::Transfer => "transfer",
        }
    }

    /// The kind with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Where a certificate is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateState {
    Asked,
    Issued,
    Refused,
    /// Issued once and valid no more.
    Withdrawn,
}

impl CertificateState {
    pub const ALL: [Self; 4] = [Self::Asked, Self::Issued, Self::Refused, Self::Withdrawn];

    /// The name in the database and in words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Issued => "issued",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// What the paper says, as it was on the day of issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub school: String,
    pub pupil: String,
    /// «Дана *кому*»
    pub whom: String,
    pub born_on: Option<NaiveDate>,
    pub class: String,
    pub since: Option<NaiveDate>,
    /// The last day at the school.
    pub until: Option<NaiveDate>,
    /// The order of the enrolment.
    pub order: Option<String>,
    pub ordered_on: Option<NaiveDate>,
}

impl Said {
    /// «П. И. И.»: whoever checks a paper has the name before their eyes.
    pub fn initials(&self) -> String {
        let parts = self
            .pupil
            .split_whitespace()
            .filter_map(|it| it.chars().next());
        let parts: Vec<String> = parts.map(|it| format!("{it}.")).collect();
        parts.join("\u{a0}")
    }
}

/// A certificate as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub id: CertificateId,
    pub kind: CertificateKind,
    pub state: CertificateState,
    pub pupil: PersonId,
    /// Where it will be shown.
    pub purpose: String,
    /// Of a transfer: the class that has a place.
    pub class_name: String,
    pub number: Option<i32>,
    pub code: String,
    pub said: Option<Said>,
    pub asked_by: PersonId,
    pub asked_at: DateTime<Utc>,
    pub issued_by: Option<PersonId>,
    pub issued_at: Option<DateTime<Utc>>,
    pub end_reason: String,
    pub version: i32,
}

/// A certificate to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCertificate {
    pub kind: CertificateKind,
    pub pupil: PersonId,
    pub purpose: String,
    pub class_name: String,
}

/// What stands on the paper for whoever wants to check it: the organisation
/// and a code that nobody guesses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckCode {
    pub org: OrgId,
    pub code: String,
}

/// Digits of a code.
const LENGTH: usize = 16;

impl CheckCode {
    /// «1001-3f0a-91bc-4d2e-7a55»
    pub fn show(&self) -> String {
        let mut shown = self.org.to_string();
        for (at, digit) in self.code.chars().enumerate() {
            if at % 4 == 0 {
                shown.push('-');
            }
            shown.push(digit);
        }
        shown
    }

    /// Reads what somebody typed, with or without dashes and spaces between
    /// the digits; nothing where it can be no code.
    pub fn parse(text: &str) -> Option<Self> {
        let (org, code) = text.trim().split_once('-')?;
        let org: i64 = org.parse().ok().filter(|it| 0 < *it)?;
        let code: String = code
            .chars()
            .filter(|it| !it.is_whitespace() && *it != '-')
            .map(|it| it.to_ascii_lowercase())
            .collect();
        let is_code = code.len() == LENGTH && code.bytes().all(|it| it.is_ascii_hexdigit());
        is_code.then(|| Self {
            org: org.into(),
            code,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mov3_a_code_is_read_as_it_is_printed() {
        let code = CheckCode {
            org: 1001.into(),
            code: "3f0a91bc4d2e7a55".to_owned(),
        };
        assert_eq!(code.show(), "1001-3f0a-91bc-4d2e-7a55");
        assert_eq!(CheckCode::parse(&code.show()), Some(code.clone()));
        assert_eq!(CheckCode::parse(" 1001-3F0A 91BC4D2E7A55 "), Some(code));
        for wrong in [
            "",
            "1001",
            "x-3f0a91bc4d2e7a55",
            "-1-3f0a91bc4d2e7a55",
            "1001-3f0a",
            "1001-3g0a91bc4d2e7a55",
        ] {
            assert_eq!(CheckCode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn codes_lead_back_to_what_they_name() {
        for it in CertificateKind::ALL {
            assert_eq!(CertificateKind::from_code(it.code()), Some(it));
        }
        for it in CertificateState::ALL {
            assert_eq!(CertificateState::from_code(it.code()), Some(it));
        }
    }
}
