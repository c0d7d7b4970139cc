//! What the domains above ask of transitions.

use async_trait::async_trait;
use db::Tx;
use kernel::ClassId;

/// Which class became which.
#[async_trait]
pub trait ClassMoves: Send + Sync {
    /// What these classes were in the year before, as (class, class before).
    /// New ones are left out; one that was joined of two is there twice.
    async fn classes_before(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
    ) -> Result<Vec<(ClassId, ClassId)>, db::Error>;
}

/// The transitions that were run.
#[derive(Clone, Copy, Debug)]
pub struct Moves;

#[async_trait]
impl ClassMoves for Moves {
    async fn classes_before(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
    ) -> Result<Vec<(ClassId, ClassId)>, db::Error> {
        crate::store::classes_before(tx, classes).await
    }
}
