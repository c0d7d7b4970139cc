//! What other domains may ask about who is in which class.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::{
    Actor, ClassId, Fault, OrgId, PersonId,
    workdays::{Workdays, Workweek},
};
use serde::{Deserialize, Serialize};

use crate::{
    CurrentMarks, Enrolments, Error, GraduationDocument, LeavingReason, Order, OrderDraft, OrderId,
    OrderKind, StudyForm, Unplaced,
};

/// One stay of a pupil in a class, as the issued orders tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub pupil: PersonId,
    pub class: ClassId,
    /// First day in the class.
    pub since: NaiveDate,
    /// Last day in the class; `None` while it lasts.
    pub until: Option<NaiveDate>,
}

impl Member {
    /// Whether the pupil was in the class on that day.
    pub fn on(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|it| day <= it)
    }
}

/// The order by which a pupil came to the school, or left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolPaper {
    pub kind: OrderKind,
    pub number: String,
    pub ordered_on: NaiveDate,
    pub effective_on: NaiveDate,
    /// Where from or where to.
    pub place: String,
}

/// By what a pupil is at the school, and left it where they did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchoolPapers {
    pub came: Option<SchoolPaper>,
    pub left: Option<SchoolPaper>,
}
/// A stay in a class with what the orders at both ends say, for statistics (RPT-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassStay {
    pub member: Member,
    pub began: OrderKind,
    /// None while it lasts.
    pub ended: Option<OrderKind>,
    /// Why the pupil left.
    pub reason: Option<LeavingReason>,
    /// What a graduate got.
    pub document: Option<GraduationDocument>,
    /// Promoted with a debt.
    pub conditional: bool,
}

