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
    crate::store::visits::visits_below(tx).await
}
