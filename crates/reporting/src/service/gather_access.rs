//! Brings together who changed what in a journal (§1.19).

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, StudyYear};
use db::Tx;
use journal::{ChangedField, ChangesAsked, JournalChange};
use kernel::{PersonId, SubjectId};
use movement::Member;
use people::Card;

use super::{
    Asked, Made, Reporting,
    gather_presence::{month_field, subject_field, taught},
};
use crate::{
    Doer, Error, Field, Label, Report, Verb,
    more::month_end,
    reports::{self, Access},
};

/// So many changes are on a page of the screen; a file has all.
const CHANGES: usize = 100;

impl Reporting {
    pub(super) async fn access(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        year: &StudyYear,
        class: &Class,
        made: &mut Made,
        last: NaiveDate,
    ) -> Result<Report, Error> {
        let month = month_field(asked, year, made, last)?;
        let subjects: HashMap<SubjectId, String> = self.subject_names(tx).await?;
        change_fields(
            asked,
            &taught(year, class, &subjects),
            made,
            &ChangedField::ALL,
        );
        let (from, to) = (month.max(year.year.starts_on), month_end(month).min(last));
        let members = self.register.members(tx, &[class.id], from, to).await?;
        let mut pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        pupils.sort_unstable();
        pupils.dedup();
        let wanted = ChangesAsked {
            class: class.id,
            subject: asked.more.subject,
            year: year.year.id,
            pupils: &pupils,
            alone: false,
            from,
            to,
        };
        let mut changes = self.attendance.changed(tx, &wanted).await?;
        changes.retain(|it| asked.more.takes(it));
        let mut doers: Vec<Doer> = changes.iter().map(Doer::of).collect();
        doers.extend(asked.more.doer);
        changes.retain(|it| asked.more.doer.is_none_or(|doer| Doer::of(it) == doer));
        let pages = changes.len().div_ceil(CHANGES).max(1);
        let page = asked.more.page.clamp(1, pages);
        if !asked.more.file {
            made.pages = Some((page, pages));
            changes.drain(..(page - 1) * CHANGES);
            changes.truncate(CHANGES);
        }
        let cards = self.named(tx, &changes, &doers).await?;
        made.fields.push(doer_field(asked, &doers, &cards));
        let names = cards.iter().map(|it| (it.id, it.listed())).collect();
        Ok(reports::journal_access(&Access {
            class,
            zone: self.orgs.home(tx).await?.zone,
            changes: &changes,
            names: &names,
            subjects: &subjects,
            of_child: false,
        }))
    }

    /// Who changed what of one pupil, in all classes of the month (§1.19): for
    /// the family. The caller has made sure that it is theirs.
    pub(super) async fn access_of_child(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        year: &StudyYear,
        (pupil, stays): (PersonId, &[Member]),
        made: &mut Made,
        today: NaiveDate,
    ) -> Result<Report, Error> {
        let last = year.day(today);
        let month = month_field(asked, year, made, last)?;
        let (from, to) = (month.max(year.year.starts_on), month_end(month).min(last));
        let subjects = self.subject_names(tx).await?;
        let Some(latest) = made.class.clone() else {
            return Ok(Report::default());
        };
        let known = taught(year, &latest, &subjects);
        change_fields(asked, &known, made, &ChangedField::OF_PUPIL);
        let here = |it: &&Class| {
            let mut stays = stays.iter().filter(|stay| stay.class == it.id);
            stays.any(|it| it.since <= to && it.until.is_none_or(|until| from <= until))
        };
        let mut changes = vec![];
        for class in year.classes.iter().filter(here) {
            let wanted = ChangesAsked {
                class: class.id,
                subject: asked.more.subject,
                year: year.year.id,
                pupils: &[pupil],
                alone: true,
                from,
                to,
            };
            changes.extend(self.attendance.changed(tx, &wanted).await?);
        }
        // Final marks are those of the year: every class tells them.
        let mut seen = HashSet::new();
        changes.retain(|it| {
            asked.more.takes(it) && seen.insert((it.at, it.subject, it.on, it.slot, it.field))
        });
        changes.sort_by_key(|it| std::cmp::Reverse(it.at));
        let cards = self.named(tx, &changes, &[]).await?;
        let names = cards.iter().map(|it| (it.id, it.listed())).collect();
        Ok(reports::journal_access(&Access {
            class: &latest,
            zone: self.orgs.home(tx).await?.zone,
            changes: &changes,
            names: &names,
            subjects: &subjects,
            of_child: true,
        }))
    }

    /// Whom changes name, by name.
    async fn named(
        &self,
        tx: &mut Tx,
        changes: &[JournalChange],
        doers: &[Doer],
    ) -> Result<Vec<Card>, Error> {
        let people = changes.iter().flat_map(|it| [it.by, it.pupil]).flatten();
        let mut people: Vec<PersonId> = people.collect();
        people.extend(doers.iter().filter_map(|it| match it {
            Doer::System => None,
            Doer::Person(id) => Some(*id),
        }));
        people.sort_unstable();
        people.dedup();
        Ok(self.people.cards(tx, &people).await?)
    }
}

/// What was changed, and how, may be chosen.
fn change_fields(
    asked: &Asked,
    taught: &[(SubjectId, String)],
    made: &mut Made,
    fields: &[ChangedField],
) {
    let names = taught
        .iter()
        .map(|it| (it.0.to_string(), Label::Text(it.1.clone())));
    made.fields.push(subject_field(asked.more.subject, names));
    let every = |word| std::iter::once((String::new(), Label::Word(word)));
    let fields = fields
        .iter()
        .map(|it| (it.code().to_owned(), Label::Word(it.code())));
    made.fields.push(Field::choice(
        "field",
        asked.more.field.map(ChangedField::code).unwrap_or_default(),
        every("every-field").chain(fields).collect(),
    ));
    let verbs = Verb::ALL.map(|it| (it.code().to_owned(), Label::Word(it.code())));
    made.fields.push(Field::choice(
        "action",
        asked.more.verb.map(Verb::code).unwrap_or_default(),
        every("every-action").chain(verbs).collect(),
    ));
}

/// Who changed something, in the order of the cards; the system comes last.
fn doer_field(asked: &Asked, doers: &[Doer], cards: &[Card]) -> Field {
    let every = (String::new(), Label::Word("every-user"));
    let people = cards
        .iter()
        .filter(|it| doers.contains(&Doer::Person(it.id)));
    let people = people.map(|it| (it.id.to_string(), Label::Text(it.listed())));
    let system = doers.contains(&Doer::System);
    let system = system.then(|| (Doer::System.code(), Label::Word("system")));
    Field::choice(
        "user",
        &asked.more.doer.map(Doer::code).unwrap_or_default(),
        std::iter::once(every).chain(people).chain(system).collect(),
    )
}
