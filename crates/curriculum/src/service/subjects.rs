use kernel::{Actor, Right, SubjectId};

use super::CurriculumService;
use crate::{Error, Records, ScaleRow, SubjectCard, SubjectFields, defaults, store};

impl CurriculumService {
    /// All subjects, archived ones last, and the scales they may have.
    pub async fn subject_cards(
        &self,
        actor: &Actor,
    ) -> Result<(Vec<SubjectCard>, Vec<ScaleRow>), Error> {
        actor.may_in_org(Right::CurriculumView)?;
        let mut tx = self.db.begin(actor).await?;
        let subjects = store::subjects::cards(&mut tx).await?;
        let scales = store::scales::scales(&mut tx).await?;
        tx.commit().await?;
        Ok((subjects, scales))
    }

    /// Enters a subject; refuses a name that is taken.
    pub async fn add_subject(
        &self,
        actor: &Actor,
        wish: SubjectFields,
    ) -> Result<SubjectId, Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        let wish = wish.checked()?;
        let mut tx = self.db.begin(actor).await?;
        let id = store::subjects::insert(&mut tx, &wish).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes a subject; refuses a stale version and a name that is taken.
    pub async fn change_subject(
        &self,
        actor: &Actor,
        id: SubjectId,
        seen: i32,
        wish: SubjectFields,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        let wish = wish.checked()?;
        let mut tx = self.db.begin(actor).await?;
        let known = store::subjects::cards(&mut tx).await?;
        known
            .iter()
            .find(|it| it.id == id)
            .ok_or(Error::NoSuchSubject)?;
        store::subjects::update(&mut tx, id, &wish, seen).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Enters those of the usual subjects that the school does not have; how many.
    pub async fn add_usual_subjects(&self, actor: &Actor) -> Result<usize, Error> {
        actor.may_in_org(Right::CurriculumEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let usual = defaults::usual_subjects();
        let done = Records.ensure_subjects(&mut tx, &usual).await?;
        tx.commit().await?;
        Ok(done.created.len())
    }
}
