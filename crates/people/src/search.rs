//! What a query asks for (`ux.md` §6.4): names in three readings, a birth
//! date, the tail of a phone, the number of a personal file.

use chrono::NaiveDate;
use kernel::names::{self, ClassName, Reading};

/// A query, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The query read as names, best reading first.
    pub(crate) readings: Vec<NameReading>,
    pub(crate) born_on: Option<NaiveDate>,
    /// Last digits of a phone.
    pub(crate) phone_tail: Option<String>,
    /// The query itself, for file numbers.
    pub(crate) exact: String,
}

/// One reading of the query as names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NameReading {
    /// Each must begin a word of the search key, or the initials of words that
    /// follow each other: «мп» finds «мария петровна». Where there are none,
    /// nobody is looked for by name.
    pub(crate) tokens: Vec<String>,
    /// Only pupils of this class: «иванов 7б».
    pub(crate) class: Option<ClassName>,
    /// What to say was looked for, where it is not what was typed.
    pub(crate) shown_for: Option<String>,
}

/// Fewer digits would find everybody.
const PHONE_TAIL: usize = 4;

impl Wanted {
    /// Reads what was typed.
    pub(crate) fn read(query: &str, today: NaiveDate) -> Self {
        let readings = names::query_variants(query).into_iter().map(|it| {
            let (class, names) = names::class_of(&it.tokens);
            NameReading {
                shown_for: (it.reading != Reading::Typed).then_some(it.text),
                tokens: told_apart(names),
                class,
            }
        });
        Self {
            readings: readings.collect(),
            born_on: day(query, today),
            phone_tail: phone_tail(query),
            exact: query.trim().to_owned(),
        }
    }

    /// Whether some reading names a class.
    pub(crate) fn has_class(&self) -> bool {
        self.readings.iter().any(|it| it.class.is_some())
    }

    /// Whether a hit by that reading is wanted, of a pupil of that class.
    pub(crate) fn wants(&self, reading: Option<usize>, class: Option<&str>) -> bool {
        let named = reading.and_then(|it| self.readings.get(it)?.class.as_ref());
        named.is_none_or(|it| class.is_some_and(|name| name.parse().as_ref() == Ok(it)))
    }

    /// Whether there is anything to look for.
    pub(crate) fn is_empty(&self) -> bool {
        let names = self.readings.iter().any(|it| !it.tokens.is_empty());
        !names && self.phone_tail.is_none() && self.born_on.is_none()
    }
}

/// A lonely letter would find every fifth.
fn told_apart(tokens: Vec<String>) -> Vec<String> {
    match tokens.as_slice() {
        [one] if one.chars().count() < 2 => vec![],
        _ => tokens,
    }
}

/// A whole date only: «12» is no birthday.
fn day(query: &str, today: NaiveDate) -> Option<NaiveDate> {
    let digits = query.chars().filter(char::is_ascii_digit).count();
    if digits < 5 {
        return None;
    }
    kernel::dates::parse_date(query, today)
        .ok()
        .filter(|it| *it <= today)
}

fn phone_tail(query: &str) -> Option<String> {
    let is_phone = query
        .chars()
        .all(|it| it.is_ascii_digit() || " ()+-".contains(it));
    let digits = kernel::checked::digits(query);
    if !is_phone || digits.len() < PHONE_TAIL {
        return None;
    }
    // «8 918 …» and «+7 918 …» are one number: the last ten digits decide.
    Some(digits[digits.len().saturating_sub(10)..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Wanted {
        Wanted::read(query, NaiveDate::from_ymd_opt(2026, 9, 10).unwrap())
    }

    #[test]
    fn names_are_read_on_both_layouts() {
        let wanted = read("bdfyjd");
        assert!(wanted.readings.iter().any(|it| {
            it.tokens == ["иванов"] && it.shown_for.as_deref() == Some("иванов")
        }));
        assert_eq!(read("Ерёмин").readings[0].tokens, ["еремин"]);
        assert_eq!(read("иванова мп").readings[0].tokens, ["иванова", "мп"]);
        assert!(read("  ").is_empty() && read("и").is_empty());
    }

    #[test]
    fn a_class_narrows() {
        let wanted = read("иванов 7б");
        assert_eq!(wanted.readings[0].tokens, ["иванов"]);
        assert!(wanted.has_class());
        assert!(wanted.wants(Some(0), Some("7Б")));
        assert!(!wanted.wants(Some(0), Some("7А")) && !wanted.wants(Some(0), None));
        assert!(wanted.wants(None, None), "found by something else");
        assert!(
            read("bdfyjd 7,")
                .readings
                .iter()
                .any(|it| it.class.is_some())
        );
        assert!(read("7б").readings[0].tokens.is_empty());
    }

    #[test]
    fn dates_and_phones_are_told_apart_from_names() {
        assert_eq!(
            read("27.03.2014").born_on,
            NaiveDate::from_ymd_opt(2014, 3, 27)
        );
        assert_eq!(read("иванов").born_on, None);
        assert_eq!(read("4567").phone_tail.as_deref(), Some("4567"));
        assert_eq!(
            read("8 (918) 123-45-67").phone_tail.as_deref(),
            Some("9181234567")
        );
        assert_eq!(read("7б").phone_tail, None);
        assert_eq!(read("123").phone_tail, None);
    }

    #[test]
    fn signs_of_ranges_do_not_get_through() {
        for query in ["(.*", "a|b", "[^ ]", "\\", "%_", "^$", "#123 иван"] {
            for it in read(query).readings.iter().flat_map(|it| &it.tokens) {
                assert!(it.chars().all(char::is_alphanumeric), "{query} gave {it}");
            }
        }
    }
}
