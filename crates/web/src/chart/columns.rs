//! Columns that stand side by side: how often each mark was given, how a
//! number came about, what each day is made of (`ux.md` §5.5).

use serde::Serialize;

use super::{BOTTOM, HEIGHT, TOP, WIDTH};

/// Between the columns.
const GAP: i64 = 16;
/// A column is no wider, however few there are.
const WIDEST: i64 = 84;
/// A part of a column has room for its name from this height on.
const ROOM: i64 = 16;

/// Columns from left to right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnChart {
    width: i64,
    height: i64,
    /// Where all columns stand.
    ground: i64,
    parts: Vec<Part>,
    names: Vec<Words>,
    /// The number above each column.
    labels: Vec<Words>,
    /// From the end of one column to the next: `x1, x2, y`.
    joins: Vec<(i64, i64, i64)>,
    /// A line across all, and what it says.
    norm: Option<Words>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Part {
    x: i64,
    y: i64,
    width: i64,
    height: i64,
    /// The end of the class `chart-part-<tone>`.
    tone: &'static str,
    /// What stands in it, where there is room.
    name: String,
    /// The whole of it, on focus and tap.
    title: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Words {
    x: i64,
    y: i64,
    text: String,
}

/// A step of a [`waterfall`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// What there is.
    Stock(u32),
    More(u32),
    Less(u32),
}

/// A column made of parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    pub name: String,
    /// Above it: «1 ч 30 мин».
    pub label: String,
    /// From the ground up: its name, what it is called in full, its size.
    pub parts: Vec<(String, String, u32)>,
}

/// Where columns stand and how wide they are.
struct Row {
    width: i64,
    step: i64,
    left: i64,
}

impl Row {
    fn of(count: usize) -> Self {
        let count = i64::try_from(count).unwrap_or(1).max(1);
        let width = ((WIDTH - GAP) / count - GAP).clamp(6, WIDEST);
        let step = width + GAP;
        Self {
            width,
            step,
            left: i64::midpoint(WIDTH, GAP - step * count),
        }
    }

    const fn x(&self, at: i64) -> i64 {
        self.left + self.step * at
    }

    const fn middle(&self, at: i64) -> i64 {
        self.x(at) + self.width / 2
    }
}

/// Room above the columns for the number.
const FIELD: i64 = HEIGHT - TOP - BOTTOM;
const GROUND: i64 = HEIGHT - BOTTOM;

/// What is seen of a number where `most` fills the field; the least there is
/// stays visible.
fn tall(value: u32, most: u32) -> i64 {
    if value == 0 {
        return 0;
    }
    (i64::from(value) * FIELD / i64::from(most.max(1))).max(2)
}

fn empty() -> ColumnChart {
    ColumnChart {
        width: WIDTH,
        height: HEIGHT,
        ground: GROUND,
        parts: vec![],
        names: vec![],
        labels: vec![],
        joins: vec![],
        norm: None,
    }
}

impl ColumnChart {
    fn put(&mut self, row: &Row, at: i64, name: &str, label: String, top: i64) {
        let x = row.middle(at);
        self.names.push(Words {
            x,
            y: HEIGHT - 8,
            text: name.to_owned(),
        });
        self.labels.push(Words {
            x,
            y: top - 6,
            text: label,
        });
    }
}

/// How often there is what: a column for each; none where there is nothing.
pub fn counts(values: &[(String, u32)]) -> Option<ColumnChart> {
    let most = values.iter().map(|it| it.1).max().filter(|it| *it > 0)?;
    let row = Row::of(values.len());
    let mut chart = empty();
    for (at, (name, value)) in (0..).zip(values) {
        let height = tall(*value, most);
        let y = GROUND - height;
        chart.parts.push(Part {
            x: row.x(at),
            y,
            width: row.width,
            height,
            tone: "plain",
            name: String::new(),
            title: format!("{name}: {value}"),
        });
        chart.put(&row, at, name, value.to_string(), y);
    }
    Some(chart)
}

/// How a number came about: what there was, what came and went, what there is.
/// The axis begins below the least of them, where all are large.
pub fn waterfall(steps: &[(String, Step)]) -> Option<ColumnChart> {
    let mut level = 0_u32;
    let mut spans = vec![];
    for (_, step) in steps {
        let (from, to) = match *step {
            Step::Stock(is) => (0, is),
            Step::More(by) => (level, level + by),
            Step::Less(by) => (level, level.saturating_sub(by)),
        };
        level = to;
        spans.push((from, to));
    }
    let most = spans.iter().map(|it| it.0.max(it.1)).max()?;
    let ends = spans.iter().flat_map(|it| [it.0, it.1]);
    let least = ends.filter(|it| *it > 0).min().unwrap_or(0);
    if most == 0 {
        return None;
    }
    // Twice the whole of what moved stays in sight, however large the school.
    let floor = least.saturating_sub(2 * (most - least).max(1));
    let at_height = |value: u32| tall(value.saturating_sub(floor), most - floor);
    let row = Row::of(steps.len());
    let mut chart = empty();
    let mut before = None;
    for (at, ((name, step), (from, to))) in (0..).zip(steps.iter().zip(spans)) {
        let (low, high) = (at_height(from.min(to)), at_height(from.max(to)));
        let (tone, label) = match *step {
            Step::Stock(is) => ("plain", is.to_string()),
            Step::More(by) => ("more", format!("+{by}")),
            Step::Less(by) => ("less", format!("−{by}")),
        };
        let y = GROUND - high;
        if let Some(level) = before {
            chart
                .joins
                .push((row.x(at - 1) + row.width, row.x(at), level));
        }
        chart.parts.push(Part {
            x: row.x(at),
            y,
            width: row.width,
            height: (high - low).max(2),
            tone,
            name: String::new(),
            title: format!("{name}: {label}"),
        });
        chart.put(&row, at, name, label, y);
        before = Some(GROUND - at_height(to));
    }
    Some(chart)
}

