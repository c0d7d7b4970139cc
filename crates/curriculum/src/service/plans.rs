use std::collections::{BTreeMap, HashSet};

use db::Tx;
use kernel::{Actor, ClassId, Denied, Reach, Reaches, Right, YearId};
use people::Card;

use super::{ChosenYear, CurriculumService, choose_year, is_own_class, open_year};
use crate::{
    Class, Error, Holiday, HoursCheck, ItemRow, Load, LoadId, LoadOf, NewPlan, PlanId, PlanRow,
    Subject, Year,
    plan::{check_use, checked_items},
    store::{self, plans::Which},
};

/// The plans that the actor may see.
#[derive(Clone, Debug)]
pub struct PlanListing {
    pub years: ChosenYear,
    pub plans: Vec<PlanRow>,
    /// All subjects, also those not in use any more.
    pub subjects: Vec<Subject>,
    pub teachers: Vec<Card>,
    pub classes: Vec<Class>,
    pub loads: Vec<Load>,
    /// Whether there is a load that the actor may make a plan for.
    pub may_create: bool,
}

/// A plan with its lessons.
#[derive(Clone, Debug)]
pub struct PlanPage {
    pub plan: PlanRow,
    pub year: Year,
    pub items: Vec<ItemRow>,
    pub subject: Option<Subject>,
    pub teacher: Option<Card>,
    /// The teachers of the load and of the sources.
    pub teachers: Vec<Card>,
    pub years: Vec<Year>,
    pub classes: Vec<Class>,
    /// Load of the same subject and parallel: what the plan may serve.
    pub loads: Vec<Load>,
    /// Of the load that follows the plan (T6).
    pub hours: Vec<HoursCheck>,
    /// Plans that lessons may be copied from: the same subject, any year.
    pub sources: Vec<PlanRow>,
    pub may_edit: bool,
}

/// What is known of a year when somebody asks for a plan.
struct Around {
    classes: Vec<Class>,
    loads: Vec<Load>,
}

impl Around {
    async fn of(tx: &mut Tx, year: YearId) -> Result<Self, Error> {
        let classes = store::classes::of_year(tx, year).await?;
        let loads = store::loads::of_year(tx, year, LoadOf::School).await?;
        Ok(Self {
            classes: classes.into_iter().map(|it| it.class).collect(),
            loads: loads.into_iter().map(|it| it.load).collect(),
        })
    }

    fn grades(&self) -> BTreeMap<ClassId, i16> {
        self.classes.iter().map(|it| (it.id, it.grade)).collect()
    }

    /// Whether the right reaches the plan: all, one's own, one that serves
    /// one's load or one's own class.
    fn reaches(&self, actor: &Actor, reaches: Reaches, plan: &PlanRow) -> bool {
        let followers = || self.loads.iter().filter(|it| plan.loads.contains(&it.id));
        let own_classes: HashSet<ClassId> = self
            .classes
            .iter()
            .filter(|it| is_own_class(actor, it))
            .map(|it| it.id)
            .collect();
        let own_load =
            || plan.teacher == actor.person || followers().any(|it| it.teacher == actor.person);
        reaches.has(Reach::Org)
            || (reaches.has(Reach::OwnLoad) && own_load())
            || (reaches.has(Reach::OwnClass)
                && followers().any(|it| own_classes.contains(&it.class)))
    }

    /// Whether the plan may be changed: all, or one's own.
    fn may_edit(actor: &Actor, reaches: Reaches, plan: &PlanRow) -> bool {
        reaches.has(Reach::Org) || (reaches.has(Reach::OwnLoad) && plan.teacher == actor.person)
    }

    /// The rows of load that shall follow the plan. Without the right over
    /// the whole school one decides for one's own load only: what others
    /// follow stays.
    fn followers(
        &self,
        actor: &Actor,
        plan: &PlanRow,
        wanted: &[LoadId],
    ) -> Result<Vec<LoadId>, Error> {
        let mut loads = wanted.to_vec();
        if !actor.reaches(Right::PlanEdit).has(Reach::Org) {
            let is_own = |id: &LoadId| {
                self.loads
                    .iter()
                    .any(|it| it.id == *id && it.teacher == actor.person)
            };
            if loads
                .iter()
                .any(|it| !is_own(it) && !plan.loads.contains(it))
            {
                return Err(Error::OtherLoad);
            }
            loads.retain(is_own);
            loads.extend(plan.loads.iter().filter(|it| !is_own(it)));
        }
        check_use(plan, &loads, &self.loads, &self.grades())?;
        Ok(loads)
    }

