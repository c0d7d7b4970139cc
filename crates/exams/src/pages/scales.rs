//! «Шкалы и пороги»: what primary scores mean this year.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use web::{Failure, Flash, FormState, Go, Member, Path, form::Raw};

use super::{
    Around, Choice, Pages,
    sent::{Difference, Sent, again, differences, form_of, show},
};
use crate::{
    Error, ExamKind, Scale, ScaleFields, ScaleId, ScalePage,
    scale::{read_steps, show_steps},
};

const TEMPLATE: &str = "exams/scale.html";

#[derive(Serialize)]
struct ListPage {
    around: Around,
    keeps: bool,
    scales: Vec<ScaleView>,
}

#[derive(Serialize)]
struct ScaleView {
    href: String,
    kind: &'static str,
    subject: String,
    name: String,
    max_primary: i16,
    pass_primary: Option<i16>,
    /// Where marks begin: «3 — с 8, 4 — с 15».
    marks: Vec<StepView>,
    steps: usize,
}

#[derive(Serialize)]
struct StepView {
    mark: i16,
    from: i16,
}

#[derive(Serialize)]
struct FormPage {
    around: Around,
    form: FormState,
    version: i32,
    known: Option<ScaleView>,
    keeps: bool,
    kinds: Vec<Choice>,
    subjects: Vec<Choice>,
    differences: Vec<Difference>,
    action: String,
    back: String,
}

fn view(member: &Member, page: &ScalePage, it: &Scale) -> ScaleView {
    let subject = page.subjects.iter().find(|found| found.id == it.subject);
    let marks = it.steps.iter().filter_map(|it| {
        Some(StepView {
            mark: it.mark?,
            from: it.from,
        })
    });
    ScaleView {
        href: member.path(&format!("/study/exams/scales/{}", it.id)),
        kind: it.kind.code(),
        subject: subject.map_or_else(String::new, |it| it.name.clone()),
        name: it.name.clone(),
        max_primary: it.max_primary,
        pass_primary: it.pass_primary,
        marks: marks.collect(),
        steps: it.steps.len(),
    }
}

pub(super) async fn list(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let found = it.exams.scales(&member.actor, None, today).await?;
    let page = ListPage {
        around: Around::of(&member, "scales", found.year.as_ref()),
        keeps: found.keeps,
        scales: found
            .scales
            .iter()
            .map(|scale| view(&member, &found, scale))
            .collect(),
    };
    show(
        &it.views,
        &page.around.visit(&member),
        "exams/scales.html",
        &page,
    )
}

impl Pages {
    fn scale_form(
        &self,
        member: &Member,
        found: &ScalePage,
        known: Option<&Scale>,
        form: FormState,
    ) -> FormPage {
        let list = member.path("/study/exams/scales");
        let kinds = ExamKind::ALL.map(ExamKind::code);
        FormPage {
            around: Around::of(member, "scales", found.year.as_ref()),
            form,
            version: known.map_or(0, |it| it.version),
            known: known.map(|it| view(member, found, it)),
            keeps: found.keeps,
            kinds: Choice::words(&self.views, "exams.kind", &kinds),
            subjects: found
                .subjects
                .iter()
                .map(|it| Choice::of(&it.id, &it.name))
                .collect(),
            differences: vec![],
            action: known.map_or_else(|| list.clone(), |it| format!("{list}/{}", it.id)),
            back: list,
        }
    }
}

fn stored(it: &Scale) -> Vec<(&'static str, String)> {
    let pass = it.pass_primary.map(|it| it.to_string());
    vec![
        ("name", it.name.clone()),
        ("pass_primary", pass.unwrap_or_default()),
        ("steps", show_steps(&it.steps, it.kind.has_test_scores())),
    ]
}

