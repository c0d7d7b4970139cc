//! Marks by subject, one subject closely, the calculator and the line of the average.

use chrono::NaiveDate;
use kernel::{SubjectId, decimal::show2};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use web::{
    chart::{self, ForecastChart},
    diary::Whose as WhoseView,
};

use super::{
    diary::{MarkView, mark, weight},
    grid::{TermLink, terms},
};
use crate::{
    Goal,
    service::{MarksPage, PlacedMark, SubjectMarks},
};

/// No more marks at once than anybody gets in a period.
const MOST_PLUS: u32 = 30;

/// What the calculator is asked: so many more marks of one weight.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Plus {
    #[serde(default)]
    n5: String,
    #[serde(default)]
    n4: String,
    #[serde(default)]
    n3: String,
    #[serde(default)]
    n2: String,
    #[serde(default)]
    weight: String,
}

#[derive(Serialize)]
pub(crate) struct MarksView {
    whose: WhoseView,
    terms: Vec<TermLink>,
    subjects: Vec<SubjectView>,
    without_marks: bool,
}

#[derive(Serialize)]
struct SubjectView {
    href: String,
    subject: String,
    marks: Vec<DatedMark>,
    average: Option<String>,
    low: bool,
    missed: usize,
    line: Option<Line>,
    goals: Vec<GoalView>,
}

#[derive(Serialize)]
struct DatedMark {
    held_on: NaiveDate,
    topic: String,
    mark: MarkView,
    average: Option<String>,
}

/// «до 5: две пятёрки с весом 1»
#[derive(Serialize)]
struct GoalView {
    target: u8,
    count: u32,
    weight: String,
}

/// The average over the period as points of an SVG of 100 × 30.
#[derive(Serialize)]
struct Line {
    points: String,
    last_x: String,
    last_y: String,
    from: String,
    to: String,
}

/// The picture needs no more than two values; a single one is no line.
fn line(marks: &[PlacedMark]) -> Option<Line> {
    let values: Vec<Decimal> = marks.iter().filter_map(|it| it.average).collect();
    if values.len() < 2 {
        return None;
    }
    // The axis of five points is from 2 to 5; a longer scale takes what it needs.
    let top = values.iter().copied().max()?.max(Decimal::from(5));
    let bottom = values.iter().copied().min()?.min(Decimal::TWO);
    let span = (top - bottom).to_f64()?;
    let steps = f64::from(u32::try_from(values.len() - 1).ok()?);
    let place = |(at, value): (u32, &Decimal)| {
        let x = f64::from(at) / steps * 96.0 + 2.0;
        let y = 28.0 - (*value - bottom).to_f64()? / span * 26.0;
        Some((format!("{x:.1}"), format!("{y:.1}")))
    };
    let places: Vec<(String, String)> = (0..).zip(&values).filter_map(place).collect();
    let (last_x, last_y) = places.last()?.clone();
    Some(Line {
        points: places
            .iter()
            .map(|(x, y)| format!("{x},{y}"))
            .collect::<Vec<_>>()
            .join(" "),
        last_x,
        last_y,
        from: show2(*values.first()?),
        to: show2(*values.last()?),
    })
}

fn goals(found: &[Goal]) -> Vec<GoalView> {
    found
        .iter()
        .map(|it| GoalView {
            target: it.target,
            count: it.count,
            weight: weight(it.weight),
        })
        .collect()
}

fn dated(it: PlacedMark) -> DatedMark {
    DatedMark {
        held_on: it.held_on,
        topic: it.topic,
        mark: mark(it.mark),
        average: it.average.map(show2),
    }
}

/// `/my/diary/marks?child=…&period=…`
fn address(key: &str, term: Option<curriculum::PeriodId>, subject: Option<SubjectId>) -> String {
    let term = term.map_or_else(String::new, |it| format!("&period={it}"));
    let subject = subject.map_or_else(String::new, |it| format!("&subject={it}"));
    format!("/my/diary/marks?child={key}{term}{subject}")
}

fn subject_view(it: SubjectMarks, href: String, thresholds: org::Thresholds) -> SubjectView {
    SubjectView {
        href,
        line: line(&it.marks),
        goals: goals(&it.goals),
        subject: it.subject,
        low: it.average.is_some_and(|it| it < thresholds.t3),
        average: it.average.map(show2),
        missed: it.missed,
        marks: it.marks.into_iter().map(dated).collect(),
    }
}

pub(crate) fn marks(page: MarksPage, whose: WhoseView) -> MarksView {
    let key = whose.key.clone();
    let MarksPage {
        term, thresholds, ..
    } = page;
    MarksView {
        terms: terms(&page.terms, term, |id| address(&key, Some(id), None)),
        subjects: page
            .subjects
            .into_iter()
            .map(|it| {
                let href = address(&key, term, Some(it.id));
                subject_view(it, href, thresholds)
            })
            .collect(),
        without_marks: page.without_marks,
        whose,
    }
}

#[derive(Serialize)]
pub(crate) struct SubjectPage {
    whose: WhoseView,
    terms: Vec<TermLink>,
    back: String,
    it: SubjectView,
    /// Fields that the form of the calculator carries along.
    period: Option<curriculum::PeriodId>,
    subject: SubjectId,
    weights: Vec<WeightChoice>,
    counts: Vec<CountField>,
    /// The average with the marks typed, and the mark it gives.
    result: Option<(String, u8)>,
    five_points: bool,
    forecast: Option<ForecastView>,
}

