use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chrono::NaiveDate;
use curriculum::Scale;
use db::Tx;
use kernel::{ClassId, LessonId, PersonId, SubjectId};
use schedule::Lesson;

use super::Journal;
use crate::{
    Attendance, Error, MarkBook, MarkSum, Marking, PupilLesson, PupilWork, Tallied, WhichWorks,
    Worked, WorkedIn,
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
        let sums = added_up(&buckets, found, &wanted);
        Ok(Worked {
            lessons: lessons.into_iter().filter(|it| !it.cancelled).collect(),
            sums,
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
            let scale = scale(&wanted, lesson.subject);
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
}

fn scale(wanted: &WorkedIn<'_>, subject: SubjectId) -> Scale {
    let subject = wanted.subjects.get(&subject);
    subject.map_or(Scale::default(), |it| it.scale)
}

fn added_up(
    buckets: &[(ClassId, SubjectId, NaiveDate)],
    found: Vec<Found>,
    wanted: &WorkedIn<'_>,
) -> Vec<Tallied> {
    let by = wanted.marking.averaging();
    let mut sums: HashMap<(usize, PersonId), MarkSum> = HashMap::new();
    for it in found {
        let Some((_, subject, _)) = buckets.get(it.bucket) else {
            continue;
        };
        let sum = sums.entry((it.bucket, it.pupil)).or_default();
        match it.what {
            What::Marks(alike) => sum.add(&alike, scale(wanted, *subject), by),
            What::Absence(what, count) => sum.miss(what, count),
        }
    }
    let tallied = sums.into_iter().filter_map(|((bucket, pupil), sum)| {
        let (class, subject, since) = *buckets.get(bucket)?;
        Some(Tallied {
            class,
            subject,
            since,
            pupil,
            sum,
        })
    });
    tallied.collect()
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
