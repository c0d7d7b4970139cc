//! «Вакансии мест» and «Статистика посещений»: what the pages say is what the
//! tables hold (RPT-1, §1.23).

use axum::http::StatusCode;
use kernel::Clock;
use testkit::Client;

use crate::{
    actors::Cast,
    report_proofs::rows_of_page,
    world::{School, World},
};

/// Pupils of taught classes of the year that goes on, on the day of the world.
fn pupils(school: &School, today: &str) -> String {
    format!(
        "movement.class_member m
           join curriculum.class c on c.org_id = m.org_id and c.class_id = m.class_id
           join curriculum.year y on y.org_id = c.org_id and y.year_id = c.year_id
          where m.org_id = {} and m.during @> {today} and c.grade > 0
            and {today} between y.starts_on and y.ends_on",
        school.org
    )
}

fn today(world: &World) -> String {
    format!("date '{}'", world.test.clock().now().date_naive())
}

/// The lines of a report, without titles.
async fn lines(client: &mut Client, path: &str) -> Vec<Vec<String>> {
    let answer = client.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    let rows = rows_of_page(&answer.text());
    rows.into_iter().map(|it| it.1).collect()
}

fn number(text: &str) -> i64 {
    text.parse().unwrap_or_else(|_| panic!("{text:?}"))
}

/// Seats, pupils and free places of the school and of each class.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn free_places_are_what_the_tables_hold() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let deputy = cast.of_name("deputy");
    let org = world.own.org;
    let class = cast.of_name("class_teacher").things.class;
    // A class without a room, a room without seats, and one too small.
    world
        .test
        .sql(&format!(
            "update curriculum.class set room_id = null where org_id = {org} and class_id = {class};
             with own as (select distinct c.room_id from curriculum.class c
                           where c.org_id = {org} and c.grade > 0 and c.room_id is not null),
                  numbered as (select room_id, row_number() over (order by room_id) as at from own)
             update org.room r set seats = case s.at when 1 then 0 else 1 end
               from numbered s where r.org_id = {org} and r.room_id = s.room_id and s.at < 3"
        ))
        .await;
    let path = format!("/o/{}/reports/vacancies", world.own.code);
    let mut client = world.client(&deputy.token);
    let rows = lines(&mut client, &path).await;
    let day = today(&world);
    let of_classes = format!(
        "(select c.class_id, nullif(r.seats, 0) as seats,
                 (select count(*) from movement.class_member m
                   where m.org_id = c.org_id and m.class_id = c.class_id and m.during @> {day}) as pupils
            from curriculum.class c
            join curriculum.year y on y.org_id = c.org_id and y.year_id = c.year_id
            left join org.room r on r.org_id = c.org_id and r.room_id = c.room_id
           where c.org_id = {org} and c.grade > 0 and {day} between y.starts_on and y.ends_on) c"
    );
    let count = async |what: &str| {
        world
            .number(&format!("select {what} from {of_classes}"))
            .await
    };
    let told: Vec<i64> = rows.last().unwrap()[3..]
        .iter()
        .map(|it| number(it))
        .collect();
    assert_eq!(told[0], count("coalesce(sum(seats), 0)::bigint").await);
    assert_eq!(told[1], count("sum(pupils)::bigint").await);
    let free = count("coalesce(sum(greatest(seats - pupils, 0)), 0)::bigint").await;
    assert_eq!(told[2], free);
    let is_class = |name: &str| {
        name.starts_with(|it: char| it.is_ascii_digit())
            && name.ends_with(char::is_alphabetic)
            && !name.contains(' ')
    };
    let unknown = rows.iter().filter(|it| is_class(&it[0]) && it[5] == "—");
    let unknown = unknown.count();
    assert_eq!(
        i64::try_from(unknown).unwrap(),
        count("count(*) filter (where seats is null)").await
    );
    let html = client.get(&path).await.text();
    for mended in ["/study/classes\"", "/timetable/rooms\""] {
        let href = format!("href=\"/o/{}{mended}", world.own.code);
        assert!(html.contains(&href), "{href}");
    }
    // One shift, and a day that is no day.
    let second = lines(&mut client, &format!("{path}?shift=2")).await;
    assert!(second.len() < rows.len());
    let odd = client.get(&format!("{path}?day=31.02.2026")).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// Who has an account and used it: of staff, of all pupils, of all parents.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn visits_are_what_the_tables_hold() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let deputy = cast.of_name("deputy");
    let org = world.own.org;
    let now = format!("timestamptz '{}'", world.test.clock().now().to_rfc3339());
    world
        .test
        .sql(&format!(
            "update identity.account set last_login_at = case account_id % 4
                 when 0 then {now} - interval '3 days' when 1 then {now} - interval '20 days'
                 when 2 then {now} - interval '90 days' end"
        ))
        .await;
    let path = format!("/o/{}/reports/visits", world.own.code);
    let mut client = world.client(&deputy.token);
    let rows = lines(&mut client, &path).await;
    let day = today(&world);
    let pupils = format!("select m.pupil_id as id from {}", pupils(&world.own, &day));
    let parents = format!(
        "select k.parent_id as id from people.kinship k where k.org_id = {org}
            and k.pupil_id in ({pupils}) and coalesce(k.since, '-infinity') <= {day}
            and coalesce(k.until, 'infinity') > {day}"
    );
    let staff = format!(
        "select s.person_id as id from people.staff s where s.org_id = {org}
            and (s.dismissed_on is null or s.dismissed_on > {day})"
    );
    let last_of = |who: &str| {
        let mut own = rows.iter().filter(|it| it[0] == who);
        own.next_back().cloned().expect("a sum")
    };
    for (who, people) in [
        ("Сотрудники", staff),
        ("Ученики", pupils),
        ("Родители", parents),
    ] {
        let told = last_of(who);
        let used = format!(
            "(select distinct p.id, m.account_id,
                     (select max(at) from (
                         select a.last_login_at union all
                         select s.seen_at from identity.session s
                          where s.account_id = m.account_id and not s.by_code) u (at)) as at
                from ({people}) p
                left join identity.membership m on m.org_id = {org} and m.person_id = p.id
                 and m.ended_at is null
                left join identity.account a on a.account_id = m.account_id) u"
        );
        let count = async |what: String| world.number(&format!("select {what} from {used}")).await;
        let accounts = count("count(account_id)".to_owned()).await;
        assert_eq!(
            number(&told[2]),
            count("count(distinct id)".to_owned()).await,
            "{who}"
        );
        assert_eq!(number(&told[3]), accounts, "{who}");
        assert!(accounts > 0, "{who}");
        let mut before = accounts;
        for (at, days) in [(4, 100_000), (6, 30), (8, 7)] {
            let since = format!("count(*) filter (where at >= {now} - interval '{days} days')");
            let counted = count(since).await;
            assert_eq!(number(&told[at]), counted, "{who}, {days} days");
            assert!(
                counted < before,
                "{who}: {counted} of {before} tells nothing"
            );
            before = counted;
            // In hundredths of a percent, half up.
            let share = (counted * 20_000 + accounts) / (2 * accounts);
            let share = format!("{},{:02}", share / 100, share % 100);
            assert_eq!(told[at + 1], share, "{who}");
        }
    }
    // A class, a sum of each parallel, and nobody's name.
    assert!(rows.len() > 5);
    let html = client.get(&path).await.text();
    assert!(!html.contains(&format!("/people/{}", deputy.things.pupil)));
}
