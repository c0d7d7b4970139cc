//! What is owed of forms (DLN-1): the required forms of the year, handed in
//! (S3:10.3, R-10.3c). The day is agreed upon with the municipality.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use db::Tx;
use dues::{About, Answer, Ask, DeadlineSource, Fact, Owner, Whole};
use kernel::{Fault, Role};
use org::Organisations;

use crate::{Error, FormState, store, version::versions};

/// A form of the year is handed in.
const HAND_IN: &str = "forms.hand-in";

/// Tells which forms a school has not handed in.
#[derive(Clone)]
pub struct FormDues {
    pub orgs: Arc<dyn Organisations>,
}

#[async_trait]
impl DeadlineSource for FormDues {
    fn duties(&self) -> &'static [&'static str] {
        &[HAND_IN]
    }

    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        self.look(tx, ask)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

impl FormDues {
    async fn look(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Error> {
        let mut answer = Answer::default();
        let own = self.orgs.home(tx).await?;
        if !own.kind.is_school() {
            return Ok(answer);
        }
        let (agreed, forms) = store::owed(tx).await?;
        let known = ask.known_years();
        let mut years = known.clone();
        // A form of the last day of a year is handed in in the next one.
        years.extend([ask.from.year(), ask.today.year(), ask.today.year() - 1]);
        years.sort_unstable();
        years.dedup();
        for version in versions().iter().filter(|it| it.required) {
            for year in &years {
                let (Some(of), Some(usual)) = (version.day_of(*year), version.due_of(*year)) else {
                    continue;
                };
                // Nobody counts before the day of the data.
                if ask.today < of || of < version.effective_from {
                    continue;
                }
                let due = due(&agreed, &version.code, *year).unwrap_or(usual);
                if due < ask.from && *year < ask.from.year() && !known.contains(year) {
                    continue;
                }
                let key = format!("{year}/{}", version.code);
                answer.count(
                    ask,
                    Whole {
                        duty: HAND_IN,
                        month: due,
                        owner: Owner::Role(Role::Admin),
                        class: None,
                        things: 1,
                    },
                );
                let form = forms
                    .iter()
                    .find(|it| it.code == version.code && it.year == *year);
                let done = |it: &FormState| matches!(it, FormState::HandedIn | FormState::Accepted);
                if form.map(|it| it.state).as_ref().is_some_and(done) {
                    continue;
                }
                let place = form.map_or_else(
                    || "/reports/forms".to_owned(),
                    |it| format!("/reports/forms/{}", it.id),
                );
                answer.tell(
                    ask,
                    Fact {
                        duty: HAND_IN,
                        key,
                        on: due,
                        owner: Owner::Role(Role::Admin),
                        about: About {
                            text: format!("{} {year}", version.short),
                            ..About::default()
                        },
                        place,
                        parts: None,
                    },
                );
            }
        }
        Ok(answer)
    }
}

/// The day agreed upon; what is agreed nearest to the school comes first.
pub(crate) fn due(agreed: &[store::Agreed], code: &str, year: i32) -> Option<NaiveDate> {
    let is = |it: &&store::Agreed| it.code == code && it.year == year;
    agreed.iter().find(is).map(|it| it.due_on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Agreed;

    /// R-10.3c: what is set nearer to the school holds.
    #[test]
    fn the_nearest_day_holds() {
        let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
        let agreed = ["2026-10-12", "2026-10-20"].map(|it| Agreed {
            code: "oo-1".to_owned(),
            year: 2026,
            due_on: day(it),
        });
        assert_eq!(due(&agreed, "oo-1", 2026), Some(day("2026-10-12")));
        assert_eq!(due(&agreed, "oo-1", 2025), None);
        assert_eq!(due(&agreed, "osh-1", 2026), None);
    }
}
