//! «Сводная ведомость учёта успеваемости» (§1.6).

use crate::{finals, support::*};

const SUMMARY: &str = "/o/school/journal/51/summary";

fn has(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
}

/// JRN-3, S3:10.4: pupils with a line for each period, and the shares of each subject.
#[tokio::test]
async fn the_sheet_shows_marks_averages_and_shares() {
    let school = finals::open().await;
    finals::signed(&school).await;
    let answer = school.signed_in(CLASS_TEACHER).get(SUMMARY).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let statements = answer.header("x-statements").and_then(|it| it.parse().ok());
    assert!(statements.is_some_and(|it: u32| it <= 8), "{statements:?}");
    has(
        &answer.text(),
        &[
            "класс 5А, 2026/2027 учебный год, классный руководитель Котова\u{a0}О.\u{a0}С.",
            "<span>Алгебра</span>",
            "<abbr title=\"1 четверть\">I чт</abbr></th><td>5</td><td></td>",
            "<td class=\"summary-average\">5,00</td><td class=\"summary-category\">не всё выставлено</td>",
            "Итоги по предметам: 1 четверть",
            "% успеваемости</th><td>100,00</td><td>—</td>",
            "средний балл</th><td>4,50</td>",
        ],
    );
    assert!(
        !answer.text().contains("title=\"2 четверть\""),
        "nobody set a mark for it"
    );
    let asked = school
        .signed_in(CLASS_TEACHER)
        .get(&format!("{SUMMARY}?set=1&slot=quarter-2&slot=year"))
        .await;
    has(&asked.text(), &["title=\"2 четверть\"", "title=\"Год\""]);
    assert!(
        !asked.text().contains("<td class=\"summary-average\">"),
        "{}",
        asked.text()
    );
    let print = school
        .signed_in(CLASS_TEACHER)
        .get(&format!("{SUMMARY}?as=print"))
        .await;
    has(
        &print.text(),
        &[
            "data-print=",
            "print-landscape",
            "signature-line",
            "Абрамов",
        ],
    );
}

/// It is for the teachers of the class and for who sees the school.
#[tokio::test]
async fn the_sheet_is_for_those_who_teach_the_class() {
    let school = finals::open().await;
    for person in [TEACHER, STRANGER, CLASS_TEACHER, DEPUTY] {
        let page = school.signed_in(person).get(SUMMARY).await;
        assert_eq!(page.status, 200, "{person}");
    }
    assert_eq!(school.signed_in(MOTHER).get(SUMMARY).await.status, 403);
    let grade_one = "/o/school/journal/11/summary";
    assert_eq!(school.signed_in(STRANGER).get(grade_one).await.status, 404);
    let page = school.signed_in(TEACHER).get(grade_one).await;
    assert!(page.text().contains("1 класс учится без отметок"));
    let foreign = "/o/school/journal/99/summary";
    assert_eq!(school.signed_in(DEPUTY).get(foreign).await.status, 404);
    let odd = format!("{SUMMARY}?slot=trimester-3");
    assert_eq!(school.signed_in(DEPUTY).get(&odd).await.status, 404);
}

/// The same rows as CSV and as a workbook.
#[tokio::test]
async fn the_sheet_goes_into_files() {
    let school = finals::open().await;
    finals::signed(&school).await;
    let mut teacher = school.signed_in(CLASS_TEACHER);
    let csv = teacher.get(&format!("{SUMMARY}?as=csv")).await;
    has(
        &csv.text(),
        &[
            "№;Ученик;Период;Алгебра;История;Средний балл;Успевает\r\n",
            "1;Абрамов Артём;1 четверть;5;;5,00;не всё выставлено\r\n",
            ";% успеваемости;1 четверть;100,00;—;;\r\n",
        ],
    );
    let book = teacher.get(&format!("{SUMMARY}?as=xlsx")).await;
    let rows = web::import::rows(&book.bytes).expect("a workbook");
    let first: Vec<String> = rows[1]
        .cells
        .iter()
        .map(web::import::RawValue::show)
        .collect();
    assert_eq!(first[..4], ["1", "Абрамов Артём", "1 четверть", "5"]);
}
