//! Looking at an organisation: all sources are asked, days are counted, and
//! what is owed is mirrored (ADR 0012).

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use curriculum::Study;
use db::Tx;
use dues::Ask;
use kernel::{OrgId, Role, dates, dates::AcademicYear};

use super::Deadlines;
use crate::{
    Error, InForce,
    calendar::{Calendar, SchoolHoliday},
    look::{Before, Classes, LastLook, Look, Telling, To, together},
    regulation, store,
};

/// What a look has found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Debts that are open now.
    pub open: usize,
    /// Debts closed by this look.
    pub closed: usize,
    /// Reminders written by it.
    pub reminders: u64,
}

/// A page looks again when the last look is older.
const FRESH: TimeDelta = TimeDelta::seconds(3);
/// How often a page waits once more for the first look of all, each time as
/// long as a lock is waited for (2 s).
const FIRST_LOOK_WAITS: u32 = 5;
/// What was committed around a look may not have been seen by it: a change is
/// dated by the beginning of its transaction.
pub(crate) const OVERLAP_SECONDS: u32 = 10;
/// How far ahead facts are asked for: holidays are announced two weeks before.
const AHEAD: Days = Days::new(31);
/// How far back facts are asked for that were not known before.
const BACK: Days = Days::new(31);
/// The first months of a year look back at the one before.
const LAST_YEAR: Days = Days::new(92);
/// Schemas that a look itself writes to.
pub(crate) const OWN: [&str; 2] = ["deadlines", "messaging"];

impl Deadlines {
    /// Looks at everything that is owed in the organisation. One at a time:
    /// others wait for it and look again.
    #[tracing::instrument(name = "deadlines.look", skip_all, fields(org.id = %org))]
    pub async fn look(&self, org: OrgId) -> Result<Looked, Error> {
        self.look_if(org, |_| true).await
    }

    /// Looks again if something changed since the last look, or if its time is
    /// over; for pages.
    pub async fn fresh(&self, org: OrgId) -> Result<(), Error> {
        let mut tx = self.db.begin_system(org).await?;
        let now = tx.now();
        let (last, changed) = store::look::last(&mut tx).await?;
        tx.commit().await?;
        if is_stale(last, changed, now) {
            self.look_unless_seen(org, last.map(|it| it.looked_at))
                .await?;
        }
        Ok(())
    }

    /// Looks, unless another did while this one waited: `seen` is the last
    /// look that the caller knows of.
    ///
    /// A page does not wait for ever: where another look lasts longer than a
    /// lock is waited for, the page shows the last one with its time. There is
    /// nothing to show before the first look, so that one is waited for.
    pub(crate) async fn look_unless_seen(
        &self,
        org: OrgId,
        seen: Option<DateTime<Utc>>,
    ) -> Result<(), Error> {
        let same = |before: &Before| before.look.map(|it| it.looked_at) == seen;
        let mut waits = if seen.is_some() { 0 } else { FIRST_LOOK_WAITS };
        loop {
            match self.look_if(org, same).await {
                Err(Error::Db(it)) if it.is_lock_timeout() && waits > 0 => waits -= 1,
                Err(Error::Db(it)) if it.is_lock_timeout() && seen.is_some() => {
                    tracing::info!(org.id = %org, "another look lasts; the page shows the last one");
                    return Ok(());
                }
                other => return other.map(drop),
            }
        }
    }

    async fn look_if(
        &self,
        org: OrgId,
        wanted: impl Fn(&Before) -> bool + Send,
    ) -> Result<Looked, Error> {
        let mut tx = self.db.begin_system(org).await?;
        let (line, own) = self.line(&mut tx).await?;
        let before = store::look::open(&mut tx, &line).await?;
        if !wanted(&before) {
            tx.commit().await?;
            return Ok(Looked::default());
        }
        let looked = self.look_in(&mut tx, &line, own.zone, &before).await?;
        tx.commit().await?;
        tracing::debug!(?looked, "looked");
        Ok(looked)
    }

    async fn look_in(
        &self,
        tx: &mut Tx,
        line: &[OrgId],
        zone: Tz,
        before: &Before,
    ) -> Result<Looked, Error> {
        let now = tx.now();
        let today = dates::today(now, zone);
        let whole = before
            .look
            .is_none_or(|it| it.whole_at.is_none_or(|at| dates::today(at, zone) != today));
        let known = known(before);
        let (from, until) = months(today, whole);
        let ask = Ask {
            today,
            from,
            until,
            known: &known,
        };
        let study = self.asked.curriculum.study(tx, &ask).await?;
        let calendar = calendar(before, &study);
        let rules = regulation::rules()
            .iter()
            .map(|it| InForce::of(it, line, &before.decisions, today, &calendar));
        let look = Look {
            rules: rules.collect(),
            classes: classes(&study),
            calendar,
            before,
            today,
            new_day: before
                .look
                .is_none_or(|it| dates::today(it.looked_at, zone) != today),
        };
        let (answer, answered) = self.answers(tx, &ask).await?;
        let told = look.told(&answer.open);
        let closed = look.closed(&told, &answered, &answer.gone);
        store::look::save(tx, &told, &closed, today).await?;
        let times = store::look::Times {
            whole,
            next_at: midnight(today, zone),
            line,
        };
        store::look::count(tx, &look.counts_of(&answer.whole), (from, until), &times).await?;
        let reminders = self.remind(tx, &look.tellings(&told), today).await?;
        Ok(Looked {
            open: told.len(),
            closed: closed.len(),
            reminders,
        })
    }

