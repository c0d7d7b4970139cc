use axum::http::StatusCode;
use testkit::assert_history_replays;

use crate::support::{EREMIN, fields_of, secretary, with, world};

const CARD: &str = "/o/g7/people/pupils/101";

/// PPL-2, R-20: a change is stored, seen, and kept in the history with who made it.
#[tokio::test]
async fn a_change_of_a_card_leaves_its_trail() {
    let world = world().await;
    let mut office = secretary(&world);
    let form = office.get(&format!("{CARD}/edit")).await;
    let fields = fields_of(&form);
    let changed = with(
        &fields,
        &[
            ("phone", "8 861 312-34-56"),
            ("foreign_language", "немецкий"),
        ],
    );
    let answer = office.post_form(&format!("{CARD}/edit"), &changed).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, Some(CARD))
    );
    let page = office.get(CARD).await.text();
    assert!(
        page.contains("+7 (861) 312-34-56") && page.contains("немецкий"),
        "{page}"
    );
    assert!(page.contains("27.03.2014") && page.contains("+7 (918) 123-45-67"));
    let history = office.get(&format!("{CARD}/history")).await.text();
    assert!(
        history.contains("Соколова") && history.contains("немецкий"),
        "{history}"
    );
    assert_eq!(world.number("select count(*) from kernel.history where tbl = 'people.pupil' and op = 'U' and person_id = 17").await, 1);
    assert_history_replays(&world.test, "people.person").await;
    assert_history_replays(&world.test, "people.pupil").await;
}

/// Saving what was shown changes nothing but the version.
#[tokio::test]
async fn saving_unchanged_loses_nothing() {
    let world = world().await;
    world
        .sql(
            "update people.pupil set has_computer = true, family = 'полная «Ерёмины» & Ко', shift = 2,
                    citizenship = 'none', taught_at_home = false
             where person_id = 101",
        )
        .await;
    let mut office = secretary(&world);
    let fields = fields_of(&office.get(&format!("{CARD}/edit")).await);
    let answer = office
        .post_form(&format!("{CARD}/edit"), &with(&fields, &[]))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let same =
        "select count(*) from people.pupil where person_id = 101 and has_computer and shift = 2
                and family = 'полная «Ерёмины» & Ко' and file_number = 'Е/5' and citizenship = 'none'
                and not taught_at_home";
    assert_eq!(world.number(same).await, 1);
}

