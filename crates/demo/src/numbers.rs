//! Made-up numbers whose control digits agree.

use kernel::checked::{Enp, InnOrg, InnPerson, Ogrn, Okpo, Snils};

use crate::dice::Dice;

/// Finishes a body with the control digits that the check takes.
fn controlled(body: &str, width: usize, agrees: impl Fn(&str) -> bool) -> String {
    let all = (0..10_usize.pow(width as u32)).map(|it| format!("{body}{it:0width$}"));
    all.into_iter().find(|it| agrees(it)).unwrap_or_default()
}

pub(crate) fn snils(dice: &mut Dice) -> String {
    controlled(&dice.digits(9), 2, |it| Snils::parse(it).is_ok())
}

pub(crate) fn inn_person(dice: &mut Dice) -> String {
    controlled(&format!("23{}", dice.digits(8)), 2, |it| {
        InnPerson::parse(it).is_ok()
    })
}

/// ИНН of an organisation of that tax office.
pub(crate) fn inn_org(dice: &mut Dice, office: &str) -> String {
    controlled(&format!("{office}{}", dice.digits(5)), 1, |it| {
        InnOrg::parse(it).is_ok()
    })
}

pub(crate) fn ogrn(dice: &mut Dice) -> String {
    controlled(&format!("10223{}", dice.digits(7)), 1, |it| {
        Ogrn::parse(it).is_ok()
    })
}

pub(crate) fn okpo(dice: &mut Dice) -> String {
    controlled(&dice.digits(7), 1, |it| Okpo::parse(it).is_ok())
}

pub(crate) fn policy(dice: &mut Dice) -> String {
    controlled(&format!("23{}", dice.digits(13)), 1, |it| {
        Enp::parse(it).is_ok()
    })
}

/// A mobile number of a range that is given to nobody.
pub(crate) fn mobile(dice: &mut Dice) -> String {
    format!("+790000{}", dice.digits(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_passes_its_check() {
        let mut dice = Dice::new(1, 1);
        for _ in 0..50 {
            assert!(Snils::parse(&snils(&mut dice)).is_ok());
            assert!(InnPerson::parse(&inn_person(&mut dice)).is_ok());
            assert!(InnOrg::parse(&inn_org(&mut dice, "2337")).is_ok());
            assert!(Ogrn::parse(&ogrn(&mut dice)).is_ok());
            assert!(Okpo::parse(&okpo(&mut dice)).is_ok());
            assert!(Enp::parse(&policy(&mut dice)).is_ok());
            assert!(kernel::checked::Phone::parse(&mobile(&mut dice)).is_ok());
        }
    }
}
