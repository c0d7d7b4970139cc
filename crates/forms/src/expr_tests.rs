use proptest::prelude::*;

use super::*;

fn codes(all: &[&str]) -> Vec<String> {
    all.iter().map(|it| (*it).to_owned()).collect()
}

fn formula(text: &str) -> Result<Formula, String> {
    let (rows, cols) = (codes(&["01", "02", "03"]), codes(&["3", "4", "5"]));
    let around = Around {
        section: "1",
        row: Some("01"),
        col: Some("3"),
        rows: &rows,
        cols: &cols,
    };
    parse_formula(text, around)
}

fn girl(grade: i16, age: i64) -> Fact {
    Fact::new("Иванова Анна", "5А")
        .number(Field::Grade, grade)
        .number(Field::Age, age)
        .code(Field::Gender, "female")
        .text(Field::Profile, "Углублённое изучение математики")
}

/// RPT-3: a condition over typed facts.
#[test]
fn conditions_look_at_fields() {
    let fact = girl(5, 11);
    for (text, holds) in [
        ("", true),
        ("grade = 5 and gender = female and age = 11", true),
        ("grade = 5..9", true),
        ("grade = 6..9", false),
        ("grade >= 5 and not grade > 5", true),
        ("grade != 5", false),
        ("gender in (male, female)", true),
        ("gender != female", false),
        ("profile has 'углуб'", true),
        ("profile has 'лицей'", false),
        ("grade = 4 or age <= 11", true),
        ("grade = 4 or grade = 5 and age = 12", false),
        ("(grade = 4 or grade = 5) and age = 11", true),
        ("shift is unknown", true),
        ("age is unknown", false),
        ("shift = 1", false),
        ("shift != 1", false),
    ] {
        let cond = parse_cond(text, Source::Pupils).unwrap();
        assert_eq!(cond.holds(&fact), holds, "{text}");
    }
}

/// RPT-3: facts are counted, looked for, or their numbers added up.
#[test]
fn facts_come_to_a_value() {
    let thing = |quantity: i32, state: &str| {
        Fact::new("Компьютер", "")
            .number(Field::Quantity, quantity)
            .code(Field::State, state)
    };
    let room = |area: i64| Fact::new("12", "").number(Field::Area, area);
    let teacher = |path: &str, subject: &str| {
        let fact = Fact::new("Учитель", "").at(path.to_owned());
        fact.text(Field::Subject, subject)
    };
    let facts = crate::fact::Facts {
        equipment: vec![thing(15, "good"), thing(3, "repair")],
        rooms: vec![room(523), room(524), room(5), Fact::new("13", "")],
        teachers: vec![
            teacher("/1", "Алгебра"),
            teacher("/1", "Геометрия"),
            teacher("/2", "Алгебра"),
        ],
        ..crate::fact::Facts::default()
    };
    for (text, value) in [
        ("count equipment", 2),
        ("sum quantity of equipment", 18),
        ("sum quantity of equipment where state = good", 15),
        ("2 - any equipment where state = repair", 1),
        ("2 - any pupils", 2),
        // Tenths are rounded once, at the end.
        ("sum area of rooms", 105),
        // A teacher of two subjects is one.
        ("count teachers", 2),
        ("any rooms + any equipment", 2),
    ] {
        let formula = formula(text).unwrap();
        assert_eq!(
            crate::sheet::counted_value(&formula, &facts),
            value,
            "{text}"
        );
    }
    for text in [
        "sum state of equipment",
        "sum quantity of rooms",
        "sum quantity",
    ] {
        assert!(formula(text).is_err(), "{text}");
    }
}

