//! PPL-9, `security.md` §6.2: what restricted fields are in the database.

use db::{
    Db,
    vault::{self, Keyring},
};
use kernel::{Fault, Kind, Role};
use people::{CardKind, Directory, Purpose, RestrictedField};
use testkit::world::{OTHER_SCHOOL, SCHOOL, World};

use axum::http::StatusCode;

use crate::support::{
    EREMIN, IVANOVA, STRANGER, TEACHER, directory, directory_over, fields_of, secretary, with,
    world,
};

const SNILS: &str = "112-233-445 95";

/// Two numbers of one pupil, stored on the ground of a law-like consent.
async fn stored() -> (World, Directory) {
    let world = world().await;
    world
        .sql(&format!(
            "insert into people.consent (org_id, subject_id, given_by, kind, signed_on)
             values ({SCHOOL}, {EREMIN}, 201, 'processing', '2026-09-01')"
        ))
        .await;
    let people = directory(&world);
    let values = vec![
        (RestrictedField::Snils, SNILS.to_owned()),
        (RestrictedField::SocialStatus, "многодетная".to_owned()),
    ];
    let office = world.actor(17, Role::Secretary);
    people
        .save_restricted(&office, CardKind::Pupil, EREMIN.into(), 1, values)
        .await
        .expect("stored");
    (world, people)
}

/// The values of a pupil as the secretary reads them.
async fn read(world: &World, people: &Directory, pupil: i64) -> Vec<String> {
    let office = world.actor(17, Role::Secretary);
    let view = people
        .restricted(&office, CardKind::Pupil, pupil.into(), Some(Purpose::File))
        .await
        .expect("read");
    view.fields
        .iter()
        .filter(|it| !it.value.is_empty())
        .map(|it| it.value.reveal().to_owned())
        .collect()
}

/// What a thief of the database finds.
async fn in_the_clear(world: &World) -> i64 {
    world
        .number(
            "select (select count(*) from people.restricted_field f
                     where f::text like '%11223344595%' or f::text like '%многодетная%'
                        or position('11223344595'::bytea in sealed) > 0 or value is not null)
                  + (select count(*) from kernel.history h where h::text like '%11223344595%'
                        or h::text like '%многодетная%')",
        )
        .await
}

#[tokio::test]
async fn the_database_holds_no_value_in_the_clear() {
    let (world, people) = stored().await;
    assert_eq!(in_the_clear(&world).await, 0);
    assert_eq!(read(&world, &people, EREMIN).await, [SNILS, "многодетная"]);
    // The same value again changes nothing.
    let trail = "select count(*) from kernel.history where tbl = 'people.restricted_field'";
    let before = world.number(trail).await;
    let office = world.actor(17, Role::Secretary);
    let same = vec![(RestrictedField::Snils, "11223344595".to_owned())];
    people
        .save_restricted(&office, CardKind::Pupil, EREMIN.into(), 2, same)
        .await
        .expect("stored");
    assert_eq!(world.number(trail).await, before);
}

/// A value that somebody copies to another card in the database does not open.
#[tokio::test]
async fn a_value_moved_in_the_database_does_not_open() {
    let (world, people) = stored().await;
    world
        .sql(&format!(
            "update people.restricted_field set person_id = {IVANOVA} where field = 'snils'"
        ))
        .await;
    let office = world.actor(17, Role::Secretary);
    let refused = people
        .restricted(
            &office,
            CardKind::Pupil,
            IVANOVA.into(),
            Some(Purpose::File),
        )
        .await
        .expect_err("does not open");
    assert_eq!(refused.kind(), Kind::Bug);
    assert!(!refused.to_string().contains("112"), "{refused}");
}

