use super::*;

fn wanted(pupil: i64, wish: &str, last_name: &str) -> (Wanted, String) {
    let wanted = Wanted {
        pupil: pupil.into(),
        order: 9.into(),
        wish: wish.to_owned(),
    };
    (wanted, last_name.to_owned())
}

fn known() -> Numbering {
    Numbering {
        format: FileFormat::Slash,
        taken: HashSet::new(),
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
        taken: HashSet::from(["В/13".to_owned()]),
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
    let decided = decide(&all, known);
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
    let last = |id: i64, in_force| LastRecord {
        id: id.into(),
        order: 3.into(),
        in_force,
    };
    let known = Numbering {
        taken: HashSet::from(["В/1".to_owned(), "В/2".to_owned()]),
        last: HashMap::from([(1.into(), last(71, true)), (2.into(), last(72, false))]),
        of_cards: HashMap::from([(1.into(), "В/1".to_owned()), (2.into(), "В/2".to_owned())]),
        ..known()
    };
    let decided = decide(&[wanted(1, "", "Волков"), wanted(2, "", "Волков")], known);
    assert_eq!(numbers(&decided), ["В/3"]);
    assert_eq!(decided.enter[0].previous, Some(71.into()));
    assert_eq!(decided.rebind, [(72.into(), 9.into())]);
    assert_eq!(decided.cards, [(1.into(), "В/3".to_owned())]);
}

#[test]
fn mov3_a_changed_surname_keeps_its_number() {
    let last = LastRecord {
        id: 71.into(),
        order: 9.into(),
        in_force: true,
    };
    let known = Numbering {
        last: HashMap::from([(1.into(), last)]),
        ..known()
    };
    assert_eq!(
        decide(&[wanted(1, "", "Зорина")], known),
        Decided::default()
    );
}
