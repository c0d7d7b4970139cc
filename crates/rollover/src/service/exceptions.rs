use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use curriculum::Class;
use kernel::{Actor, ClassId, PersonId, Right};
use movement::Place;

use super::Rollover;
use crate::{
    Error, Exception, Outcome, Scene,
    class_map::{has_twelfth, next_grade},
    fate::Ways,
    store,
};

/// A pupil of the chosen class.
#[derive(Clone, Debug)]
pub struct PupilLine {
    pub pupil: PersonId,
    /// «Иванова Мария Петровна»
    pub name: String,
    /// In how many subjects the mark of the year does not pass.
    pub failing: u32,
    pub exception: Option<Exception>,
}

/// A class of the old year, or those of a parallel who are in none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathering {
    pub place: Place,
    pub grade: i16,
    /// «7А»; none where they are in no class.
    pub class: Option<String>,
    /// How many do not go with it.
    pub exceptions: usize,
}

/// What the step shows.
#[derive(Clone, Debug)]
pub struct ExceptionsStep {
    pub scene: Scene,
    /// Classes, then parallels in which somebody waits for a class.
    pub gatherings: Vec<Gathering>,
    pub chosen: Option<Gathering>,
    /// Where the chosen ones go by themselves; see [`crate::Fate`].
    pub goes_to: Option<Option<Place>>,
    pub pupils: Vec<PupilLine>,
    /// Where one may go from the chosen class: a parallel up.
    pub higher: Vec<Class>,
    /// Where one may stay for another year.
    pub same: Vec<Class>,
    /// Whether the class ends with a certificate.
    pub graduates: bool,
}

/// The grade into which one goes from the grade.
const fn up(grade: i16) -> i16 {
    if grade == 0 { 0 } else { grade + 1 }
}

/// Whether one may graduate from the grade.
const fn ends(grade: i16, has_twelfth: bool) -> bool {
    grade == 0 || next_grade(grade, has_twelfth).is_none()
}

/// The classes, then the parallels in which somebody waits for one.
fn gatherings(
    old: &[Class],
    members: &[(PersonId, Place)],
    exceptions: &HashMap<PersonId, Exception>,
) -> Vec<Gathering> {
    let mut waiting: BTreeMap<i16, usize> = BTreeMap::new();
    let mut counts: HashMap<Place, usize> = HashMap::new();
    for (pupil, place) in members {
        if let Place::Grade(grade) = place {
            waiting.entry(*grade).or_default();
        }
        if exceptions.contains_key(pupil) {
            *counts.entry(*place).or_default() += 1;
        }
    }
    let count = |it: Place| counts.get(&it).copied().unwrap_or_default();
    let classes = old.iter().map(|it| Gathering {
        place: Place::Class(it.id),
        grade: it.grade,
        class: Some(it.name()),
        exceptions: count(Place::Class(it.id)),
    });
    let parallels = waiting.into_keys().map(|grade| Gathering {
        place: Place::Grade(grade),
        grade,
        class: None,
        exceptions: count(Place::Grade(grade)),
    });
    classes.chain(parallels).collect()
}

