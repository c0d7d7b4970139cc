//! Restricted fields of a card, and the ground on which each may be stored
//! (S2:5.4, annex 1, 1.4): a consent in force, or a law that names the field.

use db::vault::Place;
use kernel::PersonId;
use serde::Serialize;

use crate::consent::{Consent, ConsentId, ConsentKind};

/// A field that is not stored without a ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RestrictedField {
    /// Empty for the Russian certificate; see [`RestrictedField::kinds`].
    BirthCertificateKind,
    BirthCertificate,
    BirthCertificateCountry,
    BirthCertificateIssuedOn,
    BirthCertificateIssuedBy,
    /// Empty for the Russian passport.
    PassportKind,
    /// The number of the identity document, whatever its kind.
    Passport,
    PassportCountry,
    PassportIssuedOn,
    PassportIssuedBy,
    /// Код подразделения.
    PassportDepartment,
    Snils,
    Inn,
    /// Empty for a policy of one form (ЕНП).
    MedicalPolicyKind,
    MedicalPolicy,
    MedicalInsurer,
    HealthGroup,
    PeGroup,
    Diseases,
    SocialStatus,
    DeviantBehaviour,
}

/// What a person is here; one human being may be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum CardKind {
    #[serde(rename = "pupils")]
    Pupil,
    #[serde(rename = "parents")]
    Parent,
    #[serde(rename = "staff")]
    Staff,
}

impl CardKind {
    pub const ALL: [Self; 3] = [Self::Pupil, Self::Parent, Self::Staff];

    /// The word in URLs: `/people/pupils`.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Pupil => "pupils",
            Self::Parent => "parents",
            Self::Staff => "staff",
        }
    }

    /// The kind with that word in URLs.
    pub fn from_plural(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.plural() == word)
    }

    /// The restricted fields of such a card (S2 annex 1).
    pub const fn restricted(self) -> &'static [RestrictedField] {
        use RestrictedField as F;
        match self {
            Self::Pupil => &[
                F::BirthCertificateKind,
                F::BirthCertificate,
                F::BirthCertificateCountry,
                F::BirthCertificateIssuedOn,
                F::BirthCertificateIssuedBy,
                F::PassportKind,
                F::Passport,
                F::PassportCountry,
                F::PassportIssuedOn,
                F::PassportIssuedBy,
                F::PassportDepartment,
                F::Snils,
                F::MedicalPolicyKind,
                F::MedicalPolicy,
                F::MedicalInsurer,
                F::HealthGroup,
                F::PeGroup,
                F::Diseases,
                F::SocialStatus,
                F::DeviantBehaviour,
            ],
            Self::Parent => &[
                F::PassportKind,
                F::Passport,
                F::PassportCountry,
                F::PassportIssuedOn,
                F::PassportIssuedBy,
                F::PassportDepartment,
            ],
            Self::Staff => &[
                F::PassportKind,
                F::Passport,
                F::PassportCountry,
                F::PassportIssuedOn,
                F::PassportIssuedBy,
                F::PassportDepartment,
                F::Snils,
                F::Inn,
            ],
        }
    }
}

/// What allows a restricted field to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Goes when the consent is withdrawn.
    Consent(ConsentId),
    /// The code of the law; its name is in the words under `people.law.<code>`.
    Law(&'static str),
}

impl RestrictedField {
    pub const ALL: [Self; 21] = [
        Self::BirthCertificateKind,
        Self::BirthCertificate,
        Self::BirthCertificateCountry,
        Self::BirthCertificateIssuedOn,
        Self::BirthCertificateIssuedBy,
        Self::PassportKind,
        Self::Passport,
        Self::PassportCountry,
        Self::PassportIssuedOn,
        Self::PassportIssuedBy,
        Self::PassportDepartment,
        Self::Snils,
        Self::Inn,
        Self::MedicalPolicyKind,
        Self::MedicalPolicy,
        Self::MedicalInsurer,
        Self::HealthGroup,
        Self::PeGroup,
        Self::Diseases,
        Self::SocialStatus,
        Self::DeviantBehaviour,
    ];

