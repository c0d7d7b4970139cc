//! How restricted values are read, stored and shown.

use kernel::{
    Fault,
    checked::{BirthCertificate, Enp, InnPerson, Passport, Snils},
    dates,
};

use super::RestrictedField;

/// Longer texts are not facts of a card.
const LONGEST: usize = 500;

/// The value as it is stored; empty stays empty.
pub(super) fn check(field: RestrictedField, value: &str) -> Result<String, &'static str> {
    use RestrictedField as F;
    if value.is_empty() {
        return Ok(String::new());
    }
    if LONGEST < value.chars().count() {
        return Err("people.too-long");
    }
    let code = |it: &dyn Fault| it.code();
    match field {
        F::Snils => Snils::parse(value)
            .map(|it| it.digits().to_owned())
            .map_err(|it| code(&it)),
        F::Inn => InnPerson::parse(value)
            .map(|it| it.digits().to_owned())
            .map_err(|it| code(&it)),
        F::Passport => Passport::parse(value)
            .map(|it| it.digits().to_owned())
            .map_err(|it| code(&it)),
        F::MedicalPolicy => Enp::parse(value)
            .map(|it| it.digits().to_owned())
            .map_err(|it| code(&it)),
        F::BirthCertificate => BirthCertificate::parse(value)
            .map(|it| it.compact())
            .map_err(|it| code(&it)),
        F::PassportIssuedOn | F::BirthCertificateIssuedOn => day(value),
        _ => Ok(value.to_owned()),
    }
}

/// A day with its year: documents are years old, so none is guessed.
fn day(value: &str) -> Result<String, &'static str> {
    let long_ago = chrono::NaiveDate::MIN;
    let day = dates::parse_date(value, long_ago).map_err(|it| it.code())?;
    Ok(day.format("%Y-%m-%d").to_string())
}

/// A stored value as people read it.
pub(crate) fn show(field: RestrictedField, stored: &str) -> String {
    use RestrictedField as F;
    match field {
        F::Snils => Snils::from_stored(stored.to_owned()).show(),
        F::Inn => InnPerson::from_stored(stored.to_owned()).show(),
        F::Passport => Passport::from_stored(stored.to_owned()).show(),
        F::MedicalPolicy => Enp::from_stored(stored.to_owned()).show(),
        F::BirthCertificate => {
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

    #[test]
    fn documents_are_checked_and_shown() {
        let vectors = [
            (RestrictedField::Snils, "112-233-445 95", "112-233-445 95"),
            (RestrictedField::Inn, "500100732259", "500100732259"),
            (RestrictedField::Passport, "4504 123456", "45 04 123456"),
            (RestrictedField::PassportIssuedOn, "1.2.2020", "01.02.2020"),
            (RestrictedField::HealthGroup, "II", "II"),
        ];
        for (field, typed, shown) in vectors {
            let stored = check(field, typed).unwrap();
            assert_eq!(show(field, &stored), shown, "{field:?}");
        }
        assert!(check(RestrictedField::Snils, "112-233-445 96").is_err());
        assert!(check(RestrictedField::Diseases, &"а".repeat(501)).is_err());
        assert_eq!(check(RestrictedField::Snils, ""), Ok(String::new()));
    }
}
