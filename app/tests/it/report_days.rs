//! Days that people type into reports, weeks of letters, piles of marks and
//! the history that a family sees (RPT-1).

use axum::http::StatusCode;
use testkit::Client;

use crate::{actors::Cast, report_proofs::rows_of_page, world::World};

async fn page(client: &mut Client, path: &str) -> (StatusCode, String) {
    let answer = client.get(path).await;
    (answer.status, answer.text())
}

/// Nonsense is named at its field, and stays as it was typed; a file is no way around.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_that_make_no_sense_stay_as_they_were_typed() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let teacher = cast.of_name("class_teacher");
    let (org, class) = (world.own.org, teacher.things.class);
    let mut client = world.client(&teacher.token);
    let base = format!("/o/{}/reports", world.own.code);
    let absences = format!("{base}/class-absences?class={class}");
    let averages = format!("{base}/pupil-average?class={class}");
    for (path, typed, said) in [
        (&absences, ["20.10.2026", "10.10.2026"], "раньше первого"),
        (&absences, ["01.09.2026", "18.11.2026"], "не больше 62 дней"),
        (&absences, ["31.02.2026", ""], "Введите день"),
        (&absences, ["", "01.08.2026"], "вне учебного года"),
        (&averages, ["20.10.2026", "10.10.2026"], "раньше первого"),
        (&averages, ["32132026x", ""], "Введите день"),
        (&averages, ["10.05.2027", ""], "ещё не наступил"),
    ] {
        let [from, to] = typed;
        let (status, html) = page(&mut client, &format!("{path}&from={from}&to={to}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        assert!(html.contains(said), "{typed:?}: {said}");
        assert!(!html.contains("<table"), "{typed:?}");
        for it in typed.iter().filter(|it| !it.is_empty()) {
            assert!(html.contains(&format!("value=\"{it}\"")), "{it} is gone");
        }
        let (status, html) = page(&mut client, &format!("{path}&from={from}&to={to}&as=pdf")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        assert!(html.contains("<form"), "{typed:?}");
    }
    let (status, html) = page(&mut client, &format!("{base}/absent-today?day=31.02.2026")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("value=\"31.02.2026\""));

    // Days that make sense are what the tables hold.
    let path = format!("{absences}&from=05.10.2026&to=16.10.2026");
    let (status, html) = page(&mut client, &path).await;
    assert_eq!(status, StatusCode::OK);
    let rows = rows_of_page(&html);
    let foot = &rows[rows.len() - 2].1;
    let told: i64 = foot[foot.len() - 6..foot.len() - 1]
        .iter()
        .map(|it| it.parse::<i64>().unwrap())
        .sum();
    let counted = world
        .number(&format!(
            "select count(*) from journal.attendance a
               join schedule.lesson l on l.org_id = a.org_id and l.lesson_id = a.lesson_id
               join movement.class_member m on m.org_id = a.org_id and m.pupil_id = a.pupil_id
                and m.class_id = l.class_id and m.during && daterange('2026-10-05', '2026-10-16', '[]')
              where a.org_id = {org} and l.class_id = {class} and l.state = 'planned'
                and l.held_on between '2026-10-05' and '2026-10-16'
                and a.code in ('УП', 'Б', 'НП', 'ОТ', 'ОП')"
        ))
        .await;
    assert_eq!(told, counted);
    // By subjects a quarter and more fits.
    let path = format!("{absences}&from=01.09.2026&to=18.11.2026&shape=by-subjects");
    assert_eq!(page(&mut client, &path).await.0, StatusCode::OK);
}

/// «Накопляемость»: marks and lessons with marks are what the tables hold; a
/// teacher has the own work alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn piles_of_marks_are_what_the_tables_hold() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let deputy = cast.of_name("deputy");
    let class = cast.of_name("class_teacher").things.class;
    let org = world.own.org;
    let path = format!("/o/{}/reports/mark-piles", world.own.code);
    let mut client = world.client(&deputy.token);
    let (status, html) = page(
        &mut client,
        &format!("{path}?class={class}&period=quarter-1"),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{html}");
    let rows = rows_of_page(&html);
    let sum = &rows.last().unwrap().1;
    let told: Vec<i64> = [4, 5, 7]
        .iter()
        .map(|at| sum[*at].parse().unwrap())
        .collect();
    let lessons = format!(
        "schedule.lesson l where l.org_id = {org} and l.class_id = {class} and l.state = 'planned'
            and l.held_on between '2026-09-01' and '2026-10-25'
            and l.subject_id in (select d.subject_id from curriculum.load d
                 join curriculum.subject s on s.org_id = d.org_id and s.subject_id = d.subject_id
                  and not s.without_marks
                where d.org_id = {org} and d.class_id = {class})"
    );
    let held = world
        .number(&format!("select count(*) from {lessons}"))
        .await;
    let has_marks = "exists (select from journal.mark m
        join journal.work w on w.org_id = m.org_id and w.work_id = m.work_id and w.removed_at is null
       where m.org_id = l.org_id and m.lesson_id = l.lesson_id
         and (m.points_count > 0 or m.value in ('зач', 'незач')))";
    let marked = world
        .number(&format!("select count(*) from {lessons} and {has_marks}"))
        .await;
    assert_eq!(told[..2], [held, marked]);
    assert!(told[2] >= marked && marked > 0, "{told:?}");
    // All classes together are more than one.
    let (_, html) = page(
        &mut client,
        &format!("{path}?period=quarter-1&class=&teacher="),
    )
    .await;
    assert!(rows_of_page(&html).len() > rows.len());

    let teacher = cast.of_name("teacher");
    let own = format!(
        "select count(distinct (class_id, subject_id, group_id)) from curriculum.load
          where org_id = {org} and teacher_id = {}",
        teacher.things.person
    );
    let mut client = world.client(&teacher.token);
    let (status, html) = page(&mut client, &format!("{path}?period=quarter-1")).await;
    assert_eq!(status, StatusCode::OK);
    let plain = rows_of_page(&html);
    let plain = plain.iter().filter(|it| !it.1[2].is_empty()).count();
    let most = world.number(&own).await;
    assert!(i64::try_from(plain).unwrap() <= most, "{plain} of {most}");
}

/// A family sees who changed what of the own child, and nothing of others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_family_sees_the_history_of_the_own_child() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let parent = cast.of_name("parent");
    let (org, child) = (world.own.org, parent.things.pupil);
    let mut client = world.client(&parent.token);
    let path = format!(
        "/my/reports/journal-access?child={}:{child}&month=2026-10&field=attendance",
        world.own.code
    );
    let (status, html) = page(&mut client, &path).await;
    assert_eq!(status, StatusCode::OK, "{html}");
    let told = rows_of_page(&html).len();
    let counted = world
        .number(&format!(
            "select count(*) from kernel.history h
               join schedule.lesson l on l.org_id = h.org_id
                and l.lesson_id = ((h.key::jsonb) ->> 'lesson_id')::bigint
              where h.org_id = {org} and h.tbl = 'journal.attendance'
                and ((h.key::jsonb) ->> 'pupil_id')::bigint = {child}
                and l.held_on between '2026-10-01' and '2026-10-31'
                and coalesce(h.old ->> 'code', '') <> coalesce(h.new ->> 'code', '')"
        ))
        .await;
    assert_eq!(i64::try_from(told).unwrap(), counted);
    let path = format!(
        "/my/reports/journal-access?child={}:{child}&month=2026-13",
        world.own.code
    );
    assert_eq!(page(&mut client, &path).await.0, StatusCode::NOT_FOUND);
}

