//! Of people: §1.10, 1.11, 1.23.

use super::*;

/// §1.10: `7А 25 (13 м/12 д) · 7Б 8 (5/3) · итого 7: классов 2, уч-ся 33 (18/15)`.
#[test]
fn figures_of_pupils_sum_up() {
    let mut roll = Roll {
        on: day("2026-09-20"),
        forms: HashMap::new(),
        classes: vec![roll_of(class(7, "А"), 13, 12), roll_of(class(7, "Б"), 5, 3)],
    };
    roll.classes[1].marks.push((
        RestrictedField::SocialStatus,
        "Многодетная семья".to_owned(),
        2,
    ));
    let report = pupil_figures(&roll);
    assert_eq!(
        heads(&report),
        [
            "class",
            "classes",
            "pupils",
            "boys",
            "girls",
            "2013",
            "I",
            "II",
            "at-home",
            "foreign",
            "stateless",
            "Английский язык",
            "Многодетная семья"
        ]
    );
    let lines = lines(&report);
    assert_eq!(
        lines[0],
        "7А | 1 | 25 | 13 | 12 | 25 | 25 | 0 | 0 | 0 | 0 | 25 | 0"
    );
    assert_eq!(
        lines[1],
        "7Б | 1 | 8 | 5 | 3 | 8 | 8 | 0 | 0 | 0 | 0 | 8 | 2"
    );
    assert_eq!(
        lines[2],
        "7 | 2 | 33 | 18 | 15 | 33 | 33 | 0 | 0 | 0 | 0 | 33 | 2"
    );
    assert_eq!(
        lines[3],
        "level-basic | 2 | 33 | 18 | 15 | 33 | 33 | 0 | 0 | 0 | 0 | 33 | 2"
    );
    assert_eq!(
        lines[4],
        "all | 2 | 33 | 18 | 15 | 33 | 33 | 0 | 0 | 0 | 0 | 33 | 2"
    );

    // A class without known gender is named.
    roll.classes[1].pupils[0].gender = None;
    roll.classes[1].pupils[1].card.born_on = None;
    let report = pupil_figures(&roll);
    let named: Vec<(&str, &str)> = report
        .notes
        .iter()
        .filter(|it| !it.args.is_empty())
        .map(|it| (it.word, it.args[0].1.as_str()))
        .collect();
    assert_eq!(named, [("no-gender", "7Б"), ("no-birth", "7Б")]);
    assert!(heads(&report).contains(&"gender-unknown".to_owned()));
}

/// §1.10: forms of study as orders say them, and what social positions say.
#[test]
fn forms_of_study_and_positions_are_counted() {
    let mut roll = Roll {
        on: day("2026-09-20"),
        forms: HashMap::from([
            (0.into(), movement::StudyForm::FullTime),
            (1.into(), movement::StudyForm::Family),
        ]),
        classes: vec![roll_of(class(7, "А"), 2, 1)],
    };
    for (value, count) in [
        ("Ребёнок-инвалид", 1),
        ("ОВЗ (ЗПР)", 2),
        ("Многодетная семья", 1),
    ] {
        let mark = (RestrictedField::SocialStatus, value.to_owned(), count);
        roll.classes[0].marks.push(mark);
    }
    let report = pupil_figures(&roll);
    let heads = heads(&report);
    let line = &lines(&report)[0];
    let figures: Vec<&str> = line.split(" | ").collect();
    let of = |head: &str| {
        let at = heads.iter().position(|it| it == head);
        figures[at.unwrap_or_else(|| panic!("{head} in {heads:?}"))]
    };
    assert_eq!(
        (of("full_time"), of("family"), of("unknown")),
        ("1", "1", "1")
    );
    assert_eq!((of("special-needs"), of("disabled")), ("2", "1"));
    // Of whom no order says anything, nothing is said.
    roll.forms.clear();
    roll.classes[0].marks.clear();
    let heads = self::heads(&pupil_figures(&roll));
    for head in ["full_time", "unknown", "special-needs", "disabled"] {
        assert!(!heads.contains(&head.to_owned()), "{head}");
    }
}

/// §1.10: «на дому · иностранные граждане», and who was never asked stands apart.
#[test]
fn citizenship_and_teaching_at_home_are_counted() {
    let mut roll = Roll {
        on: day("2026-09-20"),
        forms: HashMap::new(),
        classes: vec![roll_of(class(7, "А"), 4, 0), roll_of(class(8, "А"), 2, 0)],
    };
    let pupils = &mut roll.classes[0].pupils;
    pupils[0].citizenship = Some(Citizenship::Foreign);
    pupils[1].citizenship = Some(Citizenship::Stateless);
    pupils[1].taught_at_home = Some(true);
    pupils[2].taught_at_home = Some(false);
    let of = |report: &Report, line: usize, head: &str| {
        let at = heads(report).iter().position(|it| it == head)?;
        let line = lines(report)[line].clone();
        line.split(" | ").nth(at).map(str::to_owned)
    };
    let report = pupil_figures(&roll);
    let told = ["at-home", "foreign", "stateless", "unknown"];
    let one = Some("1".to_owned());
    let nobody = Some("0".to_owned());
    assert_eq!(
        told.map(|it| of(&report, 0, it)),
        [one.clone(), one.clone(), one.clone(), None]
    );
    // 8А, and the whole school.
    assert_eq!(of(&report, 1, "foreign"), nobody);
    assert_eq!(
        of(&report, lines(&report).len() - 1, "foreign"),
        one,
        "sums are those of the tally"
    );
    assert!(report.notes.iter().all(|it| it.word != "no-citizenship"));
    // Nobody who was not asked is counted as a citizen of Russia in silence.
    roll.classes[1].pupils[0].citizenship = None;
    let report = pupil_figures(&roll);
    assert_eq!(of(&report, 0, "unknown"), nobody);
    assert_eq!(of(&report, 1, "unknown"), one);
    let note = report.notes.iter().find(|it| it.word == "no-citizenship");
    assert_eq!(note.unwrap().args, [("count", "1".to_owned())]);
}

