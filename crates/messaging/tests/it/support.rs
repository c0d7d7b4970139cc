use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use kernel::{Clock, Fault, Grant, Role, Scope};
use messaging::{
    Announcer, LetterId, Letters, NewLetter, NoPost, Post, PostSetup, Sender, Sending, Smtp, Tls,
};
use org::Org;
use testkit::{Client, TestDb};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

pub(crate) const SCHOOL: i64 = 1001;
pub(crate) const OTHER: i64 = 1002;
/// Teachers with an address, and one without.
pub(crate) const ANNA: i64 = 21;
pub(crate) const VERA: i64 = 22;
pub(crate) const NINA: i64 = 23;
pub(crate) const ADMIN: i64 = 10;
pub(crate) const PARENT: i64 = 90;
pub(crate) const PUPIL: i64 = 91;

const PEOPLE: &str = "
    insert into org.organisation (org_id, kind, code, name, full_name) overriding system value values
        (1001, 'school', 'g7', 'Гимназия № 7', 'МБОУ «Гимназия № 7»'),
        (1002, 'school', 's2', 'Школа № 2', 'МБОУ «Школа № 2»');
    insert into people.person (org_id, person_id, last_name, first_name, middle_name, search_key, email)
        overriding system value values
        (1001, 10, 'Админова', 'Ольга', 'Ивановна', '', 'admin@school.example'),
        (1001, 21, 'Алгебраева', 'Анна', 'Петровна', '', 'anna@school.example'),
        (1001, 22, 'Коллегина', 'Вера', 'Павловна', '', 'vera@school.example'),
        (1001, 23, 'Безадресная', 'Нина', 'Олеговна', '', ''),
        (1001, 90, 'Родителева', 'Инна', 'Львовна', '', 'parent@mail.example'),
        (1001, 91, 'Родителев', 'Пётр', null, '', ''),
        (1002, 110, 'Чужая', 'Инна', null, '', 'stranger@school.example');
    insert into people.pupil (org_id, person_id) values (1001, 91);
    insert into people.parent (org_id, person_id) values (1001, 90);
    insert into people.kinship (org_id, parent_id, pupil_id, kind) values (1001, 90, 91, 'mother');";

pub(crate) struct School {
    pub(crate) test: TestDb,
    pub(crate) views: Views,
    pub(crate) post: Post,
    pub(crate) org: Org,
}

impl School {
    pub(crate) async fn new() -> Self {
        let test = TestDb::with_connections(8).await;
        test.sql(PEOPLE).await;
        let clock: Arc<dyn Clock> = test.clock().clone();
        let views = Views::load(ViewsSetup {
            templates: Templates::Own,
            assets: BTreeMap::from(
                ["app.css", "app.js", "icons.svg"].map(|it| (it.into(), it.into())),
            ),
            nav: vec![],
            system: "Звонок".to_owned(),
            clock,
        })
        .unwrap();
        let org = Org::new(test.db().clone());
        let post = Post::new(
            test.db().clone(),
            views.clone(),
            Arc::new(people::Cards),
            Arc::new(org.clone()),
            PostSetup {
                site: "https://z.example".to_owned(),
                connected: true,
            },
        );
        Self {
            test,
            views,
            post,
            org,
        }
    }

    /// Writes letters in a transaction of the school; the ids of the new ones.
    pub(crate) async fn write(&self, letters: &[NewLetter]) -> Vec<Option<LetterId>> {
        let mut tx = self.test.db().begin_system(SCHOOL.into()).await.unwrap();
        let ids = self.post.write(&mut tx, letters).await.unwrap();
        tx.commit().await.unwrap();
        ids
    }

    pub(crate) fn letter(&self, to: i64, once: &str) -> NewLetter {
        NewLetter {
            to: to.into(),
            kind: "deadlines.reminder",
            once: once.to_owned(),
            subject: "Сроки: 2 дела".to_owned(),
            text: "Заполните журнал.".to_owned(),
            html: "<p>Заполните журнал.</p>".to_owned(),
            not_before: self.test.clock().now(),
            duty: true,
        }
    }

    pub(crate) fn sender(&self, server: SocketAddr) -> Sender {
        sender_on(self.test.db(), server)
    }

    pub(crate) fn announcer(&self) -> Announcer {
        Announcer {
            db: self.test.db().clone(),
            views: self.views.clone(),
            letters: Arc::new(self.post.clone()),
            people: Arc::new(people::Cards),
            orgs: Arc::new(self.org.clone()),
            curriculum: Arc::new(curriculum::Records),
            lessons: Arc::new(schedule::LessonBook),
            transfers: Arc::new(movement::Register),
            holders: Arc::new(
                identity::Identity::new(self.test.db().clone(), identity::Settings::default())
                    .expect("identity starts"),
            ),
            owes: Arc::new(()),
            site: "https://z.example".to_owned(),
            closing: Arc::default(),
        }
    }

    /// Ends every lease and pause, as if the time were over.
    pub(crate) async fn end_leases(&self) {
        self.test
            .sql("update messaging.letter set held_until = clock_timestamp() - interval '1 second' where held_until is not null")
            .await;
    }

    pub(crate) async fn count(&self, condition: &str) -> i64 {
        self.test
            .number(&format!(
                "select count(*) from messaging.letter where {condition}"
            ))
            .await
    }

    /// A browser in which that person is signed in; 0 for nobody.
    pub(crate) fn client(&self, person: i64) -> Client {
        let config = WebConfig {
            gate: Arc::new(ByCookie),
            views: self.views.clone(),
            https: false,
            proxies: vec![],
            origins: vec!["http://localhost".to_owned()],
            limits: Limits::default(),
        };
        let router = messaging::router(self.post.clone(), self.views.clone());
        let (router, _) = web::layers(router, config).unwrap();
        let client = Client::new(router);
        if person == 0 {
            return client;
        }
        client.with_cookie("sid", &person.to_string())
    }
}

/// A sender of its own, as another node has it.
pub(crate) fn sender_on(db: &db::Db, server: SocketAddr) -> Sender {
    sender_with(db, smtp(&server.ip().to_string(), server.port(), Tls::None)).unwrap()
}

pub(crate) fn smtp(host: &str, port: u16, tls: Tls) -> Smtp {
    Smtp {
        host: host.to_owned(),
        port,
        tls,
        ca: None,
        login: None,
        from: "zvonok@school.example".to_owned(),
        hello: "node.school.example".to_owned(),
    }
}

pub(crate) fn sender_with(db: &db::Db, smtp: Smtp) -> Result<Sender, NoPost> {
    let sending = Sending {
        smtp: Some(smtp),
        site: "https://z.example".to_owned(),
        ..Sending::default()
    };
    Sender::new(db.clone(), sending)
}

/// Who is signed in follows from the cookie alone.
struct ByCookie;

#[async_trait]
impl Gate for ByCookie {
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        let Ok(person) = token.parse::<i64>() else {
            return Ok(None);
        };
        let role = match person {
            ADMIN => Role::Admin,
            PARENT => Role::Parent,
            _ => Role::Teacher,
        };
        let (org, code) = if person == 110 {
            (OTHER, "s2")
        } else {
            (SCHOOL, "g7")
        };
        Ok(Some(Me {
            account: person.into(),
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
                person: person.into(),
                grants: kernel::Grants::from_iter([Grant {
                    role,
                    scope: Scope::Org,
                }]),
            }],
        }))
    }
}
