use kernel::{Actor, Right};

use super::super::Journal;
use crate::{Error, store};

/// How a member likes to see the journal, on every computer alike (`ux.md` §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GridChoice {
    /// Rows of 24 pixels.
    Compact,
    /// A column with the median.
    Median,
    /// A column with lessons missed.
    Missed,
    /// The focus goes right after a value, and not down.
    AdvanceRight,
    /// The focus stays after a value.
    AdvanceOff,
}

impl GridChoice {
    pub const ALL: [Self; 5] = [
        Self::Compact,
        Self::Median,
        Self::Missed,
        Self::AdvanceRight,
        Self::AdvanceOff,
    ];

    /// The name in the database and in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Median => "median",
            Self::Missed => "missed",
            Self::AdvanceRight => "advance-right",
            Self::AdvanceOff => "advance-off",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

impl Journal {
    /// Remembers how the member likes to see journals; what is not among
    /// `on` and `off` stays as it was.
    pub async fn choose_grid(
        &self,
        actor: &Actor,
        on: &[GridChoice],
        off: &[GridChoice],
    ) -> Result<(), Error> {
        actor.may(Right::JournalView)?;
        let mut tx = self.db.begin(actor).await?;
        let code = |it: &GridChoice| it.code().to_owned();
        let on: Vec<String> = on.iter().map(code).collect();
        let off: Vec<String> = off.iter().map(code).collect();
        store::save_choices(&mut tx, actor.account, &on, &off).await?;
        tx.commit().await?;
        Ok(())
    }
}
