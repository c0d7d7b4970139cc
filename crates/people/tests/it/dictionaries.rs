//! «Справочники» (ORG-4): lists of the region and of the school, and cards filled by them.

use axum::http::StatusCode;
use kernel::{Actor, OrgId, Role};
use people::{
    CardBook, CardKind, CardLists, Details, DictionaryKind, DictionaryWish, Error, FieldError,
    ListedCard, PersonFields, StaffFields,
};
use testkit::world::{OTHER_SCHOOL, SCHOOL, World};

use crate::support::{
    EREMIN, SECRETARY, TEACHER, browser, directory, fields_of, secretary, with, world,
};

const REGION: i64 = 5;
const POSTS: &str = "/o/g7/settings/directories/post";

/// The school lies in a region, whose list of posts is strict.
async fn in_region(extendable: bool) -> World {
    let world = world().await;
    world
        .sql(&format!(
            "insert into org.organisation (org_id, kind, code, name, full_name)
             overriding system value values ({REGION}, 'ministry', 'kuban', 'Министерство', 'Министерство');
             update org.organisation set parent_id = {REGION} where org_id in ({SCHOOL}, {OTHER_SCHOOL});
             insert into people.dictionary_rule (org_id, kind, strict, extendable)
             values ({REGION}, 'post', true, {extendable});
             insert into people.dictionary_value (org_id, kind, key, name) values
             ({REGION}, 'post', 'учитель', 'Учитель'), ({REGION}, 'post', 'секретарь', 'Секретарь'),
             ({REGION}, 'language', 'английский', 'Английский'),
             ({OTHER_SCHOOL}, 'post', 'лесник', 'Лесник')"
        ))
        .await;
    world
}

fn deputy(world: &World) -> testkit::Client {
    browser(world, &format!("deputy:{TEACHER}"))
}

