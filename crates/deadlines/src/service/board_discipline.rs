//! Discipline of a school over time (DLN-6).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kernel::{Actor, ClassId, PersonId};

use super::{
    Deadlines,
    board::{must_see_school, year_begins},
};
use crate::{Error, RuleName, Share, discipline, store::board as store};

/// Discipline of a school since the beginning of the academic year.
#[derive(Clone, Debug, Default)]
pub struct Discipline {
    pub since: NaiveDate,
    pub months: Vec<NaiveDate>,
    pub school: DisciplineRow,
    pub people: Vec<DisciplineRow>,
    pub classes: Vec<DisciplineRow>,
    /// Rules to choose from.
    pub rules: Vec<RuleName>,
}

/// A teacher, a class or the school: the share of each month and of all.
#[derive(Clone, Debug, Default)]
pub struct DisciplineRow {
    pub name: String,
    pub whole: Share,
    pub months: Vec<Option<Share>>,
}

impl Deadlines {
    /// Which share was done in time, by month, person and class (DLN-6).
    pub async fn discipline(
        &self,
        actor: &Actor,
        rule: Option<&str>,
        today: NaiveDate,
    ) -> Result<Discipline, Error> {
        must_see_school(actor)?;
        let since = year_begins(today);
        let mut tx = self.db.begin(actor).await?;
        let mut tallies = store::tallies(&mut tx, since).await?;
        let rules = self.names_of_rules();
        let people = tallies.iter().filter_map(|it| it.person);
        let people: BTreeSet<PersonId> = people.collect();
        let names = self.names(&mut tx, &[], people).await?;
        let classes: BTreeSet<ClassId> = tallies.iter().filter_map(|it| it.class).collect();
        let classes: Vec<ClassId> = classes.into_iter().collect();
        let classes = self
            .asked
            .curriculum
            .classes_by_id(&mut tx, &classes)
            .await?;
        tx.commit().await?;
        let seen: BTreeSet<String> = tallies.iter().map(|it| it.rule.clone()).collect();
        tallies.retain(|it| rule.is_none_or(|rule| it.rule == rule));
        let months: BTreeSet<NaiveDate> = tallies
            .iter()
            .filter(|it| it.month <= today && it.share() != Share::default())
            .map(|it| it.month)
            .collect();
        let months: Vec<NaiveDate> = months.into_iter().collect();
        let school = discipline::shares(&tallies, |_| Some(()));
        let by_person = discipline::shares(&tallies, |it| it.person);
        let by_class = discipline::shares(&tallies, |it| it.class);
        let mut people = rows(&by_person, &months, |it| names.person(*it));
        people.sort_by_key(|it| (it.whole.permille(), it.name.clone()));
        let classes = classes
            .iter()
            .filter_map(|it| row(&by_class, &months, &it.id, it.name()))
            .collect();
        Ok(Discipline {
            since,
            school: row(&school, &months, &(), String::new()).unwrap_or_default(),
            months,
            people,
            classes,
            rules: rules
                .into_iter()
                .filter(|it| seen.contains(&it.id))
                .collect(),
        })
    }
}

fn row<K: Ord + Clone>(
    shares: &discipline::Shares<K>,
    months: &[NaiveDate],
    key: &K,
    name: String,
) -> Option<DisciplineRow> {
    let whole = *shares.whole.get(key)?;
    let of_month = |month: &NaiveDate| shares.months.get(&(key.clone(), *month)).copied();
    Some(DisciplineRow {
        name,
        whole,
        months: months.iter().map(of_month).collect(),
    })
}

fn rows<K: Ord + Clone>(
    shares: &discipline::Shares<K>,
    months: &[NaiveDate],
    name: impl Fn(&K) -> String,
) -> Vec<DisciplineRow> {
    let keys = shares.whole.keys();
    keys.filter_map(|it| row(shares, months, it, name(it)))
        .collect()
}
