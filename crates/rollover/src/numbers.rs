//! The table of numbers before and after (`ux.md` §7, check 26).

use std::collections::{BTreeMap, HashMap};

use kernel::ClassId;
use movement::Place;
use serde::{Deserialize, Serialize};

use crate::{Fate, Outcome, fate::grade_of};

/// How many pupils of one parallel, and where they go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeNumbers {
    pub grade: i16,
    pub classes_before: u32,
    pub pupils_before: u32,
    pub promoted: u32,
    pub conditional: u32,
    pub repeat: u32,
    pub graduated: u32,
    pub left: u32,
    pub classes_after: u32,
    pub pupils_after: u32,
}

/// The whole table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    pub grades: Vec<GradeNumbers>,
    pub orders: u32,
    /// Pupils that were put into a group which goes on.
    pub grouped: u32,
}

/// What the table is counted from.
pub(crate) struct Counted<'a> {
    /// Grades of the classes of both years.
    pub(crate) grades: &'a HashMap<ClassId, i16>,
    pub(crate) before: &'a [ClassId],
    pub(crate) after: &'a [ClassId],
    pub(crate) fates: &'a [Fate],
    /// The class, or the parallel, of each pupil on the first day of the
    /// coming year, as the register tells it.
    pub(crate) there: &'a [Place],
}

impl Numbers {
    pub(crate) fn of(it: &Counted<'_>, orders: usize, grouped: usize) -> Self {
        let mut rows: BTreeMap<i16, GradeNumbers> = BTreeMap::new();
        let grade = |place: Place| grade_of(it.grades, place);
        let of_class = |class: &ClassId| grade(Place::Class(*class));
        for class in it.before {
            rows.entry(of_class(class)).or_default().classes_before += 1;
        }
        for class in it.after {
            rows.entry(of_class(class)).or_default().classes_after += 1;
        }
        for place in it.there {
            rows.entry(grade(*place)).or_default().pupils_after += 1;
        }
        for fate in it.fates {
            let row = rows.entry(grade(fate.from)).or_default();
            row.pupils_before += 1;
            match fate.outcome {
                Outcome::Promote => row.promoted += 1,
                Outcome::Conditional => row.conditional += 1,
                Outcome::Repeat => row.repeat += 1,
                Outcome::Graduate => row.graduated += 1,
                Outcome::Leave => row.left += 1,
            }
        }
        let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        Self {
            grades: rows
                .into_iter()
                .map(|(grade, row)| GradeNumbers { grade, ..row })
                .collect(),
            orders: number(orders),
            grouped: number(grouped),
        }
    }

    /// The sum of all parallels.
    pub fn total(&self) -> GradeNumbers {
        self.grades
            .iter()
            .fold(GradeNumbers::default(), |sum, it| GradeNumbers {
                grade: 0,
                classes_before: sum.classes_before + it.classes_before,
                pupils_before: sum.pupils_before + it.pupils_before,
                promoted: sum.promoted + it.promoted,
                conditional: sum.conditional + it.conditional,
                repeat: sum.repeat + it.repeat,
                graduated: sum.graduated + it.graduated,
                left: sum.left + it.left,
                classes_after: sum.classes_after + it.classes_after,
                pupils_after: sum.pupils_after + it.pupils_after,
            })
    }
}
