use proptest::prelude::*;

use super::*;
use crate::{
    fact::Fact,
    version::{version_of, versions},
};

fn pupil(grade: i16, age: i64, girl: bool) -> Fact {
    Fact::new("Ученик", "")
        .number(Field::Grade, grade)
        .number(Field::Age, age)
        .number(Field::Shift, 1)
        .number(Field::Size, 20)
        .code(Field::Gender, if girl { "female" } else { "male" })
        .code(Field::Citizenship, "ru")
}

fn school(pupils: &[(i16, i64, bool)]) -> Facts {
    let mut grades: Vec<i16> = pupils.iter().map(|it| it.0).collect();
    grades.sort_unstable();
    grades.dedup();
    let class = |grade: &i16| {
        Fact::new("Класс", "")
            .number(Field::Grade, *grade)
            .number(Field::Size, 20)
            .code(Field::Locality, "urban")
    };
    Facts {
        pupils: pupils.iter().map(|it| pupil(it.0, it.1, it.2)).collect(),
        classes: grades.iter().map(class).collect(),
        ..Facts::default()
    }
}

fn at(figures: &Figures, place: &str) -> Option<i64> {
    figures.get(place).copied()
}

/// RPT-3: corrections stand over computed figures, sums follow them, and the
/// computed figure stays beside.
#[test]
fn sums_follow_corrections() {
    let version = version_of("oo-1", 2026).unwrap();
    let facts = school(&[(5, 11, true), (5, 11, false), (6, 12, true)]);
    let counted = count(version, &facts);
    let none = Figures::new();
    let sheet = Sheet::of(version, &counted, &none);
    assert_eq!(at(&sheet.figures, "2.1.1/02/8"), Some(2));
    assert_eq!(at(&sheet.figures, "2.1.1/02/3"), Some(3));
    assert_eq!(sheet.failed(None), vec![]);
    let given = Figures::from([("2.1.1/02/8".to_owned(), 4)]);
    let sheet = Sheet::of(version, &counted, &given);
    assert_eq!(at(&sheet.figures, "2.1.1/02/8"), Some(4));
    assert_eq!(at(&sheet.computed, "2.1.1/02/8"), Some(2));
    assert_eq!(at(&sheet.figures, "2.1.1/02/3"), Some(5));
    let content = version
        .content(&Place::parse("2.1.1/02/8").unwrap())
        .unwrap();
    assert_eq!(sheet.origin("2.1.1/02/8", content), Origin::Corrected);
    let texts: Vec<String> = sheet.failed(None).iter().map(|it| it.at.clone()).collect();
    assert!(texts.contains(&"2.1.1/02/8".to_owned()), "{texts:?}");
    assert!(texts.contains(&"2.5/01/3".to_owned()), "{texts:?}");
}

/// What is written by hand is empty until somebody writes it, and so is the sum of it.
#[test]
fn manual_cells_are_empty_until_written() {
    let version = version_of("oo-1", 2026).unwrap();
    let counted = count(version, &school(&[(5, 11, true)]));
    let none = Figures::new();
    let sheet = Sheet::of(version, &counted, &none);
    assert_eq!(at(&sheet.figures, "2.7/07/8"), None);
    assert_eq!(at(&sheet.figures, "2.7/07/3"), None);
    let section = version.section("2.7").unwrap();
    assert_eq!(sheet.blanks(section), 4 * 12);
    let given = Figures::from([("2.7/07/8".to_owned(), 1)]);
    let sheet = Sheet::of(version, &counted, &given);
    assert_eq!(at(&sheet.figures, "2.7/07/3"), Some(1));
}

#[test]
fn gaps_are_told() {
    let version = version_of("oo-1", 2026).unwrap();
    let mut facts = school(&[(5, 11, true)]);
    facts
        .pupils
        .push(Fact::new("Без даты", "5А").number(Field::Grade, 5));
    let found = gaps(version, &facts);
    let age = found.iter().find(|it| it.field == Field::Age).unwrap();
    assert_eq!((age.source, age.count), (Source::Pupils, 1));
}

/// RPT-3, 2.6: of whom nobody asked is no citizen of Russia in silence: the rows lack them, the
/// check says so, and the gap tells how many.
#[test]
fn an_unknown_citizenship_is_named() {
    let version = version_of("oo-1", 2026).unwrap();
    let mut facts = school(&[(5, 11, true), (5, 11, false), (5, 11, true)]);
    facts.pupils[1] = pupil(5, 11, false).code(Field::Citizenship, "none");
    let of = |facts: &Facts| {
        let counted = count(version, facts);
        let given = Figures::new();
        let sheet = Sheet::of(version, &counted, &given);
        let rows = ["02", "03", "04"].map(|row| at(&sheet.figures, &format!("2.6/{row}/8")));
        let failed: Vec<String> = sheet.failed(None).into_iter().map(|it| it.at).collect();
        (rows, failed)
    };
    assert_eq!(of(&facts), ([Some(2), Some(0), Some(1)], vec![]));
    assert!(gaps(version, &facts).is_empty());
    let asked = facts.pupils.remove(2);
    let unasked = Fact::new(&asked.name, "")
        .number(Field::Grade, 5)
        .number(Field::Age, 11)
        .code(Field::Gender, "female");
    facts.pupils.push(unasked);
    let (rows, failed) = of(&facts);
    assert_eq!(rows, [Some(1), Some(0), Some(1)]);
    assert!(failed.contains(&"2.6/01/8".to_owned()), "{failed:?}");
    let gaps = gaps(version, &facts);
    let told = gaps.iter().map(|it| (it.source, it.field, it.count));
    let told: Vec<_> = told.filter(|it| it.1 == Field::Citizenship).collect();
    assert_eq!(told, [(Source::Pupils, Field::Citizenship, 1)]);
}

