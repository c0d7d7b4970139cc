use axum::http::StatusCode;
use movement::OrderKind;

use crate::support::{CLASS_5A, browser, enrolment, issued, leaving, movement, secretary, world};

/// The way of a secretary: form, draft, issue, register, cancel.
#[tokio::test]
async fn an_order_goes_from_form_to_register() {
    let world = world().await;
    let mut office = browser(&world, "secretary");
    let form = office
        .get("/o/g7/movement/orders/new?type=enrolment&pupil=101")
        .await;
    assert!(
        form.text().contains("Петров Иван101") && form.text().contains("5Б"),
        "{}",
        form.text()
    );
    let sent = [
        ("type", "enrolment"),
        ("seen", "0"),
        ("ordered_on", "01.09.2026"),
        ("effective_on", "1.9.26"),
        ("basis", "заявление № 5"),
        ("class", "501"),
        ("came_from", "Школа № 3"),
        ("pupils", "101"),
        ("pupils", "102"),
    ];
    let answer = office.post_form("/o/g7/movement/orders/new", &sent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let path = answer.location().expect("a page").to_owned();
    let page = office.get(&path).await.text();
    assert!(
        page.contains("черновик") && page.contains("Школа № 3") && page.contains("5А"),
        "{page}"
    );
    assert!(
        office
            .get(&format!("{path}/edit"))
            .await
            .text()
            .contains("заявление № 5")
    );
    let answer = office
        .post_form(&format!("{path}/issue"), &[("seen", "1")])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let page = office.get(&path).await.text();
    assert!(page.contains("№ 1-з") && page.contains("издан"), "{page}");
    let register = office
        .get("/o/g7/movement/register?date=01.09.2026")
        .await
        .text();
    assert!(
        register.contains("5А") && register.contains("Петров Иван102"),
        "{register}"
    );
    let before = office
        .get("/o/g7/movement/register?date=31.08.2026")
        .await
        .text();
    assert!(!before.contains("Петров Иван102"));
    let paper = office.get(&format!("{path}/print")).await.text();
    assert!(
        paper.contains("ПРИКАЗЫВАЮ") && paper.contains("сформировано 20.11.2026"),
        "{paper}"
    );
    let book = office.get("/o/g7/movement/orders").await.text();
    assert!(
        book.contains("1-з") && book.contains("Зачисление в школу"),
        "{book}"
    );
    let silent = office
        .post_form(&format!("{path}/cancel"), &[("seen", "2"), ("reason", "")])
        .await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reason = [("seen", "2"), ("reason", "ошибка")];
    let answer = office.post_form(&format!("{path}/cancel"), &reason).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(office.get(&path).await.text().contains("отменён"));
}

/// What §3.2 forbids is told at the pupil; what is missing, at the field.
#[tokio::test]
async fn refusals_stand_where_they_belong() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    issued(
        &movement,
        &secretary,
        enrolment("2026-09-01", CLASS_5A, &[101]),
    )
    .await
    .expect("issued");
    let draft = movement
        .draft(&secretary, enrolment("2026-09-02", CLASS_5A, &[101, 102]))
        .await
        .expect("drafted");
    let mut office = browser(&world, "secretary");
    let answer = office
        .post_form(
            &format!("/o/g7/movement/orders/{draft}/issue"),
            &[("seen", "1")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.text().contains("Ученик уже зачислен"),
        "{}",
        answer.text()
    );
    let stale = office
        .post_form(
            &format!("/o/g7/movement/orders/{draft}/issue"),
            &[("seen", "7")],
        )
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let nobody = [
        ("type", "leaving"),
        ("seen", "0"),
        ("ordered_on", "завтрашний день"),
        ("effective_on", "02.09.2026"),
        ("basis", ""),
        ("class", ""),
        ("went_to", ""),
        ("reason", "moved"),
    ];
    let answer = office.post_form("/o/g7/movement/orders/new", &nobody).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.text().contains("завтрашний день"),
        "nothing typed is lost"
    );
    let mut fixed = nobody;
    fixed[2].1 = "02.09.2026";
    let answer = office.post_form("/o/g7/movement/orders/new", &fixed).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.text().contains("Отметьте хотя бы одного ученика"),
        "{}",
        answer.text()
    );
    let wrong_day = office.get("/o/g7/movement/register?date=31.02.2026").await;
    assert_eq!(wrong_day.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// §10: secretary, administrator and deputy write, the director reads, others do neither.
#[tokio::test]
async fn the_book_is_open_to_the_office_only() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    let order = issued(
        &movement,
        &secretary,
        enrolment("2026-09-01", CLASS_5A, &[101]),
    )
    .await
    .expect("issued");
    issued(&movement, &secretary, leaving("2026-09-05", &[101]))
        .await
        .expect("issued");
    let show = format!("/o/g7/movement/orders/{}", order.id);
    let pages = ["/o/g7/movement/orders", "/o/g7/movement/register", &show];
    for (role, reads, writes) in [
        ("secretary", true, true),
        ("admin", true, true),
        ("deputy", true, true),
        ("director", true, false),
        ("teacher", false, false),
        ("parent", false, false),
        ("pupil", false, false),
        ("medic", false, false),
        ("moderator", false, false),
    ] {
        let mut browser = browser(&world, role);
        let read = if reads {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        for page in pages {
            assert_eq!(browser.get(page).await.status, read, "{role} {page}");
        }
        let write = if writes {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        for kind in OrderKind::ALL.map(OrderKind::code) {
            let form = format!("/o/g7/movement/orders/new?type={kind}");
            assert_eq!(browser.get(&form).await.status, write, "{role} {kind}");
        }
        let issue = browser
            .post_form(&format!("{show}/issue"), &[("seen", "2")])
            .await
            .status;
        let expected = if writes {
            StatusCode::CONFLICT
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(issue, expected, "{role}");
        let missing = browser.get("/o/g7/movement/orders/999999").await.status;
        assert_eq!(
            missing,
            if reads {
                StatusCode::NOT_FOUND
            } else {
                StatusCode::FORBIDDEN
            },
            "{role}"
        );
    }
    let mut office = browser(&world, "secretary");
    assert_eq!(
        office
            .get("/o/g7/movement/orders/new?type=exclusion")
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        office.get("/o/s2/movement/orders").await.status,
        StatusCode::NOT_FOUND
    );
}

/// S6 of `ux.md` §2.4: names stand in the order as the verb wants them, and the
/// draft says so before anything is issued.
#[tokio::test]
async fn an_order_names_whom_it_enrols() {
    let world = world().await;
    world
        .sql(
            "update people.person set last_name = 'Ерёмин', first_name = 'Пётр', middle_name = 'Ильич', gender = 'male'
             where person_id = 101",
        )
        .await;
    let mut office = browser(&world, "secretary");
    let sent = [
        ("type", "enrolment"),
        ("seen", "0"),
        ("ordered_on", "01.09.2026"),
        ("effective_on", "01.09.2026"),
        ("basis", "заявление № 5"),
        ("class", "501"),
        ("came_from", ""),
        ("pupils", "101"),
    ];
    let answer = office.post_form("/o/g7/movement/orders/new", &sent).await;
    let path = answer.location().expect("a page").to_owned();
    let draft = office.get(&path).await.text();
    assert!(
        draft.contains("Ерёмина Петра Ильича") && draft.contains("Исправить"),
        "{draft}"
    );
    let paper = office.get(&format!("{path}/print")).await.text();
    assert!(
        paper.contains("Ерёмина Петра Ильича") && !paper.contains("Ерёмин Пётр"),
        "{paper}"
    );
}