impl Rollover {
    /// The pupils of a class, or of a parallel without one, and their exceptions.
    pub async fn exceptions_step(
        &self,
        actor: &Actor,
        today: NaiveDate,
        wanted: Option<Place>,
    ) -> Result<ExceptionsStep, Error> {
        actor.may_in_org(Right::YearView)?;
        let mut tx = self.db.begin(actor).await?;
        let scene = self.scene_in(&mut tx, today).await?;
        let curriculum = &self.asked.curriculum;
        let old = curriculum.classes(&mut tx, scene.from.id).await?;
        let new = match &scene.to {
            Some(it) => curriculum.classes(&mut tx, it.id).await?,
            None => vec![],
        };
        let ids: Vec<ClassId> = old.iter().map(|it| it.id).collect();
        let members = self.pupils_of_scene(&mut tx, &scene, &ids).await?;
        let exceptions = &scene.transition.exceptions;
        let gatherings = gatherings(&old, &members, exceptions);
        let mut those = gatherings.iter();
        let chosen = those
            .find(|it| wanted.is_none_or(|place| it.place == place))
            .cloned();
        let people: Vec<PersonId> = members
            .iter()
            .filter(|it| chosen.as_ref().is_some_and(|chosen| chosen.place == it.1))
            .map(|it| it.0)
            .collect();
        let cards = self.asked.people.cards(&mut tx, &people).await?;
        let failing = journal::failing(&mut tx, scene.from.id).await?;
        tx.commit().await?;
        let pupils = cards.into_iter().map(|it| PupilLine {
            pupil: it.id,
            name: it.full(),
            failing: failing.get(&it.id).copied().unwrap_or_default(),
            exception: exceptions.get(&it.id).cloned(),
        });
        let pupils = pupils.collect();
        let grade = chosen.as_ref().map_or(-1, |it| it.grade);
        let of = |grade: i16| new.iter().filter(move |it| it.grade == grade).cloned();
        let ways = Ways::of(&scene.transition, &old);
        Ok(ExceptionsStep {
            graduates: chosen.is_some() && ends(grade, has_twelfth(&old)),
            goes_to: chosen.as_ref().and_then(|it| ways.goes(it.place)),
            higher: of(up(grade)).collect(),
            same: of(grade).filter(|_| grade > 0).collect(),
            gatherings,
            chosen,
            pupils,
            scene,
        })
    }

    /// Makes the exceptions of a class (or parallel) these; whoever is not named
    /// goes with it. Orders that were drawn up go.
    ///
    /// # Errors
    /// [`Error::BadOutcome`] where the outcome does not fit the class.
    #[tracing::instrument(name = "rollover.set_exceptions", skip_all)]
    pub async fn set_exceptions(
        &self,
        actor: &Actor,
        today: NaiveDate,
        of: Place,
        wanted: Vec<(PersonId, Exception)>,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::YearClose)?;
        let mut tx = self.db.begin(actor).await?;
        let (id, scene) = self.open_scene(&mut tx, today).await?;
        let to = scene.to.as_ref().ok_or(Error::NoNextYear)?;
        let curriculum = &self.asked.curriculum;
        let old = curriculum.classes(&mut tx, scene.from.id).await?;
        let from = match of {
            Place::Class(class) => old.iter().find(|it| it.id == class).map(|it| it.grade),
            Place::Grade(grade) => Some(grade),
        };
        let from = from.ok_or(curriculum::Error::NoSuchClass)?;
        let new = curriculum.classes(&mut tx, to.id).await?;
        let ids: Vec<ClassId> = old.iter().map(|it| it.id).collect();
        let members = self.pupils_of(&mut tx, &scene.from, &ids).await?;
        let members = members.into_iter().filter(|it| it.1 == of);
        let pupils: Vec<PersonId> = members.map(|it| it.0).collect();
        let fits = |it: &(PersonId, Exception)| {
            let grade = it.1.to.and_then(|id| new.iter().find(|it| it.id == id));
            let grade = grade.map(|it| it.grade);
            pupils.contains(&it.0)
                && match it.1.outcome {
                    Outcome::Promote | Outcome::Conditional => grade == Some(up(from)),
                    Outcome::Repeat => grade == Some(from),
                    Outcome::Graduate => grade.is_none() && matches!(from, 0 | 9 | 11 | 12),
                    Outcome::Leave => grade.is_none(),
                }
        };
        if !wanted.iter().all(fits) {
            return Err(Error::BadOutcome);
        }
        self.drop_drafts(&mut tx, actor, id, &scene.transition)
            .await?;
        store::set_exceptions(&mut tx, id, &pupils, &wanted).await?;
        tx.commit().await?;
        Ok(())
    }
}
