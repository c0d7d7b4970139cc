//! A report as it was shown, and how it differs from the one of today.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// A report in words, as a frozen copy keeps it. What a later page shows
/// beside this is no part of the comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) about: Vec<(String, String)>,
    #[serde(default)]
    pub(crate) notes: Vec<KeptNote>,
    #[serde(default)]
    pub(crate) groups: Vec<(String, usize)>,
    #[serde(default)]
    pub(crate) columns: Vec<KeptColumn>,
    #[serde(default)]
    pub(crate) sections: Vec<KeptSection>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptNote {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptColumn {
    pub(crate) label: String,
    #[serde(default)]
    pub(crate) group: Option<String>,
    #[serde(default)]
    pub(crate) number: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptSection {
    pub(crate) title: Option<String>,
    pub(crate) lines: Vec<KeptLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptLine {
    pub(crate) cells: Vec<KeptCell>,
    #[serde(default)]
    pub(crate) sum: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptCell {
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) href: Option<String>,
    /// What stands there today, where it is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) now: Option<String>,
}

/// How a copy differs from the report of today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Changes {
    /// Cells that say something else, or whose line is no more.
    pub(crate) cells: usize,
    /// Lines that are new.
    pub(crate) lines: usize,
}

impl Changes {
    pub(crate) const fn is_none(self) -> bool {
        self.cells == 0 && self.lines == 0
    }
}

/// A line by its section, its first cell, and which of those alike it is.
type LineKey<'a> = (Option<&'a str>, &'a str, usize);

impl Kept {
    /// Marks the cells that say something else today.
    pub(crate) fn compare(&mut self, today: &Self) -> Changes {
        let now = today.lines();
        let keys: Vec<(Option<String>, String, usize)> = self
            .keys()
            .into_iter()
            .map(|it| (it.0.map(str::to_owned), it.1.to_owned(), it.2))
            .collect();
        let columns = |it: &Self| -> HashMap<(Option<String>, String), usize> {
            let named = it.columns.iter().enumerate();
            named
                .map(|(place, it)| ((it.group.clone(), it.label.clone()), place))
                .collect()
        };
        let places = columns(today);
        let place: Vec<Option<usize>> = self
            .columns
            .iter()
            .map(|it| places.get(&(it.group.clone(), it.label.clone())).copied())
            .collect();
        let mut changes = Changes {
            cells: 0,
            lines: now.len(),
        };
        let lines = self.sections.iter_mut().flat_map(|it| &mut it.lines);
        for (line, key) in lines.zip(&keys) {
            let found = now.get(&(key.0.as_deref(), key.1.as_str(), key.2));
            changes.lines -= usize::from(found.is_some());
            for (at, cell) in line.cells.iter_mut().enumerate() {
                let there = place.get(at).copied().flatten();
                let there = there.and_then(|it| found?.cells.get(it));
                let text = there.map_or("", |it| it.text.as_str());
                if text != cell.text {
                    cell.now = Some(text.to_owned());
                    changes.cells += 1;
                }
            }
        }
        changes
    }

    fn keys(&self) -> Vec<LineKey<'_>> {
        let mut seen: HashMap<(Option<&str>, &str), usize> = HashMap::new();
        let mut keys = vec![];
        for section in &self.sections {
            for line in &section.lines {
                let name = line.cells.first().map_or("", |it| it.text.as_str());
                let title = section.title.as_deref();
                let count = seen.entry((title, name)).or_default();
                keys.push((title, name, *count));
                *count += 1;
            }
        }
        keys
    }

    fn lines(&self) -> HashMap<LineKey<'_>, &KeptLine> {
        let lines = self.sections.iter().flat_map(|it| &it.lines);
        self.keys().into_iter().zip(lines).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sections.iter().all(|it| it.lines.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(columns: &[&str], lines: &[&[&str]]) -> Kept {
        let line = |it: &&[&str]| KeptLine {
            cells: it
                .iter()
                .map(|it| KeptCell {
                    text: (*it).to_owned(),
                    href: None,
                    now: None,
                })
                .collect(),
            sum: false,
        };
        Kept {
            title: "Итоги".to_owned(),
            about: vec![],
            notes: vec![],
            groups: vec![],
            columns: columns
                .iter()
                .map(|it| KeptColumn {
                    label: (*it).to_owned(),
                    group: None,
                    number: false,
                })
                .collect(),
            sections: vec![KeptSection {
                title: None,
                lines: lines.iter().map(line).collect(),
            }],
        }
    }

    /// RPT-7: a mark that changed, a pupil who came, one who left.
    #[test]
    fn changed_cells_are_marked_wherever_their_line_stands() {
        let mut copy = report(
            &["Ученик", "Алгебра"],
            &[&["Иванов", "4"], &["Петров", "5"]],
        );
        let same = copy.clone();
        assert!(copy.compare(&same).is_none());
        let today = report(
            &["Ученик", "Химия", "Алгебра"],
            &[&["Абрамов", "3", "3"], &["Иванов", "4", "5"]],
        );
        let changes = copy.compare(&today);
        assert_eq!(changes, Changes { cells: 3, lines: 1 });
        let cells = &copy.sections[0].lines[0].cells;
        assert_eq!(cells[0].now, None);
        assert_eq!(cells[1].now.as_deref(), Some("5"));
    }

    #[test]
    fn lines_of_one_name_are_told_apart_by_their_order() {
        let mut copy = report(&["Класс", "%"], &[&["7А", "90"], &["7А", "80"]]);
        let today = report(&["Класс", "%"], &[&["7А", "90"], &["7А", "81"]]);
        assert_eq!(copy.compare(&today).cells, 1);
        assert_eq!(
            copy.sections[0].lines[1].cells[1].now.as_deref(),
            Some("81")
        );
    }
}
