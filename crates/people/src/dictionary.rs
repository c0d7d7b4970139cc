//! Dictionaries of the cards («Справочники», ORG-4): values that the region
//! says and those below extend where they may.

use std::collections::HashMap;

use kernel::names::search_key;
use serde::{Deserialize, Serialize};

use crate::{CardKind, Details, FieldError, Part, RecordKind, RestrictedField};

/// The code of a value that the dictionary does not have.
const NOT_LISTED: &str = "people.not-in-dictionary";

/// What a dictionary lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DictionaryKind {
    Post,
    /// Квалификационная категория.
    Category,
    /// Образование, of staff and parents, and the level in their lines.
    Education,
    FamilyStatus,
    Award,
    /// Основание увольнения.
    Dismissal,
    /// Иностранный язык.
    Language,
    SocialStatus,
    HealthGroup,
    PeGroup,
}

impl DictionaryKind {
    pub const ALL: [Self; 10] = [
        Self::Post,
        Self::Category,
        Self::Education,
        Self::FamilyStatus,
        Self::Award,
        Self::Dismissal,
        Self::Language,
        Self::SocialStatus,
        Self::HealthGroup,
        Self::PeGroup,
    ];

    /// The name in the database, in URLs and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Category => "category",
            Self::Education => "education",
            Self::FamilyStatus => "family_status",
            Self::Award => "award",
            Self::Dismissal => "dismissal",
            Self::Language => "language",
            Self::SocialStatus => "social_status",
            Self::HealthGroup => "health_group",
            Self::PeGroup => "pe_group",
        }
    }

    /// The dictionary with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// The dictionary of a field of such a card.
    pub fn of_field(card: CardKind, field: &str) -> Option<Self> {
        Some(match (card, field) {
            (CardKind::Staff, "post" | "extra_post") => Self::Post,
            (CardKind::Staff, "category") => Self::Category,
            (CardKind::Staff | CardKind::Parent, "education") => Self::Education,
            (CardKind::Staff, "family_status") => Self::FamilyStatus,
            (CardKind::Staff, "dismissal_reason") => Self::Dismissal,
            (CardKind::Pupil, "foreign_language") => Self::Language,
            _ => return None,
        })
    }

    /// The dictionary of a fact of a line.
    pub const fn of_record(kind: RecordKind, part: Part) -> Option<Self> {
        match (kind, part) {
            (RecordKind::Work, Part::Title) => Some(Self::Post),
            (RecordKind::Award, Part::Title) => Some(Self::Award),
            // «Уровень»
            (RecordKind::Education, Part::Place) => Some(Self::Education),
            _ => None,
        }
    }

    /// The dictionary of a restricted field.
    pub const fn of_restricted(field: RestrictedField) -> Option<Self> {
        match field {
            RestrictedField::SocialStatus => Some(Self::SocialStatus),
            RestrictedField::HealthGroup => Some(Self::HealthGroup),
            RestrictedField::PeGroup => Some(Self::PeGroup),
            _ => None,
        }
    }

    /// Whether its values lie sealed in the cards: they are not counted.
    pub const fn is_sealed(self) -> bool {
        matches!(self, Self::SocialStatus | Self::HealthGroup | Self::PeGroup)
    }
}

/// A value of a dictionary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DictionaryValue {
    pub name: String,
    /// Folded: values that differ in case, ё or spaces are one.
    pub key: String,
    pub retired: bool,
    /// What is written instead of a retired one; may be empty.
    pub instead: String,
    /// How far above the organisation that said it is; 0: the own.
    pub depth: i32,
    /// That organisation.
    pub unit: String,
}

/// A dictionary as it holds in an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    /// A card takes values of the list only.
    pub strict: bool,
    /// Those below the region may add values.
    pub extendable: bool,
    /// How far above the region is.
    pub top: i32,
    /// Those from above first, by name.
    pub values: Vec<DictionaryValue>,
}

impl Dictionary {
    /// The values that may be written now.
    pub fn active(&self) -> impl Iterator<Item = &DictionaryValue> {
        self.values.iter().filter(|it| self.is_active(it))
    }

    /// Where those below may not add values, theirs do not count any more.
    fn is_active(&self, it: &DictionaryValue) -> bool {
        !it.retired && (self.extendable || self.is_topmost(it))
    }

    fn is_topmost(&self, it: &DictionaryValue) -> bool {
        it.depth == self.top
    }

    /// The active value of that name, however it is spelled.
    pub fn find(&self, name: &str) -> Option<&DictionaryValue> {
        let key = dictionary_key(name);
        self.active().find(|it| it.key == key)
    }

    /// What is stored for what was typed: the spelling of the list. What the
    /// card had before stays; a list without values closes nothing.
    fn accepted(&self, typed: &str, before: &str) -> Option<String> {
        if typed.is_empty() || typed == before {
            return Some(typed.to_owned());
        }
        match self.find(typed) {
            Some(it) => Some(it.name.clone()),
            None if self.strict && self.active().next().is_some() => None,
            None => Some(typed.to_owned()),
        }
    }
}

/// The form in which values are compared.
pub(crate) fn dictionary_key(name: &str) -> String {
    search_key(name)
}

