//! The things that are counted, with what is known of each.

use std::collections::HashMap;

use super::{Field, Source, Value};

/// One thing that may be counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// The name as lists show it: of a person or a class.
    pub name: String,
    /// The class, the post: what tells it from others of the same name.
    pub note: String,
    /// The page of it inside the organisation.
    pub path: Option<String>,
    values: HashMap<Field, Value>,
}

impl Fact {
    pub fn new(name: impl Into<String>, note: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            note: note.into(),
            ..Self::default()
        }
    }

    /// The same with a page of its own.
    #[must_use]
    pub fn at(self, path: String) -> Self {
        Self {
            path: Some(path),
            ..self
        }
    }

    /// The same with a number.
    #[must_use]
    pub fn number(self, field: Field, number: impl Into<i64>) -> Self {
        self.with(field, Value::Number(number.into()))
    }

    /// The same with an answer; none is unknown.
    #[must_use]
    pub fn flag(self, field: Field, says: Option<bool>) -> Self {
        match says {
            Some(says) => self.with(field, Value::Flag(says)),
            None => self,
        }
    }

    /// The same with a text; an empty one is unknown.
    #[must_use]
    pub fn text(self, field: Field, text: &str) -> Self {
        if text.trim().is_empty() {
            return self;
        }
        self.with(field, Value::Text(text.trim().to_owned()))
    }

    /// The same with a code; one that the field does not have is unknown.
    #[must_use]
    pub fn code(self, field: Field, code: &str) -> Self {
        match field.coded(code) {
            Some(value) => self.with(field, value),
            None => self,
        }
    }

    /// The same with a value.
    #[must_use]
    pub fn with(mut self, field: Field, value: Value) -> Self {
        self.values.insert(field, value);
        self
    }

    /// What is known of the field.
    pub fn value(&self, field: Field) -> Option<&Value> {
        self.values.get(&field)
    }
}

/// Everything that a form counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub pupils: Vec<Fact>,
    pub classes: Vec<Fact>,
    pub studies: Vec<Fact>,
    pub staff: Vec<Fact>,
    pub outcomes: Vec<Fact>,
    pub statuses: Vec<Fact>,
    pub teachers: Vec<Fact>,
    pub turnover: Vec<Fact>,
    pub school: Vec<Fact>,
    pub buildings: Vec<Fact>,
    pub rooms: Vec<Fact>,
    pub equipment: Vec<Fact>,
}

impl Facts {
    /// The facts of one source.
    pub fn of(&self, source: Source) -> &[Fact] {
        match source {
            Source::Pupils => &self.pupils,
            Source::Classes => &self.classes,
            Source::Studies => &self.studies,
            Source::Staff => &self.staff,
            Source::Outcomes => &self.outcomes,
            Source::Statuses => &self.statuses,
            Source::Teachers => &self.teachers,
            Source::Turnover => &self.turnover,
            Source::School => &self.school,
            Source::Buildings => &self.buildings,
            Source::Rooms => &self.rooms,
            Source::Equipment => &self.equipment,
        }
    }
}
