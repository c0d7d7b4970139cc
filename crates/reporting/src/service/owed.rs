//! «Все отчёты периода»: what somebody has to make, and has made (RPT-7).

use chrono::NaiveDate;
use curriculum::StudyYear;
use dues::Ask;
use kernel::{Actor, Reach, Right};

use super::Reporting;
use crate::{
    Error, Kind, ReportRunId,
    archive::ArchivePaperId,
    deadlines::{Of, Owed, owed},
    store,
};

/// A report that the actor owes, or has made.
#[derive(Clone, Debug)]
pub(crate) struct OwedReport {
    pub(crate) kind: Kind,
    /// Name of the class; empty for the school and for the own work.
    pub(crate) class: String,
    pub(crate) of_school: bool,
    /// `quarter-1`, `2026-09`; empty for a report without a period.
    pub(crate) period: String,
    /// The report with everything chosen, inside of the organisation.
    pub(crate) place: String,
    /// The copy that was made, and its day.
    pub(crate) done: Option<(ReportRunId, NaiveDate)>,
}

/// A copy in a paper of several.
#[derive(Clone, Debug)]
pub(crate) struct PaperCopy {
    pub(crate) run: ReportRunId,
    pub(crate) kind: String,
    pub(crate) class: String,
    pub(crate) period: String,
    pub(crate) gaps: i32,
}

impl Reporting {
    /// What the actor owes now: reports of the classes that the actor leads, of
    /// the own work and, for who sees all of it, of the school. What was made
    /// since the end of the last period drew near comes with it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who sees no journal of the staff.
    pub(crate) async fn owed(
        &self,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<OwedReport>, Error> {
        let reaches = actor.may(Right::JournalView)?;
        let whole = reaches.has(Reach::Org);
        if !whole && !reaches.has(Reach::OwnClass) && !reaches.has(Reach::OwnLoad) {
            return Err(Error::NotFound);
        }
        let may = self.catalogue(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let year = match self.year(&mut tx, today).await {
            Ok(year) => year,
            Err(Error::NoYear) => return Ok(vec![]),
            Err(other) => return Err(other),
        };
        let zone = self.orgs.home(&mut tx).await?.zone;
        let number = i16::try_from(year.number()).unwrap_or(i16::MAX);
        let done = store::done(&mut tx, &[number], zone.name()).await?;
        tx.commit().await?;
        let ask = Ask {
            today,
            from: year.year.starts_on,
            until: today,
            known: &[],
        };
        let leads = |of: Of| match of {
            Of::School => whole,
            Of::Teacher(id) => id == actor.person,
            Of::Class(id) => {
                let class = year.classes.iter().find(|it| it.id == id);
                class.is_some_and(|it| it.teacher == Some(actor.person))
            }
        };
        let all = owed(&year, &done, &ask, leads).into_iter();
        let all = all.filter(|it| may.contains(&it.kind));
        let mut all: Vec<OwedReport> = all.map(|it| named(it, &year)).collect();
        // One class after the other, each in the order of the regulation.
        let place = |it: &OwedReport| {
            let class = year.classes.iter().position(|of| of.name() == it.class);
            (!it.of_school, class)
        };
        all.sort_by_key(place);
        Ok(all)
    }

    /// The copies that stand in a paper; the caller has opened it.
    pub(crate) async fn copies_in(
        &self,
        actor: &Actor,
        paper: ArchivePaperId,
    ) -> Result<Vec<PaperCopy>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let copies = store::copies_in(&mut tx, paper).await?;
        tx.commit().await?;
        Ok(copies)
    }
}

fn named(it: Owed, year: &StudyYear) -> OwedReport {
    let class = match it.of {
        Of::Class(id) => year.classes.iter().find(|of| of.id == id),
        Of::School | Of::Teacher(_) => None,
    };
    OwedReport {
        kind: it.kind,
        class: class.map(curriculum::Class::name).unwrap_or_default(),
        of_school: it.of == Of::School,
        period: it.text,
        place: it.place,
        done: it.done,
    }
}
