//! «Экзамены» of the diary: the results of the own child.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use web::{
    Failure, Query, Signed,
    diary::{self, Whose},
};

use super::{Pages, card::AppealView};
use crate::MyExam;

#[derive(Deserialize)]
pub(super) struct ChildQuery {
    /// `krymsk-g7:128`: the organisation and the card there.
    child: Option<String>,
}

#[derive(Serialize)]
struct Page {
    whose: Whose,
    exams: Vec<ExamLine>,
}

#[derive(Serialize)]
struct ExamLine {
    kind: &'static str,
    subject: String,
    held_on: NaiveDate,
    stage: &'static str,
    title: String,
    turnout: &'static str,
    primary: Option<i16>,
    max_primary: i16,
    pass_primary: Option<i16>,
    test: Option<i16>,
    mark: Option<String>,
    passed: Option<bool>,
    appeals: Vec<AppealView>,
}

impl ExamLine {
    fn of(it: &MyExam) -> Self {
        let f = &it.exam.fields;
        Self {
            kind: f.kind.code(),
            subject: it.subject.clone(),
            held_on: f.held_on,
            stage: f.stage.code(),
            title: f.title.clone(),
            turnout: it.entry.turnout.code(),
            primary: it.entry.primary,
            max_primary: f.max_primary,
            pass_primary: it.exam.scale.as_ref().and_then(|it| it.pass_primary),
            test: it.outcome.test,
            mark: it.outcome.mark.map(|it| it.to_string()),
            passed: it.outcome.passed,
            appeals: it.appeals.iter().map(AppealView::of).collect(),
        }
    }
}

pub(super) async fn page(
    signed: Signed,
    State(it): State<Pages>,
    Query(query): Query<ChildQuery>,
) -> Result<Response, Failure> {
    let homes = diary::homes(&signed);
    let Some((home, child)) = diary::chosen(&homes, query.child.as_deref())? else {
        return Ok(diary::away(&signed));
    };
    let now = it.clock.now();
    let mine = it.exams.mine(&home.actor, child, home.today(now)).await?;
    let mut whose = Whose::of(home, &mine.children, mine.child);
    (whose.class, whose.preschool) = (mine.class, mine.preschool);
    for other in homes.iter().filter(|it| it.actor.org != home.actor.org) {
        let children = it.exams.children(&other.actor, other.today(now)).await?;
        whose.and(other, &children);
    }
    let page = Page {
        whose,
        exams: mine.exams.iter().map(ExamLine::of).collect(),
    };
    let html = it.views.page(&signed.visit, "exams/my_exams.html", &page)?;
    Ok(html.into_response())
}
