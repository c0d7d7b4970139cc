//! Rust says codes, templates say words.

use std::ops::RangeInclusive;

use super::{
    Finding,
    tree::{File, Tree},
};

const CYRILLIC: RangeInclusive<char> = '\u{400}'..='\u{4ff}';

/// Refuses Russian sentences in Rust: two words in Cyrillic in one literal, outside tests.
/// Single words are data (a patronymic's ending, a unit). The demo makes up Russian data.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let bound = tree
        .product()
        .filter(|it| !matches!(it.crate_name(), Some("demo" | "testkit")));
    bound.filter_map(first_sentence).collect()
}

fn first_sentence(file: &File) -> Option<Finding> {
    let source = file.production();
    let sentence = source
        .literals
        .iter()
        .find(|it| russian_words(&it.text) > 1)?;
    let place = format!("{}:{}", file.path, source.line(sentence.at));
    Some(Finding::refused(
        place,
        "Russian sentences live in templates/, under a key",
    ))
}

fn russian_words(text: &str) -> usize {
    let letters = |word: &str| word.chars().filter(|it| CYRILLIC.contains(it)).count();
    text.split_whitespace()
        .filter(|word| letters(word) > 1)
        .count()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::fake::{places, tree};

    #[test]
    fn a_russian_sentence_is_refused() {
        let tree = tree(&[
            (
                "crates/org/src/api.rs",
                "// Школа № 1 есть\nfn f() { \"СНИЛС\" }",
            ),
            (
                "crates/org/src/error.rs",
                "fn f() { \"Нет такого кабинета\" }",
            ),
        ]);
        assert_eq!(places(&check(&tree)), ["crates/org/src/error.rs:1"]);
    }
}
