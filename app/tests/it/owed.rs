//! «Все отчёты периода» (RPT-7): one press, each owed report of the own
//! classes frozen, one paper of them that nobody else opens.

use axum::http::StatusCode;

use crate::{actors::Cast, paper::is_pdf, world::World};

async fn papers(world: &World) -> i64 {
    world
        .number("select count(*) from reporting.paper where kind = 'owed'")
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rpt7_all_that_is_owed_is_made_with_one_press() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let teacher = cast.of_name("class_teacher");
    let class = teacher.things.class;
    let path = format!("/o/{}/reports/owed", world.own.code);
    let mut client = world.client(&teacher.token);
    let page = client.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("Нужно сделать"), "{}", page.text());
    assert_eq!(papers(&world).await, 0, "looking makes nothing");

    // What is missing is named before; that makes nothing either.
    world
        .test
        .sql(&format!(
            "update journal.final_mark set value = '' where org_id = {} and pupil_id in
                 (select pupil_id from movement.class_member where class_id = {class})",
            world.own.org
        ))
        .await;
    let asked = client.post_form(&path, &[]).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = asked.text();
    assert!(text.contains("Сделать все с пробелами"), "{text}");
    assert!(
        text.contains("/finals"),
        "gaps lead to where they are filled"
    );
    assert_eq!(papers(&world).await, 0);

    let made = client.post_form(&path, &[("sure", "1")]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    world.work.idle().await;
    assert_eq!(papers(&world).await, 1);
    let foreign = world
        .number(
            "select count(*) from reporting.paper_run i
             join reporting.paper p on p.org_id = i.org_id and p.paper_id = i.paper_id
             join reporting.report_run r on r.org_id = i.org_id and r.run_id = i.run_id
             where r.teacher_id is distinct from p.made_by
               and not exists (select from curriculum.class c where c.org_id = r.org_id
                               and c.class_id = r.class_id and c.teacher_id = p.made_by)",
        )
        .await;
    assert_eq!(foreign, 0, "only the own classes and the own work");
    let kinds = world
        .number("select count(distinct r.kind) from reporting.paper_run join reporting.report_run r using (org_id, run_id)")
        .await;
    assert!(kinds >= 5, "{kinds} kinds of reports");
    let gaps = world
        .number("select max(gaps)::bigint from reporting.frozen join reporting.paper_run using (org_id, run_id)")
        .await;
    assert!(gaps > 0, "what was missing is kept with the copies");

    // Nothing is left to be made, and pressing again says so.
    let page = client.get(&path).await.text();
    assert!(page.contains("Сейчас сдавать нечего"), "{page}");
    let again = client.post_form(&path, &[("sure", "1")]).await;
    assert!(again.status.is_client_error(), "{}", again.status);
    assert_eq!(papers(&world).await, 1);

    // The paper: whose reports they are, and who sees the whole school.
    let id = world
        .number("select paper_id from reporting.paper where kind = 'owed'")
        .await;
    let paper = format!("/o/{}/reports/archive/{id}", world.own.code);
    for (name, seen) in [
        ("class_teacher", true),
        ("director", true),
        ("teacher", false),
        ("parent", false),
        ("foreign_deputy", false),
    ] {
        let mut client = world.client(&cast.of_name(name).token);
        for path in [paper.clone(), format!("{paper}/file")] {
            let answer = client.get(&path).await;
            assert_eq!(answer.status == StatusCode::OK, seen, "{name} {path}");
        }
    }
    let page = client.get(&paper).await.text();
    assert!(page.contains("Отчёты в этом файле"), "{page}");
    assert!(is_pdf(&client.get(&format!("{paper}/file")).await));

    // Nothing changes which copies stand in it, and no other school reads it.
    for statement in [
        "update reporting.paper_run set run_id = run_id",
        "delete from reporting.paper_run",
    ] {
        let refused = sqlx::query(statement).execute(world.test.admin()).await;
        let refused = refused.err().map(|it| it.to_string()).unwrap_or_default();
        assert!(refused.contains("append-only"), "{statement}: {refused}");
    }
    let other = world.other.org.into();
    let mut tx = world.test.db().begin_system(other).await.unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from reporting.paper_run")
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert_eq!(seen, 0);
    tx.rollback().await.unwrap();
}

/// S3:10.4: the figures of pupils are of the own class for who leads it, and
/// of the school or any class for who sees all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rpt7_figures_of_pupils_are_of_the_own_class() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let teacher = cast.of_name("class_teacher");
    let path = format!("/o/{}/reports/pupil-figures", world.own.code);
    let mut own = world.client(&teacher.token);
    let mut deputy = world.client(&cast.of_name("deputy").token);
    for other in [cast.elsewhere.class, cast.foreign.class] {
        let answer = own.get(&format!("{path}?class={other}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let elsewhere = deputy
        .get(&format!("{path}?class={}", cast.elsewhere.class))
        .await;
    assert_eq!(elsewhere.status, StatusCode::OK);
    let all = deputy.get(&format!("{path}?class=&as=csv")).await.text();
    let one = own.get(&format!("{path}?as=csv")).await.text();
    assert!(all.lines().count() > one.lines().count() + 5, "{one}");

    // Frozen, it is of the class.
    let query = format!("class={}", teacher.things.class);
    let form = [
        ("kind", "pupil-figures"),
        ("query", query.as_str()),
        ("sure", "1"),
    ];
    let copies = format!("/o/{}/reports/copies", world.own.code);
    let frozen = own.post_form(&copies, &form).await;
    assert_eq!(frozen.status, StatusCode::SEE_OTHER, "{}", frozen.text());
    let of_class = world
        .number(&format!(
            "select count(*) from reporting.report_run where kind = 'pupil-figures' and state = 'final'
               and class_id = {}",
            teacher.things.class
        ))
        .await;
    assert_eq!(of_class, 1);
}

/// One parallel is no report of the school: its copy is kept, and the report is
/// owed as before; the copy of the whole closes it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rpt7_a_copy_of_a_part_closes_nothing() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let mut client = world.client(&cast.of_name("director").token);
    let reports = format!("/o/{}/reports", world.own.code);
    let grade = world
        .number(&format!(
            "select max(grade)::bigint from curriculum.class where org_id = {} and grade between 2 and 9",
            world.own.org
        ))
        .await;
    let made = async |client: &mut testkit::Client| {
        let page = client.get(&format!("{reports}/owed")).await.text();
        page.matches("зафиксирован").count()
    };
    let before = made(&mut client).await;
    let part = format!("period=quarter-1&grade={grade}");
    for (query, closed) in [(part.as_str(), 0), ("period=quarter-1", 1)] {
        let form = [("kind", "classes"), ("query", query), ("sure", "1")];
        let frozen = client.post_form(&format!("{reports}/copies"), &form).await;
        assert_eq!(frozen.status, StatusCode::SEE_OTHER, "{}", frozen.text());
        // The copy itself says that it was made.
        client.get(frozen.header("location").unwrap()).await;
        assert_eq!(made(&mut client).await, before + closed, "{query}");
    }
}
