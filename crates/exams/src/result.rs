//! What a pupil reached in an exam, and what follows from it.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{ClassId, PersonId};

use crate::{Exam, ExamId};

kernel::id!(/// An appeal against a result.
    AppealId);

/// Whether a pupil wrote the exam, and why not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turnout {
    /// Nothing entered yet, or taken back.
    #[default]
    Unset,
    Present,
    /// Did not come; nobody said why.
    Absent,
    Ill,
    Excused,
    Truant,
    /// Does not take part: chose another exam, or is exempt.
    Out,
}

impl Turnout {
    pub const ALL: [Self; 7] = [
        Self::Unset,
        Self::Present,
        Self::Absent,
        Self::Ill,
        Self::Excused,
        Self::Truant,
        Self::Out,
    ];

    /// The name in the database, in forms and in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unset => "",
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Ill => "ill",
            Self::Excused => "excused",
            Self::Truant => "truant",
            Self::Out => "out",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Should have come and did not.
    pub const fn is_absent(self) -> bool {
        matches!(
            self,
            Self::Absent | Self::Ill | Self::Excused | Self::Truant
        )
    }

    /// «н», «б», «у», «п» typed in place of a score.
    fn from_letter(text: &str) -> Option<Self> {
        match text.to_lowercase().as_str() {
            "н" => Some(Self::Absent),
            "б" => Some(Self::Ill),
            "у" | "уп" => Some(Self::Excused),
            "п" | "нп" => Some(Self::Truant),
            "–" | "-" => Some(Self::Out),
            _ => None,
        }
    }
}

/// What was entered for a pupil.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub turnout: Turnout,
    pub variant: String,
    pub primary: Option<i16>,
    /// Only where the exam has no scale.
    pub test: Option<i16>,
    pub mark: Option<i16>,
}

/// What stands, with its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResult {
    pub pupil: PersonId,
    pub class: ClassId,
    pub entry: Entry,
    pub version: i32,
    pub by: PersonId,
    pub at: DateTime<Utc>,
}

/// What an entry comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub test: Option<i16>,
    pub mark: Option<i16>,
    /// `None` where nothing tells.
    pub passed: Option<bool>,
}

/// Which cell of an entry makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryFault {
    Turnout,
    Variant,
    Primary,
    Test,
    Mark,
    /// Somebody who did not write it has no score.
    AbsentHasScore,
}

impl EntryFault {
    /// The field of the line, and the code of the mistake.
    pub const fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Turnout => ("turnout", "choice"),
            Self::Variant => ("variant", "too_long"),
            Self::Primary => ("primary", "exams-score"),
            Self::Test => ("test", "exams-test"),
            Self::Mark => ("mark", "exams-mark"),
            Self::AbsentHasScore => ("turnout", "exams-absent"),
        }
    }
}

/// The texts of a line, as they are typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed<'a> {
    pub turnout: &'a str,
    pub variant: &'a str,
    pub primary: &'a str,
    pub test: &'a str,
    pub mark: &'a str,
}

impl Entry {
    /// Reads a line. A score without a turnout means that the pupil was
    /// there; a letter in place of the score tells why not.
    pub fn read(typed: &Typed<'_>, exam: &Exam) -> Result<Self, EntryFault> {
        let mut turnout = Turnout::from_code(typed.turnout).ok_or(EntryFault::Turnout)?;
        let letter = Turnout::from_letter(typed.primary);
        let primary = match letter {
            Some(_) => None,
            None => score(
                typed.primary,
                0..=exam.fields.max_primary,
                EntryFault::Primary,
            )?,
        };
        if let Some(it) = letter {
            if matches!(turnout, Turnout::Unset | Turnout::Present) || turnout == it {
                turnout = it;
            } else {
                return Err(EntryFault::AbsentHasScore);
            }
        }
        let typed_too = exam.scale.is_none();
        let (mut test, mut mark) = (None, None);
        if typed_too && exam.fields.kind.has_test_scores() {
            test = score(typed.test, 0..=100, EntryFault::Test)?;
        }
        if typed_too && exam.fields.kind.has_marks() {
            mark = score(typed.mark, 2..=5, EntryFault::Mark)?;
        }
        let scored = primary.is_some() || test.is_some() || mark.is_some();
        match turnout {
            Turnout::Unset if scored => turnout = Turnout::Present,
            Turnout::Present => {}
            _ if scored => return Err(EntryFault::AbsentHasScore),
            _ => {}
        }
        if typed.variant.chars().count() > 20 {
            return Err(EntryFault::Variant);
        }
        Ok(Self {
            turnout,
            variant: typed.variant.to_owned(),
            primary,
            test,
            mark,
        })
    }

    /// Test score, mark and whether it is enough: by the scale of the exam
    /// where it has one, and otherwise as typed.
    pub fn outcome(&self, exam: &Exam) -> Outcome {
        let Some(scale) = &exam.scale else {
            return Outcome {
                test: self.test,
                mark: self.mark,
                passed: self.mark.map(|it| it >= 3),
            };
        };
        let step = self.primary.and_then(|it| scale.step(it));
        let mark = step.and_then(|it| it.mark);
        let by_score = self.primary.zip(scale.pass_primary);
        Outcome {
            test: step.and_then(|it| it.test),
            mark,
            passed: by_score
                .map(|(it, least)| it >= least)
                .or_else(|| mark.map(|it| it >= 3)),
        }
    }
}

