//! «Нагрузка»: who teaches what to whom, with the subjects and subgroups that
//! it takes.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use db::Tx;
use intake::{Check, Column, Commit, Importer, Kind, Layout, Note, Record, RowOutcome, Rows, Wish};
use kernel::{Actor, ClassId, GroupId, PersonId, Right, SubjectId, names::search_key};
use people::People;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Names, year_of};
use crate::{
    ClassPupils, Curriculum, Entered, Error, Group, LoadCard, LoadId, LoadOf, NewGroup, NewLoad,
    NewSubject, Records, Year, split_evenly, store,
};

/// The list «Нагрузка».
pub struct LoadList {
    people: Arc<dyn People>,
    pupils: Arc<dyn ClassPupils>,
}

#[derive(Serialize, Deserialize)]
struct Undo {
    entered: Entered,
    /// Hours as they were.
    hours: Vec<(LoadId, Decimal)>,
    /// Every row of load the list touched, as it was left.
    left: Vec<(LoadId, i32)>,
}

/// A row that makes sense.
#[derive(Clone, Debug)]
struct Wanted {
    class: ClassId,
    /// None where the subject is not there yet.
    subject: Option<SubjectId>,
    subject_name: String,
    part: Option<i16>,
    teacher: PersonId,
    hours: Decimal,
    known: Option<LoadCard>,
}

struct Plan {
    year: Year,
    wanted: Vec<Option<Wanted>>,
}

impl LoadList {
    /// `pupils` tells who is in a class, to fill new subgroups evenly.
    pub fn new(people: Arc<dyn People>, pupils: Arc<dyn ClassPupils>) -> Self {
        Self { people, pupils }
    }

    async fn plan(
        &self,
        tx: &mut Tx,
        wish: &Wish,
        rows: &mut Rows<'_>,
    ) -> Result<Plan, intake::Error> {
        let year = year_of(&Records, tx, wish).await?;
        let around = Around::load(tx, &year, &*self.people)
            .await
            .map_err(intake::Error::of)?;
        let mut seen = HashSet::new();
        let mut wanted = vec![];
        for (index, record) in wish.records.iter().enumerate() {
            let it = around.read(record, index, rows);
            let sign = it
                .as_ref()
                .map(|it| (it.class, search_key(&it.subject_name), it.part, it.teacher));
            if sign.is_some() && !seen.insert(sign) {
                rows.refuse(index, "class", "intake.same-load");
            }
            wanted.push(it);
        }
        Ok(Plan { year, wanted })
    }
}

/// What the rows are compared with.
struct Around {
    names: Names,
    groups: Vec<Group>,
    loads: Vec<LoadCard>,
}

impl Around {
    async fn load(tx: &mut Tx, year: &Year, people: &dyn People) -> Result<Self, Error> {
        let names = Names::load(tx, year, people).await?;
        let loads = store::loads::of_year(tx, year.id, LoadOf::School).await?;
        let classes: Vec<ClassId> = Records
            .classes(tx, year.id)
            .await?
            .iter()
            .map(|it| it.id)
            .collect();
        Ok(Self {
            names,
            loads,
            groups: store::groups::of_classes(tx, &classes).await?,
        })
    }

    fn read(&self, record: &Record, index: usize, rows: &mut Rows<'_>) -> Option<Wanted> {
        let class = self.names.class(record.text("class"));
        let class = class.map_err(|code| rows.refuse(index, "class", code)).ok();
        let teacher = self.names.teacher(record.text("teacher"));
        let teacher = teacher
            .map_err(|code| rows.refuse(index, "teacher", code))
            .ok();
        let hours = record.decimal("hours").unwrap_or_default();
        if hours <= Decimal::ZERO || Decimal::from(40) < hours {
            rows.refuse(index, "hours", "curriculum.bad-hours");
        }
        let part = record.integer("part").map(i16::try_from);
        let part = match part {
            None => None,
            Some(Ok(part)) if (1..=9).contains(&part) => Some(part),
            Some(_) => {
                rows.refuse(index, "part", "intake.bad-part");
                None
            }
        };
        let subject = self.names.subject(record.text("subject"));
        let (class, teacher) = (class?.id, teacher?);
        Some(Wanted {
            class,
            subject,
            subject_name: record.text("subject").to_owned(),
            part,
            teacher,
            hours,
            known: subject.and_then(|it| self.known(class, it, part, teacher)),
        })
    }

