//! The boards of a municipality, a ministry and a region: counts of the
//! schools below, and no person among them (S2:3.2, 3.3; §10 «М»; H1, H2).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::{Actor, Denied, OrgId, Right, Role};

use super::{Deadlines, board::in_order};
use crate::{
    Error, RuleName, Share,
    store::board_unit::{self as unit, Month, School, State},
};

/// One school of a unit.
#[derive(Clone, Debug)]
pub struct UnitSchool {
    pub id: OrgId,
    pub name: String,
    pub district: String,
    pub looked_at: DateTime<Utc>,
    pub overdue: i32,
    pub today: i32,
    pub week: i32,
    /// By the rules of the board, in their order; `None`: nothing to do there.
    pub rules: Vec<Option<UnitRule>>,
    /// Since the beginning of the academic year.
    pub discipline: Share,
}

/// Counts under one rule, in a school or in a class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitRule {
    /// The class, where it is one of a class.
    pub class: String,
    pub things: i32,
    pub open: i32,
    pub overdue: i32,
    pub today: i32,
    pub week: i32,
    pub oldest: Option<NaiveDate>,
}

impl From<State> for UnitRule {
    fn from(it: State) -> Self {
        Self {
            class: it.class,
            things: it.things,
            open: it.open,
            overdue: it.overdue,
            today: it.today,
            week: it.week,
            oldest: it.oldest,
        }
    }
}

/// Shares by month.
pub type UnitMonths = Vec<(NaiveDate, Share)>;

/// The overview of a unit: schools by rules, the worst first.
#[derive(Clone, Debug, Default)]
pub struct UnitBoard {
    /// The oldest look among the schools.
    pub looked_at: Option<DateTime<Utc>>,
    pub rules: Vec<RuleName>,
    pub schools: Vec<UnitSchool>,
    /// Municipalities to choose from, where there are several.
    pub districts: Vec<String>,
    pub months: UnitMonths,
    /// The actor may remind schools that owe.
    pub may_remind: bool,
}

/// One school: its rules, the worst first.
#[derive(Clone, Debug)]
pub struct UnitSchoolPage {
    pub school: UnitSchool,
    pub rules: Vec<(RuleName, UnitRule)>,
    pub months: UnitMonths,
    pub may_remind: bool,
}

/// What the first page of a unit shows.
#[derive(Clone, Debug, Default)]
pub struct UnitHome {
    pub schools: usize,
    pub late_schools: usize,
    pub overdue: i32,
    /// The worst schools.
    pub worst: Vec<(OrgId, String, i32)>,
}

/// Whether the actor reminds schools of what they owe.
pub(super) fn may_remind(actor: &Actor) -> bool {
    is_above(actor) && actor.may_in_org(Right::DeadlineEdit).is_ok()
}

/// Whether the actor looks at schools from above.
pub(super) fn is_above(actor: &Actor) -> bool {
    let above = [Role::MunicipalOperator, Role::Ministry, Role::RegionAdmin];
    above.iter().any(|it| actor.is(*it)) && actor.may_in_org(Right::DeadlineView).is_ok()
}

pub(super) fn must_be_above(actor: &Actor) -> Result<(), Error> {
    if is_above(actor) {
        return Ok(());
    }
    Err(Denied(Right::DeadlineView).into())
}

