//! What is owed in the journals (DLN-1).

use std::sync::Arc;

use dues::{Answer, Owner};
use journal::JournalDues;
use kernel::{ClassId, PersonId, Role};
use testkit::{keys_of, open_of, owed, owed_since, things_of, world::SCHOOL};

use crate::support::{
    ABRAMOV, BORISOVA, DEPUTY, LATECOMER, School, TEACHER, TODAY, YESTERDAY, mark, send,
};

const TODAYS: &str = "2026-11-20";

fn source(school: &School) -> JournalDues {
    JournalDues {
        orgs: Arc::new(org::Org::new(school.world.db().clone())),
        people: Arc::new(people::Cards),
        curriculum: Arc::new(curriculum::Records),
        register: Arc::new(movement::Register),
        lessons: Arc::new(schedule::LessonBook),
    }
}

async fn on(school: &School, today: &str) -> Answer {
    owed(&school.world, &source(school), today).await
}

/// topic and attendance of every lesson that is over, and homework but
/// in grade 1 (S3:8.2). At eleven o'clock in Moscow the third lesson is not over.
#[tokio::test]
async fn a_lesson_is_owed_until_it_has_topic_roll_and_homework() {
    let school = School::open().await;
    let answer = on(&school, TODAYS).await;
    assert_eq!(
        keys_of(&answer, "journal.lesson"),
        ["lesson/500", "lesson/503"]
    );
    assert_eq!(
        keys_of(&answer, "journal.homework"),
        ["lesson/500"],
        "none in grade 1"
    );
    assert_eq!(things_of(&answer, "journal.lesson"), 3, "one was cancelled");
    assert_eq!(things_of(&answer, "journal.homework"), 2);
    let fact = open_of(&answer, "journal.lesson")[0];
    assert_eq!(fact.owner, Owner::Person(PersonId::from(TEACHER)));
    assert_eq!(fact.about.text, "topic roll");
    assert_eq!(fact.about.lesson, Some(1));
    assert_eq!(fact.place, format!("/journal/lesson/{TODAY}"));
    let homework = open_of(&answer, "journal.homework")[0];
    assert_eq!(homework.place, fact.place, "where it is written");

    let mut teacher = school.signed_in(TEACHER);
    send(&mut teacher, &[mark(1, TODAY, ABRAMOV, 0, "5")]).await;
    let answer = on(&school, TODAYS).await;
    assert_eq!(
        open_of(&answer, "journal.lesson")[0].about.text,
        "topic",
        "a mark tells who was there"
    );
    school
        .world
        .sql(&format!(
            "insert into journal.entry (org_id, lesson_id, topic, no_homework, set_by, set_at)
             values ({SCHOOL}, {TODAY}, 'Сложение', true, {TEACHER}, now())"
        ))
        .await;
    let answer = on(&school, TODAYS).await;
    assert_eq!(keys_of(&answer, "journal.lesson"), ["lesson/503"], "done");
    assert!(keys_of(&answer, "journal.homework").is_empty(), "done");
}

/// What a dismissed teacher left undone is the deputy's; a cancelled lesson is nobody's.
#[tokio::test]
async fn lessons_of_the_dismissed_and_the_cancelled() {
    let school = School::open().await;
    school
        .world
        .sql(&format!(
            "update people.staff set dismissed_on = '{TODAYS}' where person_id = {TEACHER}"
        ))
        .await;
    let answer = on(&school, TODAYS).await;
    assert_eq!(
        open_of(&answer, "journal.lesson")[0].owner,
        Owner::Role(Role::Deputy)
    );
    school
        .world
        .sql("update schedule.lesson set state = 'cancelled' where lesson_id = 500")
        .await;
    let answer = on(&school, TODAYS).await;
    assert_eq!(keys_of(&answer, "journal.lesson"), ["lesson/503"]);
    // What was known of it is not done, but not required any more.
    let known = [
        ("journal.lesson", "lesson/500"),
        ("journal.homework", "lesson/500"),
    ];
    let answer = owed_since(&school.world, &source(&school), TODAYS, TODAYS, &known).await;
    assert_eq!(
        answer.gone,
        known.map(|(duty, key)| (duty, key.to_owned())).to_vec()
    );
    school
        .world
        .sql(&format!(
            "update schedule.lesson set state = 'planned' where lesson_id = 500;
             insert into journal.entry (org_id, lesson_id, topic, no_homework, set_by, set_at)
             values ({SCHOOL}, 500, 'Сложение', true, {TEACHER}, now());
             insert into journal.rolled (org_id, lesson_id, rolled_by, rolled_at) values ({SCHOOL}, 500, {TEACHER}, now())"
        ))
        .await;
    let answer = owed_since(&school.world, &source(&school), TODAYS, TODAYS, &known).await;
    assert!(answer.gone.is_empty(), "it was held, and it is filled");
}

