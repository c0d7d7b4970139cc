//! A definition against the fields that somebody may use: what is left is
//! safe to carry out, because a field that is not open has no place in a
//! [`Plan`].

mod conditions;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sources::{Field, Kind, Only, Span};

use crate::{
    Definition, Filter, How, Measure,
    definition::{MOST_FILTERS, MOST_GROUPS, MOST_MEASURES, MOST_SORTS},
};

/// What is wrong with a definition, and where: a field of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// `f.<field>`, `columns`, `measure-1` …
    pub place: String,
    pub what: Flaw,
}

impl Wrong {
    /// Whether a reader with other rights may find nothing wrong.
    pub(crate) const fn is_of_rights(&self) -> bool {
        matches!(self.what, Flaw::NoField | Flaw::Nothing)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// There is no such field, or it is not for this reader.
    NoField,
    /// The field has no such comparison or measure.
    NotSo,
    /// The value is no number, no day or none of the choices.
    BadValue,
    /// Nothing would be shown.
    Nothing,
    TooMuch,
}

impl Flaw {
    /// The word is `builder.wrong.<code>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoField => "no-field",
            Self::NotSo => "not-so",
            Self::BadValue => "bad-value",
            Self::Nothing => "nothing",
            Self::TooMuch => "too-much",
        }
    }
}

/// What rows must fulfil in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Among(Vec<String>),
    NotAmong(Vec<String>),
    Contains(String),
    Least(Bound),
    Most(Bound),
    Filled,
    Blank,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    Number(Decimal),
    Day(NaiveDate),
}

/// What the lines are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Places of fields.
    Rows(Vec<usize>),
    Groups {
        by: Vec<usize>,
        measures: Vec<(How, Option<usize>)>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// The place of a field.
    Field(usize),
    /// The place of a measure.
    Measure(usize),
}

/// A definition that may be carried out.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The fields that are needed; all other places are places in here.
    pub(crate) fields: Vec<&'static Field>,
    pub(crate) tests: Vec<(usize, Test)>,
    pub(crate) shape: Shape,
    pub(crate) sort: Vec<(Key, bool)>,
    /// So many columns and measures are not for this reader.
    pub(crate) left_out: usize,
}

/// What to do about fields that are not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Whoever builds names only what there is.
    Refuse,
    /// Whoever opens another's report sees it without these columns. Filters,
    /// groups and sorting by them would tell what the reader must not know.
    LeaveOut,
}

struct Planner<'a> {
    open: &'a [&'static Field],
    today: NaiveDate,
    closed: Closed,
    plan: Plan,
    wrong: Vec<Wrong>,
}

impl Plan {
    /// Reads a definition for somebody to whom these fields are open.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn of(
        definition: &Definition,
        open: &[&'static Field],
        closed: Closed,
        today: NaiveDate,
    ) -> Result<Self, Vec<Wrong>> {
        let mut planner = Planner {
            open,
            today,
            closed,
            plan: Self {
                fields: vec![],
                tests: vec![],
                shape: Shape::Rows(vec![]),
                sort: vec![],
                left_out: 0,
            },
            wrong: vec![],
        };
        planner.filters(&definition.filters);
        let places = planner.shape(definition);
        planner.sort(definition, &places);
        if planner.wrong.is_empty() {
            Ok(planner.plan)
        } else {
            Err(planner.wrong)
        }
    }

    /// What sources can leave out by themselves.
    pub(crate) fn only(&self) -> Vec<Only> {
        let among = self.tests.iter().filter_map(|(at, test)| match test {
            Test::Among(values) => Some(Only {
                field: self.fields[*at].code,
                values: values.clone(),
            }),
            _ => None,
        });
        among.collect()
    }

    /// The days that sources can keep to.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let of = |at: usize, from, to| Span {
            field: self.fields[at].code,
            from,
            to,
        };
        let spans = self.tests.iter().filter_map(|(at, test)| match test {
            Test::Least(Bound::Day(day)) => Some(of(*at, Some(*day), None)),
            Test::Most(Bound::Day(day)) => Some(of(*at, None, Some(*day))),
            _ => None,
        });
        spans.collect()
    }

    /// Whether it tells something of one named person.
    pub fn is_personal(&self) -> bool {
        self.fields.iter().any(|it| it.personal)
    }
}

