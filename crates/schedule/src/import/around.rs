//! What a row says, compared with what the school has.

use std::collections::HashMap;

use curriculum::{Class, Group, Load, LoadOf, Names, Year};
use db::Tx;
use intake::{Record, Rows};
use kernel::{ClassId, GroupId, PersonId, RoomId, SubjectId, names::search_key};

use super::DAYS;
use crate::{Asked, Bells, Error, NewSlot, store};

/// What the rows are compared with.
pub(super) struct Around {
    names: Names,
    groups: Vec<Group>,
    loads: Vec<Load>,
    rooms: HashMap<String, RoomId>,
    pub(super) bells: Bells,
}

impl Around {
    pub(super) async fn load(tx: &mut Tx, asked: &Asked, year: &Year) -> Result<Self, Error> {
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

    pub(super) fn room(&self, text: &str) -> Option<RoomId> {
        self.rooms.get(&search_key(text)).copied()
    }

    pub(super) fn hour(
        &self,
        record: &Record,
        index: usize,
        rows: &mut Rows<'_>,
    ) -> Option<NewSlot> {
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
