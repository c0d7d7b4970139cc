//! Views of lists that members keep.

use db::Tx;
use kernel::AccountId;
use web::table::SavedView;

use crate::ViewId;

/// The account's own views of the place, by name, and the one asked for.
pub(crate) async fn of(
    tx: &mut Tx,
    account: AccountId,
    place: &str,
    asked: Option<i64>,
) -> Result<Vec<SavedView>, db::Error> {
    Ok(sqlx::query_as!(
        SavedView,
        r#"select view_id as id, name, query, is_default, account_id = $1 as "is_own!"
           from identity.saved_view where place = $2 and (account_id = $1 or view_id = $3)
           order by name, view_id"#,
        account.get(),
        place,
        asked,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// What is to be kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewView<'a> {
    pub(crate) place: &'a str,
    pub(crate) name: &'a str,
    pub(crate) query: &'a str,
}

/// Keeps a view; one of the same name becomes this one.
pub(crate) async fn keep(
    tx: &mut Tx,
    account: AccountId,
    new: NewView<'_>,
) -> Result<ViewId, db::Error> {
    let id = sqlx::query_scalar!(
        "insert into identity.saved_view (org_id, account_id, place, name, query)
         values (kernel.org(), $1, $2, $3, $4)
         on conflict (org_id, account_id, place, name) do update set query = excluded.query
         returning view_id",
        account.get(),
        new.place,
        new.name,
        new.query,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// How many views of the place the account keeps.
pub(crate) async fn count(tx: &mut Tx, account: AccountId, place: &str) -> Result<i64, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from identity.saved_view where account_id = $1 and place = $2"#,
        account.get(),
        place,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Where an own view is; nothing where there is none of that id.
pub(crate) async fn place(
    tx: &mut Tx,
    account: AccountId,
    id: ViewId,
) -> Result<Option<String>, db::Error> {
    Ok(sqlx::query_scalar!(
        "select place from identity.saved_view where account_id = $1 and view_id = $2 for update",
        account.get(),
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Makes that view the default of the place, or none.
pub(crate) async fn set_default(
    tx: &mut Tx,
    account: AccountId,
    place: &str,
    id: Option<ViewId>,
) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.saved_view set is_default = false
         where account_id = $1 and place = $2 and is_default",
        account.get(),
        place,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update identity.saved_view set is_default = true where account_id = $1 and view_id = $2",
        account.get(),
        id.map(ViewId::get),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn remove(tx: &mut Tx, account: AccountId, id: ViewId) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from identity.saved_view where account_id = $1 and view_id = $2",
        account.get(),
        id.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
