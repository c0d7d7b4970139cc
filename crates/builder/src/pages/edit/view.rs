//! What the form shows.

use std::collections::BTreeMap;

use serde::Serialize;
use sources::{Field, Kind};
use web::{Failure, Member, Views, form::Raw};

use super::super::{
    Choice, FieldError, FormView, Pages,
    sent::{BLANK, MEASURES},
    shown::{Shown, field_name},
};
use crate::{
    Definition, Filter, How, NewReport, Op, ReportId, Wrong,
    definition::{MOST_GROUPS, MOST_SORTS},
    plan,
};

/// Which report the form changes, as it was seen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kept {
    pub(super) report: Option<ReportId>,
    pub(super) version: i32,
}

impl Kept {
    pub(super) fn sent(raw: &Raw) -> Self {
        let number = |name| raw.get(name).and_then(|it| it.parse::<i64>().ok());
        Self {
            report: number("report").map(Into::into),
            version: raw
                .get("version")
                .and_then(|it| it.parse().ok())
                .unwrap_or_default(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct FormPage {
    pub(super) form: FormView,
    source: String,
    /// None for a new one.
    report: Option<String>,
    version: i32,
    /// Where it is saved.
    action: String,
    back: String,
    fields: Vec<FieldView>,
    groups: Vec<Vec<Choice>>,
    measures: Vec<MeasureView>,
    sorts: Vec<SortView>,
    pub(super) preview: Option<Shown>,
}

#[derive(Serialize)]
struct FieldView {
    code: &'static str,
    label: String,
    kind: &'static str,
    column: bool,
    personal: bool,
    value: String,
    from: String,
    to: String,
    ops: Vec<Choice>,
    choices: Vec<Choice>,
    wrong: bool,
}

#[derive(Serialize)]
struct MeasureView {
    hows: Vec<Choice>,
    fields: Vec<Choice>,
}

#[derive(Serialize)]
struct SortView {
    by: Vec<Choice>,
    down: bool,
}

impl Pages {
    pub(super) fn form(
        &self,
        member: &Member,
        new: &NewReport,
        kept: Kept,
        preview: Option<Shown>,
        wrong: &[Wrong],
    ) -> Result<FormPage, Failure> {
        let it = &new.definition;
        let open = match it.source.as_str() {
            "" => vec![],
            source => self.builder.fields(&member.actor, source)?,
        };
        let views = &self.views;
        let names = Names {
            views,
            source: &it.source,
            open: &open,
        };
        let (action, back) = match kept.report {
            None => ("/reports/builder".to_owned(), "/reports/builder".to_owned()),
            Some(id) => {
                let at = format!("/reports/builder/{id}");
                (at.clone(), at)
            }
        };
        Ok(FormPage {
            form: FormView {
                values: BTreeMap::from([("title", new.title.clone())]),
                errors: wrong.iter().map(|it| names.error(it)).collect(),
            },
            source: it.source.clone(),
            report: kept.report.map(|it| it.to_string()),
            version: kept.version,
            action: member.path(&action),
            back: member.path(&back),
            fields: open
                .iter()
                .map(|field| field_view(field, it, wrong, &names))
                .collect(),
            groups: (0..MOST_GROUPS)
                .map(|place| names.fields(it.groups.get(place).map(String::as_str), |_| true))
                .collect(),
            measures: (0..MEASURES.max(it.measures.len()))
                .map(|place| measure_view(it, place, &names))
                .collect(),
            sorts: (0..MOST_SORTS)
                .map(|place| sort_view(it, place, &names))
                .collect(),
            preview,
        })
    }
}

struct Names<'a> {
    views: &'a Views,
    source: &'a str,
    open: &'a [&'static Field],
}

impl Names<'_> {
    fn of(&self, field: &Field) -> String {
        field_name(self.views, self.source, field)
    }

    fn fields(&self, chosen: Option<&str>, fits: impl Fn(&Field) -> bool) -> Vec<Choice> {
        let fields = self.open.iter().filter(|it| fits(it));
        fields
            .map(|it| Choice {
                value: it.code.to_owned(),
                label: self.of(it),
                selected: chosen == Some(it.code),
            })
            .collect()
    }

    /// A mistake at its place; a field that is not open has no name here.
    fn error(&self, it: &Wrong) -> FieldError {
        let field = it.place.strip_prefix("f.");
        let open = field.and_then(|code| self.open.iter().find(|it| it.code == code));
        let part = |name: &str| self.views.word(&format!("builder.part.{name}"));
        let (place, label) = match (field, open) {
            (_, Some(open)) => (it.place.clone(), self.of(open)),
            (Some(_), None) => ("columns".to_owned(), part("field")),
            (None, _) => match it.place.strip_prefix("measure-") {
                Some(number) => (format!("m{number}.how"), part("measure")),
                None => (it.place.clone(), part(&it.place)),
            },
        };
        let args = BTreeMap::from([("part".to_owned(), label)]);
        let key = if it.place == "title" {
            "builder.wrong.title".to_owned()
        } else {
            format!("builder.wrong.{}", it.what.code())
        };
        FieldError {
            field: place,
            code: it.what.code(),
            text: self.views.phrase(&key, &args),
        }
    }
}

fn field_view(
    field: &'static Field,
    it: &Definition,
    wrong: &[Wrong],
    names: &Names<'_>,
) -> FieldView {
    let own: Vec<&Filter> = it
        .filters
        .iter()
        .filter(|it| it.field == field.code)
        .collect();
    let of = |op: Op| own.iter().find(|it| it.op == op).map(|it| it.value.clone());
    let is = of(Op::Is).unwrap_or_default();
    let bound = |op: Op| of(op).unwrap_or_else(|| is.clone());
    let first = own.first().map(|it| it.op);
    let blank = first == Some(Op::Blank);
    let chosen = if blank { BLANK } else { is.as_str() };
    let choice = |value: &str, label: String| Choice {
        selected: value == chosen,
        value: value.to_owned(),
        label,
    };
    let word = |key: &str| names.views.word(key);
    let mut choices = match field.kind {
        Kind::Choice(it) => {
            let codes = it.codes.iter();
            codes
                .map(|code| choice(code, word(&format!("sources.{}.{code}", it.words))))
                .collect()
        }
        Kind::Flag => vec![
            choice("yes", word("sources.flag.yes")),
            choice("no", word("sources.flag.no")),
        ],
        _ => vec![],
    };
    if !choices.is_empty() {
        choices.push(choice(BLANK, word("builder.blank")));
    }
    let texts = [Op::Is, Op::Not, Op::Contains, Op::Filled, Op::Blank];
    let ops = texts.into_iter().filter(|_| field.kind == Kind::Text);
    FieldView {
        code: field.code,
        label: names.of(field),
        kind: field.kind.code(),
        column: it.columns.iter().any(|it| it == field.code),
        personal: field.personal,
        value: own.first().map(|it| it.value.clone()).unwrap_or_default(),
        from: bound(Op::From),
        to: bound(Op::To),
        ops: ops
            .map(|op| Choice {
                value: op.code().to_owned(),
                label: word(&format!("builder.op.{}", op.code())),
                selected: first == Some(op),
            })
            .collect(),
        choices,
        wrong: wrong
            .iter()
            .any(|it| it.place.strip_prefix("f.") == Some(field.code)),
    }
}

fn measure_view(it: &Definition, place: usize, names: &Names<'_>) -> MeasureView {
    let measure = it.measures.get(place);
    let hows = How::ALL.map(|how| Choice {
        value: how.code().to_owned(),
        label: names.views.word(&format!("builder.how.{}", how.code())),
        selected: measure.is_some_and(|it| it.how == how),
    });
    let field = measure.and_then(|it| it.field.as_deref());
    MeasureView {
        hows: hows.into(),
        // Anything can be counted; what cannot be added up is refused then.
        fields: names.fields(field, |it| {
            How::ALL
                .into_iter()
                .any(|how| how != How::Count && plan::fits(how, it.kind))
                || field == Some(it.code)
        }),
    }
}

fn sort_view(it: &Definition, place: usize, names: &Names<'_>) -> SortView {
    let sort = it.sort.get(place);
    let chosen = sort.map(|it| it.by.as_str());
    let mut by = names.fields(chosen, |_| true);
    by.extend((1..=MEASURES).map(|number| {
        let value = format!("measure-{number}");
        let args = BTreeMap::from([("number".to_owned(), number.to_string())]);
        Choice {
            label: names.views.phrase("builder.sort.measure", &args),
            selected: chosen == Some(value.as_str()),
            value,
        }
    }));
    SortView {
        by,
        down: sort.is_some_and(|it| it.down),
    }
}
