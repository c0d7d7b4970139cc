//! Writing the list, and what taking it back needs.

use std::collections::BTreeSet;

use db::Tx;
use intake::RowOutcome;
use serde::{Deserialize, Serialize};

use super::{Plan, row::Group, target::Target};
use crate::{Entered, Error, ItemRow, LoadId, NewPlan, PlanId, PlanItemId, Records, store};

#[derive(Serialize, Deserialize)]
pub(super) struct Undo {
    created: Vec<PlanId>,
    changed: Vec<Changed>,
    /// Which plan the rows of load followed before.
    uses: Vec<(LoadId, PlanId)>,
    /// Rows of load that followed none.
    unused: Vec<LoadId>,
    /// Every plan the list touched, as it was left.
    left: Vec<(PlanId, i32)>,
}

#[derive(Serialize, Deserialize)]
struct Changed {
    plan: PlanId,
    items: Vec<Item>,
}

/// A lesson as it was.
#[derive(Serialize, Deserialize)]
struct Item {
    id: Option<PlanItemId>,
    number: i16,
    section: String,
    topic: String,
    homework: String,
}

impl Plan {
    pub(super) async fn write(&self, tx: &mut Tx) -> Result<Undo, Error> {
        let mut undo = Undo {
            created: vec![],
            changed: vec![],
            uses: vec![],
            unused: vec![],
            left: vec![],
        };
        for (group, targets) in &self.targets {
            let own = self.rows.iter().flatten().filter(|it| it.0 == *group);
            let wanted: Vec<&ItemRow> = own.map(|it| &it.1).collect();
            for target in targets {
                for load in &target.loads {
                    match self.uses.get(load) {
                        Some(plan) => undo.uses.push((*load, *plan)),
                        None => undo.unused.push(*load),
                    }
                }
                self.put(tx, group, target, &wanted, &mut undo).await?;
            }
        }
        let touched: Vec<PlanId> = undo
            .changed
            .iter()
            .map(|it| it.plan)
            .chain(undo.created.iter().copied())
            .collect();
        undo.left = store::import::plan_versions(tx, &touched)
            .await?
            .into_iter()
            .collect();
        undo.left.sort_unstable();
        Ok(undo)
    }

    async fn put(
        &self,
        tx: &mut Tx,
        group: &Group,
        target: &Target,
        wanted: &[&ItemRow],
        undo: &mut Undo,
    ) -> Result<(), Error> {
        let Some(known) = &target.known else {
            let name = self
                .subjects
                .get(&group.subject)
                .cloned()
                .unwrap_or_default();
            let new = NewPlan {
                year: self.year.id,
                subject: group.subject,
                grade: group.grade,
                teacher: target.teacher,
                name: format!("{name}, {}", group.grade),
            };
            let items = wanted.iter().map(|it| (*it).clone()).collect();
            undo.created
                .push(Records.add_plan(tx, &new, items, &target.loads).await?);
            return Ok(());
        };
        let all: BTreeSet<LoadId> = known.loads.iter().chain(&target.loads).copied().collect();
        let is_same = wanted
            .iter()
            .all(|it| target.outcome(it) == RowOutcome::Skip);
        if is_same && all.len() == known.loads.len() {
            return Ok(());
        }
        store::plans::touch(tx, known.id, &known.name, known.approved, known.version).await?;
        store::plans::put_items(tx, known.id, &target.merged(wanted)).await?;
        let all: Vec<LoadId> = all.into_iter().collect();
        store::plans::put_uses(tx, known.id, &all).await?;
        undo.changed.push(Changed {
            plan: known.id,
            items: target.items.iter().map(Item::of).collect(),
        });
        Ok(())
    }
}

impl Item {
    fn of(it: &ItemRow) -> Self {
        Self {
            id: it.id,
            number: it.number,
            section: it.section.clone(),
            topic: it.topic.clone(),
            homework: it.homework.clone(),
        }
    }

    fn row(&self) -> ItemRow {
        ItemRow {
            id: self.id,
            number: self.number,
            section: self.section.clone(),
            topic: self.topic.clone(),
            homework: self.homework.clone(),
        }
    }
}

pub(super) async fn take_back(tx: &mut Tx, undo: &Undo) -> Result<(), Error> {
    let ids: Vec<PlanId> = undo.left.iter().map(|it| it.0).collect();
    let now = store::import::plan_versions(tx, &ids).await?;
    if undo.left.iter().any(|(id, left)| now.get(id) != Some(left)) {
        return Err(Error::ChangedMeanwhile);
    }
    for it in &undo.changed {
        let items: Vec<ItemRow> = it.items.iter().map(Item::row).collect();
        store::plans::put_items(tx, it.plan, &items).await?;
    }
    store::import::drop_uses(tx, &undo.unused).await?;
    store::import::restore_uses(tx, &undo.uses).await?;
    let entered = Entered {
        plans: undo.created.clone(),
        ..Entered::default()
    };
    Records.forget(tx, &entered).await
}
