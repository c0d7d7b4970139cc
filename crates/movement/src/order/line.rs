//! What an order says of one pupil (§3.1).

use chrono::NaiveDate;
use kernel::{ClassId, OrgId, PersonId};
use serde::{Deserialize, Deserializer, Serialize};

use super::coded::coded;

coded!(/// Why a pupil leaves (§3.1).
    LeavingReason {
    OtherSchool = "other_school",
    College = "college",
    FamilyEducation = "family_education",
    Moved = "moved",
    /// Ст. 43 ч. 8 273-ФЗ.
    Expelled = "expelled",
    SpecialSchool = "special_school",
    Death = "death",
    Other = "other",
});

coded!(/// What a pupil came from.
    CameKind {
    School = "school",
    Preschool = "preschool",
    College = "college",
    Family = "family",
    /// Nowhere: the first time at school.
    First = "first",
    Other = "other",
});

coded!(/// How far that is, as the table of movement counts it (§3.6).
    Scope {
    Town = "town",
    District = "district",
    Region = "region",
    OtherRegion = "other_region",
    Abroad = "abroad",
});

coded!(/// Form of study (ст. 17 273-ФЗ).
    StudyForm {
    FullTime = "full_time",
    PartTime = "part_time",
    Extramural = "extramural",
    Family = "family",
});

coded!(/// What a pupil stays another year for (ст. 58 ч. 9 273-ФЗ).
    RepeatGround {
    /// The decision of the teachers' council.
    Council = "council",
    /// The parents asked for it.
    Application = "application",
});

coded!(/// What a graduate gets.
    GraduationDocument {
    Certificate = "certificate",
    Honours = "honours",
    /// A paper that says what was studied: the state exams were not passed.
    Reference = "reference",
});

coded!(/// How the state exams went (ГИА).
    StateExams {
    Passed = "passed",
    Failed = "failed",
    Exempt = "exempt",
});

/// What the order says of one pupil.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    #[serde(rename = "pupil_id")]
    pub pupil: PersonId,
    /// The class to be in; none where the order takes the pupil out or names
    /// only the parallel.
    #[serde(rename = "to_class_id")]
    pub to_class: Option<ClassId>,
    /// The parallel to be in where no class is named («нераспределённый»).
    pub to_grade: Option<i16>,
    pub came_from: String,
    pub went_to: String,
    #[serde(deserialize_with = "said")]
    pub reason: Option<LeavingReason>,
    #[serde(flatten)]
    pub details: Details,
}

/// What only some kinds of orders say; each kind has its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// Enrolment: what the pupil came from.
    pub came_kind: Option<CameKind>,
    /// Enrolment and leaving: settlement and region.
    pub place: String,
    /// Enrolment and leaving: how far that is.
    pub scope: Option<Scope>,
    /// Leaving: the school of the region that the pupil is offered to (MOV-5).
    pub to_school: Option<OrgId>,
    pub study_form: Option<StudyForm>,
    /// Enrolment: the personal file's number.
    pub file_number: String,
    /// Enrolment and repeating: number and date of the parents' application.
    pub application: String,
    /// Promotion with a debt (ст. 58 ч. 8 273-ФЗ).
    pub conditional: bool,
    pub ground: Option<RepeatGround>,
    pub document: Option<GraduationDocument>,
    pub document_number: String,
    pub document_on: Option<NaiveDate>,
    pub exams: Option<StateExams>,
}

/// Where an order puts a pupil.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    Class(ClassId),
    /// A parallel, and no class of it yet.
    Grade(i16),
}

impl Place {
    /// The class, where it is one.
    pub const fn class(self) -> Option<ClassId> {
        match self {
            Self::Class(it) => Some(it),
            Self::Grade(_) => None,
        }
    }

    /// The parallel, where no class is named.
    pub const fn grade(self) -> Option<i16> {
        match self {
            Self::Class(_) => None,
            Self::Grade(it) => Some(it),
        }
    }
}

impl OrderLine {
    /// A line that names the pupil and nothing else.
    pub fn of(pupil: PersonId) -> Self {
        Self {
            pupil,
            to_class: None,
            to_grade: None,
            came_from: String::new(),
            went_to: String::new(),
            reason: None,
            details: Details::default(),
        }
    }

    /// A line of an enrolment.
    pub fn enter(pupil: PersonId, class: ClassId, came_from: String) -> Self {
        Self {
            came_from,
            ..Self::of(pupil).to(Place::Class(class))
        }
    }

    /// A line of a leaving.
    pub fn leave(pupil: PersonId, went_to: String, reason: LeavingReason) -> Self {
        Self {
            went_to,
            reason: Some(reason),
            ..Self::of(pupil)
        }
    }

    /// The same line with the class or parallel to be in.
    #[must_use]
    pub fn to(self, place: Place) -> Self {
        Self {
            to_class: place.class(),
            to_grade: place.grade(),
            ..self
        }
    }

    /// The same line with what only some kinds say.
    #[must_use]
    pub fn with(self, details: Details) -> Self {
        Self { details, ..self }
    }

    /// Where the line puts the pupil; nothing where it names no place or two.
    pub fn place(&self) -> Option<Place> {
        match (self.to_class, self.to_grade) {
            (Some(class), None) => Some(Place::Class(class)),
            (None, Some(grade)) => Some(Place::Grade(grade)),
            _ => None,
        }
    }
}

/// The column holds '' where no reason is told.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<LeavingReason>, D::Error> {
    let code = Option::<String>::deserialize(from)?.unwrap_or_default();
    Ok(LeavingReason::from_code(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back_to_what_they_name() {
        for it in LeavingReason::ALL {
            assert_eq!(LeavingReason::from_code(it.code()), Some(*it));
        }
        for it in StudyForm::ALL {
            assert_eq!(StudyForm::from_code(it.code()), Some(*it));
        }
        assert_eq!(Scope::from_code("moon"), None);
    }

    #[test]
    fn a_line_names_a_class_or_a_parallel() {
        let line = OrderLine::of(1.into());
        assert_eq!(line.place(), None);
        assert_eq!(
            line.clone().to(Place::Grade(10)).place(),
            Some(Place::Grade(10))
        );
        let both = OrderLine {
            to_class: Some(5.into()),
            ..line.to(Place::Grade(10))
        };
        assert_eq!(both.place(), None);
    }

    /// The store writes lines as JSON and reads the row back the same way.
    #[test]
    fn a_line_comes_back_from_its_row() {
        let line =
            OrderLine::leave(7.into(), "СОШ № 2".to_owned(), LeavingReason::Moved).with(Details {
                scope: Some(Scope::Abroad),
                document_on: NaiveDate::from_ymd_opt(2027, 6, 25),
                ..Details::default()
            });
        let mut row = serde_json::to_value(&line).unwrap();
        row["org_id"] = 1.into();
        assert_eq!(
            serde_json::from_value::<OrderLine>(row.clone()).unwrap(),
            line
        );
        row["reason"] = "".into();
        assert_eq!(
            serde_json::from_value::<OrderLine>(row).unwrap().reason,
            None
        );
    }
}
