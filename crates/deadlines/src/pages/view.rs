//! What the pages share.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::{Reach, Right};
use serde::Serialize;
use web::Member;

use crate::{DebtLine, Debtor, OwnerCount, Relief, ReliefKind, RuleName, State};

/// A section of the pages of deadlines.
#[derive(Serialize)]
pub(super) struct Tab {
    pub(super) code: &'static str,
    pub(super) href: String,
    pub(super) current: bool,
}

/// The sections that are open to the reader.
pub(super) fn tabs(member: &Member, current: &str) -> Vec<Tab> {
    let reaches = member.actor.reaches(Right::DeadlineView);
    let leads = leads(member);
    let all = [
        ("school", "/control", leads),
        ("debts", "/control/debts", leads),
        ("discipline", "/control/discipline", leads),
        ("mine", "/deadlines", true),
        (
            "class",
            "/deadlines/class",
            leads || reaches.has(Reach::OwnClass),
        ),
    ];
    let tab = |(code, path, _): &(&'static str, &str, bool)| Tab {
        code,
        href: member.path(path),
        current: *code == current,
    };
    let shown: Vec<Tab> = all.iter().filter(|it| it.2).map(tab).collect();
    if shown.len() > 1 { shown } else { vec![] }
}

pub(super) fn leads(member: &Member) -> bool {
    use kernel::Role::{Admin, Deputy, Director};
    [Director, Deputy, Admin]
        .into_iter()
        .any(|it| member.actor.is(it))
}

#[derive(Serialize)]
pub(super) struct RuleView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) what: String,
    pub(super) clause: String,
    pub(super) liftable: bool,
}

impl RuleView {
    pub(super) fn of(it: &RuleName) -> Self {
        Self {
            id: it.id.clone(),
            name: it.name.clone(),
            what: it.what.clone(),
            clause: it.clause.clone(),
            liftable: it.liftable,
        }
    }
}

/// A debt as a list shows it.
#[derive(Serialize)]
pub(super) struct LineView {
    rule: String,
    state: &'static str,
    due: NaiveDate,
    on: NaiveDate,
    age: u32,
    owner: String,
    role: Option<&'static str>,
    class: String,
    group: String,
    subject: String,
    lesson: Option<i16>,
    about: String,
    text: String,
    parts: Option<(i32, i32)>,
    shifted: bool,
    closed_at: Option<String>,
    /// Where it is done.
    place: String,
    /// The debt itself.
    href: String,
}

impl LineView {
    pub(super) fn of(it: &DebtLine, member: &Member, views: &web::Views) -> Self {
        let debt = &it.debt;
        Self {
            rule: debt.rule.clone(),
            state: it.state.code(),
            due: debt.due(),
            on: debt.on,
            age: it.age,
            owner: it.owner.clone(),
            role: debt.role.map(kernel::Role::code),
            class: it.class.clone(),
            group: it.group.clone(),
            subject: it.subject.clone(),
            lesson: debt.lesson,
            about: it.about.clone(),
            text: crate::said::text(views, &debt.text),
            parts: debt.parts,
            shifted: debt.shifted_on.is_some(),
            closed_at: debt.closed_at.map(|it| it.to_rfc3339()),
            place: member.path(&debt.place),
            href: member.path(&format!("/deadlines/debts/{}", debt.id)),
        }
    }
}

/// Lines under one rule.
#[derive(Serialize)]
pub(super) struct RuleLines {
    rule: RuleView,
    lines: Vec<LineView>,
}

/// Lines of one state, by rule.
#[derive(Serialize)]
pub(super) struct Section {
    state: &'static str,
    count: usize,
    rules: Vec<RuleLines>,
}

