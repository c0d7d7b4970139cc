use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::http::StatusCode;
use chrono::NaiveDate;
use curriculum::{ClassPupils, CurriculumService};
use db::Tx;
use kernel::{ClassId, Fault, Grant, PersonId, Role, Scope};
use org::Org;
use testkit::{
    Answer, Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

/// Who is signed in follows from the cookie alone.
struct ByCookie;

/// Person, role and school of everybody in these tests.
const CAST: [(&str, i64, Role, i64); 8] = [
    ("deputy", 10, Role::Deputy, SCHOOL),
    ("director", 11, Role::Director, SCHOOL),
    ("secretary", 12, Role::Secretary, SCHOOL),
    ("teacher", 21, Role::Teacher, SCHOOL),
    ("colleague", 22, Role::Teacher, SCHOOL),
    ("tutor", 23, Role::Teacher, SCHOOL),
    ("parent", 90, Role::Parent, SCHOOL),
    ("stranger", 110, Role::Deputy, OTHER_SCHOOL),
];

#[async_trait]
impl Gate for ByCookie {
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        let found = CAST.into_iter().find(|it| it.0 == token);
        Ok(found.map(|(_, person, role, org)| me(org, person, role)))
    }
}

fn me(org: i64, person: i64, role: Role) -> Me {
    Me {
        account: person.into(),
        name: "Иванова Ольга Петровна".to_owned(),
        initials: "Иванова О. П.".to_owned(),
        login: "ivanovaop".to_owned(),
        must_change_password: false,
        bounds: web::Bounds::default(),
        memberships: vec![Membership {
            views_at: vec![],
            org: org.into(),
            code: if org == SCHOOL { "g7" } else { "s2" }.to_owned(),
            name: "Гимназия № 7".to_owned(),
            short_name: "Гимназия".to_owned(),
            zone: "Europe/Moscow".to_owned(),
            person: person.into(),
            grants: kernel::Grants::from_iter([Grant {
                role,
                scope: Scope::Org,
            }]),
        }],
    }
}

/// The class register of these tests: what the domain above tells.
#[derive(Clone, Default)]
struct Register(Arc<Mutex<Vec<(ClassId, PersonId)>>>);

#[async_trait]
impl ClassPupils for Register {
    async fn pupils(
        &self,
        _: &mut Tx,
        classes: &[ClassId],
        _: NaiveDate,
    ) -> Result<Vec<(ClassId, PersonId)>, Box<dyn Fault>> {
        let all = self.0.lock().unwrap();
        Ok(all
            .iter()
            .filter(|it| classes.contains(&it.0))
            .copied()
            .collect())
    }
}

/// Two schools with staff, and the pages of «Учёба» over them.
pub(crate) struct School {
    pub(crate) world: World,
    register: Register,
}

