//! How many were there, came, went and moved: counted over stays (§3.6).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::{ClassId, PersonId};

use crate::{LeavingReason, OrderId, OrderKind};

/// The order by which somebody came or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    pub order: OrderId,
    pub kind: OrderKind,
    pub number: Option<String>,
    pub ordered_on: NaiveDate,
    /// Where from or where to.
    pub place: String,
    pub reason: Option<LeavingReason>,
}

/// Where a pupil is: in a class, or in a parallel and in no class of it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    Class(ClassId),
    Parallel(i16),
}

/// One stay of a pupil with the orders at both ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    pub pupil: PersonId,
    pub spot: Spot,
    pub since: NaiveDate,
    /// The first day no longer there.
    pub until: Option<NaiveDate>,
    /// What the enrolment says of where the pupil came from.
    pub origin: Origin,
    pub came: Paper,
    pub gone: Option<Paper>,
}

impl Passage {
    /// Whether the pupil is in the class on the day.
    pub fn is_on(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|it| day < it)
    }

    /// Whether the stay began by coming to the school. Where the order does
    /// not tell from what, whoever enters grade 1 comes for the first time.
    /// Nothing where they moved here from another class.
    fn came_as(&self, grade: i16) -> Option<Figure> {
        if self.came.kind != OrderKind::Enrolment {
            return None;
        }
        Some(match self.origin {
            Origin::First => Figure::First,
            Origin::Unknown if grade <= 1 => Figure::First,
            Origin::Unknown => Figure::FromUnknown,
            Origin::Town => Figure::FromTown,
            Origin::District => Figure::FromDistrict,
            Origin::Region => Figure::FromRegion,
            Origin::OtherRegion => Figure::FromOtherRegion,
            Origin::Abroad => Figure::FromAbroad,
        })
    }

    /// Whether the stay ended by leaving the school, and where to. Who moves
    /// to another place goes to a school there.
    fn gone_as(&self) -> Option<Figure> {
        let paper = self.gone.as_ref()?;
        match paper.kind {
            OrderKind::Graduation => Some(Figure::ToOthers),
            OrderKind::Leaving => Some(match paper.reason {
                Some(LeavingReason::OtherSchool | LeavingReason::Moved) => Figure::ToSchools,
                Some(LeavingReason::College) => Figure::ToColleges,
                _ => Figure::ToOthers,
            }),
            _ => None,
        }
    }
}

/// From what a pupil came, as the report tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The order does not say.
    #[default]
    Unknown,
    /// No school before: a kindergarten, or nothing.
    First,
    /// Another school of the town, the district …
    Town,
    District,
    Region,
    OtherRegion,
    Abroad,
}

impl Origin {
    /// By the codes of the order: what the pupil came from, and how far that is.
    pub(crate) fn of(kind: Option<&str>, scope: Option<&str>) -> Self {
        match (kind, scope) {
            (Some("preschool" | "first"), _) => Self::First,
            (_, Some("town")) => Self::Town,
            (_, Some("district")) => Self::District,
            (_, Some("region")) => Self::Region,
            (_, Some("other_region")) => Self::OtherRegion,
            (_, Some("abroad")) => Self::Abroad,
            _ => Self::Unknown,
        }
    }
}

/// A column of «Движение учащихся по школе».
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    Opening,
    /// All that came to the school.
    Came,
    /// From other schools: the sum of the six that follow.
    FromSchools,
    FromTown,
    FromDistrict,
    FromRegion,
    FromOtherRegion,
    FromAbroad,
    FromUnknown,
    /// Into the first grade or group, from no school.
    First,
    /// All that left the school.
    Gone,
    ToSchools,
    ToColleges,
    ToOthers,
    MovedIn,
    MovedOut,
    Closing,
    /// All that came or left.
    Moves,
}

impl Figure {
    /// The columns of the table, in their order.
    pub const COLUMNS: [Self; 17] = [
        Self::Opening,
        Self::Came,
        Self::FromSchools,
        Self::FromTown,
        Self::FromDistrict,
        Self::FromRegion,
        Self::FromOtherRegion,
        Self::FromAbroad,
        Self::FromUnknown,
        Self::First,
        Self::Gone,
        Self::ToSchools,
        Self::ToColleges,
        Self::ToOthers,
        Self::MovedIn,
        Self::MovedOut,
        Self::Closing,
    ];

