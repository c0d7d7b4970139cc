use std::str::FromStr;

use rand::Rng;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

use crate::Error;

const LOGIN: &str = "zvonok_login";

/// Gives the application's login a new password and tells its URL: for a
/// server that belongs to us alone, such as one of a test or a benchmark.
///
/// # Errors
/// As [`login_url_with`].
pub async fn login_url(admin_url: &str) -> Result<String, Error> {
    let password = format!("{:032x}", rand::rng().random::<u128>());
    login_url_with(admin_url, &password).await
}

/// The same with a password of hexadecimal digits that several nodes know: a
/// new one would shut the others out. The schema must be there, since it
/// brings the login.
///
/// # Errors
/// The server does not answer, or the URL is not an administrator's.
pub async fn login_url_with(admin_url: &str, password: &str) -> Result<String, Error> {
    let admin = PgConnectOptions::from_str(admin_url)?;
    // Roles are of the whole server and fail when two change one at once; a
    // lock is of one database, so everybody takes it in the same.
    let common = admin.clone().database("postgres");
    let mut connection: PgConnection = common.connect().await?;
    sqlx::query("select pg_advisory_lock(hashtextextended('zvonok.login', 0))")
        .execute(&mut connection)
        .await?;
    // Hexadecimal digits only: there is nothing to escape.
    let set = AssertSqlSafe(format!("alter role {LOGIN} login password '{password}'"));
    sqlx::query(set).execute(&mut connection).await?;
    connection.close().await?;
    Ok(admin
        .username(LOGIN)
        .password(password)
        .to_url_lossy()
        .to_string())
}
