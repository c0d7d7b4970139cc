//! A filled form: what was counted, what was written by hand over it, what
//! follows from both, and what the checks say.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    expr::{At, Compare, Cond, Formula, Measure, Place},
    fact::{Facts, Field, Source},
    version::{Content, Section, Version},
};

/// Figures by the names of their places.
pub type Figures = BTreeMap<String, i64>;

/// Facts that lack a field which the form looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub source: Source,
    pub field: Field,
    pub count: usize,
}

/// Where a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Counted over facts.
    Counted,
    /// Worked out from other cells.
    Sum,
    /// A computed figure that was corrected by hand.
    Corrected,
    /// Written by hand: our data do not tell it.
    Manual,
    Closed,
}

impl Origin {
    /// The last part of keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Sum => "sum",
            Self::Corrected => "corrected",
            Self::Manual => "manual",
            Self::Closed => "closed",
        }
    }
}

/// One check that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    pub text: String,
    /// The cell to look at.
    pub at: String,
    pub left: i64,
    pub sign: String,
    pub right: i64,
    pub weak: bool,
}

/// A figure that is far from last year's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    pub before: i64,
    pub now: i64,
    /// In per cent of last year's; none where there was nothing.
    pub percent: Option<i64>,
}

/// A difference smaller than that is none, whatever its share.
const SMALLEST_JUMP: i64 = 3;
/// Later figures differ by more than so many per cent (`ux.md` H4).
const JUMP_PERCENT: i64 = 10;

impl Jump {
    /// From last year's figure to this one, where it is worth a look.
    pub fn between(before: i64, now: i64) -> Option<Self> {
        let far = (now - before).abs();
        let jumps = far >= SMALLEST_JUMP && far * 100 > before.abs() * JUMP_PERCENT;
        jumps.then(|| Self {
            before,
            now,
            percent: (before != 0).then(|| (now - before) * 100 / before),
        })
    }
}

/// Counts what the version counts. Cells that look at other cells are not here.
pub fn count(version: &Version, facts: &Facts) -> Figures {
    let counted = |(place, content): (Place, &Content)| match content {
        Content::Formula(formula) if formula.cells().is_empty() => {
            Some((place.to_string(), counted_value(formula, facts)))
        }
        _ => None,
    };
    version.cells().filter_map(counted).collect()
}

/// The value of a formula that looks at no cells.
pub fn counted_value(formula: &Formula, facts: &Facts) -> i64 {
    let count = |source, how: Measure, cond: &Cond| {
        how.of(source, facts.of(source).iter().filter(|it| cond.holds(it)))
    };
    formula.value(&count, &mut |_| None)
}

/// What the facts lack of what the version looks at.
pub fn gaps(version: &Version, facts: &Facts) -> Vec<Gap> {
    let mut looked: BTreeMap<Source, BTreeSet<Field>> = BTreeMap::new();
    for (_, content) in version.cells() {
        if let Content::Formula(formula) = content {
            for (source, cond) in formula.counts() {
                cond.fields(looked.entry(source).or_default());
            }
            for (source, field) in formula.summed() {
                looked.entry(source).or_default().insert(field);
            }
        }
    }
    let of = |source: Source, field: Field| {
        let lack = facts
            .of(source)
            .iter()
            .filter(|it| it.value(field).is_none());
        Gap {
            source,
            field,
            count: lack.count(),
        }
    };
    looked
        .into_iter()
        .flat_map(|(source, fields)| fields.into_iter().map(move |it| (source, it)))
        .filter(|it| it.1.is_wanted())
        .map(|(source, field)| of(source, field))
        .filter(|it| it.count > 0)
        .collect()
}

/// A version with figures in it.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    pub version: &'a Version,
    counted: &'a Figures,
    given: &'a Figures,
    /// What stands in the cells; an empty cell is absent.
    pub figures: Figures,
    /// What would stand there without corrections of these very cells.
    pub computed: Figures,
}

