//! A kindergarten of four groups with the attendance sheets of the months
//! since September (JRN-10).

use chrono::{Datelike, Days as Span, Duration, NaiveDate, Weekday};
use kernel::Role;

use crate::{
    calendar::day,
    dice::Dice,
    ids::Ids,
    model::{Days, Kit, Person},
    rows::{Batch, Rows},
    school::{noon, person_row, person_table},
};

/// The groups with the year in which their children were born, before that of the sheet.
const GROUPS: [(&str, i32, usize); 4] = [
    ("Младшая «Солнышко»", 3, 18),
    ("Средняя «Колосок»", 4, 20),
    ("Старшая «Ромашка»", 5, 21),
    ("Подготовительная «Знайки»", 6, 19),
];

/// The kindergarten as its accounts need it.
pub(crate) struct Garden {
    pub(crate) org: i64,
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    /// Head, senior educator, office, then an educator for each group.
    pub(crate) staff: Vec<(Person, Role)>,
    /// The mother of a child of the third group, and the child.
    pub(crate) mother: Option<(Person, i64)>,
}

struct Child {
    person: Person,
    mother: Person,
    group: usize,
}

const POSTS: [&str; 3] = ["Заведующий", "Старший воспитатель", "Делопроизводитель"];

/// Makes up the kindergarten with everything it needs.
pub(crate) fn rows(
    kit: &Kit,
    ids: &mut Ids,
    days: &Days,
    municipality: i64,
    seed: u64,
) -> anyhow::Result<(Garden, Batch)> {
    let mut dice = Dice::new(seed, 0x6a2);
    let org = ids.next("org.organisation");
    let mut garden = Garden {
        org,
        code: "krymsk-ds3",
        name: "Детский сад № 3",
        staff: vec![],
        mother: None,
    };
    let roles = [Role::Director, Role::Deputy, Role::Secretary];
    for role in roles.into_iter().chain([Role::Teacher; 4]) {
        let born = day(1970, 1, 10) + Span::new(dice.below(9_000) as u64);
        let it = person(kit, ids, &mut dice, false, born)?;
        garden.staff.push((it, role));
    }
    let children = children(kit, ids, &mut dice, days)?;
    let groups: Vec<i64> = GROUPS
        .iter()
        .map(|_| ids.next("curriculum.class"))
        .collect();
    let year = ids.next("curriculum.year");
    let opened = noon(days.calendar.starts_on - Duration::days(20));
    let head = garden.staff[0].0.id;
    let mut batch = Batch::new(org, garden.name.to_owned());
    batch.at(opened, Some(head));
    let mut tree =
        Rows::new("org.organisation (org_id, parent_id, kind, code, name, full_name, created_at)");
    tree.add(&[
        &org,
        &Some(municipality),
        &"preschool",
        &garden.code,
        &garden.name,
        &"Муниципальное бюджетное дошкольное образовательное учреждение детский сад № 3 города Крымска",
        &opened,
    ]);
    batch.copy([tree]);
    batch.copy(people(&garden, &children, opened));
    batch.copy(years(org, year, days, opened));
    let mut classes = Rows::new(
        "curriculum.class (org_id, class_id, year_id, grade, letter, teacher_id, created_at)",
    );
    for (at, (name, ..)) in GROUPS.iter().enumerate() {
        let educator = garden.staff[3 + at].0.id;
        classes.add(&[&org, &groups[at], &year, &0_i16, name, &educator, &opened]);
    }
    batch.copy([classes]);
    enrol(ids, &garden, &children, &groups, days, &mut batch);
    sheets(&garden, &children, &groups, days, &mut dice, &mut batch);
    let known = children.into_iter().find(|it| it.group == 2);
    garden.mother = known.map(|it| (it.mother, it.person.id));
    Ok((garden, batch))
}

