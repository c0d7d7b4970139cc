use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chrono::NaiveDate;
use curriculum::{Scale, Subject};
use db::Tx;
use kernel::{ClassId, GroupId, LessonId, PersonId, SubjectId};
use schedule::Lesson;

use super::Journal;
use crate::{
    Attendance, ClassSpan, Error, MarkBook, MarkSum, Marking, PileSum, Piled, PupilLesson,
    PupilWork, Tallied, WhichWorks, Worked, WorkedIn,
    store::{
        self,
        mark_book::{Found, What},
    },
};

/// So many classes are asked for one by one; more of them with the whole school.
const FEW: usize = 3;

#[async_trait]
impl MarkBook for Journal {
    async fn marking(&self, tx: &mut Tx) -> Result<Marking, Error> {
        Ok(Marking(self.orgs.options(tx).await?))
    }

    async fn worked(&self, tx: &mut Tx, wanted: WorkedIn<'_>) -> Result<Worked, Error> {
        let lessons = self.lessons_in(tx, &wanted).await?;
        let mut buckets: Vec<(ClassId, SubjectId, NaiveDate)> = vec![];
        let mut known: HashMap<(ClassId, SubjectId, NaiveDate), usize> = HashMap::new();
        let mut placed: Vec<(LessonId, usize)> = vec![];
        for it in &lessons {
            let bucket = (it.class, it.subject, wanted.step.first_day(it.held_on));
            let at = *known.entry(bucket).or_insert_with(|| {
                buckets.push(bucket);
                buckets.len() - 1
            });
            placed.push((it.id, at));
        }
        let found = store::mark_book::worked(tx, &placed, wanted.works, wanted.today).await?;
        let sums = added_up(&buckets, found, wanted.subjects, wanted.marking).into_iter();
        let sums = sums.map(|((class, subject, since), pupil, sum)| Tallied {
            class,
            subject,
            since,
            pupil,
            sum,
        });
        Ok(Worked {
            sums: sums.collect(),
            lessons: lessons.into_iter().filter(|it| !it.cancelled).collect(),
        })
    }

    async fn lessons_of(
        &self,
        tx: &mut Tx,
        pupil: PersonId,
        wanted: WorkedIn<'_>,
    ) -> Result<Vec<PupilLesson>, Error> {
        let mut lessons = self.lessons_in(tx, &wanted).await?;
        lessons.sort_by_key(|it| (it.held_on, it.number));
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let stored = store::sheet_of(tx, &ids, pupil).await?;
        let by = wanted.marking.averaging();
        let counts = |kind| match wanted.works {
            WhichWorks::All => true,
            WhichWorks::Only(kinds) => kinds.contains(&kind),
            WhichWorks::Without(kinds) => !kinds.contains(&kind),
        };
        let of_lesson = |lesson: Lesson| {
            let topic = stored.entry(lesson.id).topic;
            let scale = scale(wanted.subjects, lesson.subject);
            let works = stored.works(lesson.id).iter();
            let works = works.filter(|it| counts(it.kind)).filter_map(|work| {
                let cell = stored.marks.get(&(lesson.id, Some(work.id), pupil))?;
                let mark = cell.value.clone();
                let mut sum = MarkSum::default();
                let due = work.due_on.is_none_or(|it| it < wanted.today);
                sum.add_mark(&mark, work.weight, due, scale, by);
                (!mark.is_none()).then(|| PupilWork {
                    kind: work.kind,
                    topic: if work.topic.is_empty() {
                        topic.clone()
                    } else {
                        work.topic.clone()
                    },
                    due_on: work.due_on,
                    mark,
                    set_at: cell.at,
                    sum,
                    weight: by.weight(work.weight),
                })
            });
            let works = works.collect();
            let attendance = stored.attendance.get(&(lesson.id, pupil));
            PupilLesson {
                attendance: attendance.map_or(Attendance::Present, |it| it.value),
                works,
                topic,
                lesson,
            }
        };
        Ok(lessons.into_iter().map(of_lesson).collect())
    }

