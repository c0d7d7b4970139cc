use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use axum::http::StatusCode;
use identity::{
    Accounts, Circle, Circles, Identity, Lifetimes, MemberLogin, NewMember, Password, Place,
    Settings, hash_password,
};
use kernel::{Fault, Grant, OrgId, PersonId, Role, Scope};
use testkit::{
    Answer, Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use web::{Limits, Templates, Views, ViewsSetup, WebConfig};

pub(crate) const PASSWORD: &str = "синий трактор едет";
static HASH: LazyLock<String> =
    LazyLock::new(|| hash_password(&Password::new(PASSWORD)).expect("a hash"));

/// Two schools: `g7` with an administrator, a teacher, a parent and a pupil,
/// `s2` with an administrator. Everybody has the same password.
pub(crate) struct School {
    pub(crate) world: World,
    pub(crate) identity: Identity,
    pub(crate) router: axum::Router,
    pub(crate) admin: MemberLogin,
    pub(crate) teacher: MemberLogin,
    pub(crate) parent: MemberLogin,
    pub(crate) pupil: MemberLogin,
    pub(crate) stranger: MemberLogin,
}

impl School {
    pub(crate) async fn new() -> Self {
        Self::with(Lifetimes::default()).await
    }

    pub(crate) async fn with(lifetimes: Lifetimes) -> Self {
        Self::of(Settings {
            lifetimes,
            ..Settings::default()
        })
        .await
    }

    pub(crate) async fn with_provider(provider: identity::Provider) -> Self {
        Self::of(Settings {
            provider: Some(provider),
            ..Settings::default()
        })
        .await
    }

    async fn of(settings: Settings) -> Self {
        let world = World::new().await;
        world
            .sql(&format!(
                "insert into org.organisation (org_id, kind, code, name, full_name)
                 overriding system value values
                 ({SCHOOL}, 'school', 'g7', 'Гимназия № 7', 'МБОУ «Гимназия № 7»'),
                 ({OTHER_SCHOOL}, 'school', 's2', 'Школа № 2', 'МБОУ «Школа № 2»')"
            ))
            .await;
        let settings = Settings {
            address: "https://zvonok.example".to_owned(),
            patience: false,
            ..settings
        };
        let identity = Identity::new(world.db().clone(), settings).expect("identity starts");
        let child = Scope::Child(14.into());
        let members = [
            member(11, "Соколова Мария Петровна", Role::Admin, Scope::Org),
            member(12, "Иванов Пётр Ильич", Role::Teacher, Scope::Org),
            member(13, "Козлова Анна Сергеевна", Role::Parent, child),
            member(14, "Козлов Дмитрий", Role::Pupil, Scope::Org),
        ];
        let [admin, teacher, parent, pupil] = open(&world, &identity, SCHOOL, &members)
            .await
            .try_into()
            .unwrap();
        let other = [member(11, "Чужой Олег Олегович", Role::Admin, Scope::Org)];
        let [stranger] = open(&world, &identity, OTHER_SCHOOL, &other)
            .await
            .try_into()
            .unwrap();
        let all_in = let_in("true");
        world.sql(&all_in).await;
        let router = router(&world, &identity);
        Self {
            world,
            identity,
            router,
            admin,
            teacher,
            parent,
            pupil,
            stranger,
        }
    }

    /// A browser that nobody is signed in to.
    pub(crate) fn browser(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// A browser in which somebody signed in with the password of all.
    pub(crate) async fn signed_in(&self, who: &MemberLogin) -> Client {
        let mut browser = self.browser();
        let answer = sign_in(&mut browser, &who.login, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        browser
    }

    /// Gives somebody the password of all.
    pub(crate) async fn let_in(&self, who: &MemberLogin) {
        let one = let_in(&format!("account_id = {}", who.account));
        self.world.sql(&one).await;
    }

    /// Somebody new in the school, without any password.
    pub(crate) async fn newcomer(&self, person: i64, name: &str, role: Role) -> MemberLogin {
        let members = [member(person, name, role, Scope::Org)];
        let opened = open(&self.world, &self.identity, SCHOOL, &members).await;
        opened.into_iter().next().unwrap()
    }

    /// The grouped code and the plain one of a new slip.
    pub(crate) async fn slip(&self, who: &MemberLogin) -> (String, String) {
        let actor = self.world.actor(self.admin.account.get(), Role::Admin);
        let issue = self
            .identity
            .issue_slips(&actor, &OneClass, &[who.account], false)
            .await
            .unwrap();
        let plain = issue.slips[0]
            .address
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned();
        (issue.slips[0].code.clone(), plain)
    }
}

fn let_in(whom: &str) -> String {
    let hash = &*HASH;
    format!(
        "update identity.account set password_hash = '{hash}', must_change = false where {whom}"
    )
}

pub(crate) fn member(person: i64, name: &str, role: Role, scope: Scope) -> NewMember {
    let mut parts = name.split(' ').map(str::to_owned);
    NewMember {
        person: person.into(),
        last_name: parts.next().unwrap(),
        first_name: parts.next().unwrap(),
        middle_name: parts.next(),
        grants: vec![Grant { role, scope }],
    }
}

pub(crate) async fn open(
    world: &World,
    identity: &Identity,
    org: i64,
    members: &[NewMember],
) -> Vec<MemberLogin> {
    let mut tx = world.db().begin_system(OrgId::from(org)).await.unwrap();
    let opened = identity.open(&mut tx, members).await.unwrap();
    tx.commit().await.unwrap();
    opened
}

fn router(world: &World, identity: &Identity) -> axum::Router {
    let assets =
        ["app.css", "app.js", "icons.svg"].map(|it| (it.to_owned(), format!("/assets/{it}")));
    let views = Views::load(ViewsSetup {
        templates: Templates::Own,
        assets: BTreeMap::from(assets),
        nav: vec![],
        system: "Звонок".to_owned(),
        clock: world.clock().clone(),
    })
    .expect("templates and words load");
    let config = WebConfig {
        gate: Arc::new(identity.clone()),
        views: views.clone(),
        https: false,
        proxies: vec![],
        origins: vec![],
        limits: Limits::default(),
    };
    let issuing = identity::Issuing {
        identity: identity.clone(),
        circles: Arc::new(OneClass),
    };
    let jobs = work::Jobs::new(
        world.db().clone(),
        Arc::new(identity.clone()),
        vec![Arc::new(issuing)],
    )
    .with_patience(std::time::Duration::from_mins(1));
    let router = identity::router(identity.clone(), views, Arc::new(OneClass), jobs);
    web::layers(router, config).expect("the layers fit").0
}

pub(crate) async fn sign_in(browser: &mut Client, login: &str, password: &str) -> Answer {
    browser
        .post_form("/login", &[("login", login), ("password", password)])
        .await
}

/// Whether somebody is signed in to this browser.
pub(crate) async fn is_in(browser: &mut Client) -> bool {
    browser.get("/my/settings").await.status == StatusCode::OK
}

/// The one class there is: «5А», code `1`, led by the teacher, of the parent and the pupil.
pub(crate) struct OneClass;

#[async_trait::async_trait]
impl Circles for OneClass {
    async fn all(
        &self,
        _: &mut db::Tx,
        led_by: Option<PersonId>,
    ) -> Result<Vec<Circle>, Box<dyn Fault>> {
        if led_by.is_some_and(|it| it != PersonId::from(12)) {
            return Ok(vec![]);
        }
        Ok(vec![Circle {
            code: "1".to_owned(),
            label: "5А".to_owned(),
        }])
    }

    async fn people(
        &self,
        _: &mut db::Tx,
        codes: &[String],
    ) -> Result<Vec<PersonId>, Box<dyn Fault>> {
        let people: &[i64] = if codes == ["1"] { &[13, 14] } else { &[] };
        Ok(people.iter().map(|it| PersonId::from(*it)).collect())
    }

    async fn places(
        &self,
        _: &mut db::Tx,
        _: chrono::NaiveDate,
    ) -> Result<Vec<Place>, Box<dyn Fault>> {
        let place = |scope, label: &str, class: Option<&str>| Place {
            scope,
            label: label.to_owned(),
            class: class.map(str::to_owned),
        };
        Ok(vec![
            place(Scope::Class(1.into()), "5А", None),
            place(Scope::Group(7.into()), "5А, Информатика, 1-я группа", None),
            place(Scope::Child(14.into()), "Козлов Дмитрий", Some("5А")),
        ])
    }
}
