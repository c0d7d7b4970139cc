//! Numbers of pupils, the alphabet book, leavers (MOV-3).

use axum::http::StatusCode;
use db::statements::counted;
use kernel::{Fault, Kind, Role};
use movement::{Error, Figure, FileFormat, FileState, Handing, Level, SpanWish};
use testkit::world::{OTHER_SCHOOL, SCHOOL, World};

use crate::support::{
    CLASS_5A, CLASS_5B, STRANGE_CLASS, STRANGER, TEACHER, books, browser, day, enrolment, issued,
    leaving, movement, secretary, world,
};

/// Four in 5А and 5Б from the first day; one comes, one leaves.
async fn with_moves() -> World {
    let world = world().await;
    let (movement, secretary) = (movement(&world), secretary(&world));
    for draft in [
        enrolment("2026-09-01", CLASS_5A, &[101, 102, 103]),
        enrolment("2026-09-01", CLASS_5B, &[104]),
        enrolment("2026-10-05", CLASS_5B, &[105]),
        leaving("2026-11-02", &[102]),
    ] {
        issued(&movement, &secretary, draft).await.expect("issued");
    }
    world
}

/// §3.6: the year until today, by parallels and classes, with who is behind a figure.
#[tokio::test]
async fn mov3_the_report_counts_the_orders() {
    let world = with_moves().await;
    let (books, secretary) = (books(&world), secretary(&world));
    let year = books.numbers(&secretary, SpanWish::Year, Level::Parallels, None);
    let (year, statements) = counted(year).await;
    let year = year.expect("the report");
    assert!(statements <= 6, "{statements}");
    assert_eq!(year.span.from, day("2026-09-01"));
    assert_eq!(year.span.to, day("2026-11-20"));
    let shown = |code: &str| {
        let line = year.line(code).expect("a row");
        assert!(line.figures.balances());
        [
            Figure::Opening,
            Figure::Came,
            Figure::Gone,
            Figure::MovedIn,
            Figure::MovedOut,
            Figure::Closing,
        ]
        .map(|it| line.figures.number(it))
    };
    assert_eq!(shown("g5"), [4, 1, 1, 0, 0, 4]);
    assert_eq!(shown("basic"), shown("g5"));
    assert_eq!(shown("school"), shown("g5"));
    let autumn = SpanWish::Dates(day("2026-11-01"), day("2026-11-10"));
    let classes = books
        .numbers(
            &secretary,
            autumn,
            Level::Classes,
            Some(("c501", Figure::ToSchools)),
        )
        .await
        .expect("the report");
    let line = classes.line("c501").expect("5А");
    assert_eq!(line.figures.number(Figure::Opening), 3);
    assert_eq!(line.figures.number(Figure::ToSchools), 1);
    assert_eq!(
        classes
            .line("c502")
            .map(|it| it.figures.number(Figure::Closing)),
        Some(2)
    );
    assert_eq!(classes.cards.len(), 1, "only those asked for are read");
    let unknown = books
        .numbers(
            &secretary,
            autumn,
            Level::Classes,
            Some(("c951", Figure::Came)),
        )
        .await;
    assert_eq!(
        unknown.expect_err("no row of another school").kind(),
        Kind::NotFound
    );
}

