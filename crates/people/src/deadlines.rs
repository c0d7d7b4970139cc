//! What is owed for the staff (DLN-1): the personal file of whoever came, and
//! an account that opens. What is owed for pupils `movement` tells, which
//! knows who is enrolled.

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use db::Tx;
use dues::{About, Answer, Ask, DeadlineSource, Fact, Owner, Whole};
use identity::{Accounts, HandedOver};
use kernel::{Fault, PersonId, Role};
use org::Organisations;

use crate::{Cards, Error, People, WorkerFile};

const FILE: &str = "people.staff-file";
const ACCOUNT: &str = "identity.staff-account";

/// Tells whose personal file is not there (S3:5.4) and who of the staff
/// cannot enter yet (S3:2.6).
#[derive(Clone)]
pub struct StaffDues {
    pub orgs: Arc<dyn Organisations>,
    pub accounts: Arc<dyn Accounts>,
}

#[async_trait]
impl DeadlineSource for StaffDues {
    fn duties(&self) -> &'static [&'static str] {
        &[FILE, ACCOUNT]
    }

    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        self.look(tx, ask)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

impl StaffDues {
    async fn look(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Error> {
        let own = self.orgs.home(tx).await?;
        let mut answer = Answer::default();
        if !own.kind.teaches() {
            return Ok(answer);
        }
        let files = Cards.files(tx, ask.today).await?;
        let accounts = self.accounts.handed_over(tx).await?;
        for worker in files.workers_on(ask.today) {
            let of = Coming {
                worker,
                on: worker.came_on(&own),
            };
            answer.count(ask, of.whole(FILE, Role::Secretary));
            answer.count(ask, of.whole(ACCOUNT, Role::Admin));
            if !worker.empty.is_empty() {
                answer.tell(ask, of.file());
            }
            if let Some(fact) = of.account(&accounts) {
                answer.tell(ask, fact);
            }
        }
        // Of whoever left nothing is asked.
        let workers = files.workers_on(ask.today);
        let there: HashSet<String> = workers.map(|it| key(it.person)).collect();
        for duty in [FILE, ACCOUNT] {
            answer.lose(ask, duty, |key| there.contains(key));
        }
        Ok(answer)
    }
}

fn key(person: PersonId) -> String {
    format!("staff/{person}")
}

/// Somebody of the staff and the day of coming.
struct Coming<'a> {
    worker: &'a WorkerFile,
    on: chrono::NaiveDate,
}

impl Coming<'_> {
    fn fact(&self, duty: &'static str, role: Role, place: String, text: String) -> Fact {
        Fact {
            duty,
            key: key(self.worker.person),
            on: self.on,
            owner: Owner::Role(role),
            about: About {
                person: Some(self.worker.person),
                text,
                ..About::default()
            },
            place,
            parts: None,
        }
    }

    fn file(&self) -> Fact {
        let place = format!("/people/staff/{}/edit", self.worker.person);
        self.fact(FILE, Role::Secretary, place, self.worker.empty.join(" "))
    }

    /// What is missing to enter: the account, or what opens it.
    fn account(&self, accounts: &HandedOver) -> Option<Fact> {
        let (text, place) = match accounts.of(self.worker.person) {
            None => ("account", format!("/people/staff/{}", self.worker.person)),
            Some(it) if it.handed => return None,
            Some(it) => ("slip", format!("/settings/accounts/{}", it.account)),
        };
        Some(self.fact(ACCOUNT, Role::Admin, place, text.to_owned()))
    }

    fn whole(&self, duty: &'static str, role: Role) -> Whole {
        Whole {
            duty,
            month: self.on,
            owner: Owner::Role(role),
            class: None,
            things: 1,
        }
    }
}
