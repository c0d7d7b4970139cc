use proptest::prelude::*;

use super::*;

fn rule() -> FinalRule {
    FinalRule::of(&Options::default(), Scale::Five)
}

fn earned(average: &str, marks: u32, hours: i64) -> Earned {
    Earned {
        average: average.parse().ok(),
        marks,
        lessons: 24,
        hours_a_week: Decimal::from(hours),
        ..Earned::default()
    }
}

fn values(texts: &[&str]) -> Vec<FinalValue> {
    texts
        .iter()
        .map(|it| FinalValue::parse(it, Scale::Five).unwrap())
        .collect()
}

fn year(rule: &FinalRule, texts: &[&str]) -> Option<Proposal> {
    let values = values(texts);
    let terms: Vec<Option<&FinalValue>> = values
        .iter()
        .map(|it| Some(it).filter(|it| !it.is_none()))
        .collect();
    rule.of_year(&terms)
}

fn text(proposal: Option<Proposal>) -> String {
    proposal.map_or_else(|| "—".to_owned(), |it| it.value.text().to_owned())
}

/// JRN-3: the worked example of §2.6: B = 4,50, nine marks, three hours a week.
#[test]
fn the_mark_of_a_period_is_that_of_the_example() {
    let it = rule().of_period(&earned("4.50", 9, 3)).unwrap();
    assert_eq!(it.value.text(), "5");
    assert_eq!(it.doubts, [Doubt::Borderline]);
    let it = rule().of_period(&earned("4.49", 9, 3)).unwrap();
    assert_eq!(it.value.text(), "4");
    for (average, mark) in [("3.50", "4"), ("3.4999", "3"), ("2.5", "3"), ("2.49", "2")] {
        assert_eq!(
            text(rule().of_period(&earned(average, 9, 3))),
            mark,
            "{average}"
        );
    }
}

/// JRN-3: the worked example of the year of §2.6.
#[test]
fn the_mark_of_the_year_is_that_of_the_example() {
    assert_eq!(text(year(&rule(), &["4", "4", "5", "5"])), "5");
    assert_eq!(text(year(&rule(), &["3", "4", "3", "4"])), "4");
    let with_gap = year(&rule(), &["4", "н/а", "5", "5"]).unwrap();
    assert_eq!(with_gap.value.text(), "5");
    assert!(with_gap.doubts.contains(&Doubt::TermNotAttested));
    let down = FinalRule {
        year_half_down: true,
        ..rule()
    };
    assert_eq!(text(year(&down, &["4", "4", "5", "5"])), "4");
    assert_eq!(text(year(&down, &["4", "5", "5", "5"])), "5");
}

#[test]
fn averages_between_40_and_60_are_borderline() {
    for (average, is) in [
        ("4.39", false),
        ("4.395", true),
        ("4.40", true),
        ("4.60", true),
        ("4.605", false),
        ("4.61", false),
    ] {
        assert_eq!(is_borderline(average.parse().unwrap()), is, "{average}");
    }
    let hundred = FinalRule::of(&Options::default(), Scale::Hundred);
    assert!(
        hundred
            .of_period(&earned("71.5", 9, 3))
            .unwrap()
            .is_certain()
    );
}

/// §2.6: three marks for up to two hours a week, five for more.
#[test]
fn too_few_marks_ask_for_a_decision() {
    let few = |marks, hours| rule().of_period(&earned("5", marks, hours)).unwrap();
    assert_eq!(few(3, 2).value.text(), "5");
    assert!(few(3, 2).is_certain());
    assert_eq!(few(2, 2).value.text(), "н/а");
    assert_eq!(few(2, 2).doubts, [Doubt::FewMarks { marks: 2, least: 3 }]);
    assert_eq!(few(4, 3).doubts, [Doubt::FewMarks { marks: 4, least: 5 }]);
    assert!(few(5, 3).is_certain());
}

/// §2.6: who missed more than half of the lessons.
#[test]
fn many_missed_lessons_ask_for_a_decision() {
    let missed = |missed| Earned {
        missed,
        ..earned("4", 6, 3)
    };
    assert!(rule().of_period(&missed(12)).unwrap().is_certain());
    let it = rule().of_period(&missed(13)).unwrap();
    assert_eq!(it.value.text(), "н/а");
    assert_eq!(
        it.doubts,
        [Doubt::ManyMissed {
            missed: 13,
            lessons: 24
        }]
    );
}

#[test]
fn a_school_has_its_own_thresholds() {
    let strict = FinalRule {
        thresholds: Thresholds {
            t5: "4.6".parse().unwrap(),
            t4: "3.6".parse().unwrap(),
            t3: "2.6".parse().unwrap(),
        },
        ..rule()
    };
    assert_eq!(text(strict.of_period(&earned("4.59", 9, 3))), "4");
    assert_eq!(text(strict.of_period(&earned("4.6", 9, 3))), "5");
}