/// RPT-3: what does not hold together is refused when a version is read.
#[test]
fn mistakes_are_found_when_it_is_read() {
    for text in [
        "grade = female",
        "gender = 5",
        "gender = girl",
        "gender > female",
        "post has 'учитель'",
        "profile = 5",
        "profile has 5",
        "grade 5",
        "grade =",
        "grade = 5 and",
        "(grade = 5",
        "grade = 5)",
        "grade = 5 grade = 6",
        "profile has 'нет конца",
        "age in (5)",
        "grade = 99999999999999999999",
    ] {
        assert!(parse_cond(text, Source::Pupils).is_err(), "{text}");
    }
    for text in [
        "",
        "count",
        "count people",
        "count pupils where",
        "count pupils where post has 'x'",
        "row(01",
        "cell(1)",
        "cell(1, 2, 3, 4)",
        "sums(01)",
        "cols(9)",
        "cols(5..3)",
        "1 +",
        "1 * 2",
        "row('01')",
    ] {
        assert!(formula(text).is_err(), "{text}");
    }
}

/// RPT-3: sums of other cells, by row, by column and by place.
#[test]
fn formulas_look_at_cells() {
    let place = |text: &str| Place::parse(text).unwrap();
    assert_eq!(formula("row(02)").unwrap(), Formula::Cell(place("1/02/3")));
    assert_eq!(formula("col(4)").unwrap(), Formula::Cell(place("1/01/4")));
    assert_eq!(
        formula("cell(2.1.1, 02, 3)").unwrap(),
        Formula::Cell(place("2.1.1/02/3"))
    );
    let sum = Formula::Sum(vec![place("1/01/4"), place("1/01/5")]);
    assert_eq!(formula("cols(4..5)").unwrap(), sum);
    let sum = Formula::Sum(vec![place("1/01/3"), place("1/03/3")]);
    assert_eq!(formula("rows(01, 03)").unwrap(), sum);
    let value = formula("row(01) - (row(02) + 1) + cols(3..5)").unwrap();
    let mut cell = |at: At<'_>| match at {
        At::Last(_) => None,
        At::Now(at) => known(at),
    };
    // 10 − (4 + 1) + (10 + nothing + nothing)
    assert_eq!(value.value(&|_, _, _| 0, &mut cell), 15);
    assert_eq!(Place::parse("1/01"), None);
    assert_eq!(Place::parse("1/01/3/4"), None);
}

fn known(at: &Place) -> Option<i64> {
    match at.to_string().as_str() {
        "1/01/3" => Some(10),
        "1/02/3" => Some(4),
        _ => None,
    }
}

#[test]
fn a_count_counts() {
    let count = formula("count pupils where grade = 5 and gender = female").unwrap();
    let facts = [girl(5, 11), girl(6, 11), girl(5, 12)];
    let counted = |_, _, cond: &Cond| {
        let fits = facts.iter().filter(|it| cond.holds(it)).count();
        i64::try_from(fits).unwrap()
    };
    assert_eq!(count.value(&counted, &mut |_| None), 2);
}

const WORDS: [&str; 27] = [
    "count", "pupils", "where", "grade", "gender", "female", "=", "..", "5", "and", "or", "not",
    "(", ")", "in", ",", "is", "unknown", "row", "cols", "cell", "+", "-", "has", "'x'", "01",
    "profile",
];

proptest! {
    /// Whatever a file says, it is read or refused, and never worse.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
        let _ = formula(&text);
        let _ = parse_cond(&text, Source::Staff);
    }

    #[test]
    fn any_words_are_read_or_refused(
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..25)
    ) {
        let text = words.join(" ");
        let _ = formula(&text);
        let _ = parse_cond(&text, Source::Pupils);
    }

    /// A condition and its opposite divide everybody between them.
    #[test]
    fn a_condition_and_its_opposite_part_all(
        grade in 1..12_i16, age in 5..20_i64, from in 0..12_i64, to in 0..20_i64
    ) {
        let fact = girl(grade, age);
        let text = format!("grade >= {from} and age <= {to}");
        let cond = parse_cond(&text, Source::Pupils).unwrap();
        let other = parse_cond(&format!("not ({text})"), Source::Pupils).unwrap();
        prop_assert!(cond.holds(&fact) != other.holds(&fact));
    }
}
