//! Consents to the processing of personal data (S2:5.4, PPL-4).

use chrono::{Datelike, Days, NaiveDate};
use kernel::PersonId;
use serde::Serialize;

use crate::{Error, Kin};

kernel::id!(/// One consent of one person.
    ConsentId);

/// What the consent is for; each kind is a paper of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentKind {
    /// Personal data at all.
    Processing,
    /// Special categories: health.
    Special,
    /// Photographs on the site.
    Photo,
    /// Notices by e-mail and telephone.
    Notices,
    /// Handing over to the municipality.
    Transfer,
}

impl ConsentKind {
    pub const ALL: [Self; 5] = [
        Self::Processing,
        Self::Special,
        Self::Photo,
        Self::Notices,
        Self::Transfer,
    ];

    /// The name in the database, in URLs and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Special => "special",
            Self::Photo => "photo",
            Self::Notices => "notices",
            Self::Transfer => "transfer",
        }
    }

    /// The kind with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Whether something is left to people when such a consent is withdrawn:
    /// papers, photographs on a site, what the municipality was given. Letters
    /// stop by themselves.
    pub const fn needs_hands(self) -> bool {
        !matches!(self, Self::Notices)
    }
}

/// One consent, in force until it is withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Consent {
    pub id: ConsentId,
    pub subject: PersonId,
    /// Who signed; none where the subject did.
    pub given_by: Option<PersonId>,
    pub kind: ConsentKind,
    /// Number and place of the paper.
    pub document: String,
    pub signed_on: NaiveDate,
    pub withdrawn_on: Option<NaiveDate>,
    /// As whom the signer stood: self, mother, father, guardian, other. None
    /// where only the paper tells.
    pub given_as: Option<String>,
    /// The edition of the text; 0 is the text of the system.
    pub edition: i32,
    /// When what the system cannot undo itself was done after a withdrawal.
    pub settled_on: Option<NaiveDate>,
    /// How it was done: number of the act, who did it.
    pub settled_note: String,
    pub version: i32,
}

/// Within so many days after a withdrawal the data are destroyed (152-ФЗ ст. 21 ч. 5).
const SETTLES_IN: u64 = 30;

impl Consent {
    /// The last day to do what the system cannot undo itself; none where
    /// nothing is left to do.
    pub fn settle_by(&self) -> Option<NaiveDate> {
        settle_by(self.kind, self.withdrawn_on, self.settled_on)
    }
}

/// See [`Consent::settle_by`].
pub(crate) fn settle_by(
    kind: ConsentKind,
    withdrawn_on: Option<NaiveDate>,
    settled_on: Option<NaiveDate>,
) -> Option<NaiveDate> {
    let open = withdrawn_on.filter(|_| settled_on.is_none() && kind.needs_hands());
    open.and_then(|it| it.checked_add_days(Days::new(SETTLES_IN)))
}

/// A consent to be put into the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConsent {
    pub subject: PersonId,
    pub given_by: Option<PersonId>,
    pub kind: ConsentKind,
    pub document: String,
    pub signed_on: NaiveDate,
}

/// From this age on a pupil may sign for themselves (ст. 26 ГК РФ).
pub(crate) const SIGNS_AT: i32 = 14;
/// From this age on nobody else may (ст. 21 ГК РФ).
pub(crate) const ALONE_AT: i32 = 18;

impl NewConsent {
    /// Whether the signer may consent for the subject, whose parents are given.
    pub(crate) fn check(
        &self,
        is_pupil: bool,
        born_on: Option<NaiveDate>,
        parents: &[Kin],
        today: NaiveDate,
    ) -> Result<(), Error> {
        if today < self.signed_on {
            return Err(Error::field("signed_on", "people.date-in-future"));
        }
        if self.signed_on.year() < 2000 {
            return Err(Error::field("signed_on", "people.date-too-early"));
        }
        let years = born_on.map(|it| age(it, self.signed_on));
        let signs_alone = is_pupil && years.is_some_and(|it| ALONE_AT <= it);
        match self.given_by.filter(|it| *it != self.subject) {
            Some(_) if signs_alone => Err(Error::SignsAlone),
            Some(signer) if parents.iter().any(|it| it.parent == signer) => Ok(()),
            Some(_) => Err(Error::MayNotConsent),
            None if is_pupil && years.is_none_or(|it| it < SIGNS_AT) => Err(Error::MayNotConsent),
            None => Ok(()),
        }
    }
}

/// Full years on that day.
pub(crate) fn age(born_on: NaiveDate, on: NaiveDate) -> i32 {
    let had_birthday = (born_on.month(), born_on.day()) <= (on.month(), on.day());
    on.year() - born_on.year() - i32::from(!had_birthday)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn signed(by: Option<i64>) -> NewConsent {
        NewConsent {
            subject: 1.into(),
            given_by: by.map(Into::into),
            kind: ConsentKind::Processing,
            document: String::new(),
            signed_on: day(2026, 9, 10),
        }
    }

    #[test]
    fn a_parent_signs_for_a_child_and_nobody_else_does() {
        let mother = Kin {
            parent: 2.into(),
            pupil: 1.into(),
            kind: "mother".into(),
        };
        let parents = [mother];
        let check = |by, born| signed(by).check(true, born, &parents, day(2026, 9, 11));
        assert!(check(Some(2), None).is_ok());
        assert!(matches!(check(Some(3), None), Err(Error::MayNotConsent)));
        assert!(matches!(
            check(None, Some(day(2012, 9, 11))),
            Err(Error::MayNotConsent)
        ));
        assert!(check(None, Some(day(2012, 9, 10))).is_ok());
        assert!(check(Some(1), Some(day(2012, 9, 10))).is_ok());
    }

    /// From 18 on a pupil is of age: no parent signs any more.
    #[test]
    fn nobody_signs_for_a_pupil_of_age() {
        let mother = Kin {
            parent: 2.into(),
            pupil: 1.into(),
            kind: "mother".into(),
        };
        let parents = [mother];
        let check = |born| signed(Some(2)).check(true, Some(born), &parents, day(2026, 9, 11));
        assert!(check(day(2008, 9, 11)).is_ok());
        assert!(matches!(check(day(2008, 9, 10)), Err(Error::SignsAlone)));
    }

    /// 152-ФЗ ст. 21 ч. 5: thirty days, but for letters, which stop at once.
    #[test]
    fn a_withdrawal_leaves_thirty_days() {
        let by = |kind, settled| settle_by(kind, Some(day(2026, 9, 1)), settled);
        assert_eq!(by(ConsentKind::Photo, None), Some(day(2026, 10, 1)));
        assert_eq!(by(ConsentKind::Photo, Some(day(2026, 9, 2))), None);
        assert_eq!(by(ConsentKind::Notices, None), None);
        assert_eq!(settle_by(ConsentKind::Photo, None, None), None);
    }

    #[test]
    fn adults_sign_for_themselves_and_not_tomorrow() {
        assert!(
            signed(None)
                .check(false, None, &[], day(2026, 9, 10))
                .is_ok()
        );
        assert!(
            signed(None)
                .check(false, None, &[], day(2026, 9, 9))
                .is_err()
        );
    }

    #[test]
    fn age_counts_birthdays() {
        assert_eq!(age(day(2012, 2, 29), day(2026, 2, 28)), 13);
        assert_eq!(age(day(2012, 2, 29), day(2026, 3, 1)), 14);
    }
}
