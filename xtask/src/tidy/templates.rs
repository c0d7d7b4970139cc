//! Every template is rendered by some view or used by another template, and every name has a file.

use std::collections::HashSet;

use super::{Finding, tree::Tree};

/// How the names of templates end.
const ENDINGS: &[&str] = &[".html", ".txt", ".xml", ".svg"];

/// Refuses orphans and names without a file.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let there: HashSet<_> = tree.templates().map(|it| it.0.to_owned()).collect();
    let (in_rust, in_templates) = (named_in_rust(tree), named_in_templates(tree));
    let mut found = Vec::new();
    for (name, place) in in_rust.iter().chain(&in_templates) {
        if !there.contains(name) && is_surely_a_template(name) {
            found.push(Finding::refused(
                place,
                format!("there is no template {name}"),
            ));
        }
    }
    let named: HashSet<_> = in_rust
        .into_iter()
        .chain(in_templates)
        .map(|it| it.0)
        .collect();
    for (name, file) in tree.templates() {
        if ENDINGS.iter().any(|it| name.ends_with(it)) && !named.contains(name) {
            found.push(Finding::refused(
                &file.path,
                "no view and no template names it",
            ));
        }
    }
    found
}

/// Names and where they stand.
type Named = Vec<(String, String)>;

fn named_in_rust(tree: &Tree) -> Named {
    let mut named = Vec::new();
    for file in tree.product() {
        let source = file.production();
        for literal in source.literals.iter().filter(|it| is_name(&it.text)) {
            let place = format!("{}:{}", file.path, source.line(literal.at));
            named.push((literal.text.clone(), place));
        }
    }
    named
}

fn named_in_templates(tree: &Tree) -> Named {
    let mut named = Vec::new();
    for (_, file) in tree.templates() {
        for tag in file.text.split("{%").skip(1) {
            let tag = tag.split("%}").next().unwrap_or_default();
            let word = tag
                .trim_start_matches(['-', '+', ' ', '\n'])
                .split_whitespace()
                .next();
            if !matches!(word, Some("extends" | "include" | "import" | "from")) {
                continue;
            }
            let quoted = tag.split(['"', '\'']).skip(1).step_by(2);
            named.extend(
                quoted
                    .filter(|it| is_name(it))
                    .map(|it| (it.to_owned(), file.path.clone())),
            );
        }
    }
    named
}

/// Other files of these endings may belong to a crate (`include_str!`).
fn is_surely_a_template(name: &str) -> bool {
    name.ends_with(ENDINGS[0]) || name.starts_with("mail/")
}

/// `people/pupils.html`, `layout.html`; not `/path.html`, not `.html`.
fn is_name(text: &str) -> bool {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "_-/.".contains(it);
    let ends = ENDINGS.iter().any(|it| text.ends_with(it));
    let template = ends && (text.contains('/') || text.ends_with(ENDINGS[0]));
    template && text.chars().all(plain) && !text.starts_with(['/', '.'])
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::fake::{places, tree};

    #[test]
    fn orphans_and_names_without_a_file_are_refused() {
        let tree = tree(&[
            (
                "crates/org/src/pages.rs",
                "fn f() { page(\"org/rooms.html\"); page(\"org/gone.html\") }",
            ),
            ("templates/layout.html", ""),
            (
                "templates/org/rooms.html",
                "{% extends \"layout.html\" %}{%- include 'org/_row.html' %}",
            ),
            ("templates/org/_row.html", ""),
            ("templates/org/orphan.html", ""),
        ]);
        let expected = ["crates/org/src/pages.rs:1", "templates/org/orphan.html"];
        assert_eq!(places(&check(&tree)), expected);
    }
}
