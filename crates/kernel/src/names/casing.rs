/// Parts of names that stay small when they come before another word.
const BEFORE: [&str; 21] = [
    "фон",
    "фан",
    "ван",
    "цу",
    "цур",
    "дер",
    "ден",
    "тен",
    "тер",
    "де",
    "ди",
    "да",
    "ду",
    "дю",
    "дель",
    "делла",
    "дос",
    "ибн",
    "бин",
    "бен",
    "аль",
];

/// Parts of names that stay small when they come after another word.
const AFTER: [&str; 12] = [
    "оглы", "оглу", "углы", "угли", "улы", "уулу", "кызы", "кизи", "гызы", "қызы", "ұлы", "қизи",
];

/// Puts a name into the case in which names are written: «ИВАНОВА» and
/// «иванова» become «Иванова».
///
/// Hyphens, apostrophes and ё stay as typed; so do «фон» and «оглы», and what
/// already mixes cases on purpose (`МакГрегор`). Spaces are folded.
pub fn clean_case(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let count = words.len();
    let cleaned = words
        .iter()
        .enumerate()
        .map(|(at, word)| clean_word(word, at, count));
    cleaned.collect::<Vec<_>>().join(" ")
}

/// Cleans one word, each part between hyphens for itself.
fn clean_word(word: &str, at: usize, count: usize) -> String {
    let parts: Vec<&str> = word.split('-').collect();
    let last = parts.len() - 1;
    let cleaned = parts.iter().enumerate().map(|(part_at, part)| {
        let is_first = at == 0 && part_at == 0;
        // «Тер-Петросян»: only a separate word is a particle before the name.
        let is_before = last == 0 && at + 1 < count;
        clean_part(part, is_before, !is_first)
    });
    cleaned.collect::<Vec<_>>().join("-")
}

fn clean_part(part: &str, may_be_before: bool, may_be_after: bool) -> String {
    if is_mixed_on_purpose(part) {
        return part.to_owned();
    }
    let lower = part.to_lowercase();
    let stays_small = (may_be_before && BEFORE.contains(&lower.as_str()))
        || (may_be_after && AFTER.contains(&lower.as_str()));
    if stays_small {
        lower
    } else {
        capitalised(&lower)
    }
}

/// A capital followed by a small letter: the writer minded the case.
fn is_mixed_on_purpose(part: &str) -> bool {
    let mut letters = part.chars().filter(|it| it.is_alphabetic());
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// A capital at the start and after an apostrophe that follows one letter:
/// «О'Нил», but «Мариям'а».
fn capitalised(lower: &str) -> String {
    let mut result = String::with_capacity(lower.len());
    let mut letters_before = 0;
    let mut capital_next = true;
    for it in lower.chars() {
        if capital_next && it.is_alphabetic() {
            result.extend(it.to_uppercase());
            capital_next = false;
        } else {
            result.push(it);
        }
        if it.is_alphabetic() {
            letters_before += 1;
        } else {
            capital_next |= is_apostrophe(it) && letters_before == 1;
            letters_before = 0;
        }
    }
    result
}

/// The signs people type where a name has an apostrophe.
pub(crate) const fn is_apostrophe(it: char) -> bool {
    matches!(it, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '′' | 'ʹ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_is_cleaned_and_the_rest_kept() {
        let vectors = [
            ("ИВАНОВА мария", "Иванова Мария"),
            ("  иванова\u{a0}  МАРИЯ ", "Иванова Мария"),
            ("иВАНОВА", "Иванова"),
            ("ИВанова", "Иванова"),
            ("ФОН БЕРГ", "фон Берг"),
            ("фон Берг", "фон Берг"),
            ("ФОН", "Фон"),
            ("МАМЕД ОГЛЫ", "Мамед оглы"),
            ("мамед-оглы", "Мамед-оглы"),
            ("АЛИЕВА ГЮЛЬНАРА РАШИД КЫЗЫ", "Алиева Гюльнара Рашид кызы"),
            ("мамин-сибиряк", "Мамин-Сибиряк"),
            ("ТЕР-ПЕТРОСЯН", "Тер-Петросян"),
            ("о'нил", "О'Нил"),
            ("Д’АРТАНЬЯН", "Д’Артаньян"),
            ("МакГрегор", "МакГрегор"),
            ("СОЛОВЬЁВ артём", "Соловьёв Артём"),
            ("Соловьев Артем", "Соловьев Артем"),
            ("ёжиков", "Ёжиков"),
            ("ИВАНОВА (ПЕТРОВА)", "Иванова (Петрова)"),
            ("", ""),
        ];
        for (typed, cleaned) in vectors {
            assert_eq!(clean_case(typed), cleaned);
        }
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more(text in "[А-Яа-яёЁ'’ ()-]{0,30}") {
            let once = clean_case(&text);
            prop_assert_eq!(clean_case(&once), once);
        }

        #[test]
        fn cleaning_changes_only_case_and_spaces(text in "[А-Яа-яёЁA-Za-z'’ -]{0,30}") {
            let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(clean_case(&text).to_lowercase(), folded.to_lowercase());
        }

        #[test]
        fn any_text_is_survived(text in ".{0,40}") {
            clean_case(&text);
        }
    }
}
