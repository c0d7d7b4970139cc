//! Two rural schools of the demonstration in one database, and the
//! application over them.

use std::sync::Arc;

use axum::Router;
use db::Bulk;
use demo::{Plan, Shape};
use kernel::{Clock, Job};
use testkit::{Client, TestDb};
use zvonok::{
    Config,
    wire::{self, Extras},
};

/// Stands in every name of the second school, and in none of the first.
pub(crate) const CANARY: &str = "Канарейкин";

/// Where the bytes of every file of these tests lie.
pub(crate) const PROBE: &str = "probe";

/// One school of the two.
#[derive(Clone, Debug)]
pub(crate) struct School {
    pub(crate) org: i64,
    pub(crate) code: String,
}

pub(crate) struct World {
    pub(crate) test: TestDb,
    pub(crate) router: Router,
    jobs: Vec<Arc<dyn Job>>,
    /// The long work of the application.
    pub(crate) work: work::Jobs,
    /// The school that the actors belong to.
    pub(crate) own: School,
    /// The school that must never show.
    pub(crate) other: School,
}

/// Puts a file where tests of other processes may be reading it: they see all
/// of it or none.
fn lay(path: &std::path::Path, bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap()).unwrap();
    std::io::Write::write_all(&mut file, bytes).unwrap();
    file.persist(path).unwrap();
}

impl World {
    /// Builds the schools and wires the application.
    pub(crate) async fn new() -> Self {
        let test = TestDb::with_connections(8).await;
        let bulk = Bulk::connect(&test.admin_url(), test.clock().clone())
            .await
            .unwrap()
            .with_keys(test.keys().clone());
        let today = test.clock().now().date_naive();
        let plan = Plan {
            seed: 7,
            today,
            schools: 2,
            shape: Shape::Villages,
        };
        demo::build(&bulk, &plan, &|_, _, _| ()).await.unwrap();
        bulk.close().await;
        let clock: Arc<dyn Clock> = test.clock().clone();
        let files = std::env::temp_dir().join("zvonok-app-tests");
        let of_demo = files.join(demo::FILE.path);
        std::fs::create_dir_all(of_demo.parent().unwrap()).unwrap();
        lay(&of_demo, demo::FILE.bytes);
        lay(&files.join(PROBE), b"probe");
        let config = Config {
            seal_key: files.join("seal.key"),
            files,
            second_factor: zvonok::SecondFactor::Offered,
            ..Config::default()
        };
        let app = wire::app(test.db(), clock, &config, &Extras::default()).unwrap();
        let [own, other] = schools(&test).await;
        Self {
            test,
            router: app.router,
            jobs: app.jobs,
            work: app.work,
            own,
            other,
        }
    }

    /// Puts the canary into whatever the second school calls anything.
    pub(crate) async fn mark_the_other_school(&self) {
        let org = self.other.org;
        let mark = format!("'{CANARY} '");
        self.test
            .sql(&format!(
                "update people.person set last_name = '{CANARY}' || person_id, search_key = '{key}' || person_id,
                     lives_at = {mark} || person_id, email = 'canary@example.test' where org_id = {org};
                 update people.staff set post = {mark} || post where org_id = {org};
                 update people.parent set workplace = {mark} || workplace where org_id = {org};
                 update people.pupil set family = {mark} where org_id = {org};
                 update people.consent set document = {mark} || consent_id where org_id = {org};
                 update identity.membership set name = '{CANARY} ' || name where org_id = {org}
                     and account_id not in (select account_id from identity.membership where org_id <> {org});
                 update org.room set name = {mark} || room_id where org_id = {org};
                 update org.card set governing_body = {mark}, charter = {mark} where org_id = {org};
                 update curriculum.subject set name = {mark} || name where org_id = {org};
                 update curriculum.class set letter = '{CANARY}' where org_id = {org};
                 update curriculum.plan set name = {mark} || name where org_id = {org};
                 update curriculum.plan_item set topic = {mark} || topic where org_id = {org};
                 update curriculum.study_group set name = {mark} || name where org_id = {org};
                 update curriculum.work_kind set name = {mark} || name where org_id = {org};
                 update movement.order set basis = {mark} || basis where org_id = {org};
                 update schedule.version set name = {mark} || name where org_id = {org};
                 update journal.homework_file set name = {mark} || name where org_id = {org};
                 update exams.exam set title = {mark} || title where org_id = {org};
                 update exams.scale set name = {mark} || name where org_id = {org};
                 update journal.answer set text = {mark} where org_id = {org};
                 update deadlines.debt set text = {mark} where org_id = {org};
                 update journal.entry set topic = {mark} || topic, homework = {mark} || homework
                     where org_id = {org}",
                key = CANARY.to_lowercase(),
            ))
            .await;
    }

    /// A browser with that session; without one where the token is empty.
    pub(crate) fn client(&self, token: &str) -> Client {
        let client = Client::new(self.router.clone());
        if token.is_empty() {
            client
        } else {
            client.with_cookie("sid", token)
        }
    }

    /// One number, as superuser; the query fails the test where it finds nothing.
    /// Runs a job of the night now.
    pub(crate) async fn run_job(&self, name: &str) {
        let job = self.jobs.iter().find(|it| it.name() == name);
        job.expect("such a job").run().await.expect("runs");
    }

    pub(crate) async fn number(&self, query: &str) -> i64 {
        self.test.number(query).await
    }

    /// Opens sessions of these accounts under these tokens, those that ended anew.
    pub(crate) async fn sign_in(&self, sessions: &[(i64, &str)]) {
        let rows = sessions.iter().map(|(account, token)| {
            format!(
                "({}, {account}, now, now, now + interval '1 day', now + interval '1 day', 'test')",
                digest("session", token)
            )
            .replace(
                "now",
                &format!("timestamptz '{}'", self.test.clock().now().to_rfc3339()),
            )
        });
        let rows: Vec<String> = rows.collect();
        self.test
            .sql(&format!(
                "insert into identity.session
                     (token_hash, account_id, created_at, seen_at, idle_until, expires_at, agent)
                 values {} on conflict (token_hash) do nothing",
                rows.join(", "),
            ))
            .await;
    }
}

/// SQL for the digest under which a secret is kept.
pub(crate) fn digest(purpose: &str, secret: &str) -> String {
    format!("sha256('{purpose}'::bytea || '\\x00'::bytea || '{secret}'::bytea)")
}

async fn schools(test: &TestDb) -> [School; 2] {
    let mut schools = Vec::new();
    for at in 0..2 {
        let of_schools = "from org.organisation where kind = 'school' order by org_id";
        let org = test
            .number(&format!("select org_id {of_schools} offset {at} limit 1"))
            .await;
        let code = sqlx::query_scalar("select code from org.organisation where org_id = $1")
            .bind(org)
            .fetch_one(test.admin())
            .await
            .unwrap();
        schools.push(School { org, code });
    }
    schools.try_into().unwrap()
}
