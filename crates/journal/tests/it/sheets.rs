//! The journal on paper, in a file, in weeks and months, and as a member likes to see it.

use serde_json::json;
use testkit::Answer;

use crate::{finals, support::*};

const GRID: &str = "/o/school/journal/51/1";
const PRINT: &str = "/o/school/journal/51/1/print";
const FILE: &str = "/o/school/journal/51/1/file";

fn statements(answer: &Answer) -> u32 {
    answer
        .header("x-statements")
        .and_then(|it| it.parse().ok())
        .expect("statements are told")
}

fn has(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
}

/// JRN-8: marks on the left page, topics and homework on the right one.
#[tokio::test]
async fn the_journal_prints_as_a_paper_one() {
    let school = finals::open().await;
    let answer = school.signed_in(TEACHER).get(PRINT).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(statements(&answer) <= 8);
    let page = answer.text();
    has(
        &page,
        &[
            "print-landscape",
            "<strong>5А · Алгебра</strong>, 2 четверть 2026/2027",
            "учитель Петрова\u{a0}А.\u{a0}И.",
            "Абрамов Артём",
            "КР<span> ×3</span>",
            "Сложение",
            "№ 6–9",
            "Контрольная работа ×3",
            "отменён",
        ],
    );
    assert_eq!(page.matches("class=\"paper-table\"").count(), 1);
    assert_eq!(page.matches("paper-topics\"").count(), 1);
    // The year has sixteen lessons, still one page of each kind.
    let year = school
        .signed_in(TEACHER)
        .get(&format!("{PRINT}?period=year"))
        .await;
    has(
        &year.text(),
        &["5А · Алгебра</strong>, 2026/2027", "01.09", "4,80"],
    );
}

/// More lessons than fit on a page go to the next one, averages to the last.
#[tokio::test]
async fn twenty_five_lessons_are_two_pages() {
    let school = School::open().await;
    school
        .world
        .sql(
            "insert into schedule.lesson (org_id, lesson_id, year_id, held_on, number, during, class_id, parts, subject_id, teacher_id, state) overriding system value
             select 1001, 700 + i, 1, date '2026-11-24' + i, 1,
                    tsrange((date '2026-11-24' + i) + time '08:30', (date '2026-11-24' + i) + time '09:15'), 51, '[0,1000)', 1, 1, 'planned'
               from generate_series(0, 20) i",
        )
        .await;
    let page = school.signed_in(TEACHER).get(PRINT).await;
    let page = page.text();
    assert_eq!(page.matches("paper-topics\"").count(), 2, "{page}");
    assert_eq!(
        page.matches("class=\"paper-sum\"").count(),
        2,
        "on the last page only"
    );
}

/// JRN-2: grade 1 has no averages on paper either.
#[tokio::test]
async fn grade_one_prints_without_marks() {
    let school = School::open().await;
    let page = school
        .signed_in(TEACHER)
        .get("/o/school/journal/11/1/print")
        .await;
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("paper-sum"));
    let grid = school
        .signed_in(TEACHER)
        .get("/o/school/journal/11/1")
        .await;
    assert!(!grid.text().contains("data-avg"), "{}", grid.text());
}

/// JRN-1: a week and a month show their lessons; averages stay those of the period.
#[tokio::test]
async fn a_week_and_a_month_are_windows_on_the_period() {
    let school = finals::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let week = teacher
        .get(&format!("{GRID}?span=week&day=2026-09-02"))
        .await;
    let week = week.text();
    has(
        &week,
        &[
            "data-l=600",
            "data-l=601",
            "5,00",
            "span=week&amp;day=2026-09-09",
        ],
    );
    assert!(!week.contains("data-l=602"), "next week");
    has(&week, &["data-rest=\"[[&quot;5&quot;,&quot;1.00&quot;]"]);
    let month = teacher
        .get(&format!("{GRID}?span=month&day=2026-09-02"))
        .await;
    has(&month.text(), &["data-l=607"]);
    assert!(!month.text().contains("data-l=608"), "October");
    let year = teacher.get(&format!("{GRID}?period=year")).await;
    has(&year.text(), &["data-l=600", "data-l=500", "4,80"]);
}

