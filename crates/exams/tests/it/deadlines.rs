//! What is owed of exams (DLN-1).

use std::sync::Arc;

use dues::Owner;
use exams::ExamDues;
use kernel::{ClassId, PersonId};
use testkit::{keys_of, open_of, owed, owed_since, things_of, world::SCHOOL};

use crate::support::{School, TEACHER};

fn source(school: &School) -> ExamDues {
    ExamDues {
        orgs: Arc::new(org::Org::new(school.world.db().clone())),
        people: Arc::new(people::Cards),
        curriculum: Arc::new(curriculum::Records),
        register: Arc::new(movement::Register),
    }
}

fn results(pupils: &[i64]) -> String {
    let rows: Vec<String> = pupils
        .iter()
        .map(|it| format!("({SCHOOL}, 400, {it}, 51, 'present', 20, {TEACHER}, '2026-11-19')"))
        .collect();
    format!(
        "insert into exams.result (org_id, exam_id, pupil_id, class_id, turnout, primary_score, set_by, set_at) values {}",
        rows.join(", ")
    )
}

/// R-8.7e: whoever was in the class on the day has a result; a test of the
/// school itself is no exam.
#[tokio::test]
async fn results_are_owed_until_everybody_has_one() {
    let school = School::open().await;
    let source = source(&school);
    let told = async || owed(&school.world, &source, "2026-11-20").await;
    let answer = told().await;
    assert_eq!(
        keys_of(&answer, "journal.exam"),
        ["exam/400/51", "exam/400/52"]
    );
    assert_eq!(things_of(&answer, "journal.exam"), 2);
    let fact = open_of(&answer, "journal.exam")[0];
    assert_eq!(fact.owner, Owner::Person(PersonId::from(TEACHER)));
    assert_eq!(
        (fact.parts, fact.about.text.as_str()),
        (Some((0, 3)), "oge")
    );
    assert_eq!(fact.place, "/study/exams/400/classes/51");
    assert_eq!(fact.on.to_string(), "2026-11-18");

    school.world.sql(&results(&[11, 12])).await;
    let answer = told().await;
    assert_eq!(open_of(&answer, "journal.exam")[0].parts, Some((2, 3)));
    school.world.sql(&results(&[13])).await;
    assert_eq!(
        keys_of(&told().await, "journal.exam"),
        ["exam/400/52"],
        "done"
    );
}

/// One result of an elective exam is enough; before its day nothing is owed;
/// an exam that was removed is not required any more.
#[tokio::test]
async fn elective_coming_and_removed_exams() {
    let school = School::open().await;
    let source = source(&school);
    assert!(
        owed(&school.world, &source, "2026-11-17")
            .await
            .open
            .is_empty()
    );
    school
        .world
        .sql("update exams.exam set elective = true where exam_id = 400")
        .await;
    school.world.sql(&results(&[11])).await;
    let answer = owed(&school.world, &source, "2026-11-20").await;
    assert_eq!(keys_of(&answer, "journal.exam"), ["exam/400/52"]);
    assert_eq!(
        open_of(&answer, "journal.exam")[0].owner,
        Owner::Person(PersonId::from(2))
    );
    school
        .world
        .sql("update people.staff set dismissed_on = '2026-11-19' where person_id = 2")
        .await;
    let answer = owed(&school.world, &source, "2026-11-20").await;
    assert_eq!(
        open_of(&answer, "journal.exam")[0].owner,
        Owner::ClassTeacher(ClassId::from(52))
    );
    school
        .world
        .sql("update exams.exam set removed_at = now() where exam_id = 400")
        .await;
    let known = [("journal.exam", "exam/400/52")];
    let answer = owed_since(&school.world, &source, "2026-11-20", "2026-11-20", &known).await;
    assert!(answer.open.is_empty());
    assert_eq!(answer.gone, [("journal.exam", "exam/400/52".to_owned())]);
}
