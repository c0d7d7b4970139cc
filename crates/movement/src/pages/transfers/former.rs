//! «Отметки из прежней школы» of a pupil's card (MOV-5).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::PersonId;
use people::{CardHead, CardKind};
use serde::Serialize;
use web::{Failure, Member, Path};

use super::{Pages, view::MarksView};
use crate::FormerMarks;

#[derive(Serialize)]
struct FormerPage {
    head: CardHead,
    schools: Vec<SchoolView>,
}

#[derive(Serialize)]
struct SchoolView {
    school: String,
    class: String,
    leaves_on: NaiveDate,
    marks: MarksView,
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let found = it.transfers.former_marks(&member.actor, id, today).await?;
    let FormerMarks {
        card,
        ties,
        schools,
    } = found;
    let schools = schools.into_iter().map(|it| SchoolView {
        school: it.school,
        class: it.class,
        leaves_on: it.leaves_on,
        marks: it.marks.into(),
    });
    let page = FormerPage {
        head: CardHead::new(&member, CardKind::Pupil, &card, ties, "study"),
        schools: schools.collect(),
    };
    Ok(it
        .views
        .page(&member.visit, "movement/former_marks.html", &page)?
        .into_response())
}
