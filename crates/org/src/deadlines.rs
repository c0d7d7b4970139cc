//! What the organisation owes of itself (DLN-1): its card, once a year; the
//! topmost one a backup, every day.

mod backups;

use async_trait::async_trait;
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use db::Tx;
use dues::{About, Answer, Ask, DeadlineSource, Fact, Owner, Whole};
use kernel::{Fault, Role, dates::AcademicYear};

use crate::{Error, store};

pub use backups::BackupDues;

const CARD: &str = "org.card";
/// From this day of summer on a saved card is one of the coming year.
const CONFIRMED_FROM: (u32, u32) = (7, 1);

/// Tells whether the card was confirmed for the year, and what it lacks (S3:4.2).
#[derive(Clone, Copy, Debug, Default)]
pub struct CardDues;

#[async_trait]
impl DeadlineSource for CardDues {
    fn duties(&self) -> &'static [&'static str] {
        &[CARD]
    }

    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        self.look(tx, ask)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

impl CardDues {
    async fn look(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Error> {
        let mut answer = Answer::default();
        let wanted = |it: AcademicYear| ask.wants(CARD, &key(it), it.starts());
        if !years(ask.today).into_iter().any(wanted) {
            return Ok(answer);
        }
        let found = store::confirmation(tx).await?;
        let Some((own, card)) = found else {
            return Ok(answer);
        };
        let own = tx.keep(own);
        if !own.kind.teaches() {
            return Ok(answer);
        }
        let updated_on = card.updated_at.map(|it| own.day(it));
        for year in years(ask.today) {
            let lacks = card.lacks(year, updated_on, ask.today);
            answer.count(ask, whole(year));
            if !lacks.is_empty() {
                answer.tell(ask, fact(year, &lacks));
            }
        }
        Ok(answer)
    }
}

/// The academic year of the day; in summer the coming one too.
fn years(today: NaiveDate) -> Vec<AcademicYear> {
    let year = AcademicYear::of(today);
    if confirmed_from(year.next()) <= today {
        vec![year, year.next()]
    } else {
        vec![year]
    }
}

fn confirmed_from(year: AcademicYear) -> NaiveDate {
    let starts = year.starts();
    NaiveDate::from_ymd_opt(starts.year(), CONFIRMED_FROM.0, CONFIRMED_FROM.1)
        .unwrap_or(starts - Days::new(62))
}

/// The part of the card that is looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Confirmation {
    /// Whoever saves the card says that it is right.
    pub(crate) updated_at: Option<DateTime<Utc>>,
    pub(crate) licence_number: String,
    pub(crate) licence_on: Option<NaiveDate>,
    pub(crate) accreditation: String,
    pub(crate) accreditation_until: Option<NaiveDate>,
}

impl Confirmation {
    /// The fields that are missing, by name; `confirmed` where nobody looked
    /// at the card for the year.
    fn lacks(
        &self,
        year: AcademicYear,
        updated_on: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Vec<&'static str> {
        let is_confirmed = updated_on.is_some_and(|it| confirmed_from(year) <= it);
        let is_expired = self.accreditation_until.is_some_and(|it| it < today);
        [
            ("confirmed", !is_confirmed),
            ("licence_number", self.licence_number.is_empty()),
            ("licence_on", self.licence_on.is_none()),
            ("accreditation", self.accreditation.is_empty()),
            ("accreditation_until", is_expired),
        ]
        .into_iter()
        .filter_map(|(code, lacks)| lacks.then_some(code))
        .collect()
    }
}

fn key(year: AcademicYear) -> String {
    format!("{}/card", year.start_year())
}

fn fact(year: AcademicYear, lacks: &[&str]) -> Fact {
    Fact {
        duty: CARD,
        key: key(year),
        on: year.starts(),
        owner: Owner::Role(Role::Admin),
        about: About {
            text: lacks.join(" "),
            ..About::default()
        },
        place: "/settings/org/edit".to_owned(),
        parts: None,
    }
}

fn whole(year: AcademicYear) -> Whole {
    Whole {
        duty: CARD,
        month: year.starts(),
        owner: Owner::Role(Role::Admin),
        class: None,
        things: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// the card is confirmed between 1 July and 15 September.
    #[test]
    fn a_card_saved_before_july_is_one_of_the_year_before() {
        let year = AcademicYear::of(day("2026-09-16"));
        let card = Confirmation {
            updated_at: None,
            licence_number: "123".to_owned(),
            licence_on: Some(day("2015-01-01")),
            accreditation: "456".to_owned(),
            accreditation_until: Some(day("2026-09-10")),
        };
        let lacks = |updated: &str, today: &str| card.lacks(year, Some(day(updated)), day(today));
        assert_eq!(lacks("2026-06-30", "2026-09-01"), ["confirmed"]);
        assert!(lacks("2026-07-01", "2026-09-10").is_empty());
        assert_eq!(lacks("2026-07-01", "2026-09-11"), ["accreditation_until"]);
        assert_eq!(
            Confirmation::default()
                .lacks(year, None, day("2026-09-01"))
                .len(),
            4
        );
    }

    #[test]
    fn in_summer_the_coming_year_is_looked_at_too() {
        assert_eq!(years(day("2026-06-30")).len(), 1);
        assert_eq!(years(day("2026-07-01")).len(), 2);
        assert_eq!(years(day("2026-09-01")).len(), 1);
    }
}
