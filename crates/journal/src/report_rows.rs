//! Final marks and attendance as sources of reports (RPT-2).

mod attendance;
mod marks;

use std::{collections::HashMap, sync::Arc};

use curriculum::{Class, Curriculum, StudyYear, Subject};
use db::Tx;
use kernel::{Actor, ClassId, Fault, PersonId, Reach, Reaches, Right, SubjectId};
use people::{People, PupilSheet};
use sources::{Choices, Query};

use crate::Error;

pub use attendance::AttendanceRows;
pub use marks::MarkRows;

const VIEW: Right = Right::JournalView;
const PUPIL: Right = Right::PupilView;

const GENDER: Choices = Choices {
    words: "gender",
    codes: &["female", "male"],
};

/// The year of the report with what of it is asked for and seen.
struct Scene {
    year: StudyYear,
    reaches: Reaches,
    teacher: PersonId,
    today: chrono::NaiveDate,
    classes: HashMap<ClassId, Class>,
    subjects: HashMap<SubjectId, Subject>,
}

impl Scene {
    /// None before the first year begins.
    async fn load(
        curriculum: &Arc<dyn Curriculum>,
        tx: &mut Tx,
        actor: &Actor,
        query: &Query<'_>,
    ) -> Result<Option<Self>, Error> {
        let reaches = actor.may(VIEW)?;
        let ask = dues::Ask {
            today: query.today,
            // In summer the year that is over is reported of.
            from: query.today - chrono::Days::new(92),
            until: query.today,
            known: &[],
        };
        let study = curriculum.study(tx, &ask).await?;
        let mut years = study.years.iter().rev();
        let Some(year) = years.find(|it| it.year.starts_on <= query.today) else {
            return Ok(None);
        };
        let subjects = curriculum.subjects(tx).await?;
        let mut scene = Self {
            year: year.clone(),
            reaches,
            teacher: actor.person,
            today: year.day(query.today),
            classes: HashMap::new(),
            subjects: subjects
                .into_iter()
                .filter(|it| query.may_have("subject", &it.name))
                .map(|it| (it.id, it))
                .collect(),
        };
        let asked = year
            .taught_classes()
            .filter(|it| query.may_have("class", &it.name()))
            .filter(|it| query.may_have("grade", &it.grade.to_string()))
            .filter(|it| scene.sees_some_of(it));
        scene.classes = asked.map(|it| (it.id, it.clone())).collect();
        Ok(Some(scene))
    }

    fn leads(&self, class: &Class) -> bool {
        self.reaches.has(Reach::OwnClass) && class.teacher == Some(self.teacher)
    }

    /// Whether the actor sees any subject of the class.
    fn sees_some_of(&self, class: &Class) -> bool {
        let taught = || {
            let mut loads = self.year.loads.iter();
            loads.any(|it| it.teacher == self.teacher && it.class == class.id)
        };
        self.reaches.has(Reach::Org)
            || self.leads(class)
            || self.reaches.has(Reach::OwnLoad) && taught()
    }

    /// Whether the actor sees the pupil in the subject of the class: access
    /// lasts as long as the load does, and a group is as far as it goes.
    fn sees(&self, class: ClassId, subject: SubjectId, pupil: PersonId) -> bool {
        if self.reaches.has(Reach::Org) {
            return true;
        }
        if self.classes.get(&class).is_some_and(|it| self.leads(it)) {
            return true;
        }
        self.reaches.has(Reach::OwnLoad)
            && self.year.loads.iter().any(|it| {
                it.teacher == self.teacher
                    && it.class == class
                    && it.subject == subject
                    && it.days().contains(&self.today)
                    && self.year.is_in(it.group, pupil)
            })
    }

    /// The classes asked for, in no order.
    fn class_ids(&self) -> Vec<ClassId> {
        self.classes.keys().copied().collect()
    }
}

/// The cards of pupils that a report names.
async fn sheets(
    people: &Arc<dyn People>,
    tx: &mut Tx,
    query: &Query<'_>,
    pupils: impl Iterator<Item = PersonId>,
) -> Result<HashMap<PersonId, PupilSheet>, Error> {
    if !query.wants("pupil") && !query.wants("gender") {
        return Ok(HashMap::new());
    }
    let mut ids: Vec<PersonId> = pupils.collect();
    ids.sort_unstable();
    ids.dedup();
    let sheets = people.pupil_sheets(tx, &ids).await?;
    Ok(sheets.into_iter().map(|it| (it.card.id, it)).collect())
}

fn boxed(it: Error) -> Box<dyn Fault> {
    Box::new(it)
}
