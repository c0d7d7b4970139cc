//! The journal of a class for the archive (S3:8): each subject with dates,
//! marks, attendance, topics and homework, then final marks and lessons missed.

use async_trait::async_trait;
use chrono::Datelike;
use curriculum::{Frame, Period};
use journal::{ClassSpan, GridSpan, GridTerm, OpenGrid, Slot};
use kernel::{Actor, ClassId, Reach, Right};
use serde_json::Value;
use web::paper::{Block, Paper};
use work::{Done, Duty, Finished, Refusal, Work};

use super::{Archive, Made, Order, sheets};
use crate::{Error, output::slot_name};

pub(crate) const JOURNAL: &str = "reporting.journal";

/// The kind of work; the application registers it.
pub struct ClassJournal(pub Archive);

#[async_trait]
impl Work for ClassJournal {
    fn kind(&self) -> &'static str {
        JOURNAL
    }

    fn place(&self, _: &Value) -> String {
        "/reports/archive".to_owned()
    }

    async fn run(&self, actor: &Actor, duty: &Duty) -> Result<Finished, Refusal> {
        let order: Order = duty.params()?;
        let class = order.class.ok_or(Error::NotFound)?;
        let (frame, term) = self.0.frame(actor, class, &order.period).await?;
        let views = &self.0.copies.views;
        let name = frame.class.name();
        let title = views.word("reporting.archive.journal");
        let footer = order.hand.footer.clone();
        let mut paper = Paper::under(views, footer, "journal", format!("{title}: {name}"));
        paper.landscape = true;
        paper.blocks = sheets::title(views, &frame, term.as_ref());
        let steps = frame.subjects.len() + 2;
        let span = term
            .as_ref()
            .map_or(GridTerm::Year, |it| GridTerm::Id(it.id));
        for (place, subject) in frame.subjects.iter().enumerate() {
            duty.tell(place, steps).await?;
            let open = OpenGrid {
                class,
                subject: subject.id,
                group: None,
                term: span,
                span: GridSpan::All,
                today: order.today,
            };
            let grid = self.0.journal.grid(actor, open).await;
            let grid = grid.map_err(Error::from)?;
            paper.blocks.extend(sheets::subject(views, &grid));
        }
        duty.tell(frame.subjects.len(), steps).await?;
        let ends = self.0.ends(actor, &frame, term.as_ref(), &order).await?;
        paper.blocks.extend(ends);
        duty.tell(frame.subjects.len() + 1, steps).await?;
        let made = Made {
            kind: "journal",
            class: Some((class, &name)),
            year: i16::try_from(frame.year.starts_on.year()).unwrap_or(i16::MAX),
            period: &order.period,
            parts: frame.subjects.len(),
        };
        let (tx, id) = self.0.keep(actor, made, &paper, &order.hand.name).await?;
        let place = format!("/reports/archive/{id}");
        let done = Done::new(place, "reporting.archive.journal-made").with("class", &name);
        Ok(duty.finish(tx, done).await?)
    }
}

impl Archive {
    /// The class with what surrounds it, and the period that is meant: none
    /// is all of the year.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a class of somebody else, and for a period that
    /// it does not have.
    pub(crate) async fn frame(
        &self,
        actor: &Actor,
        class: ClassId,
        period: &str,
    ) -> Result<(Frame, Option<Period>), Error> {
        let reaches = actor.may(Right::JournalView)?;
        let reporting = &self.copies.reporting;
        let mut tx = reporting.db().begin(actor).await?;
        let frame = reporting.curriculum.frame(&mut tx, class).await?;
        tx.commit().await?;
        let frame = frame.ok_or(Error::NotFound)?;
        let own = reaches.has(Reach::OwnClass) && frame.class.teacher == Some(actor.person);
        if !(reaches.has(Reach::Org) || own) || frame.class.is_preschool() {
            return Err(Error::NotFound);
        }
        if period == Slot::YEAR.code() {
            return Ok((frame, None));
        }
        let term = frame.terms().find(|it| Slot::of(it).code() == period);
        let term = term.cloned().ok_or(Error::NotFound)?;
        Ok((frame, Some(term)))
    }

    /// What stands behind the subjects: final marks and lessons missed.
    async fn ends(
        &self,
        actor: &Actor,
        frame: &Frame,
        term: Option<&Period>,
        order: &Order,
    ) -> Result<Vec<Block>, Error> {
        let views = &self.copies.views;
        let class = frame.class.id;
        let wanted: Vec<Slot> = term.map(Slot::of).into_iter().collect();
        let summary = self
            .journal
            .summary(actor, class, &wanted, order.today)
            .await?;
        let mut blocks = sheets::summary(views, &summary);
        let terms: Vec<&Period> = frame
            .terms()
            .filter(|it| term.is_none_or(|term| term.id == it.id))
            .filter(|it| it.starts_on <= order.today)
            .collect();
        let spans: Vec<ClassSpan> = terms
            .iter()
            .map(|it| ClassSpan {
                class,
                from: it.starts_on,
                to: it.ends_on.min(order.today),
            })
            .collect();
        let reporting = &self.copies.reporting;
        let mut tx = reporting.db().begin(actor).await?;
        let missed = reporting.finals.missed(&mut tx, &spans).await?;
        tx.commit().await?;
        let names: Vec<String> = terms
            .iter()
            .map(|it| slot_name(views, Slot::of(it)))
            .collect();
        blocks.extend(sheets::missed(views, &summary, &names, &missed));
        blocks.push(sheets::signs(views));
        Ok(blocks)
    }
}
