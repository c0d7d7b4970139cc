//! What reports say of people (RPT-1): facts of many cards at once.

use kernel::PersonId;

use crate::{Card, Citizenship, Gender, KinshipKind, RestrictedField};

/// What reports say of a pupil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PupilFacts {
    pub card: Card,
    pub gender: Option<Gender>,
    pub file_number: String,
    /// 1 or 2.
    pub shift: i16,
    pub foreign_language: String,
    /// Состав семьи.
    pub family: String,
    pub citizenship: Option<Citizenship>,
    /// Обучается на дому.
    pub taught_at_home: Option<bool>,
    /// Where the pupil lives, or else where registered.
    pub address: String,
}

/// What a class journal says of a parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParentFacts {
    pub pupil: PersonId,
    pub parent: PersonId,
    pub kind: KinshipKind,
    /// «Иванова Мария Петровна»
    pub name: String,
    pub workplace: String,
    /// The mobile one, or else another.
    pub phone: String,
}

/// How often a value of a restricted field stands in the cards of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tallied {
    pub group: usize,
    pub field: RestrictedField,
    pub value: String,
    pub count: u32,
}
