use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use db::Tx;
use kernel::Fault;

use crate::{Fact, Whole};

/// What is asked of a source.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The organisation's day.
    pub today: NaiveDate,
    /// Facts of earlier days are told only where they are [`known`](Self::known).
    pub from: NaiveDate,
    /// The last day of facts that are wanted; later than today for what can
    /// be seen coming (the end of a period, holidays).
    pub until: NaiveDate,
    /// Facts that were open when last asked, as (duty, key): the source tells
    /// again those of its own that still are, however old.
    pub known: &'a [(String, String)],
}

impl Ask<'_> {
    /// The keys of one duty that were open when last asked.
    pub fn known_of(&self, duty: &str) -> impl Iterator<Item = &str> {
        let known = self.known.iter().filter(move |it| it.0 == duty);
        known.map(|it| it.1.as_str())
    }

    /// Whether a fact of that day, or one of that key, is asked for.
    pub fn wants(&self, duty: &str, key: &str, on: NaiveDate) -> bool {
        self.covers(on) || self.known_of(duty).any(|it| it == key)
    }

    /// Whether facts of the day are asked for, open before or not.
    pub fn covers(&self, on: NaiveDate) -> bool {
        (self.from..=self.until).contains(&on)
    }

    /// The calendar years that keys open when last asked begin with: `2026/load/55`.
    pub fn known_years(&self) -> Vec<i32> {
        let years = self.known.iter().filter_map(|it| it.1.split_once('/'));
        let mut years: Vec<i32> = years.filter_map(|it| it.0.parse().ok()).collect();
        years.sort_unstable();
        years.dedup();
        years
    }
}

/// What a source knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What is not done, unordered.
    pub open: Vec<Fact>,
    /// What there was to do from `from` until `until`, unordered.
    pub whole: Vec<Whole>,
    /// Facts that were open when last asked and whose thing is no more, by
    /// duty and key: a cancelled lesson is not required any more, not done.
    pub gone: Vec<(&'static str, String)>,
}

impl Answer {
    /// Tells a fact, where it is asked for.
    pub fn tell(&mut self, ask: &Ask<'_>, fact: Fact) {
        if ask.wants(fact.duty, &fact.key, fact.on) {
            self.open.push(fact);
        }
    }

    /// Tells which facts of the duty that were open when last asked are of
    /// things that are no more.
    pub fn lose(&mut self, ask: &Ask<'_>, duty: &'static str, is_there: impl Fn(&str) -> bool) {
        let lost = ask.known_of(duty).filter(|key| !is_there(key));
        self.gone.extend(lost.map(|key| (duty, key.to_owned())));
    }

    /// Counts things that there were to do, where their day is asked for.
    pub fn count(&mut self, ask: &Ask<'_>, mut of: Whole) {
        if of.things == 0 || !ask.covers(of.month) {
            return;
        }
        of.month = of.month.with_day(1).unwrap_or(of.month);
        let place = |it: &Whole| (it.duty, it.month, it.owner, it.class);
        let known = self.whole.iter_mut().find(|it| place(it) == place(&of));
        match known {
            Some(it) => it.things += of.things,
            None => self.whole.push(of),
        }
    }
}

/// How something stands that has no day and is nobody's debt: it is told in
/// words, never late, and nobody is reminded of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// One of the source's [`duties`](DeadlineSource::duties).
    pub duty: &'static str,
    /// Code of the period: `quarter-1`.
    pub period: String,
    /// How many classes are looked at.
    pub of: usize,
    /// Names of those in which it was not done.
    pub lacking: Vec<String>,
}

/// A domain that knows about duties.
#[async_trait]
pub trait DeadlineSource: Send + Sync {
    /// The duties it answers for.
    fn duties(&self) -> &'static [&'static str];
    /// The facts of the organisation of the transaction, with few statements
    /// whose number does not grow with the facts.
    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>>;
    /// How what has no day stands, by period; nothing where the domain has no such.
    async fn watched(&self, _tx: &mut Tx, _ask: &Ask<'_>) -> Result<Vec<Watch>, Box<dyn Fault>> {
        Ok(vec![])
    }
}
