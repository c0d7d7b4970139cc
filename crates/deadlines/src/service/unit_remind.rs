//! Those above remind the schools that owe (S2:3.2).

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Duration, Utc};
use db::Tx;
use kernel::{Actor, Denied, OrgId, Right};
use serde_json::json;

use super::{
    Deadlines,
    board_ground::FRESH_HOURS,
    board_unit::{may_remind, must_be_above, named},
};
use crate::{
    Error, RuleName,
    digest::SCHOOLS_REMINDED,
    store::{board_acts, board_unit as unit, unit_owed},
};

/// A school that is about to be reminded.
#[derive(Clone, Debug)]
pub struct SchoolToRemind {
    pub id: OrgId,
    pub name: String,
    pub district: String,
    pub overdue: i32,
    /// What is overdue, most first.
    pub rules: Vec<(RuleName, i32)>,
    /// It was reminded within a day.
    pub reminded_at: Option<DateTime<Utc>>,
}

/// The schools that owe something overdue, most first.
#[derive(Clone, Debug)]
pub struct SchoolsToRemind {
    pub schools: Vec<SchoolToRemind>,
    /// The number of the last reminder; sent back with the next.
    pub seen: i64,
}

impl Deadlines {
    /// Which schools are to be reminded; one alone, where it is named.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a school that is not below the unit.
    pub async fn schools_to_remind(
        &self,
        actor: &Actor,
        school: Option<OrgId>,
    ) -> Result<SchoolsToRemind, Error> {
        must_remind(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let found = self.late_schools(&mut tx, school).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Sends the head and the deputies of each of these schools a letter; one
    /// that was reminded within a day gets another only if `again`. `seen` is
    /// the last reminder that the sender knew of.
    ///
    /// # Errors
    /// [`Error::RemindedMeanwhile`], [`Error::NotFound`].
    #[tracing::instrument(name = "deadlines.remind_schools", skip_all)]
    pub async fn remind_schools(
        &self,
        actor: &Actor,
        school: Option<OrgId>,
        again: bool,
        seen: i64,
    ) -> Result<usize, Error> {
        must_remind(actor)?;
        let mut tx = self.db.begin(actor).await?;
        board_acts::lock_nudges(&mut tx).await?;
        let found = self.late_schools(&mut tx, school).await?;
        if found.seen != seen {
            return Err(Error::RemindedMeanwhile);
        }
        let wanted = found.schools.iter();
        let wanted: Vec<(OrgId, i32)> = wanted
            .filter(|it| again || it.reminded_at.is_none())
            .map(|it| (it.id, it.overdue))
            .collect();
        if wanted.is_empty() {
            return Ok(0);
        }
        let cards = self.asked.people.cards(&mut tx, &[actor.person]).await?;
        let last = unit_owed::save_nudges(&mut tx, actor.person, &wanted).await?;
        let event = json!({
            "by": cards.first().map(people::Card::short).unwrap_or_default(),
            "schools": wanted.iter().map(|it| it.0).collect::<Vec<_>>(),
        });
        db::outbox::emit(&mut tx, SCHOOLS_REMINDED, &last.to_string(), &event).await?;
        tx.commit().await?;
        Ok(wanted.len())
    }

    async fn late_schools(
        &self,
        tx: &mut Tx,
        school: Option<OrgId>,
    ) -> Result<SchoolsToRemind, Error> {
        let schools = unit::schools(tx).await?;
        if school.is_some_and(|id| !schools.iter().any(|it| it.id == id)) {
            return Err(Error::NotFound);
        }
        let states = unit::states(tx, school.map(OrgId::get)).await?;
        let since = tx.now() - Duration::hours(FRESH_HOURS);
        let (reminded, seen) = unit_owed::nudges(tx, since).await?;
        let names = self.names_of_rules();
        let mut late: BTreeMap<i64, Vec<(RuleName, i32)>> = BTreeMap::new();
        for it in states.iter().filter(|it| it.overdue > 0) {
            let rules = late.entry(it.school).or_default();
            rules.push((named(&names, &it.rule), it.overdue));
        }
        let by_id: HashMap<i64, &unit::School> =
            schools.iter().map(|it| (it.id.get(), it)).collect();
        let rows = late.into_iter().filter_map(|(id, mut rules)| {
            let school = by_id.get(&id)?;
            rules.sort_by(|one, two| two.1.cmp(&one.1).then_with(|| one.0.id.cmp(&two.0.id)));
            Some(SchoolToRemind {
                id: school.id,
                name: school.name.clone(),
                district: school.district.clone(),
                overdue: rules.iter().map(|it| it.1).sum(),
                rules,
                reminded_at: reminded.get(&school.id).copied(),
            })
        });
        let mut schools: Vec<SchoolToRemind> = rows.collect();
        schools.sort_by(|one, two| {
            two.overdue
                .cmp(&one.overdue)
                .then_with(|| one.name.cmp(&two.name))
        });
        Ok(SchoolsToRemind { schools, seen })
    }
}

fn must_remind(actor: &Actor) -> Result<(), Error> {
    must_be_above(actor)?;
    if may_remind(actor) {
        return Ok(());
    }
    Err(Denied(Right::DeadlineEdit).into())
}
