//! All reports that somebody owes, made at once: a frozen copy of each, and one
//! PDF with a bookmark for each (RPT-7; S3:10.3–10.4).

use async_trait::async_trait;
use kernel::{Actor, dates::AcademicYear};
use serde_json::Value;
use web::paper::{Block, Paper};
use work::{Done, Duty, Finished, Refusal, Work};

use super::{Archive, Made, Order};
use crate::{Asked, Error, ReportRunId, store};

pub(crate) const OWED: &str = "reporting.owed";

/// The kind of work; the application registers it.
pub struct OwedReports(pub Archive);

#[async_trait]
impl Work for OwedReports {
    fn kind(&self) -> &'static str {
        OWED
    }

    fn place(&self, _: &Value) -> String {
        "/reports/owed".to_owned()
    }

    async fn run(&self, actor: &Actor, duty: &Duty) -> Result<Finished, Refusal> {
        let order: Order = duty.params()?;
        let Archive { copies, .. } = &self.0;
        let (views, today) = (&copies.views, order.today);
        let owed = copies.reporting.owed(actor, today).await?;
        let places: Vec<String> = owed
            .into_iter()
            .filter(|it| it.done.is_none())
            .map(|it| it.place)
            .collect();
        let title = views.word("reporting.owed.paper");
        let footer = order.hand.footer.clone();
        let mut paper = Paper::under(views, footer, "owed-reports", title);
        let mut runs: Vec<ReportRunId> = vec![];
        for (place, path) in places.iter().enumerate() {
            duty.tell(place, places.len() + 1).await?;
            let asked = Asked::of_place(path, today).ok_or(Error::NotFound)?;
            let (frozen, sheet) = match copies.frozen(actor, asked, &order.hand, today).await {
                Ok(made) => made,
                // Nothing to report of: nobody is in the class, nothing is taught.
                Err(Error::Empty | Error::NotFound) => continue,
                Err(other) => return Err(other.into()),
            };
            let number = [("number".to_owned(), frozen.run.to_string())];
            let number = views.phrase("reporting.copies.number", &number.into());
            paper.landscape |= sheet.landscape;
            if !paper.blocks.is_empty() {
                paper.blocks.push(Block::Page);
            }
            let mut blocks = sheet.blocks.into_iter();
            paper.blocks.extend(blocks.next());
            paper.blocks.push(Block::text(number));
            paper.blocks.extend(blocks);
            runs.push(frozen.run);
        }
        if runs.is_empty() {
            return Err(Error::NothingOwed.into());
        }
        duty.tell(places.len(), places.len() + 1).await?;
        let made = Made {
            kind: "owed",
            class: None,
            year: i16::try_from(AcademicYear::of(today).start_year()).unwrap_or(i16::MAX),
            period: "",
            parts: runs.len(),
        };
        let (mut tx, id) = self.0.keep(actor, made, &paper, &order.hand.name).await?;
        let kept = store::insert_paper_runs(&mut tx, id, &runs).await;
        kept.map_err(Error::from)?;
        let place = format!("/reports/archive/{id}");
        let done = Done::new(place, "reporting.owed.done").with("count", &runs.len());
        Ok(duty.finish(tx, done).await?)
    }
}