fn person(
    kit: &Kit,
    ids: &mut Ids,
    dice: &mut Dice,
    male: bool,
    born: NaiveDate,
) -> anyhow::Result<Person> {
    Ok(Person {
        id: ids.next("people.person"),
        name: kit.names.grown_up(dice, None, male)?,
        male,
        born,
        mobile: crate::numbers::mobile(dice),
        address: "г. Крымск, ул. Ленина".to_owned(),
    })
}

fn children(kit: &Kit, ids: &mut Ids, dice: &mut Dice, days: &Days) -> anyhow::Result<Vec<Child>> {
    let mut children = vec![];
    for (group, (_, age, size)) in GROUPS.iter().enumerate() {
        for _ in 0..*size {
            let (surname, father) = (kit.names.surname(dice), kit.names.man(dice));
            let male = dice.percent(50);
            let born = day(days.calendar.starts_on.year() - age, 1, 1);
            let address = format!("г. Крымск, ул. Свердлова, {}", dice.between(1, 120));
            let person = Person {
                id: ids.next("people.person"),
                name: kit.names.child(dice, surname, father, male)?,
                male,
                born: born + Span::new(dice.below(365) as u64),
                mobile: String::new(),
                address: address.clone(),
            };
            let mother = Person {
                id: ids.next("people.person"),
                name: kit.names.grown_up(dice, Some(surname), false)?,
                male: false,
                born: day(1988, 2, 1) + Span::new(dice.below(3_000) as u64),
                mobile: crate::numbers::mobile(dice),
                address,
            };
            children.push(Child {
                person,
                mother,
                group,
            });
        }
    }
    Ok(children)
}

fn people(garden: &Garden, children: &[Child], opened: chrono::DateTime<chrono::Utc>) -> [Rows; 5] {
    let org = garden.org;
    let mut persons = person_table();
    let mut staff = Rows::new("people.staff (org_id, person_id, post, hired_on)");
    for (at, (it, _)) in garden.staff.iter().enumerate() {
        person_row(&mut persons, org, it, true, opened);
        let post = POSTS.get(at).unwrap_or(&"Воспитатель");
        staff.add(&[&org, &it.id, post, &opened.date_naive()]);
    }
    let mut pupils = Rows::new("people.pupil (org_id, person_id, citizenship)");
    let mut parents = Rows::new("people.parent (org_id, person_id)");
    let mut kinship =
        Rows::new("people.kinship (org_id, parent_id, pupil_id, kind, since, created_at)");
    for it in children {
        person_row(&mut persons, org, &it.person, false, opened);
        person_row(&mut persons, org, &it.mother, true, opened);
        pupils.add(&[&org, &it.person.id, &"ru"]);
        parents.add(&[&org, &it.mother.id]);
        kinship.add(&[
            &org,
            &it.mother.id,
            &it.person.id,
            &"mother",
            &it.person.born,
            &opened,
        ]);
    }
    [persons, staff, pupils, parents, kinship]
}

/// A kindergarten works until the end of August.
fn last_day(days: &Days) -> NaiveDate {
    day(days.calendar.starts_on.year() + 1, 8, 31)
}

fn years(org: i64, year: i64, days: &Days, opened: chrono::DateTime<chrono::Utc>) -> [Rows; 2] {
    let mut years =
        Rows::new("curriculum.year (org_id, year_id, starts_on, ends_on, state, created_at)");
    years.add(&[
        &org,
        &year,
        &days.calendar.starts_on,
        &last_day(days),
        &"current",
        &opened,
    ]);
    let mut holidays = Rows::new(
        "curriculum.holiday (org_id, year_id, name, kind, grade_from, grade_to, starts_on, ends_on)",
    );
    for it in days
        .calendar
        .holidays
        .iter()
        .filter(|it| it.kind == "public")
    {
        holidays.add(&[
            &org,
            &year,
            &it.name,
            &it.kind,
            &0_i16,
            &it.grades.1,
            &it.from,
            &it.to,
        ]);
    }
    [years, holidays]
}

