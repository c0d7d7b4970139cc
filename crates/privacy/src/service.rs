mod case;
mod erasure;
mod lessons;
mod terms;

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, Utc};
use db::{
    Db, Tx, audit,
    subject::{self, Held},
    vault::{self, OrgKeys},
};
use identity::Accounts;
use kernel::{AccountId, Actor, PersonId, Reach, Right};
use org::Organisations;
use people::{Card, People, RestrictedField};
use serde_json::{Value, json};

use crate::Error;

pub use terms::TermSheet;

/// The table whose values are restricted, and the column of the value.
const RESTRICTED: (&str, &str) = ("people.restricted_field", "value");
/// So many readings of the card are told.
const READINGS: i64 = 1_000;

/// Whom privacy asks.
#[derive(Clone)]
pub struct Neighbours {
    pub orgs: Arc<dyn Organisations>,
    pub people: Arc<dyn People>,
    pub accounts: Arc<dyn Accounts>,
    pub classes: Arc<dyn movement::ClassRegister>,
    pub curriculum: Arc<dyn curriculum::Curriculum>,
    pub lessons: Arc<dyn schedule::Lessons>,
    /// What the domains told of their tables.
    pub held: Arc<[Held]>,
    pub files: db::files::Files,
    /// The file of the key that the logs are sealed with.
    pub seal_key: PathBuf,
    /// The name of the system, for acts.
    pub system: String,
    /// What is said instead of a name that was destroyed, and before the
    /// number: «Удалён», «№ ».
    pub stands_for: (String, String),
}

/// What one table holds of the person.
#[derive(Clone, Debug)]
pub struct Shelf {
    pub table: &'static str,
    pub rows: Vec<Value>,
    /// Rows about others that the person wrote: counted, not told.
    pub written: i64,
}

/// Everything that is kept of a person in one organisation.
#[derive(Clone, Debug)]
pub struct Dossier {
    pub person: PersonId,
    pub name: String,
    pub org: String,
    pub at: DateTime<Utc>,
    pub shelves: Vec<Shelf>,
    /// Who looked, and what else the log says of the card.
    pub readings: Vec<audit::Entry>,
    /// Passport, health and the like are there but not told to whoever asks.
    pub hides_restricted: bool,
}

/// One person's data. Cheap to clone.
#[derive(Clone)]
pub struct Privacy {
    db: Db,
    asked: Neighbours,
}

impl Privacy {
    pub const fn new(db: Db, asked: Neighbours) -> Self {
        Self { db, asked }
    }

    /// Everything that is kept of the person; `taken` says in which form it
    /// leaves («json», «print»), which goes on record before it does.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`], also for another's.
    #[tracing::instrument(name = "privacy.dossier", skip_all, fields(person.id = %person))]
    pub async fn dossier(
        &self,
        actor: &Actor,
        person: PersonId,
        taken: Option<&str>,
    ) -> Result<Dossier, Error> {
        let mut tx = self.db.begin(actor).await?;
        let card = self.reached(&mut tx, actor, person).await?;
        let org = self.asked.orgs.own(&mut tx).await?;
        let logins = self.asked.accounts.logins(&mut tx, &[person]).await?;
        let accounts: Vec<AccountId> = logins.iter().map(|it| it.account).collect();
        let found = subject::found(&mut tx, &self.asked.held, person, &accounts).await?;
        let mut shelves: Vec<Shelf> = found.into_iter().map(Shelf::from).collect();
        let object = format!("people.person:{person}");
        let filter = audit::Filter {
            object: Some(object.clone()),
            ..audit::Filter::default()
        };
        let readings = audit::list(&mut tx, &filter, READINGS).await?;
        lessons::tell(&mut tx, &self.asked, &mut shelves).await?;
        if let Some(form) = taken {
            let details = json!({ "as": form });
            audit::record(&mut tx, "privacy.exported", &object, &details).await?;
        }
        for shelf in shelves.iter_mut().filter(|it| it.table == RESTRICTED.0) {
            shelf.open(&*vault::of(&mut tx).await?)?;
        }
        let at = tx.now();
        tx.commit().await?;
        let own = person == actor.person || !actor.reaches(Right::PersonExport).has(Reach::Org);
        let hides = !own && actor.may_in_org(Right::RestrictedView).is_err();
        let mut hides_restricted = false;
        if hides {
            for shelf in shelves.iter_mut().filter(|it| it.table == RESTRICTED.0) {
                hides_restricted = true;
                shelf.hide(RESTRICTED.1);
            }
        }
        Ok(Dossier {
            person,
            name: card.full(),
            org: org.name,
            at,
            shelves,
            readings,
            hides_restricted,
        })
    }

    /// The card, where the actor may take out all that is kept of it.
    async fn reached(&self, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Card, Error> {
        let reaches = actor.may(Right::PersonExport)?;
        let mut may = reaches.has(Reach::Org);
        may |= reaches.has(Reach::Own) && person == actor.person;
        if !may && reaches.has(Reach::OwnChild) {
            let own = self.asked.orgs.own(tx).await?;
            let today = own.day(tx.now());
            let children = self.asked.people.children(tx, actor.person, today).await?;
            may = children.contains(&person);
        }
        if !may {
            return Err(Error::NoSuchPerson);
        }
        let cards = self.asked.people.cards(tx, &[person]).await?;
        cards.into_iter().next().ok_or(Error::NoSuchPerson)
    }
}

impl From<subject::Found> for Shelf {
    fn from(it: subject::Found) -> Self {
        Self {
            table: it.table,
            rows: it.rows,
            written: it.written,
        }
    }
}

impl Shelf {
    /// Opens what is sealed; ciphertext and index are of no use to anybody.
    fn open(&mut self, keys: &OrgKeys) -> Result<(), Error> {
        for row in self.rows.iter_mut().filter_map(Value::as_object_mut) {
            let number = row.get("person_id").and_then(Value::as_i64);
            let field = row.get("field").and_then(Value::as_str);
            let field = field.and_then(RestrictedField::from_code);
            let sealed = row.remove("sealed");
            row.remove("blind");
            let bytes = sealed.as_ref().and_then(Value::as_str).and_then(bytes_of);
            if let (Some(number), Some(field), Some(bytes)) = (number, field, bytes) {
                let value = keys.open(field.place(number.into()), &bytes)?;
                row.insert(RESTRICTED.1.to_owned(), Value::from(value.reveal()));
            }
        }
        Ok(())
    }

    fn hide(&mut self, column: &str) {
        for row in self.rows.iter_mut().filter_map(Value::as_object_mut) {
            if row.contains_key(column) {
                row.insert(column.to_owned(), Value::from("***"));
            }
        }
    }
}

/// Bytes as the database writes them into JSON: `\x0a1b`.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let hex = text.strip_prefix("\\x")?;
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
        .collect()
}

impl Dossier {
    /// The machine-readable form: tables with their rows as they are kept.
    pub fn json(&self) -> Value {
        let shelves = self.shelves.iter().map(|it| {
            let table = it.table.replace('"', "");
            (table, json!({ "rows": it.rows, "written": it.written }))
        });
        let readings = self.readings.iter().map(|it| {
            json!({
                "at": it.at, "action": it.action, "account": it.account, "person": it.person,
                "details": it.details,
            })
        });
        json!({
            "format": "zvonok person 1",
            "person": self.person,
            "name": self.name,
            "organisation": self.org,
            "at": self.at,
            "restricted_hidden": self.hides_restricted,
            "tables": shelves.collect::<serde_json::Map<String, Value>>(),
            "log": readings.collect::<Vec<Value>>(),
        })
    }
}