/// PPL-2: whose citizen a pupil is and whether they are taught at home is chosen, shown in
/// words, and empty where nobody asked; a list takes it out on demand (PPL-3).
#[tokio::test]
async fn citizenship_and_teaching_at_home_are_kept() {
    let world = world().await;
    let mut office = secretary(&world);
    let form = office.get(&format!("{CARD}/edit")).await;
    let fields = fields_of(&form);
    for field in ["citizenship", "taught_at_home"] {
        let asked = fields.iter().find(|it| it.0 == field);
        assert_eq!(asked.map(|it| it.1.as_str()), Some(""), "{field}");
    }
    let wrong = with(&fields, &[("citizenship", "другое")]);
    let answer = office.post_form(&format!("{CARD}/edit"), &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let changed = with(
        &fields,
        &[("citizenship", "foreign"), ("taught_at_home", "true")],
    );
    let answer = office.post_form(&format!("{CARD}/edit"), &changed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    for page in [
        CARD.to_owned(),
        format!("{CARD}/history"),
        format!("{CARD}/print"),
    ] {
        let text = office.get(&page).await.text();
        assert!(text.contains("иностранный гражданин"), "{page}: {text}");
        assert!(text.contains("Обучается на дому"), "{page}: {text}");
    }
    let list = "/o/g7/people/pupils?cols=name,citizenship,taught_at_home&as=csv";
    let list = office.get(list).await.text();
    assert!(
        list.contains("Гражданство;Обучается на дому") && list.contains("иностранный гражданин;да"),
        "{list}"
    );
    // Of all others nobody was asked.
    assert_eq!(list.matches("гражданин").count(), 1, "{list}");
}

/// A stale version: 409, both values side by side, nothing overwritten and
/// nothing typed lost; what only the other changed is taken over (PPL-2).
#[tokio::test]
async fn the_second_writer_sees_both_values_and_chooses() {
    let world = world().await;
    let mut one = secretary(&world);
    let mut other = secretary(&world);
    let edit = format!("{CARD}/edit");
    let fields = fields_of(&one.get(&edit).await);
    let sent = with(&fields, &[("email", "new@school.ru"), ("family", "полная")]);
    other.post_form(&edit, &sent).await;
    let late = with(
        &fields,
        &[
            ("email", "late@school.ru"),
            ("foreign_language", "Немецкий"),
        ],
    );
    let answer = one.post_form(&edit, &late).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let text = answer.text();
    assert!(
        text.contains("late@school.ru") && text.contains("new@school.ru"),
        "{text}"
    );
    let stored = "select count(*) from people.person where email = 'new@school.ru'";
    assert_eq!(world.number(stored).await, 1);
    // Without a choice it is asked again, with everything that was typed.
    let typed = fields_of(&answer);
    let again = one.post_form(&edit, &with(&typed, &[])).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let typed = fields_of(&again);
    let value = |name: &str| typed.iter().find(|it| it.0 == name).map(|it| it.1.as_str());
    assert_eq!(value("foreign_language"), Some("Немецкий"));
    assert_eq!(
        value("family"),
        Some("полная"),
        "the other's change is kept"
    );
    assert_eq!(value("clash"), Some("email"));
    for (pick, email) in [("now", "new@school.ru"), ("mine", "late@school.ru")] {
        let mut late = secretary(&world);
        let answer = late
            .post_form(&edit, &with(&typed, &[("pick.email", pick)]))
            .await;
        if pick == "mine" {
            // The first of the two choices was somebody else's change again.
            assert_eq!(answer.status, StatusCode::CONFLICT);
            continue;
        }
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let stored = format!(
            "select count(*) from people.person join people.pupil using (org_id, person_id)
             where email = '{email}' and family = 'полная' and foreign_language = 'Немецкий'"
        );
        assert_eq!(world.number(&stored).await, 1);
    }
}

/// Knowingly, one's own value goes over the other's.
#[tokio::test]
async fn ones_own_value_may_be_chosen() {
    let world = world().await;
    let mut office = secretary(&world);
    let edit = format!("{CARD}/edit");
    let fields = fields_of(&office.get(&edit).await);
    office
        .post_form(&edit, &with(&fields, &[("email", "new@school.ru")]))
        .await;
    let late = with(&fields, &[("email", "late@school.ru")]);
    let typed = fields_of(&office.post_form(&edit, &late).await);
    let answer = office
        .post_form(&edit, &with(&typed, &[("pick.email", "mine")]))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let stored = "select count(*) from people.person where email = 'late@school.ru'";
    assert_eq!(world.number(stored).await, 1);
}

#[tokio::test]
async fn what_is_wrong_is_told_at_every_field_and_nothing_is_lost() {
    let world = world().await;
    let mut office = secretary(&world);
    let sent = [
        ("last_name", ""),
        ("first_name", "мария"),
        ("born_on", "31.02.2014"),
        ("phone", "позвоните"),
        ("shift", "1"),
        ("snils", "112-233-445 96"),
        ("lives_at", "ул. Мира, 5"),
    ];
    let answer = office.post_form("/o/g7/people/pupils/new", &sent).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = answer.text();
    assert!(
        text.contains("Введите фамилию") && text.contains("Такого дня нет"),
        "{text}"
    );
    assert!(text.contains("ул. Мира, 5") && text.contains("31.02.2014"));
    assert!(text.contains("<title>Ошибка: "), "{text}");
    assert_eq!(
        world
            .number("select count(*) from people.person where person_id > 5000")
            .await,
        0
    );
}

/// Checks 21 and 22 of `ux.md` §7: a double is found before it is made.
#[tokio::test]
async fn a_double_is_shown_before_saving() {
    let world = world().await;
    let mut office = secretary(&world);
    let same = [
        ("last_name", "ЕРЕМИН"),
        ("first_name", "артем"),
        ("middle_name", "Ильич"),
        ("born_on", "27.03.2014"),
        ("shift", "1"),
    ];
    let answer = office.post_form("/o/g7/people/pupils/new", &same).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = answer.text();
    assert!(
        text.contains(&format!("/o/g7/people/pupils/{EREMIN}")) && text.contains("5А"),
        "{text}"
    );
    assert!(
        !text.contains("901"),
        "the other school's namesake is nobody here"
    );
    let anyway = [same.as_slice(), &[("anyway", "1")]].concat();
    let answer = office.post_form("/o/g7/people/pupils/new", &anyway).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let twice = "select count(*) from people.person where search_key = 'еремин артем ильич' and org_id = 1001";
    assert_eq!(world.number(twice).await, 2);
}

#[tokio::test]
async fn the_same_snils_is_a_double_too() {
    let world = world().await;
    let mut office = secretary(&world);
    let new = |name: &'static str| {
        [
            ("last_name", name),
            ("first_name", "Анна"),
            ("post", "учитель"),
            ("snils", "112-233-445 95"),
        ]
    };
    // Staff: the labour code lets the school keep it without a consent.
    let answer = office
        .post_form("/o/g7/people/staff/new", &new("Первая"))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let answer = office
        .post_form("/o/g7/people/staff/new", &new("Вторая"))
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("тот же СНИЛС"), "{}", answer.text());
}

