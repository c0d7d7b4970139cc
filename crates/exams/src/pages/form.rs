//! The form of an exam.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::ClassId;
use serde::Serialize;
use web::{Failure, Flash, FormState, Go, Member, Path, form::Raw};

use super::{
    Around, Choice, Pages, section_of,
    sent::{Difference, Sent, again, differences, form_of, show},
};
use crate::{Error, Exam, ExamFields, ExamId, ExamKind, FormPage, Stage};

const TEMPLATE: &str = "exams/form.html";

#[derive(Serialize)]
struct Page {
    around: Around,
    form: FormState,
    version: i32,
    /// Kind, subject and grade of an exam that is there already.
    known: Option<Known>,
    kinds: Vec<Choice>,
    stages: Vec<Choice>,
    subjects: Vec<Choice>,
    grades: Vec<GradeView>,
    /// The ids of the ticked classes.
    ticked: Vec<String>,
    scales: Vec<Choice>,
    differences: Vec<Difference>,
    action: String,
    back: String,
}

#[derive(Serialize)]
struct Known {
    kind: &'static str,
    subject: String,
    grade: i16,
}

/// The classes of a parallel.
#[derive(Serialize)]
struct GradeView {
    grade: i16,
    classes: Vec<Choice>,
}

impl Pages {
    fn form(&self, member: &Member, data: &FormPage, raw: &Raw, form: FormState) -> Page {
        let kinds = ExamKind::ALL.map(ExamKind::code);
        let stages = Stage::ALL.map(Stage::code);
        let exam = data.exam.as_ref();
        let kind = exam.map_or(ExamKind::Vpr, |it| it.fields.kind);
        let subject = |id| {
            let found = data.subjects.iter().find(|it| it.id == id);
            found.map_or_else(String::new, |it| it.name.clone())
        };
        let grade = exam.map(|it| it.fields.grade);
        let mut grades: Vec<GradeView> = vec![];
        let offered = data.classes.iter().filter(|it| it.grade > 0);
        for it in offered.filter(|it| grade.is_none_or(|grade| grade == it.grade)) {
            if grades.last().is_none_or(|last| last.grade != it.grade) {
                grades.push(GradeView {
                    grade: it.grade,
                    classes: vec![],
                });
            }
            if let Some(last) = grades.last_mut() {
                last.classes.push(Choice::of(&it.id, it.name()));
            }
        }
        let fits = |it: &&crate::Scale| {
            exam.is_none_or(|exam| (it.kind, it.subject) == (exam.fields.kind, exam.fields.subject))
        };
        let scale = |it: &crate::Scale| {
            let kind = self.views.word(&format!("exams.kind.{}", it.kind.code()));
            let label = format!(
                "{kind}, {}: {} (0–{})",
                subject(it.subject),
                it.name,
                it.max_primary
            );
            Choice::of(&it.id, label)
        };
        let list = member.path(&format!("/study/{}", section_of(kind)));
        let own = exam.map(|it| member.path(&format!("/study/exams/{}", it.id)));
        Page {
            around: Around::of_exam(member, kind, &data.year),
            form,
            version: exam.map_or(0, |it| it.version),
            known: exam.map(|it| Known {
                kind: it.fields.kind.code(),
                subject: subject(it.fields.subject),
                grade: it.fields.grade,
            }),
            kinds: Choice::words(&self.views, "exams.kind", &kinds),
            stages: Choice::words(&self.views, "exams.stage", &stages),
            subjects: data
                .subjects
                .iter()
                .map(|it| Choice::of(&it.id, &it.name))
                .collect(),
            grades,
            ticked: raw.all("class").map(str::to_owned).collect(),
            scales: data.scales.iter().filter(fits).map(scale).collect(),
            differences: vec![],
            action: own
                .as_ref()
                .map_or_else(|| member.path("/study/exams"), |it| format!("{it}/edit")),
            back: own.unwrap_or(list),
        }
    }
}

fn stored(it: &Exam) -> Vec<(&'static str, String)> {
    let f = &it.fields;
    vec![
        ("stage", f.stage.code().to_owned()),
        ("held_on", kernel::dates::show_date(f.held_on)),
        ("max_primary", f.max_primary.to_string()),
        (
            "scale",
            f.scale.map(|it| it.to_string()).unwrap_or_default(),
        ),
        ("title", f.title.clone()),
        ("form", f.form.clone()),
        ("place", f.place.clone()),
        ("elective", if f.elective { "1" } else { "" }.to_owned()),
    ]
}

fn raw_of(it: &Exam) -> Raw {
    let fields = stored(it)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    let classes = it
        .fields
        .classes
        .iter()
        .map(|it| ("class".to_owned(), it.to_string()));
    fields.chain(classes).collect()
}

