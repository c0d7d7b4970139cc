//! Events, clubs, meetings of parents, methodical associations, equipment and
//! attestation of a school (S1:4).

use chrono::{Days as Span, Duration, Months, NaiveDate};

use crate::{
    cast::{CLASS, Cast},
    dice::Dice,
    ids::Ids,
    model::{Days, School},
    rows::{Batch, Rows},
    school::noon,
};

const CLUBS: [(&str, &str, &str, &str); 6] = [
    ("Шахматы", "sport", "вт, чт 15:00–16:30", "12"),
    ("Волейбол", "sport", "пн, ср, пт 16:00–17:30", "спортзал"),
    ("Робототехника", "technical", "ср 15:00–17:00", "21"),
    ("Хор «Родник»", "art", "пн, чт 14:30–15:30", "актовый зал"),
    ("Юный эколог", "science", "пт 15:00–16:30", "14"),
    ("Музейное дело", "tourism", "вт 15:00–16:00", "музей"),
];
const EVENTS: [(&str, &str, &str, i64, &str); 5] = [
    ("День здоровья", "sport", "school", -62, "Стадион «Труд»"),
    (
        "Конкурс стенгазет ко Дню учителя",
        "creativity",
        "school",
        -45,
        "Холл первого этажа",
    ),
    (
        "Школьный этап олимпиады по математике",
        "olympiad",
        "school",
        -33,
        "",
    ),
    ("Неделя русского языка", "competition", "school", 5, ""),
    (
        "Новогодний концерт",
        "creativity",
        "school",
        37,
        "Актовый зал",
    ),
];
const ASSOCIATIONS: [&str; 4] = [
    "МО учителей математики и информатики",
    "МО учителей русского языка и литературы",
    "МО учителей иностранных языков",
    "МО классных руководителей",
];
const THINGS: [(&str, &str, i64); 8] = [
    ("Ноутбук учителя", "computer", 1),
    ("Проектор", "projector", 1),
    ("МФУ", "printer", 1),
    ("Маршрутизатор", "network", 1),
    ("Микроскоп", "laboratory", 10),
    ("Мяч волейбольный", "sport", 15),
    ("Парта ученическая", "furniture", 15),
    ("Доска магнитная", "furniture", 1),
];

/// Writes the registers of a school.
pub(crate) fn rows(
    ids: &mut Ids,
    school: &School,
    days: &Days,
    cast: Option<&Cast>,
    seed: u64,
    batch: &mut Batch,
) {
    let mut dice = Dice::new(seed, 0x4e9 + school.site.org as u64);
    let director = school.of_role(kernel::Role::Director).person.id;
    batch.at(noon(days.current) - Duration::hours(4), Some(director));
    batch.copy(clubs(ids, &mut dice, school, days, cast));
    batch.copy(events(ids, &mut dice, school, days));
    batch.copy(meetings(ids, &mut dice, school, days));
    batch.copy(associations(ids, &mut dice, school, days, cast));
    batch.copy(things(ids, &mut dice, school, days));
    batch.copy([attestations(&mut dice, school, days)]);
}

/// Pupils who are here, in a made-up order.
fn some_pupils(dice: &mut Dice, school: &School, days: &Days, from: i16, count: usize) -> Vec<i64> {
    let here = school
        .pupils
        .iter()
        .filter(|it| it.is_here(days.current) && school.classes[it.class].grade >= from);
    let mut pupils: Vec<i64> = here.map(|it| it.person.id).collect();
    dice.shuffle(&mut pupils);
    pupils.truncate(count);
    pupils
}

fn teacher(dice: &mut Dice, school: &School) -> i64 {
    let load = &school.loads[dice.below(school.loads.len())];
    school.workers[load.teacher].person.id
}