/// H4: more than 10 % and not a trifle.
#[test]
fn jumps_are_worth_a_look() {
    assert!(Jump::between(100, 110).is_none());
    assert_eq!(Jump::between(100, 111).and_then(|it| it.percent), Some(11));
    assert_eq!(Jump::between(100, 88).and_then(|it| it.percent), Some(-12));
    assert!(Jump::between(2, 4).is_none());
    assert_eq!(
        Jump::between(0, 5),
        Some(Jump {
            before: 0,
            now: 5,
            percent: None
        })
    );
}

/// The sums as the database works them out.
fn summed(version: &Version, each: &[Figures]) -> Figures {
    let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for (place, figure) in each.iter().flatten() {
        let sum = sums.entry(place.clone()).or_default();
        sum.0 += figure;
        sum.1 += i64::from(*figure == 1);
    }
    let rows = sums.into_iter().map(|(place, it)| (place, it.0, it.1));
    sums_of(version, rows.collect())
}

fn sums_of(version: &Version, rows: Vec<(String, i64, i64)>) -> Figures {
    sums(&version.yes_no(), rows)
}

/// RPT-3: 1 says yes and 2 says no, so their sum tells how many say yes.
#[test]
fn of_yes_and_no_a_sum_counts_the_yes() {
    let version = version_of("oo-1", 2026).unwrap();
    let each = [(1, 3), (2, 0), (1, 1)].map(|(says, of)| {
        Figures::from([("1.1/01/3".to_owned(), says), ("1.1/01/4".to_owned(), of)])
    });
    let sum = summed(version, &each);
    assert_eq!(
        (at(&sum, "1.1/01/3"), at(&sum, "1.1/01/4")),
        (Some(2), Some(4))
    );
}

/// RPT-3: a check against last year is asked where last year is known.
#[test]
fn last_year_is_looked_at_where_it_is_known() {
    let version = version_of("oo-1", 2026).unwrap();
    let figures = Figures::from([
        ("2.12/01/3".to_owned(), 5),
        ("2.12/10/3".to_owned(), 5),
        ("2.12/11/3".to_owned(), 5),
    ]);
    let about = |before: Option<&Figures>| {
        let failed = failed(version, &figures, before);
        failed.iter().filter(|it| it.at == "2.12/01/3").count()
    };
    let before = |pupils| Figures::from([("2.5/01/3".to_owned(), pupils)]);
    assert_eq!(about(None), 0);
    assert_eq!(about(Some(&before(5))), 0);
    assert_eq!(about(Some(&before(7))), 1);
}

fn pupils() -> impl Strategy<Value = Vec<(i16, i64, bool)>> {
    prop::collection::vec((1..=12_i16, 6..20_i64, any::<bool>()), 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// RPT-3: counts of schools add up to the count over all of them, and the
    /// sum of forms is a form whose sums hold too.
    #[test]
    fn the_sum_of_schools_is_the_consolidated_form(schools in prop::collection::vec(pupils(), 0..5)) {
        for version in versions() {
            let none = Figures::new();
            let each: Vec<Figures> = schools
                .iter()
                .map(|it| {
                    let counted = count(version, &school(it));
                    Sheet::of(version, &counted, &none).figures
                })
                .collect();
            let total = summed(version, &each);
            let everybody: Vec<(i16, i64, bool)> = schools.concat();
            let counted = count(version, &school(&everybody));
            let whole = Sheet::of(version, &counted, &none);
            let rows = ["2.5/01/3", "2.5/02/3", "2.7/02/9", "2.1.1/02/8", "1/01/3", "2/01/3"];
            for place in rows.iter().filter(|it| whole.figures.contains_key(**it)) {
                let pupils = whole.figures.get(*place).copied().unwrap_or_default();
                // Classes are more in many schools than in one; pupils are not.
                let counts_classes = version.code == "osh-1" && *place == "1/01/3";
                if !counts_classes {
                    prop_assert_eq!(total.get(*place).copied().unwrap_or_default(), pupils, "{} {}", version.code, place);
                }
            }
            for it in &each {
                prop_assert!(it.keys().all(|place| total.contains_key(place)));
            }
            prop_assert_eq!(failed(version, &total, None), vec![]);
        }
    }

    /// Whoever is counted by age is counted once: the checks of a form hold
    /// whatever pupils a school has.
    #[test]
    fn checks_hold_over_any_school(pupils in pupils()) {
        for version in versions() {
            let counted = count(version, &school(&pupils));
            let none = Figures::new();
            prop_assert_eq!(Sheet::of(version, &counted, &none).failed(None), vec![]);
        }
    }
}
