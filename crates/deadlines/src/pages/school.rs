//! The board of the school, and who owes under one rule (Z6).

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{ClassId, Fault, Kind};
use serde::Serialize;
use web::{
    Checked, Failure, Flash, FormState, Go, ListQuery, Member, Path,
    form::{Raw, invalid},
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{
    Pages,
    debt::ShiftForm,
    view::{self, DebtorView, OwnerView, ReliefView, RuleView, Tab},
};
use crate::{BoardRow, DebtLine, DecideAbout, RuleDebts, RuleName, Watched};

/// So many of those who owe are named on the board.
const NAMED: usize = 3;

#[derive(Serialize)]
struct BoardPage {
    tabs: Vec<Tab>,
    looked_at: Option<String>,
    rows: Vec<RowView>,
    quiet: Vec<RuleView>,
    watched: Vec<WatchedView>,
    without_source: Vec<RuleView>,
    overdue: i64,
    today: i64,
    week: i64,
    owing: usize,
    reminded_at: Option<String>,
    remind: String,
    settings: String,
}

#[derive(Serialize)]
struct RowView {
    rule: RuleView,
    href: String,
    remind: Option<String>,
    things: i64,
    done: i64,
    overdue: i64,
    today: i64,
    week: i64,
    due: Option<NaiveDate>,
    age: u32,
    left: u32,
    owners: Vec<OwnerView>,
    more: usize,
    overdue_href: String,
}

pub(super) async fn board(
    member: Member,
    State(it): State<Pages>,
) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let board = it.deadlines.school(&member.actor, today).await?;
    let rules = |all: &[RuleName]| all.iter().map(RuleView::of).collect();
    let sum = |part: fn(&BoardRow) -> i64| board.rows.iter().map(part).sum();
    let page = BoardPage {
        tabs: view::tabs(&member, "school"),
        looked_at: board.looked_at.map(|it| it.to_rfc3339()),
        quiet: rules(&board.quiet),
        watched: board.watched.iter().map(|of| watched(of, &it)).collect(),
        without_source: rules(&board.without_source),
        overdue: sum(|it| it.overdue),
        today: sum(|it| it.today),
        week: sum(|it| it.week),
        owing: board.owing,
        reminded_at: board.reminded_at.map(|it| it.to_rfc3339()),
        remind: member.path("/control/reminders"),
        settings: member.path("/settings/deadlines"),
        rows: board.rows.iter().map(|it| row(it, &member)).collect(),
    };
    Ok(it
        .views
        .page(&member.visit, "deadlines/school.html", &page)?)
}

/// A rule without a day, in words.
#[derive(Serialize)]
struct WatchedView {
    rule: RuleView,
    periods: Vec<PeriodView>,
}

#[derive(Serialize)]
struct PeriodView {
    /// «1 четверть»
    name: String,
    done: usize,
    of: usize,
    /// «5А, 7Б»
    lacking: String,
}

fn watched(it: &Watched, pages: &Pages) -> WatchedView {
    let period = |it: &dues::Watch| PeriodView {
        name: crate::said::text(&pages.views, &it.period),
        done: it.of.saturating_sub(it.lacking.len()),
        of: it.of,
        lacking: it.lacking.join(", "),
    };
    WatchedView {
        rule: RuleView::of(&it.rule),
        periods: it.periods.iter().map(period).collect(),
    }
}

fn row(it: &BoardRow, member: &Member) -> RowView {
    let owes = it.overdue + it.today + it.week > 0;
    let id = &it.rule.id;
    RowView {
        href: member.path(&format!("/control/rules/{id}")),
        remind: owes.then(|| member.path(&format!("/control/reminders?rule={id}"))),
        overdue_href: member.path(&format!("/control/rules/{id}#debtors")),
        rule: RuleView::of(&it.rule),
        things: it.things,
        done: it.things - it.open,
        overdue: it.overdue,
        today: it.today,
        week: it.week,
        due: it.oldest.or(it.next),
        age: it.age,
        left: it.left,
        owners: it.owners.iter().take(NAMED).map(OwnerView::of).collect(),
        more: it.owners.len().saturating_sub(NAMED),
    }
}

#[derive(Serialize)]
struct RulePageView {
    tabs: Vec<Tab>,
    rule: RuleView,
    debtors: Vec<DebtorView>,
    overdue: usize,
    open: usize,
    reliefs: Vec<ReliefView>,
    may_decide: bool,
    remind: Option<String>,
    reminded_at: Option<String>,
    classes: Vec<Choice>,
    action: String,
    list: String,
    back: String,
    form: FormState,
}

#[derive(Serialize)]
struct Choice {
    name: String,
    href: String,
    current: bool,
}

const RULE: &str = "deadlines/rule.html";

fn rule_view(
    page: &RuleDebts,
    class: Option<ClassId>,
    (member, views): (&Member, &web::Views),
    form: FormState,
) -> RulePageView {
    let id = &page.rule.id;
    let base = member.path(&format!("/control/rules/{id}"));
    let query = class.map_or_else(String::new, |it| format!("&class={it}"));
    let choice = |(it, name): &(ClassId, String)| Choice {
        name: name.clone(),
        href: format!("{base}?class={it}"),
        current: class == Some(*it),
    };
    RulePageView {
        tabs: view::tabs(member, "school"),
        debtors: view::debtors(&page.debtors, member, views),
        overdue: page.overdue,
        open: page.open,
        reliefs: view::reliefs(&page.reliefs, page.may_decide, member),
        may_decide: page.may_decide && page.open > 0,
        remind: (page.may_remind && page.open > 0)
            .then(|| member.path(&format!("/control/reminders?rule={id}{query}"))),
        reminded_at: page.reminded_at.map(|it| it.to_rfc3339()),
        classes: page.classes.iter().map(choice).collect(),
        action: match class {
            Some(class) => format!("{base}/shift?class={class}"),
            None => format!("{base}/shift"),
        },
        list: member.path("/control/debts"),
        back: base,
        rule: RuleView::of(&page.rule),
        form,
    }
}

