//! A rural school made up in a database of its own, looked at by SQL.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::time::Instant;

use db::Bulk;
use demo::{Plan, Shape, Summary};
use testkit::TestDb;

fn village() -> Plan {
    let today = testkit::morning().date_naive();
    Plan {
        seed: 7,
        today,
        schools: 1,
        shape: Shape::Village,
    }
}

async fn built(plan: &Plan) -> (TestDb, Summary) {
    let test = TestDb::new().await;
    let bulk = Bulk::connect(&test.admin_url(), test.clock().clone())
        .await
        .unwrap()
        .with_keys(test.keys().clone());
    let summary = demo::build(&bulk, plan, &|_, _, _| ()).await.unwrap();
    assert_eq!(demo::find(&bulk).await.unwrap().as_ref(), Some(&summary));
    bulk.close().await;
    (test, summary)
}

/// The query counts what must not be.
async fn none(test: &TestDb, what: &str, query: &str) {
    assert_eq!(test.number(query).await, 0, "{what}");
}

#[tokio::test]
async fn a_rural_school_is_whole() {
    let since = Instant::now();
    let (test, summary) = built(&village()).await;
    eprintln!(
        "built in {:.1} s: {:?}",
        since.elapsed().as_secs_f64(),
        summary.counts
    );
    let counts = summary.counts;
    assert_eq!((counts.schools, counts.classes), (1, 11));
    assert!((50..=90).contains(&counts.pupils), "{counts:?}");
    assert!(counts.marks > 1000 && counts.attendance > 100, "{counts:?}");
    for table in [
        "org.card",
        "org.room",
        "people.staff",
        "people.parent",
        "people.kinship",
        "people.consent",
        "people.restricted_field",
        "curriculum.period",
        "curriculum.holiday",
        "curriculum.plan_use",
        "movement.order_pupil",
        "movement.file_record",
        "schedule.bell",
        "schedule.slot",
        "journal.entry",
        "journal.work",
        "identity.role_grant",
    ] {
        assert!(
            test.number(&format!("select count(*) from {table}")).await > 0,
            "{table} is empty"
        );
    }
    pupils_are_where_the_orders_say(&test).await;
    journals_hold_what_can_be(&test).await;
    everything_tracked_has_its_history(&test).await;
    logins_open_what_they_should(&test, &summary).await;
    sequences_go_on(&test).await;
}

async fn pupils_are_where_the_orders_say(test: &TestDb) {
    let fold = "
        with event as (
            select p.org_id, p.pupil_id, o.kind, o.effective_on, p.to_class_id, o.order_id,
                   lead(o.effective_on) over w as ends, lead(o.order_id) over w as ended_by
            from movement.order_pupil p join movement.order o using (org_id, order_id)
            where o.state = 'issued'
            window w as (partition by p.org_id, p.pupil_id order by o.issued_at, o.order_id)
        ), fold as (
            select org_id, pupil_id, to_class_id, daterange(effective_on, ends), order_id, ended_by
            from event where kind = 'enrolment'
        ), register as (
            select org_id, pupil_id, class_id, during, began_by, ended_by from movement.class_member
        )";
    for (one, other) in [("fold", "register"), ("register", "fold")] {
        let query = format!(
            "{fold} select count(*) from (select * from {one} except select * from {other}) it"
        );
        none(test, &format!("{one} without {other}"), &query).await;
    }
    none(
        test,
        "a leaving without enrolment",
        "
        select count(*) from movement.order_pupil p join movement.order o using (org_id, order_id)
        where o.kind = 'leaving' and not exists (select from movement.class_member m
            where m.org_id = p.org_id and m.pupil_id = p.pupil_id and m.ended_by = p.order_id)",
    )
    .await;
}

