use bytes::Bytes;
use chrono::NaiveDate;
use db::{
    Tx,
    files::{File, FileId, clean_name},
};
use kernel::{Actor, LessonId};
use uuid::Uuid;

use super::{Journal, Once};
use crate::{
    Error, FileKind,
    homework::Attached,
    store::{self, homework as stored},
};

/// A file of a homework is at most so large, unless the school says otherwise
/// (`homework.file_mb`); a form takes no more than this anyway.
const MEGABYTES: i64 = 10;
/// A homework or an answer has at most so many files (`homework.files`).
const MOST_FILES: i64 = 10;

impl Journal {
    /// Hangs a file on the homework of a lesson; the same form sent again does nothing.
    ///
    /// # Errors
    /// [`Error::FileKind`], [`Error::FileTooLarge`], [`Error::TooManyFiles`];
    /// [`Error::NothingSent`] for an empty one.
    pub async fn attach(
        &self,
        actor: &Actor,
        lesson: LessonId,
        today: NaiveDate,
        form: Uuid,
        (name, bytes): (&str, Bytes),
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.own_lesson(&mut tx, actor, lesson, today).await?;
        store::lock_lessons(&mut tx, &[lesson]).await?;
        let once = Once::new(form, &format!("homework|{lesson}"))
            .with(name.as_bytes())
            .with(&bytes);
        if !once.comes_first(&mut tx, actor.account).await? {
            return Ok(());
        }
        let found = stored::homework(&mut tx, &[lesson], None).await?;
        let held = found.files.get(&lesson).map_or(0, Vec::len);
        let file = self.keep_file(&mut tx, held, name, bytes).await?;
        stored::attach(&mut tx, lesson, &file, actor.person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a file off the homework of a lesson. The file itself stays, for the history.
    pub async fn detach(
        &self,
        actor: &Actor,
        lesson: LessonId,
        file: FileId,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.own_lesson(&mut tx, actor, lesson, today).await?;
        if !stored::detach(&mut tx, lesson, file).await? {
            return Err(Error::NotFound);
        }
        tx.commit().await?;
        Ok(())
    }

    /// A file of a homework or of an answer, for those it is meant for.
    pub async fn file(
        &self,
        actor: &Actor,
        id: FileId,
        today: NaiveDate,
    ) -> Result<(File, Bytes), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.may_have(&mut tx, actor, id, today).await?;
        let found = self.files.get(&mut tx, id).await?.ok_or(Error::NotFound)?;
        tx.commit().await?;
        Ok(found)
    }

    /// Looks at a file and stores it, where `held` others are already.
    pub(in crate::service) async fn keep_file(
        &self,
        tx: &mut Tx,
        held: usize,
        name: &str,
        bytes: Bytes,
    ) -> Result<Attached, Error> {
        if bytes.is_empty() {
            return Err(Error::NothingSent);
        }
        let most = self.limit(tx, "homework.files", MOST_FILES).await?;
        if i64::try_from(held).unwrap_or(i64::MAX) >= most {
            return Err(Error::TooManyFiles);
        }
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let megabytes = self.limit(tx, "homework.file_mb", MEGABYTES).await?;
        if size > megabytes.saturating_mul(1024 * 1024) {
            return Err(Error::FileTooLarge);
        }
        let name = clean_name(name);
        let kind = FileKind::of(&name, &bytes).ok_or(Error::FileKind)?;
        let name = kind.named(&name);
        let id = self.files.put(tx, &name, kind.media_type, bytes).await?;
        Ok(Attached { id, name, size })
    }

    async fn limit(&self, tx: &mut Tx, key: &str, usual: i64) -> Result<i64, Error> {
        let kept = self.orgs.setting(tx, key).await?;
        Ok(kept
            .and_then(|it| it.as_i64())
            .filter(|it| (1..=100).contains(it))
            .unwrap_or(usual))
    }
}
