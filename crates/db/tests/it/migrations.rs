use std::{collections::HashSet, fs, path::Path};

use db::MIGRATOR;

#[test]
fn every_folder_is_joined_and_every_version_is_unique() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let files: Vec<i64> = fs::read_dir(root)
        .unwrap()
        .flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap())
        .filter_map(|file| {
            let name = file.unwrap().file_name().into_string().unwrap();
            let stem = name.strip_suffix(".sql")?;
            Some(stem.split_once('_').unwrap().0.parse().unwrap())
        })
        .collect();
    let on_disk: HashSet<i64> = files.iter().copied().collect();
    let joined: HashSet<i64> = MIGRATOR.iter().map(|it| it.version).collect();
    assert_eq!(
        on_disk.len(),
        files.len(),
        "two migrations have the same version"
    );
    assert_eq!(
        on_disk, joined,
        "a folder of migrations/ is missing in MIGRATOR"
    );
}
