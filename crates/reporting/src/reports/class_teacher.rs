//! §1.2 «Отчёт классного руководителя за учебный период»: figures of this
//! period beside the one before, with names, subjects and their teachers. The
//! figures of this period open the marks or the absences they are made of.

use journal::NotAttested;
use kernel::SubjectId;

use super::{absences_of, results_of};
use crate::{
    Books, Cell, ClassBook, Column, Kept, Line, PupilBook, Report, Section, Standing, standing::why,
};

#[expect(clippy::too_many_lines, reason = "a line of the report is a line here")]
pub(crate) fn class_teacher(
    books: &Books,
    class: &ClassBook,
    before: Option<&ClassBook>,
    (kept_before, kept): (Option<Kept>, Kept),
) -> Report {
    let now = Standing::of(class);
    let then = before.map(Standing::of);
    let figure = |of: fn(&Standing) -> Cell| (then.as_ref().map_or(Cell::EMPTY, of), of(&now));
    let mut lines = Vec::new();
    let marks = results_of(&class.class, &class.term.slot.code());
    let absences = absences_of(&class.class, &class.term.slot.code());
    let mut push = |word: &'static str, of: fn(&Standing) -> Cell, names: String| {
        let (then, now) = figure(of);
        let path = if is_missed(word) { &absences } else { &marks };
        lines.push(Line::plain(vec![
            Cell::word(word),
            then,
            now.to(path.clone()),
            Cell::text(names),
        ]));
    };
    let turns = |of: &[crate::Turn]| {
        let names = of.iter().map(turned);
        names.collect::<Vec<_>>().join(", ")
    };
    push(
        "line.at-start",
        |it| Cell::count(it.at_start),
        String::new(),
    );
    push("line.came", |it| Cell::count(it.came), turns(&class.came));
    push("line.left", |it| Cell::count(it.left), turns(&class.left));
    push("line.at-end", |it| Cell::count(it.pupils), String::new());
    let names = |code: &'static str, level: Option<u8>| {
        let found = class.pupils.iter();
        let found = found.filter(|it| it.category().is_some_and(|it| it.code() == code));
        named(books, class, found, level)
    };
    push(
        "line.excellent",
        |it| Cell::count(it.excellent),
        names("excellent", None),
    );
    push(
        "line.fours",
        |it| Cell::count(it.fours()),
        names("good", None),
    );
    push(
        "line.one-four",
        |it| Cell::count(it.one_four),
        names("one-four", Some(4)),
    );
    push(
        "line.one-three",
        |it| Cell::count(it.one_three),
        names("one-three", Some(3)),
    );
    push(
        "line.threes",
        |it| Cell::count(it.threes),
        names("threes", None),
    );
    push(
        "line.fails-1",
        |it| Cell::count(it.fails[0]),
        names("fails-1", Some(2)),
    );
    push(
        "line.fails-2",
        |it| Cell::count(it.fails[1]),
        names("fails-2", Some(2)),
    );
    push(
        "line.fails-more",
        |it| Cell::count(it.fails[2]),
        names("fails-more", Some(2)),
    );
    push(
        "line.not-attested",
        |it| Cell::count(it.all_not_attested()),
        marked(books, class, journal::NOT_ATTESTED),
    );
    let for_reason = |reason| {
        let found = class.pupils.iter();
        let found = found.filter(|it| is_not_attested(it, reason));
        found
            .map(|it| it.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    push(
        "line.excused",
        |it| Cell::count(it.excused),
        for_reason(NotAttested::Excused),
    );
    push(
        "line.truant",
        |it| Cell::count(it.truant),
        for_reason(NotAttested::Truancy),
    );
    push(
        "line.no-mark",
        |it| Cell::count(it.no_mark),
        marked(books, class, ""),
    );
    push(
        "line.exempt",
        |it| Cell::count(it.marks.exempt),
        marked(books, class, journal::EXEMPT),
    );
    push(
        "line.success",
        |it| Cell::share(it.success()),
        of(now.succeed(), now.counted()),
    );
    push(
        "line.quality",
        |it| Cell::share(it.quality()),
        of(now.excellent + now.fours(), now.counted()),
    );
    push(
        "line.degree",
        |it| Cell::share(it.marks.degree()),
        String::new(),
    );
    push(
        "line.average",
        |it| Cell::share(it.marks.average()),
        String::new(),
    );
    push(
        "line.missed",
        |it| Cell::count(it.missed.all()),
        String::new(),
    );
    push("line.ill", |it| Cell::count(it.missed.ill), String::new());
    push(
        "line.missed-excused",
        |it| Cell::count(it.missed.excused),
        String::new(),
    );
    push(
        "line.missed-truant",
        |it| Cell::count(it.missed.truant),
        String::new(),
    );
    push(
        "line.untold",
        |it| Cell::count(it.missed.untold),
        String::new(),
    );
    push("line.late", |it| Cell::count(it.missed.late), String::new());
    let mut kept_line = |word: &'static str, of: fn(&Kept) -> Cell| {
        let then = kept_before.as_ref().map_or(Cell::EMPTY, of);
        let now = of(&kept).to(absences.clone());
        lines.push(Line::plain(vec![Cell::word(word), then, now, Cell::EMPTY]));
    };
    kept_line("line.days", |it| Cell::count(it.days));
    kept_line("line.attendance", |it| Cell::share(it.attendance()));
    Report {
        columns: vec![
            Column::text("figure"),
            Column::number("before"),
            Column::number("now"),
            Column::text("who"),
        ],
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}

/// «Иванов Пётр (01.10.2026, № 14)»: who came or left, when, by which order.
fn turned(it: &crate::Turn) -> String {
    let mut told = kernel::dates::show_date(it.on);
    if !it.order.is_empty() {
        told = format!("{told}, {}", it.order);
    }
    format!("{} ({told})", it.name)
}

/// Whether the line is about absences.
fn is_missed(word: &str) -> bool {
    let lines = [
        "line.missed",
        "line.ill",
        "line.missed-excused",
        "line.missed-truant",
        "line.untold",
        "line.late",
    ];
    lines.contains(&word)
}

/// Whether the pupil counts as not attested for that reason.
fn is_not_attested(it: &PupilBook, reason: NotAttested) -> bool {
    it.category().is_some_and(|it| it.code() == "not-attested") && why(it) == Some(reason)
}

/// «5 / 7»
fn of(part: u32, all: u32) -> String {
    format!("{part} / {all}")
}

/// «Борисова Анна (Алгебра – Петров И. И.), Громов Олег (Физика – Ким О. А.)»
fn named<'a>(
    books: &Books,
    class: &ClassBook,
    pupils: impl Iterator<Item = &'a PupilBook>,
    level: Option<u8>,
) -> String {
    let one = |it: &PupilBook| match level {
        None => it.name.clone(),
        Some(level) => with_subjects(books, class, it, it.of_level(level)),
    };
    pupils.map(one).collect::<Vec<_>>().join(", ")
}

/// Who has that text for a mark, with the subjects.
fn marked(books: &Books, class: &ClassBook, text: &str) -> String {
    let one = |it: &PupilBook| {
        let subjects: Vec<SubjectId> = it
            .marks
            .iter()
            .filter(|mark| mark.value.text() == text)
            .map(|mark| mark.subject)
            .collect();
        (!subjects.is_empty()).then(|| with_subjects(books, class, it, subjects.into_iter()))
    };
    class
        .pupils
        .iter()
        .filter_map(one)
        .collect::<Vec<_>>()
        .join(", ")
}

fn with_subjects(
    books: &Books,
    class: &ClassBook,
    pupil: &PupilBook,
    subjects: impl Iterator<Item = SubjectId>,
) -> String {
    let name = |it: SubjectId| match class.teachers.get(&(pupil.id, it)) {
        None => books.subject(it).to_owned(),
        Some(teacher) => format!("{} – {teacher}", books.subject(it)),
    };
    let names: Vec<String> = subjects.map(name).collect();
    format!("{} ({})", pupil.name, names.join(", "))
}
