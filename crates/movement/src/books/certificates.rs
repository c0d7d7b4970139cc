//! Asking for certificates, issuing, checking them (MOV-3).

use std::collections::HashMap;

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Reach, Right};
use people::{Card, Case};

use super::{
    Books, Certificate, CertificateId, CertificateKind, CertificateState, CheckCode,
    NewCertificate, Said,
};
use crate::{Error, store};

/// So many requests of one pupil may wait at once.
const MOST_ASKED: usize = 5;

/// What the orders say of a pupil's study.
#[derive(Clone, Debug, Default)]
pub(crate) struct StudyFacts {
    pub(crate) order: Option<String>,
    pub(crate) ordered_on: Option<NaiveDate>,
    pub(crate) since: Option<NaiveDate>,
    /// The first day no longer here.
    pub(crate) left_on: Option<NaiveDate>,
    pub(crate) class: Option<ClassId>,
}

/// A certificate with the names.
#[derive(Clone, Debug)]
pub struct CertificatePage {
    pub certificate: Certificate,
    pub pupil: Option<Card>,
    pub asked_by: Option<Card>,
    pub issued_by: Option<Card>,
}

/// Pupils of a class, to choose from.
#[derive(Clone, Debug)]
pub struct ClassChoice {
    pub class: String,
    pub pupils: Vec<Card>,
}

/// The certificates of one child, for the family.
#[derive(Clone, Debug)]
pub struct MyDocuments {
    /// Every child of the reader here.
    pub children: Vec<(PersonId, String)>,
    pub child: Option<PersonId>,
    pub certificates: Vec<Certificate>,
}

/// What anybody may know who holds the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedCertificate {
    pub certificate: Certificate,
}

/// For whom the actor may issue: everybody, or the pupils of the own classes.
enum Whom {
    All,
    Classes(Vec<ClassId>),
}

impl Books {
    /// Everything issued and asked for, as far as the actor's work goes, and
    /// whether they may write more. A teacher who leads no class has none.
    #[tracing::instrument(name = "movement.certificates", skip_all)]
    pub async fn certificates(&self, actor: &Actor) -> Result<(Vec<CertificatePage>, bool), Error> {
        let mut tx = self.db.begin(actor).await?;
        let whom = self.reach(&mut tx, actor, Right::MovementView).await?;
        let may_write = match &whom {
            Whom::All => actor.may_in_org(Right::MovementEdit).is_ok(),
            Whom::Classes(own) => !own.is_empty(),
        };
        let pupils = self.pupils_of(&mut tx, &whom).await?;
        let all = store::certificates(&mut tx, pupils.as_deref()).await?;
        let pages = self.with_names(&mut tx, all).await?;
        tx.commit().await?;
        Ok((pages, may_write))
    }

    /// One certificate.
    pub async fn certificate(
        &self,
        actor: &Actor,
        id: CertificateId,
    ) -> Result<CertificatePage, Error> {
        let mut tx = self.db.begin(actor).await?;
        let whom = self.whom(&mut tx, actor, Right::MovementView).await?;
        let found = self.find(&mut tx, &whom, id).await?;
        let mut pages = self.with_names(&mut tx, vec![found]).await?;
        tx.commit().await?;
        pages.pop().ok_or(Error::NoSuchCertificate)
    }

    /// Whom a certificate may be written for, by class; `also` is whoever the
    /// address names, in a class or not.
    pub async fn certificate_choices(
        &self,
        actor: &Actor,
        also: Option<PersonId>,
    ) -> Result<(Vec<ClassChoice>, Option<Card>), Error> {
        let mut tx = self.db.begin(actor).await?;
        let whom = self.whom(&mut tx, actor, Right::MovementEdit).await?;
        let today = self.today(&mut tx).await?;
        let stays = store::enrolled(&mut tx, today).await?;
        let may = |class: ClassId| match &whom {
            Whom::All => true,
            Whom::Classes(own) => own.contains(&class),
        };
        let stays: Vec<_> = stays.into_iter().filter(|it| may(it.class)).collect();
        let mut ids: Vec<PersonId> = stays.iter().map(|it| it.pupil).collect();
        if matches!(whom, Whom::All) {
            ids.extend(also);
        }
        let cards = self.people.cards(&mut tx, &ids).await?;
        let mut classes: Vec<ClassId> = stays.iter().map(|it| it.class).collect();
        classes.sort_unstable();
        classes.dedup();
        let classes = self.curriculum.classes_by_id(&mut tx, &classes).await?;
        tx.commit().await?;
        let class_of: HashMap<PersonId, ClassId> =
            stays.iter().map(|it| (it.pupil, it.class)).collect();
        let named = cards.iter().find(|it| Some(it.id) == also).cloned();
        let choice = |class: curriculum::Class| ClassChoice {
            pupils: cards
                .iter()
                .filter(|it| class_of.get(&it.id) == Some(&class.id))
                .cloned()
                .collect(),
            class: class.name(),
        };
        Ok((classes.into_iter().map(choice).collect(), named))
    }

