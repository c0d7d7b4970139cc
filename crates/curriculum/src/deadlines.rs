//! What is owed of the year's plan (DLN-1): hours and teachers, КТП, holidays,
//! the year itself.

mod plans;
mod teaching;
mod years;

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use db::Tx;
use dues::{Answer, Ask, DeadlineSource};
use kernel::Fault;
use org::Organisations;
use people::{Files, People};

use crate::{Curriculum, Error, Records, StudyYear};

/// Tells what the years asked about lack (S3:3.3, 6.4, 6.6, 7.3).
#[derive(Clone)]
pub struct CurriculumDues {
    pub orgs: Arc<dyn Organisations>,
    pub people: Arc<dyn People>,
}

#[async_trait]
impl DeadlineSource for CurriculumDues {
    fn duties(&self) -> &'static [&'static str] {
        &[
            teaching::STUDY_PLAN,
            plans::PLAN,
            years::HOLIDAYS,
            years::YEAR_SWITCH,
        ]
    }

    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        self.look(tx, ask)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

impl CurriculumDues {
    async fn look(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Error> {
        let own = self.orgs.home(tx).await?;
        if !own.kind.is_school() {
            return Ok(Answer::default());
        }
        let study = Records.study(tx, ask).await?;
        let files = self.people.files(tx, ask.today).await?;
        let mut told = Told {
            ask,
            answer: Answer::default(),
        };
        years::missing_years(&study.all, &mut told);
        let mut there = HashSet::new();
        for it in study.years.iter().filter(|it| !it.year.archived) {
            let of = Look {
                study: it,
                files: &files,
            };
            there.extend(of.keys_of_plans(&told));
            of.study_plan(&mut told);
            of.plans(&mut told);
            of.holidays(&mut told);
            of.year_switch(&study.all, &mut told);
        }
        // A row of load that ended or went to somebody else needs no plan any more.
        told.answer
            .lose(ask, plans::PLAN, |key| there.contains(key));
        Ok(told.answer)
    }
}

/// What is asked, and what was found so far.
struct Told<'a> {
    ask: &'a Ask<'a>,
    answer: Answer,
}

/// A year that is not closed, and who works in the school.
struct Look<'a> {
    study: &'a StudyYear,
    files: &'a Files,
}
