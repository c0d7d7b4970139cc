//! The coming year as the year transition prepares, opens and takes it back
//! (MOV-4). Rights and the order of things are the caller's.

use db::Tx;
use kernel::{ClassId, GroupId, PersonId, YearId};

use crate::{ClassCard, ClassFields, Error, NewYear, Records, YearCard, store};

/// What becomes of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearState {
    /// Prepared; pages show it where it is asked for.
    Planned,
    Current,
    /// Closed: it is read and never changed.
    Archived,
}

impl YearState {
    /// The name in the database.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Current => "current",
            Self::Archived => "archived",
        }
    }
}

impl Records {
    /// A year with its periods and holidays.
    pub async fn year_card(&self, tx: &mut Tx, id: YearId) -> Result<YearCard, Error> {
        let found = store::years::by_id(tx, id).await?;
        let (year, version) = found.ok_or(Error::NoSuchYear)?;
        Ok(YearCard {
            year,
            version,
            periods: store::years::periods(tx, id).await?,
            holidays: store::years::holidays(tx, id).await?,
        })
    }

    /// The first year that begins after this one.
    pub async fn year_after(&self, tx: &mut Tx, id: YearId) -> Result<Option<YearId>, Error> {
        let all = store::years::all(tx).await?;
        let of = all.iter().find(|it| it.0.id == id);
        let ends_on = of.ok_or(Error::NoSuchYear)?.0.ends_on;
        let later = all.iter().filter(|it| it.0.starts_on > ends_on);
        Ok(later.min_by_key(|it| it.0.starts_on).map(|it| it.0.id))
    }

    /// All years, the newest first.
    pub async fn all_years(&self, tx: &mut Tx) -> Result<Vec<crate::Year>, Error> {
        let all = store::years::all(tx).await?;
        Ok(all.into_iter().map(|it| it.0).collect())
    }

    /// Enters a year that is only planned.
    ///
    /// # Errors
    /// Impossible dates, and [`Error::YearsOverlap`].
    pub async fn put_planned_year(&self, tx: &mut Tx, new: &NewYear) -> Result<YearId, Error> {
        let id = self.set_up_year(tx, new).await?;
        store::next_year::set_state(tx, id, YearState::Planned).await?;
        Ok(id)
    }

    /// Closes, opens or puts back a year. Its version stays: nobody edited it.
    pub async fn set_year_state(
        &self,
        tx: &mut Tx,
        id: YearId,
        state: YearState,
    ) -> Result<(), Error> {
        Ok(store::next_year::set_state(tx, id, state).await?)
    }

    /// The classes of a year with all that their pages edit.
    pub async fn class_cards(&self, tx: &mut Tx, year: YearId) -> Result<Vec<ClassCard>, Error> {
        Ok(store::classes::of_year(tx, year).await?)
    }

    /// Enters these classes, in one statement.
    ///
    /// # Errors
    /// [`Error::NameTaken`], and what [`ClassFields`] may not say.
    pub async fn add_classes(
        &self,
        tx: &mut Tx,
        year: YearId,
        classes: Vec<ClassFields>,
    ) -> Result<Vec<ClassId>, Error> {
        let checked = classes.into_iter().map(ClassFields::checked);
        let checked: Vec<ClassFields> = checked.collect::<Result<_, _>>()?;
        store::next_year::insert_classes(tx, year, &checked).await
    }

    /// Names the class teachers of these classes.
    pub async fn set_class_teachers(
        &self,
        tx: &mut Tx,
        teachers: &[(ClassId, Option<PersonId>)],
    ) -> Result<(), Error> {
        Ok(store::next_year::set_teachers(tx, teachers).await?)
    }

    /// Takes classes away that nobody was in yet, with their groups and load.
    ///
    /// # Errors
    /// [`Error::InUse`] where an order, a lesson or a mark names one of them.
    pub async fn drop_classes(&self, tx: &mut Tx, classes: &[ClassId]) -> Result<(), Error> {
        store::next_year::drop_classes(tx, classes).await
    }

    /// Copies the КТП that the load of the year `to` needs out of the year
    /// `from`: for each teacher, subject and grade the teacher's own plan, or
    /// else another's. Plans that are there stay. How many were copied.
    pub async fn copy_plans(&self, tx: &mut Tx, from: YearId, to: YearId) -> Result<u64, Error> {
        Ok(store::next_year::copy_plans(tx, from, to).await?)
    }

    /// Puts pupils into the groups of their new classes that continue those
    /// they were in: the same subject and part. Who was put where.
    pub async fn carry_groups(
        &self,
        tx: &mut Tx,
        from: YearId,
        moves: &[(PersonId, ClassId)],
    ) -> Result<Vec<(GroupId, PersonId)>, Error> {
        Ok(store::next_year::carry_groups(tx, from, moves).await?)
    }

    /// Takes these pupils out of these groups again.
    pub async fn leave_groups(
        &self,
        tx: &mut Tx,
        members: &[(GroupId, PersonId)],
    ) -> Result<(), Error> {
        Ok(store::next_year::leave_groups(tx, members).await?)
    }
}