/// All dictionaries of an organisation.
#[derive(Clone, Debug, Default)]
pub struct Dictionaries {
    pub(crate) lists: HashMap<DictionaryKind, Dictionary>,
    /// The region: what it says nobody above changes.
    pub topmost: bool,
    /// A region, ministry or municipality: no cards of pupils.
    pub authority: bool,
}

impl Dictionaries {
    pub fn of(&self, kind: DictionaryKind) -> Dictionary {
        self.lists.get(&kind).cloned().unwrap_or_default()
    }

    /// A value of a field as it is stored.
    ///
    /// # Errors
    /// The code of what is wrong with it.
    pub(crate) fn accepted(
        &self,
        kind: DictionaryKind,
        typed: &str,
        before: &str,
    ) -> Result<String, &'static str> {
        match self.lists.get(&kind) {
            None => Ok(typed.to_owned()),
            Some(list) => list.accepted(typed.trim(), before).ok_or(NOT_LISTED),
        }
    }

    /// Puts the values of a card into the spelling of the lists; what they
    /// do not have is told of.
    pub(crate) fn put_right(
        &self,
        details: &mut Details,
        before: Option<&Details>,
        wrong: &mut Vec<FieldError>,
    ) {
        let kind = details.kind();
        let mut old = before.cloned();
        for (at, (field, value)) in listed_texts(details).into_iter().enumerate() {
            let Some(dictionary) = DictionaryKind::of_field(kind, field) else {
                continue;
            };
            let old = old
                .as_mut()
                .map(|it| std::mem::take(listed_texts(it)[at].1));
            match self.accepted(dictionary, value, &old.unwrap_or_default()) {
                Ok(accepted) => *value = accepted,
                Err(code) => wrong.push(FieldError::new(field, code)),
            }
        }
    }
}

/// The fields of a card that dictionaries are about.
fn listed_texts(details: &mut Details) -> Vec<(&'static str, &mut String)> {
    match details {
        Details::Pupil(it) => vec![("foreign_language", &mut it.foreign_language)],
        Details::Parent(it) => vec![("education", &mut it.education)],
        Details::Staff(it) => vec![
            ("post", &mut it.post),
            ("extra_post", &mut it.extra_post),
            ("category", &mut it.category),
            ("education", &mut it.education),
            ("family_status", &mut it.family_status),
            ("dismissal_reason", &mut it.dismissal_reason),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StaffFields;

    fn value(name: &str, depth: i32, retired: bool) -> DictionaryValue {
        DictionaryValue {
            name: name.to_owned(),
            key: dictionary_key(name),
            retired,
            instead: String::new(),
            depth,
            unit: String::new(),
        }
    }

    fn list(strict: bool, extendable: bool) -> Dictionary {
        Dictionary {
            strict,
            extendable,
            top: 2,
            values: vec![
                value("Учитель", 2, false),
                value("Вожатый", 2, true),
                value("Тьютор", 0, false),
            ],
        }
    }

    #[test]
    fn codes_lead_back_and_every_listed_field_is_looked_at() {
        for it in DictionaryKind::ALL {
            assert_eq!(DictionaryKind::from_code(it.code()), Some(it));
        }
        let mut details = Details::Staff(StaffFields::default());
        for (field, _) in listed_texts(&mut details) {
            assert!(DictionaryKind::of_field(CardKind::Staff, field).is_some());
        }
    }

    #[test]
    fn values_get_the_spelling_of_the_list() {
        assert_eq!(
            list(true, true).accepted("учитель ", "").as_deref(),
            Some("Учитель")
        );
        assert_eq!(
            list(false, true).accepted("Дворник", "").as_deref(),
            Some("Дворник")
        );
    }

    #[test]
    fn a_strict_list_refuses_what_it_does_not_have_and_keeps_what_was() {
        let strict = list(true, true);
        assert_eq!(strict.accepted("Дворник", ""), None);
        assert_eq!(strict.accepted("Вожатый", ""), None);
        assert_eq!(
            strict.accepted("Вожатый", "Вожатый").as_deref(),
            Some("Вожатый")
        );
        assert_eq!(strict.accepted("тьютор", "").as_deref(), Some("Тьютор"));
        // A region that closed the list: own values are no more.
        assert_eq!(list(true, false).accepted("тьютор", ""), None);
        // A list without values closes nothing.
        let empty = Dictionary {
            strict: true,
            ..Dictionary::default()
        };
        assert_eq!(empty.accepted("Дворник", "").as_deref(), Some("Дворник"));
    }

    #[test]
    fn everything_not_listed_is_told_at_its_field() {
        let lists = Dictionaries {
            lists: HashMap::from([(DictionaryKind::Post, list(true, true))]),
            ..Dictionaries::default()
        };
        let staff = |post: &str, extra: &str| {
            Details::Staff(StaffFields {
                post: post.to_owned(),
                extra_post: extra.to_owned(),
                ..StaffFields::default()
            })
        };
        let mut wrong = vec![];
        let mut details = staff("УЧИТЕЛЬ", "Дворник");
        lists.put_right(&mut details, None, &mut wrong);
        assert_eq!(details, staff("Учитель", "Дворник"));
        assert_eq!(wrong, [FieldError::new("extra_post", NOT_LISTED)]);
        wrong.clear();
        lists.put_right(&mut details, Some(&staff("x", "Дворник")), &mut wrong);
        assert!(wrong.is_empty());
    }
}
