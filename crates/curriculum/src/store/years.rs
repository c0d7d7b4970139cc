use chrono::NaiveDate;
use db::{ConstraintExt, Error as DbError, Tx};
use kernel::YearId;

use super::{changed_one, numbers, refused_delete};
use crate::{
    Error, Holiday, HolidayKind, HolidayRow, Period, PeriodKind, PeriodRow, Year, YearDates,
};

struct YearRow {
    year_id: i64,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    state: String,
    days_a_week: i16,
    version: i32,
}

impl From<YearRow> for (Year, i32) {
    fn from(it: YearRow) -> Self {
        let year = Year {
            id: it.year_id.into(),
            starts_on: it.starts_on,
            ends_on: it.ends_on,
            archived: it.state == "archived",
            planned: it.state == "planned",
            days_a_week: it.days_a_week,
        };
        (year, it.version)
    }
}

/// All years with their versions, the newest first.
pub(crate) async fn all(tx: &mut Tx) -> Result<Vec<(Year, i32)>, DbError> {
    let rows = sqlx::query_as!(
        YearRow,
        "select year_id, starts_on, ends_on, state, days_a_week, version
         from curriculum.year order by starts_on desc",
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(crate) async fn by_id(tx: &mut Tx, id: YearId) -> Result<Option<(Year, i32)>, DbError> {
    let row = sqlx::query_as!(
        YearRow,
        "select year_id, starts_on, ends_on, state, days_a_week, version
         from curriculum.year where year_id = $1",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Into::into))
}

/// The year of the day, or else the next one to begin, or else the last one:
/// in summer people prepare the coming year.
pub(crate) async fn near(tx: &mut Tx, day: NaiveDate) -> Result<Option<Year>, DbError> {
    let row = sqlx::query_as!(
        YearRow,
        "select year_id, starts_on, ends_on, state, days_a_week, version
         from curriculum.year
         order by state = 'planned' and starts_on > $1, ends_on < $1, abs(starts_on - $1) limit 1",
        day,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| <(Year, i32)>::from(it).0))
}

pub(crate) async fn on(tx: &mut Tx, day: NaiveDate) -> Result<Option<Year>, DbError> {
    let row = sqlx::query_as!(
        YearRow,
        "select year_id, starts_on, ends_on, state, days_a_week, version
         from curriculum.year where starts_on <= $1 and $1 <= ends_on",
        day,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| <(Year, i32)>::from(it).0))
}

pub(crate) async fn insert(tx: &mut Tx, dates: YearDates) -> Result<YearId, Error> {
    let id = sqlx::query_scalar!(
        "insert into curriculum.year (org_id, starts_on, ends_on, days_a_week)
         values (kernel.org(), $1, $2, $3) returning year_id",
        dates.starts_on,
        dates.ends_on,
        dates.days_a_week,
    )
    .fetch_one(tx.conn())
    .await
    .on_constraint("year_apart", || Error::YearsOverlap)?;
    Ok(id.into())
}

/// Sets the dates and takes the version on; refused where it is another by now.
pub(crate) async fn update(
    tx: &mut Tx,
    id: YearId,
    dates: YearDates,
    seen: i32,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update curriculum.year
            set starts_on = $3, ends_on = $4, days_a_week = $5, version = version + 1
          where year_id = $1 and version = $2",
        id.get(),
        seen,
        dates.starts_on,
        dates.ends_on,
        dates.days_a_week,
    )
    .execute(tx.conn())
    .await
    .on_constraint("year_apart", || Error::YearsOverlap)?;
    changed_one(&done)
}

pub(crate) async fn periods(tx: &mut Tx, year: YearId) -> Result<Vec<PeriodRow>, DbError> {
    let rows = sqlx::query!(
        "select period_id, kind, number, grade_from, grade_to, starts_on, ends_on
         from curriculum.period where year_id = $1
         order by array_position(array['quarter', 'trimester', 'half', 'year'], kind), grade_from, number",
        year.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            Ok(PeriodRow {
                id: Some(it.period_id.into()),
                kind: PeriodKind::from_code(&it.kind)
                    .ok_or(DbError::corrupt("curriculum.period", "kind"))?,
                number: it.number,
                grades: it.grade_from..=it.grade_to,
                starts_on: it.starts_on,
                ends_on: it.ends_on,
            })
        })
        .collect()
}

pub(crate) async fn holidays(tx: &mut Tx, year: YearId) -> Result<Vec<HolidayRow>, DbError> {
    let rows = sqlx::query!(
        "select holiday_id, name, kind, grade_from, grade_to, starts_on, ends_on
         from curriculum.holiday where year_id = $1 order by starts_on, holiday_id",
        year.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            Ok(HolidayRow {
                id: Some(it.holiday_id.into()),
                name: it.name,
                kind: HolidayKind::from_code(&it.kind)
                    .ok_or(DbError::corrupt("curriculum.holiday", "kind"))?,
                grades: it.grade_from..=it.grade_to,
                starts_on: it.starts_on,
                ends_on: it.ends_on,
            })
        })
        .collect()
}

impl PeriodRow {
    /// The row as others see it; one without an id is not stored yet.
    pub(crate) fn stored(self) -> Option<Period> {
        Some(Period {
            id: self.id?,
            kind: self.kind,
            number: self.number,
            grades: self.grades,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
        })
    }
}

impl From<HolidayRow> for Holiday {
    fn from(it: HolidayRow) -> Self {
        Self {
            name: it.name,
            grades: it.grades,
            starts_on: it.starts_on,
            ends_on: it.ends_on,
        }
    }
}

