//! The Russian order of words, as ICU's `ru` has it: ё is е until nothing
//! else decides, й is a letter of its own, Cyrillic comes before Latin.

use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization;

/// Signs before digits, digits before letters, in ICU's order.
const SIGNS: &str = "_-‐‑–—,;:!?.'‘’\"“„«»()[]@*/&#%+<=>$";
/// The place of the first Cyrillic letter.
const CYRILLIC_FIRST: u32 = 300;
const DIGITS: &str = "0123456789";
/// Letters of the languages whose names meet here; ё is not among them.
const CYRILLIC: &str = "аәбвгѓґғдђеєжҗзѕиіїйјкќқлљмнңњоөпрстћуўүұфхһцчџшщъыьэюя";

/// What decides first: the letter, whatever its case and dots.
type Primary = Vec<u32>;
/// What decides among equals: the dots, then the case.
type Minor = Vec<u8>;

/// A key to sort by: `names.sort_by_cached_key(|it| collation_key(it))`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CollationKey {
    letters: Primary,
    dots: Minor,
    capitals: Minor,
}

/// The key of a text in the Russian order.
pub fn collation_key(text: &str) -> CollationKey {
    let (mut letters, mut dots, mut capitals) = (Vec::new(), Vec::new(), Vec::new());
    for it in text.nfc() {
        let mut lower = it.to_lowercase();
        let small = lower.next().unwrap_or(it);
        letters.push(primary(undotted(small)));
        dots.push(u8::from(small == 'ё'));
        capitals.push(u8::from(small != it));
    }
    CollationKey {
        letters,
        dots,
        capitals,
    }
}

/// Compares two texts in the Russian order.
pub fn compare(one: &str, other: &str) -> Ordering {
    if one == other {
        return Ordering::Equal;
    }
    if one.chars().all(is_plain) && other.chars().all(is_plain) {
        return compare_plain(one, other);
    }
    collation_key(one).cmp(&collation_key(other))
}

/// The places of the first letters as one number. A text with the smaller
/// number comes first in the Russian order; among equal ones [`compare`] decides.
/// Long lists are the quicker to put in order for it.
pub fn leading_letters(text: &str) -> u64 {
    if text.chars().all(is_plain) {
        return packed(text.chars().map(small));
    }
    let lower = |it: char| it.to_lowercase().next().unwrap_or(it);
    packed(text.nfc().map(lower))
}

/// One byte for each letter, nothing behind one that stands beyond the Cyrillic ones.
fn packed(small: impl Iterator<Item = char>) -> u64 {
    let mut bytes = [0; 8];
    for (byte, it) in bytes.iter_mut().zip(small) {
        *byte = squeezed(primary(undotted(it)));
        if *byte == u8::MAX {
            break;
        }
    }
    u64::from_be_bytes(bytes)
}

/// A place without the gaps between the groups, of which signs are fewer than 58,
/// digits ten and Cyrillic letters fewer than 100.
fn squeezed(place: u32) -> u8 {
    let close = match place {
        0..100 => place + 1,
        100..200 => place - 100 + 2,
        200..300 => place - 200 + 60,
        300..400 => place - 300 + 80,
        _ => return u8::MAX,
    };
    u8::try_from(close).unwrap_or(u8::MAX)
}

/// What nearly all names are made of: nothing to compose, one small letter for each capital.
fn is_plain(it: char) -> bool {
    matches!(it, 'А'..='я' | 'ё' | 'Ё' | ' '..='~')
}

/// As the keys would, without making them.
fn compare_plain(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.chars(), other.chars());
    let mut minor = (Ordering::Equal, Ordering::Equal);
    loop {
        let (it, its) = match (one.next(), other.next()) {
            (Some(it), Some(its)) => (it, its),
            (None, None) => return minor.0.then(minor.1),
            (it, its) => return it.is_some().cmp(&its.is_some()),
        };
        if it == its {
            continue;
        }
        let (small, smalls) = (small(it), small(its));
        let letters = primary(undotted(small)).cmp(&primary(undotted(smalls)));
        if letters.is_ne() {
            return letters;
        }
        let dots = (small == 'ё').cmp(&(smalls == 'ё'));
        let capitals = (small != it).cmp(&(smalls != its));
        minor = (minor.0.then(dots), minor.1.then(capitals));
    }
}

