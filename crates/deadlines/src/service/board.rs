//! Boards: mine, of a class, of the school (DLN-3).

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use db::Tx;
use dues::{Ask, Watch};
use kernel::{Actor, ClassId, Denied, Reach, Right, Role};

use super::{
    Deadlines,
    board_names::Names,
    board_rows::{Board, by_debtor, lines},
};
use crate::{
    ClassBoard, Debt, DebtId, DebtLine, DebtList, Debtor, Error, OwnerCount, Relief, RuleName,
    SchoolBoard, Watched, regulation,
    relief::may_decide,
    store::{
        board::{self as store, Wanted},
        board_acts,
    },
};

/// What was done is shown for so long.
const DONE_FOR_DAYS: i64 = 7;

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
        let ground = self.ground(&mut tx, today).await?;
        let owing: BTreeSet<Debtor> = counts
            .iter()
            .filter(|it| it.overdue + it.today > 0)
            .map(|it| Debtor::of(it.person, it.role))
            .collect();
        let names = self
            .names(&mut tx, &[], counts.iter().filter_map(|it| it.person))
            .await?;
        let watched = self.watched(&mut tx, &ground.rules, today).await?;
        tx.commit().await?;
        let board = Board {
            today,
            calendar: ground.calendar,
            counts,
            tallies,
            names,
        };
        let mut shown = board.shown(ground.rules);
        let is_watched = |rule: &RuleName| watched.iter().any(|it| it.rule.id == rule.id);
        shown.quiet.retain(|it| !is_watched(it));
        shown.watched = watched;
        shown.looked_at = ground.looked_at;
        shown.owing = owing.len();
        shown.reminded_at = ground.nudges.last().map(|it| it.at);
        Ok(shown)
    }

    /// How the rules in force that have no day stand, as the domains tell it.
    async fn watched(
        &self,
        tx: &mut Tx,
        rules: &[RuleName],
        today: NaiveDate,
    ) -> Result<Vec<Watched>, Error> {
        let ask = Ask {
            today,
            from: year_begins(today),
            until: today,
            known: &[],
        };
        let mut told = vec![];
        for source in &self.asked.sources {
            told.extend(source.watched(tx, &ask).await.map_err(Error::Source)?);
        }
        let of = |name: &RuleName| {
            let rule =
                regulation::rule(&name.id).filter(|it| name.on && !it.terms.when.is_counted());
            let duty = &rule?.duty;
            let periods = told.iter().filter(|it| it.duty == duty);
            let periods: Vec<Watch> = periods.cloned().collect();
            Some(Watched {
                rule: name.clone(),
                periods,
            })
        };
        let all = rules.iter().filter_map(of);
        Ok(all.filter(|it| !it.periods.is_empty()).collect())
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
        let reminded_at = last_about(&ground.nudges, &debts);
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
