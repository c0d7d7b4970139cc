//! What follows from what the domains tell: pure, without a database.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use dues::{Answer, Fact, Owner, Whole};
use kernel::{ClassId, PersonId, Role};
use serde::Deserialize;

use crate::{
    Addressee, Decision, InForce, Occasion,
    calendar::{Calendar, OwnCalendar},
    ladder,
    service::OVERLAP_SECONDS,
};

/// What was there when a look began.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Before {
    pub(crate) look: Option<LastLook>,
    pub(crate) decisions: Vec<Decision>,
    #[serde(flatten)]
    pub(crate) own: OwnCalendar,
    pub(crate) known: Vec<Known>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[expect(clippy::struct_field_names, reason = "moments, named as in the table")]
pub(crate) struct LastLook {
    pub(crate) looked_at: DateTime<Utc>,
    pub(crate) whole_at: Option<DateTime<Utc>>,
    pub(crate) next_at: DateTime<Utc>,
    /// When one of the line decided something last.
    #[serde(default)]
    pub(crate) decided_at: Option<DateTime<Utc>>,
}

impl LastLook {
    /// What was committed around a look may not have been seen by it: a change
    /// is dated by the beginning of its transaction.
    pub(crate) fn misses(&self, at: DateTime<Utc>) -> bool {
        at > self.looked_at - TimeDelta::seconds(OVERLAP_SECONDS.into())
    }

    /// One of the line decided something since.
    pub(crate) fn is_behind(&self) -> bool {
        self.decided_at.is_some_and(|at| self.misses(at))
    }
}

/// A debt that was open when last looked.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Known {
    pub(crate) id: i64,
    pub(crate) rule: String,
    pub(crate) duty: String,
    pub(crate) key: String,
    /// The day that counts, set by hand or by the rule.
    pub(crate) due: NaiveDate,
    pub(crate) shifted_on: Option<NaiveDate>,
    pub(crate) person: Option<PersonId>,
    pub(crate) role: Option<String>,
}

/// Who leads which class, and which grade it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Classes(pub(crate) HashMap<ClassId, (Option<PersonId>, i16)>);

impl Classes {
    fn teacher(&self, class: ClassId) -> Option<PersonId> {
        self.0.get(&class).and_then(|it| it.0)
    }

    fn grade(&self, class: Option<ClassId>) -> Option<i16> {
        class.and_then(|it| self.0.get(&it)).map(|it| it.1)
    }
}

/// A debt as it is told now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told<'a> {
    pub(crate) rule: &'static str,
    pub(crate) fact: &'a Fact,
    /// By the rule.
    pub(crate) due: NaiveDate,
    pub(crate) person: Option<PersonId>,
    pub(crate) class: Option<ClassId>,
}

impl Told<'_> {
    pub(crate) const fn owner_kind(&self) -> &'static str {
        match self.fact.owner {
            Owner::Person(_) => "person",
            Owner::ClassTeacher(_) => "class_teacher",
            Owner::Role(_) => "role",
        }
    }

    pub(crate) const fn role(&self) -> Option<Role> {
        match self.fact.owner {
            Owner::Role(role) => Some(role),
            _ => None,
        }
    }
}

/// A debt that is told no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) debt: i64,
    pub(crate) how: crate::ClosedHow,
}

/// How many things there were under a rule.
pub(crate) type Count = (&'static str, NaiveDate, i64, i64);

/// Somebody is to be told of a debt, named by its rule and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Telling<'a> {
    pub(crate) rule: &'static str,
    pub(crate) key: &'a str,
    pub(crate) to: To,
    pub(crate) occasion: Occasion,
    pub(crate) due: NaiveDate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum To {
    Person(PersonId),
    /// Everybody who has the role here.
    Role(Role),
}

/// One look at a school: its rules, its calendar, its classes, its day.
pub(crate) struct Look<'a> {
    pub(crate) rules: Vec<InForce>,
    pub(crate) calendar: Calendar,
    pub(crate) classes: Classes,
    pub(crate) before: &'a Before,
    pub(crate) today: NaiveDate,
    /// The day changed since the last look, or there was none.
    pub(crate) new_day: bool,
}

/// What is due in so many days is mirrored; what is due later is not yet owed.
const HORIZON: Days = Days::new(14);