impl Planner<'_> {
    fn refuse(&mut self, place: impl Into<String>, what: Flaw) {
        self.wrong.push(Wrong {
            place: place.into(),
            what,
        });
    }

    /// The place of a field among those that are needed.
    fn place(&mut self, code: &str) -> Option<usize> {
        let known = self.plan.fields.iter().position(|it| it.code == code);
        known.or_else(|| {
            let field = self.open.iter().find(|it| it.code == code)?;
            self.plan.fields.push(field);
            Some(self.plan.fields.len() - 1)
        })
    }

    fn filters(&mut self, filters: &[Filter]) {
        if filters.len() > MOST_FILTERS {
            self.refuse("filters", Flaw::TooMuch);
            return;
        }
        for it in filters {
            let name = format!("f.{}", it.field);
            let Some(at) = self.place(&it.field) else {
                self.refuse(name, Flaw::NoField);
                continue;
            };
            match conditions::test(it, self.plan.fields[at].kind, self.today) {
                Ok(test) => self.plan.tests.push((at, test)),
                Err(flaw) => self.refuse(name, flaw),
            }
        }
    }

    /// The lines; where each measure of the definition went, none for one left out.
    fn shape(&mut self, definition: &Definition) -> Vec<Option<usize>> {
        let mut places = vec![];
        if definition.groups.len() > MOST_GROUPS || definition.measures.len() > MOST_MEASURES {
            self.refuse("groups", Flaw::TooMuch);
            return places;
        }
        if !definition.is_grouped() {
            let columns = self.columns(&definition.columns);
            self.plan.shape = Shape::Rows(columns);
            return places;
        }
        let (mut by, mut measures) = (vec![], vec![]);
        for code in &definition.groups {
            match self.place(code) {
                Some(at) if by.contains(&at) => self.refuse("groups", Flaw::NotSo),
                Some(at) => by.push(at),
                None => self.refuse("groups", Flaw::NoField),
            }
        }
        for (number, it) in (1..).zip(&definition.measures) {
            let found = self.measure(number, it);
            places.push(found.map(|_| measures.len()));
            measures.extend(found);
        }
        if by.is_empty() && measures.is_empty() {
            self.refuse("groups", Flaw::Nothing);
        }
        self.plan.shape = Shape::Groups { by, measures };
        places
    }

    fn columns(&mut self, codes: &[String]) -> Vec<usize> {
        let mut columns = vec![];
        for code in codes {
            match self.place(code) {
                Some(at) if columns.contains(&at) => {}
                Some(at) => columns.push(at),
                None if self.closed == Closed::LeaveOut => self.plan.left_out += 1,
                None => self.refuse("columns", Flaw::NoField),
            }
        }
        if columns.is_empty() {
            self.refuse("columns", Flaw::Nothing);
        }
        columns
    }

    fn measure(&mut self, number: usize, it: &Measure) -> Option<(How, Option<usize>)> {
        let name = format!("measure-{number}");
        let Some(code) = &it.field else {
            if matches!(it.how, How::Count | How::Share) {
                return Some((it.how, None));
            }
            self.refuse(name, Flaw::NotSo);
            return None;
        };
        let Some(at) = self.place(code) else {
            if self.closed == Closed::LeaveOut {
                self.plan.left_out += 1;
            } else {
                self.refuse(name, Flaw::NoField);
            }
            return None;
        };
        if fits(it.how, self.plan.fields[at].kind) {
            return Some((it.how, Some(at)));
        }
        self.refuse(name, Flaw::NotSo);
        None
    }

    fn sort(&mut self, definition: &Definition, measures: &[Option<usize>]) {
        if definition.sort.len() > MOST_SORTS {
            self.refuse("sort", Flaw::TooMuch);
            return;
        }
        for it in &definition.sort {
            let number = it.by.strip_prefix("measure-");
            let key = match number.and_then(|it| it.parse::<usize>().ok()) {
                Some(number) => {
                    let place = number.checked_sub(1).and_then(|it| measures.get(it));
                    place.copied().flatten().map(Key::Measure)
                }
                None => self.sort_field(&it.by).map(Key::Field),
            };
            match key {
                Some(key) => self.plan.sort.push((key, it.down)),
                None => self.refuse("sort", Flaw::NoField),
            }
        }
    }

    /// Groups are sorted by what they are grouped by, rows by any field.
    fn sort_field(&mut self, code: &str) -> Option<usize> {
        let at = self.place(code)?;
        match &self.plan.shape {
            Shape::Rows(_) => Some(at),
            Shape::Groups { by, .. } => by.contains(&at).then_some(at),
        }
    }
}

/// Whether a field of the kind is measured so.
pub(crate) const fn fits(how: How, kind: Kind) -> bool {
    match how {
        How::Count => true,
        How::Sum | How::Average => matches!(kind, Kind::Number),
        How::Least | How::Most => matches!(kind, Kind::Number | Kind::Date),
        How::Share => matches!(kind, Kind::Flag),
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
