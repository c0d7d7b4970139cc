//! What a visitor can do with a page: follow its links, fill in its forms.
//! Reads only what our own templates write.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

/// A form that is sent by POST.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    pub(crate) action: String,
    fields: Vec<Field>,
}

#[derive(Clone, Debug, Default)]
struct Field {
    name: String,
    kind: String,
    value: String,
    /// What else could be chosen.
    choices: Vec<String>,
    is_on: bool,
}

impl Form {
    /// The fields as they stand; each that `change` gives something for has that instead.
    pub(crate) fn filled(
        &self,
        change: &mut dyn FnMut(&str, &str) -> Option<String>,
    ) -> Vec<(String, String)> {
        let sent = self.fields.iter().filter(|it| it.is_on).map(|it| {
            let value = change(&it.name, &it.value).unwrap_or_else(|| it.value.clone());
            (it.name.clone(), value)
        });
        sent.collect()
    }

    /// The fields with some of them chosen or typed otherwise.
    pub(crate) fn at_random(&self, rng: &mut StdRng, words: &[&str]) -> Vec<(String, String)> {
        let mut sent = Vec::new();
        for it in &self.fields {
            let is_on = if it.kind == "checkbox" || it.kind == "radio" {
                rng.random_bool(0.5)
            } else {
                it.is_on
            };
            if !is_on {
                continue;
            }
            let value = match it.kind.as_str() {
                "hidden" | "checkbox" | "radio" | "submit" => it.value.clone(),
                _ if rng.random_bool(0.6) => it.value.clone(),
                "select" => it.choices.choose(rng).cloned().unwrap_or_default(),
                _ => (*words.choose(rng).unwrap_or(&"")).to_owned(),
            };
            sent.push((it.name.clone(), value));
        }
        sent
    }
}

/// The addresses of this site that the page leads to.
pub(crate) fn links(html: &str) -> Vec<String> {
    let tags = tags(html).into_iter().filter(|it| it.name == "a");
    tags.filter_map(|it| it.attribute("href"))
        .filter(|it| it.starts_with('/'))
        .collect()
}

/// The forms of the page that change something.
pub(crate) fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut open: Option<Form> = None;
    for tag in tags(html) {
        if tag.name == "form" {
            let is_post = tag
                .attribute("method")
                .is_some_and(|it| it.eq_ignore_ascii_case("post"));
            let action = tag.attribute("action").unwrap_or_default();
            open = is_post.then(|| Form {
                action,
                fields: Vec::new(),
            });
            continue;
        }
        if tag.name == "/form" {
            forms.extend(open.take());
            continue;
        }
        let Some(form) = &mut open else { continue };
        if tag.name == "option" {
            if let Some(field) = form.fields.last_mut().filter(|it| it.kind == "select") {
                let value = tag.attribute("value").unwrap_or_else(|| tag.text.clone());
                if tag.has("selected") || field.choices.is_empty() {
                    field.value.clone_from(&value);
                }
                field.choices.push(value);
            }
            continue;
        }
        form.fields.extend(field(&tag));
    }
    forms
}

fn field(tag: &Tag) -> Option<Field> {
    let name = tag.attribute("name")?;
    let value = tag.attribute("value").unwrap_or_default();
    let kind = match tag.name.as_str() {
        "input" => tag.attribute("type").unwrap_or_else(|| "text".to_owned()),
        "select" => "select".to_owned(),
        "textarea" => {
            return Some(Field {
                name,
                kind: "text".into(),
                value: tag.text.clone(),
                is_on: true,
                choices: vec![],
            });
        }
        _ => return None,
    };
    let is_on =
        !["checkbox", "radio", "submit", "file"].contains(&kind.as_str()) || tag.has("checked");
    Some(Field {
        name,
        kind,
        value,
        is_on,
        choices: vec![],
    })
}

/// A tag with the text that follows it.
struct Tag {
    name: String,
    rest: String,
    text: String,
}

impl Tag {
    fn attribute(&self, name: &str) -> Option<String> {
        let (_, after) = self.rest.split_once(&format!(" {name}=\""))?;
        Some(plain(after.split('"').next().unwrap_or_default()))
    }

    fn has(&self, name: &str) -> bool {
        self.rest.split_whitespace().any(|it| it == name)
    }
}

fn tags(html: &str) -> Vec<Tag> {
    html.split('<')
        .skip(1)
        .filter_map(|it| {
            let (inside, text) = it.split_once('>')?;
            let end = inside.find(char::is_whitespace).unwrap_or(inside.len());
            let rest = inside[end..]
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            Some(Tag {
                name: inside[..end].to_lowercase(),
                rest: format!(" {rest}"),
                text: plain(text.trim()),
            })
        })
        .collect()
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#x2f;", "/")
        .replace("&amp;", "&")
}

#[test]
fn links_and_forms_are_read() {
    let html = r#"<a class="x" href="/o/a?b=1&amp;c=2">x</a><a href="https://e">y</a>
        <form method="post" action="/o/a"><input type="hidden" name="seen" value="3">
        <select name="k"><option value="a">A</option><option value="b" selected>B</option></select>
        <textarea name="t">one
two</textarea><input type="checkbox" name="c" value="1"></form>"#;
    assert_eq!(links(html), ["/o/a?b=1&c=2"]);
    let form = forms(html).remove(0);
    let sent = form.filled(&mut |_, _| None);
    let pairs: Vec<(&str, &str)> = sent
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(form.action, "/o/a");
    assert_eq!(pairs, [("seen", "3"), ("k", "b"), ("t", "one\ntwo")]);
}
