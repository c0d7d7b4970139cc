//! Boards: mine, of a class, of the school (DLN-3).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use db::Tx;
use kernel::{Actor, ClassId, Denied, Reach, Right, Role, workdays::Workdays};

use super::{Deadlines, board_names::Names, workdays};
use crate::{
    BoardRow, Calendar, ClassBoard, Debt, DebtId, DebtLine, DebtList, Debtor, Error, InForce,
    OwnerCount, Relief, Rule, RuleName, SchoolBoard,
    discipline::Tally,
    regulation,
    relief::may_decide,
    store::{
        board::{self as store, Count, Wanted},
        board_acts,
    },
};

/// What was done is shown for so long.
const DONE_FOR_DAYS: i64 = 7;
/// A reminder is repeated only on purpose for so long.
pub(super) const FRESH_HOURS: i64 = 24;

/// The debts under one rule, and what was decided about them.
#[derive(Clone, Debug)]
pub struct RuleDebts {
    pub rule: RuleName,
    /// Debts by debtor, who owes most first.
    pub debtors: Vec<(OwnerCount, Vec<DebtLine>)>,
    pub overdue: usize,
    pub open: usize,
    pub reliefs: Vec<(Relief, String)>,
    pub may_decide: bool,
    pub may_remind: bool,
    pub reminded_at: Option<DateTime<Utc>>,
    /// The classes that occur, to narrow by.
    pub classes: Vec<(ClassId, String)>,
}

/// One debt with all that is known of it.
#[derive(Clone, Debug)]
pub struct DebtPage {
    pub line: DebtLine,
    pub rule: RuleName,
    pub reliefs: Vec<(Relief, String)>,
    pub may_decide: bool,
}

/// Whether the actor sees the debts of the whole school.
pub(super) fn sees_school(actor: &Actor) -> bool {
    let leads = [Role::Director, Role::Deputy, Role::Admin];
    let mut grants = actor.grants.iter();
    grants.any(|it| {
        leads.contains(&it.role) && actor.grants.reach(*it, Right::DeadlineView).has(Reach::Org)
    })
}

/// Like [`sees_school`], as a refusal.
pub(super) fn must_see_school(actor: &Actor) -> Result<(), Error> {
    if sees_school(actor) {
        return Ok(());
    }
    Err(Denied(Right::DeadlineView).into())
}

/// The roles that the actor holds for the whole organisation.
pub(super) fn roles(actor: &Actor) -> Vec<Role> {
    let grants = actor.grants.iter();
    let whole = grants.filter(|it| it.scope == kernel::Scope::Org);
    whole.map(|it| it.role).collect()
}

/// 2А before 10Б.
pub(super) fn in_order(class: &str) -> (u32, String) {
    let grade: String = class.chars().take_while(char::is_ascii_digit).collect();
    (grade.parse().unwrap_or(u32::MAX), class.to_owned())
}

/// The first of September of the academic year of the day.
pub(crate) fn year_begins(day: NaiveDate) -> NaiveDate {
    let year = if day.month() >= 9 {
        day.year()
    } else {
        day.year() - 1
    };
    NaiveDate::from_ymd_opt(year, 9, 1).unwrap_or(day)
}

impl Deadlines {
    /// What the actor owes (T8).
    pub async fn mine(&self, actor: &Actor, today: NaiveDate) -> Result<DebtList, Error> {
        actor.may(Right::DeadlineView)?;
        self.fresh(actor.org).await?;
        let roles = roles(actor);
        let mut tx = self.db.begin(actor).await?;
        let wanted = Wanted {
            owner: Some((actor.person, &roles)),
            closed_since: Some(tx.now() - chrono::Duration::days(DONE_FOR_DAYS)),
            ..Wanted::default()
        };
        let list = self.list(&mut tx, &wanted, today).await?;
        tx.commit().await?;
        Ok(list)
    }

