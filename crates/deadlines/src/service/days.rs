//! «Рабочие дни»: the calendar by which days are counted here (DLN-2).

use chrono::{Datelike, NaiveDate};
use db::Tx;
use kernel::{
    Actor, OrgId, Right, dates,
    dates::parse_date,
    workdays::{Workdays, Workweek},
};
use org::Organisations;

use super::{
    Deadlines,
    acts::{EnteredAct, enters},
};
use crate::{Error, FieldFault, Typed, store};

/// The calendar of an organisation.
#[derive(Clone, Debug)]
pub struct DaysPage {
    pub week: Workweek,
    pub years: Vec<YearOfWork>,
    /// Days other than in the calendar of the country, in the order of time.
    pub days: Vec<NamedDay>,
    /// Acts of the government that were entered here or above.
    pub acts: Vec<EnteredAct>,
    pub may_edit: bool,
    /// This organisation enters such acts.
    pub enters_acts: bool,
}

/// How much one works in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearOfWork {
    pub year: i32,
    pub working_days: u32,
    /// No act of the government is known for it.
    pub preliminary: bool,
}

/// A day that is worked, or not, by a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedDay {
    pub day: NaiveDate,
    pub works: bool,
    pub name: String,
    /// The organisation that decided.
    pub by: String,
    /// This organisation itself did.
    pub own: bool,
}

/// The longest name of a day.
const LONGEST_NAME: usize = 100;

impl Deadlines {
    /// The calendar of last year and of the years to come.
    pub async fn days(&self, actor: &Actor) -> Result<DaysPage, Error> {
        actor.may(Right::DeadlineView)?;
        let mut tx = self.db.begin(actor).await?;
        let line = self.asked.orgs.line(&mut tx).await?;
        let ids: Vec<OrgId> = line.iter().map(|it| it.id).collect();
        let own = line.last().ok_or(org::Error::NoSuchOrganisation)?;
        let today = dates::today(tx.now(), own.zone);
        let kept = store::rules::book(&mut tx, &ids).await?;
        let named = store::days::named(&mut tx, &ids).await?;
        let acts = store::days::acts(&mut tx, &ids).await?;
        tx.commit().await?;
        let calendar = kept.own.workdays();
        let name = |org: OrgId| {
            let found = line.iter().find(|it| it.id == org);
            found.map(|it| it.name.clone()).unwrap_or_default()
        };
        let days = named.into_iter().map(|it| NamedDay {
            day: it.day,
            works: it.works,
            name: it.name,
            by: name(it.org),
            own: it.org == actor.org,
        });
        let acts = acts.into_iter().map(|(act, paper, org)| EnteredAct {
            act,
            paper,
            by: name(org),
            own: org == actor.org,
        });
        let may_edit = actor.may_in_org(Right::DeadlineEdit).is_ok();
        Ok(DaysPage {
            acts: acts.collect(),
            enters_acts: may_edit && enters(own),
            week: calendar.week(),
            years: (today.year()..today.year() + 3)
                .map(|year| year_of_work(&calendar, year))
                .collect(),
            days: days.collect(),
            may_edit,
        })
    }

    /// Sets how many days a week the organisation works.
    ///
    /// # Errors
    /// [`Error::Fields`].
    pub async fn set_week(&self, actor: &Actor, typed: &Typed) -> Result<(), Error> {
        let mut tx = self.editing(actor).await?;
        let days = match typed.get("week").map(String::as_str) {
            Some("5") => 5,
            Some("6") => 6,
            _ => return Err(wrong("week", "choose")),
        };
        store::days::set_week(&mut tx, days).await?;
        store::rules::look_soon(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Adds a day off, or a day that is worked; entered again, it is changed.
    ///
    /// # Errors
    /// [`Error::Fields`].
    pub async fn add_day(&self, actor: &Actor, typed: &Typed) -> Result<(), Error> {
        let mut tx = self.editing(actor).await?;
        let text = |name: &str| typed.get(name).map_or("", |it| it.trim());
        let day = parse_date(text("day"), tx.now().date_naive());
        let day = day.map_err(|_| wrong("day", "no-such-date"))?;
        let name = text("name");
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(wrong("name", "name"));
        }
        store::days::put(&mut tx, day, text("works") == "1", name).await?;
        store::rules::look_soon(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a day of the organisation itself back.
    ///
    /// # Errors
    /// [`Error::NoSuchRule`] where it decided nothing about that day.
    pub async fn remove_day(&self, actor: &Actor, typed: &Typed) -> Result<(), Error> {
        let mut tx = self.editing(actor).await?;
        let day = typed.get("day").map_or("", String::as_str);
        let day = parse_date(day, tx.now().date_naive());
        let day = day.map_err(|_| wrong("day", "no-such-date"))?;
        if !store::days::remove(&mut tx, day).await? {
            return Err(Error::NoSuchRule);
        }
        store::rules::look_soon(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn editing(&self, actor: &Actor) -> Result<Tx, Error> {
        actor.may_in_org(Right::DeadlineEdit)?;
        Ok(self.db.begin(actor).await?)
    }
}

fn wrong(field: &'static str, code: &'static str) -> Error {
    Error::Fields(vec![FieldFault { field, code }])
}

fn year_of_work(calendar: &Workdays, year: i32) -> YearOfWork {
    let last = |year| NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or_default();
    YearOfWork {
        year,
        working_days: calendar.between(last(year - 1), last(year)),
        preliminary: calendar.is_preliminary(year),
    }
}

/// The working days by which an organisation counts, also another one than
/// that of the transaction: a school waits for the answer of its neighbour.
pub async fn workdays_of(
    orgs: &dyn Organisations,
    tx: &mut Tx,
    org: OrgId,
) -> Result<Workdays, Error> {
    let line = orgs.line_of(tx, org).await?;
    Ok(store::days::calendar(tx, &line).await?.workdays())
}

/// Another organisation did something that this one owes an answer to: its
/// debts are looked at again before a page shows them.
pub async fn look_again(tx: &mut Tx) -> Result<(), Error> {
    Ok(store::days::look_again(tx).await?)
}