    /// The name in addresses and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Came => "came",
            Self::FromSchools => "from_schools",
            Self::FromTown => "from_town",
            Self::FromDistrict => "from_district",
            Self::FromRegion => "from_region",
            Self::FromOtherRegion => "from_other_region",
            Self::FromAbroad => "from_abroad",
            Self::FromUnknown => "from_unknown",
            Self::First => "first",
            Self::Gone => "gone",
            Self::ToSchools => "to_schools",
            Self::ToColleges => "to_colleges",
            Self::ToOthers => "to_others",
            Self::MovedIn => "moved_in",
            Self::MovedOut => "moved_out",
            Self::Closing => "closing",
            Self::Moves => "moves",
        }
    }

    /// The figure with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        let all = Self::COLUMNS.into_iter().chain([Self::Moves]);
        all.into_iter().find(|it| it.code() == code)
    }

    /// What the figure is the sum of; itself where it is counted.
    fn parts(self) -> Vec<Self> {
        match self {
            Self::FromSchools => vec![
                Self::FromTown,
                Self::FromDistrict,
                Self::FromRegion,
                Self::FromOtherRegion,
                Self::FromAbroad,
                Self::FromUnknown,
            ],
            Self::Came => [Self::FromSchools.parts(), vec![Self::First]].concat(),
            Self::Gone => vec![Self::ToSchools, Self::ToColleges, Self::ToOthers],
            Self::Moves => [Self::Came.parts(), Self::Gone.parts()].concat(),
            _ => vec![self],
        }
    }

    /// Whether the figure tells how far those came who came from other schools.
    pub fn is_distance(self) -> bool {
        Self::FromSchools.parts().contains(&self)
    }

    /// Whether the figure counts those who came to the school.
    pub fn is_arrival(self) -> bool {
        matches!(self, Self::Came | Self::FromSchools) || Self::Came.parts().contains(&self)
    }

    /// Whether the figure tells of those who go from where they were.
    pub const fn is_end(self) -> bool {
        matches!(
            self,
            Self::Gone | Self::ToSchools | Self::ToColleges | Self::ToOthers | Self::MovedOut
        )
    }
}

/// The figures of one row: each is the list of stays that it counts, by their
/// place among all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures(BTreeMap<Figure, Vec<usize>>);

impl Figures {
    /// Whom the figure counts, with the part that tells why.
    pub fn of(&self, figure: Figure) -> Vec<(Figure, usize)> {
        let listed = |part: Figure| {
            let all = self.0.get(&part).map_or(&[][..], Vec::as_slice);
            all.iter().map(move |at| (part, *at))
        };
        figure.parts().into_iter().flat_map(listed).collect()
    }

    pub fn number(&self, figure: Figure) -> usize {
        self.of(figure).len()
    }

    /// Opening + came + moved in − gone − moved out = closing (§3.6).
    pub fn balances(&self) -> bool {
        self.number(Figure::Opening) + self.number(Figure::Came) + self.number(Figure::MovedIn)
            == self.number(Figure::Gone)
                + self.number(Figure::MovedOut)
                + self.number(Figure::Closing)
    }

    /// The figures of both rows together.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (figure, stays) in &other.0 {
            self.0.entry(*figure).or_default().extend(stays);
        }
        self
    }

    fn add(&mut self, figure: Figure, stay: usize) {
        self.0.entry(figure).or_default().push(stay);
    }
}

/// Parallels that are summed up together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    Preschool,
    /// 1–4
    Primary,
    /// 5–9
    Basic,
    /// 10–11, 12 in the evening
    Senior,
}

impl Stage {
    pub const ALL: [Self; 4] = [Self::Preschool, Self::Primary, Self::Basic, Self::Senior];

    pub const fn of(grade: i16) -> Self {
        match grade {
            ..=0 => Self::Preschool,
            1..=4 => Self::Primary,
            5..=9 => Self::Basic,
            10.. => Self::Senior,
        }
    }

    /// The name in addresses and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Preschool => "preschool",
            Self::Primary => "primary",
            Self::Basic => "basic",
            Self::Senior => "senior",
        }
    }
}

/// Counts by rows. The row opens with those who are there on `opens`; who
/// comes or goes on a later day up to `closes` is counted. `place` tells the
/// row and the grade of a spot; a move inside one row is none.
///
/// The stays are in the order of pupils and days.
pub(crate) fn count<K: Ord + Clone>(
    stays: &[Passage],
    (opens, closes): (NaiveDate, NaiveDate),
    place: impl Fn(Spot) -> (K, i16),
) -> BTreeMap<K, Figures> {
    let mut rows: BTreeMap<K, Figures> = BTreeMap::new();
    let within = |day: NaiveDate| opens < day && day <= closes;
    for (at, it) in stays.iter().enumerate() {
        let (row, grade) = place(it.spot);
        let mut add = |figure| rows.entry(row.clone()).or_default().add(figure, at);
        if it.is_on(opens) {
            add(Figure::Opening);
        }
        if it.is_on(closes) {
            add(Figure::Closing);
        }
        if within(it.since) {
            let before = at.checked_sub(1).and_then(|it| stays.get(it));
            let before = before.filter(|was| was.pupil == it.pupil && was.until == Some(it.since));
            match it.came_as(grade) {
                Some(figure) => add(figure),
                None if before.is_some_and(|was| place(was.spot).0 == row) => {}
                None => add(Figure::MovedIn),
            }
        }
        if it.until.is_some_and(within) {
            let after = stays.get(at + 1);
            let after = after.filter(|to| to.pupil == it.pupil && it.until == Some(to.since));
            match it.gone_as() {
                Some(figure) => add(figure),
                None if after.is_some_and(|to| place(to.spot).0 == row) => {}
                None => add(Figure::MovedOut),
            }
        }
    }
    rows
}

#[cfg(test)]
#[path = "count_tests.rs"]
mod tests;
