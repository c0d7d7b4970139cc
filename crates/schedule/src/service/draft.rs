use std::collections::HashMap;

use curriculum::{Load, LoadId, LoadOf, Year};
use db::Tx;
use kernel::{Actor, ClassId, Right, RoomId, YearId};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{Names, Timetable};
use crate::{
    Bells, Error, Hour, NewSlot, Part, Slot, SlotId, State, Version, VersionId, in_the_way, store,
};

/// The draft of a year with all that its editor shows.
#[derive(Clone, Debug)]
pub struct Draft {
    pub year: Year,
    pub version: Option<Version>,
    /// The version in force or the next one to be.
    pub published: Option<Version>,
    pub slots: Vec<Slot>,
    pub bells: Bells,
    pub loads: Vec<Load>,
    pub names: Names,
}

/// A row of load and how much of it the draft places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    pub load: LoadId,
    pub placed: u32,
    pub hours: u32,
}

/// Where a lesson hour shall be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    pub weekday: i16,
    pub number: i16,
    pub room: Option<RoomId>,
}

impl Draft {
    /// What of a class's load is placed and what is not.
    pub fn given(&self, class: ClassId) -> Vec<Given> {
        let placed = |load: &Load| {
            let is_it = |it: &&Slot| {
                (it.class, it.group, it.subject, it.teacher)
                    == (load.class, load.group, load.subject, load.teacher)
            };
            self.slots.iter().filter(is_it).count()
        };
        let given = |it: &Load| Given {
            load: it.id,
            placed: u32::try_from(placed(it)).unwrap_or(u32::MAX),
            hours: it
                .hours_a_week
                .round_dp(0)
                .max(Decimal::ONE)
                .to_u32()
                .unwrap_or_default(),
        };
        self.loads
            .iter()
            .filter(|it| it.class == class)
            .map(given)
            .collect()
    }

    /// The hour that a row of load would take there.
    pub fn wish(&self, load: &Load, place: Placed) -> Option<Slot> {
        wish(&self.names, load, place)
    }
}

