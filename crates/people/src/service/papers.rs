//! The papers of consents: one consent with its scans, editions of the text,
//! blanks, and what is done after a withdrawal.

use bytes::Bytes;
use chrono::NaiveDate;
use db::{
    Tx, audit,
    files::{File, FileId},
};
use kernel::{Actor, PersonId, Right};
use serde_json::json;

use super::{Directory, consents::is_staff, restricted::object};
use crate::{
    Card, CardKind, Consent, ConsentId, ConsentKind, ConsentText, Error, Scan,
    consent::{ALONE_AT, SIGNS_AT, age},
    papers, store,
};

/// One consent with all its papers.
#[derive(Clone, Debug)]
pub struct ConsentPaper {
    pub consent: Consent,
    pub card: Card,
    pub kinds: Vec<CardKind>,
    /// None where the subject signed.
    pub signer: Option<Card>,
    pub scans: Vec<Scan>,
    /// The edition that was signed; none where it is the text of the system.
    pub text: Option<ConsentText>,
    /// Codes of the restricted fields that are stored on its ground.
    pub holds: Vec<String>,
    pub may_edit: bool,
}

/// Who may sign a consent.
#[derive(Clone, Debug)]
pub struct Signers {
    pub subject: Card,
    /// The subject may.
    pub signs_alone: bool,
    /// Who may besides, and as whom.
    pub others: Vec<(Card, String)>,
}

impl Directory {
    /// One consent with its scans.
    pub async fn consent_paper(&self, actor: &Actor, id: ConsentId) -> Result<ConsentPaper, Error> {
        actor.may(Right::ConsentView)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let consent = self
            .reached_consent(&mut tx, actor, Right::ConsentView, id, today)
            .await?;
        let people: Vec<PersonId> = [Some(consent.subject), consent.given_by]
            .into_iter()
            .flatten()
            .collect();
        let cards = store::cards(&mut tx, &people).await?;
        let find = |id: PersonId| cards.iter().find(|it| it.id == id).cloned();
        let texts = store::consent_texts(&mut tx).await?;
        let paper = ConsentPaper {
            card: find(consent.subject).ok_or(Error::NoSuchConsent)?,
            kinds: store::kinds(&mut tx, consent.subject).await?,
            signer: consent.given_by.and_then(find),
            scans: store::scans(&mut tx, id).await?,
            text: texts
                .into_iter()
                .find(|it| it.kind == consent.kind && it.edition == consent.edition),
            holds: store::restricted_by(&mut tx, id).await?,
            may_edit: actor.may(Right::ConsentEdit).is_ok(),
            consent,
        };
        tx.commit().await?;
        Ok(paper)
    }

