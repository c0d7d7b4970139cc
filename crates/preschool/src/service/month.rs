//! The sheet of a month: looked at, entered, handed in, opened again.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Right};
use serde_json::json;

use super::{Preschool, reaches_group, usual_month};
use crate::{Error, Month, NotThere, Sheet, store};

/// Who closed the month, and who opened it again.
#[derive(Clone, Debug)]
pub struct MonthState {
    pub closed: bool,
    pub by: String,
    pub at: DateTime<Utc>,
    /// Who, when and why.
    pub reopened: Option<(String, DateTime<Utc>, String)>,
}

/// A sheet with what the actor may do with it.
#[derive(Clone, Debug)]
pub struct Told {
    pub sheet: Sheet,
    pub state: Option<MonthState>,
    pub enters: bool,
    pub reopens: bool,
}

/// What was typed into a cell, over what the page showed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellChange {
    pub pupil: PersonId,
    pub day: NaiveDate,
    pub typed: String,
    pub was: String,
}

/// Somebody else was faster.
#[derive(Clone, Debug)]
pub struct StaleCell {
    pub pupil: PersonId,
    pub day: NaiveDate,
    pub mine: String,
    pub now: String,
    pub by: String,
}

/// What came of a form.
#[derive(Clone, Debug)]
pub enum Saved {
    Done(usize),
    /// Nothing was written.
    Stale(Vec<StaleCell>),
    /// Nothing was written.
    Wrong(Vec<(PersonId, NaiveDate, NotThere)>),
}

/// One change of the month, for its history.
#[derive(Clone, Debug)]
pub struct Undone {
    pub at: DateTime<Utc>,
    pub by: String,
    pub child: String,
    pub day: NaiveDate,
    pub old: String,
    pub new: String,
}

impl Preschool {
    /// The sheet of a group; of the present month where none is named.
    pub async fn month(
        &self,
        actor: &Actor,
        class: ClassId,
        month: Option<Month>,
        today: NaiveDate,
    ) -> Result<Told, Error> {
        let mut tx = self.db.begin(actor).await?;
        let told = self.told(&mut tx, actor, class, month, today).await?;
        tx.commit().await?;
        Ok(told)
    }

    async fn told(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        class: ClassId,
        month: Option<Month>,
        today: NaiveDate,
    ) -> Result<Told, Error> {
        let frame = self.seen_group(tx, actor, class).await?;
        let month = month.unwrap_or_else(|| usual_month(&frame, today));
        let sheet = self.sheet(tx, frame, month).await?;
        let stored = store::months(tx, &[class], month).await?;
        let state = match stored.into_iter().next() {
            Some(it) => Some(self.state(tx, it).await?),
            None => None,
        };
        let closed = state.as_ref().is_some_and(|it| it.closed);
        let edits = reaches_group(actor, actor.reaches(Right::SheetEdit), &sheet.class);
        Ok(Told {
            enters: edits && !closed && !sheet.year.archived,
            reopens: closed && !sheet.year.archived && actor.may_in_org(Right::SheetReopen).is_ok(),
            sheet,
            state,
        })
    }

    async fn state(&self, tx: &mut Tx, it: store::StoredMonth) -> Result<MonthState, Error> {
        let mut people = vec![it.by];
        people.extend(it.reopened.as_ref().map(|it| it.0));
        let cards = self.people.cards(tx, &people).await?;
        let name = |id: PersonId| {
            let card = cards.iter().find(|it| it.id == id);
            card.map_or_else(String::new, people::Card::short)
        };
        Ok(MonthState {
            closed: it.reopened.is_none(),
            by: name(it.by),
            at: it.at,
            reopened: it.reopened.map(|(by, at, why)| (name(by), at, why)),
        })
    }

    /// The sheet for a change that nobody else makes until the commit.
    async fn locked(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        class: ClassId,
        month: Month,
        today: NaiveDate,
    ) -> Result<Told, Error> {
        actor.may(Right::SheetEdit)?;
        store::lock_sheet(tx, class).await?;
        let told = self.told(tx, actor, class, Some(month), today).await?;
        if told.sheet.year.archived {
            return Err(Error::YearArchived);
        }
        if told.state.as_ref().is_some_and(|it| it.closed) {
            return Err(Error::HandedIn);
        }
        if !told.enters {
            return Err(Error::NotFound);
        }
        Ok(told)
    }

    /// Writes what was typed: all of it or nothing.
    #[tracing::instrument(name = "preschool.save", skip_all, fields(class.id = %class))]
    pub async fn save(
        &self,
        actor: &Actor,
        class: ClassId,
        month: Month,
        changes: &[CellChange],
        today: NaiveDate,
    ) -> Result<Saved, Error> {
        let mut tx = self.db.begin(actor).await?;
        let sheet = self
            .locked(&mut tx, actor, class, month, today)
            .await?
            .sheet;
        let (mut cells, mut wrong, mut stale) = (vec![], vec![], vec![]);
        for it in changes {
            let sign = match sheet.decide(it.pupil, it.day, &it.typed, today) {
                Ok(sign) => sign,
                Err(why) => {
                    wrong.push((it.pupil, it.day, why));
                    continue;
                }
            };
            let now = sheet.sign(it.pupil, it.day).unwrap_or_default();
            if now == sign {
                continue;
            }
            if now == it.was {
                cells.push((it.pupil, it.day, sign));
            } else {
                stale.push(StaleCell {
                    pupil: it.pupil,
                    day: it.day,
                    mine: sign,
                    now: now.to_owned(),
                    by: String::new(),
                });
            }
        }
        if !wrong.is_empty() {
            return Ok(Saved::Wrong(wrong));
        }
        if !stale.is_empty() {
            self.name_hands(&mut tx, &mut stale).await?;
            return Ok(Saved::Stale(stale));
        }
        store::save_signs(&mut tx, class, actor.person, &cells).await?;
        tx.commit().await?;
        Ok(Saved::Done(cells.len()))
    }