    /// Writes a certificate and issues it at once.
    ///
    /// # Errors
    /// [`Error::NotAPupil`] where the orders do not say what the paper would.
    pub async fn write_certificate(
        &self,
        actor: &Actor,
        new: NewCertificate,
    ) -> Result<CertificateId, Error> {
        let mut tx = self.db.begin(actor).await?;
        let whom = self.whom(&mut tx, actor, Right::MovementEdit).await?;
        self.must_reach(&mut tx, &whom, new.pupil).await?;
        let id = store::ask_certificate(&mut tx, actor.person, &new).await?;
        self.issue_in(&mut tx, actor, id).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Issues what was asked for.
    pub async fn issue_certificate(
        &self,
        actor: &Actor,
        id: CertificateId,
        seen: i32,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let whom = self.whom(&mut tx, actor, Right::MovementEdit).await?;
        let found = self.find(&mut tx, &whom, id).await?;
        if found.state != CertificateState::Asked || found.version != seen {
            return Err(Error::ChangedMeanwhile);
        }
        self.issue_in(&mut tx, actor, id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Refuses a request, or withdraws what was issued; both with a reason.
    pub async fn end_certificate(
        &self,
        actor: &Actor,
        id: CertificateId,
        seen: i32,
        reason: &str,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let whom = self.whom(&mut tx, actor, Right::MovementEdit).await?;
        let found = self.find(&mut tx, &whom, id).await?;
        let state = match found.state {
            CertificateState::Asked => CertificateState::Refused,
            CertificateState::Issued => CertificateState::Withdrawn,
            _ => return Err(Error::ChangedMeanwhile),
        };
        if reason.trim().is_empty() {
            return Err(Error::NoReason);
        }
        store::end_certificate(&mut tx, actor.person, (id, seen), state, reason.trim()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What the family sees; the first child where none is named.
    pub async fn my_documents(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
    ) -> Result<MyDocuments, Error> {
        let mut tx = self.db.begin(actor).await?;
        let cards = self.own_cards(&mut tx, actor).await?;
        let child = match child {
            Some(id) if cards.iter().any(|it| it.id == id) => Some(id),
            Some(_) => return Err(Error::NoSuchCertificate),
            None => cards.first().map(|it| it.id),
        };
        let certificates = match child {
            Some(child) => store::certificates(&mut tx, Some(&[child])).await?,
            None => vec![],
        };
        tx.commit().await?;
        Ok(MyDocuments {
            children: cards.iter().map(|it| (it.id, it.listed())).collect(),
            child,
            certificates,
        })
    }

    /// Asks for a certificate of the own child, or of oneself.
    pub async fn ask_certificate(&self, actor: &Actor, new: NewCertificate) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let cards = self.own_cards(&mut tx, actor).await?;
        if !cards.iter().any(|it| it.id == new.pupil) {
            return Err(Error::NoSuchCertificate);
        }
        let all = store::certificates(&mut tx, Some(&[new.pupil])).await?;
        let waits = all.iter().filter(|it| it.state == CertificateState::Asked);
        if MOST_ASKED <= waits.count() {
            return Err(Error::AskedEnough);
        }
        store::ask_certificate(&mut tx, actor.person, &new).await?;
        tx.commit().await?;
        Ok(())
    }

    /// An issued certificate of the own child, for printing.
    pub async fn my_certificate(
        &self,
        actor: &Actor,
        id: CertificateId,
    ) -> Result<Certificate, Error> {
        let mut tx = self.db.begin(actor).await?;
        let cards = self.own_cards(&mut tx, actor).await?;
        let found = store::certificate(&mut tx, id).await?;
        tx.commit().await?;
        found
            .filter(|it| it.state == CertificateState::Issued)
            .filter(|it| cards.iter().any(|card| card.id == it.pupil))
            .ok_or(Error::NoSuchCertificate)
    }

    /// What the code on a paper leads to; nobody is signed in.
    #[tracing::instrument(name = "movement.check_certificate", skip_all)]
    pub async fn check_certificate(
        &self,
        code: &CheckCode,
    ) -> Result<Option<CheckedCertificate>, Error> {
        let mut tx = self.db.begin_system(code.org).await?;
        let found = store::certificate_by_code(&mut tx, &code.code).await?;
        tx.commit().await?;
        Ok(found.map(|certificate| CheckedCertificate { certificate }))
    }

    /// Whether the actor, who sees a certificate, may issue or end it: by the
    /// right, or as the class teacher that it is seen by.
    pub fn may_write_certificates(&self, actor: &Actor) -> bool {
        actor.may_in_org(Right::MovementEdit).is_ok()
            || actor.may_in_org(Right::MovementView).is_err()
    }

    /// Everybody whom the actor may write for, by the right or as class teacher.
    async fn whom(&self, tx: &mut Tx, actor: &Actor, right: Right) -> Result<Whom, Error> {
        match self.reach(tx, actor, right).await? {
            Whom::Classes(own) if own.is_empty() => {
                actor.may_in_org(right)?;
                Ok(Whom::Classes(own))
            }
            whom => Ok(whom),
        }
    }

    /// The same, with nobody for a teacher who leads no class.
    async fn reach(&self, tx: &mut Tx, actor: &Actor, right: Right) -> Result<Whom, Error> {
        let Err(denied) = actor.may_in_org(right) else {
            return Ok(Whom::All);
        };
        if !actor.reaches(Right::PupilEdit).has(Reach::OwnClass) {
            return Err(denied.into());
        }
        let today = self.today(tx).await?;
        let own = self.curriculum.own_of(tx, actor.person, today).await?;
        Ok(Whom::Classes(own.led))
    }

    /// The pupils of the own classes; `None` are all.
    async fn pupils_of(&self, tx: &mut Tx, whom: &Whom) -> Result<Option<Vec<PersonId>>, Error> {
        let Whom::Classes(classes) = whom else {
            return Ok(None);
        };
        let today = self.today(tx).await?;
        let members = store::members(tx, classes, today, today).await?;
        Ok(Some(members.into_iter().map(|it| it.pupil).collect()))
    }

    async fn must_reach(&self, tx: &mut Tx, whom: &Whom, pupil: PersonId) -> Result<(), Error> {
        match self.pupils_of(tx, whom).await? {
            Some(own) if !own.contains(&pupil) => Err(Error::NoSuchCertificate),
            _ => Ok(()),
        }
    }

    async fn find(
        &self,
        tx: &mut Tx,
        whom: &Whom,
        id: CertificateId,
    ) -> Result<Certificate, Error> {
        let found = store::certificate(tx, id).await?;
        let found = found.ok_or(Error::NoSuchCertificate)?;
        self.must_reach(tx, whom, found.pupil).await?;
        Ok(found)
    }

    async fn own_cards(&self, tx: &mut Tx, actor: &Actor) -> Result<Vec<Card>, Error> {
        let today = self.today(tx).await?;
        Ok(self.people.diary_cards(tx, actor, today).await?)
    }

    async fn issue_in(&self, tx: &mut Tx, actor: &Actor, id: CertificateId) -> Result<(), Error> {
        store::lock_book(tx).await?;
        let found = store::certificate(tx, id).await?;
        let found = found.ok_or(Error::NoSuchCertificate)?;
        let own = self.orgs.own(tx).await?;
        let today = own.day(tx.now());
        let facts = store::study_facts(tx, found.pupil).await?;
        let here =
            facts.since.is_some_and(|it| it <= today) && facts.left_on.is_none_or(|it| today < it);
        let may = match found.kind {
            CertificateKind::Study => here,
            CertificateKind::Period => facts.since.is_some_and(|it| it <= today),
            CertificateKind::Transfer => !here && !found.class_name.is_empty(),
        };
        if !may {
            return Err(match found.kind {
                CertificateKind::Transfer => Error::NotForTransfer,
                _ => Error::NotAPupil,
            });
        }
        let cards = self.people.cards(tx, &[found.pupil]).await?;
        let card = cards.into_iter().next().ok_or(Error::NoSuchPupil)?;
        let declined = self.people.declined(tx, &[card.id]).await?;
        let class = match facts.class {
            Some(class) if found.class_name.is_empty() => {
                self.class_names(tx, &[class]).await?.remove(&class)
            }
            _ => None,
        };
        let said = Said {
            school: own.full_name,
            whom: declined
                .get(&card.id)
                .map_or_else(|| card.full(), |it| it.full(Case::Dative)),
            pupil: card.full(),
            born_on: card.born_on,
            class: class.unwrap_or(found.class_name),
            since: facts.since,
            until: facts
                .left_on
                .and_then(|it| it.pred_opt())
                .filter(|it| *it <= today),
            order: facts.order,
            ordered_on: facts.ordered_on,
        };
        store::issue_certificate(tx, actor.person, (id, found.version), today, &said).await
    }

    async fn with_names(
        &self,
        tx: &mut Tx,
        all: Vec<Certificate>,
    ) -> Result<Vec<CertificatePage>, Error> {
        let ids: Vec<PersonId> = all
            .iter()
            .flat_map(|it| [Some(it.pupil), Some(it.asked_by), it.issued_by])
            .flatten()
            .collect();
        let cards = self.cards_of(tx, &ids).await?;
        let page = |certificate: Certificate| CertificatePage {
            pupil: cards.get(&certificate.pupil).cloned(),
            asked_by: cards.get(&certificate.asked_by).cloned(),
            issued_by: certificate.issued_by.and_then(|it| cards.get(&it).cloned()),
            certificate,
        };
        Ok(all.into_iter().map(page).collect())
    }
}
