//! What it costs to ask every domain of the measured school what is owed. The server asked
//! itself before it listened: no page shows the facts alone.

use anyhow::Result;

use super::{
    contract::Server,
    table::{Bar, Figure},
};

/// Of the twelve statements of a whole evaluation four are the look's own.
const STATEMENTS: f64 = 8.0;
/// Asking, counting days and mirroring what is owed; reminders cost two more once a day.
const OF_A_LOOK: f64 = 12.0;
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
        Figure::held(
            "a look after a change: statements",
            server.figure("/dues/look/statements")?,
            "",
            Bar::AtMost(OF_A_LOOK),
        ),
        Figure::held(
            "a look after a change: time",
            server.figure("/dues/look/ms")?,
            "ms",
            Bar::AtMost(NEAR),
        ),
        Figure::told(
            "the first look of a school, everything new: time",
            server.figure("/dues/first_look/ms")?,
            "ms",
        ),
    ])
}
