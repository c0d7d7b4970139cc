//! What orders of the movement book ask the journal (§3.2.3–4).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::{Days, NaiveDate};
use curriculum::{Curriculum, Frame, Load};
use db::Tx;
use kernel::{ClassId, Fault, GroupId, LessonId, PersonId, SubjectId, YearId};
use movement::{CurrentMarks, PupilMarks, YearMarks};
use schedule::Lessons;

use crate::{
    Error, FinalValue, SlotKind,
    finals::{FAILED, NOT_ATTESTED},
    store,
};

/// Marks are entered on the day of the lesson or later, save for those that
/// were planned: that long before it.
pub(crate) const PLANNED: Days = Days::new(31);

/// Tells orders which marks stand in their way.
#[derive(Clone)]
pub struct Standing {
    pub curriculum: Arc<dyn Curriculum>,
    pub lessons: Arc<dyn Lessons>,
}

/// The best that is known of each subject: the mark «итоговая» where there is
/// one, the mark of the year otherwise.
type BySubject = HashMap<SubjectId, (bool, FinalValue)>;

/// Whether the pupil may go on with these marks; every subject is expected.
fn judge(marks: &BySubject, expected: &HashSet<SubjectId>) -> YearMarks {
    if marks.values().any(|it| is_bad(&it.1)) {
        YearMarks::Failed
    } else if expected.iter().all(|it| marks.contains_key(it)) {
        YearMarks::Passed
    } else {
        YearMarks::Missing
    }
}

/// The subjects of the class, and of the subgroups that the pupil is in.
fn expected(frame: &Frame, pupil: PersonId) -> HashSet<SubjectId> {
    let groups: HashSet<GroupId> = frame.groups_of(pupil).collect();
    let learns = |it: &&Load| it.group.is_none_or(|it| groups.contains(&it));
    let loads = frame.loads.iter().filter(learns);
    loads.map(|it| it.subject).collect()
}

fn is_bad(value: &FinalValue) -> bool {
    let text = value.text();
    text == FAILED || text == NOT_ATTESTED || text.parse::<u8>().is_ok_and(|it| it < 3)
}

impl Standing {
    async fn later_marks(
        &self,
        tx: &mut Tx,
        pupils: &[(PersonId, NaiveDate)],
    ) -> Result<HashSet<PersonId>, Error> {
        let Some(first) = pupils.iter().map(|it| it.1).min() else {
            return Ok(HashSet::new());
        };
        let days: HashMap<PersonId, NaiveDate> = pupils.iter().copied().collect();
        let ids: Vec<PersonId> = days.keys().copied().collect();
        let touched = store::touched(tx, &ids, first - PLANNED).await?;
        if touched.is_empty() {
            return Ok(HashSet::new());
        }
        let mut lessons: Vec<LessonId> = touched.iter().map(|it| it.1).collect();
        lessons.sort_unstable();
        lessons.dedup();
        let lessons = self.lessons.lessons(tx, &lessons).await?;
        let held: HashMap<LessonId, NaiveDate> =
            lessons.into_iter().map(|it| (it.id, it.held_on)).collect();
        let is_later = |pupil, lesson| days.get(pupil) <= held.get(lesson);
        let later = touched
            .iter()
            .filter(|(pupil, lesson)| held.contains_key(lesson) && is_later(pupil, lesson));
        Ok(later.map(|it| it.0).collect())
    }

    async fn marks_of_year(
        &self,
        tx: &mut Tx,
        pupils: &[(PersonId, ClassId)],
    ) -> Result<HashMap<PersonId, YearMarks>, Error> {
        let mut classes: Vec<ClassId> = pupils.iter().map(|it| it.1).collect();
        classes.sort_unstable();
        classes.dedup();
        let frames = self.curriculum.frames(tx, &classes).await?;
        let ids: Vec<PersonId> = pupils.iter().map(|it| it.0).collect();
        let mut marks: HashMap<(PersonId, YearId), BySubject> = HashMap::new();
        for (place, mark) in store::finals(tx, &ids, None).await? {
            let is_final = place.slot.kind() == SlotKind::Final;
            if mark.value.text().is_empty() || !is_final && place.slot.kind() != SlotKind::Year {
                continue;
            }
            let of = marks.entry((place.pupil, mark.year)).or_default();
            let known = of.get(&place.subject).is_some_and(|it| it.0);
            if !known {
                of.insert(place.subject, (is_final, mark.value));
            }
        }
        let none = BySubject::new();
        let told = |(pupil, class): &(PersonId, ClassId)| {
            let frame = frames.get(class)?;
            let marks = marks.get(&(*pupil, frame.year.id)).unwrap_or(&none);
            Some((*pupil, judge(marks, &expected(frame, *pupil))))
        };
        Ok(pupils.iter().filter_map(told).collect())
    }
}

fn asked(it: Error) -> Box<dyn Fault> {
    Box::new(it)
}

#[async_trait]
impl PupilMarks for Standing {
    async fn later(
        &self,
        tx: &mut Tx,
        pupils: &[(PersonId, NaiveDate)],
    ) -> Result<HashSet<PersonId>, Box<dyn Fault>> {
        self.later_marks(tx, pupils).await.map_err(asked)
    }

    async fn year_marks(
        &self,
        tx: &mut Tx,
        pupils: &[(PersonId, ClassId)],
    ) -> Result<HashMap<PersonId, YearMarks>, Box<dyn Fault>> {
        self.marks_of_year(tx, pupils).await.map_err(asked)
    }

    async fn current(
        &self,
        tx: &mut Tx,
        pupils: &[(PersonId, ClassId)],
        before: NaiveDate,
    ) -> Result<HashMap<PersonId, CurrentMarks>, Box<dyn Fault>> {
        self.current_marks(tx, pupils, before).await.map_err(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(of: &[(i64, &str)]) -> BySubject {
        of.iter()
            .map(|(subject, it)| ((*subject).into(), (false, FinalValue::of(it))))
            .collect()
    }

    #[test]
    fn one_bad_mark_is_enough_and_every_subject_is_expected() {
        let expected: HashSet<SubjectId> = [1.into(), 2.into()].into();
        let judge = |of: &[(i64, &str)]| judge(&marks(of), &expected);
        assert_eq!(judge(&[(1, "3"), (2, "зач")]), YearMarks::Passed);
        assert_eq!(judge(&[(1, "5"), (2, "осв")]), YearMarks::Passed);
        assert_eq!(judge(&[(1, "5")]), YearMarks::Missing);
        for bad in ["2", "незач", "н/а"] {
            assert_eq!(judge(&[(1, bad)]), YearMarks::Failed, "{bad}");
        }
    }
}
