//! What is owed in the journals (DLN-1): topics, attendance and homework of
//! lessons, reasons of absences, final marks, control.

mod absences;
mod control;
mod finals;
mod lessons;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::NaiveDate;
use curriculum::{Curriculum, Study};
use db::Tx;
use dues::{Answer, Ask, DeadlineSource, Owner};
use kernel::{Fault, LessonId, PersonId, Role, YearId};
use movement::{ClassRegister, Enrolments};
use org::{Organisation, Organisations};
use people::{Files, People};
use schedule::{Held, HeldLesson, Lessons};

use crate::{
    Error, Slot,
    store::{self, Dues, DuesAsked},
};

/// Tells what the journals of the school lack (S3:8.3–8.8).
#[derive(Clone)]
pub struct JournalDues {
    pub orgs: Arc<dyn Organisations>,
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
    pub register: Arc<dyn ClassRegister>,
    pub lessons: Arc<dyn Lessons>,
}

#[async_trait]
impl DeadlineSource for JournalDues {
    fn duties(&self) -> &'static [&'static str] {
        &[
            lessons::LESSON,
            lessons::HOMEWORK,
            absences::REASON,
            finals::FINAL,
            finals::YEAR,
            control::CONTROL,
        ]
    }

    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        self.look(tx, ask)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

impl JournalDues {
    async fn look(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Error> {
        let own = self.orgs.home(tx).await?;
        if !own.kind.is_school() {
            return Ok(Answer::default());
        }
        let study = self.curriculum.study(tx, ask).await?;
        let enrolments = self.register.enrolments(tx, &study).await?;
        let files = self.people.files(tx, ask.today).await?;
        let held = self.lessons.held(tx, ask, &own).await?;
        let lessons: Vec<LessonId> = held.lessons.iter().map(|it| it.id).collect();
        let slots: Vec<(YearId, Slot)> = finals::wanted(&study, ask).into_iter().collect();
        let asked = DuesAsked {
            lessons: &lessons,
            slots: &slots,
            from: control::since(&study, ask),
            zone: own.zone.name(),
        };
        let dues = store::dues(tx, asked).await?;
        let look = Look {
            ask,
            own: &own,
            study: &study,
            enrolments: &enrolments,
            files: &files,
            held: &held,
            dues,
        };
        let mut answer = Answer::default();
        look.lessons(&mut answer);
        look.absences(&mut answer);
        look.finals(&slots, &mut answer);
        look.control(&mut answer);
        Ok(answer)
    }
}

/// All that is known of a school and its journals.
struct Look<'a> {
    ask: &'a Ask<'a>,
    own: &'a Organisation,
    study: &'a Study,
    enrolments: &'a Enrolments,
    files: &'a Files,
    held: &'a Held,
    dues: Dues,
}

impl Look<'_> {
    /// Whose the lesson is: of whoever gave it. What somebody left undone who
    /// works here no more, the deputy head settles.
    fn owner(&self, teacher: PersonId) -> Owner {
        if self.files.works_on(teacher, self.ask.today) {
            Owner::Person(teacher)
        } else {
            Owner::Role(Role::Deputy)
        }
    }

    fn held_by_id(&self) -> HashMap<LessonId, &HeldLesson> {
        self.held.lessons.iter().map(|it| (it.id, it)).collect()
    }

    /// The keys of a duty that were open when last asked.
    fn known(&self, duty: &str) -> HashSet<&str> {
        self.ask.known_of(duty).collect()
    }
}

/// The last day of the month.
fn month_end(day: NaiveDate) -> NaiveDate {
    use chrono::{Datelike, Days, Months};
    let first = day.with_day(1).unwrap_or(day);
    first + Months::new(1) - Days::new(1)
}
