//! «Предметы» (CUR-2): the list and the form of one.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Right, SubjectId};
use serde::Serialize;
use web::{
    Failure, Flash, FormState, Go, ListQuery, Member, Path,
    form::Raw,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{
    Around, Pages,
    form::{Choice, Difference, Stored, again, differences, form_of, note, show},
    sent::Sent,
};
use crate::{Error, ScaleRow, SubjectCard, SubjectFields};

#[derive(Serialize)]
struct ListPage {
    around: Around,
    may_edit: bool,
}

#[derive(Serialize)]
struct FormPage {
    around: Around,
    form: FormState,
    version: i32,
    /// The name as it is stored; none for a new subject.
    name: Option<String>,
    scales: Vec<Choice>,
    differences: Vec<Difference>,
    action: String,
    back: String,
}

const COLUMNS: [Column; 5] = [
    Column::text("name"),
    Column::text("short_name"),
    Column::text("area").selectable(),
    Column::text("scale").selectable(),
    Column::badge("state").selectable(),
];

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let (subjects, scales) = it.curriculum.subject_cards(&member.actor).await?;
    let may_edit = member.actor.may_in_org(Right::CurriculumEdit).is_ok();
    let rows = subjects
        .iter()
        .map(|it| row(&member, it, &scales, may_edit));
    let list = List::new("curriculum.subjects", COLUMNS).rows(rows);
    let page = ListPage {
        around: Around::of(&member),
        may_edit,
    };
    respond(
        &it.views,
        &member.visit,
        "curriculum/subjects.html",
        &list,
        &query,
        &page,
    )
}

fn row(member: &Member, it: &SubjectCard, scales: &[ScaleRow], may_edit: bool) -> Row {
    let scale = scales.iter().find(|scale| Some(scale.id) == it.scale);
    let (tone, state) = if it.archived {
        (Tone::Plain, "curriculum.subject.out-of-use")
    } else {
        (Tone::Ok, "curriculum.subject.in-use")
    };
    let row = Row::new(
        &it.id,
        [
            Cell::text(&it.name),
            Cell::text(&it.short_name),
            Cell::text(&it.area),
            match scale {
                _ if it.without_marks => Cell::word("curriculum.subject.without-marks"),
                Some(scale) => Cell::text(&scale.name),
                None => Cell::word("curriculum.scale.five"),
            },
            Cell::badge(tone, state),
        ],
    );
    if may_edit {
        row.href(member.path(&format!("/study/subjects/{}", it.id)))
    } else {
        row
    }
}

/// Enters the usual subjects of a school at once.
pub(super) async fn usual(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let count = it.curriculum.add_usual_subjects(&member.actor).await?;
    let flash = Flash::done("curriculum.flash.usual-subjects").with("count", &count);
    Ok(Go::to(member.path("/study/subjects"))
        .say(&flash)
        .into_response())
}

const TEMPLATE: &str = "curriculum/subject.html";

impl FormPage {
    fn of(
        member: &Member,
        card: Option<&SubjectCard>,
        scales: &[ScaleRow],
        form: FormState,
    ) -> Self {
        let list = member.path("/study/subjects");
        Self {
            around: Around::of(member),
            form,
            version: card.map_or(0, |it| it.version),
            name: card.map(|it| it.name.clone()),
            scales: scales
                .iter()
                .map(|it| Choice::of(it.id, &it.name))
                .collect(),
            differences: vec![],
            action: card.map_or_else(|| list.clone(), |it| format!("{list}/{}", it.id)),
            back: list,
        }
    }
}

fn stored(it: &SubjectCard) -> Raw {
    Stored::new()
        .with("name", &it.name)
        .with("short_name", &it.short_name)
        .with("area", &it.area)
        .or_empty("scale", it.scale)
        .flag("without_marks", it.without_marks)
        .flag("archived", it.archived)
        .raw()
}

fn read(sent: &mut Sent<'_>) -> Option<SubjectFields> {
    let fields = SubjectFields {
        name: sent.required("name", 200),
        short_name: sent.required("short_name", 40),
        area: sent.text("area", 200),
        scale: sent.choice("scale"),
        without_marks: sent.ticked("without_marks"),
        archived: sent.ticked("archived"),
    };
    sent.is_right().then_some(fields)
}

fn place(error: &Error) -> String {
    let field = match error {
        Error::NameMissing | Error::NameTaken => "name",
        Error::NoSuchScale => "scale",
        _ => "",
    };
    field.to_owned()
}

fn saved(member: &Member, name: &str) -> Response {
    let flash = Flash::done("curriculum.flash.subject-saved").with("name", name);
    Go::to(member.path("/study/subjects"))
        .say(&flash)
        .into_response()
}

pub(super) async fn new(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::CurriculumEdit)?;
    let (_, scales) = it.curriculum.subject_cards(&member.actor).await?;
    let page = FormPage::of(&member, None, &scales, FormState::new());
    show(&it.views, &member.visit, TEMPLATE, &page)
}

pub(super) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::CurriculumEdit)?;
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    if let Some(wish) = read(&mut sent) {
        let name = wish.name.clone();
        match it.curriculum.add_subject(&member.actor, wish).await {
            Ok(_) => return Ok(saved(&member, &name)),
            Err(error) => note(&mut sent.form, error, place)?,
        };
    }
    let (_, scales) = it.curriculum.subject_cards(&member.actor).await?;
    let page = FormPage::of(&member, None, &scales, sent.form);
    again(&it.views, &member.visit, TEMPLATE, &page, false)
}

impl Pages {
    /// One subject and the scales, for those who may change it.
    async fn subject(
        &self,
        member: &Member,
        id: SubjectId,
    ) -> Result<(SubjectCard, Vec<ScaleRow>), Failure> {
        member.actor.may_in_org(Right::CurriculumEdit)?;
        let (subjects, scales) = self.curriculum.subject_cards(&member.actor).await?;
        let found = subjects
            .into_iter()
            .find(|it| it.id == id)
            .ok_or(Error::NoSuchSubject)?;
        Ok((found, scales))
    }
}

pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, SubjectId)>,
) -> Result<Response, Failure> {
    let (card, scales) = it.subject(&member, id).await?;
    let page = FormPage::of(
        &member,
        Some(&card),
        &scales,
        form_of(&stored(&card), &it.views),
    );
    show(&it.views, &member.visit, TEMPLATE, &page)
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, SubjectId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let (card, _) = it.subject(&member, id).await?;
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    let seen = sent.seen("version");
    let mut stale = false;
    if let Some(wish) = read(&mut sent) {
        let name = wish.name.clone();
        match it
            .curriculum
            .change_subject(&member.actor, id, seen, wish)
            .await
        {
            Ok(()) => return Ok(saved(&member, &name)),
            Err(error) => stale = note(&mut sent.form, error, place)?,
        }
    }
    let mut page = FormPage::of(&member, Some(&card), &[], sent.form);
    let (now, scales) = it.subject(&member, id).await?;
    page.scales = scales
        .iter()
        .map(|it| Choice::of(it.id, &it.name))
        .collect();
    page.version = if stale { now.version } else { seen };
    if stale {
        let label = |field: &str| it.views.word(&format!("curriculum.subject.{field}"));
        let value = |field: &str, value: &str| match field {
            "scale" => Choice::label(&page.scales, value),
            "archived" | "without_marks" => it.views.word(if value.is_empty() {
                "common.no"
            } else {
                "common.yes"
            }),
            _ => value.to_owned(),
        };
        page.differences = differences(&raw, &stored(&now), label, value);
    }
    again(&it.views, &member.visit, TEMPLATE, &page, stale)
}
