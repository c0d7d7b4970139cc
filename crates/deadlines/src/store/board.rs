//! What boards show of the mirror.

use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::{ClassId, OrgId, PersonId, Role};
use serde::Deserialize;
use sqlx::types::Json;

use crate::{
    ClosedHow, Debt, DebtId, Decision, board::Nudge, calendar::OwnCalendar, discipline::Tally,
};

/// Open debts of one owner under one rule in one class.
#[derive(Clone, Debug)]
pub(crate) struct Count {
    pub(crate) rule: String,
    pub(crate) person: Option<PersonId>,
    pub(crate) role: Option<Role>,
    pub(crate) class: Option<ClassId>,
    pub(crate) open: i64,
    pub(crate) overdue: i64,
    pub(crate) today: i64,
    /// After today and within seven days.
    pub(crate) week: i64,
    /// The earliest day that is past.
    pub(crate) oldest: Option<NaiveDate>,
    /// The earliest day that is not.
    pub(crate) next: Option<NaiveDate>,
}

struct CountRow {
    rule: String,
    owner_person: Option<i64>,
    owner_role: Option<String>,
    class_id: Option<i64>,
    open: i64,
    overdue: i64,
    today: i64,
    week: i64,
    oldest: Option<NaiveDate>,
    next: Option<NaiveDate>,
}

/// All open debts, counted.
pub(crate) async fn counts(tx: &mut Tx, today: NaiveDate) -> Result<Vec<Count>, db::Error> {
    let rows = sqlx::query_as!(
        CountRow,
        r#"select rule, owner_person, case when owner_person is null then owner_role end as owner_role, class_id,
                  count(*) as "open!",
                  count(*) filter (where due < $1) as "overdue!",
                  count(*) filter (where due = $1) as "today!",
                  count(*) filter (where due > $1 and due <= $1 + 7) as "week!",
                  min(due) filter (where due < $1) as oldest,
                  min(due) filter (where due >= $1) as next
           from (select *, coalesce(shifted_on, due_on) as due from deadlines.debt where closed_at is null) d
           group by 1, 2, 3, 4"#,
        today,
    )
    .fetch_all(tx.conn())
    .await?;
    let counts = rows.into_iter().map(|it| Count {
        rule: it.rule,
        person: it.owner_person.map(Into::into),
        role: it.owner_role.as_deref().and_then(Role::from_code),
        class: it.class_id.map(Into::into),
        open: it.open,
        overdue: it.overdue,
        today: it.today,
        week: it.week,
        oldest: it.oldest,
        next: it.next,
    });
    Ok(counts.collect())
}

/// Which debts are wanted; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// Owed by the person, or by everybody with one of the roles.
    pub(crate) owner: Option<(PersonId, &'a [Role])>,
    pub(crate) classes: Option<&'a [ClassId]>,
    pub(crate) rule: Option<&'a str>,
    pub(crate) ids: Option<&'a [DebtId]>,
    /// Due on that day at the latest.
    pub(crate) until: Option<NaiveDate>,
    /// About that day, such as the lessons of it.
    pub(crate) on: Option<NaiveDate>,
    /// Of these duties.
    pub(crate) duties: Option<&'a [String]>,
    /// Also those done or lifted since.
    pub(crate) closed_since: Option<DateTime<Utc>>,
}

/// No page shows more lines.
const MOST: i64 = 5_000;

struct DebtRow {
    debt_id: i64,
    rule: String,
    duty: String,
    key: String,
    on_day: NaiveDate,
    due_on: NaiveDate,
    shifted_on: Option<NaiveDate>,
    owner_person: Option<i64>,
    owner_role: Option<String>,
    class_id: Option<i64>,
    group_id: Option<i64>,
    subject_id: Option<i64>,
    person_id: Option<i64>,
    lesson: Option<i16>,
    text: String,
    place: String,
    parts_done: Option<i32>,
    parts_of: Option<i32>,
    found_at: DateTime<Utc>,
    late_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    closed_how: Option<String>,
    reason: String,
    version: i32,
}