#[test]
fn other_scales_take_the_nearest_number() {
    let ten = FinalRule::of(&Options::default(), Scale::Ten);
    assert_eq!(text(ten.of_period(&earned("8.5", 9, 3))), "9");
    assert_eq!(text(ten.of_period(&earned("8.49", 9, 3))), "8");
    let hundred = FinalRule::of(&Options::default(), Scale::Hundred);
    assert_eq!(text(hundred.of_period(&earned("70.5", 9, 3))), "71");
    let pass = FinalRule::of(&Options::default(), Scale::Pass);
    let with = |passed, failed| Earned {
        passed,
        failed,
        marks: passed + failed,
        ..earned("", 0, 1)
    };
    assert_eq!(text(pass.of_period(&with(3, 0))), "зач");
    assert_eq!(text(pass.of_period(&with(3, 1))), "—");
}

#[test]
fn nothing_is_proposed_without_lessons_and_the_exempt_stay_exempt() {
    assert_eq!(rule().of_period(&Earned::default()), None);
    let exempt = Earned {
        exempt: 4,
        marks: 0,
        average: None,
        ..earned("", 0, 3)
    };
    assert_eq!(text(rule().of_period(&exempt)), "осв");
    assert_eq!(text(year(&rule(), &["осв", "осв", "осв", "осв"])), "осв");
    assert_eq!(text(year(&rule(), &["осв", "4", "5", "5"])), "5");
    assert_eq!(text(year(&rule(), &["н/а", "н/а", "н/а", "н/а"])), "н/а");
    assert_eq!(text(year(&rule(), &["4", "", "5", "5"])), "—");
    assert_eq!(text(year(&rule(), &[])), "—");
    let late = Earned {
        came_later: true,
        ..earned("4", 9, 3)
    };
    assert_eq!(rule().of_period(&late).unwrap().doubts, [Doubt::CameLater]);
}

/// §2.6: grade 9 takes year and exam, grade 11 looks back on grade 10.
#[test]
fn the_final_mark_takes_the_exam_or_the_grade_before() {
    let [four, five] = [&values(&["4"])[0], &values(&["5"])[0]].map(Clone::clone);
    let all = |grade, exam, before: &[FinalValue]| {
        rule().of_all(
            grade,
            &[Some(&four), Some(&five)],
            Some(&four),
            exam,
            before,
        )
    };
    assert_eq!(text(all(9, None, &[])), "4");
    assert_eq!(text(all(9, Some(&five), &[])), "5", "4,5 halves up");
    assert_eq!(text(all(11, None, &values(&["5", "5", "5"]))), "5");
    assert_eq!(all(11, None, &[]).unwrap().doubts, [Doubt::NothingBefore]);
    assert_eq!(rule().of_all(9, &[], None, Some(&five), &[]), None);
}

proptest! {
    /// A better average never proposes a worse mark, and every proposal is a mark of the scale.
    #[test]
    fn proposals_grow_with_the_average(one in 200_i64..=500, other in 200_i64..=500) {
        let mark = |hundredths: i64| {
            let average = Decimal::new(hundredths, 2).to_string();
            rule().of_period(&earned(&average, 9, 3)).unwrap().value
        };
        let (low, high) = (mark(one.min(other)), mark(one.max(other)));
        prop_assert!(low.points() <= high.points());
        prop_assert!(FinalValue::parse(low.text(), Scale::Five).is_ok());
    }

    /// The year lies between the worst and the best of its periods.
    #[test]
    fn the_year_lies_between_its_periods(marks in proptest::collection::vec(2_u8..=5, 1..=6)) {
        let texts: Vec<String> = marks.iter().map(ToString::to_string).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mark = year(&rule(), &texts).unwrap().value.points().unwrap();
        let bounds = marks.iter().min().zip(marks.iter().max()).unwrap();
        prop_assert!(mark >= Decimal::from(*bounds.0) && mark <= Decimal::from(*bounds.1));
    }

    #[test]
    fn whatever_was_earned_something_sensible_is_proposed(
        points in 0_i64..=500, marks in 0_u32..40, lessons in 0_u32..80, missed in 0_u32..80,
        exempt in 0_u32..3, hours in 0_i64..10,
    ) {
        let it = Earned { exempt, lessons, missed, ..earned(&Decimal::new(points, 2).to_string(), marks, hours) };
        for scale in Scale::ALL {
            if let Some(found) = FinalRule::of(&Options::default(), scale).of_period(&it) {
                prop_assert!(FinalValue::parse(found.value.text(), scale).is_ok(), "{:?} on {:?}", found, scale);
            }
        }
    }
}
