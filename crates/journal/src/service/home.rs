use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use curriculum::{Class, LoadOf};
use kernel::{Actor, ClassId, GroupId, LessonId, PersonId, Reach, Right, Role, SubjectId};
use schedule::Lesson;

use super::Journal;
use crate::{Error, store};

/// Unfilled lessons are looked for so far back (S3:8.4).
const OWED_FOR_DAYS: u64 = 14;

/// «Сегодня» of the staff.
#[derive(Clone, Debug, Default)]
pub struct Home {
    /// The actor's own lessons of the day.
    pub lessons: Vec<HomeLesson>,
    /// The actor's own lessons of the last two weeks that lack something.
    pub owed: Vec<HomeLesson>,
    /// For those who see the whole school: who owes how much.
    pub school: Option<School>,
    pub teaches: bool,
}

/// The state of the school's journals over the last two weeks.
#[derive(Clone, Debug, Default)]
pub struct School {
    pub lessons_today: usize,
    pub held: usize,
    pub filled: usize,
    /// Teachers with unfilled lessons, those who owe most first.
    pub owe: Vec<Owed>,
}

#[derive(Clone, Debug)]
pub struct Owed {
    pub teacher: PersonId,
    pub name: String,
    pub lessons: usize,
    pub oldest: NaiveDate,
}

/// A lesson and what is written of it.
#[derive(Clone, Debug)]
pub struct HomeLesson {
    pub lesson: LessonId,
    pub held_on: NaiveDate,
    pub number: i16,
    pub starts_at: NaiveTime,
    pub ends_at: NaiveTime,
    pub class: ClassId,
    pub class_name: String,
    pub subject: SubjectId,
    pub subject_name: String,
    pub group: Option<GroupId>,
    pub topic: bool,
    pub homework: bool,
    pub marks: i64,
    pub absences: i64,
    pub cancelled: bool,
}

/// A journal that the actor may open.
#[derive(Clone, Debug)]
pub struct JournalOf {
    pub class: Class,
    /// (subject, its name, whether the actor teaches it)
    pub subjects: Vec<(SubjectId, String, bool)>,
    pub own_class: bool,
}