impl From<DebtRow> for Debt {
    fn from(it: DebtRow) -> Self {
        let person = it.owner_person.map(Into::into);
        Self {
            id: it.debt_id.into(),
            rule: it.rule,
            duty: it.duty,
            key: it.key,
            on: it.on_day,
            due_on: it.due_on,
            shifted_on: it.shifted_on,
            person,
            role: it
                .owner_role
                .filter(|_| person.is_none())
                .as_deref()
                .and_then(Role::from_code),
            class: it.class_id.map(Into::into),
            group: it.group_id.map(Into::into),
            subject: it.subject_id.map(Into::into),
            about: it.person_id.map(Into::into),
            lesson: it.lesson,
            text: it.text,
            place: it.place,
            parts: it.parts_done.zip(it.parts_of),
            found_at: it.found_at,
            late_at: it.late_at,
            closed_at: it.closed_at,
            closed_how: it.closed_how.as_deref().and_then(ClosedHow::from_code),
            reason: it.reason,
            version: it.version,
        }
    }
}

/// Debts, the earliest due first.
pub(crate) async fn debts(tx: &mut Tx, it: &Wanted<'_>) -> Result<Vec<Debt>, db::Error> {
    let (person, roles) = it.owner.map_or((None, vec![]), |(person, roles)| {
        let codes = roles.iter().map(|it| it.code().to_owned());
        (Some(person.get()), codes.collect::<Vec<_>>())
    });
    let classes: Option<Vec<i64>> = it.classes.map(|it| it.iter().map(|it| it.get()).collect());
    let ids: Option<Vec<i64>> = it.ids.map(|it| it.iter().map(|it| it.get()).collect());
    let rows = sqlx::query_as!(
        DebtRow,
        r#"select debt_id, rule, duty, key, on_day, due_on, shifted_on, owner_person, owner_role, class_id,
                  group_id, subject_id, person_id, lesson, text, place, parts_done, parts_of, found_at,
                  late_at, closed_at, closed_how, reason, version
           from deadlines.debt
           where (closed_at is null or (closed_how <> 'gone' and closed_at >= $1))
             and ($2::bigint is null or owner_person = $2 or (owner_person is null and owner_role = any($3)))
             and ($4::bigint[] is null or class_id = any($4))
             and ($5::text is null or rule = $5)
             and ($6::bigint[] is null or debt_id = any($6))
             and ($7::date is null or coalesce(shifted_on, due_on) <= $7)
             and ($8::date is null or on_day = $8)
             and ($9::text[] is null or duty = any($9))
           order by coalesce(shifted_on, due_on), on_day, lesson, debt_id
           limit $10"#,
        it.closed_since,
        person,
        &roles,
        classes.as_deref(),
        it.rule,
        ids.as_deref(),
        it.until,
        it.on,
        it.duties,
        MOST,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// One debt, however it stands.
pub(crate) async fn debt(tx: &mut Tx, id: DebtId) -> Result<Option<Debt>, db::Error> {
    let row = sqlx::query_as!(
        DebtRow,
        r#"select debt_id, rule, duty, key, on_day, due_on, shifted_on, owner_person, owner_role, class_id,
                  group_id, subject_id, person_id, lesson, text, place, parts_done, parts_of, found_at,
                  late_at, closed_at, closed_how, reason, version
           from deadlines.debt where debt_id = $1"#,
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Into::into))
}

/// When the organisation was looked at, and by what it counts.
#[derive(Debug, Deserialize)]
pub(crate) struct Ground {
    pub(crate) looked_at: Option<DateTime<Utc>>,
    /// The organisation and those above it, the topmost first, as at the look.
    pub(crate) line: Vec<OrgId>,
    pub(crate) decisions: Vec<Decision>,
    #[serde(flatten)]
    pub(crate) own: OwnCalendar,
    /// Reminders by hand, the latest last.
    pub(crate) nudges: Vec<Nudge>,
}

/// The rules and days that the organisations of the line decided, the topmost
/// first, and who was reminded since that moment. The line is that of the
/// look: one that was never looked at has nothing to show.
pub(crate) async fn ground(tx: &mut Tx, since: DateTime<Utc>) -> Result<Ground, db::Error> {
    let found = sqlx::query_scalar!(
        r#"select json_build_object(
               'looked_at', it.looked_at,
               'line', it.line,
               'decisions', coalesce((
                   select json_agg(to_json(r)) from deadlines.rule r where r.org_id = any(it.line)), '[]'),
               'acts', coalesce((
                   select json_agg(json_build_object('year', a.year, 'moved', a.moved)
                                   order by array_position(it.line, a.org_id))
                   from deadlines.act a where a.org_id = any(it.line)), '[]'),
               'days', coalesce((
                   select json_agg(json_build_object('day', d.day, 'works', d.works)
                                   order by array_position(it.line, d.org_id))
                   from deadlines.day d where d.org_id = any(it.line)), '[]'),
               'week', (select w.days from deadlines.week w where w.org_id = kernel.org()),
               'nudges', coalesce((
                   select json_agg(json_build_object('id', n.nudge_id, 'to', n.to_person, 'debts', n.debts,
                                                     'by', n.sent_by, 'at', n.sent_at)
                                   order by n.sent_at, n.nudge_id)
                   from deadlines.nudge n where n.org_id = kernel.org() and n.sent_at > $1), '[]')
           ) as "ground!: Json<Ground>"
           from (select max(l.looked_at) as looked_at,
                        coalesce(nullif(max(l.line), '{}'), array[kernel.org()]) as line
                 from deadlines.look l where l.org_id = kernel.org()) it"#,
        since,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found.0)
}

