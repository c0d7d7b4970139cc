use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::{ClassId, GroupId, PersonId, SubjectId, YearId};

use crate::{
    Class, Curriculum, Error, FollowedPlan, Group, Holiday, ItemRow, Load, LoadId, LoadOf,
    NewClass, NewLoad, NewPlan, NewSubject, NewYear, Period, PlanId, Subject, WorkKind, Year,
    defaults, plan, store, year,
};

/// The tables as they are: answers [`Curriculum`] and enters whole lists for
/// set-up, imports and the demonstration.
///
/// It needs nothing and checks no rights: whoever calls it has opened a
/// transaction in somebody's name and decided what they may do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Records;

/// Things that a list names: those that were there and those that are new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ensured<T> {
    /// In the order of the list.
    pub ids: Vec<T>,
    /// To be taken back with the import.
    pub created: Vec<T>,
}

/// A subgroup as lists name it: «7Б, английский, группа 2».
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewGroup {
    pub class: ClassId,
    pub subject: SubjectId,
    pub part: i16,
}

#[async_trait]
impl Curriculum for Records {
    async fn year_on(&self, tx: &mut Tx, day: NaiveDate) -> Result<Option<Year>, Error> {
        Ok(store::years::on(tx, day).await?)
    }

    async fn year_near(&self, tx: &mut Tx, day: NaiveDate) -> Result<Option<Year>, Error> {
        Ok(store::years::near(tx, day).await?)
    }

    async fn year(&self, tx: &mut Tx, id: YearId) -> Result<Option<Year>, Error> {
        Ok(store::years::by_id(tx, id).await?.map(|it| it.0))
    }

    async fn periods(&self, tx: &mut Tx, year: YearId) -> Result<Vec<Period>, Error> {
        let rows = store::years::periods(tx, year).await?;
        Ok(rows
            .into_iter()
            .filter_map(crate::PeriodRow::stored)
            .collect())
    }

    async fn holidays(&self, tx: &mut Tx, year: YearId) -> Result<Vec<Holiday>, Error> {
        Ok(store::years::holidays(tx, year)
            .await?
            .into_iter()
            .map(Into::into)
            .collect())
    }

    async fn classes(&self, tx: &mut Tx, year: YearId) -> Result<Vec<Class>, Error> {
        Ok(store::classes::of_year(tx, year)
            .await?
            .into_iter()
            .map(|it| it.class)
            .collect())
    }

    async fn classes_by_id(&self, tx: &mut Tx, ids: &[ClassId]) -> Result<Vec<Class>, Error> {
        Ok(store::classes::by_id(tx, ids)
            .await?
            .into_iter()
            .map(|it| it.class)
            .collect())
    }

    async fn subjects(&self, tx: &mut Tx) -> Result<Vec<Subject>, Error> {
        Ok(store::subjects::in_use(tx).await?)
    }

    async fn groups(&self, tx: &mut Tx, classes: &[ClassId]) -> Result<Vec<Group>, Error> {
        Ok(store::groups::of_classes(tx, classes).await?)
    }

    async fn group_members(
        &self,
        tx: &mut Tx,
        groups: &[GroupId],
    ) -> Result<Vec<(GroupId, PersonId)>, Error> {
        Ok(store::groups::members(tx, groups).await?)
    }

    async fn groups_of(&self, tx: &mut Tx, pupil: PersonId) -> Result<Vec<GroupId>, Error> {
        Ok(store::groups::of_pupil(tx, pupil).await?)
    }

    async fn load(&self, tx: &mut Tx, year: YearId, of: LoadOf) -> Result<Vec<Load>, Error> {
        Ok(store::loads::of_year(tx, year, of)
            .await?
            .into_iter()
            .map(|it| it.load)
            .collect())
    }

    async fn work_kinds(&self, tx: &mut Tx) -> Result<Vec<WorkKind>, Error> {
        let rows = store::scales::kinds(tx).await?;
        Ok(rows
            .into_iter()
            .filter(|it| !it.archived)
            .map(|it| it.kind)
            .collect())
    }

    async fn plans_of(&self, tx: &mut Tx, loads: &[LoadId]) -> Result<Vec<FollowedPlan>, Error> {
        Ok(store::plans::followed(tx, loads).await?)
    }
}

impl Records {
    /// Enters a year with its periods and holidays, and what a school needs
    /// before its first year: scales and kinds of work (CUR-1, CUR-7).
    ///
    /// Refuses a year that overlaps another, and impossible dates.
    pub async fn set_up_year(&self, tx: &mut Tx, new: &NewYear) -> Result<YearId, Error> {
        year::check(new.dates, &new.periods, &new.holidays)?;
        store::scales::ensure_defaults(tx).await?;
        let id = store::years::insert(tx, new.dates).await?;
        store::years::put_periods(tx, id, &new.periods).await?;
        store::years::put_holidays(tx, id, &new.holidays).await?;
        Ok(id)
    }

    /// The scales and kinds of work of a new school; what is there stays.
    pub async fn set_up_scales(&self, tx: &mut Tx) -> Result<(), Error> {
        Ok(store::scales::ensure_defaults(tx).await?)
    }

