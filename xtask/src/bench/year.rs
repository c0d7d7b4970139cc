//! What closing the year of the measured school takes (MOV-4), on a copy of its database.

use std::{path::Path, time::Instant};

use anyhow::Result;

use super::{
    contract::Server,
    table::{Bar, Figure},
    walk::{Walker, fields},
};
use crate::cluster::Cluster;

/// Seconds for 892 pupils.
const AT_MOST: f64 = 10.0;
const DATABASE: &str = "zvonok_year";

/// Prepares the coming year through the wizard, tries it out, closes the old one, takes it back.
pub(super) fn measure(binary: &Path, cluster: &Cluster, port: u16) -> Result<Vec<Figure>> {
    let admin = |sql: &str| cluster.psql("postgres", sql);
    let drop = format!("drop database if exists {DATABASE} with (force)");
    admin(&drop)?;
    admin(&format!("create database {DATABASE} template zvonok"))?;
    let server = Server::start(binary, &cluster.url(DATABASE), port, false)?;
    let mut wizard = Wizard::of(&server)?;
    let mut figures = Vec::new();
    for (step, name, bar) in [
        ("year", "year's transition: the coming year", None),
        ("classes", "year's transition: classes, load, plans", None),
        ("orders", "year's transition: drafts of the orders", None),
        ("trial", "year's transition: dry run", Some(AT_MOST)),
        (
            "run",
            "year's transition: the job, 892 pupils",
            Some(AT_MOST),
        ),
        ("result", "year's transition: taking it back", None),
    ] {
        let seconds = wizard.send(step)?;
        figures.push(match bar {
            Some(limit) => Figure::held(name, seconds, "s", Bar::AtMost(limit)),
            None => Figure::told(name, seconds, "s"),
        });
    }
    std::mem::drop(server);
    admin(&drop)?;
    Ok(figures)
}

/// The steps of the wizard, as the deputy head walks through them.
struct Wizard<'a> {
    walker: Walker<'a>,
    base: String,
}

impl<'a> Wizard<'a> {
    fn of(server: &'a Server) -> Result<Self> {
        Ok(Self {
            walker: Walker::new(server.client()?, server.cookie("school_day")),
            base: format!("{}/settings/rollover", server.school()?),
        })
    }

    /// Sends the form of the step as it is proposed; seconds until it is done.
    fn send(&mut self, step: &str) -> Result<f64> {
        let path = format!("{}/{step}", self.base);
        let mut fields = fields(&self.walker.page(&path)?);
        // The year is closed with whatever it lacks.
        fields.push(("confirm".to_owned(), "1".to_owned()));
        let since = Instant::now();
        let onward = self.walker.send(&path, &fields)?;
        self.walker.wait(&onward)?;
        Ok(since.elapsed().as_secs_f64())
    }
}
