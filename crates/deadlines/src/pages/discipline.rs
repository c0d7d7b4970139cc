//! Discipline over time, as a chart with a table behind (DLN-6).

use axum::{extract::State, response::Html};
use chrono::NaiveDate;
use serde::Serialize;
use web::{
    Failure, Member,
    chart::{self, LineChart},
    form::Raw,
};

use super::{
    Pages,
    view::{self, ShareView, Tab},
};
use crate::{DisciplineRow, Share};

#[derive(Serialize)]
struct DisciplinePage {
    tabs: Vec<Tab>,
    since: NaiveDate,
    months: Vec<NaiveDate>,
    chart: Option<LineChart>,
    school: RowView,
    people: Vec<RowView>,
    classes: Vec<RowView>,
    rules: Vec<Choice>,
    action: String,
    filtered: bool,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Serialize)]
struct RowView {
    name: String,
    whole: ShareView,
    months: Vec<Option<ShareView>>,
}

fn row(it: &DisciplineRow) -> RowView {
    RowView {
        name: it.name.clone(),
        whole: ShareView::of(it.whole),
        months: it.months.iter().map(|it| it.map(ShareView::of)).collect(),
    }
}

/// The line of shares by month.
pub(super) fn line(it: &Pages, months: &[(NaiveDate, Option<Share>)]) -> Option<LineChart> {
    let points: Vec<(String, Option<i64>)> = months
        .iter()
        .map(|(month, share)| {
            let name = it.views.word(&format!("month.{}", month.format("%-m")));
            (name, share.and_then(Share::permille))
        })
        .collect();
    chart::percents(&points)
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let rule = raw.get("rule").filter(|it| !it.is_empty());
    let found = it.deadlines.discipline(&member.actor, rule, today).await?;
    let months = found.months.iter().copied();
    let line_of: Vec<(NaiveDate, Option<Share>)> =
        months.zip(found.school.months.iter().copied()).collect();
    let page = DisciplinePage {
        tabs: view::tabs(&member, "discipline"),
        since: found.since,
        chart: line(&it, &line_of),
        months: found.months,
        school: row(&found.school),
        people: found.people.iter().map(row).collect(),
        classes: found.classes.iter().map(row).collect(),
        rules: found
            .rules
            .iter()
            .map(|of| Choice {
                value: of.id.clone(),
                label: of.name.clone(),
                chosen: rule == Some(of.id.as_str()),
            })
            .collect(),
        action: member.path("/control/discipline"),
        filtered: rule.is_some(),
    };
    Ok(it
        .views
        .page(&member.visit, "deadlines/discipline.html", &page)?)
}
