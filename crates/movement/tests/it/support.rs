use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::{Actor, ClassId, Fault, Grant, PersonId, Role, Scope};
use movement::{Books, LeavingReason, Movement, Order, OrderDraft, OrderId, OrderKind, OrderLine};
use testkit::{
    Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

pub(crate) const SECRETARY: i64 = 17;
pub(crate) const TEACHER: i64 = 18;
pub(crate) const DIRECTOR: i64 = 19;
/// Pupils of the school, all with a card and in no class.
pub(crate) const PUPILS: [i64; 6] = [101, 102, 103, 104, 105, 106];
pub(crate) const CLASS_5A: i64 = 501;
pub(crate) const CLASS_5B: i64 = 502;
/// A pupil and a class of the other school.
pub(crate) const STRANGER: i64 = 901;
pub(crate) const STRANGE_CLASS: i64 = 951;

struct ByCookie;

#[async_trait]
impl Gate for ByCookie {
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        let role = Role::from_code(token).expect("a role");
        Ok(Some(Me {
            account: SECRETARY.into(),
            name: "Соколова Марина Петровна".to_owned(),
            initials: "Соколова М. П.".to_owned(),
            login: "sokolovamp".to_owned(),
            must_change_password: false,
            bounds: web::Bounds::default(),
            memberships: vec![Membership {
                views_at: vec![],
                org: SCHOOL.into(),
                code: "g7".to_owned(),
                name: "Гимназия № 7".to_owned(),
                short_name: "Гимназия".to_owned(),
                zone: "Europe/Moscow".to_owned(),
                person: SECRETARY.into(),
                grants: kernel::Grants::from_iter([Grant {
                    role,
                    scope: Scope::Org,
                }]),
            }],
        }))
    }
}

/// Two schools; six pupils without a class, classes 5А (whose teacher is
/// [`TEACHER`]) and 5Б in the first.
pub(crate) async fn world() -> World {
    let world = World::new().await;
    let pupils =
        PUPILS.map(|it| format!("({SCHOOL}, {it}, 'Петров', 'Иван{it}', 'петров иван{it}')"));
    let rows = PUPILS.map(|it| format!("({SCHOOL}, {it})"));
    world
        .sql(&format!(
            "insert into org.organisation (org_id, kind, code, name, full_name)
             overriding system value values
             ({SCHOOL}, 'school', 'g7', 'Гимназия № 7', 'МБОУ «Гимназия № 7»'),
             ({OTHER_SCHOOL}, 'school', 's2', 'Школа № 2', 'МБОУ «Школа № 2»');
             insert into people.person (org_id, person_id, last_name, first_name, search_key)
             overriding system value values
             ({SCHOOL}, {SECRETARY}, 'Соколова', 'Марина', 'соколова марина'),
             ({SCHOOL}, {TEACHER}, 'Ким', 'Олег', 'ким олег'),
             ({SCHOOL}, {DIRECTOR}, 'Орлова', 'Анна', 'орлова анна'),
             ({OTHER_SCHOOL}, {STRANGER}, 'Чужой', 'Пётр', 'чужой петр'), {};
             insert into people.staff (org_id, person_id, post) values
             ({SCHOOL}, {SECRETARY}, 'секретарь'), ({SCHOOL}, {TEACHER}, 'учитель');
             insert into people.pupil (org_id, person_id) values ({OTHER_SCHOOL}, {STRANGER}), {};
             insert into curriculum.year (org_id, year_id, starts_on, ends_on)
             overriding system value values
             ({SCHOOL}, 1, '2026-09-01', '2027-05-31'), ({OTHER_SCHOOL}, 2, '2026-09-01', '2027-05-31');
             insert into curriculum.class (org_id, class_id, year_id, grade, letter, teacher_id)
             overriding system value values
             ({SCHOOL}, {CLASS_5A}, 1, 5, 'А', {TEACHER}), ({SCHOOL}, {CLASS_5B}, 1, 5, 'Б', null),
             ({OTHER_SCHOOL}, {STRANGE_CLASS}, 2, 5, 'А', null);
             select setval(pg_get_serial_sequence('people.person', 'person_id'), 5000)",
            pupils.join(", "),
            rows.join(", "),
        ))
        .await;
    world
}

pub(crate) fn movement(world: &World) -> Movement {
    let db = world.db().clone();
    let identity = identity::Identity::new(db.clone(), identity::Settings::default())
        .expect("identity starts");
    Movement::new(
        db.clone(),
        Arc::new(people::Cards),
        Arc::new(curriculum::Records),
        Arc::new(identity),
        Arc::new(org::Org::new(db)),
    )
}

pub(crate) fn books(world: &World) -> Books {
    let db = world.db().clone();
    Books::new(
        db.clone(),
        Arc::new(people::Cards),
        Arc::new(curriculum::Records),
        Arc::new(org::Org::new(db)),
    )
}

pub(crate) fn secretary(world: &World) -> Actor {
    world.actor(SECRETARY, Role::Secretary)
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

pub(crate) fn enrolment(on: &str, class: i64, pupils: &[i64]) -> OrderDraft {
    let line = |it: &i64| {
        OrderLine::enter(
            PersonId::from(*it),
            ClassId::from(class),
            "Школа № 3".to_owned(),
        )
    };
    OrderDraft {
        kind: OrderKind::Enrolment,
        ordered_on: day(on),
        effective_on: day(on),
        basis: "заявление № 5".to_owned(),
        lines: pupils.iter().map(line).collect(),
    }
}

pub(crate) fn leaving(on: &str, pupils: &[i64]) -> OrderDraft {
    let line = |it: &i64| {
        OrderLine::leave(
            PersonId::from(*it),
            "г. Крымск".to_owned(),
            LeavingReason::Moved,
        )
    };
    OrderDraft {
        kind: OrderKind::Leaving,
        ordered_on: day(on),
        effective_on: day(on),
        basis: String::new(),
        lines: pupils.iter().map(line).collect(),
    }
}

/// Draws up and issues at once.
pub(crate) async fn issued(
    movement: &Movement,
    actor: &Actor,
    draft: OrderDraft,
) -> Result<Order, movement::Error> {
    let id = movement.draft(actor, draft).await?;
    movement.issue(actor, id, 1).await
}

pub(crate) async fn version(world: &World, id: OrderId) -> i32 {
    let query = format!("select version::bigint from movement.order where order_id = {id}");
    i32::try_from(world.number(&query).await).expect("a version")
}

/// A browser in which the secretary's person is signed in with this role.
pub(crate) fn browser(world: &World, role: &str) -> Client {
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
    let router = movement::router(movement(world), views.clone()).merge(movement::books_router(
        books(world),
        views,
        "https://zvonok.example".to_owned(),
    ));
    let (router, _) = web::layers(router, config).expect("the layers fit");
    Client::new(router).with_cookie("sid", role)
}
