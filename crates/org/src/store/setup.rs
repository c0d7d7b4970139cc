//! What people said of the steps of «Мастер ввода данных».

use db::{Error, Tx};

use crate::setup::{Mark, Step};

/// The marks that stand.
pub(crate) async fn setup_marks(tx: &mut Tx) -> Result<Vec<(Step, Mark)>, Error> {
    let rows = sqlx::query!("select step, mark from org.setup_mark where org_id = kernel.org()")
        .fetch_all(tx.conn())
        .await?;
    let known = rows
        .iter()
        .filter_map(|it| Some((Step::from_code(&it.step)?, Mark::from_code(&it.mark)?)));
    Ok(known.collect())
}

/// Sets a mark, or takes it back.
pub(crate) async fn set_setup_mark(
    tx: &mut Tx,
    step: Step,
    mark: Option<Mark>,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into org.setup_mark (org_id, step, mark, person_id, marked_at)
         values (kernel.org(), $1, $2, kernel.person(), $3)
         on conflict (org_id, step) do update set mark = excluded.mark, person_id = excluded.person_id,
                marked_at = excluded.marked_at",
        step.code(),
        mark.map_or("", Mark::code),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
