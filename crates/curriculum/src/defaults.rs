//! What a new school begins with. The words are data files, not Rust.

use rust_decimal::Decimal;

use crate::NewSubject;

const NAMES: &str = include_str!("../defaults/names.csv");
const WORK_KINDS: &str = include_str!("../defaults/work-kinds.csv");
const SUBJECTS: &str = include_str!("../defaults/subjects.csv");

/// The Russian name under the key.
pub(crate) fn name(key: &str) -> &'static str {
    let found = NAMES
        .lines()
        .filter_map(|it| it.split_once(';'))
        .find(|it| it.0 == key);
    found.map_or("", |it| it.1)
}

/// A kind of work that a new school has (`reports-and-rules.md` §2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DefaultKind {
    pub(crate) code: i16,
    pub(crate) name: &'static str,
    pub(crate) abbr: &'static str,
    pub(crate) weight: Decimal,
    pub(crate) is_control: bool,
}

/// The kinds of work in the order of the choice list.
pub(crate) fn work_kinds() -> impl Iterator<Item = DefaultKind> {
    WORK_KINDS.lines().filter_map(|line| {
        let mut cells = line.split(';');
        Some(DefaultKind {
            code: cells.next()?.parse().ok()?,
            name: cells.next()?,
            abbr: cells.next()?,
            weight: cells.next()?.parse().ok()?,
            is_control: cells.next()? == "1",
        })
    })
}

/// The usual subjects of a school with their short names and areas.
pub(crate) fn usual_subjects() -> Vec<NewSubject> {
    let subject = |line: &str| {
        let mut cells = line.split(';').map(str::to_owned);
        Some(NewSubject {
            name: cells.next()?,
            short_name: cells.next()?,
            area: cells.next()?,
        })
    };
    SUBJECTS.lines().filter_map(subject).collect()
}

impl NewSubject {
    /// A subject known by its name only: the short name of the usual one, or
    /// the beginning of the name.
    pub fn named(name: &str) -> Self {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let same = |it: &Self| it.name.to_lowercase() == name.to_lowercase();
        usual_subjects()
            .into_iter()
            .find(same)
            .unwrap_or_else(|| Self {
                short_name: name
                    .chars()
                    .take(10)
                    .collect::<String>()
                    .trim_end()
                    .to_owned(),
                area: String::new(),
                name,
            })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_line_of_the_defaults_is_read() {
        assert_eq!(work_kinds().count(), WORK_KINDS.lines().count());
        assert_eq!(usual_subjects().len(), SUBJECTS.lines().count());
        let codes: HashSet<i16> = work_kinds().map(|it| it.code).collect();
        assert_eq!(codes.len(), work_kinds().count(), "codes are unique");
        let control = work_kinds()
            .find(|it| it.code == 4)
            .map(|it| (it.weight, it.is_control));
        assert_eq!(control, Some((Decimal::from(3), true)));
        assert_eq!(name("autumn"), "Осенние каникулы");
    }

    #[test]
    fn an_unknown_subject_gets_a_short_name() {
        assert_eq!(NewSubject::named("алгебра").short_name, "Алгебра");
        assert_eq!(
            NewSubject::named(" Кубановедение  1 ").short_name,
            "Кубановеде"
        );
    }
}
