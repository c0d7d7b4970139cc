//! What is owed for those who are enrolled, and of the movement book (DLN-1).

mod balance;
mod enrolled;
mod orders;
mod transfers;
mod year_end;

use std::sync::Arc;

use async_trait::async_trait;
use curriculum::{Curriculum, Study};
use db::Tx;
use dues::{Answer, Ask, DeadlineSource};
use identity::Accounts;
use kernel::Fault;
use org::{Organisation, Organisations};
use people::People;

use crate::{ClassRegister, Enrolments, Error, Register};

/// Tells which enrolled pupils have no account, no personal file, an
/// incomplete card or no consent (S3:2.6, 5.4, 5.5; S2:5.4).
#[derive(Clone)]
pub struct EnrolledDues {
    pub orgs: Arc<dyn Organisations>,
    pub accounts: Arc<dyn Accounts>,
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
}

/// Tells which orders are missing (S3:9.2–9.3).
#[derive(Clone)]
pub struct MovementDues {
    pub orgs: Arc<dyn Organisations>,
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
}

#[async_trait]
impl DeadlineSource for EnrolledDues {
    fn duties(&self) -> &'static [&'static str] {
        &[
            enrolled::ACCOUNT,
            enrolled::FILE,
            enrolled::COMPLETE,
            enrolled::CONSENT,
        ]
    }

    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        self.look(tx, ask)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

#[async_trait]
impl DeadlineSource for MovementDues {
    fn duties(&self) -> &'static [&'static str] {
        &[
            orders::ORDER,
            orders::OVERDUE,
            year_end::YEAR_END,
            year_end::GRADUATION,
            year_end::NEW_CLASSES,
            balance::BALANCE,
        ]
    }

    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        self.look(tx, ask)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

/// What is asked, what is known of the school, and what was found so far.
struct Told<'a> {
    ask: &'a Ask<'a>,
    own: Arc<Organisation>,
    study: Arc<Study>,
    enrolments: Arc<Enrolments>,
    answer: Answer,
}

impl EnrolledDues {
    async fn look(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Error> {
        let own = self.orgs.home(tx).await?;
        if !own.kind.is_school() {
            return Ok(Answer::default());
        }
        let study = self.curriculum.study(tx, ask).await?;
        let enrolments = Register.enrolments(tx, &study).await?;
        let files = self.people.files(tx, ask.today).await?;
        let accounts = self.accounts.handed_over(tx).await?;
        let mut told = Told {
            ask,
            own,
            study,
            enrolments,
            answer: Answer::default(),
        };
        told.pupils(&files, &accounts);
        told.staff_consents(&files);
        Ok(told.answer)
    }
}

impl MovementDues {
    async fn look(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Error> {
        let own = self.orgs.home(tx).await?;
        if !own.kind.is_school() {
            return Ok(Answer::default());
        }
        let study = self.curriculum.study(tx, ask).await?;
        let enrolments = Register.enrolments(tx, &study).await?;
        let files = self.people.files(tx, ask.today).await?;
        let mut told = Told {
            ask,
            own,
            study,
            enrolments,
            answer: Answer::default(),
        };
        told.orders();
        told.transfers();
        told.without_orders(&files);
        told.year_ends();
        told.new_classes();
        told.balances(tx).await?;
        Ok(told.answer)
    }
}
