//! §1.23 «Вакансии мест»: how many places are free in each class, by the seats
//! of its own room.

use super::{filling::Fill, levels::by_level};
use crate::{Cell, Column, Line, Note, Report, Section};

/// Free places by class, with sums by parallel, level and school.
pub(crate) fn vacancies(fills: &[Fill]) -> Report {
    let mut columns = vec![
        Column::text("class"),
        Column::text("class-teacher"),
        Column::text("room"),
    ];
    columns.extend(["seats", "pupils", "free"].map(Column::number));
    let lines = by_level(fills, |it| it.class.grade, line, sum);
    Report {
        notes: notes(fills),
        columns,
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}

fn line(it: &Fill) -> Line {
    let path = format!("/reports/class-list?class={}", it.class.id);
    let room = it.room.as_ref().map(|it| it.0.clone());
    let mut cells = vec![
        Cell::text(it.class.name()).to(path),
        Cell::text(&it.teacher),
        Cell::text(room.unwrap_or_default()),
    ];
    cells.extend(numbers(&[it]));
    Line::plain(cells)
}

fn sum(name: Cell, of: &[&Fill]) -> Line {
    let mut cells = vec![name, Cell::EMPTY, Cell::EMPTY];
    cells.extend(numbers(of));
    Line::sum(cells)
}

/// Seats, pupils, free places. Seats and free places are of the classes whose
/// seats are known: a class too full takes no place from another one.
fn numbers(of: &[&Fill]) -> [Cell; 3] {
    let known: Vec<(u32, u32)> = of
        .iter()
        .filter_map(|it| Some((it.seats()?, it.now)))
        .collect();
    let seats: u32 = known.iter().map(|it| it.0).sum();
    let free: u32 = known.iter().map(|it| it.0.saturating_sub(it.1)).sum();
    let pupils = Cell::count(of.iter().map(|it| it.now).sum());
    if known.is_empty() {
        return [Cell::EMPTY, pupils, Cell::share(None)];
    }
    [Cell::count(seats), pupils, Cell::count(free)]
}

/// Classes without a room and rooms without seats, with the page where these
/// are set; how it was counted.
fn notes(fills: &[Fill]) -> Vec<Note> {
    let named = |is: fn(&Fill) -> bool| {
        let names: Vec<String> = fills
            .iter()
            .filter(|it| is(it))
            .map(|it| it.class.name())
            .collect();
        names.join(", ")
    };
    let note = |word, names: String, path: &str| {
        (!names.is_empty()).then(|| Note {
            word,
            args: vec![("classes", names)],
            path: Some(path.to_owned()),
        })
    };
    let no_room = named(|it| it.room.is_none());
    let no_seats = named(|it| it.room.is_some() && it.seats().is_none());
    let mut notes: Vec<Note> = note("no-room", no_room, "/study/classes")
        .into_iter()
        .chain(note("no-seats", no_seats, "/timetable/rooms"))
        .collect();
    if !fills.is_empty() {
        let known = fills.iter().filter(|it| it.seats().is_some()).count();
        notes.push(Note {
            word: "free",
            args: vec![
                ("known", known.to_string()),
                ("all", fills.len().to_string()),
            ],
            path: None,
        });
    }
    notes
}

#[cfg(test)]
mod tests {
    use curriculum::Class;

    use super::*;
    use crate::Value;

    fn fill(id: i64, grade: i16, room: Option<i16>, now: u32) -> Fill {
        Fill {
            class: Class {
                id: id.into(),
                year: 1.into(),
                grade,
                letter: "А".to_owned(),
                shift: 1,
                teacher: None,
                room: None,
            },
            teacher: String::new(),
            profile: String::new(),
            room: room.map(|seats| ("12".to_owned(), seats)),
            counted: None,
            now,
            boys: now,
            girls: 0,
        }
    }

    /// Seats, pupils and free places of a line.
    fn figures(report: &Report, line: usize) -> Vec<Value> {
        let cells = &report.sections[0].lines[line].cells;
        cells[3..].iter().map(|it| it.value.clone()).collect()
    }

    /// §1.23: 24 seats and 8 pupils leave 16; 24 seats and 25 pupils leave
    /// none, and take none from the other class.
    #[test]
    fn rpt1_free_places_add_up() {
        let report = vacancies(&[fill(1, 7, Some(24), 25), fill(2, 7, Some(24), 8)]);
        assert_eq!(report.sections[0].lines.len(), 5);
        let counts = |seats, pupils, free| [seats, pupils, free].map(Value::Count).to_vec();
        assert_eq!(figures(&report, 0), counts(24, 25, 0));
        assert_eq!(figures(&report, 1), counts(24, 8, 16));
        for sum in 2..5 {
            assert_eq!(figures(&report, sum), counts(48, 33, 16));
        }
        assert_eq!(report.notes.len(), 1, "nothing is missing");
    }

    /// Where no seats are known nothing is guessed: neither in the class nor in sums.
    #[test]
    fn rpt1_unknown_seats_are_no_free_places() {
        let classes = [
            fill(1, 7, None, 25),
            fill(2, 8, Some(0), 20),
            fill(3, 8, Some(30), 20),
        ];
        let report = vacancies(&classes);
        let unknown = |pupils| vec![Value::Empty, Value::Count(pupils), Value::Share(None)];
        assert_eq!(figures(&report, 0), unknown(25));
        assert_eq!(figures(&report, 1), unknown(20));
        let parallel = vacancies(&[fill(1, 7, None, 25), fill(2, 7, None, 20)]);
        assert_eq!(figures(&parallel, 2), unknown(45), "the parallel");
        let all = report.sections[0].lines.len() - 1;
        assert_eq!(figures(&report, all), [30, 65, 10].map(Value::Count));
        let told: Vec<_> = report.notes.iter().map(|it| (it.word, &it.args)).collect();
        assert_eq!(told[0], ("no-room", &vec![("classes", "7А".to_owned())]));
        assert_eq!(told[1], ("no-seats", &vec![("classes", "8А".to_owned())]));
        assert_eq!(told[2].0, "free");
        assert!(vacancies(&[]).sections[0].lines.is_empty());
    }
}
