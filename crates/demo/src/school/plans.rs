//! Subjects, kinds of work and КТП.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::{
    dice::Dice,
    ids::Ids,
    model::{Class, Days, Kit, Load, School, StudyPlan},
    rows::Rows,
};

/// Weeks of lessons in a year.
const WEEKS: usize = 34;

/// A plan for each teacher, subject and parallel; every load follows one.
pub(super) fn write(
    kit: &Kit,
    ids: &mut Ids,
    dice: &mut Dice,
    classes: &[Class],
    loads: &mut [Load],
) -> Vec<StudyPlan> {
    let mut plans: Vec<StudyPlan> = Vec::new();
    let mut known: BTreeMap<(usize, usize, i16), usize> = BTreeMap::new();
    for load in loads {
        let grade = classes[load.class].grade;
        load.plan = *known
            .entry((load.teacher, load.subject, grade))
            .or_insert_with(|| {
                let subject = &kit.subjects[load.subject];
                let items = kit
                    .topics
                    .plan(dice, subject, grade, usize::from(load.hours) * WEEKS);
                let items = items
                    .into_iter()
                    .map(|it| (ids.next("curriculum.plan_item"), it))
                    .collect();
                let id = ids.next("curriculum.plan");
                plans.push(StudyPlan {
                    id,
                    subject: load.subject,
                    grade,
                    teacher: load.teacher,
                    items,
                });
                plans.len() - 1
            });
    }
    plans
}

pub(super) fn subject_rows(kit: &Kit, ids: &mut Ids, school: &School) -> [Rows; 3] {
    let org = school.site.org;
    let mut scales = Rows::new("curriculum.scale (org_id, scale_id, name, kind)");
    let [five, pass] = [ids.next("curriculum.scale"), ids.next("curriculum.scale")];
    scales.add(&[&org, &five, &"Пятибалльная", &"five"]);
    scales.add(&[&org, &pass, &"Зачёт/незачёт", &"pass"]);
    let mut subjects = Rows::new(
        "curriculum.subject (org_id, subject_id, name, short_name, area, scale_id, without_marks)",
    );
    for (it, id) in kit.subjects.iter().zip(&school.subject_ids) {
        // ОРКСЭ has lessons and no marks.
        let without_marks = it.marks == 0;
        let scale = if without_marks { pass } else { five };
        subjects.add(&[
            &org,
            id,
            &it.name,
            &it.short,
            &it.area,
            &scale,
            &without_marks,
        ]);
    }
    let mut kinds = Rows::new(
        "curriculum.work_kind (org_id, kind_id, code, name, abbr, weight, is_control, position)",
    );
    for (position, (it, id)) in (1_i16..).zip(kit.kinds.iter().zip(&school.kind_ids)) {
        kinds.add(&[
            &org,
            id,
            &it.code,
            &it.name,
            &it.abbr,
            &it.weight,
            &it.is_control,
            &position,
        ]);
    }
    [scales, subjects, kinds]
}

pub(super) fn rows(school: &School, days: &Days, moment: DateTime<Utc>) -> [Rows; 3] {
    let org = school.site.org;
    let kit_kinds = crate::subjects::kinds();
    let kind_of = |code: i16| {
        let at = kit_kinds.iter().position(|it| it.code == code)?;
        school.kind_ids.get(at).copied()
    };
    let all = crate::subjects::subjects();
    let mut plans = Rows::new(
        "curriculum.plan (org_id, plan_id, year_id, subject_id, grade, teacher_id, name, state, created_at)",
    );
    let mut items = Rows::new(
        "curriculum.plan_item (org_id, plan_id, item_id, number, section, topic, homework, work_kind_id)",
    );
    for plan in &school.plans {
        let name = format!("{}, {} класс", all[plan.subject].name, plan.grade);
        let teacher = school.workers[plan.teacher].person.id;
        let subject = school.subject_ids[plan.subject];
        plans.add(&[
            &org,
            &plan.id,
            &school.year,
            &subject,
            &plan.grade,
            &teacher,
            &name,
            &"approved",
            &moment,
        ]);
        for (number, (id, it)) in (1_i16..).zip(&plan.items) {
            let kind = it.control.and_then(kind_of);
            items.add(&[
                &org,
                &plan.id,
                id,
                &number,
                &it.section,
                &it.topic,
                &it.homework,
                &kind,
            ]);
        }
    }
    let mut uses = Rows::new("curriculum.plan_use (org_id, plan_id, load_id)");
    let late = late(school, days);
    for (at, it) in school.loads.iter().enumerate() {
        if late.contains(&at) {
            continue;
        }
        uses.add(&[&org, &school.plans[it.plan].id, &it.id]);
    }
    [plans, items, uses]
}

/// So long some teachers take their time with the plans of a year (S3:6.6).
const SETTLING_DAYS: i64 = 30;

/// The loads whose teachers have not put a plan in yet, by place: in
/// September those of three teachers, later a single one.
fn late(school: &School, days: &Days) -> Vec<usize> {
    let slow = |it: &&(usize, &Load)| {
        matches!(
            school.workers[it.1.teacher].family,
            Some("bio" | "labour" | "geo")
        )
    };
    let loads: Vec<(usize, &Load)> = school.loads.iter().enumerate().collect();
    let passed = (days.current - days.calendar.starts_on).num_days();
    let count = if passed <= SETTLING_DAYS { 9 } else { 1 };
    let late = loads.iter().filter(slow).step_by(2).take(count);
    late.map(|it| it.0).collect()
}
