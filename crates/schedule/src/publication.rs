//! Publishing as a job: a year of a large school is some 30,000 lessons.

use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::{Actor, Fault, Kind, YearId, dates::show_date};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use web::Views;
use work::{Done, Duty, Finished, Refusal, Work};

use crate::{Error, Timetable, pages::explain};

/// The kind of the job.
pub(crate) const PUBLISH: &str = "schedule.publish";

/// What to publish.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) year: YearId,
    pub(crate) from: NaiveDate,
    /// The state of the draft that was looked at.
    pub(crate) revision: i32,
}

/// Publishes the draft of a timetable (SCH-2).
pub struct Publication {
    timetable: Timetable,
    views: Views,
}

impl Publication {
    pub const fn new(timetable: Timetable, views: Views) -> Self {
        Self { timetable, views }
    }

    /// With the words of what stands in the way.
    async fn refusal(&self, actor: &Actor, order: Order, error: Error) -> Refusal {
        let said = match &error {
            Error::Busy(clash) => match self.timetable.draft(actor, Some(order.year)).await {
                Ok(draft) => Some(explain(&self.views, &draft.names, clash)),
                // The code of the clash says enough.
                Err(_) => None,
            },
            other if other.kind() == Kind::Conflict => {
                Some(self.views.word("schedule.publish.stale"))
            }
            _ => None,
        };
        Refusal {
            said,
            ..error.into()
        }
    }
}

#[async_trait]
impl Work for Publication {
    fn kind(&self) -> &'static str {
        PUBLISH
    }

    fn place(&self, params: &Value) -> String {
        match Order::deserialize(params) {
            Ok(it) => format!(
                "/timetable/publish?year={}&from={}",
                it.year,
                show_date(it.from)
            ),
            Err(_) => "/timetable/publish".to_owned(),
        }
    }

    async fn run(&self, actor: &Actor, duty: &Duty) -> Result<Finished, Refusal> {
        let order: Order = duty.params()?;
        let wish = (order.year, order.from, order.revision);
        match self.timetable.publish_telling(actor, wish, duty).await {
            Ok((tx, it)) => {
                let done = Done::new("/timetable", "schedule.published")
                    .with("created", &it.created)
                    .with("changed", &it.changed)
                    .with("cancelled", &it.cancelled);
                Ok(duty.finish(tx, done).await?)
            }
            Err(error) => Err(self.refusal(actor, order, error).await),
        }
    }
}
