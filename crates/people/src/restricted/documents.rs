//! What kinds of documents a card may name, and how their values are checked:
//! strictly where a Russian document is meant, by length and signs otherwise.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::checked::Passport;

use super::{
    RestrictedField,
    formats::{self, Reading},
};

/// «Временное свидетельство ОМС», nine digits.
pub(super) const TEMPORARY_POLICY: &str = "temporary_policy";

impl RestrictedField {
    /// The kinds of document that a field chooses from, the Russian one first:
    /// nothing is stored for it. Empty for every other field.
    pub const fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::PassportKind => &[
                "passport",
                "foreign_passport",
                "residence_permit",
                "temporary_residence",
                "refugee",
                "asylum",
                "other_identity",
            ],
            Self::BirthCertificateKind => &["certificate", "foreign_certificate"],
            Self::MedicalPolicyKind => &["policy", TEMPORARY_POLICY, "old_policy"],
            _ => &[],
        }
    }

    /// The field that tells of what kind the document of this field is.
    const fn told_by(self) -> Option<Self> {
        match self {
            Self::Passport | Self::PassportIssuedOn | Self::PassportDepartment => {
                Some(Self::PassportKind)
            }
            Self::BirthCertificate => Some(Self::BirthCertificateKind),
            Self::MedicalPolicy => Some(Self::MedicalPolicyKind),
            _ => None,
        }
    }
}

/// The documents of one card as far as the check of its values looks at them.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    kinds: HashMap<RestrictedField, String>,
    born_on: Option<NaiveDate>,
    today: NaiveDate,
}

impl Documents {
    /// The documents of somebody born on that day; no kind is told yet.
    pub(crate) fn of(born_on: Option<NaiveDate>, today: NaiveDate) -> Self {
        Self {
            kinds: HashMap::new(),
            born_on,
            today,
        }
    }

    /// Takes the kinds among these values; later ones win.
    #[must_use]
    pub(crate) fn with<'a>(
        mut self,
        values: impl IntoIterator<Item = (RestrictedField, &'a str)>,
    ) -> Self {
        for (field, value) in values {
            if !field.kinds().is_empty() {
                let kind = formats::read(field, "", value.trim());
                // What is no kind is told at its own field; the number passes for now.
                let kind = kind.map_or_else(|_| value.to_owned(), |it| it.0);
                self.kinds.insert(field, kind);
            }
        }
        self
    }

    /// The kind of the document of that field; empty for the Russian one.
    pub(crate) fn kind(&self, field: RestrictedField) -> &str {
        let kind = field.told_by().and_then(|it| self.kinds.get(&it));
        kind.map_or("", String::as_str)
    }

    /// The value as it is stored, and the code of what speaks against it: new
    /// input is refused with it, old data is taken with a warning (`ux.md` §6.5).
    ///
    /// # Errors
    /// The code of what is wrong with it.
    pub(crate) fn read(&self, field: RestrictedField, typed: &str) -> Reading {
        let (value, doubt) = formats::read(field, self.kind(field), typed.trim())?;
        let Some(day) = formats::issued_on(field, &value) else {
            return Ok((value, doubt));
        };
        if self.today < day {
            return Err("people.date-in-future");
        }
        Ok((value, self.doubt_of(field, day)))
    }

    fn doubt_of(&self, field: RestrictedField, issued: NaiveDate) -> Option<&'static str> {
        let born = self.born_on?;
        if issued < born {
            return Some("people.issued-before-birth");
        }
        let is_passport = field == RestrictedField::PassportIssuedOn && self.kind(field).is_empty();
        (is_passport && !Passport::may_be_issued(born, issued))
            .then_some("people.passport-too-early")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RestrictedField as F;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn of(kinds: &[(F, &'static str)]) -> Documents {
        Documents::of(Some(day("2014-03-27")), day("2026-09-10")).with(kinds.iter().copied())
    }

    #[test]
    fn the_kind_decides_how_strict_the_check_is() {
        let russian = of(&[]);
        assert_eq!(
            russian.read(F::Passport, "N 1234567"),
            Err("checked.passport.shape")
        );
        assert_eq!(of(&[(F::PassportKind, "passport")]).kind(F::Passport), "");
        let foreign = of(&[(F::PassportKind, "foreign_passport")]);
        let stored = foreign.read(F::Passport, "  n  1234567 ").unwrap();
        assert_eq!(stored, ("N 1234567".to_owned(), None));
        assert_eq!(
            foreign.read(F::Passport, "<b>"),
            Err("people.document-number")
        );
        // The kind of the passport says nothing of the certificate.
        let shape = Err("checked.birth-certificate.shape");
        assert_eq!(foreign.read(F::BirthCertificate, "TR 77/12"), shape);
        let temporary = of(&[(F::MedicalPolicyKind, TEMPORARY_POLICY)]);
        let stored = temporary.read(F::MedicalPolicy, "123 456 789").unwrap();
        assert_eq!(stored.0, "123456789");
        let short = temporary.read(F::MedicalPolicy, "12345678");
        assert_eq!(short, Err("people.temporary-policy"));
        assert_eq!(
            russian.read(F::PassportKind, "licence"),
            Err("people.choice")
        );
    }

    #[test]
    fn a_later_kind_wins_over_an_earlier_one() {
        let now = of(&[(F::PassportKind, "refugee"), (F::PassportKind, "")]);
        assert_eq!(now.kind(F::Passport), "");
    }

    /// `ux.md` §6.5: «issue date ≥ 14 years», of a Russian passport.
    #[test]
    fn days_of_issue_are_compared_with_the_birth() {
        let doubt = |documents: &Documents, field, day| documents.read(field, day).unwrap().1;
        let russian = of(&[]);
        let young = doubt(&russian, F::PassportIssuedOn, "26.03.2026");
        assert_eq!(young, Some("people.passport-too-early"));
        let older = Documents::of(Some(day("2012-03-27")), day("2026-09-10"));
        assert_eq!(doubt(&older, F::PassportIssuedOn, "27.03.2026"), None);
        let foreign = of(&[(F::PassportKind, "foreign_passport")]);
        assert_eq!(doubt(&foreign, F::PassportIssuedOn, "26.03.2020"), None);
        let unborn = doubt(&foreign, F::PassportIssuedOn, "26.03.2014");
        assert_eq!(unborn, Some("people.issued-before-birth"));
        let certificate = doubt(&russian, F::BirthCertificateIssuedOn, "01.01.2014");
        assert_eq!(certificate, Some("people.issued-before-birth"));
        let future = russian.read(F::BirthCertificateIssuedOn, "01.01.2027");
        assert_eq!(future, Err("people.date-in-future"));
    }
}
