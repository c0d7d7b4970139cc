use super::support::{
    ADMIN, DEPUTY, DIRECTOR, KOTOVA, PARENT, PETROVA, SECRETARY, STRANGER, School, times,
};

/// T8, DLN-3: everybody sees the own debts, and the place of each is one click away.
#[tokio::test]
async fn everybody_sees_what_is_theirs() {
    let school = School::open().await;
    let (html, statements) = school.page(PETROVA, "/o/school/deadlines").await;
    assert!(html.contains(r#"href="/o/school/journal/lesson/7""#));
    assert!(html.contains(r#"href="/o/school/study/plans""#));
    assert!(!html.contains("История"), "that is owed by somebody else");
    assert!(
        html.contains("Данные на 11:00"),
        "in the zone of the school"
    );
    assert!(html.contains("Сделано за 7 дней"), "{html}");
    assert!(statements <= 8, "{statements}");
    // What a role owes is owed by whoever has it.
    let (html, _) = school.page(ADMIN, "/o/school/deadlines").await;
    assert!(html.contains(r#"href="/o/school/settings/org""#));
    // Nobody owes nothing in a way that looks like a failure.
    let (html, _) = school.page(SECRETARY, "/o/school/deadlines").await;
    assert!(html.contains("Долгов нет"));
    assert_eq!(school.status(PARENT, "/o/school/deadlines").await, 403);
}

/// DLN-3: lateness is told in working days.
#[tokio::test]
async fn age_is_counted_in_working_days() {
    let school = School::open().await;
    school
        .world
        .sql("update deadlines.debt set due_on = '2026-11-13' where debt_id = 3")
        .await;
    let (html, _) = school.page(PETROVA, "/o/school/deadlines").await;
    assert!(
        html.contains("опоздание 5\u{a0}раб. дней")
            || html.contains("опоздание</strong>")
            || html.contains("5&#160;раб. дней")
            || html.contains("5\u{a0}раб. дней"),
        "{html}"
    );
}

/// DLN-3: a class teacher sees the own class and no other.
#[tokio::test]
async fn a_class_teacher_sees_the_own_class() {
    let school = School::open().await;
    let (html, statements) = school.page(KOTOVA, "/o/school/deadlines/class").await;
    assert!(html.contains("Сроки класса 5А"));
    assert!(html.contains("Соколова"), "who owes something in the class");
    assert!(html.contains(r#"href="/o/school/people/pupils/11""#));
    assert!(!html.contains("lesson/8"), "of another class");
    assert!(statements <= 8, "{statements}");
    let of_other = "/o/school/deadlines/class?class=52";
    assert_eq!(school.status(KOTOVA, of_other).await, 404);
    assert_eq!(school.status(DEPUTY, of_other).await, 200);
    let (html, _) = school.page(PETROVA, "/o/school/deadlines/class").await;
    assert!(html.contains("Вы не ведёте класс"));
}

/// Z6: one line a rule, n of m, who owes; red where overdue.
#[tokio::test]
async fn the_board_of_the_school_has_a_line_for_each_rule() {
    let school = School::open().await;
    let (html, statements) = school.page(DEPUTY, "/o/school/control").await;
    assert!(html.contains("Напомнить о сроках (4)"), "{html}");
    assert!(html.contains(r#"href="/o/school/control/rules/R-6.6""#));
    assert!(html.contains("1 из 3"), "of three plans one is there");
    assert!(html.contains("Администратор"), "a role that owes");
    assert!(!html.contains("Чужой"));
    assert!(statements <= 8, "{statements}");
    for person in [PETROVA, SECRETARY, PARENT] {
        assert_eq!(school.status(person, "/o/school/control").await, 403);
    }
    assert_eq!(school.status(STRANGER, "/o/school/control").await, 404);
}

/// DLN-3: one click to those who owe, one more to the lesson, pupil or card.
#[tokio::test]
async fn a_rule_leads_to_those_who_owe_and_to_the_place() {
    let school = School::open().await;
    let (html, statements) = school.page(DEPUTY, "/o/school/control/rules/R-6.6").await;
    assert!(html.contains("Петрова") && html.contains("Соколова"));
    assert_eq!(times(&html, r#"href="/o/school/study/plans""#), 2);
    assert!(statements <= 8, "{statements}");
    let narrowed = "/o/school/control/rules/R-8.4?class=52";
    let (html, _) = school.page(DEPUTY, narrowed).await;
    assert!(html.contains("lesson/8") && !html.contains("lesson/7"));
    assert_eq!(
        school
            .status(DEPUTY, "/o/school/control/rules/nothing")
            .await,
        404
    );
    assert_eq!(
        school
            .status(PETROVA, "/o/school/control/rules/R-6.6")
            .await,
        403
    );
}

/// `ux.md` §0, rule 1: the list filters by the address and exports what is shown.
#[tokio::test]
async fn all_debts_are_a_list_with_filters() {
    let school = School::open().await;
    let (html, statements) = school.page(DIRECTOR, "/o/school/control/debts").await;
    assert!(html.contains("3-й урок 06.11"));
    assert!(statements <= 8, "{statements}");
    let query = "?f.state=просрочено&as=csv";
    let (csv, _) = school
        .page(DIRECTOR, &format!("/o/school/control/debts{query}"))
        .await;
    assert_eq!(csv.lines().count(), 5, "{csv}");
    assert!(csv.contains("Абрамов Артём"));
}

/// No page asks once per row.
#[tokio::test]
async fn statements_do_not_grow_with_the_rows() {
    let school = School::open().await;
    let pages = [
        "/o/school/deadlines",
        "/o/school/deadlines/class?class=51",
        "/o/school/control",
        "/o/school/control/rules/R-6.6",
        "/o/school/control/debts",
        "/o/school/control/reminders",
        "/o/school/control/discipline",
        "/o/school/deadlines/debts/1",
    ];
    let mut few = vec![];
    for path in pages {
        few.push(school.page(DEPUTY, path).await.1);
    }
    school
        .world
        .sql(
            "insert into people.person (org_id, person_id, last_name, first_name, search_key) overriding system value
             select 1001, 1000 + n, 'Ф' || n, 'И', 'ф' from generate_series(1, 300) n;
             insert into deadlines.debt (org_id, rule, duty, key, on_day, due_on, owner_kind, owner_person, class_id,
                 subject_id, place, found_at)
             select 1001, 'R-' || n % 7, 'd', 'm' || n, '2026-09-01', '2026-09-15', 'person', 1000 + n, 51, 1, '/x', now()
             from generate_series(1, 300) n",
        )
        .await;
    for (path, few) in pages.iter().zip(few) {
        let many = school.page(DEPUTY, path).await.1;
        assert_eq!(many, few, "{path}");
        assert!(many <= 8, "{path}: {many}");
    }
}

/// DLN-6: shares of what was done in time, from sums; nothing to do is «—».
#[tokio::test]
async fn discipline_is_a_chart_with_a_table_behind() {
    let school = School::open().await;
    let (html, _) = school.page(DEPUTY, "/o/school/control/discipline").await;
    assert!(html.contains("<svg class=\"chart\""));
    assert!(html.contains("<details>"));
    // Of ten lessons of October one was late; what is gone does not count.
    let (html, _) = school
        .page(DEPUTY, "/o/school/control/discipline?rule=R-8.4")
        .await;
    assert!(html.contains("вовремя 9 из 10"), "{html}");
    assert!(html.contains("90,0\u{a0}%"), "{html}");
    assert!(!html.contains("вовремя 0 из 0"));
    let empty = "/o/school/control/discipline?rule=nothing";
    let (html, _) = school.page(DEPUTY, empty).await;
    assert!(html.contains("Пока нечего считать"));
    assert_eq!(
        school.status(PETROVA, "/o/school/control/discipline").await,
        403
    );
}

/// A debt is shown to whoever owes it, to the class teacher and to leaders.
#[tokio::test]
async fn one_debt_tells_all_that_is_known_of_it() {
    let school = School::open().await;
    let path = "/o/school/deadlines/debts/2";
    let (html, statements) = school.page(KOTOVA, path).await;
    assert!(html.contains("История") && html.contains("Соколова"));
    assert!(!html.contains("/shift"), "she does not decide");
    assert!(statements <= 8, "{statements}");
    assert_eq!(school.status(PETROVA, path).await, 404, "of a colleague");
    assert_eq!(
        school.status(DEPUTY, "/o/school/deadlines/debts/90").await,
        404
    );
}
