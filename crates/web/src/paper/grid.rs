use serde::Serialize;

/// A table on paper; its head stands on each of its pages.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Grid {
    pub head: Vec<Column>,
    pub rows: Vec<Vec<String>>,
    /// Rows that sum up.
    pub totals: Vec<Vec<String>>,
    /// Places of rows that sum up what is above them, or head what is below.
    pub strong: Vec<usize>,
}

/// A column of a [`Grid`].
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    pub label: String,
    /// Numbers stand on the right.
    pub number: bool,
    /// Its share of the width.
    pub weight: usize,
}

/// A longer text takes lines rather than width.
const WIDEST: usize = 30;
const NARROWEST: usize = 3;

impl Grid {
    /// A table whose columns are as wide as what stands in them asks for.
    /// `head` says of each column whether it holds numbers.
    pub fn new(head: Vec<(String, bool)>, rows: Vec<Vec<String>>) -> Self {
        Self::summed(head, rows, Vec::new())
    }

    /// The same with rows that sum up below.
    pub fn summed(
        head: Vec<(String, bool)>,
        rows: Vec<Vec<String>>,
        totals: Vec<Vec<String>>,
    ) -> Self {
        let columns = head
            .into_iter()
            .enumerate()
            .map(|(place, (label, number))| {
                let all = rows.iter().chain(&totals);
                let cells = all.filter_map(|it| it.get(place));
                Column {
                    weight: weight(&label, cells.map(String::as_str)),
                    label,
                    number,
                }
            });
        Self {
            head: columns.collect(),
            rows,
            totals,
            strong: Vec::new(),
        }
    }

    /// Whether it needs the long side of the sheet.
    pub fn is_wide(&self) -> bool {
        let width: usize = self.head.iter().map(|it| it.weight).sum();
        self.head.len() > 6 || width > 100
    }
}

/// As wide as the longest word, and as nine of ten texts if they are not long.
fn weight<'a>(label: &'a str, cells: impl Iterator<Item = &'a str>) -> usize {
    let mut lengths = Vec::new();
    // Heads are bold.
    let mut longest = longest_word(label) * 6 / 5;
    for cell in cells {
        lengths.push(cell.chars().count());
        longest = longest.max(longest_word(cell));
    }
    lengths.sort_unstable();
    let usual = lengths.get(lengths.len() * 9 / 10).copied().unwrap_or(0);
    longest.max(usual).clamp(NARROWEST, WIDEST)
}

fn longest_word(text: &str) -> usize {
    let words = text.split_whitespace().map(|it| it.chars().count());
    words.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_share_the_width_by_what_stands_in_them() {
        let rows = vec![vec![
            "Константинопольский Константин Константинович".to_owned(),
            "5".to_owned(),
        ]];
        let grid = Grid::new(
            vec![("Ученик".to_owned(), false), ("Кл.".to_owned(), true)],
            rows,
        );
        let weights: Vec<usize> = grid.head.iter().map(|it| it.weight).collect();
        assert_eq!(weights, [WIDEST, NARROWEST]);
        assert!(!grid.is_wide());
    }

    #[test]
    fn sums_get_their_room() {
        let row = |it: &str| vec![vec![it.to_owned()]];
        let head = vec![("07".to_owned(), true)];
        let grid = Grid::summed(head, row("6"), row("100,00"));
        assert_eq!(grid.head[0].weight, 6);
    }

    #[test]
    fn an_empty_table_has_a_head() {
        let grid = Grid::new(vec![("Класс".to_owned(), false)], Vec::new());
        assert_eq!(grid.head[0].weight, 6);
    }
}
