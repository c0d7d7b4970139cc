//! Reports beside a slow count straight from the tables (RPT-1).

use axum::http::StatusCode;

use crate::{actors::Cast, world::World};

/// The cell of the last line, «Итого», in a report as CSV.
fn total(csv: &str, column: &str) -> i64 {
    let mut lines = csv.trim_start_matches('\u{feff}').lines();
    let head: Vec<&str> = lines.next().unwrap().split(';').collect();
    let at = head.iter().position(|it| it.trim_matches('"') == column);
    let last: Vec<&str> = lines.next_back().unwrap().split(';').collect();
    last[at.unwrap_or_else(|| panic!("{column} in {head:?}"))]
        .parse()
        .unwrap()
}

/// Lessons missed in their class by those who are there on the last day of the span.
async fn missed(world: &World, from: &str, to: &str, grades: &str) -> i64 {
    let org = world.own.org;
    world
        .number(&format!(
            "select count(*) from journal.attendance a
               join schedule.lesson l on l.org_id = a.org_id and l.lesson_id = a.lesson_id
               join curriculum.class c on c.org_id = l.org_id and c.class_id = l.class_id
               join movement.class_member m on m.org_id = a.org_id and m.pupil_id = a.pupil_id
                and m.class_id = l.class_id and m.during @> date '{to}'
              where a.org_id = {org} and a.code in ('ОТ', 'УП', 'Б', 'НП') and c.grade {grades}
                and l.held_on between '{from}' and '{to}'"
        ))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lessons_missed_are_those_of_the_classes_and_their_own_periods() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let day = |what: &'static str| {
        format!(
            "select to_char({what}, 'YYYYMMDD')::bigint from curriculum.period p
               join curriculum.year y using (org_id, year_id)
              where p.org_id = {} and p.kind = 'quarter' and p.number = 1 and y.state = 'current'
              order by p.period_id limit 1",
            world.own.org
        )
    };
    let first = world.number(&day("p.starts_on")).await.to_string();
    let last = world.number(&day("p.ends_on")).await.to_string();
    let mut deputy = world.client(&cast.of_name("deputy").token);
    let report = format!("/o/{}/reports/classes?as=csv", world.own.code);

    let quarter = deputy.get(&format!("{report}&period=quarter-1")).await;
    assert_eq!(quarter.status, StatusCode::OK, "{}", quarter.text());
    let counted = missed(&world, &first, &last, "between 2 and 9").await;
    assert!(counted > 0);
    assert_eq!(total(&quarter.text(), "Пропущено уроков: всего"), counted);

    // The year so far has every class, those with half-years too.
    let year = deputy.get(&format!("{report}&period=year")).await.text();
    let today = testkit::morning().format("%Y%m%d").to_string();
    let counted = missed(&world, &first, &today, "> 1").await;
    assert_eq!(total(&year, "Пропущено уроков: всего"), counted);

    // What the school's summary leaves out it says.
    let summary = format!("/o/{}/reports/school?period=quarter-1", world.own.code);
    let page = deputy.get(&summary).await.text();
    assert!(page.contains("У этих классов другие периоды"), "{page}");
}