    fn known(
        &self,
        class: ClassId,
        subject: SubjectId,
        part: Option<i16>,
        teacher: PersonId,
    ) -> Option<LoadCard> {
        let part_of = |group: GroupId| {
            self.groups
                .iter()
                .find(|it| it.id == group)
                .map(|it| it.part)
        };
        let same = |it: &&LoadCard| {
            let load = &it.load;
            (load.class, load.subject, load.teacher) == (class, subject, teacher)
                && load.group.and_then(part_of) == part
        };
        self.loads.iter().find(same).cloned()
    }
}

impl Plan {
    fn good(&self) -> impl Iterator<Item = &Wanted> {
        self.wanted.iter().flatten()
    }

    fn outcome(&self, index: usize) -> RowOutcome {
        let known = self.wanted[index]
            .as_ref()
            .map(|it| (it, it.known.as_ref()));
        match known {
            Some((it, Some(known))) if known.load.hours_a_week == it.hours => RowOutcome::Skip,
            Some((_, Some(_))) => RowOutcome::Update,
            _ => RowOutcome::Create,
        }
    }

    fn new_subjects(&self) -> Vec<NewSubject> {
        let new = self.good().filter(|it| it.subject.is_none());
        let names: BTreeMap<String, &str> = new
            .map(|it| (search_key(&it.subject_name), it.subject_name.as_str()))
            .collect();
        names.into_values().map(NewSubject::named).collect()
    }

    fn notes(&self) -> Vec<Note> {
        let subjects: Vec<String> = self.new_subjects().into_iter().map(|it| it.name).collect();
        let groups: BTreeSet<(ClassId, String, i16)> = self
            .good()
            .filter_map(|it| Some((it.class, search_key(&it.subject_name), it.part?)))
            .collect();
        let mut notes = vec![];
        if !subjects.is_empty() {
            notes.push(Note::new("new-subjects").with("subjects", &subjects.join(", ")));
        }
        if !groups.is_empty() {
            notes.push(Note::new("groups").with("count", &groups.len()));
        }
        notes
    }
}

impl LoadList {
    async fn write(&self, tx: &mut Tx, wish: &Wish, plan: &Plan) -> Result<Undo, Error> {
        let named: Vec<NewSubject> = plan.new_subjects();
        let subjects = Records.ensure_subjects(tx, &named).await?;
        let by_name: HashMap<String, SubjectId> = named
            .iter()
            .map(|it| search_key(&it.name))
            .zip(subjects.ids)
            .collect();
        let subject = |it: &Wanted| {
            it.subject
                .or_else(|| by_name.get(&search_key(&it.subject_name)).copied())
        };
        let groups: Vec<NewGroup> = plan
            .good()
            .filter_map(|it| {
                Some(NewGroup {
                    class: it.class,
                    subject: subject(it)?,
                    part: it.part?,
                })
            })
            .collect();
        let ensured = Records.ensure_groups(tx, &groups).await?;
        let group_ids: HashMap<&NewGroup, GroupId> =
            groups.iter().zip(ensured.ids.iter().copied()).collect();
        self.fill(tx, wish, &groups, &ensured.ids, &ensured.created)
            .await?;
        let load = |it: &Wanted| {
            let subject = subject(it)?;
            let group = it.part.map(|part| NewGroup {
                class: it.class,
                subject,
                part,
            });
            Some(NewLoad {
                class: it.class,
                group: group.and_then(|it| group_ids.get(&it).copied()),
                subject,
                teacher: it.teacher,
                hours_a_week: it.hours,
                since: None,
                until: None,
            })
        };
        let new: Vec<NewLoad> = plan
            .good()
            .filter(|it| it.known.is_none())
            .filter_map(load)
            .collect();
        let loads = Records.ensure_loads(tx, plan.year.id, &new).await?;
        let hours = change_hours(tx, plan).await?;
        let touched: HashSet<LoadId> = loads
            .created
            .iter()
            .copied()
            .chain(hours.iter().map(|it| it.0))
            .collect();
        let all = store::loads::of_year(tx, plan.year.id, LoadOf::School).await?;
        let left = all.iter().filter(|it| touched.contains(&it.load.id));
        Ok(Undo {
            left: left.map(|it| (it.load.id, it.version)).collect(),
            entered: Entered {
                subjects: subjects.created,
                groups: ensured.created,
                loads: loads.created,
                ..Entered::default()
            },
            hours,
        })
    }

