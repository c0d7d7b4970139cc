use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use dues::{About, Answer, Fact, Owner, Whole};
use kernel::{ClassId, LessonId, PersonId};
use schedule::HeldLesson;

use super::Look;

/// The reason of an absence (S3:8.3): a notice of the parents that waits for
/// an answer, or an absence without a reason of somebody who is back.
pub(super) const REASON: &str = "journal.absence-reason";

/// What keys of absences begin with.
const ABSENT: &str = "absent/";

/// The lesson and the pupil of a key; none for a notice.
fn absence_of(key: &str) -> Option<(LessonId, PersonId)> {
    let (lesson, pupil) = key.strip_prefix(ABSENT)?.split_once('/')?;
    Some((lesson.parse().ok()?, pupil.parse().ok()?))
}

impl Look<'_> {
    pub(super) fn absences(&self, answer: &mut Answer) {
        self.notices(answer);
        let held = self.held_by_id();
        let mut by_pupil: BTreeMap<PersonId, Vec<&HeldLesson>> = BTreeMap::new();
        for it in &self.dues.absences {
            if let Some(lesson) = held.get(&it.lesson) {
                by_pupil.entry(it.pupil).or_default().push(lesson);
            }
        }
        let days = self.days_of_classes();
        let known = self.known(REASON);
        let mut told = BTreeSet::new();
        for (pupil, mut lessons) in by_pupil {
            lessons.sort_unstable_by_key(|it| (it.on, it.number));
            for last in ends(&lessons, &days) {
                let fact = self.without_reason(pupil, last);
                self.count(&fact, answer);
                if self.ask.covers(fact.on) || known.contains(fact.key.as_str()) {
                    told.insert(fact.key.clone());
                    answer.open.push(fact);
                }
            }
        }
        // Without a reason still, and not told: the lesson was cancelled, or
        // the absence goes on and ends with another one.
        let without: BTreeSet<(LessonId, PersonId)> = self
            .dues
            .absences
            .iter()
            .map(|it| (it.lesson, it.pupil))
            .collect();
        answer.lose(self.ask, REASON, |key| {
            let Some((lesson, pupil)) = absence_of(key) else {
                return true;
            };
            told.contains(key) || held.contains_key(&lesson) && !without.contains(&(lesson, pupil))
        });
    }

    fn notices(&self, answer: &mut Answer) {
        for it in &self.dues.notices {
            let on = self.own.day(it.sent_at);
            let Some(class) = self.class_of(it.pupil, self.ask.today) else {
                continue;
            };
            let fact = fact(
                format!("notice/{}", it.notice),
                on,
                class,
                it.pupil,
                "notice",
            );
            self.count(&fact, answer);
            answer.tell(self.ask, fact);
        }
    }

    fn without_reason(&self, pupil: PersonId, last: &HeldLesson) -> Fact {
        let key = format!("{ABSENT}{}/{pupil}", last.id);
        // Whoever moved to another class took the absence along.
        let class = self.class_of(pupil, self.ask.today).unwrap_or(last.class);
        fact(key, last.on, class, pupil, "absent")
    }

    /// The class in which the pupil is on the day.
    fn class_of(&self, pupil: PersonId, day: NaiveDate) -> Option<ClassId> {
        let mut stays = self.enrolments.stays.iter().map(|it| &it.member);
        stays
            .find(|it| it.pupil == pupil && it.on(day))
            .map(|it| it.class)
    }

    /// The days on which each class had lessons.
    fn days_of_classes(&self) -> HashMap<ClassId, BTreeSet<NaiveDate>> {
        let mut days: HashMap<ClassId, BTreeSet<NaiveDate>> = HashMap::new();
        for it in &self.held.lessons {
            days.entry(it.class).or_default().insert(it.on);
        }
        days
    }

    fn count(&self, fact: &Fact, answer: &mut Answer) {
        let whole = Whole {
            duty: REASON,
            month: fact.on,
            owner: fact.owner,
            class: fact.about.class,
            things: 1,
        };
        answer.count(self.ask, whole);
    }
}

/// The last lesson of each row of days of absence after which the class had
/// a day and the pupil was back.
fn ends<'a>(
    lessons: &[&'a HeldLesson],
    days: &HashMap<ClassId, BTreeSet<NaiveDate>>,
) -> Vec<&'a HeldLesson> {
    let next_day = |it: &HeldLesson| {
        let after = days.get(&it.class)?.range(it.on.succ_opt()?..).next();
        after.copied()
    };
    let mut found = vec![];
    for (at, it) in lessons.iter().enumerate() {
        let Some(next) = next_day(it) else { continue };
        let goes_on = lessons[at + 1..].iter().any(|it| it.on <= next);
        if !goes_on {
            found.push(*it);
        }
    }
    found
}

fn fact(key: String, on: NaiveDate, class: ClassId, pupil: PersonId, text: &str) -> Fact {
    Fact {
        duty: REASON,
        key,
        on,
        owner: Owner::ClassTeacher(class),
        about: About {
            class: Some(class),
            person: Some(pupil),
            text: text.to_owned(),
            ..About::default()
        },
        place: format!(
            "/journal/{class}/attendance?date={}",
            kernel::dates::show_date(on)
        ),
        parts: None,
    }
}
