//! «Движение учащихся по школе» and «Наполняемость классов».

use axum::{extract::State, http::StatusCode, response::Response};
use chrono::NaiveDate;
use curriculum::PeriodKind;
use kernel::dates::{parse_date, show_date};
use serde::Serialize;
use web::{
    Failure, ListQuery, Member, TableQuery, Views,
    chart::{self, ColumnChart, Step},
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{Pages, Tab, tabs, who};
use crate::{Figure, Level, Numbers, NumbersLine, RowKey, Span, SpanWish};

/// What the address asks for.
pub(super) struct Wish {
    pub(super) span: SpanWish,
    pub(super) level: Level,
    pub(super) names: bool,
    /// A date that is none, or an end before its beginning.
    wrong_dates: bool,
    from: String,
    to: String,
    period: String,
}

impl Wish {
    pub(super) fn of(query: &TableQuery, today: NaiveDate) -> Self {
        let param = |name| query.param(name).unwrap_or_default().trim().to_owned();
        let (from, to, period) = (param("from"), param("to"), param("period"));
        let mut wrong_dates = false;
        let span = match period.as_str() {
            "dates" => {
                let day = |it: &str| parse_date(it, today).ok();
                match (day(&from), day(&to)) {
                    (Some(from), Some(to)) if from <= to => SpanWish::Dates(from, to),
                    _ => {
                        wrong_dates = true;
                        SpanWish::Year
                    }
                }
            }
            part => part.parse().map_or(SpanWish::Year, SpanWish::Part),
        };
        let level = match query.param("level") {
            Some("classes") => Level::Classes,
            _ => Level::Parallels,
        };
        Self {
            span,
            level,
            names: query.param("names").is_some_and(|it| !it.is_empty()),
            wrong_dates,
            from,
            to,
            period,
        }
    }

    /// The query of a link that asks for the same.
    pub(super) fn query(&self) -> String {
        let span = match self.span {
            SpanWish::Year => "period=year".to_owned(),
            SpanWish::Part(number) => format!("period={number}"),
            SpanWish::Dates(from, to) => {
                format!("period=dates&from={}&to={}", show_date(from), show_date(to))
            }
        };
        match self.level {
            Level::Parallels => span,
            Level::Classes => format!("{span}&level=classes"),
        }
    }
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that the page shows or not"
)]
struct NumbersView {
    tabs: Vec<Tab>,
    from: NaiveDate,
    to: NaiveDate,
    periods: Vec<Choice>,
    dates: bool,
    typed_from: String,
    typed_to: String,
    by_classes: bool,
    names: bool,
    wrong_dates: bool,
    columns: Vec<&'static str>,
    /// How many of the columns stand under «Прибыло».
    came: usize,
    rows: Vec<RowView>,
    sums: Vec<RowView>,
    balances: bool,
    /// Opening, came, gone, closing of the school.
    check: Option<[usize; 4]>,
    /// The same as a picture.
    waterfall: Option<ColumnChart>,
    moves: Vec<who::Line>,
    all_moves: String,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    /// quarter, trimester, half; year and dates have no number.
    kind: &'static str,
    number: Option<i16>,
    selected: bool,
}

#[derive(Serialize)]
struct RowView {
    /// «7А», «7»; none where `word` names the row.
    label: Option<String>,
    word: Option<&'static str>,
    cells: Vec<CellView>,
    balances: bool,
}

#[derive(Serialize)]
struct CellView {
    number: usize,
    href: String,
    sum: bool,
}

const fn kind_code(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Quarter => "quarter",
        PeriodKind::Trimester => "trimester",
        PeriodKind::Half => "half",
        PeriodKind::Year => "year",
    }
}

fn periods(numbers: &Numbers, wish: &Wish) -> Vec<Choice> {
    let simple = |kind: &'static str| Choice {
        value: kind.to_owned(),
        kind,
        number: None,
        selected: wish.period == kind,
    };
    let kind = numbers.part_kind.map_or("year", kind_code);
    let part = |number: &i16| Choice {
        value: number.to_string(),
        kind,
        number: Some(*number),
        selected: wish.span == SpanWish::Part(*number),
    };
    let mut all = vec![simple("year")];
    all.extend(numbers.parts.iter().map(part));
    all.push(simple("dates"));
    all
}

/// The name of a row: a text, or the key of a word.
pub(super) fn label(line: &NumbersLine) -> (Option<String>, Option<&'static str>) {
    match line.row {
        RowKey::Class(_) => (line.class.clone(), None),
        RowKey::Parallel(grade) => (Some(grade.to_string()), None),
        RowKey::Stage(stage) => (None, Some(stage.code())),
        RowKey::School => (None, Some("school")),
    }
}

/// The columns of the page: how far somebody came is told only where anybody
/// came from there, so that the table fits; files have every column.
fn columns(numbers: &Numbers) -> Vec<Figure> {
    let school = numbers.line("school");
    let is_shown = |figure: &Figure| {
        !figure.is_distance() || school.is_some_and(|it| 0 < it.figures.number(*figure))
    };
    Figure::COLUMNS.into_iter().filter(is_shown).collect()
}