/// JRN-1: what the system proposes and the final mark stand beside the average.
#[tokio::test]
async fn proposals_and_final_marks_stand_beside_the_average() {
    let school = finals::open().await;
    let mut teacher = finals::signed(&school).await;
    let quarter = teacher
        .get(&format!("{GRID}?span=month&day=2026-09-02"))
        .await;
    has(
        &quarter.text(),
        &[
            "<td role=\"gridcell\" class=\"average-cell proposed\" data-ground=\"5 12 0\">5</td>",
            "<td role=\"gridcell\" class=\"average-cell proposed\" data-ground=\"5 12 0\" data-doubt>5</td>",
            "<td role=\"gridcell\" class=\"average-cell ends\">4</td>",
        ],
    );
    // In the middle of a period few marks are no reason for «н/а».
    let now = teacher.get(GRID).await;
    assert!(!now.text().contains("average-cell ends"), "{}", now.text());
    assert!(!now.text().contains("proposed\">н/а"));
}

/// JRN-1: dense rows and columns beside the average are remembered for the
/// member, not for the browser.
#[tokio::test]
async fn how_a_journal_is_seen_is_remembered() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let to = [
        ("known", "median"),
        ("known", "missed"),
        ("known", "compact"),
        ("show", "median"),
        ("show", "compact"),
        ("back", GRID),
    ];
    let done = teacher.post_form("/o/school/journal/view", &to).await;
    assert_eq!(done.location(), Some(GRID));
    let elsewhere = school.signed_in(TEACHER).get(GRID).await;
    has(
        &elsewhere.text(),
        &[
            "journal-compact",
            "data-choices=\"median compact\"",
            "data-median>4<",
        ],
    );
    assert!(!elsewhere.text().contains("data-missed="));
    let other = school.signed_in(DEPUTY).get(GRID).await;
    assert!(!other.text().contains("journal-compact\" data-journal"));
    let off = [("known", "compact"), ("back", "//evil.example")];
    let done = teacher.post_form("/o/school/journal/view", &off).await;
    assert_eq!(done.location(), Some("/o/school/journal"));
    has(
        &teacher.get(GRID).await.text(),
        &["data-choices=\"median\""],
    );
}

/// JRN-1, §4.9: the file that is given out says, when it comes back, which
/// cell each text is meant for.
#[tokio::test]
async fn a_file_is_filled_at_home_and_read_again() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let file = teacher.get(FILE).await;
    assert_eq!(file.status, 200);
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"journal-51-1.xlsx\"")
    );
    let back = teacher
        .post_file(FILE, &[], ("file", "a.xlsx", &file.bytes))
        .await;
    let read = back.json();
    assert_eq!(read["fault"], json!(null), "{read}");
    let columns = read["columns"].as_array().expect("columns");
    assert!(
        columns.contains(&json!({ "lesson": YESTERDAY, "work": 70 })),
        "{read}"
    );
    assert!(columns.contains(&json!({ "lesson": TODAY, "work": null })));
    assert!(
        !columns.iter().any(|it| it["lesson"] == CANCELLED),
        "a cancelled lesson"
    );
    let rows = read["rows"].as_array().expect("rows");
    let at = columns
        .iter()
        .position(|it| it["lesson"] == YESTERDAY)
        .expect("found");
    let abramov = rows
        .iter()
        .find(|it| it["pupil"] == ABRAMOV)
        .expect("a row");
    assert_eq!(abramov["values"][at], "4");

    let wrong = teacher
        .post_file(
            FILE,
            &[],
            ("file", "a.csv", "Ученик;1\nИванов;5\n".as_bytes()),
        )
        .await;
    assert!(wrong.json()["fault"].is_string(), "{}", wrong.text());
    assert_eq!(
        school
            .signed_in(STRANGER)
            .post_file(FILE, &[], ("file", "a", b"x"))
            .await
            .status,
        404
    );
}

/// JRN-1: one comment for every mark of a work, and into the history.
#[tokio::test]
async fn one_comment_goes_to_all_marks_of_a_work() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let works = "/o/school/journal/lesson/501/works";
    let say = [
        ("do", "comment"),
        ("work", "70"),
        ("comment", "Повторите тему"),
    ];
    assert_eq!(teacher.post_form(works, &say).await.status, 303);
    let said = "select count(*) from journal.mark where work_id = 70 and comment = 'Повторите тему' and version = 2";
    assert_eq!(school.count(said).await, 1);
    testkit::assert_history_replays(&school.world.test, "journal.mark").await;
    has(&teacher.get(GRID).await.text(), &["data-c"]);
    let long = "я".repeat(501);
    let too_long = [
        ("do", "comment"),
        ("work", "70"),
        ("comment", long.as_str()),
    ];
    assert_eq!(teacher.post_form(works, &too_long).await.status, 422);
    let other = [("do", "comment"), ("work", "71"), ("comment", "x")];
    assert_eq!(teacher.post_form(works, &other).await.status, 404);
    assert_eq!(
        school
            .signed_in(CLASS_TEACHER)
            .post_form(works, &say)
            .await
            .status,
        403
    );
}
