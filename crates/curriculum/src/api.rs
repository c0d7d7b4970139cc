//! What other domains may ask about years, classes, subjects, load and plans.

use std::{
    collections::{HashMap, HashSet},
    ops::RangeInclusive,
    sync::Arc,
};

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use dues::Ask;
use kernel::{ClassId, Fault, GroupId, PersonId, RoomId, SubjectId, YearId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Error;

kernel::id!(/// One row of the teaching load.
    LoadId);
kernel::id!(/// A kind of work (вид работы).
    WorkKindId);
kernel::id!(/// One lesson of a КТП.
    PlanItemId);
kernel::id!(/// A КТП.
    PlanId);
kernel::id!(/// A quarter, half-year … of a year.
    PeriodId);

/// An academic year of the school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Year {
    pub id: YearId,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub archived: bool,
    /// Prepared by the year transition and not begun (MOV-4): nobody is in its
    /// classes, so it is no year to look at first.
    #[serde(default)]
    pub planned: bool,
    /// 5 or 6.
    pub days_a_week: i16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    Quarter,
    Trimester,
    Half,
    Year,
}

/// A period of marks for some parallels (CUR-1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub id: PeriodId,
    pub kind: PeriodKind,
    pub number: i16,
    pub grades: RangeInclusive<i16>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// Days without lessons for some parallels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    pub name: String,
    pub grades: RangeInclusive<i16>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// A class of one year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    pub id: ClassId,
    pub year: YearId,
    /// 1…12; 0 is a preschool group.
    pub grade: i16,
    /// «А»; the name is grade and letter together, «5А». The whole name of a
    /// preschool group: «Старшая «Ромашка»».
    pub letter: String,
    pub shift: i16,
    /// Классный руководитель.
    pub teacher: Option<PersonId>,
    pub room: Option<RoomId>,
}

impl Class {
    /// «5А», «Старшая «Ромашка»».
    pub fn name(&self) -> String {
        if self.is_preschool() {
            self.letter.clone()
        } else {
            format!("{}{}", self.grade, self.letter)
        }
    }

    /// Whether it is a group of a kindergarten (JRN-10).
    pub const fn is_preschool(&self) -> bool {
        self.grade == 0
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    pub id: SubjectId,
    pub name: String,
    pub short_name: String,
    pub scale: Scale,
    /// Nobody gets a final mark in it, and reports leave it out (§1.0.1).
    #[serde(default)]
    pub without_marks: bool,
}

/// Which marks a subject has (`reports-and-rules.md` §2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    #[default]
    Five,
    Ten,
    Twelve,
    Hundred,
    /// зачёт / незачёт
    Pass,
}

/// A subgroup of a class for one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: GroupId,
    pub class: ClassId,
    pub subject: SubjectId,
    /// 1, 2 …: groups of one class with different parts may have lessons at the same hour.
    pub part: i16,
    pub name: String,
}

/// Who teaches what to whom, and when (педагогическая нагрузка).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    pub id: LoadId,
    pub class: ClassId,
    pub group: Option<GroupId>,
    pub subject: SubjectId,
    pub teacher: PersonId,
    pub hours_a_week: Decimal,
    /// First day in force.
    pub since: NaiveDate,
    /// Last day in force.
    pub until: NaiveDate,
}

/// A kind of work with the weight its marks have by default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkKind {
    pub id: WorkKindId,
    /// The number that API clients know (§2.4): 10 = «Ответ на уроке».
    pub code: i16,
    pub name: String,
    pub abbr: String,
    pub weight: Decimal,
    pub is_control: bool,
}

/// One lesson of a КТП.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanItem {
    pub id: PlanItemId,
    pub number: i16,
    pub topic: String,
    pub homework: String,
}

/// The plan followed by one row of load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowedPlan {
    pub load: LoadId,
    pub plan: PlanId,
    pub items: Vec<PlanItem>,
}

