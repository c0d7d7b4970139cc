//! Any class beside a slow count.

use super::*;

/// A code, or presence.
fn any_note() -> impl Strategy<Value = Attendance> {
    prop::sample::select(Attendance::ALL.to_vec())
}

/// A class of some pupils in two groups over some days, with anything noted.
fn any_presence() -> impl Strategy<Value = Presence> {
    let lessons = prop::collection::vec((0..12_u64, 0..3_i64, 1..5_i64), 0..24);
    let pupils = prop::collection::vec(
        (
            prop::option::of(1..3_i64),
            0..12_u64,
            prop::option::of(0..12_u64),
            prop::collection::vec(any_note(), 24),
        ),
        0..6,
    );
    (lessons, pupils).prop_map(|(mut lessons, pupils)| {
        lessons.sort_unstable();
        let first = day("2026-09-01");
        let lessons: Vec<HeldLesson> = lessons
            .iter()
            .zip(1_i64..)
            .map(|((at, group, subject), id)| HeldLesson {
                id: id.into(),
                on: first + Days::new(*at),
                class: 7.into(),
                group: (*group > 0).then(|| (*group).into()),
                subject: (*subject).into(),
            })
            .collect();
        let pupils = pupils
            .iter()
            .zip(1_i64..)
            .map(|((group, since, stay, notes), id)| {
                let since = first + Days::new(*since);
                let mut it = attendee(id, "Ученик", &[]);
                it.stays = vec![(since, stay.map(|days| since + Days::new(days)))];
                it.groups = group.iter().map(|it| (*it).into()).collect();
                for (lesson, note) in lessons.iter().zip(notes) {
                    // Only where the pupil is on the list of the lesson.
                    if it.has(lesson) && *note != Attendance::Present {
                        it.noted.insert(lesson.id, *note);
                    }
                }
                it
            });
        Presence {
            class: class(7, "А"),
            pupils: pupils.collect(),
            subjects: (1..5).map(|it| (it.into(), it.to_string())).collect(),
            lessons,
        }
    })
}

/// The slow way: every lesson of every pupil looked at by itself. Lessons,
/// missed, by code, whole days.
fn slowly(book: &Presence, pupil: &Attendee) -> (u32, u32, HashMap<&'static str, u32>, u32) {
    let (mut all, mut missed) = (0, 0);
    let mut codes: HashMap<&'static str, u32> = HashMap::new();
    let mut days: BTreeSet<NaiveDate> = BTreeSet::new();
    let is_on_the_list = |lesson: &HeldLesson| {
        let (since, until) = pupil.stays[0];
        let here = since <= lesson.on && until.is_none_or(|it| lesson.on <= it);
        match lesson.group {
            None => here,
            Some(group) => here && pupil.groups.contains(&group),
        }
    };
    for lesson in &book.lessons {
        if is_on_the_list(lesson) {
            all += 1;
            let code = pupil.noted.get(&lesson.id).map_or("", |it| it.code());
            *codes.entry(code).or_default() += 1;
            if ["ОТ", "Б", "УП", "НП"].contains(&code) {
                missed += 1;
            }
            days.insert(lesson.on);
        }
    }
    let mut whole = 0;
    for on in days {
        let mut away = true;
        for lesson in &book.lessons {
            if lesson.on == on && is_on_the_list(lesson) {
                let code = pupil.noted.get(&lesson.id).map_or("", |it| it.code());
                away = away && ["ОТ", "Б", "УП", "НП"].contains(&code);
            }
        }
        whole += u32::from(away);
    }
    (all, missed, codes, whole)
}

fn count(cell: &crate::Cell) -> u32 {
    match cell.value {
        Value::Count(count) => count,
        _ => panic!("{cell:?} is no count"),
    }
}

