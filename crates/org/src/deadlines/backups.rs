use async_trait::async_trait;
use chrono::NaiveDate;
use db::{Tx, backups};
use dues::{About, Answer, Ask, DeadlineSource, Fact, Owner, Whole};
use kernel::{Fault, Role};

use crate::{Error, OrgKind, Organisation, store};

const BACKUP: &str = "operator.backup";

/// Tells whether there is a backup of the last day (S2:1.3). The whole
/// installation has one operator: it is owed by the topmost organisation.
#[derive(Clone, Copy, Debug, Default)]
pub struct BackupDues;

#[async_trait]
impl DeadlineSource for BackupDues {
    fn duties(&self) -> &'static [&'static str] {
        &[BACKUP]
    }

    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        self.look(tx, ask)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

impl BackupDues {
    async fn look(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Error> {
        let mut answer = Answer::default();
        // Most are schools of a region, and known already.
        let own = if let Some(known) = tx.kept::<Organisation>() {
            known
        } else {
            let own = store::own(tx).await?.ok_or(Error::NoSuchOrganisation)?;
            tx.keep(own)
        };
        if own.parent.is_some() {
            return Ok(answer);
        }
        let opened = own.day(store::opened_at(tx).await?);
        let last = backups::latest(tx).await?.backup.map(|it| own.day(it));
        let owner = Owner::Role(keeper(own.kind));
        for day in days(opened.max(ask.from), ask.today) {
            let whole = Whole {
                duty: BACKUP,
                month: day,
                owner,
                class: None,
                things: 1,
            };
            answer.count(ask, whole);
        }
        let on = last.unwrap_or(opened).min(ask.today);
        if on < ask.today {
            // However long ago it was, it is owed today.
            answer.open.push(fact(on, owner, last));
        }
        Ok(answer)
    }
}

/// Who looks after the server, as far as this system knows.
const fn keeper(kind: OrgKind) -> Role {
    match kind {
        OrgKind::Region | OrgKind::Ministry => Role::RegionAdmin,
        OrgKind::Municipality => Role::MunicipalOperator,
        _ => Role::Admin,
    }
}

/// The days of which a backup is wanted: today is not over.
fn days(from: NaiveDate, today: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    from.iter_days().take_while(move |it| *it < today)
}

fn fact(on: NaiveDate, owner: Owner, last: Option<NaiveDate>) -> Fact {
    Fact {
        duty: BACKUP,
        // The next backup ends it, and the next gap is another one.
        key: match last {
            Some(day) => format!("backup/{day}"),
            None => "backup/none".to_owned(),
        },
        on,
        owner,
        about: About {
            text: if last.is_none() {
                "no-backup"
            } else {
                "old-backup"
            }
            .to_owned(),
            ..About::default()
        },
        place: "/settings/deadlines/M-1.3".to_owned(),
        parts: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_that_is_not_over_needs_none() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(days(day("2026-09-01"), day("2026-09-04")).count(), 3);
        assert_eq!(days(day("2026-09-04"), day("2026-09-04")).count(), 0);
        assert_eq!(days(day("2026-09-05"), day("2026-09-04")).count(), 0);
    }
}
