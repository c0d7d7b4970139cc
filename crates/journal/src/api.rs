//! What the journal tells the domains below it through their sockets.

use std::collections::HashSet;

use async_trait::async_trait;
use db::Tx;
use kernel::{Fault, LessonId};
use schedule::LessonContents;

use crate::store;

/// Which lessons hold marks, absences, topics or homework: the timetable may
/// cancel or move them but never destroy them (BEY-1).
#[derive(Clone, Copy, Debug, Default)]
pub struct Contents;

#[async_trait]
impl LessonContents for Contents {
    async fn filled(
        &self,
        tx: &mut Tx,
        ids: &[LessonId],
    ) -> Result<HashSet<LessonId>, Box<dyn Fault>> {
        store::filled(tx, ids)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}
