//! Letters above the school: what schools have not done after all reminders
//! goes to those who answer for them, once a day (S2:3.2, 3.3).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, PersonId, Role, dates, dates::show_date};
use messaging::NewLetter;
use serde::Serialize;

use super::Digests;
use crate::{
    Error, regulation,
    store::{
        self,
        unit_owed::{self, OwedBy},
    },
};

/// What a letter about schools is called in the post.
const KIND: &str = "deadlines.unit";

#[derive(Debug, Serialize)]
struct Page {
    schools: Vec<School>,
    board: String,
}

/// A school and what it owes.
#[derive(Debug, Serialize)]
struct School {
    name: String,
    href: String,
    rules: Vec<Owed>,
}

#[derive(Debug, Serialize)]
struct Owed {
    rule: String,
    count: i32,
    /// The day that is past.
    due: String,
    /// Told for the first time.
    fresh: bool,
}

impl Digests {
    /// Letters to those above whose hour has come; how many.
    pub(super) async fn write_units(&self) -> Result<usize, Error> {
        let mut tx = self.db.begin_worker().await?;
        let units = unit_owed::units_waiting(&mut tx).await?;
        tx.commit().await?;
        let mut written = 0;
        for org in units {
            match self.write_unit(org).await {
                Ok(count) => written += count,
                // One unit must not keep the others waiting.
                Err(error) => tracing::error!(
                    org.id = %org,
                    error = &error as &dyn std::error::Error,
                    "no letters about the schools of a unit"
                ),
            }
        }
        Ok(written)
    }

    /// One letter a working day to each who holds the role: what is new, and
    /// what is owed still. Written at the earliest hour of theirs; whoever
    /// wants letters later gets it later.
    #[tracing::instrument(name = "deadlines.unit_digest", skip_all, fields(org.id = %org))]
    async fn write_unit(&self, org: OrgId) -> Result<usize, Error> {
        let mut tx = self.db.begin_system(org).await?;
        if !store::digest::lock(&mut tx).await? {
            return Ok(0);
        }
        let line = self.asked.orgs.line(&mut tx).await?;
        let ids: Vec<OrgId> = line.iter().map(|it| it.id).collect();
        let own = line.last().ok_or(org::Error::NoSuchOrganisation)?;
        let now = tx.now();
        let today = dates::today(now, own.zone);
        let calendar = store::digest::calendar(&mut tx, &ids).await?;
        let owed = unit_owed::of_unit(&mut tx).await?;
        let had = owed.iter().any(|it| it.told_on == Some(today));
        if had || !calendar.workdays().is_working(today) {
            return Ok(0);
        }
        let roles: BTreeSet<Role> = owed.iter().map(|it| it.owed.role).collect();
        let roles: Vec<Role> = roles.into_iter().collect();
        let holders = self.asked.holders.holders(&mut tx, &roles).await?;
        let people: Vec<PersonId> = holders.iter().map(|it| it.1).collect();
        let wishes = self
            .letters
            .wishes(&mut tx, &people)
            .await
            .map_err(Error::Source)?;
        let base = format!("{}/hub/{}/deadlines", self.site, own.code);
        let mut letters: BTreeMap<PersonId, NewLetter> = BTreeMap::new();
        for (role, person) in holders {
            let theirs: Vec<&OwedBy> = owed.iter().filter(|it| it.owed.role == role).collect();
            if theirs.iter().any(|it| it.told_on.is_none()) {
                let wish = wishes.get(&person).copied().unwrap_or_default();
                let at = wish.digest_at(today, own.zone);
                letters.insert(person, self.letter(person, &theirs, &base, today, at)?);
            }
        }
        // Nobody holds the role: it waits for whoever will.
        let earliest = letters.values().map(|it| it.not_before).min();
        if earliest.is_none_or(|it| it > now) {
            return Ok(0);
        }
        let letters: Vec<NewLetter> = letters.into_values().collect();
        let ids = self
            .letters
            .write(&mut tx, &letters)
            .await
            .map_err(Error::Source)?;
        unit_owed::tell(&mut tx, today).await?;
        tx.commit().await?;
        Ok(ids.iter().flatten().count())
    }

    fn letter(
        &self,
        to: PersonId,
        owed: &[&OwedBy],
        base: &str,
        today: NaiveDate,
        not_before: DateTime<Utc>,
    ) -> Result<NewLetter, Error> {
        let page = page(owed, base);
        let args = BTreeMap::from([
            ("day".to_owned(), show_date(today)),
            ("count".to_owned(), page.schools.len().to_string()),
        ]);
        Ok(NewLetter {
            to,
            kind: KIND,
            once: today.to_string(),
            subject: self.views.phrase("mail.unit.subject", &args),
            text: self.views.part("mail/unit.txt", &page)?.0,
            html: self.views.part("mail/unit.html", &page)?.0,
            not_before,
            duty: true,
        })
    }
}

fn page(owed: &[&OwedBy], base: &str) -> Page {
    let mut schools: Vec<(OrgId, School)> = vec![];
    for it in owed {
        let line = Owed {
            rule: rule(&it.owed.rule),
            count: it.owed.things,
            due: show_date(it.owed.due),
            fresh: it.told_on.is_none(),
        };
        match schools.iter_mut().find(|school| school.0 == it.school) {
            Some(school) => school.1.rules.push(line),
            None => schools.push((
                it.school,
                School {
                    name: it.name.clone(),
                    href: format!("{base}/{}", it.school),
                    rules: vec![line],
                },
            )),
        }
    }
    Page {
        schools: schools.into_iter().map(|it| it.1).collect(),
        board: base.to_owned(),
    }
}

/// The name of a rule.
pub(super) fn rule(id: &str) -> String {
    regulation::rule(id).map_or_else(|| id.to_owned(), |it| it.name.clone())
}