/// Where the average goes with one more mark of the usual weight.
#[derive(Serialize)]
struct ForecastView {
    chart: ForecastChart,
    rows: Vec<NextMark>,
}

/// The next mark, the average with it, and what comes out then.
#[derive(Serialize)]
struct NextMark {
    mark: u8,
    average: String,
    becomes: u8,
}

/// The marks that are looked ahead to (`ux.md` §5.5).
const NEXT: [u8; 3] = [5, 4, 3];

/// Nothing is foretold of a period that is over, and of other scales.
fn forecast(
    page: &MarksPage,
    found: &SubjectMarks,
    weight: Decimal,
    today: NaiveDate,
) -> Option<ForecastView> {
    let shown = page.terms.iter().find(|it| Some(it.id) == page.term)?;
    if !found.five_points || shown.ends_on < today {
        return None;
    }
    let with = |mark: u8| {
        let points = found.sums.0 + weight * Decimal::from(mark);
        let average = points.checked_div(found.sums.1 + weight)?;
        Some((mark, average))
    };
    let next: Vec<(u8, Decimal)> = NEXT.into_iter().filter_map(with).collect();
    let named: Vec<(String, Decimal)> = next.iter().map(|it| (it.0.to_string(), it.1)).collect();
    let past: Vec<Decimal> = found.marks.iter().filter_map(|it| it.average).collect();
    let row = |(mark, average): &(u8, Decimal)| NextMark {
        mark: *mark,
        average: show2(*average),
        becomes: page.mark_of(*average),
    };
    Some(ForecastView {
        chart: chart::forecast(&past, &named)?,
        rows: next.iter().map(row).collect(),
    })
}

#[derive(Serialize)]
struct WeightChoice {
    value: String,
    label: String,
    selected: bool,
}

#[derive(Serialize)]
struct CountField {
    name: &'static str,
    mark: u8,
    value: u32,
}

impl Plus {
    fn counts(&self) -> Vec<CountField> {
        [
            ("n5", 5, &self.n5),
            ("n4", 4, &self.n4),
            ("n3", 3, &self.n3),
            ("n2", 2, &self.n2),
        ]
        .into_iter()
        .map(|(name, mark, typed)| CountField {
            name,
            mark,
            value: typed
                .trim()
                .parse::<u32>()
                .map_or(0, |it| it.min(MOST_PLUS)),
        })
        .collect()
    }
}

pub(crate) fn subject(
    page: &MarksPage,
    found: SubjectMarks,
    plus: &Plus,
    whose: WhoseView,
    today: NaiveDate,
) -> SubjectPage {
    let key = whose.key.clone();
    let term = page.term;
    let id = found.id;
    let counts = plus.counts();
    let asked = plus
        .weight
        .replace(',', ".")
        .parse::<Decimal>()
        .ok()
        .filter(|it| page.weights.contains(it));
    let chosen = asked.or_else(|| page.weights.first().copied());
    let chosen = chosen.unwrap_or(Decimal::ONE);
    let added = counts
        .iter()
        .fold((found.sums.0, found.sums.1), |sums, it| {
            let count = Decimal::from(it.value) * chosen;
            (sums.0 + count * Decimal::from(it.mark), sums.1 + count)
        });
    let result = counts
        .iter()
        .any(|it| it.value > 0)
        .then(|| added.0.checked_div(added.1))
        .flatten();
    SubjectPage {
        terms: terms(&page.terms, term, |period| {
            address(&key, Some(period), Some(id))
        }),
        back: address(&key, term, None),
        period: term,
        subject: id,
        weights: page
            .weights
            .iter()
            .map(|it| WeightChoice {
                value: it.to_string(),
                label: weight(*it),
                selected: *it == chosen,
            })
            .collect(),
        counts,
        result: result.map(|it| (show2(it), page.mark_of(it))),
        five_points: found.five_points,
        forecast: forecast(page, &found, chosen, today),
        it: subject_view(found, address(&key, term, Some(id)), page.thresholds),
        whose,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::DiaryMark;

    fn placed(averages: &[i64]) -> Vec<PlacedMark> {
        averages
            .iter()
            .map(|it| PlacedMark {
                held_on: NaiveDate::default(),
                topic: String::new(),
                mark: DiaryMark {
                    text: "5".to_owned(),
                    kind: String::new(),
                    weight: Decimal::ONE,
                    topic: String::new(),
                    comment: String::new(),
                },
                average: Some(Decimal::new(*it, 2)),
            })
            .collect()
    }

    #[test]
    fn the_line_goes_from_left_to_right_and_up_for_better() {
        let drawn = line(&placed(&[200, 350, 500])).unwrap();
        assert_eq!(drawn.points, "2.0,28.0 50.0,15.0 98.0,2.0");
        assert_eq!((drawn.from.as_str(), drawn.to.as_str()), ("2,00", "5,00"));
        assert!(line(&placed(&[400])).is_none());
        assert!(line(&[]).is_none());
    }
}