impl School {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        world.sql(include_str!("world.sql")).await;
        Self {
            world,
            register: Register::default(),
        }
    }

    /// A browser in which somebody is signed in; nobody for an empty name.
    pub(crate) fn browser(&self, who: &str) -> Client {
        let names = ["app.css", "app.js", "icons.svg"];
        let views = Views::load(ViewsSetup {
            templates: Templates::Own,
            assets: BTreeMap::from(names.map(|it| (it.to_owned(), format!("/assets/{it}")))),
            nav: vec![],
            system: "Звонок".to_owned(),
            clock: self.world.clock().clone(),
        })
        .expect("templates and words load");
        let db = self.world.db().clone();
        let service = CurriculumService::new(
            db.clone(),
            Arc::new(people::Cards),
            Arc::new(Org::new(db)),
            Arc::new(self.register.clone()),
        );
        let config = WebConfig {
            gate: Arc::new(ByCookie),
            views: views.clone(),
            https: false,
            proxies: vec![],
            origins: vec![],
            limits: Limits::default(),
        };
        let router = curriculum::router(service, views);
        let (router, _) = web::layers(router, config).expect("the layers fit");
        let client = Client::new(router);
        if who.is_empty() {
            client
        } else {
            client.with_cookie("sid", who)
        }
    }

    pub(crate) async fn number(&self, query: &str) -> i64 {
        self.world.number(query).await
    }

    pub(crate) async fn history(&self, table: &str) -> i64 {
        self.number(&format!(
            "select count(*) from kernel.history where tbl = 'curriculum.{table}' and person_id is not null"
        ))
        .await
    }

    /// Creates 2026/2027 through the form.
    pub(crate) async fn year(&self) -> i64 {
        let form = [("starts", "2026"), ("days_a_week", "5")];
        let done = self
            .browser("deputy")
            .post_form("/o/g7/study/years", &form)
            .await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        self.number("select max(year_id) from curriculum.year")
            .await
    }

    /// Creates a class through the form.
    pub(crate) async fn class(&self, year: i64, grade: &str, letter: &str, teacher: &str) -> i64 {
        let year = year.to_string();
        let form = [
            ("year", year.as_str()),
            ("grade", grade),
            ("letter", letter),
            ("shift", "1"),
            ("teacher", teacher),
        ];
        let done = self
            .browser("deputy")
            .post_form("/o/g7/study/classes", &form)
            .await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        self.number("select max(class_id) from curriculum.class")
            .await
    }

    /// Creates a subject through the form.
    pub(crate) async fn subject(&self, name: &str) -> i64 {
        let form = [("name", name), ("short_name", name)];
        let done = self
            .browser("deputy")
            .post_form("/o/g7/study/subjects", &form)
            .await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        self.number("select max(subject_id) from curriculum.subject")
            .await
    }

    /// Gives a teacher a subject in a class through the form.
    pub(crate) async fn load(
        &self,
        (year, class, subject): (i64, i64, i64),
        teacher: &str,
        hours: &str,
    ) -> i64 {
        let (year, class, subject) = (year.to_string(), class.to_string(), subject.to_string());
        let form = [
            ("year", year.as_str()),
            ("class", &class),
            ("subject", &subject),
            ("teacher", teacher),
            ("hours", hours),
        ];
        let done = self
            .browser("deputy")
            .post_form("/o/g7/study/load", &form)
            .await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        self.number("select max(load_id) from curriculum.load")
            .await
    }

    /// Puts pupils 201 … into the class; `world.sql` has their cards.
    pub(crate) fn enrol(&self, class: i64, pupils: std::ops::RangeInclusive<i64>) {
        let mut all = self.register.0.lock().unwrap();
        all.extend(pupils.map(|it| (ClassId::from(class), PersonId::from(it))));
    }
}

/// The values that the form of a page holds, as a browser would send them back.
pub(crate) fn form_values(page: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = vec![];
    for (start, tag) in page.match_indices('<').filter_map(|(at, _)| {
        let tag = ["input", "textarea", "select"]
            .into_iter()
            .find(|it| page[at + 1..].starts_with(it))?;
        Some((at, tag))
    }) {
        let rest = &page[start..];
        let head = &rest[..rest.find('>').unwrap()];
        let Some(name) = attribute(head, "name") else {
            continue;
        };
        let kind = attribute(head, "type").unwrap_or_default();
        if (kind == "checkbox" || kind == "radio") && !head.contains(" checked") {
            continue;
        }
        let value = match tag {
            "textarea" => {
                let inside = &rest[head.len() + 1..rest.find("</textarea>").unwrap()];
                inside.trim_start_matches('\n').to_owned()
            }
            "select" => {
                let inside = &rest[..rest.find("</select>").unwrap()];
                let options: Vec<&str> = inside.split("<option").skip(1).collect();
                let chosen = options
                    .iter()
                    .find(|it| it.contains(" selected"))
                    .or(options.first());
                chosen
                    .and_then(|it| attribute(it, "value"))
                    .unwrap_or_default()
            }
            _ => attribute(head, "value").unwrap_or_default(),
        };
        fields.push((name, value));
    }
    fields
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let rest = &tag[start..];
    Some(
        rest[..rest.find('"')?]
            .replace("&#34;", "\"")
            .replace("&amp;", "&"),
    )
}

/// Sends the form of a page with some fields changed.
pub(crate) async fn send_changed(
    client: &mut Client,
    path: &str,
    page: &str,
    changes: &[(&str, &str)],
) -> Answer {
    let mut fields = form_values(page);
    for (name, value) in changes {
        fields.retain(|it| it.0 != *name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|it| (it.0.as_str(), it.1.as_str()))
        .collect();
    client.post_form(path, &fields).await
}
