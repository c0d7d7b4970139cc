//! What closing the year of the measured school takes (MOV-4), on a copy of its database.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    contract::{Server, form_encoded},
    http::{Answer, Client, Request},
    load::rest,
    pages::ok,
    table::{Bar, Figure},
};
use crate::cluster::Cluster;

/// Seconds for 892 pupils.
const AT_MOST: f64 = 10.0;
/// A job that takes longer than so is not waited for.
const PATIENCE: Duration = Duration::from_mins(5);
/// A page that is asked for without end would be what is measured.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
const DATABASE: &str = "zvonok_year";
/// What the page of a job asks for itself with while it lasts.
const RUNNING: &str = "hx-trigger=\"every 1s\"";

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
    client: Client,
    cookie: &'a str,
    base: String,
}

impl<'a> Wizard<'a> {
    fn of(server: &'a Server) -> Result<Self> {
        let page = server.text("school_day")?;
        let school = page.split("/attendance").next().unwrap_or_default();
        Ok(Self {
            client: server.client()?.without_packing(),
            cookie: server.cookie("school_day"),
            base: format!("{school}/settings/rollover"),
        })
    }

    /// Sends the form of the step as it is proposed; seconds until it is done.
    fn send(&mut self, step: &str) -> Result<f64> {
        let path = format!("{}/{step}", self.base);
        let page = ok(
            &mut self.client,
            &Request::get(&path).with_cookie(self.cookie),
        )?;
        let mut fields = fields(&text(&page));
        // The year is closed with whatever it lacks.
        fields.push(("confirm".to_owned(), "1".to_owned()));
        let pairs = fields
            .iter()
            .map(|(name, value)| format!("{}={}", form_encoded(name), form_encoded(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let since = Instant::now();
        let answer = self.client.send(&Request {
            kind: "application/x-www-form-urlencoded",
            ..Request::post(&path, body.as_bytes()).with_cookie(self.cookie)
        })?;
        if answer.status != 303 {
            bail!(
                "{step} was answered with {}: {}",
                answer.status,
                told(&text(&answer))
            );
        }
        let onward = answer
            .header("location")
            .context("no way onward")?
            .to_owned();
        self.wait(&onward, since)?;
        Ok(since.elapsed().as_secs_f64())
    }

    /// A job that lasts shows its progress under an address of its own.
    fn wait(&mut self, onward: &str, since: Instant) -> Result<()> {
        if !onward.contains("/jobs/") {
            return Ok(());
        }
        while since.elapsed() < PATIENCE {
            let request = Request::get(onward).with_cookie(self.cookie);
            let page = text(&ok(&mut self.client, &request)?);
            if !page.contains(RUNNING) {
                return Ok(());
            }
            rest(BETWEEN_LOOKS);
        }
        bail!("{onward} is not over")
    }
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// The beginning of what the page says.
fn told(page: &str) -> String {
    let main = page.split_once("<main").map_or(page, |it| it.1);
    main.chars().take(1500).collect()
}

/// Names and values of the forms of the page's main part, as they are filled in.
fn fields(page: &str) -> Vec<(String, String)> {
    let main = page.split_once("<main").map_or("", |it| it.1);
    let main = main.split("</main>").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut select = None;
    for tag in main.split('<').filter_map(|it| it.split('>').next()) {
        let name = || attribute(tag, "name");
        match tag.split_whitespace().next().unwrap_or_default() {
            "input" if attribute(tag, "type").as_deref() != Some("checkbox") => {
                let value = attribute(tag, "value").unwrap_or_default();
                found.extend(name().map(|it| (it, value)));
            }
            "select" => select = name(),
            "option" if tag.ends_with("selected") => {
                let value = attribute(tag, "value").unwrap_or_default();
                found.extend(select.clone().map(|it| (it, value)));
            }
            _ => {}
        }
    }
    found
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let value = rest.split('"').next()?;
    let plain = [
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
    ];
    let plain = plain.iter().fold(value.to_owned(), |it, (coded, sign)| {
        it.replace(coded, sign)
    });
    Some(plain.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn a_form_is_sent_as_it_is_filled_in() {
        let page = "<input name=\"search\" value=\"\"><main id=\"main\"><form>\
            <input class=\"input\" name=\"to.5\" value=\"6А\"><input type=\"checkbox\" name=\"confirm\" value=\"1\">\
            <select name=\"teacher.5\"><option value=\"\">нет</option><option value=\"17\" selected>Ким</option></select>\
            <input name=\"basis\" value=\"&quot;5&quot; &amp; 6\"></form></main>";
        let found = fields(page);
        let expected = [("to.5", "6А"), ("teacher.5", "17"), ("basis", "\"5\" & 6")];
        let expected = expected.map(|it| (it.0.to_owned(), it.1.to_owned()));
        assert_eq!(found, expected);
    }
}
