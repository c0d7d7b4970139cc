//! «Сроки регламента»: what is in force here, and what the organisation
//! decides about it (DLN-5).

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, OrgId, Right, dates};
use org::OrgKind;

use super::Deadlines;
use crate::{
    Change, Decision, Error, InForce, Limits, Rule, Terms, Typed,
    calendar::Calendar,
    regulation,
    rule_form::{self, Wish},
    store,
};

/// All rules as they are in force in an organisation.
#[derive(Clone, Debug)]
pub struct RulesPage {
    pub rows: Vec<RuleRow>,
    pub may_edit: bool,
    pub today: NaiveDate,
}

/// One rule of the list.
#[derive(Clone, Debug)]
pub struct RuleRow {
    pub in_force: InForce,
    /// Some domain knows of its duty.
    pub connected: bool,
    /// The organisation that changed it last, if not this one.
    pub changed_above: Option<String>,
    pub changed_here: bool,
}

/// One rule with its form and its history.
#[derive(Clone, Debug)]
pub struct RulePage {
    pub row: RuleRow,
    /// As it would be without a decision of this organisation.
    pub above: InForce,
    pub form: Typed,
    /// What the form has seen.
    pub version: i64,
    pub may_edit: bool,
    /// Others lie below it, for whom it sets limits.
    pub sets_limits: bool,
    pub history: Vec<PastTerms>,
    /// What was in force on the day that was asked for.
    pub on_day: Option<(NaiveDate, InForce)>,
    pub today: NaiveDate,
}

/// A decision and what came of it.
#[derive(Clone, Debug)]
pub struct PastTerms {
    pub since: NaiveDate,
    /// The organisation that decided.
    pub by: String,
    /// Nothing of its own is left: the decision before was withdrawn.
    pub withdrawn: bool,
    pub in_force: InForce,
}

/// The line of organisations with all their decisions.
struct Book {
    line: Vec<OrgId>,
    names: Vec<String>,
    kind: OrgKind,
    decisions: Vec<Decision>,
    calendar: Calendar,
    today: NaiveDate,
}

impl Book {
    fn in_force(&self, rule: &'static Rule, day: NaiveDate) -> InForce {
        InForce::of(rule, &self.line, &self.decisions, day, &self.calendar)
    }

    /// Without what the organisation itself decided.
    fn above(&self, rule: &'static Rule, day: NaiveDate) -> InForce {
        let own = self.own();
        let others = self.decisions.iter().filter(|it| Some(it.org) != own);
        let others: Vec<Decision> = others.cloned().collect();
        InForce::of(rule, &self.line, &others, day, &self.calendar)
    }

    fn own(&self) -> Option<OrgId> {
        self.line.last().copied()
    }

    fn name(&self, org: OrgId) -> String {
        let place = self.line.iter().position(|it| *it == org);
        place.map(|it| self.names[it].clone()).unwrap_or_default()
    }

    fn row(&self, rule: &'static Rule, connected: bool) -> RuleRow {
        let in_force = self.in_force(rule, self.today);
        let by = in_force.changed.map(|it| it.0);
        RuleRow {
            connected,
            changed_here: by.is_some() && by == self.own(),
            changed_above: by
                .filter(|it| Some(*it) != self.own())
                .map(|it| self.name(it)),
            in_force,
        }
    }

    fn history(&self, rule: &'static Rule) -> Vec<PastTerms> {
        let mut all: Vec<&Decision> = self
            .decisions
            .iter()
            .filter(|it| it.rule == rule.id)
            .collect();
        all.sort_by_key(|it| (it.since, self.line.iter().position(|org| *org == it.org)));
        all.reverse();
        all.into_iter()
            .map(|it| PastTerms {
                since: it.since,
                by: self.name(it.org),
                withdrawn: it.change.is_empty() && it.limits.is_none(),
                in_force: self.in_force(rule, it.since),
            })
            .collect()
    }

    /// Changes with every decision of the organisation about the rule.
    fn version(&self, rule: &Rule) -> i64 {
        let own = self.decisions.iter();
        own.filter(|it| Some(it.org) == self.own() && it.rule == rule.id)
            .map(|it| i64::from(it.version))
            .sum()
    }

    const fn sets_limits(&self) -> bool {
        matches!(
            self.kind,
            OrgKind::Region | OrgKind::Ministry | OrgKind::Municipality
        )
    }
}

