//! MOV-4: the year is prepared, tried, closed, taken back to the row, and
//! closed again; the dry run tells what comes.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Row};
use testkit::{Answer, Client};

use crate::{actors::Cast, page, world::World};

/// Tables that a closing taken back leaves otherwise, each with its reason.
const DIFFERENT: [(&str, &str); 6] = [
    ("kernel.history", "what happened stays told"),
    ("kernel.audit", "who did it stays told"),
    ("kernel.outbox", "what others were told of"),
    ("kernel.job_run", "the jobs that did it"),
    (
        "rollover.transition",
        "the transition itself: when it ran and was taken back",
    ),
    ("identity.session", "whoever does it is signed in"),
];

struct Office<'a> {
    world: &'a World,
    client: Client,
    base: String,
}

impl Office<'_> {
    /// Opens a step and sends its form, with some fields otherwise.
    async fn send(&mut self, step: &str, change: &[(&str, &str)]) -> Answer {
        let path = format!("{}/{step}", self.base);
        let shown = self.client.get(&path).await;
        assert_eq!(shown.status, 200, "{step}: {}", shown.text());
        let forms = page::forms(&shown.text());
        let form = forms
            .iter()
            .find(|it| it.action.is_empty() || it.action.ends_with(step))
            .unwrap_or_else(|| panic!("{step} has no form: {}", shown.text()));
        let mut fields = form.filled(&mut |name, _| {
            let found = change.iter().find(|it| it.0 == name);
            found.map(|it| it.1.to_owned())
        });
        for (name, value) in change {
            if !fields.iter().any(|it| it.0 == *name) {
                fields.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|it| (it.0.as_str(), it.1.as_str()))
            .collect();
        self.client.post_form(&path, &fields).await
    }

    async fn done(&mut self, step: &str, change: &[(&str, &str)]) {
        let answer = self.send(step, change).await;
        assert_eq!(answer.status, 303, "{step}: {}", answer.text());
        self.world.work.idle().await;
    }

    /// A number of the own school; `{org}`, `{from}` and `{to}` are put in.
    async fn number(&self, query: &str) -> i64 {
        let org = self.world.own.org.to_string();
        let year = "select {}_year_id from rollover.transition where org_id = {org}";
        let query = query
            .replace("{from}", &format!("({})", year.replace("{}", "from")))
            .replace("{to}", &format!("({})", year.replace("{}", "to")))
            .replace("{org}", &org);
        self.world.number(&query).await
    }

    async fn is_done(&self) -> bool {
        let query =
            "select count(*) from rollover.transition where org_id = {org} and state = 'done'";
        self.number(query).await == 1
    }
}

/// All rows of an organisation by table, as text.
async fn rows(world: &World, org: i64, last_order: i64) -> BTreeMap<String, Vec<String>> {
    let tables = sqlx::query(
        "select c.table_schema || '.\"' || c.table_name || '\"' as name,
                c.table_schema || '.' || c.table_name as plain
         from information_schema.columns c
         join information_schema.tables t using (table_schema, table_name)
         where c.column_name = 'org_id' and t.table_type = 'BASE TABLE' order by 1",
    )
    .fetch_all(world.test.admin())
    .await
    .unwrap();
    let mut all = BTreeMap::new();
    for table in tables {
        let (name, plain): (String, String) = (table.get("name"), table.get("plain"));
        if DIFFERENT.iter().any(|it| it.0 == plain) || plain.starts_with("kernel.history") {
            continue;
        }
        // The orders of the transition stay, cancelled, with their numbers.
        let own = match plain.as_str() {
            "movement.order" | "movement.order_pupil" => format!("and order_id <= {last_order}"),
            _ => String::new(),
        };
        let query = format!("select t::text from {name} t where org_id = {org} {own} order by 1");
        let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(query))
            .fetch_all(world.test.admin())
            .await
            .unwrap();
        all.insert(plain, found);
    }
    all
}

fn assert_same(
    before: &BTreeMap<String, Vec<String>>,
    after: &BTreeMap<String, Vec<String>>,
    what: &str,
) {
    for (table, was) in before {
        let is = &after[table];
        let gone: Vec<&String> = was.iter().filter(|it| !is.contains(it)).take(3).collect();
        let new: Vec<&String> = is.iter().filter(|it| !was.contains(it)).take(3).collect();
        assert!(
            gone.is_empty() && new.is_empty() && was.len() == is.len(),
            "{what}: {table} differs\nwas {gone:#?}\nis {new:#?}"
        );
    }
}

