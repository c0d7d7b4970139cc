//! The server under measure, and what it tells about itself.
//!
//! `zvonok demo --bench --data DIR --port PORT` migrates and fills the database of
//! `DATABASE_URL` once, listens, and then prints one line of JSON:
//!
//! | key | meaning |
//! |---|---|
//! | `login`, `password` | a teacher who may see all five pages |
//! | `diary_login`, `diary_password` | optional: who asks for `diary_week` and `marks` |
//! | `office_login`, `office_password` | who asks for `school_day`, `class_finals`, `pupils` and `report` |
//! | `grid`, `lesson`, `diary_week`, `marks`, `class_list`, `school_day`, `class_finals`, `pupils` | paths of the pages |
//! | `reports` | the address of every kind of report by its code |
//! | `ops_url` | where the grid sends its operations |
//! | `ops_lesson` | the lesson that the batches write into; people under load fill others of its days |
//! | `dues` | what asking every domain what is owed takes: `near` and `whole`, each with `statements` and `ms` |
//! | `ops` | bodies to send there, each a batch of 28 marks, valid when sent in this order |

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::http::{Client, Request};
use crate::{say, workspace};

/// The running server with somebody signed in.
pub(super) struct Server {
    child: Child,
    port: u16,
    told: Value,
    teacher: String,
    reader: String,
    office: String,
}

impl Server {
    /// Starts it, waits until it tells where the pages are, signs in.
    /// `alone`: no jobs run beside the pages, so that processor time is that of the pages.
    pub(super) fn start(binary: &Path, database: &str, port: u16, alone: bool) -> Result<Self> {
        let data = workspace::root().join(".zvonok/bench-files");
        let mut zvonok = Command::new(binary);
        zvonok
            .args(["demo", "--bench", "--port"])
            .arg(port.to_string());
        zvonok.args(alone.then_some("--alone"));
        zvonok.arg("--data").arg(data).env("DATABASE_URL", database);
        zvonok
            .current_dir(workspace::root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let child = zvonok.spawn().context("cannot start zvonok")?;
        let mut server = Self {
            child,
            port,
            told: Value::Null,
            teacher: String::new(),
            reader: String::new(),
            office: String::new(),
        };
        server.told = server.first_json()?;
        server.teacher = server.sign_in("login", "password")?;
        server.reader = server.reader_cookie()?;
        server.office = server.sign_in("office_login", "office_password")?;
        Ok(server)
    }

    /// Reads until the line that is JSON; lines before it are for people.
    fn first_json(&mut self) -> Result<Value> {
        let output = self.child.stdout.take().context("zvonok has no output")?;
        for line in BufReader::new(output).lines() {
            let line = line?;
            if let Ok(told) = serde_json::from_str::<Value>(&line)
                && told.is_object()
            {
                return Ok(told);
            }
            say::note(format_args!("zvonok says: {line}"));
        }
        bail!("zvonok demo --bench ended without telling the addresses of its pages")
    }

    fn reader_cookie(&mut self) -> Result<String> {
        if self.told["diary_login"].is_string() {
            return self.sign_in("diary_login", "diary_password");
        }
        Ok(self.teacher.clone())
    }

    /// Signs in through the page, as a browser does, and returns the cookies.
    fn sign_in(&self, login: &str, password: &str) -> Result<String> {
        let form = format!(
            "login={}&password={}",
            form_encoded(self.text(login)?),
            form_encoded(self.text(password)?)
        );
        let mut client = Client::connect(self.port)?;
        let post = Request {
            kind: "application/x-www-form-urlencoded",
            ..Request::post("/login", form.as_bytes())
        };
        let answer = client.send(&post)?;
        let cookies: Vec<_> = answer
            .all("set-cookie")
            .filter_map(|it| it.split(';').next())
            .collect();
        if answer.status != 303 || cookies.is_empty() {
            bail!("signing in was answered with {}", answer.status);
        }
        Ok(cookies.join("; "))
    }

    /// A figure that the server measured itself, by its place in the line.
    pub(super) fn figure(&self, place: &str) -> Result<f64> {
        let found = self.told.pointer(place).and_then(Value::as_f64);
        found.with_context(|| format!("zvonok demo --bench does not tell {place}"))
    }

    /// A text under that key.
    pub(super) fn text(&self, key: &str) -> Result<&str> {
        self.told[key]
            .as_str()
            .with_context(|| format!("zvonok demo --bench tells no {key}"))
    }

    /// The address of the measured school: `/o/krymsk-g7`.
    pub(super) fn school(&self) -> Result<&str> {
        let page = self.text("school_day")?;
        Ok(page.split("/attendance").next().unwrap_or_default())
    }

    /// Code and address of every kind of report.
    pub(super) fn reports(&self) -> Result<Vec<(String, String)>> {
        let told = self.told["reports"].as_object();
        let told = told.context("zvonok demo --bench tells no reports")?;
        let texts = told.iter();
        let texts = texts.filter_map(|it| Some((it.0.clone(), it.1.as_str()?.to_owned())));
        Ok(texts.collect())
    }

    /// A number under that key.
    pub(super) fn number(&self, key: &str) -> Result<i64> {
        self.told[key]
            .as_i64()
            .with_context(|| format!("zvonok demo --bench tells no {key}"))
    }

    /// The batches of operations, in the order in which they must be sent.
    pub(super) fn batches(&self) -> Result<Vec<String>> {
        let batches = self.told["ops"]
            .as_array()
            .context("zvonok demo --bench tells no ops")?;
        Ok(batches.iter().map(ToString::to_string).collect())
    }

    /// The cookies of whoever reads that page.
    pub(super) fn cookie(&self, page: &str) -> &str {
        match page {
            "diary_week" | "marks" => &self.reader,
            "school_day" | "class_finals" | "pupils" | "report" => &self.office,
            _ => &self.teacher,
        }
    }

    pub(super) fn client(&self) -> Result<Client> {
        Client::connect(self.port)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn form_encoded(text: &str) -> String {
    let encoded = text.bytes().map(|it| match it {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(it).to_string(),
        other => format!("%{other:02X}"),
    });
    encoded.collect()
}

#[cfg(test)]
mod tests {
    use super::form_encoded;

    #[test]
    fn a_password_survives_the_form() {
        assert_eq!(form_encoded("a b&ё"), "a%20b%26%D1%91");
    }
}
