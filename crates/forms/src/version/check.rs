//! Whether a version holds together: cells that others need are there, and
//! none needs itself.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Content, Version};
use crate::expr::{Formula, Place};

impl Version {
    /// # Errors
    /// A code that stands twice, a cell that is needed and not there, a cell
    /// that needs itself, a formula that counts and looks at cells at once.
    pub(super) fn must_hold_together(&self) -> Result<(), String> {
        self.codes_stand_once()?;
        let mut formulas = BTreeMap::new();
        for (place, content) in self.cells() {
            let Content::Formula(formula) = content else {
                continue;
            };
            if !formula.counts().is_empty() && !formula.cells().is_empty() {
                return Err(format!("cell {place} counts and looks at cells"));
            }
            if !formula.last_cells().is_empty() {
                return Err(format!("cell {place} looks at last year"));
            }
            self.has_all(formula)
                .map_err(|why| format!("cell {place}: {why}"))?;
            formulas.insert(place, formula);
        }
        for check in &self.checks {
            for side in [&check.rule.left, &check.rule.right] {
                if !side.counts().is_empty() {
                    return Err(format!("check «{}» counts", check.text));
                }
                self.has_all(side)
                    .map_err(|why| format!("check «{}»: {why}", check.text))?;
            }
        }
        no_circle(&formulas)
    }

    fn has_all(&self, formula: &Formula) -> Result<(), String> {
        for it in formula.cells().into_iter().chain(formula.last_cells()) {
            match self.content(it) {
                None => return Err(format!("there is no cell {it}")),
                Some(Content::Closed) => return Err(format!("the cell {it} is closed")),
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn codes_stand_once(&self) -> Result<(), String> {
        let mut sections = HashSet::new();
        for section in &self.sections {
            if !sections.insert(&section.code) {
                return Err(format!("section {} stands twice", section.code));
            }
            for lines in [&section.rows, &section.cols] {
                let mut codes = HashSet::new();
                if let Some(it) = lines.iter().find(|it| !codes.insert(&it.code)) {
                    return Err(format!(
                        "section {}: {} stands twice",
                        section.code, it.code
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Takes away cells that need nothing open, until none is left.
fn no_circle(formulas: &BTreeMap<Place, &Formula>) -> Result<(), String> {
    let mut open: BTreeSet<&Place> = formulas.keys().collect();
    loop {
        let free = |place: &&&Place| {
            let formula = formulas.get(**place);
            formula.is_none_or(|it| it.cells().iter().all(|it| !open.contains(it)))
        };
        let done: Vec<&Place> = open.iter().filter(free).copied().collect();
        if done.is_empty() {
            return match open.first() {
                None => Ok(()),
                Some(place) => Err(format!("the cell {place} needs itself")),
            };
        }
        for it in done {
            open.remove(it);
        }
    }
}
