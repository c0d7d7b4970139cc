//! Notices of parents that a child does not come (P3, JRN-4).

use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Reach, Right};

use super::{
    Child, Journal,
    absence::{DocumentSaved, DocumentWish, Scan, check_days},
};
use crate::{
    Error,
    absence::{Basis, LONGEST_NOTE, Notice, NoticeId, NoticeState, Reason},
    store,
};

/// So many of the own notices are shown.
const SHOWN_NOTICES: i64 = 20;
/// A notice may be about days so far away.
const NOTICE_AHEAD_DAYS: i64 = 180;
/// … and about days so long ago.
const NOTICE_BEHIND_DAYS: i64 = 60;

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
        let (saved, changed) = self
            .enter_document(&mut tx, actor, class, &wish, Some(id), today)
            .await?;
        tx.commit().await?;
        self.tell_changed(actor, &changed, 0);
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
        let mut sent = store::notices_of(&mut tx, child.pupil, SHOWN_NOTICES).await?;
        let ids: Vec<NoticeId> = sent.iter().map(|it| it.id).collect();
        let mut papers = store::papers(&mut tx, &[], &ids).await?;
        for it in &mut sent {
            it.files = papers.notices.remove(&it.id).unwrap_or_default();
        }
        tx.commit().await?;
        Ok(MyAbsence {
            children,
            child,
            sent,
        })
    }

    /// Sends a notice about the own child, with a photo of the certificate if
    /// there is one. The same notice sent twice is one; a photo that comes with
    /// the second is added. A file that is not taken is an error, and nothing is sent.
    pub async fn send_notice(
        &self,
        actor: &Actor,
        child: PersonId,
        wish: &NoticeWish,
        photo: Option<Scan>,
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
        let id = if let Some(same) = sent.iter().find(|it| same(it)) {
            same.id
        } else {
            self.insert_notice(&mut tx, actor, child.pupil, wish, local)
                .await?
        };
        if let Some(photo) = photo {
            self.hang_on_notice(&mut tx, actor, id, photo).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn insert_notice(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        pupil: PersonId,
        wish: &NoticeWish,
        local: chrono::NaiveDateTime,
    ) -> Result<NoticeId, Error> {
        let today = local.date();
        let late = match (wish.first_on, today) {
            (first, today) if first < today => true,
            (first, today) if first == today => {
                let begins = self.first_lesson(tx, pupil, today).await?;
                begins.is_some_and(|it| it <= local)
            }
            _ => false,
        };
        let notice = Notice {
            id: 0.into(),
            pupil,
            reason: wish.reason,
            first_on: wish.first_on,
            last_on: wish.last_on,
            text: wish.text.clone(),
            late,
            state: NoticeState::Sent,
            answer: String::new(),
            sent_by: actor.person,
            sent_at: tx.now(),
            files: vec![],
        };
        Ok(store::insert_notice(tx, &notice).await?)
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

    /// A notice about somebody of the class, locked.
    pub(super) async fn notice_of_class(
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
}
