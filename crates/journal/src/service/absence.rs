//! Documents about absences and notices of parents (JRN-4, S3:8.3, P3).

use chrono::{DateTime, NaiveDate, Utc};
use curriculum::Class;
use db::Tx;
use kernel::{Actor, ClassId, LessonId, PersonId, Reach, Right};

use super::{Child, Journal, access};
use crate::{
    Error,
    absence::{
        AbsenceDocument, Basis, DocumentId, LONGEST_ABSENCE_DAYS, LONGEST_NOTE, Notice, NoticeId,
        NoticeState, Reason, retold,
    },
    store,
};

/// So many of the own notices are shown.
const SHOWN_NOTICES: i64 = 20;
/// A notice may be about days so far away.
const NOTICE_AHEAD_DAYS: i64 = 180;
/// … and about days so long ago.
const NOTICE_BEHIND_DAYS: i64 = 60;

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

/// What a parent typed.
#[derive(Clone, Debug)]
pub struct NoticeWish {
    pub reason: Reason,
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
    pub text: String,
}

/// The page of a parent who reports an absence.
#[derive(Clone, Debug)]
pub struct MyAbsence {
    pub children: Vec<Child>,
    pub child: Child,
    /// Newest first.
    pub sent: Vec<Notice>,
}

impl Journal {
    /// Enters a document: every absence of the pupil without a reason inside
    /// its days gets the reason, also when a teacher notes it later. Entered
    /// again, it changes nothing.
    pub async fn save_absence_document(
        &self,
        actor: &Actor,
        class: ClassId,
        wish: &DocumentWish,
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
        let saved = self
            .enter_document(&mut tx, actor, class, wish, notice, today)
            .await?;
        tx.commit().await?;
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
        let mut lessons = 0;
        if store::withdraw_document(&mut tx, id, actor.person).await? {
            lessons = self.retell(&mut tx, actor, &document, today).await?;
        }
        tx.commit().await?;
        Ok(lessons)
    }

