//! How restricted values are read, stored and shown.

use chrono::NaiveDate;
use kernel::{
    Fault,
    checked::{
        self, BirthCertificate, CheckError, DepartmentCode, Enp, InnPerson, Passport, Snils,
    },
    dates,
};

use super::{RestrictedField, documents::TEMPORARY_POLICY};

/// Longer texts are not facts of a card.
const LONGEST: usize = 500;
/// Shorter and longer is no number of a document.
const NUMBER: std::ops::RangeInclusive<usize> = 3..=40;
const LONGEST_COUNTRY: usize = 100;

/// A value as it is stored with the code of what speaks against it, or the
/// code of why it cannot be one.
pub(super) type Reading = Result<(String, Option<&'static str>), &'static str>;

/// Reads a value of a document of that kind (empty: the Russian one); empty
/// stays empty.
pub(super) fn read(field: RestrictedField, kind: &str, value: &str) -> Reading {
    use RestrictedField as F;
    if value.is_empty() {
        return Ok((String::new(), None));
    }
    if LONGEST < value.chars().count() {
        return Err("people.too-long");
    }
    let is_russian = kind.is_empty();
    match field {
        F::Snils => number(Snils::parse_leniently(value), Snils::digits),
        F::Inn => number(InnPerson::parse_leniently(value), InnPerson::digits),
        F::Passport if is_russian => number(Passport::parse_leniently(value), Passport::digits),
        F::PassportDepartment if is_russian => number(
            DepartmentCode::parse_leniently(value),
            DepartmentCode::digits,
        ),
        F::MedicalPolicy if is_russian => number(Enp::parse_leniently(value), Enp::digits),
        F::MedicalPolicy if kind == TEMPORARY_POLICY => sure(temporary_policy(value)),
        F::BirthCertificate if is_russian => sure(
            BirthCertificate::parse(value)
                .map(|it| it.compact())
                .map_err(|it| it.code()),
        ),
        F::Passport | F::BirthCertificate | F::MedicalPolicy => sure(any_number(value)),
        F::PassportKind | F::BirthCertificateKind | F::MedicalPolicyKind => {
            sure(chosen(field.kinds(), value))
        }
        F::PassportCountry | F::BirthCertificateCountry => sure(country(value)),
        F::PassportIssuedOn | F::BirthCertificateIssuedOn => sure(day(value)),
        _ => Ok((value.to_owned(), None)),
    }
}

fn sure(value: Result<String, &'static str>) -> Reading {
    value.map(|it| (it, None))
}

/// A number whose control digits do not agree is one, with a doubt.
fn number<N>(read: Result<(N, Option<CheckError>), CheckError>, digits: fn(&N) -> &str) -> Reading {
    let (number, doubt) = read.map_err(|it| it.code())?;
    Ok((digits(&number).to_owned(), doubt.map(|it| it.code())))
}

/// The number of a document whose form nobody here knows.
fn any_number(value: &str) -> Result<String, &'static str> {
    let text = one_spaced(value).to_uppercase();
    let is_sign = |it: char| it.is_alphanumeric() || " -/.№()".contains(it);
    let fits = text.chars().all(is_sign)
        && text.chars().any(|it| it.is_ascii_digit())
        && NUMBER.contains(&text.chars().count());
    fits.then_some(text).ok_or("people.document-number")
}

fn temporary_policy(value: &str) -> Result<String, &'static str> {
    let signs = checked::comparable(value);
    let fits = signs.len() == 9 && signs.bytes().all(|it| it.is_ascii_digit());
    fits.then_some(signs).ok_or("people.temporary-policy")
}

/// Nothing is stored for the first of the kinds: it goes without saying.
fn chosen(kinds: &[&str], value: &str) -> Result<String, &'static str> {
    match kinds.iter().position(|it| *it == value) {
        Some(0) => Ok(String::new()),
        Some(_) => Ok(value.to_owned()),
        None => Err("people.choice"),
    }
}

fn country(value: &str) -> Result<String, &'static str> {
    let text = one_spaced(value);
    let fits = text
        .chars()
        .all(|it| it.is_alphabetic() || " -,.()'’".contains(it))
        && text.chars().any(char::is_alphabetic)
        && text.chars().count() <= LONGEST_COUNTRY;
    fits.then_some(text).ok_or("people.country")
}

fn one_spaced(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A day with its year: documents are years old, so none is guessed.
fn day(value: &str) -> Result<String, &'static str> {
    let long_ago = NaiveDate::MIN;
    let day = dates::parse_date(value, long_ago).map_err(|it| it.code())?;
    Ok(day.format("%Y-%m-%d").to_string())
}

