//! The load of the coming year: what grade n+1 has this year, taught by
//! whoever taught the class so far, where that goes on (CUR-4).

use std::collections::HashSet;

use curriculum::{Class, Group, Load, NewGroup, NewLoad};
use kernel::{ClassId, GroupId, PersonId};

use crate::class_map::same_stage;

/// This year's classes with their load and groups.
pub(crate) struct ThisYear<'a> {
    pub(crate) classes: &'a [Class],
    pub(crate) loads: &'a [Load],
    pub(crate) groups: &'a [Group],
    /// Those who still work here.
    pub(crate) staff: &'a HashSet<PersonId>,
}

/// A class of the coming year and the class that becomes it.
pub(crate) struct Coming<'a> {
    pub(crate) class: &'a Class,
    pub(crate) from: Option<ClassId>,
}

/// A row of load to be; its group still by name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) load: NewLoad,
    pub(crate) group: Option<NewGroup>,
}

impl ThisYear<'_> {
    /// The load of a class of the coming year; nothing where nobody is in
    /// that grade this year.
    pub(crate) fn next(&self, coming: &Coming<'_>) -> Vec<Wanted> {
        let Some(source) = self.pattern(coming.class) else {
            return vec![];
        };
        let loads = self.loads.iter().filter(|it| it.class == source.id);
        let mut wanted: Vec<Wanted> = vec![];
        for it in self.at_the_end(loads) {
            let Some(teacher) = self.teacher(it, coming) else {
                continue;
            };
            let class = coming.class.id;
            let row = Wanted {
                load: NewLoad {
                    class,
                    group: None,
                    subject: it.subject,
                    teacher,
                    hours_a_week: it.hours_a_week,
                    since: None,
                    until: None,
                },
                group: self.part(it.group).map(|part| NewGroup {
                    class,
                    subject: it.subject,
                    part,
                }),
            };
            let is_there = |old: &&mut Wanted| {
                old.group == row.group
                    && (old.load.subject, old.load.teacher) == (row.load.subject, teacher)
            };
            match wanted.iter_mut().find(is_there) {
                // Two rows of one teacher become one with all hours.
                Some(old) => old.load.hours_a_week += row.load.hours_a_week,
                None => wanted.push(row),
            }
        }
        wanted
    }

    /// The class of that grade this year: with the same letter, or the first.
    fn pattern(&self, class: &Class) -> Option<&Class> {
        let parallel = || self.classes.iter().filter(|it| it.grade == class.grade);
        let same = parallel().find(|it| it.letter == class.letter);
        same.or_else(|| parallel().next())
    }

    /// What is in force at the end; teachers who were replaced are left out.
    fn at_the_end<'a>(&self, loads: impl Iterator<Item = &'a Load>) -> Vec<&'a Load> {
        let last = self.loads.iter().map(|it| it.until).max();
        loads.filter(|it| Some(it.until) == last).collect()
    }

    fn part(&self, group: Option<GroupId>) -> Option<i16> {
        let group = self.groups.iter().find(|it| Some(it.id) == group)?;
        Some(group.part)
    }

    /// Whoever taught the class the subject so far, inside a stage of the
    /// school; else whoever teaches it in that grade now.
    fn teacher(&self, of: &Load, coming: &Coming<'_>) -> Option<PersonId> {
        let before = coming
            .from
            .and_then(|id| self.classes.iter().find(|it| it.id == id));
        let before = before.filter(|it| same_stage(it.grade, coming.class.grade));
        let own = before.and_then(|class| {
            let loads = self.loads.iter().filter(|it| it.class == class.id);
            let taught = self.at_the_end(loads.filter(|it| it.subject == of.subject));
            let part = self.part(of.group);
            let same_part = taught.iter().find(|it| self.part(it.group) == part);
            same_part.or_else(|| taught.first()).map(|it| it.teacher)
        });
        [own, Some(of.teacher)]
            .into_iter()
            .flatten()
            .find(|it| self.staff.contains(it))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(id: i64, grade: i16, letter: &str) -> Class {
        Class {
            id: id.into(),
            year: 1.into(),
            grade,
            letter: letter.to_owned(),
            shift: 1,
            teacher: None,
            room: None,
        }
    }

    fn load(id: i64, class: i64, group: Option<i64>, subject: i64, teacher: i64) -> Load {
        Load {
            id: id.into(),
            class: class.into(),
            group: group.map(Into::into),
            subject: subject.into(),
            teacher: teacher.into(),
            hours_a_week: 5.into(),
            since: "2026-09-01".parse().unwrap(),
            until: "2027-05-26".parse().unwrap(),
        }
    }

    /// MOV-4: 6А of the coming year has the subjects of this year's 6А and,
    /// where they taught it, the teachers of this year's 5А.
    #[test]
    fn the_coming_class_has_the_plan_of_its_grade_and_the_teachers_of_the_class() {
        let classes = [class(5, 5, "А"), class(6, 6, "А"), class(4, 4, "А")];
        let groups = [Group {
            id: 60.into(),
            class: 6.into(),
            subject: 2.into(),
            part: 1,
            name: "1".to_owned(),
        }];
        let loads = [
            load(1, 5, None, 1, 11),
            load(2, 6, None, 1, 12),
            load(3, 6, Some(60), 2, 13),
            load(4, 6, None, 3, 99),
            load(5, 4, None, 1, 14),
        ];
        let staff: HashSet<PersonId> = [11, 12, 13, 14].map(Into::into).into();
        let year = ThisYear {
            classes: &classes,
            loads: &loads,
            groups: &groups,
            staff: &staff,
        };
        let next = class(106, 6, "А");
        let wanted = year.next(&Coming {
            class: &next,
            from: Some(5.into()),
        });
        let told: Vec<(i64, i64, Option<i16>)> = wanted
            .iter()
            .map(|it| {
                let part = it.group.as_ref().map(|it| it.part);
                (it.load.subject.get(), it.load.teacher.get(), part)
            })
            .collect();
        assert_eq!(
            told,
            [(1, 11, None), (2, 13, Some(1))],
            "99 works here no more"
        );
        let fifth = class(105, 5, "Б");
        let wanted = year.next(&Coming {
            class: &fifth,
            from: Some(4.into()),
        });
        assert_eq!(
            wanted[0].load.teacher,
            11.into(),
            "a subject teacher after grade 4"
        );
        let tenth = class(110, 10, "А");
        assert!(
            year.next(&Coming {
                class: &tenth,
                from: None
            })
            .is_empty()
        );
    }
}
