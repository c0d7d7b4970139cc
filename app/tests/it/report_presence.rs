//! Reports of attendance and people beside plain counts over the tables, and
//! whom they are for (RPT-1, SEC-1).

use axum::http::StatusCode;

use crate::{actors::Cast, world::World};

/// The lines of a CSV without its head.
fn lines(csv: &str) -> Vec<Vec<String>> {
    let lines = csv.trim_start_matches('\u{feff}').lines().skip(1);
    lines
        .map(|line| {
            line.split(';')
                .map(|it| it.trim_matches('"').to_owned())
                .collect()
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_of_a_class_is_what_the_tables_hold() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let teacher = cast.of_name("class_teacher");
    let (org, class) = (world.own.org, teacher.things.class);
    let code = &world.own.code;
    let mut client = world.client(&teacher.token);
    let count = |codes: &str| {
        format!(
            "select count(*) from journal.attendance a
               join schedule.lesson l on l.org_id = a.org_id and l.lesson_id = a.lesson_id
               join movement.class_member m on m.org_id = a.org_id and m.pupil_id = a.pupil_id
                and m.class_id = l.class_id and m.during && daterange('2026-10-01', '2026-10-31', '[]')
              where a.org_id = {org} and l.class_id = {class} and l.state = 'planned'
                and l.held_on between '2026-10-01' and '2026-10-31' and a.code in ({codes})"
        )
    };
    let path = format!("/o/{code}/reports/class-absences?class={class}&month=2026-10&as=csv");
    let csv = client.get(&path).await;
    assert_eq!(csv.status, StatusCode::OK, "{}", csv.text());
    let rows = lines(&csv.text());
    let foot = &rows[rows.len() - 2];
    let last: Vec<i64> = foot[foot.len() - 6..]
        .iter()
        .map(|it| it.parse().unwrap())
        .collect();
    for (at, code) in ["'УП'", "'Б'", "'НП'", "'ОТ'", "'ОП'"].iter().enumerate() {
        assert_eq!(last[at], world.number(&count(code)).await, "{code}");
    }
    assert!(last.iter().sum::<i64>() > 0, "nobody missed anything");
    // The other form adds up to the same.
    let by_subject = client
        .get(&format!("{path}&shape=by-subjects"))
        .await
        .text();
    let rows = lines(&by_subject);
    let sum = rows.last().unwrap();
    assert_eq!(&sum[sum.len() - 6..], &foot[foot.len() - 6..]);

    // Every change of an absence stands in the report of access.
    let changed = format!(
        "select count(*) from kernel.history h
           join schedule.lesson l on l.org_id = h.org_id
            and l.lesson_id = ((h.key::jsonb) ->> 'lesson_id')::bigint
          where h.org_id = {org} and h.tbl = 'journal.attendance' and l.class_id = {class}
            and l.held_on between '2026-10-01' and '2026-10-31'
            and coalesce(h.old ->> 'code', '') <> coalesce(h.new ->> 'code', '')"
    );
    let path =
        format!("/o/{code}/reports/journal-access?class={class}&month=2026-10&field=attendance");
    let csv = client.get(&format!("{path}&as=csv")).await.text();
    let found = i64::try_from(lines(&csv).len()).unwrap();
    assert_eq!(found, world.number(&changed).await);
    let page = client.get(&path).await.text();
    let shown = page
        .split("<tbody>")
        .nth(1)
        .unwrap_or_default()
        .matches("<tr")
        .count();
    assert_eq!(i64::try_from(shown).unwrap(), found.min(100));
}

/// SEC-1: the page of a class journal is a look at every card of it, and only once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_general_data_is_put_on_record() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let teacher = cast.of_name("class_teacher");
    let (org, class) = (world.own.org, teacher.things.class);
    let code = &world.own.code;
    let mut client = world.client(&teacher.token);
    let looks = format!(
        "select count(distinct object) from kernel.audit where org_id = {org}
            and action = 'people.card-read' and account_id = {}",
        teacher.account
    );
    let pupils = format!(
        "select count(distinct pupil_id) from movement.class_member where org_id = {org}
            and class_id = {class} and during && daterange('2026-09-01', '2026-11-20', '[]')"
    );
    let before = world.number(&looks).await;
    client
        .get(&format!("/o/{code}/reports/class-list?class={class}"))
        .await;
    assert_eq!(world.number(&looks).await, before);
    for _ in 0..2 {
        let page = client
            .get(&format!("/o/{code}/reports/class-pupils?class={class}"))
            .await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    }
    assert_eq!(
        world.number(&looks).await - before,
        world.number(&pupils).await
    );
    let all = looks.replace("count(distinct object)", "count(*)");
    assert_eq!(world.number(&all).await, world.number(&looks).await);
    let report = format!(
        "select count(*) from kernel.audit where org_id = {org} and action = 'reporting.personal-read'
            and object = 'curriculum.class:{class}'"
    );
    assert_eq!(world.number(&report).await, 1);
    // Counting what is sealed is on record too.
    client
        .get(&format!("/o/{code}/reports/social-passport"))
        .await;
    let counted = format!(
        "select count(*) from kernel.audit where org_id = {org}
            and action = 'reporting.restricted-counted' and account_id = {}",
        teacher.account
    );
    assert_eq!(world.number(&counted).await, 1);
}

/// §10: the own class and no other, the own school and no other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_class_teacher_has_the_own_class_alone() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let teacher = cast.of_name("class_teacher");
    let own = teacher.things.class;
    let mut client = world.client(&teacher.token);
    let mut deputy = world.client(&cast.of_name("deputy").token);
    for kind in reporting::Kind::ALL
        .into_iter()
        .filter(|it| it.is_of_class())
    {
        let base = format!("/o/{}/reports/{}", world.own.code, kind.code());
        let asked = async |client: &mut testkit::Client, class: i64| {
            client.get(&format!("{base}?class={class}")).await.status
        };
        assert_eq!(asked(&mut client, own).await, StatusCode::OK, "{base}");
        let elsewhere = cast.elsewhere.class;
        assert_eq!(
            asked(&mut client, elsewhere).await,
            StatusCode::NOT_FOUND,
            "{base}"
        );
        let foreign = cast.foreign.class;
        assert_eq!(
            asked(&mut deputy, foreign).await,
            StatusCode::NOT_FOUND,
            "{base}"
        );
    }
    // What is of several classes names pupils of the own one alone.
    let list = format!("/o/{}/reports/pupil-figures?as=csv", world.own.code);
    // The class alone has nothing to be summed up with.
    let alone = lines(&client.get(&list).await.text());
    assert_eq!(alone.len(), 1, "{alone:?}");
    assert!(lines(&deputy.get(&list).await.text()).len() > 5);
    for odd in ["month=2026-13", "shift=3", "term=x", "code=Б", "page=-1"] {
        let path = format!(
            "/o/{}/reports/class-absences?class={own}&{odd}",
            world.own.code
        );
        assert_eq!(
            client.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{odd}"
        );
    }
}