/// The day on which a document was issued, where the field tells one.
pub(super) fn issued_on(field: RestrictedField, stored: &str) -> Option<NaiveDate> {
    use RestrictedField as F;
    matches!(field, F::PassportIssuedOn | F::BirthCertificateIssuedOn)
        .then(|| stored.parse().ok())
        .flatten()
}

/// A stored number as equal ones are found: that of a Russian document as it
/// is stored, any other without signs between.
pub(crate) fn compared(field: RestrictedField, stored: &str) -> String {
    match read(field, "", stored) {
        Ok((russian, _)) => russian,
        Err(_) => checked::comparable(stored),
    }
}

/// A number that somebody looks for as equal ones are found, or the code of
/// why it is none. Of what kind the document is, is not known.
pub(crate) fn wanted(field: RestrictedField, typed: &str) -> Result<String, &'static str> {
    use RestrictedField as F;
    let number = match field {
        F::Snils | F::Inn => read(field, "", typed.trim())?.0,
        _ => compared(field, typed.trim()),
    };
    let is_whole = NUMBER.contains(&number.chars().count());
    is_whole.then_some(number).ok_or("people.document-number")
}

/// A stored value of a document of that kind as people read it.
pub(crate) fn show(field: RestrictedField, kind: &str, stored: &str) -> String {
    use RestrictedField as F;
    let is_russian = kind.is_empty();
    match field {
        F::Snils => Snils::from_stored(stored.to_owned()).show(),
        F::Inn => InnPerson::from_stored(stored.to_owned()).show(),
        F::Passport if is_russian => Passport::from_stored(stored.to_owned()).show(),
        F::PassportDepartment if is_russian => {
            DepartmentCode::from_stored(stored.to_owned()).show()
        }
        F::MedicalPolicy if is_russian => Enp::from_stored(stored.to_owned()).show(),
        F::BirthCertificate if is_russian => {
            BirthCertificate::parse(stored).map_or_else(|_| stored.to_owned(), |it| it.show())
        }
        F::PassportIssuedOn | F::BirthCertificateIssuedOn => stored
            .parse()
            .map_or_else(|_| stored.to_owned(), dates::show_date),
        _ => stored.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(field: RestrictedField, value: &str) -> Result<String, &'static str> {
        field.checked(value)
    }

    #[test]
    fn documents_are_checked_and_shown() {
        let vectors = [
            (RestrictedField::Snils, "112-233-445 95", "112-233-445 95"),
            (RestrictedField::Inn, "500100732259", "500100732259"),
            (RestrictedField::Passport, "4504 123456", "45 04 123456"),
            (RestrictedField::PassportDepartment, "770001", "770-001"),
            (RestrictedField::PassportIssuedOn, "1.2.2020", "01.02.2020"),
            (
                RestrictedField::PassportCountry,
                "Кот-д’Ивуар",
                "Кот-д’Ивуар",
            ),
            (RestrictedField::HealthGroup, "II", "II"),
        ];
        for (field, typed, shown) in vectors {
            let stored = check(field, typed).unwrap();
            assert_eq!(show(field, "", &stored), shown, "{field:?}");
        }
        assert!(check(RestrictedField::Snils, "112-233-445 96").is_err());
        assert!(check(RestrictedField::PassportCountry, "7").is_err());
        assert!(check(RestrictedField::Diseases, &"а".repeat(501)).is_err());
        assert_eq!(check(RestrictedField::Snils, ""), Ok(String::new()));
    }

    /// What was stored before there were kinds is found by the same index.
    #[test]
    fn equal_numbers_are_equal_however_they_are_written() {
        let passport = |it| compared(RestrictedField::Passport, it);
        assert_eq!(passport("4504123456"), "4504123456");
        assert_eq!(passport("45 04 123456"), "4504123456");
        assert_eq!(passport("AB 123-456"), passport("аb123456"));
        let certificate = |it| compared(RestrictedField::BirthCertificate, it);
        assert_eq!(certificate("IVАГ123456"), "IVАГ123456");
        assert_eq!(certificate("TR 77/12"), certificate("tr7712"));
        assert_eq!(
            compared(RestrictedField::Snils, "11223344596"),
            "11223344596"
        );
        assert_eq!(
            show(RestrictedField::Passport, "refugee", "1234567890"),
            "1234567890"
        );
    }
}
