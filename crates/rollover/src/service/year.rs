use chrono::NaiveDate;
use curriculum::{NewYear, YearCard};
use kernel::{Actor, Right};

use super::Rollover;
use crate::{Error, Scene, shifted, store};

impl Rollover {
    /// The coming year as it stands, or as it is proposed by weekday.
    pub async fn year_step(
        &self,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<(Scene, Option<YearCard>, NewYear), Error> {
        actor.may_in_org(Right::YearView)?;
        let mut tx = self.db.begin(actor).await?;
        let scene = self.scene_in(&mut tx, today).await?;
        let of = scene.to.as_ref().map_or(scene.from.id, |it| it.id);
        let card = self.records.year_card(&mut tx, of).await?;
        tx.commit().await?;
        let proposal = shifted(&card);
        let stands = scene.to.is_some().then_some(card);
        Ok((scene, stands, proposal))
    }

    /// Enters the coming year, planned: nobody is in it until the run.
    #[tracing::instrument(name = "rollover.prepare_year", skip_all)]
    pub async fn prepare_year(
        &self,
        actor: &Actor,
        today: NaiveDate,
        new: &NewYear,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::YearClose)?;
        let mut tx = self.db.begin(actor).await?;
        let (id, scene) = self.open_scene(&mut tx, today).await?;
        let known = match &scene.to {
            Some(it) => Some(it.id),
            None => self.records.year_after(&mut tx, scene.from.id).await?,
        };
        let to = match known {
            // What was entered by hand keeps its dates and begins as planned.
            Some(it) => {
                self.records
                    .set_year_state(&mut tx, it, curriculum::YearState::Planned)
                    .await?;
                it
            }
            None => self.records.put_planned_year(&mut tx, new).await?,
        };
        store::set_year(&mut tx, id, to).await?;
        tx.commit().await?;
        Ok(())
    }
}
