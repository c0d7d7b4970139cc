//! Lesson hours of a week and who is busy at them.

use std::ops::Range;

use kernel::{ClassId, GroupId, PersonId, RoomId, SubjectId};
use serde::{Deserialize, Serialize};

use crate::bell::Bells;

kernel::id!(/// A version of the timetable.
    VersionId);
kernel::id!(/// One weekly lesson hour of a version.
    SlotId);

/// One weekly hour of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub id: SlotId,
    pub hour: Hour,
    pub class: ClassId,
    pub group: Option<GroupId>,
    pub part: Part,
    pub subject: SubjectId,
    pub teacher: PersonId,
    pub room: Option<RoomId>,
}

/// A weekly hour to be entered; the shift is that of the class.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NewSlot {
    /// 1 is Monday.
    pub weekday: i16,
    pub number: i16,
    pub class: ClassId,
    pub group: Option<GroupId>,
    pub subject: SubjectId,
    pub teacher: PersonId,
    pub room: Option<RoomId>,
}

impl From<&Slot> for NewSlot {
    fn from(it: &Slot) -> Self {
        Self {
            weekday: it.hour.weekday,
            number: it.hour.number,
            class: it.class,
            group: it.group,
            subject: it.subject,
            teacher: it.teacher,
            room: it.room,
        }
    }
}

/// When in the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour {
    pub weekday: i16,
    pub shift: i16,
    pub number: i16,
}

/// Which part of a class a lesson takes: all of it, or subgroup n.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part(Option<i16>);

impl Part {
    pub const WHOLE: Self = Self(None);

    pub const fn group(number: i16) -> Self {
        Self(Some(number))
    }

    /// As the database keeps it: the whole class lies over every subgroup.
    pub(crate) fn range(self) -> Range<i32> {
        match self.0 {
            None => 0..1000,
            Some(number) => i32::from(number)..i32::from(number) + 1,
        }
    }

    pub(crate) fn from_range(start: i32, end: i32) -> Self {
        if end - start > 1 {
            Self::WHOLE
        } else {
            Self(i16::try_from(start).ok())
        }
    }

    /// Whether some pupil may be in both.
    pub fn meets(self, other: Self) -> bool {
        self.0.is_none() || other.0.is_none() || self.0 == other.0
    }
}

/// Who or what is wanted twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Busy {
    Class,
    Teacher,
    Room,
}

impl Busy {
    /// The key of the words for it.
    pub const fn fault_code(self) -> &'static str {
        match self {
            Self::Class => "schedule.class-busy",
            Self::Teacher => "schedule.teacher-busy",
            Self::Room => "schedule.room-busy",
        }
    }
}

/// Two lesson hours that cannot both be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub what: Busy,
    /// The hour wished for.
    pub wish: Slot,
    /// The hour that is there.
    pub other: Slot,
}

impl Slot {
    /// What both want at one moment; hours of different shifts are compared
    /// by their bells.
    pub fn clash(&self, other: &Self, bells: &Bells) -> Option<Busy> {
        if !self.hour.meets(other.hour, bells) {
            return None;
        }
        if self.class == other.class && self.part.meets(other.part) {
            return Some(Busy::Class);
        }
        if self.teacher == other.teacher {
            return Some(Busy::Teacher);
        }
        (self.room.is_some() && self.room == other.room).then_some(Busy::Room)
    }
}

impl Hour {
    fn meets(self, other: Self, bells: &Bells) -> bool {
        if self.weekday != other.weekday {
            return false;
        }
        if self.shift == other.shift {
            return self.number == other.number;
        }
        let bell = |it: Self| bells.get(it.shift, it.number);
        bell(self)
            .zip(bell(other))
            .is_some_and(|(one, other)| one.overlaps(other))
    }
}

/// What stands in the way of a wish; the hour it comes from itself does not.
pub fn in_the_way<'a>(
    wish: &'a Slot,
    slots: &'a [Slot],
    bells: &'a Bells,
) -> impl Iterator<Item = Clash> + 'a {
    slots
        .iter()
        .filter(|it| it.id != wish.id)
        .filter_map(|other| {
            let what = wish.clash(other, bells)?;
            Some(Clash {
                what,
                wish: wish.clone(),
                other: other.clone(),
            })
        })
}

/// Every pair that cannot be, in the order of the list: what an import or a
/// check of the whole timetable reports.
pub fn clashes(slots: &[Slot], bells: &Bells) -> Vec<(usize, usize, Busy)> {
    let mut by_day: [Vec<usize>; 8] = Default::default();
    let mut found = vec![];
    for (index, slot) in slots.iter().enumerate() {
        let day = usize::try_from(slot.hour.weekday)
            .unwrap_or_default()
            .min(7);
        for &earlier in &by_day[day] {
            if let Some(what) = slot.clash(&slots[earlier], bells) {
                found.push((earlier, index, what));
            }
        }
        by_day[day].push(index);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(id: i64, hour: (i16, i16, i16), class: i64, part: Part, teacher: i64) -> Slot {
        Slot {
            id: id.into(),
            hour: Hour {
                weekday: hour.0,
                shift: hour.1,
                number: hour.2,
            },
            class: class.into(),
            group: None,
            part,
            subject: 1.into(),
            teacher: teacher.into(),
            room: Some(id.into()),
        }
    }

    /// SCH-1: two halves of a class may have lessons at one hour, the whole
    /// class and a half may not.
    #[test]
    fn halves_of_a_class_do_not_meet() {
        let bells = Bells::usual();
        let first = slot(1, (1, 1, 3), 5, Part::group(1), 10);
        let second = slot(2, (1, 1, 3), 5, Part::group(2), 11);
        let whole = slot(3, (1, 1, 3), 5, Part::WHOLE, 12);
        assert_eq!(first.clash(&second, &bells), None);
        assert_eq!(first.clash(&whole, &bells), Some(Busy::Class));
        assert_eq!(clashes(&[first, second, whole], &bells).len(), 2);
    }

    #[test]
    fn a_teacher_and_a_room_are_in_one_place() {
        let bells = Bells::usual();
        let one = slot(1, (1, 1, 3), 5, Part::WHOLE, 10);
        let other = slot(2, (1, 1, 3), 6, Part::WHOLE, 10);
        assert_eq!(one.clash(&other, &bells), Some(Busy::Teacher));
        let same_room = Slot {
            teacher: 11.into(),
            room: one.room,
            ..other.clone()
        };
        assert_eq!(one.clash(&same_room, &bells), Some(Busy::Room));
        let no_room = Slot {
            room: None,
            ..same_room
        };
        assert_eq!(one.clash(&no_room, &bells), None);
        assert_eq!(in_the_way(&other, &[one, other.clone()], &bells).count(), 1);
    }

    /// The seventh lesson of the first shift runs into the second shift.
    #[test]
    fn shifts_meet_by_their_bells() {
        let bells = Bells::usual();
        let seventh = slot(1, (1, 1, 7), 5, Part::WHOLE, 10);
        let afternoon = slot(2, (1, 2, 1), 6, Part::WHOLE, 10);
        let sixth = slot(3, (1, 1, 6), 5, Part::WHOLE, 10);
        assert_eq!(seventh.clash(&afternoon, &bells), Some(Busy::Teacher));
        assert_eq!(sixth.clash(&afternoon, &bells), None);
    }

    #[test]
    fn a_part_survives_the_database() {
        for part in [Part::WHOLE, Part::group(1), Part::group(9)] {
            let range = part.range();
            assert_eq!(Part::from_range(range.start, range.end), part);
        }
    }
}