/// The lines by state and rule, the nearest first.
pub(super) fn sections(
    lines: &[DebtLine],
    rules: &[RuleName],
    member: &Member,
    views: &web::Views,
) -> Vec<Section> {
    let mut states: BTreeMap<State, Vec<&DebtLine>> = BTreeMap::new();
    for it in lines {
        states.entry(it.state).or_default().push(it);
    }
    let section = |(state, lines): (State, Vec<&DebtLine>)| {
        let mut by_rule: Vec<RuleLines> = vec![];
        for it in &lines {
            let line = LineView::of(it, member, views);
            match by_rule.iter_mut().find(|of| of.rule.id == it.debt.rule) {
                Some(of) => of.lines.push(line),
                None => by_rule.push(RuleLines {
                    rule: rule_of(rules, &it.debt.rule),
                    lines: vec![line],
                }),
            }
        }
        Section {
            state: state.code(),
            count: lines.len(),
            rules: by_rule,
        }
    };
    states.into_iter().map(section).collect()
}

pub(super) fn rule_of(rules: &[RuleName], id: &str) -> RuleView {
    let known = rules.iter().find(|it| it.id == id);
    known.map_or_else(|| RuleView::of(&RuleName::gone(id)), RuleView::of)
}

/// Somebody who owes.
#[derive(Serialize)]
pub(super) struct OwnerView {
    pub(super) name: String,
    pub(super) role: Option<&'static str>,
    pub(super) person: Option<i64>,
    pub(super) overdue: i64,
    pub(super) open: i64,
}

impl OwnerView {
    pub(super) fn of(it: &OwnerCount) -> Self {
        Self {
            name: it.name.clone(),
            role: match it.debtor {
                Debtor::Role(role) => Some(role.code()),
                _ => None,
            },
            person: match it.debtor {
                Debtor::Person(person) => Some(person.get()),
                _ => None,
            },
            overdue: it.overdue,
            open: it.open,
        }
    }
}

/// Somebody who owes, with what they owe.
#[derive(Serialize)]
pub(super) struct DebtorView {
    pub(super) owner: OwnerView,
    pub(super) lines: Vec<LineView>,
}

pub(super) fn debtors(
    debtors: &[(OwnerCount, Vec<DebtLine>)],
    member: &Member,
    views: &web::Views,
) -> Vec<DebtorView> {
    let debtor = |(owner, lines): &(OwnerCount, Vec<DebtLine>)| DebtorView {
        owner: OwnerView::of(owner),
        lines: lines
            .iter()
            .map(|it| LineView::of(it, member, views))
            .collect(),
    };
    debtors.iter().map(debtor).collect()
}

/// What was decided, by whom and why.
#[derive(Serialize)]
pub(super) struct ReliefView {
    kind: &'static str,
    to: Option<NaiveDate>,
    debts: usize,
    reason: String,
    by: String,
    at: String,
    undone_at: Option<String>,
    /// Where it is taken back; none where the reader may not, or it was.
    undo: Option<String>,
}

pub(super) fn reliefs(
    all: &[(Relief, String)],
    may_decide: bool,
    member: &Member,
) -> Vec<ReliefView> {
    let view = |(it, by): &(Relief, String)| ReliefView {
        kind: it.kind.code(),
        to: match it.kind {
            ReliefKind::Shift(day) => Some(day),
            ReliefKind::Lift => None,
        },
        debts: it.debts.len(),
        reason: it.reason.clone(),
        by: by.clone(),
        at: it.at.to_rfc3339(),
        undone_at: it.undone.map(|it| it.1.to_rfc3339()),
        undo: (may_decide && it.undone.is_none()).then(|| undo_path(member, it.id)),
    };
    all.iter().map(view).collect()
}

pub(super) fn undo_path(member: &Member, id: crate::ReliefId) -> String {
    member.path(&format!("/deadlines/reliefs/{id}/undo"))
}

/// A share as the template shows it.
#[derive(Serialize, Clone, Copy)]
pub(super) struct ShareView {
    pub(super) permille: Option<i64>,
    pub(super) things: i64,
    pub(super) late: i64,
    pub(super) in_time: i64,
}

impl ShareView {
    pub(super) fn of(it: crate::Share) -> Self {
        Self {
            permille: it.permille(),
            things: it.things,
            late: it.late,
            in_time: it.in_time(),
        }
    }
}
