//! Documents about absences and notices of parents (JRN-4, S3:8.3, P3).

mod file;

use bytes::Bytes;
use chrono::NaiveDate;
use curriculum::Class;
use db::Tx;
use kernel::{Actor, ClassId, LessonId, PersonId, Right};
use schedule::Lesson;
use uuid::Uuid;

use super::{Journal, access};
use crate::{
    Error,
    absence::{
        AbsenceDocument, Basis, DocumentId, LONGEST_ABSENCE_DAYS, LONGEST_NOTE, NoticeId,
        NoticeState, Reason, retold,
    },
    store,
};

/// What the class teacher typed.
#[derive(Clone, Debug)]
pub struct DocumentWish {
    pub pupil: PersonId,
    pub reason: Reason,
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
    pub basis: Basis,
    pub received_on: NaiveDate,
    pub note: String,
    /// Whose reason stands where it overlaps another document.
    pub overlap: Option<Overlap>,
    /// The parent's notice that it answers.
    pub notice: Option<NoticeId>,
}

/// The choice between two documents about the same days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// The reason that was there stays.
    Keep,
    /// The new one takes its place.
    Replace,
}

/// The scan or the photo that came with a document.
#[derive(Clone, Debug)]
pub struct Scan {
    pub name: String,
    pub bytes: Bytes,
    /// The form that brought it: sent again, it is one.
    pub form: Uuid,
}

/// What became of a document that was to be saved.
#[derive(Clone, Debug)]
pub enum DocumentSaved {
    Saved {
        id: DocumentId,
        /// Lessons whose code changed.
        lessons: usize,
    },
    /// These say something else about some of the days: one must be chosen.
    Overlaps(Vec<AbsenceDocument>),
}

impl Journal {
    /// Enters a document: every absence of the pupil without a reason inside
    /// its days gets the reason, also when a teacher notes it later. Entered
    /// again, it changes nothing. A file that is not taken is an error, and
    /// nothing is entered.
    pub async fn save_absence_document(
        &self,
        actor: &Actor,
        class: ClassId,
        wish: &DocumentWish,
        file: Option<Scan>,
        today: NaiveDate,
    ) -> Result<DocumentSaved, Error> {
        let mut tx = self.db.begin(actor).await?;
        self.class_to_tell(&mut tx, actor, class).await?;
        let notice = match wish.notice {
            Some(id) => {
                let notice = self.notice_of_class(&mut tx, class, id).await?;
                Some(notice)
                    .filter(|it| it.pupil == wish.pupil && it.state == NoticeState::Sent)
                    .map(|it| it.id)
            }
            None => None,
        };
        let (saved, changed) = self
            .enter_document(&mut tx, actor, class, wish, notice, today)
            .await?;
        if let (DocumentSaved::Saved { id, .. }, Some(it)) = (&saved, file) {
            self.hang(&mut tx, actor, *id, it.form, (&it.name, it.bytes))
                .await?;
        }
        tx.commit().await?;
        self.tell_changed(actor, &changed, 0);
        Ok(saved)
    }

    /// Takes a document back: codes that came from it return to what they
    /// were; says how many. Done again, it changes nothing.
    pub async fn withdraw_absence_document(
        &self,
        actor: &Actor,
        class: ClassId,
        id: DocumentId,
        today: NaiveDate,
    ) -> Result<usize, Error> {
        let mut tx = self.db.begin(actor).await?;
        self.class_to_tell(&mut tx, actor, class).await?;
        let (document, _) = store::document(&mut tx, id).await?.ok_or(Error::NotFound)?;
        self.must_be_of_class(&mut tx, document.pupil, class, &document)
            .await?;
        store::lock_documents(&mut tx, document.pupil).await?;
        let changed = if store::withdraw_document(&mut tx, id, actor.person).await? {
            self.retell(&mut tx, actor, &document, today).await?
        } else {
            vec![]
        };
        tx.commit().await?;
        self.tell_changed(actor, &changed, 0);
        Ok(changed.len())
    }

    pub(super) async fn class_to_tell(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        class: ClassId,
    ) -> Result<Class, Error> {
        actor.may(Right::AbsenceReasonEdit)?;
        let class = self
            .curriculum
            .classes_by_id(tx, &[class])
            .await?
            .pop()
            .ok_or(Error::NotFound)?;
        access::must_tell_reasons(actor, &class)?;
        Ok(class)
    }

    /// The pupil was in the class on some of the days.
    async fn must_be_of_class(
        &self,
        tx: &mut Tx,
        pupil: PersonId,
        class: ClassId,
        days: &AbsenceDocument,
    ) -> Result<(), Error> {
        let members = self
            .register
            .members(tx, &[class], days.first_on, days.last_on)
            .await?;
        if members.iter().any(|it| it.pupil == pupil) {
            return Ok(());
        }
        Err(Error::NotFound)
    }