fn clubs(
    ids: &mut Ids,
    dice: &mut Dice,
    school: &School,
    days: &Days,
    cast: Option<&Cast>,
) -> [Rows; 4] {
    let org = school.site.org;
    let mut clubs = Rows::new(
        "portfolio.club (org_id, club_id, name, direction, leader_id, schedule, place, seats, paid)",
    );
    let mut members = Rows::new("portfolio.club_member (org_id, club_id, pupil_id, since)");
    let mut held = Rows::new("portfolio.club_day (org_id, club_id, held_on, topic)");
    let mut visits = Rows::new("portfolio.club_visit (org_id, club_id, held_on, pupil_id, came)");
    let since = days.calendar.starts_on + Span::new(9);
    for (at, (name, direction, schedule, place)) in CLUBS.into_iter().enumerate() {
        let id = ids.next("portfolio.club");
        let leader = match cast {
            Some(cast) if at == 0 => school.workers[cast.teacher].person.id,
            _ => teacher(dice, school),
        };
        clubs.add(&[
            &org,
            &id,
            &name,
            &direction,
            &leader,
            &schedule,
            &place,
            &16_i16,
            &(at == 2),
        ]);
        let size = 10 + dice.below(6);
        let mut pupils = some_pupils(dice, school, days, 3, size);
        if let Some(cast) = cast.filter(|_| at < 2) {
            let pupil = school.pupils[cast.pupil].person.id;
            pupils.retain(|it| *it != pupil);
            pupils.push(pupil);
        }
        for pupil in &pupils {
            members.add(&[&org, &id, pupil, &since]);
        }
        for week in 1..=3 {
            let on = days.current - Span::new(week * 7);
            if on <= since {
                continue;
            }
            held.add(&[&org, &id, &on, &"Занятие по программе"]);
            for pupil in &pupils {
                visits.add(&[&org, &id, &on, pupil, &dice.percent(86)]);
            }
        }
    }
    [clubs, members, held, visits]
}

fn events(ids: &mut Ids, dice: &mut Dice, school: &School, days: &Days) -> [Rows; 2] {
    let org = school.site.org;
    let mut events = Rows::new(
        "portfolio.event (org_id, event_id, name, kind, level, starts_on, ends_on, place, responsible_id)",
    );
    let mut participants = Rows::new("portfolio.event_participant (org_id, event_id, pupil_id)");
    for (name, kind, level, offset, place) in EVENTS {
        let id = ids.next("portfolio.event");
        let on = days.current + Duration::days(offset);
        let who = teacher(dice, school);
        events.add(&[&org, &id, &name, &kind, &level, &on, &on, &place, &who]);
        let size = 8 + dice.below(8);
        for pupil in some_pupils(dice, school, days, 5, size) {
            participants.add(&[&org, &id, &pupil]);
        }
    }
    [events, participants]
}

fn meetings(ids: &mut Ids, dice: &mut Dice, school: &School, days: &Days) -> [Rows; 2] {
    let org = school.site.org;
    let mut meetings = Rows::new(
        "portfolio.meeting (org_id, meeting_id, class_id, held_on, starts_at, place, topic, agenda, number, minutes, decision)",
    );
    let mut visits = Rows::new("portfolio.meeting_visit (org_id, meeting_id, pupil_id, came)");
    let begun = days.calendar.starts_on + Span::new(13);
    let ahead = days.current + Span::new(8);
    let known = school.class_named(CLASS.0, CLASS.1);
    for (at, class) in school.classes.iter().enumerate() {
        if begun >= days.current || at != known && at % 3 != 0 {
            continue;
        }
        let id = ids.next("portfolio.meeting");
        meetings.add(&[
            &org,
            &id,
            &Some(class.id),
            &begun,
            &"18:30",
            &"кабинет класса",
            &"Начало учебного года",
            &"1. Планы на год.\n2. Питание.\n3. Выборы родительского комитета.",
            &"1",
            &"Слушали классного руководителя о планах класса и о питании.",
            &"Избрать родительский комитет из трёх человек.",
        ]);
        let here = |it: &&crate::model::Pupil| it.class == at && it.is_here(begun);
        for pupil in school.pupils.iter().filter(here) {
            visits.add(&[&org, &id, &pupil.person.id, &dice.percent(72)]);
        }
    }
    for (class, topic) in [
        (Some(school.classes[known].id), "Итоги первой четверти"),
        (None, "Безопасность в интернете"),
    ] {
        let id = ids.next("portfolio.meeting");
        let agenda = "1. Итоги.\n2. Разное.";
        meetings.add(&[
            &org,
            &id,
            &class,
            &ahead,
            &"18:30",
            &"Актовый зал",
            &topic,
            &agenda,
            &"",
            &"",
            &"",
        ]);
    }
    [meetings, visits]
}

