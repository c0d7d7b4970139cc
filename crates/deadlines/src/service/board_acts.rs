//! Reminding, shifting, lifting: what leaders do about debts (Z1, Z6, D5).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use db::Tx;
use kernel::{Actor, ClassId, Denied, PersonId, Right, Role};
use serde_json::json;

use super::{
    Deadlines,
    board::must_see_school,
    board_ground::FRESH_HOURS,
    board_rows::{by_debtor, lines},
};
use crate::{
    Debt, DebtId, DebtLine, Debtor, Error, Nudge, OwnerCount, ReliefId, ReliefKind, RuleName,
    regulation, relief,
    store::{
        board::{self as store, Wanted},
        board_acts,
    },
};

/// Which debts are reminded of; everything overdue or due today by default.
#[derive(Clone, Debug, Default)]
pub struct RemindScope {
    pub rule: Option<String>,
    pub person: Option<PersonId>,
    pub class: Option<ClassId>,
    /// Also what is due within seven days.
    pub soon: bool,
    /// The lessons of that day, whenever they are due (check 17).
    pub day: Option<NaiveDate>,
}

/// What a lesson is owed for.
const OF_LESSONS: [&str; 2] = ["journal.lesson", "journal.homework"];

/// What is about to be sent.
#[derive(Clone, Debug)]
pub struct RemindPage {
    /// The rule that the scope names.
    pub rule: Option<RuleName>,
    /// Whoever gets a message, with what it reminds of.
    pub debtors: Vec<(OwnerCount, Vec<DebtLine>)>,
    /// How many people get one.
    pub people: usize,
    /// How many of them were reminded of all of it within a day.
    pub reminded: usize,
    /// The last such reminder: when and by whom.
    pub last: Option<(DateTime<Utc>, String)>,
    /// The number of the last reminder; sent back with the next, so that
    /// nobody is reminded twice by chance.
    pub seen: i64,
    /// Nothing is overdue, but something is due within seven days.
    pub only_soon: bool,
}

/// How a reminder went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminded {
    pub people: usize,
}

/// Debts and who is reminded of them.
struct Addressed {
    debts: Vec<Debt>,
    /// By person; of a role everybody who has it.
    to: BTreeMap<PersonId, Vec<DebtId>>,
}

impl Deadlines {
    /// Who is to be reminded of what.
    pub async fn remind_page(
        &self,
        actor: &Actor,
        scope: &RemindScope,
        today: NaiveDate,
    ) -> Result<RemindPage, Error> {
        must_see_school(actor)?;
        actor.may_in_org(Right::DeadlineEdit)?;
        if scope.day.is_some() {
            // The page that leads here counts what is not filled at this moment.
            self.fresh(actor.org).await?;
        }
        let mut tx = self.db.begin(actor).await?;
        let mut addressed = self.addressed(&mut tx, scope, today).await?;
        let mut only_soon = false;
        if addressed.debts.is_empty() && !scope.soon && scope.day.is_none() {
            let soon = RemindScope {
                soon: true,
                ..scope.clone()
            };
            addressed = self.addressed(&mut tx, &soon, today).await?;
            only_soon = !addressed.debts.is_empty();
        }
        let ground = self.ground(&mut tx, today).await?;
        let nudges = &ground.nudges;
        let last = last_of(nudges, &addressed);
        let names = self
            .names(&mut tx, &addressed.debts, last.map(|it| it.by))
            .await?;
        tx.commit().await?;
        let last_by = last.map(|it| (it.at, names.person(it.by)));
        Ok(RemindPage {
            rule: scope
                .rule
                .as_ref()
                .and_then(|id| ground.rules.into_iter().find(|it| it.id == *id)),
            people: addressed.to.len(),
            reminded: reminded(nudges, &addressed).len(),
            last: last_by,
            seen: nudges.last().map_or(0, |it| it.id),
            debtors: by_debtor(lines(addressed.debts, &names, today, &ground.calendar)),
            only_soon,
        })
    }

