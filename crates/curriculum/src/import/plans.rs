//! «КТП»: plans of lessons, followed by the load they fit.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use async_trait::async_trait;
use db::Tx;
use intake::{Check, Column, Commit, Importer, Kind, Layout, Note, Record, RowOutcome, Rows, Wish};
use kernel::{Actor, ClassId, PersonId, Right, SubjectId};
use people::People;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Names;
use crate::{
    Curriculum, Entered, Error, ItemRow, Load, LoadId, LoadOf, NewPlan, PlanId, PlanItemId,
    PlanRow, Records, Year, store,
};

/// The list «КТП».
pub struct PlanList {
    people: Arc<dyn People>,
}

#[derive(Serialize, Deserialize)]
struct Undo {
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

/// Rows that belong to one plan, or to one for each teacher of a parallel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    subject: SubjectId,
    classes: BTreeSet<ClassId>,
    grade: i16,
    teacher: Option<PersonId>,
}

/// A plan that the list enters or changes.
struct Target {
    teacher: PersonId,
    loads: Vec<LoadId>,
    known: Option<PlanRow>,
    /// The lessons of the known one.
    items: Vec<ItemRow>,
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
        let year = Records
            .year_near(tx, wish.today)
            .await
            .map_err(intake::Error::of)?;
        let year = year.ok_or(intake::Error::Unfit("intake.no-year"))?;
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

fn read(
    record: &Record,
    index: usize,
    names: &Names,
    rows: &mut Rows<'_>,
) -> Option<(Group, ItemRow)> {
    let subject = names.subject(record.text("subject"));
    if subject.is_none() {
        rows.refuse(index, "subject", "intake.no-such-subject");
    }
    let classes = classes(record, index, names, rows);
    let teacher = match record.text("teacher") {
        "" => None,
        name => names
            .teacher(name)
            .map_err(|code| rows.refuse(index, "teacher", code))
            .ok(),
    };
    let number = record
        .integer("number")
        .and_then(|it| i16::try_from(it).ok());
    let number = number.filter(|it| (1..=1000).contains(it));
    if number.is_none() {
        rows.refuse(index, "number", "intake.bad-number");
    }
    let (grade, classes) = classes?;
    let text = |key: &str| record.text(key).to_owned();
    let item = ItemRow {
        id: None,
        number: number?,
        section: text("section"),
        topic: text("topic"),
        homework: text("homework"),
    };
    Some((
        Group {
            subject: subject?,
            classes,
            grade,
            teacher,
        },
        item,
    ))
}

/// The parallel and the classes that the row says.
fn classes(
    record: &Record,
    index: usize,
    names: &Names,
    rows: &mut Rows<'_>,
) -> Option<(i16, BTreeSet<ClassId>)> {
    let list = record.text("classes");
    if list.is_empty() {
        let grade = record
            .integer("grade")
            .and_then(|it| i16::try_from(it).ok());
        let Some(grade) = grade.filter(|it| (1..=12).contains(it)) else {
            rows.refuse(index, "grade", "intake.no-grade");
            return None;
        };
        return Some((grade, names.of_grade(grade).map(|it| it.id).collect()));
    }
    let mut found = vec![];
    for name in list
        .split([',', ';'])
        .map(str::trim)
        .filter(|it| !it.is_empty())
    {
        match names.class(name) {
            Ok(class) => found.push(class),
            Err(code) => {
                rows.refuse(index, "classes", code);
                return None;
            }
        }
    }
    let grade = found.first()?.grade;
    if found.iter().any(|it| it.grade != grade) {
        rows.refuse(index, "classes", "intake.classes-of-one-grade");
        return None;
    }
    Some((grade, found.iter().map(|it| it.id).collect()))
}

/// The plans of a group: one for each teacher who has load in it.
async fn targets(
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
    fn outcome(&self, wanted: &ItemRow) -> RowOutcome {
        match self.items.iter().find(|it| it.number == wanted.number) {
            None => RowOutcome::Create,
            Some(known) if same(known, wanted) => RowOutcome::Skip,
            Some(_) => RowOutcome::Update,
        }
    }

    /// The lessons of the known plan with those of the list over them.
    fn merged(&self, wanted: &[&ItemRow]) -> Vec<ItemRow> {
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

    async fn write(&self, tx: &mut Tx) -> Result<Undo, Error> {
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

async fn take_back(tx: &mut Tx, undo: &Undo) -> Result<(), Error> {
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
        let notes = plan.notes();
        Ok(Check {
            rows: rows.finish(|index| plan.outcome(index)),
            notes,
        })
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
