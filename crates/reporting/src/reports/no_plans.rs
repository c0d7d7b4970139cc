//! §1.23 «Учителя без КТП»: rows of load that follow no plan.

use rust_decimal::Decimal;

use crate::{Cell, Column, Line, Report, Section};

/// A row of load without a plan.
pub(crate) struct Unplanned {
    pub(crate) teacher: String,
    pub(crate) class: String,
    pub(crate) subject: String,
    pub(crate) hours: Decimal,
}

pub(crate) fn no_plans(rows: &[Unplanned]) -> Report {
    let mut columns = ["teacher", "class", "subject"].map(Column::text).to_vec();
    columns.push(Column::number("hours"));
    let line = |it: &Unplanned| {
        Line::plain(vec![
            Cell::text(&it.teacher),
            Cell::text(&it.class),
            Cell::text(&it.subject).to("/study/plans".to_owned()),
            Cell::share(Some(it.hours)),
        ])
    };
    let mut lines: Vec<Line> = rows.iter().map(line).collect();
    if !lines.is_empty() {
        let hours = rows.iter().map(|it| it.hours).sum();
        lines.push(Line::sum(vec![
            Cell::word("all"),
            Cell::EMPTY,
            Cell::count(u32::try_from(rows.len()).unwrap_or(u32::MAX)),
            Cell::share(Some(hours)),
        ]));
    }
    Report {
        columns,
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}
