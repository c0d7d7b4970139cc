//! What a school tells those above it: counts for their boards, and what
//! their operators are to be told of (S2:3.2, 3.3).

use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry};

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{ClassId, OrgId, Role, dates};
use org::{OrgKind, Organisation};

use super::{Deadlines, board::year_begins};
use crate::{
    Error, Share,
    discipline::Tally,
    store::{
        board as store,
        board_unit::{self as unit, Month, School, State},
        unit_owed::{self, Owed},
    },
};

impl Deadlines {
    /// Tells the units above each school how it stands, where it was looked at
    /// since they were told. Run twice, it does nothing the second time.
    #[tracing::instrument(name = "deadlines.tell_units", skip_all)]
    pub async fn tell_units(&self, tree: &[Organisation]) -> Result<usize, Error> {
        let by_id: HashMap<OrgId, &Organisation> = tree.iter().map(|it| (it.id, it)).collect();
        let units = tree.iter().filter(|it| is_unit(it.kind));
        let mut below: BTreeMap<OrgId, Vec<&Organisation>> =
            units.map(|it| (it.id, vec![])).collect();
        for school in tree.iter().filter(|it| !is_unit(it.kind)) {
            let mut at = school.parent;
            while let Some(above) = at.and_then(|it| by_id.get(&it)) {
                below.entry(above.id).or_default().push(school);
                at = above.parent;
            }
        }
        let mut told: HashMap<OrgId, Summary> = HashMap::new();
        let mut count = 0;
        for (id, schools) in below {
            let mut tx = self.db.begin_system(id).await?;
            let known = unit::schools(&mut tx).await?;
            tx.commit().await?;
            let known: HashMap<OrgId, DateTime<Utc>> =
                known.into_iter().map(|it| (it.id, it.looked_at)).collect();
            let mut fresh = vec![];
            for school in &schools {
                let Some(looked_at) = self.school_looked_at(school.id).await? else {
                    continue;
                };
                if known.get(&school.id) == Some(&looked_at) {
                    continue;
                }
                if let Entry::Vacant(it) = told.entry(school.id) {
                    it.insert(self.summary(school, looked_at).await?);
                }
                fresh.push(school.id);
            }
            let gone = known
                .keys()
                .any(|it| !schools.iter().any(|school| school.id == *it));
            if fresh.is_empty() && !gone {
                continue;
            }
            let mut tx = self.db.begin_system(id).await?;
            let ids: Vec<OrgId> = schools.iter().map(|it| it.id).collect();
            unit::keep_only(&mut tx, &ids).await?;
            for school in schools.iter().filter(|it| fresh.contains(&it.id)) {
                let Some(summary) = told.get(&school.id) else {
                    continue;
                };
                let district = school.parent.and_then(|it| by_id.get(&it));
                let row = School {
                    id: school.id,
                    code: school.code.clone(),
                    name: school.name.clone(),
                    district: district.map(|it| it.name.clone()).unwrap_or_default(),
                    looked_at: summary.looked_at,
                };
                unit::save(&mut tx, &row, &summary.states, &summary.months).await?;
                let above = by_id.get(&id).map(|it| it.kind);
                let owed = summary.owed.iter();
                let owed: Vec<Owed> = owed
                    .filter(|it| above.is_some_and(|kind| is_told(kind, it.role)))
                    .cloned()
                    .collect();
                unit_owed::save(&mut tx, school.id, &owed).await?;
                count += 1;
            }
            tx.commit().await?;
        }
        Ok(count)
    }

    async fn school_looked_at(&self, school: OrgId) -> Result<Option<DateTime<Utc>>, Error> {
        let mut tx = self.db.begin_system(school).await?;
        let looked_at = store::looked_at(&mut tx).await?;
        tx.commit().await?;
        Ok(looked_at)
    }

    async fn summary(
        &self,
        school: &Organisation,
        looked_at: DateTime<Utc>,
    ) -> Result<Summary, Error> {
        let today = dates::today(looked_at, school.zone);
        let mut tx = self.db.begin_system(school.id).await?;
        let counts = store::counts(&mut tx, today).await?;
        let tallies = store::tallies(&mut tx, year_begins(today)).await?;
        let owed = unit_owed::of_school(&mut tx).await?;
        let classes: BTreeSet<ClassId> = counts
            .iter()
            .filter_map(|it| it.class)
            .chain(tallies.iter().filter_map(|it| it.class))
            .collect();
        let classes: Vec<ClassId> = classes.into_iter().collect();
        let classes = self
            .asked
            .curriculum
            .classes_by_id(&mut tx, &classes)
            .await?;
        tx.commit().await?;
        let names: HashMap<ClassId, String> =
            classes.into_iter().map(|it| (it.id, it.name())).collect();
        Ok(Summary {
            owed,
            ..Summary::of(looked_at, today, &counts, &tallies, &names)
        })
    }
}

/// What a school tells those above.
struct Summary {
    looked_at: DateTime<Utc>,
    states: Vec<State>,
    months: Vec<Month>,
    /// What the ladder tells those above.
    owed: Vec<Owed>,
}

impl Summary {
    fn of(
        looked_at: DateTime<Utc>,
        today: NaiveDate,
        counts: &[store::Count],
        tallies: &[Tally],
        names: &HashMap<ClassId, String>,
    ) -> Self {
        let class = |it: Option<ClassId>| -> String {
            it.and_then(|it| names.get(&it).cloned())
                .unwrap_or_default()
        };
        let mut states: BTreeMap<(String, String), State> = BTreeMap::new();
        for it in counts {
            let state = states
                .entry((it.rule.clone(), class(it.class)))
                .or_default();
            state.open += small(it.open);
            state.overdue += small(it.overdue);
            state.today += small(it.today);
            state.week += small(it.week);
            state.oldest = [state.oldest, it.oldest].into_iter().flatten().min();
        }
        for it in tallies {
            let state = states
                .entry((it.rule.clone(), class(it.class)))
                .or_default();
            state.things += small(it.things);
        }
        let states = states.into_iter().map(|((rule, class), it)| State {
            rule,
            class,
            things: it.things.max(it.open),
            ..it
        });
        let mut months: BTreeMap<NaiveDate, Share> = BTreeMap::new();
        for it in tallies.iter().filter(|it| it.month <= today) {
            *months.entry(it.month).or_default() += it.share();
        }
        months.retain(|_, it| it.things > 0);
        let months = months.into_iter().map(|(month, it)| Month {
            school: 0,
            month,
            things: small(it.things),
            late: small(it.late),
        });
        Self {
            looked_at,
            states: states.filter(|it| it.things > 0).collect(),
            months: months.collect(),
            owed: vec![],
        }
    }
}

fn small(it: i64) -> i32 {
    i32::try_from(it).unwrap_or(i32::MAX)
}

pub(super) const fn is_unit(kind: OrgKind) -> bool {
    matches!(
        kind,
        OrgKind::Region | OrgKind::Ministry | OrgKind::Municipality
    )
}

/// Whose operators hold the role that the ladder names.
const fn is_told(kind: OrgKind, role: Role) -> bool {
    match role {
        Role::MunicipalOperator => matches!(kind, OrgKind::Municipality),
        _ => matches!(kind, OrgKind::Region | OrgKind::Ministry),
    }
}
