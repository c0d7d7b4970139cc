//! «Расписание»: hours of the week, from our own table or as FET exports them.

use std::collections::{BTreeSet, HashMap, HashSet};

use async_trait::async_trait;
use chrono::NaiveDate;
use curriculum::{Class, Group, Load, LoadOf, Names, Year};
use db::Tx;
use intake::{
    Ask, AskKind, Check, Column, Commit, Importer, Kind, Layout, Note, Record, RowOutcome, Rows,
    Wish,
};
use kernel::names::search_key;
use kernel::{Actor, ClassId, Fault, GroupId, PersonId, Right, RoomId, SubjectId, YearId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Asked, Bells, Busy, Error, NewSlot, Slot, State, Timetable, Version, VersionId, clashes, store,
};

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

/// An hour as the undo keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Hour {
    weekday: i16,
    number: i16,
    class: ClassId,
    group: Option<GroupId>,
    subject: SubjectId,
    teacher: PersonId,
    room: Option<RoomId>,
}

#[derive(Serialize, Deserialize)]
struct Undo {
    year: YearId,
    version: VersionId,
    /// The revision that the list left.
    left: i32,
    /// The hours of the draft before; none where there was no draft.
    draft: Option<Vec<Hour>>,
    /// The hours in force before; none where nothing was published.
    published: Vec<Hour>,
    /// The day from which the list was published.
    from: Option<NaiveDate>,
}

struct Plan {
    year: Year,
    /// For each row, its hour.
    hours: Vec<Option<NewSlot>>,
    /// Hours that are there already.
    known: HashSet<Sign>,
    unknown_rooms: BTreeSet<String>,
    without_room: usize,
}

/// What makes two hours the same.
type Sign = (
    i16,
    i16,
    ClassId,
    Option<GroupId>,
    SubjectId,
    PersonId,
    Option<RoomId>,
);

