//! What is owed of exams (DLN-1): the result of everybody who wrote one.

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use curriculum::{Curriculum, Study, StudyYear};
use db::Tx;
use dues::{About, Answer, Ask, DeadlineSource, Fact, Owner, Whole};
use kernel::{Fault, PersonId};
use movement::{ClassRegister, Enrolments};
use org::Organisations;
use people::{Files, People};

use crate::{
    Error,
    store::{self, ExamDue},
};

/// Results of the state exams of a class (S3:8.7).
const EXAM: &str = "journal.exam";

/// Tells which classes have no results of a state exam yet.
#[derive(Clone)]
pub struct ExamDues {
    pub orgs: Arc<dyn Organisations>,
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
    pub register: Arc<dyn ClassRegister>,
}

#[async_trait]
impl DeadlineSource for ExamDues {
    fn duties(&self) -> &'static [&'static str] {
        &[EXAM]
    }

    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        self.look(tx, ask)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

impl ExamDues {
    async fn look(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Error> {
        let mut answer = Answer::default();
        let own = self.orgs.home(tx).await?;
        if !own.kind.is_school() {
            return Ok(answer);
        }
        let study = self.curriculum.study(tx, ask).await?;
        let enrolments = self.register.enrolments(tx, &study).await?;
        let files = self.people.files(tx, ask.today).await?;
        let until = ask.until.min(ask.today);
        let exams = store::dues(tx, ask.from, until, &known(ask)).await?;
        let look = Look {
            ask,
            study: &study,
            enrolments: &enrolments,
            files: &files,
        };
        let mut there = HashSet::new();
        for exam in &exams {
            there.insert(key(exam));
            look.exam(exam, &mut answer);
        }
        answer.lose(ask, EXAM, |key| there.contains(key));
        Ok(answer)
    }
}

/// The exams of facts that were open when last asked.
fn known(ask: &Ask<'_>) -> Vec<i64> {
    let exam = |key: &str| key.strip_prefix("exam/")?.split('/').next()?.parse().ok();
    ask.known_of(EXAM).filter_map(exam).collect()
}

fn key(it: &ExamDue) -> String {
    format!("exam/{}/{}", it.exam, it.class)
}

struct Look<'a> {
    ask: &'a Ask<'a>,
    study: &'a Study,
    enrolments: &'a Enrolments,
    files: &'a Files,
}

impl Look<'_> {
    fn exam(&self, it: &ExamDue, answer: &mut Answer) {
        let Some((year, _)) = self.study.class(it.class).filter(|it| !it.0.year.archived) else {
            return;
        };
        let (entered, wanted) = self.parts(it);
        if wanted == 0 {
            return;
        }
        let owner = self.owner(year, it);
        let whole = Whole {
            duty: EXAM,
            month: it.held_on,
            owner,
            class: Some(it.class),
            things: 1,
        };
        answer.count(self.ask, whole);
        if entered < wanted {
            answer.tell(self.ask, fact(it, owner, (entered, wanted)));
        }
    }

    /// How many of how many: of everybody who was in the class that day. Who
    /// chose an elective exam is known by the results alone, so that one of
    /// them is enough.
    fn parts(&self, it: &ExamDue) -> (u32, u32) {
        let has: HashSet<PersonId> = it.pupils.iter().copied().collect();
        let stays = self.enrolments.stays.iter().map(|it| &it.member);
        let there = stays.filter(|member| member.class == it.class && member.on(it.held_on));
        let there: HashSet<PersonId> = there.map(|it| it.pupil).collect();
        if it.elective {
            return (u32::from(!has.is_empty()), u32::from(!there.is_empty()));
        }
        let count = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        (count(there.intersection(&has).count()), count(there.len()))
    }

    /// Whoever teaches the subject in the class on that day; where that is
    /// nobody who works here, the class teacher (S3:8.7).
    fn owner(&self, year: &StudyYear, it: &ExamDue) -> Owner {
        let day = year.day(it.held_on);
        let loads = year.loads.iter().filter(|load| {
            (load.class, load.subject) == (it.class, it.subject) && load.days().contains(&day)
        });
        loads
            .map(|it| it.teacher)
            .find(|it| self.files.works_on(*it, self.ask.today))
            .map_or(Owner::ClassTeacher(it.class), Owner::Person)
    }
}

fn fact(it: &ExamDue, owner: Owner, parts: (u32, u32)) -> Fact {
    Fact {
        duty: EXAM,
        key: key(it),
        on: it.held_on,
        owner,
        about: About {
            class: Some(it.class),
            subject: Some(it.subject),
            text: it.kind.clone(),
            ..About::default()
        },
        place: format!("/study/exams/{}/classes/{}", it.exam, it.class),
        parts: Some(parts),
    }
}
