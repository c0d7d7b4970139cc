//! What commands leave behind.

use testkit::TestDb;
use zvonok::{Config, wire};

/// `zvonok admin` and `zvonok keys` are called from any folder.
#[tokio::test]
async fn a_command_makes_no_folder_of_files() {
    let test = TestDb::new().await;
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        files: folder.path().join("files"),
        ..Config::default()
    };
    wire::services(test.db(), &config).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
