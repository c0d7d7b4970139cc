//! «КТП»: plans of lessons, followed by the load they fit.

mod row;
mod target;
mod undo;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use async_trait::async_trait;
use db::Tx;
use intake::{Check, Column, Commit, Importer, Kind, Layout, Note, RowOutcome, Rows, Wish};
use kernel::{Actor, Right, SubjectId};
use people::People;
use serde::Deserialize;
use serde_json::{Value, json};

use self::{
    row::{Group, read},
    target::{Target, targets},
    undo::{Undo, take_back},
};
use super::{Names, year_of};
use crate::{Curriculum, Error, ItemRow, LoadId, LoadOf, PlanId, Records, Year, store};

/// The list «КТП».
pub struct PlanList {
    people: Arc<dyn People>,
}

struct Plan {
    year: Year,
    /// For each row its group; none where something is wrong with it.
    rows: Vec<Option<(Group, ItemRow)>>,
    targets: BTreeMap<Group, Vec<Target>>,
    subjects: HashMap<SubjectId, String>,
    /// Which plan each row of load follows now.
    uses: HashMap<LoadId, PlanId>,
}

impl PlanList {
    pub fn new(people: Arc<dyn People>) -> Self {
        Self { people }
    }

    async fn plan(
        &self,
        tx: &mut Tx,
        wish: &Wish,
        rows: &mut Rows<'_>,
    ) -> Result<Plan, intake::Error> {
        let year = year_of(&Records, tx, wish).await?;
        self.plan_of(tx, year, wish, rows)
            .await
            .map_err(intake::Error::of)
    }

    async fn plan_of(
        &self,
        tx: &mut Tx,
        year: Year,
        wish: &Wish,
        rows: &mut Rows<'_>,
    ) -> Result<Plan, Error> {
        let names = Names::load(tx, &year, &*self.people).await?;
        let loads = Records.load(tx, year.id, LoadOf::School).await?;
        let known = store::plans::rows(tx, store::plans::Which::Year(year.id)).await?;
        let subjects = Records.subjects(tx).await?;
        let mut plan = Plan {
            rows: vec![],
            targets: BTreeMap::new(),
            subjects: subjects.into_iter().map(|it| (it.id, it.name)).collect(),
            uses: known
                .iter()
                .flat_map(|it| it.loads.iter().map(|load| (*load, it.id)))
                .collect(),
            year,
        };
        let mut numbers = BTreeSet::new();
        for (index, record) in wish.records.iter().enumerate() {
            let row = read(record, index, &names, rows);
            if let Some((group, item)) = &row
                && !numbers.insert((group.clone(), item.number))
            {
                rows.refuse(index, "number", "intake.same-number");
            }
            plan.rows.push(row);
        }
        let groups: BTreeSet<Group> = plan.rows.iter().flatten().map(|it| it.0.clone()).collect();
        for group in groups {
            let targets = targets(tx, &group, &loads, &known).await?;
            plan.targets.insert(group, targets);
        }
        for (index, row) in plan.rows.iter().enumerate() {
            let is_orphan = |it: &(Group, ItemRow)| plan.targets[&it.0].is_empty();
            if row.as_ref().is_some_and(is_orphan) {
                rows.refuse(index, "subject", "intake.no-load-for-plan");
            }
        }
        Ok(plan)
    }
}

impl Plan {
    fn outcome(&self, index: usize) -> RowOutcome {
        let Some((group, item)) = &self.rows[index] else {
            return RowOutcome::Skip;
        };
        let outcomes: Vec<RowOutcome> = self.targets[group]
            .iter()
            .map(|it| it.outcome(item))
            .collect();
        let first = [RowOutcome::Create, RowOutcome::Update];
        first
            .into_iter()
            .find(|it| outcomes.contains(it))
            .unwrap_or(RowOutcome::Skip)
    }

    fn notes(&self) -> Vec<Note> {
        let all = || self.targets.values().flatten();
        let new = all().filter(|it| it.known.is_none()).count();
        let without = all().filter(|it| it.loads.is_empty()).count();
        [("new-plans", new), ("plans-without-load", without)]
            .into_iter()
            .filter(|it| it.1 > 0)
            .map(|(code, count)| Note::new(code).with("count", &count))
            .collect()
    }
}

#[async_trait]
impl Importer for PlanList {
    fn kind(&self) -> &'static str {
        "plans"
    }

    /// The plans of a whole school, as with its load.
    fn right(&self) -> Right {
        Right::CurriculumEdit
    }

    fn layouts(&self) -> Vec<Layout> {
        vec![Layout::new(
            "intake.plans",
            vec![
                Column::new("subject", Kind::Text(100)).required(),
                Column::new("grade", Kind::Integer),
                Column::new("classes", Kind::Text(200)),
                Column::new("number", Kind::Integer).required(),
                Column::new("section", Kind::Text(500)),
                Column::new("topic", Kind::Text(1000)).required(),
                Column::new("homework", Kind::Text(2000)),
                Column::new("teacher", Kind::Text(200)),
            ],
        )]
    }

    fn list_path(&self) -> &'static str {
        "/study/plans"
    }

    async fn check(
        &self,
        tx: &mut Tx,
        _actor: &Actor,
        wish: &Wish,
    ) -> Result<Check, intake::Error> {
        let mut rows = Rows::new(&wish.records);
        let plan = self.plan(tx, wish, &mut rows).await?;
        Ok(rows.checked(plan.notes(), |index| plan.outcome(index)))
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        _actor: &Actor,
        wish: &Wish,
    ) -> Result<Commit, intake::Error> {
        let plan = self.plan(tx, wish, &mut Rows::new(&wish.records)).await?;
        let undo = plan.write(tx).await.map_err(intake::Error::of)?;
        Ok(Commit { undo: json!(undo) })
    }

    async fn revert(
        &self,
        tx: &mut Tx,
        _actor: &Actor,
        undo: &Value,
        _reason: &str,
    ) -> Result<(), intake::Error> {
        let undo = Undo::deserialize(undo).map_err(intake::Error::BadUndo)?;
        take_back(tx, &undo).await.map_err(Error::taken_back)
    }
}