async fn journals_hold_what_can_be(test: &TestDb) {
    for table in ["mark", "attendance"] {
        none(
            test,
            &format!("a {table} of somebody not in the class"),
            &format!(
                "
            select count(*) from journal.{table} it join schedule.lesson l using (org_id, lesson_id)
            where not exists (select from movement.class_member m
                where m.org_id = it.org_id and m.pupil_id = it.pupil_id and m.class_id = l.class_id
                  and m.during @> l.held_on)"
            ),
        )
        .await;
        none(test, &format!("a {table} of somebody not in the group"), &format!("
            select count(*) from journal.{table} it join schedule.lesson l using (org_id, lesson_id)
            where l.group_id is not null and not exists (select from curriculum.group_member g
                where g.org_id = it.org_id and g.pupil_id = it.pupil_id and g.group_id = l.group_id)")).await;
        none(
            test,
            &format!("a {table} ahead of time"),
            &format!(
                "
            select count(*) from journal.{table} it join schedule.lesson l using (org_id, lesson_id)
            where it.set_at > '2026-11-20 08:00+00' or upper(l.during) > '2026-11-20 11:00'"
            ),
        )
        .await;
    }
    none(
        test,
        "a mark in grade 1",
        "
        select count(*) from journal.mark m join schedule.lesson l using (org_id, lesson_id)
        join curriculum.class c using (org_id, class_id) where c.grade = 1",
    )
    .await;
    none(test, "a mark of somebody absent", "
        select count(*) from journal.mark m join journal.attendance a using (org_id, lesson_id, pupil_id)
        where a.code in ('ОТ', 'УП', 'Б', 'НП')").await;
    none(test, "a lesson on a day off", "
        select count(*) from schedule.lesson l join curriculum.class c using (org_id, class_id)
        join curriculum.holiday h on h.org_id = l.org_id and l.held_on between h.starts_on and h.ends_on
            and c.grade between h.grade_from and h.grade_to").await;
    none(
        test,
        "a topic that is not of the plan followed",
        "
        select count(*) from journal.entry e join schedule.lesson l using (org_id, lesson_id)
        join curriculum.plan_item i on i.org_id = e.org_id and i.item_id = e.plan_item_id
        join curriculum.plan p on p.org_id = i.org_id and p.plan_id = i.plan_id
        where p.subject_id <> l.subject_id or p.teacher_id <> l.teacher_id or e.topic <> i.topic",
    )
    .await;
    let open = test.number("
        select count(*) from schedule.lesson l where held_on < '2026-11-20'
        and not exists (select from journal.entry e where e.lesson_id = l.lesson_id and e.topic <> '')").await;
    assert!((1..=60).contains(&open), "{open} lessons are not filled");
    let ahead = test
        .number(
            "
        select count(*) from journal.entry e join schedule.lesson l using (org_id, lesson_id)
        where e.topic = '' and e.homework <> '' and l.held_on >= '2026-11-20'",
        )
        .await;
    assert!(ahead > 20, "homework for {ahead} lessons to come");
}

async fn everything_tracked_has_its_history(test: &TestDb) {
    for (table, columns) in [
        ("journal.mark", &["work_id", "pupil_id"][..]),
        ("journal.attendance", &["lesson_id", "pupil_id"]),
        (
            "journal.final_mark",
            &["pupil_id", "subject_id", "year_id", "number"],
        ),
        ("movement.order", &["order_id"]),
        ("people.person", &["person_id"]),
    ] {
        let same: Vec<String> = columns
            .iter()
            .map(|it| format!("(h.key::jsonb->>'{it}')::bigint = it.{it}"))
            .collect();
        let same = same.join(" and ");
        let history =
            format!("kernel.history h on h.org_id = it.org_id and h.tbl = '{table}' and {same}");
        let rows = test.number(&format!("select count(*) from {table}")).await;
        let kept = test
            .number(&format!("select count(*) from {table} it join {history}"))
            .await;
        assert_eq!(rows, kept, "each row of {table} has one row of history");
        if table.starts_with("journal") {
            none(
                test,
                &format!("a row of {table} set by another than history says"),
                &format!(
                    "
                select count(*) from {table} it join {history}
                where h.person_id is distinct from it.set_by or h.at < it.set_at"
                ),
            )
            .await;
        }
    }
}

async fn logins_open_what_they_should(test: &TestDb, summary: &Summary) {
    let logins: Vec<&str> = summary.logins.iter().map(|it| it.login.as_str()).collect();
    for login in [
        "director",
        "zavuch",
        "admin",
        "secretary",
        "teacher",
        "klassruk",
        "parent",
        "pupil",
        "operator",
        "ministry",
    ] {
        assert!(logins.contains(&login), "{login} is missing in {logins:?}");
    }
    none(
        test,
        "a known login that must change its password",
        "
        select count(*) from identity.account where password_hash is not null and must_change",
    )
    .await;
    none(
        test,
        "an account that can go nowhere",
        "
        select count(*) from identity.account a where not exists (
            select from identity.role_grant g where g.account_id = a.account_id)",
    )
    .await;
    none(
        test,
        "somebody of the staff without an account",
        "
        select count(*) from people.staff s where s.dismissed_on is null and not exists (
            select from identity.membership m where m.org_id = s.org_id and m.person_id = s.person_id)",
    )
    .await;
    none(test, "a parent's grant for another's child", "
        select count(*) from identity.role_grant g join identity.membership m using (org_id, account_id)
        where g.scope_kind = 'child' and not exists (select from people.kinship k
            where k.org_id = g.org_id and k.parent_id = m.person_id and k.pupil_id = g.scope_id)").await;
    let children = test
        .number(
            "
        select count(*) from identity.role_grant g join identity.account a using (account_id)
        where a.login = 'parent'",
        )
        .await;
    assert_eq!(children, 2);
    let taught = test.number("
        select count(*) from schedule.lesson l
        join identity.membership m on m.org_id = l.org_id and m.person_id = l.teacher_id and m.login = 'teacher'
        join curriculum.class c on c.class_id = l.class_id
        join identity.membership led on led.person_id = c.teacher_id and led.login = 'klassruk'
        join movement.class_member s on s.class_id = c.class_id
        join identity.membership pupil on pupil.person_id = s.pupil_id and pupil.login = 'pupil'
        where l.held_on = '2026-11-20'").await;
    assert!(
        taught > 0,
        "the teacher has a lesson today with the class of the class teacher and the pupil"
    );
}

/// What is entered afterwards gets ids that are free.
async fn sequences_go_on(test: &TestDb) {
    let org = test
        .number("select org_id from org.organisation where kind = 'school'")
        .await;
    test.sql(&format!(
        "insert into people.person (org_id, last_name, first_name, search_key) values ({org}, 'А', 'Б', 'а б');
         insert into org.room (org_id, number) values ({org}, 'новый');
         insert into identity.account (login) values ('newcomer')"
    ))
    .await;
}

#[tokio::test]
async fn the_same_seed_makes_the_same_school_and_another_another() {
    let (one, _) = built(&village()).await;
    let (same, _) = built(&village()).await;
    let (other, _) = built(&Plan {
        seed: 8,
        ..village()
    })
    .await;
    let digest = "
        select md5(string_agg(it, '|' order by it)) from (
            select last_name || first_name || coalesce(middle_name, '') || born_on || mobile as it from people.person
            union all
            select work_id || ':' || pupil_id || ':' || value || set_at from journal.mark
            union all
            select lesson_id || ':' || during || teacher_id from schedule.lesson
            union all
            select topic from curriculum.plan_item
        ) all_of_it";
    let read = async |test: &TestDb| -> String {
        sqlx::query_scalar(digest)
            .fetch_one(test.admin())
            .await
            .unwrap()
    };
    assert_eq!(read(&one).await, read(&same).await);
    assert_ne!(read(&one).await, read(&other).await);
}

#[tokio::test]
async fn a_filled_database_is_not_filled_again() {
    let test = TestDb::new().await;
    let bulk = Bulk::connect(&test.admin_url(), test.clock().clone())
        .await
        .unwrap()
        .with_keys(test.keys().clone());
    assert_eq!(demo::find(&bulk).await.unwrap(), None);
    demo::build(&bulk, &village(), &|_, _, _| ()).await.unwrap();
    let again = demo::build(&bulk, &village(), &|_, _, _| ()).await;
    assert!(again.unwrap_err().to_string().contains("already"));
    bulk.close().await;
}

/// Before the year nothing is filled, after it everything is.
#[tokio::test]
async fn a_day_in_summer_will_do() {
    let on = |month, day| Plan {
        today: chrono::NaiveDate::from_ymd_opt(2026, month, day).unwrap(),
        ..village()
    };
    let (before, summary) = built(&on(8, 20)).await;
    assert_eq!((summary.counts.marks, summary.counts.attendance), (0, 0));
    let starts =
        "select count(*) from curriculum.year where state = 'current' and starts_on = '2026-09-01'";
    assert_eq!(before.number(starts).await, 1);
    let (after, summary) = built(&on(7, 5)).await;
    assert!(summary.counts.marks > 20_000, "{:?}", summary.counts);
    let starts =
        "select count(*) from curriculum.year where state = 'current' and starts_on = '2025-09-01'";
    assert_eq!(after.number(starts).await, 1);
}
