//! Charts of a report, on the page and on paper (RPT-5; `ux.md` §5.5).

use serde::Serialize;
use web::{
    RenderError, Views,
    chart::{self, Average, LineChart, RankChart},
    paper::Block,
};

use super::label;
use crate::{Form, Report};

/// So wide a drawing is on paper, in millimetres.
const WIDTH: u16 = 120;
/// More bars would not fit below the head of a sheet.
const MOST_BARS: usize = 16;

/// A drawing with the words around it.
#[derive(Serialize)]
pub(super) struct ChartView {
    title: String,
    /// What the parts of the drawing mean.
    legend: String,
    /// Read aloud instead of it.
    label: String,
    bars: Option<RankChart>,
    line: Option<LineChart>,
}

/// The charts of a report; those with nothing to draw are left out.
pub(super) fn charts(report: &Report, views: &Views) -> Vec<ChartView> {
    let drawn = report.charts.iter().filter_map(|it| {
        let averages: Vec<Average> = it
            .points
            .iter()
            .map(|it| Average {
                name: label(views, "col", &it.label),
                value: it.value,
                beside: it.beside,
            })
            .collect();
        let (bars, line) = match it.form {
            Form::Bars => (Some(chart::bars(&averages)?), None),
            Form::Line => (None, Some(chart::averages(&averages)?)),
        };
        let legend = views.word(&format!("reporting.chart.{}", it.word));
        let title = it.title.clone().unwrap_or_default();
        let label = if title.is_empty() {
            legend.clone()
        } else {
            format!("{title}. {legend}")
        };
        Some(ChartView {
            title,
            legend,
            label,
            bars,
            line,
        })
    });
    drawn.collect()
}

impl ChartView {
    /// The drawing with its words.
    pub(super) fn blocks(&self, views: &Views) -> Result<Vec<Block>, RenderError> {
        if self.bars.as_ref().is_some_and(|it| it.len() > MOST_BARS) {
            // The table below says the same in less room.
            return Ok(vec![]);
        }
        let svg = views.part("reporting/_drawing.html", self)?.0;
        Ok(vec![
            Block::text(&self.label),
            Block::Picture {
                svg,
                width: WIDTH,
                text: self.label.clone(),
            },
        ])
    }
}
