//! Acts of the government about days off, as the topmost organisation enters
//! them: years to come need no new version of the application (DLN-2).

use chrono::{Datelike, NaiveDate, Weekday};
use db::Tx;
use kernel::{Actor, Right, dates::parse_date, workdays::Act};
use org::{OrgKind, Organisation};

use super::Deadlines;
use crate::{Error, FieldFault, Typed, store};

/// An act that somebody entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnteredAct {
    pub act: Act,
    /// «Постановление от 24.09.2027 № 1000»
    pub paper: String,
    /// The organisation that entered it.
    pub by: String,
    pub own: bool,
}

/// Titles of acts are at most so long.
const LONGEST_PAPER: usize = 200;
/// The government moves some days of a year, not a season.
const MOST_MOVES: usize = 15;
/// Acts are published about a year ahead.
const AHEAD: i32 = 3;

impl Deadlines {
    /// Enters how the days off of a year are moved; entered again, it is changed.
    ///
    /// # Errors
    /// [`Error::Fields`] with every mistake; [`Error::EnteredAbove`].
    #[tracing::instrument(name = "deadlines.enter_act", skip_all)]
    pub async fn enter_act(&self, actor: &Actor, typed: &Typed) -> Result<(), Error> {
        let mut tx = self.entering(actor).await?;
        let (act, paper) = read(typed, tx.now().date_naive()).map_err(Error::Fields)?;
        store::days::put_act(&mut tx, &act, &paper).await?;
        store::rules::look_soon(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes an act of the organisation back: the one that the application
    /// knows holds again, or the year is preliminary.
    ///
    /// # Errors
    /// [`Error::NoSuchRule`] where it entered none for that year.
    #[tracing::instrument(name = "deadlines.remove_act", skip_all)]
    pub async fn remove_act(&self, actor: &Actor, typed: &Typed) -> Result<(), Error> {
        let mut tx = self.entering(actor).await?;
        let year = typed.get("year").and_then(|it| it.parse().ok());
        let year = year.ok_or(Error::NoSuchRule)?;
        if !store::days::remove_act(&mut tx, year).await? {
            return Err(Error::NoSuchRule);
        }
        store::rules::look_soon(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn entering(&self, actor: &Actor) -> Result<Tx, Error> {
        actor.may_in_org(Right::DeadlineEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let own = self.asked.orgs.own(&mut tx).await?;
        if !enters(&own) {
            return Err(Error::EnteredAbove);
        }
        Ok(tx)
    }
}

/// An act holds for the whole country: it is entered once for all below.
pub(super) fn enters(own: &Organisation) -> bool {
    own.parent.is_none() || matches!(own.kind, OrgKind::Region | OrgKind::Ministry)
}

/// The form: a year, the moves a line each, and the name of the paper.
fn read(typed: &Typed, today: NaiveDate) -> Result<(Act, String), Vec<FieldFault>> {
    let text = |name: &str| typed.get(name).map_or("", |it| it.trim());
    let mut faults = vec![];
    let mut fault = |field, code| faults.push(FieldFault { field, code });
    let years = today.year() - 1..=today.year() + AHEAD;
    let year = text("year").parse().ok().filter(|it| years.contains(it));
    if year.is_none() {
        fault("year", "year-of-act");
    }
    let paper = text("paper");
    if paper.is_empty() || paper.chars().count() > LONGEST_PAPER {
        fault("paper", "paper");
    }
    let year = year.unwrap_or_else(|| today.year());
    let moved = moves(text("moves"), year);
    if let Err(code) = moved {
        fault("moves", code);
    }
    match moved {
        Ok(moved) if faults.is_empty() => Ok((Act { year, moved }, paper.to_owned())),
        _ => Err(faults),
    }
}

/// «03.01 – 09.01», a line each: a Saturday or Sunday, and the working day
/// that becomes a day off instead.
fn moves(text: &str, year: i32) -> Result<Vec<(NaiveDate, NaiveDate)>, &'static str> {
    let mut moved: Vec<(NaiveDate, NaiveDate)> = vec![];
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    for line in lines {
        let parts = line.split_once(['–', '—', '-', '→']).ok_or("moves")?;
        let [Some(from), Some(to)] = [parts.0, parts.1].map(|it| day(it, year)) else {
            return Err("moves");
        };
        if !is_weekend(from) {
            return Err("moves-from");
        }
        if is_weekend(to) {
            return Err("moves-to");
        }
        if moved.iter().any(|it| it.0 == from || it.1 == to) {
            return Err("moves-twice");
        }
        moved.push((from, to));
    }
    if moved.is_empty() || moved.len() > MOST_MOVES {
        return Err("moves");
    }
    Ok(moved)
}

/// A day of that year, however much of it was typed.
fn day(text: &str, year: i32) -> Option<NaiveDate> {
    let near = NaiveDate::from_ymd_opt(year, 7, 1)?;
    let text = text.trim().trim_end_matches('.');
    let found = match text.matches('.').count() {
        1 => parse_date(&format!("{text}.{year}"), near),
        _ => parse_date(text, near),
    };
    found.ok().filter(|it| it.year() == year)
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(moves: &str) -> Typed {
        let fields = [
            ("year", "2028"),
            ("paper", "Постановление"),
            ("moves", moves),
        ];
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        fields.map(own).into()
    }

    fn code(moves: &str) -> &'static str {
        let today = "2026-11-22".parse().unwrap();
        match read(&form(moves), today) {
            Ok(_) => "",
            Err(faults) => faults[0].code,
        }
    }

    /// DLN-2: an act is read as it is printed; what cannot be is refused at its field.
    #[test]
    fn moves_are_read_a_line_each() {
        let today = "2026-11-22".parse().unwrap();
        let (act, _) = read(&form("01.01 – 04.05\n08.01.2028 - 10.05.2028"), today)
            .unwrap_or_else(|it| panic!("{it:?}"));
        let day = |text: &str| text.parse().unwrap();
        assert_eq!(act.year, 2028);
        assert_eq!(act.moved[0], (day("2028-01-01"), day("2028-05-04")));
        assert_eq!(act.moved.len(), 2);
        assert_eq!(code(""), "moves");
        assert_eq!(code("нет"), "moves");
        assert_eq!(code("30.02 – 04.05"), "moves");
        assert_eq!(code("03.01 – 04.05"), "moves-from", "a Monday");
        assert_eq!(code("01.01 – 06.05"), "moves-to", "a Saturday");
        assert_eq!(code("01.01 – 04.05\n01.01 – 05.05"), "moves-twice");
        assert_eq!(code("01.01.2027 – 04.05"), "moves", "of another year");
    }
}
