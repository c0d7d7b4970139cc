use kernel::{Actor, Right};

use super::Timetable;
use crate::{Bells, Error, store};

impl Timetable {
    /// The bells of the school; the usual ones where it has not set its own.
    pub async fn bells(&self, actor: &Actor) -> Result<Bells, Error> {
        actor.may(Right::TimetableView)?;
        let mut tx = self.db.begin(actor).await?;
        let bells = store::bells::all(&mut tx).await?;
        tx.commit().await?;
        Ok(bells)
    }

    /// Sets the bells, if they are still those that were seen. Lessons get the
    /// new times with the next publication.
    #[tracing::instrument(name = "schedule.change_bells", skip_all)]
    pub async fn change_bells(&self, actor: &Actor, seen: &str, wish: &Bells) -> Result<(), Error> {
        actor.may_in_org(Right::TimetableEdit)?;
        let mut tx = self.db.begin(actor).await?;
        store::bells::lock(&mut tx).await?;
        if store::bells::all(&mut tx).await?.fingerprint() != seen {
            return Err(Error::ChangedMeanwhile);
        }
        store::bells::put(&mut tx, wish).await?;
        tx.commit().await?;
        Ok(())
    }
}
