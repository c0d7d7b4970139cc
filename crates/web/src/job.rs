//! The job kit: the progress page of long work (`ux.md` §0, rule 3).

use axum::response::{IntoResponse, Response};
use chrono::Duration;
use serde::Serialize;

use crate::{Failure, Views, Visit};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Waiting,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// What `components/job.html` shows.
#[derive(Clone, Debug, Serialize)]
pub struct Progress {
    pub id: i64,
    pub state: State,
    pub done: u64,
    /// `None` while it is being counted.
    pub total: Option<u64>,
    pub percent: u64,
    /// `1:05`, `2:01:05`
    pub elapsed: String,
    pub result_href: Option<String>,
    pub log_href: Option<String>,
    pub error_text: Option<String>,
}

impl Progress {
    pub fn new(id: i64, state: State, done: u64, total: Option<u64>, elapsed: Duration) -> Self {
        Self {
            id,
            state,
            done,
            total,
            percent: percent(done, total),
            elapsed: clock(elapsed),
            result_href: None,
            log_href: None,
            error_text: None,
        }
    }

    /// Where the result can be seen.
    #[must_use]
    pub fn result(mut self, href: impl Into<String>) -> Self {
        self.result_href = Some(href.into());
        self
    }

    /// Where the log of errors can be downloaded.
    #[must_use]
    pub fn log(mut self, href: impl Into<String>) -> Self {
        self.log_href = Some(href.into());
        self
    }

    /// Why it failed, in words.
    #[must_use]
    pub fn error(mut self, text: impl Into<String>) -> Self {
        self.error_text = Some(text.into());
        self
    }
}

fn percent(done: u64, total: Option<u64>) -> u64 {
    let total = u128::from(total.unwrap_or(0));
    (u128::from(done) * 100)
        .checked_div(total)
        .map_or(0, |it| u64::try_from(it).unwrap_or(100))
        .min(100)
}

fn clock(elapsed: Duration) -> String {
    let seconds = elapsed.num_seconds().max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        return format!("{hours}:{minutes:02}:{seconds:02}");
    }
    format!("{minutes}:{seconds:02}")
}

#[derive(Serialize)]
struct JobPage<'a> {
    title: &'a str,
    job: &'a Progress,
}

/// The page of a job, `job.html`; it reloads its piece while the work goes on.
///
/// # Errors
/// The template does not render.
pub fn page(
    views: &Views,
    visit: &Visit,
    title: &str,
    progress: &Progress,
) -> Result<Response, Failure> {
    let page = JobPage {
        title,
        job: progress,
    };
    Ok(views.page(visit, "job.html", &page)?.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_in_numbers() {
        assert_eq!(percent(1, Some(3)), 33);
        assert_eq!(percent(5, Some(0)), 0);
        assert_eq!(percent(7, Some(5)), 100);
        assert_eq!(clock(Duration::seconds(65)), "1:05");
        assert_eq!(clock(Duration::seconds(7265)), "2:01:05");
    }
}
