use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::{Fault, Grant, PersonId, Role, Scope};
use org::{Org, SetupFact, SetupSource, Step};
use testkit::{
    Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

/// Who is signed in follows from the cookie alone: `admin`, `director`,
/// `parent` of the school, `stranger` of the other one.
struct ByCookie;

#[async_trait]
impl Gate for ByCookie {
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        Ok(match token {
            "admin" => Some(me(SCHOOL, "g7", Role::Admin)),
            "director" => Some(me(SCHOOL, "g7", Role::Director)),
            "parent" => Some(me(SCHOOL, "g7", Role::Parent)),
            "stranger" => Some(me(OTHER_SCHOOL, "s2", Role::Admin)),
            _ => None,
        })
    }
}

fn me(org: i64, code: &str, role: Role) -> Me {
    let grant = Grant {
        role,
        scope: Scope::Org,
    };
    Me {
        account: 7.into(),
        name: "Иванова Ольга Петровна".to_owned(),
        initials: "Иванова О. П.".to_owned(),
        login: "ivanovaop".to_owned(),
        must_change_password: false,
        bounds: web::Bounds::default(),
        memberships: vec![Membership {
            views_at: vec![],
            org: org.into(),
            code: code.to_owned(),
            name: "Гимназия № 7".to_owned(),
            short_name: "Гимназия".to_owned(),
            zone: "Europe/Moscow".to_owned(),
            person: 17.into(),
            grants: [grant].as_slice().into(),
        }],
    }
}

/// What the domains above would tell the wizard: rooms stand for their data.
struct Facts;

#[async_trait]
impl SetupSource for Facts {
    async fn facts(&self, tx: &mut Tx, _: NaiveDate) -> Result<Vec<SetupFact>, Box<dyn Fault>> {
        let rooms = sqlx::query_scalar("select count(*) from org.room where org_id = kernel.org()");
        let count: i64 = rooms.fetch_one(tx.conn()).await.expect("rooms are counted");
        Ok(vec![
            SetupFact::needed(Step::Year, "years", count),
            SetupFact::needed(Step::Classes, "classes", count),
            SetupFact::wrong(Step::Classes, "classes-without-teacher", count),
        ])
    }
}

/// Two schools with names and nothing else.
pub(crate) async fn world() -> World {
    let world = World::new().await;
    world
        .sql(&format!(
            "insert into org.organisation (org_id, kind, code, name, full_name)
             overriding system value values
             ({SCHOOL}, 'school', 'g7', 'Гимназия № 7', 'МБОУ «Гимназия № 7»'),
             ({OTHER_SCHOOL}, 'school', 's2', 'Школа № 2', 'МБОУ «Школа № 2»')"
        ))
        .await;
    world
}

pub(crate) fn views(world: &World) -> Views {
    let assets =
        ["app.css", "app.js", "icons.svg"].map(|it| (it.to_owned(), format!("/assets/{it}")));
    Views::load(ViewsSetup {
        templates: Templates::Own,
        assets: BTreeMap::from(assets),
        nav: vec![],
        system: "Звонок".to_owned(),
        clock: world.clock().clone(),
    })
    .expect("templates and words load")
}

/// The socket that `people` fills in the app.
struct Names;

#[async_trait]
impl org::ShortNames for Names {
    async fn short_names(
        &self,
        _: &mut Tx,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, String>, org::Error> {
        Ok(people
            .iter()
            .map(|it| (*it, "Иванова М. П.".to_owned()))
            .collect())
    }
}

/// A browser in which somebody is signed in; nobody for an empty token.
pub(crate) fn browser(world: &World, token: &str) -> Client {
    let views = views(world);
    let setup = org::Setup::new(world.db().clone(), vec![Arc::new(Facts)]);
    let router = org::router(Org::new(world.db().clone()), Arc::new(Names), views.clone())
        .merge(org::setup_router(setup, views.clone()));
    let config = WebConfig {
        gate: Arc::new(ByCookie),
        views,
        https: false,
        proxies: vec![],
        origins: vec![],
        limits: Limits::default(),
    };
    let (router, _) = web::layers(router, config).expect("the layers fit");
    let client = Client::new(router);
    if token.is_empty() {
        client
    } else {
        client.with_cookie("sid", token)
    }
}