/// Who is in which class on which day (MOV-2). A class or the whole school on
/// a day is one statement: [`ClassRegister::members`] from that day to that
/// day, [`ClassRegister::enrolled`]. Whoever is in a parallel only is in no class.
#[async_trait]
pub trait ClassRegister: Send + Sync {
    /// Everybody who was in one of the classes on at least one day of the
    /// range (inclusive), a row a stay, unordered.
    async fn members(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Member>, Error>;
    /// All stays of these pupils.
    async fn stays(&self, tx: &mut Tx, pupils: &[PersonId]) -> Result<Vec<Member>, Error>;
    /// Who was, is and will be in the classes of these years, and the orders
    /// that wait, read once in a transaction that only looks.
    async fn enrolments(
        &self,
        tx: &mut Tx,
        study: &curriculum::Study,
    ) -> Result<Arc<Enrolments>, Error> {
        if let Some(known) = tx.kept() {
            return Ok(known);
        }
        let classes: Vec<i64> = study.classes().map(|it| it.id.get()).collect();
        let open = study.years.iter().filter(|it| !it.year.archived);
        let years: Vec<_> = open
            .map(|it| (it.year.starts_on, it.year.ends_on))
            .collect();
        let found = crate::store::enrolments(tx, &classes, &years).await?;
        Ok(tx.keep(found))
    }
    /// Everybody who was in a parallel and in no class on at least one day of
    /// the range (inclusive), by parallel.
    async fn unplaced(
        &self,
        tx: &mut Tx,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Unplaced>, Error> {
        if to < from {
            return Ok(Vec::new());
        }
        Ok(crate::store::unplaced(tx, from, to).await?)
    }
    /// The last enrolment of these pupils and the leaving after it, as issued
    /// orders say.
    async fn school_papers(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
    ) -> Result<HashMap<PersonId, SchoolPapers>, Error> {
        Ok(crate::store::school_papers(tx, pupils).await?)
    }
    /// The form of study of each pupil whose orders until the day name one.
    async fn study_forms(
        &self,
        tx: &mut Tx,
        on: NaiveDate,
    ) -> Result<HashMap<PersonId, StudyForm>, Error> {
        Ok(crate::store::study_forms(tx, on).await?)
    }
    /// Every stay in these classes with what began and ended it.
    async fn outcomes(&self, tx: &mut Tx, classes: &[ClassId]) -> Result<Vec<ClassStay>, Error> {
        Ok(crate::store::outcomes(tx, classes).await?)
    }
    /// Like [`ClassRegister::members`], besides with those of them who brought
    /// marks from another school of the region (MOV-5); one statement too.
    async fn members_and_former(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<(Vec<Member>, HashSet<PersonId>), Error> {
        if to < from {
            return Ok((Vec::new(), HashSet::new()));
        }
        Ok(crate::store::members_and_former(tx, classes, from, to).await?)
    }
    /// Everybody who is in any class of the school on the day.
    async fn enrolled(&self, tx: &mut Tx, on: NaiveDate) -> Result<Vec<Member>, Error>;
}

/// Many orders at once, for the year's transition: each of these takes a
/// number of statements that grows neither with the orders nor with the
/// pupils. All of it stands or falls with the caller's transaction.
#[async_trait]
pub trait OrderBook: Send + Sync {
    /// Draws up the orders; their ids in the same order. A repeated year needs
    /// `details.ground`, every move its class ([`crate::OrderLine::to`]).
    ///
    /// # Errors
    /// What a draft alone tells: nobody chosen, a pupil twice, no class, dates
    /// too far away; pupils and classes of another school.
    async fn draft_all(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        drafts: &[OrderDraft],
    ) -> Result<Vec<OrderId>, Error>;
    /// Puts drafts in force one after the other, as listed: numbers, register,
    /// accounts. Orders may build on those before them in the list.
    ///
    /// # Errors
    /// [`Error::Refused`] names the first pupil whom §3.2 forbids it for;
    /// [`Error::NotADraft`] where one is issued already.
    async fn issue_all(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        orders: &[OrderId],
    ) -> Result<Vec<Order>, Error>;
    /// Puts issued orders out of force: what they did to the register and to
    /// accounts is undone. Numbers stay taken.
    ///
    /// # Errors
    /// [`Error::NotTheLast`] where an order that is not in the list came after
    /// one of them (§3.2.6).
    async fn cancel_all(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        orders: &[OrderId],
        reason: &str,
    ) -> Result<(), Error>;
    /// Throws drafts away.
    ///
    /// # Errors
    /// [`Error::NotADraft`] where one was issued.
    async fn discard_all(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        orders: &[OrderId],
    ) -> Result<(), Error>;
}

/// Whether the marks of the year let a pupil go on (§3.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearMarks {
    /// At least 3, passed or exempt in every subject.
    Passed,
    /// Nothing below 3, and a subject without a mark.
    Missing,
    /// A mark below 3, or not passed.
    Failed,
}

/// What the journal knows that orders heed; it fills this socket in the app.
#[async_trait]
pub trait PupilMarks: Send + Sync {
    /// Which of these pupils have a mark or an absence on their day or later.
    async fn later(
        &self,
        tx: &mut Tx,
        pupils: &[(PersonId, NaiveDate)],
    ) -> Result<HashSet<PersonId>, Box<dyn Fault>>;
    /// The marks of the year of these pupils, for the class that they are in.
    async fn year_marks(
        &self,
        tx: &mut Tx,
        pupils: &[(PersonId, ClassId)],
    ) -> Result<HashMap<PersonId, YearMarks>, Box<dyn Fault>>;
    /// Marks and missed lessons of the year so far, before the day, of these
    /// pupils, for the class that they are in (MOV-5).
    async fn current(
        &self,
        _tx: &mut Tx,
        _pupils: &[(PersonId, ClassId)],
        _before: NaiveDate,
    ) -> Result<HashMap<PersonId, CurrentMarks>, Box<dyn Fault>> {
        Ok(HashMap::new())
    }
}

/// Nobody keeps a journal: no mark stands in the way.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoMarks;

#[async_trait]
impl PupilMarks for NoMarks {
    async fn later(
        &self,
        _: &mut Tx,
        _: &[(PersonId, NaiveDate)],
    ) -> Result<HashSet<PersonId>, Box<dyn Fault>> {
        Ok(HashSet::new())
    }

    async fn year_marks(
        &self,
        _: &mut Tx,
        _: &[(PersonId, ClassId)],
    ) -> Result<HashMap<PersonId, YearMarks>, Box<dyn Fault>> {
        Ok(HashMap::new())
    }
}

/// By which days a school of the region counts; `deadlines` knows and fills
/// this socket in the app.
#[async_trait]
pub trait WorkCalendar: Send + Sync {
    /// The working days of the school, with the days off that its region and
    /// municipality add.
    async fn workdays(&self, tx: &mut Tx, school: OrgId) -> Result<Workdays, Box<dyn Fault>>;
}

/// Nobody adds anything to the calendar of the country.
#[derive(Clone, Copy, Debug, Default)]
pub struct CountryCalendar;

#[async_trait]
impl WorkCalendar for CountryCalendar {
    async fn workdays(&self, _: &mut Tx, _: OrgId) -> Result<Workdays, Box<dyn Fault>> {
        Ok(Workdays::new(Workweek::Five))
    }
}
