//! What the templates of the rules see.

use chrono::{Datelike, NaiveDate};
use kernel::dates::show_date;
use serde::Serialize;
use web::{FormState, Member};

use crate::{Addressee, DayOfYear, InForce, NO_DUTY, RulePage, RuleRow, RulesPage, Terms, When};

/// Which rules a list shows.
const CHOICES: [&str; 4] = ["on", "off", "waiting", "all"];

#[derive(Serialize)]
pub(super) struct ListPage {
    /// One group a paper, in the order of the regulation.
    groups: Vec<Group>,
    choices: Vec<ListChoice>,
    may_edit: bool,
    workdays: String,
}

#[derive(Serialize)]
struct Group {
    act: &'static str,
    rules: Vec<Row>,
}

#[derive(Serialize)]
struct ListChoice {
    code: &'static str,
    href: String,
    count: usize,
    current: bool,
}

#[derive(Serialize)]
struct Row {
    id: &'static str,
    act: &'static str,
    clause: &'static str,
    name: &'static str,
    what: &'static str,
    done: &'static str,
    note: &'static str,
    /// Whom the paper names.
    owner: Option<&'static str>,
    href: String,
    terms: Shown,
    /// on, off, waiting (its facts are not known yet), status (it has no day).
    state: &'static str,
    changed_here: bool,
    changed_above: Option<String>,
}

/// Terms as codes and numbers.
#[derive(Serialize)]
struct Shown {
    on: bool,
    kind: &'static str,
    n: u32,
    unit: &'static str,
    date: String,
    from: String,
    to: String,
    rule: String,
    /// Working days for what appears later; where the rule names a day of the year.
    grace: Option<u32>,
    /// Days are counted.
    counted: bool,
    before: Vec<u32>,
    remind: Vec<&'static str>,
    escalate: Vec<StepShown>,
}

#[derive(Serialize)]
struct StepShown {
    after: u32,
    to: &'static str,
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each decides on a part of the page"
)]
pub(super) struct OnePage {
    rule: Row,
    above: Shown,
    form: FormState,
    /// Who may be reminded: code and whether ticked.
    people: Vec<Ticked>,
    version: i64,
    may_edit: bool,
    may_be_later: bool,
    may_be_off: bool,
    sets_limits: bool,
    changed_meanwhile: bool,
    history: Vec<Past>,
    asked: String,
    on_day: Option<OnDay>,
    /// Asked for and not readable.
    unreadable: bool,
    today: String,
    action: String,
    list: String,
}

#[derive(Serialize)]
struct Ticked {
    code: &'static str,
    ticked: bool,
}

#[derive(Serialize)]
struct Past {
    since: String,
    by: String,
    withdrawn: bool,
    future: bool,
    terms: Shown,
}

#[derive(Serialize)]
struct OnDay {
    day: String,
    terms: Shown,
}

pub(super) fn list(member: &Member, page: &RulesPage, wanted: Option<&str>) -> ListPage {
    let rows: Vec<Row> = page.rows.iter().map(|it| row(member, it)).collect();
    let now = CHOICES
        .into_iter()
        .find(|it| Some(*it) == wanted)
        .unwrap_or("on");
    let counts = CHOICES.map(|code| rows.iter().filter(|it| shows(code, it.state)).count());
    let choices = CHOICES.iter().zip(counts).map(|(code, count)| ListChoice {
        code,
        href: member.path(&format!("/settings/deadlines?show={code}")),
        count,
        current: *code == now,
    });
    let mut groups: Vec<Group> = vec![];
    for (it, rule) in page.rows.iter().zip(rows) {
        if !shows(now, rule.state) {
            continue;
        }
        let act = it.in_force.rule.act.code();
        match groups.iter_mut().find(|it| it.act == act) {
            Some(group) => group.rules.push(rule),
            None => groups.push(Group {
                act,
                rules: vec![rule],
            }),
        }
    }
    ListPage {
        groups,
        choices: choices.collect(),
        may_edit: page.may_edit,
        workdays: member.path("/settings/workdays"),
    }
}

fn shows(choice: &str, state: &str) -> bool {
    match choice {
        "all" => true,
        "on" => ["on", "status", "watched"].contains(&state),
        other => state == other,
    }
}