    /// Sends one message to each who owes something of the scope; whoever was
    /// reminded of all of it within a day gets another only if `again`.
    /// `seen` is the last reminder that the sender knew of: where somebody
    /// reminded since, nothing is sent.
    #[tracing::instrument(name = "deadlines.remind", skip_all)]
    pub async fn nudge(
        &self,
        actor: &Actor,
        scope: &RemindScope,
        again: bool,
        seen: i64,
        today: NaiveDate,
    ) -> Result<Reminded, Error> {
        must_see_school(actor)?;
        actor.may_in_org(Right::DeadlineEdit)?;
        let mut tx = self.db.begin(actor).await?;
        board_acts::lock_nudges(&mut tx).await?;
        let nudges = self.fresh_nudges(&mut tx).await?;
        if nudges.last().map_or(0, |it| it.id) != seen {
            return Err(Error::RemindedMeanwhile);
        }
        let mut addressed = self.addressed(&mut tx, scope, today).await?;
        if !again {
            for person in reminded(&nudges, &addressed) {
                addressed.to.remove(&person);
            }
        }
        let to: Vec<(PersonId, Vec<DebtId>)> = addressed.to.into_iter().collect();
        if to.is_empty() {
            return Ok(Reminded { people: 0 });
        }
        let last = board_acts::save_nudges(&mut tx, actor.person, &to).await?;
        let event = json!({
            "by": actor.person,
            "to": to.iter().map(|(person, debts)| json!({"person": person, "debts": debts})).collect::<Vec<_>>(),
        });
        db::outbox::emit(&mut tx, "deadlines.reminded", &last.to_string(), &event).await?;
        if let (Some(control), Some(_)) = (&self.control, scope.day) {
            control
                .looked(&mut tx, actor.person, today)
                .await
                .map_err(Error::Source)?;
        }
        tx.commit().await?;
        Ok(Reminded { people: to.len() })
    }

    async fn fresh_nudges(&self, tx: &mut Tx) -> Result<Vec<Nudge>, Error> {
        let since = tx.now() - Duration::hours(FRESH_HOURS);
        Ok(board_acts::nudges(tx, since).await?)
    }

    async fn addressed(
        &self,
        tx: &mut Tx,
        scope: &RemindScope,
        today: NaiveDate,
    ) -> Result<Addressed, Error> {
        let until = match (scope.day, scope.soon) {
            (Some(_), _) => None,
            (None, true) => Some(today + Days::new(7)),
            (None, false) => Some(today),
        };
        let of_lessons = OF_LESSONS.map(str::to_owned);
        let classes: Vec<ClassId> = scope.class.into_iter().collect();
        let wanted = Wanted {
            owner: scope.person.map(|it| (it, &[][..])),
            classes: scope.class.map(|_| classes.as_slice()),
            rule: scope.rule.as_deref(),
            until,
            on: scope.day,
            duties: scope.day.map(|_| &of_lessons[..]),
            ..Wanted::default()
        };
        let mut debts = store::debts(tx, &wanted).await?;
        if scope.day.is_some() {
            // Several rules want the same of a lesson; the first due is told.
            let mut told = BTreeSet::new();
            debts.retain(|it| told.insert((it.duty.clone(), it.key.clone())));
        }
        let roles: BTreeSet<Role> = debts
            .iter()
            .filter(|it| it.person.is_none())
            .filter_map(|it| it.role)
            .collect();
        let holders = if roles.is_empty() {
            vec![]
        } else {
            let roles: Vec<Role> = roles.into_iter().collect();
            self.asked.holders.holders(tx, &roles).await?
        };
        let mut to: BTreeMap<PersonId, Vec<DebtId>> = BTreeMap::new();
        for it in &debts {
            match Debtor::of(it.person, it.role) {
                Debtor::Person(person) => to.entry(person).or_default().push(it.id),
                Debtor::Role(role) => {
                    for (_, person) in holders.iter().filter(|held| held.0 == role) {
                        to.entry(*person).or_default().push(it.id);
                    }
                }
                Debtor::Nobody => {}
            }
        }
        Ok(Addressed { debts, to })
    }

    /// Refuses whoever may not shift and lift, before a form is looked at.
    pub fn may_decide(&self, actor: &Actor) -> Result<(), Error> {
        must_decide(actor)
    }

    /// Sets another last day for debts of a rule: of one, or of all that are
    /// due before it, narrowed to a class.
    pub async fn shift(
        &self,
        actor: &Actor,
        what: &DecideAbout,
        to: NaiveDate,
        reason: &str,
        today: NaiveDate,
    ) -> Result<(ReliefId, usize), Error> {
        must_decide(actor)?;
        let reason = relief::reason(reason)?;
        let mut tx = self.db.begin(actor).await?;
        let debts = self.decided(&mut tx, what).await?;
        let ground = self.ground(&mut tx, today).await?;
        let known = ground.rules.iter().find(|it| it.id == debts[0].rule);
        let furthest = furthest(&debts, today, known.map_or(0, |it| it.shift));
        let later = relief::shifted(&debts, to, today, furthest)?;
        let ids: Vec<DebtId> = later.iter().map(|it| it.id).collect();
        let rule = &later[0].rule;
        board_acts::shift(&mut tx, &ids, to, today, reason, actor.person).await?;
        let kind = ReliefKind::Shift(to);
        let id = board_acts::save_relief(&mut tx, rule, kind, &ids, reason, actor.person).await?;
        tx.commit().await?;
        Ok((id, ids.len()))
    }

