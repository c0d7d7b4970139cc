//! What the journal tells the domains below it through their sockets.

use std::collections::HashSet;

use db::Tx;
use kernel::LessonId;

use crate::{Error, store};

/// Which lessons hold marks, absences, topics or homework: the timetable may
/// cancel or move them but never destroy them (BEY-1).
#[derive(Clone, Copy, Debug, Default)]
pub struct Contents;

impl Contents {
    /// Those of the lessons that hold anything.
    pub async fn filled(&self, tx: &mut Tx, lessons: &[LessonId]) -> Result<HashSet<LessonId>, Error> {
        Ok(store::filled(tx, lessons).await?)
    }
}