    /// Enters the subjects that are not there, by name regardless of case.
    pub async fn ensure_subjects(
        &self,
        tx: &mut Tx,
        wanted: &[NewSubject],
    ) -> Result<Ensured<SubjectId>, Error> {
        let known = store::subjects::cards(tx).await?;
        let same = |name: &str, other: &str| name.to_lowercase() == other.to_lowercase();
        let is_new = |it: &&NewSubject| !known.iter().any(|old| same(&old.name, &it.name));
        let missing: Vec<NewSubject> = wanted.iter().filter(is_new).cloned().collect();
        let created = store::subjects::ensure(tx, &missing).await?;
        let all = store::subjects::cards(tx).await?;
        let id = |it: &NewSubject| {
            all.iter()
                .find(|old| same(&old.name, &it.name))
                .map(|it| it.id)
        };
        let ids = wanted
            .iter()
            .map(|it| id(it).ok_or(Error::NoSuchSubject))
            .collect::<Result<_, _>>()?;
        Ok(Ensured { ids, created })
    }

    /// The usual subjects of a school with short names.
    pub fn usual_subjects(&self) -> Vec<NewSubject> {
        defaults::usual_subjects()
    }

    /// Enters the classes that are not there; all of one year.
    pub async fn ensure_classes(
        &self,
        tx: &mut Tx,
        year: YearId,
        wanted: &[NewClass],
    ) -> Result<Ensured<ClassId>, Error> {
        let created = store::classes::ensure(tx, year, wanted).await?;
        let all = store::classes::of_year(tx, year).await?;
        let id = |it: &NewClass| {
            let same = |old: &&crate::ClassCard| {
                old.class.grade == i16::from(it.name.grade())
                    && old.class.letter == it.name.letter()
            };
            all.iter()
                .find(same)
                .map(|it| it.class.id)
                .ok_or(Error::NoSuchClass)
        };
        Ok(Ensured {
            ids: wanted.iter().map(id).collect::<Result<_, _>>()?,
            created,
        })
    }

    /// Enters the subgroups that are not there.
    pub async fn ensure_groups(
        &self,
        tx: &mut Tx,
        wanted: &[NewGroup],
    ) -> Result<Ensured<GroupId>, Error> {
        let created = store::groups::ensure(tx, wanted).await?;
        let classes: Vec<ClassId> = wanted.iter().map(|it| it.class).collect();
        let all = store::groups::of_classes(tx, &classes).await?;
        let id = |it: &NewGroup| {
            let same = |old: &&Group| {
                (old.class, old.subject, old.part) == (it.class, it.subject, it.part)
            };
            all.iter()
                .find(same)
                .map(|it| it.id)
                .ok_or(Error::NoSuchGroup)
        };
        Ok(Ensured {
            ids: wanted.iter().map(id).collect::<Result<_, _>>()?,
            created,
        })
    }

    /// Enters the load that is not there; what a teacher teaches already stays as it is.
    pub async fn ensure_loads(
        &self,
        tx: &mut Tx,
        year: YearId,
        wanted: &[NewLoad],
    ) -> Result<Ensured<LoadId>, Error> {
        let of_year = store::years::by_id(tx, year)
            .await?
            .ok_or(Error::NoSuchYear)?
            .0;
        let known = self.load(tx, year, LoadOf::School).await?;
        let same = |it: &NewLoad, old: &Load| {
            (old.class, old.group, old.subject, old.teacher)
                == (it.class, it.group, it.subject, it.teacher)
        };
        let mut missing: Vec<NewLoad> = vec![];
        for it in wanted {
            it.check_hours()?;
            let is_there = known.iter().any(|old| same(it, old));
            if !is_there && !missing.contains(it) {
                missing.push(it.clone());
            }
        }
        let created = store::loads::insert(tx, &of_year, &missing).await?;
        let all = self.load(tx, year, LoadOf::School).await?;
        let id = |it: &NewLoad| {
            all.iter()
                .find(|old| same(it, old))
                .map(|it| it.id)
                .ok_or(Error::NoSuchLoad)
        };
        Ok(Ensured {
            ids: wanted.iter().map(id).collect::<Result<_, _>>()?,
            created,
        })
    }

    /// Enters a plan with its lessons and makes these rows of load follow it.
    pub async fn add_plan(
        &self,
        tx: &mut Tx,
        new: &NewPlan,
        items: Vec<ItemRow>,
        loads: &[LoadId],
    ) -> Result<PlanId, Error> {
        let items = plan::checked_items(items)?;
        let id = store::plans::insert(tx, new).await?;
        store::plans::put_items(tx, id, &items).await?;
        store::plans::put_uses(tx, id, loads).await?;
        Ok(id)
    }

    /// Takes back what an import entered; refused with [`Error::InUse`] where
    /// something refers to it by now.
    pub async fn forget(&self, tx: &mut Tx, what: &Entered) -> Result<(), Error> {
        store::plans::forget(tx, &what.plans).await?;
        store::loads::forget(tx, &what.loads).await?;
        store::groups::forget(tx, &what.groups).await?;
        store::classes::forget(tx, &what.classes).await?;
        store::subjects::forget(tx, &what.subjects).await
    }
}

/// What an import entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Entered {
    pub subjects: Vec<SubjectId>,
    pub classes: Vec<ClassId>,
    pub groups: Vec<GroupId>,
    pub loads: Vec<LoadId>,
    pub plans: Vec<PlanId>,
}
