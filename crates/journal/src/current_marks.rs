//! Marks of the year so far, for the school that a pupil goes to (MOV-5).

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use db::Tx;
use kernel::{
    ClassId, LessonId, PersonId, SubjectId,
    decimal::{round2_half_up, show2, weighted_average},
};
use movement::{CurrentMark, CurrentMarks, MissedLessons, PeriodMark, SubjectMarks};
use schedule::Lesson;

use crate::{
    Attendance, Error, Standing, standing,
    store::{self, Entered, StoredFinal},
};

/// What is known of one pupil, before it is put into order.
#[derive(Default)]
struct Book {
    subjects: HashMap<SubjectId, Column>,
    missed: MissedLessons,
}

#[derive(Default)]
struct Column {
    marks: BTreeMap<(NaiveDate, i16, i64), CurrentMark>,
    counted: Vec<(rust_decimal::Decimal, u32, rust_decimal::Decimal)>,
    finals: BTreeMap<(usize, i16), PeriodMark>,
    missed: u32,
}

impl Book {
    fn enter(&mut self, lesson: &Lesson, it: Entered, kinds: &HashMap<i64, String>) {
        let column = self.subjects.entry(lesson.subject).or_default();
        let Some(mark) = it.mark else {
            let missed = &mut self.missed;
            let count = match Attendance::from_code(&it.value) {
                Some(Attendance::Ill) => &mut missed.ill,
                Some(Attendance::Excused) => &mut missed.excused,
                Some(Attendance::Truant) => &mut missed.truant,
                Some(Attendance::Absent) => &mut missed.untold,
                _ => return,
            };
            *count += 1;
            column.missed += 1;
            return;
        };
        column.counted.push((mark.points, mark.count, mark.weight));
        let shown = CurrentMark {
            on: lesson.held_on,
            work: kinds.get(&mark.kind).cloned().unwrap_or_default(),
            value: it.value,
        };
        let place = (lesson.held_on, lesson.number, mark.work);
        column.marks.insert(place, shown);
    }

    fn finals(&mut self, subject: SubjectId, slot: crate::Slot, it: &StoredFinal) {
        if it.value.text().is_empty() {
            return;
        }
        let kind = slot.kind();
        let order = crate::SlotKind::ALL.iter().position(|it| *it == kind);
        let mark = PeriodMark {
            kind: kind.code().to_owned(),
            number: slot.number(),
            value: it.value.text().to_owned(),
        };
        let column = self.subjects.entry(subject).or_default();
        let place = (order.unwrap_or_default(), slot.number());
        column.finals.insert(place, mark);
    }

    fn told(self, since: NaiveDate, names: &[(SubjectId, String)]) -> CurrentMarks {
        let mut subjects = self.subjects;
        // In the order of names, as the school lists its subjects.
        let subject = |(id, name): &(SubjectId, String)| {
            let it = subjects.remove(id)?;
            let average = weighted_average(it.counted).map(round2_half_up).map(show2);
            Some(SubjectMarks {
                subject: name.clone(),
                marks: it.marks.into_values().collect(),
                finals: it.finals.into_values().collect(),
                average: average.unwrap_or_default(),
                missed: it.missed,
            })
        };
        CurrentMarks {
            since: Some(since),
            subjects: names.iter().filter_map(subject).collect(),
            missed: self.missed,
        }
    }
}

impl Standing {
    /// The marks of these pupils before the day, in a number of statements
    /// that does not grow with them.
    pub(crate) async fn current_marks(
        &self,
        tx: &mut Tx,
        pupils: &[(PersonId, ClassId)],
        before: NaiveDate,
    ) -> Result<HashMap<PersonId, CurrentMarks>, Error> {
        let mut classes: Vec<ClassId> = pupils.iter().map(|it| it.1).collect();
        classes.sort_unstable();
        classes.dedup();
        let frames = self.curriculum.frames(tx, &classes).await?;
        let year_of: HashMap<PersonId, _> = pupils
            .iter()
            .filter_map(|(pupil, class)| Some((*pupil, &frames.get(class)?.year)))
            .collect();
        let Some(first) = year_of.values().map(|it| it.starts_on).min() else {
            return Ok(HashMap::new());
        };
        let ids: Vec<PersonId> = year_of.keys().copied().collect();
        let entered = store::entered(tx, &ids, first - standing::PLANNED).await?;
        let mut lessons: Vec<LessonId> = entered.iter().map(|it| it.lesson).collect();
        lessons.sort_unstable();
        lessons.dedup();
        let lessons = self.lessons.lessons(tx, &lessons).await?;
        let lessons: HashMap<LessonId, Lesson> =
            lessons.into_iter().map(|it| (it.id, it)).collect();
        let finals = store::finals(tx, &ids, None).await?;
        let kinds = self.curriculum.work_kinds(tx).await?;
        let kinds = kinds.into_iter().map(|it| (it.id.get(), it.name)).collect();
        let names = self.curriculum.subjects(tx).await?;
        let names: Vec<(SubjectId, String)> =
            names.into_iter().map(|it| (it.id, it.name)).collect();

        let mut books: HashMap<PersonId, Book> = HashMap::new();
        for it in entered {
            let pupil = it.pupil;
            let (Some(year), Some(lesson)) = (year_of.get(&pupil), lessons.get(&it.lesson)) else {
                continue;
            };
            if lesson.year == year.id && lesson.held_on < before && !lesson.cancelled {
                let book = books.entry(pupil).or_default();
                book.enter(lesson, it, &kinds);
            }
        }
        for (place, mark) in finals {
            if year_of
                .get(&place.pupil)
                .is_some_and(|it| it.id == mark.year)
            {
                let book = books.entry(place.pupil).or_default();
                book.finals(place.subject, place.slot, &mark);
            }
        }
        let told = year_of.iter().map(|(pupil, year)| {
            let book = books.remove(pupil).unwrap_or_default();
            (*pupil, book.told(year.starts_on, &names))
        });
        Ok(told.collect())
    }
}
