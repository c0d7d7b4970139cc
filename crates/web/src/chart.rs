//! Charts without a script: places are counted here, `components/chart.html`
//! draws them (`ux.md` §5.5).

mod columns;
mod forecast;

use kernel::decimal::show2;
use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero, prelude::ToPrimitive};
use serde::Serialize;

pub use columns::{ColumnChart, Stack, Step, counts, stacks, waterfall};
pub use forecast::{ForecastChart, forecast};

/// The field of a chart, in units of its own.
const WIDTH: i64 = 440;
const HEIGHT: i64 = 190;
const LEFT: i64 = 48;
const RIGHT: i64 = 20;
const TOP: i64 = 22;
const BOTTOM: i64 = 28;
/// So many places of a line have room for their names.
const NAMED: usize = 8;
/// A line of a [`RankChart`]: its name above, the dot below.
const ROW: i64 = 42;
/// Averages are drawn on the scale of five, in thousandths.
const MARKS: Axis = Axis {
    from: 2_000,
    to: 5_000,
};

/// A line over named places from left to right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineChart {
    width: i64,
    height: i64,
    left: i64,
    right: i64,
    /// The lines across, from the bottom up.
    ticks: Vec<Tick>,
    dots: Vec<Dot>,
    /// Dots that follow each other, as `x,y x,y`; a gap begins another.
    lines: Vec<String>,
    /// What the line is compared with, the same way.
    beside: Vec<String>,
    /// The single places of it.
    beside_dots: Vec<(i64, i64)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Tick {
    /// Up the axis, or along it in a [`RankChart`].
    at: i64,
    label: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Dot {
    x: i64,
    name: String,
    /// Where it stands; `None`: nothing is known there.
    y: Option<i64>,
    label: String,
}

/// Shares are drawn in tenths of a percent.
const SHARES: Axis = Axis { from: 0, to: 1_000 };

/// Named values one under another, on the scale of five or in percent, each
/// with what it is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RankChart {
    width: i64,
    height: i64,
    left: i64,
    right: i64,
    bottom: i64,
    ticks: Vec<Tick>,
    rows: Vec<Rank>,
    /// A line down all rows: what is aimed at.
    target: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Rank {
    name: String,
    label: String,
    /// Where the name stands, and where the dot.
    text_y: i64,
    y: i64,
    x: i64,
    beside: Option<i64>,
}

impl RankChart {
    /// How many values it shows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// There is no chart without a value.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// An average with its name and what it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Average {
    pub name: String,
    pub value: Option<Decimal>,
    pub beside: Option<Decimal>,
}

/// A point of a line, in the units of its axis.
struct Point<'a> {
    name: &'a str,
    value: Option<i64>,
    label: String,
    beside: Option<i64>,
}

#[derive(Clone, Copy)]
struct Axis {
    from: i64,
    to: i64,
}

impl Axis {
    /// Where a value stands on a length that begins at `start`.
    const fn place(self, value: i64, start: i64, length: i64) -> i64 {
        start + length * (value - self.from) / (self.to - self.from)
    }

    const fn up(self, value: i64) -> i64 {
        HEIGHT - BOTTOM - self.place(value, 0, HEIGHT - TOP - BOTTOM)
    }
}

/// A line of shares in tenths of a percent; `None` where nothing is known of
/// any place. The axis begins at 0, or at 50 % where nothing is below.
pub fn percents(points: &[(String, Option<i64>)]) -> Option<LineChart> {
    let lowest = points.iter().filter_map(|it| it.1).min()?;
    let floor = if lowest >= 500 { 50 } else { 0 };
    let axis = Axis {
        from: floor * 10,
        to: 1_000,
    };
    let ticks = (0..=5).map(|it| floor + (100 - floor) * it / 5);
    let ticks = ticks.map(|it| (it * 10, format!("{it}\u{a0}%")));
    let points = points.iter().map(|(name, permille)| Point {
        name,
        value: *permille,
        label: permille.map_or_else(String::new, |it| ((it + 5) / 10).to_string()),
        beside: None,
    });
    Some(line(axis, ticks, &points.collect::<Vec<_>>()))
}

/// A line of averages from 2 to 5; `None` where nothing is known of any place.
pub fn averages(points: &[Average]) -> Option<LineChart> {
    points.iter().find_map(|it| it.value)?;
    let points = points.iter().map(|it| Point {
        name: &it.name,
        value: it.value.and_then(thousandths),
        label: it.value.map(show2).unwrap_or_default(),
        beside: it.beside.and_then(thousandths),
    });
    let ticks = (2..=5).map(|it| (it * 1_000, it.to_string()));
    let mut points: Vec<Point> = points.collect();
    thin_out(&mut points);
    Some(line(MARKS, ticks, &points))
}