    /// Load of the subject in the parallel.
    fn load_for(&self, plan: &PlanRow) -> Vec<Load> {
        let grades = self.grades();
        let fits =
            |it: &&Load| it.subject == plan.subject && grades.get(&it.class) == Some(&plan.grade);
        self.loads.iter().filter(fits).cloned().collect()
    }
}

impl CurriculumService {
    /// The plans of a year that the actor may see, by default of the one near
    /// the present.
    pub async fn plans_page(
        &self,
        actor: &Actor,
        year: Option<YearId>,
    ) -> Result<PlanListing, Error> {
        let reaches = actor.may(Right::PlanView)?;
        let mut tx = self.db.begin(actor).await?;
        let years = choose_year(&mut tx, year).await?;
        let (mut plans, mut around) = (
            vec![],
            Around {
                classes: vec![],
                loads: vec![],
            },
        );
        if let Some(it) = &years.year {
            plans = store::plans::rows(&mut tx, Which::Year(it.id)).await?;
            around = Around::of(&mut tx, it.id).await?;
        }
        plans.retain(|it| around.reaches(actor, reaches, it));
        let (mut subjects, old_subjects) = store::subjects::all(&mut tx).await?;
        subjects.extend(old_subjects);
        let mut ids: Vec<_> = plans.iter().map(|it| it.teacher).collect();
        ids.extend(around.loads.iter().map(|it| it.teacher));
        let teachers = self.people.cards(&mut tx, &ids).await?;
        tx.commit().await?;
        let edit = actor.reaches(Right::PlanEdit);
        let has_load = around.loads.iter().any(|it| it.teacher == actor.person);
        let may_create = edit.has(Reach::Org) || (edit.has(Reach::OwnLoad) && has_load);
        let Around { classes, loads } = around;
        Ok(PlanListing {
            years,
            plans,
            subjects,
            teachers,
            classes,
            loads,
            may_create,
        })
    }

    /// A plan with its lessons and the hours it should cover.
    pub async fn plan_page(&self, actor: &Actor, id: PlanId) -> Result<PlanPage, Error> {
        let reaches = actor.may(Right::PlanView)?;
        let mut tx = self.db.begin(actor).await?;
        let plan = plan(&mut tx, id).await?;
        let around = Around::of(&mut tx, plan.year).await?;
        if !around.reaches(actor, reaches, &plan) {
            return Err(Denied(Right::PlanView).into());
        }
        let years: Vec<Year> = store::years::all(&mut tx)
            .await?
            .into_iter()
            .map(|it| it.0)
            .collect();
        let year = years
            .iter()
            .find(|it| it.id == plan.year)
            .cloned()
            .ok_or(Error::NoSuchYear)?;
        let items = store::plans::items(&mut tx, id).await?;
        let holidays = store::years::holidays(&mut tx, plan.year).await?;
        let holidays: Vec<Holiday> = holidays.into_iter().map(Into::into).collect();
        let (subjects, old_subjects) = store::subjects::all(&mut tx).await?;
        let mut sources = store::plans::rows(&mut tx, Which::Subject(plan.subject)).await?;
        sources.retain(|it| it.id != id && it.items > 0);
        let loads = around.load_for(&plan);
        let ids: Vec<_> = std::iter::once(plan.teacher)
            .chain(loads.iter().map(|it| it.teacher))
            .chain(sources.iter().map(|it| it.teacher))
            .collect();
        let cards = self.people.cards(&mut tx, &ids).await?;
        tx.commit().await?;
        let planned = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let hours = loads
            .iter()
            .filter(|it| plan.loads.contains(&it.id))
            .map(|it| HoursCheck::of(it, plan.grade, planned, &year, &holidays))
            .collect();
        Ok(PlanPage {
            subject: subjects
                .into_iter()
                .chain(old_subjects)
                .find(|it| it.id == plan.subject),
            teacher: cards.iter().find(|it| it.id == plan.teacher).cloned(),
            teachers: cards,
            years,
            may_edit: !year.archived
                && Around::may_edit(actor, actor.reaches(Right::PlanEdit), &plan),
            classes: around.classes,
            plan,
            year,
            items,
            loads,
            hours,
            sources,
        })
    }