/// An empty text is no score.
fn score(
    text: &str,
    within: RangeInclusive<i16>,
    fault: EntryFault,
) -> Result<Option<i16>, EntryFault> {
    if text.is_empty() {
        return Ok(None);
    }
    let number: i16 = text.parse().map_err(|_| fault)?;
    if within.contains(&number) {
        Ok(Some(number))
    } else {
        Err(fault)
    }
}

/// An appeal against a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appeal {
    pub id: AppealId,
    pub exam: ExamId,
    pub pupil: PersonId,
    /// About the score, or about how the exam went.
    pub about_score: bool,
    pub filed_on: NaiveDate,
    pub state: AppealState,
    pub decided_on: Option<NaiveDate>,
    pub before: Option<i16>,
    pub after: Option<i16>,
    pub note: String,
    pub version: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppealState {
    Filed,
    Granted,
    Refused,
}

impl AppealState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Filed => "filed",
            Self::Granted => "granted",
            Self::Refused => "refused",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Filed, Self::Granted, Self::Refused]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{ExamFields, ExamKind, Scale, Stage, Step};

    pub(crate) fn exam(kind: ExamKind, scale: Option<Scale>) -> Exam {
        Exam {
            id: 1.into(),
            year: 1.into(),
            fields: ExamFields {
                kind,
                stage: Stage::Main,
                subject: 1.into(),
                grade: 9,
                held_on: NaiveDate::default(),
                title: String::new(),
                form: String::new(),
                place: String::new(),
                elective: false,
                max_primary: 31,
                scale: scale.as_ref().map(|it| it.id),
                classes: vec![],
            },
            scale,
            version: 1,
        }
    }

    fn scale() -> Scale {
        let step = |from, mark| Step {
            from,
            test: None,
            mark: Some(mark),
        };
        Scale {
            id: 1.into(),
            year: 1.into(),
            kind: ExamKind::Oge,
            subject: 1.into(),
            name: "А".into(),
            max_primary: 31,
            pass_primary: Some(8),
            steps: vec![step(0, 2), step(8, 3), step(15, 4), step(22, 5)],
            version: 1,
        }
    }

    fn primary(primary: &str) -> Typed<'_> {
        Typed {
            primary,
            ..Typed::default()
        }
    }

    /// JRN-9: primary score → mark and threshold of the year's scale.
    #[test]
    fn the_scale_tells_the_mark_at_its_edges() {
        let exam = exam(ExamKind::Oge, Some(scale()));
        for (score, mark, passed) in [
            ("0", 2, false),
            ("7", 2, false),
            ("8", 3, true),
            ("21", 4, true),
            ("31", 5, true),
        ] {
            let it = Entry::read(&primary(score), &exam).unwrap();
            assert_eq!(
                it.turnout,
                Turnout::Present,
                "a score means that somebody was there"
            );
            let outcome = it.outcome(&exam);
            assert_eq!(
                (outcome.mark, outcome.passed),
                (Some(mark), Some(passed)),
                "{score}"
            );
        }
        // What is typed beside a scale does not count.
        let typed = Typed {
            mark: "5",
            ..primary("0")
        };
        assert_eq!(
            Entry::read(&typed, &exam).unwrap().outcome(&exam).mark,
            Some(2)
        );
    }

    #[test]
    fn a_letter_in_place_of_the_score_tells_the_turnout() {
        let exam = exam(ExamKind::Vpr, None);
        let turnout = |text| Entry::read(&primary(text), &exam).map(|it| it.turnout);
        assert_eq!(turnout("н"), Ok(Turnout::Absent));
        assert_eq!(turnout("Б"), Ok(Turnout::Ill));
        assert_eq!(turnout("-"), Ok(Turnout::Out));
        assert_eq!(turnout(""), Ok(Turnout::Unset));
        for wrong in ["32", "-1", "х", "1,5"] {
            assert_eq!(turnout(wrong), Err(EntryFault::Primary), "{wrong}");
        }
        let absent = Typed {
            turnout: "ill",
            ..primary("5")
        };
        assert_eq!(Entry::read(&absent, &exam), Err(EntryFault::AbsentHasScore));
        let both = Typed {
            turnout: "present",
            ..primary("н")
        };
        assert_eq!(Entry::read(&both, &exam).unwrap().turnout, Turnout::Absent);
    }

    #[test]
    fn without_a_scale_the_mark_is_typed_and_ege_has_none() {
        let typed = Typed {
            mark: "4",
            test: "70",
            ..primary("20")
        };
        let vpr = exam(ExamKind::Vpr, None);
        let it = Entry::read(&typed, &vpr).unwrap();
        assert_eq!((it.mark, it.test), (Some(4), None));
        let ege = exam(ExamKind::Ege, None);
        let it = Entry::read(&typed, &ege).unwrap();
        assert_eq!((it.mark, it.test), (None, Some(70)));
        assert_eq!(it.outcome(&ege).passed, None, "nothing tells");
        let six = Typed {
            mark: "6",
            ..Typed::default()
        };
        assert_eq!(Entry::read(&six, &vpr), Err(EntryFault::Mark));
    }
}
