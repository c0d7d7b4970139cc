//! Which rule wants which report, how often, of whom.

use std::sync::LazyLock;

use crate::Kind;

/// How often a report is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// After each quarter, trimester or half-year.
    Term,
    /// Once in so many days, as the rule says: from one copy to the next.
    Again,
    /// Once in each month of studies.
    Month,
    /// At the beginning of the academic year.
    Year,
}

/// Who makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The administrator, for the whole school.
    School,
    /// Each teacher, of the own work.
    Teacher,
    /// Whoever leads the class.
    Class,
}

/// One duty of the regulation.
#[derive(Clone, Copy, Debug)]
pub struct Duty {
    /// What rules of deadlines name it by.
    pub code: &'static str,
    /// The rule of the regulation, for whoever reads this table.
    pub rule: &'static str,
    /// Codes of the reports any of which is enough.
    pub kinds: &'static [&'static str],
    pub rhythm: Rhythm,
    pub due: Due,
}

/// What has no day and is nobody's debt: reports used in the work with children
/// and parents (S3:10.5, R-10.5). It is told in words, see [`super::watched`].
pub(super) const WATCHED: &str = "reporting.families";

/// The duties of S3:10.3–10.4. R-10.3c is of the forms of statistics, which
/// have a domain of their own; R-10.3b2 is kept by the movement book all the
/// time; of R-10.3b1 the movement book has the figures and a copy a month is
/// the proof (ADR 0025).
pub const DUTIES: [Duty; 11] = [
    Duty {
        code: "reporting.classes",
        rule: "R-10.3a1",
        kinds: &["classes"],
        rhythm: Rhythm::Term,
        due: Due::School,
    },
    Duty {
        code: "reporting.school",
        rule: "R-10.3a2",
        kinds: &["school"],
        rhythm: Rhythm::Term,
        due: Due::School,
    },
    Duty {
        code: "reporting.filling",
        rule: "R-10.3b1",
        kinds: &["filling"],
        rhythm: Rhythm::Month,
        due: Due::School,
    },
    Duty {
        code: "reporting.teacher",
        rule: "R-10.4a1",
        kinds: &["teacher"],
        rhythm: Rhythm::Term,
        due: Due::Teacher,
    },
    Duty {
        code: "reporting.class-teacher",
        rule: "R-10.4a2",
        kinds: &["class-teacher"],
        rhythm: Rhythm::Term,
        due: Due::Class,
    },
    Duty {
        code: "reporting.class-marks",
        rule: "R-10.4a3",
        kinds: &["class-results", "class-marks"],
        rhythm: Rhythm::Term,
        due: Due::Class,
    },
    Duty {
        code: "reporting.class-attendance",
        rule: "R-10.4a4",
        kinds: &["class-attendance"],
        rhythm: Rhythm::Term,
        due: Due::Class,
    },
    Duty {
        code: "reporting.preliminary",
        rule: "R-10.4b",
        kinds: &["preliminary"],
        rhythm: Rhythm::Again,
        due: Due::Class,
    },
    Duty {
        code: "reporting.class-absences",
        rule: "R-10.4c",
        kinds: &["class-absences"],
        rhythm: Rhythm::Month,
        due: Due::Class,
    },
    Duty {
        code: "reporting.pupil-figures",
        rule: "R-10.4d1",
        kinds: &["pupil-figures"],
        rhythm: Rhythm::Year,
        due: Due::Class,
    },
    Duty {
        code: "reporting.class-pupils",
        rule: "R-10.4d2",
        kinds: &["class-pupils"],
        rhythm: Rhythm::Year,
        due: Due::Class,
    },
];

impl Duty {
    /// The reports that are offered, the one to link to first.
    pub(super) fn offered(&self) -> impl Iterator<Item = Kind> {
        self.kinds.iter().filter_map(|it| Kind::from_code(it))
    }
}

/// The duties of which a report is offered.
pub(super) static OFFERED: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let offered = DUTIES.iter().filter(|it| it.offered().next().is_some());
    offered.map(|it| it.code).chain([WATCHED]).collect()
});

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// RPT-7: every code of the table is a report.
    #[test]
    fn the_codes_of_the_duties_are_reports() {
        let wanted: BTreeSet<&str> = DUTIES.iter().flat_map(|it| it.kinds).copied().collect();
        for code in wanted {
            assert!(Kind::from_code(code).is_some(), "{code}");
        }
    }

    #[test]
    fn every_duty_is_of_one_rule() {
        let codes: BTreeSet<&str> = DUTIES.iter().map(|it| it.code).collect();
        let rules: BTreeSet<&str> = DUTIES.iter().map(|it| it.rule).collect();
        assert_eq!((codes.len(), rules.len()), (DUTIES.len(), DUTIES.len()));
        assert!(OFFERED.contains(&"reporting.class-marks"));
    }

    /// What has a class is asked of a class, and what has none of the school.
    #[test]
    fn reports_are_of_those_who_owe_them() {
        for duty in &DUTIES {
            for kind in duty.offered() {
                assert_eq!(kind.is_of_class(), duty.due == Due::Class, "{}", duty.code);
                assert_eq!(
                    kind.is_of_school(),
                    duty.due == Due::School,
                    "{}",
                    duty.code
                );
            }
        }
    }
}
