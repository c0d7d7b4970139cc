//! Who is in school on a day (JRN-4).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::Serialize;
use web::{Failure, Go, Member, form::Raw};

use super::{Pages, attendance::attendance_of, control};
use crate::{ClassDay, Tally};

#[derive(Serialize)]
struct SchoolDayPage {
    day: NaiveDate,
    today: bool,
    now: bool,
    before: String,
    after: Option<String>,
    /// On a day without lessons.
    last: Option<LastDay>,
    action: String,
    classes: Vec<ClassLine>,
    total: Total,
}

#[derive(Serialize)]
struct LastDay {
    day: NaiveDate,
    href: String,
}

#[derive(Serialize)]
struct ClassLine {
    name: String,
    href: String,
    lesson_href: Option<String>,
    pupils: usize,
    absent_now: Option<usize>,
    whole_day: usize,
    absent: usize,
    reasons: Tally,
    begun: usize,
    not_rolled: usize,
    /// From 0 to 4: how much of the class is absent.
    level: usize,
}

#[derive(Default, Serialize)]
struct Total {
    pupils: usize,
    absent_now: usize,
    whole_day: usize,
    absent: usize,
    reasons: Tally,
    begun: usize,
    not_rolled: usize,
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let moment = control::moment(&it, &member);
    let today = moment.today();
    let asked = raw
        .get("date")
        .and_then(|it| kernel::dates::parse_date(it, today).ok());
    let found = it
        .journal
        .school_day(&member.actor, asked.unwrap_or(today), moment)
        .await?;
    // A kindergarten has groups and no lessons.
    let groups = found.classes.iter().all(|it| it.class.is_preschool());
    if groups && !found.classes.is_empty() {
        return Ok(Go::to(member.path("/preschool")).into_response());
    }
    let base = member.path("/attendance/day");
    // On a Sunday or in the holidays everybody means the last school day.
    if let (None, Some(last)) = (asked, found.last) {
        return Ok(Go::to(format!("{base}?date={last}")).into_response());
    }
    let mut total = Total::default();
    for it in &found.classes {
        total.pupils += it.pupils;
        total.absent_now += it.absent_now.unwrap_or_default();
        total.whole_day += it.whole_day;
        total.absent += it.absent;
        total.reasons += it.reasons;
        total.begun += it.begun;
        total.not_rolled += it.not_rolled;
    }
    let page = SchoolDayPage {
        day: found.day,
        today: found.day == today,
        now: found.now,
        before: format!("{base}?date={}", found.before),
        after: (found.after <= today).then(|| format!("{base}?date={}", found.after)),
        last: found.last.map(|day| LastDay {
            day,
            href: format!("{base}?date={day}"),
        }),
        action: base,
        classes: found
            .classes
            .iter()
            .map(|it| line(it, found.day, &member))
            .collect(),
        total,
    };
    let html = it
        .views
        .page(&member.visit, "journal/school_day.html", &page)?;
    Ok(html.into_response())
}

fn line(it: &ClassDay, day: NaiveDate, member: &Member) -> ClassLine {
    let class = it.class.id;
    ClassLine {
        name: it.class.name(),
        href: if it.class.is_preschool() {
            attendance_of(member, &it.class)
        } else {
            member.path(&format!("/journal/{class}/attendance?span=day&on={day}"))
        },
        lesson_href: it
            .lesson
            .map(|it| member.path(&format!("/journal/lesson/{it}"))),
        pupils: it.pupils,
        absent_now: it.absent_now,
        whole_day: it.whole_day,
        absent: it.absent,
        reasons: it.reasons,
        begun: it.begun,
        not_rolled: it.not_rolled,
        // A tenth of the class is usual, four tenths are an epidemic.
        level: (it.absent * 10).div_ceil(it.pupils.max(1)).min(4),
    }
}
