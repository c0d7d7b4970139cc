//! Portfolios: what pupils and teachers have reached since September (PPL-8).

use chrono::{Days as Span, Duration};

use crate::{
    cast::{CLASS, Cast},
    dice::Dice,
    ids::Ids,
    model::{Days, School},
    rows::{Batch, Rows},
    school::noon,
};

/// One achievement: kind, title, where.
type Sample = (&'static str, &'static str, &'static str);

const OF_PUPILS: [Sample; 12] = [
    (
        "olympiad",
        "Школьный этап всероссийской олимпиады по математике",
        "",
    ),
    (
        "olympiad",
        "Школьный этап всероссийской олимпиады по биологии",
        "",
    ),
    ("olympiad", "Олимпиада «Учи.ру» по русскому языку", "Учи.ру"),
    (
        "competition",
        "Конкурс чтецов «Живая классика»",
        "Дом культуры",
    ),
    (
        "competition",
        "Конкурс рисунков «Осень на Кубани»",
        "Центр детского творчества",
    ),
    (
        "competition",
        "Викторина «Знаешь ли ты свой город?»",
        "Районная библиотека",
    ),
    ("sport", "Кросс нации", "Стадион «Труд»"),
    ("sport", "Первенство района по волейболу", "Дворец спорта"),
    ("sport", "Сдача норм ГТО, золотой знак", "Стадион «Труд»"),
    ("creativity", "Фестиваль «Звонкие голоса»", "Дом культуры"),
    ("project", "Проект «Вода, которую мы пьём»", ""),
    ("volunteering", "Акция «Чистый берег»", "Набережная"),
];

const OF_STAFF: [Sample; 6] = [
    ("methodical", "Карточки для устного счёта, 5–6 классы", ""),
    ("methodical", "Рабочая тетрадь к разделу «Функции»", ""),
    ("open_lesson", "Открытый урок для родителей", ""),
    (
        "talk",
        "Выступление на районном методическом объединении",
        "Управление образования",
    ),
    (
        "publication",
        "Статья «Проектная работа в 7 классе»",
        "Журнал «Педагогический вестник Кубани»",
    ),
    ("award", "Благодарность управления образования", ""),
];

const LEVELS: [&str; 4] = ["school", "school", "municipal", "regional"];
const PRIZES: [&str; 6] = [
    "winner",
    "runner",
    "runner",
    "diploma",
    "participant",
    "participant",
];

/// Writes the portfolios of a school.
pub(crate) fn rows(
    ids: &mut Ids,
    school: &School,
    days: &Days,
    cast: Option<&Cast>,
    seed: u64,
    batch: &mut Batch,
) {
    let mut dice = Dice::new(seed, 0x90f + school.site.org as u64);
    let mut book = Book {
        entries: Rows::new(
            "portfolio.entry (org_id, entry_id, pupil_id, staff_id, kind, level, prize, title, place, held_on, prepared_by, state, proposed_by, decided_by, created_at)",
        ),
        days,
        org: school.site.org,
    };
    let known = school.class_named(CLASS.0, CLASS.1);
    for (at, pupil) in school.pupils.iter().enumerate() {
        if !pupil.is_here(days.current) {
            continue;
        }
        let class = &school.classes[pupil.class];
        let leads = school.workers[class.teacher].person.id;
        let is_cast = cast.is_some_and(|it| it.pupil == at);
        let share = if pupil.class == known { 45 } else { 14 };
        let count = match () {
            () if is_cast => 4,
            () if dice.percent(share) => 1 + dice.below(2),
            () => 0,
        };
        for number in 0..count {
            let sample = OF_PUPILS[(dice.below(OF_PUPILS.len()) + number) % OF_PUPILS.len()];
            let taught = school.loads.iter().find(|it| it.class == pupil.class);
            let teacher = taught
                .filter(|_| sample.0 == "olympiad")
                .map(|it| school.workers[it.teacher].person.id);
            let waits = pupil.class == known && number == 0 && (is_cast || dice.percent(12));
            let by = if waits { pupil.person.id } else { leads };
            let line = Line {
                pupil: Some(pupil.person.id),
                staff: None,
                teacher,
                state: if waits { "proposed" } else { "confirmed" },
                by,
                decided: (!waits).then_some(leads),
            };
            book.add(ids, &mut dice, sample, &line);
        }
    }
    let teachers: Vec<usize> = school.loads.iter().map(|it| it.teacher).collect();
    for (at, worker) in school.workers.iter().enumerate() {
        let taught = teachers.contains(&at);
        let count = if cast.is_some_and(|it| it.teacher == at) {
            3
        } else {
            usize::from(taught && dice.percent(30))
        };
        for number in 0..count {
            let line = Line {
                pupil: None,
                staff: Some(worker.person.id),
                teacher: None,
                state: "confirmed",
                by: worker.person.id,
                decided: Some(worker.person.id),
            };
            let sample = OF_STAFF[(dice.below(2) + number * 2) % OF_STAFF.len()];
            book.add(ids, &mut dice, sample, &line);
        }
    }
    batch.at(noon(days.current) - Duration::hours(3), None);
    batch.copy([book.entries]);
}

struct Book<'a> {
    entries: Rows,
    days: &'a Days,
    org: i64,
}

/// Whose it is, and who entered it.
struct Line {
    pupil: Option<i64>,
    staff: Option<i64>,
    teacher: Option<i64>,
    state: &'static str,
    by: i64,
    decided: Option<i64>,
}

impl Book<'_> {
    fn add(&mut self, ids: &mut Ids, dice: &mut Dice, (kind, title, place): Sample, it: &Line) {
        let id = ids.next("portfolio.entry");
        let since = (self.days.current - self.days.calendar.starts_on)
            .num_days()
            .max(1);
        let held_on = self.days.current - Span::new(dice.below(since as usize) as u64);
        let has_level = kind != "project" && kind != "volunteering";
        let level = if has_level { LEVELS[dice.below(4)] } else { "" };
        let prize = match it.pupil {
            Some(_) if has_level => PRIZES[dice.below(6)],
            _ => "",
        };
        self.entries.add(&[
            &self.org,
            &id,
            &it.pupil,
            &it.staff,
            &kind,
            &level,
            &prize,
            &title,
            &place,
            &held_on,
            &it.teacher,
            &it.state,
            &it.by,
            &it.decided,
            &(noon(held_on) + Duration::hours(3)),
        ]);
    }
}