    async fn piled(
        &self,
        tx: &mut Tx,
        spans: &[ClassSpan],
        subjects: &HashMap<SubjectId, Subject>,
        marking: &Marking,
        today: NaiveDate,
    ) -> Result<Piled, Error> {
        let days = |it: &ClassSpan| it.from..=it.to;
        let own: HashMap<ClassId, _> = spans.iter().map(|it| (it.class, days(it))).collect();
        let bounds = spans.iter().map(|it| it.from).min();
        let Some((from, to)) = bounds.zip(spans.iter().map(|it| it.to).max()) else {
            return Ok(Piled::default());
        };
        let mut lessons = match spans {
            [one] => self.lessons.of_class(tx, one.class, None, from, to).await?,
            _ => self.lessons.of_school(tx, from, to).await?,
        };
        let is_asked = |it: &Lesson| {
            own.get(&it.class)
                .is_some_and(|of| of.contains(&it.held_on))
        };
        lessons.retain(is_asked);
        let mut buckets: Vec<(ClassId, SubjectId, Option<GroupId>)> = vec![];
        let mut known = HashMap::new();
        let mut placed: Vec<(LessonId, usize)> = vec![];
        for it in &lessons {
            let bucket = (it.class, it.subject, it.group);
            let at = *known.entry(bucket).or_insert_with(|| {
                buckets.push(bucket);
                buckets.len() - 1
            });
            placed.push((it.id, at));
        }
        let found = store::mark_book::worked(tx, &placed, &WhichWorks::All, today).await?;
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let marked = store::mark_book::marked(tx, &ids).await?;
        let sums = added_up(&buckets, found, subjects, marking).into_iter();
        let sums = sums.map(|((class, subject, group), pupil, sum)| PileSum {
            class,
            subject,
            group,
            pupil,
            sum,
        });
        Ok(Piled {
            sums: sums.collect(),
            lessons: lessons.into_iter().filter(|it| !it.cancelled).collect(),
            marked,
        })
    }
}

fn scale(subjects: &HashMap<SubjectId, Subject>, subject: SubjectId) -> Scale {
    let subject = subjects.get(&subject);
    subject.map_or(Scale::default(), |it| it.scale)
}

/// What was found, by bucket (a class, a subject and something besides) and pupil.
fn added_up<T: Copy>(
    buckets: &[(ClassId, SubjectId, T)],
    found: Vec<Found>,
    subjects: &HashMap<SubjectId, Subject>,
    marking: &Marking,
) -> Vec<((ClassId, SubjectId, T), PersonId, MarkSum)> {
    let by = marking.averaging();
    let mut sums: HashMap<(usize, PersonId), MarkSum> = HashMap::new();
    for it in found {
        let Some((_, subject, _)) = buckets.get(it.bucket) else {
            continue;
        };
        let sum = sums.entry((it.bucket, it.pupil)).or_default();
        match it.what {
            What::Marks(alike) => sum.add(&alike, scale(subjects, *subject), by),
            What::Absence(what, count) => sum.miss(what, count),
        }
    }
    let placed = sums.into_iter();
    let placed = placed.filter_map(|((at, pupil), sum)| Some((*buckets.get(at)?, pupil, sum)));
    placed.collect()
}

impl Journal {
    /// The lessons of the days, cancelled ones too: they may hold marks.
    async fn lessons_in(&self, tx: &mut Tx, wanted: &WorkedIn<'_>) -> Result<Vec<Lesson>, Error> {
        let (from, to) = (wanted.from, wanted.to);
        if from > to {
            return Ok(vec![]);
        }
        if wanted.classes.len() <= FEW {
            let mut lessons = vec![];
            for class in wanted.classes {
                let of_class = self
                    .lessons
                    .of_class(tx, *class, wanted.subject, from, to)
                    .await?;
                lessons.extend(of_class);
            }
            return Ok(lessons);
        }
        let classes: HashSet<ClassId> = wanted.classes.iter().copied().collect();
        let mut lessons = self.lessons.of_school(tx, from, to).await?;
        lessons.retain(|it| {
            classes.contains(&it.class)
                && wanted.subject.is_none_or(|subject| subject == it.subject)
        });
        Ok(lessons)
    }
}
