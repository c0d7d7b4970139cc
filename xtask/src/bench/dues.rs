//! What it costs to ask every domain of the measured school what is owed. The server asked
//! itself before it listened: no page shows the facts alone.

use anyhow::Result;

use super::{
    contract::Server,
    table::{Bar, Figure},
};

/// Of the twelve statements of a whole evaluation so many are left to the domains.
const STATEMENTS: f64 = 7.0;
/// Milliseconds for the weeks that are looked at after a change.
const NEAR: f64 = 250.0;

/// Statements and time, of the last weeks and of the whole year.
pub(super) fn measure(server: &Server) -> Result<Vec<Figure>> {
    Ok(vec![
        Figure::held(
            "what is owed: statements",
            server.figure("/dues/near/statements")?,
            "",
            Bar::AtMost(STATEMENTS),
        ),
        Figure::held(
            "what is owed, the last weeks: time",
            server.figure("/dues/near/ms")?,
            "ms",
            Bar::AtMost(NEAR),
        ),
        Figure::told(
            "what is owed, the whole year: time",
            server.figure("/dues/whole/ms")?,
            "ms",
        ),
    ])
}
