use kernel::{Actor, Right, YearId, dates::AcademicYear};

use super::CurriculumService;
use crate::{Error, NewYear, Records, Year, YearCard, store, year};

impl CurriculumService {
    /// All years, the newest first.
    pub async fn years(&self, actor: &Actor) -> Result<Vec<Year>, Error> {
        actor.may_in_org(Right::CurriculumView)?;
        let mut tx = self.db.begin(actor).await?;
        let years = store::years::all(&mut tx).await?;
        tx.commit().await?;
        Ok(years.into_iter().map(|it| it.0).collect())
    }

    /// A year with its periods and holidays.
    pub async fn year_card(&self, actor: &Actor, id: YearId) -> Result<YearCard, Error> {
        actor.may_in_org(Right::CurriculumView)?;
        let mut tx = self.db.begin(actor).await?;
        let (year, version) = store::years::by_id(&mut tx, id)
            .await?
            .ok_or(Error::NoSuchYear)?;
        let periods = store::years::periods(&mut tx, id).await?;
        let holidays = store::years::holidays(&mut tx, id).await?;
        tx.commit().await?;
        Ok(YearCard {
            year,
            version,
            periods,
            holidays,
        })
    }

    /// Enters the standard year (CUR-1); refuses one that overlaps another.
    #[tracing::instrument(name = "curriculum.create_year", skip_all)]
    pub async fn create_year(
        &self,
        actor: &Actor,
        year: AcademicYear,
        days_a_week: i16,
    ) -> Result<YearId, Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let id = Records
            .set_up_year(&mut tx, &NewYear::standard(year, days_a_week))
            .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes dates, periods and holidays as one; refuses a stale version.
    #[tracing::instrument(name = "curriculum.change_year", skip_all, fields(year.id = %id))]
    pub async fn change_year(
        &self,
        actor: &Actor,
        id: YearId,
        seen: i32,
        wish: NewYear,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        let mut tx = self.db.begin(actor).await?;
        super::open_year(&mut tx, id).await?;
        year::check(wish.dates, &wish.periods, &wish.holidays)?;
        store::years::update(&mut tx, id, wish.dates, seen).await?;
        store::years::put_periods(&mut tx, id, &wish.periods).await?;
        store::years::put_holidays(&mut tx, id, &wish.holidays).await?;
        tx.commit().await?;
        Ok(())
    }
}