/// Year, classes, exceptions of one class, orders.
async fn prepare(office: &mut Office<'_>) {
    office.done("year", &[]).await;
    office.done("classes", &[]).await;
    let class = office
        .number(
            "select class_id from curriculum.class where org_id = {org} and year_id = {from} and grade = 5
             order by letter limit 1",
        )
        .await;
    let pupils: Vec<i64> = sqlx::query_scalar(
        "select pupil_id from movement.class_member where class_id = $1 and upper_inf(during) order by pupil_id",
    )
    .bind(class)
    .fetch_all(office.world.test.admin())
    .await
    .unwrap();
    let fifth = office
        .number(
            "select class_id from curriculum.class where org_id = {org} and year_id = {to} and grade = 5
             order by letter limit 1",
        )
        .await;
    let step = format!("exceptions?class={class}");
    let answer = office
        .send(
            &step,
            &[
                (
                    &format!("outcome.{}", pupils[0]),
                    &format!("repeat:{fifth}"),
                ),
                (&format!("outcome.{}", pupils[1]), "leave"),
                (&format!("kind.{}", pupils[1]), "moved"),
                (&format!("note.{}", pupils[1]), "Краснодар"),
            ],
        )
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

/// MOV-4, check 26: the dry run changes nothing and tells what the run does;
/// taking it back restores every row; then the year is closed again, and a
/// first entry of the new year ends the way back.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_year_is_taken_back_to_the_row_and_closed_again() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let mut office = Office {
        world: &world,
        client: world.client(&cast.of_name("deputy").token),
        base: format!("/o/{}/settings/rollover", world.own.code),
    };
    let (own, other) = (world.own.org, world.other.org);
    let neighbours = rows(&world, other, i64::MAX).await;
    prepare(&mut office).await;
    let last_order = office
        .number("select coalesce(max(order_id), 0) from movement.order where org_id = {org}")
        .await;
    let before = rows(&world, own, last_order).await;
    office.done("orders", &[]).await;

    office.done("trial", &[]).await;
    assert_same(&before, &rows(&world, own, last_order).await, "the dry run");
    let refused = office.send("run", &[]).await;
    assert_eq!(refused.status, 422, "the journals of November are not full");
    office.done("run", &[("confirm", "1")]).await;
    assert!(office.is_done().await);

    let same = "select count(*) from rollover.transition where org_id = {org} and trial = numbers";
    assert_eq!(office.number(same).await, 1, "the dry run told it");
    let told = "select sum((it->>'pupils_after')::bigint)::bigint
                from rollover.transition, jsonb_array_elements(numbers->'grades') it where org_id = {org}";
    let there = "select count(*) from movement.class_member m
                 join curriculum.class c using (org_id, class_id)
                 where m.org_id = {org} and c.year_id = {to} and upper_inf(m.during)";
    assert_eq!(office.number(told).await, office.number(there).await);
    let outcome = |name: &str| {
        format!(
            "select sum((it->>'{name}')::bigint)::bigint
             from rollover.transition, jsonb_array_elements(numbers->'grades') it where org_id = {{org}}"
        )
    };
    assert_eq!(office.number(&outcome("repeat")).await, 1);
    assert_eq!(office.number(&outcome("left")).await, 1);
    let behind = "select count(*) from movement.class_member m
                  join curriculum.class c using (org_id, class_id)
                  where m.org_id = {org} and c.year_id = {from} and upper_inf(m.during)";
    assert_eq!(office.number(behind).await, 0, "nobody stays behind");
    let second = office
        .client
        .post_form(&format!("{}/run", office.base), &[("confirm", "1")])
        .await;
    assert_eq!(second.status, 422, "a year is closed once");

    archive_is_read_and_not_changed(&mut office).await;

    office.done("result", &[]).await;
    assert!(!office.is_done().await);
    assert_same(&before, &rows(&world, own, last_order).await, "taken back");
    let cancelled = "select count(*) from movement.order where org_id = {org} and state = 'cancelled' and number is not null";
    assert!(office.number(cancelled).await > 3, "used numbers stay");

    office.done("orders", &[]).await;
    office.done("trial", &[]).await;
    office.done("run", &[("confirm", "1")]).await;
    assert!(office.is_done().await, "and closed again");
    assert_same(
        &neighbours,
        &rows(&world, other, i64::MAX).await,
        "the other school",
    );

    first_entry(&office).await;
    let path = format!("{}/result", office.base);
    let answer = office.client.post_form(&path, &[]).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert!(office.is_done().await, "the new year has begun");
}

