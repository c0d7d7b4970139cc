//! The fields of each kind of card: how they are typed, read and shown. One
//! list serves the form, the card, the conflict page and the history.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::Fault;
use serde::Serialize;
use serde_json::{Map, Value, json};
use web::form::Raw;

use super::both::{Both, compared, picked_of};
use crate::{CardKind, Details, FieldError, ParentFields, PersonFields, PupilFields, StaffFields};

/// How a field is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Widget {
    /// Must be filled.
    Required,
    Text,
    Area,
    Date,
    Phone,
    Email,
    Gender,
    Citizenship,
    Shift,
    YesNo,
}

/// One field of a card.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Spec {
    pub(super) name: &'static str,
    pub(super) widget: Widget,
}

/// Fields that belong together.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Section {
    pub(super) code: &'static str,
    pub(super) fields: &'static [Spec],
}

const fn field(name: &'static str, widget: Widget) -> Spec {
    Spec { name, widget }
}

const PERSON: Section = Section {
    code: "person",
    fields: &[
        field("last_name", Widget::Required),
        field("first_name", Widget::Required),
        field("middle_name", Widget::Text),
        field("gender", Widget::Gender),
        field("born_on", Widget::Date),
    ],
};

const CONTACTS: Section = Section {
    code: "contacts",
    fields: &[
        field("phone", Widget::Phone),
        field("mobile", Widget::Phone),
        field("email", Widget::Email),
        field("lives_at", Widget::Area),
        field("registered_at", Widget::Area),
    ],
};

const PUPIL: &[Section] = &[
    Section {
        code: "person",
        fields: &[
            field("last_name", Widget::Required),
            field("first_name", Widget::Required),
            field("middle_name", Widget::Text),
            field("gender", Widget::Gender),
            field("born_on", Widget::Date),
            field("citizenship", Widget::Citizenship),
        ],
    },
    Section {
        code: "study",
        fields: &[
            field("file_number", Widget::Text),
            field("shift", Widget::Shift),
            field("foreign_language", Widget::Text),
            field("taught_at_home", Widget::YesNo),
        ],
    },
    CONTACTS,
    Section {
        code: "home",
        fields: &[
            field("family", Widget::Area),
            field("has_computer", Widget::YesNo),
        ],
    },
];

const PARENT: &[Section] = &[
    PERSON,
    CONTACTS,
    Section {
        code: "work",
        fields: &[
            field("workplace", Widget::Text),
            field("job", Widget::Text),
            field("work_phone", Widget::Phone),
            field("education", Widget::Text),
        ],
    },
];

const STAFF: &[Section] = &[
    PERSON,
    Section {
        code: "employment",
        fields: &[
            field("post", Widget::Required),
            field("extra_post", Widget::Text),
            field("hired_on", Widget::Date),
            field("hire_order", Widget::Text),
            field("category", Widget::Text),
            field("experience_since", Widget::Date),
            field("subjects", Widget::Text),
            field("activity", Widget::Area),
        ],
    },
    Section {
        code: "education",
        fields: &[
            field("education", Widget::Text),
            field("institution", Widget::Text),
            field("speciality", Widget::Text),
            field("diploma_number", Widget::Text),
            field("diploma_on", Widget::Date),
            field("courses", Widget::Area),
        ],
    },
    CONTACTS,
    Section {
        code: "personal",
        fields: &[
            field("family_status", Widget::Text),
            field("awards", Widget::Area),
        ],
    },
    Section {
        code: "dismissal",
        fields: &[
            field("dismissed_on", Widget::Date),
            field("dismissal_reason", Widget::Text),
        ],
    },
];

/// The sections of a card of that kind, in the order of the form.
pub(super) const fn sections(kind: CardKind) -> &'static [Section] {
    match kind {
        CardKind::Pupil => PUPIL,
        CardKind::Parent => PARENT,
        CardKind::Staff => STAFF,
    }
}

fn all(kind: CardKind) -> impl Iterator<Item = &'static Spec> {
    sections(kind).iter().flat_map(|it| it.fields)
}

