//! What people say about the journals: a parent's notice, remarks of the deputy head.

use chrono::{Datelike, Days as Span, Duration, Weekday};
use kernel::Role;

use crate::{
    cast::{Cast, is_relative},
    model::{Days, School},
    rows::{Batch, Rows},
    school::noon,
};

/// A notice that waits for the class teacher with the known login, and
/// remarks to the two teachers with known logins.
pub(crate) fn rows(school: &School, days: &Days, cast: &Cast, batch: &mut Batch) {
    let now = (noon(days.current) - Duration::hours(5)).min(super::moment(days.until));
    batch.at(now, None);
    batch.copy([notice(school, days, cast, now), remarks(school, days, cast)]);
}

fn notice(school: &School, days: &Days, cast: &Cast, now: chrono::DateTime<chrono::Utc>) -> Rows {
    let mut notices = Rows::new(
        "journal.absence_notice (org_id, pupil_id, reason, first_on, last_on, text, late, sent_by, sent_at)",
    );
    let class = school
        .classes
        .iter()
        .position(|it| it.teacher == cast.class_teacher);
    let mut first = days.current + Span::new(1);
    if first.weekday() == Weekday::Sat {
        first = first + Span::new(2);
    }
    let of_class = school.pupils.iter().filter(|it| {
        Some(it.class) == class && it.is_here(first) && !is_relative(school, it.family)
    });
    let with_parent = of_class.filter_map(|pupil| {
        let parent = school.parents.iter().find(|it| it.family == pupil.family)?;
        Some((pupil, parent))
    });
    for (pupil, parent) in with_parent.take(1) {
        notices.add(&[
            &school.site.org,
            &pupil.person.id,
            &"ill",
            &first,
            &(first + Span::new(1)),
            &"Температура, вызвали врача.",
            &false,
            &parent.person.id,
            &now,
        ]);
    }
    notices
}

fn remarks(school: &School, days: &Days, cast: &Cast) -> Rows {
    let mut remarks = Rows::new(
        "journal.remark (org_id, class_id, subject_id, teacher_id, text, answer, answered_at, made_by, made_at)",
    );
    let deputy = school.of_role(Role::Deputy).person.id;
    let made = noon(days.current) - Duration::days(2);
    let said = [
        (
            cast.teacher,
            "В КТП по этой теме две контрольные работы, в журнале одна. Проверьте, пожалуйста.",
            "",
        ),
        (
            cast.class_teacher,
            "За неделю ни одной отметки у троих учеников. Спросите их на ближайших уроках.",
            "Спрошу в понедельник.",
        ),
    ];
    for (teacher, text, answer) in said {
        let Some(load) = school.loads.iter().find(|it| it.teacher == teacher) else {
            continue;
        };
        let answered = (!answer.is_empty()).then(|| made + Duration::hours(20));
        remarks.add(&[
            &school.site.org,
            &school.classes[load.class].id,
            &school.subject_ids[load.subject],
            &school.workers[teacher].person.id,
            &text,
            &answer,
            &answered,
            &deputy,
            &made,
        ]);
    }
    remarks
}