    /// Cuts the class list evenly into subgroups that are all new.
    async fn fill(
        &self,
        tx: &mut Tx,
        wish: &Wish,
        groups: &[NewGroup],
        ids: &[GroupId],
        created: &[GroupId],
    ) -> Result<(), Error> {
        let mut sets: BTreeMap<(ClassId, SubjectId), BTreeMap<i16, GroupId>> = BTreeMap::new();
        for (group, id) in groups.iter().zip(ids) {
            sets.entry((group.class, group.subject))
                .or_default()
                .insert(group.part, *id);
        }
        sets.retain(|_, parts| parts.values().all(|it| created.contains(it)));
        if sets.is_empty() {
            return Ok(());
        }
        let classes: Vec<ClassId> = sets.keys().map(|it| it.0).collect();
        let members = self
            .pupils
            .pupils(tx, &classes, wish.today)
            .await
            .map_err(Error::Asked)?;
        let class_of: HashMap<PersonId, ClassId> = members
            .iter()
            .map(|(class, pupil)| (*pupil, *class))
            .collect();
        let everybody: Vec<PersonId> = class_of.keys().copied().collect();
        let cards = self.people.cards(tx, &everybody).await?;
        let mut places = vec![];
        for ((class, _), parts) in &sets {
            let own: Vec<PersonId> = cards
                .iter()
                .map(|it| it.id)
                .filter(|it| class_of.get(it) == Some(class))
                .collect();
            let numbered: Vec<GroupId> = parts.values().copied().collect();
            for it in split_evenly(&own, numbered.len()) {
                let group = it.part.and_then(|it| usize::try_from(it - 1).ok());
                places.extend(group.and_then(|at| Some((*numbered.get(at)?, it.pupil))));
            }
        }
        Ok(store::import::add_members(tx, &places).await?)
    }
}

/// Sets hours that differ; what they were.
async fn change_hours(tx: &mut Tx, plan: &Plan) -> Result<Vec<(LoadId, Decimal)>, Error> {
    let (mut before, mut after) = (vec![], vec![]);
    for it in plan.good() {
        if let Some(known) = it
            .known
            .as_ref()
            .filter(|known| known.load.hours_a_week != it.hours)
        {
            before.push((known.load.id, known.load.hours_a_week));
            after.push((known.load.id, it.hours));
        }
    }
    store::import::set_hours(tx, &after).await?;
    Ok(before)
}

async fn take_back(tx: &mut Tx, undo: &Undo) -> Result<(), Error> {
    let ids: Vec<LoadId> = undo.left.iter().map(|it| it.0).collect();
    let now = store::import::load_versions(tx, &ids).await?;
    if undo.left.iter().any(|(id, left)| now.get(id) != Some(left)) {
        return Err(Error::ChangedMeanwhile);
    }
    store::import::set_hours(tx, &undo.hours).await?;
    Records.forget(tx, &undo.entered).await
}

impl Error {
    /// Why an import cannot be taken back, in the words of the import.
    pub fn taken_back(self) -> intake::Error {
        match self {
            Self::InUse => intake::Error::UsedSince,
            Self::ChangedMeanwhile => intake::Error::ChangedSince,
            other => intake::Error::of(other),
        }
    }
}

#[async_trait]
impl Importer for LoadList {
    fn kind(&self) -> &'static str {
        "loads"
    }

    fn right(&self) -> Right {
        Right::CurriculumEdit
    }

    fn layouts(&self) -> Vec<Layout> {
        vec![Layout::new(
            "intake.loads",
            vec![
                Column::new("class", Kind::Text(60)).required(),
                Column::new("subject", Kind::Text(100)).required(),
                Column::new("teacher", Kind::Text(200)).required(),
                Column::new("hours", Kind::Decimal).required(),
                Column::new("part", Kind::Integer),
            ],
        )]
    }

    fn list_path(&self) -> &'static str {
        "/study/load"
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
        let undo = self
            .write(tx, wish, &plan)
            .await
            .map_err(intake::Error::of)?;
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