/// What the region and the school list is offered, another school's is not;
/// a value not listed is refused at its field, an old one stays.
#[tokio::test]
async fn org4_a_card_takes_values_of_a_strict_list_only() {
    let world = in_region(true).await;
    let mut office = secretary(&world);
    let path = format!("/o/g7/people/staff/{TEACHER}/edit");
    let page = office.get(&path).await;
    let text = page.text();
    assert!(
        text.contains("<option>Учитель</option>") && !text.contains("Лесник"),
        "{text}"
    );
    assert!(
        text.contains("учитель физики (нет в справочнике)"),
        "{text}"
    );
    let fields = fields_of(&page);
    let kept = with(
        &fields,
        &[("post", "учитель физики"), ("mobile", "+79181112233")],
    );
    let answer = office.post_form(&path, &kept).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let fields = fields_of(&office.get(&path).await);
    let refused = office
        .post_form(&path, &with(&fields, &[("post", "Лесник")]))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(
        text.contains("id=\"post-error\"") && text.contains("нет в справочнике"),
        "{text}"
    );
    // However it is spelled, the spelling of the list is stored.
    let answer = office
        .post_form(&path, &with(&fields, &[("post", "УЧИТЕЛЬ ")]))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let stored = "select count(*) from people.staff where post = 'Учитель'";
    assert_eq!(world.number(stored).await, 1);
    // A list that only proposes takes anything.
    let pupil = format!("/o/g7/people/pupils/{EREMIN}/edit");
    let page = office.get(&pupil).await;
    assert!(
        page.text()
            .contains("<datalist id=\"foreign_language-list\"><option value=\"Английский\">")
    );
    let fields = fields_of(&page);
    let answer = office
        .post_form(&pupil, &with(&fields, &[("foreign_language", "Латынь")]))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

/// The school adds, renames, replaces with a preview, retires and restores
/// its own values; cards follow with a version more, and their history tells it.
#[tokio::test]
async fn org4_a_school_keeps_its_own_values() {
    let world = in_region(true).await;
    let mut deputy = deputy(&world);
    let add = [("act", "add"), ("name", "Тьютор")];
    assert_eq!(
        deputy.post_form(POSTS, &add).await.status,
        StatusCode::SEE_OTHER
    );
    let twice = deputy.post_form(POSTS, &add).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let of_region = [("act", "add"), ("name", "учитель")];
    assert_eq!(
        deputy.post_form(POSTS, &of_region).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let page = deputy.get(POSTS).await.text();
    assert!(
        page.contains("Тьютор") && page.contains("Министерство"),
        "{page}"
    );
    // What stands in a card and in no list waits for its replacement.
    assert!(page.contains("учитель физики"), "{page}");
    let look = deputy
        .get(&format!("{POSTS}?from=учитель+физики&to=Тьютор"))
        .await
        .text();
    assert!(look.contains("1 карточка"), "{look}");
    let version = format!("select version::bigint from people.person where person_id = {TEACHER}");
    let before = world.number(&version).await;
    let replace = [
        ("act", "replace"),
        ("from", "учитель физики"),
        ("to", "Тьютор"),
    ];
    assert_eq!(
        deputy.post_form(POSTS, &replace).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(world.number(&version).await, before + 1);
    let rename = [("act", "rename"), ("from", "Тьютор"), ("name", "Наставник")];
    assert_eq!(
        deputy.post_form(POSTS, &rename).await.status,
        StatusCode::SEE_OTHER
    );
    let renamed = "select count(*) from people.staff where post = 'Наставник'";
    assert_eq!(world.number(renamed).await, 1);
    let retire = [("act", "retire"), ("from", "Наставник")];
    assert_eq!(
        deputy.post_form(POSTS, &retire).await.status,
        StatusCode::SEE_OTHER
    );
    let page = deputy.get(POSTS).await.text();
    assert!(page.contains("теперь «Наставник»"), "{page}");
    let restore = [("act", "restore"), ("from", "Наставник")];
    assert_eq!(
        deputy.post_form(POSTS, &restore).await.status,
        StatusCode::SEE_OTHER
    );
    let list = deputy.get("/o/g7/settings/directories").await.text();
    assert!(list.contains("Квалификационные категории"), "{list}");
}

/// The level of a line «Образование» is of the list too, and follows a replacement.
#[tokio::test]
async fn org4_lines_of_education_take_their_level_from_the_list() {
    let world = in_region(true).await;
    world
        .sql(&format!(
            "insert into people.dictionary_rule (org_id, kind, strict, extendable)
             values ({REGION}, 'education', true, true);
             insert into people.dictionary_value (org_id, kind, key, name) values
             ({REGION}, 'education', 'высшее', 'Высшее'), ({REGION}, 'education', 'среднее', 'Среднее');
             insert into people.record (org_id, person_id, kind, title, place)
             values ({SCHOOL}, {TEACHER}, 'education', 'КубГУ', 'ВПО')"
        ))
        .await;
    let mut office = secretary(&world);
    let new = format!("/o/g7/people/staff/{TEACHER}/records/new?kind=education");
    let page = office.get(&new).await;
    assert!(
        page.text().contains("<option>Высшее</option>"),
        "{}",
        page.text()
    );
    let fields = fields_of(&page);
    let wrong = with(&fields, &[("title", "АГПУ"), ("place", "ВУЗ")]);
    let refused = office.post_form(&new, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("id=\"place-error\""),
        "{}",
        refused.text()
    );
    let right = with(&fields, &[("title", "АГПУ"), ("place", "ВЫСШЕЕ")]);
    let answer = office.post_form(&new, &right).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let of = |level: &str| format!("select count(*) from people.record where place = '{level}'");
    assert_eq!(world.number(&of("Высшее")).await, 1);
    let replace = [("act", "replace"), ("from", "ВПО"), ("to", "Высшее")];
    let education = "/o/g7/settings/directories/education";
    assert!(deputy(&world).get(education).await.text().contains("ВПО"));
    let answer = deputy(&world).post_form(education, &replace).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(world.number(&of("Высшее")).await, 2);
    let title = "select count(*) from people.record where title = 'КубГУ'";
    assert_eq!(world.number(title).await, 1);
}

/// Values of the region are locked for a school, and a closed list wholly;
/// a secretary reads, and only the region says how a list is kept.
#[tokio::test]
async fn org4_values_of_the_region_are_locked() {
    let world = in_region(false).await;
    let mut deputy = deputy(&world);
    for wish in [
        [("act", "retire"), ("from", "Учитель")],
        [("act", "rename"), ("from", "Учитель")],
        [("act", "nothing"), ("from", "Учитель")],
    ] {
        let answer = deputy.post_form(POSTS, &wish).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wish:?}");
    }
    let add = [("act", "add"), ("name", "Тьютор")];
    let closed = deputy.post_form(POSTS, &add).await;
    assert_eq!(closed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(closed.text().contains("ведёт регион"), "{}", closed.text());
    let keep = deputy.post_form(POSTS, &[("act", "keep")]).await;
    assert_eq!(keep.status, StatusCode::FORBIDDEN);
    let mut office = secretary(&world);
    assert_eq!(office.get(POSTS).await.status, StatusCode::OK);
    assert_eq!(
        office.post_form(POSTS, &add).await.status,
        StatusCode::FORBIDDEN
    );
    let nowhere = office.get("/o/g7/settings/directories/nothing").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    for role in ["parent", "pupil"] {
        let mut family = browser(&world, &format!("{role}:{SECRETARY}"));
        assert_eq!(
            family.get(POSTS).await.status,
            StatusCode::FORBIDDEN,
            "{role}"
        );
    }
}

/// The region's rule reaches its schools at once; no school reads another's values.
#[tokio::test]
async fn org4_the_region_says_how_lists_are_kept() {
    let world = in_region(true).await;
    let people = directory(&world);
    let region = Actor {
        org: OrgId::from(REGION),
        ..world.actor(SECRETARY, Role::RegionAdmin)
    };
    let wish = |strict, extendable| DictionaryWish::Keep { strict, extendable };
    people
        .change_dictionary(&region, DictionaryKind::Language, wish(true, false))
        .await
        .expect("decided");
    let school = world.actor(TEACHER, Role::Deputy);
    let lists = people.listed_values(&school).await.expect("read");
    let languages = lists.of(DictionaryKind::Language);
    assert!(languages.strict && !languages.extendable);
    assert!(lists.of(DictionaryKind::Post).find("Лесник").is_none());
    let add = DictionaryWish::Add("Латынь".to_owned());
    let refused = people
        .change_dictionary(&school, DictionaryKind::Language, add)
        .await;
    assert!(matches!(refused, Err(Error::Fields(_))));
    // Row-level security: the table itself shows the own rows only.
    let mut tx = world.begin(&school).await;
    let seen: i64 = sqlx::query_scalar("select count(*) from people.dictionary_value")
        .fetch_one(tx.conn())
        .await
        .expect("counted");
    assert_eq!(seen, 0);
}

/// Sealed fields take values of their lists too.
#[tokio::test]
async fn org4_sealed_fields_are_listed_too() {
    let world = in_region(true).await;
    world
        .sql(&format!(
            "insert into people.dictionary_rule (org_id, kind, strict, extendable)
             values ({REGION}, 'social_status', true, true);
             insert into people.dictionary_value (org_id, kind, key, name)
             values ({REGION}, 'social_status', 'многодетная семья', 'Многодетная семья');
             insert into people.consent (org_id, subject_id, kind, signed_on)
             values ({SCHOOL}, {EREMIN}, 'processing', '2026-09-01')"
        ))
        .await;
    let mut office = secretary(&world);
    let path = format!("/o/g7/people/pupils/{EREMIN}/restricted");
    let page = office.get(&format!("{path}?purpose=file")).await;
    assert!(
        page.text().contains("<option>Многодетная семья</option>"),
        "{}",
        page.text()
    );
    let fields = fields_of(&page);
    let wrong = with(&fields, &[("social_status", "дворяне")]);
    let refused = office.post_form(&path, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("social_status-error"),
        "{}",
        refused.text()
    );
    let right = with(&fields, &[("social_status", "многодетная семья")]);
    let answer = office.post_form(&path, &right).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

/// A list that is brought as a file is told the same at its row.
#[tokio::test]
async fn org4_an_import_takes_values_of_a_strict_list_only() {
    let world = in_region(true).await;
    let office = world.actor(SECRETARY, Role::Secretary);
    let row = |person: Option<i64>, post: &str| ListedCard {
        person: person.map(Into::into),
        fields: PersonFields {
            last_name: "Новикова".to_owned(),
            first_name: "Анна".to_owned(),
            ..PersonFields::default()
        },
        details: Details::Staff(StaffFields {
            post: post.to_owned(),
            ..StaffFields::default()
        }),
        restricted: vec![],
        consent: None,
    };
    let rows = vec![
        row(None, "секретарь"),
        row(None, "Лесник"),
        row(Some(TEACHER), "учитель физики"),
    ];
    let mut tx = world.begin(&office).await;
    let today = testkit::morning().date_naive();
    let looked = CardBook
        .look(&mut tx, &office, CardKind::Staff, rows, today)
        .await
        .expect("looked at");
    assert!(looked[0].errors.is_empty(), "{:?}", looked[0].errors);
    assert_eq!(
        looked[1].errors,
        [FieldError::new("post", "people.not-in-dictionary")]
    );
    // What the card had before stays.
    assert!(looked[2].errors.is_empty(), "{:?}", looked[2].errors);
}
