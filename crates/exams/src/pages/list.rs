//! «Экзамены и ВПР» and «Тестирование»: the lists of a year.

use axum::{extract::State, response::Response};
use serde::Serialize;
use web::{
    Failure, ListQuery, Member,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{Around, Pages};
use crate::{ExamKind, Listed};

#[derive(Serialize)]
struct Page {
    around: Around,
    keeps: bool,
    has_year: bool,
}

const COLUMNS: [Column; 9] = [
    Column::text("subject").selectable(),
    Column::text("kind").selectable(),
    Column::class("grade").selectable(),
    Column::text("classes"),
    Column::date("held_on"),
    Column::text("stage").selectable().off(),
    Column::text("title"),
    Column::number("present"),
    Column::badge("state").selectable(),
];

pub(super) async fn exams(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    it.list(&member, query, false).await
}

pub(super) async fn testing(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    it.list(&member, query, true).await
}

impl Pages {
    async fn list(
        &self,
        member: &Member,
        query: web::TableQuery,
        testing: bool,
    ) -> Result<Response, Failure> {
        let today = self.today(&member.visit);
        let year = query.param("year").and_then(|it| it.parse().ok());
        let found = self
            .exams
            .exams(&member.actor, year, testing, today)
            .await?;
        let section = if testing { "testing" } else { "exams" };
        let around = Around::of(member, section, found.year.as_ref());
        let visit = around.visit(member);
        let id = if testing { "exams.tests" } else { "exams.list" };
        let rows = found.exams.iter().map(|it| row(member, it));
        let list = List::new(id, COLUMNS).rows(rows);
        let page = Page {
            keeps: found.keeps,
            has_year: found.year.is_some(),
            around,
        };
        respond(&self.views, &visit, "exams/list.html", &list, &query, &page)
    }
}

fn row(member: &Member, it: &Listed) -> Row {
    let exam = &it.exam.fields;
    let names: Vec<String> = it.classes.iter().map(curriculum::Class::name).collect();
    let missing = i64::try_from(it.pupils).unwrap_or_default() - it.entered;
    let state = match (it.entered, missing) {
        (0, _) => Cell::badge(Tone::Plain, "exams.state.none"),
        (_, ..=0) => Cell::badge(Tone::Ok, "exams.state.all"),
        _ => Cell::badge(Tone::Warn, "exams.state.some"),
    };
    let kind: ExamKind = exam.kind;
    Row::new(
        &it.exam.id,
        [
            Cell::text(&it.subject),
            Cell::word(format!("exams.kind.{}", kind.code())),
            Cell::text(exam.grade.to_string()),
            Cell::text(names.join(", ")),
            Cell::date(exam.held_on),
            Cell::word(format!("exams.stage.{}", exam.stage.code())),
            Cell::text(&exam.title),
            Cell::number(it.present),
            state,
        ],
    )
    .href(member.path(&format!("/study/exams/{}", it.exam.id)))
}
