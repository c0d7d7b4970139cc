//! M-1.3: a backup is recorded by whoever made it, and by nobody else.

use db::backups::{self, Backup, BackupKind, Latest};
use testkit::TestDb;

fn backup(kind: BackupKind, at: &str) -> Backup {
    Backup {
        kind,
        finished_at: at.parse().unwrap(),
        bytes: Some(1_000),
        note: String::new(),
    }
}

#[tokio::test]
async fn a_backup_is_recorded_and_known_to_everybody() {
    let test = TestDb::new().await;
    let known = async || {
        let mut tx = test.db().begin_system(1.into()).await.unwrap();
        backups::latest(&mut tx).await.unwrap()
    };
    assert_eq!(known().await, Latest::default());
    let (dump, restore) = ("2026-01-15T02:40:00Z", "2026-01-10T12:00:00Z");
    for it in [
        backup(BackupKind::Dump, "2026-01-14T02:40:00Z"),
        backup(BackupKind::Dump, dump),
        backup(BackupKind::Restore, restore),
    ] {
        backups::record(test.url(), &it).await.unwrap();
    }
    let latest = known().await;
    assert_eq!(latest.backup, Some(dump.parse().unwrap()));
    assert_eq!(latest.restore, Some(restore.parse().unwrap()));
    let mut tx = test.db().begin_system(1.into()).await.unwrap();
    let forged =
        sqlx::query("insert into kernel.backup (kind, finished_at) values ('dump', now())")
            .execute(tx.conn())
            .await;
    assert!(forged.is_err(), "the application records none");
}