    /// The name in the database, in forms and import files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BirthCertificateKind => "birth_certificate_kind",
            Self::BirthCertificate => "birth_certificate",
            Self::BirthCertificateCountry => "birth_certificate_country",
            Self::BirthCertificateIssuedOn => "birth_certificate_issued_on",
            Self::BirthCertificateIssuedBy => "birth_certificate_issued_by",
            Self::PassportKind => "passport_kind",
            Self::Passport => "passport",
            Self::PassportCountry => "passport_country",
            Self::PassportIssuedOn => "passport_issued_on",
            Self::PassportIssuedBy => "passport_issued_by",
            Self::PassportDepartment => "passport_department",
            Self::Snils => "snils",
            Self::Inn => "inn",
            Self::MedicalPolicyKind => "medical_policy_kind",
            Self::MedicalPolicy => "medical_policy",
            Self::MedicalInsurer => "medical_insurer",
            Self::HealthGroup => "health_group",
            Self::PeGroup => "pe_group",
            Self::Diseases => "diseases",
            Self::SocialStatus => "social_status",
            Self::DeviantBehaviour => "deviant_behaviour",
        }
    }

    /// The field with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Whether it is about health: the medic's own fields.
    pub const fn is_medical(self) -> bool {
        matches!(
            self,
            Self::MedicalPolicyKind
                | Self::MedicalPolicy
                | Self::MedicalInsurer
                | Self::HealthGroup
                | Self::PeGroup
                | Self::Diseases
        )
    }

    /// Whether it names its bearer, so that nobody else may have the same.
    pub const fn is_number(self) -> bool {
        matches!(
            self,
            Self::Snils | Self::Inn | Self::Passport | Self::BirthCertificate | Self::MedicalPolicy
        )
    }

    /// Where the value of that person is kept; it opens nowhere else.
    pub const fn place(self, person: PersonId) -> Place {
        Place {
            table: "people.restricted_field",
            field: self.code(),
            person,
        }
    }

    /// The kind of consent that it takes: special categories have their own (152-ФЗ ст. 10).
    pub const fn consent_kind(self) -> ConsentKind {
        match self {
            Self::HealthGroup | Self::PeGroup | Self::Diseases | Self::DeviantBehaviour => {
                ConsentKind::Special
            }
            _ => ConsentKind::Processing,
        }
    }

    /// The law that lets the school keep it without a consent: the labour code
    /// for its staff, the order on admission for the birth certificate. A number
    /// says nothing without its kind and country.
    const fn law(self, kind: CardKind) -> Option<&'static str> {
        use RestrictedField as F;
        match (kind, self) {
            (
                CardKind::Staff,
                F::PassportKind | F::Passport | F::PassportCountry | F::Snils | F::Inn,
            ) => Some("tk-65"),
            (
                CardKind::Pupil,
                F::BirthCertificateKind | F::BirthCertificate | F::BirthCertificateCountry,
            ) => Some("admission-458"),
            _ => None,
        }
    }

    /// On what ground it may be stored for somebody who is all of `kinds` and
    /// gave these consents; `None` where there is none. A law comes first: what
    /// it lets the school keep does not go with a consent.
    pub fn ground(self, kinds: &[CardKind], consents: &[Consent]) -> Option<Ground> {
        let law = kinds.iter().find_map(|it| self.law(*it));
        law.map(Ground::Law).or_else(|| {
            consents
                .iter()
                .find(|it| it.kind == self.consent_kind() && it.withdrawn_on.is_none())
                .map(|it| Ground::Consent(it.id))
        })
    }

    /// The value as it is stored, or the code of what is wrong with it; a
    /// document is taken for a Russian one.
    pub fn checked(self, value: &str) -> Result<String, &'static str> {
        match formats::read(self, "", value.trim())? {
            (value, None) => Ok(value),
            (_, Some(doubt)) => Err(doubt),
        }
    }
}

mod documents;
mod formats;
pub(crate) use documents::Documents;
pub(crate) use formats::{compared, show, wanted};

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn consent(kind: ConsentKind, withdrawn: bool) -> Consent {
        let day = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        Consent {
            id: 7.into(),
            subject: 1.into(),
            given_by: None,
            kind,
            document: String::new(),
            signed_on: day,
            withdrawn_on: withdrawn.then_some(day),
            given_as: None,
            edition: 0,
            settled_on: None,
            settled_note: String::new(),
            version: 1,
        }
    }

    #[test]
    fn codes_lead_back_to_the_field() {
        for it in RestrictedField::ALL {
            assert_eq!(RestrictedField::from_code(it.code()), Some(it));
        }
        for it in CardKind::ALL {
            assert_eq!(CardKind::from_plural(it.plural()), Some(it));
        }
    }

    /// every restricted field of every card, without a consent.
    #[test]
    fn without_consent_only_what_a_law_names_is_stored() {
        let allowed: Vec<(CardKind, &str)> = CardKind::ALL
            .into_iter()
            .flat_map(|kind| kind.restricted().iter().map(move |it| (kind, *it)))
            .filter(|(kind, field)| field.ground(&[*kind], &[]).is_some())
            .map(|(kind, field)| (kind, field.code()))
            .collect();
        assert_eq!(
            allowed,
            [
                (CardKind::Pupil, "birth_certificate_kind"),
                (CardKind::Pupil, "birth_certificate"),
                (CardKind::Pupil, "birth_certificate_country"),
                (CardKind::Staff, "passport_kind"),
                (CardKind::Staff, "passport"),
                (CardKind::Staff, "passport_country"),
                (CardKind::Staff, "snils"),
                (CardKind::Staff, "inn"),
            ]
        );
    }

    #[test]
    fn a_consent_covers_its_own_kind_while_in_force() {
        let pupil = [CardKind::Pupil];
        let snils = RestrictedField::Snils;
        let health = RestrictedField::HealthGroup;
        let processing = [consent(ConsentKind::Processing, false)];
        assert_eq!(
            snils.ground(&pupil, &processing),
            Some(Ground::Consent(7.into()))
        );
        assert_eq!(health.ground(&pupil, &processing), None);
        assert_eq!(
            snils.ground(&pupil, &[consent(ConsentKind::Processing, true)]),
            None
        );
        let photo = [consent(ConsentKind::Photo, false)];
        assert!(
            RestrictedField::ALL
                .iter()
                .all(|it| it.ground(&[CardKind::Parent], &photo).is_none())
        );
    }

    #[test]
    fn law_comes_before_consent() {
        let staff = [CardKind::Staff, CardKind::Parent];
        let ground =
            RestrictedField::Passport.ground(&staff, &[consent(ConsentKind::Processing, false)]);
        assert_eq!(ground, Some(Ground::Law("tk-65")));
    }
}
