//! Letters about reports, by the clock.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use db::Tx;
use kernel::{Actor, Fault, Job, OrgId};
use messaging::{Letters, NewLetter};
use movement::Tenants;
use org::Organisation;
use serde::Serialize;
use web::Views;
use work::Actors;

use crate::{Builder, Closed, Error, Made, Report, ReportId, Schedule, Stopped, store};

/// What a letter is called in the post.
const KIND: &str = "builder.report";

/// Carries out the reports whose hour has come, each in the name of its owner
/// and with the rights that the owner has by now. The letter says how many
/// lines there are and links to the report; what they say never leaves by
/// mail, where nobody's rights are asked any more (ADR 0022).
pub struct TellReports {
    pub builder: Builder,
    pub actors: Arc<dyn Actors>,
    pub letters: Arc<dyn Letters>,
    pub views: Views,
    /// The address of the site in letters: `https://zvonok.example`.
    pub site: String,
    pub tenants: Arc<dyn Tenants>,
}

/// What comes of a report whose hour has come.
enum Told {
    Lines(usize),
    Stopped(Stopped),
}

#[derive(Serialize)]
struct Letter<'a> {
    title: &'a str,
    href: String,
    lines: Option<usize>,
    /// `mail.report.stopped.<code>`
    stopped: Option<&'static str>,
}

#[async_trait]
impl Job for TellReports {
    fn name(&self) -> &'static str {
        "builder.tell-reports"
    }

    fn cron(&self) -> &'static str {
        // After each hour, and once more for what failed.
        "0 1,31 * * * *"
    }

    async fn run(&self) -> Result<(), Box<dyn Fault>> {
        for org in self.tenants.all().await? {
            // One school must not keep the others waiting.
            if let Err(error) = self.tell(org).await {
                tracing::error!(
                    org.id = %org,
                    error = &error as &dyn std::error::Error,
                    "no letters about reports"
                );
            }
        }
        Ok(())
    }
}

impl TellReports {
    /// Writes the letters of one organisation that are due; how many.
    ///
    /// # Errors
    /// The database or the post.
    #[tracing::instrument(name = "builder.tell", skip_all, fields(org.id = %org))]
    pub async fn tell(&self, org: OrgId) -> Result<usize, Error> {
        let mut tx = self.builder.db.begin_system(org).await?;
        let now = tx.now();
        let due = store::due(&mut tx, now).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let home = self.builder.orgs.home(&mut tx).await?;
        let mut written = 0;
        for (id, schedule) in due {
            let Some(report) = store::report(&mut tx, id).await? else {
                continue;
            };
            match self.carry_out(org, &report).await {
                Ok(told) => {
                    self.write(&mut tx, &home, &report, &schedule, &told)
                        .await?;
                    settle(&mut tx, &home, id, &schedule, &told).await?;
                    written += 1;
                }
                // The next round tries again.
                Err(error) => tracing::error!(
                    report = %id,
                    error = &error as &dyn std::error::Error,
                    "a report was not carried out"
                ),
            }
        }
        tx.commit().await?;
        Ok(written)
    }

    async fn carry_out(&self, org: OrgId, report: &Report) -> Result<Told, Error> {
        let actor = self.actors.now(org, report.account).await;
        let Some(actor) = actor.map_err(Error::Source)? else {
            return Ok(Told::Stopped(Stopped::Gone));
        };
        if actor.person != report.owner {
            return Ok(Told::Stopped(Stopped::Gone));
        }
        match self.made(&actor, report).await {
            Ok(made) => Ok(Told::Lines(made.table.of)),
            Err(Error::Denied(_) | Error::NotFound) => Ok(Told::Stopped(Stopped::Rights)),
            Err(Error::Wrong(all)) if all.iter().all(crate::Wrong::is_of_rights) => {
                Ok(Told::Stopped(Stopped::Rights))
            }
            Err(Error::Wrong(_)) => Ok(Told::Stopped(Stopped::Broken)),
            Err(other) => Err(other),
        }
    }

    /// The report as its owner would build it now.
    async fn made(&self, actor: &Actor, report: &Report) -> Result<Made, Error> {
        actor.may_in_org(kernel::Right::ReportBuild)?;
        let mut tx = self.builder.db.begin(actor).await?;
        let made = self
            .builder
            .make(&mut tx, actor, &report.definition, Closed::Refuse, 0)
            .await?;
        tx.commit().await?;
        Ok(made)
    }

    async fn write(
        &self,
        tx: &mut Tx,
        home: &Organisation,
        report: &Report,
        schedule: &Schedule,
        told: &Told,
    ) -> Result<(), Error> {
        let (lines, stopped) = match told {
            Told::Lines(count) => (Some(*count), None),
            Told::Stopped(why) => (None, Some(why.code())),
        };
        let page = Letter {
            title: &report.title,
            href: format!(
                "{}/o/{}/reports/builder/{}",
                self.site, home.code, report.id
            ),
            lines,
            stopped,
        };
        let subject = if stopped.is_some() {
            "mail.report.subject-stopped"
        } else {
            "mail.report.subject"
        };
        let title = BTreeMap::from([("title".to_owned(), report.title.clone())]);
        let letter = NewLetter {
            to: report.owner,
            kind: KIND,
            once: format!("{}/{}", report.id, schedule.next_at.to_rfc3339()),
            subject: self.views.phrase(subject, &title),
            text: self.views.part("mail/report.txt", &page)?.0,
            html: self.views.part("mail/report.html", &page)?.0,
            not_before: tx.now(),
            // The owner asked for it, and ends it at the report.
            duty: true,
        };
        let letters = self.letters.write(tx, &[letter]).await;
        letters.map_err(Error::Source)?;
        Ok(())
    }
}

/// When the next letter comes, or that none does.
async fn settle(
    tx: &mut Tx,
    home: &Organisation,
    id: ReportId,
    schedule: &Schedule,
    told: &Told,
) -> Result<(), Error> {
    match told {
        Told::Lines(_) => {
            let next = schedule.timing.next(tx.now(), home.zone);
            store::move_on(tx, id, next).await?;
        }
        Told::Stopped(why) => store::stop(tx, id, *why).await?,
    }
    Ok(())
}
