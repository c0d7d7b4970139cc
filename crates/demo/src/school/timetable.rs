//! The weekly timetable: no class, teacher or room twice at one hour, no
//! gaps for classes, subjects spread over the week.
//!
//! Every hour is put where it disturbs least; what it disturbs is taken out
//! and put elsewhere. What was taken out often is disturbed less, so it ends.

use std::collections::VecDeque;

use anyhow::bail;
use chrono::NaiveTime;

use crate::{
    dice::Dice,
    model::{Class, Load, Slot},
};

/// Shift, number, hour and minute of its beginning and of its end.
type Bell = (i16, u8, (u32, u32), (u32, u32));

/// Seven lessons in the morning, five after them.
pub(crate) const BELLS: [Bell; 12] = [
    (1, 1, (8, 0), (8, 40)),
    (1, 2, (8, 50), (9, 30)),
    (1, 3, (9, 50), (10, 30)),
    (1, 4, (10, 50), (11, 30)),
    (1, 5, (11, 40), (12, 20)),
    (1, 6, (12, 30), (13, 10)),
    (1, 7, (13, 20), (14, 0)),
    (2, 1, (14, 10), (14, 50)),
    (2, 2, (15, 0), (15, 40)),
    (2, 3, (16, 0), (16, 40)),
    (2, 4, (17, 0), (17, 40)),
    (2, 5, (17, 50), (18, 30)),
];
const HOURS: usize = BELLS.len();
/// More steps than these mean that there is no timetable.
const PATIENCE: usize = 400_000;

/// When a lesson begins and ends.
pub(crate) fn bell(shift: i16, number: u8) -> (NaiveTime, NaiveTime) {
    let time = |(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    let found = BELLS.iter().find(|it| it.0 == shift && it.1 == number);
    found.map_or_else(Default::default, |it| (time(it.2), time(it.3)))
}

/// One hour a week of a class: a lesson, or those of both halves at once.
struct Block {
    class: usize,
    subject: usize,
    loads: Vec<usize>,
    teachers: Vec<usize>,
    taken_out: u32,
}

struct Table<'a> {
    classes: &'a [Class],
    blocks: Vec<Block>,
    /// The slots of each class, and which block stands in each.
    of_class: Vec<Vec<(Slot, Option<usize>)>>,
    /// Which block each teacher has at each hour of the week.
    of_teacher: Vec<Vec<Option<usize>>>,
    /// Where each block stands, as a place in `of_class`.
    place: Vec<Option<usize>>,
}

/// The hours of every load.
pub(super) fn place(
    dice: &mut Dice,
    classes: &[Class],
    loads: &[Load],
    teachers: usize,
) -> anyhow::Result<Vec<Vec<Slot>>> {
    let blocks = blocks(loads);
    let of_class = (0..classes.len())
        .map(|class| slots(&blocks, class))
        .collect();
    let place = vec![None; blocks.len()];
    let mut table = Table {
        classes,
        blocks,
        of_class,
        of_teacher: vec![vec![None; HOURS * 5]; teachers],
        place,
    };
    table.fill(dice)?;
    let mut timetable = vec![Vec::new(); loads.len()];
    for (block, place) in table.blocks.iter().zip(&table.place) {
        let Some(place) = place else {
            bail!("an hour has no place")
        };
        for load in &block.loads {
            timetable[*load].push(table.of_class[block.class][*place].0);
        }
    }
    Ok(timetable)
}

fn blocks(loads: &[Load]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let halves = |at: usize| {
        let it = &loads[at];
        let same = |other: &Load| other.class == it.class && other.subject == it.subject;
        loads
            .iter()
            .enumerate()
            .filter(|other| same(other.1))
            .map(|it| it.0)
            .collect::<Vec<_>>()
    };
    for (at, it) in loads.iter().enumerate() {
        let together = if it.part.is_some() {
            halves(at)
        } else {
            vec![at]
        };
        if together.first() != Some(&at) {
            continue;
        }
        for _ in 0..it.hours {
            let teachers = together.iter().map(|it| loads[*it].teacher).collect();
            let loads = together.clone();
            blocks.push(Block {
                class: it.class,
                subject: it.subject,
                loads,
                teachers,
                taken_out: 0,
            });
        }
    }
    blocks
}

