//! The key under which people are found, and the ways to read what was typed
//! into a search box (`ux.md` §6.4).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::casing::is_apostrophe;
use super::class_name::ClassName;
use super::layout::{to_latin, to_russian};
use crate::text::cyrillic;

/// Folds a text to what people do not mind when they search: lower case, ё is
/// е, a hyphen is a space, apostrophes are nothing. Й stays й.
pub fn search_key(text: &str) -> String {
    let folded: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .nfc()
        .filter(|it| !is_apostrophe(*it) && !is_combining_mark(*it))
        .map(folded)
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn folded(it: char) -> char {
    match it {
        'ё' => 'е',
        it if it.is_alphanumeric() => it,
        _ => ' ',
    }
}

/// How a query was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As it was typed.
    Typed,
    /// As the same keys give it on the other layout.
    OtherLayout,
    /// From Latin letters by sound: `Ivanov`.
    Transliterated,
}

/// One way to read a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    pub reading: Reading,
    /// The reading as a person would write it, for «Показано для «иванов»».
    pub text: String,
    /// The keys to look for; all of them must be found.
    pub tokens: Vec<String>,
}

impl Variant {
    fn new(reading: Reading, text: String) -> Self {
        let key = search_key(&text);
        let tokens = key
            .split(' ')
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect();
        Self {
            reading,
            text,
            tokens,
        }
    }

    /// Whether the person must be told that something else was looked for.
    pub fn is_mapped(&self) -> bool {
        self.reading != Reading::Typed
    }
}

/// The ways to read a query, best first: as typed, on the other layout, by
/// sound. Empty for a query with nothing to look for.
///
/// The caller takes the first that finds something.
pub fn query_variants(query: &str) -> Vec<Variant> {
    let readings = [
        Some((Reading::Typed, query.trim().to_owned())),
        by_layout(query).map(|it| (Reading::OtherLayout, it)),
        by_sound(query).map(|it| (Reading::Transliterated, it)),
    ];
    let mut variants: Vec<Variant> = Vec::new();
    for (reading, text) in readings.into_iter().flatten() {
        let variant = Variant::new(reading, text);
        let is_new = variants.iter().all(|it| it.tokens != variant.tokens);
        if !variant.tokens.is_empty() && is_new {
            variants.push(variant);
        }
    }
    variants
}

/// The query with each token on the other layout, if that makes a difference.
fn by_layout(query: &str) -> Option<String> {
    let mapped: Vec<String> = query.split_whitespace().map(other_layout).collect();
    let mapped = mapped.join(" ");
    (mapped != query.split_whitespace().collect::<Vec<_>>().join(" ")).then_some(mapped)
}

fn other_layout(token: &str) -> String {
    if token.chars().any(is_cyrillic) {
        return to_latin(token);
    }
    if token.chars().any(|it| it.is_ascii_alphabetic()) || is_class_on_latin_layout(token) {
        return to_russian(token);
    }
    token.to_owned()
}

/// «7,» is «7б»: one or two digits and one key of a letter.
fn is_class_on_latin_layout(token: &str) -> bool {
    let sign = token.trim_start_matches(|it: char| it.is_ascii_digit());
    let digits = token.len() - sign.len();
    (1..=2).contains(&digits) && sign.len() == 1 && to_russian(sign) != sign
}

fn by_sound(query: &str) -> Option<String> {
    let has_latin = query.chars().any(|it| it.is_ascii_alphabetic());
    let has_cyrillic = query.chars().any(is_cyrillic);
    (has_latin && !has_cyrillic).then(|| cyrillic(query.trim()))
}

fn is_cyrillic(it: char) -> bool {
    matches!(it, '\u{400}'..='\u{52f}')
}

/// The class among the tokens of a query, «7б» or «7 б», and the other tokens.
pub fn class_of(tokens: &[String]) -> (Option<ClassName>, Vec<String>) {
    for (at, token) in tokens.iter().enumerate() {
        let letter = token.trim_start_matches(|it: char| it.is_ascii_digit());
        let digits = token.len() - letter.len();
        if !(1..=2).contains(&digits) {
            continue;
        }
        let (name, end) = match (letter.chars().count(), tokens.get(at + 1)) {
            (1 | 2, _) => (token.clone(), at + 1),
            (0, Some(next)) if next.chars().count() == 1 => (format!("{token}{next}"), at + 2),
            _ => continue,
        };
        if let Ok(class) = name.parse() {
            return (Some(class), [&tokens[..at], &tokens[end..]].concat());
        }
    }
    (None, tokens.to_vec())
}

/// Whether every token begins some word of the key, or is the initials of
/// words that follow each other: «иванова мп» finds «иванова мария петровна».
///
/// Both are keys made by [`search_key`]; the query is one reading of
/// [`query_variants`], its tokens joined by spaces.
pub fn matches(key: &str, query: &str) -> bool {
    let words: Vec<&str> = key.split(' ').collect();
    query.split_whitespace().all(|token| {
        words.iter().any(|word| word.starts_with(token)) || are_initials(&words, token)
    })
}