/// When the organisation was looked at; `None`: never yet.
pub(crate) async fn looked_at(tx: &mut Tx) -> Result<Option<DateTime<Utc>>, db::Error> {
    let row =
        sqlx::query_scalar!("select looked_at from deadlines.look where org_id = kernel.org()")
            .fetch_optional(tx.conn())
            .await?;
    Ok(row)
}

/// How things of months since `since` went, by rule, month, owner and class.
pub(crate) async fn tallies(tx: &mut Tx, since: NaiveDate) -> Result<Vec<Tally>, db::Error> {
    let rows = sqlx::query!(
        r#"with fate as (
               select rule, date_trunc('month', on_day)::date as month, coalesce(owner_person, 0) as owner_person,
                      coalesce(class_id, 0) as class_id,
                      count(*) filter (where late_at is not null and closed_how is distinct from 'lifted') as late,
                      count(*) filter (where closed_at is null and late_at is null) as waiting,
                      count(*) filter (where closed_at is null) as open,
                      count(*) filter (where closed_how = 'lifted') as lifted
               from deadlines.debt
               where on_day >= $1 and closed_how is distinct from 'gone'
               group by 1, 2, 3, 4),
           whole as (
               select rule, month, owner_person, class_id, things from deadlines.whole
               where month >= date_trunc('month', $1::date))
           select rule as "rule!", month as "month!", owner_person as "person!", class_id as "class!",
                  things as "things?", coalesce(late, 0) as "late!", coalesce(waiting, 0) as "waiting!",
                  coalesce(open, 0) as "open!", coalesce(lifted, 0) as "lifted!"
           from whole full join fate using (rule, month, owner_person, class_id)"#,
        since,
    )
    .fetch_all(tx.conn())
    .await?;
    let tallies = rows.into_iter().map(|it| Tally {
        rule: it.rule,
        month: it.month,
        person: (it.person > 0).then(|| it.person.into()),
        class: (it.class > 0).then(|| it.class.into()),
        things: i64::from(it.things.unwrap_or(0)),
        late: it.late,
        waiting: it.waiting,
        open: it.open,
        lifted: it.lifted,
    });
    Ok(tallies.collect())
}
