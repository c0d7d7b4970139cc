use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use curriculum::{NewYear, Records};
use db::Tx;
use intake::{Importer, Intake};
use kernel::{Fault, Grant, LessonId, Role, Scope, dates::AcademicYear};
use movement::{Movement, PupilList, Register};
use people::{CardBook, Cards, ParentList, StaffList};
use schedule::{Asked, LessonContents, Timetable, TimetableList};
use testkit::{
    Answer, Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

/// The card of whoever is signed in.
const ACTOR: i64 = 17;

/// Who is signed in follows from the cookie alone: the code of a role in the
/// school, or `stranger`, who is a deputy of the other one. A job acts as
/// whoever came last.
#[derive(Clone)]
struct ByCookie(Arc<Mutex<Role>>);

#[async_trait]
impl Gate for ByCookie {
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        let (org, code, role) = match Role::from_code(token) {
            Some(role) => (SCHOOL, "g7", role),
            None if token == "stranger" => (OTHER_SCHOOL, "s2", Role::Deputy),
            None => return Ok(None),
        };
        *self.0.lock().expect("no panic") = role;
        Ok(Some(Me {
            account: ACTOR.into(),
            name: "Соколова Марина Петровна".to_owned(),
            initials: "Соколова М. П.".to_owned(),
            login: "sokolovamp".to_owned(),
            must_change_password: false,
            bounds: web::Bounds::default(),
            memberships: vec![Membership {
                views_at: vec![],
                org: org.into(),
                code: code.to_owned(),
                name: "Гимназия № 7".to_owned(),
                short_name: "Гимназия".to_owned(),
                zone: "Europe/Moscow".to_owned(),
                person: ACTOR.into(),
                grants: kernel::Grants::from_iter([Grant {
                    role,
                    scope: Scope::Org,
                }]),
            }],
        }))
    }
}

#[async_trait]
impl work::Actors for ByCookie {
    async fn now(
        &self,
        org: kernel::OrgId,
        account: kernel::AccountId,
    ) -> Result<Option<kernel::Actor>, Box<dyn Fault>> {
        let role = *self.0.lock().expect("no panic");
        Ok(Some(testkit::actor(org.get(), account.get(), role)))
    }
}

/// No lesson holds anything.
struct Nothing;

#[async_trait]
impl LessonContents for Nothing {
    async fn filled(
        &self,
        _tx: &mut Tx,
        _ids: &[LessonId],
    ) -> Result<HashSet<LessonId>, Box<dyn Fault>> {
        Ok(HashSet::new())
    }
}

/// An empty school with the standard year, and another school.
pub(crate) struct School {
    pub(crate) world: World,
    pub(crate) views: Views,
    pub(crate) intake: Intake,
    pub(crate) jobs: work::Jobs,
    router: axum::Router,
}

impl School {
    pub(crate) async fn new() -> Self {
        let it = Self::without_year().await;
        let mut tx = it.world.begin(&it.world.actor(ACTOR, Role::Deputy)).await;
        let year = AcademicYear::of("2026-11-20".parse().unwrap());
        Records
            .set_up_year(&mut tx, &NewYear::standard(year, 5))
            .await
            .expect("a year");
        tx.commit().await.expect("the year is there");
        it
    }

    pub(crate) async fn without_year() -> Self {
        let world = World::new().await;
        world
            .sql(&format!(
                "insert into org.organisation (org_id, kind, code, name, full_name)
                 overriding system value values
                 ({SCHOOL}, 'school', 'g7', 'Гимназия № 7', 'МБОУ «Гимназия № 7»'),
                 ({OTHER_SCHOOL}, 'school', 's2', 'Школа № 2', 'МБОУ «Школа № 2»')"
            ))
            .await;
        let views = views(&world);
        let intake = Intake::new(world.db().clone(), views.clone(), importers(&world, &views));
        let gate = ByCookie(Arc::new(Mutex::new(Role::Deputy)));
        let config = WebConfig {
            gate: Arc::new(gate.clone()),
            views: views.clone(),
            https: false,
            proxies: vec![],
            origins: vec![],
            limits: Limits::default(),
        };
        let jobs = work::Jobs::new(
            world.db().clone(),
            Arc::new(gate),
            vec![
                Arc::new(intake::Writing(intake.clone())),
                Arc::new(intake::TakingBack(intake.clone())),
            ],
        );
        let router = intake::router(intake.clone(), jobs.clone(), views.clone());
        let (router, _) = web::layers(router, config).expect("the layers fit");
        Self {
            world,
            views,
            intake,
            jobs,
            router,
        }
    }

