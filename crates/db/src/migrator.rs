use std::{str::FromStr, sync::LazyLock};

use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection,
    migrate::{MigrateError, Migrator},
    postgres::PgConnectOptions,
};

/// Every migration of every schema as one ordered history.
///
/// A folder per schema keeps ownership visible; one history keeps foreign
/// keys between schemas possible and tests honest.
pub static MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| {
    let schemas = [
        sqlx::migrate!("../../migrations/kernel"),
        sqlx::migrate!("../../migrations/intake"),
        sqlx::migrate!("../../migrations/org"),
        sqlx::migrate!("../../migrations/identity"),
        sqlx::migrate!("../../migrations/people"),
        sqlx::migrate!("../../migrations/curriculum"),
        sqlx::migrate!("../../migrations/movement"),
        sqlx::migrate!("../../migrations/schedule"),
        sqlx::migrate!("../../migrations/journal"),
        sqlx::migrate!("../../migrations/rollover"),
        sqlx::migrate!("../../migrations/exams"),
        sqlx::migrate!("../../migrations/preschool"),
        sqlx::migrate!("../../migrations/portfolio"),
        sqlx::migrate!("../../migrations/builder"),
        sqlx::migrate!("../../migrations/messaging"),
        sqlx::migrate!("../../migrations/deadlines"),
        sqlx::migrate!("../../migrations/forms"),
        sqlx::migrate!("../../migrations/privacy"),
        sqlx::migrate!("../../migrations/reporting"),
    ];
    Migrator::with_migrations(schemas.iter().flat_map(|it| it.iter().cloned()).collect())
});

/// The roles of the cluster: the first migration, which whoever may create
/// roles has to run before the owner of the schema takes over.
pub(crate) const ROLES: &str = include_str!("../../../migrations/kernel/20260901000000_roles.sql");

/// Why the database could not be brought to the newest schema.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    #[error("the database cannot be reached or refused")]
    Database(#[from] sqlx::Error),
    #[error("the roles of the cluster could not be made")]
    Roles(#[source] sqlx::Error),
    #[error("{login} is not a member of zvonok_owner and may not migrate")]
    NotOwner { login: String },
    #[error("a migration failed")]
    Migration(#[from] MigrateError),
}

/// Brings the database at `url` to the newest schema.
///
/// The login is a superuser, or a member of `zvonok_owner` where a superuser
/// has made the roles before. Everything made belongs to `zvonok_owner`.
pub async fn migrate(url: &str) -> Result<(), MigrationError> {
    let mut conn = PgConnectOptions::from_str(url)?
        .application_name("zvonok migrate")
        .connect()
        .await?;
    prepare(&mut conn).await?;
    conn.execute("set role zvonok_owner").await?;
    MIGRATOR.run_direct(None, &mut conn, false).await?;
    conn.close().await?;
    Ok(())
}

/// What only a superuser may do: roles, and the owner's right to make schemas
/// and extensions in this database.
async fn prepare(conn: &mut PgConnection) -> Result<(), MigrationError> {
    conn.execute(ROLES).await.map_err(MigrationError::Roles)?;
    let (login, superuser, is_owner): (String, bool, bool) = sqlx::query_as(
        "select current_user::text, rolsuper, pg_has_role(current_user, 'zvonok_owner', 'member')
         from pg_roles where rolname = current_user",
    )
    .fetch_one(&mut *conn)
    .await?;
    if !is_owner {
        return Err(MigrationError::NotOwner { login });
    }
    if superuser {
        let database: String = sqlx::query_scalar("select quote_ident(current_database())")
            .fetch_one(&mut *conn)
            .await?;
        conn.execute(AssertSqlSafe(format!(
            "grant create, connect on database {database} to zvonok_owner;
             grant usage, create on schema public to zvonok_owner"
        )))
        .await?;
    }
    Ok(())
}