/// A card as it was typed.
pub(super) fn read(
    kind: CardKind,
    raw: &Raw,
    today: NaiveDate,
) -> Result<(PersonFields, Details), Vec<FieldError>> {
    let mut values = Map::new();
    let mut wrong = Vec::new();
    for spec in all(kind) {
        match read_one(spec, raw.get(spec.name).unwrap_or_default(), today) {
            Ok(value) => {
                values.insert(spec.name.to_owned(), value);
            }
            Err(code) => wrong.push(FieldError::new(spec.name, code)),
        }
    }
    let typed = (person(&values), details(kind, &values));
    match typed {
        (Some(person), Some(details)) if wrong.is_empty() => Ok((person, details)),
        (Some(person), Some(details)) => {
            // What else is wrong is told at the same time.
            let known: Vec<&str> = wrong.iter().map(|it| it.field).collect();
            let more = crate::Directory::problems(&person, &details, today);
            let more: Vec<FieldError> = more
                .into_iter()
                .filter(|it| !known.contains(&it.field))
                .collect();
            Err([wrong, more].concat())
        }
        _ => Err(vec![FieldError::new("", "people.fields")]),
    }
}

fn read_one(spec: &Spec, typed: &str, today: NaiveDate) -> Result<Value, &'static str> {
    Ok(match spec.widget {
        Widget::Date | Widget::Gender | Widget::Citizenship | Widget::YesNo if typed.is_empty() => {
            Value::Null
        }
        _ if spec.name == "middle_name" && typed.is_empty() => Value::Null,
        Widget::Date => {
            json!(kernel::dates::parse_date(typed, today).map_err(|it| it.code())?)
        }
        Widget::Gender => match crate::Gender::from_code(typed) {
            Some(it) => json!(it),
            None => return Err("people.choice"),
        },
        Widget::Citizenship => match crate::Citizenship::from_code(typed) {
            Some(it) => json!(it),
            None => return Err("people.choice"),
        },
        Widget::Shift => json!(typed.parse::<i16>().map_err(|_| "people.no-such-shift")?),
        Widget::YesNo => match typed {
            "true" => json!(true),
            "false" => json!(false),
            _ => return Err("people.choice"),
        },
        _ => json!(typed),
    })
}

fn person(values: &Map<String, Value>) -> Option<PersonFields> {
    serde_json::from_value(Value::Object(values.clone())).ok()
}

fn details(kind: CardKind, values: &Map<String, Value>) -> Option<Details> {
    let values = Value::Object(values.clone());
    match kind {
        CardKind::Pupil => serde_json::from_value::<PupilFields>(values)
            .ok()
            .map(Details::Pupil),
        CardKind::Parent => serde_json::from_value::<ParentFields>(values)
            .ok()
            .map(Details::Parent),
        CardKind::Staff => serde_json::from_value::<StaffFields>(values)
            .ok()
            .map(Details::Staff),
    }
}

/// The stored values as the form shows them: texts under the names of the fields.
pub(super) fn typed(person: &PersonFields, details: &Details) -> BTreeMap<String, String> {
    let mut values = match (json!(person), json!(details)) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            one
        }
        _ => Map::new(),
    };
    all(details.kind())
        .map(|spec| {
            (
                spec.name.to_owned(),
                as_typed(spec.widget, values.remove(spec.name)),
            )
        })
        .collect()
}

pub(super) fn as_typed(widget: Widget, value: Option<Value>) -> String {
    let text = match value {
        None | Some(Value::Null) => return String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    };
    match widget {
        Widget::Date => text.parse().map_or(text, kernel::dates::show_date),
        Widget::Phone => kernel::checked::Phone::show_stored(&text),
        _ => text,
    }
}

/// One fact of a card, for reading.
#[derive(Debug, Serialize)]
pub(super) struct Fact {
    field: &'static str,
    widget: Widget,
    text: String,
}

/// Facts that belong together.
#[derive(Debug, Serialize)]
pub(super) struct Facts {
    code: &'static str,
    facts: Vec<Fact>,
}

