//! Writing the list, and what taking it back needs.

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, YearId};
use serde::{Deserialize, Serialize};

use super::{TimetableList, plan::Plan};
use crate::{Error, NewSlot, State, Version, VersionId, store};

#[derive(Serialize, Deserialize)]
pub(super) struct Undo {
    year: YearId,
    version: VersionId,
    /// The revision that the list left.
    left: i32,
    /// The hours of the draft before; none where there was no draft.
    draft: Option<Vec<NewSlot>>,
    /// The hours in force before; none where nothing was published.
    published: Vec<NewSlot>,
    /// The day from which the list was published.
    from: Option<NaiveDate>,
}

async fn hours(tx: &mut Tx, version: Option<&Version>) -> Result<Option<Vec<NewSlot>>, Error> {
    let Some(version) = version else {
        return Ok(None);
    };
    let slots = store::slots::of_version(tx, version.id).await?;
    Ok(Some(slots.iter().map(NewSlot::from).collect()))
}

impl TimetableList {
    pub(super) async fn write(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        plan: &Plan,
        from: Option<NaiveDate>,
    ) -> Result<Undo, Error> {
        let year = plan.year.id;
        let before = store::versions::of_year(tx, year).await?;
        let draft = before.iter().find(|it| it.state == State::Draft);
        let in_force =
            |it: &&Version| it.state == State::Published && from.is_none_or(|day| day <= it.until);
        let mut undo = Undo {
            year,
            version: VersionId::from(0),
            left: 0,
            draft: hours(tx, draft).await?,
            published: hours(tx, before.iter().find(in_force))
                .await?
                .unwrap_or_default(),
            from,
        };
        let wanted = plan.wanted().1;
        undo.version = self
            .timetable
            .replace_draft(tx, actor, year, &wanted)
            .await?;
        if let Some(from) = from {
            self.timetable
                .publish_in(tx, actor, year, from, None)
                .await?;
        }
        let after = store::versions::of_year(tx, year).await?;
        undo.left = after
            .iter()
            .find(|it| it.id == undo.version)
            .map_or(0, |it| it.revision);
        Ok(undo)
    }

    pub(super) async fn take_back(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        undo: &Undo,
    ) -> Result<(), intake::Error> {
        let of = |it: Error| intake::Error::of(it);
        let now = store::versions::of_year(tx, undo.year).await?;
        let own = now.iter().find(|it| it.id == undo.version);
        let awaited = if undo.from.is_some() {
            State::Published
        } else {
            State::Draft
        };
        let is_left = own.is_some_and(|it| it.state == awaited && it.revision == undo.left);
        let newer_draft = now
            .iter()
            .any(|it| it.state == State::Draft && it.id != undo.version);
        if !is_left || newer_draft {
            return Err(intake::Error::ChangedSince);
        }
        if let Some(from) = undo.from {
            self.timetable
                .replace_draft(tx, actor, undo.year, &undo.published)
                .await
                .map_err(of)?;
            let done = self
                .timetable
                .publish_in(tx, actor, undo.year, from, None)
                .await;
            if done.map_err(of)?.held > 0 {
                return Err(intake::Error::UsedSince);
            }
        }
        if undo.from.is_none() || undo.draft.is_some() {
            let draft = undo.draft.as_deref().unwrap_or(&undo.published);
            self.timetable
                .replace_draft(tx, actor, undo.year, draft)
                .await
                .map_err(of)?;
        }
        Ok(())
    }
}
