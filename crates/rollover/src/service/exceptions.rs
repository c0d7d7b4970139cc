use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::Class;
use kernel::{Actor, ClassId, PersonId, Right};

use super::Rollover;
use crate::{Error, Exception, Outcome, Scene, class_map::next_name, store};

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

/// What the step shows.
#[derive(Clone, Debug)]
pub struct ExceptionsStep {
    pub scene: Scene,
    /// The classes of the old year with the number of their exceptions.
    pub classes: Vec<(Class, usize)>,
    pub chosen: Option<Class>,
    pub pupils: Vec<PupilLine>,
    /// Where one may go from the chosen class: a parallel up.
    pub higher: Vec<Class>,
    /// Where one may stay for another year.
    pub same: Vec<Class>,
    /// Whether the class ends with a certificate.
    pub graduates: bool,
}

impl Rollover {
    /// The pupils of a class and their exceptions.
    pub async fn exceptions_step(
        &self,
        actor: &Actor,
        today: NaiveDate,
        class: Option<ClassId>,
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
        let chosen = old
            .iter()
            .find(|it| class.is_none_or(|id| it.id == id))
            .cloned();
        let people: Vec<PersonId> = members
            .iter()
            .filter(|it| Some(it.1) == chosen.as_ref().map(|it| it.id))
            .map(|it| it.0)
            .collect();
        let cards = self.asked.people.cards(&mut tx, &people).await?;
        let failing = journal::failing(&mut tx, scene.from.id).await?;
        tx.commit().await?;
        let exceptions = &scene.transition.exceptions;
        let pupils = cards.into_iter().map(|it| PupilLine {
            pupil: it.id,
            name: it.full(),
            failing: failing.get(&it.id).copied().unwrap_or_default(),
            exception: exceptions.get(&it.id).cloned(),
        });
        let pupils = pupils.collect();
        let mut counts: HashMap<ClassId, usize> = HashMap::new();
        for (_, class) in members.iter().filter(|it| exceptions.contains_key(&it.0)) {
            *counts.entry(*class).or_default() += 1;
        }
        let grade = chosen.as_ref().map_or(-1, |it| it.grade);
        let up = if grade == 0 { 0 } else { grade + 1 };
        let has_twelfth = old.iter().any(|it| it.grade == 12);
        let ends = |it: &Class| it.grade == 0 || next_name(it, has_twelfth).is_none();
        let of = |grade: i16| new.iter().filter(move |it| it.grade == grade).cloned();
        Ok(ExceptionsStep {
            graduates: chosen.as_ref().is_some_and(ends),
            higher: of(up).collect(),
            same: of(grade).filter(|_| grade > 0).collect(),
            classes: old
                .into_iter()
                .map(|it| (counts.get(&it.id).copied().unwrap_or_default(), it))
                .map(|(count, it)| (it, count))
                .collect(),
            chosen,
            pupils,
            scene,
        })
    }

    /// Makes the exceptions of a class these; whoever is not named goes with
    /// the class. Orders that were drawn up go.
    ///
    /// # Errors
    /// [`Error::BadOutcome`] where the outcome does not fit the class.
    #[tracing::instrument(name = "rollover.set_exceptions", skip_all)]
    pub async fn set_exceptions(
        &self,
        actor: &Actor,
        today: NaiveDate,
        class: ClassId,
        wanted: Vec<(PersonId, Exception)>,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::YearClose)?;
        let mut tx = self.db.begin(actor).await?;
        let (id, scene) = self.open_scene(&mut tx, today).await?;
        let to = scene.to.as_ref().ok_or(Error::NoNextYear)?;
        let curriculum = &self.asked.curriculum;
        let old = curriculum.classes(&mut tx, scene.from.id).await?;
        let from = old.iter().find(|it| it.id == class);
        let from = from.ok_or(curriculum::Error::NoSuchClass)?;
        let new = curriculum.classes(&mut tx, to.id).await?;
        let members = self.pupils_of(&mut tx, &scene.from, &[class]).await?;
        let pupils: Vec<PersonId> = members.into_iter().map(|it| it.0).collect();
        let fits = |it: &(PersonId, Exception)| {
            let grade = it.1.to.and_then(|id| new.iter().find(|it| it.id == id));
            let grade = grade.map(|it| it.grade);
            let up = if from.grade == 0 { 0 } else { from.grade + 1 };
            pupils.contains(&it.0)
                && match it.1.outcome {
                    Outcome::Promote | Outcome::Conditional => grade == Some(up),
                    Outcome::Repeat => grade == Some(from.grade),
                    Outcome::Graduate => grade.is_none() && matches!(from.grade, 0 | 9 | 11 | 12),
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
