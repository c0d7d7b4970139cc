//! How many gave which consent: of each class and of the school (S4:11,13).

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, PersonId, Right};

use super::{Directory, consents::must_be_staff};
use crate::{ConsentKind, Error, store};

/// Of how many people how many gave a consent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub given: usize,
    pub of: usize,
}

impl Share {
    fn add(&mut self, given: bool) {
        self.of += 1;
        self.given += usize::from(given);
    }
}

/// How many gave each kind of consent; the kinds in the order of [`ConsentKind::ALL`].
pub type Shares = [Share; 5];

/// How many of the school gave consents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentCounts {
    /// Pupils of each class; the classes unordered.
    pub classes: BTreeMap<String, Shares>,
    /// All pupils who are in a class.
    pub pupils: Shares,
    pub parents: Shares,
    pub staff: Shares,
}

/// How many of the people gave each consent. Pupils count whose class is known.
pub(crate) fn counted(
    roles: &[store::Role],
    given: &HashSet<(PersonId, ConsentKind)>,
    classes: &HashMap<PersonId, String>,
) -> ConsentCounts {
    let mut counts = ConsentCounts::default();
    for it in roles {
        let gave = ConsentKind::ALL.map(|kind| given.contains(&(it.person, kind)));
        let add = |shares: &mut Shares| {
            for (share, gave) in shares.iter_mut().zip(gave) {
                share.add(gave);
            }
        };
        if let Some(class) = classes.get(&it.person).filter(|_| it.is_pupil) {
            add(counts.classes.entry(class.clone()).or_default());
            add(&mut counts.pupils);
        }
        if it.is_parent {
            add(&mut counts.parents);
        }
        if it.is_staff {
            add(&mut counts.staff);
        }
    }
    counts
}

impl Directory {
    /// The counters that the actor may see: of the own class or of the school.
    pub async fn consent_counts(&self, actor: &Actor) -> Result<ConsentCounts, Error> {
        let reaches = must_be_staff(actor, Right::ConsentView)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let only = self
            .consent_scope(&mut tx, actor, reaches, today)
            .await?
            .list();
        let counts = self.count(&mut tx, only.as_deref(), today).await?;
        tx.commit().await?;
        Ok(counts)
    }

    /// The counters of the whole school, for boards of other domains.
    pub async fn count_consents(&self, tx: &mut Tx) -> Result<ConsentCounts, Error> {
        let today = self.today(tx).await?;
        self.count(tx, None, today).await
    }

    async fn count(
        &self,
        tx: &mut Tx,
        only: Option<&[PersonId]>,
        today: NaiveDate,
    ) -> Result<ConsentCounts, Error> {
        let roles = store::roles(tx, only, today).await?;
        let given = store::consents_in_force(tx, only).await?;
        let pupils: Vec<PersonId> = roles
            .iter()
            .filter(|it| it.is_pupil)
            .map(|it| it.person)
            .collect();
        let classes = self.classes.class_names(tx, &pupils, today).await?;
        Ok(counted(&roles, &given.into_iter().collect(), &classes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(id: i64, is_pupil: bool, is_staff: bool) -> store::Role {
        store::Role {
            person: id.into(),
            is_pupil,
            is_parent: false,
            is_staff,
        }
    }

    /// S4:11,13: counted by class and by what people are.
    #[test]
    fn everybody_counts_once_in_each_place() {
        let roles = [
            role(1, true, false),
            role(2, true, false),
            role(3, false, true),
            role(4, true, false),
        ];
        let given = HashSet::from([
            (1.into(), ConsentKind::Processing),
            (3.into(), ConsentKind::Processing),
            (3.into(), ConsentKind::Photo),
        ]);
        let class = |id: i64, name: &str| (PersonId::from(id), name.to_owned());
        let classes = HashMap::from([class(1, "5А"), class(2, "5А")]);
        let counts = counted(&roles, &given, &classes);
        assert_eq!(counts.classes["5А"][0], Share { given: 1, of: 2 });
        assert_eq!(counts.pupils[0], Share { given: 1, of: 2 });
        assert_eq!(counts.staff[2], Share { given: 1, of: 1 });
        assert_eq!(counts.parents[0], Share::default());
    }
}
