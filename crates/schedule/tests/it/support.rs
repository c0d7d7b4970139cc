use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, Fault, Grant, LessonId, Role, Scope, YearId};
use schedule::{Asked, LessonContents, NewSlot, Published, Timetable};
use testkit::{
    Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

pub(crate) const DEPUTY: i64 = 10;
pub(crate) const PETROVA: i64 = 11;
pub(crate) const KIM: i64 = 12;
pub(crate) const PUPIL: i64 = 101;
pub(crate) const PARENT: i64 = 201;
pub(crate) const YEAR: i64 = 1;
/// Classes 1А, 7А and 7Б; the pupil is in 7А.
pub(crate) const CLASS_1A: i64 = 501;
pub(crate) const CLASS_7A: i64 = 502;
pub(crate) const CLASS_7B: i64 = 503;
pub(crate) const ALGEBRA: i64 = 601;
pub(crate) const ENGLISH: i64 = 602;
pub(crate) const ROOM: i64 = 701;
/// Subgroups of 7А for English.
pub(crate) const GROUP_1: i64 = 801;
pub(crate) const GROUP_2: i64 = 802;
/// Load: Petrova algebra in 7А and 7Б, groups of English for Petrova and Kim.
pub(crate) const ALGEBRA_7A: i64 = 901;
pub(crate) const ALGEBRA_7B: i64 = 902;
pub(crate) const ENGLISH_1: i64 = 903;
pub(crate) const ENGLISH_2: i64 = 904;
/// A class, teacher and year of the other school.
pub(crate) const STRANGE_CLASS: i64 = 551;
pub(crate) const STRANGE_TEACHER: i64 = 51;
pub(crate) const STRANGE_SLOT: i64 = 9_001;

/// Which lessons are filled is what the test says.
#[derive(Clone, Default)]
pub(crate) struct Filled(pub(crate) Arc<Mutex<HashSet<LessonId>>>);

#[async_trait]
impl LessonContents for Filled {
    async fn filled(
        &self,
        _: &mut Tx,
        ids: &[LessonId],
    ) -> Result<HashSet<LessonId>, Box<dyn Fault>> {
        let filled = self
            .0
            .lock()
            .expect("no test panicked while it held the lock");
        Ok(ids
            .iter()
            .filter(|it| filled.contains(it))
            .copied()
            .collect())
    }
}

pub(crate) async fn world() -> World {
    let world = World::new().await;
    world
        .sql(&format!(
            "insert into org.organisation (org_id, kind, code, name, full_name)
             overriding system value values
             ({SCHOOL}, 'school', 'g7', 'Гимназия № 7', 'МБОУ «Гимназия № 7»'),
             ({OTHER_SCHOOL}, 'school', 's2', 'Школа № 2', 'МБОУ «Школа № 2»');
             insert into org.room (org_id, room_id, number) overriding system value values ({SCHOOL}, {ROOM}, '12');
             insert into people.person (org_id, person_id, last_name, first_name, middle_name, search_key)
             overriding system value values
             ({SCHOOL}, {DEPUTY}, 'Орлова', 'Анна', 'Ивановна', 'x'),
             ({SCHOOL}, {PETROVA}, 'Петрова', 'Алла', 'Ильинична', 'x'),
             ({SCHOOL}, {KIM}, 'Ким', 'Олег', null, 'x'),
             ({SCHOOL}, {PUPIL}, 'Белов', 'Пётр', null, 'x'),
             ({SCHOOL}, {PARENT}, 'Белова', 'Ольга', null, 'x'),
             ({OTHER_SCHOOL}, {STRANGE_TEACHER}, 'Чужой', 'Лев', null, 'x');
             insert into people.staff (org_id, person_id, post) values
             ({SCHOOL}, {DEPUTY}, 'завуч'), ({SCHOOL}, {PETROVA}, 'учитель'), ({SCHOOL}, {KIM}, 'учитель'),
             ({OTHER_SCHOOL}, {STRANGE_TEACHER}, 'учитель');
             insert into people.pupil (org_id, person_id) values ({SCHOOL}, {PUPIL});
             insert into people.parent (org_id, person_id) values ({SCHOOL}, {PARENT});
             insert into people.kinship (org_id, parent_id, pupil_id, kind, since)
             values ({SCHOOL}, {PARENT}, {PUPIL}, 'mother', '2020-01-01');
             insert into curriculum.year (org_id, year_id, starts_on, ends_on) overriding system value values
             ({SCHOOL}, {YEAR}, '2026-09-01', '2027-05-26'), ({OTHER_SCHOOL}, 2, '2026-09-01', '2027-05-26');
             insert into curriculum.holiday (org_id, year_id, name, grade_from, grade_to, starts_on, ends_on) values
             ({SCHOOL}, {YEAR}, 'Осень', 1, 12, '2026-10-31', '2026-11-08'),
             ({SCHOOL}, {YEAR}, 'Первоклассники', 1, 1, '2027-02-13', '2027-02-21');
             insert into curriculum.subject (org_id, subject_id, name, short_name) overriding system value values
             ({SCHOOL}, {ALGEBRA}, 'Алгебра', 'Алг.'), ({SCHOOL}, {ENGLISH}, 'Английский язык', 'Англ.'),
             ({OTHER_SCHOOL}, 651, 'Физика', 'Физ.');
             insert into curriculum.class (org_id, class_id, year_id, grade, letter, room_id)
             overriding system value values
             ({SCHOOL}, {CLASS_1A}, {YEAR}, 1, 'А', null), ({SCHOOL}, {CLASS_7A}, {YEAR}, 7, 'А', {ROOM}),
             ({SCHOOL}, {CLASS_7B}, {YEAR}, 7, 'Б', null), ({OTHER_SCHOOL}, {STRANGE_CLASS}, 2, 7, 'В', null);
             insert into curriculum.study_group (org_id, group_id, class_id, subject_id, part, name)
             overriding system value values
             ({SCHOOL}, {GROUP_1}, {CLASS_7A}, {ENGLISH}, 1, 'Группа 1'),
             ({SCHOOL}, {GROUP_2}, {CLASS_7A}, {ENGLISH}, 2, 'Группа 2');
             insert into curriculum.load (org_id, load_id, year_id, class_id, group_id, subject_id, teacher_id,
                                          hours_a_week, valid) overriding system value values
             ({SCHOOL}, {ALGEBRA_7A}, {YEAR}, {CLASS_7A}, null, {ALGEBRA}, {PETROVA}, 3, '[2026-09-01,2027-05-27)'),
             ({SCHOOL}, {ALGEBRA_7B}, {YEAR}, {CLASS_7B}, null, {ALGEBRA}, {PETROVA}, 3, '[2026-09-01,2027-05-27)'),
             ({SCHOOL}, {ENGLISH_1}, {YEAR}, {CLASS_7A}, {GROUP_1}, {ENGLISH}, {PETROVA}, 2, '[2026-09-01,2027-05-27)'),
             ({SCHOOL}, {ENGLISH_2}, {YEAR}, {CLASS_7A}, {GROUP_2}, {ENGLISH}, {KIM}, 2, '[2026-09-01,2027-05-27)');
             insert into movement.order (org_id, order_id, kind, state, number, year, ordered_on, effective_on)
             overriding system value
             values ({SCHOOL}, 1, 'enrolment', 'issued', '1', 2026, '2026-08-30', '2026-09-01');
             insert into movement.class_member (org_id, pupil_id, class_id, during, began_by)
             values ({SCHOOL}, {PUPIL}, {CLASS_7A}, '[2026-09-01,)', 1);
             insert into schedule.version (org_id, version_id, year_id, valid) overriding system value
             values ({OTHER_SCHOOL}, 9000, 2, '[2026-09-01,2027-05-27)');
             insert into schedule.slot (org_id, slot_id, version_id, weekday, number, shift, class_id, parts,
                                        subject_id, teacher_id) overriding system value
             values ({OTHER_SCHOOL}, {STRANGE_SLOT}, 9000, 1, 1, 1, {STRANGE_CLASS}, '[0,1000)', 651, {STRANGE_TEACHER})"
        ))
        .await;
    world
}

pub(crate) fn timetable(world: &World, filled: &Filled) -> Timetable {
    let db = world.db().clone();
    let asked = Asked {
        curriculum: Arc::new(curriculum::Records),
        register: Arc::new(movement::Register),
        people: Arc::new(people::Cards),
        organisations: Arc::new(org::Org::new(db.clone())),
    };
    Timetable::new(db, asked, Arc::new(filled.clone()))
}

pub(crate) fn deputy(world: &World) -> Actor {
    world.actor(DEPUTY, Role::Deputy)
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// An hour of algebra for a whole class by Petrova.
pub(crate) fn algebra(class: i64, weekday: i16, number: i16) -> NewSlot {
    NewSlot {
        weekday,
        number,
        class: class.into(),
        group: None,
        subject: ALGEBRA.into(),
        teacher: PETROVA.into(),
        room: None,
    }
}

/// Makes these hours the draft and publishes it.
pub(crate) async fn published(
    world: &World,
    timetable: &Timetable,
    slots: &[NewSlot],
    from: &str,
) -> Published {
    let (actor, year) = (deputy(world), YearId::from(YEAR));
    let mut tx = world.begin(&actor).await;
    timetable
        .replace_draft(&mut tx, &actor, year, slots)
        .await
        .expect("a draft without clashes");
    let done = timetable
        .publish_in(&mut tx, &actor, year, day(from), None)
        .await;
    let done = done.expect("the draft is published");
    tx.commit().await.expect("it is durable");
    done
}

/// Signs in whoever the cookie names: `role.person`, of the other school with `!` behind.
struct ByCookie;

#[async_trait]
impl Gate for ByCookie {
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        let (token, is_stranger) = (token.trim_end_matches('!'), token.ends_with('!'));
        let (role, person) = token.split_once('.').expect("role.person");
        let (role, person) = (
            Role::from_code(role).expect("a role"),
            person.parse::<i64>().expect("a person"),
        );
        let (org, code) = if is_stranger {
            (OTHER_SCHOOL, "s2")
        } else {
            (SCHOOL, "g7")
        };
        let scope = match role {
            Role::Parent => Scope::Child(PUPIL.into()),
            _ => Scope::Org,
        };
        Ok(Some(Me {
            account: kernel::AccountId::from(person),
            name: "Орлова Анна Ивановна".to_owned(),
            initials: "Орлова А. И.".to_owned(),
            login: "orlova".to_owned(),
            must_change_password: false,
            bounds: web::Bounds::default(),
            memberships: vec![Membership {
                views_at: vec![],
                org: org.into(),
                code: code.to_owned(),
                name: "Гимназия № 7".to_owned(),
                short_name: "Гимназия".to_owned(),
                zone: "Europe/Moscow".to_owned(),
                person: person.into(),
                grants: kernel::Grants::from_iter([Grant { role, scope }]),
            }],
        }))
    }
}

/// Whoever starts a job is the deputy by the time it runs.
struct Deputies;

#[async_trait]
impl work::Actors for Deputies {
    async fn now(
        &self,
        org: kernel::OrgId,
        account: kernel::AccountId,
    ) -> Result<Option<Actor>, Box<dyn Fault>> {
        Ok(Some(testkit::actor(org.get(), account.get(), Role::Deputy)))
    }
}

/// A browser in which somebody is signed in; nobody for an empty token.
pub(crate) fn browser(world: &World, timetable: &Timetable, token: &str) -> Client {
    let assets = ["app.css", "app.js", "icons.svg"];
    let views = Views::load(ViewsSetup {
        templates: Templates::Own,
        assets: BTreeMap::from(assets.map(|it| (it.to_owned(), format!("/assets/{it}")))),
        nav: vec![],
        system: "Звонок".to_owned(),
        clock: world.clock().clone(),
    })
    .expect("templates and words load");
    let config = WebConfig {
        gate: Arc::new(ByCookie),
        views: views.clone(),
        https: false,
        proxies: vec![],
        origins: vec![],
        limits: Limits::default(),
    };
    let publication = schedule::Publication::new(timetable.clone(), views.clone());
    let jobs = work::Jobs::new(
        world.db().clone(),
        Arc::new(Deputies),
        vec![Arc::new(publication)],
    );
    let router = schedule::router(timetable.clone(), jobs.clone(), views.clone())
        .merge(work::router(jobs, views));
    let (router, _) = web::layers(router, config).expect("the layers fit");
    let client = Client::new(router);
    if token.is_empty() {
        client
    } else {
        client.with_cookie("sid", token)
    }
}