fn raw_of(it: &Scale) -> Raw {
    let fields = stored(it).into_iter();
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn read(sent: &mut Sent<'_>, known: Option<&Scale>) -> Option<ScaleFields> {
    let (kind, subject, max) = if let Some(it) = known {
        (Some(it.kind), Some(it.subject), Some(it.max_primary))
    } else {
        let kind = ExamKind::from_code(sent.typed("kind"));
        if kind.is_none() {
            sent.form.refuse("kind", "choice");
        }
        let subject = sent.parsed("subject", "choice");
        (kind, subject, sent.parsed("max_primary", "number"))
    };
    let name = sent.required("name", 100);
    let pass_primary = sent.optional("pass_primary", "number");
    let (kind, max) = (kind?, max?);
    let steps = read_steps(sent.typed("steps"), max, kind.has_test_scores());
    if steps.is_err() {
        sent.form.refuse("steps", "exams-steps");
    }
    let fields = ScaleFields {
        kind,
        subject: subject?,
        name,
        max_primary: max,
        pass_primary,
        steps: steps.ok()?,
    };
    sent.is_right().then_some(fields)
}

const fn place(error: &Error) -> &'static str {
    match error {
        Error::NoSuchSubject => "subject",
        Error::ScaleTaken => "name",
        _ => "pass_primary",
    }
}

pub(super) async fn new(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    member.actor.may_in_org(kernel::Right::ExamEdit)?;
    let today = it.today(&member.visit);
    let found = it.exams.scales(&member.actor, None, today).await?;
    let form = form_of(&Raw::default(), &it.views).with("kind", "oge");
    let page = it.scale_form(&member, &found, None, form);
    show(&it.views, &page.around.visit(&member), TEMPLATE, &page)
}

pub(super) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(kernel::Right::ExamEdit)?;
    let today = it.today(&member.visit);
    let mut sent = Sent::new(&raw, today, &it.views);
    if let Some(fields) = read(&mut sent, None) {
        match it.exams.add_scale(&member.actor, fields, today).await {
            Ok(_) => return Ok(saved(&member)),
            Err(error) => {
                let field = place(&error);
                sent.note(error, field)?;
            }
        }
    }
    let found = it.exams.scales(&member.actor, None, today).await?;
    let page = it.scale_form(&member, &found, None, sent.form);
    let visit = page.around.visit(&member);
    again(&it.views, &visit, TEMPLATE, &page, false)
}

fn saved(member: &Member) -> Response {
    let flash = Flash::done("exams.flash.scale-saved");
    Go::to(member.path("/study/exams/scales"))
        .say(&flash)
        .into_response()
}

pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ScaleId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let found = it.exams.scales(&member.actor, Some(id), today).await?;
    let known = found.scales.iter().find(|it| it.id == id);
    let raw = known.map(raw_of).unwrap_or_default();
    let page = it.scale_form(&member, &found, known, form_of(&raw, &it.views));
    show(&it.views, &page.around.visit(&member), TEMPLATE, &page)
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ScaleId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(kernel::Right::ExamEdit)?;
    let today = it.today(&member.visit);
    let mut sent = Sent::new(&raw, today, &it.views);
    let found = it.exams.scales(&member.actor, Some(id), today).await?;
    let known = found.scales.iter().find(|it| it.id == id);
    let seen = sent.seen();
    let mut stale = false;
    if let Some(fields) = read(&mut sent, known) {
        match it.exams.change_scale(&member.actor, id, seen, fields).await {
            Ok(()) => return Ok(saved(&member)),
            Err(error) => {
                let field = place(&error);
                stale = sent.note(error, field)?;
            }
        }
    }
    let mut page = it.scale_form(&member, &found, known, sent.form);
    match known {
        Some(known) if stale => {
            let label = |field: &str| it.views.word(&format!("exams.scale.{field}"));
            page.differences =
                differences(&raw, &stored(known), label, |_, value| value.to_owned());
        }
        _ => page.version = seen,
    }
    let visit = page.around.visit(&member);
    again(&it.views, &visit, TEMPLATE, &page, stale)
}