/// What each column is made of, against a norm; none where there is nothing.
pub fn stacks(columns: &[Stack], norm: Option<(u32, String)>) -> Option<ColumnChart> {
    let whole = |it: &Stack| it.parts.iter().map(|it| it.2).sum::<u32>();
    let most = columns.iter().map(whole).max().filter(|it| *it > 0)?;
    let most = norm.as_ref().map_or(most, |it| most.max(it.0));
    let row = Row::of(columns.len());
    let mut chart = empty();
    for (at, column) in (0..).zip(columns) {
        let mut below = 0;
        let mut top = GROUND;
        for (index, (name, title, size)) in column.parts.iter().enumerate() {
            let (low, high) = (tall(below, most), tall(below + size, most));
            below += size;
            top = GROUND - high;
            chart.parts.push(Part {
                x: row.x(at),
                y: top,
                width: row.width,
                height: (high - low).max(1),
                tone: if index % 2 == 0 { "even" } else { "odd" },
                name: if high - low >= ROOM {
                    name.clone()
                } else {
                    String::new()
                },
                title: format!("{}, {title}", column.name),
            });
        }
        chart.put(&row, at, &column.name, column.label.clone(), top);
    }
    chart.norm = norm.map(|(value, text)| Words {
        x: WIDTH - 4,
        y: GROUND - tall(value, most),
        text,
    });
    Some(chart)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named<T: Copy>(all: &[(&str, T)]) -> Vec<(String, T)> {
        all.iter().map(|it| (it.0.to_owned(), it.1)).collect()
    }

    #[test]
    fn the_tallest_column_fills_the_field_and_a_single_mark_is_seen() {
        assert_eq!(counts(&named(&[("2", 0), ("3", 0)])), None);
        let it = counts(&named(&[("2", 0), ("3", 1), ("4", 400), ("5", 200)])).unwrap();
        let heights: Vec<i64> = it.parts.iter().map(|it| it.height).collect();
        assert_eq!(heights, [0, 2, FIELD, FIELD / 2]);
        assert_eq!(it.parts[2].y, TOP);
        let labels: Vec<&str> = it.labels.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(labels, ["0", "1", "400", "200"]);
    }

    #[test]
    fn many_columns_stay_within_the_picture() {
        let all: Vec<(String, u32)> = (0..18).map(|it| (it.to_string(), it)).collect();
        let it = counts(&all).unwrap();
        assert!(
            it.parts
                .iter()
                .all(|it| 0 <= it.x && it.x + it.width <= WIDTH)
        );
    }

    /// §3.6: what was, came, went, is: each step begins where the last ended.
    #[test]
    fn a_waterfall_goes_from_what_was_to_what_is() {
        let steps = [
            ("было", Step::Stock(880)),
            ("прибыло", Step::More(20)),
            ("выбыло", Step::Less(8)),
            ("стало", Step::Stock(892)),
        ];
        let it = waterfall(&named(&steps)).unwrap();
        let labels: Vec<&str> = it.labels.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(labels, ["880", "+20", "−8", "892"]);
        assert_eq!(it.joins.len(), 3);
        let [was, came, went, is] = &it.parts[..] else {
            panic!("four steps")
        };
        assert_eq!(came.y + came.height, was.y);
        assert_eq!((came.y, went.y), (TOP, TOP));
        assert_eq!(is.y, went.y + went.height);
        // Twelve of nine hundred are seen.
        assert!(went.height > 15, "{}", went.height);
    }

    #[test]
    fn a_school_that_opens_has_a_waterfall_too() {
        let steps = [
            ("было", Step::Stock(0)),
            ("прибыло", Step::More(5)),
            ("выбыло", Step::Less(0)),
            ("стало", Step::Stock(5)),
        ];
        assert!(waterfall(&named(&steps)).is_some());
        assert_eq!(waterfall(&named(&[("было", Step::Stock(0))])), None);
    }

    #[test]
    fn stacks_stand_against_the_norm() {
        let day = |name: &str, parts: &[u32]| Stack {
            name: name.to_owned(),
            label: parts.iter().sum::<u32>().to_string(),
            parts: parts
                .iter()
                .map(|it| ("Алг".to_owned(), "Алгебра".to_owned(), *it))
                .collect(),
        };
        assert_eq!(stacks(&[day("пн", &[])], None), None);
        let days = [day("пн", &[30, 45]), day("вт", &[]), day("ср", &[5])];
        let it = stacks(&days, Some((150, "норма 2,5 ч".to_owned()))).unwrap();
        assert_eq!(it.norm.as_ref().unwrap().y, TOP);
        assert_eq!(it.parts.len(), 3);
        assert_eq!(it.parts[1].y + it.parts[1].height, it.parts[0].y);
        assert!(it.parts[2].name.is_empty(), "no room for a name");
        assert_eq!(it.names.len(), 3);
    }
}
