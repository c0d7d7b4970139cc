//! The scan or the photo of a document (S3:8.3): it tells of somebody's
//! health, so only those who tell reasons see it.

use bytes::Bytes;
use db::{
    Tx,
    files::{File, FileId},
};
use kernel::{Actor, ClassId};

use uuid::Uuid;

use super::{
    super::{Journal, once::Once},
    Scan,
};
use crate::{DocumentId, Error, NoticeId, absence::AbsenceDocument, store};

impl Journal {
    /// Hangs a scan or a photo on a document of the class; the same form sent
    /// again does nothing.
    ///
    /// # Errors
    /// [`Error::FileKind`], [`Error::FileTooLarge`], [`Error::TooManyFiles`];
    /// [`Error::NothingSent`] for an empty one; [`Error::NotFound`] for a
    /// document of another class.
    pub async fn attach_to_document(
        &self,
        actor: &Actor,
        class: ClassId,
        id: DocumentId,
        form: Uuid,
        file: (&str, Bytes),
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let document = self.document_to_tell(&mut tx, actor, class, id).await?;
        store::lock_documents(&mut tx, document.pupil).await?;
        self.hang(&mut tx, actor, id, form, file).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Looks at the file, stores it and hangs it on the document, whose pupil's
    /// documents are locked.
    pub(super) async fn hang(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: DocumentId,
        form: Uuid,
        (name, bytes): (&str, Bytes),
    ) -> Result<(), Error> {
        let once = Once::new(form, &format!("absence|{id}"))
            .with(name.as_bytes())
            .with(&bytes);
        if !once.comes_first(tx, actor.account).await? {
            return Ok(());
        }
        let found = store::papers(tx, &[id], &[]).await?.documents;
        let held = found.get(&id).map_or(0, Vec::len);
        let file = self.keep_file(tx, held, name, bytes).await?;
        store::add_absence_file(tx, id, &file, actor.person)
            .await
            .map_err(Into::into)
    }

    /// Takes a file off a document. The file itself stays, for the history.
    pub async fn detach_from_document(
        &self,
        actor: &Actor,
        class: ClassId,
        id: DocumentId,
        file: FileId,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.document_to_tell(&mut tx, actor, class, id).await?;
        if !store::remove_absence_file(&mut tx, id, file).await? {
            return Err(Error::NotFound);
        }
        tx.commit().await?;
        Ok(())
    }

    /// The file of a document, for those who tell reasons in the class.
    pub async fn document_file(
        &self,
        actor: &Actor,
        class: ClassId,
        id: DocumentId,
        file: FileId,
    ) -> Result<(File, Bytes), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.document_to_tell(&mut tx, actor, class, id).await?;
        let found = store::papers(&mut tx, &[id], &[]).await?.documents;
        let hangs = found
            .get(&id)
            .is_some_and(|it| it.iter().any(|it| it.id == file));
        if !hangs {
            return Err(Error::NotFound);
        }
        let found = self
            .files
            .get(&mut tx, file)
            .await?
            .ok_or(Error::NotFound)?;
        tx.commit().await?;
        Ok(found)
    }

    /// Hangs what a parent sent on the notice, whose pupil's documents are
    /// locked; the same form sent again does nothing.
    pub(in crate::service) async fn hang_on_notice(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: NoticeId,
        scan: Scan,
    ) -> Result<(), Error> {
        let once = Once::new(scan.form, &format!("notice|{id}"))
            .with(scan.name.as_bytes())
            .with(&scan.bytes);
        if !once.comes_first(tx, actor.account).await? {
            return Ok(());
        }
        let found = store::papers(tx, &[], &[id]).await?.notices;
        let held = found.get(&id).map_or(0, Vec::len);
        let file = self.keep_file(tx, held, &scan.name, scan.bytes).await?;
        store::add_notice_file(tx, id, &file, actor.person).await?;
        // A certificate that came after the answer reaches the document too.
        store::hand_on(tx, id, None).await.map_err(Into::into)
    }

    /// The file of a parent's notice, for those who tell reasons in the class.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a notice about another class, and for a file of another notice.
    pub async fn notice_file(
        &self,
        actor: &Actor,
        class: ClassId,
        id: NoticeId,
        file: FileId,
    ) -> Result<(File, Bytes), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.class_to_tell(&mut tx, actor, class).await?;
        self.notice_of_class(&mut tx, class, id).await?;
        let found = store::papers(&mut tx, &[], &[id]).await?.notices;
        if !found.values().flatten().any(|it| it.id == file) {
            return Err(Error::NotFound);
        }
        let found = self.files.get(&mut tx, file).await?;
        tx.commit().await?;
        found.ok_or(Error::NotFound)
    }

    /// A document of the class whose reasons the actor tells.
    async fn document_to_tell(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        class: ClassId,
        id: DocumentId,
    ) -> Result<AbsenceDocument, Error> {
        self.class_to_tell(tx, actor, class).await?;
        let (document, _) = store::document(tx, id).await?.ok_or(Error::NotFound)?;
        self.must_be_of_class(tx, document.pupil, class, &document)
            .await?;
        Ok(document)
    }
}