    /// A browser in which that role is signed in; nobody for an empty one.
    pub(crate) fn browser(&self, role: &str) -> Client {
        let client = Client::new(self.router.clone());
        if role.is_empty() {
            client
        } else {
            client.with_cookie("sid", role)
        }
    }

    pub(crate) async fn count(&self, what: &str) -> i64 {
        self.world
            .number(&format!("select count(*) from {what}"))
            .await
    }

    /// Uploads a file; where its preview is.
    pub(crate) async fn upload(&self, role: &str, kind: &str, name: &str, bytes: &[u8]) -> String {
        let answer = self.try_upload(role, kind, name, bytes).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.location().expect("a redirect").to_owned()
    }

    pub(crate) async fn try_upload(
        &self,
        role: &str,
        kind: &str,
        name: &str,
        bytes: &[u8],
    ) -> Answer {
        let path = format!("/o/g7/import/{kind}");
        self.browser(role)
            .post_file(&path, &[], ("file", name, bytes))
            .await
    }

    /// Uploads a file and writes all of it.
    pub(crate) async fn import(&self, role: &str, kind: &str, bytes: &[u8]) -> String {
        let run = self.upload(role, kind, "список.xlsx", bytes).await;
        let answer = self.commit(role, &run, &[]).await;
        assert_eq!(answer.status, 303, "{}", text_of(&answer));
        run
    }

    pub(crate) async fn page(&self, role: &str, path: &str) -> String {
        let answer = self.browser(role).get(path).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        text_of(&answer)
    }

    pub(crate) async fn commit(&self, role: &str, run: &str, fields: &[(&str, &str)]) -> Answer {
        self.browser(role)
            .post_form(&format!("{run}/commit"), fields)
            .await
    }

    /// Whatever takes long goes on as a job: the answer comes when it is done.
    pub(crate) async fn revert(&self, role: &str, run: &str) -> Answer {
        let mut browser = self.browser(role);
        let answer = browser.post_form(&format!("{run}/revert"), &[]).await;
        self.jobs.idle().await;
        answer
    }
}

/// The text of a page without its tags, in one line.
pub(crate) fn text_of(answer: &Answer) -> String {
    let text = answer.text();
    let from = text.find("<main").unwrap_or_default();
    let mut plain = String::new();
    let mut inside = false;
    for it in text[from..].chars() {
        match it {
            '<' => inside = true,
            '>' => {
                inside = false;
                plain.push(' ');
            }
            it if !inside => plain.push(it),
            _ => {}
        }
    }
    plain
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("&quot;", "\"")
}

fn views(world: &World) -> Views {
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

/// All importers, as the application wires them.
fn importers(world: &World, views: &Views) -> Vec<Arc<dyn Importer>> {
    let db = world.db().clone();
    let accounts = identity::Identity::new(db.clone(), identity::Settings::default());
    let accounts: Arc<dyn identity::Accounts> = Arc::new(accounts.expect("identity starts"));
    let organisations: Arc<dyn org::Organisations> = Arc::new(org::Org::new(db.clone()));
    let people: Arc<dyn people::People> = Arc::new(Cards);
    let movement = Movement::new(
        db.clone(),
        people.clone(),
        Arc::new(Records),
        accounts.clone(),
        organisations.clone(),
    );
    let asked = Asked {
        curriculum: Arc::new(Records),
        register: Arc::new(Register),
        people: people.clone(),
        organisations,
    };
    let timetable = Timetable::new(db, asked.clone(), Arc::new(Nothing));
    let cards = Arc::new(CardBook);
    vec![
        Arc::new(org::CardList::new(views.clone())),
        Arc::new(StaffList::new(cards.clone(), accounts.clone())),
        Arc::new(PupilList::new(cards.clone(), movement.clone())),
        Arc::new(ParentList::new(cards, accounts, Arc::new(movement))),
        Arc::new(curriculum::LoadList::new(
            people.clone(),
            Arc::new(Register),
        )),
        Arc::new(curriculum::PlanList::new(people)),
        Arc::new(TimetableList::new(timetable, asked)),
    ]
}
