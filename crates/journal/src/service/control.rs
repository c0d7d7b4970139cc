//! Control of the deputy head: who did not fill what (JRN-6, S3:8.8).

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use curriculum::{Class, Scale, Subject};
use db::Tx;
use kernel::{Actor, ClassId, GroupId, LessonId, PersonId, Right, SubjectId};
use people::Card;
use schedule::Lesson;

use super::Journal;
use crate::{
    Error,
    control::{LESSONS_WITHOUT_MARKS, Lack, LackingLesson, OWED_FOR_DAYS, lacks, without_marks},
    store::{self, Filling},
};

/// Lessons before the first day are looked at for rows of lessons without marks.
const LOOK_BACK_DAYS: u64 = 28;
/// A page shows at most so many days side by side.
const MOST_DAYS: i64 = 62;
/// The list under the map is cut at so many lessons.
const MOST_LESSONS: usize = 200;

/// When somebody looks: a lesson is owed once it is over.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: DateTime<Utc>,
    pub zone: chrono_tz::Tz,
}

impl Moment {
    pub fn today(self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }

    /// Whether the lesson took place and is over.
    pub(super) fn held(self, it: &Lesson) -> bool {
        let local = self.now.with_timezone(&self.zone).naive_local();
        !it.cancelled && it.held_on.and_time(it.ends_at) <= local
    }
}

/// Which lessons are looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct FillingFilter {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub teacher: Option<PersonId>,
    pub class: Option<ClassId>,
    /// Only for the list of lessons.
    pub lack: Option<Lack>,
}

/// How the journals are filled: teachers by days, and the lessons themselves.
#[derive(Clone, Debug)]
pub struct FillingPage {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub days: Vec<NaiveDate>,
    /// Those who owe, who owes most first.
    pub teachers: Vec<TeacherFilling>,
    /// Names of those who had lessons and owe nothing.
    pub all_done: Vec<String>,
    pub held: usize,
    /// Lessons that lack what was asked for, oldest first.
    pub lessons: Vec<LackingLesson>,
    /// How many more there are than are listed.
    pub more: usize,
    /// To choose from.
    pub classes: Vec<Class>,
    pub staff: Vec<(PersonId, String)>,
    /// The limit of lessons without marks; 0: they are not looked for.
    pub marks_limit: usize,
}

/// One teacher's lessons.
#[derive(Clone, Debug)]
pub struct TeacherFilling {
    pub teacher: PersonId,
    pub name: String,
    /// Lessons held and lessons that lack something, for each day of the page.
    pub days: Vec<(usize, usize)>,
    pub held: usize,
    pub lacking: usize,
    /// How often each of [`Lack::ALL`] occurs.
    pub lacks: [usize; 4],
}

impl Journal {
    /// The map of filling and the lessons behind its numbers.
    #[tracing::instrument(name = "journal.filling", skip_all)]
    pub async fn filling(
        &self,
        actor: &Actor,
        filter: FillingFilter,
        moment: Moment,
    ) -> Result<FillingPage, Error> {
        actor.may_in_org(Right::JournalView)?;
        let (from, to) = range(filter, moment.today());
        let mut tx = self.db.begin(actor).await?;
        let limit = self.marks_limit(&mut tx).await?;
        let all = self
            .lessons
            .of_school(&mut tx, from - Days::new(LOOK_BACK_DAYS), to)
            .await?;
        let mut looked = self
            .look(&mut tx, all, moment, limit, &Also::default())
            .await?;
        tx.commit().await?;

        let staff = looked.staff(from);
        looked.keep(|it| {
            it.held_on >= from
                && filter.teacher.is_none_or(|id| id == it.teacher)
                && filter.class.is_none_or(|id| id == it.class)
        });
        let days: Vec<NaiveDate> = looked
            .lessons
            .iter()
            .map(|it| it.held_on)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let (teachers, all_done) = looked.by_teacher(&days);
        let mut lessons: Vec<LackingLesson> = looked
            .lacking()
            .filter(|it| filter.lack.is_none_or(|lack| it.lacks.contains(&lack)))
            .collect();
        let more = lessons.len().saturating_sub(MOST_LESSONS);
        lessons.truncate(MOST_LESSONS);
        Ok(FillingPage {
            from,
            to,
            days,
            teachers,
            all_done,
            held: looked.lessons.len(),
            lessons,
            more,
            classes: looked.classes,
            staff,
            marks_limit: limit,
        })
    }

