//! the application and the database are killed under load,
//! every write is sent again until it is answered and then once more, and no
//! acknowledged mark is lost, doubled or invented.
//!
//! `cargo xtask soak` runs the same with ten times as many kills.

mod server;
mod writer;

use std::{
    collections::HashMap,
    process::Command,
    sync::{Arc, mpsc},
    thread,
};

use db::embedded::{self, Keep};
use rand::Rng;
use sqlx::{Connection, PgConnection};

use self::{
    server::App,
    writer::{Cell, Signs, Written},
};

/// People who write at the same time, each into cells of their own.
const WRITERS: usize = 6;
const CELLS_OF_A_WRITER: usize = 8;
/// Acknowledged writes between two kills.
const BETWEEN: std::ops::Range<u32> = 5..30;

/// How many kills: the least that counts, unless a soak asks for more.
fn wanted(variable: &str, least: u32) -> u32 {
    std::env::var(variable).map_or(least, |it| it.parse().expect("a number of kills"))
}

/// A cluster of its own, one that answers for what it acknowledged: a killed
/// server must find everything in its log again.
struct Place {
    cluster: embedded::Server,
    folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
}

impl Place {
    fn new(name: &str) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let config = embedded::Config {
            keep: Keep::Durable,
            ..embedded::Config::volatile(name)
        };
        let cluster = runtime.block_on(embedded::Server::start(&config)).unwrap();
        Self {
            cluster,
            folder,
            runtime,
        }
    }

    fn app(&self) -> App {
        App::start(&self.cluster.admin_url(), self.folder.path())
    }

    async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.cluster.admin_url())
            .await
            .unwrap()
    }

    /// Empty cells that marks may be put into, as (lesson, pupil).
    fn cells(&self) -> Vec<(i64, i64)> {
        let cells: Vec<(i64, i64)> = self.runtime.block_on(async {
            sqlx::query_as(
                "select l.lesson_id, m.pupil_id
                 from schedule.lesson l
                 join curriculum.class c on c.org_id = l.org_id and c.class_id = l.class_id and c.grade > 4
                 join movement.class_member m on m.org_id = l.org_id and m.class_id = l.class_id
                      and m.during @> l.held_on
                 where l.state = 'planned' and l.group_id is null
                   and l.held_on between '2026-11-09' and '2026-11-20'
                   and not exists (select from journal.mark k where k.lesson_id = l.lesson_id and k.pupil_id = m.pupil_id)
                   and not exists (select from journal.attendance a
                                   where a.lesson_id = l.lesson_id and a.pupil_id = m.pupil_id)
                 order by l.lesson_id, m.pupil_id limit $1",
            )
            .bind(i64::try_from(WRITERS * CELLS_OF_A_WRITER).unwrap())
            .fetch_all(&mut self.connect().await)
            .await
            .unwrap()
        });
        assert_eq!(cells.len(), WRITERS * CELLS_OF_A_WRITER);
        cells
    }

    /// What stands in the database, with the number of changes it took.
    fn stored(&self) -> HashMap<Cell, (String, i64, i64)> {
        let rows: Vec<(i64, i64, String, i32, i64)> = self.runtime.block_on(async {
            sqlx::query_as(
                "select m.lesson_id, m.pupil_id, m.value, m.version,
                        (select count(*) from kernel.history h
                          where h.org_id = m.org_id and h.tbl = 'journal.mark'
                            and h.key = jsonb_build_object('work_id', m.work_id, 'pupil_id', m.pupil_id)::text)
                 from journal.mark m",
            )
            .fetch_all(&mut self.connect().await)
            .await
            .unwrap()
        });
        rows.into_iter()
            .map(|(lesson, pupil, value, version, changes)| {
                (Cell { lesson, pupil }, (value, version.into(), changes))
            })
            .collect()
    }

    /// Takes a server process of the application's away, without warning:
    /// the whole cluster goes down and recovers from its log.
    fn kill_a_backend(&self) {
        let victim: Option<i32> = self.runtime.block_on(async {
            sqlx::query_scalar(
                "select pid from pg_stat_activity
                 where usename = 'zvonok_login' order by state <> 'active', random() limit 1",
            )
            .fetch_optional(&mut self.connect().await)
            .await
            .unwrap()
        });
        if let Some(pid) = victim {
            kill(pid.unsigned_abs());
            self.runtime.block_on(async {
                while PgConnection::connect(&self.cluster.admin_url())
                    .await
                    .is_err()
                {
                    tokio::task::yield_now().await;
                }
            });
        }
    }
}

/// `kill -9`
fn kill(process: u32) {
    let status = Command::new("kill")
        .args(["-KILL", &process.to_string()])
        .status()
        .unwrap();
    assert!(status.success(), "nobody to kill");
}

/// Writes under `kills` kills and compares what was acknowledged with what is there.
fn survive(name: &str, kills: u32, mut strike: impl FnMut(&Place, &mut App)) {
    let place = Place::new(name);
    let mut app = place.app();
    let cookie = app.sign_in("zavuch");
    let operations = app.operations();
    let signs = Arc::new(Signs::default());
    let (acknowledged, arrivals) = mpsc::channel();
    let handles: Vec<_> = place
        .cells()
        .chunks(CELLS_OF_A_WRITER)
        .map(|cells| {
            let writer = writer::Writer::new(app.port(), &operations, &cookie, cells);
            let (signs, acknowledged) = (Arc::clone(&signs), acknowledged.clone());
            thread::spawn(move || writer.write(&signs, &acknowledged))
        })
        .collect();
    drop(acknowledged);
    for _ in 0..kills {
        for _ in 0..rand::rng().random_range(BETWEEN) {
            arrivals.recv().expect("the writers go on");
        }
        strike(&place, &mut app);
        signs.here_again();
    }
    signs.stop();
    let written: HashMap<Cell, Written> = handles
        .into_iter()
        .flat_map(|it| it.join().expect("a writer ends"))
        .collect();
    let stored = place.stored();
    let writes: i64 = written.values().map(|it| it.times).sum();
    assert!(writes > i64::from(kills * BETWEEN.start));
    for (cell, written) in &written {
        let (value, version, changes) = &stored[cell];
        assert_eq!(
            (value, *version, *changes),
            (&written.value, written.times, written.times),
            "{cell:?}: acknowledged {} times, last {}",
            written.times,
            written.value
        );
    }
    app.stop();
    place.runtime.block_on(place.cluster.stop());
}

///
#[test]
fn killing_the_application_loses_and_invents_no_mark() {
    survive(
        "killed-app",
        wanted("ZVONOK_APP_KILLS", 50),
        |place, app| {
            kill(app.process());
            app.start_again(&place.cluster.admin_url(), place.folder.path());
        },
    );
}

///
#[test]
fn killing_the_database_loses_and_invents_no_mark() {
    survive(
        "killed-database",
        wanted("ZVONOK_DATABASE_KILLS", 20),
        |place, _| {
            place.kill_a_backend();
        },
    );
}