/// The card for reading, section by section.
pub(super) fn facts(person: &PersonFields, details: &Details) -> Vec<Facts> {
    let mut values = typed(person, details);
    let mut fact = |spec: &Spec| Fact {
        field: spec.name,
        widget: spec.widget,
        text: values.remove(spec.name).unwrap_or_default(),
    };
    sections(details.kind())
        .iter()
        .map(|it| Facts {
            code: it.code,
            facts: it.fields.iter().map(&mut fact).collect(),
        })
        .collect()
}

/// Compares what was typed with what is stored now and with what the form had
/// at first; `before` has the first values of what was changed meanwhile.
pub(super) fn both(
    raw: &Raw,
    before: &Map<String, Value>,
    person: &PersonFields,
    details: &Details,
) -> Both {
    let fields = all(details.kind()).map(|it| (it.name, it.widget));
    let was = |name: &str, widget| Some(Some(as_typed(widget, Some(before.get(name)?.clone()))));
    compared(raw, fields, was, &typed(person, details))
}

/// The form with what its writer chose of clashing fields: `pick.<field>` is
/// `mine` or `now`. Fields without a choice come back.
pub(super) fn picked(
    raw: &Raw,
    person: &PersonFields,
    details: &Details,
) -> Result<Raw, Vec<FieldError>> {
    let fields = all(details.kind()).map(|it| it.name);
    picked_of(raw, fields, &typed(person, details))
}

/// The form as a map of texts, whatever its fields.
#[derive(Debug, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Loose(BTreeMap<String, String>);

impl garde::Validate for Loose {
    type Context = ();

    /// The domain checks the fields, so that imports get the same.
    fn validate_into(
        &self,
        (): &Self::Context,
        _: &mut dyn FnMut() -> garde::Path,
        _: &mut garde::Report,
    ) {
        // The map keeps what was typed; it has nothing to check itself.
        let _ = &self.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 9, 10).unwrap()
    }

    fn raw(fields: &[(&str, &str)]) -> Raw {
        fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn what_is_shown_is_read_back() {
        for kind in CardKind::ALL {
            let sent = raw(&[
                ("last_name", "Иванова"),
                ("first_name", "Мария"),
                ("gender", "female"),
                ("born_on", "27.03.2014"),
                ("mobile", "+78613123456"),
                ("shift", "2"),
                ("has_computer", "false"),
                ("citizenship", "foreign"),
                ("taught_at_home", "true"),
                ("post", "учитель"),
                ("hired_on", "01.09.2020"),
            ]);
            let (person, details) = read(kind, &sent, day()).unwrap();
            let shown = typed(&person, &details);
            let again: Raw = shown.into_iter().collect();
            assert_eq!(read(kind, &again, day()).unwrap().1, details, "{kind:?}");
            assert!(person.born_on.is_some());
        }
    }

    /// Every stored field of every card is on the form, so that nothing gets lost by saving.
    #[test]
    fn no_field_is_left_out() {
        let details = [
            Details::Pupil(PupilFields::default()),
            Details::Parent(ParentFields::default()),
            Details::Staff(StaffFields::default()),
        ];
        for it in details {
            let names: Vec<&str> = all(it.kind()).map(|it| it.name).collect();
            for stored in [json!(PersonFields::default()), json!(it)] {
                for name in stored.as_object().unwrap().keys() {
                    assert!(names.contains(&name.as_str()), "{name} of {:?}", it.kind());
                }
            }
        }
    }

    #[test]
    fn all_mistakes_are_found_at_once() {
        let sent = raw(&[
            ("last_name", ""),
            ("first_name", "Мария"),
            ("born_on", "31.02.2014"),
            ("citizenship", "РФ"),
            ("shift", "x"),
        ]);
        let wrong = read(CardKind::Pupil, &sent, day()).unwrap_err();
        let fields: Vec<&str> = wrong.iter().map(|it| it.field).collect();
        assert_eq!(fields, ["born_on", "citizenship", "shift", "last_name"]);
    }
}