/// Makes the periods of the year these: known ones are changed in place, so
/// that marks of a period keep it; missing ones go, new ones come.
pub(crate) async fn put_periods(
    tx: &mut Tx,
    year: YearId,
    rows: &[PeriodRow],
) -> Result<(), Error> {
    let kept: Vec<i64> = rows.iter().filter_map(|it| it.id).map(Into::into).collect();
    sqlx::query!(
        "delete from curriculum.period where year_id = $1 and period_id <> all($2)",
        year.get(),
        &kept,
    )
    .execute(tx.conn())
    .await
    .map_err(refused_delete)?;
    let (old, new): (Vec<&PeriodRow>, Vec<&PeriodRow>) =
        rows.iter().partition(|it| it.id.is_some());
    let it = Columns::of_periods(&old);
    sqlx::query!(
        r#"update curriculum.period p
            set kind = n.kind, number = n.number, grade_from = n.grade_from, grade_to = n.grade_to,
                starts_on = n.starts_on, ends_on = n.ends_on
           from unnest($2::bigint[], $3::text[], $4::smallint[], $5::smallint[], $6::smallint[],
                       $7::date[], $8::date[])
                as n (id, kind, number, grade_from, grade_to, starts_on, ends_on)
          where p.year_id = $1 and p.period_id = n.id"#,
        year.get(),
        &kept,
        &it.kinds,
        &it.numbers,
        &it.grades_from,
        &it.grades_to,
        &it.starts,
        &it.ends,
    )
    .execute(tx.conn())
    .await
    .on_constraint("period_apart", || Error::PeriodsOverlap)?;
    let it = Columns::of_periods(&new);
    sqlx::query!(
        "insert into curriculum.period (org_id, year_id, kind, number, grade_from, grade_to, starts_on, ends_on)
         select kernel.org(), $1, n.* from unnest($2::text[], $3::smallint[], $4::smallint[], $5::smallint[],
                       $6::date[], $7::date[]) as n",
        year.get(),
        &it.kinds,
        &it.numbers,
        &it.grades_from,
        &it.grades_to,
        &it.starts,
        &it.ends,
    )
    .execute(tx.conn())
    .await
    .on_constraint::<Error>("period_apart", || Error::PeriodsOverlap)?;
    Ok(())
}

/// Makes the holidays of the year these.
pub(crate) async fn put_holidays(
    tx: &mut Tx,
    year: YearId,
    rows: &[HolidayRow],
) -> Result<(), DbError> {
    let kept: Vec<i64> = numbers(&rows.iter().filter_map(|it| it.id).collect::<Vec<_>>());
    sqlx::query!(
        "delete from curriculum.holiday where year_id = $1 and holiday_id <> all($2)",
        year.get(),
        &kept,
    )
    .execute(tx.conn())
    .await?;
    let (old, new): (Vec<&HolidayRow>, Vec<&HolidayRow>) =
        rows.iter().partition(|it| it.id.is_some());
    let it = Columns::of_holidays(&old);
    sqlx::query!(
        "update curriculum.holiday h
            set name = n.name, kind = n.kind, grade_from = n.grade_from, grade_to = n.grade_to,
                starts_on = n.starts_on, ends_on = n.ends_on
           from unnest($2::bigint[], $3::text[], $4::text[], $5::smallint[], $6::smallint[],
                       $7::date[], $8::date[])
                as n (id, name, kind, grade_from, grade_to, starts_on, ends_on)
          where h.year_id = $1 and h.holiday_id = n.id",
        year.get(),
        &kept,
        &it.names,
        &it.kinds,
        &it.grades_from,
        &it.grades_to,
        &it.starts,
        &it.ends,
    )
    .execute(tx.conn())
    .await?;
    let it = Columns::of_holidays(&new);
    sqlx::query!(
        "insert into curriculum.holiday (org_id, year_id, name, kind, grade_from, grade_to, starts_on, ends_on)
         select kernel.org(), $1, n.* from unnest($2::text[], $3::text[], $4::smallint[], $5::smallint[],
                       $6::date[], $7::date[]) as n",
        year.get(),
        &it.names,
        &it.kinds,
        &it.grades_from,
        &it.grades_to,
        &it.starts,
        &it.ends,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Rows as columns, for one statement over all of them.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    kinds: Vec<String>,
    numbers: Vec<i16>,
    grades_from: Vec<i16>,
    grades_to: Vec<i16>,
    starts: Vec<NaiveDate>,
    ends: Vec<NaiveDate>,
}

impl Columns {
    fn of_periods(rows: &[&PeriodRow]) -> Self {
        let mut it = Self::default();
        for row in rows {
            it.kinds.push(row.kind.code().to_owned());
            it.numbers.push(row.number);
            it.grades_from.push(*row.grades.start());
            it.grades_to.push(*row.grades.end());
            it.starts.push(row.starts_on);
            it.ends.push(row.ends_on);
        }
        it
    }

    fn of_holidays(rows: &[&HolidayRow]) -> Self {
        let mut it = Self::default();
        for row in rows {
            it.names.push(row.name.trim().to_owned());
            it.kinds.push(row.kind.code().to_owned());
            it.grades_from.push(*row.grades.start());
            it.grades_to.push(*row.grades.end());
            it.starts.push(row.starts_on);
            it.ends.push(row.ends_on);
        }
        it
    }
}
