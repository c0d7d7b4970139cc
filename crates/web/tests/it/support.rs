use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt;
use kernel::{AccountId, Fault, Grant, OrgId, PersonId, Role, Scope, TestClock};
use tempfile::TempDir;
use tower::ServiceExt;
use web::{
    Gate, InFlight, Limits, Me, Membership, NavItem, Templates, Views, ViewsSetup, WebConfig,
};

const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates");

/// Pages that only these tests have.
const PAGES: [(&str, &str); 4] = [
    (
        "test/form.html",
        r#"{% extends "layout.html" %}{% import "components/form.html" as f %}
{% block title %}{{ word("test.form") }}{% endblock %}
{% block main %}<form method="post" class="form">{{ f.error_summary(page.form) }}
{{ f.text(page.form, "name", word("field.name")) }}{{ f.date(page.form, "born", word("field.born")) }}
{{ f.text(page.form, "age", word("field.age")) }}{{ f.checkbox(page.form, "agreed", word("field.agreed")) }}
{{ f.submit(word("common.save")) }}</form>{% endblock %}"#,
    ),
    (
        "test/list.html",
        r#"{% extends "layout.html" %}{% import "components/table.html" as t %}
{% block title %}{{ page.note }}{% endblock %}{% block main %}{{ t.view(page.table, page.note) }}{% endblock %}"#,
    ),
    (
        "test/import.html",
        r#"{% extends "layout.html" %}{% import "components/import.html" as imp %}
{% block title %}{% endblock %}{% block main %}{{ imp.view(page.import, word("test.form")) }}{% endblock %}"#,
    ),
    (
        "words/test.toml",
        r#"
"test.form" = "Анкета"
"test.saved" = "Сохранено: {count}"
"field.name" = "Имя"
"field.born" = "Дата рождения"
"field.age" = "Возраст"
"field.agreed" = "Согласие"
"form.name.required" = "Введите имя"
"test.pupils.title" = "Ученики"
"test.pupils.col.name" = "Ученик"
"test.pupils.col.class" = "Класс"
"test.pupils.col.avg" = "Средний балл"
"test.pupils.col.born" = "Дата рождения"
"test.pupils.col.state" = "Состояние"
"test.state.in" = "Учится"
"test.state.out" = "Выбыл"
"test.import.col.last" = "Фамилия | Фамилия ученика"
"test.import.col.first" = "Имя"
"test.import.col.parent_phone" = "Родитель телефон | Телефон родителя"
"test.import.col.born" = "Дата рождения | Д.р."
"test.import.col.snils" = "СНИЛС"
"test.import.col.sex" = "Пол"
"test.import.sex.m" = "М | муж | мужской"
"test.import.sex.f" = "Ж | жен | женский"
"test.import.col.orphan" = "Сирота"
"#,
    ),
];

pub(crate) struct App {
    pub(crate) router: Router,
    pub(crate) in_flight: InFlight,
    pub(crate) asked: Arc<AtomicUsize>,
    _folder: TempDir,
}

/// 21.11.2026 10:42 in Moscow.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-21T07:42:00Z".parse().expect("a moment")
}

/// The project's templates with the pages of these tests beside them.
pub(crate) fn views() -> (Views, TempDir) {
    let folder = TempDir::new().expect("a folder");
    copy(Path::new(PROJECT), folder.path());
    for (name, text) in PAGES {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        std::fs::write(file, text).expect("written");
    }
    let assets = ["app.css", "app.js", "icons.svg", "grid.js"]
        .map(|it| (it.to_owned(), format!("/assets/{it}")));
    let views = Views::load(ViewsSetup {
        templates: Templates::Folder(folder.path().to_owned()),
        assets: BTreeMap::from(assets),
        nav: vec![
            NavItem {
                code: "journal",
                icon: "book-open",
                href: "/o/{org}/journal",
                roles: &[Role::Teacher],
                parts: &[],
            },
            NavItem {
                code: "school",
                icon: "school",
                href: "/o/{org}/school",
                roles: &[Role::Admin],
                parts: &[],
            },
        ],
        system: "Звонок".to_owned(),
        clock: Arc::new(TestClock::at(now())),
    });
    (views.expect("templates load"), folder)
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).expect("made");
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

pub(crate) fn app(router: impl FnOnce(Views) -> Router) -> App {
    app_with(Limits::default(), false, router)
}

pub(crate) fn app_with(limits: Limits, https: bool, router: impl FnOnce(Views) -> Router) -> App {
    let (views, folder) = views();
    let asked = Arc::new(AtomicUsize::new(0));
    let config = WebConfig {
        gate: Arc::new(OneTeacher {
            asked: Arc::clone(&asked),
        }),
        views: views.clone(),
        https,
        proxies: vec![],
        origins: vec![],
        limits,
    };
    let router = router(views).merge(web::look_router());
    let (router, in_flight) = web::layers(router, config).expect("layers");
    App {
        router,
        in_flight,
        asked,
        _folder: folder,
    }
}

/// The token `teacher` is a teacher of `g7`; `new` must change the password first.
struct OneTeacher {
    asked: Arc<AtomicUsize>,
}

#[async_trait]
impl Gate for OneTeacher {
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if token != "teacher" && token != "new" {
            return Ok(None);
        }
        Ok(Some(Me {
            account: AccountId::from(1),
            name: "Петрова Анна Ивановна".to_owned(),
            initials: "Петрова А. И.".to_owned(),
            login: "petrovaai".to_owned(),
            must_change_password: token == "new",
            bounds: web::Bounds::default(),
            memberships: vec![Membership {
                views_at: vec![],
                org: OrgId::from(7),
                code: "g7".to_owned(),
                name: "Гимназия № 7".to_owned(),
                short_name: "Гимназия 7".to_owned(),
                zone: "Europe/Moscow".to_owned(),
                person: PersonId::from(70),
                grants: vec![Grant {
                    role: Role::Teacher,
                    scope: Scope::Org,
                }]
                .into(),
            }],
        }))
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default()
    }

    /// The page without what differs from request to request.
    pub(crate) fn stable_text(&self) -> String {
        let id = self.header("x-request-id");
        let policy = self.header("content-security-policy");
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .and_then(|it| it.split('\'').next());
        self.text()
            .replace(id, "ID")
            .replace(nonce.unwrap_or("-"), "NONCE")
    }
}

impl App {
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("never fails");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(as_teacher("GET", path, "")).await
    }

    pub(crate) async fn post(&self, path: &str, form: &str) -> Answer {
        self.send(as_teacher("POST", path, form)).await
    }
}

/// A request of the teacher's browser.
pub(crate) fn as_teacher(method: &str, path: &str, form: &str) -> Request<Body> {
    request(method, path, form, &[("cookie", "sid=teacher")])
}

pub(crate) fn request(
    method: &str,
    path: &str,
    form: &str,
    headers: &[(&str, &str)],
) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "zvonok.test");
    if method == "POST" && !headers.iter().any(|it| it.0 == "content-type") {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
        .body(Body::from(form.to_owned()))
        .expect("a request")
}
