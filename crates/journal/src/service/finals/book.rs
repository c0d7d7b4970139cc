//! What domains above ask of the final marks (JRN-9).

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, ClassId, LessonId, PersonId, Right, SubjectId, YearId};

use super::{super::Journal, sheet::About, write::Writing};
use crate::{ClassSpan, Error, FinalBook, FinalPlace, FinalValue, Missed, Slot, TakenMarks, store};

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
        spans: &[ClassSpan],
    ) -> Result<Vec<HashMap<PersonId, Missed>>, Error> {
        let mut sums = vec![HashMap::<PersonId, Missed>::new(); spans.len()];
        let placed = self.placed(tx, spans).await?;
        for it in store::missed(tx, &placed).await? {
            if let Some(sum) = sums.get_mut(it.span) {
                sum.entry(it.pupil).or_default().add(it.what, it.count);
            }
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

impl Journal {
    /// The lessons of the spans, each with the place of its span.
    async fn placed(
        &self,
        tx: &mut Tx,
        spans: &[ClassSpan],
    ) -> Result<Vec<(LessonId, usize)>, Error> {
        let mut of_class: HashMap<ClassId, Vec<(usize, &ClassSpan)>> = HashMap::new();
        for (at, span) in spans.iter().enumerate() {
            of_class.entry(span.class).or_default().push((at, span));
        }
        let days = (
            spans.iter().map(|it| it.from).min(),
            spans.iter().map(|it| it.to).max(),
        );
        let (Some(from), Some(to)) = days else {
            return Ok(vec![]);
        };
        let mut classes = of_class.keys();
        let lessons = match (classes.next(), classes.next()) {
            (Some(class), None) => self.lessons.of_class(tx, *class, None, from, to).await?,
            _ => self.lessons.of_school(tx, from, to).await?,
        };
        let placed = lessons.iter().filter_map(|lesson| {
            let mut spans = of_class.get(&lesson.class)?.iter();
            let on = |it: &&(usize, &ClassSpan)| (it.1.from..=it.1.to).contains(&lesson.held_on);
            Some((lesson.id, spans.find(on)?.0))
        });
        Ok(placed.collect())
    }
}