pub(super) fn one(
    member: &Member,
    page: &RulePage,
    form: FormState,
    changed_meanwhile: bool,
) -> OnePage {
    let ticked: Vec<&str> = form.value("remind").split(',').map(str::trim).collect();
    let mut all = Addressee::ALL.to_vec();
    let more = page.above.terms.remind.iter();
    all.extend(more.filter(|it| !Addressee::ALL.contains(it)));
    let people = all.into_iter().map(|it| Ticked {
        code: it.code(),
        ticked: ticked.contains(&it.code()),
    });
    let past = page.history.iter().map(|it| Past {
        since: show_date(it.since),
        by: it.by.clone(),
        withdrawn: it.withdrawn,
        future: it.since > page.today,
        terms: shown(&it.in_force.terms),
    });
    let rule = row(member, &page.row);
    OnePage {
        people: people.collect(),
        above: shown(&page.above.terms),
        version: page.version,
        may_edit: page.may_edit,
        may_be_later: page.above.bound.later,
        may_be_off: page.above.bound.off || !page.above.terms.on,
        sets_limits: page.sets_limits,
        changed_meanwhile,
        history: past.collect(),
        asked: String::new(),
        on_day: page.on_day.as_ref().map(on_day),
        unreadable: false,
        today: show_date(page.today),
        action: rule.href.clone(),
        list: member.path("/settings/deadlines"),
        rule,
        form,
    }
}

fn on_day((day, terms): &(NaiveDate, InForce)) -> OnDay {
    OnDay {
        day: show_date(*day),
        terms: shown(&terms.terms),
    }
}

impl OnePage {
    /// With the day that was asked for.
    pub(super) fn asked(mut self, typed: String, on: Option<NaiveDate>) -> Self {
        self.unreadable = on.is_none() && !typed.is_empty();
        self.asked = typed;
        self
    }
}

fn row(member: &Member, it: &RuleRow) -> Row {
    let rule = it.in_force.rule;
    Row {
        id: &rule.id,
        act: rule.act.code(),
        clause: &rule.clause,
        name: &rule.name,
        what: &rule.what,
        done: &rule.done,
        note: &rule.note,
        owner: rule.owner.map(Addressee::code),
        href: member.path(&format!("/settings/deadlines/{}", rule.id)),
        terms: shown(&it.in_force.terms),
        state: state(it),
        changed_here: it.changed_here,
        changed_above: it.changed_above.clone(),
    }
}

fn state(it: &RuleRow) -> &'static str {
    let rule = it.in_force.rule;
    let refers = matches!(it.in_force.terms.when, When::Ref { .. });
    if !it.in_force.terms.on {
        "off"
    } else if refers {
        "status"
    } else if rule.duty == NO_DUTY || !it.connected {
        "waiting"
    } else if !it.in_force.terms.when.is_counted() {
        "watched"
    } else {
        "on"
    }
}

fn shown(terms: &Terms) -> Shown {
    let short = |it: DayOfYear| format!("{:02}.{:02}", it.day, it.month);
    let long = |it: NaiveDate| format!("{:02}.{:02}.{}", it.day(), it.month(), it.year());
    let mut shown = Shown {
        on: terms.on,
        kind: terms.when.kind(),
        n: 0,
        unit: "",
        date: String::new(),
        from: String::new(),
        to: String::new(),
        rule: String::new(),
        grace: terms.when.is_day_of_year().then_some(terms.grace),
        counted: terms.when.is_counted(),
        before: terms.before.clone(),
        remind: terms.remind.iter().map(|it| it.code()).collect(),
        escalate: terms
            .escalate
            .iter()
            .map(|it| StepShown {
                after: it.after,
                to: it.to.code(),
            })
            .collect(),
    };
    match &terms.when {
        When::WorkdaysAfter { n } | When::CalendarDaysAfter { n, .. } => shown.n = *n,
        When::Every { n, unit, .. } | When::Before { n, unit } => {
            shown.n = *n;
            shown.unit = unit.code();
        }
        When::FixedDate { month, day, .. } => {
            shown.date = short(DayOfYear {
                month: *month,
                day: *day,
            });
        }
        When::Window { from, to, .. } => {
            shown.from = short(*from);
            shown.to = short(*to);
        }
        When::Dates { from, to } => {
            shown.from = from.map(long).unwrap_or_default();
            shown.to = long(*to);
        }
        When::Ref { rule } => shown.rule.clone_from(rule),
        _ => {}
    }
    shown
}