    /// Notes that the actor looked through the journals of the month (S3:8.8).
    pub async fn looked_through(&self, actor: &Actor, today: NaiveDate) -> Result<(), Error> {
        actor.may_in_org(Right::JournalView)?;
        let mut tx = self.db.begin(actor).await?;
        crate::looked_through(&mut tx, actor.person, today).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Looks at lessons: keeps those that are over and finds what they lack.
    pub(super) async fn look(
        &self,
        tx: &mut Tx,
        mut lessons: Vec<Lesson>,
        moment: Moment,
        marks_limit: usize,
        also: &Also,
    ) -> Result<Looked, Error> {
        lessons.retain(|it| moment.held(it));
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let filling = store::filling(tx, &ids).await?;
        let of_lessons = lessons.iter().map(|it| it.class);
        let classes: BTreeSet<ClassId> = of_lessons.chain(also.classes.iter().copied()).collect();
        let classes: Vec<ClassId> = classes.into_iter().collect();
        let classes = self.curriculum.classes_by_id(tx, &classes).await?;
        let subjects = self.curriculum.subjects(tx).await?;
        let of_lessons = lessons.iter().map(|it| it.teacher);
        let teachers: BTreeSet<PersonId> = of_lessons.chain(also.people.iter().copied()).collect();
        let teachers: Vec<PersonId> = teachers.into_iter().collect();
        let cards = self.people.cards(tx, &teachers).await?;
        let mut looked = Looked {
            lessons,
            filling,
            classes,
            subjects: subjects.into_iter().map(|it| (it.id, it)).collect(),
            cards,
            no_marks: HashSet::new(),
        };
        looked.no_marks = looked.without_marks(marks_limit);
        Ok(looked)
    }

    async fn marks_limit(&self, tx: &mut Tx) -> Result<usize, Error> {
        let setting = self
            .orgs
            .setting(tx, "control.lessons_without_marks")
            .await?;
        let limit = setting.and_then(|it| it.as_u64());
        Ok(limit.map_or(LESSONS_WITHOUT_MARKS, |it| {
            usize::try_from(it).unwrap_or(usize::MAX)
        }))
    }
}

/// The last day before today on which a lesson took place.
pub(super) fn last_school_day<'a>(
    lessons: impl IntoIterator<Item = &'a Lesson>,
) -> Option<NaiveDate> {
    lessons
        .into_iter()
        .filter(|it| !it.cancelled)
        .map(|it| it.held_on)
        .max()
}

fn range(filter: FillingFilter, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let to = filter.to.unwrap_or(today).min(today);
    let from = filter.from.unwrap_or(to - Days::new(OWED_FOR_DAYS));
    if (0..MOST_DAYS).contains(&(to - from).num_days()) {
        return (from, to);
    }
    (to - Days::new(OWED_FOR_DAYS), to)
}

/// Lessons of one row: those of a class, or of a group of it, in a subject.
type OneJournal = (ClassId, SubjectId, Option<GroupId>);

/// Classes and people that a page names besides those of the lessons.
#[derive(Default)]
pub(super) struct Also {
    pub(super) classes: Vec<ClassId>,
    pub(super) people: Vec<PersonId>,
}

/// Lessons that are over, with all that says what they lack.
pub(super) struct Looked {
    lessons: Vec<Lesson>,
    filling: HashMap<LessonId, Filling>,
    classes: Vec<Class>,
    subjects: HashMap<SubjectId, Subject>,
    /// By name.
    cards: Vec<Card>,
    no_marks: HashSet<LessonId>,
}

impl Looked {
    fn keep(&mut self, wanted: impl Fn(&Lesson) -> bool) {
        self.lessons.retain(wanted);
    }

    /// «Соколова М. П.»
    pub(super) fn person_name(&self, id: PersonId) -> String {
        let card = self.cards.iter().find(|it| it.id == id);
        card.map(Card::short).unwrap_or_default()
    }

    pub(super) fn class_name(&self, id: ClassId) -> String {
        self.class(id).map(Class::name).unwrap_or_default()
    }

