//! Figures, the bars they are held against, and the table a person reads.

use crate::say::say;

/// What is promised.
#[derive(Clone, Copy)]
pub(super) enum Bar {
    AtMost(f64),
    AtLeast(f64),
}

/// One measured value.
pub(super) struct Figure {
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) unit: &'static str,
    pub(super) bar: Option<Bar>,
}

impl Figure {
    /// A value that is only told.
    pub(super) fn told(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            bar: None,
        }
    }

    /// A value held against a bar.
    pub(super) fn held(name: impl Into<String>, value: f64, unit: &'static str, bar: Bar) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            bar: Some(bar),
        }
    }

    /// Whether the promise holds; `None` where nothing is promised.
    pub(super) fn met(&self) -> Option<bool> {
        self.bar.map(|bar| match bar {
            Bar::AtMost(limit) => self.value <= limit,
            Bar::AtLeast(limit) => self.value >= limit,
        })
    }
}

/// Prints them, the missed ones marked.
pub(super) fn print(figures: &[Figure]) {
    for it in figures {
        let bar = match it.bar {
            None => String::new(),
            Some(Bar::AtMost(limit)) => format!("at most {limit}"),
            Some(Bar::AtLeast(limit)) => format!("at least {limit}"),
        };
        let verdict = match it.met() {
            None => "",
            Some(true) => "ok",
            Some(false) => "MISSED",
        };
        let Figure {
            name, value, unit, ..
        } = it;
        say(format_args!(
            "{name:52} {value:>12.2} {unit:11} {bar:16} {verdict}"
        ));
    }
    let missed = figures.iter().filter(|it| it.met() == Some(false)).count();
    say(format_args!("{missed} missed"));
}

#[cfg(test)]
mod tests {
    use super::{Bar, Figure};

    #[test]
    fn a_figure_on_the_bar_meets_it() {
        assert_eq!(
            Figure::held("x", 8.0, "", Bar::AtMost(8.0)).met(),
            Some(true)
        );
        assert_eq!(
            Figure::held("x", 8.1, "", Bar::AtMost(8.0)).met(),
            Some(false)
        );
        assert_eq!(
            Figure::held("x", 39.0, "%", Bar::AtLeast(40.0)).met(),
            Some(false)
        );
        assert_eq!(Figure::told("x", 39.0, "%").met(), None);
    }
}