/// The page, its files, who is behind a figure, and a wrong date.
#[tokio::test]
async fn mov3_the_report_is_read_printed_and_taken_out() {
    let world = with_moves().await;
    let mut office = browser(&world, "secretary");
    let plain = office.get("/o/g7/movement/numbers").await;
    assert_eq!(plain.status, StatusCode::OK, "{}", plain.text());
    let page = office
        .get("/o/g7/movement/numbers?period=year&names=1")
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let page = page.text();
    for part in [
        "Проверка: 4 + 1 − 1 = 4",
        "сходится",
        "5–9 классы",
        "Петров Иван105",
        "3-з",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // How far is told only where somebody came from there.
    assert!(page.contains(">не указано<") && !page.contains(">зарубежье<"));
    let csv = office
        .get("/o/g7/movement/numbers?period=year&level=classes&as=csv")
        .await
        .text();
    assert!(
        csv.contains("5А;3;0;0") && csv.contains("5Б;1;1;1"),
        "{csv}"
    );
    let print = office.get("/o/g7/movement/numbers?as=print").await.text();
    assert!(print.contains("сформировано 20.11.2026"), "{print}");
    let who = office
        .get("/o/g7/movement/numbers/who?period=year&row=g5&figure=gone")
        .await
        .text();
    assert!(
        who.contains("Петров Иван102") && who.contains("г. Крымск"),
        "{who}"
    );
    assert!(!who.contains("Петров Иван101"));
    let wrong = office
        .get("/o/g7/movement/numbers?period=dates&from=40.10.2026&to=01.11.2026")
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let missing = office
        .get("/o/g7/movement/numbers/who?row=c951&level=classes&figure=gone")
        .await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let fill = office.get("/o/g7/movement/numbers/classes").await.text();
    assert!(fill.contains("5А") && fill.contains("2,0"), "{fill}");
    let then = office
        .get("/o/g7/movement/numbers/classes?date=01.10.2026&as=csv")
        .await
        .text();
    assert!(then.contains("5А;Ким\u{a0}О.;1;;;3;3;0;0;0"), "{then}");
}

/// An order gives numbers by letter, in the order of names, and keeps them.
#[tokio::test]
async fn mov3_orders_write_the_alphabet_book() {
    let world = world().await;
    let (movement, books, secretary) = (movement(&world), books(&world), secretary(&world));
    world
        .sql(&format!(
            "update people.person set last_name = 'Алёшин' where person_id = 103;
             update people.pupil set file_number = 'П-40' where org_id = {SCHOOL} and person_id = 102"
        ))
        .await;
    let first = enrolment("2026-09-01", CLASS_5A, &[101, 102, 103, 104]);
    let order = issued(&movement, &secretary, first).await.expect("issued");
    let numbers = async || {
        let book = books.alphabet(&secretary).await.expect("the book");
        assert_eq!(book.missing, 0);
        book.entries
            .into_iter()
            .map(|it| (it.record.pupil.get(), it.record.number))
            .collect::<Vec<_>>()
    };
    let told = |all: &[(i64, &str)]| {
        all.iter()
            .map(|(pupil, number)| (*pupil, (*number).to_owned()))
            .collect::<Vec<_>>()
    };
    let first = told(&[(103, "А/1"), (102, "П-40"), (101, "П/41"), (104, "П/42")]);
    assert_eq!(numbers().await, first);
    let of_card =
        "select count(*) from people.pupil where file_number in ('П/41', 'П/42', 'А/1', 'П-40')";
    assert_eq!(world.number(of_card).await, 4, "the cards have them too");

    // A marriage in the family changes the name and not the number.
    world
        .sql("update people.person set last_name = 'Яковлева' where person_id = 101")
        .await;
    assert_eq!(numbers().await, first);

    // An order that was a mistake and is issued again keeps the line.
    movement
        .cancel(&secretary, order.id, order.version, "ошибка")
        .await
        .expect("cancelled");
    let book = books.alphabet(&secretary).await.expect("the book");
    assert!(
        book.entries
            .iter()
            .all(|it| it.record.state() == FileState::Cancelled)
    );
    books
        .set_file_format(&secretary, FileFormat::Dash)
        .await
        .expect("set");
    let again = enrolment("2026-09-02", CLASS_5A, &[101, 102, 103, 104]);
    issued(&movement, &secretary, again).await.expect("issued");
    assert_eq!(numbers().await, first);

    // Who left and comes again gets a new line that knows the old one.
    issued(&movement, &secretary, leaving("2026-10-01", &[104]))
        .await
        .expect("issued");
    issued(
        &movement,
        &secretary,
        enrolment("2026-11-01", CLASS_5B, &[104]),
    )
    .await
    .expect("issued");
    let book = books.alphabet(&secretary).await.expect("the book");
    let lines: Vec<_> = book
        .entries
        .iter()
        .filter(|it| it.record.pupil.get() == 104)
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].record.state(), FileState::Left);
    assert_eq!(lines[0].from, "5А");
    assert_eq!(lines[1].record.number, "П-43");
    assert_eq!(lines[1].record.previous, Some(lines[0].record.id));
    assert_eq!(lines[1].to, "5Б");
    let (page, statements) = counted(books.alphabet(&secretary)).await;
    page.expect("the book");
    assert!(statements <= 6, "{statements}");
}