/// Rows of before are sealed by whoever starts first.
#[tokio::test]
async fn what_lay_in_the_clear_is_sealed_at_the_start() {
    let world = world().await;
    let people = directory(&world);
    world
        .sql(&format!(
            "alter table people.restricted_field drop constraint restricted_field_sealed;
             insert into people.restricted_field (org_id, person_id, field, value, law) values
             ({SCHOOL}, {EREMIN}, 'snils', '11223344595', 'x'),
             ({SCHOOL}, {EREMIN}, 'social_status', 'многодетная', 'x'),
             ({OTHER_SCHOOL}, {STRANGER}, 'snils', '11223344595', 'x');
             alter table people.restricted_field add constraint restricted_field_sealed
                 check (value is null and sealed is not null) not valid"
        ))
        .await;
    assert_eq!(
        people
            .seal_in_the_clear(SCHOOL.into())
            .await
            .expect("sealed"),
        2
    );
    assert_eq!(
        people.seal_in_the_clear(SCHOOL.into()).await.expect("done"),
        0
    );
    assert_eq!(read(&world, &people, EREMIN).await, [SNILS, "многодетная"]);
    let left = "select count(*) from people.restricted_field where value is not null";
    assert_eq!(
        world.number(left).await,
        1,
        "the other school has its own turn"
    );
    people
        .seal_in_the_clear(OTHER_SCHOOL.into())
        .await
        .expect("sealed");
    assert_eq!(world.number(left).await, 0);
    let equal = "select count(distinct blind) from people.restricted_field where field = 'snils'";
    assert_eq!(
        world.number(equal).await,
        2,
        "another school, another index"
    );
    // No history line of it: the values are the same.
    let office = world.actor(17, Role::Secretary);
    let (_, lines) = people
        .history(&office, CardKind::Pupil, EREMIN.into())
        .await
        .expect("history");
    assert!(lines.iter().all(|it| it.op != "changed"), "{lines:?}");
}

/// 1,200 values are sealed anew in three batches; a lock stops it after the first.
#[tokio::test]
async fn a_rotation_that_was_broken_off_goes_on() {
    let (world, people) = stored().await;
    world
        .sql(&format!(
            "insert into people.person (org_id, person_id, last_name, first_name, search_key)
             overriding system value
             select {SCHOOL}, 10000 + n, 'А', 'Б', 'а б' from generate_series(1, 1200) n;
             alter table people.restricted_field drop constraint restricted_field_sealed;
             insert into people.restricted_field (org_id, person_id, field, value, law)
             select {SCHOOL}, 10000 + n, 'inn', 'n' || n, 'x' from generate_series(1, 1200) n;
             alter table people.restricted_field add constraint restricted_field_sealed
                 check (value is null and sealed is not null) not valid"
        ))
        .await;
    people
        .seal_in_the_clear(SCHOOL.into())
        .await
        .expect("sealed");
    let mut hold = world.test.admin().begin().await.expect("begins");
    sqlx::query("select from people.restricted_field where person_id = 11000 for update")
        .execute(&mut *hold)
        .await
        .expect("locked");
    people
        .seal_anew(SCHOOL.into())
        .await
        .expect_err("the lock stops it");
    let anew = "select count(*) from people.restricted_field where get_byte(sealed, 2) = 2";
    let done = world.number(anew).await;
    assert!((500..1202).contains(&done), "{done}");
    assert_eq!(read(&world, &people, EREMIN).await, [SNILS, "многодетная"]);
    hold.rollback().await.expect("ends");
    let rest = people.seal_anew(SCHOOL.into()).await.expect("goes on");
    assert_eq!(i64::try_from(rest).expect("few"), 1202 - done);
    assert_eq!(world.number(anew).await, 1202);
    let keys = "select count(*) from kernel.org_key where org_id = 1001";
    assert_eq!(world.number(keys).await, 1, "the old key is gone");
    assert_eq!(read(&world, &people, EREMIN).await, [SNILS, "многодетная"]);
}

