use db::Tx;
use kernel::AccountId;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Error,
    store::{self, KnownOperation},
};

/// A form under the id that its page gave it: however often a bad network
/// sends it, it is carried out once.
pub(super) struct Once {
    form: Uuid,
    body: Sha256,
}

impl Once {
    pub(super) fn new(form: Uuid, what: &str) -> Self {
        let once = Self {
            form,
            body: Sha256::new(),
        };
        once.with(what.as_bytes())
    }

    /// Takes one more part of the content into account.
    pub(super) fn with(mut self, part: &[u8]) -> Self {
        self.body.update(part.len().to_le_bytes());
        self.body.update(part);
        self
    }

    /// Whether the form is to be carried out, and then remembers that it was.
    /// The caller holds the lock under which it came before.
    ///
    /// # Errors
    /// [`Error::OperationReused`] where the id came with another content.
    pub(super) async fn comes_first(self, tx: &mut Tx, account: AccountId) -> Result<bool, Error> {
        let body_hash = self.body.finalize().to_vec();
        if let Some(known) = store::known_operations(tx, &[self.form]).await?.pop() {
            return if known.body_hash == body_hash {
                Ok(false)
            } else {
                Err(Error::OperationReused)
            };
        }
        let done = KnownOperation {
            op_id: self.form,
            body_hash,
            result: Value::Bool(true),
        };
        store::remember(tx, account, &[done]).await?;
        Ok(true)
    }
}