/// §1.11: `1 | А-17 | Алексеев Иван Петрович | 03.05.2013 | м | 01.09.2020 № 112 | … | —`.
#[test]
fn the_page_of_a_class_journal_names_what_is_empty() {
    let mut page = PupilPage {
        facts: facts(1, "Алексеев", Some(Gender::Male), "2013-05-03"),
        papers: SchoolPapers {
            came: Some(SchoolPaper {
                kind: OrderKind::Enrolment,
                number: "112".to_owned(),
                ordered_on: day("2020-09-01"),
                effective_on: day("2020-09-01"),
                place: "детский сад № 5".to_owned(),
            }),
            left: None,
        },
        parents: vec![ParentFacts {
            pupil: 1.into(),
            parent: 2.into(),
            kind: KinshipKind::Mother,
            name: "Алексеева Ольга Ивановна".to_owned(),
            workplace: "больница".to_owned(),
            phone: "+7 918 000-00-00".to_owned(),
        }],
        lacks: vec![],
    };
    let report = class_pupils(std::slice::from_ref(&page));
    assert_eq!(
        lines(&report),
        [
            "1 | А-17 | Алексеев Иван Петрович | 03.05.2013 | boy | 01.09.2020 №\u{a0}112 | ул. Мира, 1 \
             | Алексеева Ольга Ивановна, больница, +7 918 000-00-00 |  |  |  | "
        ]
    );
    assert!(report.notes.is_empty());
    page.facts.address = String::new();
    page.lacks = vec!["lives_at", "passport"];
    let report = class_pupils(&[page]);
    let line = &lines(&report)[0];
    assert!(line.contains("№\u{a0}112 | ! | Алексеева"), "{line}");
    assert!(line.ends_with("people.gap.lives_at, people.gap.passport"));
    assert_eq!(report.notes[0].path.as_deref(), Some("/people/pupils/1"));
}

#[test]
fn the_list_of_a_class_and_its_birthdays() {
    let mut class_roll = roll_of(class(7, "А"), 1, 1);
    assert_eq!(
        lines(&class_list(&class_roll))[0],
        "1 | Ученик Иван Петрович | 03.05.2013 | boy | А-17 | Английский язык"
    );
    class_roll.pupils[1] = facts(5, "Лапина", None, "2012-02-29");
    let roll = Roll {
        on: day("2026-11-20"),
        forms: HashMap::new(),
        classes: vec![class_roll],
    };
    assert_eq!(
        lines(&birthdays(&roll.birthdays(day("2027-02-01")))),
        ["28.02.2027 | Лапина Иван | 7А | 15"]
    );
    assert_eq!(
        lines(&birthdays(&roll.birthdays(day("2027-05-01")))),
        ["03.05.2027 | Ученик Иван | 7А | 14"]
    );
}

#[test]
fn the_social_passport_has_numbers_alone() {
    let mut class_roll = roll_of(class(7, "А"), 2, 1);
    class_roll.pupils[2].family = String::new();
    class_roll.marks = vec![
        (
            RestrictedField::SocialStatus,
            "Многодетная семья".to_owned(),
            2,
        ),
        (RestrictedField::HealthGroup, "I".to_owned(), 1),
    ];
    let roll = Roll {
        on: day("2026-11-20"),
        forms: HashMap::new(),
        classes: vec![class_roll],
    };
    let report = social_passport(&roll);
    assert_eq!(
        heads(&report),
        [
            "class",
            "class-teacher",
            "pupils",
            "Полная",
            "unknown",
            "Многодетная семья",
            "unknown",
            "I",
            "unknown"
        ]
    );
    assert_eq!(
        lines(&report)[0],
        "7А | Сидорова А. А. | 3 | 2 | 1 | 2 | 1 | 1 | 2"
    );
}

#[test]
fn load_without_a_plan_is_summed_up() {
    let row = |hours: i64| Unplanned {
        teacher: "Петрова".to_owned(),
        class: "7А".to_owned(),
        subject: "Алгебра".to_owned(),
        hours: Decimal::from(hours),
    };
    assert_eq!(lines(&no_plans(&[row(3), row(2)]))[2], "all |  | 2 | 5,00");
    assert!(lines(&no_plans(&[])).is_empty());
}
