//! `cargo xtask tidy`: the rules of the architecture that rustc cannot hold.
//!
//! Tidy reads text, not types. It works because the code follows a few habits: SQL is lower
//! case and always qualified, routes and template names are literals.
//! To add a rule: a module with `check` and a test with a planted violation, a line in [`RULES`].

mod crates;
mod dependencies;
mod graph;
mod landed;
mod lints;
mod manifest;
mod moments;
mod places;
mod policies;
mod routes;
mod russian;
mod rust;
mod schemas;
mod size;
mod sql;
mod stores;
mod templates;
mod tree;
mod words;

use std::fmt;

use anyhow::{Result, bail};

use crate::{say::say, workspace};
use tree::Tree;

/// One rule: what it is called, what it finds in the tree.
struct Rule {
    name: &'static str,
    check: fn(&Tree) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    Rule {
        name: "graph",
        check: graph::check,
    },
    Rule {
        name: "lints",
        check: lints::check,
    },
    Rule {
        name: "dependencies",
        check: dependencies::check,
    },
    Rule {
        name: "schemas",
        check: schemas::check,
    },
    Rule {
        name: "stores",
        check: stores::check,
    },
    Rule {
        name: "policies",
        check: policies::check,
    },
    Rule {
        name: "moments",
        check: moments::check,
    },
    Rule {
        name: "landed",
        check: landed::check,
    },
    Rule {
        name: "routes",
        check: routes::check,
    },
    Rule {
        name: "templates",
        check: templates::check,
    },
    Rule {
        name: "words",
        check: words::check,
    },
    Rule {
        name: "russian",
        check: russian::check,
    },
    Rule {
        name: "places",
        check: places::check,
    },
    Rule {
        name: "size",
        check: size::check,
    },
];

/// Whether a finding stops the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    Refused,
    Noted,
}

/// What a rule found, and where.
#[derive(Debug)]
struct Finding {
    place: String,
    what: String,
    weight: Weight,
}

impl Finding {
    fn refused(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
            weight: Weight::Refused,
        }
    }

    fn noted(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
            weight: Weight::Noted,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let note = if self.weight == Weight::Noted {
            "note: "
        } else {
            ""
        };
        write!(to, "{note}{}: {}", self.place, self.what)
    }
}

/// Checks the checkout; prints every finding.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::load(&workspace::root())?;
    let mut refused = 0;
    for rule in RULES {
        for finding in (rule.check)(&tree) {
            say(format_args!("[{}] {finding}", rule.name));
            refused += usize::from(finding.weight == Weight::Refused);
        }
    }
    if refused > 0 {
        bail!("tidy refuses {refused} things: see docs/architecture.md");
    }
    say(format_args!("tidy: {} rules hold", RULES.len()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{RULES, Weight, tree::Tree};
    use crate::workspace;

    /// The rules hold for Zvonok itself.
    #[test]
    fn the_tree_is_tidy() {
        let tree = Tree::load(&workspace::root()).unwrap();
        let all = RULES.iter().flat_map(|rule| {
            (rule.check)(&tree)
                .into_iter()
                .map(move |it| (rule.name, it))
        });
        let refused: Vec<_> = all
            .filter(|(_, it)| it.weight == Weight::Refused)
            .map(|(rule, it)| format!("[{rule}] {it}"))
            .collect();
        assert!(refused.is_empty(), "{}", refused.join("\n"));
    }
}
