//! Classes and their subgroups.

use chrono::{DateTime, Utc};

use crate::{
    dice::Dice,
    ids::Ids,
    model::{Class, Days, Group, Kit, Pupil, School, Size},
    rows::Rows,
    subjects::Split,
};

const LETTERS: [&str; 4] = ["А", "Б", "В", "Г"];
/// Classes of each grade in a school of 32 classes.
const LARGE: [usize; 11] = [3, 3, 3, 3, 4, 3, 3, 3, 3, 2, 2];

pub(super) fn classes(ids: &mut Ids, dice: &mut Dice, size: Size) -> Vec<Class> {
    let mut classes = Vec::new();
    for (grade, count) in (1_i16..).zip(LARGE) {
        let count = if size == Size::Rural { 1 } else { count };
        for letter in &LETTERS[..count] {
            let pupils = match size {
                Size::Rural => dice.between(4, 9) as usize,
                // 28 classes of 28 pupils and 4 of 27 are 892.
                Size::Measured => {
                    if matches!((grade, *letter), (8..=11, "Б")) {
                        27
                    } else {
                        28
                    }
                }
                Size::Large if grade == 7 && *letter == "А" => 28,
                Size::Large => dice.between(22, 28) as usize,
            };
            // The second shift is forbidden in grades 1, 5, 9…11.
            let second = size == Size::Large && matches!((grade, *letter), (3 | 4, "В"));
            classes.push(Class {
                id: ids.next("curriculum.class"),
                grade,
                letter,
                shift: if second { 2 } else { 1 },
                size: pupils,
                teacher: 0,
            });
        }
    }
    classes
}

/// Two groups for each subject that splits a large class.
pub(super) fn groups(kit: &Kit, ids: &mut Ids, classes: &[Class], pupils: &[Pupil]) -> Vec<Group> {
    let mut groups = Vec::new();
    for (class_at, class) in classes.iter().enumerate().filter(|it| it.1.is_split()) {
        let taught = |it: &(usize, &crate::subjects::Subject)| it.1.is_split_in(class.grade);
        for (subject, how) in kit.subjects.iter().enumerate().filter(taught) {
            let mut halves = [Vec::new(), Vec::new()];
            let members = pupils
                .iter()
                .enumerate()
                .filter(|it| it.1.class == class_at);
            for (at, (pupil, it)) in members.enumerate() {
                let second = match how.split {
                    Split::BoysAndGirls => !it.person.male,
                    _ => at % 2 == 1,
                };
                halves[usize::from(second)].push(pupil);
            }
            for (part, members) in (1..).zip(halves) {
                let id = ids.next("curriculum.study_group");
                groups.push(Group {
                    id,
                    class: class_at,
                    subject,
                    part,
                    members,
                });
            }
        }
    }
    groups
}

impl crate::subjects::Subject {
    /// Whether large classes of the grade are taught in halves.
    pub(super) fn is_split_in(&self, grade: i16) -> bool {
        self.split != Split::Never && self.hours_in(grade) > 0 && self.family_in(grade) != "primary"
    }
}

/// What forms of statistics tell kinds of classes by.
fn profile(grade: i16, letter: &str) -> &'static str {
    match (grade, letter) {
        (10.., "А") => "Социально-экономический профиль",
        (10.., "Б") => "Технологический профиль",
        (10.., _) => "Универсальный профиль",
        (8 | 9, "Б") => "Углублённое изучение математики и информатики",
        _ => "",
    }
}

pub(super) fn rows(school: &School, days: &Days, moment: DateTime<Utc>) -> [Rows; 4] {
    let org = school.site.org;
    let mut classes = Rows::new(
        "curriculum.class (org_id, class_id, year_id, grade, letter, shift, teacher_id, room_id, profile, created_at)",
    );
    for it in &school.classes {
        let teacher = &school.workers[it.teacher];
        classes.add(&[
            &org,
            &it.id,
            &school.year,
            &it.grade,
            &it.letter,
            &it.shift,
            &teacher.person.id,
            &teacher.room,
            &profile(it.grade, it.letter),
            &moment,
        ]);
    }
    let mut groups =
        Rows::new("curriculum.study_group (org_id, group_id, class_id, subject_id, part, name)");
    let mut members = Rows::new("curriculum.group_member (org_id, group_id, pupil_id)");
    for it in &school.groups {
        let class = school.classes[it.class].id;
        let subject = school.subject_ids[it.subject];
        groups.add(&[
            &org,
            &it.id,
            &class,
            &subject,
            &it.part,
            &format!("Группа {}", it.part),
        ]);
        for pupil in &it.members {
            members.add(&[&org, &it.id, &school.pupils[*pupil].person.id]);
        }
    }
    let mut loads = Rows::new(
        "curriculum.load (org_id, load_id, year_id, class_id, group_id, subject_id, teacher_id, hours_a_week, valid)",
    );
    let valid = format!("[{},{}]", days.calendar.starts_on, days.calendar.ends_on);
    for it in &school.loads {
        loads.add(&[
            &org,
            &it.id,
            &school.year,
            &school.classes[it.class].id,
            &it.group.map(|it| school.groups[it].id),
            &school.subject_ids[it.subject],
            &school.workers[it.teacher].person.id,
            &it.hours,
            &valid,
        ]);
    }
    [classes, groups, members, loads]
}