/// A letter of a week is one more than that of the quarter, and goes once, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rpt6_a_letter_of_a_week_goes_once() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let teacher = cast.of_name("class_teacher");
    let (org, class) = (world.own.org, teacher.things.class);
    let report = format!("/o/{}/reports/parent-letter", world.own.code);
    let mut client = world.client(&teacher.token);
    let week = "week-2026-11-09";
    let (status, html) = page(
        &mut client,
        &format!("{report}?class={class}&period={week}"),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{html}");
    assert!(html.contains("09.11") && html.contains("15.11.2026"));
    assert!(!html.contains("Оценка за период"));
    assert!(html.contains(&format!("period={week}")));
    let letters = format!(
        "select count(*) from messaging.letter where org_id = {org} and kind = 'reporting.letter'"
    );
    let class = class.to_string();
    let mut written = vec![];
    for period in [week, week, "quarter-1"] {
        let form = [("class", class.as_str()), ("period", period)];
        let answer = client.post_form(&format!("{report}/send"), &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        written.push(world.number(&letters).await);
    }
    assert!(
        written[0] > 0 && written[0] == written[1] && written[2] > written[1],
        "{written:?}"
    );
    for odd in [
        "week-2026-13-01",
        "week-2026-08-03",
        "week-2027-05-03",
        "week-",
    ] {
        let path = format!("{report}?class={class}&period={odd}");
        assert_eq!(
            page(&mut client, &path).await.0,
            StatusCode::NOT_FOUND,
            "{odd}"
        );
    }
    let path = report.replace("parent-letter", "class-results");
    let path = format!("{path}?class={class}&period={week}");
    assert_eq!(page(&mut client, &path).await.0, StatusCode::NOT_FOUND);
}
