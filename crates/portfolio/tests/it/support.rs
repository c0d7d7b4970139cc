//! 9А with two pupils, 9Б with one, some entries of portfolios, and a second
//! school that must never show.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Fault, Grant, OrgId, Role, Scope};
use portfolio::{Neighbours, Portfolio};
use testkit::{
    Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

/// People of the fixture. The teacher teaches 9А, the colleague 9Б, and the
/// class teacher leads 9А.
pub(crate) const TEACHER: i64 = 1;
pub(crate) const COLLEAGUE: i64 = 2;
pub(crate) const CLASS_TEACHER: i64 = 3;
pub(crate) const DEPUTY: i64 = 4;
pub(crate) const SECRETARY: i64 = 5;
pub(crate) const DIRECTOR: i64 = 6;
pub(crate) const ABRAMOV: i64 = 11;
pub(crate) const BORISOVA: i64 = 12;
pub(crate) const GUSEV: i64 = 14;
pub(crate) const MOTHER: i64 = 21;
pub(crate) const STRANGER: i64 = 92;

/// Something that is a PDF as far as anybody looks.
pub(crate) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

pub(crate) struct School {
    pub(crate) world: World,
    router: axum::Router,
}

impl School {
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
    let people: Arc<dyn people::People> = Arc::new(people::Cards);
    let records: Arc<dyn curriculum::Curriculum> = Arc::new(curriculum::Records);
    let settings = identity::Settings::default();
    let identity = identity::Identity::new(world.db().clone(), settings).expect("identity");
    let movement = movement::Movement::new(
        world.db().clone(),
        Arc::clone(&people),
        Arc::clone(&records),
        Arc::new(identity),
        Arc::new(org::Org::new(world.db().clone())),
    );
    let folder = std::env::temp_dir().join("zvonok-portfolio-tests");
    let portfolio = Portfolio::new(
        world.db().clone(),
        Neighbours {
            people,
            own: Arc::new(movement),
            curriculum: records,
            register: Arc::new(movement::Register),
            orgs: Arc::new(org::Org::new(world.db().clone())),
            files: db::files::Files::local(&folder, 1024 * 1024).expect("a folder"),
        },
    );
    let routes = portfolio::router(portfolio, views.clone(), world.clock().clone());
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
            TEACHER | COLLEAGUE | CLASS_TEACHER => (SCHOOL, "school", Role::Teacher),
            DEPUTY => (SCHOOL, "school", Role::Deputy),
            SECRETARY => (SCHOOL, "school", Role::Secretary),
            DIRECTOR => (SCHOOL, "school", Role::Director),
            MOTHER => (SCHOOL, "school", Role::Parent),
            ABRAMOV | BORISOVA | GUSEV => (SCHOOL, "school", Role::Pupil),
            _ => (OTHER_SCHOOL, "other", Role::Deputy),
        };
        Ok(Some(Me {
            account: person.into(),
            name: "Петрова Анна Ивановна".to_owned(),
            initials: "Петрова А. И.".to_owned(),
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
                grants: kernel::Grants::from_iter([Grant {
                    role,
                    scope: Scope::Org,
                }]),
            }],
        }))
    }
}
