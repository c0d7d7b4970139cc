use db::vault;
use kernel::OrgId;

use super::Directory;
use crate::{Error, store};

impl Directory {
    /// Seals what lay in the clear in an organisation before there were keys,
    /// batch by batch; how many values. Others may do the same meanwhile.
    pub async fn seal_in_the_clear(&self, org: OrgId) -> Result<usize, Error> {
        let mut all = 0;
        loop {
            let mut tx = self.db.begin_system(org).await?;
            if !store::is_any_in_the_clear(&mut tx).await? {
                return Ok(all);
            }
            let sealed = store::seal_in_the_clear(&mut tx).await?;
            tx.commit().await?;
            all += sealed;
            if sealed == 0 {
                // Another node has the rest in its hands.
                return Ok(all);
            }
        }
    }

    /// Gives an organisation a new data key and seals all its values with it,
    /// batch by batch; how many. Broken off, it goes on where it was. The old
    /// key goes when nothing needs it any more.
    pub async fn seal_anew(&self, org: OrgId) -> Result<usize, Error> {
        let mut tx = self.db.begin_system(org).await?;
        vault::begin_new_key(&mut tx).await?;
        tx.commit().await?;
        let mut all = 0;
        loop {
            let mut tx = self.db.begin_system(org).await?;
            let sealed = store::seal_anew(&mut tx).await?;
            tx.commit().await?;
            all += sealed;
            if sealed == 0 {
                break;
            }
        }
        // Whoever sealed with the old key meanwhile has ended once it is locked.
        let mut tx = self.db.begin_system(org).await?;
        vault::lock_old_keys(&mut tx).await?;
        loop {
            let sealed = store::seal_anew(&mut tx).await?;
            all += sealed;
            if sealed == 0 {
                break;
            }
        }
        vault::forget_old_keys(&mut tx).await?;
        tx.commit().await?;
        Ok(all)
    }
}
