//! Any marks beside a slow count: every figure of reports of current marks is
//! counted once more from plain entries, one by one (RPT-1).

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use curriculum::{Scale, Subject};
use journal::{
    Attendance, Averaging, Earned, FinalValue, MarkRules, MarkSum, MarkValue, Marking, PupilLesson,
    PupilWork, Step,
};
use kernel::{PersonId, decimal::show2};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    PupilLessons, class_average_course, parent_letter, pupil_average, pupil_average_course,
    pupil_marks, pupil_quality, pupil_total, subject_results,
    tests::{class, day, lines, quarter, subject_id},
};
use crate::{OfClass, Progress, PupilProgress, SubjectProgress};

pub(super) const SUBJECTS: usize = 3;
const FIVE: MarkRules = MarkRules {
    scale: Scale::Five,
    grade: 7,
    one_allowed: false,
};

/// One thing that stands in a journal.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) pupil: usize,
    pub(super) subject: usize,
    /// A day of September, October or November.
    on: NaiveDate,
    /// «4/5», «•», or an absence.
    text: &'static str,
    weight: i64,
}

impl Entry {
    fn absence(&self) -> Option<Attendance> {
        Attendance::ALL
            .into_iter()
            .find(|it| !it.code().is_empty() && it.code() == self.text)
    }

    fn numbers(&self) -> Vec<i64> {
        self.text
            .split('/')
            .filter_map(|it| it.parse().ok())
            .collect()
    }

    fn month(&self) -> String {
        self.on.format("%m.%Y").to_string()
    }
}

pub(super) fn any_entry() -> impl Strategy<Value = Entry> {
    let text = prop::sample::select(vec![
        "5", "4", "3", "2", "4/5", "3/3", ".", "Б", "УП", "НП", "ОТ", "ОП",
    ]);
    (0..7_usize, 0..SUBJECTS, 0..80_u64, text, 1..4_i64).prop_map(
        |(pupil, subject, at, text, weight)| Entry {
            pupil,
            subject,
            on: day("2026-09-01") + chrono::Days::new(at),
            text,
            weight,
        },
    )
}

/// What the slow way knows of some entries.
pub(super) struct Slow<'a>(Vec<&'a Entry>);

impl<'a> Slow<'a> {
    pub(super) fn of(all: &'a [Entry], is: impl Fn(&Entry) -> bool) -> Self {
        Self(all.iter().filter(|it| is(it)).collect())
    }

    pub(super) fn numbers(&self) -> Vec<i64> {
        self.0.iter().flat_map(|it| it.numbers()).collect()
    }

    fn how_many(&self, number: i64) -> usize {
        self.numbers().iter().filter(|it| **it == number).count()
    }

    pub(super) fn noted(&self, codes: &[&str]) -> usize {
        self.0.iter().filter(|it| codes.contains(&it.text)).count()
    }

    pub(super) fn missed(&self) -> usize {
        self.noted(&["Б", "УП", "НП", "ОТ"])
    }

    fn works(&self) -> usize {
        self.0.iter().filter(|it| !it.numbers().is_empty()).count()
    }

    /// Σ weight · mark / Σ weight.
    pub(super) fn average(&self) -> Option<Decimal> {
        let (mut above, mut below) = (0, 0);
        for it in &self.0 {
            for number in it.numbers() {
                above += it.weight * number;
                below += it.weight;
            }
        }
        Decimal::from(above).checked_div(below.into())
    }

    fn mean(&self) -> Option<Decimal> {
        let all = self.numbers();
        Decimal::from(all.iter().sum::<i64>()).checked_div(all.len().into())
    }

    fn percent(&self, least: i64) -> Option<Decimal> {
        let all = self.numbers();
        let good = all.iter().filter(|it| **it >= least).count();
        Decimal::from(good * 100).checked_div(all.len().into())
    }

    /// Whether five or more have a mark.
    fn is_told(&self) -> bool {
        let with_marks = self.0.iter().filter(|it| !it.numbers().is_empty());
        with_marks.map(|it| it.pupil).collect::<BTreeSet<_>>().len() >= 5
    }

    fn levels(&self) -> String {
        let levels = [5, 4, 3, 2].map(|it| self.how_many(it).to_string());
        levels.join(" | ")
    }
}

fn share(of: Option<Decimal>) -> String {
    of.map_or("—".to_owned(), show2)
}

fn sum_of(it: &Entry) -> MarkSum {
    let mut sum = MarkSum::default();
    if let Some(what) = it.absence() {
        sum.missed.add(what, 1);
    } else {
        let mark = MarkValue::parse(it.text, FIVE).unwrap();
        sum.add_mark(
            &mark,
            it.weight.into(),
            true,
            Scale::Five,
            Averaging::default(),
        );
    }
    sum
}

fn month_of(it: &Entry) -> NaiveDate {
    Step::Month.first_day(it.on)
}