/// Where places stand close, only some of them are named: the last one always.
fn thin_out(points: &mut [Point]) {
    let count = points.len();
    let each = count.div_ceil(NAMED);
    for (at, it) in points.iter_mut().enumerate() {
        if !(count - 1 - at).is_multiple_of(each.max(1)) {
            it.name = "";
            it.label.clear();
        }
    }
}

/// Averages one under another, the best first; those without a value are left
/// out, and without any there is no chart.
pub fn ranks(averages: &[Average]) -> Option<RankChart> {
    let mut known = known(averages);
    known.sort_by_key(|it| std::cmp::Reverse(it.1));
    rows(&known, Scale::Marks, None)
}

/// The same as bars, in the order given.
pub fn bars(averages: &[Average]) -> Option<RankChart> {
    rows(&known(averages), Scale::Marks, None)
}

/// Shares in percent as bars, in the order given, against what is aimed at.
pub fn shares(values: &[Average], target: Option<Decimal>) -> Option<RankChart> {
    rows(&known(values), Scale::Percent, target)
}

/// In what values are counted.
#[derive(Clone, Copy)]
enum Scale {
    Marks,
    Percent,
}

impl Scale {
    const fn axis(self) -> Axis {
        match self {
            Self::Marks => MARKS,
            Self::Percent => SHARES,
        }
    }

    /// In the units of the axis; what is beyond stands at its end.
    fn units(self, value: Decimal) -> Option<i64> {
        let each = match self {
            Self::Marks => 1_000,
            Self::Percent => 10,
        };
        let it = (value * Decimal::from(each)).round().to_i64()?;
        Some(it.clamp(self.axis().from, self.axis().to))
    }

    fn label(self, value: Decimal) -> String {
        match self {
            Self::Marks => show2(value),
            Self::Percent => {
                let tenths = value.round_dp_with_strategy(1, MidpointAwayFromZero);
                format!("{tenths:.1}\u{a0}%").replace('.', ",")
            }
        }
    }

    /// The places of the lines across, with what they say.
    fn ticks(self) -> Vec<(i64, String)> {
        match self {
            Self::Marks => (2..=5).map(|it| (it * 1_000, it.to_string())).collect(),
            Self::Percent => (0..=4)
                .map(|it| (it * 250, format!("{}\u{a0}%", it * 25)))
                .collect(),
        }
    }
}

fn known(averages: &[Average]) -> Vec<(&Average, Decimal)> {
    averages
        .iter()
        .filter_map(|it| Some((it, it.value?)))
        .collect()
}

fn rows(known: &[(&Average, Decimal)], scale: Scale, target: Option<Decimal>) -> Option<RankChart> {
    let axis = scale.axis();
    let along = |value| axis.place(value, LEFT / 2, WIDTH - LEFT / 2 - RIGHT);
    if known.is_empty() {
        return None;
    }
    let rows = (0..).zip(known).filter_map(|(at, (it, value))| {
        Some(Rank {
            name: it.name.clone(),
            label: scale.label(*value),
            text_y: at * ROW + 16,
            y: at * ROW + 30,
            x: along(scale.units(*value)?),
            beside: it.beside.and_then(|it| scale.units(it)).map(along),
        })
    });
    let rows: Vec<Rank> = rows.collect();
    let bottom = rows.last().map_or(0, |it| it.y + 12);
    let ticks = scale.ticks().into_iter().map(|(at, label)| Tick {
        at: along(at),
        label,
    });
    Some(RankChart {
        target: target.and_then(|it| scale.units(it)).map(along),
        width: WIDTH,
        height: bottom + 20,
        left: LEFT / 2,
        right: WIDTH - RIGHT,
        bottom,
        ticks: ticks.collect(),
        rows,
    })
}

/// Within the scale of five: what is beyond stands at its end.
fn thousandths(value: Decimal) -> Option<i64> {
    Scale::Marks.units(value)
}

fn line(axis: Axis, ticks: impl Iterator<Item = (i64, String)>, points: &[Point]) -> LineChart {
    let last = i64::try_from(points.len()).unwrap_or(1).saturating_sub(1);
    let width = (WIDTH - LEFT - RIGHT - 40) / last.max(1);
    let x = |at: i64| {
        if last == 0 {
            return (LEFT + WIDTH - RIGHT) / 2;
        }
        LEFT + 20 + width * at
    };
    let dot = |(at, it): (i64, &Point)| Dot {
        x: x(at),
        name: it.name.to_owned(),
        y: it.value.map(|it| axis.up(it)),
        label: it.label.clone(),
    };
    let dots: Vec<Dot> = (0..).zip(points).map(dot).collect();
    let beside = (0..).zip(points);
    let beside: Vec<(i64, Option<i64>)> = beside
        .map(|(at, it)| (x(at), it.beside.map(|it| axis.up(it))))
        .collect();
    let own: Vec<(i64, Option<i64>)> = dots.iter().map(|it| (it.x, it.y)).collect();
    LineChart {
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        right: WIDTH - RIGHT,
        ticks: ticks
            .map(|(value, label)| Tick {
                at: axis.up(value),
                label,
            })
            .collect(),
        lines: lines(&own),
        beside: lines(&beside),
        beside_dots: beside
            .into_iter()
            .filter_map(|(x, y)| Some((x, y?)))
            .collect(),
        dots,
    }
}

