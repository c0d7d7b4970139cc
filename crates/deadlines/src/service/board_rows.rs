//! From debts and counts to the lines of a board. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use kernel::workdays::Workdays;

use super::board_names::Names;
use crate::{
    BoardRow, Debt, DebtLine, Debtor, OwnerCount, RuleName, SchoolBoard, discipline::Tally,
    store::board::Count,
};

impl DebtLine {
    pub fn is_overdue(&self) -> bool {
        self.state == crate::State::Overdue
    }
}

pub(super) fn lines(
    debts: Vec<Debt>,
    names: &Names,
    today: NaiveDate,
    calendar: &Workdays,
) -> Vec<DebtLine> {
    let debts = debts.into_iter();
    debts.map(|it| names.line(it, today, calendar)).collect()
}

/// Lines under their debtors, who owes most first.
pub(super) fn by_debtor(lines: Vec<DebtLine>) -> Vec<(OwnerCount, Vec<DebtLine>)> {
    let mut groups: BTreeMap<Debtor, Vec<DebtLine>> = BTreeMap::new();
    for it in lines {
        let debtor = Debtor::of(it.debt.person, it.debt.role);
        groups.entry(debtor).or_default().push(it);
    }
    let mut debtors: Vec<(OwnerCount, Vec<DebtLine>)> = groups
        .into_iter()
        .map(|(debtor, lines)| {
            let overdue = lines.iter().filter(|it| it.is_overdue()).count();
            let count = OwnerCount {
                debtor,
                name: lines.first().map(|it| it.owner.clone()).unwrap_or_default(),
                overdue: i64::try_from(overdue).unwrap_or(i64::MAX),
                open: i64::try_from(lines.len()).unwrap_or(i64::MAX),
            };
            (count, lines)
        })
        .collect();
    sort_owners(&mut debtors, |it| &it.0);
    debtors
}

fn sort_owners<T>(owners: &mut [T], count: impl Fn(&T) -> &OwnerCount) {
    owners.sort_by(|one, two| {
        let key = |it: &OwnerCount| (-it.overdue, -it.open);
        let (one, two) = (count(one), count(two));
        key(one)
            .cmp(&key(two))
            .then_with(|| one.name.cmp(&two.name))
    });
}

/// What the board of a school is made of.
pub(super) struct Board {
    pub(super) today: NaiveDate,
    pub(super) calendar: Workdays,
    pub(super) counts: Vec<Count>,
    pub(super) tallies: Vec<Tally>,
    pub(super) names: Names,
}

impl Board {
    pub(super) fn shown(&self, rules: Vec<RuleName>) -> SchoolBoard {
        let mut board = SchoolBoard::default();
        let mut unknown: BTreeSet<&str> = self.counts.iter().map(|it| it.rule.as_str()).collect();
        for it in &rules {
            unknown.remove(it.id.as_str());
        }
        let gone: Vec<RuleName> = unknown.into_iter().map(RuleName::gone).collect();
        for rule in rules.into_iter().chain(gone) {
            let row = self.row(rule);
            if row.open > 0 || row.things > 0 {
                board.rows.push(row);
            } else if !row.rule.on {
                // What the school does not keep to is told on the page of rules.
            } else if row.rule.connected {
                board.quiet.push(row.rule);
            } else {
                board.without_source.push(row.rule);
            }
        }
        board.rows.sort_by_key(|it| {
            (
                -it.overdue,
                -it.today,
                it.next.unwrap_or(NaiveDate::MAX),
                it.rule.id.clone(),
            )
        });
        board
    }

    fn row(&self, rule: RuleName) -> BoardRow {
        let of_rule = || self.counts.iter().filter(|it| it.rule == rule.id);
        let sum = |part: fn(&Count) -> i64| of_rule().map(part).sum::<i64>();
        let things = self.tallies.iter().filter(|it| it.rule == rule.id);
        let things: i64 = things.map(|it| it.things).sum();
        let (open, overdue) = (sum(|it| it.open), sum(|it| it.overdue));
        let oldest = of_rule().filter_map(|it| it.oldest).min();
        let next = of_rule().filter_map(|it| it.next).min();
        let between = |from, to| self.calendar.between(from, to);
        BoardRow {
            things: things.max(open),
            open,
            overdue,
            today: sum(|it| it.today),
            week: sum(|it| it.week),
            oldest,
            next,
            age: oldest.map_or(0, |it| between(it, self.today)),
            left: next.map_or(0, |it| between(self.today, it)),
            owners: self.owners(of_rule()),
            rule,
        }
    }

    /// Those who owe something overdue, or else something due.
    fn owners<'a>(&self, counts: impl Iterator<Item = &'a Count>) -> Vec<OwnerCount> {
        let mut owners: BTreeMap<Debtor, OwnerCount> = BTreeMap::new();
        for it in counts {
            let debtor = Debtor::of(it.person, it.role);
            let name = it.person.map(|it| self.names.person(it));
            let count = owners.entry(debtor).or_insert_with(|| OwnerCount {
                debtor,
                name: name.unwrap_or_default(),
                overdue: 0,
                open: 0,
            });
            count.overdue += it.overdue;
            count.open += it.open;
        }
        let mut owners: Vec<OwnerCount> = owners.into_values().collect();
        sort_owners(&mut owners, |it| it);
        owners
    }
}
