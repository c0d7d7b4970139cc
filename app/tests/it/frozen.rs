//! Frozen reports (RPT-4, RPT-7): one copy of two presses, read back as made,
//! seen by those whose class it is, changed by nobody.

use axum::http::StatusCode;
use chrono::TimeDelta;
use testkit::{Answer, Client};

use crate::{
    actors::Cast,
    paper::{is_pdf, read},
    world::World,
};

async fn press(client: &mut Client, world: &World, class: i64) -> Answer {
    let path = format!("/o/{}/reports/copies", world.own.code);
    let query = format!("?period=quarter-1&class={class}&as=");
    let fields = [
        ("kind", "class-results"),
        ("query", query.as_str()),
        ("sure", "1"),
    ];
    client.post_form(&path, &fields).await
}

async fn frozen(world: &World) -> i64 {
    world.number("select count(*) from reporting.frozen").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rpt7_a_report_is_frozen_once_and_stays_as_it_was() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let class = cast.of_name("class_teacher").things.class;
    let deputy = || world.client(&cast.of_name("deputy").token);
    let before = frozen(&world).await;

    // Without a word about the gaps they are named first.
    let path = format!("/o/{}/reports/copies", world.own.code);
    let query = format!("class={class}&period=quarter-2");
    let fields = [("kind", "class-results"), ("query", query.as_str())];
    let asked = deputy().post_form(&path, &fields).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.text().contains("Зафиксировать с пробелами"));
    assert_eq!(frozen(&world).await, before);

    // Two presses at once make one copy.
    let (mut one, mut other) = (deputy(), deputy());
    let (first, second) = tokio::join!(
        press(&mut one, &world, class),
        press(&mut other, &world, class)
    );
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
    assert_eq!(first.location(), second.location());
    assert_eq!(frozen(&world).await, before + 1);
    let place = first.location().unwrap_or_default().to_owned();
    let number = place.rsplit('/').next().unwrap_or_default().to_owned();

    // Its files are read back, with the number in the foot.
    let pdf = deputy().get(&format!("{place}/file?kind=pdf")).await;
    assert!(is_pdf(&pdf));
    assert!(read(&pdf).contains(&format!("№ запроса {number}")));
    let xlsx = deputy().get(&format!("{place}/file?kind=xlsx")).await;
    assert!(xlsx.bytes.starts_with(b"PK"));
    let csv = deputy().get(&format!("{place}/file?kind=csv")).await;
    assert_eq!(csv.status, StatusCode::NOT_FOUND);

    // Whose class it is, and the whole school; nobody else.
    for (name, seen) in [
        ("class_teacher", true),
        ("director", true),
        ("teacher", false),
        ("parent", false),
        ("foreign_deputy", false),
    ] {
        let mut client = world.client(&cast.of_name(name).token);
        for path in [place.clone(), format!("{place}/file")] {
            let answer = client.get(&path).await;
            assert_eq!(answer.status == StatusCode::OK, seen, "{name} {path}");
        }
    }
    let page = deputy().get(&place).await.text();
    assert!(page.contains("контрольная сумма проверена"), "{page}");
    assert!(page.contains("данные с тех пор не изменились"), "{page}");

    // Another day is another copy; the first stays and says so.
    world.test.clock().advance(TimeDelta::hours(15));
    world
        .test
        .sql("update identity.session set idle_until = '2027-01-01', expires_at = '2027-01-01'")
        .await;
    let third = press(&mut deputy(), &world, class).await;
    assert_ne!(third.location(), Some(place.as_str()));
    assert_eq!(frozen(&world).await, before + 2);
    let page = deputy().get(&place).await.text();
    assert!(page.contains("Открыть последнюю копию"), "{page}");
}

/// Whatever code forgets: no row is changed, none of another school is read.
#[tokio::test]
async fn rpt7_the_database_keeps_copies_as_they_are() {
    let world = World::new().await;
    Cast::of(&world).await;
    for (statement, why) in [
        ("update reporting.frozen set gaps = 1", "append-only"),
        ("delete from reporting.frozen", "append-only"),
        ("update reporting.paper set parts = 2", "append-only"),
        (
            "update reporting.report_run set made_name = '' where state = 'final'",
            "append-only",
        ),
        ("delete from reporting.report_run", "append-only"),
    ] {
        let refused = sqlx::query(statement).execute(world.test.admin()).await;
        let refused = refused.err().map(|it| it.to_string()).unwrap_or_default();
        assert!(refused.contains(why), "{statement}: {refused}");
    }
    let mut tx = world
        .test
        .db()
        .begin_system(world.other.org.into())
        .await
        .unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from reporting.frozen where org_id = $1")
        .bind(world.own.org)
        .fetch_one(tx.conn())
        .await
        .unwrap_or(-1);
    assert_eq!(seen, 0);
    tx.rollback().await.unwrap();
}

/// Every print leaves its number in the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rpt4_what_is_printed_has_a_number() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let mut deputy = world.client(&cast.of_name("deputy").token);
    let report = format!("/o/{}/reports/school?period=quarter-1", world.own.code);
    let pdf = deputy.get(&format!("{report}&as=pdf")).await;
    assert!(is_pdf(&pdf));
    let run =
        "select max(run_id) from reporting.report_run where kind = 'school' and output = 'pdf'";
    let number = world.number(run).await;
    assert!(read(&pdf).contains(&format!("№ запроса {number}")));
    let log = format!("/o/{}/reports/log?as=csv", world.own.code);
    let csv = deputy.get(&log).await.text();
    assert!(
        csv.lines().any(|it| it.contains(&number.to_string())),
        "{csv}"
    );
}