    /// The debts of a class: the actor's own, or for leaders any.
    pub async fn class(
        &self,
        actor: &Actor,
        asked: Option<ClassId>,
        today: NaiveDate,
    ) -> Result<ClassBoard, Error> {
        let reaches = actor.may(Right::DeadlineView)?;
        let all = sees_school(actor);
        if !all && !reaches.has(Reach::OwnClass) {
            return Err(Denied(Right::DeadlineView).into());
        }
        let mut tx = self.db.begin(actor).await?;
        let classes = match self.asked.curriculum.year_near(&mut tx, today).await? {
            Some(year) => self.asked.curriculum.classes(&mut tx, year.id).await?,
            None => vec![],
        };
        let own = classes
            .into_iter()
            .filter(|it| all || it.teacher == Some(actor.person));
        let classes: Vec<(ClassId, String)> = own.map(|it| (it.id, it.name())).collect();
        let class = match asked {
            Some(asked) if !classes.iter().any(|it| it.0 == asked) => return Err(Error::NotFound),
            Some(asked) => Some(asked),
            None => classes.first().map(|it| it.0),
        };
        let list = match class {
            Some(class) => {
                let wanted = Wanted {
                    classes: Some(&[class]),
                    ..Wanted::default()
                };
                self.list(&mut tx, &wanted, today).await?
            }
            None => DebtList::default(),
        };
        tx.commit().await?;
        Ok(ClassBoard {
            list,
            classes,
            class,
        })
    }

    /// All debts of the school, as a list to filter.
    pub async fn all(&self, actor: &Actor, today: NaiveDate) -> Result<DebtList, Error> {
        must_see_school(actor)?;
        self.fresh(actor.org).await?;
        let mut tx = self.db.begin(actor).await?;
        let list = self.list(&mut tx, &Wanted::default(), today).await?;
        tx.commit().await?;
        Ok(list)
    }

    async fn list(
        &self,
        tx: &mut Tx,
        wanted: &Wanted<'_>,
        today: NaiveDate,
    ) -> Result<DebtList, Error> {
        let debts = store::debts(tx, wanted).await?;
        let ground = self.ground(tx, today).await?;
        let names = self.names(tx, &debts, None).await?;
        Ok(DebtList {
            looked_at: ground.looked_at,
            lines: lines(debts, &names, today, &ground.calendar),
            rules: ground.rules,
        })
    }

    /// The board of the school: a line for each rule (Z6).
    pub async fn school(&self, actor: &Actor, today: NaiveDate) -> Result<SchoolBoard, Error> {
        must_see_school(actor)?;
        self.fresh(actor.org).await?;
        let mut tx = self.db.begin(actor).await?;
        let counts = store::counts(&mut tx, today).await?;
        let tallies = store::tallies(&mut tx, year_begins(today)).await?;
        let since = tx.now() - chrono::Duration::hours(FRESH_HOURS);
        let nudges = board_acts::nudges(&mut tx, since).await?;
        let ground = self.ground(&mut tx, today).await?;
        let owing: BTreeSet<Debtor> = counts
            .iter()
            .filter(|it| it.overdue + it.today > 0)
            .map(|it| Debtor::of(it.person, it.role))
            .collect();
        let names = self
            .names(&mut tx, &[], counts.iter().filter_map(|it| it.person))
            .await?;
        tx.commit().await?;
        let board = Board {
            today,
            calendar: ground.calendar,
            counts,
            tallies,
            names,
        };
        let mut shown = board.shown(ground.rules);
        shown.looked_at = ground.looked_at;
        shown.owing = owing.len();
        shown.reminded_at = nudges.last().map(|it| it.at);
        Ok(shown)
    }

