use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use dues::{About, Answer, Fact, Owner, Whole};
use kernel::{ClassId, LessonId};
use schedule::HeldLesson;

use super::Look;

/// Topic and attendance of a lesson that took place (S3:8.4).
pub(super) const LESSON: &str = "journal.lesson";
/// Homework of a lesson, or «не задано»; none in grade 1 (S3:8.2).
pub(super) const HOMEWORK: &str = "journal.homework";

/// Lessons by month, whose they are, and class.
type Counted = HashMap<(NaiveDate, Owner, ClassId), u32>;

impl Look<'_> {
    pub(super) fn lessons(&self, answer: &mut Answer) {
        let set = |it: &[LessonId]| it.iter().copied().collect::<HashSet<_>>();
        let topic = set(&self.dues.without_topic);
        let roll = set(&self.dues.without_roll);
        let homework = set(&self.dues.without_homework);
        let grades: HashMap<ClassId, i16> =
            self.study.classes().map(|it| (it.id, it.grade)).collect();
        let (known, known_homework) = (self.known(LESSON), self.known(HOMEWORK));
        let mut counted = [Counted::new(), Counted::new()];
        for it in &self.held.lessons {
            let asked = self.ask.covers(it.on);
            let key = key(it.id);
            let owner = self.owner(it.teacher);
            let has_homework = grades.get(&it.class).is_some_and(|it| *it > 1);
            if asked {
                let cell = (it.on.with_day(1).unwrap_or(it.on), owner, it.class);
                *counted[0].entry(cell).or_default() += 1;
                *counted[1].entry(cell).or_default() += u32::from(has_homework);
            }
            let lacks: Vec<&str> = [("topic", &topic), ("roll", &roll)]
                .into_iter()
                .filter_map(|(code, set)| set.contains(&it.id).then_some(code))
                .collect();
            if !lacks.is_empty() && (asked || known.contains(key.as_str())) {
                answer.open.push(fact(LESSON, it, owner, lacks.join(" ")));
            }
            let is_owed = has_homework && homework.contains(&it.id);
            if is_owed && (asked || known_homework.contains(key.as_str())) {
                answer.open.push(fact(HOMEWORK, it, owner, String::new()));
            }
        }
        // A cancelled lesson is not required any more.
        let held: HashSet<String> = self.held.lessons.iter().map(|it| key(it.id)).collect();
        for duty in [LESSON, HOMEWORK] {
            answer.lose(self.ask, duty, |it| held.contains(it));
        }
        let [lessons, homework] = counted;
        answer.whole.extend(wholes(LESSON, lessons));
        answer.whole.extend(wholes(HOMEWORK, homework));
    }
}

fn key(lesson: LessonId) -> String {
    format!("lesson/{lesson}")
}

fn fact(duty: &'static str, it: &HeldLesson, owner: Owner, text: String) -> Fact {
    Fact {
        duty,
        key: key(it.id),
        on: it.on,
        owner,
        about: About {
            class: Some(it.class),
            group: it.group,
            subject: Some(it.subject),
            lesson: Some(it.number),
            text,
            ..About::default()
        },
        place: format!("/journal/lesson/{}", it.id),
        parts: None,
    }
}

fn wholes(duty: &'static str, counted: Counted) -> impl Iterator<Item = Whole> {
    let counted = counted.into_iter().filter(|it| it.1 > 0);
    counted.map(move |((month, owner, class), things)| Whole {
        duty,
        month,
        owner,
        class: Some(class),
        things,
    })
}
