use std::collections::BTreeMap;

use db::{ConstraintExt, Error as DbError, Tx};
use kernel::{SubjectId, YearId};

use super::{changed_one, numbers, refused_delete};
use crate::{Error, FollowedPlan, ItemRow, LoadId, NewPlan, PlanId, PlanItem, PlanRow};

/// Which plans are asked for.
#[derive(Clone, Copy)]
pub(crate) enum Which {
    Year(YearId),
    Subject(SubjectId),
    One(PlanId),
}

/// Plans with how many lessons they have and which load follows them.
pub(crate) async fn rows(tx: &mut Tx, which: Which) -> Result<Vec<PlanRow>, DbError> {
    let (year, subject, plan) = match which {
        Which::Year(it) => (Some(it.get()), None, None),
        Which::Subject(it) => (None, Some(it.get()), None),
        Which::One(it) => (None, None, Some(it.get())),
    };
    let rows = sqlx::query!(
        r#"select p.plan_id, p.year_id, p.subject_id, p.grade, p.teacher_id, p.name, p.state, p.version,
                  (select count(*) from curriculum.plan_item i
                    where i.org_id = p.org_id and i.plan_id = p.plan_id) as "items!",
                  array(select u.load_id from curriculum.plan_use u
                         where u.org_id = p.org_id and u.plan_id = p.plan_id order by u.load_id) as "loads!"
           from curriculum.plan p join curriculum.subject s using (org_id, subject_id)
           where ($1::bigint is null or p.year_id = $1) and ($2::bigint is null or p.subject_id = $2)
             and ($3::bigint is null or p.plan_id = $3)
           order by p.grade, s.name, p.name, p.plan_id"#,
        year,
        subject,
        plan,
    )
    .fetch_all(tx.conn())
    .await?;
    let row = rows.into_iter().map(|it| PlanRow {
        id: it.plan_id.into(),
        year: it.year_id.into(),
        subject: it.subject_id.into(),
        grade: it.grade,
        teacher: it.teacher_id.into(),
        name: it.name,
        approved: it.state == "approved",
        version: it.version,
        items: it.items,
        loads: it.loads.into_iter().map(Into::into).collect(),
    });
    Ok(row.collect())
}

