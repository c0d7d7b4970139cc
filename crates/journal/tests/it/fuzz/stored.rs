//! What stands in the journals of both schools, to compare with what was told.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{is_ok, number};
use crate::support::School;

/// A cell: the work is 0 for attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    lesson: i64,
    work: i64,
    pupil: i64,
}

impl Place {
    /// Where the operation wrote; nowhere for an empty cell of a work that was not made.
    pub(super) fn of(op: &Value, result: &Value) -> Option<Self> {
        let work = match op["field"].as_str() {
            Some("attendance") => 0,
            _ => result["work"].as_i64()?,
        };
        Some(Self {
            lesson: number(op, "lesson"),
            work,
            pupil: number(op, "pupil"),
        })
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    value: String,
    version: i64,
}

impl Cell {
    pub(super) fn of(result: &Value) -> Self {
        Self {
            value: result["value"].as_str().unwrap_or_default().to_owned(),
            version: number(result, "version"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    cells: BTreeMap<Place, Cell>,
    works: i64,
    changes: i64,
    operations: i64,
}

impl Stored {
    pub(super) async fn read(school: &School) -> Self {
        let rows: Vec<(i64, i64, i64, String, i32)> = sqlx::query_as(
            "select lesson_id, work_id, pupil_id, value, version from journal.mark
             union all select lesson_id, 0, pupil_id, code, version from journal.attendance",
        )
        .fetch_all(school.world.test.admin())
        .await
        .expect("the cells are read");
        let cells = rows
            .into_iter()
            .map(|(lesson, work, pupil, value, version)| {
                let place = Place {
                    lesson,
                    work,
                    pupil,
                };
                let version = version.into();
                (place, Cell { value, version })
            });
        Self {
            cells: cells.collect(),
            works: school.count("select count(*) from journal.work").await,
            changes: school.count("select count(*) from kernel.history").await,
            operations: school.count("select count(*) from journal.operation").await,
        }
    }

    pub(super) fn cell(&self, place: Place) -> Cell {
        self.cells.get(&place).cloned().unwrap_or_default()
    }

    /// Everything that is not as it was was told, with its value and version,
    /// and every change is in the history.
    pub(super) fn became(&self, after: &Self, told: &[(&Value, &Value)]) {
        let changed: Vec<(&Place, &Cell)> = after
            .cells
            .iter()
            .filter(|(place, cell)| self.cells.get(place) != Some(cell))
            .collect();
        for (place, cell) in &changed {
            let is_told = told.iter().any(|(op, result)| {
                is_ok(result)
                    && Place::of(op, result) == Some(**place)
                    && Cell::of(result) == **cell
            });
            assert!(is_told, "nobody told of {place:?} {cell:?}");
        }
        assert!(self.cells.keys().all(|it| after.cells.contains_key(it)));
        let works = after.works - self.works;
        let written = i64::try_from(changed.len()).expect("a number");
        assert_eq!(after.changes - self.changes, written + works, "history");
        assert!(works <= written, "a work without a mark");
    }
}