/// Pupils who were enrolled before the book was kept are entered with one press.
#[tokio::test]
async fn mov3_the_book_takes_up_whoever_was_there() {
    let world = with_moves().await;
    world
        .sql(&format!(
            "delete from movement.file_record where org_id = {SCHOOL};
             update people.pupil set file_number = '' where org_id = {SCHOOL}"
        ))
        .await;
    let mut office = browser(&world, "secretary");
    let page = office.get("/o/g7/movement/alphabet").await.text();
    assert!(page.contains("Записей нет об учениках: 5"), "{page}");
    let done = office.post_form("/o/g7/movement/alphabet/fill", &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let page = office.get("/o/g7/movement/alphabet").await.text();
    assert!(
        page.contains("П/5") && !page.contains("Записей нет"),
        "{page}"
    );
    let csv = office
        .get("/o/g7/movement/alphabet?as=csv&f.state=выбыл")
        .await
        .text();
    assert!(
        csv.contains("Петров Иван102") && !csv.contains("Петров Иван101"),
        "{csv}"
    );
    let again = books(&world).fill_alphabet(&secretary(&world)).await;
    assert_eq!(again.expect("done"), 0);
}

/// The personal file is handed out on a day to somebody, and may come back.
#[tokio::test]
async fn mov3_a_personal_file_is_handed_out() {
    let world = with_moves().await;
    let (books, secretary) = (books(&world), secretary(&world));
    let book = books.alphabet(&secretary).await.expect("the book");
    let line = book.entries.iter().find(|it| it.record.pupil.get() == 102);
    let record = line.expect("a line").record.clone();
    let path = format!("/o/g7/movement/alphabet/{}", record.id);
    let mut office = browser(&world, "secretary");
    let version = record.version.to_string();
    let half = [("seen", version.as_str()), ("on", "02.11.2026"), ("to", "")];
    let answer = office.post_form(&format!("{path}/hand"), &half).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("Укажите и дату, и кому выдано"));
    let whole = [
        ("seen", version.as_str()),
        ("on", "02.11.2026"),
        ("to", "Петрова Анна, мать"),
    ];
    let answer = office.post_form(&format!("{path}/hand"), &whole).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let page = office.get(&path).await.text();
    assert!(
        page.contains("Петрова Анна, мать") && page.contains("выбыл"),
        "{page}"
    );
    let stale = office.post_form(&format!("{path}/hand"), &whole).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let back = Handing {
        on: None,
        to: String::new(),
    };
    books
        .hand(&secretary, record.id, record.version + 1, back)
        .await
        .expect("back");

    let leavers = office.get("/o/g7/movement/leavers").await.text();
    assert!(
        leavers.contains("Петров Иван102") && leavers.contains("г. Крымск"),
        "{leavers}"
    );
    assert!(leavers.contains("Зачислить снова") && !leavers.contains("Петров Иван101"));
    let (all, statements) = counted(books.leavers(&secretary)).await;
    let all = all.expect("leavers");
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].class, "5А");
    assert!(statements <= 4, "{statements}");
    let head = browser(&world, "director")
        .get("/o/g7/movement/leavers")
        .await
        .text();
    assert!(
        !head.contains("Зачислить снова"),
        "who only looks is offered nothing"
    );
}

