//! How much was reached: by kind and level, and by class (PPL-8).

use std::collections::{BTreeMap, BTreeSet};

use kernel::{ClassId, PersonId};

use crate::{EntryKind, Level, Prize};

/// One confirmed entry, as far as it is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    pub(crate) pupil: PersonId,
    pub(crate) class: ClassId,
    pub(crate) kind: EntryKind,
    pub(crate) level: Option<Level>,
    pub(crate) prize: Option<Prize>,
}

/// A line of a summary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By level, in the order of [`Level::ALL`].
    pub levels: [usize; Level::ALL.len()],
    pub total: usize,
    /// Winners and prizewinners.
    pub won: usize,
    /// How many pupils have at least one.
    pub pupils: usize,
}

impl Tally {
    fn add(&mut self, it: &Counted) {
        if let Some(level) = it.level {
            self.levels[level as usize] += 1;
        }
        self.total += 1;
        self.won += usize::from(it.prize.is_some_and(Prize::is_won));
    }
}

/// The sums of a school or a class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub kinds: Vec<(EntryKind, Tally)>,
    pub classes: Vec<(ClassId, Tally)>,
    pub all: Tally,
}

impl Summary {
    pub(crate) fn of(entries: &[Counted]) -> Self {
        let mut kinds: BTreeMap<EntryKind, Tally> = BTreeMap::new();
        let mut classes: BTreeMap<i64, Tally> = BTreeMap::new();
        let mut all = Tally::default();
        for it in entries {
            kinds.entry(it.kind).or_default().add(it);
            classes.entry(it.class.get()).or_default().add(it);
            all.add(it);
        }
        for (kind, tally) in &mut kinds {
            tally.pupils = pupils(entries.iter().filter(|it| it.kind == *kind));
        }
        for (class, tally) in &mut classes {
            tally.pupils = pupils(entries.iter().filter(|it| it.class.get() == *class));
        }
        all.pupils = pupils(entries.iter());
        Self {
            kinds: kinds.into_iter().collect(),
            classes: classes.into_iter().map(|it| (it.0.into(), it.1)).collect(),
            all,
        }
    }
}

fn pupils<'a>(entries: impl Iterator<Item = &'a Counted>) -> usize {
    let different: BTreeSet<i64> = entries.map(|it| it.pupil.get()).collect();
    different.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PPL-8: two diplomas of one pupil are two achievements of one pupil.
    #[test]
    fn achievements_and_pupils_are_counted_apart() {
        let it = |pupil: i64, class: i64, kind, level, prize| Counted {
            pupil: pupil.into(),
            class: class.into(),
            kind,
            level: Some(level),
            prize: Some(prize),
        };
        let sum = Summary::of(&[
            it(1, 51, EntryKind::Olympiad, Level::School, Prize::Winner),
            it(1, 51, EntryKind::Sport, Level::Regional, Prize::Participant),
            it(2, 52, EntryKind::Olympiad, Level::School, Prize::Runner),
        ]);
        assert_eq!((sum.all.total, sum.all.pupils, sum.all.won), (3, 2, 2));
        assert_eq!(sum.all.levels, [2, 0, 1, 0, 0]);
        assert_eq!(sum.kinds[0].0, EntryKind::Olympiad);
        assert_eq!((sum.kinds[0].1.total, sum.kinds[0].1.pupils), (2, 2));
        assert_eq!((sum.classes[0].1.total, sum.classes[0].1.pupils), (2, 1));
    }
}
