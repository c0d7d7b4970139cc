//! Lines of cards: study and praise of pupils, work and education of the
//! staff (PPL-1, PPL-2); and a pupil who left long ago, whose data wait to be
//! destroyed (SEC-1).

use chrono::{Datelike, Duration, NaiveDate};
use kernel::names::FullName;

use crate::{
    calendar::day,
    cast::{CLASS, Cast},
    dice::Dice,
    ids::Ids,
    model::{Days, Person, Pupil, School},
    rows::{Batch, Rows},
    school::{noon, person_row, person_table},
};

/// Whose data may be destroyed: a leaver of the first school.
pub const LEAVER: (&str, &str, &str) = ("Давыдов", "Аркадий", "Львович");

const REVIEWS: [(&str, &str); 3] = [
    (
        "Характеристика классного руководителя",
        "Учится ровно, помогает одноклассникам, отвечает за дежурство по классу.",
    ),
    (
        "Благодарность за участие в субботнике",
        "Организовал уборку школьного двора, получил благодарность директора.",
    ),
    (
        "Характеристика для профильного лагеря",
        "Интересуется физикой, настойчив, умеет работать в группе.",
    ),
];
const PRAISED: [(&str, &str); 3] = [
    ("Призёр школьной олимпиады по географии", "Школа"),
    ("Участник концерта ко Дню учителя", "Актовый зал"),
    ("Победитель эстафеты", "Школьный стадион"),
];
const COURSES: [(&str, i16); 3] = [
    ("Обновлённые ФГОС: работа учителя", 72),
    ("Оценка образовательных результатов", 36),
    ("Первая помощь обучающимся", 16),
];
const UNIVERSITIES: [(&str, &str); 3] = [
    ("Кубанский государственный университет", "Учитель"),
    (
        "Армавирский государственный педагогический университет",
        "Учитель",
    ),
    ("Адыгейский государственный университет", "Педагог"),
];

/// Lines of one table, all of them of cards.
struct Lines {
    rows: Rows,
    org: i64,
}

/// One line; what the kind does not tell stays empty.
#[derive(Default)]
struct Line<'a> {
    person: i64,
    kind: &'static str,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
    title: &'a str,
    place: &'a str,
    detail: &'a str,
    hours: Option<i16>,
    document: &'a str,
}

impl Lines {
    fn add(&mut self, it: &Line<'_>) {
        self.rows.add(&[
            &self.org,
            &it.person,
            &it.kind,
            &it.since,
            &it.until,
            &it.title,
            &it.place,
            &it.detail,
            &it.hours,
            &it.document,
        ]);
    }
}

/// Writes the lines of the cards of a school.
pub(crate) fn rows(
    ids: &mut Ids,
    school: &School,
    days: &Days,
    cast: Option<&Cast>,
    seed: u64,
    batch: &mut Batch,
) -> anyhow::Result<()> {
    let mut dice = Dice::new(seed, 0x7ec0 + school.site.org as u64);
    let mut lines = Lines {
        rows: Rows::new(
            "people.record (org_id, person_id, kind, since, until, title, place, detail, hours, document)",
        ),
        org: school.site.org,
    };
    of_pupils(&mut lines, &mut dice, school, days);
    of_staff(&mut lines, &mut dice, school, days);
    batch.at(noon(days.calendar.starts_on), None);
    batch.copy([lines.rows]);
    if cast.is_some() {
        leaver(ids, school, days, batch)?;
    }
    Ok(())
}