/// The lessons of a plan in order.
pub(crate) async fn items(tx: &mut Tx, plan: PlanId) -> Result<Vec<ItemRow>, DbError> {
    let rows = sqlx::query!(
        "select item_id, number, section, topic, homework
         from curriculum.plan_item where plan_id = $1 order by number",
        plan.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    let row = rows.into_iter().map(|it| ItemRow {
        id: Some(it.item_id.into()),
        number: it.number,
        section: it.section,
        topic: it.topic,
        homework: it.homework,
    });
    Ok(row.collect())
}

/// The plans that these rows of load follow, with all lessons, in one statement.
pub(crate) async fn followed(tx: &mut Tx, loads: &[LoadId]) -> Result<Vec<FollowedPlan>, DbError> {
    let rows = sqlx::query!(
        r#"select u.load_id, u.plan_id, i.item_id as "item_id?", i.number as "number?",
                  i.topic as "topic?", i.homework as "homework?"
           from curriculum.plan_use u
           left join curriculum.plan_item i using (org_id, plan_id)
           where u.load_id = any($1) order by u.load_id, i.number"#,
        &numbers(loads),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut plans: BTreeMap<LoadId, FollowedPlan> = BTreeMap::new();
    for it in rows {
        let load: LoadId = it.load_id.into();
        let plan = plans.entry(load).or_insert_with(|| FollowedPlan {
            load,
            plan: it.plan_id.into(),
            items: vec![],
        });
        if let (Some(id), Some(number), Some(topic), Some(homework)) =
            (it.item_id, it.number, it.topic, it.homework)
        {
            plan.items.push(PlanItem {
                id: id.into(),
                number,
                topic,
                homework,
            });
        }
    }
    Ok(plans.into_values().collect())
}

pub(crate) async fn insert(tx: &mut Tx, plan: &NewPlan) -> Result<PlanId, Error> {
    let id = sqlx::query_scalar!(
        "insert into curriculum.plan (org_id, year_id, subject_id, grade, teacher_id, name)
         values (kernel.org(), $1, $2, $3, $4, $5) returning plan_id",
        plan.year.get(),
        plan.subject.get(),
        plan.grade,
        plan.teacher.get(),
        plan.name,
    )
    .fetch_one(tx.conn())
    .await
    .on_constraint::<Error>("plan_subject", || Error::NoSuchSubject)
    .map_err(|error| match error {
        Error::Db(it) if it.constraint() == Some("plan_teacher") => Error::NoSuchTeacher,
        other => other,
    })?;
    Ok(id.into())
}

/// Takes the version on; refused where it is another by now.
pub(crate) async fn touch(
    tx: &mut Tx,
    id: PlanId,
    name: &str,
    approved: bool,
    seen: i32,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update curriculum.plan
            set name = $3, state = case when $4 then 'approved' else 'draft' end, version = version + 1
          where plan_id = $1 and version = $2",
        id.get(),
        seen,
        name,
        approved,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    changed_one(&done)
}

/// Makes the lessons of the plan these. Known ones are changed in place, since
/// topics given in lessons refer to them.
pub(crate) async fn put_items(tx: &mut Tx, plan: PlanId, rows: &[ItemRow]) -> Result<(), Error> {
    let kept: Vec<i64> = rows.iter().filter_map(|it| it.id).map(Into::into).collect();
    sqlx::query!(
        "delete from curriculum.plan_item where plan_id = $1 and item_id <> all($2)",
        plan.get(),
        &kept,
    )
    .execute(tx.conn())
    .await
    .map_err(refused_delete)?;
    let old: Vec<&ItemRow> = rows.iter().filter(|it| it.id.is_some()).collect();
    let it = Columns::of(&old);
    sqlx::query!(
        "update curriculum.plan_item i
            set number = n.number, section = n.section, topic = n.topic, homework = n.homework
           from unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::text[])
                as n (id, number, section, topic, homework)
          where i.plan_id = $1 and i.item_id = n.id
            and (i.number, i.section, i.topic, i.homework)
                is distinct from (n.number, n.section, n.topic, n.homework)",
        plan.get(),
        &kept,
        &it.numbers,
        &it.sections,
        &it.topics,
        &it.homeworks,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    let new: Vec<&ItemRow> = rows.iter().filter(|it| it.id.is_none()).collect();
    Ok(add_items(tx, plan, &new).await?)
}

async fn add_items(tx: &mut Tx, plan: PlanId, rows: &[&ItemRow]) -> Result<(), DbError> {
    let it = Columns::of(rows);
    sqlx::query!(
        "insert into curriculum.plan_item (org_id, plan_id, number, section, topic, homework)
         select kernel.org(), $1, n.* from unnest($2::smallint[], $3::text[], $4::text[], $5::text[]) as n",
        plan.get(),
        &it.numbers,
        &it.sections,
        &it.topics,
        &it.homeworks,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Copies the lessons of one plan behind those of another.
pub(crate) async fn copy_items(tx: &mut Tx, from: PlanId, to: PlanId) -> Result<(), DbError> {
    sqlx::query!(
        "insert into curriculum.plan_item (org_id, plan_id, number, section, topic, homework, work_kind_id)
         select i.org_id, $2, i.number, i.section, i.topic, i.homework, i.work_kind_id
         from curriculum.plan_item i where i.plan_id = $1",
        from.get(),
        to.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes these rows of load follow the plan, and no others.
pub(crate) async fn put_uses(tx: &mut Tx, plan: PlanId, loads: &[LoadId]) -> Result<(), DbError> {
    let loads = numbers(loads);
    sqlx::query!(
        "delete from curriculum.plan_use where plan_id = $1 and load_id <> all($2)",
        plan.get(),
        &loads,
    )
    .execute(tx.conn())
    .await?;
    // A row of load follows one plan: the newest assignment wins.
    sqlx::query!(
        "insert into curriculum.plan_use (org_id, plan_id, load_id)
         select kernel.org(), $1, n.* from unnest($2::bigint[]) as n
         on conflict on constraint plan_use_pkey do update set plan_id = excluded.plan_id",
        plan.get(),
        &loads,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes plans back with their lessons; refused where lessons of the journal refer to them.
pub(crate) async fn forget(tx: &mut Tx, ids: &[PlanId]) -> Result<(), Error> {
    let ids = numbers(ids);
    sqlx::query!(
        "delete from curriculum.plan_use where plan_id = any($1)",
        &ids
    )
    .execute(tx.conn())
    .await
    .map_err(refused_delete)?;
    sqlx::query!(
        "delete from curriculum.plan_item where plan_id = any($1)",
        &ids
    )
    .execute(tx.conn())
    .await
    .map_err(refused_delete)?;
    sqlx::query!("delete from curriculum.plan where plan_id = any($1)", &ids)
        .execute(tx.conn())
        .await
        .map_err(refused_delete)?;
    Ok(())
}

/// Rows as columns, for one statement over all of them.
#[derive(Default)]
struct Columns {
    numbers: Vec<i16>,
    sections: Vec<String>,
    topics: Vec<String>,
    homeworks: Vec<String>,
}

impl Columns {
    fn of(rows: &[&ItemRow]) -> Self {
        let mut it = Self::default();
        for row in rows {
            it.numbers.push(row.number);
            it.sections.push(row.section.clone());
            it.topics.push(row.topic.clone());
            it.homeworks.push(row.homework.clone());
        }
        it
    }
}