    /// Lifts one debt, where the rule allows it.
    pub async fn lift(&self, actor: &Actor, debt: DebtId, reason: &str) -> Result<ReliefId, Error> {
        must_decide(actor)?;
        let reason = relief::reason(reason)?;
        let mut tx = self.db.begin(actor).await?;
        let debt = store::debt(&mut tx, debt).await?.ok_or(Error::NotFound)?;
        if debt.closed_at.is_some() {
            return Err(Error::Closed);
        }
        if !regulation::rule(&debt.rule).is_some_and(|it| it.lift) {
            return Err(Error::NotLiftable);
        }
        board_acts::lift(&mut tx, &[debt.id], reason, actor.person).await?;
        let kind = ReliefKind::Lift;
        let id =
            board_acts::save_relief(&mut tx, &debt.rule, kind, &[debt.id], reason, actor.person)
                .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Takes a decision back.
    pub async fn undo(
        &self,
        actor: &Actor,
        id: ReliefId,
        today: NaiveDate,
    ) -> Result<String, Error> {
        must_decide(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let made = board_acts::relief(&mut tx, id)
            .await?
            .ok_or(Error::NotFound)?;
        if made.undone.is_some() {
            return Err(Error::UndoneAlready);
        }
        match made.kind {
            ReliefKind::Shift(day) => {
                board_acts::unshift(&mut tx, &made.debts, day, today).await?;
            }
            ReliefKind::Lift => {
                board_acts::unlift(&mut tx, &made.debts).await?;
            }
        }
        board_acts::undo(&mut tx, id, actor.person).await?;
        tx.commit().await?;
        Ok(made.rule)
    }

    async fn decided(&self, tx: &mut Tx, what: &DecideAbout) -> Result<Vec<Debt>, Error> {
        match what {
            DecideAbout::Debt(id) => {
                let debt = store::debt(tx, *id).await?.ok_or(Error::NotFound)?;
                if debt.closed_at.is_some() {
                    return Err(Error::Closed);
                }
                Ok(vec![debt])
            }
            DecideAbout::Rule(rule, class) => {
                let classes: Vec<ClassId> = class.iter().copied().collect();
                let wanted = Wanted {
                    rule: Some(rule),
                    classes: class.map(|_| classes.as_slice()),
                    ..Wanted::default()
                };
                let debts = store::debts(tx, &wanted).await?;
                if debts.is_empty() {
                    return Err(Error::NotFound);
                }
                Ok(debts)
            }
        }
    }
}

/// The last day to which these debts may be shifted.
fn furthest(debts: &[Debt], today: NaiveDate, days: u32) -> Option<NaiveDate> {
    let first = debts.iter().map(|it| it.due_on).min()?;
    first.max(today).checked_add_days(Days::new(days.into()))
}

/// What is decided about.
#[derive(Clone, Debug)]
pub enum DecideAbout {
    Debt(DebtId),
    /// All open debts of the rule, narrowed to a class.
    Rule(String, Option<ClassId>),
}

fn must_decide(actor: &Actor) -> Result<(), Error> {
    if relief::may_decide(actor) {
        return Ok(());
    }
    Err(Denied(Right::DeadlineEdit).into())
}

/// Those who were reminded within a day of all that they owe of the scope.
fn reminded(nudges: &[Nudge], addressed: &Addressed) -> Vec<PersonId> {
    let of_all = |(person, debts): &(&PersonId, &Vec<DebtId>)| {
        let told: BTreeSet<DebtId> = nudges
            .iter()
            .filter(|it| it.to == **person)
            .flat_map(|it| it.debts.iter().copied())
            .collect();
        debts.iter().all(|it| told.contains(it))
    };
    addressed.to.iter().filter(of_all).map(|it| *it.0).collect()
}

/// The last reminder of anything of the scope.
fn last_of<'a>(nudges: &'a [Nudge], addressed: &Addressed) -> Option<&'a Nudge> {
    let ids: BTreeSet<DebtId> = addressed.debts.iter().map(|it| it.id).collect();
    let mut latest = nudges.iter().rev();
    latest.find(|it| it.debts.iter().any(|id| ids.contains(id)))
}
