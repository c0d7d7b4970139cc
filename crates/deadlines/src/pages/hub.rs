//! Deadlines of the schools of a municipality or a region (H1, H2, check 47).

use axum::{extract::State, response::Html};
use chrono::NaiveDate;
use kernel::OrgId;
use serde::Serialize;
use web::{Failure, Member, Path, chart::LineChart, form::Raw};

use super::{
    Pages, discipline,
    view::{RuleView, ShareView},
};
use crate::{RuleName, Share, UnitMonths, UnitRule, UnitSchool};

#[derive(Serialize)]
struct Overview {
    looked_at: Option<String>,
    rules: Vec<RuleView>,
    schools: Vec<SchoolView>,
    districts: Vec<Choice>,
    overdue: i32,
    today: i32,
    week: i32,
    late_schools: usize,
    chart: Option<LineChart>,
    months: Vec<MonthView>,
    base: String,
    /// Schools of several municipalities are shown.
    mixed: bool,
    /// Where schools are reminded, by whoever may.
    remind: Option<String>,
}

#[derive(Serialize)]
struct Choice {
    name: String,
    href: String,
    current: bool,
}

#[derive(Serialize)]
struct SchoolView {
    name: String,
    district: String,
    href: String,
    looked_at: String,
    overdue: i32,
    today: i32,
    week: i32,
    cells: Vec<Option<CellView>>,
    share: ShareView,
}

#[derive(Serialize)]
struct CellView {
    href: String,
    overdue: i32,
    soon: i32,
    things: i32,
}

#[derive(Serialize)]
struct MonthView {
    month: NaiveDate,
    share: ShareView,
}

pub(super) fn base(member: &Member) -> String {
    let code = member.visit.membership().map_or("", |it| it.code.as_str());
    format!("/hub/{code}/deadlines")
}

fn months(all: &UnitMonths) -> Vec<MonthView> {
    let month = |(month, share): &(NaiveDate, Share)| MonthView {
        month: *month,
        share: ShareView::of(*share),
    };
    all.iter().map(month).collect()
}

fn chart(it: &Pages, all: &UnitMonths) -> Option<LineChart> {
    let points: Vec<(NaiveDate, Option<Share>)> = all
        .iter()
        .map(|(month, share)| (*month, Some(*share)))
        .collect();
    discipline::line(it, &points)
}

fn school_view(it: &UnitSchool, rules: &[RuleName], base: &str) -> SchoolView {
    let cell = |(rule, name): (&Option<UnitRule>, &RuleName)| {
        rule.as_ref().map(|of| CellView {
            href: format!("{base}/{}/{}", it.id, name.id),
            overdue: of.overdue,
            soon: of.today + of.week,
            things: of.things,
        })
    };
    SchoolView {
        name: it.name.clone(),
        district: it.district.clone(),
        href: format!("{base}/{}", it.id),
        looked_at: it.looked_at.to_rfc3339(),
        overdue: it.overdue,
        today: it.today,
        week: it.week,
        cells: it.rules.iter().zip(rules).map(cell).collect(),
        share: ShareView::of(it.discipline),
    }
}

pub(super) async fn overview(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Html<String>, Failure> {
    let district = raw.get("district").filter(|it| !it.is_empty());
    let board = it.deadlines.unit(&member.actor, district).await?;
    let base = base(&member);
    let choice = |name: &String| Choice {
        href: format!("{base}?district={name}"),
        current: district == Some(name.as_str()),
        name: name.clone(),
    };
    let schools = &board.schools;
    let page = Overview {
        looked_at: board.looked_at.map(|it| it.to_rfc3339()),
        rules: board.rules.iter().map(RuleView::of).collect(),
        overdue: schools.iter().map(|it| it.overdue).sum(),
        today: schools.iter().map(|it| it.today).sum(),
        week: schools.iter().map(|it| it.week).sum(),
        late_schools: schools.iter().filter(|it| it.overdue > 0).count(),
        schools: schools
            .iter()
            .map(|it| school_view(it, &board.rules, &base))
            .collect(),
        mixed: board.districts.len() > 1 && district.is_none(),
        districts: board.districts.iter().map(choice).collect(),
        chart: chart(&it, &board.months),
        months: months(&board.months),
        remind: board.may_remind.then(|| format!("{base}/reminders")),
        base,
    };
    Ok(it.views.page(&member.visit, "deadlines/hub.html", &page)?)
}

#[derive(Serialize)]
struct SchoolPage {
    school: SchoolView,
    rules: Vec<RuleRowView>,
    chart: Option<LineChart>,
    months: Vec<MonthView>,
    base: String,
    remind: Option<String>,
}

#[derive(Serialize)]
struct RuleRowView {
    rule: RuleView,
    href: String,
    counts: CountsView,
}

#[derive(Serialize)]
struct CountsView {
    class: String,
    things: i32,
    done: i32,
    open: i32,
    overdue: i32,
    today: i32,
    week: i32,
    oldest: Option<NaiveDate>,
}

impl From<&UnitRule> for CountsView {
    fn from(it: &UnitRule) -> Self {
        Self {
            class: it.class.clone(),
            things: it.things,
            done: it.things - it.open,
            open: it.open,
            overdue: it.overdue,
            today: it.today,
            week: it.week,
            oldest: it.oldest,
        }
    }
}

pub(super) async fn school(
    member: Member,
    State(it): State<Pages>,
    Path((_, school)): Path<(String, OrgId)>,
) -> Result<Html<String>, Failure> {
    let found = it.deadlines.unit_school(&member.actor, school).await?;
    let base = base(&member);
    let row = |(rule, counts): &(RuleName, UnitRule)| RuleRowView {
        rule: RuleView::of(rule),
        href: format!("{base}/{school}/{}", rule.id),
        counts: counts.into(),
    };
    let page = SchoolPage {
        school: school_view(&found.school, &[], &base),
        rules: found.rules.iter().map(row).collect(),
        chart: chart(&it, &found.months),
        months: months(&found.months),
        remind: (found.may_remind && found.school.overdue > 0)
            .then(|| format!("{base}/reminders?school={school}")),
        base: base.clone(),
    };
    Ok(it
        .views
        .page(&member.visit, "deadlines/hub_school.html", &page)?)
}

#[derive(Serialize)]
struct ClassesPage {
    school: String,
    school_href: String,
    rule: RuleView,
    classes: Vec<CountsView>,
    base: String,
}

pub(super) async fn rule(
    member: Member,
    State(it): State<Pages>,
    Path((_, school, rule)): Path<(String, OrgId, String)>,
) -> Result<Html<String>, Failure> {
    let (name, rule, classes) = it.deadlines.unit_rule(&member.actor, school, &rule).await?;
    let base = base(&member);
    let page = ClassesPage {
        school: name,
        school_href: format!("{base}/{school}"),
        rule: RuleView::of(&rule),
        classes: classes.iter().map(Into::into).collect(),
        base,
    };
    Ok(it
        .views
        .page(&member.visit, "deadlines/hub_rule.html", &page)?)
}
