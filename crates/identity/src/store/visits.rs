use db::Tx;
use kernel::OrgId;

use crate::{Holder, Used};

/// How the accounts of each organisation below are used, by who holds them.
pub(crate) async fn visits_below(tx: &mut Tx) -> Result<Vec<(OrgId, Holder, Used)>, db::Error> {
    let rows = sqlx::query!(
        r#"select org_id as "org_id!", holder as "holder!", accounts as "accounts!", ever as "ever!",
                  month as "month!", week as "week!"
             from identity.visits_below($1)"#,
        tx.now(),
    )
    .fetch_all(tx.conn())
    .await?;
    let found = rows.into_iter().filter_map(|it| {
        let holder = Holder::ALL.into_iter().find(|of| of.code() == it.holder)?;
        let used = Used {
            accounts: it.accounts,
            ever: it.ever,
            month: it.month,
            week: it.week,
        };
        Some((it.org_id.into(), holder, used))
    });
    Ok(found.collect())
}
