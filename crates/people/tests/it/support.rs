use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::NaiveDate;
use db::{Db, Tx};
use kernel::{Actor, Fault, Grant, PersonId, Reach, Reaches, Role, Scope};
use people::{ClassNames, Directory, OwnPupils, Way};
use testkit::{
    Answer, Client,
    world::{OTHER_SCHOOL, SCHOOL, World},
};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

pub(crate) const SECRETARY: i64 = 17;
/// Class teacher of [`EREMIN`], teaches [`IVANOVA`] as well.
pub(crate) const TEACHER: i64 = 18;
pub(crate) const EREMIN: i64 = 101;
pub(crate) const IVANOVA: i64 = 102;
pub(crate) const PETROV: i64 = 103;
pub(crate) const MOTHER: i64 = 201;
/// A pupil of the other school.
pub(crate) const STRANGER: i64 = 901;

/// What the higher domain tells, which this crate does not know: the socket
/// is filled from the outside here as in the app.
struct Classes;

#[async_trait]
impl ClassNames for Classes {
    async fn class_names(
        &self,
        _: &mut Tx,
        pupils: &[PersonId],
        _: NaiveDate,
    ) -> Result<HashMap<PersonId, String>, people::Error> {
        let named = |it: &PersonId| match it.get() {
            EREMIN => Some((*it, "5А".to_owned())),
            IVANOVA => Some((*it, "7Б".to_owned())),
            // A class as large as a test makes it.
            1000..2000 => Some((*it, "9В".to_owned())),
            _ => None,
        };
        Ok(pupils.iter().filter_map(named).collect())
    }

    async fn all_class_names(
        &self,
        tx: &mut Tx,
        day: NaiveDate,
    ) -> Result<HashMap<PersonId, String>, people::Error> {
        let everybody = [EREMIN, IVANOVA].into_iter().chain(1000..2000);
        let everybody: Vec<PersonId> = everybody.map(PersonId::from).collect();
        self.class_names(tx, &everybody, day).await
    }

    async fn ways(
        &self,
        _: &mut Tx,
        pupils: Option<&[PersonId]>,
    ) -> Result<HashMap<PersonId, Way>, people::Error> {
        let enrolled_on = NaiveDate::from_ymd_opt(2026, 9, 1).expect("a day");
        let way = |it: PersonId| {
            let way = Way {
                enrolled_on,
                kind: "enrolment".to_owned(),
                number: "12".to_owned(),
                ordered_on: enrolled_on,
            };
            (it, way)
        };
        let asked = pupils.map_or_else(|| vec![EREMIN.into()], <[PersonId]>::to_vec);
        Ok(asked
            .into_iter()
            .filter(|it| it.get() == EREMIN)
            .map(way)
            .collect())
    }
}

#[async_trait]
impl OwnPupils for Classes {
    async fn own_pupils(
        &self,
        _: &mut Tx,
        actor: &Actor,
        reaches: Reaches,
        _: NaiveDate,
    ) -> Result<HashSet<PersonId>, people::Error> {
        let mut pupils = HashSet::new();
        if actor.person.get() == TEACHER && reaches.has(Reach::OwnClass) {
            pupils.insert(EREMIN.into());
        }
        if actor.person.get() == TEACHER && reaches.has(Reach::OwnLoad) {
            pupils.insert(IVANOVA.into());
        }
        Ok(pupils)
    }
}

/// Who is signed in follows from the cookie alone: `secretary:17`.
struct ByCookie;

