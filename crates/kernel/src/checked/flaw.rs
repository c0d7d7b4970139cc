use crate::{Fault, Kind};

/// Which number did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    Snils,
    InnPerson,
    InnOrg,
    Ogrn,
    Kpp,
    Okpo,
    Okato,
    Oktmo,
    Okogu,
    Enp,
    Passport,
    DepartmentCode,
    BirthCertificate,
    Phone,
    Email,
}

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It has not the digits and letters that such a number has.
    Shape,
    /// It looks right, but its control digits do not agree.
    Checksum,
}

/// Why a text is not such a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{number:?} does not pass: {flaw:?}")]
pub struct CheckError {
    pub number: Number,
    pub flaw: Flaw,
}

impl CheckError {
    /// Every code there is, so that a test can ask the templates for its words.
    pub const CODES: [&'static str; 21] = [
        "checked.snils.shape",
        "checked.snils.checksum",
        "checked.inn-person.shape",
        "checked.inn-person.checksum",
        "checked.inn-org.shape",
        "checked.inn-org.checksum",
        "checked.ogrn.shape",
        "checked.ogrn.checksum",
        "checked.okpo.shape",
        "checked.okpo.checksum",
        "checked.enp.shape",
        "checked.enp.checksum",
        "checked.kpp.shape",
        "checked.okato.shape",
        "checked.oktmo.shape",
        "checked.okogu.shape",
        "checked.passport.shape",
        "checked.department-code.shape",
        "checked.birth-certificate.shape",
        "checked.phone.shape",
        "checked.email.shape",
    ];

    pub(super) const fn shape(number: Number) -> Self {
        Self {
            number,
            flaw: Flaw::Shape,
        }
    }

    pub(super) const fn checksum(number: Number) -> Self {
        Self {
            number,
            flaw: Flaw::Checksum,
        }
    }
}

impl Fault for CheckError {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn code(&self) -> &'static str {
        match (self.number, self.flaw) {
            (Number::Snils, Flaw::Shape) => "checked.snils.shape",
            (Number::Snils, Flaw::Checksum) => "checked.snils.checksum",
            (Number::InnPerson, Flaw::Shape) => "checked.inn-person.shape",
            (Number::InnPerson, Flaw::Checksum) => "checked.inn-person.checksum",
            (Number::InnOrg, Flaw::Shape) => "checked.inn-org.shape",
            (Number::InnOrg, Flaw::Checksum) => "checked.inn-org.checksum",
            (Number::Ogrn, Flaw::Shape) => "checked.ogrn.shape",
            (Number::Ogrn, Flaw::Checksum) => "checked.ogrn.checksum",
            (Number::Okpo, Flaw::Shape) => "checked.okpo.shape",
            (Number::Okpo, Flaw::Checksum) => "checked.okpo.checksum",
            (Number::Enp, Flaw::Shape) => "checked.enp.shape",
            (Number::Enp, Flaw::Checksum) => "checked.enp.checksum",
            (Number::Kpp, _) => "checked.kpp.shape",
            (Number::Okato, _) => "checked.okato.shape",
            (Number::Oktmo, _) => "checked.oktmo.shape",
            (Number::Okogu, _) => "checked.okogu.shape",
            (Number::Passport, _) => "checked.passport.shape",
            (Number::DepartmentCode, _) => "checked.department-code.shape",
            (Number::BirthCertificate, _) => "checked.birth-certificate.shape",
            (Number::Phone, _) => "checked.phone.shape",
            (Number::Email, _) => "checked.email.shape",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed() {
        let numbers = [
            Number::Snils,
            Number::InnPerson,
            Number::InnOrg,
            Number::Ogrn,
            Number::Kpp,
            Number::Okpo,
            Number::Okato,
            Number::Oktmo,
            Number::Okogu,
            Number::Enp,
            Number::Passport,
            Number::DepartmentCode,
            Number::BirthCertificate,
            Number::Phone,
            Number::Email,
        ];
        for number in numbers {
            for flaw in [Flaw::Shape, Flaw::Checksum] {
                assert!(CheckError::CODES.contains(&CheckError { number, flaw }.code()));
            }
        }
    }
}
