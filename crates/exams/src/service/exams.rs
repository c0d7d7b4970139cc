//! Exams of a year: the list, and making, changing and removing one.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, Subject, Year};
use kernel::{Actor, ClassId, Right, YearId};

use super::Exams;
use crate::{
    Error, Exam, ExamFields, ExamId, ExamKind, Scale,
    store::{self, Counts},
};

/// An exam of the list, as far as the actor sees it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub exam: Exam,
    pub subject: String,
    /// Those that the actor sees, 9А 9Б.
    pub classes: Vec<Class>,
    pub entered: i64,
    pub present: i64,
    pub pupils: usize,
}

/// The exams of a year.
#[derive(Clone, Debug)]
pub struct Listing {
    pub year: Option<Year>,
    pub exams: Vec<Listed>,
    /// Whether exams may be made.
    pub keeps: bool,
}

/// What the form of an exam offers.
#[derive(Clone, Debug)]
pub struct FormPage {
    pub exam: Option<Exam>,
    pub year: Year,
    pub classes: Vec<Class>,
    pub subjects: Vec<Subject>,
    pub scales: Vec<Scale>,
}

impl Exams {
    /// The exams of a year; `testing` are those of the school itself.
    pub async fn exams(
        &self,
        actor: &Actor,
        year: Option<YearId>,
        testing: bool,
        today: NaiveDate,
    ) -> Result<Listing, Error> {
        actor.may(Right::ExamView)?;
        let mut tx = self.db.begin(actor).await?;
        let Some(year) = self.year(&mut tx, year, today).await? else {
            tx.commit().await?;
            return Ok(Listing {
                year: None,
                exams: vec![],
                keeps: false,
            });
        };
        let mut exams = store::exams_of(&mut tx, year.id).await?;
        exams.retain(|it| (it.fields.kind == ExamKind::Admin) == testing);
        let classes = self.curriculum.classes(&mut tx, year.id).await?;
        let own = self.own(&mut tx, actor, year.id, &classes).await?;
        let subjects = self.curriculum.subjects(&mut tx).await?;
        let counts = store::counts(&mut tx, year.id).await?;
        let written: HashSet<ClassId> = exams
            .iter()
            .flat_map(|it| it.fields.classes.iter().copied())
            .collect();
        let written: Vec<ClassId> = written.into_iter().collect();
        let members = self
            .register
            .members(&mut tx, &written, year.starts_on, year.ends_on)
            .await?;
        tx.commit().await?;
        let counts: HashMap<(ExamId, ClassId), Counts> =
            counts.into_iter().map(|it| ((it.0, it.1), it.2)).collect();
        let listed = exams.into_iter().filter_map(|exam| {
            let subject = exam.fields.subject;
            let seen: Vec<Class> = classes
                .iter()
                .filter(|it| exam.fields.classes.contains(&it.id) && own.sees(it.id, subject))
                .cloned()
                .collect();
            if seen.is_empty() {
                return None;
            }
            let of = |it: &Class| counts.get(&(exam.id, it.id)).copied().unwrap_or_default();
            let on = exam.fields.held_on.clamp(year.starts_on, year.ends_on);
            let here = |class: ClassId| {
                let stays = members.iter();
                stays.filter(|it| it.class == class && it.on(on)).count()
            };
            Some(Listed {
                subject: subjects
                    .iter()
                    .find(|it| it.id == subject)
                    .map_or_else(String::new, |it| it.name.clone()),
                entered: seen.iter().map(|it| of(it).entered).sum(),
                present: seen.iter().map(|it| of(it).present).sum(),
                pupils: seen.iter().map(|it| here(it.id)).sum(),
                classes: seen,
                exam,
            })
        });
        Ok(Listing {
            exams: listed.collect(),
            keeps: own.keeps() && !year.archived,
            year: Some(year),
        })
    }