/// The master key changes; what is sealed stays.
#[tokio::test]
async fn a_new_master_key_takes_over() {
    let (world, _) = stored().await;
    // The test's ring knows one key of its own; a second one is added behind it.
    let (old, new) = (Keyring::new_line("old"), Keyring::new_line("new"));
    let (old, new) = (old.expect("a key"), new.expect("a key"));
    let ring = |text: &str| Keyring::parse(text).expect("keys");
    world.sql("delete from people.restricted_field").await;
    world.sql("delete from kernel.org_key").await;
    let with = async |keys: Keyring| {
        let db = Db::connect(world.test.url(), 2, world.clock().clone());
        db.await.expect("connects").with_keys(keys)
    };
    let before = with(ring(&old)).await;
    let office = world.actor(17, Role::Secretary);
    let values = vec![(RestrictedField::Snils, SNILS.to_owned())];
    directory_over(&before)
        .save_restricted(&office, CardKind::Pupil, EREMIN.into(), 2, values)
        .await
        .expect("stored");
    let both = with(ring(&format!("{old}{new}"))).await;
    for expected in [(1, 0), (0, 1)] {
        let mut tx = both.begin_system(SCHOOL.into()).await.expect("begins");
        let done = vault::rewrap(&mut tx).await.expect("wrapped");
        tx.commit().await.expect("kept");
        assert_eq!((done.wrapped_anew, done.were_right), expected);
    }
    let after = with(ring(&new)).await;
    assert_eq!(read(&world, &directory_over(&after), EREMIN).await, [SNILS]);
    // The old key alone, and a wrong one of the same name, open nothing.
    let wrong = Keyring::new_line("new").expect("a key");
    for keys in [&old, &wrong] {
        let db = with(ring(keys)).await;
        let mut tx = db.begin_worker().await.expect("begins");
        vault::check(&mut tx).await.expect_err("does not fit");
    }
    let mut tx = after.begin_worker().await.expect("begins");
    assert_eq!(vault::check(&mut tx).await.expect("fits"), 1);
}

/// Without keys nothing is stored, neither sealed nor in the clear.
#[tokio::test]
async fn without_keys_nothing_is_stored() {
    let (world, _) = stored().await;
    let db = Db::connect(world.test.url(), 2, world.clock().clone());
    let people = directory_over(&db.await.expect("connects"));
    let office = world.actor(17, Role::Secretary);
    let values = vec![(RestrictedField::Snils, "087-654-303 00".to_owned())];
    let refused = people
        .save_restricted(&office, CardKind::Pupil, EREMIN.into(), 2, values)
        .await
        .expect_err("no keys");
    assert_eq!(
        (refused.kind(), refused.code()),
        (Kind::Unavailable, "db.no-keys")
    );
    let version = "select version::bigint from people.person where person_id = 101";
    assert_eq!(world.number(version).await, 2);
    // The database itself refuses what an older version would write.
    let plain = sqlx::query(
        "insert into people.restricted_field (org_id, person_id, field, value, law)
         values (1001, 102, 'inn', '500100732259', 'x')",
    );
    assert!(plain.execute(world.test.admin()).await.is_err());
}

/// Two people write sealed fields: both values of what the other changed
/// stand side by side, and what nobody touched stays as it was typed.
#[tokio::test]
async fn two_editors_of_sealed_fields_see_both_values() {
    let world = world().await;
    let path = format!("/o/g7/people/staff/{TEACHER}/restricted");
    let open = format!("{path}?purpose=file");
    let mut office = secretary(&world);
    let first = fields_of(&office.get(&open).await);
    let other = with(&first, &[("inn", "500100732259")]);
    let saved = office.post_form(&path, &other).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let mine = with(
        &first,
        &[("inn", "231100000001"), ("snils", "112-233-445 95")],
    );
    let late = office.post_form(&path, &mine).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let page = late.text();
    assert!(
        page.contains("500100732259") && page.contains("231100000001"),
        "{page}"
    );
    assert!(
        page.contains("pick.inn") && !page.contains("pick.snils"),
        "{page}"
    );
    let again = fields_of(&late);
    let undecided = office.post_form(&path, &with(&again, &[])).await;
    assert_eq!(undecided.status, StatusCode::CONFLICT);
    let chosen = with(&again, &[("pick.inn", "now")]);
    let done = office.post_form(&path, &chosen).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let now = fields_of(&office.get(&open).await);
    assert!(
        now.contains(&("inn".to_owned(), "500100732259".to_owned())),
        "{now:?}"
    );
    assert!(
        now.iter().any(|it| it.0 == "snils" && it.1.contains("112")),
        "{now:?}"
    );
}