fn are_initials(words: &[&str], token: &str) -> bool {
    let initials: Vec<char> = token.chars().collect();
    (2..=3).contains(&initials.len())
        && words.windows(initials.len()).any(|run| {
            run.iter()
                .zip(&initials)
                .all(|(word, initial)| word.starts_with(*initial))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(name: &str, typed: &str) -> Option<Reading> {
        let key = search_key(name);
        let variants = query_variants(typed);
        variants
            .iter()
            .find(|it| matches(&key, &it.tokens.join(" ")))
            .map(|it| it.reading)
    }

    #[test]
    fn the_key_folds_what_nobody_minds() {
        let vectors = [
            ("Соловьёв Артём", "соловьев артем"),
            ("Мамин-Сибиряк", "мамин сибиряк"),
            ("О'Нил", "онил"),
            ("Д’Артаньян", "дартаньян"),
            ("Йодов", "йодов"),
            ("И\u{306}одов", "йодов"),
            ("Е\u{308}лкин", "елкин"),
            ("Ива\u{301}нов", "иванов"),
            ("  Иванова\u{a0}М. П. ", "иванова м п"),
            ("", ""),
        ];
        for (text, key) in vectors {
            assert_eq!(search_key(text), key);
        }
    }

    #[test]
    fn a_person_is_found_as_typed() {
        let name = "Ерёмин Артём Петрович";
        for typed in [
            "еремин",
            "ЕРЁМ",
            "артем ер",
            "петр",
            "еремин ап",
            "ерёмин а.п.",
            "е а п",
        ] {
            assert_eq!(found(name, typed), Some(Reading::Typed), "{typed}");
        }
        for typed in ["ремин", "еремин пётрович иван", "еремин па"] {
            assert_eq!(found(name, typed), None, "{typed}");
        }
        assert_eq!(
            found("Мамин-Сибиряк Дмитрий", "сибир"),
            Some(Reading::Typed)
        );
        assert_eq!(
            found("Иванова Мария Петровна", "иванова мп"),
            Some(Reading::Typed)
        );
    }

    #[test]
    fn a_class_is_told_apart_from_names() {
        let vectors = [
            ("7б", Some("7Б"), ""),
            ("иванов 7б", Some("7Б"), "иванов"),
            ("7 б иванов", Some("7Б"), "иванов"),
            ("10а алгебра", Some("10А"), "алгебра"),
            ("7", None, "7"),
            ("13а", None, "13а"),
            ("2014", None, "2014"),
            ("иванова мп", None, "иванова мп"),
        ];
        for (typed, class, rest) in vectors {
            let tokens: Vec<String> = typed.split(' ').map(str::to_owned).collect();
            let (found, others) = class_of(&tokens);
            assert_eq!(found.map(|it| it.to_string()).as_deref(), class, "{typed}");
            assert_eq!(others.join(" "), rest, "{typed}");
        }
    }

    #[test]
    fn a_person_is_found_on_the_wrong_layout() {
        assert_eq!(found("Иванов Пётр", "bdfyjd"), Some(Reading::OtherLayout));
        assert_eq!(
            found("Соловьёв Пётр", "cjkjdm`d"),
            Some(Reading::OtherLayout)
        );
        assert_eq!(
            found("Жуков Юрий", ";erjd .hbq"),
            Some(Reading::OtherLayout)
        );
        assert_eq!(found("ivanovpp", "шмфтщм"), Some(Reading::OtherLayout));
        assert_eq!(
            found("Иванов Пётр", "Ivanov"),
            Some(Reading::Transliterated)
        );
        assert_eq!(
            found("Щукин Юрий", "Shchukin Yuriy"),
            Some(Reading::Transliterated)
        );
    }

    #[test]
    fn the_person_is_told_what_was_looked_for() {
        let variants = query_variants("bdfyjd 7,");
        let [typed, mapped, ..] = variants.as_slice() else {
            panic!("two readings")
        };
        assert!(!typed.is_mapped());
        assert!(mapped.is_mapped());
        assert_eq!(mapped.text, "иванов 7б");
        assert_eq!(mapped.tokens, ["иванов", "7б"]);

        let key = |it: &str| query_variants(it)[1].clone();
        assert_eq!(key("cjkjdm`d").text, "соловьёв");
        assert_eq!(key("cjkjdm`d").tokens, ["соловьев"]);
        assert_eq!(key("шмфтщм").text, "ivanov");
    }

    #[test]
    fn numbers_have_one_reading() {
        for typed in ["112-233-445 95", "8918", "7", "№ 12"] {
            assert_eq!(query_variants(typed).len(), 1, "{typed}");
        }
        for nothing in ["", "  ", "-", "..."] {
            assert!(query_variants(nothing).is_empty(), "{nothing}");
        }
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_the_key(text in ".{0,40}") {
            let key = search_key(&text);
            prop_assert_eq!(search_key(&key), key);
        }

        #[test]
        fn any_query_is_survived(text in ".{0,40}") {
            for variant in query_variants(&text) {
                matches("иванова мария петровна", &variant.tokens.join(" "));
            }
        }

        #[test]
        fn any_beginning_of_any_word_finds(
            name in "[А-ЯЁ][а-яё]{1,9} [А-ЯЁ][а-яё]{1,9}", word in 0..2_usize, length in 1..10_usize,
        ) {
            let chosen = name.split(' ').nth(word).unwrap();
            let typed: String = chosen.chars().take(length).collect();
            prop_assert_eq!(found(&name, &typed), Some(Reading::Typed));
        }

        #[test]
        fn the_layout_does_not_matter(name in "[А-ЯЁ][а-яё]{2,9}") {
            // Keys of signs alone («бюю») cannot be told from signs.
            let typed = format!("{}f", to_latin(&name));
            let full = format!("{name}а");
            prop_assert!(found(&full, &typed).is_some());
        }
    }
}
