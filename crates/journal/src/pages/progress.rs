//! «Диаграммы», a tab of a pupil's card (PPL-2, S1:4).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{Datelike, NaiveDate};
use kernel::{ClassId, PersonId, decimal::show2};
use people::{CardHead, CardKind};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use web::{
    Failure, Member, Path, Query,
    chart::{self, Average, LineChart, RankChart},
};

use super::{Pages, summary::slot_name, view::absence_key};
use crate::{
    Slot,
    service::{Compared, Progress, TermAttendance, YearProgress},
};

#[derive(Deserialize)]
pub(super) struct ClassQuery {
    class: Option<ClassId>,
}

#[derive(Serialize)]
struct ChartsPage {
    head: CardHead,
    classes: Vec<ClassLink>,
    year: Option<YearView>,
}

#[derive(Serialize)]
struct ClassLink {
    href: String,
    name: String,
    current: bool,
}

#[derive(Serialize)]
struct YearView {
    preschool: bool,
    without_marks: bool,
    terms: Vec<String>,
    dynamics: Option<LineChart>,
    ranks: Option<RankChart>,
    /// Of all subjects, then each.
    whole: Vec<ComparedView>,
    subjects: Vec<SubjectView>,
    with_class: bool,
    presence: Option<LineChart>,
    attendance: Vec<AttendanceView>,
    held: usize,
    missed: usize,
}

#[derive(Serialize)]
struct SubjectView {
    name: String,
    averages: Vec<ComparedView>,
}

/// Empty where there is no mark.
#[derive(Serialize)]
struct ComparedView {
    own: String,
    class: String,
}

#[derive(Serialize)]
struct AttendanceView {
    term: String,
    held: usize,
    missed: usize,
    /// Tenths of a percent.
    present: Option<i64>,
    codes: Vec<CodeView>,
}

#[derive(Serialize)]
struct CodeView {
    code: &'static str,
    count: usize,
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
    Query(query): Query<ClassQuery>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let found = it
        .journal
        .progress(&member.actor, id, query.class, today)
        .await?;
    let Progress {
        card,
        ties,
        classes,
        year,
    } = found;
    let shown = year.as_ref().map(|it| it.class);
    let link = |(class, name, since): (ClassId, String, NaiveDate)| ClassLink {
        href: member.path(&format!("/people/pupils/{id}/charts?class={class}")),
        name: format!("{name}, {}/{}", since.year(), since.year() + 1),
        current: shown == Some(class),
    };
    let page = ChartsPage {
        head: CardHead::new(&member, CardKind::Pupil, &card, ties, "charts"),
        classes: classes.into_iter().map(link).collect(),
        year: year.map(|year| year_view(&it, year)),
    };
    Ok(it
        .views
        .page(&member.visit, "journal/pupil_charts.html", &page)?
        .into_response())
}

fn year_view(it: &Pages, year: YearProgress) -> YearView {
    let terms: Vec<String> = year
        .terms
        .iter()
        .map(|term| slot_name(Slot::of(term), &it.views))
        .collect();
    let points: Vec<Average> = terms
        .iter()
        .zip(&year.whole)
        .map(|(name, it)| average(name, *it))
        .collect();
    let of_year = |averages: &[Compared]| averages.last().copied().unwrap_or_default();
    let five = year.subjects.iter().filter(|it| it.five_points);
    let ranked: Vec<Average> = five
        .map(|it| average(&it.subject, of_year(&it.averages)))
        .collect();
    let attendance: Vec<AttendanceView> = terms
        .iter()
        .zip(&year.attendance)
        .map(|(term, it)| attendance_view(term, it))
        .collect();
    let presence: Vec<(String, Option<i64>)> = attendance
        .iter()
        .map(|it| (it.term.clone(), it.present))
        .collect();
    YearView {
        preschool: year.preschool,
        without_marks: year.without_marks,
        dynamics: chart::averages(&points),
        ranks: chart::ranks(&ranked),
        with_class: points.iter().chain(&ranked).any(|it| it.beside.is_some()),
        whole: year.whole.iter().map(|it| compared(*it)).collect(),
        subjects: year
            .subjects
            .into_iter()
            .map(|it| SubjectView {
                name: it.subject,
                averages: it.averages.into_iter().map(compared).collect(),
            })
            .collect(),
        presence: chart::percents(&presence),
        held: attendance.iter().map(|it| it.held).sum(),
        missed: attendance.iter().map(|it| it.missed).sum(),
        attendance,
        terms,
    }
}

fn average(name: &str, it: Compared) -> Average {
    Average {
        name: name.to_owned(),
        value: it.own,
        beside: it.class,
    }
}

fn compared(it: Compared) -> ComparedView {
    let shown = |it: Option<Decimal>| it.map(show2).unwrap_or_default();
    ComparedView {
        own: shown(it.own),
        class: shown(it.class),
    }
}

fn attendance_view(term: &str, it: &TermAttendance) -> AttendanceView {
    let missed = it.missed();
    let present = it.held.saturating_sub(missed) * 1_000 + it.held / 2;
    let present = present.checked_div(it.held);
    AttendanceView {
        term: term.to_owned(),
        held: it.held,
        missed,
        present: present.and_then(|it| i64::try_from(it).ok()),
        codes: it
            .codes
            .iter()
            .map(|(code, count)| CodeView {
                code: absence_key(*code),
                count: *count,
            })
            .collect(),
    }
}