/// The old year stays readable with names, classes and journal, and nothing
/// changes it.
async fn archive_is_read_and_not_changed(office: &mut Office<'_>) {
    let school = office
        .base
        .trim_end_matches("/settings/rollover")
        .to_owned();
    let class = office
        .number("select class_id from curriculum.class where org_id = {org} and year_id = {from} and grade = 5 order by letter limit 1")
        .await;
    let subject = office
        .number(&format!(
            "select subject_id from curriculum.load where org_id = {{org}} and class_id = {class} and group_id is null
             order by load_id limit 1"
        ))
        .await;
    let year = office.number("select {from}").await;
    for path in [
        format!("/study/classes?year={year}"),
        format!("/study/load?year={year}"),
        format!("/study/years/{year}"),
        format!("/journal/{class}/{subject}"),
        format!("/journal/{class}/finals"),
    ] {
        let answer = office.client.get(&format!("{school}{path}")).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    let path = format!("{school}/study/classes/{class}");
    let form = [
        ("grade", "5"),
        ("letter", "Я"),
        ("shift", "1"),
        ("version", "1"),
    ];
    let answer = office.client.post_form(&path, &form).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    for statement in [
        format!("update curriculum.class set letter = 'Я' where class_id = {class}"),
        format!("delete from curriculum.load where class_id = {class}"),
        format!("update schedule.lesson set state = 'cancelled' where class_id = {class}"),
    ] {
        let db = office.world.test.db();
        let mut tx = db.begin_system(office.world.own.org.into()).await.unwrap();
        let done = sqlx::query(AssertSqlSafe(statement.clone()))
            .execute(tx.conn())
            .await;
        assert!(done.is_err(), "{statement}");
    }
}

/// A lesson of the new year with a topic.
async fn first_entry(office: &Office<'_>) {
    let org = office.world.own.org;
    office
        .world
        .test
        .sql(&format!(
            "with it as (
                 insert into schedule.lesson (org_id, year_id, held_on, number, during, class_id, parts, subject_id, teacher_id)
                 select l.org_id, l.year_id, '2027-09-01', 1, '[2027-09-01 08:00, 2027-09-01 08:40)', l.class_id, '[0,1000)',
                        l.subject_id, l.teacher_id
                 from curriculum.load l join curriculum.year y using (org_id, year_id)
                 where l.org_id = {org} and y.starts_on > '2027-01-01' and l.group_id is null order by l.load_id limit 1
                 returning org_id, lesson_id, teacher_id)
             insert into journal.entry (org_id, lesson_id, topic, set_by, set_at)
             select org_id, lesson_id, 'Повторение', teacher_id, '2027-09-01' from it"
        ))
        .await;
}

/// MOV-4, rights: the director looks on, a teacher does not see it.
#[tokio::test(flavor = "multi_thread")]
async fn the_director_looks_on_and_a_teacher_does_not() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let base = format!("/o/{}/settings/rollover", world.own.code);
    let mut director = world.client(&cast.of_name("director").token);
    let mut teacher = world.client(&cast.of_name("teacher").token);
    for step in [
        "check",
        "year",
        "classes",
        "exceptions",
        "orders",
        "trial",
        "run",
        "result",
    ] {
        let path = format!("{base}/{step}");
        assert_eq!(director.get(&path).await.status, 200, "{step}");
        assert_eq!(director.post_form(&path, &[]).await.status, 403, "{step}");
        assert_eq!(teacher.get(&path).await.status, 403, "{step}");
    }
    assert_eq!(director.get(&format!("{base}/sideways")).await.status, 404);
}