impl<'a> Sheet<'a> {
    /// Puts together what was counted and what was written by hand.
    pub fn of(version: &'a Version, counted: &'a Figures, given: &'a Figures) -> Self {
        let mut sheet = Self {
            version,
            counted,
            given,
            figures: Figures::new(),
            computed: Figures::new(),
        };
        for (place, content) in version.cells() {
            sheet.fill(&place, content);
        }
        sheet
    }

    /// The figure at a place, worked out with all that it needs. The version
    /// holds together: no cell needs itself.
    fn fill(&mut self, place: &Place, content: &Content) -> Option<i64> {
        let key = place.to_string();
        if let Some(known) = self.figures.get(&key) {
            return Some(*known);
        }
        let computed = match content {
            Content::Formula(formula) if formula.cells().is_empty() => {
                self.counted.get(&key).copied()
            }
            Content::Formula(formula) => self.worked_out(formula),
            Content::Manual | Content::Closed => None,
        };
        if let Some(it) = computed {
            self.computed.insert(key.clone(), it);
        }
        let figure = self.given.get(&key).copied().or(computed);
        if let Some(it) = figure {
            self.figures.insert(key, it);
        }
        figure
    }

    /// Nothing where all that it needs is empty.
    fn worked_out(&mut self, formula: &Formula) -> Option<i64> {
        let version = self.version;
        let mut known = false;
        let value = formula.value(&|_, _, _| 0, &mut |at| {
            let At::Now(place) = at else { return None };
            let content = version.content(place)?;
            let figure = self.fill(place, content);
            known |= figure.is_some();
            figure
        });
        known.then_some(value)
    }

    /// Where the figure at a place comes from.
    pub fn origin(&self, place: &str, content: &Content) -> Origin {
        match content {
            Content::Closed => Origin::Closed,
            Content::Manual => Origin::Manual,
            Content::Formula(_) if self.given.contains_key(place) => Origin::Corrected,
            Content::Formula(it) if it.cells().is_empty() => Origin::Counted,
            Content::Formula(_) => Origin::Sum,
        }
    }

    /// The checks that do not hold; those that look at last year where it is known.
    pub fn failed(&self, before: Option<&Figures>) -> Vec<Failed> {
        failed(self.version, &self.figures, before)
    }

    /// Cells to be written by hand and still empty, by section.
    pub fn blanks(&self, section: &Section) -> usize {
        let blank = |(place, content): &(Place, &Content)| {
            **content == Content::Manual && !self.figures.contains_key(&place.to_string())
        };
        section.places().filter(blank).count()
    }
}

/// The checks that do not hold over these figures; those that look at last
/// year where it is known.
pub fn failed(version: &Version, figures: &Figures, before: Option<&Figures>) -> Vec<Failed> {
    let value = |formula: &Formula| {
        formula.value(&|_, _, _| 0, &mut |at| match at {
            At::Now(place) => figures.get(&place.to_string()).copied(),
            At::Last(place) => before?.get(&place.to_string()).copied(),
        })
    };
    let knows = |it: &&crate::version::Check| before.is_some() || !it.looks_back();
    let fails = |it: &crate::version::Check| {
        let (left, right) = (value(&it.rule.left), value(&it.rule.right));
        let compare: Compare = it.rule.compare;
        (!compare.holds(left, right)).then(|| Failed {
            text: it.text.clone(),
            at: it.at.to_string(),
            left,
            sign: compare.sign().to_owned(),
            right,
            weak: it.weak,
        })
    };
    version
        .checks
        .iter()
        .filter(knows)
        .filter_map(fails)
        .collect()
}

/// Sums as figures: of cells that say yes or no how many say yes.
pub fn sums(yes_no: &BTreeSet<String>, all: Vec<(String, i64, i64)>) -> Figures {
    let figure = |(place, sum, ones): (String, i64, i64)| {
        let figure = if yes_no.contains(&place) { ones } else { sum };
        (place, figure)
    };
    all.into_iter().map(figure).collect()
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
