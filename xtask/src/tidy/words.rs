//! Every word that a page or a fault asks for is in `templates/words/`.

use std::collections::HashMap;

use super::{Finding, tree::Tree};

/// Refuses keys given twice, keys asked for and not given, faults without words.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let words = given(tree, &mut found);
    for (key, place) in asked_in_templates(tree)
        .into_iter()
        .chain(asked_in_rust(tree))
    {
        let there = match key.strip_suffix('*') {
            Some(start) => words.keys().any(|it| it.starts_with(start)),
            None => words.contains_key(key.as_str()),
        };
        if !there {
            found.push(Finding::refused(
                place,
                format!("there is no word {key} in templates/words"),
            ));
        }
    }
    found
}

/// Key → file. The files are flat: `"key" = "text"`.
fn given<'a>(tree: &'a Tree, found: &mut Vec<Finding>) -> HashMap<&'a str, &'a str> {
    let mut words = HashMap::new();
    let files = tree
        .ending(".toml")
        .filter(|it| it.path.starts_with("templates/words/"));
    for file in files {
        let keys = file
            .text
            .lines()
            .filter_map(|it| it.strip_prefix('"')?.split_once('"'));
        for (key, _) in keys.filter(|(_, rest)| rest.trim_start().starts_with('=')) {
            if let Some(other) = words.insert(key, file.path.as_str()) {
                found.push(Finding::refused(
                    &file.path,
                    format!("{key} is in {other} too"),
                ));
            }
        }
    }
    words
}

/// `word("a.b")` asks for `a.b`; `word("a." ~ x)` for something that starts so: `a.*`.
fn asked_in_templates(tree: &Tree) -> Vec<(String, String)> {
    let mut asked = Vec::new();
    for (_, file) in tree.templates() {
        for (at, _) in file.text.match_indices("word(") {
            if file.text[..at].ends_with("has_") {
                continue;
            }
            let inside = file.text[at + "word(".len()..].trim_start();
            let Some(quote) = inside.chars().next().filter(|it| "'\"".contains(*it)) else {
                continue;
            };
            let Some((key, rest)) = inside[1..].split_once(quote) else {
                continue;
            };
            let star = if rest.trim_start().starts_with('~') {
                "*"
            } else {
                ""
            };
            let line = file.text[..at].matches('\n').count() + 1;
            asked.push((format!("{key}{star}"), format!("{}:{line}", file.path)));
        }
    }
    asked
}

/// `views.word("a.b")`, and in `error.rs` of a crate the codes of its faults.
fn asked_in_rust(tree: &Tree) -> Vec<(String, String)> {
    let mut asked = Vec::new();
    for file in tree.product() {
        let source = file.production();
        let place = |at| format!("{}:{}", file.path, source.line(at));
        for (at, key) in source.first_arguments(".word(") {
            asked.extend(key.map(|it| (it.to_owned(), place(at))));
        }
        if file.path.ends_with("/src/error.rs") {
            let name = file.crate_name().unwrap_or_default();
            let codes = source.literals.iter().filter(|it| is_code(&it.text, name));
            asked.extend(codes.map(|it| (format!("fault.{}", it.text), place(it.at))));
        }
    }
    asked
}

/// `people.no-such-person`
fn is_code(text: &str, name: &str) -> bool {
    let code = text.strip_prefix(name).and_then(|it| it.strip_prefix('.'));
    code.is_some_and(|it| {
        !it.is_empty()
            && it
                .chars()
                .all(|it| it.is_ascii_lowercase() || it == '-' || it.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::fake::{places, tree};

    #[test]
    fn missing_words_are_refused() {
        let tree = tree(&[
            (
                "templates/words/org.toml",
                "\"org.title\" = \"Школа\"\n\"nav.home\" = \"Дом\"\n\"fault.org.no-room\" = \"Нет\"\n",
            ),
            (
                "templates/org/a.html",
                "{{ word(\"org.title\") }}\n{{ word('org.gone', count=3) }}",
            ),
            (
                "templates/org/b.html",
                "{{ word(\"nav.\" ~ x) }}{{ word(\"tab.\" ~ x) }}{{ word(key) }}{{ has_word(\"x\") }}",
            ),
            (
                "crates/org/src/error.rs",
                "fn code() { \"org.no-room\"; \"org.no-desk\"; \"org.Room\" }",
            ),
            (
                "crates/org/src/pages.rs",
                "fn f() { views.word(\"org.none\") }",
            ),
        ]);
        let expected = [
            "templates/org/a.html:2",
            "templates/org/b.html:1",
            "crates/org/src/error.rs:1",
            "crates/org/src/pages.rs:1",
        ];
        assert_eq!(places(&check(&tree)), expected);
    }

    #[test]
    fn a_word_given_twice_is_refused() {
        let tree = tree(&[
            ("templates/words/a.toml", "\"x\" = \"1\"\n"),
            ("templates/words/b.toml", "\"x\" = \"2\"\n"),
        ]);
        assert_eq!(places(&check(&tree)), ["templates/words/b.toml"]);
    }
}
