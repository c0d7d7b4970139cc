//! What the form sends: names of fields are codes, an empty place is left out.

use sources::{Field, Kind};
use web::form::Raw;

use crate::{
    Definition, Filter, How, Measure, NewReport, Op, Sort,
    definition::{MOST_GROUPS, MOST_SORTS},
};

/// Lines for measures in the form.
pub(super) const MEASURES: usize = 4;
/// «Не указано» among choices.
pub(super) const BLANK: &str = "-";

/// Reads the form. Fields that are not open stay in the definition, so that
/// whoever checks it refuses them by name and not by silence.
pub(super) fn read(raw: &Raw, open: &[&'static Field]) -> NewReport {
    let value = |name: &str| raw.get(name).unwrap_or_default().to_owned();
    let mut definition = Definition {
        source: value("source"),
        columns: raw.all("c").map(str::to_owned).collect(),
        ..Definition::default()
    };
    for field in named(raw) {
        let kind = open.iter().find(|it| it.code == field).map(|it| it.kind);
        filters(raw, &field, kind, &mut definition.filters);
    }
    let groups = (1..=MOST_GROUPS).map(|number| value(&format!("g{number}")));
    definition.groups = groups.filter(|it| !it.is_empty()).collect();
    for number in 1..=MEASURES {
        let field = value(&format!("m{number}.field"));
        if let Some(how) = How::from_code(&value(&format!("m{number}.how"))) {
            definition.measures.push(Measure {
                how,
                field: Some(field).filter(|it| !it.is_empty()),
            });
        }
    }
    for number in 1..=MOST_SORTS {
        let by = value(&format!("s{number}.by"));
        if !by.is_empty() {
            definition.sort.push(Sort {
                by,
                down: value(&format!("s{number}.way")) == "down",
            });
        }
    }
    if definition.is_grouped() {
        // What is ticked for a list means nothing for groups.
        definition.columns.clear();
    }
    NewReport {
        title: value("title"),
        definition,
    }
}

/// The fields that conditions are sent for, once each.
fn named(raw: &Raw) -> Vec<String> {
    let mut named: Vec<String> = vec![];
    for (rest, _) in raw.under("f.") {
        let field = rest.split('.').next().unwrap_or_default();
        if !named.iter().any(|it| it == field) {
            named.push(field.to_owned());
        }
    }
    named
}

fn filters(raw: &Raw, field: &str, kind: Option<Kind>, into: &mut Vec<Filter>) {
    let part = |rest: &str| raw.get(&format!("f.{field}{rest}")).unwrap_or_default();
    let mut add = |op, value: &str| {
        into.push(Filter {
            field: field.to_owned(),
            op,
            value: value.to_owned(),
        });
    };
    let value = part("");
    match kind {
        Some(Kind::Choice(_) | Kind::Flag) if value == BLANK => add(Op::Blank, ""),
        Some(Kind::Number | Kind::Date) => {
            for (op, bound) in [(Op::From, part(".from")), (Op::To, part(".to"))] {
                if !bound.is_empty() {
                    add(op, bound);
                }
            }
        }
        _ => {
            let op = Op::from_code(part(".op")).unwrap_or(Op::Is);
            // A field that is not open is refused, whatever is said of it.
            if kind.is_none() || !value.is_empty() || !op.takes_value() {
                add(op, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Right;
    use sources::{Choices, Field};

    use super::*;

    static FIELDS: [Field; 3] = [
        Field::new(
            "gender",
            Kind::Choice(Choices {
                words: "gender",
                codes: &["female", "male"],
            }),
            Right::PupilView,
        ),
        Field::new("grade", Kind::Number, Right::PupilView),
        Field::new("name", Kind::Text, Right::PupilView),
    ];

    #[test]
    fn a_form_is_read_into_a_definition() {
        let text = "source=pupils&title=+x+&c=name&f.gender=female&f.grade.from=7&f.grade.to=&f.name.op=blank&f.name=\
                    &g1=class&m1.how=count&m1.field=&m2.how=&m2.field=name&s1.by=measure-1&s1.way=down&f.secret=1";
        let raw = Raw::parse(text.as_bytes()).expect("readable");
        let open: Vec<&Field> = FIELDS.iter().collect();
        let new = read(&raw, &open);
        assert_eq!(new.title, "x");
        let it = new.definition;
        let told: Vec<(&str, Op, &str)> = it
            .filters
            .iter()
            .map(|it| (it.field.as_str(), it.op, it.value.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("gender", Op::Is, "female"),
                ("grade", Op::From, "7"),
                ("name", Op::Blank, ""),
                ("secret", Op::Is, "1"),
            ]
        );
        assert!(it.columns.is_empty(), "there are groups");
        assert_eq!(it.groups, ["class"]);
        assert_eq!(it.measures.len(), 1);
        assert!(it.sort[0].down);
    }
}
