//! One result closely: its history and its appeals.

use chrono::{DateTime, NaiveDate, Utc};
use curriculum::Class;
use db::{Tx, history::Change};
use kernel::{Actor, ClassId, PersonId, Right};
use serde_json::json;

use super::Exams;
use crate::{
    Appeal, AppealId, Entry, Error, Exam, ExamId, Outcome, Turnout,
    store::{self, AppealChange, NewResult},
};

/// A result with what was before it.
#[derive(Clone, Debug)]
pub struct Card {
    pub exam: Exam,
    pub subject: String,
    pub class: Class,
    pub pupil: PersonId,
    /// «Иванова Мария Петровна»
    pub name: String,
    pub entry: Entry,
    pub outcome: Outcome,
    pub appeals: Vec<Appeal>,
    pub history: Vec<Owner>,
    /// Whether the actor files and decides appeals.
    pub keeps: bool,
}

/// One change of a result.
#[derive(Clone, Debug)]
pub struct Owner {
    pub at: DateTime<Utc>,
    pub by: String,
    pub turnout: Turnout,
    pub primary: Option<i16>,
    pub test: Option<i16>,
    pub mark: Option<i16>,
}

/// An appeal to be filed.
#[derive(Clone, Debug)]
pub struct AppealWish {
    pub about_score: bool,
    pub filed_on: NaiveDate,
    pub note: String,
}

/// What the commission decided.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    pub seen: i32,
    pub granted: bool,
    pub decided_on: NaiveDate,
    /// The primary score from now on; as it was where there is none.
    pub primary: Option<i16>,
}

impl Exams {
    /// The result of a pupil, whom the actor may see in this exam.
    pub async fn card(&self, actor: &Actor, id: ExamId, pupil: PersonId) -> Result<Card, Error> {
        actor.may(Right::ExamView)?;
        let mut tx = self.db.begin(actor).await?;
        let (exam, class, entry) = self.seen_result(&mut tx, actor, id, pupil).await?;
        let appeals = store::appeals(&mut tx, pupil, Some(id)).await?;
        let key = json!({ "exam_id": id, "pupil_id": pupil });
        let changes = db::history::of(&mut tx, "exams.result", &key).await?;
        let mut people: Vec<PersonId> = changes.iter().filter_map(|it| it.person).collect();
        people.push(pupil);
        let cards = self.people.cards(&mut tx, &people).await?;
        let subject = self.subject_name(&mut tx, exam.fields.subject).await?;
        tx.commit().await?;
        let card = |id: PersonId| cards.iter().find(|it| it.id == id);
        let name = card(pupil).ok_or(Error::NotFound)?.full();
        let by = |it: &Change| it.person.and_then(card).map(people::Card::short);
        Ok(Card {
            outcome: entry.outcome(&exam),
            history: told(&changes, |it| by(it).unwrap_or_default()),
            keeps: actor.may_in_org(Right::ExamEdit).is_ok(),
            subject,
            class,
            pupil,
            name,
            entry,
            appeals,
            exam,
        })
    }

    /// Files an appeal against a result.
    #[tracing::instrument(name = "exams.file_appeal", skip_all, fields(exam.id = %id))]
    pub async fn file_appeal(
        &self,
        actor: &Actor,
        id: ExamId,
        pupil: PersonId,
        wish: AppealWish,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::ExamEdit)?;
        if wish.note.chars().count() > 500 {
            return Err(Error::BadFields);
        }
        let mut tx = self.db.begin(actor).await?;
        let (exam, _, entry) = self.seen_result(&mut tx, actor, id, pupil).await?;
        self.open_year(&mut tx, exam.year).await?;
        if entry.turnout != Turnout::Present || wish.filed_on < exam.fields.held_on {
            return Err(Error::NothingToAppeal);
        }
        store::insert_appeal(
            &mut tx,
            (id, pupil),
            wish.about_score,
            wish.filed_on,
            &wish.note,
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Decides an appeal; one that is granted may bring another score.
    #[tracing::instrument(name = "exams.decide_appeal", skip_all, fields(exam.id = %id))]
    pub async fn decide_appeal(
        &self,
        actor: &Actor,
        (id, pupil): (ExamId, PersonId),
        appeal: AppealId,
        wish: Decision,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::ExamEdit)?;
        let mut tx = self.db.begin(actor).await?;
        store::lock_exam(&mut tx, id).await?;
        let (exam, class, entry) = self.seen_result(&mut tx, actor, id, pupil).await?;
        self.open_year(&mut tx, exam.year).await?;
        let appeals = store::appeals(&mut tx, pupil, Some(id)).await?;
        let known = appeals.iter().find(|it| it.id == appeal);
        let known = known.ok_or(Error::NotFound)?;
        if wish.decided_on < known.filed_on {
            return Err(Error::AppealClosed);
        }
        let after = wish.primary.filter(|_| wish.granted);
        if after.is_some_and(|it| !(0..=exam.fields.max_primary).contains(&it)) {
            return Err(Error::BadFields);
        }
        let change = AppealChange {
            id: appeal,
            seen: wish.seen,
            granted: wish.granted,
            decided_on: wish.decided_on,
            before: entry.primary,
            after: after.or(entry.primary),
        };
        store::decide_appeal(&mut tx, &change).await?;
        if let Some(primary) = after.filter(|it| Some(*it) != entry.primary) {
            let stored = store::results(&mut tx, &[id]).await?;
            let stored = stored.iter().find(|(_, it)| it.pupil == pupil);
            let version = stored.map_or(0, |(_, it)| it.version) + 1;
            let new = NewResult {
                exam: id,
                pupil,
                class: class.id,
                entry: Entry {
                    primary: Some(primary),
                    ..entry
                },
                version,
            };
            if !store::save_results(&mut tx, actor.person, &[new]).await? {
                return Err(Error::ChangedMeanwhile);
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// A result that was entered, in a class that the actor sees.
    async fn seen_result(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: ExamId,
        pupil: PersonId,
    ) -> Result<(Exam, Class, Entry), Error> {
        let exam = store::exam(tx, id).await?;
        let stored = store::results(tx, &[id]).await?;
        let stored = stored.into_iter().find(|(_, it)| it.pupil == pupil);
        let (_, stored) = stored.ok_or(Error::NotFound)?;
        let class: ClassId = stored.class;
        let classes = self.curriculum.classes_by_id(tx, &[class]).await?;
        let own = self.own(tx, actor, exam.year, &classes).await?;
        if !own.sees(class, exam.fields.subject) {
            return Err(Error::NotFound);
        }
        let class = classes.into_iter().next().ok_or(Error::NotFound)?;
        Ok((exam, class, stored.entry))
    }
}

/// The changes as states: each column stays as it was until it changes.
fn told(changes: &[Change], by: impl Fn(&Change) -> String) -> Vec<Owner> {
    let mut now = serde_json::Map::new();
    let mut told = vec![];
    for it in changes {
        now.extend(it.new.clone());
        let number = |column: &str| {
            let value = now.get(column).and_then(serde_json::Value::as_i64);
            value.and_then(|it| i16::try_from(it).ok())
        };
        let turnout = now.get("turnout").and_then(serde_json::Value::as_str);
        told.push(Owner {
            at: it.at,
            by: by(it),
            turnout: turnout.and_then(Turnout::from_code).unwrap_or_default(),
            primary: number("primary_score"),
            test: number("test_score"),
            mark: number("mark"),
        });
    }
    told.reverse();
    told
}
