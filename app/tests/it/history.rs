//! whatever was done through the pages, the history of every tracked
//! table, replayed from nothing, gives exactly the rows that are there.

use std::collections::BTreeMap;

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::json;
use testkit::{Answer, Client, assert_history_replays};
use uuid::Uuid;

use crate::{actors::Cast, page, world::World};

const DEEDS: usize = 420;
const MARKS: [&str; 9] = ["5", "4", "3", "2", "", "н", "Б", "7", "УП"];
const WORDS: [&str; 8] = [
    "проба",
    "20.11.2026",
    "4",
    "Иванова",
    "12",
    "",
    "09:00",
    "да",
];

struct Doer<'a> {
    world: &'a World,
    rng: StdRng,
    office: Client,
    admin: Client,
    deputy: Client,
    teacher: Client,
    /// Pupils with accounts, by id.
    pupils: Vec<(i64, i64)>,
    /// How many deeds of a kind were done, and how many tried.
    done: BTreeMap<&'static str, (usize, usize)>,
}

impl Doer<'_> {
    fn path(&self, rest: &str) -> String {
        format!("/o/{}{rest}", self.world.own.code)
    }

    fn pupil(&mut self) -> (i64, i64) {
        *self.pupils.choose(&mut self.rng).unwrap()
    }

    fn count(&mut self, deed: &'static str, answer: &Answer) {
        assert!(
            !answer.status.is_server_error(),
            "{deed}: {}",
            answer.text()
        );
        let (done, tried) = self.done.entry(deed).or_default();
        *tried += 1;
        *done += usize::from(answer.status.is_success() || answer.status.is_redirection());
    }

    /// A few cells of one lesson, some of them stale or senseless.
    async fn cells(&mut self) {
        let org = self.world.own.org;
        let (lesson, pupil): (i64, i64) = sqlx::query_as(
            "select l.lesson_id, m.pupil_id from schedule.lesson l
             join movement.class_member m on m.org_id = l.org_id and m.class_id = l.class_id and m.during @> l.held_on
             where l.org_id = $1 and l.held_on between '2026-11-09' and '2026-11-19'
             order by md5((l.lesson_id * 31 + m.pupil_id * 17 + $2)::text) limit 1",
        )
        .bind(org)
        .bind(self.rng.random_range(0_i64..1_000_000))
        .fetch_one(self.world.test.admin())
        .await
        .unwrap();
        let mut ops = Vec::new();
        for field in ["mark", "attendance"] {
            let table = if field == "mark" {
                "mark"
            } else {
                "attendance"
            };
            let version = format!(
                "select coalesce(max(version), 0)::bigint from journal.{table}
                 where org_id = {org} and lesson_id = {lesson} and pupil_id = {pupil}"
            );
            let stale = i64::from(self.rng.random_bool(0.1));
            ops.push(json!({
                "op_id": Uuid::from_u128(self.rng.random()),
                "lesson": lesson,
                "work": null,
                "pupil": pupil,
                "field": field,
                "base": self.world.number(&version).await + stale,
                "value": MARKS.choose(&mut self.rng).unwrap(),
            }));
        }
        if self.rng.random_bool(0.2) {
            // A bad network sends it once more.
            ops.push(ops[0].clone());
        }
        let path = self.path("/journal/ops");
        let client = if self.rng.random_bool(0.5) {
            &mut self.deputy
        } else {
            &mut self.teacher
        };
        let answer = client.post_json(&path, &json!({ "ops": ops })).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
        let results = answer.json();
        let taken = results["results"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["status"] == "ok")
            .count();
        let (done, tried) = self.done.entry("cells").or_default();
        *tried += ops.len();
        *done += taken;
    }

    /// Something else on the card of a pupil.
    async fn card(&mut self) {
        let (pupil, _) = self.pupil();
        let path = self.path(&format!("/people/pupils/{pupil}/edit"));
        let page = self.office.get(&path).await;
        let Some(form) = form_to(&page, &path) else {
            return;
        };
        let number = self.rng.random_range(1_000_000..9_999_999);
        let fields = form.filled(&mut |name, _| match name {
            "mobile" => Some(format!("8918{number}")),
            "lives_at" => Some(format!("ул. Новая, д. {}", number % 90)),
            _ => None,
        });
        let answer = post(&mut self.office, &path, &fields).await;
        self.count("card", &answer);
    }

    /// A role given or taken back.
    async fn grant(&mut self) {
        let (_, account) = self.pupil();
        let path = self.path(&format!("/settings/access/{account}"));
        let page = self.admin.get(&path).await;
        let ends: Vec<_> = page::forms(&page.text())
            .into_iter()
            .filter(|it| it.action.ends_with("/end"))
            .collect();
        let answer = match ends.choose(&mut self.rng) {
            Some(end) if ends.len() > 1 => self.admin.post_form(&end.action, &[]).await,
            _ => {
                let role = ["moderator", "committee", "medic"]
                    .choose(&mut self.rng)
                    .unwrap();
                self.admin
                    .post_form(&path, &[("role", role), ("scope", "org")])
                    .await
            }
        };
        self.count("grant", &answer);
    }

    /// An order drawn up, changed, issued, cancelled or thrown away.
    async fn order(&mut self) {
        let (pupil, _) = self.pupil();
        let new = self.path("/movement/orders/new");
        let pupil = pupil.to_string();
        let draft = [
            ("type", "leaving"),
            ("ordered_on", "20.11.2026"),
            ("effective_on", "20.11.2026"),
            ("basis", "заявление"),
            ("reason", "other_school"),
            ("went_to", "СОШ № 1"),
            ("pupils", &pupil),
        ];
        let drawn = self.office.post_form(&new, &draft).await;
        self.count("order drawn up", &drawn);
        let Some(order) = drawn.location().map(str::to_owned) else {
            return;
        };
        for _ in 0..3 {
            let page = self.office.get(&order).await;
            let forms: Vec<_> = page::forms(&page.text())
                .into_iter()
                .filter(|it| it.action.starts_with(&order))
                .collect();
            let Some(form) = forms.choose(&mut self.rng) else {
                return;
            };
            let fields =
                form.filled(&mut |name, _| (name == "reason").then(|| "ошибка".to_owned()));
            let (action, fields) = (form.action.clone(), fields);
            let answer = post(&mut self.office, &action, &fields).await;
            self.count("order", &answer);
        }
    }

    /// Any form of any page of the deputy, filled in anyhow.
    async fn any_form(&mut self, seen: &mut Vec<String>) {
        let path = seen.choose(&mut self.rng).cloned().unwrap();
        let page = self.deputy.get(&path).await;
        let text = page.text();
        let left_alone = [
            "/logout",
            "/my/",
            "/settings/access",
            "/settings/accounts",
            "/login",
            "/settings/look",
        ];
        seen.extend(
            page::links(&text)
                .into_iter()
                .filter(|it| it.starts_with("/o/"))
                .take(30),
        );
        let forms = page::forms(&text);
        let forms: Vec<_> = forms
            .iter()
            .filter(|it| !left_alone.iter().any(|left| it.action.contains(left)))
            .collect();
        let Some(form) = forms.choose(&mut self.rng) else {
            return;
        };
        let action = if form.action.is_empty() {
            path
        } else {
            form.action.clone()
        };
        let fields = form.at_random(&mut self.rng, &WORDS);
        let answer = post(&mut self.deputy, &action, &fields).await;
        self.count("any form", &answer);
    }
}

