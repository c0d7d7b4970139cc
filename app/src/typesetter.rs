//! Joins papers of the domains and the press.

mod sheet;

use async_trait::async_trait;
use web::paper::{Drawing, Paper, Press, PressError};

/// The press of the installation.
pub(crate) struct Typesetter(pdf::Press);

impl Typesetter {
    pub(crate) fn new() -> Result<Self, pdf::Error> {
        pdf::Press::new().map(Self)
    }
}

#[async_trait]
impl Press for Typesetter {
    async fn pdf(&self, paper: &Paper) -> Result<Vec<u8>, PressError> {
        let data = serde_json::to_vec(paper).map_err(|it| PressError::new(&paper.name, it))?;
        let made = self.0.print(data).await;
        made.map_err(|it| PressError::new(&paper.name, it))
    }

    async fn png(&self, drawing: &Drawing) -> Result<Vec<u8>, PressError> {
        let made = self.0.picture(drawing.svg.clone()).await;
        made.map_err(|it| PressError::new(&drawing.name, it))
    }

    fn paper(&self, page: &str) -> Option<Paper> {
        sheet::paper(page)
    }
}