fn id_of(pupil: usize) -> PersonId {
    i64::try_from(pupil).unwrap().into()
}

pub(super) fn name(subject: usize) -> String {
    format!("Предмет {subject}")
}

fn subjects() -> Vec<Subject> {
    let subject = |at| Subject {
        id: subject_id(at),
        name: name(at),
        short_name: String::new(),
        scale: Scale::Five,
        without_marks: false,
    };
    (0..SUBJECTS).map(subject).collect()
}

/// What the reports are made of; marks that are set come by pupil and subject.
pub(super) fn progress(all: &[Entry], set: &HashMap<(usize, usize), &'static str>) -> Progress {
    let mut of_class = HashMap::new();
    for it in all {
        let of: &mut OfClass = of_class.entry(subject_id(it.subject)).or_default();
        of.add(id_of(it.pupil), month_of(it), sum_of(it));
    }
    let subject = |pupil: usize, at: usize| {
        let mut own = OfClass::default();
        for it in all
            .iter()
            .filter(|it| it.pupil == pupil && it.subject == at)
        {
            own.add(id_of(pupil), month_of(it), sum_of(it));
        }
        let set = set.get(&(pupil, at)).copied().unwrap_or_default();
        SubjectProgress {
            subject: subject_id(at),
            scale: Scale::Five,
            earned: Earned {
                lessons: 8,
                ..own.sum.earned()
            },
            sum: own.sum,
            steps: own.steps,
            set: FinalValue::parse(set, Scale::Five).unwrap(),
        }
    };
    let pupil = |at: usize| PupilProgress {
        id: id_of(at),
        name: format!("Ученик {at}"),
        subjects: (0..SUBJECTS).map(|it| subject(at, it)).collect(),
    };
    Progress {
        class: class(7, "Б", &[]).class,
        subjects: subjects(),
        pupils: (0..7).map(pupil).collect(),
        of_class,
        marking: Marking::default(),
    }
}

/// The mark that comes out by the usual thresholds.
pub(super) fn likely(average: Option<Decimal>) -> &'static str {
    match average {
        None => "",
        Some(it) if it >= Decimal::new(45, 1) => "5",
        Some(it) if it >= Decimal::new(35, 1) => "4",
        Some(it) if it >= Decimal::new(25, 1) => "3",
        Some(_) => "2",
    }
}