    /// Who owes under the rule, and what; narrowed to a class where one is given.
    pub async fn rule(
        &self,
        actor: &Actor,
        rule: &str,
        class: Option<ClassId>,
        today: NaiveDate,
    ) -> Result<RuleDebts, Error> {
        must_see_school(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let wanted = Wanted {
            rule: Some(rule),
            ..Wanted::default()
        };
        let debts = store::debts(&mut tx, &wanted).await?;
        let reliefs = board_acts::reliefs(&mut tx, rule, None).await?;
        let since = tx.now() - chrono::Duration::hours(FRESH_HOURS);
        let nudges = board_acts::nudges(&mut tx, since).await?;
        let ground = self.ground(&mut tx, today).await?;
        let known = ground.rules.into_iter().find(|it| it.id == rule);
        if known.is_none() && debts.is_empty() {
            return Err(Error::NotFound);
        }
        let calendar = ground.calendar;
        let also = reliefs.iter().map(|it| it.by);
        let names = self.names(&mut tx, &debts, also).await?;
        tx.commit().await?;
        let classes: BTreeSet<ClassId> = debts.iter().filter_map(|it| it.class).collect();
        let mut classes: Vec<(ClassId, String)> = classes
            .into_iter()
            .map(|it| (it, names.class(it)))
            .collect();
        classes.sort_by_cached_key(|it| in_order(&it.1));
        let reminded_at = last_about(&nudges, &debts);
        let mut debts = debts;
        debts.retain(|it| class.is_none_or(|class| it.class == Some(class)));
        let lines = lines(debts, &names, today, &calendar);
        Ok(RuleDebts {
            rule: known.unwrap_or_else(|| RuleName::gone(rule)),
            overdue: lines.iter().filter(|it| it.is_overdue()).count(),
            open: lines.len(),
            debtors: by_debtor(lines),
            reliefs: with_names(reliefs, &names),
            may_decide: may_decide(actor),
            may_remind: actor.may_in_org(Right::DeadlineEdit).is_ok(),
            reminded_at,
            classes,
        })
    }

    /// One debt: for leaders, for whoever owes it, for the class teacher.
    pub async fn debt(
        &self,
        actor: &Actor,
        id: DebtId,
        today: NaiveDate,
    ) -> Result<DebtPage, Error> {
        actor.may(Right::DeadlineView)?;
        let mut tx = self.db.begin(actor).await?;
        let debt = store::debt(&mut tx, id).await?.ok_or(Error::NotFound)?;
        self.must_see(&mut tx, actor, &debt, today).await?;
        let reliefs = board_acts::reliefs(&mut tx, &debt.rule, Some(id)).await?;
        let ground = self.ground(&mut tx, today).await?;
        let debts = [debt];
        let also = reliefs.iter().map(|it| it.by);
        let names = self.names(&mut tx, &debts, also).await?;
        tx.commit().await?;
        let [debt] = debts;
        let rule = ground.rules.into_iter().find(|it| it.id == debt.rule);
        Ok(DebtPage {
            rule: rule.unwrap_or_else(|| RuleName::gone(&debt.rule)),
            line: names.line(debt, today, &ground.calendar),
            reliefs: with_names(reliefs, &names),
            may_decide: may_decide(actor),
        })
    }

    async fn must_see(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        debt: &Debt,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mine = debt.person == Some(actor.person)
            || debt.person.is_none() && debt.role.is_some_and(|it| roles(actor).contains(&it));
        if mine || sees_school(actor) {
            return Ok(());
        }
        let own = self
            .asked
            .curriculum
            .own_of(tx, actor.person, today)
            .await?;
        if debt.class.is_some_and(|it| own.led.contains(&it)) {
            return Ok(());
        }
        Err(Error::NotFound)
    }

    /// When the organisation was looked at, and by what it counts.
    pub(super) async fn ground(&self, tx: &mut Tx, today: NaiveDate) -> Result<Ground, Error> {
        let (line, _) = self.line(tx).await?;
        let known = store::ground(tx, &line).await?;
        let calendar = Calendar::new(workdays(known.week, &known.days));
        let rules = regulation::rules().iter().map(|rule| {
            let terms = InForce::of(rule, &line, &known.decisions, today, &calendar).terms;
            RuleName {
                on: terms.on,
                ..self.named(rule)
            }
        });
        Ok(Ground {
            looked_at: known.looked_at,
            rules: rules.collect(),
            calendar: calendar.workdays,
        })
    }

    /// The rules of the regulation, whatever the organisation decided about them.
    pub(super) fn names_of_rules(&self) -> Vec<RuleName> {
        regulation::rules()
            .iter()
            .map(|it| self.named(it))
            .collect()
    }

    fn named(&self, rule: &Rule) -> RuleName {
        RuleName {
            id: rule.id.clone(),
            name: rule.name.clone(),
            what: rule.what.clone(),
            clause: rule.clause.clone(),
            connected: self.is_connected(&rule.duty),
            on: rule.terms.on,
            liftable: rule.lift,
        }
    }
}

/// What boards stand on.
pub(super) struct Ground {
    pub(super) looked_at: Option<DateTime<Utc>>,
    pub(super) rules: Vec<RuleName>,
    pub(super) calendar: Workdays,
}

impl DebtLine {
    pub fn is_overdue(&self) -> bool {
        self.state == crate::State::Overdue
    }
}

pub(super) fn lines(
    debts: Vec<Debt>,
    names: &Names,
    today: NaiveDate,
    calendar: &Workdays,
) -> Vec<DebtLine> {
    let debts = debts.into_iter();
    debts.map(|it| names.line(it, today, calendar)).collect()
}

/// The last reminder of any of these debts.
pub(super) fn last_about(nudges: &[crate::Nudge], debts: &[Debt]) -> Option<DateTime<Utc>> {
    let ids: BTreeSet<DebtId> = debts.iter().map(|it| it.id).collect();
    let about = nudges.iter().rev();
    let mut about = about.filter(|it| it.debts.iter().any(|id| ids.contains(id)));
    about.next().map(|it| it.at)
}

fn with_names(reliefs: Vec<Relief>, names: &Names) -> Vec<(Relief, String)> {
    let with_name = |it: Relief| {
        let by = names.person(it.by);
        (it, by)
    };
    reliefs.into_iter().map(with_name).collect()
}

/// Lines under their debtors, who owes most first.
pub(super) fn by_debtor(lines: Vec<DebtLine>) -> Vec<(OwnerCount, Vec<DebtLine>)> {
    let mut groups: BTreeMap<Debtor, Vec<DebtLine>> = BTreeMap::new();
    for it in lines {
        let debtor = Debtor::of(it.debt.person, it.debt.role);
        groups.entry(debtor).or_default().push(it);
    }
    let mut debtors: Vec<(OwnerCount, Vec<DebtLine>)> = groups
        .into_iter()
        .map(|(debtor, lines)| {
            let overdue = lines.iter().filter(|it| it.is_overdue()).count();
            let count = OwnerCount {
                debtor,
                name: lines.first().map(|it| it.owner.clone()).unwrap_or_default(),
                overdue: i64::try_from(overdue).unwrap_or(i64::MAX),
                open: i64::try_from(lines.len()).unwrap_or(i64::MAX),
            };
            (count, lines)
        })
        .collect();
    sort_owners(&mut debtors, |it| &it.0);
    debtors
}

fn sort_owners<T>(owners: &mut [T], count: impl Fn(&T) -> &OwnerCount) {
    owners.sort_by(|one, two| {
        let key = |it: &OwnerCount| (-it.overdue, -it.open);
        let (one, two) = (count(one), count(two));
        key(one)
            .cmp(&key(two))
            .then_with(|| one.name.cmp(&two.name))
    });
}

/// What the board of a school is made of.
struct Board {
    today: NaiveDate,
    calendar: Workdays,
    counts: Vec<Count>,
    tallies: Vec<Tally>,
    names: Names,
}

impl Board {
    fn shown(&self, rules: Vec<RuleName>) -> SchoolBoard {
        let mut board = SchoolBoard::default();
        let mut unknown: BTreeSet<&str> = self.counts.iter().map(|it| it.rule.as_str()).collect();
        for it in &rules {
            unknown.remove(it.id.as_str());
        }
        let gone: Vec<RuleName> = unknown.into_iter().map(RuleName::gone).collect();
        for rule in rules.into_iter().chain(gone) {
            let row = self.row(rule);
            if row.open > 0 || row.things > 0 {
                board.rows.push(row);
            } else if !row.rule.on {
                // What the school does not keep to is told on the page of rules.
            } else if row.rule.connected {
                board.quiet.push(row.rule);
            } else {
                board.without_source.push(row.rule);
            }
        }
        board.rows.sort_by_key(|it| {
            (
                -it.overdue,
                -it.today,
                it.next.unwrap_or(NaiveDate::MAX),
                it.rule.id.clone(),
            )
        });
        board
    }

