//! Charts without a script: places are counted here, `components/chart.html`
//! draws them (`ux.md` §5.5).

use serde::Serialize;

/// The field of a chart, in units of its own.
const WIDTH: i64 = 440;
const HEIGHT: i64 = 190;
const LEFT: i64 = 48;
const RIGHT: i64 = 20;
const TOP: i64 = 22;
const BOTTOM: i64 = 28;

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
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Tick {
    y: i64,
    percent: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Dot {
    x: i64,
    name: String,
    /// Where it stands; `None`: nothing is known there.
    y: Option<i64>,
    /// Tenths of a percent.
    permille: Option<i64>,
}

/// A line of shares in tenths of a percent; `None` where nothing is known of
/// any place. The axis begins at 0, or at 50 % where nothing is below.
pub fn percents(points: &[(String, Option<i64>)]) -> Option<LineChart> {
    let lowest = points.iter().filter_map(|it| it.1).min()?;
    let floor = if lowest >= 500 { 50 } else { 0 };
    let height = HEIGHT - TOP - BOTTOM;
    let y = |permille: i64| TOP + height * (1_000 - permille) / (1_000 - floor * 10);
    let last = i64::try_from(points.len()).unwrap_or(1).saturating_sub(1);
    let width = (WIDTH - LEFT - RIGHT - 40) / last.max(1);
    let x = |at: i64| {
        if last == 0 {
            return (LEFT + WIDTH - RIGHT) / 2;
        }
        LEFT + 20 + width * at
    };
    let dots: Vec<Dot> = (0..)
        .zip(points)
        .map(|(at, (name, permille))| Dot {
            x: x(at),
            name: name.clone(),
            y: permille.map(y),
            permille: *permille,
        })
        .collect();
    let ticks = (0..=5).map(|it| floor + (100 - floor) * it / 5);
    Some(LineChart {
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        right: WIDTH - RIGHT,
        ticks: ticks
            .map(|percent| Tick {
                y: y(percent * 10),
                percent,
            })
            .collect(),
        lines: lines(&dots),
        dots,
    })
}

fn lines(dots: &[Dot]) -> Vec<String> {
    let runs = dots.split(|it| it.y.is_none());
    let line = |run: &[Dot]| -> String {
        let points = run
            .iter()
            .filter_map(|it| Some(format!("{},{}", it.x, it.y?)));
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
}