impl Deadlines {
    async fn book(&self, tx: &mut Tx) -> Result<Book, Error> {
        let line = self.asked.orgs.line(tx).await?;
        let own = line.last().ok_or(org::Error::NoSuchOrganisation)?;
        let (kind, today) = (own.kind, dates::today(tx.now(), own.zone));
        let ids: Vec<OrgId> = line.iter().map(|it| it.id).collect();
        let kept = store::rules::book(tx, &ids).await?;
        Ok(Book {
            names: line.into_iter().map(|it| it.name).collect(),
            line: ids,
            kind,
            decisions: kept.decisions,
            calendar: Calendar::new(kept.own.workdays()),
            today,
        })
    }

    /// All rules with what is in force today.
    pub async fn rules(&self, actor: &Actor) -> Result<RulesPage, Error> {
        actor.may(Right::DeadlineView)?;
        let mut tx = self.db.begin(actor).await?;
        let book = self.book(&mut tx).await?;
        tx.commit().await?;
        let rules = regulation::rules().iter();
        Ok(RulesPage {
            rows: rules
                .map(|it| book.row(it, self.is_connected(&it.duty)))
                .collect(),
            may_edit: actor.may_in_org(Right::DeadlineEdit).is_ok(),
            today: book.today,
        })
    }

    /// One rule, its form and its history; `on` asks what was in force on a day.
    ///
    /// # Errors
    /// [`Error::NoSuchRule`].
    pub async fn rule_page(
        &self,
        actor: &Actor,
        id: &str,
        on: Option<NaiveDate>,
    ) -> Result<RulePage, Error> {
        actor.may(Right::DeadlineView)?;
        let rule = regulation::rule(id).ok_or(Error::NoSuchRule)?;
        let mut tx = self.db.begin(actor).await?;
        let book = self.book(&mut tx).await?;
        tx.commit().await?;
        let row = book.row(rule, self.is_connected(&rule.duty));
        Ok(RulePage {
            form: rule_form::typed(&row.in_force.terms, row.in_force.below),
            above: book.above(rule, book.today),
            version: book.version(rule),
            may_edit: actor.may_in_org(Right::DeadlineEdit).is_ok(),
            sets_limits: book.sets_limits(),
            history: book.history(rule),
            on_day: on.map(|it| (it, book.in_force(rule, it))),
            today: book.today,
            row,
        })
    }

    /// Decides about a rule from a day on, within the limits above.
    ///
    /// # Errors
    /// [`Error::Fields`] with every mistake; [`Error::ChangedMeanwhile`].
    #[tracing::instrument(name = "deadlines.change_rule", skip_all, fields(rule = id))]
    pub async fn change_rule(
        &self,
        actor: &Actor,
        id: &str,
        typed: &Typed,
        seen: i64,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::DeadlineEdit)?;
        let rule = regulation::rule(id).ok_or(Error::NoSuchRule)?;
        let mut tx = self.db.begin(actor).await?;
        store::rules::lock(&mut tx).await?;
        let book = self.book(&mut tx).await?;
        if book.version(rule) != seen {
            return Err(Error::ChangedMeanwhile);
        }
        let above = book.above(rule, book.today);
        let with_limits = book.sets_limits();
        let wish = Wish::read(typed, &above, with_limits, book.today, &book.calendar)
            .map_err(Error::Fields)?;
        store::rules::decide(&mut tx, rule, &wish).await?;
        store::rules::look_soon(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// From today on the rule is as it is above.
    ///
    /// # Errors
    /// [`Error::NoSuchRule`], [`Error::ChangedMeanwhile`].
    #[tracing::instrument(name = "deadlines.withdraw_rule", skip_all, fields(rule = id))]
    pub async fn withdraw_rule(&self, actor: &Actor, id: &str, seen: i64) -> Result<(), Error> {
        actor.may_in_org(Right::DeadlineEdit)?;
        let rule = regulation::rule(id).ok_or(Error::NoSuchRule)?;
        let mut tx = self.db.begin(actor).await?;
        store::rules::lock(&mut tx).await?;
        let book = self.book(&mut tx).await?;
        if book.version(rule) != seen {
            return Err(Error::ChangedMeanwhile);
        }
        let wish = Wish {
            since: book.today,
            change: Change::default(),
            limits: None::<Limits>,
        };
        store::rules::withdraw_later(&mut tx, rule, book.today).await?;
        store::rules::decide(&mut tx, rule, &wish).await?;
        store::rules::look_soon(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl RuleRow {
    /// The terms in force.
    pub const fn terms(&self) -> &Terms {
        &self.in_force.terms
    }
}
