//! Subjects with their hours, kinds of work, topics and homework.

use std::ops::RangeInclusive;

use crate::dice::Dice;

const SUBJECTS: &str = include_str!("../data/subjects.csv");
const KINDS: &str = include_str!("../../curriculum/defaults/work-kinds.csv");
const TOPICS: &str = include_str!("../data/topics.txt");
const HOMEWORK: &str = include_str!("../data/homework.txt");

/// The number of «Ответ на уроке».
pub(crate) const ANSWER: i16 = 10;
/// The number of «Контрольная работа».
pub(crate) const CONTROL: i16 = 4;

/// A subject of the curriculum.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) short: &'static str,
    pub(crate) area: &'static str,
    /// Who teaches it: teachers are of one family of subjects.
    pub(crate) family: &'static str,
    pub(crate) split: Split,
    /// So many of 100 pupils get a mark in a lesson.
    pub(crate) marks: u32,
    /// Hours a week in grades 1…11.
    pub(crate) hours: [u8; 11],
}

/// How a large class is split for a subject.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Split {
    Never,
    Halves,
    BoysAndGirls,
}

pub(crate) fn subjects() -> Vec<Subject> {
    SUBJECTS.lines().map(subject).collect()
}

fn subject(line: &'static str) -> Subject {
    let mut cells = line.split(';');
    let mut cell = || cells.next().unwrap_or_default();
    let [name, short, area, family, split] = [cell(), cell(), cell(), cell(), cell()];
    let marks = cell().parse().unwrap_or_default();
    let mut hours = [0; 11];
    for (hour, text) in hours.iter_mut().zip(cell().split(' ')) {
        *hour = text.parse().unwrap_or_default();
    }
    let split = match split {
        "half" => Split::Halves,
        "gender" => Split::BoysAndGirls,
        _ => Split::Never,
    };
    Subject {
        name,
        short,
        area,
        family,
        split,
        marks,
        hours,
    }
}

impl Subject {
    pub(crate) const fn hours_in(&self, grade: i16) -> u8 {
        self.hours[(grade - 1) as usize]
    }

    /// Who teaches it in the grade: in grades 1–4 the class teacher teaches
    /// all but languages and sport.
    pub(crate) fn family_in(&self, grade: i16) -> &'static str {
        if grade <= 4 && !matches!(self.family, "eng" | "pe") {
            "primary"
        } else {
            self.family
        }
    }

    pub(crate) fn has_homework(&self, grade: i16) -> bool {
        grade > 1 && !matches!(self.family, "pe" | "labour" | "art")
    }

    fn homework_kind(&self) -> &'static str {
        match (self.family, self.name) {
            (_, "Литература" | "Литературное чтение") => "literature",
            (_, "Математика") => "math",
            (_, "Русский язык") => "rus",
            (family @ ("math" | "eng" | "primary"), _) => family,
            _ => "science",
        }
    }
}

/// A kind of work as every school begins with it.
pub(crate) struct Kind {
    pub(crate) code: i16,
    pub(crate) name: &'static str,
    pub(crate) abbr: &'static str,
    pub(crate) weight: &'static str,
    pub(crate) is_control: bool,
}

pub(crate) fn kinds() -> Vec<Kind> {
    let kind = |line: &'static str| {
        let mut cells = line.split(';');
        let mut cell = || cells.next().unwrap_or_default();
        let code = cell().parse().unwrap_or_default();
        let [name, abbr, weight] = [cell(), cell(), cell()];
        Kind {
            code,
            name,
            abbr,
            weight,
            is_control: cell() == "1",
        }
    };
    KINDS.lines().map(kind).collect()
}

/// One lesson of a КТП.
pub(crate) struct Item {
    pub(crate) section: &'static str,
    pub(crate) topic: String,
    pub(crate) homework: String,
    /// The number of the kind of work that the lesson is held for.
    pub(crate) control: Option<i16>,
}

/// Real topics of all subjects.
pub(crate) struct Topics {
    lists: Vec<(&'static str, RangeInclusive<i16>, Vec<&'static str>)>,
    homework: Vec<(&'static str, Vec<&'static str>)>,
}

impl Topics {
    pub(crate) fn read() -> Self {
        let lists = sections(TOPICS).map(|(head, lines)| {
            let (subject, grades) = head.split_once('|').unwrap_or((head, "1-11"));
            let (from, to) = grades.split_once('-').unwrap_or((grades, grades));
            let grade = |it: &str| it.parse().unwrap_or_default();
            (subject, grade(from)..=grade(to), lines)
        });
        Self {
            lists: lists.collect(),
            homework: sections(HOMEWORK).collect(),
        }
    }