    fn row(&self, rule: RuleName) -> BoardRow {
        let of_rule = || self.counts.iter().filter(|it| it.rule == rule.id);
        let sum = |part: fn(&Count) -> i64| of_rule().map(part).sum::<i64>();
        let things = self.tallies.iter().filter(|it| it.rule == rule.id);
        let things: i64 = things.map(|it| it.things).sum();
        let (open, overdue) = (sum(|it| it.open), sum(|it| it.overdue));
        let oldest = of_rule().filter_map(|it| it.oldest).min();
        let next = of_rule().filter_map(|it| it.next).min();
        let between = |from, to| self.calendar.between(from, to);
        BoardRow {
            things: things.max(open),
            open,
            overdue,
            today: sum(|it| it.today),
            week: sum(|it| it.week),
            oldest,
            next,
            age: oldest.map_or(0, |it| between(it, self.today)),
            left: next.map_or(0, |it| between(self.today, it)),
            owners: self.owners(of_rule()),
            rule,
        }
    }

    /// Those who owe something overdue, or else something due.
    fn owners<'a>(&self, counts: impl Iterator<Item = &'a Count>) -> Vec<OwnerCount> {
        let mut owners: BTreeMap<Debtor, OwnerCount> = BTreeMap::new();
        for it in counts {
            let debtor = Debtor::of(it.person, it.role);
            let name = it.person.map(|it| self.names.person(it));
            let count = owners.entry(debtor).or_insert_with(|| OwnerCount {
                debtor,
                name: name.unwrap_or_default(),
                overdue: 0,
                open: 0,
            });
            count.overdue += it.overdue;
            count.open += it.open;
        }
        let mut owners: Vec<OwnerCount> = owners.into_values().collect();
        sort_owners(&mut owners, |it| it);
        owners
    }
}
