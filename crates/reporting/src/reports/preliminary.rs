//! §1.3 «Предварительный отчёт классного руководителя»: what comes out as
//! things stand, and where a little is missing.

use journal::{Doubt, FinalRule};
use kernel::decimal::show2;
use rust_decimal::Decimal;

use super::absences_of;
use crate::{
    Cell, ClassBook, Column, Line, Mark, Piece, Progress, PupilBook, PupilProgress, Report,
    Section, Standing, SubjectProgress,
};

/// So close below the next mark it is worth telling, in hundredths.
const NEAR: i64 = 20;

/// A block below the figures: its word, and what it tells of a pupil.
type Block = (&'static str, fn(&Progress, &PupilProgress) -> Vec<Piece>);

pub(crate) fn preliminary(class: &ClassBook, progress: &Progress) -> Report {
    let class = likely(class, progress);
    let standing = Standing::of(&class);
    let mut lines = figures(&class, &standing, progress);
    let blocks: [Block; 3] = [
        ("line.almost", almost),
        ("line.risk", risks),
        ("line.debts", debts),
    ];
    for (word, of) in blocks {
        let found = progress.pupils.iter().map(|it| (it, of(progress, it)));
        let found: Vec<_> = found.filter(|it| !it.1.is_empty()).collect();
        lines.push(Line::sum(vec![
            Cell::word(word),
            Cell::count(u32::try_from(found.len()).unwrap_or(u32::MAX)),
            Cell::EMPTY,
        ]));
        lines.extend(found.into_iter().map(|(pupil, pieces)| {
            let count = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
            Line::plain(vec![
                Cell::text(&pupil.name).to(format!("/people/pupils/{}", pupil.id)),
                Cell::count(count).to(works_of(&class, pupil)),
                Cell::said(joined(pieces, "; ")),
            ])
        }));
    }
    Report {
        columns: vec![
            Column::text("figure"),
            Column::number("now"),
            Column::text("who-and-what"),
        ],
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}

/// The marks and absences of a pupil in the period, subject by subject.
fn works_of(class: &ClassBook, pupil: &PupilProgress) -> String {
    let (id, slot) = (class.class.id, class.term.slot.code());
    format!(
        "/reports/pupil-quality?class={id}&pupil={}&period={slot}",
        pupil.id
    )
}

/// The class as if the likely marks were set.
fn likely(class: &ClassBook, progress: &Progress) -> ClassBook {
    let pupils = progress.pupils.iter().filter_map(|pupil| {
        let book = class.pupils.iter().find(|it| it.id == pupil.id)?;
        let taught = pupil.subjects.iter();
        let taught = taught.filter(|it| it.earned.lessons > 0 || !it.set.is_none());
        Some(PupilBook {
            marks: taught
                .map(|it| Mark {
                    subject: it.subject,
                    scale: it.scale,
                    value: it.likely(&progress.marking.rule(it.scale)),
                })
                .collect(),
            ..book.clone()
        })
    });
    ClassBook {
        pupils: pupils.collect(),
        ..class.clone()
    }
}

/// A category of pupils: its line, its code, how many, and the level whose
/// subjects are named.
type Category = (&'static str, &'static str, u32, Option<u8>);

fn figures(class: &ClassBook, it: &Standing, progress: &Progress) -> Vec<Line> {
    let categories: [Category; 9] = [
        ("line.excellent", "excellent", it.excellent, None),
        ("line.fours", "good", it.fours(), None),
        ("line.one-four", "one-four", it.one_four, Some(4)),
        ("line.one-three", "one-three", it.one_three, Some(3)),
        ("line.threes", "threes", it.threes, None),
        ("line.fails-1", "fails-1", it.fails[0], Some(2)),
        ("line.fails-2", "fails-2", it.fails[1], Some(2)),
        ("line.fails-more", "fails-more", it.fails[2], Some(2)),
        (
            "line.not-attested",
            "not-attested",
            it.all_not_attested(),
            None,
        ),
    ];
    let slot = class.term.slot.code();
    // What comes out stands there beside what is set.
    let marks = format!("/journal/{}/finals?slot={slot}", class.class.id);
    let line = |word, now: Cell, who| {
        let now = match word {
            "line.at-end" => now.to(format!("/reports/class-list?class={}", class.class.id)),
            "line.missed" => now.to(absences_of(&class.class, &slot)),
            _ => now.to(marks.clone()),
        };
        Line::plain(vec![Cell::word(word), now, who])
    };
    let mut lines = vec![line("line.at-end", Cell::count(it.pupils), Cell::EMPTY)];
    lines.extend(categories.into_iter().map(|(word, code, count, level)| {
        let pupils = class.pupils.iter();
        let pupils = pupils.filter(|it| it.category().is_some_and(|it| it.code() == code));
        let mut pieces = vec![];
        for (at, pupil) in pupils.enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            pieces.push(Piece::Text(format!("{comma}{}", pupil.name)));
            pieces.extend(named(pupil, level, progress));
        }
        line(word, Cell::count(count), Cell::said(pieces))
    }));
    let unmarked = class.pupils.iter().filter_map(|it| {
        let blank = it.marks.iter().filter(|it| it.value.is_none());
        let blank: Vec<&str> = blank.map(|it| progress.subject(it.subject)).collect();
        (!blank.is_empty()).then(|| format!("{} ({})", it.name, blank.join(", ")))
    });
    let unmarked: Vec<String> = unmarked.collect();
    lines.push(line(
        "line.without-marks",
        Cell::count(it.no_mark),
        Cell::text(unmarked.join(", ")),
    ));
    let of = |part, all| Cell::text(format!("{part} / {all}"));
    lines.push(line(
        "line.success",
        Cell::share(it.success()),
        of(it.succeed(), it.counted()),
    ));
    lines.push(line(
        "line.quality",
        Cell::share(it.quality()),
        of(it.excellent + it.fours(), it.counted()),
    ));
    lines.push(line(
        "line.degree",
        Cell::share(it.marks.degree()),
        Cell::EMPTY,
    ));
    lines.push(line(
        "line.missed",
        Cell::count(it.missed.all()),
        Cell::EMPTY,
    ));
    lines
}

/// With that between them.
fn joined(pieces: Vec<Piece>, between: &str) -> Vec<Piece> {
    let mut all = vec![];
    for it in pieces {
        if !all.is_empty() {
            all.push(Piece::Text(between.to_owned()));
        }
        all.push(it);
    }
    all
}

/// « (Алгебра: 3,46 (до 3,50: 0,04))»: the subjects that the category is about.
fn named(pupil: &PupilBook, level: Option<u8>, progress: &Progress) -> Vec<Piece> {
    let Some(level) = level else {
        return vec![];
    };
    let of = progress.pupils.iter().find(|it| it.id == pupil.id);
    let mut pieces = vec![];
    for id in pupil.of_level(level) {
        let start = if pieces.is_empty() { " (" } else { "; " };
        let stand = of.and_then(|it| it.of(id));
        let balance = stand.and_then(|it| balance(it, &progress.marking.rule(it.scale)));
        let colon = if balance.is_some() { ": " } else { "" };
        let name = progress.subject(id);
        pieces.push(Piece::Text(format!("{start}{name}{colon}")));
        pieces.extend(balance);
    }
    if !pieces.is_empty() {
        pieces.push(Piece::Text(")".to_owned()));
    }
    pieces
}

/// «3,46 (до 3,50: 0,04)»; none where the mark is set already.
fn balance(it: &SubjectProgress, rule: &FinalRule) -> Option<Piece> {
    let average = it.earned.average.filter(|_| it.set.is_none())?;
    Some(match rule.next(average) {
        None => Piece::Text(show2(average)),
        Some((_, next)) => Piece::Phrase(
            "to-next",
            vec![
                ("average", show2(average)),
                ("next", show2(next)),
                ("lacks", show2(next - average)),
            ],
        ),
    })
}

/// Subjects in which little is missing to the next mark.
fn almost(progress: &Progress, pupil: &PupilProgress) -> Vec<Piece> {
    let near = Decimal::new(NEAR, 2);
    let found = pupil.subjects.iter().filter_map(|it| {
        let rule = progress.marking.rule(it.scale);
        let average = it.earned.average.filter(|_| it.set.is_none())?;
        let (mark, next) = rule.next(average)?;
        (next - average <= near).then(|| {
            Piece::Phrase(
                "almost",
                vec![
                    ("subject", progress.subject(it.subject).to_owned()),
                    ("average", show2(average)),
                    ("mark", mark.to_string()),
                    ("lacks", show2(next - average)),
                ],
            )
        })
    });
    found.collect()
}

/// Subjects in which the pupil might not be attested.
fn risks(progress: &Progress, pupil: &PupilProgress) -> Vec<Piece> {
    let open = pupil.subjects.iter().filter(|it| it.set.is_none());
    let found = open.flat_map(|it| {
        let name = ("subject", progress.subject(it.subject).to_owned());
        let risks = progress.marking.rule(it.scale).risks(&it.earned);
        risks.into_iter().filter_map(move |doubt| {
            let (word, part, of) = match doubt {
                Doubt::FewMarks { marks, least } => ("few-marks", marks, least),
                Doubt::ManyMissed { missed, lessons } => ("many-missed", missed, lessons),
                _ => return None,
            };
            let args = vec![
                name.clone(),
                ("part", part.to_string()),
                ("of", of.to_string()),
            ];
            Some(Piece::Phrase(word, args))
        })
    });
    found.collect()
}

/// Works that are owed: «•».
fn debts(progress: &Progress, pupil: &PupilProgress) -> Vec<Piece> {
    let owed = pupil.subjects.iter().filter(|it| it.sum.dots > 0);
    owed.map(|it| Piece::Text(format!("{}: {}", progress.subject(it.subject), it.sum.dots)))
        .collect()
}