#[tokio::test]
async fn a_file_number_is_given_once() {
    let world = world().await;
    let mut office = secretary(&world);
    let form = office.get("/o/g7/people/pupils/103/edit").await;
    let fields = fields_of(&form);
    let taken = with(&fields, &[("file_number", "Е/5")]);
    let answer = office
        .post_form("/o/g7/people/pupils/103/edit", &taken)
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("Такой № личного дела уже есть"));
}

/// Whoever is dismissed stands in the other list and loses the roles.
#[tokio::test]
async fn the_dismissed_are_a_list_of_their_own() {
    let world = world().await;
    let mut office = secretary(&world);
    let fields = fields_of(&office.get("/o/g7/people/staff/18/edit").await);
    let gone = with(
        &fields,
        &[
            ("dismissed_on", "19.11.2026"),
            ("dismissal_reason", "по собственному желанию"),
        ],
    );
    let answer = office.post_form("/o/g7/people/staff/18/edit", &gone).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(
        !office
            .get("/o/g7/people/staff")
            .await
            .text()
            .contains("Ким Олег")
    );
    assert!(
        office
            .get("/o/g7/people/staff/dismissed")
            .await
            .text()
            .contains("Ким Олег")
    );
}

/// СНИЛС of a new pupil comes with a consent that says who signed, or not at all.
#[tokio::test]
async fn a_new_pupil_brings_snils_only_with_a_consent() {
    let world = world().await;
    let mut office = secretary(&world);
    let new = |day: &'static str, paper: &'static str| {
        [
            ("last_name", "Новикова"),
            ("first_name", "Ольга"),
            ("shift", "1"),
            ("snils", "112-233-445 95"),
            ("consent_on", day),
            ("consent_document", paper),
        ]
    };
    for (day, paper, expected) in [
        ("", "", "Нет согласия"),
        ("20.11.2026", "", "Напишите, кто подписал"),
        (
            "21.11.2026",
            "Новикова А. П., № 7",
            "Дата не может быть позже",
        ),
    ] {
        let answer = office
            .post_form("/o/g7/people/pupils/new", &new(day, paper))
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            answer.text().contains(expected),
            "{expected}: {}",
            answer.text()
        );
    }
    assert_eq!(
        world
            .number("select count(*) from people.person where person_id > 5000")
            .await,
        0
    );
    let answer = office
        .post_form(
            "/o/g7/people/pupils/new",
            &new("20.11.2026", "Новикова А. П., № 7"),
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let stored = "select count(*) from people.restricted_field where field = 'snils' and consent_id is not null";
    assert_eq!(world.number(stored).await, 1);
}