impl Journal {
    /// The first page of the staff: lessons of the day and what is owed (T8, JRN-6).
    #[expect(
        clippy::too_many_lines,
        reason = "three lists of one page share what was loaded"
    )]
    pub async fn home(
        &self,
        actor: &Actor,
        today: NaiveDate,
        now: DateTime<Utc>,
        zone: chrono_tz::Tz,
    ) -> Result<Home, Error> {
        let reaches = actor.reaches(Right::JournalView);
        let all = reaches.has(Reach::Org);
        let teaches = actor.is(Role::Teacher);
        if !all && !teaches {
            return Ok(Home::default());
        }
        let from = today - Days::new(OWED_FOR_DAYS);
        let mut tx = self.db.begin(actor).await?;
        let lessons = if all {
            self.lessons.of_school(&mut tx, from, today).await?
        } else {
            self.lessons
                .of_teacher(&mut tx, actor.person, from, today)
                .await?
        };
        let over =
            |it: &Lesson| it.held_on.and_time(it.ends_at) <= now.with_timezone(&zone).naive_local();
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let filling = store::filling(&mut tx, &ids).await?;
        let mut class_ids: Vec<ClassId> = lessons.iter().map(|it| it.class).collect();
        class_ids.sort_unstable();
        class_ids.dedup();
        let classes = self.curriculum.classes_by_id(&mut tx, &class_ids).await?;
        let subjects = self.curriculum.subjects(&mut tx).await?;
        let names: HashMap<ClassId, String> = classes.iter().map(|it| (it.id, it.name())).collect();
        let subject_names: HashMap<SubjectId, String> =
            subjects.into_iter().map(|it| (it.id, it.name)).collect();
        let shown = |it: &Lesson| {
            let filling = filling.get(&it.id).copied().unwrap_or_default();
            HomeLesson {
                lesson: it.id,
                held_on: it.held_on,
                number: it.number,
                starts_at: it.starts_at,
                ends_at: it.ends_at,
                class: it.class,
                class_name: names.get(&it.class).cloned().unwrap_or_default(),
                subject: it.subject,
                subject_name: subject_names.get(&it.subject).cloned().unwrap_or_default(),
                group: it.group,
                topic: filling.topic,
                homework: filling.homework,
                marks: filling.marks,
                absences: filling.absences,
                cancelled: it.cancelled,
            }
        };
        let lacks = |it: &&Lesson| {
            let filling = filling.get(&it.id).copied().unwrap_or_default();
            !it.cancelled && over(it) && !(filling.topic && filling.homework)
        };
        let mine = |it: &&Lesson| it.teacher == actor.person;
        let mut home = Home {
            lessons: lessons
                .iter()
                .filter(mine)
                .filter(|it| it.held_on == today)
                .map(shown)
                .collect(),
            owed: lessons
                .iter()
                .filter(mine)
                .filter(lacks)
                .map(shown)
                .collect(),
            school: None,
            teaches,
        };
        if all {
            let mut owe: BTreeMap<PersonId, Vec<NaiveDate>> = BTreeMap::new();
            for it in lessons.iter().filter(lacks) {
                owe.entry(it.teacher).or_default().push(it.held_on);
            }
            let ids: Vec<PersonId> = owe.keys().copied().collect();
            let cards = self.people.cards(&mut tx, &ids).await?;
            let held = lessons
                .iter()
                .filter(|it| !it.cancelled && over(it))
                .count();
            let lacking: usize = owe.values().map(Vec::len).sum();
            let mut owe: Vec<Owed> = cards
                .into_iter()
                .filter_map(|card| {
                    let days = owe.get(&card.id)?;
                    Some(Owed {
                        teacher: card.id,
                        name: card.short(),
                        lessons: days.len(),
                        oldest: *days.iter().min()?,
                    })
                })
                .collect();
            owe.sort_by_key(|it| std::cmp::Reverse(it.lessons));
            home.school = Some(School {
                lessons_today: lessons
                    .iter()
                    .filter(|it| it.held_on == today && !it.cancelled)
                    .count(),
                held,
                filled: held - lacking,
                owe,
            });
        }
        tx.commit().await?;
        Ok(home)
    }

    /// Classes and subjects whose journals the actor may open.
    pub async fn journals(&self, actor: &Actor, today: NaiveDate) -> Result<Vec<JournalOf>, Error> {
        let reaches = actor.may(Right::JournalView)?;
        let mut tx = self.db.begin(actor).await?;
        let Some(year) = self.curriculum.year_on(&mut tx, today).await? else {
            tx.commit().await?;
            return Ok(vec![]);
        };
        let classes = self.curriculum.classes(&mut tx, year.id).await?;
        let subjects = self.curriculum.subjects(&mut tx).await?;
        let loads = self
            .curriculum
            .load(&mut tx, year.id, LoadOf::School)
            .await?;
        tx.commit().await?;
        let mut journals = vec![];
        for class in classes {
            let own_class = class.teacher == Some(actor.person);
            let all = reaches.has(Reach::Org) || reaches.has(Reach::OwnClass) && own_class;
            let of_class = || loads.iter().filter(|it| it.class == class.id);
            let taught: Vec<(SubjectId, String, bool)> = subjects
                .iter()
                .filter_map(|subject| {
                    let mut of_subject =
                        of_class().filter(|it| it.subject == subject.id).peekable();
                    of_subject.peek()?;
                    let mine = of_subject
                        .any(|it| it.teacher == actor.person && it.days().contains(&today));
                    (all || mine && reaches.has(Reach::OwnLoad))
                        .then(|| (subject.id, subject.name.clone(), mine))
                })
                .collect();
            if !taught.is_empty() {
                journals.push(JournalOf {
                    class,
                    subjects: taught,
                    own_class,
                });
            }
        }
        Ok(journals)
    }
}
