//! MOV-5: what the database itself lets each school do.

use sqlx::AssertSqlSafe;

use super::*;

/// Asks the database in the name of a school, and takes it back: how many
/// rows, or the code of the refusal.
async fn ask(world: &World, org: i64, statement: &str) -> Result<u64, String> {
    let mut tx = world.db().begin_system(org.into()).await.expect("begins");
    let done = sqlx::query(AssertSqlSafe(statement.to_owned()))
        .execute(tx.conn())
        .await;
    tx.rollback().await.expect("rolls back");
    match done {
        Ok(it) => Ok(it.rows_affected()),
        Err(it) => Err(it
            .as_database_error()
            .and_then(|it| it.code().map(std::borrow::Cow::into_owned))
            .unwrap_or_default()),
    }
}

const CHECK: &str = "23514";
const NOT_ALLOWED: &str = "42501";

/// The same asked of the database, as the role that the application has there.
#[tokio::test]
async fn the_database_itself_keeps_transfers_apart() {
    let world = region().await;
    let (_, id) = offered(&world).await;
    let row = format!("select from movement.transfer where transfer_id = {id}");
    let extract = format!("select from movement.transfer_extract where transfer_id = {id}");
    let side = "select from movement.departure";
    for (org, rows, sides) in [(SCHOOL, 1, 1), (OTHER_SCHOOL, 1, 0), (THIRD_SCHOOL, 0, 0)] {
        assert_eq!(ask(&world, org, &row).await, Ok(rows), "{org}");
        assert_eq!(ask(&world, org, &extract).await, Ok(rows), "{org}");
        assert_eq!(ask(&world, org, side).await, Ok(sides), "{org}");
    }
    // Nobody writes what the leaving school said, nor takes the other's step.
    let forge =
        format!("update movement.transfer_extract set content = '{{}}' where transfer_id = {id}");
    assert_eq!(ask(&world, OTHER_SCHOOL, &forge).await, Ok(0));
    assert_eq!(ask(&world, THIRD_SCHOOL, &forge).await, Ok(0));
    let set = |what: &str| format!("update movement.transfer set {what} where transfer_id = {id}");
    let refused = |code: &str| Err(code.to_owned());
    let rename = set("last_name = 'Чужой'");
    assert_eq!(ask(&world, THIRD_SCHOOL, &rename).await, Ok(0));
    assert_eq!(ask(&world, OTHER_SCHOOL, &rename).await, refused(CHECK));
    let accept = set("state = 'accepted'");
    assert_eq!(ask(&world, SCHOOL, &accept).await, refused(CHECK));
    assert_eq!(ask(&world, OTHER_SCHOOL, &accept).await, Ok(1));
    let steal = set(&format!("to_org = {THIRD_SCHOOL}"));
    assert!(ask(&world, OTHER_SCHOOL, &steal).await.is_err());
    assert!(ask(&world, SCHOOL, &steal).await.is_err());
    // A request is the only thing that a school may put before another one.
    let offer = format!(
        "insert into movement.transfer (org_id, to_org, state, by_request, last_name, first_name, due_on, offered_at)
         values ({SCHOOL}, {THIRD_SCHOOL}, 'offered', true, 'Петров', 'Иван', '2026-11-25', kernel.now())"
    );
    assert_eq!(
        ask(&world, THIRD_SCHOOL, &offer).await,
        refused(NOT_ALLOWED)
    );
    let request = offer.replace("'offered', true", "'asked', true");
    assert_eq!(
        ask(&world, OTHER_SCHOOL, &request).await,
        refused(NOT_ALLOWED)
    );
    assert_eq!(ask(&world, THIRD_SCHOOL, &request).await, Ok(1));
    // After a withdrawal the extract is closed for the other side.
    let it = transfers(&world);
    it.withdraw(&leaving_school(), id, 1, "передумали")
        .await
        .expect("withdrawn");
    assert_eq!(ask(&world, OTHER_SCHOOL, &extract).await, Ok(0));
    assert_eq!(ask(&world, SCHOOL, &extract).await, Ok(1));
}
