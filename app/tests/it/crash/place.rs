//! Where the crash tests happen: a cluster of their own and what stands in it.

use std::collections::HashMap;

use db::embedded::{self, Keep};
use sqlx::{AssertSqlSafe, Connection, FromRow, PgConnection, postgres::PgRow};

use super::{kill, server::App, writer::Cell};

/// A cluster of its own, one that answers for what it acknowledged: a killed
/// server must find everything in its log again.
pub(super) struct Place {
    pub(super) cluster: embedded::Server,
    pub(super) folder: tempfile::TempDir,
    pub(super) runtime: tokio::runtime::Runtime,
}

impl Place {
    pub(super) fn new(name: &str) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let config = embedded::Config {
            keep: Keep::Durable,
            ..embedded::Config::volatile(name)
        };
        let cluster = runtime.block_on(async {
            // A run before this one, perhaps of other migrations, left its data.
            let left = embedded::Server::start(&config).await.unwrap();
            let mut server = PgConnection::connect(&left.maintenance_url())
                .await
                .unwrap();
            let forget = "drop database zvonok with (force)";
            sqlx::raw_sql(forget).execute(&mut server).await.unwrap();
            server.close().await.unwrap();
            left.stop().await;
            embedded::Server::start(&config).await.unwrap()
        });
        Self {
            cluster,
            folder,
            runtime,
        }
    }

    pub(super) fn app(&self) -> App {
        App::start(&self.cluster.admin_url(), self.folder.path())
    }

    /// Starts the program again after its end.
    pub(super) fn start_again(&self, app: &mut App) {
        app.start_again(&self.cluster.admin_url(), self.folder.path());
    }

    pub(super) fn stop(self) {
        self.runtime.block_on(self.cluster.stop());
    }

    /// The rows of a query, asked as superuser.
    pub(super) fn rows<T>(&self, query: &str) -> Vec<T>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        self.runtime.block_on(async {
            sqlx::query_as(AssertSqlSafe(query))
                .fetch_all(&mut self.connect().await)
                .await
                .unwrap()
        })
    }

    pub(super) async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.cluster.admin_url())
            .await
            .unwrap()
    }

    /// Empty cells that marks may be put into, as (lesson, pupil).
    pub(super) fn cells(&self, count: usize) -> Vec<(i64, i64)> {
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
            .bind(i64::try_from(count).unwrap())
            .fetch_all(&mut self.connect().await)
            .await
            .unwrap()
        });
        assert_eq!(cells.len(), count);
        cells
    }

    /// What stands in the database, with the number of changes it took.
    pub(super) fn stored(&self) -> HashMap<Cell, (String, i64, i64)> {
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
    pub(super) fn kill_a_backend(&self) {
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