/// Old lessons are looked at only where they were open.
#[tokio::test]
async fn an_old_lesson_is_told_where_it_was_known() {
    let school = School::open().await;
    school.world.sql("delete from journal.entry").await;
    let source = source(&school);
    let since = async |known: &[(&str, &str)]| {
        let answer = owed_since(&school.world, &source, TODAYS, TODAYS, known).await;
        let keys: Vec<String> = keys_of(&answer, "journal.lesson")
            .into_iter()
            .map(str::to_owned)
            .collect();
        (keys, things_of(&answer, "journal.lesson"))
    };
    assert_eq!(since(&[]).await.0, ["lesson/500", "lesson/503"]);
    let yesterday = format!("lesson/{YESTERDAY}");
    let (keys, things) = since(&[("journal.lesson", &yesterday)]).await;
    assert_eq!(keys, ["lesson/500", &yesterday, "lesson/503"]);
    assert_eq!(
        things, 2,
        "days before were counted when they were asked for"
    );
}

/// an absence without a reason of somebody who is back, a notice without an answer.
#[tokio::test]
async fn a_reason_is_owed_when_the_pupil_is_back() {
    let school = School::open().await;
    school
        .world
        .sql(&format!(
            "insert into journal.attendance (org_id, lesson_id, pupil_id, code, set_by, set_at)
             values ({SCHOOL}, {YESTERDAY}, {BORISOVA}, 'ОТ', {TEACHER}, now()),
                    ({SCHOOL}, {TODAY}, {ABRAMOV}, 'ОТ', {TEACHER}, now())"
        ))
        .await;
    let told = async || {
        let answer = on(&school, TODAYS).await;
        let facts = open_of(&answer, "journal.absence-reason")
            .into_iter()
            .cloned();
        facts.collect::<Vec<_>>()
    };
    let facts = told().await;
    assert_eq!(facts.len(), 1, "nobody knows whether Abramov is back");
    assert_eq!(facts[0].key, format!("absent/{YESTERDAY}/{BORISOVA}"));
    assert_eq!(facts[0].owner, Owner::ClassTeacher(ClassId::from(51)));
    assert_eq!(facts[0].on.to_string(), "2026-11-19");
    assert_eq!(facts[0].place, "/journal/51/attendance?date=19.11.2026");
    school
        .world
        .sql(&format!(
            "insert into journal.attendance (org_id, lesson_id, pupil_id, code, set_by, set_at)
             values ({SCHOOL}, {TODAY}, {BORISOVA}, 'ОТ', {TEACHER}, now())"
        ))
        .await;
    assert!(told().await.is_empty(), "still absent");
    school
        .world
        .sql("update journal.attendance set code = 'Б'")
        .await;
    assert!(told().await.is_empty(), "done");

    school
        .world
        .sql(&format!(
            "insert into journal.absence_notice (org_id, notice_id, pupil_id, reason, first_on, last_on, late, sent_by, sent_at)
             overriding system value
             values ({SCHOOL}, 5, {ABRAMOV}, 'ill', '{TODAYS}', '{TODAYS}', false, 21, '2026-11-20 06:00Z')"
        ))
        .await;
    assert_eq!(told().await[0].key, "notice/5");
    school
        .world
        .sql("update journal.absence_notice set state = 'accepted'")
        .await;
    assert!(told().await.is_empty(), "answered");
}

async fn finals(school: &School, pupils: &[i64], subject: i64, number: i16, value: &str) {
    for pupil in pupils {
        school
            .world
            .sql(&format!(
                "insert into journal.final_mark (org_id, pupil_id, subject_id, year_id, kind, number, class_id, grade,
                                                 value, set_by, set_at)
                 values ({SCHOOL}, {pupil}, {subject}, 1, 'quarter', {number}, 51, 5, '{value}', 1, now())
                 on conflict (org_id, pupil_id, subject_id, year_id, kind, number) do update set value = excluded.value"
            ))
            .await;
    }
}