#[async_trait]
impl Gate for ByCookie {
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        let Some((role, person)) = token.split_once(':') else {
            return Ok(None);
        };
        let role = Role::from_code(role).expect("a role");
        let person: i64 = person.parse().expect("a person");
        Ok(Some(Me {
            account: person.into(),
            name: "Иванова Ольга Петровна".to_owned(),
            initials: "Иванова О. П.".to_owned(),
            login: "ivanovaop".to_owned(),
            must_change_password: false,
            bounds: web::Bounds::default(),
            memberships: vec![Membership {
                views_at: vec![],
                org: SCHOOL.into(),
                code: "g7".to_owned(),
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

/// Two schools; three pupils, a mother, a teacher and a secretary in the first.
pub(crate) async fn world() -> World {
    let world = World::new().await;
    world
        .sql(&format!(
            "insert into org.organisation (org_id, kind, code, name, full_name)
             overriding system value values
             ({SCHOOL}, 'school', 'g7', 'Гимназия № 7', 'МБОУ «Гимназия № 7»'),
             ({OTHER_SCHOOL}, 'school', 's2', 'Школа № 2', 'МБОУ «Школа № 2»');
             insert into people.person (org_id, person_id, last_name, first_name, middle_name, gender,
                                        born_on, search_key, mobile)
             overriding system value values
             ({SCHOOL}, {SECRETARY}, 'Соколова', 'Марина', 'Петровна', 'female', '1980-02-01', 'соколова марина петровна', ''),
             ({SCHOOL}, {TEACHER}, 'Ким', 'Олег', null, 'male', '1985-02-01', 'ким олег', ''),
             ({SCHOOL}, {EREMIN}, 'Ерёмин', 'Артём', 'Ильич', 'male', '2014-03-27', 'еремин артем ильич', '+79181234567'),
             ({SCHOOL}, {IVANOVA}, 'Иванова', 'Мария', 'Петровна', 'female', '2012-05-05', 'иванова мария петровна', ''),
             ({SCHOOL}, {PETROV}, 'Петров', 'Иван', 'Иванович', 'male', '2013-01-12', 'петров иван иванович', ''),
             ({SCHOOL}, {MOTHER}, 'Ерёмина', 'Анна', 'Сергеевна', 'female', '1986-07-07', 'еремина анна сергеевна', '+79187654321'),
             ({OTHER_SCHOOL}, {STRANGER}, 'Ерёмин', 'Артём', 'Ильич', 'male', '2014-03-27', 'еремин артем ильич', '+79181234567');
             insert into people.staff (org_id, person_id, post) values
             ({SCHOOL}, {SECRETARY}, 'секретарь'), ({SCHOOL}, {TEACHER}, 'учитель физики');
             insert into people.pupil (org_id, person_id, file_number) values
             ({SCHOOL}, {EREMIN}, 'Е/5'), ({SCHOOL}, {IVANOVA}, 'И/7'), ({SCHOOL}, {PETROV}, ''),
             ({OTHER_SCHOOL}, {STRANGER}, '');
             insert into people.parent (org_id, person_id) values ({SCHOOL}, {MOTHER});
             insert into people.kinship (org_id, parent_id, pupil_id, kind, since)
             values ({SCHOOL}, {MOTHER}, {EREMIN}, 'mother', '2020-01-01');
             select setval(pg_get_serial_sequence('people.person', 'person_id'), 5000)"
        ))
        .await;
    world
}

pub(crate) fn directory(world: &World) -> Directory {
    directory_over(world.db())
}

/// The same over a door of one's own.
pub(crate) fn directory_over(db: &Db) -> Directory {
    let db = db.clone();
    let identity = identity::Identity::new(db.clone(), identity::Settings::default())
        .expect("identity starts");
    Directory::new(
        db.clone(),
        Arc::new(org::Org::new(db)),
        Arc::new(identity),
        Arc::new(Classes),
        Arc::new(Classes),
        db::files::Files::local(&folder(), 20 * 1024 * 1024).expect("a folder"),
    )
}

fn folder() -> std::path::PathBuf {
    std::env::temp_dir().join("zvonok-people-tests")
}

fn views(world: &World) -> Views {
    let assets = ["app.css", "app.js", "icons.svg"];
    let assets = assets.map(|it| (it.to_owned(), format!("/assets/{it}")));
    Views::load(ViewsSetup {
        templates: Templates::Own,
        assets: BTreeMap::from(assets),
        nav: vec![],
        system: "Звонок".to_owned(),
        clock: world.clock().clone(),
    })
    .expect("templates and words load")
}

/// A browser in which somebody is signed in: `secretary:17`.
pub(crate) fn browser(world: &World, token: &str) -> Client {
    let views = views(world);
    let config = WebConfig {
        gate: Arc::new(ByCookie),
        views: views.clone(),
        https: false,
        proxies: vec![],
        origins: vec![],
        limits: Limits::default(),
    };
    let router = people::router(directory(world), views);
    let (router, _) = web::layers(router, config).expect("the layers fit");
    Client::new(router).with_cookie("sid", token)
}

pub(crate) fn secretary(world: &World) -> Client {
    browser(world, &format!("secretary:{SECRETARY}"))
}

/// The fields of a form as the browser would send them back unchanged.
pub(crate) fn fields_of(page: &Answer) -> Vec<(String, String)> {
    let text = page.text();
    // The bar above has forms of its own.
    let main = text.split_once("<main").map_or("", |it| it.1);
    let main = main.split_once("</main>").map_or(main, |it| it.0);
    let mut fields = Vec::new();
    for tag in main
        .split('<')
        .filter(|it| it.starts_with("input ") || it.starts_with("textarea "))
    {
        let attribute = |name: &str| {
            let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
            let until = tag[from..].find('"')? + from;
            Some(plain(&tag[from..until]))
        };
        let radio = tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
        let Some(name) = attribute("name") else {
            continue;
        };
        if radio && !tag.contains(" checked") {
            continue;
        }
        let value = if tag.starts_with("textarea ") {
            tag.split_once('>')
                .map(|it| plain(it.1.trim()))
                .unwrap_or_default()
        } else {
            attribute("value").unwrap_or_default()
        };
        fields.push((name, value));
    }
    fields
}

/// The same fields with some changed.
pub(crate) fn with<'a>(
    fields: &'a [(String, String)],
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let kept = fields
        .iter()
        .filter(|it| !changes.iter().any(|change| change.0 == it.0))
        .map(|it| (it.0.as_str(), it.1.as_str()));
    kept.chain(changes.iter().copied()).collect()
}

fn plain(escaped: &str) -> String {
    escaped
        .replace("&quot;", "\"")
        .replace("&#x2f;", "/")
        .replace("&amp;", "&")
}
