use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use foldhash::fast::RandomState;
use minijinja::{Environment, Error, ErrorKind, value::Kwargs};

use super::{SetupError, Templates};

/// The Russian texts under their keys, from `words/*.toml`.
#[derive(Debug, Default)]
pub(crate) struct Words(Texts);

/// Texts by key: a page looks up hundreds, and nobody from outside chooses the keys.
type Texts = HashMap<String, String, RandomState>;

impl Words {
    /// Reads every word file; a key may be given once only.
    pub(super) fn load(templates: &Templates) -> Result<Self, SetupError> {
        let mut words = Texts::default();
        for file in templates.names() {
            if !file.starts_with("words/") || !is_toml(&file) {
                continue;
            }
            let text = templates.read(&file).unwrap_or_default();
            take(&mut words, &file, &text)?;
        }
        Ok(Self(words))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

fn is_toml(file: &str) -> bool {
    std::path::Path::new(file)
        .extension()
        .is_some_and(|it| it == "toml")
}

fn take(words: &mut Texts, file: &str, text: &str) -> Result<(), SetupError> {
    let table: toml::Table = text.parse().map_err(|source| SetupError::Words {
        file: file.to_owned(),
        source,
    })?;
    for (key, value) in table {
        let toml::Value::String(value) = value else {
            return Err(SetupError::NotAText {
                key,
                file: file.to_owned(),
            });
        };
        if words.insert(key.clone(), value).is_some() {
            return Err(SetupError::TwiceTheWord {
                key,
                file: file.to_owned(),
            });
        }
    }
    Ok(())
}

/// Replaces `{name}` by the argument of that name; an unknown name stays as it is.
pub(super) fn fill(text: &str, args: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let Some(end) = from.find('}') else {
            rest = from;
            break;
        };
        match args.get(&from[1..end]) {
            Some(value) => out.push_str(value),
            None => out.push_str(&from[..=end]),
        }
        rest = &from[end + 1..];
    }
    out.push_str(rest);
    out
}

/// The literal keys that a template asks for, but for those it completes itself.
pub(super) fn asked(template: &str) -> impl Iterator<Item = &str> {
    template.split("word(\"").skip(1).filter_map(|it| {
        let (key, rest) = it.split_once('"')?;
        let whole = !rest.trim_start().starts_with('~');
        whole.then_some(key)
    })
}

/// Adds `word("key")`, `word("key", count=3)` and `has_word("key")`.
pub(super) fn add(env: &mut Environment<'static>, words: Arc<Words>) {
    let all = Arc::clone(&words);
    env.add_function("word", move |key: &str, args: Kwargs| {
        word(&all, key, &args)
    });
    env.add_function("has_word", move |key: &str| words.get(key).is_some());
}

fn word(words: &Words, key: &str, args: &Kwargs) -> Result<String, Error> {
    let Some(text) = words.get(key) else {
        let what = format!("there is no word {key:?}");
        return Err(Error::new(ErrorKind::InvalidOperation, what));
    };
    let mut given = BTreeMap::new();
    for name in args.args() {
        let value: minijinja::Value = args.get(name)?;
        given.insert(name.to_owned(), value.to_string());
    }
    Ok(if given.is_empty() {
        text.to_owned()
    } else {
        fill(text, &given)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_fill_the_text() {
        let args = BTreeMap::from([("count".to_owned(), "3".to_owned())]);
        assert_eq!(fill("a {count} b {other} {", &args), "a 3 b {other} {");
        assert_eq!(fill("{count}{count}", &args), "33");
        assert_eq!(fill("", &args), "");
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        let mut words = Texts::default();
        assert!(take(&mut words, "a.toml", "\"x.y\" = \"1\"").is_ok());
        assert!(take(&mut words, "b.toml", "\"x.y\" = \"2\"").is_err());
        assert!(
            take(&mut words, "c.toml", "x.z = \"2\"").is_err(),
            "a dotted key is a table"
        );
    }
}