    async fn name_hands(&self, tx: &mut Tx, stale: &mut [StaleCell]) -> Result<(), Error> {
        let cells: Vec<(PersonId, NaiveDate)> = stale.iter().map(|it| (it.pupil, it.day)).collect();
        let hands = store::hands(tx, &cells).await?;
        let people: Vec<PersonId> = hands.values().copied().collect();
        let cards = self.people.cards(tx, &people).await?;
        for it in stale {
            let whose = hands.get(&(it.pupil, it.day));
            let card = cards.iter().find(|card| Some(&card.id) == whose);
            it.by = card.map_or_else(String::new, people::Card::short);
        }
        Ok(())
    }

    /// «Все на месте»: whoever has no sign on the day was there.
    #[tracing::instrument(name = "preschool.all_present", skip_all, fields(class.id = %class))]
    pub async fn all_present(
        &self,
        actor: &Actor,
        class: ClassId,
        day: NaiveDate,
        today: NaiveDate,
    ) -> Result<usize, Error> {
        let mut tx = self.db.begin(actor).await?;
        let told = self
            .locked(&mut tx, actor, class, Month::of(day), today)
            .await?;
        let open = told
            .sheet
            .days
            .iter()
            .any(|it| it.day == day && it.off.is_none());
        if !open || day > today {
            return Err(Error::NoSuchDay);
        }
        let cells: Vec<(PersonId, NaiveDate, String)> = told
            .sheet
            .all_present(day)
            .into_iter()
            .map(|(pupil, sign)| (pupil, day, sign))
            .collect();
        store::save_signs(&mut tx, class, actor.person, &cells).await?;
        tx.commit().await?;
        Ok(cells.len())
    }

    /// Hands a month in, which closes it; refused while a day is blank.
    #[tracing::instrument(name = "preschool.hand_in", skip_all, fields(class.id = %class))]
    pub async fn hand_in(
        &self,
        actor: &Actor,
        class: ClassId,
        month: Month,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let told = self.locked(&mut tx, actor, class, month, today).await?;
        if told.sheet.blanks() > 0 || told.sheet.rows.is_empty() {
            return Err(Error::DaysBlank);
        }
        store::hand_in(&mut tx, class, month, actor.person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Opens a month again; the head says why.
    #[tracing::instrument(name = "preschool.reopen", skip_all, fields(class.id = %class))]
    pub async fn reopen(
        &self,
        actor: &Actor,
        class: ClassId,
        month: Month,
        reason: &str,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::SheetReopen)?;
        let mut tx = self.db.begin(actor).await?;
        store::lock_sheet(&mut tx, class).await?;
        let frame = self.seen_group(&mut tx, actor, class).await?;
        if frame.year.archived {
            return Err(Error::YearArchived);
        }
        if !(1..=500).contains(&reason.chars().count()) {
            return Err(Error::NoReason);
        }
        if !store::reopen(&mut tx, class, month, actor.person, reason).await? {
            return Err(Error::NotHandedIn);
        }
        tx.commit().await?;
        Ok(())
    }

    /// Every change of the sheet of a month, the newest first.
    pub async fn history(
        &self,
        actor: &Actor,
        class: ClassId,
        month: Option<Month>,
        today: NaiveDate,
    ) -> Result<(Sheet, Vec<Undone>), Error> {
        let mut tx = self.db.begin(actor).await?;
        let frame = self.seen_group(&mut tx, actor, class).await?;
        let month = month.unwrap_or_else(|| usual_month(&frame, today));
        let sheet = self.sheet(&mut tx, frame, month).await?;
        let cell = |row: &crate::SheetRow| {
            let pupil = row.pupil;
            let days = sheet.days.iter().filter(|it| it.off.is_none());
            days.map(move |it| json!({ "pupil_id": pupil, "day": it.day }))
                .collect::<Vec<_>>()
        };
        let keys: Vec<serde_json::Value> = sheet.rows.iter().flat_map(cell).collect();
        let changes = db::history::of_many(&mut tx, "preschool.attendance", &keys).await?;
        let people: Vec<PersonId> = changes.iter().filter_map(|it| it.person).collect();
        let cards = self.people.cards(&mut tx, &people).await?;
        tx.commit().await?;
        let hands: HashMap<PersonId, String> = cards.iter().map(|it| (it.id, it.short())).collect();
        let text = |of: &serde_json::Map<String, serde_json::Value>, column: &str| {
            let value = of.get(column).and_then(serde_json::Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        let told = changes.iter().rev().filter_map(|it| {
            let pupil: PersonId = it.key.get("pupil_id")?.as_i64()?.into();
            let child = sheet.rows.iter().find(|row| row.pupil == pupil)?;
            let (old, new) = (text(&it.old, "sign"), text(&it.new, "sign"));
            (old != new).then(|| Undone {
                at: it.at,
                by: it
                    .person
                    .and_then(|by| hands.get(&by).cloned())
                    .unwrap_or_default(),
                child: child.name.clone(),
                day: text(&it.key, "day").parse().unwrap_or_default(),
                old,
                new,
            })
        });
        let told = told.collect();
        Ok((sheet, told))
    }
}