    /// Asks every source; tells the duties that were answered too.
    async fn answers(
        &self,
        tx: &mut Tx,
        ask: &Ask<'_>,
    ) -> Result<(dues::Answer, HashSet<&'static str>), Error> {
        let mut answers = vec![];
        let mut answered = HashSet::new();
        for source in &self.asked.sources {
            answers.push(source.facts(tx, ask).await.map_err(Error::Source)?);
            answered.extend(source.duties());
        }
        Ok((together(answers), answered))
    }

    /// Writes down who is to be told; roles become the people who hold them.
    async fn remind(
        &self,
        tx: &mut Tx,
        tellings: &[Telling<'_>],
        today: NaiveDate,
    ) -> Result<u64, Error> {
        if tellings.is_empty() {
            return Ok(0);
        }
        let mut roles: Vec<Role> = tellings
            .iter()
            .filter_map(|it| match it.to {
                To::Role(role) if !is_above(role) => Some(role),
                _ => None,
            })
            .collect();
        roles.sort_unstable();
        roles.dedup();
        let holders = if roles.is_empty() {
            vec![]
        } else {
            self.asked.holders.holders(tx, &roles).await?
        };
        let mut rows = vec![];
        for telling in tellings {
            match telling.to {
                To::Role(role) if !is_above(role) => {
                    let people = holders.iter().filter(|it| it.0 == role);
                    rows.extend(people.map(|it| (telling, To::Person(it.1))));
                }
                to => rows.push((telling, to)),
            }
        }
        Ok(store::look::remind(tx, &rows, today).await?)
    }
}

/// Whether a page looks again.
pub(super) fn is_stale(last: Option<LastLook>, changed: bool, now: DateTime<Utc>) -> bool {
    match last {
        None => true,
        Some(it) if it.next_at <= now || it.looked_at > now => true,
        Some(it) => now - it.looked_at >= FRESH && (it.is_behind() || changed),
    }
}

/// Held in an organisation above: who holds it is not known here.
const fn is_above(role: Role) -> bool {
    matches!(
        role,
        Role::MunicipalOperator | Role::RegionAdmin | Role::Ministry
    )
}

/// The first and the last day of facts that are asked for; the first is that
/// of a month, so that what there was in a month is counted whole.
fn months(today: NaiveDate, whole: bool) -> (NaiveDate, NaiveDate) {
    let from = if whole {
        AcademicYear::of(back(today, LAST_YEAR)).starts()
    } else {
        let day = back(today, BACK);
        day.with_day(1).unwrap_or(day)
    };
    (from, today.checked_add_days(AHEAD).unwrap_or(today))
}

fn back(day: NaiveDate, days: Days) -> NaiveDate {
    day.checked_sub_days(days).unwrap_or(day)
}

/// The next midnight of the zone: then days pass and things become late.
fn midnight(today: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let next = today
        .succ_opt()
        .unwrap_or(today)
        .and_time(chrono::NaiveTime::MIN);
    let local = next.and_local_timezone(zone).earliest();
    local.map_or_else(|| next.and_utc(), |it| it.with_timezone(&Utc))
}

/// What was open when last looked, as the sources are asked for it.
fn known(before: &Before) -> Vec<(String, String)> {
    let keys = before.known.iter();
    let mut known: Vec<_> = keys.map(|it| (it.duty.clone(), it.key.clone())).collect();
    known.sort_unstable();
    known.dedup();
    known
}

fn calendar(before: &Before, study: &Study) -> Calendar {
    let mut calendar = Calendar::new(before.own.workdays());
    let holiday = |it: &curriculum::Holiday| SchoolHoliday {
        grades: it.grades.clone(),
        days: it.starts_on..=it.ends_on,
    };
    let holidays = study.years.iter().flat_map(|it| &it.holidays);
    calendar.holidays = holidays.map(holiday).collect();
    let grades = || study.classes().map(|it| it.grade);
    calendar.grades = grades().min().zip(grades().max());
    calendar
}

fn classes(study: &Study) -> Classes {
    let all = study.classes();
    Classes(
        all.map(|it| (it.id, (it.teacher, it.grade)))
            .collect::<HashMap<_, _>>(),
    )
}
