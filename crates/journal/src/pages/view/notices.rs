use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use people::ProposalAnswer;
use serde::Serialize;

use crate::service::News;

#[derive(Serialize)]
pub(crate) struct NotificationsPage {
    unread: Vec<DayOfNotices>,
    read: Vec<DayOfNotices>,
    /// More than one child: every line says whose it is.
    many: bool,
    /// What the school answered to proposals about cards.
    answers: Vec<AnswerView>,
}

#[derive(Serialize)]
struct AnswerView {
    name: String,
    accepted: bool,
    reason: String,
    at: DateTime<Utc>,
    zone: &'static str,
    unread: bool,
}

#[derive(Serialize)]
struct DayOfNotices {
    day: NaiveDate,
    notices: Vec<NoticeView>,
}

#[derive(Serialize)]
struct NoticeView {
    kind: &'static str,
    child: String,
    subject: String,
    held_on: NaiveDate,
    work: String,
    old: String,
    new: String,
    at: DateTime<Utc>,
    zone: &'static str,
    href: String,
}

/// By day, the newest first; what was not read stands above.
pub(crate) fn notifications(
    mut found: Vec<(String, Tz, News)>,
    answers: Vec<(Tz, ProposalAnswer)>,
) -> NotificationsPage {
    found.sort_by_key(|(_, _, it)| std::cmp::Reverse(it.at));
    let mut children: Vec<(&str, i64)> = found
        .iter()
        .map(|(org, _, it)| (org.as_str(), it.child.pupil.get()))
        .collect();
    children.sort_unstable();
    children.dedup();
    let many = children.len() > 1;
    let (unread, read) = found.into_iter().partition(|(_, _, it)| it.unread);
    NotificationsPage {
        unread: by_day(unread),
        read: by_day(read),
        many,
        answers: answers.into_iter().map(answer).collect(),
    }
}

fn answer((zone, it): (Tz, ProposalAnswer)) -> AnswerView {
    AnswerView {
        name: it.name,
        accepted: it.accepted,
        reason: it.reason,
        at: it.decided_at,
        zone: zone.name(),
        unread: it.unread,
    }
}

fn by_day(found: Vec<(String, Tz, News)>) -> Vec<DayOfNotices> {
    let mut days: Vec<DayOfNotices> = vec![];
    for (org, zone, it) in found {
        let day = it.at.with_timezone(&zone).date_naive();
        if days.last().is_none_or(|it| it.day != day) {
            days.push(DayOfNotices {
                day,
                notices: vec![],
            });
        }
        if let Some(last) = days.last_mut() {
            last.notices.push(view(&org, zone, it));
        }
    }
    days
}

fn view(org: &str, zone: Tz, it: News) -> NoticeView {
    let child = format!("{org}:{}", it.child.pupil);
    let href = match it.kind {
        crate::service::NewsKind::Mark => {
            format!("/my/diary/week?child={child}&week={}", it.held_on)
        }
        _ => format!("/my/homework/{}?child={child}", it.lesson),
    };
    NoticeView {
        kind: it.kind.code(),
        child: it.child.name,
        subject: it.subject,
        held_on: it.held_on,
        work: it.work,
        old: it.old,
        new: it.new,
        at: it.at,
        zone: zone.name(),
        href,
    }
}