/// who is in the class at the end of the quarter needs a mark in every
/// subject; who came later does not, and «осв» is one.
#[tokio::test]
async fn marks_of_a_quarter_are_owed_until_everybody_has_one() {
    let school = School::open().await;
    let told = async |today: &str| {
        let answer = on(&school, today).await;
        let facts = open_of(&answer, "journal.final").into_iter();
        facts
            .map(|it| (it.key.clone(), it.owner, it.parts))
            .collect::<Vec<_>>()
    };
    let teacher = Owner::Person(PersonId::from(TEACHER));
    let first = |it: &(String, Owner, Option<(u32, u32)>)| it.0.starts_with("2026/quarter-1/");
    let facts: Vec<_> = told(TODAYS).await.into_iter().filter(first).collect();
    assert_eq!(facts.len(), 2, "grade 1 has no marks: {facts:?}");
    assert_eq!(
        facts[0],
        ("2026/quarter-1/51/1/0".to_owned(), teacher, Some((0, 2)))
    );

    finals(&school, &[ABRAMOV], 1, 1, "5").await;
    let facts = told(TODAYS).await;
    assert_eq!(facts[0].2, Some((1, 2)), "the latecomer came in November");
    finals(&school, &[BORISOVA], 1, 1, "осв").await;
    let facts: Vec<_> = told(TODAYS).await.into_iter().filter(first).collect();
    assert_eq!(facts.len(), 1, "done in algebra");
    finals(&school, &[BORISOVA], 1, 1, "").await;
    let facts: Vec<_> = told(TODAYS).await.into_iter().filter(first).collect();
    assert_eq!(facts.len(), 2, "taken back");

    let second: Vec<_> = told("2026-12-29")
        .await
        .into_iter()
        .filter(|it| !first(it))
        .collect();
    assert_eq!(second[0].2, Some((0, 3)), "the latecomer {LATECOMER} too");
    school
        .world
        .sql(&format!(
            "update movement.class_member set during = '[2026-09-01,2026-12-01)' where pupil_id = {ABRAMOV}"
        ))
        .await;
    let second: Vec<_> = told("2026-12-29")
        .await
        .into_iter()
        .filter(|it| !first(it))
        .collect();
    assert_eq!(second[0].2, Some((0, 2)), "who left needs none");
}

/// Each group has its own teacher, and its own pupils.
#[tokio::test]
async fn marks_of_groups_are_owed_by_their_teachers() {
    let school = School::open().await;
    school
        .world
        .sql(&format!(
            "insert into curriculum.study_group (org_id, group_id, class_id, subject_id, part, name)
             overriding system value values ({SCHOOL}, 61, 51, 2, 1, '1'), ({SCHOOL}, 62, 51, 2, 2, '2');
             insert into curriculum.group_member (org_id, group_id, pupil_id)
             values ({SCHOOL}, 61, {ABRAMOV}), ({SCHOOL}, 62, {BORISOVA});
             update curriculum.load set group_id = 61 where load_id = 2;
             insert into curriculum.load (org_id, load_id, year_id, class_id, group_id, subject_id, teacher_id, hours_a_week, valid)
             overriding system value values ({SCHOOL}, 77, 1, 51, 62, 2, 3, 2, '[2026-09-01,2027-06-01)')"
        ))
        .await;
    finals(&school, &[ABRAMOV], 2, 1, "4").await;
    let answer = on(&school, TODAYS).await;
    let facts = open_of(&answer, "journal.final");
    let history: Vec<_> = facts
        .iter()
        .filter(|it| it.key.starts_with("2026/quarter-1/51/2/"))
        .map(|it| (it.key.as_str(), it.owner, it.parts))
        .collect();
    assert_eq!(
        history,
        [(
            "2026/quarter-1/51/2/62",
            Owner::Person(PersonId::from(3)),
            Some((0, 1))
        )]
    );
}

