use unicode_normalization::UnicodeNormalization;

/// How each Russian letter sounds in Latin ones, for logins and file names.
const TO_LATIN: [(char, &str); 37] = [
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('ґ', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ё', "e"),
    ('є', "e"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('і', "i"),
    ('ї', "i"),
    ('й', "y"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "kh"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "shch"),
    ('ъ', ""),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "yu"),
    ('я', "ya"),
];

/// How Latin letters are most often meant, longest first.
const TO_CYRILLIC: [(&str, &str); 50] = [
    ("shch", "щ"),
    ("sch", "щ"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("iu", "ю"),
    ("ju", "ю"),
    ("ya", "я"),
    ("iya", "ия"),
    ("ia", "ия"),
    ("ja", "я"),
    ("yo", "ё"),
    ("jo", "ё"),
    ("ye", "е"),
    ("je", "е"),
    ("iy", "ий"),
    ("yy", "ый"),
    ("ay", "ай"),
    ("ey", "ей"),
    ("oy", "ой"),
    ("uy", "уй"),
    ("a", "а"),
    ("b", "б"),
    ("c", "к"),
    ("d", "д"),
    ("e", "е"),
    ("f", "ф"),
    ("g", "г"),
    ("h", "х"),
    ("i", "и"),
    ("j", "й"),
    ("k", "к"),
    ("l", "л"),
    ("m", "м"),
    ("n", "н"),
    ("o", "о"),
    ("p", "п"),
    ("q", "к"),
    ("r", "р"),
    ("s", "с"),
    ("t", "т"),
    ("u", "у"),
    ("v", "в"),
    ("w", "в"),
    ("x", "кс"),
    ("y", "ы"),
    ("z", "з"),
];

/// The text in small Latin letters and digits; everything else is dropped.
pub fn latin(text: &str) -> String {
    let small = text.nfkc().flat_map(char::to_lowercase);
    let letters = small.fold(String::new(), |sum, it| sum + &latin_letter(it));
    // «Мария» is `maria`, as people write it.
    letters.replace("iya", "ia")
}

fn latin_letter(it: char) -> String {
    if let Some((_, sound)) = TO_LATIN.iter().find(|pair| pair.0 == it) {
        return (*sound).to_owned();
    }
    it.nfkd().filter(char::is_ascii_alphanumeric).collect()
}

/// The text in small Cyrillic letters, by sound: `Ivanov` is «иванов».
///
/// A guess, good enough as the last try of a search.
pub fn cyrillic(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut rest = lower.as_str();
    let mut result = String::new();
    while let Some(it) = rest.chars().next() {
        let found = TO_CYRILLIC.iter().find(|pair| rest.starts_with(pair.0));
        match found {
            Some(("y", _)) if ends_word(rest) => result.push_str("ий"),
            Some((_, letters)) => result.push_str(letters),
            None => result.push(it),
        }
        rest = &rest[found.map_or(it.len_utf8(), |pair| pair.0.len())..];
    }
    result
}

fn ends_word(rest: &str) -> bool {
    rest.chars().nth(1).is_none_or(|it| !it.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_written_in_latin() {
        assert_eq!(latin("Иванова"), "ivanova");
        assert_eq!(latin("Щукин"), "shchukin");
        assert_eq!(latin("Соловьёв"), "solovev");
        assert_eq!(latin("Тер-Петросян"), "terpetrosyan");
        assert_eq!(latin("Мария Юлия"), "mariayulia");
        assert_eq!(latin("Müller"), "muller");
        assert_eq!(latin("王"), "");
    }

    #[test]
    fn latin_is_read_by_sound() {
        let vectors = [
            ("Maria", "мария"),
            ("Xenia Wolf", "ксения волф"),
            ("Ivanov", "иванов"),
            ("Shchukin", "щукин"),
            ("Dmitry", "дмитрий"),
            ("Dmitriy", "дмитрий"),
            ("Alexey", "алексей"),
            ("Zhukova Yuliya", "жукова юлия"),
        ];
        for (typed, read) in vectors {
            assert_eq!(cyrillic(typed), read);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in ".{0,40}") {
            let login = latin(&text);
            prop_assert!(login.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit()));
            cyrillic(&text);
        }
    }
}
