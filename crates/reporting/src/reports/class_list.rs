//! §1.23 «Список класса».

use crate::{Cell, ClassRoll, Column, Line, Report, Section};

pub(crate) fn class_list(class: &ClassRoll) -> Report {
    let mut columns = vec![Column::number("place")];
    columns.extend(
        [
            "full-name",
            "born-on",
            "gender",
            "file-number",
            "foreign-language",
        ]
        .map(Column::text),
    );
    let line = |(place, it): (u32, &people::PupilFacts)| {
        Line::plain(vec![
            Cell::count(place),
            Cell::text(it.card.full()).to(format!("/people/pupils/{}", it.card.id)),
            it.card.born_on.map_or(Cell::EMPTY, Cell::date),
            it.gender
                .map_or(Cell::EMPTY, |it| Cell::word(super::gender_word(it))),
            Cell::text(&it.file_number),
            Cell::text(&it.foreign_language),
        ])
    };
    Report {
        columns,
        sections: vec![Section {
            title: None,
            lines: (1..).zip(&class.pupils).map(line).collect(),
        }],
        ..Report::default()
    }
}
