//! Exams of the year: the test in autumn, the trial of ОГЭ and ЕГЭ, and a ВПР
//! that is still to come (JRN-9).

use chrono::{Duration, NaiveDate};

use crate::{
    calendar::day,
    cast::{CLASS, Cast},
    dice::Dice,
    ids::Ids,
    model::{Days, Kit, Pupil, School},
    rows::{Batch, Rows},
    school::noon,
};

/// One exam of a parallel.
struct Sitting {
    kind: &'static str,
    subject: usize,
    grade: i16,
    day: NaiveDate,
    title: &'static str,
    max: i16,
    pass: i16,
    /// `from, test, mark`
    steps: Vec<(i16, Option<i16>, Option<i16>)>,
}

struct Written {
    scales: Rows,
    exams: Rows,
    classes: Rows,
    results: Rows,
    appeals: Rows,
}

/// Writes the exams of a school. In the class of the known teacher the autumn
/// test is in that teacher's subject.
pub(crate) fn rows(
    kit: &Kit,
    ids: &mut Ids,
    school: &School,
    days: &Days,
    cast: Option<&Cast>,
    seed: u64,
    batch: &mut Batch,
) {
    let mut dice = Dice::new(seed, 0xe8a + school.site.org as u64);
    let deputy = school.of_role(kernel::Role::Deputy).person.id;
    let mut out = Written {
        scales: Rows::new(
            "exams.scale (org_id, scale_id, year_id, kind, subject_id, name, max_primary, pass_primary, steps)",
        ),
        exams: Rows::new(
            "exams.exam (org_id, exam_id, year_id, kind, subject_id, grade, held_on, title, form, max_primary, scale_id)",
        ),
        classes: Rows::new("exams.exam_class (org_id, exam_id, class_id)"),
        results: Rows::new(
            "exams.result (org_id, exam_id, pupil_id, class_id, turnout, variant, primary_score, set_by, set_at)",
        ),
        appeals: Rows::new(
            "exams.appeal (org_id, appeal_id, exam_id, pupil_id, about, filed_on, state, decided_on, primary_before, primary_after, note)",
        ),
    };
    for it in sittings(kit, school, days, cast) {
        sitting(ids, school, days, &it, deputy, &mut dice, &mut out);
    }
    let Written {
        scales,
        exams,
        classes,
        results,
        appeals,
    } = out;
    batch.at(noon(days.current) - Duration::hours(2), Some(deputy));
    batch.copy([scales, exams, classes, results, appeals]);
}

fn sittings(kit: &Kit, school: &School, days: &Days, cast: Option<&Cast>) -> Vec<Sitting> {
    let named = |name: &str| kit.subjects.iter().position(|it| it.name == name);
    let year = chrono::Datelike::year(&days.calendar.starts_on);
    let five = |at: [i16; 3]| {
        let step = |(from, mark)| (from, None, Some(mark));
        vec![
            step((0, 2)),
            step((at[0], 3)),
            step((at[1], 4)),
            step((at[2], 5)),
        ]
    };
    let class = school.class_named(CLASS.0, CLASS.1);
    let own = cast.and_then(|cast| {
        let mut loads = school.loads.iter();
        let load = loads.find(|it| it.teacher == cast.teacher && it.class == class)?;
        Some(load.subject).filter(|it| kit.subjects[*it].marks > 0)
    });
    let mut all = vec![];
    if let Some(subject) = own.or_else(|| named("Алгебра")) {
        all.push(Sitting {
            kind: "admin",
            subject,
            grade: 7,
            day: day(year, 9, 17),
            title: "Входная диагностика",
            max: 24,
            pass: 9,
            steps: five([9, 14, 20]),
        });
    }
    for (name, max, at) in [
        ("Алгебра", 31, [8, 15, 22]),
        ("Русский язык", 37, [15, 26, 32]),
    ] {
        all.extend(named(name).map(|subject| Sitting {
            kind: "oge",
            subject,
            grade: 9,
            day: day(year, 11, 10),
            title: "Пробный экзамен",
            max,
            pass: at[0],
            steps: five(at),
        }));
    }
    all.extend(named("Русский язык").map(|subject| Sitting {
        kind: "ege",
        subject,
        grade: 11,
        day: day(year, 11, 11),
        title: "Пробный экзамен",
        max: 50,
        pass: 16,
        steps: (0..=50).map(|it| (it, Some(it * 2), None)).collect(),
    }));
    all.extend(named("Русский язык").map(|subject| Sitting {
        kind: "vpr",
        subject,
        grade: 7,
        day: day(year + 1, 4, 20),
        title: "",
        max: 45,
        pass: 22,
        steps: five([22, 32, 39]),
    }));
    let open = (days.calendar.starts_on, days.calendar.ends_on);
    all.retain(|it| (open.0..=open.1).contains(&it.day));
    all
}

