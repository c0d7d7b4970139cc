//! §1.21 «Наполняемость классов»: how many pupils each class has, beside its
//! room and 20 September, with the average of each parallel.

use curriculum::Class;
use rust_decimal::Decimal;

use super::levels::by_level;
use crate::{Cell, Column, Line, Note, Report, Section, Value};

/// How full a class is.
#[derive(Clone, Debug)]
pub(crate) struct Fill {
    pub(crate) class: Class,
    /// The class teacher, «Сидорова А. А.».
    pub(crate) teacher: String,
    /// As the page of the class says it: «Лингвистический».
    pub(crate) profile: String,
    /// «12» and its seats.
    pub(crate) room: Option<(String, i16)>,
    /// On 20 September; none before that day.
    pub(crate) counted: Option<u32>,
    pub(crate) now: u32,
    pub(crate) boys: u32,
    pub(crate) girls: u32,
}

impl Fill {
    /// The seats of its room; none where nobody counted them.
    pub(super) fn seats(&self) -> Option<u32> {
        let seats = self.room.as_ref().and_then(|it| u32::try_from(it.1).ok());
        seats.filter(|it| *it > 0)
    }
}

pub(crate) fn filling(fills: &[Fill]) -> Report {
    let mut columns = vec![
        Column::text("class"),
        Column::text("class-teacher"),
        Column::text("profile"),
        Column::number("shift"),
        Column::text("room"),
    ];
    let numbers = [
        "seats", "counted", "pupils", "boys", "girls", "change", "filled",
    ];
    columns.extend(numbers.map(Column::number));
    let lines = by_level(fills, |it| it.class.grade, line, sum);
    Report {
        notes: notes(fills),
        columns,
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}

fn line(it: &Fill) -> Line {
    let (room, seats) = it.room.clone().unzip();
    let path = format!("/reports/class-list?class={}", it.class.id);
    let seats = seats.and_then(|it| u32::try_from(it).ok());
    let mut cells = vec![
        Cell::text(it.class.name()).to(path),
        Cell::text(&it.teacher),
        Cell::text(&it.profile),
        u32::try_from(it.class.shift).map_or(Cell::EMPTY, Cell::count),
        Cell::text(room.unwrap_or_default()),
        seats.map_or(Cell::EMPTY, Cell::count),
    ];
    cells.extend(numbers(&[it]));
    cells.push(Cell::EMPTY);
    Line::plain(cells)
}

/// «7», 33 pupils, 16,50 of them in a class.
fn sum(name: Cell, of: &[&Fill]) -> Line {
    let now: u32 = of.iter().map(|it| it.now).sum();
    let average = Decimal::from(now).checked_div(of.len().into());
    let mut cells = vec![name];
    cells.extend(vec![Cell::EMPTY; 5]);
    cells.extend(numbers(of));
    cells.push(Cell::share(average));
    Line::sum(cells)
}

/// On 20 September, now, boys, girls, the change since.
fn numbers(of: &[&Fill]) -> [Cell; 5] {
    let sum = |part: fn(&Fill) -> u32| of.iter().map(|it| part(it)).sum::<u32>();
    let now = sum(|it| it.now);
    let counted: Option<u32> = of.iter().map(|it| it.counted).sum();
    let change = counted.map(|it| i64::from(now) - i64::from(it));
    [
        counted.map_or(Cell::EMPTY, Cell::count),
        Cell::count(now),
        Cell::count(sum(|it| it.boys)),
        Cell::count(sum(|it| it.girls)),
        change.map_or(Cell::EMPTY, |it| Cell::of(Value::Change(it))),
    ]
}

/// More pupils than seats; pupils whose card does not say who they are.
fn notes(fills: &[Fill]) -> Vec<Note> {
    let mut notes = Vec::new();
    for it in fills {
        if let Some(seats) = it.seats().filter(|seats| *seats < it.now) {
            notes.push(Note {
                word: "over-full",
                args: vec![
                    ("class", it.class.name()),
                    ("pupils", it.now.to_string()),
                    ("seats", seats.to_string()),
                ],
                path: Some("/movement/numbers/classes".to_owned()),
            });
        }
    }
    let unknown: u32 = fills.iter().map(|it| it.now - it.boys - it.girls).sum();
    if unknown > 0 {
        notes.push(Note {
            word: "gender-unknown",
            args: vec![("count", unknown.to_string())],
            path: Some("/people/completeness".to_owned()),
        });
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(id: i64, letter: &str, counted: Option<u32>, now: u32) -> Fill {
        Fill {
            class: Class {
                id: id.into(),
                year: 1.into(),
                grade: 7,
                letter: letter.to_owned(),
                shift: 1,
                teacher: None,
                room: None,
            },
            teacher: String::new(),
            profile: String::new(),
            room: Some(("12".to_owned(), 24)),
            counted,
            now,
            boys: now,
            girls: 0,
        }
    }

    /// §1.21: 7А 25 and 7Б 8 are 16,5 in a class.
    #[test]
    fn rpt7_the_filling_of_a_parallel() {
        let report = filling(&[fill(1, "А", Some(24), 25), fill(2, "Б", Some(9), 8)]);
        let lines = &report.sections[0].lines;
        assert_eq!(lines.len(), 5, "two classes, parallel, level, school");
        let at = |line: usize, name: &'static str| {
            let place = report
                .columns
                .iter()
                .position(|it| *it == Column::number(name));
            lines[line].cells[place.unwrap()].value.clone()
        };
        assert_eq!(at(2, "pupils"), Value::Count(33));
        assert_eq!(at(2, "filled"), Value::Share(Some(Decimal::new(165, 1))));
        assert_eq!(at(0, "change"), Value::Change(1));
        assert_eq!(at(1, "change"), Value::Change(-1));
        assert_eq!(at(2, "change"), Value::Change(0));
        assert_eq!(report.notes.len(), 1, "7А has a seat too few");
    }

    /// Before 20 September there is nothing to compare with.
    #[test]
    fn rpt7_before_the_count_nothing_is_compared() {
        let report = filling(&[fill(1, "А", None, 25)]);
        let cells = &report.sections[0].lines[0].cells;
        assert_eq!(cells[6].value, Value::Empty);
        assert_eq!(cells[10].value, Value::Empty);
        assert!(filling(&[]).sections[0].lines.is_empty());
    }
}
