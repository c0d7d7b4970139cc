//! «Напомнить» of a municipality: a letter to the head and the deputies of each school.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use db::outbox::Event;
use kernel::{OrgId, PersonId, Role, dates, dates::show_date};
use messaging::NewLetter;
use serde::{Deserialize, Serialize};

use super::{Digests, unit::rule};
use crate::{Error, store::board as store};

/// What the event says.
#[derive(Deserialize)]
struct Said {
    /// The name of whoever reminds.
    by: String,
    schools: Vec<OrgId>,
}

#[derive(Debug, Serialize)]
struct Page {
    by: String,
    /// The organisation that reminds.
    unit: String,
    rules: Vec<Overdue>,
    board: String,
}

#[derive(Debug, Serialize)]
struct Overdue {
    rule: String,
    count: i64,
    /// Since when.
    due: String,
}

impl Digests {
    /// Each school in a transaction of its own: told again after a failure, the
    /// letters written before stay one each.
    pub(super) async fn remind_schools(&self, event: &Event) -> Result<(), Error> {
        let Ok(said) = serde_json::from_value::<Said>(event.payload.clone()) else {
            // It will not be understood later either.
            tracing::error!(event.id = %event.id, "a reminder that says nothing");
            return Ok(());
        };
        let mut tx = self.db.begin_system(event.org).await?;
        let unit = self.asked.orgs.own(&mut tx).await?;
        tx.commit().await?;
        for school in &said.schools {
            self.remind_school(event, *school, &said.by, &unit.name)
                .await?;
        }
        Ok(())
    }

    async fn remind_school(
        &self,
        event: &Event,
        school: OrgId,
        by: &str,
        unit: &str,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin_system(school).await?;
        let own = self.asked.orgs.own(&mut tx).await?;
        let today = dates::today(tx.now(), own.zone);
        let rules = overdue(&store::counts(&mut tx, today).await?);
        if rules.is_empty() {
            // Done meanwhile.
            tx.commit().await?;
            return Ok(());
        }
        let leaders = [Role::Director, Role::Deputy];
        let holders = self.asked.holders.holders(&mut tx, &leaders).await?;
        let mut people: Vec<PersonId> = holders.into_iter().map(|it| it.1).collect();
        people.sort_unstable();
        people.dedup();
        let page = Page {
            by: by.to_owned(),
            unit: unit.to_owned(),
            rules,
            board: format!("{}/o/{}/control", self.site, own.code),
        };
        let args = BTreeMap::from([
            ("by".to_owned(), page.by.clone()),
            ("unit".to_owned(), page.unit.clone()),
        ]);
        let subject = self.views.phrase("mail.schools.subject", &args);
        let text = self.views.part("mail/schools.txt", &page)?.0;
        let html = self.views.part("mail/schools.html", &page)?.0;
        let now = tx.now();
        let letter = |to: &PersonId| NewLetter {
            to: *to,
            kind: "deadlines.reminder",
            once: format!("event/{}", event.id),
            subject: subject.clone(),
            text: text.clone(),
            html: html.clone(),
            not_before: now,
            duty: true,
        };
        let letters: Vec<NewLetter> = people.iter().map(letter).collect();
        self.letters
            .write(&mut tx, &letters)
            .await
            .map_err(Error::Source)?;
        tx.commit().await?;
        Ok(())
    }
}

/// What is overdue by rule, most first.
fn overdue(counts: &[store::Count]) -> Vec<Overdue> {
    let mut by_rule: BTreeMap<&str, (i64, Option<NaiveDate>)> = BTreeMap::new();
    for it in counts.iter().filter(|it| it.overdue > 0) {
        let sum = by_rule.entry(it.rule.as_str()).or_default();
        sum.0 += it.overdue;
        sum.1 = [sum.1, it.oldest].into_iter().flatten().min();
    }
    let mut rules: Vec<(&str, (i64, Option<NaiveDate>))> = by_rule.into_iter().collect();
    rules.sort_by_key(|it| (-it.1.0, it.0));
    let shown = rules.into_iter().map(|(id, (count, due))| Overdue {
        rule: rule(id),
        count,
        due: due.map(show_date).unwrap_or_default(),
    });
    shown.collect()
}
