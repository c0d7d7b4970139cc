//! Class 5А with three pupils, two teachers, lessons of the week, and a
//! second school that must never show.

use std::sync::Arc;

use async_trait::async_trait;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use futures_util::StreamExt;
use journal::{Journal, Neighbours};
use kernel::{Fault, Grant, OrgId, Role, Scope};
use serde_json::{Value, json};
use testkit::{
    Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use tower::ServiceExt;
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

/// People of the fixture.
pub(crate) const TEACHER: i64 = 1;
pub(crate) const STRANGER: i64 = 2;
pub(crate) const CLASS_TEACHER: i64 = 3;
pub(crate) const DEPUTY: i64 = 4;
pub(crate) const ABRAMOV: i64 = 11;
pub(crate) const BORISOVA: i64 = 12;
pub(crate) const LATECOMER: i64 = 13;
pub(crate) const MOTHER: i64 = 21;
/// 5А, algebra, Friday 20 November, the first lesson.
pub(crate) const TODAY: i64 = 500;
/// Thursday, with the mark 4 of Abramov already in it.
pub(crate) const YESTERDAY: i64 = 501;
pub(crate) const TOMORROW: i64 = 502;
pub(crate) const GRADE_ONE: i64 = 503;
pub(crate) const CANCELLED: i64 = 504;
pub(crate) const FOREIGN: i64 = 900;

const FIXTURE: &str = include_str!("world.sql");

pub(crate) struct School {
    pub(crate) world: World,
    router: axum::Router,
    pub(crate) journal: Journal,
}

impl School {
    pub(crate) async fn open() -> Self {
        let world = World::new().await;
        world.sql(FIXTURE).await;
        let (router, journal) = router(&world);
        Self {
            world,
            router,
            journal,
        }
    }

    /// A browser in which that person is signed in.
    pub(crate) fn signed_in(&self, person: i64) -> Client {
        Client::new(self.router.clone()).with_cookie("sid", &person.to_string())
    }

    /// The events of a stream, as that person's page gets them.
    pub(crate) async fn listen(&self, person: i64, path: &str) -> (StatusCode, Events) {
        let request = Request::get(path)
            .header("cookie", format!("sid={person}"))
            .body(Body::empty())
            .expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("answers");
        let events = |body: Body| Events {
            stream: body.into_data_stream(),
            text: String::new(),
        };
        (response.status(), events(response.into_body()))
    }

    pub(crate) fn nobody(&self) -> Client {
        Client::new(self.router.clone())
    }

    pub(crate) async fn count(&self, query: &str) -> i64 {
        self.world.number(query).await
    }
}

/// What comes out of a stream of events.
pub(crate) struct Events {
    stream: axum::body::BodyDataStream,
    text: String,
}

impl Events {
    /// Waits for the event of that name and answers its data; `None` where the stream ends first.
    pub(crate) async fn event(&mut self, name: &str) -> Option<String> {
        let wait = async {
            loop {
                while let Some(end) = self.text.find("\n\n") {
                    let event: String = self.text.drain(..end + 2).collect();
                    if event.lines().any(|it| it == format!("event: {name}")) {
                        let data = event.lines().find_map(|it| it.strip_prefix("data: "));
                        return Some(data.unwrap_or_default().to_owned());
                    }
                }
                let bytes = self.stream.next().await?.ok()?;
                self.text.push_str(&String::from_utf8_lossy(&bytes));
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), wait)
            .await
            .expect("the event comes")
    }
}

fn router(world: &World) -> (axum::Router, Journal) {
    let clock = Arc::clone(world.clock());
    let views = Views::load(ViewsSetup {
        templates: Templates::Own,
        assets: [
            ("app.css", "/a.css"),
            ("app.js", "/a.js"),
            ("grid.js", "/g.js"),
            ("grid-more.js", "/m.js"),
            ("corrections.js", "/c.js"),
            ("finals.js", "/f.js"),
            ("icons.svg", "/i.svg"),
        ]
        .map(|(name, url)| (name.to_owned(), url.to_owned()))
        .into(),
        nav: vec![],
        system: "Звонок".to_owned(),
        clock: clock.clone(),
    })
    .expect("templates load");
    let journal = Journal::new(
        world.db().clone(),
        Neighbours {
            people: Arc::new(people::Cards),
            curriculum: Arc::new(curriculum::Records),
            register: Arc::new(movement::Register),
            lessons: Arc::new(schedule::LessonBook),
            orgs: Arc::new(org::Org::new(world.db().clone())),
            files: db::files::Files::local(&folder(), 10 * 1024 * 1024).expect("a folder"),
        },
    );
    let routes = journal::pages::router(journal.clone(), views.clone(), clock)
        .layer(axum::middleware::from_fn(counted));
    let config = WebConfig {
        gate: Arc::new(People),
        views,
        https: false,
        proxies: vec![],
        origins: vec![],
        limits: Limits::default(),
    };
    (web::layers(routes, config).expect("layers").0, journal)
}

/// Where the files of a test lie: bytes under their hash, so all tests share it.
fn folder() -> std::path::PathBuf {
    std::env::temp_dir().join("zvonok-journal-tests")
}

/// Tells the statements of an answer, so that tests can hold pages to their budget.
async fn counted(
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> axum::response::Response {
    let (mut response, statements) = db::statements::counted(next.run(request)).await;
    response
        .headers_mut()
        .insert("x-statements", statements.into());
    response
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
            TEACHER | STRANGER | CLASS_TEACHER => (SCHOOL, "school", Role::Teacher),
            DEPUTY => (SCHOOL, "school", Role::Deputy),
            MOTHER => (SCHOOL, "school", Role::Parent),
            ABRAMOV | BORISOVA | LATECOMER => (SCHOOL, "school", Role::Pupil),
            _ => (OTHER_SCHOOL, "other", Role::Deputy),
        };
        let grants = Arc::new([Grant {
            role,
            scope: Scope::Org,
        }]);
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
                grants: grants.as_slice().into(),
            }],
        }))
    }
}

/// One operation as the grid sends it.
pub(crate) fn op(id: u128, lesson: i64, pupil: i64, field: &str, base: i32, value: &str) -> Value {
    json!({
        "op_id": uuid::Uuid::from_u128(id), "lesson": lesson, "work": null, "pupil": pupil,
        "field": field, "base": base, "value": value,
    })
}

pub(crate) fn mark(id: u128, lesson: i64, pupil: i64, base: i32, value: &str) -> Value {
    op(id, lesson, pupil, "mark", base, value)
}

pub(crate) const OPS: &str = "/o/school/journal/ops";

pub(crate) async fn send(client: &mut Client, ops: &[Value]) -> Vec<Value> {
    let answer = client.post_json(OPS, &json!({ "ops": ops })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["results"]
        .as_array()
        .expect("results")
        .clone()
}