    pub(super) fn subject_name(&self, id: SubjectId) -> String {
        let subject = self.subjects.get(&id);
        subject.map(|it| it.name.clone()).unwrap_or_default()
    }

    fn class(&self, id: ClassId) -> Option<&Class> {
        self.classes.iter().find(|it| it.id == id)
    }

    fn lacks_of(&self, it: &Lesson) -> Vec<Lack> {
        let filling = self.filling.get(&it.id).copied().unwrap_or_default();
        let grade = self.class(it.class).map_or(0, |it| it.grade);
        let mut found = lacks(filling, grade);
        if self.no_marks.contains(&it.id) {
            found.push(Lack::Marks);
        }
        found
    }

    /// Grade 1 has no marks, and subjects that are only passed need none.
    fn without_marks(&self, limit: usize) -> HashSet<LessonId> {
        if limit == 0 {
            return HashSet::new();
        }
        let mut rows: HashMap<OneJournal, Vec<(LessonId, bool)>> = HashMap::new();
        for it in &self.lessons {
            let graded = self.class(it.class).is_some_and(|it| it.grade > 1)
                && self
                    .subjects
                    .get(&it.subject)
                    .is_some_and(|it| it.scale != Scale::Pass);
            if graded {
                let marked = self.filling.get(&it.id).is_some_and(|it| it.marks > 0);
                rows.entry((it.class, it.subject, it.group))
                    .or_default()
                    .push((it.id, marked));
            }
        }
        rows.into_values()
            .flat_map(|row| without_marks(row, limit))
            .collect()
    }

    /// Everybody who had a lesson since then, by name.
    fn staff(&self, since: NaiveDate) -> Vec<(PersonId, String)> {
        let busy: HashSet<PersonId> = self
            .lessons
            .iter()
            .filter(|it| it.held_on >= since)
            .map(|it| it.teacher)
            .collect();
        self.cards
            .iter()
            .filter(|it| busy.contains(&it.id))
            .map(|it| (it.id, it.short()))
            .collect()
    }

    /// Lessons that lack something, by day and number.
    pub(super) fn lacking(&self) -> impl Iterator<Item = LackingLesson> {
        self.lessons.iter().filter_map(|it| {
            let lacks = self.lacks_of(it);
            if lacks.is_empty() {
                return None;
            }
            Some(LackingLesson {
                lesson: it.id,
                held_on: it.held_on,
                number: it.number,
                class: it.class,
                class_name: self.class_name(it.class),
                subject: it.subject,
                subject_name: self.subject_name(it.subject),
                teacher: it.teacher,
                teacher_name: self.person_name(it.teacher),
                lacks,
            })
        })
    }

    /// A row for each teacher who owes, and the names of those who do not.
    fn by_teacher(&self, days: &[NaiveDate]) -> (Vec<TeacherFilling>, Vec<String>) {
        let mut rows: HashMap<PersonId, TeacherFilling> = HashMap::new();
        for it in &self.lessons {
            let row = rows.entry(it.teacher).or_insert_with(|| TeacherFilling {
                teacher: it.teacher,
                name: String::new(),
                days: vec![(0, 0); days.len()],
                held: 0,
                lacking: 0,
                lacks: [0; 4],
            });
            let lacks = self.lacks_of(it);
            let lacking = usize::from(!lacks.is_empty());
            row.held += 1;
            row.lacking += lacking;
            for (count, lack) in row.lacks.iter_mut().zip(Lack::ALL) {
                *count += usize::from(lacks.contains(&lack));
            }
            if let Some(day) = days
                .iter()
                .position(|day| *day == it.held_on)
                .and_then(|at| row.days.get_mut(at))
            {
                day.0 += 1;
                day.1 += lacking;
            }
        }
        let mut owing = vec![];
        let mut done = vec![];
        for card in &self.cards {
            match rows.remove(&card.id) {
                Some(row) if row.lacking > 0 => owing.push(TeacherFilling {
                    name: card.short(),
                    ..row
                }),
                Some(_) => done.push(card.short()),
                None => {}
            }
        }
        owing.sort_by_key(|it| std::cmp::Reverse(it.lacking));
        (owing, done)
    }
}
