//! Two schools of one municipality, worked out by hand, and a third that must
//! never show.

use std::sync::Arc;

use async_trait::async_trait;
use forms::{FormId, Forms, Neighbours};
use kernel::{Actor, Fault, Grant, Grants, OrgId, Role, Scope};
use org::Organisation;
use testkit::{
    Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

/// People of the fixture.
pub(crate) const DIRECTOR: i64 = 1;
pub(crate) const DEPUTY: i64 = 2;
pub(crate) const TEACHER: i64 = 3;
pub(crate) const STRANGER: i64 = 91;
pub(crate) const OPERATOR: i64 = 101;
pub(crate) const FAR_OPERATOR: i64 = 102;
/// Head of the second school of the municipality.
pub(crate) const SECOND: i64 = 50;

pub(crate) const SECOND_SCHOOL: i64 = 1005;
pub(crate) const DISTRICT: i64 = 1003;
const FAR: i64 = 1004;

pub(crate) const YEAR: i32 = 2026;

pub(crate) struct Town {
    pub(crate) world: World,
    pub(crate) forms: Forms,
    router: axum::Router,
}

impl Town {
    pub(crate) async fn open() -> Self {
        let world = World::new().await;
        world.sql(include_str!("world.sql")).await;
        let forms = Forms::new(
            world.db().clone(),
            Neighbours {
                orgs: Arc::new(org::Org::new(world.db().clone())),
                people: Arc::new(people::Cards),
                curriculum: Arc::new(curriculum::Records),
                register: Arc::new(movement::Register),
                schools: Arc::new(Tree(org::Org::new(world.db().clone()))),
            },
        );
        Self {
            router: router(&world, forms.clone()),
            forms,
            world,
        }
    }

    /// A browser in which that person is signed in.
    pub(crate) fn signed_in(&self, person: i64) -> Client {
        Client::new(self.router.clone()).with_cookie("sid", &person.to_string())
    }

    pub(crate) async fn computed(&self) -> FormId {
        self.forms
            .compute(&actor(DEPUTY), "oo-1", YEAR)
            .await
            .expect("computed")
    }

    /// The form of the first school, handed in.
    pub(crate) async fn handed_in(&self) -> FormId {
        let id = self.computed().await;
        self.hand_in(DEPUTY, id).await;
        id
    }

    pub(crate) async fn hand_in(&self, person: i64, id: FormId) {
        let by = actor(person);
        let form = self.forms.open(&by, id).await.expect("opened");
        let handed = self.forms.hand_in(&by, id, form.lock).await;
        handed.expect("handed in");
    }
}

fn place(person: i64) -> (i64, &'static str, Role) {
    match person {
        DIRECTOR => (SCHOOL, "school", Role::Director),
        DEPUTY => (SCHOOL, "school", Role::Deputy),
        TEACHER => (SCHOOL, "school", Role::Teacher),
        SECOND => (SECOND_SCHOOL, "second", Role::Deputy),
        OPERATOR => (DISTRICT, "district", Role::MunicipalOperator),
        FAR_OPERATOR => (FAR, "far", Role::MunicipalOperator),
        _ => (OTHER_SCHOOL, "other", Role::Deputy),
    }
}

/// Somebody of the fixture in their own organisation.
pub(crate) fn actor(person: i64) -> Actor {
    let (org, _, role) = place(person);
    testkit::actor(org, person, role)
}

struct Tree(org::Org);

#[async_trait]
impl forms::Schools for Tree {
    async fn below(&self, unit: OrgId) -> Result<Vec<Organisation>, Box<dyn Fault>> {
        let tree = self.0.tree().await;
        let tree = tree.map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        let below = |it: &Organisation| it.kind.is_school() && it.parent == Some(unit);
        Ok(tree.into_iter().filter(below).collect())
    }
}

fn router(world: &World, forms: Forms) -> axum::Router {
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
    let routes = forms::router(forms, views.clone(), world.clock().clone());
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
        let (org, code, role) = place(person);
        Ok(Some(Me {
            account: person.into(),
            name: "Операторова Ольга Ивановна".to_owned(),
            initials: "Операторова О. И.".to_owned(),
            login: format!("login{person}"),
            must_change_password: false,
            bounds: web::Bounds::default(),
            memberships: vec![Membership {
                views_at: vec![],
                org: OrgId::from(org),
                code: code.to_owned(),
                name: code.to_owned(),
                short_name: code.to_owned(),
                zone: "Europe/Moscow".to_owned(),
                person: person.into(),
                grants: Grants::from_iter([Grant {
                    role,
                    scope: Scope::Org,
                }]),
            }],
        }))
    }
}
