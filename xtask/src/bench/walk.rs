//! What a person does in a browser: opens pages, sends forms, waits for jobs.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{
    contract::form_encoded,
    http::{Answer, Client, Request},
    load::rest,
    pages::ok,
};

/// A job that takes longer than so is not waited for.
const PATIENCE: Duration = Duration::from_mins(5);
/// A page that is asked for without end would be what is measured.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
/// What the page of a job asks for itself with while it lasts.
const RUNNING: &str = "hx-trigger=\"every 1s\"";

/// Somebody signed in.
pub(super) struct Walker<'a> {
    client: Client,
    cookie: &'a str,
}

impl<'a> Walker<'a> {
    pub(super) fn new(client: Client, cookie: &'a str) -> Self {
        Self {
            client: client.without_packing(),
            cookie,
        }
    }

    /// The text of a page.
    pub(super) fn page(&mut self, path: &str) -> Result<String> {
        let request = Request::get(path).with_cookie(self.cookie);
        Ok(text(&ok(&mut self.client, &request)?))
    }

    /// Sends fields; where it leads.
    pub(super) fn send(&mut self, path: &str, fields: &[(String, String)]) -> Result<String> {
        let pairs = fields
            .iter()
            .map(|(name, value)| format!("{}={}", form_encoded(name), form_encoded(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        self.post(path, "application/x-www-form-urlencoded", body.as_bytes())
    }

    /// Uploads a text as the file of that name; where it leads.
    pub(super) fn upload(&mut self, path: &str, name: &str, file: &str) -> Result<String> {
        let body = format!(
            "--zvonok\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: text/csv\r\n\r\n{file}\r\n--zvonok--\r\n"
        );
        self.post(
            path,
            "multipart/form-data; boundary=zvonok",
            body.as_bytes(),
        )
    }

    fn post(&mut self, path: &str, kind: &'static str, body: &[u8]) -> Result<String> {
        let answer = self.client.send(&Request {
            kind,
            ..Request::post(path, body).with_cookie(self.cookie)
        })?;
        if answer.status != 303 {
            let said = told(&text(&answer));
            bail!("{path} was answered with {}: {said}", answer.status);
        }
        Ok(answer
            .header("location")
            .context("no way onward")?
            .to_owned())
    }

    /// Waits for the job where a form led to one: it shows its progress under an address of its own.
    pub(super) fn wait(&mut self, onward: &str) -> Result<()> {
        let since = Instant::now();
        while onward.contains("/jobs/") && self.page(onward)?.contains(RUNNING) {
            if since.elapsed() > PATIENCE {
                bail!("{onward} is not over");
            }
            rest(BETWEEN_LOOKS);
        }
        Ok(())
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
pub(super) fn fields(page: &str) -> Vec<(String, String)> {
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
