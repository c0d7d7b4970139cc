//! Acceptance: the card, the family and the former school are copied, and the
//! order of enrolment is drawn up.

use std::collections::HashMap;

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, ClassId, OrgId, PersonId, Right};
use org::Organisation;
use people::{Families, FamilyBook, Namesake, PersonFields, RecordFields, RelativeFile, Settling};

use super::{Extract, Side, Step, Transfer, TransferId, TransferState, Transfers};
use crate::{
    CameKind, Details, Error, OrderBook, OrderDraft, OrderId, OrderKind, OrderLine, Place,
    StudyForm, service::scope, store, store::OwnSide,
};

/// A class that the pupil may come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassPlace {
    pub class: ClassId,
    /// «5А»
    pub name: String,
    /// Of the same parallel as the class that the pupil leaves.
    pub same_grade: bool,
    /// How many are in it today.
    pub pupils: i64,
}

/// A relative with those who have a card here already.
#[derive(Clone, Debug)]
pub struct RelativeChoice {
    pub file: RelativeFile,
    pub namesakes: Vec<Namesake>,
}

/// What the page of acceptance shows.
#[derive(Clone, Debug)]
pub struct AcceptPage {
    pub transfer: Transfer,
    pub extract: Extract,
    /// The name of the leaving school.
    pub from: String,
    pub classes: Vec<ClassPlace>,
    /// Who has a card here and may be the pupil.
    pub pupil: Vec<Namesake>,
    pub relatives: Vec<RelativeChoice>,
}

/// How a pupil is accepted.
#[derive(Clone, Debug)]
pub struct Acceptance {
    pub seen: i32,
    pub place: Place,
    pub ordered_on: NaiveDate,
    pub effective_on: NaiveDate,
    /// Number and date of the parents' application.
    pub application: String,
    /// The card of the pupil where there is one here.
    pub pupil: Option<PersonId>,
    /// The card of each relative of the extract where there is one here.
    pub relatives: Vec<Option<PersonId>>,
}