/// Reads the form; kind and subject are those of `known`, where it is there.
fn read(sent: &mut Sent<'_>, raw: &Raw, data: &FormPage) -> Option<ExamFields> {
    let known = data.exam.as_ref().map(|it| &it.fields);
    let (kind, subject) = if let Some(it) = known {
        (Some(it.kind), Some(it.subject))
    } else {
        let kind = ExamKind::from_code(sent.typed("kind"));
        if kind.is_none() {
            sent.form.refuse("kind", "choice");
        }
        (kind, sent.parsed("subject", "choice"))
    };
    let classes: Vec<ClassId> = raw.all("class").filter_map(|it| it.parse().ok()).collect();
    // All classes are of one parallel; which, the first tells.
    let first = classes
        .first()
        .and_then(|id| data.classes.iter().find(|it| it.id == *id));
    if first.is_none() {
        sent.form.refuse("class", "exams-classes");
    }
    let stage = Stage::from_code(sent.typed("stage"));
    if stage.is_none() {
        sent.form.refuse("stage", "choice");
    }
    let held_on = sent.date("held_on");
    let max_primary = sent.parsed("max_primary", "number");
    let scale = sent.optional("scale", "choice");
    let title = sent.text("title", 200);
    let form = sent.text("form", 100);
    let place = sent.text("place", 200);
    let fields = ExamFields {
        kind: kind?,
        stage: stage?,
        subject: subject?,
        grade: first?.grade,
        held_on: held_on?,
        title,
        form,
        place,
        elective: !sent.typed("elective").is_empty(),
        max_primary: max_primary?,
        scale,
        classes,
    };
    sent.is_right().then_some(fields)
}

const fn place(error: &Error) -> &'static str {
    match error {
        Error::NoSuchSubject => "subject",
        Error::NoClasses | Error::ClassHasResults => "class",
        Error::BadDay => "held_on",
        Error::ScaleDoesNotFit => "scale",
        Error::ScoresAbove | Error::BadFields => "max_primary",
        _ => "",
    }
}

pub(super) async fn new(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let data = it.exams.form_page(&member.actor, None, today).await?;
    let kind = raw.get("kind").and_then(ExamKind::from_code);
    let kind = kind.unwrap_or(ExamKind::Vpr);
    let form = form_of(&Raw::default(), &it.views)
        .with("kind", kind.code())
        .with("stage", "main");
    let page = it.form(&member, &data, &Raw::default(), form);
    show(&it.views, &member.visit, TEMPLATE, &page)
}

pub(super) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let data = it.exams.form_page(&member.actor, None, today).await?;
    let mut sent = Sent::new(&raw, today, &it.views);
    if let Some(fields) = read(&mut sent, &raw, &data) {
        match it.exams.add(&member.actor, fields, today).await {
            Ok(id) => {
                let path = member.path(&format!("/study/exams/{id}"));
                let flash = Flash::done("exams.flash.saved");
                return Ok(Go::to(path).say(&flash).into_response());
            }
            Err(error) => {
                let field = place(&error);
                sent.note(error, field)?;
            }
        }
    }
    let page = it.form(&member, &data, &raw, sent.form);
    again(&it.views, &member.visit, TEMPLATE, &page, false)
}

pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ExamId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let data = it.exams.form_page(&member.actor, Some(id), today).await?;
    let raw = data.exam.as_ref().map(raw_of).unwrap_or_default();
    let page = it.form(&member, &data, &raw, form_of(&raw, &it.views));
    show(&it.views, &page.around.visit(&member), TEMPLATE, &page)
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ExamId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let data = it.exams.form_page(&member.actor, Some(id), today).await?;
    let mut sent = Sent::new(&raw, today, &it.views);
    let seen = sent.seen();
    let mut stale = false;
    if let Some(fields) = read(&mut sent, &raw, &data) {
        match it.exams.change(&member.actor, id, seen, fields).await {
            Ok(()) => {
                let path = member.path(&format!("/study/exams/{id}"));
                let flash = Flash::done("exams.flash.saved");
                return Ok(Go::to(path).say(&flash).into_response());
            }
            Err(error) => {
                let field = place(&error);
                stale = sent.note(error, field)?;
            }
        }
    }
    let mut page = it.form(&member, &data, &raw, sent.form);
    match &data.exam {
        Some(exam) if stale => {
            let label = |field: &str| it.views.word(&format!("exams.field.{field}"));
            let readable = |field: &str, value: &str| it.readable(&page, field, value);
            page.differences = differences(&raw, &stored(exam), label, readable);
        }
        _ => page.version = seen,
    }
    again(
        &it.views,
        &page.around.visit(&member),
        TEMPLATE,
        &page,
        stale,
    )
}

impl Pages {
    fn readable(&self, page: &Page, field: &str, value: &str) -> String {
        let choices: &[Choice] = match field {
            "stage" => &page.stages,
            "scale" => &page.scales,
            "elective" => {
                let key = if value.is_empty() {
                    "common.no"
                } else {
                    "common.yes"
                };
                return self.views.word(key);
            }
            _ => &[],
        };
        let found = choices.iter().find(|it| it.value == value);
        found.map_or_else(|| value.to_owned(), |it| it.label.clone())
    }
}

pub(super) async fn remove(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ExamId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let seen = raw
        .get("version")
        .and_then(|it| it.parse().ok())
        .unwrap_or_default();
    let kind = it.exams.remove(&member.actor, id, seen).await?;
    let path = member.path(&format!("/study/{}", section_of(kind)));
    let flash = Flash::done("exams.flash.removed");
    Ok(Go::to(path).say(&flash).into_response())
}