const fn sign(it: &NewSlot) -> Sign {
    (
        it.weekday, it.number, it.class, it.group, it.subject, it.teacher, it.room,
    )
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
        let year = self.asked.curriculum.year_near(tx, wish.today).await;
        let year = year.map_err(intake::Error::of)?;
        let year = year.ok_or(intake::Error::Unfit("intake.no-year"))?;
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
            known: known.iter().map(|it| sign(&hour(it).slot())).collect(),
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

impl Plan {
    /// The hours of the rows that make sense, with the places of the rows.
    fn wanted(&self) -> (Vec<usize>, Vec<NewSlot>) {
        let wanted = self.hours.iter().enumerate();
        wanted
            .filter_map(|(index, it)| Some((index, it.clone()?)))
            .unzip()
    }

    fn outcome(&self, index: usize) -> RowOutcome {
        match &self.hours[index] {
            Some(it) if self.known.contains(&sign(it)) => RowOutcome::Skip,
            _ => RowOutcome::Create,
        }
    }

    fn notes(&self) -> Vec<Note> {
        let said: HashSet<Sign> = self.hours.iter().flatten().map(sign).collect();
        let gone = self.known.difference(&said).count();
        let mut notes = vec![];
        if gone > 0 {
            notes.push(Note::new("hours-replaced").with("count", &gone));
        }
        if !self.unknown_rooms.is_empty() {
            let rooms: Vec<String> = self.unknown_rooms.iter().cloned().collect();
            let note = Note::new("no-such-rooms").with("rooms", &rooms.join(", "));
            notes.push(note.with("count", &self.without_room));
        }
        notes
    }
}

/// What the rows are compared with.
struct Around {
    names: Names,
    groups: Vec<Group>,
    loads: Vec<Load>,
    rooms: HashMap<String, RoomId>,
    bells: Bells,
}

impl Around {
    async fn load(tx: &mut Tx, asked: &Asked, year: &Year) -> Result<Self, Error> {
        let classes = asked.curriculum.classes(tx, year.id).await?;
        let classes: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        let rooms = asked.organisations.rooms(tx).await?;
        Ok(Self {
            names: Names::load(tx, year, &*asked.people).await?,
            groups: asked.curriculum.groups(tx, &classes).await?,
            loads: asked.curriculum.load(tx, year.id, LoadOf::School).await?,
            rooms: rooms
                .into_iter()
                .map(|it| (search_key(&it.number), it.id))
                .collect(),
            bells: store::bells::all(tx).await?,
        })
    }

    fn room(&self, text: &str) -> Option<RoomId> {
        self.rooms.get(&search_key(text)).copied()
    }

    fn hour(&self, record: &Record, index: usize, rows: &mut Rows<'_>) -> Option<NewSlot> {
        let class = self.class(record.text("class"));
        let class = class.map_err(|code| rows.refuse(index, "class", code)).ok();
        let subject = self.names.subject(record.text("subject"));
        if subject.is_none() {
            rows.refuse(index, "subject", "intake.no-such-subject");
        }
        let teacher = self.names.teacher(record.text("teacher"));
        let teacher = teacher
            .map_err(|code| rows.refuse(index, "teacher", code))
            .ok();
        let (class, part) = class?;
        let number = self.number(record.text("number"), class.shift);
        if number.is_none() {
            rows.refuse(index, "number", "intake.not-an-hour");
        }
        let part = record
            .integer("part")
            .and_then(|it| i16::try_from(it).ok())
            .or(part);
        let (subject, teacher) = (subject?, teacher?);
        let group = self.group(class, subject, teacher, part);
        let group = group
            .map_err(|(column, code)| rows.refuse(index, column, code))
            .ok()?;
        Some(NewSlot {
            weekday: weekday(record)?,
            number: number?,
            class: class.id,
            group,
            subject,
            teacher,
            room: self.room(record.text("room")),
        })
    }

    /// «7Б», or «7Б группа 2» as other programs name subgroups.
    fn class(&self, text: &str) -> Result<(&Class, Option<i16>), &'static str> {
        if text.contains('+') {
            return Err("intake.one-class");
        }
        let whole = self.names.class(text);
        if let Ok(class) = whole {
            return Ok((class, None));
        }
        let digits = text.len() - text.trim_end_matches(|it: char| it.is_ascii_digit()).len();
        let part = text[text.len() - digits..].parse::<i16>().ok();
        let breaks = text
            .char_indices()
            .filter(|it| !it.1.is_alphanumeric())
            .map(|it| it.0);
        let mut before: Vec<usize> = breaks.collect();
        before.reverse();
        let class = before
            .into_iter()
            .find_map(|it| self.names.class(&text[..it]).ok());
        match (class, part) {
            (Some(class), Some(part)) => Ok((class, Some(part))),
            _ => whole.map(|it| (it, None)),
        }
    }

    /// A number, or the time at which the lesson begins.
    fn number(&self, text: &str, shift: i16) -> Option<i16> {
        let first = text.split([' ', '-', '–']).next().unwrap_or_default();
        let time = first
            .contains([':', '.'])
            .then(|| first.trim_end_matches('.'));
        if let Some(time) = time.filter(|it| it.contains([':', '.'])) {
            let at = kernel::dates::parse_time(time).ok()?;
            let begins = |number: &i16| {
                self.bells
                    .get(shift, *number)
                    .is_some_and(|it| it.starts_at == at)
            };
            return (0..=12).find(begins);
        }
        let digits: String = first.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok().filter(|it| (0..=12).contains(it))
    }

    /// The subgroup that the load of the teacher says.
    fn group(
        &self,
        class: &Class,
        subject: SubjectId,
        teacher: PersonId,
        part: Option<i16>,
    ) -> Result<Option<GroupId>, (&'static str, &'static str)> {
        let own = |it: &&Load| (it.class, it.subject, it.teacher) == (class.id, subject, teacher);
        let loads: Vec<&Load> = self.loads.iter().filter(own).collect();
        let part_of = |group: GroupId| {
            self.groups
                .iter()
                .find(|it| it.id == group)
                .map(|it| it.part)
        };
        if loads.is_empty() {
            return Err(("teacher", "intake.no-load"));
        }
        match part {
            Some(part) => {
                let found = loads
                    .iter()
                    .find(|it| it.group.and_then(part_of) == Some(part));
                found
                    .map(|it| it.group)
                    .ok_or(("part", "intake.no-such-group"))
            }
            None => match loads.as_slice() {
                [one] => Ok(one.group),
                several if several.iter().any(|it| it.group.is_none()) => Ok(None),
                _ => Err(("part", "intake.which-group")),
            },
        }
    }
}

/// 1 is Monday.
fn weekday(record: &Record) -> Option<i16> {
    let code = record.choice("weekday")?;
    let at = DAYS.iter().position(|it| *it == code)?;
    i16::try_from(at + 1).ok()
}

impl Hour {
    const fn slot(&self) -> NewSlot {
        NewSlot {
            weekday: self.weekday,
            number: self.number,
            class: self.class,
            group: self.group,
            subject: self.subject,
            teacher: self.teacher,
            room: self.room,
        }
    }
}

const fn hour(it: &Slot) -> Hour {
    Hour {
        weekday: it.hour.weekday,
        number: it.hour.number,
        class: it.class,
        group: it.group,
        subject: it.subject,
        teacher: it.teacher,
        room: it.room,
    }
}

async fn hours(tx: &mut Tx, version: Option<&Version>) -> Result<Option<Vec<Hour>>, Error> {
    let Some(version) = version else {
        return Ok(None);
    };
    let slots = store::slots::of_version(tx, version.id).await?;
    Ok(Some(slots.iter().map(hour).collect()))
}

impl TimetableList {
    async fn write(
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

    async fn take_back(
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
        let slots = |hours: &[Hour]| hours.iter().map(Hour::slot).collect::<Vec<NewSlot>>();
        if let Some(from) = undo.from {
            let published = slots(&undo.published);
            self.timetable
                .replace_draft(tx, actor, undo.year, &published)
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
            let draft = slots(undo.draft.as_deref().unwrap_or(&undo.published));
            self.timetable
                .replace_draft(tx, actor, undo.year, &draft)
                .await
                .map_err(of)?;
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
        let notes = plan.notes();
        Ok(Check {
            rows: rows.finish(|index| plan.outcome(index)),
            notes,
        })
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
