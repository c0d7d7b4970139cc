//! What a report says in words: what it is about, what is missing, how it was counted.

use web::Views;

use super::{NoteView, below, label, slot_name, week_name};
use crate::{Kind, Made, Note, Piece, Report};

pub(super) fn about(made: &Made, kind: Kind, views: &Views) -> Vec<(String, String)> {
    let mut about = Vec::new();
    let mut say = |key: &str, value: String| {
        about.push((views.word(&format!("reporting.about.{key}")), value));
    };
    if let Some(class) = made.class.as_ref().filter(|_| kind.is_of_class()) {
        say("class", class.name());
    }
    if let Some(teacher) = &made.teacher {
        say("teacher", teacher.full());
    }
    let more = &made.more;
    if let Some(pupil) = &more.pupil {
        say("pupil", pupil.full());
    }
    if let Some(subject) = &more.subject {
        say("subject", subject.name.clone());
    }
    if let Some((from, to)) = more.days {
        let show = kernel::dates::show_date;
        say("days", format!("{} – {}", show(from), show(to)));
    }
    if let Some(week) = more.week {
        say("period", week_name(views, week));
    } else if let Some(term) = made.term {
        say("period", slot_name(views, term.slot));
    }
    for field in &made.fields {
        if let Some(chosen) = field.chosen() {
            say(field.name, label(views, "choice", &chosen));
        }
    }
    let year = |day: chrono::NaiveDate| day.format("%Y").to_string();
    say(
        "year",
        format!("{}/{}", year(made.year.0), year(made.year.1)),
    );
    about
}

/// Notes that tell how it was counted.
const REMARKS: [&str; 4] = ["left", "not-kept", "free", "visited"];

pub(super) fn remarks(report: &Report, views: &Views) -> Vec<String> {
    let told = report.notes.iter().filter(|it| REMARKS.contains(&it.word));
    told.map(|it| note_text(it, views)).collect()
}

pub(super) fn notes(report: &Report, base: Option<&str>, views: &Views) -> Vec<NoteView> {
    let missing = report.notes.iter().filter(|it| !REMARKS.contains(&it.word));
    missing
        .map(|it| NoteView {
            text: note_text(it, views),
            href: below(base, it.path.as_deref()),
        })
        .collect()
}

fn note_text(it: &Note, views: &Views) -> String {
    let args = it.args.iter();
    let args = args.map(|(name, value)| ((*name).to_owned(), value.clone()));
    views.phrase(&format!("reporting.note.{}", it.word), &args.collect())
}

pub(super) fn said(pieces: &[Piece], views: &Views) -> String {
    let texts = pieces.iter().map(|it| match it {
        Piece::Text(text) => text.clone(),
        Piece::Phrase(word, args) => {
            let args = args.iter();
            let args = args.map(|(name, value)| ((*name).to_owned(), value.clone()));
            views.phrase(&format!("reporting.say.{word}"), &args.collect())
        }
    });
    texts.collect()
}
