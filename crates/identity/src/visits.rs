//! «Статистика посещений» of the organisations below (HUB-4): how many
//! accounts there are and how many of them are used, and nobody's name.

use db::Tx;
use kernel::OrgId;

/// Who holds an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    Staff,
    Pupils,
    Parents,
}

impl Holder {
    pub const ALL: [Self; 3] = [Self::Staff, Self::Pupils, Self::Parents];

    /// The name in the database and in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Pupils => "pupils",
            Self::Parents => "parents",
        }
    }
}

/// Accounts and how many of them were used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    pub accounts: i64,
    pub ever: i64,
    /// Within 30 days.
    pub month: i64,
    /// Within 7 days.
    pub week: i64,
}

/// By organisation below that of the transaction; whoever holds several roles
/// in one of them counts in each.
pub async fn visits_below(tx: &mut Tx) -> Result<Vec<(OrgId, Holder, Used)>, db::Error> {
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