/// As many slots as the class has hours, spread evenly, each day from the first lesson.
fn slots(blocks: &[Block], class: usize) -> Vec<(Slot, Option<usize>)> {
    let hours = blocks.iter().filter(|it| it.class == class).count();
    let mut slots = Vec::with_capacity(hours);
    // Wednesday, then Thursday, is the lighter day.
    for (weekday, rank) in [(0_u8, 1), (1, 0), (2, 4), (3, 3), (4, 2)] {
        let lessons = hours / 5 + usize::from(rank < hours % 5);
        slots.extend((1..=lessons as u8).map(|number| (Slot { weekday, number }, None)));
    }
    slots
}

impl Table<'_> {
    fn fill(&mut self, dice: &mut Dice) -> anyhow::Result<()> {
        let mut order: Vec<usize> = (0..self.blocks.len()).collect();
        dice.shuffle(&mut order);
        order.sort_by_key(|it| std::cmp::Reverse(self.blocks[*it].teachers.len()));
        let mut waiting: VecDeque<usize> = order.into();
        for _ in 0..PATIENCE {
            let Some(block) = waiting.pop_front() else {
                return Ok(());
            };
            let class = self.blocks[block].class;
            let count = self.of_class[class].len();
            let first = dice.below(count);
            let places = (0..count).map(|it| (first + it) % count);
            let best = places
                .min_by_key(|place| self.cost(block, *place))
                .unwrap_or_default();
            for other in self.disturbed(block, best) {
                self.take_out(other);
                waiting.push_back(other);
            }
            self.put(block, best);
        }
        bail!("the hours of the teachers do not fit into the week")
    }

    /// The hour of the week, over both shifts.
    fn hour(&self, class: usize, place: usize) -> usize {
        let slot = self.of_class[class][place].0;
        let shift = if self.classes[class].shift == 2 { 7 } else { 0 };
        usize::from(slot.weekday) * HOURS + shift + usize::from(slot.number) - 1
    }

    /// The blocks that stand where this one would.
    fn disturbed(&self, block: usize, place: usize) -> Vec<usize> {
        let it = &self.blocks[block];
        let hour = self.hour(it.class, place);
        let mut found: Vec<usize> = self.of_class[it.class][place].1.into_iter().collect();
        for teacher in &it.teachers {
            if let Some(other) = self.of_teacher[*teacher][hour]
                && !found.contains(&other)
            {
                found.push(other);
            }
        }
        found
    }

    fn cost(&self, block: usize, place: usize) -> u32 {
        let it = &self.blocks[block];
        let disturbed: u32 = self
            .disturbed(block, place)
            .iter()
            .map(|it| 20 + 4 * self.blocks[*it].taken_out)
            .sum();
        let day = self.of_class[it.class][place].0.weekday;
        let same_day = self.of_class[it.class].iter().filter(|(slot, other)| {
            slot.weekday == day
                && other.is_some_and(|other| self.blocks[other].subject == it.subject)
        });
        disturbed + 45 * same_day.count() as u32
    }

    fn put(&mut self, block: usize, place: usize) {
        let hour = self.hour(self.blocks[block].class, place);
        let it = &self.blocks[block];
        self.of_class[it.class][place].1 = Some(block);
        for teacher in &it.teachers {
            self.of_teacher[*teacher][hour] = Some(block);
        }
        self.place[block] = Some(place);
    }

    fn take_out(&mut self, block: usize) {
        let Some(place) = self.place[block].take() else {
            return;
        };
        let hour = self.hour(self.blocks[block].class, place);
        let it = &mut self.blocks[block];
        it.taken_out += 1;
        self.of_class[it.class][place].1 = None;
        for teacher in &it.teachers {
            self.of_teacher[*teacher][hour] = None;
        }
    }
}