impl Timetable {
    /// The draft of the year, by default of the one near the present; without
    /// one, what is published may be copied.
    pub async fn draft(&self, actor: &Actor, year: Option<YearId>) -> Result<Draft, Error> {
        actor.may_in_org(Right::TimetableEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let year = self.year(&mut tx, year).await?;
        let versions = store::versions::of_year(&mut tx, year.id).await?;
        let of = |state| {
            versions
                .iter()
                .find(|it: &&Version| it.state == state)
                .cloned()
        };
        let (version, published) = (of(State::Draft), of(State::Published));
        let slots = match version.as_ref().or(published.as_ref()) {
            Some(it) => store::slots::of_version(&mut tx, it.id).await?,
            None => vec![],
        };
        let bells = store::bells::all(&mut tx).await?;
        let loads = self
            .asked
            .curriculum
            .load(&mut tx, year.id, LoadOf::School)
            .await?;
        let mut names = self.names(&mut tx, year.id).await?;
        let teachers = loads
            .iter()
            .map(|it| it.teacher)
            .chain(slots.iter().map(|it| it.teacher));
        names
            .complete(&mut tx, &*self.asked.people, teachers)
            .await?;
        tx.commit().await?;
        Ok(Draft {
            year,
            version,
            published,
            slots,
            bells,
            loads,
            names,
        })
    }

    /// Begins a draft as a copy of what is in force; does nothing where there is one.
    #[tracing::instrument(name = "schedule.begin_draft", skip_all)]
    pub async fn begin_draft(&self, actor: &Actor, year: YearId) -> Result<(), Error> {
        actor.may_in_org(Right::TimetableEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let year = self.open_year(&mut tx, Some(year)).await?;
        self.ensure_draft(&mut tx, &year).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Places a row of load at an hour (SCH-1). Whoever is busy then refuses it.
    #[tracing::instrument(name = "schedule.place", skip_all)]
    pub async fn place(
        &self,
        actor: &Actor,
        year: YearId,
        load: LoadId,
        place: Placed,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::TimetableEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let year = self.open_year(&mut tx, Some(year)).await?;
        let version = self.ensure_draft(&mut tx, &year).await?;
        let loads = self
            .asked
            .curriculum
            .load(&mut tx, year.id, LoadOf::School)
            .await?;
        let load = loads
            .iter()
            .find(|it| it.id == load)
            .ok_or(Error::NoSuchLoad)?;
        let names = self.names(&mut tx, year.id).await?;
        check_room(&names, place.room)?;
        let slot = wish(&names, load, place).ok_or(Error::NoSuchClass)?;
        self.check(&mut tx, &year, version, &slot).await?;
        store::slots::insert(&mut tx, version, &[slot]).await?;
        store::versions::touch(&mut tx, version).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Moves an hour of the draft to another hour or room (Z3).
    #[tracing::instrument(name = "schedule.move_slot", skip_all, fields(slot.id = %id))]
    pub async fn move_slot(&self, actor: &Actor, id: SlotId, to: Placed) -> Result<(), Error> {
        actor.may_in_org(Right::TimetableEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let (version, year) = store::slots::in_draft(&mut tx, id)
            .await?
            .ok_or(Error::NoSuchSlot)?;
        let year = self.open_year(&mut tx, Some(year)).await?;
        let slots = store::slots::of_version(&mut tx, version).await?;
        let old = slots
            .iter()
            .find(|it| it.id == id)
            .ok_or(Error::NoSuchSlot)?;
        if let Some(room) = to.room {
            let rooms = self.asked.organisations.rooms(&mut tx).await?;
            rooms
                .iter()
                .find(|it| it.id == room)
                .ok_or(Error::NoSuchRoom)?;
        }
        let hour = Hour {
            weekday: to.weekday,
            number: to.number,
            ..old.hour
        };
        let slot = Slot {
            hour,
            room: to.room,
            ..old.clone()
        };
        self.check(&mut tx, &year, version, &slot).await?;
        store::slots::update(&mut tx, &slot).await?;
        store::versions::touch(&mut tx, version).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes an hour out of the draft.
    pub async fn remove_slot(&self, actor: &Actor, id: SlotId) -> Result<(), Error> {
        actor.may_in_org(Right::TimetableEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let (version, year) = store::slots::in_draft(&mut tx, id)
            .await?
            .ok_or(Error::NoSuchSlot)?;
        self.open_year(&mut tx, Some(year)).await?;
        store::slots::delete(&mut tx, &[id]).await?;
        store::versions::touch(&mut tx, version).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes the draft these hours, whatever it held: what an import does, in
    /// its own transaction. Refuses the first clash; [`crate::clashes`] finds
    /// all of them before.
    pub async fn replace_draft(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        year: YearId,
        wanted: &[NewSlot],
    ) -> Result<VersionId, Error> {
        actor.may_in_org(Right::TimetableEdit)?;
        let year = self.open_year(tx, Some(year)).await?;
        let version = self.ensure_draft(tx, &year).await?;
        let slots = self.slots(tx, year.id, wanted).await?;
        let bells = store::bells::all(tx).await?;
        for it in &slots {
            check_hour(&year, &bells, it.hour)?;
        }
        if let Some((one, other, what)) = crate::clashes(&slots, &bells).into_iter().next() {
            let (wish, other) = (slots[other].clone(), slots[one].clone());
            return Err(Error::Busy(Box::new(crate::Clash { what, wish, other })));
        }
        store::slots::clear(tx, version).await?;
        store::slots::insert(tx, version, &slots).await?;
        store::versions::touch(tx, version).await?;
        Ok(version)
    }

    /// Hours as the draft would hold them, in the order given: shift and part
    /// come from class and group. The ids are those positions, from 1.
    pub async fn slots(
        &self,
        tx: &mut Tx,
        year: YearId,
        wanted: &[NewSlot],
    ) -> Result<Vec<Slot>, Error> {
        let names = self.names(tx, year).await?;
        let classes: HashMap<_, _> = names.classes.iter().map(|it| (it.id, it)).collect();
        let groups: HashMap<_, _> = names.groups.iter().map(|it| (it.id, it)).collect();
        let slot = |(id, it): (i64, &NewSlot)| {
            let class = classes.get(&it.class).ok_or(Error::NoSuchClass)?;
            let part = match it.group {
                None => Part::WHOLE,
                Some(group) => {
                    let group = groups.get(&group).filter(|group| group.class == it.class);
                    Part::group(group.ok_or(Error::NoSuchGroup)?.part)
                }
            };
            Ok(Slot {
                id: id.into(),
                hour: Hour {
                    weekday: it.weekday,
                    shift: class.shift,
                    number: it.number,
                },
                class: it.class,
                group: it.group,
                part,
                subject: it.subject,
                teacher: it.teacher,
                room: it.room,
            })
        };
        (1i64..).zip(wanted).map(slot).collect()
    }

    /// The draft, locked: made as a copy of the newest published version where
    /// there is none.
    async fn ensure_draft(&self, tx: &mut Tx, year: &Year) -> Result<VersionId, Error> {
        let is_new =
            store::versions::ensure_draft(tx, year.id, (year.starts_on, year.ends_on)).await?;
        let (draft, _) = store::versions::locked_draft(tx, year.id)
            .await?
            .ok_or(Error::NoDraft)?;
        if is_new {
            let versions = store::versions::of_year(tx, year.id).await?;
            if let Some(it) = versions.iter().find(|it| it.state == State::Published) {
                store::slots::copy(tx, it.id, draft).await?;
            }
        }
        Ok(draft)
    }

    /// Refuses an hour that the school does not have, or at which somebody is busy.
    async fn check(
        &self,
        tx: &mut Tx,
        year: &Year,
        version: VersionId,
        wish: &Slot,
    ) -> Result<(), Error> {
        let bells = store::bells::all(tx).await?;
        check_hour(year, &bells, wish.hour)?;
        let slots = store::slots::of_version(tx, version).await?;
        match in_the_way(wish, &slots, &bells).min_by_key(|it| it.what) {
            Some(clash) => Err(Error::Busy(Box::new(clash))),
            None => Ok(()),
        }
    }
}

/// A working day of the school and an hour that the bells know.
fn check_hour(year: &Year, bells: &Bells, hour: Hour) -> Result<(), Error> {
    if !(1..=year.days_a_week).contains(&hour.weekday) {
        return Err(Error::NoSuchHour);
    }
    let unknown = Error::NoBell {
        shift: hour.shift,
        number: hour.number,
    };
    bells
        .get(hour.shift, hour.number)
        .map(|_| ())
        .ok_or(unknown)
}

fn check_room(names: &Names, room: Option<RoomId>) -> Result<(), Error> {
    let is_ours = |id| names.rooms.iter().any(|it| it.id == id);
    if room.is_none_or(is_ours) {
        Ok(())
    } else {
        Err(Error::NoSuchRoom)
    }
}

fn wish(names: &Names, load: &Load, place: Placed) -> Option<Slot> {
    let class = names.class(load.class)?;
    let part = match load.group {
        None => Part::WHOLE,
        Some(id) => Part::group(names.group(id)?.part),
    };
    Some(Slot {
        // No stored hour has this id.
        id: 0.into(),
        hour: Hour {
            weekday: place.weekday,
            shift: class.shift,
            number: place.number,
        },
        class: load.class,
        group: load.group,
        part,
        subject: load.subject,
        teacher: load.teacher,
        room: place.room,
    })
}
