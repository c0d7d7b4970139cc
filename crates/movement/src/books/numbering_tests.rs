use super::*;

fn wanted(pupil: i64, wish: &str, last_name: &str) -> (Wanted, String) {
    let wanted = Wanted {
        pupil: pupil.into(),
        order: 9.into(),
        wish: wish.to_owned(),
    };
    (wanted, last_name.to_owned())
}

fn held(record: i64, pupil: i64, number: &str, in_force: bool) -> Held {
    Held {
        record: record.into(),
        pupil: pupil.into(),
        number: number.to_owned(),
        in_force,
    }
}

fn last(id: i64, number: &str, in_force: bool) -> LastRecord {
    LastRecord {
        id: id.into(),
        order: 3.into(),
        number: number.to_owned(),
        in_force,
    }
}

fn known() -> Numbering {
    Numbering {
        format: FileFormat::Slash,
        held: vec![],
        last: HashMap::new(),
        of_cards: HashMap::new(),
    }
}

fn numbers(decided: &Decided) -> Vec<&str> {
    decided.enter.iter().map(|it| it.number.as_str()).collect()
}

#[test]
fn mov3_numbers_go_on_by_letter_past_cards_and_lines() {
    let known = Numbering {
        held: vec![held(70, 60, "В/13", true)],
        of_cards: HashMap::from([(50.into(), "В/20".to_owned()), (2.into(), "Б/7".to_owned())]),
        ..known()
    };
    let all = [
        wanted(1, "", "Волков"),
        wanted(2, "", "Белов"),
        wanted(3, "Г/5", "Громов"),
        wanted(4, "", "Грач"),
        wanted(5, "В/13", "Власов"),
        wanted(6, "2026-11", "Дроздов"),
    ];
    let decided = decide(&all, &known);
    assert_eq!(
        numbers(&decided),
        ["В/21", "Б/7", "Г/5", "Г/6", "В/22", "2026-11"],
        "next, card's, order's, after the order's, taken, as the school writes"
    );
    assert_eq!(decided.enter[5].letter, "Д");
    let in_cards: Vec<i64> = decided.cards.iter().map(|it| it.0.get()).collect();
    assert_eq!(in_cards, [1, 3, 4, 5, 6]);
}

#[test]
fn mov3_who_comes_again_gets_another_line_and_who_is_ordered_anew_the_same() {
    let known = Numbering {
        held: vec![held(71, 1, "В/1", true), held(72, 2, "В/2", false)],
        last: HashMap::from([
            (1.into(), last(71, "В/1", true)),
            (2.into(), last(72, "В/2", false)),
        ]),
        of_cards: HashMap::from([(1.into(), "В/1".to_owned())]),
        ..known()
    };
    let decided = decide(&[wanted(1, "", "Волков"), wanted(2, "", "Волков")], &known);
    assert_eq!(numbers(&decided), ["В/3"]);
    assert_eq!(decided.enter[0].previous, Some(71.into()));
    assert_eq!(decided.enter[0].before.as_deref(), Some("В/1"));
    let rebound: Vec<_> = decided
        .rebind
        .iter()
        .map(|it| (it.id.get(), it.number.as_str(), it.before.as_deref()))
        .collect();
    assert_eq!(
        rebound,
        [(72, "В/2", Some(""))],
        "the card lost it meanwhile"
    );
    assert_eq!(
        decided.cards,
        [(1.into(), "В/3".to_owned()), (2.into(), "В/2".to_owned())]
    );
}

/// MOV-3: what an order names goes before everything else; the number of a
/// cancelled enrolment is free, and its line goes with it.
#[test]
fn mov3_an_order_names_another_number() {
    let known = Numbering {
        held: vec![held(71, 1, "В/1", false), held(72, 2, "Г/2", false)],
        last: HashMap::from([(1.into(), last(71, "В/1", false))]),
        ..known()
    };
    let decided = decide(&[wanted(1, "г-2", "Волков")], &known);
    assert_eq!(decided.drop, [72.into()]);
    assert_eq!(
        decided.rebind,
        [Rebound {
            id: 71.into(),
            order: 9.into(),
            letter: "Г".to_owned(),
            number: "г-2".to_owned(),
            before: Some(String::new()),
        }]
    );
    assert!(decided.enter.is_empty());
}

#[test]
fn mov3_a_changed_surname_keeps_its_number() {
    let last = LastRecord {
        order: 9.into(),
        ..last(71, "З/4", true)
    };
    let known = Numbering {
        last: HashMap::from([(1.into(), last)]),
        ..known()
    };
    assert_eq!(
        decide(&[wanted(1, "", "Зорина")], &known),
        Decided::default()
    );
}

/// MOV-3: a number is one person's however it is written.
#[test]
fn mov3_a_number_is_free_for_its_owner_alone() {
    let of_cards = HashMap::from([(5.into(), "В-7".to_owned())]);
    let lines = [held(70, 60, "В/13", true), held(71, 61, "Г/2", false)];
    let owners = Owners::of(&lines, &of_cards);
    assert!(owners.is_free("в 7", 5.into()));
    assert!(!owners.is_free("В/7", 6.into()));
    assert!(!owners.is_free("В-13", 60.into()), "of the earlier stay");
    assert!(owners.is_free("Г/2", 6.into()), "cancelled");
    assert!(owners.is_free("2026-8", 6.into()));
}