fn form_to(page: &Answer, action: &str) -> Option<page::Form> {
    page::forms(&page.text())
        .into_iter()
        .find(|it| it.action == action)
}

async fn post(client: &mut Client, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|it| (it.0.as_str(), it.1.as_str()))
        .collect();
    client.post_form(path, &fields).await
}

/// The tables whose changes are kept.
async fn tracked(world: &World) -> Vec<String> {
    sqlx::query_scalar(
        "select n.nspname || '.' || c.relname from pg_trigger t
         join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
         where t.tgname = 'track_insert' order by 1",
    )
    .fetch_all(world.test.admin())
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_change_made_through_the_pages_is_in_the_history() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let pupils = sqlx::query_as(
        "select m.person_id, m.account_id from identity.membership m
         join movement.class_member s on s.org_id = m.org_id and s.pupil_id = m.person_id and s.during @> date '2026-11-20'
         where m.org_id = $1 order by 1",
    )
    .bind(world.own.org)
    .fetch_all(world.test.admin())
    .await
    .unwrap();
    let client = |name: &str| world.client(&cast.of_name(name).token);
    let before = world.number("select count(*) from kernel.history").await;
    let mut doer = Doer {
        world: &world,
        rng: StdRng::seed_from_u64(20_261_120),
        office: client("secretary"),
        admin: client("admin"),
        deputy: client("deputy"),
        teacher: client("teacher"),
        pupils,
        done: BTreeMap::new(),
    };
    let mut seen = vec![
        doer.path("/"),
        doer.path("/study/classes"),
        doer.path("/timetable/edit"),
        doer.path("/timetable/rooms"),
    ];
    for _ in 0..DEEDS {
        match doer.rng.random_range(0..10) {
            0..=3 => doer.cells().await,
            4 => doer.card().await,
            5 => doer.grant().await,
            6 => doer.order().await,
            _ => doer.any_form(&mut seen).await,
        }
    }
    for (deed, least) in [
        ("cells", 60),
        ("card", 20),
        ("grant", 20),
        ("order drawn up", 10),
        ("order", 20),
        ("any form", 10),
    ] {
        let (done, tried) = doer.done.get(deed).copied().unwrap_or_default();
        assert!(
            done >= least,
            "{deed}: {done} of {tried} were done; all: {:?}",
            doer.done
        );
    }
    let after = world.number("select count(*) from kernel.history").await;
    assert!(
        after - before > 200,
        "{before} rows of history became {after}"
    );
    for table in tracked(&world).await {
        assert_history_replays(&world.test, &table).await;
    }
}