fn associations(
    ids: &mut Ids,
    dice: &mut Dice,
    school: &School,
    days: &Days,
    cast: Option<&Cast>,
) -> [Rows; 3] {
    let org = school.site.org;
    let mut all = Rows::new("portfolio.association (org_id, association_id, name, head_id)");
    let mut members = Rows::new("portfolio.association_member (org_id, association_id, person_id)");
    let mut items = Rows::new(
        "portfolio.association_item (org_id, item_id, association_id, kind, held_on, number, title, body, done)",
    );
    let first = days.calendar.starts_on - Span::new(5);
    for (at, name) in ASSOCIATIONS.into_iter().enumerate() {
        let id = ids.next("portfolio.association");
        let mut people: Vec<i64> = (0..5 + dice.below(3))
            .map(|_| teacher(dice, school))
            .collect();
        if let Some(cast) = cast.filter(|_| at == 0) {
            people.insert(0, school.workers[cast.teacher].person.id);
        }
        let head = people[0];
        people.sort_unstable();
        people.dedup();
        all.add(&[&org, &id, &name, &head]);
        for person in people {
            members.add(&[&org, &id, &person]);
        }
        let late = days.current + Span::new(20);
        let item = |kind: &'static str, on: NaiveDate, number, title, body, done| {
            (kind, on, number, title, body, done)
        };
        for (kind, on, number, title, body, done) in [
            item("plan", first, "", "Обсуждение планов на год", "", true),
            item(
                "plan",
                days.current - Span::new(20),
                "",
                "Взаимное посещение уроков",
                "",
                true,
            ),
            item(
                "plan",
                late,
                "",
                "Подготовка к итоговой аттестации",
                "",
                false,
            ),
            item(
                "minutes",
                first,
                "1",
                "Планы на год",
                "Утвердили план работы и график открытых уроков.",
                false,
            ),
            item(
                "report",
                days.current - Span::new(12),
                "",
                "Итоги первой четверти",
                "Качество знаний выросло.",
                false,
            ),
        ] {
            let next = ids.next("portfolio.association_item");
            items.add(&[&org, &next, &id, &kind, &on, &number, &title, &body, &done]);
        }
    }
    [all, members, items]
}

fn things(ids: &mut Ids, dice: &mut Dice, school: &School, days: &Days) -> [Rows; 1] {
    let mut rows = Rows::new(
        "portfolio.equipment (org_id, equipment_id, name, kind, number, quantity, room_id, bought_on, state, responsible_id)",
    );
    let mut number = 100_i64;
    for worker in school
        .workers
        .iter()
        .filter(|it| it.room.is_some())
        .take(24)
    {
        for _ in 0..=dice.below(3) {
            let (name, kind, quantity) = dice.pick(&THINGS);
            number += 1;
            let id = ids.next("portfolio.equipment");
            let bought = days.current - Span::new(200 + dice.below(2_500) as u64);
            let state = if dice.percent(92) { "good" } else { "repair" };
            rows.add(&[
                &school.site.org,
                &id,
                &name,
                &kind,
                &format!("0101{number:04}"),
                &quantity,
                &worker.room,
                &bought,
                &state,
                &worker.person.id,
            ]);
        }
    }
    [rows]
}

fn attestations(dice: &mut Dice, school: &School, days: &Days) -> Rows {
    let mut rows = Rows::new(
        "portfolio.attestation (org_id, person_id, category, decided_on, order_number, wanted, planned_on)",
    );
    for worker in &school.workers {
        let Some((category, _)) = worker.category() else {
            continue;
        };
        let decided = days.current - Span::new(60 + dice.below(1_900) as u64);
        let due = decided + Months::new(60);
        let soon = (due - days.current).num_days() < 150;
        let planned = (soon && dice.percent(60)).then(|| days.current + Span::new(45));
        let wanted = if planned.is_some() { "highest" } else { "" };
        let order = format!("{}-к", 10 + dice.below(80));
        rows.add(&[
            &school.site.org,
            &worker.person.id,
            &category,
            &decided,
            &order,
            &wanted,
            &planned,
        ]);
    }
    rows
}
