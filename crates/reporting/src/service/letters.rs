//! «Информационное письмо для родителей» by e-mail (RPT-6, S3:10.5): who gets
//! it, who needs paper, and the sending itself.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Tx, audit};
use kernel::{Actor, PersonId};
use messaging::{NewLetter, is_address};
use people::{Card, Kin};
use serde_json::json;

use super::{Asked, Made, Reporting};
use crate::{Error, Kind, Output, runs::NewRun};

/// The letters of this domain.
const KIND: &str = "reporting.letter";

/// Who of a class gets the letter how.
#[derive(Clone, Debug)]
pub struct Mailing {
    pub made: Made,
    /// A line for each sheet of the report.
    pub lines: Vec<MailingLine>,
}

/// The parents of one pupil.
#[derive(Clone, Debug)]
pub struct MailingLine {
    pub pupil: PersonId,
    /// «Иванова Мария»
    pub name: String,
    pub parents: Vec<(Card, Way)>,
}

/// How a letter reaches somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By e-mail, not sent today; when the last one about the period was.
    Mail(Option<DateTime<Utc>>),
    /// Sent today: not a second time.
    Sent(DateTime<Utc>),
    /// On paper: there is no address.
    Paper,
}

impl MailingLine {
    /// Whether the sheet has to be printed.
    pub fn needs_paper(&self) -> bool {
        self.parents.iter().all(|it| it.1 == Way::Paper)
    }
}

/// A letter about one pupil, in words.
#[derive(Clone, Debug)]
pub struct LetterText {
    pub pupil: PersonId,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Mailing {
    /// How many letters would go now.
    pub fn to_send(&self) -> usize {
        let ways = self.lines.iter().flat_map(|it| &it.parents);
        ways.filter(|it| matches!(it.1, Way::Mail(_))).count()
    }
}

impl Reporting {
    /// Who would get the letter, and who needs paper.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a class of somebody else.
    pub async fn mailing(
        &self,
        actor: &Actor,
        asked: Asked,
        today: NaiveDate,
    ) -> Result<Mailing, Error> {
        let (tx, mailing) = self.prepared(actor, &asked, today).await?;
        tx.commit().await?;
        Ok(mailing)
    }

    /// Writes the letters of a class to the parents who have an address, each
    /// once a day. How many were written now.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a class of somebody else.
    #[tracing::instrument(name = "reporting.mail", skip_all)]
    pub async fn mail(
        &self,
        actor: &Actor,
        asked: Asked,
        today: NaiveDate,
        by: &str,
        write: impl FnOnce(&Made) -> Result<Vec<LetterText>, Error>,
    ) -> Result<usize, Error> {
        let (mut tx, mailing) = self.prepared(actor, &asked, today).await?;
        let texts = write(&mailing.made)?;
        let texts: HashMap<PersonId, LetterText> =
            texts.into_iter().map(|it| (it.pupil, it)).collect();
        let now = tx.now();
        let mut letters = vec![];
        for line in &mailing.lines {
            let Some(text) = texts.get(&line.pupil) else {
                continue;
            };
            let by_mail = line.parents.iter();
            let by_mail = by_mail.filter(|it| matches!(it.1, Way::Mail(_)));
            letters.extend(by_mail.map(|(parent, _)| NewLetter {
                to: parent.id,
                kind: KIND,
                once: format!("{}{today}", prefix(&mailing.made, line.pupil)),
                subject: text.subject.clone(),
                text: text.text.clone(),
                html: text.html.clone(),
                not_before: now,
                // S3:10.5 obliges the school to tell how the child learns.
                duty: true,
            }));
        }
        let written = self.letters.write(&mut tx, &letters).await;
        let written = written.map_err(Error::Neighbour)?;
        let count = written.iter().flatten().count();
        if count > 0 {
            let class = mailing.made.class.as_ref().map(|it| it.id.get());
            let object = format!("curriculum.class:{}", class.unwrap_or_default());
            let slot = mailing.made.period_code();
            let details = json!({ "letters": count, "period": slot });
            audit::record(&mut tx, "reporting.letters-sent", &object, &details).await?;
            // A letter left the screen as a print does (S3:10.5).
            let run = NewRun::of(&mailing.made, &asked, Output::Mail, by);
            crate::store::insert_run(&mut tx, &run).await?;
        }
        tx.commit().await?;
        Ok(count)
    }

    async fn prepared(
        &self,
        actor: &Actor,
        asked: &Asked,
        today: NaiveDate,
    ) -> Result<(Tx, Mailing), Error> {
        if !self.catalogue(actor)?.contains(&Kind::ParentLetter) {
            return Err(Error::NotFound);
        }
        let mut tx = self.db.begin(actor).await?;
        let year = self.year(&mut tx, today).await?;
        let made = self.of_marks(&mut tx, actor, asked, &year, today).await?;
        let sheets = &made.more.sheets;
        let kin: Vec<Kin> = self.people.parents_of(&mut tx, sheets, today).await?;
        let mut people: Vec<PersonId> = kin.iter().map(|it| it.parent).collect();
        people.sort_unstable();
        people.dedup();
        let emails = self.people.emails(&mut tx, &people).await?;
        let written = self.letters.written(&mut tx, KIND, &people).await;
        let written = written.map_err(Error::Neighbour)?;
        people.extend(sheets);
        let cards = self.people.cards(&mut tx, &people).await?;
        let card = |id: PersonId| cards.iter().find(|it| it.id == id);
        let way = |pupil: PersonId, parent: PersonId| {
            if !emails.get(&parent).is_some_and(|it| is_address(it.trim())) {
                return Way::Paper;
            }
            let prefix = prefix(&made, pupil);
            let mut of_parent = written.iter().filter(|it| it.0 == parent);
            let last = of_parent.rfind(|it| it.1.starts_with(&prefix));
            match last {
                Some((_, once, at)) if *once == format!("{prefix}{today}") => Way::Sent(*at),
                last => Way::Mail(last.map(|it| it.2)),
            }
        };
        let line = |pupil: &PersonId| {
            let mut parents: Vec<PersonId> = kin
                .iter()
                .filter(|it| it.pupil == *pupil)
                .map(|it| it.parent)
                .collect();
            parents.sort_unstable();
            parents.dedup();
            let parents = parents.into_iter();
            MailingLine {
                pupil: *pupil,
                name: card(*pupil).map(Card::listed).unwrap_or_default(),
                parents: parents
                    .filter_map(|it| Some((card(it)?.clone(), way(*pupil, it))))
                    .collect(),
            }
        };
        let lines = sheets.iter().map(line).collect();
        Ok((tx, Mailing { made, lines }))
    }
}

/// What letters about the pupil in the period begin with: `2026/quarter-1/17/`.
fn prefix(made: &Made, pupil: PersonId) -> String {
    let year = made.year.0.format("%Y");
    let slot = made.period_code().unwrap_or_default();
    format!("{year}/{slot}/{pupil}/")
}
