//! What a family sees: the results of the own child.

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, PersonId};

use super::Exams;
use crate::{Appeal, Entry, Error, Exam, Outcome, Turnout, store};

/// One exam of the child.
#[derive(Clone, Debug)]
pub struct MyExam {
    pub exam: Exam,
    pub subject: String,
    pub entry: Entry,
    pub outcome: Outcome,
    pub appeals: Vec<Appeal>,
}

/// The results of one child.
#[derive(Clone, Debug)]
pub struct Mine {
    /// The own children, or oneself.
    pub children: Vec<(PersonId, String)>,
    pub child: Option<PersonId>,
    /// «9А»
    pub class: Option<String>,
    /// The child is in a group of a kindergarten.
    pub preschool: bool,
    /// The newest first.
    pub exams: Vec<MyExam>,
}

impl Exams {
    /// Results of a child; somebody else's child is answered like a missing one.
    pub async fn mine(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        today: NaiveDate,
    ) -> Result<Mine, Error> {
        let mut tx = self.db.begin(actor).await?;
        let children = self.own_children(&mut tx, actor, today).await?;
        if child.is_some_and(|it| children.iter().all(|own| own.0 != it)) {
            return Err(Error::NotFound);
        }
        let child = child.or_else(|| children.first().map(|it| it.0));
        let Some(pupil) = child else {
            tx.commit().await?;
            return Ok(Mine {
                children,
                child,
                class: None,
                preschool: false,
                exams: vec![],
            });
        };
        let found = store::of_pupils(&mut tx, pupil).await?;
        let appeals = store::appeals(&mut tx, pupil, None).await?;
        let subjects = self.curriculum.subjects(&mut tx).await?;
        let stays = self.register.stays(&mut tx, &[pupil]).await?;
        let now = stays.iter().filter(|it| it.on(today)).map(|it| it.class);
        let now: Vec<_> = now.collect();
        let class = self.curriculum.classes_by_id(&mut tx, &now).await?;
        tx.commit().await?;
        let name = |exam: &Exam| {
            let found = subjects.iter().find(|it| it.id == exam.fields.subject);
            found.map_or_else(String::new, |it| it.name.clone())
        };
        let exams = found
            .into_iter()
            .filter(|(_, it)| it.entry.turnout != Turnout::Out)
            .map(|(exam, it)| MyExam {
                subject: name(&exam),
                outcome: it.entry.outcome(&exam),
                appeals: appeals
                    .iter()
                    .filter(|it| it.exam == exam.id)
                    .cloned()
                    .collect(),
                entry: it.entry,
                exam,
            });
        Ok(Mine {
            exams: exams.collect(),
            class: class.first().map(curriculum::Class::name),
            preschool: class.first().is_some_and(curriculum::Class::is_preschool),
            children,
            child,
        })
    }

    /// The children whose results the actor may see, in this organisation.
    pub async fn children(
        &self,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<(PersonId, String)>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let children = self.own_children(&mut tx, actor, today).await?;
        tx.commit().await?;
        Ok(children)
    }

    async fn own_children(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<(PersonId, String)>, Error> {
        let cards = self.people.diary_cards(tx, actor, today).await?;
        Ok(cards.iter().map(|it| (it.id, it.listed())).collect())
    }
}
