//! Names of all that debts tell of, asked set-wise.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use db::Tx;
use kernel::{ClassId, GroupId, PersonId, SubjectId, workdays::Workdays};
use people::Card;

use super::Deadlines;
use crate::{Debt, DebtLine, Error};

/// Names by id.
#[derive(Default)]
pub(super) struct Names {
    people: HashMap<PersonId, Card>,
    classes: HashMap<ClassId, String>,
    subjects: HashMap<SubjectId, String>,
    groups: HashMap<GroupId, String>,
}

impl Names {
    /// «Иванова М. П.»
    pub(super) fn person(&self, id: PersonId) -> String {
        self.people.get(&id).map(Card::short).unwrap_or_default()
    }

    pub(super) fn class(&self, id: ClassId) -> String {
        self.classes.get(&id).cloned().unwrap_or_default()
    }

    pub(super) fn line(&self, it: Debt, today: NaiveDate, calendar: &Workdays) -> DebtLine {
        let state = it.state(today);
        DebtLine {
            state,
            owner: it.person.map(|it| self.person(it)).unwrap_or_default(),
            class: it.class.map(|it| self.class(it)).unwrap_or_default(),
            group: it
                .group
                .and_then(|it| self.groups.get(&it).cloned())
                .unwrap_or_default(),
            subject: it
                .subject
                .and_then(|it| self.subjects.get(&it).cloned())
                .unwrap_or_default(),
            about: it
                .about
                .and_then(|it| self.people.get(&it).map(Card::listed))
                .unwrap_or_default(),
            age: calendar.between(it.due(), today),
            debt: it,
        }
    }
}

impl Deadlines {
    /// The names for these debts, of these people besides.
    pub(super) async fn names(
        &self,
        tx: &mut Tx,
        debts: &[Debt],
        also: impl IntoIterator<Item = PersonId>,
    ) -> Result<Names, Error> {
        let people: BTreeSet<PersonId> = debts
            .iter()
            .flat_map(|it| [it.person, it.about])
            .flatten()
            .chain(also)
            .collect();
        let classes: BTreeSet<ClassId> = debts.iter().filter_map(|it| it.class).collect();
        let mut names = Names::default();
        if !people.is_empty() {
            let people: Vec<PersonId> = people.into_iter().collect();
            let cards = self.asked.people.cards(tx, &people).await?;
            names.people = cards.into_iter().map(|it| (it.id, it)).collect();
        }
        if !classes.is_empty() {
            let classes: Vec<ClassId> = classes.into_iter().collect();
            let found = self.asked.curriculum.classes_by_id(tx, &classes).await?;
            names.classes = found.into_iter().map(|it| (it.id, it.name())).collect();
            if debts.iter().any(|it| it.group.is_some()) {
                let found = self.asked.curriculum.groups(tx, &classes).await?;
                names.groups = found.into_iter().map(|it| (it.id, it.name)).collect();
            }
        }
        if debts.iter().any(|it| it.subject.is_some()) {
            let found = self.asked.curriculum.subjects(tx).await?;
            names.subjects = found.into_iter().map(|it| (it.id, it.name)).collect();
        }
        Ok(names)
    }
}
