use axum::http::StatusCode;

use crate::support::{
    CLASS_TEACHER, COLLEAGUE, DEPUTY, DIRECTOR, MOTHER, SECRETARY, School, TEACHER,
};

/// S1:4: a club has a leader, who takes pupils in and ticks who came; the
/// pupil's portfolio names it.
#[tokio::test]
async fn a_club_is_kept_by_its_leader() {
    let school = School::open().await;
    let mut deputy = school.signed_in(DEPUTY);
    let form = [
        ("name", "Шахматы"),
        ("direction", "sport"),
        ("leader", "1"),
        ("schedule", "вт 15:00"),
        ("seats", "15"),
    ];
    let made = deputy.post_form("/o/school/clubs/new", &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let club = made.location().unwrap().to_owned();

    let mut leader = school.signed_in(TEACHER);
    let pick = leader.get(&format!("{club}/members?class=51")).await.text();
    assert!(pick.contains("Абрамов Артём") && !pick.contains("Гусев"));
    let joined = leader
        .post_form(
            &format!("{club}/members"),
            &[("pupil", "11"), ("pupil", "12")],
        )
        .await;
    assert_eq!(joined.status, StatusCode::SEE_OTHER);
    let day = [
        ("held_on", "19.11.2026"),
        ("topic", "Дебют"),
        ("came", "11"),
    ];
    let rolled = leader.post_form(&format!("{club}/days"), &day).await;
    assert_eq!(rolled.status, StatusCode::SEE_OTHER, "{}", rolled.text());
    let page = leader.get(&club).await.text();
    assert!(page.contains("1 / 2") && page.contains("Дебют") && page.contains("2 из 15"));
    let again = leader
        .get(&format!("{club}/days?date=2026-11-19"))
        .await
        .text();
    assert!(again.contains("value=\"11\" checked") && !again.contains("value=\"12\" checked"));
    let future = [("held_on", "01.12.2026"), ("came", "11")];
    let refused = leader.post_form(&format!("{club}/days"), &future).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    let mine = school.signed_in(MOTHER).get("/my/portfolio").await.text();
    assert!(mine.contains("Шахматы") && mine.contains("вт 15:00"));
    leader
        .post_form(&format!("{club}/members/11/leave"), &[])
        .await;
    assert!(!leader.get(&club).await.text().contains("Абрамов"));

    // Nobody else keeps it; the director reads.
    for (who, path, status) in [
        (COLLEAGUE, "members", StatusCode::FORBIDDEN),
        (TEACHER, "edit", StatusCode::FORBIDDEN),
        (DIRECTOR, "days", StatusCode::FORBIDDEN),
    ] {
        let answer = school.signed_in(who).get(&format!("{club}/{path}")).await;
        assert_eq!(answer.status, status, "{who} {path}");
    }
    assert_eq!(
        school.signed_in(DIRECTOR).get(&club).await.status,
        StatusCode::OK
    );
}

/// S1:4: a class teacher calls a meeting, writes the minutes and ticks whose
/// families came.
#[tokio::test]
async fn a_meeting_has_minutes_and_visits() {
    let school = School::open().await;
    let mut teacher = school.signed_in(CLASS_TEACHER);
    let form = [
        ("class", "51"),
        ("topic", "Итоги четверти"),
        ("held_on", "18.11.2026"),
        ("starts_at", "18:30"),
    ];
    let made = teacher.post_form("/o/school/meetings/new", &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let meeting = made.location().unwrap().to_owned();
    let minutes = [
        ("topic", "Итоги четверти"),
        ("held_on", "18.11.2026"),
        ("number", "2"),
        ("minutes", "Слушали: Котову О. С."),
        ("decision", "Провести субботник"),
        ("version", "1"),
    ];
    let saved = teacher
        .post_form(&format!("{meeting}/edit"), &minutes)
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    teacher
        .post_form(&format!("{meeting}/visits"), &[("came", "12")])
        .await;
    let page = teacher.get(&meeting).await.text();
    for shown in [
        "Протокол № 2",
        "Провести субботник",
        "1 из 2 семей",
        "value=\"12\" checked",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    let list = school
        .signed_in(DIRECTOR)
        .get("/o/school/meetings")
        .await
        .text();
    assert!(list.contains("есть протокол") && list.contains("1 / 2"));
    // Another class and the school are not hers.
    for class in ["52", "school", "99"] {
        let mut foreign = form;
        foreign[0].1 = class;
        let answer = teacher.post_form("/o/school/meetings/new", &foreign).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{class}");
    }
    let other = school
        .signed_in(COLLEAGUE)
        .get(&format!("{meeting}/edit"))
        .await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
}

/// PPL-12: an association with members, plan, minutes and reports, kept by its head.
#[tokio::test]
async fn an_association_keeps_its_plan() {
    let school = School::open().await;
    let mut deputy = school.signed_in(DEPUTY);
    let list = "/o/school/study/associations";
    let form = [
        ("name", "МО учителей математики"),
        ("head", "1"),
        ("member", "1"),
        ("member", "2"),
    ];
    let made = deputy.post_form(&format!("{list}/new"), &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let own = made.location().unwrap().to_owned();
    let mut head = school.signed_in(TEACHER);
    let plan = [("held_on", "25.11.2026"), ("topic", "Подготовка к ОГЭ")];
    head.post_form(&format!("{own}/items/new?kind=plan"), &plan)
        .await;
    let minutes = [
        ("held_on", "10.11.2026"),
        ("topic", "Заседание"),
        ("number", "3"),
    ];
    head.post_form(&format!("{own}/items/new?kind=minutes"), &minutes)
        .await;
    let page = head.get(&own).await.text();
    assert!(page.contains("Соколова Мария Павловна") && page.contains("протокол № 3"));
    let item = school
        .number("select item_id from portfolio.association_item where kind = 'plan'")
        .await;
    let done = [plan[0], plan[1], ("done", "1"), ("version", "1")];
    let saved = head.post_form(&format!("{own}/items/{item}"), &done).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let stale = head.post_form(&format!("{own}/items/{item}"), &done).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(deputy.get(list).await.text().contains("1 / 1"));
    let other = school.signed_in(COLLEAGUE);
    let answer = other
        .clone()
        .get(&format!("{own}/items/new?kind=plan"))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

/// ORG-3: equipment has an inventory number of its own.
#[tokio::test]
async fn an_inventory_number_is_of_one_thing() {
    let school = School::open().await;
    let mut secretary = school.signed_in(SECRETARY);
    let list = "/o/school/settings/base";
    let form = [
        ("name", "Ноутбук"),
        ("kind", "computer"),
        ("inventory", "101-7"),
        ("quantity", "1"),
        ("state", "good"),
        ("responsible", "1"),
    ];
    let made = secretary.post_form(&format!("{list}/new"), &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let twice = secretary.post_form(&format!("{list}/new"), &form).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text().contains("Такой инвентарный номер уже есть"));
    let csv = secretary.get(&format!("{list}?as=csv")).await.text();
    assert!(csv.contains("101-7") && csv.contains("исправно"));
    assert_eq!(
        school
            .signed_in(TEACHER)
            .get(&format!("{list}/new"))
            .await
            .status,
        StatusCode::FORBIDDEN
    );
}

/// PPL-10: the list for the municipality tells when the next attestation is due.
#[tokio::test]
async fn an_attestation_is_due_after_five_years() {
    let school = School::open().await;
    let mut secretary = school.signed_in(SECRETARY);
    let list = "/o/school/people/attestation";
    let form = [
        ("category", "first"),
        ("decided_on", "25.02.2022"),
        ("order_number", "17-к"),
        ("version", "0"),
    ];
    let saved = secretary.post_form(&format!("{list}/1"), &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    // The card says the same, as a new version of it.
    let told = school
        .number(
            "select count(*) from people.staff s join people.person p using (org_id, person_id)
              where s.person_id = 1 and s.category = 'Первая' and p.version = 2",
        )
        .await;
    assert_eq!(told, 1);
    let page = secretary.get(list).await.text();
    assert!(page.contains("25.02.2027") && page.contains("скоро") && page.contains("первая"));
    let half = [("category", "first"), ("version", "1")];
    let wrong = secretary.post_form(&format!("{list}/1"), &half).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stale = secretary.post_form(&format!("{list}/1"), &form).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let xlsx = school
        .signed_in(DIRECTOR)
        .get(&format!("{list}?as=xlsx"))
        .await;
    assert_eq!(xlsx.status, StatusCode::OK);
    assert_eq!(
        school.signed_in(TEACHER).get(list).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        secretary.get(&format!("{list}/92")).await.status,
        StatusCode::NOT_FOUND
    );
}

/// PPL-8: results of an event become confirmed achievements, once; a changed
/// result changes there too.
#[tokio::test]
async fn results_of_an_event_become_achievements() {
    let school = School::open().await;
    let mut deputy = school.signed_in(DEPUTY);
    let form = [
        ("name", "Турнир по шахматам"),
        ("kind", "sport"),
        ("level", "school"),
        ("starts_on", "12.11.2026"),
        ("responsible", "1"),
    ];
    let made = deputy.post_form("/o/school/events/new", &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let event = made.location().unwrap().to_owned();
    let mut keeper = school.signed_in(TEACHER);
    let pupils = [("pupil", "11"), ("pupil", "12")];
    keeper
        .post_form(&format!("{event}/participants"), &pupils)
        .await;
    let results = format!("{event}/results");
    let said = [("prize.11", "winner"), ("prize.12", "")];
    keeper.post_form(&results, &said).await;
    keeper.post_form(&results, &said).await;
    let entries = async |prize: &str| {
        school
            .number(&format!(
                "select count(*) from portfolio.entry where title = 'Турнир по шахматам'
                  and pupil_id = 11 and state = 'confirmed' and prize = '{prize}'"
            ))
            .await
    };
    assert_eq!(entries("winner").await, 1);
    keeper.post_form(&results, &[("prize.11", "runner")]).await;
    assert_eq!((entries("winner").await, entries("runner").await), (0, 1));
    let mine = school.signed_in(MOTHER).get("/my/portfolio").await.text();
    assert!(mine.contains("Турнир по шахматам") && mine.contains("призёр"));
    let off = keeper
        .post_form(&format!("{event}/participants/12/remove"), &[])
        .await;
    assert_eq!(off.status, StatusCode::SEE_OTHER);
    let stays = keeper
        .post_form(&format!("{event}/participants/11/remove"), &[])
        .await;
    assert_eq!(
        stays.status,
        StatusCode::NOT_FOUND,
        "it is in the portfolio"
    );
    let other = school.signed_in(COLLEAGUE).post_form(&results, &said).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    let wrong = [
        ("name", "x"),
        ("kind", "sport"),
        ("starts_on", "12.11.2026"),
        ("ends_on", "11.11.2026"),
    ];
    let answer = deputy.post_form("/o/school/events/new", &wrong).await;
    assert!(answer.text().contains("раньше первого"));
}

/// registers of another school are neither found nor seen by SQL.
#[tokio::test]
async fn registers_belong_to_their_school() {
    let school = School::open().await;
    school
        .world
        .sql(
            "insert into portfolio.club (org_id, club_id, name, direction) overriding system value
                 values (1002, 900, 'Канарейка', 'art');
             insert into portfolio.event (org_id, event_id, name, kind, starts_on, ends_on) overriding system value
                 values (1002, 900, 'Канарейка', 'sport', '2026-10-01', '2026-10-01');
             insert into portfolio.meeting (org_id, meeting_id, held_on, topic) overriding system value
                 values (1002, 900, '2026-10-01', 'Канарейка');
             insert into portfolio.association (org_id, association_id, name) overriding system value
                 values (1002, 900, 'Канарейка');
             insert into portfolio.equipment (org_id, equipment_id, name, kind) overriding system value
                 values (1002, 900, 'Канарейка', 'other');
             insert into portfolio.attestation (org_id, person_id) values (1002, 92)",
        )
        .await;
    let mut deputy = school.signed_in(DEPUTY);
    for path in ["clubs", "events", "meetings", "study/associations"] {
        let one = deputy.get(&format!("/o/school/{path}/900")).await;
        assert_eq!(one.status, StatusCode::NOT_FOUND, "{path}");
        let list = deputy.get(&format!("/o/school/{path}")).await.text();
        assert!(!list.contains("Канарейка"), "{path}");
    }
    let thing = deputy.get("/o/school/settings/base/900").await;
    assert_eq!(thing.status, StatusCode::NOT_FOUND);
    let actor = school.world.actor(DEPUTY, kernel::Role::Deputy);
    for table in [
        "club",
        "event",
        "meeting",
        "association",
        "equipment",
        "attestation",
    ] {
        let mut tx = school.world.begin(&actor).await;
        let query = format!("select count(*) from portfolio.{table} where org_id = 1002");
        let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(tx.conn())
            .await
            .unwrap();
        assert_eq!(seen, 0, "{table}");
    }
}

/// PPL-1, S1:4: the card of staff tells what somebody does beside the lessons:
/// associations, clubs, events, what one answers for, attestation.
#[tokio::test]
async fn the_card_tells_the_work_beside_lessons() {
    let school = School::open().await;
    let tab = "/o/school/people/staff/1/work";
    let mut teacher = school.signed_in(TEACHER);
    let empty = teacher.get(tab).await;
    assert_eq!(empty.status, StatusCode::OK);
    let empty = empty.text();
    for none in ["Кружков не ведёт", "Ничего не закреплено", "не состоит"]
    {
        assert!(empty.contains(none), "{none}: {empty}");
    }
    let mut deputy = school.signed_in(DEPUTY);
    for (path, form) in [
        (
            "clubs/new",
            vec![("name", "Шахматы"), ("direction", "sport"), ("leader", "1")],
        ),
        (
            "clubs/new",
            vec![("name", "Хор"), ("direction", "art"), ("leader", "2")],
        ),
        (
            "events/new",
            vec![
                ("name", "Турнир"),
                ("kind", "sport"),
                ("level", "school"),
                ("starts_on", "12.11.2026"),
                ("responsible", "1"),
            ],
        ),
        (
            "study/associations/new",
            vec![("name", "МО математиков"), ("head", "2"), ("member", "1")],
        ),
        (
            "settings/base/new",
            vec![
                ("name", "Доска интерактивная"),
                ("kind", "projector"),
                ("inventory", "И-17"),
                ("quantity", "1"),
                ("state", "good"),
                ("responsible", "1"),
            ],
        ),
    ] {
        let made = deputy.post_form(&format!("/o/school/{path}"), &form).await;
        assert_eq!(
            made.status,
            StatusCode::SEE_OTHER,
            "{path}: {}",
            made.text()
        );
    }
    let form = [
        ("category", "highest"),
        ("decided_on", "25.02.2024"),
        ("version", "0"),
    ];
    let mut secretary = school.signed_in(SECRETARY);
    secretary
        .post_form("/o/school/people/attestation/1", &form)
        .await;
    for who in [TEACHER, DEPUTY, SECRETARY, DIRECTOR] {
        let page = school.signed_in(who).get(tab).await.text();
        for part in ["Шахматы", "Турнир", "МО математиков", "И-17", "высшая"]
        {
            assert!(page.contains(part), "{who} {part}: {page}");
        }
        assert!(!page.contains("Хор"), "of another teacher");
    }
    // Nobody else's, no family, no other school; a pupil has no such tab.
    for (who, path, status) in [
        (COLLEAGUE, tab, StatusCode::NOT_FOUND),
        (MOTHER, tab, StatusCode::FORBIDDEN),
        (
            DEPUTY,
            "/o/school/people/staff/92/work",
            StatusCode::NOT_FOUND,
        ),
        (
            DEPUTY,
            "/o/school/people/staff/11/work",
            StatusCode::NOT_FOUND,
        ),
    ] {
        let answer = school.signed_in(who).get(path).await;
        assert_eq!(answer.status, status, "{who} {path}");
    }
}
