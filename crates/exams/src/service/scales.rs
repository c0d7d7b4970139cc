//! Scales of a year (S2 annex 1; the numbers are the school's to enter).

use chrono::NaiveDate;
use curriculum::{Subject, Year};
use kernel::{Actor, Right};

use super::Exams;
use crate::{Error, Scale, ScaleFields, ScaleId, store};

/// The scales of a year, or one of them.
#[derive(Clone, Debug)]
pub struct ScalePage {
    pub year: Option<Year>,
    pub scales: Vec<Scale>,
    pub subjects: Vec<Subject>,
    pub keeps: bool,
}

impl Exams {
    /// The scales of the present year; with an id, of the year of that scale.
    pub async fn scales(
        &self,
        actor: &Actor,
        id: Option<ScaleId>,
        today: NaiveDate,
    ) -> Result<ScalePage, Error> {
        actor.may(Right::ExamView)?;
        let mut tx = self.db.begin(actor).await?;
        let wish = match id {
            Some(id) => Some(store::scale(&mut tx, id).await?.year),
            None => None,
        };
        let year = self.year(&mut tx, wish, today).await?;
        let scales = match &year {
            Some(it) => store::scales(&mut tx, it.id).await?,
            None => vec![],
        };
        let subjects = self.curriculum.subjects(&mut tx).await?;
        tx.commit().await?;
        let open = year.as_ref().is_some_and(|it| !it.archived);
        Ok(ScalePage {
            year,
            scales,
            subjects,
            keeps: open && actor.may_in_org(Right::ExamEdit).is_ok(),
        })
    }

    /// Enters a scale for the present year.
    pub async fn add_scale(
        &self,
        actor: &Actor,
        fields: ScaleFields,
        today: NaiveDate,
    ) -> Result<ScaleId, Error> {
        actor.may_in_org(Right::ExamEdit)?;
        fields.check()?;
        let mut tx = self.db.begin(actor).await?;
        let year = self
            .year(&mut tx, None, today)
            .await?
            .ok_or(Error::NoYear)?;
        if year.archived {
            return Err(Error::YearArchived);
        }
        let subjects = self.curriculum.subjects(&mut tx).await?;
        if !subjects.iter().any(|it| it.id == fields.subject) {
            return Err(Error::NoSuchSubject);
        }
        let id = store::insert_scale(&mut tx, year.id, &fields).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes a scale: every result of its exams follows at once.
    pub async fn change_scale(
        &self,
        actor: &Actor,
        id: ScaleId,
        seen: i32,
        fields: ScaleFields,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::ExamEdit)?;
        fields.check()?;
        let mut tx = self.db.begin(actor).await?;
        let known = store::scale(&mut tx, id).await?;
        self.open_year(&mut tx, known.year).await?;
        // Exams refer to the maximum, so it stays with kind and subject.
        let above = fields.steps.iter().any(|it| it.from > known.max_primary);
        if above || fields.pass_primary.is_some_and(|it| it > known.max_primary) {
            return Err(Error::BadFields);
        }
        store::update_scale(&mut tx, id, seen, &fields).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl ScaleFields {
    fn check(&self) -> Result<(), Error> {
        let name = (1..=100).contains(&self.name.chars().count());
        let max = (1..=999).contains(&self.max_primary);
        let pass = self
            .pass_primary
            .is_none_or(|it| (0..=self.max_primary).contains(&it));
        if name && max && pass {
            Ok(())
        } else {
            Err(Error::BadFields)
        }
    }
}
