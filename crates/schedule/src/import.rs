//! «Расписание»: hours of the week, from our own table or as FET exports them.

mod around;
mod plan;
mod undo;

use std::collections::BTreeSet;

use async_trait::async_trait;
use curriculum::Year;
use db::Tx;
use intake::{Ask, AskKind, Check, Column, Commit, Importer, Kind, Layout, Rows, Wish};
use kernel::{Actor, Fault, Right};
use serde::Deserialize;
use serde_json::{Value, json};

use self::{around::Around, plan::Plan, undo::Undo};
use crate::{Asked, Bells, Busy, Error, NewSlot, Timetable, clashes, store};

/// Codes of the days in the words, Monday first.
const DAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const ASKS: &[Ask] = &[
    Ask {
        code: "publish",
        kind: AskKind::Flag,
    },
    Ask {
        code: "from",
        kind: AskKind::Date,
    },
];

/// The list «Расписание».
pub struct TimetableList {
    timetable: Timetable,
    asked: Asked,
}

impl TimetableList {
    /// `asked` as the timetable itself has it.
    pub const fn new(timetable: Timetable, asked: Asked) -> Self {
        Self { timetable, asked }
    }

    async fn plan(
        &self,
        tx: &mut Tx,
        wish: &Wish,
        rows: &mut Rows<'_>,
    ) -> Result<Plan, intake::Error> {
        let year = curriculum::year_of(&*self.asked.curriculum, tx, wish).await?;
        self.plan_of(tx, year, wish, rows)
            .await
            .map_err(intake::Error::of)
    }

    async fn plan_of(
        &self,
        tx: &mut Tx,
        year: Year,
        wish: &Wish,
        rows: &mut Rows<'_>,
    ) -> Result<Plan, Error> {
        let around = Around::load(tx, &self.asked, &year).await?;
        let current = store::versions::of_year(tx, year.id).await?;
        let known = match current.first() {
            Some(version) => store::slots::of_version(tx, version.id).await?,
            None => vec![],
        };
        let mut plan = Plan {
            hours: vec![],
            known: known.iter().map(NewSlot::from).collect(),
            unknown_rooms: BTreeSet::new(),
            without_room: 0,
            year,
        };
        for (index, record) in wish.records.iter().enumerate() {
            let hour = around.hour(record, index, rows);
            let room = record.text("room");
            if hour.is_some() && !room.is_empty() && around.room(room).is_none() {
                plan.unknown_rooms.insert(room.to_owned());
                plan.without_room += 1;
            }
            plan.hours.push(hour.filter(|_| rows.is_good(index)));
        }
        self.refuse_clashes(tx, &plan, &around.bells, rows).await?;
        Ok(plan)
    }

    /// Whoever is wanted twice at an hour, told at the later row.
    async fn refuse_clashes(
        &self,
        tx: &mut Tx,
        plan: &Plan,
        bells: &Bells,
        rows: &mut Rows<'_>,
    ) -> Result<(), Error> {
        let (places, wanted) = plan.wanted();
        let slots = self.timetable.slots(tx, plan.year.id, &wanted).await?;
        for (index, slot) in places.iter().zip(&slots) {
            if !(1..=plan.year.days_a_week).contains(&slot.hour.weekday) {
                rows.refuse(*index, "weekday", Error::NoSuchHour.code());
            } else if bells.get(slot.hour.shift, slot.hour.number).is_none() {
                rows.refuse(*index, "number", "schedule.no-bell");
            }
        }
        for (_, later, what) in clashes(&slots, bells) {
            let column = match what {
                Busy::Class => "class",
                Busy::Teacher => "teacher",
                Busy::Room => "room",
            };
            rows.refuse(places[later], column, what.fault_code());
        }
        Ok(())
    }
}

#[async_trait]
impl Importer for TimetableList {
    fn kind(&self) -> &'static str {
        "timetable"
    }

    fn right(&self) -> Right {
        Right::TimetableEdit
    }

    fn layouts(&self) -> Vec<Layout> {
        vec![Layout::new(
            "intake.timetable",
            vec![
                Column::new("weekday", Kind::Choice(DAYS)).required(),
                Column::new("number", Kind::Text(20)).required(),
                Column::new("class", Kind::Text(100)).required(),
                Column::new("part", Kind::Integer),
                Column::new("subject", Kind::Text(100)).required(),
                Column::new("teacher", Kind::Text(200)).required(),
                Column::new("room", Kind::Text(50)),
            ],
        )]
    }

    fn list_path(&self) -> &'static str {
        "/timetable/editor"
    }

    fn asks(&self) -> &'static [Ask] {
        ASKS
    }

    async fn check(
        &self,
        tx: &mut Tx,
        _actor: &Actor,
        wish: &Wish,
    ) -> Result<Check, intake::Error> {
        let mut rows = Rows::new(&wish.records);
        let plan = self.plan(tx, wish, &mut rows).await?;
        Ok(rows.checked(plan.notes(), |index| plan.outcome(index)))
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        wish: &Wish,
    ) -> Result<Commit, intake::Error> {
        let from = if wish.flag("publish") {
            let day = wish.date("from")?;
            Some(day.ok_or(intake::Error::Unfit("intake.no-publish-date"))?)
        } else {
            None
        };
        let plan = self.plan(tx, wish, &mut Rows::new(&wish.records)).await?;
        let undo = self
            .write(tx, actor, &plan, from)
            .await
            .map_err(intake::Error::of)?;
        Ok(Commit { undo: json!(undo) })
    }

    async fn revert(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        undo: &Value,
        _reason: &str,
    ) -> Result<(), intake::Error> {
        let undo = Undo::deserialize(undo).map_err(intake::Error::BadUndo)?;
        self.take_back(tx, actor, &undo).await
    }
}