fn enrol(
    ids: &mut Ids,
    garden: &Garden,
    children: &[Child],
    groups: &[i64],
    days: &Days,
    batch: &mut Batch,
) {
    let (org, head, office) = (garden.org, garden.staff[0].0.id, garden.staff[2].0.id);
    let order = ids.next("movement.order");
    let since = days.calendar.starts_on;
    let ordered = since - Span::new(3);
    let issued = noon(ordered);
    let mut orders = Rows::new(
        "movement.order (org_id, order_id, kind, state, number, year, ordered_on, effective_on, basis, \
         prepared_by, issued_by, issued_at, created_at)",
    );
    orders.add(&[
        &org,
        &order,
        &"enrolment",
        &"issued",
        &"1-з",
        &ordered.year(),
        &ordered,
        &since,
        &"Направления управления образования",
        &office,
        &head,
        &issued,
        &issued,
    ]);
    let mut lines = Rows::new(
        "movement.order_pupil (org_id, order_id, pupil_id, to_class_id, came_from, went_to, reason)",
    );
    let mut stays =
        Rows::new("movement.class_member (org_id, pupil_id, class_id, during, began_by)");
    for it in children {
        let group = groups[it.group];
        let none = "";
        lines.add(&[
            &org,
            &order,
            &it.person.id,
            &Some(group),
            &none,
            &none,
            &none,
        ]);
        let during = format!("[{since},)");
        stays.add(&[&org, &it.person.id, &group, &during, &order]);
    }
    batch.at(issued, Some(office));
    batch.copy([orders, lines, stays]);
}

/// Every working day until yesterday, and today in all groups but one; months
/// that are over are handed in.
fn sheets(
    garden: &Garden,
    children: &[Child],
    groups: &[i64],
    days: &Days,
    dice: &mut Dice,
    batch: &mut Batch,
) {
    let first = days.calendar.starts_on;
    let works = |day: NaiveDate| {
        let off = days.calendar.holidays.iter();
        let holiday = off
            .filter(|it| it.kind == "public")
            .any(|it| (it.from..=it.to).contains(&day));
        !holiday && !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    };
    let working: Vec<NaiveDate> = first
        .iter_days()
        .take_while(|it| *it <= days.current.min(last_day(days)))
        .filter(|it| works(*it))
        .collect();
    for (at, group) in groups.iter().enumerate() {
        let educator = garden.staff[3 + at].0.id;
        let mut cells = Rows::new(
            "preschool.attendance (org_id, pupil_id, day, class_id, sign, set_by, set_at)",
        );
        for it in children.iter().filter(|it| it.group == at) {
            let (mut away, mut sign) = (0, "б");
            for day in &working {
                // The known educator still has today to mark.
                if at == 2 && *day == days.current {
                    continue;
                }
                if away == 0 && dice.percent(3) {
                    sign = dice.pick_common(&["б", "б", "н", "о", "д"]);
                    away = match sign {
                        "б" => dice.between(3, 9),
                        "о" => dice.between(5, 14),
                        _ => 1,
                    };
                }
                let shown = if away > 0 { sign } else { "+" };
                away = (away - 1).max(0);
                let set_at = noon(*day);
                cells.add(&[
                    &garden.org,
                    &it.person.id,
                    day,
                    group,
                    &shown,
                    &educator,
                    &set_at,
                ]);
            }
        }
        batch.at(noon(days.current) - Duration::hours(3), Some(educator));
        batch.copy([cells]);
        let mut months =
            Rows::new("preschool.month (org_id, class_id, month, handed_in_by, handed_in_at)");
        let over = [9, 10, 11].map(|month| day(first.year(), month, 1));
        for month in over
            .into_iter()
            .filter(|it| *it + Span::new(31) <= days.current)
        {
            let at = noon(month + Span::new(31));
            months.add(&[&garden.org, group, &month, &educator, &at]);
        }
        batch.copy([months]);
    }
}