    /// Also tells the lessons whose codes changed.
    pub(super) async fn enter_document(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        class: ClassId,
        wish: &DocumentWish,
        notice: Option<NoticeId>,
        today: NaiveDate,
    ) -> Result<(DocumentSaved, Vec<Lesson>), Error> {
        check_days(wish.first_on, wish.last_on)?;
        if wish.note.chars().count() > LONGEST_NOTE {
            return Err(Error::TooLong);
        }
        let mut document = AbsenceDocument {
            id: 0.into(),
            pupil: wish.pupil,
            reason: wish.reason,
            first_on: wish.first_on,
            last_on: wish.last_on,
            basis: wish.basis,
            received_on: wish.received_on,
            note: wish.note.clone(),
            yields: wish.overlap == Some(Overlap::Keep),
            set_by: actor.person,
            set_at: tx.now(),
        };
        self.must_be_of_class(tx, wish.pupil, class, &document)
            .await?;
        store::lock_documents(tx, wish.pupil).await?;
        let others = store::documents(tx, &[wish.pupil], wish.first_on, wish.last_on).await?;
        if let Some(same) = others.iter().find(|it| is_same(it, &document)) {
            accept(tx, notice, same.id, actor).await?;
            let saved = DocumentSaved::Saved {
                id: same.id,
                lessons: 0,
            };
            return Ok((saved, vec![]));
        }
        let against: Vec<AbsenceDocument> = others
            .into_iter()
            .filter(|it| it.reason != wish.reason)
            .collect();
        if !against.is_empty() && wish.overlap.is_none() {
            return Ok((DocumentSaved::Overlaps(against), vec![]));
        }
        document.id = store::insert_document(tx, &document, notice).await?;
        accept(tx, notice, document.id, actor).await?;
        let changed = self.retell(tx, actor, &document, today).await?;
        let saved = DocumentSaved::Saved {
            id: document.id,
            lessons: changed.len(),
        };
        Ok((saved, changed))
    }

    /// Brings the codes of the document's days in line with all documents in
    /// force. The lessons are locked first: a teacher who notes an absence at
    /// the same moment either is seen here or sees the document.
    async fn retell(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        document: &AbsenceDocument,
        today: NaiveDate,
    ) -> Result<Vec<Lesson>, Error> {
        let (first, last) = (document.first_on, document.last_on.min(today));
        if first > last {
            return Ok(vec![]);
        }
        let stays = self.register.stays(tx, &[document.pupil]).await?;
        let mut lessons: Vec<Lesson> = vec![];
        for stay in stays
            .iter()
            .filter(|it| it.since <= last && it.until.is_none_or(|until| first <= until))
        {
            let of_class = self
                .lessons
                .of_class(tx, stay.class, None, first, last)
                .await?;
            lessons.extend(of_class.into_iter().filter(|it| stay.on(it.held_on)));
        }
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let days: Vec<(LessonId, NaiveDate)> =
            lessons.iter().map(|it| (it.id, it.held_on)).collect();
        store::lock_lessons(tx, &ids).await?;
        let documents = store::documents(tx, &[document.pupil], first, last).await?;
        let absences = store::absences_of(tx, document.pupil, &days).await?;
        let changes = retold(&absences, document.pupil, &documents);
        if changes.is_empty() {
            return Ok(vec![]);
        }
        store::retell(tx, document.pupil, &changes, actor.person).await?;
        lessons.retain(|it| changes.iter().any(|change| change.lesson == it.id));
        Ok(lessons)
    }
}

/// The notice is answered by the document, which takes its photos over.
async fn accept(
    tx: &mut Tx,
    notice: Option<NoticeId>,
    document: DocumentId,
    actor: &Actor,
) -> Result<(), Error> {
    if let Some(id) = notice {
        store::answer_notice(tx, id, NoticeState::Accepted, "", actor.person).await?;
        store::hand_on(tx, id, Some(document)).await?;
    }
    Ok(())
}

fn is_same(one: &AbsenceDocument, other: &AbsenceDocument) -> bool {
    (one.reason, one.first_on, one.last_on, one.basis, one.yields)
        == (
            other.reason,
            other.first_on,
            other.last_on,
            other.basis,
            other.yields,
        )
}

/// The days are in order and not too many.
pub(super) fn check_days(first_on: NaiveDate, last_on: NaiveDate) -> Result<(), Error> {
    let days = (last_on - first_on).num_days();
    if (0..LONGEST_ABSENCE_DAYS).contains(&days) {
        return Ok(());
    }
    Err(Error::BadDays)
}