fn class_of(raw: &Raw) -> Option<ClassId> {
    raw.get("class").and_then(|it| it.parse().ok())
}

pub(super) async fn rule(
    member: Member,
    State(it): State<Pages>,
    Path((_, rule)): Path<(String, String)>,
    raw: Raw,
) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let class = class_of(&raw);
    let page = it
        .deadlines
        .rule(&member.actor, &rule, class, today)
        .await?;
    let view = rule_view(&page, class, (&member, &it.views), FormState::new());
    Ok(it.views.page(&member.visit, RULE, &view)?)
}

/// Another day for all who owe under the rule.
pub(super) async fn shift_rule(
    member: Member,
    State(it): State<Pages>,
    Path((_, rule)): Path<(String, String)>,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
    Checked { value, mut form }: Checked<ShiftForm>,
) -> Result<Response, Failure> {
    it.deadlines.may_decide(&member.actor)?;
    let today = it.today(&member.visit);
    let query = Raw::parse(query.unwrap_or_default().as_bytes())?;
    let class = class_of(&query);
    if let Some(typed) = value {
        let about = DecideAbout::Rule(rule.clone(), class);
        let done = it
            .deadlines
            .shift(&member.actor, &about, typed.to, &typed.reason, today)
            .await;
        match done {
            Ok((id, count)) => {
                let flash = Flash::done("deadlines.shifted")
                    .with("n", &count)
                    .with("to", &kernel::dates::show_date(typed.to))
                    .undo(&view::undo_path(&member, id));
                let to = member.path(&format!("/control/rules/{rule}"));
                return Ok(Go::to(to).say(&flash).into_response());
            }
            Err(error) if error.kind() == Kind::Invalid => {
                form.fault(super::debt::field(&error), &error);
            }
            Err(error) => return Err(error.into()),
        }
    }
    let page = it
        .deadlines
        .rule(&member.actor, &rule, class, today)
        .await?;
    let view = rule_view(&page, class, (&member, &it.views), form);
    invalid(&it.views, &member.visit, RULE, &view)
}

#[derive(Serialize)]
struct Beside {
    tabs: Vec<Tab>,
    looked_at: Option<String>,
}

/// All debts as a list with filters, for export and print.
pub(super) async fn debts(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let found = it.deadlines.all(&member.actor, today).await?;
    let columns = [
        Column::text("thing"),
        Column::text("rule").selectable(),
        Column::text("owner").selectable(),
        Column::class("class").selectable(),
        Column::text("subject").selectable(),
        Column::date("due"),
        Column::badge("state").selectable(),
        Column::number("age"),
        Column::date("on").off(),
        Column::text("clause").off(),
    ];
    let rows = found.lines.iter().map(|line| {
        let rule = found.rules.iter().find(|it| it.id == line.debt.rule);
        list_row(line, rule, &it, &member)
    });
    let list = List::new("deadlines.debts", columns).rows(rows);
    let beside = Beside {
        tabs: view::tabs(&member, "debts"),
        looked_at: found.looked_at.map(|it| it.to_rfc3339()),
    };
    respond(
        &it.views,
        &member.visit,
        "deadlines/debts.html",
        &list,
        &query,
        &beside,
    )
}

fn list_row(line: &DebtLine, rule: Option<&RuleName>, it: &Pages, member: &Member) -> Row {
    let debt = &line.debt;
    let who = match debt.role {
        Some(held) if debt.person.is_none() => Cell::word(format!("role.{}", held.code())),
        _ => Cell::text(&line.owner),
    };
    let tone = match line.state {
        crate::State::Overdue => Tone::Bad,
        crate::State::Today => Tone::Warn,
        crate::State::Done | crate::State::Lifted => Tone::Ok,
        _ => Tone::Plain,
    };
    let cells = [
        Cell::text(thing(line, it)),
        Cell::text(rule.map_or(debt.rule.as_str(), |it| it.name.as_str()))
            .href(member.path(&format!("/control/rules/{}", debt.rule))),
        who,
        Cell::text(&line.class),
        Cell::text(&line.subject),
        Cell::date(debt.due()).href(member.path(&format!("/deadlines/debts/{}", debt.id))),
        Cell::badge(tone, format!("deadlines.state.{}", line.state.code())),
        if line.is_overdue() {
            Cell::number(line.age)
        } else {
            Cell::empty()
        },
        Cell::date(debt.on),
        Cell::text(rule.map_or("", |it| it.clause.as_str())),
    ];
    Row::new(&debt.id, cells).href(member.path(&debt.place))
}

/// What the debt is about, in one text for a list.
fn thing(line: &DebtLine, it: &Pages) -> String {
    let lesson = line.debt.lesson.map(|number| {
        let on = kernel::dates::show_day(line.debt.on);
        let args = [("n", number.to_string()), ("on", on)];
        let args = args.map(|(name, value)| (name.to_owned(), value));
        it.views.phrase("deadlines.lesson", &args.into())
    });
    let text = crate::said::text(&it.views, &line.debt.text);
    let parts = [
        line.about.clone(),
        line.class.clone(),
        line.group.clone(),
        line.subject.clone(),
        lesson.unwrap_or_default(),
        text,
    ];
    let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    if parts.is_empty() {
        return it.views.word("deadlines.open-place");
    }
    parts.join(" · ")
}