fn sitting(
    ids: &mut Ids,
    school: &School,
    days: &Days,
    it: &Sitting,
    deputy: i64,
    dice: &mut Dice,
    out: &mut Written,
) {
    let org = school.site.org;
    let classes: Vec<usize> = (0..school.classes.len())
        .filter(|at| school.classes[*at].grade == it.grade)
        .collect();
    if classes.is_empty() {
        return;
    }
    let (scale, exam) = (ids.next("exams.scale"), ids.next("exams.exam"));
    let subject = school.subject_ids[it.subject];
    let cell =
        |name: &str, it: Option<i16>| it.map_or_else(String::new, |it| format!(",\"{name}\":{it}"));
    let steps: Vec<String> = it
        .steps
        .iter()
        .map(|(from, test, mark)| {
            format!(
                "{{\"from\":{from}{}{}}}",
                cell("test", *test),
                cell("mark", *mark)
            )
        })
        .collect();
    let name = format!("{} класс, {}", it.grade, chrono::Datelike::year(&it.day));
    out.scales.add(&[
        &org,
        &scale,
        &school.year,
        &it.kind,
        &subject,
        &name,
        &it.max,
        &it.pass,
        &format!("[{}]", steps.join(",")),
    ]);
    out.exams.add(&[
        &org,
        &exam,
        &school.year,
        &it.kind,
        &subject,
        &it.grade,
        &it.day,
        &it.title,
        &"письменно",
        &it.max,
        &scale,
    ]);
    let set_at = noon(it.day) + Duration::days(2);
    let over = it.day < days.current && set_at.naive_utc() < days.until;
    let mut appealed = it.kind != "oge";
    for class in classes {
        let id = school.classes[class].id;
        out.classes.add(&[&org, &exam, &id]);
        let written = |pupil: &&Pupil| over && pupil.class == class && pupil.is_here(it.day);
        for pupil in school.pupils.iter().filter(written) {
            let absent = dice.percent(5);
            let turnout = if absent { "ill" } else { "present" };
            let score = (!absent).then(|| score(pupil, it.max, dice));
            let variant = if absent {
                String::new()
            } else {
                dice.between(1, 4).to_string()
            };
            let person = &pupil.person.id;
            out.results.add(&[
                &org, &exam, person, &id, &turnout, &variant, &score, &deputy, &set_at,
            ]);
            if let (Some(score), false) = (score, appealed) {
                appealed = true;
                let (filed, decided) = (it.day + Duration::days(2), it.day + Duration::days(3));
                let appeal = ids.next("exams.appeal");
                out.appeals.add(&[
                    &org,
                    &appeal,
                    &exam,
                    person,
                    &"score",
                    &filed,
                    &"refused",
                    &decided,
                    &score,
                    &score,
                    &"Задание с развёрнутым ответом",
                ]);
            }
        }
    }
}

/// The better a pupil, the more points.
fn score(pupil: &Pupil, max: i16, dice: &mut Dice) -> i16 {
    let share = (pupil.ability - 1.6) / 3.6 + dice.bell() * 0.09;
    (share.clamp(0.08, 1.0) * f64::from(max)).round() as i16
}
