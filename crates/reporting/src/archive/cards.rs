//! All report cards of the school in one PDF (check 16): a bookmark for each
//! class and each pupil.

use async_trait::async_trait;
use chrono::Datelike;
use kernel::{Actor, Reach, Right};
use serde_json::Value;
use web::paper::{Block, Paper};
use work::{Done, Duty, Finished, Refusal, Work};

use super::{Archive, Made, Order};
use crate::{Asked, Error, Kind, MarksWish, More, TypedDays, output::Shown};

pub(crate) const CARDS: &str = "reporting.cards";

/// The kind of work; the application registers it.
pub struct AllCards(pub Archive);

#[async_trait]
impl Work for AllCards {
    fn kind(&self) -> &'static str {
        CARDS
    }

    fn place(&self, _: &Value) -> String {
        "/reports/archive".to_owned()
    }

    async fn run(&self, actor: &Actor, duty: &Duty) -> Result<Finished, Refusal> {
        let order: Order = duty.params()?;
        if !actor.may(Right::JournalView)?.has(Reach::Org) {
            return Err(Error::NotFound.into());
        }
        let Archive { copies, .. } = &self.0;
        let (views, reporting) = (&copies.views, &copies.reporting);
        let asked = |class| Asked {
            kind: Kind::ReportCards,
            period: None,
            class,
            teacher: None,
            names: false,
            more: More::default(),
            of_marks: MarksWish::default(),
            days: TypedDays::default(),
        };
        let first = reporting.make(actor, asked(None), order.today).await?;
        let classes = first.classes.clone();
        let footer = &order.hand.footer;
        let title = views.word("reporting.report-cards");
        let mut paper = Paper::under(views, footer.clone(), "report-cards", title);
        let mut pupils = 0;
        for (place, class) in classes.iter().enumerate() {
            duty.tell(place, classes.len() + 1).await?;
            let asked = asked(Some(class.id));
            let made = reporting.make(actor, asked, order.today).await?;
            let shown = Shown::of(&made, Kind::ReportCards, &order.hand.base, views);
            if shown.is_empty {
                continue;
            }
            if !paper.blocks.is_empty() {
                paper.blocks.push(Block::Page);
            }
            let count = made.report.sections.len();
            pupils += count;
            paper.blocks.push(Block::heading(class.name()));
            let mut about = shown.about.clone();
            about.push((views.word("reporting.archive.pupils"), count.to_string()));
            paper.blocks.push(Block::Fields { rows: about });
            paper.blocks.push(Block::Page);
            let sheets = shown.paper(Kind::ReportCards, footer.clone(), views)?;
            paper.landscape |= sheets.landscape;
            paper.blocks.extend(sheets.blocks.into_iter().map(lower));
        }
        if pupils == 0 {
            return Err(Error::Empty.into());
        }
        duty.tell(classes.len(), classes.len() + 1).await?;
        let made = Made {
            kind: "cards",
            class: None,
            year: i16::try_from(first.year.0.year()).unwrap_or(i16::MAX),
            period: "year",
            parts: pupils,
        };
        let (tx, id) = self.0.keep(actor, made, &paper, &order.hand.name).await?;
        let place = format!("/reports/archive/{id}");
        let done = Done::new(place, "reporting.archive.cards-made").with("count", &pupils);
        Ok(duty.finish(tx, done).await?)
    }
}

/// A pupil stands below the class.
fn lower(block: Block) -> Block {
    match block {
        Block::Heading { level, text, align } => Block::Heading {
            level: level + 1,
            text,
            align,
        },
        other => other,
    }
}
