/// The Russian forms of a counted word: 1 ученик, 2 ученика, 5 учеников.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plural {
    One,
    Few,
    Many,
}

impl Plural {
    /// The form that a whole number asks for; a fraction always asks for [`Plural::Few`].
    pub const fn of(number: u64) -> Self {
        match (number % 10, number % 100) {
            (_, 11..=14) => Self::Many,
            (1, _) => Self::One,
            (2..=4, _) => Self::Few,
            _ => Self::Many,
        }
    }
}

/// The word in the form that the number asks for.
pub const fn choose<'a>(number: u64, one: &'a str, few: &'a str, many: &'a str) -> &'a str {
    match Plural::of(number) {
        Plural::One => one,
        Plural::Few => few,
        Plural::Many => many,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_agree_with_their_number() {
        let pupils = |number| choose(number, "ученик", "ученика", "учеников");
        for number in [1, 21, 101, 1001] {
            assert_eq!(pupils(number), "ученик", "{number}");
        }
        for number in [2, 3, 4, 22, 104] {
            assert_eq!(pupils(number), "ученика", "{number}");
        }
        for number in [0, 5, 11, 12, 14, 20, 111, 112, 812_011] {
            assert_eq!(pupils(number), "учеников", "{number}");
        }
    }
}
