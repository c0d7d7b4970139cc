use axum::http::StatusCode;

use crate::support::{COLLEAGUE, DEPUTY, EDUCATOR, GROUP, Garden, HEAD};

/// 21 working days before the fifteenth are of Абрамов alone.
const NOTHING_11: &str = ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,";

/// JRN-10: a month is a table of children and days, typed into by keys.
#[tokio::test]
async fn signs_are_typed_into_the_table() {
    let garden = Garden::open().await;
    let mut educator = garden.signed_in(EDUCATOR);
    let page = educator.get(GROUP).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    assert!(text.contains("Ноябрь 2026") && text.contains("Старшая «Ромашка»"));
    assert!(
        text.contains("name=\"c.11.2\"") && !text.contains("name=\"c.11.4\""),
        "4 November is a holiday"
    );
    assert!(
        text.contains("name=\"c.11.3\""),
        "kindergartens have no vacations of schools"
    );
    assert!(
        !text.contains("name=\"c.12.2\"") && text.contains("name=\"c.12.16\""),
        "came on the sixteenth"
    );

    let form = [
        ("month", "2026-11"),
        ("w.11", NOTHING_11),
        ("c.11.2", "+"),
        ("c.11.3", "Б"),
        ("c.11.5", ""),
        ("c.11.25", "о"),
    ];
    let saved = educator.post_form(GROUP, &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(
        garden
            .number("select count(*) from preschool.attendance where org_id = 1001")
            .await,
        3
    );
    let text = educator.get(GROUP).await.text();
    assert!(text.contains("б 1, о 1"), "totals by reason");
    assert_eq!(garden.number("select count(*) from kernel.history where tbl = 'preschool.attendance' and person_id = 1").await, 3);
    for as_file in ["xlsx", "csv"] {
        assert_eq!(
            educator
                .get(&format!("{GROUP}?month=2026-11&as={as_file}"))
                .await
                .status,
            StatusCode::OK
        );
    }
    let print = educator
        .get(&format!("{GROUP}/print?month=2026-11"))
        .await
        .text();
    assert!(
        print.contains("print-landscape")
            && print.contains("Абрамов Артём")
            && print.contains("print-foot")
    );
    let history = educator
        .get(&format!("{GROUP}/history?month=2026-11"))
        .await
        .text();
    assert!(history.contains("Ромашкина") && history.contains("<td>б</td>"));
}

#[tokio::test]
async fn what_makes_no_sense_comes_back_and_nothing_is_written() {
    let garden = Garden::open().await;
    let mut educator = garden.signed_in(EDUCATOR);
    for (cell, typed) in [
        ("c.11.2", "ъ"),
        ("c.11.25", "+"),
        ("c.12.2", "+"),
        ("c.11.4", "+"),
    ] {
        let form = [
            ("month", "2026-11"),
            ("w.11", NOTHING_11),
            ("c.11.3", "+"),
            (cell, typed),
        ];
        let wrong = educator.post_form(GROUP, &form).await;
        assert_eq!(
            wrong.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{cell} {typed}"
        );
        assert!(wrong.text().contains("error-summary"));
    }
    assert_eq!(
        garden
            .number("select count(*) from preschool.attendance where org_id = 1001")
            .await,
        0
    );
}

/// two people over one cell: both values, and nothing is overwritten.
#[tokio::test]
async fn the_second_writer_sees_both_values() {
    let garden = Garden::open().await;
    let form = |sign: &'static str| [("month", "2026-11"), ("w.11", NOTHING_11), ("c.11.2", sign)];
    garden
        .signed_in(EDUCATOR)
        .post_form(GROUP, &form("б"))
        .await;
    let mut deputy = garden.signed_in(DEPUTY);
    assert_eq!(
        deputy.post_form(GROUP, &form("б")).await.status,
        StatusCode::SEE_OTHER,
        "the same is no conflict"
    );
    let stale = deputy.post_form(GROUP, &form("+")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let text = stale.text();
    assert!(
        text.contains("<td>+</td>") && text.contains("<td>б <span") && text.contains("Ромашкина"),
        "{text}"
    );
    let was = ",б,,,,,,,,,,,,,,,,,,,,,,,,,,,,";
    assert!(
        text.contains(was),
        "sent once more, it goes over what is there"
    );
    let again = [("month", "2026-11"), ("w.11", was), ("c.11.2", "+")];
    assert_eq!(
        deputy.post_form(GROUP, &again).await.status,
        StatusCode::SEE_OTHER
    );
}

/// JRN-10: «Все на месте», and one child is not.
#[tokio::test]
async fn a_day_takes_two_taps() {
    let garden = Garden::open().await;
    let mut educator = garden.signed_in(EDUCATOR);
    let day = format!("{GROUP}/day");
    let page = educator.get(&day).await.text();
    assert!(page.contains("Все на месте") && page.contains("не отмечены: 2"));
    let form = [("date", "2026-11-20"), ("w.12", ""), ("c.12", "б")];
    let saved = educator.post_form(&day, &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let present = educator
        .post_form(&format!("{GROUP}/present"), &[("date", "2026-11-20")])
        .await;
    assert_eq!(present.status, StatusCode::SEE_OTHER);
    let page = educator.get(&day).await.text();
    assert!(page.contains("Пришли: 1, нет: 1, не отмечены: 0"), "{page}");
    // What was tapped by mistake is taken back; the sheet says so in its history.
    let cleared = [("date", "2026-11-20"), ("w.11", "+"), ("c.11", "")];
    let saved = educator.post_form(&day, &cleared).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let page = educator.get(&day).await.text();
    assert!(page.contains("Пришли: 0, нет: 1, не отмечены: 1"), "{page}");
    let again = [("date", "2026-11-20"), ("w.11", ""), ("c.11", "+")];
    educator.post_form(&day, &again).await;
    // Who was marked is not overwritten, and days off are none.
    assert_eq!(
        garden
            .number("select count(*) from preschool.attendance where sign = 'б' and org_id = 1001")
            .await,
        1
    );
    for off in ["2026-11-21", "2026-11-23", "2026-11-04"] {
        educator
            .post_form(&format!("{GROUP}/present"), &[("date", off)])
            .await;
    }
    assert_eq!(
        garden
            .number("select count(*) from preschool.attendance where org_id = 1001")
            .await,
        2
    );
    let groups = educator.get("/o/garden/preschool").await.text();
    assert!(
        groups.contains("Старшая «Ромашка»") && !groups.contains("Младшая"),
        "{groups}"
    );
}

/// JRN-10: a month handed in is closed; the head opens it with a reason.
#[tokio::test]
async fn a_month_is_handed_in_and_opened_again() {
    let garden = Garden::open().await;
    let mut educator = garden.signed_in(EDUCATOR);
    let hand_in = format!("{GROUP}/hand-in");
    let month = [("month", "2026-11")];
    let blank = educator.post_form(&hand_in, &month).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(blank.text().contains("есть пустые клетки"));
    garden.fill_november().await;
    assert_eq!(
        educator.post_form(&hand_in, &month).await.status,
        StatusCode::SEE_OTHER
    );
    let page = educator.get(&format!("{GROUP}?month=2026-11")).await.text();
    assert!(page.contains("Табель сдан: Ромашкина") && !page.contains("name=\"c.11.2\""));
    let was = "x".to_owned();
    let late = [
        ("month", "2026-11"),
        ("w.11", was.as_str()),
        ("c.11.2", "б"),
    ];
    assert_eq!(
        educator.post_form(GROUP, &late).await.status,
        StatusCode::CONFLICT
    );
    assert_eq!(
        educator
            .post_form(
                &format!("{GROUP}/day"),
                &[("date", "2026-11-20"), ("c.11", "б")]
            )
            .await
            .status,
        StatusCode::CONFLICT
    );

    let reopen = format!("{GROUP}/reopen");
    let why = [("month", "2026-11"), ("reason", "Справка пришла позже")];
    assert_eq!(
        educator.post_form(&reopen, &why).await.status,
        StatusCode::FORBIDDEN
    );
    let mut head = garden.signed_in(HEAD);
    assert_eq!(
        head.post_form(&reopen, &month).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "without a reason"
    );
    assert_eq!(
        head.post_form(&reopen, &why).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        head.post_form(&reopen, &why).await.status,
        StatusCode::CONFLICT,
        "it is open"
    );
    let page = educator.get(&format!("{GROUP}?month=2026-11")).await.text();
    assert!(page.contains("Справка пришла позже") && page.contains("name=\"c.11.2\""));
    assert_eq!(
        garden
            .number("select count(*) from kernel.history where tbl = 'preschool.month'")
            .await,
        2
    );
}

/// D: no page asks once per row.
#[tokio::test]
async fn statements_do_not_grow_with_the_rows() {
    let garden = Garden::open().await;
    let pages = [
        "/o/garden/preschool",
        GROUP,
        "/o/garden/preschool/51/day",
        "/o/garden/preschool/51/history",
        "/o/garden/preschool/codes",
    ];
    let few = count(&garden, &pages).await;
    garden
        .world
        .sql(
            "insert into people.person (org_id, person_id, last_name, first_name, search_key) overriding system value
                 select 1001, 1000 + n, 'Ребёнок' || n, 'Имя', 'имя' from generate_series(1, 40) n;
             insert into people.pupil (org_id, person_id) select 1001, 1000 + n from generate_series(1, 40) n;
             insert into movement.class_member (org_id, pupil_id, class_id, during, began_by)
                 select 1001, 1000 + n, 51, '[2026-09-01,)', 1 from generate_series(1, 40) n;
             insert into preschool.attendance (org_id, pupil_id, day, class_id, sign, set_by, set_at)
                 select 1001, 1000 + n, date '2026-11-02' + d::int, 51, '+', 1, now()
                   from generate_series(1, 40) n, generate_series(0, 3) d",
        )
        .await;
    let many = count(&garden, &pages).await;
    assert_eq!(few, many);
    assert!(many.iter().all(|it| *it <= 8), "{many:?}");
}

async fn count(garden: &Garden, pages: &[&str]) -> Vec<u32> {
    let mut counts = vec![];
    for path in pages {
        let mut head = garden.signed_in(HEAD);
        let (answer, statements) = db::statements::counted(head.get(path)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        counts.push(statements);
    }
    counts
}

/// §10: the group of a colleague is not there for an educator.
#[tokio::test]
async fn an_educator_enters_for_the_own_group() {
    let garden = Garden::open().await;
    let mut colleague = garden.signed_in(COLLEAGUE);
    let form = [("month", "2026-11"), ("w.11", NOTHING_11), ("c.11.2", "+")];
    for answer in [
        colleague.get(GROUP).await,
        colleague.post_form(GROUP, &form).await,
        colleague.post_form(&format!("{GROUP}/present"), &[]).await,
        colleague.post_form(&format!("{GROUP}/hand-in"), &[]).await,
    ] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}
