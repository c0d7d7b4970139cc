//! The people who work at the school, and the rooms they work in.

use chrono::{DateTime, Datelike, Utc};
use kernel::Role;

use crate::{
    calendar::day,
    dice::Dice,
    ids::Ids,
    model::{Days, Kit, Person, School, Site, Size, Worker},
    names::Surname,
    numbers,
    rows::Rows,
};

/// Who besides the teachers works in any school.
const LEADERS: [(&str, Role); 3] = [
    ("Директор", Role::Director),
    ("Заместитель директора по УВР", Role::Deputy),
    ("Секретарь руководителя", Role::Secretary),
];
/// Who besides works in a large one.
const MORE: [(&str, Role); 8] = [
    ("Заместитель директора по ИКТ", Role::Admin),
    ("Заместитель директора по УВР", Role::Deputy),
    ("Заместитель директора по ВР", Role::Deputy),
    ("Заместитель директора по АХР", Role::Secretary),
    ("Педагог-психолог", Role::Medic),
    ("Социальный педагог", Role::Teacher),
    ("Медицинская сестра", Role::Medic),
    ("Педагог-библиотекарь", Role::Teacher),
];
/// In a small school the computers are somebody's second work.
const FEW: [(&str, Role); 1] = [("Заместитель директора по ИКТ", Role::Admin)];

/// Who began to work in August of this year.
const NEW: [&str; 2] = ["Социальный педагог", "Педагог-библиотекарь"];
/// Who left after the last year, and why.
const GONE: [(&str, &str); 2] = [
    ("Учитель", "По собственному желанию"),
    ("Социальный педагог", "Выход на пенсию"),
];

/// Teachers first, in the order of `teachers`.
pub(super) fn hire(
    kit: &Kit,
    ids: &mut Ids,
    dice: &mut Dice,
    site: &Site,
    days: &Days,
    teachers: &[&'static str],
) -> anyhow::Result<Vec<Worker>> {
    let mut workers = Vec::new();
    for family in teachers {
        let male = dice.percent(if matches!(*family, "pe" | "obzr") {
            60
        } else {
            12
        });
        let person = grown_up(kit, ids, dice, site, days, None, male)?;
        let room = Some(ids.next("org.room"));
        workers.push(Worker {
            person,
            post: post(family),
            role: Role::Teacher,
            family: Some(family),
            room,
        });
    }
    let more: &[(&str, Role)] = if site.size == Size::Rural {
        &FEW
    } else {
        &MORE
    };
    for (post, role) in LEADERS.iter().chain(more) {
        let male = dice.percent(if *post == "Директор" { 35 } else { 15 });
        let person = grown_up(kit, ids, dice, site, days, None, male)?;
        workers.push(Worker {
            person,
            post,
            role: *role,
            family: None,
            room: None,
        });
    }
    Ok(workers)
}

fn post(family: &str) -> &'static str {
    match family {
        "primary" => "Учитель начальных классов",
        "pe" => "Учитель физической культуры",
        "obzr" => "Преподаватель-организатор ОБЗР",
        _ => "Учитель",
    }
}

/// Somebody between 27 and 62.
pub(super) fn grown_up(
    kit: &Kit,
    ids: &mut Ids,
    dice: &mut Dice,
    site: &Site,
    days: &Days,
    surname: Option<Surname>,
    male: bool,
) -> anyhow::Result<Person> {
    let year = days.calendar.starts_on.year() - dice.between(27, 62) as i32;
    let born = day(year, dice.between(1, 12) as u32, dice.between(1, 28) as u32);
    Ok(Person {
        id: ids.next("people.person"),
        name: kit.names.grown_up(dice, surname, male)?,
        male,
        born,
        mobile: numbers::mobile(dice),
        address: site.address(dice),
    })
}

/// The cards of the staff.
pub(super) fn rows(dice: &mut Dice, school: &School, days: &Days) -> Rows {
    let mut staff = Rows::new(
        "people.staff (org_id, person_id, post, extra_post, hired_on, hire_order, category, education, \
         institution, diploma_number, diploma_on, speciality, courses, awards, subjects, activity, \
         experience_since, family_status)",
    );
    let year = days.calendar.starts_on.year();
    for (at, it) in school.workers.iter().enumerate() {
        let begun = (it.person.born.year() + 22 + dice.between(0, 3) as i32).min(year - 1);
        let hired = (begun + dice.between(0, 12) as i32).min(year - 1);
        // Nobody but these came this year, so that forms of turnover say something.
        let hired = if NEW.contains(&it.post) { year } else { hired };
        let award = if dice.percent(15) {
            "Почётная грамота Министерства просвещения РФ"
        } else {
            ""
        };
        let courses = format!(
            "«Реализация обновлённых ФГОС», {} ч., {}",
            dice.pick(&[36, 72, 108]),
            year - 1
        );
        let homeroom = school.classes.iter().find(|class| class.teacher == at);
        staff.add(&[
            &school.site.org,
            &it.person.id,
            &it.post,
            &homeroom.map_or("", |_| "Классный руководитель"),
            &day(hired, 8, 25),
            &format!("{}-к", dice.between(10, 120)),
            &it.category().map_or("", |given| given.1),
            &"Высшее",
            &dice.pick(&[
                "Кубанский государственный университет",
                "Армавирский государственный педагогический университет",
                "Адыгейский государственный университет",
                "Южный федеральный университет",
            ]),
            &dice.digits(13),
            &day(begun, 6, 28),
            &it.family.map_or("Менеджмент в образовании", speciality),
            &courses,
            &award,
            &taught(school, at),
            &if it.family.is_some() {
                "Учебная"
            } else {
                ""
            },
            &day(begun, 8, 20),
            &family_status(dice, it.person.male),
        ]);
    }
    staff
}