    /// Who may sign a consent for the person, as far as the actor may tell of it.
    pub async fn signers(&self, actor: &Actor, subject: PersonId) -> Result<Signers, Error> {
        let reaches = actor.may(Right::ConsentEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach_consent(&mut tx, actor, Right::ConsentEdit, subject, today)
            .await?;
        let is_pupil = store::kinds(&mut tx, subject)
            .await?
            .contains(&CardKind::Pupil);
        let kin = store::parents_of(&mut tx, &[subject], today).await?;
        let mut people: Vec<PersonId> = kin.iter().map(|it| it.parent).collect();
        people.push(subject);
        let cards = store::cards(&mut tx, &people).await?;
        tx.commit().await?;
        let find = |id: PersonId| cards.iter().find(|it| it.id == id).cloned();
        let subject = find(subject).ok_or(Error::NoSuchPerson)?;
        let years = subject.born_on.map(|it| age(it, today));
        let is_of_age = !is_pupil || years.is_some_and(|it| ALONE_AT <= it);
        // Somebody of a family tells of the own signature only.
        let may_tell = |it: PersonId| is_staff(reaches) || it == actor.person;
        let mut others: Vec<(Card, String)> = kin
            .iter()
            .filter(|it| !is_of_age && may_tell(it.parent))
            .filter_map(|it| Some((find(it.parent)?, it.kind.clone())))
            .collect();
        others.sort_by_key(|it| super::blanks::rank(&it.1));
        let signs_alone = is_of_age || years.is_some_and(|it| SIGNS_AT <= it);
        Ok(Signers {
            signs_alone: signs_alone && may_tell(subject.id),
            subject,
            others,
        })
    }

    /// Hangs a scan on a consent that the actor may change.
    ///
    /// # Errors
    /// [`Error::NoFile`], [`Error::FileKind`], [`Error::FileTooLarge`],
    /// [`Error::TooManyFiles`].
    #[tracing::instrument(name = "people.attach_scan", skip_all, fields(consent.id = %id))]
    pub async fn attach_scan(
        &self,
        actor: &Actor,
        id: ConsentId,
        name: &str,
        bytes: Bytes,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.reached_consent(&mut tx, actor, Right::ConsentEdit, id, today)
            .await?;
        if bytes.is_empty() {
            return Err(Error::NoFile);
        }
        if papers::LARGEST_SCAN < bytes.len() {
            return Err(Error::FileTooLarge);
        }
        let (media, ending) = papers::media_type(&bytes).ok_or(Error::FileKind)?;
        let held = store::scans(&mut tx, id).await?;
        if papers::MOST_SCANS <= held.len() {
            return Err(Error::TooManyFiles);
        }
        let name = papers::scan_name(name, ending);
        let size = i64::try_from(bytes.len()).map_err(|_| Error::FileTooLarge)?;
        let file = self.files.put(&mut tx, &name, media, bytes).await?;
        store::add_scan(&mut tx, id, file, (&name, size), actor.person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The bytes of a scan, for whoever may see the consent.
    pub async fn scan(
        &self,
        actor: &Actor,
        id: ConsentId,
        file: FileId,
    ) -> Result<(File, Bytes), Error> {
        actor.may(Right::ConsentView)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.reached_consent(&mut tx, actor, Right::ConsentView, id, today)
            .await?;
        let held = store::scans(&mut tx, id).await?;
        if !held.iter().any(|it| it.id == file) {
            return Err(Error::NoSuchConsent);
        }
        let found = self.files.get(&mut tx, file).await?;
        tx.commit().await?;
        found.ok_or(Error::NoSuchConsent)
    }

    /// Takes a scan off a consent; the file itself stays, for the history.
    pub async fn detach_scan(
        &self,
        actor: &Actor,
        id: ConsentId,
        file: FileId,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.reached_consent(&mut tx, actor, Right::ConsentEdit, id, today)
            .await?;
        if !store::remove_scan(&mut tx, id, file).await? {
            return Err(Error::NoSuchConsent);
        }
        tx.commit().await?;
        Ok(())
    }

    /// Says that what the system cannot undo itself was done after a
    /// withdrawal: photographs taken down, papers destroyed (152-ФЗ ст. 21).
    /// Only the office says so.
    ///
    /// # Errors
    /// [`Error::Fields`] where nobody says how.
    pub async fn settle_consent(
        &self,
        actor: &Actor,
        id: ConsentId,
        note: &str,
    ) -> Result<(), Error> {
        actor.may(Right::ConsentEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let consent = self
            .reached_consent(&mut tx, actor, Right::ConsentEdit, id, today)
            .await?;
        actor.may_in_org(Right::ConsentEdit)?;
        let note = note.trim();
        if note.is_empty() || 500 < note.chars().count() {
            return Err(Error::field("note", "people.no-settled-note"));
        }
        store::settle(&mut tx, &consent, today, note).await?;
        let details = json!({ "consent": id, "kind": consent.kind, "note": note });
        let about = object(consent.subject);
        audit::record(&mut tx, "people.consent-settled", &about, &details).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The editions of all texts, newest first.
    pub async fn consent_texts(&self, actor: &Actor) -> Result<Vec<ConsentText>, Error> {
        actor.may_in_org(Right::ConsentEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let texts = store::consent_texts(&mut tx).await?;
        tx.commit().await?;
        Ok(texts)
    }

    /// Gives a text of consent a new wording from the day on.
    ///
    /// # Errors
    /// [`Error::Fields`] for an empty or endless text, or a day in the past:
    /// what was signed before stays under its own edition.
    pub async fn add_consent_text(
        &self,
        actor: &Actor,
        kind: ConsentKind,
        body: &str,
        since: NaiveDate,
    ) -> Result<i32, Error> {
        actor.may_in_org(Right::ConsentEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let body = body.trim();
        if body.is_empty() || 8000 < body.chars().count() {
            return Err(Error::field("body", "people.consent-text-size"));
        }
        if since < today {
            return Err(Error::field("since", "people.consent-text-past"));
        }
        let edition = store::add_consent_text(&mut tx, kind, body, since).await?;
        let details = json!({ "kind": kind, "edition": edition });
        audit::record(&mut tx, "people.consent-text", kind.code(), &details).await?;
        tx.commit().await?;
        Ok(edition)
    }

    /// The edition that is asked for on the day; none for the text of the system.
    pub(super) async fn asked_text(
        &self,
        tx: &mut Tx,
        kind: ConsentKind,
        day: NaiveDate,
    ) -> Result<Option<ConsentText>, Error> {
        let texts = store::consent_texts(tx).await?;
        Ok(papers::edition_on(&texts, kind, day).cloned())
    }
}
