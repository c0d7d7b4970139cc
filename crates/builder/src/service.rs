//! Use cases: who may build, open, share and be told of which report.

mod making;
mod saving;
mod wishes;

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use db::{Db, Tx};
use kernel::{Actor, PersonId, Right, Role, dates};
use org::Organisations;
use people::People;
use sources::{Field, ReportSource};

use crate::{Error, Report, ReportId, Request, Schedule, Table, store};

/// The report builder of a school.
#[derive(Clone)]
pub struct Builder {
    pub(crate) db: Db,
    sources: Arc<[Arc<dyn ReportSource>]>,
    people: Arc<dyn People>,
    pub(crate) orgs: Arc<dyn Organisations>,
    /// So many lines a report has at most.
    most_lines: usize,
}

/// Whom this domain asks.
pub struct Neighbours {
    pub people: Arc<dyn People>,
    pub orgs: Arc<dyn Organisations>,
    /// In the order in which they are offered.
    pub sources: Vec<Arc<dyn ReportSource>>,
}

/// What somebody finds at «Мои отчёты».
#[derive(Clone, Debug, Default)]
pub struct Desk {
    pub own: Vec<(Report, Option<Schedule>)>,
    /// Of others, with their names.
    pub shared: Vec<(Report, String)>,
    pub requests: Vec<Request>,
    /// Who asked and who answered.
    pub names: HashMap<PersonId, String>,
    /// Whether the actor builds; else reports are opened and asked for.
    pub builds: bool,
}

/// A finished report.
#[derive(Clone, Debug)]
pub struct Made {
    pub table: Table,
    /// The source stopped: it has more rows than are ever looked at.
    pub cut: bool,
    /// So many columns are not for this reader.
    pub left_out: usize,
    pub personal: bool,
    pub made_at: DateTime<Utc>,
}

/// A saved report, opened by somebody.
#[derive(Clone, Debug)]
pub struct Opened {
    pub report: Report,
    pub owner: String,
    pub own: bool,
    pub builds: bool,
    pub schedule: Option<Schedule>,
    pub made: Made,
}

impl Builder {
    /// A builder whose reports have at most so many lines.
    pub fn new(db: Db, ask: Neighbours, most_lines: usize) -> Self {
        Self {
            db,
            sources: ask.sources.into(),
            people: ask.people,
            orgs: ask.orgs,
            most_lines,
        }
    }

    /// The sources that the actor may build from.
    ///
    /// # Errors
    /// The actor builds no reports.
    pub fn sources(&self, actor: &Actor) -> Result<Vec<&dyn ReportSource>, Error> {
        actor.may_in_org(Right::ReportBuild)?;
        let sources = self.sources.iter().map(AsRef::as_ref);
        Ok(sources
            .filter(|it| !it.open_fields(actor).is_empty())
            .collect())
    }

    /// The fields of a source that are open to the actor.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such source, or none for the actor.
    pub fn fields(&self, actor: &Actor, source: &str) -> Result<Vec<&'static Field>, Error> {
        Ok(self.source(actor, source)?.1)
    }

    /// A source with the fields that are open to the actor.
    fn source(
        &self,
        actor: &Actor,
        code: &str,
    ) -> Result<(&dyn ReportSource, Vec<&'static Field>), Error> {
        let source = self.sources.iter().find(|it| it.code() == code);
        let source = source.ok_or(Error::NotFound)?.as_ref();
        let fields = source.open_fields(actor);
        if fields.is_empty() {
            return Err(Error::NotFound);
        }
        Ok((source, fields))
    }

    /// Everything that the actor finds at «Мои отчёты», in five statements.
    ///
    /// # Errors
    /// The actor neither builds reports nor opens those of others.
    pub async fn desk(&self, actor: &Actor) -> Result<Desk, Error> {
        actor.may_in_org(Right::ReportView)?;
        let mut tx = self.db.begin(actor).await?;
        let all = store::reports(&mut tx, actor.person, &roles(actor)).await?;
        let (own, shared): (Vec<Report>, Vec<Report>) =
            all.into_iter().partition(|it| it.is_of(actor));
        let ids: Vec<ReportId> = own.iter().map(|it| it.id).collect();
        let mut schedules = store::schedules(&mut tx, &ids).await?;
        let requests = store::requests(&mut tx).await?;
        let mut people: Vec<PersonId> = shared.iter().map(|it| it.owner).collect();
        people.extend(requests.iter().map(|it| it.asked_by));
        people.extend(requests.iter().filter_map(|it| it.closed_by));
        let names = self.names(&mut tx, people).await?;
        tx.commit().await?;
        Ok(Desk {
            own: own
                .into_iter()
                .map(|it| {
                    let schedule = schedules.remove(&it.id);
                    (it, schedule)
                })
                .collect(),
            shared: shared
                .into_iter()
                .map(|it| {
                    let owner = names.get(&it.owner).cloned().unwrap_or_default();
                    (it, owner)
                })
                .collect(),
            requests,
            names,
            builds: actor.may_in_org(Right::ReportBuild).is_ok(),
        })
    }

    async fn names(
        &self,
        tx: &mut Tx,
        mut people: Vec<PersonId>,
    ) -> Result<HashMap<PersonId, String>, Error> {
        people.sort_unstable();
        people.dedup();
        let cards = self.people.cards(tx, &people).await?;
        Ok(cards.into_iter().map(|it| (it.id, it.short())).collect())
    }

    /// A report that the actor may open; whoever may not is told that there is none.
    async fn open_one(&self, tx: &mut Tx, actor: &Actor, id: ReportId) -> Result<Report, Error> {
        let report = store::report(tx, id).await?;
        let report = report.filter(|it| it.is_open_to(actor));
        report.ok_or(Error::NotFound)
    }

    /// The organisation's day.
    async fn today(&self, tx: &mut Tx) -> Result<NaiveDate, Error> {
        let own = self.orgs.home(tx).await?;
        Ok(dates::today(tx.now(), own.zone))
    }
}

fn roles(actor: &Actor) -> Vec<Role> {
    let mut roles: Vec<Role> = actor.grants.iter().map(|it| it.role).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}
