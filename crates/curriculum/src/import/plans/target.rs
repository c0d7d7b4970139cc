//! The plans that the list enters or changes.

use std::collections::BTreeMap;

use db::Tx;
use intake::RowOutcome;
use kernel::PersonId;

use super::row::Group;
use crate::{Error, ItemRow, Load, LoadId, PlanRow, store};

/// A plan that the list enters or changes.
pub(super) struct Target {
    pub(super) teacher: PersonId,
    pub(super) loads: Vec<LoadId>,
    pub(super) known: Option<PlanRow>,
    /// The lessons of the known one.
    pub(super) items: Vec<ItemRow>,
}

/// The plans of a group: one for each teacher who has load in it.
pub(super) async fn targets(
    tx: &mut Tx,
    group: &Group,
    loads: &[Load],
    known: &[PlanRow],
) -> Result<Vec<Target>, Error> {
    let fits = |it: &&Load| {
        it.subject == group.subject
            && group.classes.contains(&it.class)
            && group.teacher.is_none_or(|teacher| it.teacher == teacher)
    };
    let mut by_teacher: BTreeMap<PersonId, Vec<LoadId>> = BTreeMap::new();
    by_teacher.extend(group.teacher.map(|it| (it, vec![])));
    for load in loads.iter().filter(fits) {
        by_teacher.entry(load.teacher).or_default().push(load.id);
    }
    let mut targets = vec![];
    for (teacher, loads) in by_teacher {
        let is_theirs = |it: &&PlanRow| {
            (it.subject, it.grade, it.teacher) == (group.subject, group.grade, teacher)
        };
        let shares =
            |it: &&PlanRow| loads.is_empty() || it.loads.iter().any(|it| loads.contains(it));
        let known = known.iter().filter(is_theirs).find(shares).cloned();
        let items = match &known {
            Some(it) => store::plans::items(tx, it.id).await?,
            None => vec![],
        };
        targets.push(Target {
            teacher,
            loads,
            known,
            items,
        });
    }
    Ok(targets)
}

fn same(one: &ItemRow, other: &ItemRow) -> bool {
    (&one.section, &one.topic, &one.homework) == (&other.section, &other.topic, &other.homework)
}

impl Target {
    pub(super) fn outcome(&self, wanted: &ItemRow) -> RowOutcome {
        match self.items.iter().find(|it| it.number == wanted.number) {
            None => RowOutcome::Create,
            Some(known) if same(known, wanted) => RowOutcome::Skip,
            Some(_) => RowOutcome::Update,
        }
    }

    /// The lessons of the known plan with those of the list over them.
    pub(super) fn merged(&self, wanted: &[&ItemRow]) -> Vec<ItemRow> {
        let mut items = self.items.clone();
        for row in wanted {
            match items.iter_mut().find(|it| it.number == row.number) {
                Some(known) => {
                    *known = ItemRow {
                        id: known.id,
                        ..(*row).clone()
                    }
                }
                None => items.push((*row).clone()),
            }
        }
        items.sort_by_key(|it| it.number);
        items
    }
}