fn small(it: char) -> char {
    match it {
        'А'..='Я' => char::from_u32(it as u32 + 32).unwrap_or(it),
        'Ё' => 'ё',
        it => it.to_ascii_lowercase(),
    }
}

fn undotted(small: char) -> char {
    if small == 'ё' { 'е' } else { small }
}

/// The places of а–я, which nearly all letters of names are.
const RUSSIAN: [u32; 32] = {
    let list = CYRILLIC.as_bytes();
    let (mut places, mut at, mut place) = ([0; 32], 0, CYRILLIC_FIRST);
    while at < list.len() {
        // Every letter of the list is two bytes: 110xxxxx 10xxxxxx.
        let letter = (list[at] as u32 & 0x1f) << 6 | list[at + 1] as u32 & 0x3f;
        if letter >= 'а' as u32 && letter <= 'я' as u32 {
            places[(letter - 'а' as u32) as usize] = place;
        }
        (at, place) = (at + 2, place + 1);
    }
    places
};

/// The place of a small letter: space, signs, digits, Cyrillic, the rest.
fn primary(small: char) -> u32 {
    if let 'а'..='я' = small {
        return RUSSIAN[(small as u32 - 'а' as u32) as usize];
    }
    if small.is_whitespace() {
        return 0;
    }
    let place = |group: u32, list: &str| {
        let at = list.chars().position(|it| it == small)?;
        u32::try_from(at).ok().map(|at| group + at)
    };
    place(100, SIGNS)
        .or_else(|| place(200, DIGITS))
        .or_else(|| place(CYRILLIC_FIRST, CYRILLIC))
        .unwrap_or(1000 + u32::from(small))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `ux.md` §7 check 44; the order is what PostgreSQL's `ru-x-icu` gives.
    #[test]
    fn fifteen_names_are_in_order() {
        let sorted = [
            "Евсеев",
            "Ёжиков",
            "Ежов",
            "Елкин",
            "Ёлкин",
            "Еремин",
            "Ерёмин",
            "Ёров",
            "Жук",
            "Ивлев",
            "Йодов",
            "Кузнецов",
            "Мамин-Сибиряк",
            "Маминов",
            "Smith",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|one, other| compare(one, other));
        assert_eq!(names, sorted);
        names.sort_by_cached_key(|it| collation_key(it));
        assert_eq!(names, sorted);
    }

    #[test]
    fn dots_and_case_decide_last() {
        assert_eq!(compare("Ерёмин Алексей", "Еремин Борис"), Ordering::Less);
        assert_eq!(compare("елкин", "Елкин"), Ordering::Less);
        assert_eq!(compare("Ёлкин", "елкин"), Ordering::Greater);
        assert_eq!(compare("Иванов", "Иванова"), Ordering::Less);
        assert_eq!(compare("Иванов А", "Иванова"), Ordering::Less);
    }

    #[test]
    fn the_table_of_russian_letters_agrees_with_the_list() {
        for it in 'а'..='я' {
            let at = CYRILLIC.chars().position(|listed| listed == it).unwrap();
            assert_eq!(
                primary(it),
                CYRILLIC_FIRST + u32::try_from(at).unwrap(),
                "{it}"
            );
        }
    }

    proptest! {
        #[test]
        fn equal_are_only_the_same(one in "[а-яёА-ЯЁ -]{0,9}", other in "[а-яёА-ЯЁ -]{0,9}") {
            prop_assert_eq!(compare(&one, &other) == Ordering::Equal, one == other);
            prop_assert_eq!(compare(&one, &other), compare(&other, &one).reverse());
        }

        #[test]
        fn comparing_is_as_the_keys_are(one in "[а-вёЁА-ВеЕйЙ' A-Ca-c-]{0,6}", other in "[а-вёЁА-ВеЕйЙ' A-Ca-c-]{0,6}") {
            prop_assert_eq!(compare(&one, &other), collation_key(&one).cmp(&collation_key(&other)));
        }

        #[test]
        fn leading_letters_never_disagree(
            one in "[ав\u{438}\u{439}\u{306}\u{308}еёЁА-В' 0-3A-Cα.-]{0,10}",
            other in "[ав\u{438}\u{439}\u{306}\u{308}еёЁА-В' 0-3A-Cα.-]{0,10}",
        ) {
            let leading = leading_letters(&one).cmp(&leading_letters(&other));
            if leading.is_ne() {
                prop_assert_eq!(compare(&one, &other), leading);
            }
        }
    }
}
