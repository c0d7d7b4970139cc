//! Where an average goes with the next mark (`ux.md` §5.5).

use kernel::decimal::show2;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{BOTTOM, HEIGHT, LEFT, MARKS, TOP, Tick, WIDTH, thousandths};

/// So many averages of the past lead to the one of now.
const PAST: usize = 12;
/// Where now is, and where the next mark.
const NOW: i64 = 250;
const NEXT: i64 = 320;
/// A line of text takes so much room.
const LINE: i64 = 20;

/// The average so far, and a ray for each mark that may be next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForecastChart {
    width: i64,
    height: i64,
    left: i64,
    right: i64,
    ticks: Vec<Tick>,
    /// Up to now, as `x,y x,y`.
    past: String,
    now: (i64, i64),
    label: String,
    rays: Vec<Ray>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Ray {
    x: i64,
    y: i64,
    /// Where its words stand: they never cover each other.
    text_y: i64,
    text: String,
    /// The end of the class `chart-ray-<tone>`.
    tone: &'static str,
}

/// `past`: averages of five points in order of time, the last is that of now;
/// `next`: a mark and the average with it, the best mark first. Nothing is
/// foretold where there is no average.
pub fn forecast(past: &[Decimal], next: &[(String, Decimal)]) -> Option<ForecastChart> {
    let now = *past.last()?;
    let up = |value: Decimal| thousandths(value).map(|it| MARKS.up(it));
    let past = &past[past.len().saturating_sub(PAST)..];
    let steps = i64::try_from(past.len()).ok()? - 1;
    let places = (0..).zip(past).filter_map(|(at, value)| {
        let x = LEFT + 10 + (NOW - LEFT - 10) * at / steps.max(1);
        Some(format!("{x},{}", up(*value)?))
    });
    let rays = next.iter().filter_map(|(mark, average)| {
        let y = up(*average)?;
        Some(Ray {
            x: NEXT,
            y,
            text_y: y,
            text: format!("{mark}\u{a0}→\u{a0}{}", show2(*average)),
            tone: match average.cmp(&now) {
                std::cmp::Ordering::Less => "less",
                std::cmp::Ordering::Equal => "even",
                std::cmp::Ordering::Greater => "more",
            },
        })
    });
    let mut rays: Vec<Ray> = rays.collect();
    spread(&mut rays);
    Some(ForecastChart {
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        right: NEXT,
        ticks: (2..=5)
            .map(|it| Tick {
                at: MARKS.up(it * 1_000),
                label: it.to_string(),
            })
            .collect(),
        past: if steps == 0 {
            String::new()
        } else {
            places.collect::<Vec<_>>().join(" ")
        },
        now: (NOW, up(now)?),
        label: show2(now),
        rays,
    })
}

/// Gives every ray room for its words, as near to it as can be.
fn spread(rays: &mut [Ray]) {
    let ends: Vec<i64> = rays.iter().map(|it| it.y).collect();
    let (low, high) = (pushed_down(&ends, i64::MIN), pushed_up(&ends, i64::MAX));
    let middle: Vec<i64> = low
        .iter()
        .zip(&high)
        .map(|(low, high)| i64::midpoint(*low, *high))
        .collect();
    let places = pushed_up(&pushed_down(&middle, TOP), HEIGHT - BOTTOM);
    for (it, place) in rays.iter_mut().zip(places) {
        it.text_y = place;
    }
}

/// The places from the top down, none above `first` or on another.
fn pushed_down(places: &[i64], first: i64) -> Vec<i64> {
    let mut free = first;
    let down = places.iter().map(|it| {
        let place = free.max(*it);
        free = place + LINE;
        place
    });
    down.collect()
}

/// The same from the bottom up, none below `last`.
fn pushed_up(places: &[i64], last: i64) -> Vec<i64> {
    let turned: Vec<i64> = places.iter().rev().map(|it| -it).collect();
    let down = pushed_down(&turned, -last);
    down.iter().rev().map(|it| -it).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimals(all: &[i64]) -> Vec<Decimal> {
        all.iter().map(|it| Decimal::new(*it, 2)).collect()
    }

    fn next(all: [i64; 3]) -> Vec<(String, Decimal)> {
        let marks = ["5", "4", "3"].map(str::to_owned);
        marks.into_iter().zip(decimals(&all)).collect()
    }

    #[test]
    fn rays_go_from_now_to_what_comes() {
        let it = forecast(&decimals(&[500, 200, 400]), &next([433, 400, 367])).unwrap();
        assert_eq!(it.past.split(' ').count(), 3);
        assert!(it.past.ends_with(&format!("{NOW},{}", it.now.1)));
        let tones: Vec<&str> = it.rays.iter().map(|it| it.tone).collect();
        assert_eq!(tones, ["more", "even", "less"]);
        assert_eq!(it.rays[0].text, "5\u{a0}→\u{a0}4,33");
        assert_eq!(it.rays[1].y, it.now.1);
        assert_eq!(forecast(&[], &next([500, 400, 300])), None);
    }

    #[test]
    fn a_single_average_has_no_line_behind_it() {
        let it = forecast(&decimals(&[400]), &next([450, 400, 350])).unwrap();
        assert!(it.past.is_empty());
    }

    proptest! {
        /// Words stand in the order of the rays, in the field, and never on each other.
        #[test]
        fn words_never_cover_each_other(mut all in prop::array::uniform3(200..=500_i64)) {
            all.sort_unstable();
            all.reverse();
            let it = forecast(&decimals(&[all[1]]), &next(all)).unwrap();
            let places: Vec<i64> = it.rays.iter().map(|it| it.text_y).collect();
            prop_assert!(places.windows(2).all(|it| it[1] - it[0] >= LINE), "{places:?}");
            prop_assert!(places[0] >= TOP && places[2] <= HEIGHT - BOTTOM, "{places:?}");
        }
    }
}