/// Places that follow each other, as `x,y x,y`.
fn lines(places: &[(i64, Option<i64>)]) -> Vec<String> {
    let runs = places.split(|it| it.1.is_none());
    let line = |run: &[(i64, Option<i64>)]| -> String {
        let points = run
            .iter()
            .filter_map(|(x, y)| Some(format!("{x},{}", (*y)?)));
        points.collect::<Vec<_>>().join(" ")
    };
    runs.filter(|it| it.len() > 1).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: &[Option<i64>]) -> Option<LineChart> {
        let points: Vec<(String, Option<i64>)> =
            points.iter().map(|it| (String::new(), *it)).collect();
        percents(&points)
    }

    #[test]
    fn nothing_known_is_no_chart() {
        assert_eq!(chart(&[]), None);
        assert_eq!(chart(&[None, None]), None);
    }

    #[test]
    fn a_gap_breaks_the_line() {
        let it = chart(&[Some(900), Some(800), None, Some(700), Some(1000)]).unwrap();
        assert_eq!(it.lines.len(), 2);
        assert_eq!(it.dots[4].y, Some(TOP));
        assert_eq!(it.dots[2].y, None);
    }

    #[test]
    fn a_single_point_stands_in_the_middle() {
        let it = chart(&[Some(0)]).unwrap();
        assert!(it.lines.is_empty());
        assert_eq!(it.dots[0].y, Some(HEIGHT - BOTTOM));
    }

    fn average(name: &str, value: Option<&str>, beside: Option<&str>) -> Average {
        let number = |it: &str| it.parse().unwrap();
        Average {
            name: name.to_owned(),
            value: value.map(number),
            beside: beside.map(number),
        }
    }

    #[test]
    fn averages_stand_between_two_and_five() {
        assert_eq!(averages(&[average("1", None, Some("4"))]), None);
        let it = averages(&[
            average("1", Some("5"), Some("3.5")),
            average("2", Some("2"), None),
            average("3", Some("1"), Some("4")),
        ])
        .unwrap();
        assert_eq!(it.dots[0].y, Some(TOP));
        assert_eq!(it.dots[1].y, Some(HEIGHT - BOTTOM));
        assert_eq!(it.dots[2].y, Some(HEIGHT - BOTTOM));
        assert_eq!(it.lines.len(), 1);
        assert!(it.beside.is_empty() && it.beside_dots.len() == 2);
        assert_eq!(it.dots[0].label, "5,00");
    }

    #[test]
    fn bars_keep_their_order_and_long_lines_name_every_few_places() {
        let all = [
            average("a", Some("3.2"), Some("3.5")),
            average("b", Some("4.75"), None),
        ];
        let rows = bars(&all).unwrap().rows;
        let order: Vec<&str> = rows.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(order, ["a", "b"]);
        let weeks: Vec<Average> = (1..=20)
            .map(|it| average(&it.to_string(), Some("4"), None))
            .collect();
        let it = averages(&weeks).unwrap();
        let named: Vec<&str> = it
            .dots
            .iter()
            .map(|it| it.name.as_str())
            .filter(|it| !it.is_empty())
            .collect();
        assert_eq!(named, ["2", "5", "8", "11", "14", "17", "20"]);
        assert_eq!(it.dots.len(), 20);
    }

    /// Shares go from nothing to all, whatever was typed as the target.
    #[test]
    fn shares_stand_against_the_target() {
        let percent = |it: &str| it.parse::<Decimal>().unwrap();
        let all = [
            average("5", Some("62.5"), None),
            average("6", Some("100"), None),
            average("7", None, None),
        ];
        let it = shares(&all, Some(percent("50"))).unwrap();
        assert_eq!(it.rows.len(), 2);
        assert_eq!(it.rows[0].label, "62,5\u{a0}%");
        assert_eq!(it.rows[1].x, it.right);
        assert_eq!(it.target, Some(i64::midpoint(it.left, it.right)));
        assert_eq!(
            shares(&all, Some(percent("140"))).unwrap().target,
            Some(it.right)
        );
        assert_eq!(shares(&all[2..], None), None);
    }

    #[test]
    fn ranks_begin_with_the_best() {
        assert_eq!(ranks(&[average("a", None, None)]), None);
        let it = ranks(&[
            average("a", Some("3.2"), Some("3.5")),
            average("b", Some("4.75"), None),
            average("c", None, None),
        ])
        .unwrap();
        let names: Vec<&str> = it.rows.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["b", "a"]);
        assert!(it.rows[1].beside.unwrap() > it.rows[1].x);
        assert_eq!(it.ticks[3].at, it.right);
    }
}
