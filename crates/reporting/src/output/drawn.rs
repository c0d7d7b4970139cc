//! Charts of a report, on the page and on paper (RPT-5; `ux.md` §5.5).

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::Serialize;
use web::{
    RenderError, Views,
    chart::{self, Average, ColumnChart, LineChart, RankChart},
    paper::{Block, dressed},
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
    /// Where the table is what people come for, the drawing stands below it.
    below: bool,
    bars: Option<RankChart>,
    ranks: Option<RankChart>,
    line: Option<LineChart>,
    columns: Option<ColumnChart>,
}

/// The drawing of one form; the others stay empty.
#[derive(Default)]
struct Drawn {
    bars: Option<RankChart>,
    ranks: Option<RankChart>,
    line: Option<LineChart>,
    columns: Option<ColumnChart>,
}

impl Drawn {
    fn of(form: Form, values: &[Average]) -> Option<Self> {
        let mut it = Self::default();
        match form {
            Form::Bars => it.bars = Some(chart::bars(values)?),
            Form::Shares(target) => it.bars = Some(chart::shares(values, target)?),
            Form::Ranks => it.ranks = Some(chart::ranks(values)?),
            Form::Line => it.line = Some(chart::averages(values)?),
            Form::Counts => {
                let count = |it: &Average| (it.name.clone(), whole(it.value));
                let counts: Vec<(String, u32)> = values.iter().map(count).collect();
                it.columns = Some(chart::counts(&counts)?);
            }
        }
        Some(it)
    }
}

fn whole(value: Option<Decimal>) -> u32 {
    value.and_then(|it| it.to_u32()).unwrap_or(0)
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
        let drawn = Drawn::of(it.form, &averages)?;
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
            below: !matches!(it.form, Form::Bars | Form::Line),
            bars: drawn.bars,
            ranks: drawn.ranks,
            line: drawn.line,
            columns: drawn.columns,
        })
    });
    drawn.collect()
}

impl ChartView {
    /// The drawing alone, with colours of its own.
    fn svg(&self, views: &Views) -> Result<String, RenderError> {
        Ok(dressed(&views.part("reporting/_drawing.html", self)?.0))
    }

    /// The drawing with its words.
    pub(super) fn blocks(&self, views: &Views) -> Result<Vec<Block>, RenderError> {
        let rows = self.bars.as_ref().or(self.ranks.as_ref());
        if rows.is_some_and(|it| it.len() > MOST_BARS) {
            // The table below says the same in less room.
            return Ok(vec![]);
        }
        let svg = self.svg(views)?;
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
