use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use kernel::{AccountId, Actor, Denied, Fault, Grant, Grants, OrgId, Right, Role, Scope};
use serde_json::{Value, json};
use testkit::{
    Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use tokio::sync::Semaphore;
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};
use work::{Actors, Done, Duty, Finished, Jobs, NewJob, Refusal, RunId, Started, Work};

/// The kind that the words of the templates know.
pub(crate) const KIND: &str = "schedule.publish";
pub(crate) const DEPUTY: i64 = 10;

/// Writes one line into the audit log, once it is let.
#[derive(Clone)]
pub(crate) struct Writes {
    db: db::Db,
    /// Tells that the work is under way, its transaction open.
    pub(crate) begun: Arc<Semaphore>,
    /// The work goes on when there is a permit.
    pub(crate) may_end: Arc<Semaphore>,
}

impl Writes {
    pub(crate) fn new(world: &World, may_end: usize) -> Self {
        Self {
            db: world.db().clone(),
            begun: Arc::new(Semaphore::new(0)),
            may_end: Arc::new(Semaphore::new(may_end)),
        }
    }

    pub(crate) async fn is_begun(&self) {
        self.begun.acquire().await.expect("it begins").forget();
    }

    pub(crate) fn let_it_end(&self) {
        self.may_end.add_permits(1);
    }
}

#[async_trait]
impl Work for Writes {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn place(&self, _: &Value) -> String {
        "/timetable/publish".to_owned()
    }

    async fn run(&self, actor: &Actor, duty: &Duty) -> Result<Finished, Refusal> {
        let wish: Value = duty.params()?;
        actor.may_in_org(Right::TimetableEdit)?;
        assert!(wish["panic"] != true, "a bug of the work");
        if wish["refuse"] == true {
            return Err(Refusal::from(Denied(Right::RoleEdit)).said("Ким О. уже ведёт урок"));
        }
        let mut tx = self.db.begin(actor).await?;
        db::audit::record(&mut tx, "test.done", "test:1", &json!({})).await?;
        duty.tell(40, 100).await?;
        self.begun.add_permits(1);
        self.may_end.acquire().await.expect("it may end").forget();
        let done = Done::new("/timetable", "schedule.published")
            .with("created", "100")
            .with("changed", "0")
            .with("cancelled", "0");
        Ok(duty.finish(tx, done).await?)
    }
}

/// What the accounts are by now: the deputy, until the test says otherwise.
#[derive(Clone, Default)]
pub(crate) struct Known(Arc<Mutex<BTreeMap<i64, Option<Role>>>>);

impl Known {
    pub(crate) fn is_now(&self, account: i64, role: Option<Role>) {
        self.0.lock().expect("no panic").insert(account, role);
    }
}

#[async_trait]
impl Actors for Known {
    async fn now(&self, org: OrgId, account: AccountId) -> Result<Option<Actor>, Box<dyn Fault>> {
        let known = self.0.lock().expect("no panic");
        let role = *known.get(&account.get()).unwrap_or(&Some(Role::Deputy));
        Ok(role.map(|it| testkit::actor(org.get(), account.get(), it)))
    }
}

/// A node that knows the work, and waits for no end.
pub(crate) fn node(world: &World, work: &Writes, known: &Known) -> Jobs {
    let works: Vec<Arc<dyn Work>> = vec![Arc::new(work.clone())];
    Jobs::new(world.db().clone(), Arc::new(known.clone()), works).with_patience(Duration::ZERO)
}

pub(crate) async fn queued(world: &World, node: &Jobs, params: &Value) -> Started {
    let actor = world.actor(DEPUTY, Role::Deputy);
    let job = NewJob {
        kind: KIND,
        title: "с 23.11.2026",
        by: "Орлова А. И.",
        params,
    };
    node.start(&actor, job).await.expect("it is queued")
}

/// A run that waits, and that no node has been told of.
pub(crate) async fn left_behind(world: &World, params: &Value) -> RunId {
    let mut tx = world.begin(&world.actor(DEPUTY, Role::Deputy)).await;
    let row = db::jobrun::NewRun {
        kind: KIND,
        title: "с 23.11.2026",
        by: "Орлова А. И.",
        params,
    };
    let id = db::jobrun::start(&mut tx, row).await.expect("a run");
    tx.commit().await.expect("it waits");
    id
}

/// How often the work took effect.
pub(crate) async fn effects(world: &World) -> i64 {
    world
        .number("select count(*) from kernel.audit where action = 'test.done'")
        .await
}

pub(crate) async fn state(world: &World, id: RunId) -> work::State {
    let mut tx = world.begin(&world.actor(DEPUTY, Role::Deputy)).await;
    let run = db::jobrun::get(&mut tx, id).await.expect("an answer");
    tx.commit().await.expect("it was a look");
    run.expect("the run is there").state
}

pub(crate) async fn reason(world: &World, id: RunId) -> String {
    let mut tx = world.begin(&world.actor(DEPUTY, Role::Deputy)).await;
    let run = db::jobrun::get(&mut tx, id).await.expect("an answer");
    tx.commit().await.expect("it was a look");
    let result = run.expect("the run is there").result.expect("a result");
    result["reason"].as_str().expect("a reason").to_owned()
}

/// Signs in whoever the cookie names: `role.person`, of the other school with `!` behind.
struct ByCookie;

#[async_trait]
impl Gate for ByCookie {
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        let (token, is_stranger) = (token.trim_end_matches('!'), token.ends_with('!'));
        let (role, person) = token.split_once('.').expect("role.person");
        let role = Role::from_code(role).expect("a role");
        let person: i64 = person.parse().expect("a person");
        let (org, code) = if is_stranger {
            (OTHER_SCHOOL, "s2")
        } else {
            (SCHOOL, "g7")
        };
        Ok(Some(Me {
            account: person.into(),
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
                grants: Grants::from_iter([Grant {
                    role,
                    scope: Scope::Org,
                }]),
            }],
        }))
    }
}

pub(crate) fn browser(world: &World, node: &Jobs, token: &str) -> Client {
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
    let (router, _) = web::layers(work::router(node.clone(), views), config).expect("layers");
    Client::new(router).with_cookie("sid", token)
}
