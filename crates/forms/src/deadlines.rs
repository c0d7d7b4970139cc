//! What is owed of forms (DLN-1): the required forms of the year, handed in
//! (S3:10.3, R-10.3c). The day is agreed upon with the municipality.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use db::Tx;
use dues::{About, Answer, Ask, DeadlineSource, Fact, Owner, Whole};
use kernel::{Fault, OrgId, Role};
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
        let line: Vec<OrgId> = self.orgs.line(tx).await?.iter().map(|it| it.id).collect();
        let agreed = store::dues(tx, &line).await?;
        let forms = store::forms(tx).await?;
        let mut years = ask.known_years();
        years.extend([ask.from.year(), ask.today.year()]);
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
                let due = due(&agreed, &line, &version.code, *year).unwrap_or(usual);
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

/// The day agreed upon: of the nearest organisation of the line, which begins
/// with the topmost.
pub(crate) fn due(
    agreed: &[(OrgId, String, i32, NaiveDate)],
    line: &[OrgId],
    code: &str,
    year: i32,
) -> Option<NaiveDate> {
    let of = |org: &OrgId| {
        let found = agreed
            .iter()
            .find(|it| it.0 == *org && it.1 == code && it.2 == year);
        found.map(|it| it.3)
    };
    line.iter().rev().find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R-10.3c: what is set nearer to the school holds.
    #[test]
    fn the_nearest_day_holds() {
        let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
        let (region, district, school): (OrgId, OrgId, OrgId) = (1.into(), 2.into(), 3.into());
        let line = [region, district, school];
        let set = |org, text| (org, "oo-1".to_owned(), 2026, day(text));
        let mut agreed = vec![set(region, "2026-10-20")];
        assert_eq!(due(&agreed, &line, "oo-1", 2026), Some(day("2026-10-20")));
        agreed.push(set(district, "2026-10-12"));
        assert_eq!(due(&agreed, &line, "oo-1", 2026), Some(day("2026-10-12")));
        assert_eq!(due(&agreed, &line, "oo-1", 2025), None);
        assert_eq!(due(&agreed, &line, "osh-1", 2026), None);
    }
}
