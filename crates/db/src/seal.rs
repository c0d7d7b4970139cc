//! Seals over the history and the audit log (security.md §4.3, R-21).
//!
//! Each organisation has a chain of batches per log: `n`, the last row, how
//! many rows, the digest of their canonical bytes, the seal before, and a
//! code over all of that by a key that lies on the application's host. Rows
//! are sealed after the fact, by a job: chaining in the transaction of the
//! change costs a school nine tenths of its throughput (ADR 0015).
//!
//! [`verify`] reads everything again and names the first bad batch of each
//! chain. A chain cannot know that its own end was cut off: the heads that
//! [`seal`] returns go where no administrator of the database reaches, and
//! come back to [`verify`] as anchors.

mod chain;
mod key;
mod round;
mod rows;
mod store;
mod verify;

use std::{fmt, str::FromStr};

use crate::files::hex;

pub use key::{Key, KeyError};
pub use round::{Sealed, seal};
pub use verify::{Flaw, Report, What, verify};

/// A log that is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Log {
    Audit,
    History,
}

impl Log {
    pub const ALL: [Self; 2] = [Self::Audit, Self::History];

    /// The name in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::History => "history",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// The end of one chain: what is kept outside of the database. One line of
/// text: `1001 history 17 3f…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 0: rows of no organisation.
    pub org: i64,
    pub log: Log,
    pub n: i64,
    pub mac: [u8; 32],
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { org, log, n, mac } = self;
        write!(f, "{org} {} {n} {}", log.code(), hex(mac))
    }
}

/// The line is no head of a chain.
#[derive(Debug, thiserror::Error)]
#[error("not the head of a chain: {0}")]
pub struct NoHead(String);

impl FromStr for Head {
    type Err = NoHead;

    fn from_str(line: &str) -> Result<Self, NoHead> {
        let read = || {
            let mut parts = line.split_ascii_whitespace();
            let org = parts.next()?.parse().ok()?;
            let log = Log::from_code(parts.next()?)?;
            let n = parts.next()?.parse().ok()?;
            let mac = key::from_hex(parts.next()?)?;
            parts.next().is_none().then_some(Self { org, log, n, mac })
        };
        read().ok_or_else(|| NoHead(line.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_goes_into_a_line_and_back() {
        let head = Head {
            org: 1001,
            log: Log::History,
            n: 17,
            mac: [0xa5; 32],
        };
        assert_eq!(head.to_string().parse::<Head>().ok(), Some(head));
        for bad in [
            "",
            "1 audit 2",
            "1 audit 2 zz",
            "1 mail 2 00",
            "x audit 1 00",
        ] {
            assert!(bad.parse::<Head>().is_err(), "{bad}");
        }
    }
}