/// The curriculum of the organisation of the caller's transaction.
#[async_trait]
pub trait Curriculum: Send + Sync {
    /// The year that the day belongs to; `None` in a summer between two years.
    async fn year_on(&self, tx: &mut Tx, day: NaiveDate) -> Result<Option<Year>, Error>;
    /// The year of the day, or else the next to begin, or else the last: in
    /// summer people prepare the coming one. A planned year comes last until
    /// its first day.
    async fn year_near(&self, tx: &mut Tx, day: NaiveDate) -> Result<Option<Year>, Error>;
    /// One year; `None` where the organisation has no such.
    async fn year(&self, tx: &mut Tx, id: YearId) -> Result<Option<Year>, Error>;
    /// All periods of a year, by kind and number.
    async fn periods(&self, tx: &mut Tx, year: YearId) -> Result<Vec<Period>, Error>;
    async fn holidays(&self, tx: &mut Tx, year: YearId) -> Result<Vec<Holiday>, Error>;
    /// Classes of a year in the order 1А … 11Б.
    async fn classes(&self, tx: &mut Tx, year: YearId) -> Result<Vec<Class>, Error>;
    /// These classes, in the same order.
    async fn classes_by_id(&self, tx: &mut Tx, ids: &[ClassId]) -> Result<Vec<Class>, Error>;
    /// These classes, in the same order, and which of them are of a closed year
    /// (MOV-4): nobody comes into those any more.
    async fn classes_and_closed(
        &self,
        tx: &mut Tx,
        ids: &[ClassId],
    ) -> Result<(Vec<Class>, HashSet<ClassId>), Error> {
        crate::store::classes::by_id_and_closed(tx, ids)
            .await
            .map_err(Into::into)
    }
    /// The profiles of these classes, as their pages have them.
    async fn class_profiles(
        &self,
        tx: &mut Tx,
        ids: &[ClassId],
    ) -> Result<HashMap<ClassId, String>, Error> {
        let found = crate::store::classes::by_id(tx, ids).await?;
        Ok(found
            .into_iter()
            .map(|it| (it.class.id, it.profile))
            .collect())
    }
    /// All subjects in use, by name.
    async fn subjects(&self, tx: &mut Tx) -> Result<Vec<Subject>, Error>;
    async fn groups(&self, tx: &mut Tx, classes: &[ClassId]) -> Result<Vec<Group>, Error>;
    /// Members of these groups as (group, pupil).
    async fn group_members(
        &self,
        tx: &mut Tx,
        groups: &[GroupId],
    ) -> Result<Vec<(GroupId, PersonId)>, Error>;
    /// Groups that the pupil is in.
    async fn groups_of(&self, tx: &mut Tx, pupil: PersonId) -> Result<Vec<GroupId>, Error>;
    /// What is a teacher's own on that day, in one statement.
    async fn own_of(
        &self,
        tx: &mut Tx,
        teacher: PersonId,
        day: NaiveDate,
    ) -> Result<TeachersOwn, Error> {
        Ok(crate::store::own::of_teacher(tx, teacher, day).await?)
    }
    /// All load of a year, optionally of one teacher or one class.
    async fn load(&self, tx: &mut Tx, year: YearId, of: LoadOf) -> Result<Vec<Load>, Error>;
    /// The class with all that surrounds its lessons, in one statement; `None`
    /// where the organisation has no such class.
    async fn frame(&self, tx: &mut Tx, class: ClassId) -> Result<Option<crate::Frame>, Error> {
        let found = crate::store::frame::of_classes(tx, &[class]).await?;
        Ok(found.into_iter().next())
    }
    /// The same of several classes, in one statement too.
    async fn frames(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
    ) -> Result<HashMap<ClassId, crate::Frame>, Error> {
        let found = crate::store::frame::of_classes(tx, classes).await?;
        Ok(found.into_iter().map(|it| (it.class.id, it)).collect())
    }
    /// The years that deadlines look at, with everything they set, read once
    /// in a transaction that only looks.
    async fn study(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Arc<crate::Study>, Error> {
        if let Some(known) = tx.kept() {
            return Ok(known);
        }
        let study = crate::store::study::study(tx, ask).await?;
        Ok(tx.keep(study))
    }
    /// Kinds of work in use, in the school's order.
    async fn work_kinds(&self, tx: &mut Tx) -> Result<Vec<WorkKind>, Error>;
    /// The plans that these rows of load follow.
    async fn plans_of(&self, tx: &mut Tx, loads: &[LoadId]) -> Result<Vec<FollowedPlan>, Error>;
}

/// What is a teacher's own: the year nearest to a day counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeachersOwn {
    /// Classes that the teacher leads.
    pub led: Vec<ClassId>,
    /// Classes that the teacher teaches as a whole on the day.
    pub taught: Vec<ClassId>,
    /// Groups that the teacher teaches on the day.
    pub groups: Vec<GroupId>,
}

/// Whose load is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadOf {
    School,
    Teacher(PersonId),
    Class(ClassId),
}

/// Who is in a class on a day: told by those who keep the register, because
/// it follows from orders that this crate does not know.
#[async_trait]
pub trait ClassPupils: Send + Sync {
    /// The pupils of these classes on the day as (class, pupil), unordered.
    async fn pupils(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
        on: NaiveDate,
    ) -> Result<Vec<(ClassId, PersonId)>, Box<dyn Fault>>;
}