    /// The list of the subject and grade, and where in it the grade begins.
    fn of(&self, subject: &str, grade: i16) -> (&[&'static str], usize) {
        let fits = self
            .lists
            .iter()
            .find(|it| it.0 == subject && it.1.contains(&grade));
        fits.map_or((&[], 0), |(_, grades, topics)| {
            let before = grade.abs_diff(*grades.start());
            let all = grades.start().abs_diff(*grades.end()) + 1;
            (
                topics,
                topics.len() * usize::from(before) / usize::from(all),
            )
        })
    }

    /// A plan of so many lessons: each topic takes one to four of them, every
    /// fifth topic ends with a test.
    pub(crate) fn plan(
        &self,
        dice: &mut Dice,
        subject: &Subject,
        grade: i16,
        lessons: usize,
    ) -> Vec<Item> {
        let (topics, first) = self.of(subject.name, grade);
        if topics.is_empty() {
            return Vec::new();
        }
        let tested =
            subject.marks > 0 && grade > 1 && !matches!(subject.family, "pe" | "art" | "labour");
        let each = (lessons / topics.len()).clamp(1, 4);
        let mut items = Vec::with_capacity(lessons + 8);
        let mut tests = 0;
        let mut at = 0;
        while items.len() < lessons {
            let section = topics[(first + at) % topics.len()];
            for part in 0..each {
                items.push(self.lesson(dice, subject, grade, section, part));
            }
            at += 1;
            if tested && at % 5 == 0 {
                tests += 1;
                self.test(dice, subject, grade, section, tests, &mut items);
            }
        }
        items.truncate(lessons);
        if let Some(last) = items.last_mut() {
            "Обобщающий урок за курс".clone_into(&mut last.topic);
            last.control = None;
        }
        items
    }

    fn lesson(
        &self,
        dice: &mut Dice,
        subject: &Subject,
        grade: i16,
        section: &'static str,
        part: usize,
    ) -> Item {
        let topic = match part {
            0 => section.to_owned(),
            1 => format!("{section}. Закрепление"),
            2 => format!("{section}. Практикум"),
            _ => format!("{section}. Решение задач повышенной сложности"),
        };
        let topic = if part == 3 && subject.homework_kind() != "math" {
            format!("{section}. Повторение")
        } else {
            topic
        };
        let homework = self.homework(dice, subject, grade);
        Item {
            section,
            topic,
            homework,
            control: None,
        }
    }

    fn test(
        &self,
        dice: &mut Dice,
        subject: &Subject,
        grade: i16,
        section: &'static str,
        number: usize,
        items: &mut Vec<Item>,
    ) {
        let (code, topic) = match (subject.name, number % 3) {
            ("Русский язык", 1) => (8, format!("Диктант № {number}")),
            ("Русский язык", 2) if grade > 4 => (12, format!("Изложение № {number}")),
            ("Литература", _) => (11, format!("Сочинение по теме «{section}»")),
            ("Физика" | "Химия" | "Биология", 1) => {
                (6, format!("Лабораторная работа № {number}"))
            }
            _ => (CONTROL, format!("Контрольная работа № {number}")),
        };
        let summary = format!("Обобщающий урок по теме «{section}»");
        let homework = self.homework(dice, subject, grade);
        items.push(Item {
            section,
            topic: summary,
            homework,
            control: None,
        });
        let homework = String::new();
        items.push(Item {
            section,
            topic,
            homework,
            control: Some(code),
        });
    }

    fn homework(&self, dice: &mut Dice, subject: &Subject, grade: i16) -> String {
        if !subject.has_homework(grade) {
            return String::new();
        }
        let kind = subject.homework_kind();
        let Some((_, forms)) = self.homework.iter().find(|it| it.0 == kind) else {
            return String::new();
        };
        let page = dice.between(8, 160);
        dice.pick(forms)
            .replace("{a}", &page.to_string())
            .replace("{b}", &(page + 2).to_string())
            .replace("{c}", &(page / 2 + 3).to_string())
            .replace("{d}", &(page + 7).to_string())
            .replace("{p}", &(page / 5 + 1).to_string())
    }
}

/// Sections that begin with «@head», each with its lines.
fn sections(text: &'static str) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    text.split('@')
        .filter(|it| !it.is_empty())
        .filter_map(|it| {
            let mut lines = it.lines();
            let head = lines.next()?;
            Some((head, lines.collect()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `reports-and-rules.md` §8.1, five days a week.
    #[test]
    fn hours_are_at_the_norm() {
        let subjects = subjects();
        let hours = |grade| {
            subjects
                .iter()
                .map(|it| i32::from(it.hours_in(grade)))
                .sum::<i32>()
        };
        let sums: Vec<i32> = (1..=11).map(hours).collect();
        assert_eq!(sums, [21, 23, 23, 23, 29, 30, 32, 33, 33, 34, 34]);
    }

    #[test]
    fn every_subject_has_topics_in_every_grade() {
        let topics = Topics::read();
        let mut dice = Dice::new(1, 1);
        for subject in subjects() {
            for grade in (1..=11).filter(|it| subject.hours_in(*it) > 0) {
                let lessons = usize::from(subject.hours_in(grade)) * 34;
                let plan = topics.plan(&mut dice, &subject, grade, lessons);
                assert_eq!(plan.len(), lessons, "{} in grade {grade}", subject.name);
                assert!(
                    plan.iter()
                        .all(|it| !it.topic.is_empty() && !it.homework.contains('{'))
                );
                let tests = plan.iter().any(|it| it.control.is_some());
                assert!(!tests || grade > 1);
            }
        }
    }

    #[test]
    fn the_kinds_of_work_that_plans_name_exist() {
        let kinds = kinds();
        for code in [ANSWER, CONTROL, 3, 5, 6, 8, 11, 12, 21] {
            assert!(kinds.iter().any(|it| it.code == code), "{code}");
        }
    }
}