    /// The form of an exam; of a new one without an id.
    pub async fn form_page(
        &self,
        actor: &Actor,
        id: Option<ExamId>,
        today: NaiveDate,
    ) -> Result<FormPage, Error> {
        actor.may_in_org(Right::ExamEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let exam = match id {
            Some(id) => Some(store::exam(&mut tx, id).await?),
            None => None,
        };
        let wish = exam.as_ref().map(|it| it.year);
        let year = self
            .year(&mut tx, wish, today)
            .await?
            .ok_or(Error::NoYear)?;
        let classes = self.curriculum.classes(&mut tx, year.id).await?;
        let subjects = self.curriculum.subjects(&mut tx).await?;
        let scales = store::scales(&mut tx, year.id).await?;
        tx.commit().await?;
        Ok(FormPage {
            exam,
            year,
            classes,
            subjects,
            scales,
        })
    }

    /// Enters an exam.
    #[tracing::instrument(name = "exams.add", skip_all)]
    pub async fn add(
        &self,
        actor: &Actor,
        fields: ExamFields,
        today: NaiveDate,
    ) -> Result<ExamId, Error> {
        actor.may_in_org(Right::ExamEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let year = self
            .year(&mut tx, None, today)
            .await?
            .ok_or(Error::NoYear)?;
        if year.archived {
            return Err(Error::YearArchived);
        }
        self.must_fit(&mut tx, &fields, &year).await?;
        let id = store::insert_exam(&mut tx, year.id, &fields).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes an exam; kind, subject and grade stay.
    #[tracing::instrument(name = "exams.change", skip_all, fields(exam.id = %id))]
    pub async fn change(
        &self,
        actor: &Actor,
        id: ExamId,
        seen: i32,
        wish: ExamFields,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::ExamEdit)?;
        let mut tx = self.db.begin(actor).await?;
        if store::lock_exam(&mut tx, id).await? != seen {
            return Err(Error::ChangedMeanwhile);
        }
        let known = store::exam(&mut tx, id).await?;
        let year = self.open_year(&mut tx, known.year).await?;
        let fields = ExamFields {
            kind: known.fields.kind,
            subject: known.fields.subject,
            grade: known.fields.grade,
            ..wish
        };
        self.must_fit(&mut tx, &fields, &year).await?;
        let results = store::results(&mut tx, &[id]).await?;
        let stays = |class: &ClassId| fields.classes.contains(class);
        if !results.iter().all(|(_, it)| stays(&it.class)) {
            return Err(Error::ClassHasResults);
        }
        let highest = results.iter().filter_map(|(_, it)| it.entry.primary).max();
        if highest.is_some_and(|it| it > fields.max_primary) {
            return Err(Error::ScoresAbove);
        }
        store::update_exam(&mut tx, id, &fields).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes back an exam that nobody has a result of.
    #[tracing::instrument(name = "exams.remove", skip_all, fields(exam.id = %id))]
    pub async fn remove(&self, actor: &Actor, id: ExamId, seen: i32) -> Result<ExamKind, Error> {
        actor.may_in_org(Right::ExamEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let version = store::lock_exam(&mut tx, id).await?;
        let exam = store::exam(&mut tx, id).await?;
        self.open_year(&mut tx, exam.year).await?;
        if version != seen {
            return Err(Error::ChangedMeanwhile);
        }
        let results = store::results(&mut tx, &[id]).await?;
        if results
            .iter()
            .any(|(_, it)| it.entry != crate::Entry::default())
        {
            return Err(Error::HasResults);
        }
        store::remove_exam(&mut tx, id).await?;
        tx.commit().await?;
        Ok(exam.fields.kind)
    }

    async fn must_fit(
        &self,
        tx: &mut db::Tx,
        fields: &ExamFields,
        year: &Year,
    ) -> Result<(), Error> {
        let subjects = self.curriculum.subjects(tx).await?;
        if !subjects.iter().any(|it| it.id == fields.subject) {
            return Err(Error::NoSuchSubject);
        }
        let classes = self.curriculum.classes_by_id(tx, &fields.classes).await?;
        let scale = match fields.scale {
            Some(id) => Some(store::scale(tx, id).await.map_err(|it| match it {
                Error::NotFound => Error::ScaleDoesNotFit,
                other => other,
            })?),
            None => None,
        };
        fields.check(year, &classes, scale.as_ref())
    }
}
