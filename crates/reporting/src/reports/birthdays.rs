//! §1.23 «Список именинников»: whose birthday is in a month, by day.

use crate::{Birthday, Cell, Column, Line, Report, Section};

pub(crate) fn birthdays(all: &[Birthday]) -> Report {
    let mut columns = ["birthday", "pupil", "class"].map(Column::text).to_vec();
    columns.push(Column::number("turns"));
    let line = |it: &Birthday| {
        Line::plain(vec![
            Cell::date(it.on),
            Cell::text(&it.name),
            Cell::text(&it.class),
            Cell::count(u32::try_from(it.turns).unwrap_or(0)),
        ])
    };
    Report {
        columns,
        sections: vec![Section {
            title: None,
            lines: all.iter().map(line).collect(),
        }],
        ..Report::default()
    }
}
