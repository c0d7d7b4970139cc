//! Homework that comes with a file, what pupils handed in, and tests ahead.

use std::collections::HashSet;

use chrono::Duration;

use super::{Journal, evening, moment};
use crate::{
    ids::Ids,
    lessons::Lesson,
    rows::{Batch, Rows},
};

/// The one file of a demonstration; whoever serves it puts it into the store.
pub const FILE: DemoFile = DemoFile {
    path: "demo/task.txt",
    bytes: include_bytes!("../../data/task.txt"),
};
const SHA256: &str = "\\x8c5d7e3ef3dfeb4e1659b716aa41da987c21bb2f12bbe1d483022ab4291e1fc6";
const NAME: &str = "Карточка.txt";

/// A file as it lies in the store.
pub struct DemoFile {
    /// Under the folder of files.
    pub path: &'static str,
    pub bytes: &'static [u8],
}

/// So long ago answers were handed in.
const ANSWERED_DAYS: i64 = 4;
/// Tests are announced so long ahead.
const ANNOUNCED_DAYS: i64 = 21;
const ANSWERS: [(&str, &str, &str); 3] = [
    ("Сделал в тетради, фото в классе показал.", "handed_in", ""),
    (
        "Ответы на вопросы карточки: 1 — да, 2 — нет, 3 — см. пример.",
        "accepted",
        "Хорошо, чётко и по делу.",
    ),
    (
        "Решил первые два задания.",
        "returned",
        "Допишите третье задание, оно короткое.",
    ),
];

impl Journal<'_> {
    /// Files, answers and tests of one school, small enough to be looked through.
    pub(super) fn set_homework_around(
        &mut self,
        ids: &mut Ids,
        lessons: &[Lesson],
        over: &[&Lesson],
        batch: &mut Batch,
    ) {
        let now = evening(self.days, self.days.current) - Duration::minutes(15);
        batch.at(now, None);
        let file = self.store_file(ids, batch);
        self.hang_files(lessons, file, batch);
        self.hand_in(over, file, batch);
        self.announce_tests(ids, lessons, over, batch);
    }

    fn store_file(&self, ids: &mut Ids, batch: &mut Batch) -> i64 {
        let id = ids.next("kernel.file");
        let mut files =
            Rows::new("kernel.file (org_id, file_id, name, media_type, size, sha256, store_path)");
        files.add(&[
            &self.school.site.org,
            &id,
            &NAME,
            &"text/plain; charset=utf-8",
            &FILE.bytes.len(),
            &SHA256,
            &FILE.path,
        ]);
        batch.copy([files]);
        id
    }

    /// Some homework of these days has the card with it.
    fn hang_files(&mut self, lessons: &[Lesson], file: i64, batch: &mut Batch) {
        let mut files = Rows::new(
            "journal.homework_file (org_id, lesson_id, file_id, name, size, added_by, added_at)",
        );
        let set_at = evening(self.days, self.days.current) - Duration::minutes(15);
        let near = |it: &&Lesson| {
            let days = (it.day - self.days.current).num_days();
            (-2..=2).contains(&days)
        };
        let near: Vec<&Lesson> = lessons.iter().filter(near).collect();
        for lesson in near {
            if self.dice.percent(12) {
                let teacher = self.school.workers[self.school.loads[lesson.load].teacher]
                    .person
                    .id;
                files.add(&[
                    &self.school.site.org,
                    &lesson.id,
                    &file,
                    &NAME,
                    &FILE.bytes.len(),
                    &teacher,
                    &set_at,
                ]);
            }
        }
        batch.copy([files]);
    }

    /// A few pupils answered in these days.
    fn hand_in(&mut self, over: &[&Lesson], file: i64, batch: &mut Batch) {
        let mut answers = Rows::new(
            "journal.answer (org_id, lesson_id, pupil_id, text, state, comment, handed_by, handed_at, checked_by, checked_at)",
        );
        let mut files = Rows::new(
            "journal.answer_file (org_id, lesson_id, pupil_id, file_id, name, size, added_at)",
        );
        let org = self.school.site.org;
        let current = self.days.current;
        for lesson in over
            .iter()
            .filter(|it| (current - it.day).num_days() <= ANSWERED_DAYS)
        {
            if !self.dice.percent(20) {
                continue;
            }
            let teacher = self.school.workers[self.school.loads[lesson.load].teacher]
                .person
                .id;
            for place in self.pupils[lesson.load].iter().take(6) {
                let pupil = &self.school.pupils[*place];
                let chance = self.dice.below(9);
                let Some((text, state, comment)) = ANSWERS.get(chance) else {
                    continue;
                };
                if !pupil.is_here(lesson.day) {
                    continue;
                }
                let handed_at = moment(lesson.ends) + Duration::minutes(40);
                let checked = (*state != "handed_in").then_some(teacher);
                let checked_at = checked.map(|_| handed_at + Duration::minutes(30));
                answers.add(&[
                    &org,
                    &lesson.id,
                    &pupil.person.id,
                    text,
                    state,
                    comment,
                    &pupil.person.id,
                    &handed_at,
                    &checked,
                    &checked_at,
                ]);
                if *state == "accepted" {
                    files.add(&[
                        &org,
                        &lesson.id,
                        &pupil.person.id,
                        &file,
                        &NAME,
                        &FILE.bytes.len(),
                        &handed_at,
                    ]);
                }
            }
        }
        batch.copy([answers, files]);
    }

    /// Works of control kinds stand in the lessons of the coming weeks, as the plan has them.
    fn announce_tests(
        &self,
        ids: &mut Ids,
        lessons: &[Lesson],
        over: &[&Lesson],
        batch: &mut Batch,
    ) {
        let done: HashSet<i64> = over.iter().map(|it| it.id).collect();
        let mut works = Rows::new(
            "journal.work (org_id, work_id, lesson_id, kind_id, weight, topic, position)",
        );
        for lesson in lessons {
            let ahead = (lesson.day - self.days.current).num_days();
            if done.contains(&lesson.id) || !(0..=ANNOUNCED_DAYS).contains(&ahead) {
                continue;
            }
            let load = &self.school.loads[lesson.load];
            let item = self.school.plans[load.plan].items.get(lesson.count);
            let marked = self.school.classes[load.class].grade > 1;
            let Some((_, item)) = item.filter(|_| marked) else {
                continue;
            };
            let Some((kind, weight)) = item.control.and_then(|it| self.kinds.get(&it)).copied()
            else {
                continue;
            };
            works.add(&[
                &self.school.site.org,
                &ids.next("journal.work"),
                &lesson.id,
                &kind,
                &weight,
                &item.topic,
                &1_i16,
            ]);
        }
        batch.copy([works]);
    }
}
