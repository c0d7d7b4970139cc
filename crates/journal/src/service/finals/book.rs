//! What domains above ask of the final marks (JRN-9).

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, ClassId, LessonId, PersonId, Right, SubjectId, YearId};

use super::{super::Journal, sheet::About, write::Writing};
use crate::{Error, FinalBook, FinalPlace, FinalValue, Missed, Slot, TakenMarks, store};

#[async_trait]
impl FinalBook for Journal {
    async fn finals_in(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        subject: Option<SubjectId>,
        year: YearId,
    ) -> Result<Vec<(FinalPlace, FinalValue)>, Error> {
        let all = store::finals(tx, pupils, subject).await?;
        Ok(all
            .into_iter()
            .filter(|(_, it)| it.year == year && !it.value.is_none())
            .map(|(place, it)| (place, it.value))
            .collect())
    }

    async fn finals_of(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        year: YearId,
        slots: &[Slot],
    ) -> Result<Vec<(FinalPlace, FinalValue)>, Error> {
        Ok(store::finals_of(tx, pupils, year, slots).await?)
    }

    async fn missed(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<HashMap<PersonId, Missed>, Error> {
        let lessons = self.lessons.of_school(tx, from, to).await?;
        let lessons: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let mut sums: HashMap<PersonId, Missed> = HashMap::new();
        for (pupil, what, count) in store::missed(tx, pupils, &lessons).await? {
            sums.entry(pupil).or_default().add(what, count);
        }
        Ok(sums)
    }

    async fn take_exam_marks(
        &self,
        actor: &Actor,
        (class, subject): (ClassId, SubjectId),
        marks: &[(PersonId, String)],
        today: NaiveDate,
    ) -> Result<TakenMarks, Error> {
        actor.may(Right::JournalEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let about = About {
            subject: Some(subject),
            slot: Some(Slot::EXAM),
            ..About::default()
        };
        let mut sheet = self
            .locked_sheet_of(&mut tx, actor, class, about, today)
            .await?;
        let (mut writing, mut done) = (Writing::default(), TakenMarks::default());
        for (pupil, mark) in marks {
            let place = FinalPlace {
                pupil: *pupil,
                subject,
                slot: Slot::EXAM,
            };
            let Ok(value) = FinalValue::parse(mark, sheet.scale(subject)) else {
                done.locked += 1;
                continue;
            };
            match sheet.value(place) {
                Some(it) if *it == value => done.same += 1,
                Some(_) => done.other += 1,
                None if sheet.lock(place).is_some() => done.locked += 1,
                None => {
                    writing.write(&mut sheet, place, value, tx.now());
                    done.taken += 1;
                }
            }
        }
        writing.save(&mut tx, &sheet).await?;
        tx.commit().await?;
        Ok(done)
    }
}
