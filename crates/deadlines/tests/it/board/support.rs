//! A school with debts of several rules, a second one that must never show,
//! and the municipalities and the ministry above them.

use std::sync::Arc;

use async_trait::async_trait;
use deadlines::{Deadlines, Neighbours};
use kernel::{Fault, Grant, OrgId, Role, Scope};
use testkit::{Client, world::World};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

pub(crate) const SCHOOL: i64 = 1001;
/// Owes a plan, a lesson of 5А due today, a lesson of 10Б.
pub(crate) const PETROVA: i64 = 1;
pub(crate) const SOKOLOVA: i64 = 2;
/// Leads 5А.
pub(crate) const KOTOVA: i64 = 3;
pub(crate) const DEPUTY: i64 = 4;
/// Holds the role that owes the card of the school.
pub(crate) const ADMIN: i64 = 5;
pub(crate) const OPERATOR: i64 = 6;
pub(crate) const DIRECTOR: i64 = 7;
pub(crate) const SECRETARY: i64 = 8;
pub(crate) const MINISTRY: i64 = 9;
pub(crate) const PARENT: i64 = 21;
pub(crate) const STRANGER: i64 = 94;

pub(crate) struct School {
    pub(crate) world: World,
    pub(crate) deadlines: Deadlines,
    router: axum::Router,
}

impl School {
    pub(crate) async fn open() -> Self {
        let world = World::new().await;
        world.sql(include_str!("world.sql")).await;
        let identity = identity::Identity::new(world.db().clone(), identity::Settings::default());
        let deadlines = Deadlines::new(
            world.db().clone(),
            Neighbours {
                orgs: Arc::new(org::Org::new(world.db().clone())),
                sources: vec![],
                people: Arc::new(people::Cards),
                curriculum: Arc::new(curriculum::Records),
                holders: Arc::new(identity.expect("identity starts")),
            },
        );
        let router = router(&world, &deadlines);
        Self {
            world,
            deadlines,
            router,
        }
    }

    /// A browser in which that person is signed in.
    pub(crate) fn signed_in(&self, person: i64) -> Client {
        Client::new(self.router.clone()).with_cookie("sid", &person.to_string())
    }

    /// The page as that person sees it, with the statements it took.
    pub(crate) async fn page(&self, person: i64, path: &str) -> (String, u32) {
        let mut client = self.signed_in(person);
        let (answer, statements) = db::statements::counted(client.get(path)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        (answer.text(), statements)
    }

    pub(crate) async fn status(&self, person: i64, path: &str) -> u16 {
        self.signed_in(person).get(path).await.status.as_u16()
    }
}

fn router(world: &World, deadlines: &Deadlines) -> axum::Router {
    let clock = Arc::clone(world.clock());
    let assets = ["app.css", "app.js", "icons.svg"];
    let views = Views::load(ViewsSetup {
        templates: Templates::Own,
        assets: assets.map(|it| (it.to_owned(), format!("/{it}"))).into(),
        nav: vec![],
        system: "Звонок".to_owned(),
        clock: clock.clone(),
    })
    .expect("templates load");
    let routes = deadlines::router(deadlines.clone(), views.clone(), clock);
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
            PETROVA | SOKOLOVA | KOTOVA => (SCHOOL, "school", Role::Teacher),
            DEPUTY => (SCHOOL, "school", Role::Deputy),
            ADMIN => (SCHOOL, "school", Role::Admin),
            DIRECTOR => (SCHOOL, "school", Role::Director),
            SECRETARY => (SCHOOL, "school", Role::Secretary),
            PARENT => (SCHOOL, "school", Role::Parent),
            OPERATOR => (2001, "krymsk", Role::MunicipalOperator),
            MINISTRY => (2000, "kuban", Role::Ministry),
            _ => (1002, "other", Role::Deputy),
        };
        let grants = Arc::new([Grant {
            role,
            scope: Scope::Org,
        }]);
        Ok(Some(Me {
            account: person.into(),
            name: "Завучева Нина Петровна".to_owned(),
            initials: "Завучева Н. П.".to_owned(),
            login: format!("login{person}"),
            must_change_password: false,
            bounds: web::Bounds::default(),
            memberships: vec![Membership {
                views_at: vec![],
                org: OrgId::from(org),
                code: code.to_owned(),
                name: "Гимназия № 7".to_owned(),
                short_name: "Гимназия № 7".to_owned(),
                zone: "Europe/Moscow".to_owned(),
                person: person.into(),
                grants: grants.as_slice().into(),
            }],
        }))
    }
}

/// How often a text occurs.
pub(crate) fn times(html: &str, text: &str) -> usize {
    html.matches(text).count()
}
