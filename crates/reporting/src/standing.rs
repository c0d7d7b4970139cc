//! How many pupils of a class, a parallel or a school stand how (§1.0.1).

use std::ops::AddAssign;

use journal::{Category, Missed, NotAttested, Shares};
use rust_decimal::Decimal;

use crate::{ClassBook, PupilBook};

/// Pupils by category, and all their marks together. Sums of standings are
/// standings again: percentages are counted anew and never averaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub at_start: u32,
    pub came: u32,
    pub left: u32,
    pub pupils: u32,
    pub excellent: u32,
    pub one_four: u32,
    /// «4» twice or more, no «3».
    pub good: u32,
    pub one_three: u32,
    pub threes: u32,
    /// Fail in one, in two, in more subjects.
    pub fails: [u32; 3],
    pub excused: u32,
    pub truant: u32,
    /// Not attested, and nobody said why.
    pub not_attested: u32,
    pub no_mark: u32,
    pub marks: Shares,
    pub missed: Missed,
}

impl Standing {
    pub fn of(book: &ClassBook) -> Self {
        let mut it = Self {
            at_start: book.at_start,
            came: count(&book.came),
            left: count(&book.left),
            ..Self::default()
        };
        for pupil in &book.pupils {
            it.add(pupil);
        }
        it
    }

    fn add(&mut self, pupil: &PupilBook) {
        self.pupils += 1;
        self.marks += pupil.shares();
        self.missed += pupil.missed;
        let place = match pupil.category() {
            None => return,
            Some(Category::NoMark) => &mut self.no_mark,
            Some(Category::NotAttested) => match why(pupil) {
                Some(NotAttested::Excused) => &mut self.excused,
                Some(NotAttested::Truancy) => &mut self.truant,
                None => &mut self.not_attested,
            },
            Some(Category::Fails(1)) => &mut self.fails[0],
            Some(Category::Fails(2)) => &mut self.fails[1],
            Some(Category::Fails(_)) => &mut self.fails[2],
            Some(Category::Excellent) => &mut self.excellent,
            Some(Category::OneFour) => &mut self.one_four,
            Some(Category::Good) => &mut self.good,
            Some(Category::OneThree) => &mut self.one_three,
            Some(Category::Threes) => &mut self.threes,
        };
        *place += 1;
    }

    /// «на "4" и "5"», those with one «4» included.
    pub const fn fours(&self) -> u32 {
        self.one_four + self.good
    }

    /// Who fails in nothing.
    pub const fn succeed(&self) -> u32 {
        self.excellent + self.fours() + self.one_three + self.threes
    }

    pub const fn all_fails(&self) -> u32 {
        self.fails[0] + self.fails[1] + self.fails[2]
    }

    pub const fn all_not_attested(&self) -> u32 {
        self.excused + self.truant + self.not_attested
    }

    /// N of a class: without those who have no mark somewhere.
    pub const fn counted(&self) -> u32 {
        self.succeed() + self.all_fails() + self.all_not_attested()
    }

    /// «Абсолютная успеваемость», percent.
    pub fn success(&self) -> Option<Decimal> {
        self.percent(self.succeed())
    }

    /// «Качественная успеваемость», percent.
    pub fn quality(&self) -> Option<Decimal> {
        self.percent(self.excellent + self.fours())
    }

    fn percent(&self, part: u32) -> Option<Decimal> {
        Decimal::from(part * 100).checked_div(self.counted().into())
    }
}

fn count<T>(of: &[T]) -> u32 {
    u32::try_from(of.len()).unwrap_or(u32::MAX)
}

/// The first reason of «н/а» that is known.
pub(crate) fn why(pupil: &PupilBook) -> Option<NotAttested> {
    pupil.marks.iter().find_map(|it| it.value.reason())
}

impl AddAssign for Standing {
    fn add_assign(&mut self, other: Self) {
        self.at_start += other.at_start;
        self.came += other.came;
        self.left += other.left;
        self.pupils += other.pupils;
        self.excellent += other.excellent;
        self.one_four += other.one_four;
        self.good += other.good;
        self.one_three += other.one_three;
        self.threes += other.threes;
        for (one, more) in self.fails.iter_mut().zip(other.fails) {
            *one += more;
        }
        self.excused += other.excused;
        self.truant += other.truant;
        self.not_attested += other.not_attested;
        self.no_mark += other.no_mark;
        self.marks += other.marks;
        self.missed += other.missed;
    }
}

impl<'a> std::iter::Sum<&'a Standing> for Standing {
    fn sum<I: Iterator<Item = &'a Self>>(all: I) -> Self {
        let mut sum = Self::default();
        for it in all {
            sum += *it;
        }
        sum
    }
}
