//! Two groups with three children, and a second kindergarten that must never
//! show.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Fault, Grant, OrgId, Role, Scope};
use preschool::{Neighbours, Preschool};
use testkit::{
    Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

/// People of the fixture.
pub(crate) const EDUCATOR: i64 = 1;
pub(crate) const COLLEAGUE: i64 = 2;
pub(crate) const DEPUTY: i64 = 4;
pub(crate) const SECRETARY: i64 = 5;
pub(crate) const HEAD: i64 = 6;
pub(crate) const MOTHER: i64 = 21;
pub(crate) const STRANGER: i64 = 92;

/// «Старшая «Ромашка»»: Абрамов since September, Борисова since 16 November.
pub(crate) const GROUP: &str = "/o/garden/preschool/51";

pub(crate) struct Garden {
    pub(crate) world: World,
    router: axum::Router,
}

impl Garden {
    pub(crate) async fn open() -> Self {
        let world = World::new().await;
        world.sql(include_str!("world.sql")).await;
        Self {
            router: router(&world),
            world,
        }
    }

    /// A browser in which that person is signed in.
    pub(crate) fn signed_in(&self, person: i64) -> Client {
        Client::new(self.router.clone()).with_cookie("sid", &person.to_string())
    }

    pub(crate) async fn number(&self, query: &str) -> i64 {
        self.world.number(query).await
    }

    /// Fills November so that nothing is blank.
    pub(crate) async fn fill_november(&self) {
        self.world
            .sql(
                "insert into preschool.attendance (org_id, pupil_id, day, class_id, sign, set_by, set_at)
                 select 1001, p, d, 51, '+', 1, now() from unnest(array[11, 12]) p,
                        generate_series(date '2026-11-01', date '2026-11-30', interval '1 day') d
                  where extract(isodow from d) < 6 and d <> '2026-11-04' and (p = 11 or d >= '2026-11-16')
                 on conflict do nothing",
            )
            .await;
    }
}

fn router(world: &World) -> axum::Router {
    let views = Views::load(ViewsSetup {
        templates: Templates::Own,
        assets: ["app.css", "app.js", "icons.svg"]
            .map(|name| (name.to_owned(), format!("/{name}")))
            .into(),
        nav: vec![],
        system: "Звонок".to_owned(),
        clock: world.clock().clone(),
    })
    .expect("templates load");
    let preschool = Preschool::new(
        world.db().clone(),
        Neighbours {
            people: Arc::new(people::Cards),
            curriculum: Arc::new(curriculum::Records),
            register: Arc::new(movement::Register),
        },
    );
    let routes = preschool::router(preschool, views.clone(), world.clock().clone());
    let config = WebConfig {
        gate: Arc::new(People),
        views,
        https: false,
        proxies: vec![],
        origins: vec![],
        limits: Limits::default(),
    };
    web::layers(routes, config).expect("layers").0
}

/// The token is the number of the person; the roles follow from it.
struct People;

#[async_trait]
impl Gate for People {
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        let Ok(person) = token.parse::<i64>() else {
            return Ok(None);
        };
        let (org, code, role) = match person {
            EDUCATOR | COLLEAGUE => (SCHOOL, "garden", Role::Teacher),
            DEPUTY => (SCHOOL, "garden", Role::Deputy),
            SECRETARY => (SCHOOL, "garden", Role::Secretary),
            HEAD => (SCHOOL, "garden", Role::Director),
            MOTHER => (SCHOOL, "garden", Role::Parent),
            _ => (OTHER_SCHOOL, "other", Role::Deputy),
        };
        Ok(Some(Me {
            account: person.into(),
            name: "Ромашкина Анна Ивановна".to_owned(),
            initials: "Ромашкина А. И.".to_owned(),
            login: format!("login{person}"),
            must_change_password: false,
            bounds: web::Bounds::default(),
            memberships: vec![Membership {
                views_at: vec![],
                org: OrgId::from(org),
                code: code.to_owned(),
                name: "Детский сад № 3".to_owned(),
                short_name: "Детский сад № 3".to_owned(),
                zone: "Europe/Moscow".to_owned(),
                person: person.into(),
                grants: kernel::Grants::from_iter([Grant {
                    role,
                    scope: Scope::Org,
                }]),
            }],
        }))
    }
}
