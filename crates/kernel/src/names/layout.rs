/// The keys of the two layouts, one under the other.
const LATIN: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>";
const RUSSIAN: &str = "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ";

/// What the same keys give on the Russian layout: `bdfyjd` is «иванов».
pub fn to_russian(text: &str) -> String {
    text.chars().map(|it| swapped(it, LATIN, RUSSIAN)).collect()
}

/// What the same keys give on the Latin layout: «шмфтщм» is `ivanov`.
pub fn to_latin(text: &str) -> String {
    text.chars().map(|it| swapped(it, RUSSIAN, LATIN)).collect()
}

fn swapped(it: char, from: &str, to: &str) -> char {
    let key = from.chars().position(|key| key == it);
    key.and_then(|at| to.chars().nth(at)).unwrap_or(it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_layouts_have_the_same_keys() {
        assert_eq!(LATIN.chars().count(), 66);
        assert_eq!(RUSSIAN.chars().count(), 66);
        assert_eq!(to_russian("ghbdtn"), "привет");
        assert_eq!(to_russian("bdfyjd 7,"), "иванов 7б");
        assert_eq!(to_russian("cjkjdm`d"), "соловьёв");
        assert_eq!(to_russian("Bdfyjd"), "Иванов");
        assert_eq!(to_latin("шмфтщм"), "ivanov");
    }

    proptest! {
        #[test]
        fn a_russian_text_comes_back(text in "[а-яА-ЯёЁ 0-9]{0,30}") {
            prop_assert_eq!(to_russian(&to_latin(&text)), text);
        }
    }
}
