//! Which class goes where.

use curriculum::{Class, ClassCard};
use kernel::{ClassId, PersonId};

/// The last grade of each stage of the school: 1–4, 5–9, 10–11 (12).
const STAGES: [i16; 3] = [4, 9, 12];

/// Where a class is proposed to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Going {
    pub from: ClassId,
    /// The name of the class of the coming year; none: out of the school.
    pub to: Option<String>,
    /// The class teacher, who goes along within a stage.
    pub teacher: Option<PersonId>,
}

/// Whether teachers usually go on with their class from the one grade to the other.
pub(crate) fn same_stage(from: i16, to: i16) -> bool {
    let stage = |grade: i16| STAGES.iter().position(|last| grade <= *last);
    (from == 0) == (to == 0) && stage(from) == stage(to)
}

/// 5 → 6; none after the grades that end with a certificate. Whoever goes on
/// from 9 to 10 is chosen by name. A group of a kindergarten stays what it is.
/// In an evening school 11 is not the last.
pub(crate) const fn next_grade(grade: i16, has_twelfth: bool) -> Option<i16> {
    match grade {
        0 => Some(0),
        9 | 12 => None,
        11 if !has_twelfth => None,
        grade => Some(grade + 1),
    }
}

/// «5А» → «6А»; none where [`next_grade`] leads nowhere. A group of a
/// kindergarten keeps its name.
pub fn next_name(class: &Class, has_twelfth: bool) -> Option<String> {
    next_grade(class.grade, has_twelfth).map(|grade| match grade {
        0 => class.letter.clone(),
        grade => format!("{grade}{}", class.letter),
    })
}

/// Whether a class of the school goes past 11.
pub(crate) fn has_twelfth(classes: &[Class]) -> bool {
    classes.iter().any(|it| it.grade == 12)
}

/// The proposal for every class of the year.
pub(crate) fn proposed(classes: &[ClassCard]) -> Vec<Going> {
    let has_twelfth = classes.iter().any(|it| it.class.grade == 12);
    let going = |it: &ClassCard| {
        let to = next_name(&it.class, has_twelfth);
        let stays = it.class.grade == 0 || same_stage(it.class.grade, it.class.grade + 1);
        let keeps = to.is_some() && stays;
        Going {
            from: it.class.id,
            to,
            teacher: it.class.teacher.filter(|_| keeps),
        }
    };
    classes.iter().map(going).collect()
}

/// The classes that no class goes into: those of the grades 1 and 10 are
/// formed anew, as many as there are this year.
pub(crate) fn formed_anew(classes: &[ClassCard]) -> Vec<String> {
    let formed = classes.iter().filter(|it| matches!(it.class.grade, 1 | 10));
    formed.map(|it| it.class.name()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn card(id: i64, grade: i16, letter: &str) -> ClassCard {
        ClassCard {
            class: Class {
                id: id.into(),
                year: 1.into(),
                grade,
                letter: letter.to_owned(),
                shift: 1,
                teacher: Some(PersonId::from(id)),
                room: None,
            },
            profile: String::new(),
            version: 1,
        }
    }

    /// MOV-4: 5А → 6А, 9 and 11 out of the school, a group keeps its name.
    #[test]
    fn classes_go_up_by_one_and_keep_their_letter() {
        let all = [
            card(1, 5, "А"),
            card(2, 9, "Б"),
            card(3, 11, "А"),
            card(4, 0, "Ромашка"),
            card(5, 4, "В"),
        ];
        let going = proposed(&all);
        let names: Vec<Option<&str>> = going.iter().map(|it| it.to.as_deref()).collect();
        assert_eq!(names, [Some("6А"), None, None, Some("Ромашка"), Some("5В")]);
        let teachers: Vec<bool> = going.iter().map(|it| it.teacher.is_some()).collect();
        assert_eq!(
            teachers,
            [true, false, false, true, false],
            "after 4 another teacher leads the class"
        );
        let evening = [card(1, 11, "А"), card(2, 12, "А")];
        assert_eq!(proposed(&evening)[0].to.as_deref(), Some("12А"));
    }

    proptest! {
        /// MOV-4: classes never meet in one class by themselves, and nobody
        /// goes by more than one grade.
        #[test]
        fn no_two_classes_are_proposed_the_same(
            names in proptest::collection::hash_set((0i16..=11, "[А-Е]"), 0..40)
        ) {
            let all: Vec<ClassCard> = (1..)
                .zip(&names)
                .map(|(id, (grade, letter))| card(id, *grade, letter))
                .collect();
            let going = proposed(&all);
            prop_assert_eq!(going.len(), all.len());
            let targets: Vec<&String> = going.iter().filter_map(|it| it.to.as_ref()).collect();
            let different: HashSet<&String> = targets.iter().copied().collect();
            prop_assert_eq!(targets.len(), different.len());
            let new = formed_anew(&all);
            prop_assert!(new.iter().all(|it| !different.contains(it)));
        }
    }
}
