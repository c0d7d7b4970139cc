use kernel::{Actor, Right};

use super::CurriculumService;
use crate::{Error, ScaleRow, WorkKindChange, WorkKindRow, store};

impl CurriculumService {
    /// Scales and kinds of work (CUR-7).
    pub async fn scales(&self, actor: &Actor) -> Result<(Vec<ScaleRow>, Vec<WorkKindRow>), Error> {
        actor.may_in_org(Right::CurriculumView)?;
        let mut tx = self.db.begin(actor).await?;
        let scales = store::scales::scales(&mut tx).await?;
        let kinds = store::scales::kinds(&mut tx).await?;
        tx.commit().await?;
        Ok((scales, kinds))
    }

    /// Enters the usual scales and kinds of work; those there are stay.
    pub async fn add_usual_kinds(&self, actor: &Actor) -> Result<(), Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        let mut tx = self.db.begin(actor).await?;
        store::scales::ensure_defaults(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Changes kinds of work, all or none; refuses a stale version. Averages
    /// follow the new weights, final marks that were given do not (§2.4).
    #[tracing::instrument(name = "curriculum.change_kinds", skip_all)]
    pub async fn change_kinds(
        &self,
        actor: &Actor,
        changes: Vec<WorkKindChange>,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let known = store::scales::kinds(&mut tx).await?;
        let mut wishes = vec![];
        for it in changes {
            known
                .iter()
                .find(|row| row.kind.id == it.id)
                .ok_or(Error::NoSuchKind)?;
            wishes.push(WorkKindChange {
                fields: it.fields.checked()?,
                ..it
            });
        }
        store::scales::update(&mut tx, &wishes).await?;
        tx.commit().await?;
        Ok(())
    }
}