    /// Makes a plan and lets the teacher's load of the subject and parallel
    /// follow it. A teacher makes plans for their own load only.
    #[tracing::instrument(name = "curriculum.add_plan", skip_all)]
    pub async fn add_plan(
        &self,
        actor: &Actor,
        wish: NewPlan,
        copy_from: Option<PlanId>,
    ) -> Result<PlanId, Error> {
        let reaches = actor.may(Right::PlanEdit)?;
        let wish = NewPlan {
            name: wish.name.trim().to_owned(),
            ..wish
        };
        if wish.name.is_empty() {
            return Err(Error::NameMissing);
        }
        if !(1..=12).contains(&wish.grade) {
            return Err(Error::NoSuchGrade);
        }
        let mut tx = self.db.begin(actor).await?;
        open_year(&mut tx, wish.year).await?;
        let around = Around::of(&mut tx, wish.year).await?;
        let grades = around.grades();
        let followers: Vec<LoadId> = around
            .loads
            .iter()
            .filter(|it| it.teacher == wish.teacher && it.subject == wish.subject)
            .filter(|it| grades.get(&it.class) == Some(&wish.grade))
            .map(|it| it.id)
            .collect();
        let own = wish.teacher == actor.person && !followers.is_empty();
        let is_allowed = reaches.has(Reach::Org) || (reaches.has(Reach::OwnLoad) && own);
        if !is_allowed {
            return Err(Denied(Right::PlanEdit).into());
        }
        let id = store::plans::insert(&mut tx, &wish).await?;
        store::plans::put_uses(&mut tx, id, &followers).await?;
        if let Some(source) = copy_from {
            source_for(&mut tx, source, wish.subject).await?;
            store::plans::copy_items(&mut tx, source, id).await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// Changes name, state, lessons and followers as one; refuses a stale version.
    #[tracing::instrument(name = "curriculum.change_plan", skip_all, fields(plan.id = %id))]
    pub async fn change_plan(
        &self,
        actor: &Actor,
        id: PlanId,
        seen: i32,
        change: PlanChange,
    ) -> Result<(), Error> {
        let items = checked_items(change.items)?;
        let mut tx = self.db.begin(actor).await?;
        let plan = editable(&mut tx, actor, id).await?;
        let around = Around::of(&mut tx, plan.year).await?;
        let loads = around.followers(actor, &plan, &change.loads)?;
        let name = change.name.trim();
        if name.is_empty() {
            return Err(Error::NameMissing);
        }
        // Only the office approves; a plan that its teacher changes needs it anew.
        let approved = change.approved && actor.may_in_org(Right::PlanEdit).is_ok();
        store::plans::touch(&mut tx, id, name, approved, seen).await?;
        store::plans::put_items(&mut tx, id, &items).await?;
        store::plans::put_uses(&mut tx, id, &loads).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Fills an empty plan with the lessons of another of the same subject.
    pub async fn copy_plan(&self, actor: &Actor, from: PlanId, to: PlanId) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let plan = editable(&mut tx, actor, to).await?;
        if plan.items > 0 {
            return Err(Error::NumberTwice);
        }
        source_for(&mut tx, from, plan.subject).await?;
        store::plans::touch(&mut tx, to, &plan.name, plan.approved, plan.version).await?;
        store::plans::copy_items(&mut tx, from, to).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What may change of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanChange {
    pub name: String,
    pub approved: bool,
    pub items: Vec<ItemRow>,
    pub loads: Vec<LoadId>,
}

async fn plan(tx: &mut Tx, id: PlanId) -> Result<PlanRow, Error> {
    let rows = store::plans::rows(tx, Which::One(id)).await?;
    rows.into_iter().next().ok_or(Error::NoSuchPlan)
}

/// The plan, where the actor may change it.
async fn editable(tx: &mut Tx, actor: &Actor, id: PlanId) -> Result<PlanRow, Error> {
    let reaches = actor.may(Right::PlanEdit)?;
    let plan = plan(tx, id).await?;
    if !Around::may_edit(actor, reaches, &plan) {
        return Err(Denied(Right::PlanEdit).into());
    }
    open_year(tx, plan.year).await?;
    Ok(plan)
}

/// A plan may be copied within its subject, whosever it is: plans hold no
/// people's data, and colleagues share them.
async fn source_for(tx: &mut Tx, source: PlanId, subject: kernel::SubjectId) -> Result<(), Error> {
    if plan(tx, source).await?.subject == subject {
        Ok(())
    } else {
        Err(Error::OtherLoad)
    }
}