/// marks of the year, when its last period has begun.
#[tokio::test]
async fn marks_of_the_year_are_owed_at_its_end() {
    let school = School::open().await;
    let told = async || {
        let answer = on(&school, "2027-05-20").await;
        let facts = open_of(&answer, "journal.final-year").into_iter();
        facts
            .map(|it| (it.key.clone(), it.on.to_string(), it.parts))
            .collect::<Vec<_>>()
    };
    school
        .world
        .sql(&format!(
            "insert into curriculum.period (org_id, year_id, kind, number, grade_from, grade_to, starts_on, ends_on)
             values ({SCHOOL}, 1, 'year', 1, 1, 11, '2026-09-01', '2027-05-26')"
        ))
        .await;
    let facts = told().await;
    assert_eq!(
        facts[0],
        (
            "2026/year/51/1/0".to_owned(),
            "2027-05-26".to_owned(),
            Some((0, 3))
        )
    );
    school
        .world
        .sql(&format!(
            "insert into journal.final_mark (org_id, pupil_id, subject_id, year_id, kind, class_id, grade, value, set_by, set_at)
             select {SCHOOL}, p, s, 1, 'year', 51, 5, '4', 1, now()
               from unnest('{{11, 12, 13}}'::bigint[]) p, unnest('{{1, 2}}'::bigint[]) s"
        ))
        .await;
    assert!(told().await.is_empty(), "done");
}

/// grades that end with a certificate need final marks besides; a class
/// that has the subject no more needs none.
#[tokio::test]
async fn final_marks_are_owed_in_the_last_grades() {
    let school = School::open().await;
    school
        .world
        .sql(&format!(
            "insert into curriculum.period (org_id, year_id, kind, number, grade_from, grade_to, starts_on, ends_on)
             values ({SCHOOL}, 1, 'year', 1, 1, 11, '2026-09-01', '2027-05-26');
             update curriculum.class set grade = 9 where class_id = 51"
        ))
        .await;
    let told = async || {
        let answer = on(&school, "2027-05-20").await;
        let facts = open_of(&answer, "journal.final-year").into_iter();
        let finals = facts.filter(|it| it.key.starts_with("2026/final/51/"));
        finals
            .map(|it| (it.about.text.clone(), it.on.to_string(), it.parts))
            .collect::<Vec<_>>()
    };
    let facts = told().await;
    assert_eq!(facts.len(), 2, "{facts:?}");
    assert_eq!(
        facts[0],
        ("final".to_owned(), "2027-05-26".to_owned(), Some((0, 3)))
    );
    school
        .world
        .sql(&format!(
            "insert into journal.final_mark (org_id, pupil_id, subject_id, year_id, kind, class_id, grade, value, set_by, set_at)
             select {SCHOOL}, p, 1, 1, 'final', 51, 9, '4', 1, now() from unnest('{{11, 12, 13}}'::bigint[]) p"
        ))
        .await;
    assert_eq!(told().await.len(), 1, "done in algebra");
    let known = [
        ("journal.final-year", "2026/final/51/2/0"),
        ("journal.final-year", "2026/final/51/99/0"),
    ];
    let source = source(&school);
    let answer = owed_since(&school.world, &source, "2027-05-20", "2027-05-20", &known).await;
    assert_eq!(
        answer.gone,
        [("journal.final-year", "2026/final/51/99/0".to_owned())]
    );
}

/// somebody looks through the journals every month.
#[tokio::test]
async fn control_is_owed_once_a_month() {
    let school = School::open().await;
    let told = async || {
        let answer = on(&school, TODAYS).await;
        keys_of(&answer, "journal.control")
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told().await,
        ["2026/2026-09", "2026/2026-10", "2026/2026-11"]
    );
    school
        .world
        .sql(&format!(
            "insert into journal.reminder (org_id, teacher_id, about_on, lessons, sent_by, sent_at)
             values ({SCHOOL}, {TEACHER}, '2026-10-05', 1, {DEPUTY}, '2026-10-06 06:00Z')"
        ))
        .await;
    assert_eq!(told().await, ["2026/2026-09", "2026/2026-11"]);
    let mut deputy = school.signed_in(DEPUTY);
    let answer = deputy.post_form("/o/school/control/looked", &[]).await;
    assert_eq!(answer.status, 303);
    assert_eq!(told().await, ["2026/2026-09"], "said so on the page");
    let mut teacher = school.signed_in(TEACHER);
    assert_ne!(
        teacher
            .post_form("/o/school/control/looked", &[])
            .await
            .status,
        303
    );
}