proptest! {
    /// Every figure of §1.8, 1.9 and «Пропуски за день» is that of a slow count.
    #[test]
    fn attendance_adds_up(book in any_presence()) {
        let year = [term("year", "2026-09-01", "2027-05-26")];
        let sheet = class_attendance(&book, &year, Unit::Both);
        let month = class_absences(&book);
        let subjects = class_absences_by_subject(&book);
        let (mut lessons, mut missed_in_all) = (0, 0);
        for (at, pupil) in book.pupils.iter().enumerate() {
            let (all, missed, codes, whole) = slowly(&book, pupil);
            lessons += all;
            missed_in_all += missed;
            let code = |it: &str| codes.get(it).copied().unwrap_or(0);
            let cells = &sheet.sections[0].lines[at].cells;
            let shown: Vec<u32> = cells[1..].iter().map(count).collect();
            let expected = [whole, shown[1], missed, code("Б"), code("УП"), code("НП"), code("ОТ"), code("ОП")];
            prop_assert_eq!(&shown[..], &expected[..]);
            prop_assert!(shown[1] <= whole);
            for report in [&month, &subjects] {
                let cells = &report.sections[0].lines[at].cells;
                let shown: Vec<u32> = cells[cells.len() - 6..].iter().map(count).collect();
                prop_assert_eq!(&shown, &[code("УП"), code("Б"), code("НП"), code("ОТ"), code("ОП"), whole]);
            }
        }
        let expected = Decimal::from((lessons - missed_in_all) * 100).checked_div(lessons.into());
        let foot = sheet.sections[0].lines.last().unwrap();
        prop_assert_eq!(foot.weight, Weight::Sum);
        prop_assert_eq!(&foot.cells[1].value, &Value::Share(expected));

        let today = absent_today(std::slice::from_ref(&book));
        let named = today.sections[0].lines.iter().filter(|it| it.weight == Weight::Plain).count();
        let away = book.pupils.iter().filter(|it| {
            let (_, missed, codes, _) = slowly(&book, it);
            missed > 0 || codes.contains_key("ОП")
        });
        prop_assert_eq!(named, away.count());
        if let Some(sum) = today.sections[0].lines.last() {
            prop_assert_eq!(count(&sum.cells[3]), missed_in_all);
        }
    }

    /// The controls of §1.10: total = boys + girls + unknown = Σ by year of birth,
    /// whatever the school; every birthday stands in exactly one month.
    #[test]
    fn figures_of_people_add_up(
        pupils in prop::collection::vec((1..=11_i16, 0..3_usize, 0..4_i32, 1..=2_i16, 0..12_u32), 0..40)
    ) {
        let mut classes: Vec<ClassRoll> = (1..=11).map(|it| roll_of(class(it, "А"), 0, 0)).collect();
        for ((grade, gender, born, shift, month), id) in pupils.iter().zip(1_i64..) {
            let gender = [Some(Gender::Male), Some(Gender::Female), None][*gender];
            let mut it = facts(id, "Ученик", gender, "");
            it.card.born_on = (*born > 0).then(|| {
                NaiveDate::from_ymd_opt(2009 + born, month + 1, 28).unwrap()
            });
            it.shift = *shift;
            classes[usize::try_from(*grade).unwrap() - 1].pupils.push(it);
        }
        let roll = Roll { on: day("2026-09-20"), forms: HashMap::new(), classes };
        let report = pupil_figures(&roll);
        let heads = heads(&report);
        let sum = report.sections[0].lines.last().unwrap();
        let of = |is: &dyn Fn(&str) -> bool| -> u32 {
            let found = heads.iter().zip(&sum.cells).filter(|it| is(it.0));
            found.map(|it| count(it.1)).sum()
        };
        let total = u32::try_from(pupils.len()).unwrap();
        prop_assert_eq!(of(&|it| it == "pupils"), total);
        prop_assert_eq!(of(&|it| ["boys", "girls", "gender-unknown"].contains(&it)), total);
        prop_assert_eq!(of(&|it| it.starts_with("20") || it == "born-unknown"), total);
        prop_assert_eq!(of(&|it| it == "I" || it == "II"), total);
        let boys = pupils.iter().filter(|it| it.1 == 0).count();
        prop_assert_eq!(of(&|it| it == "boys"), u32::try_from(boys).unwrap());
        let months = (1..=12).map(|it| NaiveDate::from_ymd_opt(2027, it, 1).unwrap());
        let found: Vec<_> = months.flat_map(|it| roll.birthdays(it)).collect();
        prop_assert_eq!(found.len(), pupils.iter().filter(|it| it.2 > 0).count());
        prop_assert!(found.iter().all(|it| it.on.day() == 28 && (15..=17).contains(&it.turns)));
    }
}