impl Deadlines {
    /// Schools by rules; narrowed to a municipality where one is given.
    pub async fn unit(&self, actor: &Actor, district: Option<&str>) -> Result<UnitBoard, Error> {
        must_be_above(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let schools = unit::schools(&mut tx).await?;
        let states = unit::states(&mut tx, None).await?;
        let months = unit::months(&mut tx, None).await?;
        let names = self.names_of_rules();
        tx.commit().await?;
        let districts: BTreeSet<String> = schools.iter().map(|it| it.district.clone()).collect();
        let shown: Vec<School> = schools
            .into_iter()
            .filter(|it| district.is_none_or(|district| it.district == district))
            .collect();
        let ids: BTreeSet<i64> = shown.iter().map(|it| it.id.get()).collect();
        let states: Vec<State> = states
            .into_iter()
            .filter(|it| ids.contains(&it.school))
            .collect();
        let months: Vec<Month> = months
            .into_iter()
            .filter(|it| ids.contains(&it.school))
            .collect();
        let rules = worst_rules(&states);
        let mut rows: Vec<UnitSchool> = shown
            .iter()
            .map(|it| school_row(it, &states, &months, &rules))
            .collect();
        rows.sort_by(|one, two| {
            let key = |it: &UnitSchool| (-it.overdue, -it.today, -it.week);
            key(one)
                .cmp(&key(two))
                .then_with(|| one.name.cmp(&two.name))
        });
        Ok(UnitBoard {
            looked_at: shown.iter().map(|it| it.looked_at).min(),
            rules: rules.iter().map(|it| named(&names, it)).collect(),
            schools: rows,
            districts: if districts.len() > 1 {
                districts.into_iter().collect()
            } else {
                vec![]
            },
            months: by_month(&months),
            may_remind: may_remind(actor),
        })
    }

    /// One school of the unit.
    pub async fn unit_school(&self, actor: &Actor, school: OrgId) -> Result<UnitSchoolPage, Error> {
        must_be_above(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let found = self.known_school(&mut tx, school).await?;
        let states = unit::states(&mut tx, Some(school.get())).await?;
        let months = unit::months(&mut tx, Some(school.get())).await?;
        let names = self.names_of_rules();
        tx.commit().await?;
        let row = school_row(&found, &states, &months, &[]);
        let mut rules: Vec<(RuleName, UnitRule)> = states
            .into_iter()
            .map(|it| (named(&names, &it.rule), it.into()))
            .collect();
        rules.sort_by_key(|(rule, it)| (-it.overdue, -it.today, -it.week, rule.id.clone()));
        Ok(UnitSchoolPage {
            school: row,
            rules,
            months: by_month(&months),
            may_remind: may_remind(actor),
        })
    }

    /// One rule in one school, by class.
    pub async fn unit_rule(
        &self,
        actor: &Actor,
        school: OrgId,
        rule: &str,
    ) -> Result<(String, RuleName, Vec<UnitRule>), Error> {
        must_be_above(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let found = self.known_school(&mut tx, school).await?;
        let classes = unit::classes(&mut tx, school.get(), rule).await?;
        let names = self.names_of_rules();
        tx.commit().await?;
        if classes.is_empty() {
            return Err(Error::NotFound);
        }
        let mut classes: Vec<UnitRule> = classes.into_iter().map(Into::into).collect();
        classes.sort_by_cached_key(|it| (-it.overdue, in_order(&it.class)));
        Ok((found.name, named(&names, rule), classes))
    }

    /// What the first page shows to whoever looks at schools from above.
    pub async fn unit_home(&self, actor: &Actor) -> Result<Option<UnitHome>, Error> {
        if !is_above(actor) {
            return Ok(None);
        }
        let board = self.unit(actor, None).await?;
        if board.schools.is_empty() {
            return Ok(None);
        }
        let late = board.schools.iter().filter(|it| it.overdue > 0);
        let worst = late
            .clone()
            .take(5)
            .map(|it| (it.id, it.name.clone(), it.overdue));
        Ok(Some(UnitHome {
            schools: board.schools.len(),
            late_schools: late.clone().count(),
            overdue: late.clone().map(|it| it.overdue).sum(),
            worst: worst.collect(),
        }))
    }

    async fn known_school(&self, tx: &mut Tx, school: OrgId) -> Result<School, Error> {
        let schools = unit::schools(tx).await?;
        let found = schools.into_iter().find(|it| it.id == school);
        found.ok_or(Error::NotFound)
    }
}

pub(super) fn named(names: &[RuleName], id: &str) -> RuleName {
    let known = names.iter().find(|it| it.id == id);
    known.cloned().unwrap_or_else(|| RuleName::gone(id))
}

/// The map has so many rules at most.
const MOST_RULES: usize = 16;

/// Rules under which something is overdue or due soon, the worst first.
fn worst_rules(states: &[State]) -> Vec<String> {
    let mut sums: BTreeMap<&str, (i32, i32)> = BTreeMap::new();
    for it in states {
        let sum = sums.entry(&it.rule).or_default();
        sum.0 += it.overdue;
        sum.1 += it.today + it.week;
    }
    let mut rules: Vec<(&str, (i32, i32))> = sums.into_iter().collect();
    rules.retain(|it| it.1.0 + it.1.1 > 0);
    rules.sort_by_key(|it| (-it.1.0, -it.1.1, it.0));
    rules.truncate(MOST_RULES);
    rules.into_iter().map(|it| it.0.to_owned()).collect()
}

fn school_row(it: &School, states: &[State], months: &[Month], rules: &[String]) -> UnitSchool {
    let own = || states.iter().filter(|state| state.school == it.id.get());
    let of_rule = |rule: &String| {
        let state = own().find(|it| it.rule == *rule);
        state.cloned().map(UnitRule::from)
    };
    UnitSchool {
        id: it.id,
        name: it.name.clone(),
        district: it.district.clone(),
        looked_at: it.looked_at,
        overdue: own().map(|it| it.overdue).sum(),
        today: own().map(|it| it.today).sum(),
        week: own().map(|it| it.week).sum(),
        rules: rules.iter().map(of_rule).collect(),
        discipline: months
            .iter()
            .filter(|month| month.school == it.id.get())
            .map(share)
            .sum(),
    }
}

fn share(it: &Month) -> Share {
    Share {
        things: i64::from(it.things),
        late: i64::from(it.late),
    }
}

fn by_month(months: &[Month]) -> UnitMonths {
    let mut sums: BTreeMap<NaiveDate, Share> = BTreeMap::new();
    for it in months {
        *sums.entry(it.month).or_default() += share(it);
    }
    sums.into_iter().collect()
}
