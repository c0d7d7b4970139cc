//! Names in the cases that orders, letters and blanks need (`ux.md` §6.3,
//! ADR 0017). What people wrote wins for ever, then come own rules for what
//! `petrovich` gets wrong, then `petrovich`.

use kernel::names::FullName;
use serde::Serialize;

use crate::{Card, Gender};

/// A case other than the nominative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// Кого? «об отчислении Иванова»
    Genitive,
    /// Кому? «справка дана Иванову»
    Dative,
    /// Кого? «зачислить Иванова»
    Accusative,
    /// Кем? «ознакомлен Ивановым»
    Instrumental,
}

impl Case {
    pub const ALL: [Self; 4] = [
        Self::Genitive,
        Self::Dative,
        Self::Accusative,
        Self::Instrumental,
    ];

    /// The name in the database, in forms and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Genitive => "genitive",
            Self::Dative => "dative",
            Self::Accusative => "accusative",
            Self::Instrumental => "instrumental",
        }
    }
}

/// Forms that people wrote; an empty one is left to the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameForms {
    pub genitive: String,
    pub dative: String,
    pub accusative: String,
    pub instrumental: String,
}

impl NameForms {
    /// What was written for the case.
    pub fn of(&self, case: Case) -> &str {
        match case {
            Case::Genitive => &self.genitive,
            Case::Dative => &self.dative,
            Case::Accusative => &self.accusative,
            Case::Instrumental => &self.instrumental,
        }
    }

    pub fn is_empty(&self) -> bool {
        Case::ALL.iter().all(|it| self.of(*it).is_empty())
    }
}

/// A name that can be put into any case.
#[derive(Clone, Debug)]
pub struct Declined {
    pub card: Card,
    pub gender: Option<Gender>,
    pub forms: NameForms,
}

/// From where a form comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// By the rules.
    Rules,
    /// Written by people.
    Written,
    /// Nobody knows the gender: the name stands as it is.
    Unknown,
}

impl Declined {
    /// The whole name in the case: «Иванова Петра Ильича».
    pub fn full(&self, case: Case) -> String {
        let written = self.forms.of(case);
        if written.is_empty() {
            self.by_rules(case)
        } else {
            written.to_owned()
        }
    }

    /// The name as the rules have it, whatever people wrote.
    pub fn by_rules(&self, case: Case) -> String {
        let Some(gender) = self.gender else {
            return self.card.full();
        };
        let name = Parts {
            last: &self.card.last_name,
            first: &self.card.first_name,
            middle: self.card.middle_name.as_deref().unwrap_or_default(),
        };
        name.inflected(gender, case)
    }

    pub fn source(&self, case: Case) -> Source {
        if !self.forms.of(case).is_empty() {
            Source::Written
        } else if self.gender.is_none() {
            Source::Unknown
        } else {
            Source::Rules
        }
    }
}

struct Parts<'a> {
    last: &'a str,
    first: &'a str,
    middle: &'a str,
}

impl Parts<'_> {
    fn inflected(&self, gender: Gender, case: Case) -> String {
        let clean = FullName::new(self.last, self.first, self.middle);
        let (last, first, middle) = match &clean {
            Ok(it) => (it.last(), it.first(), it.middle().unwrap_or_default()),
            Err(_) => (self.last, self.first, self.middle),
        };
        let parts = [
            by_words(last, |it| last_name(it, gender, case)),
            by_words(first, |it| first_name(it, gender, case)),
            middle_name(middle, gender, case),
        ];
        parts.join(" ").trim_end().to_owned()
    }
}

/// Small words of a name that no case touches.
const PARTICLES: [&str; 12] = [
    "фон", "де", "ван", "дер", "ди", "да", "дос", "ла", "ле", "дю", "аль", "эль",
];
/// A patronymic with one of these stands as it is.
const SON_OR_DAUGHTER: [&str; 8] = [
    "оглы", "оглу", "кызы", "гызы", "углы", "улы", "уулу", "кизи",
];

