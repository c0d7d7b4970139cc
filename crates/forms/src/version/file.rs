//! A file of a form as it is written, and how a version is read from it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Check, Content, Line, Provenance, Section, Version};
use crate::{
    expr::{Around, Cond, Formula, Measure, parse_check, parse_cond, parse_formula, parse_measure},
    fact::Source,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: String,
    short: String,
    title: String,
    act: String,
    provenance: Provenance,
    effective_from: NaiveDate,
    #[serde(default)]
    required: bool,
    day: String,
    due: String,
    replaced_by: Option<String>,
    #[serde(default)]
    note: String,
    /// Conditions with a name: `{name}` in a condition or a formula.
    #[serde(default)]
    terms: BTreeMap<String, String>,
    #[serde(default)]
    columns: BTreeMap<String, Vec<FileLine>>,
    section: Vec<FileSection>,
    #[serde(default)]
    check: Vec<FileCheck>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSection {
    code: String,
    title: String,
    provenance: Provenance,
    #[serde(default)]
    note: String,
    of: Option<String>,
    /// The field whose numbers are added up instead of counting.
    sum: Option<String>,
    #[serde(default, rename = "where")]
    cond: String,
    columns: Option<String>,
    #[serde(default)]
    cols: Vec<FileLine>,
    rows: Vec<FileLine>,
    #[serde(default)]
    cells: Vec<FileCell>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLine {
    code: String,
    title: String,
    of: Option<String>,
    sum: Option<String>,
    #[serde(default, rename = "where")]
    cond: String,
    formula: Option<String>,
    #[serde(default)]
    manual: bool,
    #[serde(default)]
    verify: bool,
    #[serde(default)]
    yes_no: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileCell {
    row: String,
    col: String,
    formula: Option<String>,
    #[serde(default)]
    manual: bool,
    #[serde(default)]
    closed: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Each {
    Row,
    Col,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileCheck {
    section: String,
    text: String,
    rule: String,
    /// The rule holds for every row or column of the section …
    each: Option<Each>,
    /// … or for these only.
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    weak: bool,
}

impl Version {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong in it, and where.
    pub fn read(text: &str) -> Result<Self, String> {
        let file = File::read(text)?;
        let sections: Result<Vec<Section>, String> = file
            .section
            .iter()
            .map(|it| Section::of(it, &file.columns))
            .collect();
        let sections = sections?;
        let mut checks = vec![];
        for it in &file.check {
            let about = |why| format!("check «{}»: {why}", it.text);
            checks.extend(it.of(&sections).map_err(about)?);
        }
        let version = Self {
            code: file.code,
            short: file.short,
            title: file.title,
            act: file.act,
            provenance: file.provenance,
            effective_from: file.effective_from,
            required: file.required,
            day: month_day(&file.day)?,
            due: month_day(&file.due)?,
            replaced_by: file.replaced_by,
            note: file.note,
            sections,
            checks,
        };
        version.must_hold_together()?;
        Ok(version)
    }
}

impl Section {
    fn of(file: &FileSection, columns: &BTreeMap<String, Vec<FileLine>>) -> Result<Self, String> {
        let about = |why: String| format!("section {}: {why}", file.code);
        let shared = match &file.columns {
            None => &file.cols,
            Some(name) => columns
                .get(name)
                .ok_or_else(|| about(format!("no columns {name}")))?,
        };
        let codes = |lines: &[FileLine]| lines.iter().map(|it| it.code.clone()).collect();
        let (rows, cols): (Vec<String>, Vec<String>) = (codes(&file.rows), codes(shared));
        let mut cells = vec![];
        for row in &file.rows {
            let mut line = vec![];
            for col in shared {
                let around = Around {
                    section: &file.code,
                    row: Some(&row.code),
                    col: Some(&col.code),
                    rows: &rows,
                    cols: &cols,
                };
                let content = file.content(row, col, around);
                line.push(
                    content
                        .map_err(|why| about(format!("cell {}/{}: {why}", row.code, col.code)))?,
                );
            }
            cells.push(line);
        }
        let line = |it: &FileLine| Line {
            code: it.code.clone(),
            title: it.title.clone(),
            verify: it.verify,
            yes_no: it.yes_no,
        };
        Ok(Self {
            code: file.code.clone(),
            title: file.title.clone(),
            note: file.note.clone(),
            provenance: file.provenance,
            rows: file.rows.iter().map(line).collect(),
            cols: shared.iter().map(line).collect(),
            cells,
        })
    }
}

impl FileSection {
    fn content(
        &self,
        row: &FileLine,
        col: &FileLine,
        around: Around<'_>,
    ) -> Result<Content, String> {
        let own = self
            .cells
            .iter()
            .find(|it| it.row == row.code && it.col == col.code);
        if let Some(own) = own {
            return match (&own.formula, own.manual, own.closed) {
                (Some(text), false, false) => parse_formula(text, around).map(Content::Formula),
                (None, true, false) => Ok(Content::Manual),
                (None, false, true) => Ok(Content::Closed),
                _ => Err("formula, manual or closed: one of them".to_owned()),
            };
        }
        if let Some(text) = col.formula.as_ref().or(row.formula.as_ref()) {
            return parse_formula(text, around).map(Content::Formula);
        }
        if row.manual || col.manual {
            return Ok(Content::Manual);
        }
        let source = row.of.as_ref().or(col.of.as_ref()).or(self.of.as_ref());
        let source = source.ok_or("nothing to count")?;
        let source = Source::from_code(source).ok_or_else(|| format!("no source {source}"))?;
        let mut all = Cond::Always;
        for text in [&self.cond, &row.cond, &col.cond] {
            all = all.and(parse_cond(text, source)?);
        }
        let summed = row.sum.as_ref().or(col.sum.as_ref()).or(self.sum.as_ref());
        let how = match summed {
            None => Measure::Each,
            Some(field) => parse_measure(field, source)?,
        };
        Ok(Content::Formula(Formula::Count(source, how, all)))
    }
}

impl File {
    /// The file with its terms written out.
    fn read(text: &str) -> Result<Self, String> {
        let mut file: Self = toml::from_str(text).map_err(|it| it.to_string())?;
        let terms = std::mem::take(&mut file.terms);
        let write_out = |text: &mut String| {
            // A term may name others, and a circle leaves a brace that is refused.
            for _ in 0..terms.len() {
                for (name, cond) in &terms {
                    *text = text.replace(&format!("{{{name}}}"), &format!("({cond})"));
                }
            }
        };
        let lines = |all: &mut Vec<FileLine>| {
            for it in all {
                write_out(&mut it.cond);
                it.formula.as_mut().into_iter().for_each(write_out);
            }
        };
        file.columns.values_mut().for_each(lines);
        for it in &mut file.section {
            write_out(&mut it.cond);
            lines(&mut it.rows);
            lines(&mut it.cols);
            for cell in &mut it.cells {
                cell.formula.as_mut().into_iter().for_each(write_out);
            }
        }
        Ok(file)
    }
}

impl FileCheck {
    fn of(&self, sections: &[Section]) -> Result<Vec<Check>, String> {
        let section = sections.iter().find(|it| it.code == self.section);
        let section = section.ok_or_else(|| format!("no section {}", self.section))?;
        let codes =
            |lines: &[Line]| -> Vec<String> { lines.iter().map(|it| it.code.clone()).collect() };
        let (rows, cols) = (codes(&section.rows), codes(&section.cols));
        let wanted = |code: &&String| self.only.is_empty() || self.only.contains(code);
        let missing = |all: &[String]| self.only.iter().find(|it| !all.contains(it)).cloned();
        let around = |row, col| Around {
            section: &section.code,
            row,
            col,
            rows: &rows,
            cols: &cols,
        };
        let over: Vec<Around<'_>> = match self.each {
            None => vec![around(None, None)],
            Some(Each::Row) => {
                if let Some(it) = missing(&rows) {
                    return Err(format!("no row {it}"));
                }
                rows.iter()
                    .filter(wanted)
                    .map(|it| around(Some(it), None))
                    .collect()
            }
            Some(Each::Col) => {
                if let Some(it) = missing(&cols) {
                    return Err(format!("no column {it}"));
                }
                cols.iter()
                    .filter(wanted)
                    .map(|it| around(None, Some(it)))
                    .collect()
            }
        };
        over.into_iter()
            .map(|around| {
                let rule = parse_check(&self.rule, around)?;
                let at = rule.left.cells().first().map(|it| (*it).clone());
                Ok(Check {
                    text: self.text.clone(),
                    rule,
                    at: at.ok_or("no cell on the left")?,
                    weak: self.weak,
                })
            })
            .collect()
    }
}

fn month_day(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('-');
    let parts = parts.and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
    let (month, day) = parts.ok_or_else(|| format!("{text} is no day of a year"))?;
    NaiveDate::from_ymd_opt(2025, month, day)
        .ok_or_else(|| format!("{text} is no day of a year"))?;
    Ok((month, day))
}