/// Those who do not work at a large school any more: persons and cards.
pub(super) fn gone(
    kit: &Kit,
    ids: &mut Ids,
    seed: u64,
    school: &School,
    days: &Days,
    moment: DateTime<Utc>,
) -> anyhow::Result<[Rows; 2]> {
    let mut people = super::people::person_table();
    let mut staff = Rows::new(
        "people.staff (org_id, person_id, post, hired_on, hire_order, education, experience_since, \
         dismissed_on, dismissal_reason)",
    );
    let site = &school.site;
    // Their own dice: nothing else comes out in another way because of them.
    let mut dice = Dice::new(seed, 0x60e + site.org as u64);
    let year = days.calendar.starts_on.year();
    let all = if site.size == Size::Large {
        &GONE[..]
    } else {
        &[]
    };
    for (post, reason) in all {
        let person = grown_up(kit, ids, &mut dice, site, days, None, false)?;
        let begun = person.born.year() + 22;
        super::people::person_row(&mut people, site.org, &person, true, moment);
        staff.add(&[
            &site.org,
            &person.id,
            post,
            &day(begun, 8, 25),
            &format!("{}-к", dice.between(10, 120)),
            &"Высшее",
            &day(begun, 8, 20),
            &day(year, 6, 30),
            reason,
        ]);
    }
    Ok([people, staff])
}

fn family_status(dice: &mut Dice, male: bool) -> &'static str {
    match (male, dice.percent(75)) {
        (true, true) => "Женат",
        (true, false) => "Холост",
        (false, true) => "Замужем",
        (false, false) => "Не замужем",
    }
}

/// The subjects that the worker teaches, by name.
fn taught(school: &School, worker: usize) -> String {
    let mut subjects: Vec<usize> = school
        .loads
        .iter()
        .filter(|it| it.teacher == worker)
        .map(|it| it.subject)
        .collect();
    subjects.sort_unstable();
    subjects.dedup();
    let all = crate::subjects::subjects();
    subjects
        .iter()
        .map(|it| all[*it].name)
        .collect::<Vec<_>>()
        .join(", ")
}

fn speciality(family: &str) -> &'static str {
    match family {
        "primary" => "Начальное образование",
        "rus" => "Русский язык и литература",
        "math" => "Математика и информатика",
        "eng" => "Иностранный язык",
        "hist" => "История и обществознание",
        "bio" | "geo" | "chem" => "Естественно-научное образование",
        "pe" => "Физическая культура",
        _ => "Педагогическое образование",
    }
}

/// A room for each teacher and what else a school has.
pub(super) fn rooms(school: &School, dice: &mut Dice, moment: DateTime<Utc>) -> [Rows; 1] {
    let mut rooms = Rows::new(
        "org.room (org_id, room_id, number, name, floor, kind, seats, area, equipment, responsible, created_at)",
    );
    let mut plain = 0;
    let mut gyms = 0;
    for worker in &school.workers {
        let (Some(id), Some(family)) = (worker.room, worker.family) else {
            continue;
        };
        let (kind, name) = match family {
            "pe" => ("gym", "Спортивный зал"),
            "inf" => ("computer", "Кабинет информатики"),
            "labour" => ("workshop", "Мастерская"),
            "phys" => ("laboratory", "Кабинет физики"),
            "chem" => ("laboratory", "Кабинет химии"),
            "bio" => ("laboratory", "Кабинет биологии"),
            _ => ("class", ""),
        };
        let (number, floor) = if kind == "gym" {
            gyms += 1;
            (format!("Спортзал {gyms}"), 1)
        } else {
            plain += 1;
            (
                format!("{}{:02}", 1 + (plain - 1) / 20, 1 + (plain - 1) % 20),
                1 + (plain - 1) / 20,
            )
        };
        let seats = if kind == "gym" { 60 } else { 30 };
        let equipment = if kind == "computer" {
            "15 компьютеров, проектор"
        } else {
            "Проектор, доска"
        };
        let area = format!("{}.{}", dice.between(45, 68), dice.below(10));
        let responsible = worker.person.name.full();
        rooms.add(&[
            &school.site.org,
            &id,
            &number,
            &name,
            &floor,
            &kind,
            &seats,
            &area,
            &equipment,
            &responsible,
            &moment,
        ]);
    }
    [rooms]
}