impl Look<'_> {
    /// The debts that the answers amount to, each once.
    pub(crate) fn told<'f>(&self, facts: &'f [Fact]) -> Vec<Told<'f>> {
        let known: HashSet<(&str, &str)> = self
            .before
            .known
            .iter()
            .map(|it| (it.rule.as_str(), it.key.as_str()))
            .collect();
        let until = self.today.checked_add_days(HORIZON).unwrap_or(self.today);
        let mut by_duty: HashMap<&str, Vec<&'f Fact>> = HashMap::new();
        for fact in facts {
            by_duty.entry(fact.duty).or_default().push(fact);
        }
        let mut seen = HashSet::new();
        let mut told = vec![];
        for rule in self.rules.iter().filter(|it| it.is_counted()) {
            let id = rule.rule.id.as_str();
            for &fact in by_duty.get(rule.rule.duty.as_str()).into_iter().flatten() {
                let Some(due) = self.due(rule, fact) else {
                    continue;
                };
                let owed = due <= until || known.contains(&(id, fact.key.as_str()));
                if owed && seen.insert((id, fact.key.as_str())) {
                    told.push(self.debt(id, fact, due));
                }
            }
        }
        told
    }

    fn due(&self, rule: &InForce, fact: &Fact) -> Option<NaiveDate> {
        let grade = self.classes.grade(class_of(fact));
        rule.terms.due(fact.on, grade, &self.calendar)
    }

    fn debt<'f>(&self, rule: &'static str, fact: &'f Fact, due: NaiveDate) -> Told<'f> {
        Told {
            rule,
            fact,
            due,
            person: self.person(fact.owner),
            class: class_of(fact),
        }
    }

    fn person(&self, owner: Owner) -> Option<PersonId> {
        match owner {
            Owner::Person(person) => Some(person),
            Owner::ClassTeacher(class) => self.classes.teacher(class),
            Owner::Role(_) => None,
        }
    }

    /// The open debts that nobody tells any more: done, or gone with their
    /// rule or with the thing itself.
    pub(crate) fn closed(
        &self,
        told: &[Told<'_>],
        answered: &HashSet<&str>,
        gone: &[(&'static str, String)],
    ) -> Vec<Closed> {
        let lost: HashSet<(&str, &str)> = gone.iter().map(|it| (it.0, it.1.as_str())).collect();
        let is_there = |it: &Known| !lost.contains(&(it.duty.as_str(), it.key.as_str()));
        let still: HashSet<(&str, &str)> = told
            .iter()
            .map(|it| (it.rule, it.fact.key.as_str()))
            .collect();
        let gone = self
            .before
            .known
            .iter()
            .filter(|it| !still.contains(&(it.rule.as_str(), it.key.as_str())));
        gone.map(|it| Closed {
            debt: it.id,
            how: if self.counts(it) && answered.contains(it.duty.as_str()) && is_there(it) {
                crate::ClosedHow::Done
            } else {
                crate::ClosedHow::Gone
            },
        })
        .collect()
    }

    fn counts(&self, known: &Known) -> bool {
        let mut rules = self.rules.iter().filter(|it| it.is_counted());
        rules.any(|it| it.rule.id == known.rule && it.rule.duty == known.duty)
    }

    /// How many things there were under each rule, by month, owner and class.
    pub(crate) fn counts_of(&self, wholes: &[Whole]) -> BTreeMap<Count, i32> {
        let mut counts = BTreeMap::new();
        for whole in wholes {
            let rules = self.rules.iter().filter(|it| it.is_counted());
            for rule in rules.filter(|it| it.rule.duty == whole.duty) {
                let class = match whole.owner {
                    Owner::ClassTeacher(class) => Some(class),
                    _ => whole.class,
                };
                let person = self.person(whole.owner).map_or(0, PersonId::get);
                let month = whole.month.with_day(1).unwrap_or(whole.month);
                let key = (
                    rule.rule.id.as_str(),
                    month,
                    person,
                    class.map_or(0, ClassId::get),
                );
                let things = i32::try_from(whole.things).unwrap_or(i32::MAX);
                let sum: &mut i32 = counts.entry(key).or_default();
                *sum = sum.saturating_add(things);
            }
        }
        counts
    }

    /// Who is to be told of what today. Of what was known and is as it was,
    /// people were told when the day began.
    pub(crate) fn tellings<'f>(&self, told: &[Told<'f>]) -> Vec<Telling<'f>> {
        let known: HashMap<(&str, &str), &Known> = self
            .before
            .known
            .iter()
            .map(|it| ((it.rule.as_str(), it.key.as_str()), it))
            .collect();
        let mut tellings = vec![];
        for debt in told {
            let before = known.get(&(debt.rule, debt.fact.key.as_str())).copied();
            let shifted = before.and_then(|it| it.shifted_on);
            let due = shifted.unwrap_or(debt.due);
            if !self.new_day && before.is_some_and(|it| is_same(it, debt, due)) {
                continue;
            }
            let Some(rule) = self.rules.iter().find(|it| it.rule.id == debt.rule) else {
                continue;
            };
            let workdays = &self.calendar.workdays;
            for (addressee, occasion) in ladder::to_tell(&rule.terms, due, workdays, self.today) {
                tellings.push(Telling {
                    rule: debt.rule,
                    key: &debt.fact.key,
                    to: self.to(addressee, debt),
                    occasion,
                    due,
                });
            }
        }
        tellings
    }

    fn to(&self, addressee: Addressee, debt: &Told<'_>) -> To {
        // What belongs to nobody is the deputy's to give to somebody.
        let nobody = To::Role(Role::Deputy);
        match addressee {
            Addressee::Owner => match (debt.person, debt.role()) {
                (Some(person), _) => To::Person(person),
                (None, Some(role)) => To::Role(role),
                (None, None) => nobody,
            },
            Addressee::ClassTeacher => debt
                .class
                .and_then(|it| self.classes.teacher(it))
                .map_or(nobody, To::Person),
            Addressee::Role(role) => To::Role(role),
        }
    }
}

fn class_of(fact: &Fact) -> Option<ClassId> {
    match fact.owner {
        Owner::ClassTeacher(class) => Some(class),
        _ => fact.about.class,
    }
}

/// Whether people know of it already.
fn is_same(before: &Known, debt: &Told<'_>, due: NaiveDate) -> bool {
    let role = debt.role().map(Role::code);
    before.due == due && before.person == debt.person && before.role.as_deref() == role
}

/// All that was answered, as one.
pub(crate) fn together(answers: Vec<Answer>) -> Answer {
    let mut all = Answer::default();
    for it in answers {
        all.open.extend(it.open);
        all.whole.extend(it.whole);
        all.gone.extend(it.gone);
    }
    all
}