proptest! {
    /// §1.12 and §1.17 of each pupil.
    #[test]
    fn averages_and_quality_of_a_pupil_add_up(all in prop::collection::vec(any_entry(), 0..60)) {
        let it = progress(&all, &HashMap::new());
        for (at, pupil) in it.pupils.iter().enumerate() {
            let (mut averages, mut quality) = (vec![], vec![]);
            let row = |name: &str, own: &Slow<'_>, class: &Slow<'_>, lessons: usize| {
                let class = class.is_told().then_some(class);
                let counts = [
                    lessons, own.missed(), own.noted(&["Б"]), own.noted(&["УП"]), own.noted(&["НП", "ОТ"]),
                    own.works(), own.numbers().len(),
                ];
                let counts = counts.map(|it| it.to_string()).join(" | ");
                let shares = [
                    own.mean(), own.average(), own.percent(3), own.percent(4),
                    class.and_then(Slow::average),
                    class.and_then(|it| it.percent(3)),
                    class.and_then(|it| it.percent(4)),
                ];
                let shares = shares.map(share).join(" | ");
                format!("{name} | {counts} | {} | {} | {shares}", own.levels(), own.noted(&["."]))
            };
            let average = |name: &str, own: &Slow<'_>, class: &Slow<'_>| {
                let class = class.average().filter(|_| class.is_told());
                format!("{name} | {} | {} | {}", share(own.average()), share(class), own.numbers().len())
            };
            for subject in 0..SUBJECTS {
                let own = Slow::of(&all, |it| it.pupil == at && it.subject == subject);
                let class = Slow::of(&all, |it| it.subject == subject);
                quality.push(row(&name(subject), &own, &class, 8));
                if !own.numbers().is_empty() {
                    averages.push(average(&name(subject), &own, &class));
                }
            }
            let (own, class) = (Slow::of(&all, |it| it.pupil == at), Slow::of(&all, |_| true));
            quality.push(row("all-subjects", &own, &class, 8 * SUBJECTS));
            if !averages.is_empty() {
                averages.push(average("all-subjects", &own, &class));
            }
            prop_assert_eq!(lines(&pupil_average(&it, pupil)), averages);
            prop_assert_eq!(lines(&pupil_quality(&it, pupil)), quality);
        }
    }

    /// §1.13 and «Динамика среднего балла класса»: from the first day up to each month.
    #[test]
    fn averages_grow_month_by_month(
        all in prop::collection::vec(any_entry(), 0..60),
        subject in prop::option::of(0..SUBJECTS),
    ) {
        let it = progress(&all, &HashMap::new());
        let asked = |it: &Entry| subject.is_none_or(|subject| it.subject == subject);
        // The first three pupils are a class, all of them its parallel.
        let (mut class, mut parallel) = (OfClass::default(), OfClass::default());
        for it in all.iter().filter(|it| asked(it)) {
            parallel.add(id_of(it.pupil), month_of(it), sum_of(it));
            if it.pupil < 3 {
                class.add(id_of(it.pupil), month_of(it), sum_of(it));
            }
        }
        let slowly = |own: &dyn Fn(&Entry) -> bool| -> Vec<String> {
            let beside = Slow::of(&all, asked);
            let told = beside.is_told();
            let seen = all.iter().filter(|it| asked(it) && (told || own(it)));
            let months: BTreeSet<NaiveDate> = seen.map(month_of).collect();
            let line = |month: &NaiveDate| {
                let one = Slow::of(&all, |it| asked(it) && own(it) && month_of(it) <= *month);
                let class = Slow::of(&all, |it| told && asked(it) && month_of(it) <= *month);
                let label = month.format("%m.%Y");
                let cells = [one, class].map(|it| format!("{} | {}", it.works(), share(it.average())));
                format!("{label} | {}", cells.join(" | "))
            };
            months.iter().map(line).collect()
        };
        for (at, pupil) in it.pupils.iter().enumerate() {
            let report = pupil_average_course(&it, pupil, subject.map(subject_id), Step::Month);
            prop_assert_eq!(lines(&report), slowly(&|it| it.pupil == at));
        }
        let report = class_average_course(&class, &parallel, Step::Month);
        prop_assert_eq!(lines(&report), slowly(&|it| it.pupil < 3));
    }

    /// §1.18, of a period and of a week, and «Отчёт об успеваемости класса по предмету».
    #[test]
    fn letters_and_subjects_add_up(
        all in prop::collection::vec(any_entry(), 0..60),
        set in prop::collection::hash_map(
            (0..7_usize, 0..SUBJECTS),
            prop::sample::select(vec!["5", "4", "3", "2", "осв", "н/а"]),
            0..12,
        ),
    ) {
        let it = progress(&all, &set);
        let set_of = |pupil, subject| set.get(&(pupil, subject)).copied().unwrap_or("");
        let (of_period, of_week) = (parent_letter(&it, false), parent_letter(&it, true));
        for at in 0..7 {
            let mut sheet = vec![];
            for subject in 0..SUBJECTS {
                let own = Slow::of(&all, |it| it.pupil == at && it.subject == subject);
                let average = own.average().map_or(String::new(), show2);
                sheet.push(format!("{} | {} | {average} | {}", name(subject), own.levels(), set_of(at, subject)));
            }
            let own = Slow::of(&all, |it| it.pupil == at);
            let finals: Vec<i64> = (0..SUBJECTS).filter_map(|it| set_of(at, it).parse().ok()).collect();
            let mean = Decimal::from(finals.iter().sum::<i64>()).checked_div(finals.len().into());
            let mean = mean.map_or(String::new(), show2);
            sheet.push(format!("all | {} | {} | {mean}", own.levels(), share(own.average())));
            for (word, count) in [
                ("missed-all", own.missed()),
                ("missed-ill", own.noted(&["Б"])),
                ("missed-truant", own.noted(&["НП", "ОТ"])),
                ("missed-late", own.noted(&["ОП"])),
                ("debts", own.noted(&["."])),
            ] {
                if word == "missed-all" || count > 0 {
                    sheet.push(format!("{word} | {count} |  |  |  |  | "));
                }
            }
            let told: Vec<String> = of_period.sections[at].lines.iter().map(super::tests::read).collect();
            prop_assert_eq!(&told, &sheet);
            let told: Vec<String> = of_week.sections[at].lines.iter().map(super::tests::read).collect();
            let without = sheet.iter().map(|it| it.rsplit_once(" | ").unwrap().0.to_owned());
            prop_assert_eq!(told, without.collect::<Vec<_>>());
        }
        for subject in 0..SUBJECTS {
            let mut expected = vec![];
            let mut come: Vec<String> = vec![];
            let cells = |of: &Slow<'_>| {
                let counts = [of.noted(&["."]), of.missed(), of.noted(&["Б"])].map(|it| it.to_string());
                format!("{} | {} | {}", of.levels(), counts.join(" | "), share(of.average()))
            };
            for at in 0..7 {
                let own = Slow::of(&all, |it| it.pupil == at && it.subject == subject);
                let (set, likely) = (set_of(at, subject), likely(own.average()));
                let shown = if set.is_empty() { likely } else { "" };
                expected.push(format!("Ученик {at} | {} | {shown} | {set}", cells(&own)));
                come.push(if set.is_empty() { likely } else { set }.to_owned());
            }
            expected.push(format!("all | {} |  | ", cells(&Slow::of(&all, |it| it.subject == subject))));
            let of = |text: &str| come.iter().filter(|it| it.as_str() == text).count();
            let counted = of("5") + of("4") + of("3") + of("2") + of("н/а");
            let percent = |part: usize| share(Decimal::from(part * 100).checked_div(counted.into()));
            let degree = of("5") * 100 + of("4") * 64 + of("3") * 36 + of("2") * 16 + of("н/а") * 7;
            let degree = share(Decimal::from(degree).checked_div(counted.into()));
            for (word, value) in [
                ("success", percent(of("5") + of("4") + of("3"))),
                ("quality", percent(of("5") + of("4"))),
                ("degree", degree),
            ] {
                expected.push(format!("{word} | {value} |  |  |  |  |  |  |  |  | "));
            }
            prop_assert_eq!(lines(&subject_results(&it, subject_id(subject))), expected);
        }
    }

    /// §1.15 and §1.16 of a pupil: each day and each work stands where it was.
    #[test]
    fn lessons_of_a_pupil_stand_day_by_day(mut all in prop::collection::vec(any_entry(), 0..40)) {
        all.sort_by_key(|it| it.on);
        let of = PupilLessons {
            subjects: subjects(),
            lessons: (1..).zip(&all).map(|(id, it)| lesson(id, it)).collect(),
            terms: vec![quarter()],
            finals: HashMap::new(),
            kinds: HashMap::from([(10.into(), "Ответ".to_owned())]),
        };
        let days: BTreeSet<NaiveDate> = all.iter().map(|it| it.on).collect();
        let mut expected = vec![];
        for subject in 0..SUBJECTS {
            let mut cells = vec![name(subject)];
            for day in &days {
                let here = all.iter().filter(|it| it.subject == subject && it.on == *day);
                let texts: Vec<&str> = here.map(|it| it.text).collect();
                let digits = texts.iter().all(|it| it.chars().count() == 1);
                cells.push(texts.join(if digits { "" } else { " " }));
            }
            let own = Slow::of(&all, |it| it.subject == subject);
            let of_term = Slow::of(&all, |it| it.subject == subject && it.on <= quarter().ends_on);
            let shown = |of: &Slow<'_>| of.average().map_or(String::new(), show2);
            cells.extend([shown(&of_term), String::new(), shown(&own)]);
            expected.push(cells.join(" | "));
        }
        prop_assert_eq!(lines(&pupil_total(&of)), expected);
        let shown = kernel::dates::show_date;
        let mut expected: Vec<String> = vec![];
        for it in all.iter().filter(|it| it.absence().is_none()) {
            let mark = if it.text == "." { "•" } else { it.text };
            let days = format!("{} | 15.09.2026", shown(it.on));
            expected.push(format!("Ответ | {} | {days} | {mark} | {}", it.month(), it.weight));
        }
        if !expected.is_empty() {
            let mean = share(Slow::of(&all, |_| true).average());
            expected.push(format!("mean-of-marks |  |  |  | {mean} | "));
        }
        prop_assert_eq!(lines(&pupil_marks(&of)), expected);
    }
}

