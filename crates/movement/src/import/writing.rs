//! Writing a list and taking it back.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use curriculum::NewClass;
use db::Tx;
use kernel::{Actor, ClassId, PersonId, names::ClassName};
use people::CardKind;

use super::{
    PupilList, Undo,
    plan::{Enrolment, Named, Plan},
};
use crate::Error;

impl PupilList {
    pub(super) async fn write(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        plan: &Plan,
    ) -> Result<Undo, Error> {
        let wanted: BTreeSet<ClassName> = plan
            .classes
            .iter()
            .flatten()
            .filter_map(|it| match it {
                Named::Class(name) => Some(name.clone()),
                Named::Group(_) => None,
            })
            .collect();
        let wanted: Vec<NewClass> = wanted
            .into_iter()
            .map(|name| NewClass { name, shift: 1 })
            .collect();
        let classes = self
            .curriculum
            .ensure_classes(tx, plan.year.id, &wanted)
            .await?;
        let ids: HashMap<&ClassName, ClassId> = wanted
            .iter()
            .map(|it| &it.name)
            .zip(classes.ids.iter().copied())
            .collect();
        let put = self.cards.put(tx, CardKind::Pupil, &plan.looked).await?;
        let mut lists: BTreeMap<&Enrolment, Vec<(PersonId, ClassId)>> = BTreeMap::new();
        let rows = put.people.iter().zip(&plan.enrolments).zip(&plan.classes);
        for ((pupil, enrolment), class) in rows {
            let class = class.as_ref().and_then(|it| match it {
                Named::Class(name) => ids.get(name).copied(),
                Named::Group(id) => Some(*id),
            });
            if let (Some(enrolment), Some(class)) = (enrolment, class) {
                lists.entry(enrolment).or_default().push((*pupil, class));
            }
        }
        let mut orders = vec![];
        for (it, pupils) in lists {
            let dates = (it.ordered_on, it.effective_on);
            let order = self
                .movement
                .enrol_list_by(tx, actor, dates, it.basis.clone(), pupils);
            orders.push(order.await?.id);
        }
        Ok(Undo {
            cards: put.undo,
            orders,
            classes: classes.created,
        })
    }

    pub(super) async fn take_back(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        undo: &Undo,
        reason: &str,
    ) -> Result<(), Error> {
        for order in undo.orders.iter().rev() {
            self.movement.undo_list(tx, actor, *order, reason).await?;
        }
        self.cards
            .take_back(tx, CardKind::Pupil, &undo.cards)
            .await?;
        let entered = curriculum::Entered {
            classes: undo.classes.clone(),
            ..Default::default()
        };
        self.curriculum.forget(tx, &entered).await?;
        Ok(())
    }
}
