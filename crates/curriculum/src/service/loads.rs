use chrono::NaiveDate;
use kernel::{Actor, ClassId, Right, YearId};
use people::Card;

use super::{ChosenYear, CurriculumService, choose_year, open_year};
use crate::{ClassCard, Error, Group, LoadCard, LoadId, LoadOf, NewLoad, Subject, store};

/// The load of a year with the names it speaks of.
#[derive(Clone, Debug)]
pub struct LoadPage {
    pub years: ChosenYear,
    pub loads: Vec<LoadCard>,
    pub classes: Vec<ClassCard>,
    pub groups: Vec<Group>,
    pub subjects: Vec<Subject>,
    /// Not in use any more, but there may be load of them.
    pub old_subjects: Vec<Subject>,
    /// Those who work here now, and all who have load.
    pub staff: Vec<Card>,
}

impl CurriculumService {
    /// The load of a year, by default of the one near the present.
    pub async fn load_page(&self, actor: &Actor, year: Option<YearId>) -> Result<LoadPage, Error> {
        actor.may_in_org(Right::CurriculumView)?;
        let mut tx = self.db.begin(actor).await?;
        let years = choose_year(&mut tx, year).await?;
        let (mut loads, mut classes) = (vec![], vec![]);
        if let Some(it) = &years.year {
            loads = store::loads::of_year(&mut tx, it.id, LoadOf::School).await?;
            classes = store::classes::of_year(&mut tx, it.id).await?;
        }
        let ids: Vec<ClassId> = classes.iter().map(|it| it.class.id).collect();
        let groups = store::groups::of_classes(&mut tx, &ids).await?;
        let (subjects, old_subjects) = store::subjects::all(&mut tx).await?;
        let mut staff = self.people.staff(&mut tx).await?;
        let gone: Vec<_> = loads
            .iter()
            .map(|it| it.load.teacher)
            .filter(|id| !staff.iter().any(|it| it.id == *id))
            .collect();
        staff.extend(self.people.cards(&mut tx, &gone).await?);
        tx.commit().await?;
        Ok(LoadPage {
            years,
            loads,
            classes,
            groups,
            subjects,
            old_subjects,
            staff,
        })
    }

    /// Gives a teacher a subject in a class or group (CUR-4).
    #[tracing::instrument(name = "curriculum.add_load", skip_all)]
    pub async fn add_load(
        &self,
        actor: &Actor,
        year: YearId,
        wish: NewLoad,
    ) -> Result<LoadId, Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        wish.check_hours()?;
        let mut tx = self.db.begin(actor).await?;
        let year = open_year(&mut tx, year).await?;
        let class = super::class(&mut tx, wish.class).await?.class;
        if class.year != year.id {
            return Err(Error::NoSuchClass);
        }
        if let Some(group) = wish.group {
            let groups = store::groups::of_classes(&mut tx, &[class.id]).await?;
            let fits = |it: &&Group| it.id == group && it.subject == wish.subject;
            groups.iter().find(fits).ok_or(Error::NoSuchGroup)?;
        }
        let ids = store::loads::insert(&mut tx, &year, &[wish]).await?;
        tx.commit().await?;
        ids.into_iter().next().ok_or(Error::NoSuchLoad)
    }

    /// Changes teacher, hours and days of a row; refuses a stale version.
    #[tracing::instrument(name = "curriculum.change_load", skip_all, fields(load.id = %id))]
    pub async fn change_load(
        &self,
        actor: &Actor,
        id: LoadId,
        seen: i32,
        change: LoadChange,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let (year, known) = store::loads::by_id(&mut tx, id)
            .await?
            .ok_or(Error::NoSuchLoad)?;
        let year = open_year(&mut tx, year).await?;
        let wish = NewLoad {
            class: known.load.class,
            group: known.load.group,
            subject: known.load.subject,
            teacher: change.teacher,
            hours_a_week: change.hours_a_week,
            since: Some(change.since),
            until: Some(change.until),
        };
        wish.check_hours()?;
        let days = wish.days(&year)?;
        store::loads::update(&mut tx, id, &wish, days, seen).await?;
        tx.commit().await?;
        Ok(())
    }

    /// One row of load with the names it speaks of.
    pub async fn load_card(
        &self,
        actor: &Actor,
        id: LoadId,
    ) -> Result<(LoadCard, LoadPage), Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let (year, card) = store::loads::by_id(&mut tx, id)
            .await?
            .ok_or(Error::NoSuchLoad)?;
        tx.commit().await?;
        Ok((card, self.load_page(actor, Some(year)).await?))
    }
}

/// What may change of a row of load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadChange {
    pub teacher: kernel::PersonId,
    pub hours_a_week: rust_decimal::Decimal,
    pub since: NaiveDate,
    pub until: NaiveDate,
}
