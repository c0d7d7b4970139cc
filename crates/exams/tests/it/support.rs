//! 9А with three pupils, 9Б with one, two exams, and a second school that
//! must never show.

use std::sync::Arc;

use async_trait::async_trait;
use exams::{Exams, Neighbours};
use kernel::{Fault, Grant, OrgId, Role, Scope};
use testkit::{
    Answer, Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

/// People of the fixture.
pub(crate) const TEACHER: i64 = 1;
pub(crate) const COLLEAGUE: i64 = 2;
pub(crate) const CLASS_TEACHER: i64 = 3;
pub(crate) const DEPUTY: i64 = 4;
pub(crate) const SECRETARY: i64 = 5;
pub(crate) const ABRAMOV: i64 = 11;
pub(crate) const MOTHER: i64 = 21;
pub(crate) const DIRECTOR: i64 = 6;
pub(crate) const STRANGER: i64 = 92;

/// ОГЭ in algebra, 9А and 9Б, by a scale.
pub(crate) const OGE: &str = "/o/school/study/exams/400";
/// A test of history, 9А, without a scale.
pub(crate) const TEST: &str = "/o/school/study/exams/401";

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
    let register: Arc<dyn movement::ClassRegister> = Arc::new(movement::Register);
    let folder = std::env::temp_dir().join("zvonok-exams-tests");
    let journal = journal::Journal::new(
        world.db().clone(),
        journal::Neighbours {
            people: Arc::clone(&people),
            curriculum: Arc::clone(&records),
            register: Arc::clone(&register),
            lessons: Arc::new(schedule::LessonBook),
            orgs: Arc::new(org::Org::new(world.db().clone())),
            files: db::files::Files::local(&folder, 1024).expect("a folder"),
        },
    );
    let exams = Exams::new(
        world.db().clone(),
        Neighbours {
            people,
            curriculum: records,
            register,
            finals: Arc::new(journal),
        },
    );
    let routes = exams::router(exams, views.clone(), world.clock().clone());
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
            11..=14 => (SCHOOL, "school", Role::Pupil),
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

/// Types lines into the sheet of a page as a browser would send it back.
pub(crate) async fn enter(
    client: &mut Client,
    path: &str,
    page: &Answer,
    typed: &[(&str, &str)],
) -> Answer {
    let text = page.text();
    let mut fields: Vec<(String, String)> = vec![];
    for rest in text.split("name=\"p.").skip(1) {
        let name = format!("p.{}", rest.split('"').next().unwrap());
        let value = if name.ends_with(".turnout") {
            let inside = rest.split("</select>").next().unwrap();
            let chosen = inside.split("<option").find(|it| it.contains(" selected"));
            chosen.and_then(value_of).unwrap_or_default()
        } else {
            value_of(rest).unwrap_or_default()
        };
        fields.push((name, value));
    }
    for (name, value) in typed {
        let name = format!("p.{name}");
        let field = fields.iter_mut().find(|it| it.0 == name);
        let (_, old) = field.unwrap_or_else(|| panic!("{name} is not on the page"));
        (*value).clone_into(old);
    }
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|it| (it.0.as_str(), it.1.as_str()))
        .collect();
    client.post_form(path, &fields).await
}

fn value_of(tag: &str) -> Option<String> {
    let rest = tag.split_once("value=\"")?.1;
    Some(rest.split('"').next()?.to_owned())
}