/// An import that is taken back takes its lines with it.
#[tokio::test]
async fn mov3_an_undone_list_leaves_no_line() {
    let world = world().await;
    let (movement, secretary) = (movement(&world), secretary(&world));
    let mut tx = world.begin(&secretary).await;
    let pupils = vec![(101.into(), CLASS_5A.into()), (102.into(), CLASS_5A.into())];
    let on = day("2026-09-01");
    let order = movement
        .enrol_list(&mut tx, &secretary, on, on, pupils)
        .await;
    let order = order.expect("enrolled");
    let lines = "select count(*) from movement.file_record";
    movement
        .undo_list(&mut tx, &secretary, order.id, "файл не тот")
        .await
        .expect("undone");
    tx.commit().await.expect("committed");
    assert_eq!(world.number(lines).await, 0);
}

/// Nobody but those who see the movement of the school opens the books; nobody
/// but those who keep it writes; the other school is not there, in the
/// application and in the database.
#[tokio::test]
async fn mov3_the_books_are_closed_to_others() {
    let world = with_moves().await;
    world
        .sql(&format!(
            "insert into movement.order (org_id, order_id, kind, state, number, year, ordered_on, effective_on, issued_at)
             overriding system value
             values ({OTHER_SCHOOL}, 9001, 'enrolment', 'issued', '1-з', 2026, '2026-09-01', '2026-09-01', now());
             insert into movement.order_pupil (org_id, order_id, pupil_id, to_class_id)
             values ({OTHER_SCHOOL}, 9001, {STRANGER}, {STRANGE_CLASS});
             insert into movement.class_member (org_id, pupil_id, class_id, during, began_by)
             values ({OTHER_SCHOOL}, {STRANGER}, {STRANGE_CLASS}, '[2026-09-01,)', 9001);
             insert into movement.file_record (org_id, record_id, pupil_id, letter, number, enrolled_by)
             overriding system value values ({OTHER_SCHOOL}, 9001, {STRANGER}, 'Ч', 'Ч/1', 9001)"
        ))
        .await;
    let books = books(&world);
    for role in [
        Role::Teacher,
        Role::Parent,
        Role::Pupil,
        Role::Committee,
        Role::Medic,
    ] {
        let actor = world.actor(TEACHER, role);
        let denied = [
            books.alphabet(&actor).await.err(),
            books.leavers(&actor).await.err(),
            books.fill(&actor, None).await.err(),
            books
                .numbers(&actor, SpanWish::Year, Level::Classes, None)
                .await
                .err(),
        ];
        for it in denied {
            assert!(matches!(it, Some(Error::Denied(_))), "{role:?}: {it:?}");
        }
    }
    let director = world.actor(TEACHER, Role::Director);
    assert!(books.alphabet(&director).await.is_ok());
    let denied = [
        books.fill_alphabet(&director).await.err(),
        books
            .set_file_format(&director, FileFormat::Dash)
            .await
            .err(),
    ];
    assert!(denied.iter().all(|it| matches!(it, Some(Error::Denied(_)))));

    let secretary = secretary(&world);
    let foreign = books.record(&secretary, 9001.into()).await;
    assert_eq!(foreign.expect_err("not here").kind(), Kind::NotFound);
    let book = books.alphabet(&secretary).await.expect("the book");
    assert!(
        book.entries
            .iter()
            .all(|it| it.record.pupil.get() != STRANGER)
    );
    let school = books
        .numbers(&secretary, SpanWish::Year, Level::Parallels, None)
        .await
        .expect("the report");
    let school = school.line("school").expect("a row").figures.clone();
    assert_eq!(school.number(Figure::Closing), 4);
    let back = Handing {
        on: None,
        to: String::new(),
    };
    let foreign = books.hand(&secretary, 9001.into(), 1, back).await;
    assert_eq!(foreign.expect_err("not here").kind(), Kind::NotFound);
    let there =
        world.number("select version::bigint from movement.file_record where record_id = 9001");
    assert_eq!(there.await, 1);
}