impl Transfers {
    /// What accepting would do.
    ///
    /// # Errors
    /// [`Error::NoSuchTransfer`], also where it is not offered to this school;
    /// [`Error::NoSuchStep`] where it is accepted or taken back.
    pub async fn acceptance(
        &self,
        actor: &Actor,
        id: TransferId,
        today: NaiveDate,
    ) -> Result<AcceptPage, Error> {
        actor.may_in_org(Right::MovementEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let transfer = store::transfers(&mut tx, Some(id)).await?.pop();
        let transfer = transfer.ok_or(Error::NoSuchTransfer)?;
        if transfer.side_of(actor.org) == Side::Leaving {
            return Err(Error::NoSuchTransfer);
        }
        transfer.state.step(Side::Accepting, Step::Accept)?;
        let extract = store::extract(&mut tx, id).await?;
        let extract = extract.ok_or(Error::NoSuchTransfer)?;
        self.note_reading(&mut tx, id, "accept").await?;
        let classes = self.places(&mut tx, extract.grade, today).await?;
        let mut family: Vec<PersonFields> = vec![extract.family.person.clone()];
        family.extend(extract.family.relatives.iter().map(|it| it.person.clone()));
        let mut namesakes = FamilyBook.namesakes(&mut tx, &family).await?.into_iter();
        tx.commit().await?;
        let is_pupil = |it: &Namesake| it.kinds.contains(&people::CardKind::Pupil);
        let pupil = namesakes.next().unwrap_or_default();
        let relatives = extract.family.relatives.iter().cloned();
        Ok(AcceptPage {
            from: extract.school_name.clone(),
            pupil: pupil.into_iter().filter(is_pupil).collect(),
            relatives: relatives
                .map(|file| RelativeChoice {
                    file,
                    namesakes: namesakes.next().unwrap_or_default(),
                })
                .collect(),
            transfer,
            extract,
            classes,
        })
    }

    /// Classes of the present year with their sizes, those of the parallel first.
    async fn places(
        &self,
        tx: &mut Tx,
        grade: i16,
        today: NaiveDate,
    ) -> Result<Vec<ClassPlace>, Error> {
        let Some(year) = self.curriculum.year_near(tx, today).await? else {
            return Ok(Vec::new());
        };
        let classes = self.curriculum.classes(tx, year.id).await?;
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        let sizes: HashMap<ClassId, i64> = store::sizes(tx, &ids, today).await?;
        let place = |it: curriculum::Class| ClassPlace {
            class: it.id,
            name: it.name(),
            same_grade: it.grade == grade,
            pupils: sizes.get(&it.id).copied().unwrap_or_default(),
        };
        let mut places: Vec<ClassPlace> = classes.into_iter().map(place).collect();
        places.sort_by_key(|it| !it.same_grade);
        Ok(places)
    }

    /// Copies card, family and former schools, and draws up the order of enrolment.
    ///
    /// # Errors
    /// [`Error::NoSuchStep`] where it is accepted already or taken back;
    /// [`Error::ChangedMeanwhile`]; [`Error::NoSuchClass`].
    #[tracing::instrument(name = "movement.accept_transfer", skip_all, fields(transfer.id = %id))]
    pub async fn accept(
        &self,
        actor: &Actor,
        id: TransferId,
        wish: &Acceptance,
    ) -> Result<OrderId, Error> {
        let mut tx = self.db.begin(actor).await?;
        let step = (Side::Accepting, Step::Accept);
        let it = self.begin_step(&mut tx, actor, id, wish.seen, step).await?;
        let extract = store::extract(&mut tx, id).await?;
        let extract = extract.ok_or(Error::NoSuchTransfer)?;
        if wish.relatives.len() != extract.family.relatives.len() {
            return Err(Error::ChangedMeanwhile);
        }
        let schools = self.orgs.schools(&mut tx).await?;
        let own = schools.iter().find(|it| it.id == actor.org);
        let former = schools.iter().find(|school| school.id == it.from);
        let today = self.movement.today(&mut tx).await?;
        let mut file = extract.family.clone();
        file.studies.insert(0, former_school(&extract));
        let settled = FamilyBook
            .settle(
                &mut tx,
                Settling {
                    file,
                    pupil: wish.pupil,
                    relatives: wish.relatives.clone(),
                    since: today,
                },
            )
            .await?;
        let details = Details {
            came_kind: Some(CameKind::School),
            scope: former.map(|it| scope(own, it)),
            study_form: Some(StudyForm::FullTime),
            application: wish.application.clone(),
            ..Details::default()
        };
        let came_from = extract.school_name.clone();
        let line = OrderLine {
            came_from,
            ..OrderLine::of(settled.pupil).to(wish.place)
        };
        let draft = OrderDraft {
            kind: OrderKind::Enrolment,
            ordered_on: wish.ordered_on,
            effective_on: wish.effective_on,
            basis: wish.application.clone(),
            lines: vec![line.with(details)],
        };
        let orders = self.movement.draft_all(&mut tx, actor, &[draft]).await?;
        let order = orders.first().copied().ok_or(Error::NoSuchOrder)?;
        let side = OwnSide {
            transfer: id,
            other: it.from,
            pupil: settled.pupil,
            order,
        };
        store::arrive(&mut tx, side).await?;
        self.end_step(&mut tx, &it, actor, TransferState::Accepted, "")
            .await?;
        tx.commit().await?;
        Ok(order)
    }
}

/// The school as the people of the screen know it.
pub(super) fn name_of(schools: &[Organisation], id: OrgId) -> String {
    let found = schools.iter().find(|it| it.id == id);
    found.map(|it| it.name.clone()).unwrap_or_default()
}

/// The line «Где учился раньше» of the school that the pupil leaves.
fn former_school(it: &Extract) -> RecordFields {
    RecordFields {
        since: it.since,
        until: it.leaves_on.pred_opt(),
        title: it.school.clone(),
        detail: it.class.clone(),
        document: it.order_number.clone(),
        ..RecordFields::default()
    }
}
