//! «Шкалы и виды работ» (CUR-7): scales, kinds of work and their weights.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::Right;
use serde::Serialize;
use web::{Failure, Flash, FormState, Go, Member, form::Raw};

use super::{
    Around, Pages,
    form::{
        Difference, Line, Stored, again, differences, form_of, lines, note, show, show_decimal,
    },
    sent::Sent,
};
use crate::{Error, ScaleRow, WorkKindChange, WorkKindFields, WorkKindRow};

#[derive(Serialize)]
struct Page {
    around: Around,
    may_edit: bool,
    scales: Vec<ScaleView>,
    form: FormState,
    kinds: Vec<Line>,
    differences: Vec<Difference>,
    action: String,
}

#[derive(Serialize)]
struct ScaleView {
    name: String,
    code: &'static str,
}

const TEMPLATE: &str = "curriculum/scales.html";
const KIND: &str = "kind.";

fn stored(kinds: &[WorkKindRow]) -> Raw {
    let form = kinds.iter().fold(Stored::new(), |form, it| {
        let field = |name: &str| format!("{KIND}{}.{name}", it.kind.id);
        form.with(field("position"), it.position)
            .with(field("name"), &it.kind.name)
            .with(field("abbr"), &it.kind.abbr)
            .with(field("weight"), show_decimal(it.kind.weight))
            .flag(field("is_control"), it.kind.is_control)
            .flag(field("archived"), it.archived)
            .with(field("seen"), it.version)
    });
    form.raw()
}

impl Page {
    fn of(member: &Member, scales: Vec<ScaleRow>, raw: &Raw, form: FormState) -> Self {
        Self {
            around: Around::of(member),
            may_edit: member.actor.may_in_org(Right::CurriculumEdit).is_ok(),
            scales: scales
                .into_iter()
                .map(|it| ScaleView {
                    name: it.name,
                    code: it.scale.code(),
                })
                .collect(),
            form,
            kinds: lines(raw, KIND),
            differences: vec![],
            action: member.path("/study/scales"),
        }
    }
}

pub(super) async fn open(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let (scales, kinds) = it.curriculum.scales(&member.actor).await?;
    let raw = stored(&kinds);
    let page = Page::of(&member, scales, &raw, form_of(&raw, &it.views));
    show(&it.views, &member.visit, TEMPLATE, &page)
}

pub(super) async fn usual(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    it.curriculum.add_usual_kinds(&member.actor).await?;
    let flash = Flash::done("curriculum.flash.usual-kinds");
    Ok(Go::to(member.path("/study/scales"))
        .say(&flash)
        .into_response())
}

fn read(sent: &mut Sent<'_>, raw: &Raw) -> Option<Vec<WorkKindChange>> {
    let changes: Vec<_> = lines(raw, KIND).iter().map(|it| change(sent, it)).collect();
    if sent.is_right() {
        changes.into_iter().collect()
    } else {
        None
    }
}

fn change(sent: &mut Sent<'_>, line: &Line) -> Option<WorkKindChange> {
    let field = |name: &str| format!("{KIND}{}.{name}", line.key);
    let name = sent.required(&field("name"), 100);
    let abbr = sent.required(&field("abbr"), 10);
    let position = sent.number(&field("position"));
    let weight = sent.decimal(&field("weight"));
    let seen = sent.seen(&field("seen"));
    let fields = WorkKindFields {
        name,
        abbr,
        weight: weight?,
        is_control: sent.ticked(&field("is_control")),
        position: position?,
        archived: sent.ticked(&field("archived")),
    };
    if let Err(error) = fields.clone().checked() {
        sent.form.fault(&field("weight"), &error);
    }
    Some(WorkKindChange {
        id: line.id()?,
        seen,
        fields,
    })
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::CurriculumEdit)?;
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    let mut stale = false;
    if let Some(changes) = read(&mut sent, &raw) {
        match it.curriculum.change_kinds(&member.actor, changes).await {
            Ok(()) => {
                let flash = Flash::done("curriculum.flash.kinds-saved");
                return Ok(Go::to(member.path("/study/scales"))
                    .say(&flash)
                    .into_response());
            }
            Err(error) => stale = note(&mut sent.form, error, |_: &Error| String::new())?,
        }
    }
    let (scales, kinds) = it.curriculum.scales(&member.actor).await?;
    let mut page = Page::of(&member, scales, &raw, sent.form);
    if stale {
        page.differences = it.kind_differences(&raw, &stored(&kinds));
        page.see(&kinds);
    }
    again(&it.views, &member.visit, TEMPLATE, &page, stale)
}

impl Page {
    /// The form as typed, over the versions of now.
    fn see(&mut self, kinds: &[WorkKindRow]) {
        for line in &mut self.kinds {
            if let Some(it) = kinds.iter().find(|it| line.id() == Some(it.kind.id)) {
                line.fields
                    .insert("seen".to_owned(), it.version.to_string());
            }
        }
    }
}

impl Pages {
    fn kind_differences(&self, raw: &Raw, now: &Raw) -> Vec<Difference> {
        let names: Vec<Line> = lines(now, KIND);
        let label = |field: &str| {
            let (line, column) = field.rsplit_once('.').unwrap_or_default();
            let line = line.strip_prefix(KIND).unwrap_or(line);
            let name = names
                .iter()
                .find(|it| it.key == line)
                .map_or("", |it| it.text("name"));
            let column = self.views.word(&format!("curriculum.kind.{column}"));
            format!("{name}: {column}")
        };
        let value = |field: &str, value: &str| {
            if field.ends_with(".is_control") || field.ends_with(".archived") {
                return self.views.word(if value.is_empty() {
                    "common.no"
                } else {
                    "common.yes"
                });
            }
            value.to_owned()
        };
        let mut all = differences(raw, now, label, value);
        all.retain(|it| !it.is_about("seen"));
        all
    }
}