fn row_view(line: &NumbersLine, columns: &[Figure], who: &str) -> RowView {
    let (label, word) = label(line);
    let code = line.row.code();
    let cell = |figure: Figure| CellView {
        number: line.figures.number(figure),
        href: format!("{who}&row={code}&figure={}", figure.code()),
        sum: matches!(
            figure,
            Figure::Opening | Figure::Came | Figure::Gone | Figure::Closing
        ),
    };
    RowView {
        label,
        word,
        cells: columns.iter().copied().map(cell).collect(),
        balances: line.figures.balances(),
    }
}

fn check(numbers: &Numbers) -> Option<[usize; 4]> {
    let school = numbers.lines.iter().find(|it| it.row == RowKey::School)?;
    let shown = [Figure::Opening, Figure::Came, Figure::Gone, Figure::Closing];
    Some(shown.map(|it| school.figures.number(it)))
}

/// From those at the beginning to those at the end (`ux.md` §5.5).
fn waterfall(views: &Views, check: [usize; 4]) -> Option<ColumnChart> {
    let [opening, came, gone, closing] = check.map(|it| u32::try_from(it).unwrap_or(u32::MAX));
    let steps = [
        ("opening", Step::Stock(opening)),
        ("came", Step::More(came)),
        ("gone", Step::Less(gone)),
        ("closing", Step::Stock(closing)),
    ];
    let named = steps.map(|(word, step)| {
        let name = views.word(&format!("movement.numbers.step.{word}"));
        (name, step)
    });
    chart::waterfall(&named)
}

fn view(views: &Views, member: &Member, numbers: &Numbers, wish: &Wish) -> NumbersView {
    let who = member.path(&format!("/movement/numbers/who?{}", wish.query()));
    let columns = columns(numbers);
    let of = |sums: bool| {
        let is_sum = |it: &&NumbersLine| matches!(it.row, RowKey::Stage(_) | RowKey::School);
        let lines = numbers.lines.iter().filter(move |it| is_sum(it) == sums);
        lines
            .map(|it| row_view(it, &columns, &who))
            .collect::<Vec<_>>()
    };
    let (rows, sums) = (of(false), of(true));
    let Span { from, to, .. } = numbers.span;
    let moves = numbers.line("school").filter(|_| wish.names);
    let typed = |typed: &str, day| {
        if typed.is_empty() {
            show_date(day)
        } else {
            typed.to_owned()
        }
    };
    NumbersView {
        tabs: tabs(member, "numbers"),
        from,
        to,
        periods: periods(numbers, wish),
        dates: wish.period == "dates",
        typed_from: typed(&wish.from, from),
        typed_to: typed(&wish.to, to),
        by_classes: wish.level == Level::Classes,
        names: wish.names,
        wrong_dates: wish.wrong_dates,
        columns: columns.iter().copied().map(Figure::code).collect(),
        came: columns.iter().filter(|it| it.is_arrival()).count(),
        balances: rows.iter().chain(&sums).all(|it| it.balances),
        rows,
        sums,
        check: check(numbers),
        waterfall: check(numbers).and_then(|it| waterfall(views, it)),
        moves: moves.map_or_else(Vec::new, |it| {
            who::lines(member, numbers, &it.figures.of(Figure::Moves))
        }),
        all_moves: format!("{who}&row=school&figure=moves"),
    }
}

fn list(numbers: &Numbers) -> List {
    let figure = |it: Figure| Column::number(it.code());
    let mut columns = vec![Column::text("row")];
    columns.extend(Figure::COLUMNS.map(figure));
    columns.push(Column::badge("balance"));
    let row = |line: &NumbersLine| {
        let (label, word) = label(line);
        let name = match word {
            Some(word) => Cell::word(format!("movement.numbers.row.{word}")),
            None => Cell::text(label.unwrap_or_default()),
        };
        let mut cells = vec![name];
        cells.extend(Figure::COLUMNS.map(|it| Cell::number(line.figures.number(it))));
        cells.push(if line.figures.balances() {
            Cell::badge(Tone::Ok, "movement.numbers.balances")
        } else {
            Cell::badge(Tone::Bad, "movement.numbers.broken")
        });
        Row::new(&line.row.code(), cells)
    };
    List::new("movement.numbers", columns)
        .without_search()
        .rows(numbers.lines.iter().map(row))
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let wish = Wish::of(&query, it.views.today(&member.visit));
    let named = wish.names.then_some(("school", Figure::Moves));
    let numbers = it
        .books
        .numbers(&member.actor, wish.span, wish.level, named)
        .await?;
    let mut response = respond(
        &it.views,
        &member.visit,
        "movement/numbers.html",
        &list(&numbers),
        &query,
        &view(&it.views, &member, &numbers, &wish),
    )?;
    if wish.wrong_dates {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
