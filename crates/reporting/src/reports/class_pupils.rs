//! §1.11 «Общие сведения об обучающихся»: the page of a class journal with
//! what is known of every pupil and the family.

use movement::SchoolPaper;
use people::{KinshipKind, ParentFacts};

use crate::{Cell, Column, Line, Note, PupilPage, Report, Section, report::Value};

pub(crate) fn class_pupils(pupils: &[PupilPage]) -> Report {
    let mut columns = vec![Column::number("place")];
    columns.extend(
        [
            "file-number",
            "full-name",
            "born-on",
            "gender",
            "enrolled",
            "address",
            "mother",
            "father",
            "guardian",
            "left-by",
            "lacking",
        ]
        .map(Column::text),
    );
    let lines = (1..)
        .zip(pupils)
        .map(|(place, it)| Line::plain(cells(place, it)));
    Report {
        notes: pupils.iter().filter_map(note).collect(),
        columns,
        sections: vec![Section {
            title: None,
            lines: lines.collect(),
        }],
        ..Report::default()
    }
}

fn cells(place: u32, it: &PupilPage) -> Vec<Cell> {
    let facts = &it.facts;
    // What the regulation asks for and is not there stands out.
    let needed = |code: &str, cell: Cell| {
        if it.lacks.contains(&code) {
            Cell::of(Value::Missing)
        } else {
            cell
        }
    };
    let family = |is: fn(KinshipKind) -> bool| {
        let found = it.parents.iter().filter(|it| is(it.kind));
        Cell::text(found.map(parent).collect::<Vec<_>>().join("; "))
    };
    let mother = family(|it| it == KinshipKind::Mother);
    vec![
        Cell::count(place),
        needed("file_number", Cell::text(&facts.file_number)),
        Cell::text(facts.card.full()).to(format!("/people/pupils/{}", facts.card.id)),
        needed(
            "born_on",
            facts.card.born_on.map_or(Cell::EMPTY, Cell::date),
        ),
        needed(
            "gender",
            facts
                .gender
                .map_or(Cell::EMPTY, |it| Cell::word(super::gender_word(it))),
        ),
        it.papers
            .came
            .as_ref()
            .map_or(Cell::EMPTY, |it| Cell::text(paper(it))),
        needed("lives_at", Cell::text(&facts.address)),
        needed("parents", mother),
        family(|it| it == KinshipKind::Father),
        family(|it| matches!(it, KinshipKind::Guardian | KinshipKind::Other)),
        it.papers
            .left
            .as_ref()
            .map_or(Cell::EMPTY, |it| Cell::text(paper(it))),
        Cell::of(Value::Words(gaps(it))),
    ]
}

fn gaps(it: &PupilPage) -> Vec<String> {
    it.lacks
        .iter()
        .map(|it| format!("people.gap.{it}"))
        .collect()
}

/// «Иванова Мария Петровна, школа № 3, +7 900 000-00-00»
fn parent(it: &ParentFacts) -> String {
    let parts = [it.name.as_str(), it.workplace.as_str(), it.phone.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    parts.join(", ")
}

/// «01.09.2020 № 112», and where to.
fn paper(it: &SchoolPaper) -> String {
    let day = kernel::dates::show_date(it.ordered_on);
    let place = (it.kind != movement::OrderKind::Enrolment).then_some(it.place.as_str());
    let place = place.filter(|it| !it.is_empty());
    let number = if it.number.is_empty() {
        day
    } else {
        format!("{day} №\u{a0}{}", it.number)
    };
    place.map_or_else(|| number.clone(), |place| format!("{number}, {place}"))
}

/// Who lacks what, with the card where it is filled.
fn note(it: &PupilPage) -> Option<Note> {
    if it.lacks.is_empty() {
        return None;
    }
    Some(Note {
        word: "lacks",
        args: vec![
            ("name", it.facts.card.listed()),
            ("count", it.lacks.len().to_string()),
        ],
        path: Some(format!("/people/pupils/{}", it.facts.card.id)),
    })
}