fn lesson(id: i64, it: &Entry) -> PupilLesson {
    let time = chrono::NaiveTime::MIN;
    let works = it.absence().is_none().then(|| PupilWork {
        kind: 10.into(),
        topic: it.month(),
        due_on: None,
        sum: sum_of(it),
        mark: MarkValue::parse(it.text, FIVE).unwrap(),
        set_at: "2026-09-15T08:00:00Z".parse().unwrap(),
        weight: it.weight.into(),
    });
    PupilLesson {
        lesson: schedule::Lesson {
            id: id.into(),
            year: 1.into(),
            held_on: it.on,
            number: 1,
            starts_at: time,
            ends_at: time,
            class: 1.into(),
            group: None,
            subject: subject_id(it.subject),
            teacher: 9.into(),
            room: None,
            cancelled: false,
        },
        topic: String::new(),
        attendance: it.absence().unwrap_or(Attendance::Present),
        works: works.into_iter().collect(),
    }
}

/// The slow count itself, by hand.
#[test]
fn the_slow_count_sees_what_is_there() {
    let entry = |pupil, text| Entry {
        pupil,
        subject: 0,
        on: day("2026-09-07"),
        text,
        weight: 1,
    };
    let all = [entry(0, "4/5"), entry(1, "."), entry(1, "Б"), entry(2, "2")];
    let slow = Slow::of(&all, |_| true);
    assert_eq!((slow.works(), slow.missed()), (2, 1));
    assert_eq!(slow.levels(), "1 | 1 | 0 | 1");
    assert_eq!(share(slow.average()), "3,67");
}
