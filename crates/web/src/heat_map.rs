//! A heat map without a script: names down, days across, five shades with a
//! letter (`ux.md` §5.5). Places are counted here, `components/heat_map.html`
//! draws them; the table beside it says the same in words.

use serde::Serialize;

/// A tile with the gap after it, in units of the drawing.
const STEP: usize = 22;
const TILE: usize = 20;
/// Above the tiles: the names of columns.
const TOP: usize = 20;
/// A letter of a name takes so much.
const LETTER: usize = 8;
/// A longer name is cut.
const LONGEST: usize = 26;

/// What stands in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heat {
    /// So much of so much: lessons missed of lessons held.
    pub part: u32,
    pub of: u32,
    /// One letter that says what the shade cannot.
    pub letter: String,
    /// The whole of it: «Б6 из 6».
    pub title: String,
}

/// The drawing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeatMap {
    width: usize,
    height: usize,
    tile: usize,
    heads: Vec<Mark>,
    names: Vec<Mark>,
    tiles: Vec<Tile>,
    /// The shades and what they mean.
    legend: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Mark {
    x: usize,
    y: usize,
    text: String,
    title: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Tile {
    x: usize,
    y: usize,
    /// 0: nothing, 4: all of it.
    shade: usize,
    letter: String,
    title: String,
}

impl HeatMap {
    /// The map of these rows, each with its name and a place for every column;
    /// `None` in a place where nothing could be. Without rows or columns there
    /// is none.
    pub fn new(heads: &[String], rows: &[(String, Vec<Option<Heat>>)]) -> Option<Self> {
        if heads.is_empty() || rows.is_empty() {
            return None;
        }
        let longest = rows.iter().map(|it| it.0.chars().count()).max()?;
        let left = longest.min(LONGEST) * LETTER + 10;
        let x = |column: usize| left + column * STEP;
        let y = |row: usize| TOP + row * STEP;
        let mut tiles = Vec::new();
        for (row, (name, places)) in rows.iter().enumerate() {
            for (column, heat) in places.iter().enumerate().take(heads.len()) {
                let Some(heat) = heat else { continue };
                tiles.push(Tile {
                    x: x(column),
                    y: y(row),
                    shade: shade(heat.part, heat.of),
                    letter: heat.letter.clone(),
                    title: format!("{name}, {}: {}", heads[column], heat.title),
                });
            }
        }
        Some(Self {
            width: x(heads.len()),
            height: y(rows.len()),
            tile: TILE,
            heads: heads
                .iter()
                .enumerate()
                .map(|(column, it)| mark(x(column) + TILE / 2, TOP - 7, it))
                .collect(),
            names: rows
                .iter()
                .enumerate()
                .map(|(row, it)| mark(left - 8, y(row) + 15, &it.0))
                .collect(),
            tiles,
            legend: (0..=4).collect(),
        })
    }
}

fn mark(x: usize, y: usize, text: &str) -> Mark {
    let cut: String = text.chars().take(LONGEST - 1).collect();
    let is_long = text.chars().count() > LONGEST;
    Mark {
        x,
        y,
        text: if is_long {
            format!("{cut}…")
        } else {
            text.to_owned()
        },
        title: if is_long {
            text.to_owned()
        } else {
            String::new()
        },
    }
}

/// Nothing, up to a quarter, up to a half, less than all, all.
const fn shade(part: u32, of: u32) -> usize {
    match part {
        0 => 0,
        _ if part >= of => 4,
        _ if part * 4 <= of => 1,
        _ if part * 2 <= of => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "a place may be a gap")]
    fn heat(part: u32) -> Option<Heat> {
        Some(Heat {
            part,
            of: 6,
            letter: String::new(),
            title: format!("{part} из 6"),
        })
    }

    #[test]
    fn there_are_five_shades() {
        let shades: Vec<usize> = (0..=7).map(|it| shade(it, 6)).collect();
        assert_eq!(shades, [0, 1, 2, 2, 3, 3, 4, 4]);
    }

    #[test]
    fn each_place_has_its_tile_and_a_gap_none() {
        let heads = ["07".to_owned(), "08".to_owned()];
        let rows = [
            ("Егорова".to_owned(), vec![heat(2), heat(6)]),
            ("Я".repeat(40), vec![None, heat(0)]),
        ];
        let map = HeatMap::new(&heads, &rows).unwrap();
        assert_eq!(map.tiles.len(), 3);
        assert_eq!(map.tiles[1].shade, 4);
        assert_eq!(map.tiles[1].title, "Егорова, 08: 6 из 6");
        assert!(map.names[1].text.ends_with('…') && map.names[1].title.len() == 80);
        assert_eq!(HeatMap::new(&[], &rows), None);
        assert_eq!(HeatMap::new(&heads, &[]), None);
    }
}