fn by_words(name: &str, inflect: impl Fn(&str) -> String) -> String {
    let word = |it: &str| {
        if PARTICLES.contains(&it.to_lowercase().as_str()) {
            it.to_owned()
        } else {
            inflect(it)
        }
    };
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn middle_name(name: &str, gender: Gender, case: Case) -> String {
    let is_turkic = name
        .split([' ', '-'])
        .any(|it| SON_OR_DAUGHTER.contains(&it.to_lowercase().as_str()));
    if name.is_empty() || is_turkic {
        return name.to_owned();
    }
    petrovich::middlename(theirs(gender), name, theirs_case(case))
}

fn first_name(name: &str, gender: Gender, case: Case) -> String {
    // «Марией»: the crate says «Марием», as of a man.
    let ending = if gender == Gender::Female && case == Case::Instrumental {
        name.strip_suffix("ия").map(|stem| format!("{stem}ией"))
    } else {
        None
    };
    ending.unwrap_or_else(|| petrovich::firstname(theirs(gender), name, theirs_case(case)))
}

fn last_name(name: &str, gender: Gender, case: Case) -> String {
    let own = |part: &str| own_last_name(part, gender, case);
    let parts: Vec<&str> = name.split('-').collect();
    if parts.iter().all(|it| own(it).is_none()) {
        return petrovich::lastname(theirs(gender), name, theirs_case(case));
    }
    let part = |it: &&str| {
        own(it).unwrap_or_else(|| petrovich::lastname(theirs(gender), it, theirs_case(case)))
    };
    parts.iter().map(part).collect::<Vec<_>>().join("-")
}

/// What the crate gets wrong; none where it is asked.
fn own_last_name(name: &str, gender: Gender, case: Case) -> Option<String> {
    let lower = name.to_lowercase();
    let (dropped, ending) = match gender {
        Gender::Female => (2, soft_adjective(&lower, case)?),
        Gender::Male => noun(&lower, case)?,
    };
    let kept = name.chars().count().checked_sub(dropped)?;
    let stem: String = name.chars().take(kept).collect();
    Some(stem + ending)
}

/// Surnames that are words of the language, which keep its ways: a vowel goes
/// («Соловья», «Зайца») or the ending is stressed («Ткачом»). How many letters
/// are dropped, and what comes instead.
fn noun(lower: &str, case: Case) -> Option<(usize, &'static str)> {
    const BIRDS: [&str; 4] = ["соловей", "воробей", "муравей", "репей"];
    const STRESSED: [&str; 14] = [
        "ткач",
        "грач",
        "горбач",
        "деркач",
        "дергач",
        "калач",
        "пугач",
        "палач",
        "рогач",
        "скрипач",
        "трубач",
        "толмач",
        "богач",
        "усач",
    ];
    let (dropped, endings) = match lower {
        it if BIRDS.contains(&it) => (2, ["ья", "ью", "ья", "ьём"]),
        "заяц" => (2, ["йца", "йцу", "йца", "йцем"]),
        it if STRESSED.contains(&it) => (0, ["а", "у", "а", "ом"]),
        _ => return None,
    };
    let mut of_cases = Case::ALL.into_iter().zip(endings);
    of_cases.find(|it| it.0 == case).map(|it| (dropped, it.1))
}

/// «Непомнящая», «Княжая», «Куцая»: after a hissing consonant the ending is
/// soft unless the stress is on it, and then the name is one of a few.
fn soft_adjective(lower: &str, case: Case) -> Option<&'static str> {
    const STRESSED: [&str; 3] = ["чужая", "большая", "меньшая"];
    let is_soft = ["жая", "шая", "щая", "чая", "цая"]
        .iter()
        .any(|it| lower.ends_with(it));
    if !is_soft || STRESSED.contains(&lower) {
        return None;
    }
    Some(match case {
        Case::Accusative => "ую",
        _ => "ей",
    })
}

const fn theirs(gender: Gender) -> petrovich::Gender {
    match gender {
        Gender::Male => petrovich::Gender::Male,
        Gender::Female => petrovich::Gender::Female,
    }
}

const fn theirs_case(case: Case) -> petrovich::Case {
    match case {
        Case::Genitive => petrovich::Case::Genitive,
        Case::Dative => petrovich::Case::Dative,
        Case::Accusative => petrovich::Case::Accusative,
        Case::Instrumental => petrovich::Case::Instrumental,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gender, name, and the name in the four cases.
    const NAMES: &str = include_str!("declension/names.tsv");

    fn declined(line: &str) -> (Declined, Vec<&str>) {
        let cells: Vec<&str> = line.split('\t').collect();
        let mut words = cells[1].splitn(3, '|');
        let card = Card {
            id: 1.into(),
            last_name: words.next().unwrap().to_owned(),
            first_name: words.next().unwrap_or_default().to_owned(),
            middle_name: words.next().map(str::to_owned),
            born_on: None,
        };
        let gender = Gender::from_code(cells[0]);
        let forms = NameForms::default();
        (
            Declined {
                card,
                gender,
                forms,
            },
            cells[2..].to_vec(),
        )
    }

    /// Check 42 of `ux.md` §7: the table of sixty names.
    #[test]
    fn sixty_names_are_declined() {
        let lines: Vec<&str> = NAMES.lines().filter(|it| !it.is_empty()).collect();
        assert!(lines.len() >= 60, "{}", lines.len());
        let wrong: Vec<String> = lines
            .iter()
            .flat_map(|line| {
                let (name, expected) = declined(line);
                let pairs = Case::ALL.into_iter().zip(expected);
                pairs
                    .filter(|(case, it)| name.full(*case) != *it)
                    .map(|(case, it)| format!("{} instead of {it}", name.full(case)))
                    .collect::<Vec<_>>()
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn capitals_do_not_break_a_name() {
        let (name, _) = declined("male\tИВАНОВ|ПЁТР|ИЛЬИЧ");
        assert_eq!(name.full(Case::Genitive), "Иванова Петра Ильича");
    }

    #[test]
    fn without_a_gender_a_name_stands_as_it_is() {
        let (name, _) = declined("\tКим|Ён");
        assert_eq!(name.full(Case::Dative), "Ким Ён");
        assert_eq!(name.source(Case::Dative), Source::Unknown);
    }

    #[test]
    fn what_people_wrote_wins() {
        let (mut name, _) = declined("male\tРебе|Пётр|Ильич");
        name.forms.dative = "Ребе Петру Ильичу".to_owned();
        assert_eq!(name.full(Case::Dative), "Ребе Петру Ильичу");
        assert_eq!(name.source(Case::Dative), Source::Written);
        assert_eq!(name.source(Case::Genitive), Source::Rules);
    }
}