    /// Accepts a parent's notice: it becomes a document whose basis is the
    /// parent's statement. Accepted before, it changes nothing.
    pub async fn accept_notice(
        &self,
        actor: &Actor,
        class: ClassId,
        id: NoticeId,
        today: NaiveDate,
    ) -> Result<(DocumentWish, DocumentSaved), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.class_to_tell(&mut tx, actor, class).await?;
        let notice = self.notice_of_class(&mut tx, class, id).await?;
        if notice.state == NoticeState::Refused {
            return Err(Error::NoticeAnswered);
        }
        let wish = DocumentWish {
            pupil: notice.pupil,
            reason: notice.reason,
            first_on: notice.first_on,
            last_on: notice.last_on,
            basis: Basis::Statement,
            received_on: today,
            note: notice.text,
            overlap: None,
            notice: Some(id),
        };
        let saved = self
            .enter_document(&mut tx, actor, class, &wish, Some(id), today)
            .await?;
        tx.commit().await?;
        Ok((wish, saved))
    }

    /// Refuses a notice; the parent reads why.
    pub async fn refuse_notice(
        &self,
        actor: &Actor,
        class: ClassId,
        id: NoticeId,
        why: &str,
    ) -> Result<(), Error> {
        let why = why.trim();
        let mut tx = self.db.begin(actor).await?;
        self.class_to_tell(&mut tx, actor, class).await?;
        let notice = self.notice_of_class(&mut tx, class, id).await?;
        if why.is_empty() {
            return Err(Error::NoReason);
        }
        if why.chars().count() > LONGEST_NOTE {
            return Err(Error::TooLong);
        }
        if notice.state == NoticeState::Accepted {
            return Err(Error::NoticeAnswered);
        }
        store::answer_notice(&mut tx, id, NoticeState::Refused, why, actor.person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Says that somebody looked who is there at the lesson, and everybody
    /// who is not noted was.
    pub async fn say_rolled(
        &self,
        actor: &Actor,
        id: LessonId,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let lesson = self
            .lessons
            .lesson(&mut tx, id)
            .await?
            .ok_or(Error::NotFound)?;
        let frame = self
            .curriculum
            .frame(&mut tx, lesson.class)
            .await?
            .ok_or(Error::NotFound)?;
        access::may_view(actor, &frame, lesson.subject, today)?;
        access::must_edit(actor, &frame, &lesson, today)?;
        if lesson.cancelled || frame.year.archived || lesson.held_on > today {
            return Err(Error::ChangedMeanwhile);
        }
        store::save_rolled(&mut tx, id, actor.person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The classes that the actor leads this year.
    pub async fn own_classes(&self, actor: &Actor, today: NaiveDate) -> Result<Vec<Class>, Error> {
        actor.may(Right::JournalView)?;
        let mut tx = self.db.begin(actor).await?;
        let classes = match self.curriculum.year_near(&mut tx, today).await? {
            Some(year) => self.curriculum.classes(&mut tx, year.id).await?,
            None => vec![],
        };
        tx.commit().await?;
        Ok(classes
            .into_iter()
            .filter(|it| it.teacher == Some(actor.person))
            .collect())
    }

    /// The parent's page: the child and what was sent about it. Without
    /// children of the own there is no such page.
    pub async fn my_absence(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        today: NaiveDate,
    ) -> Result<MyAbsence, Error> {
        let mut tx = self.db.begin(actor).await?;
        let (children, child) = self.child_of_parent(&mut tx, actor, child, today).await?;
        let sent = store::notices_of(&mut tx, child.pupil, SHOWN_NOTICES).await?;
        tx.commit().await?;
        Ok(MyAbsence {
            children,
            child,
            sent,
        })
    }

    /// Sends a notice about the own child. The same notice sent twice is one.
    pub async fn send_notice(
        &self,
        actor: &Actor,
        child: PersonId,
        wish: &NoticeWish,
        now: DateTime<Utc>,
        zone: chrono_tz::Tz,
    ) -> Result<(), Error> {
        let local = now.with_timezone(&zone).naive_local();
        let today = local.date();
        let mut tx = self.db.begin(actor).await?;
        let (_, child) = self
            .child_of_parent(&mut tx, actor, Some(child), today)
            .await?;
        check_days(wish.first_on, wish.last_on)?;
        let away = (wish.first_on - today).num_days();
        if away > NOTICE_AHEAD_DAYS || -away > NOTICE_BEHIND_DAYS {
            return Err(Error::BadDays);
        }
        if wish.text.chars().count() > LONGEST_NOTE {
            return Err(Error::TooLong);
        }
        store::lock_documents(&mut tx, child.pupil).await?;
        let sent = store::notices_of(&mut tx, child.pupil, SHOWN_NOTICES).await?;
        let same = |it: &Notice| {
            it.state != NoticeState::Refused
                && (it.reason, it.first_on, it.last_on)
                    == (wish.reason, wish.first_on, wish.last_on)
        };
        if sent.iter().any(same) {
            tx.commit().await?;
            return Ok(());
        }
        let late = match (wish.first_on, today) {
            (first, today) if first < today => true,
            (first, today) if first == today => {
                let begins = self.first_lesson(&mut tx, child.pupil, today).await?;
                begins.is_some_and(|it| it <= local)
            }
            _ => false,
        };
        let notice = Notice {
            id: 0.into(),
            pupil: child.pupil,
            reason: wish.reason,
            first_on: wish.first_on,
            last_on: wish.last_on,
            text: wish.text.clone(),
            late,
            state: NoticeState::Sent,
            answer: String::new(),
            sent_by: actor.person,
            sent_at: tx.now(),
        };
        store::insert_notice(&mut tx, &notice).await?;
        tx.commit().await?;
        Ok(())
    }

    /// When the child's lessons of the day begin.
    async fn first_lesson(
        &self,
        tx: &mut Tx,
        pupil: PersonId,
        day: NaiveDate,
    ) -> Result<Option<chrono::NaiveDateTime>, Error> {
        let stays = self.register.stays(tx, &[pupil]).await?;
        let Some(stay) = stays.iter().find(|it| it.on(day)) else {
            return Ok(None);
        };
        let lessons = self
            .lessons
            .of_class(tx, stay.class, None, day, day)
            .await?;
        Ok(lessons
            .iter()
            .filter(|it| !it.cancelled)
            .map(|it| day.and_time(it.starts_at))
            .min())
    }

    /// The actor's own children, and the one that is meant.
    async fn child_of_parent(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        child: Option<PersonId>,
        today: NaiveDate,
    ) -> Result<(Vec<Child>, Child), Error> {
        if !actor.may(Right::DiaryView)?.has(Reach::OwnChild) {
            return Err(Error::NotFound);
        }
        let cards = self.people.children_cards(tx, actor.person, today).await?;
        let children: Vec<Child> = cards
            .iter()
            .map(|it| Child {
                pupil: it.id,
                name: it.listed(),
            })
            .collect();
        let meant = children
            .iter()
            .find(|it| child.is_none_or(|child| child == it.pupil))
            .cloned()
            .ok_or(Error::NotFound)?;
        Ok((children, meant))
    }

    async fn class_to_tell(
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

    /// A notice about somebody of the class, locked.
    async fn notice_of_class(
        &self,
        tx: &mut Tx,
        class: ClassId,
        id: NoticeId,
    ) -> Result<Notice, Error> {
        let notice = store::notice_to_answer(tx, id)
            .await?
            .ok_or(Error::NotFound)?;
        let stays = self.register.stays(tx, &[notice.pupil]).await?;
        let of_class = stays.iter().any(|it| {
            it.class == class
                && it.since <= notice.last_on
                && it.until.is_none_or(|until| notice.first_on <= until)
        });
        if of_class {
            Ok(notice)
        } else {
            Err(Error::NotFound)
        }
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

    async fn enter_document(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        class: ClassId,
        wish: &DocumentWish,
        notice: Option<NoticeId>,
        today: NaiveDate,
    ) -> Result<DocumentSaved, Error> {
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
            accept(tx, notice, actor).await?;
            return Ok(DocumentSaved::Saved {
                id: same.id,
                lessons: 0,
            });
        }
        let against: Vec<AbsenceDocument> = others
            .into_iter()
            .filter(|it| it.reason != wish.reason)
            .collect();
        if !against.is_empty() && wish.overlap.is_none() {
            return Ok(DocumentSaved::Overlaps(against));
        }
        document.id = store::insert_document(tx, &document, notice).await?;
        accept(tx, notice, actor).await?;
        let lessons = self.retell(tx, actor, &document, today).await?;
        Ok(DocumentSaved::Saved {
            id: document.id,
            lessons,
        })
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
    ) -> Result<usize, Error> {
        let (first, last) = (document.first_on, document.last_on.min(today));
        if first > last {
            return Ok(0);
        }
        let stays = self.register.stays(tx, &[document.pupil]).await?;
        let mut lessons: Vec<(LessonId, NaiveDate)> = vec![];
        for stay in stays
            .iter()
            .filter(|it| it.since <= last && it.until.is_none_or(|until| first <= until))
        {
            let of_class = self
                .lessons
                .of_class(tx, stay.class, None, first, last)
                .await?;
            lessons.extend(
                of_class
                    .iter()
                    .filter(|it| stay.on(it.held_on))
                    .map(|it| (it.id, it.held_on)),
            );
        }
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.0).collect();
        store::lock_lessons(tx, &ids).await?;
        let documents = store::documents(tx, &[document.pupil], first, last).await?;
        let absences = store::absences_of(tx, document.pupil, &lessons).await?;
        let changes = retold(&absences, document.pupil, &documents);
        if changes.is_empty() {
            return Ok(0);
        }
        store::retell(tx, document.pupil, &changes, actor.person).await?;
        Ok(changes.len())
    }
}

async fn accept(tx: &mut Tx, notice: Option<NoticeId>, actor: &Actor) -> Result<(), Error> {
    if let Some(id) = notice {
        store::answer_notice(tx, id, NoticeState::Accepted, "", actor.person).await?;
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

fn check_days(first_on: NaiveDate, last_on: NaiveDate) -> Result<(), Error> {
    let days = (last_on - first_on).num_days();
    if (0..LONGEST_ABSENCE_DAYS).contains(&days) {
        return Ok(());
    }
    Err(Error::BadDays)
}
