//! What the leaving school hands over, as it was on the day of its order.

use chrono::NaiveDate;
use people::FamilyFile;
use serde::{Deserialize, Serialize};

use crate::order::coded::coded;

coded!(/// What goes with the pupil on paper.
    HandedDocument {
    /// Личное дело.
    File = "file",
    /// Выписка с текущими отметками.
    Extract = "extract",
    /// Медицинская карта.
    Medical = "medical",
    Portfolio = "portfolio",
    Other = "other",
});

/// The frozen extract (приказ Минпросвещения № 240, MOV-5). A field that is
/// not known here makes it unreadable: nothing travels by accident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extract {
    /// Full name of the leaving school.
    pub school: String,
    /// Its short name, as lists have it.
    pub school_name: String,
    /// «5А»
    pub class: String,
    pub grade: i16,
    /// First day at the leaving school in the stay that ends.
    pub since: Option<NaiveDate>,
    /// The order of leaving.
    pub order_number: String,
    pub ordered_on: NaiveDate,
    /// The first day no longer there.
    pub leaves_on: NaiveDate,
    pub family: FamilyFile,
    /// Classes of the leaving school, the latest first.
    pub stays: Vec<FormerStay>,
    pub marks: CurrentMarks,
}

/// A stay in a class of the leaving school.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerStay {
    /// «2025/2026»
    pub year: String,
    pub class: String,
    pub since: NaiveDate,
    /// The last day in the class.
    pub until: Option<NaiveDate>,
}

/// Marks and missed lessons of the year so far, by subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurrentMarks {
    /// First day of the year that they are of; none where there is no journal.
    pub since: Option<NaiveDate>,
    pub subjects: Vec<SubjectMarks>,
    pub missed: MissedLessons,
}

/// One subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectMarks {
    pub subject: String,
    pub marks: Vec<CurrentMark>,
    pub finals: Vec<PeriodMark>,
    /// Weighted, as the journal counts it, written out: «4,25».
    pub average: String,
    pub missed: u32,
}

/// One mark of a lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurrentMark {
    pub on: NaiveDate,
    /// «Контрольная работа»
    pub work: String,
    pub value: String,
}

/// A final mark of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodMark {
    /// quarter, half, year …
    pub kind: String,
    pub number: i16,
    pub value: String,
}

/// Lessons missed in the year, by reason (§2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissedLessons {
    pub ill: u32,
    pub excused: u32,
    pub truant: u32,
    pub untold: u32,
}

impl MissedLessons {
    /// All lessons missed, for whatever reason.
    pub const fn all(&self) -> u32 {
        self.ill + self.excused + self.truant + self.untold
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extract_comes_back_from_its_row_and_nothing_more_travels() {
        let extract = Extract {
            class: "5А".to_owned(),
            marks: CurrentMarks {
                subjects: vec![SubjectMarks {
                    subject: "Алгебра".to_owned(),
                    marks: vec![CurrentMark::default()],
                    ..SubjectMarks::default()
                }],
                ..CurrentMarks::default()
            },
            ..Extract::default()
        };
        let mut row = serde_json::to_value(&extract).unwrap();
        assert_eq!(
            serde_json::from_value::<Extract>(row.clone()).unwrap(),
            extract
        );
        row["health_group"] = "II".into();
        assert!(serde_json::from_value::<Extract>(row).is_err());
    }
}
