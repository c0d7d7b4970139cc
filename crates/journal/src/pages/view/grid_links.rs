//! The ways from one view of a journal to others.

use chrono::NaiveDate;
use serde::Serialize;
use web::Member;

use super::grid::{TermLink, terms};
use crate::{Grid, GridSpan};

/// Everything on the page that leads to the same journal seen otherwise.
#[derive(Serialize)]
pub(crate) struct Links {
    terms: Vec<TermLink>,
    year_href: String,
    year_current: bool,
    groups: Vec<GroupLink>,
    all_groups_href: String,
    all_groups_current: bool,
    spans: Vec<SpanLink>,
    window: Option<WindowView>,
    earlier_href: Option<String>,
    newest_href: Option<String>,
    finals_href: String,
    print_href: String,
    file_href: String,
    /// This view itself.
    here: String,
}

#[derive(Serialize)]
struct GroupLink {
    href: String,
    name: String,
    current: bool,
}

#[derive(Serialize)]
struct SpanLink {
    code: &'static str,
    href: String,
    current: bool,
}

/// The week or month shown, and its neighbours inside the year.
#[derive(Serialize)]
struct WindowView {
    code: &'static str,
    first: NaiveDate,
    last: NaiveDate,
    before_href: Option<String>,
    after_href: Option<String>,
}

pub(super) fn links(grid: &Grid, member: &Member, today: NaiveDate) -> Links {
    let base = member.path(&format!("/journal/{}/{}", grid.class.id, grid.subject.id));
    let group = grid.group.map(|it| format!("group={it}"));
    let span = match grid.span {
        GridSpan::Week(day) => Some(format!("span=week&day={day}")),
        GridSpan::Month(day) => Some(format!("span=month&day={day}")),
        GridSpan::Before(day) => Some(format!("before={day}")),
        GridSpan::Newest | GridSpan::All => None,
    };
    // A week has its period by itself.
    let period = match (grid.term, grid.span) {
        (_, GridSpan::Week(_) | GridSpan::Month(_)) => None,
        (Some(id), _) => Some(format!("period={id}")),
        (None, _) => Some("period=year".to_owned()),
    };
    let href = |parts: &[Option<String>]| query(&base, parts);
    let file = |end: &str| {
        query(
            &format!("{base}/{end}"),
            &[period.clone(), span.clone(), group.clone()],
        )
    };
    Links {
        terms: terms(&grid.terms, grid.term, |id| {
            href(&[Some(format!("period={id}")), group.clone()])
        }),
        year_href: href(&[Some("period=year".to_owned()), group.clone()]),
        year_current: grid.term.is_none(),
        groups: grid
            .groups
            .iter()
            .map(|it| GroupLink {
                href: href(&[
                    period.clone(),
                    span.clone(),
                    Some(format!("group={}", it.id)),
                ]),
                name: it.name.clone(),
                current: grid.group == Some(it.id),
            })
            .collect(),
        all_groups_href: href(&[period.clone(), span.clone()]),
        all_groups_current: grid.group.is_none(),
        spans: spans(grid, today, &href, group.as_ref()),
        window: window(grid, &href, group.as_ref()),
        earlier_href: grid
            .earlier
            .map(|day| href(&[period.clone(), Some(format!("before={day}")), group.clone()])),
        newest_href: grid.later.then(|| href(&[period.clone(), group.clone()])),
        finals_href: format!("{base}/finals"),
        print_href: file("print"),
        file_href: file("file"),
        here: file("").trim_end_matches('/').replacen("/?", "?", 1),
    }
}

fn query(base: &str, parts: &[Option<String>]) -> String {
    let parts: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
    if parts.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", parts.join("&"))
    }
}

type Href<'a> = &'a dyn Fn(&[Option<String>]) -> String;

/// The period, a month or a week of it.
fn spans(grid: &Grid, today: NaiveDate, href: Href<'_>, group: Option<&String>) -> Vec<SpanLink> {
    let term = grid.terms.iter().find(|it| Some(it.id) == grid.term);
    let (from, to) = term.map_or(grid.year, |it| (it.starts_on, it.ends_on));
    let day = match grid.span {
        GridSpan::Week(day) | GridSpan::Month(day) => day,
        _ => today.clamp(from, to),
    };
    let of = |code: &'static str| {
        let parts = match code {
            "period" => term.map(|it| format!("period={}", it.id)),
            code => Some(format!("span={code}&day={day}")),
        };
        SpanLink {
            code,
            href: href(&[parts, group.cloned()]),
            current: code
                == match grid.span {
                    GridSpan::Week(_) => "week",
                    GridSpan::Month(_) => "month",
                    _ => "period",
                },
        }
    };
    ["period", "month", "week"].map(of).into()
}

fn window(grid: &Grid, href: Href<'_>, group: Option<&String>) -> Option<WindowView> {
    let (first, last) = grid.span.days()?;
    let code = match grid.span {
        GridSpan::Week(_) => "week",
        _ => "month",
    };
    let neighbour = |back: bool| {
        let next = grid.span.next(back);
        let (first, last) = next.days()?;
        let (GridSpan::Week(day) | GridSpan::Month(day)) = next else {
            return None;
        };
        let inside = first <= grid.year.1 && last >= grid.year.0;
        inside.then(|| href(&[Some(format!("span={code}&day={day}")), group.cloned()]))
    };
    Some(WindowView {
        code,
        first,
        last,
        before_href: neighbour(true),
        after_href: neighbour(false),
    })
}