/// Pupils who are in a parallel and in no class: one of the seventh, one of
/// the ninth, and one who was enrolled for the coming year. Their ids.
async fn without_a_class(world: &World) -> [i64; 3] {
    let org = world.own.org;
    let mut all = [0; 3];
    let waiting = [
        (7, "2026-10-05", "Кленов"),
        (9, "2026-10-05", "Липов"),
        (1, "2027-07-01", "Ясенев"),
    ];
    for (at, (grade, since, name)) in waiting.into_iter().enumerate() {
        let id: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
            "with who as (
                 insert into people.person (org_id, last_name, first_name, search_key)
                 values ({org}, '{name}', 'Пётр', lower('{name} пётр')) returning person_id),
             pupil as (insert into people.pupil (org_id, person_id) select {org}, person_id from who),
             paper as (
                 insert into movement.order (org_id, kind, state, number, year, ordered_on, effective_on, issued_at)
                 values ({org}, 'enrolment', 'issued', '90{grade}-з', 2026, '{since}', '{since}', now())
                 returning order_id),
             line as (
                 insert into movement.order_pupil (org_id, order_id, pupil_id, to_grade)
                 select {org}, order_id, person_id, {grade} from who, paper),
             stay as (
                 insert into movement.unplaced (org_id, pupil_id, grade, during, began_by)
                 select {org}, person_id, {grade}, '[{since},)', order_id from who, paper)
             select person_id from who"
        )))
        .fetch_one(world.test.admin())
        .await
        .unwrap();
        all[at] = id;
    }
    all
}

/// MOV-4: whoever is in a parallel and in no class is named by the check with
/// the order that places them, goes on into the next parallel, and after the
/// last one is not forgotten; whoever was enrolled for the coming year stays.
#[tokio::test(flavor = "multi_thread")]
async fn pupils_without_a_class_are_named_and_carried_over() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let [seventh, ninth, coming] = without_a_class(&world).await;
    let mut office = Office {
        world: &world,
        client: world.client(&cast.of_name("deputy").token),
        base: format!("/o/{}/settings/rollover", world.own.code),
    };
    let check = format!("{}/check", office.base);
    let said = office.client.get(&check).await.text();
    assert!(said.contains("Ученики без класса"), "{said}");
    let link = format!("/movement/orders/new?type=transfer&amp;pupil={seventh}");
    assert!(
        said.contains(&link) && said.contains("Кленов Пётр"),
        "{said}"
    );
    assert!(
        said.contains("Липов Пётр") && !said.contains("Ясенев"),
        "{said}"
    );
    let form = office.client.get(&link_of(&world, seventh)).await.text();
    assert!(
        form.contains(&format!("value=\"{seventh}\" checked")),
        "ticked: {form}"
    );

    office.done("year", &[]).await;
    office.done("classes", &[]).await;
    let refused = office.send("orders", &[]).await;
    assert_eq!(refused.status, 422, "nobody said what becomes of the ninth");
    let said = office.client.get(&check).await.text();
    assert!(said.contains("9 параллель, без класса"), "{said}");
    let shown = office
        .client
        .get(&format!("{}/exceptions?class=g7", office.base))
        .await;
    assert!(
        shown.text().contains("в 8 параллель без класса"),
        "{}",
        shown.text()
    );
    let answer = office
        .send(
            "exceptions?class=g9",
            &[
                (&format!("outcome.{ninth}"), "leave"),
                (&format!("kind.{ninth}"), "college"),
            ],
        )
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let said = office.client.get(&check).await.text();
    assert!(!said.contains("9 параллель, без класса"), "{said}");

    office.done("orders", &[]).await;
    office.done("trial", &[]).await;
    office.done("run", &[("confirm", "1")]).await;
    assert!(office.is_done().await);
    let grade = async |pupil: i64| {
        let query = format!(
            "select coalesce(max(grade), -1)::bigint from movement.unplaced
              where org_id = {{org}} and pupil_id = {pupil} and upper_inf(during)"
        );
        office.number(&query).await
    };
    assert_eq!(
        [
            grade(seventh).await,
            grade(ninth).await,
            grade(coming).await
        ],
        [8, -1, 1]
    );
    let told = "select sum((it->>'pupils_after')::bigint)::bigint
                from rollover.transition, jsonb_array_elements(numbers->'grades') it where org_id = {org}";
    let there = "select (select count(*) from movement.class_member m join curriculum.class c using (org_id, class_id)
                          where m.org_id = {org} and c.year_id = {to} and upper_inf(m.during))
                      + (select count(*) from movement.unplaced where org_id = {org} and upper_inf(during))";
    assert_eq!(office.number(told).await, office.number(there).await);

    office.done("result", &[]).await;
    let back = "select count(*) from movement.unplaced where org_id = {org} and upper_inf(during)";
    assert_eq!(office.number(back).await, 3, "taken back");
}

fn link_of(world: &World, pupil: i64) -> String {
    format!(
        "/o/{}/movement/orders/new?type=transfer&pupil={pupil}",
        world.own.code
    )
}