fn of_pupils(lines: &mut Lines, dice: &mut Dice, school: &School, days: &Days) {
    let known = school.class_named(CLASS.0, CLASS.1);
    let first = days.calendar.starts_on;
    let beyond_primary = |it: &&Pupil| school.classes[it.class].grade > 4;
    for pupil in school.pupils.iter().filter(beyond_primary) {
        let person = pupil.person.id;
        let began = first.year() - i32::from(school.classes[pupil.class].grade - 1);
        lines.add(&Line {
            person,
            kind: "study",
            since: Some(day(began, 9, 1)),
            until: Some(day(began + 4, 5, 31)),
            title: "Начальное общее образование",
            detail: "1–4 классы",
            ..Line::default()
        });
        if pupil.class != known {
            continue;
        }
        if dice.percent(40) {
            let (title, place) = PRAISED[dice.below(3)];
            let since = Some(first - Duration::days(dice.between(100, 300)));
            lines.add(&Line {
                person,
                kind: "achievement",
                since,
                title,
                place,
                document: "Грамота",
                ..Line::default()
            });
        }
        if dice.percent(25) {
            let (title, detail) = REVIEWS[dice.below(3)];
            let since = Some(first - Duration::days(dice.between(90, 120)));
            lines.add(&Line {
                person,
                kind: "review",
                since,
                title,
                detail,
                ..Line::default()
            });
        }
    }
}

fn of_staff(lines: &mut Lines, dice: &mut Dice, school: &School, days: &Days) {
    let this_year = days.calendar.starts_on.year();
    for worker in &school.workers {
        let person = worker.person.id;
        let graduated = (worker.person.born.year() + 22).min(this_year - 1);
        let (place, title) = UNIVERSITIES[dice.below(3)];
        lines.add(&Line {
            person,
            kind: "education",
            until: Some(day(graduated, 6, 30)),
            title,
            place,
            detail: "Высшее",
            document: "Диплом с приложением",
            ..Line::default()
        });
        lines.add(&Line {
            person,
            kind: "work",
            since: Some(day(graduated, 8, 25)),
            title: worker.post,
            place: &school.site.name,
            document: "Трудовой договор",
            ..Line::default()
        });
        if dice.percent(50) {
            let (title, hours) = COURSES[dice.below(3)];
            let year = this_year - dice.between(1, 3) as i32;
            lines.add(&Line {
                person,
                kind: "course",
                since: Some(day(year, 3, 10)),
                until: Some(day(year, 4, 20)),
                title,
                place: "Институт развития образования",
                hours: Some(hours),
                document: "Удостоверение",
                ..Line::default()
            });
        }
        if dice.percent(20) {
            lines.add(&Line {
                person,
                kind: "award",
                since: Some(day(this_year - dice.between(1, 6) as i32, 10, 5)),
                title: "Почётная грамота управления образования",
                place: "Управление образования",
                document: "Приказ",
                ..Line::default()
            });
        }
    }
}

/// The card was last touched when the pupil left; the time of its personal
/// file is over.
fn leaver(ids: &mut Ids, school: &School, days: &Days, batch: &mut Batch) -> anyhow::Result<()> {
    let org = school.site.org;
    let left_on = day(days.calendar.starts_on.year() - 5, 6, 25);
    let (last, first, middle) = LEAVER;
    let person = Person {
        id: ids.next("people.person"),
        name: FullName::new(last, first, middle)?,
        male: true,
        born: day(left_on.year() - 17, 4, 12),
        mobile: "+7 918 555-01-17".to_owned(),
        address: format!("{}, ул. Лесная, 8", school.site.locality),
    };
    let mut cards = person_table();
    person_row(&mut cards, org, &person, true, noon(left_on));
    let mut pupils =
        Rows::new("people.pupil (org_id, person_id, file_number, foreign_language, citizenship)");
    pupils.add(&[&org, &person.id, &"Д/96", &"английский", &"ru"]);
    let mut lines = Lines {
        rows: Rows::new(
            "people.record (org_id, person_id, kind, since, until, title, place, detail, hours, document)",
        ),
        org,
    };
    for (kind, title, detail) in [
        ("study", "Среднее общее образование", "10–11 классы"),
        ("review", REVIEWS[0].0, REVIEWS[0].1),
    ] {
        lines.add(&Line {
            person: person.id,
            kind,
            since: Some(day(left_on.year() - 2, 9, 1)),
            title,
            detail,
            ..Line::default()
        });
    }
    batch.at(noon(left_on), None);
    batch.copy([cards, pupils, lines.rows]);
    Ok(())
}
