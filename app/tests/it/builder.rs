//! The report builder over the whole application (RPT-2, S3:10.6): sources
//! beside slow counts, and every way round somebody's rights.

mod letters;
mod rights;

use axum::http::StatusCode;
use testkit::{Answer, Client};

use crate::{actors::Cast, world::World};

struct Desk {
    world: World,
    cast: Cast,
}

impl Desk {
    async fn new() -> Self {
        let world = World::new().await;
        let cast = Cast::of(&world).await;
        Self { world, cast }
    }

    fn client(&self, name: &str) -> Client {
        self.world.client(&self.cast.of_name(name).token)
    }

    fn path(&self, rest: &str) -> String {
        format!("/o/{}/reports/builder{rest}", self.world.own.code)
    }

    async fn get(&self, name: &str, rest: &str) -> Answer {
        self.client(name).get(&self.path(rest)).await
    }

    async fn post(&self, name: &str, rest: &str, fields: &str) -> Answer {
        let fields: Vec<(&str, &str)> = fields
            .split('&')
            .filter_map(|it| it.split_once('='))
            .collect();
        let path = self.path(rest);
        self.client(name).post_form(&path, &fields).await
    }

    /// Saves a report of the deputy head; its id.
    async fn built(&self, fields: &str) -> String {
        let fields = format!("title=Проба&{fields}");
        let answer = self.post("deputy", "", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let to = answer.location().unwrap();
        to.rsplit('/').next().unwrap().to_owned()
    }

    /// The lines of a report as CSV; the first one is its head.
    async fn csv(&self, name: &str, id: &str) -> Vec<Vec<String>> {
        let answer = self.get(name, &format!("/{id}?as=csv")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let text = answer.text();
        let cell = |it: &str| it.trim_matches('"').to_owned();
        let lines = text.trim_start_matches('\u{feff}').lines();
        lines.map(|it| it.split(';').map(cell).collect()).collect()
    }

    /// What a slow query says of the school: a JSON array of texts for each line.
    async fn slow(&self, query: &str) -> Vec<Vec<String>> {
        let today = testkit::morning().format("%Y-%m-%d").to_string();
        let year =
            "(select year_id from curriculum.year where org_id = {org} and state = 'current')";
        let query = query
            .replace("{year}", year)
            .replace("{day}", &today)
            .replace("{org}", &self.world.own.org.to_string());
        let rows: Vec<serde_json::Value> = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_all(self.world.test.admin())
            .await
            .unwrap();
        let texts = rows.into_iter().map(serde_json::from_value);
        let mut lines: Vec<Vec<String>> = texts.map(Result::unwrap).collect();
        lines.sort();
        lines
    }
}

/// The sums of a source are what a query straight over the tables says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_source_agrees_with_a_slow_query() {
    let desk = Desk::new().await;
    for (form, query) in [
        (
            "source=pupils&f.gender=female&f.grade.from=1&g1=class&m1.how=count",
            "select json_build_array(c.grade || c.letter, count(*)::text)
               from movement.class_member m
               join curriculum.class c on c.org_id = m.org_id and c.class_id = m.class_id
               join people.person p on p.org_id = m.org_id and p.person_id = m.pupil_id
              where m.org_id = {org} and m.during @> date '{day}' and p.gender = 'female' and c.grade > 0
              group by c.grade, c.letter",
        ),
        (
            "source=marks&g1=subject&g2=period&m1.how=count&m2.how=sum&m2.field=points",
            "select json_build_array(s.name,
                    case m.kind when 'quarter' then m.number || ' четверть' when 'half' then m.number || ' полугодие'
                                when 'trimester' then m.number || ' триместр' when 'year' then 'год'
                                when 'exam' then 'экзамен' else 'итог' end,
                    count(*)::text, coalesce(sum(m.value::integer) filter (where m.value ~ '^[0-9]+$')::text, '—'))
               from journal.final_mark m
               join curriculum.subject s on s.org_id = m.org_id and s.subject_id = m.subject_id
              where m.org_id = {org} and m.value <> '' and m.year_id = {year}
              group by s.name, m.kind, m.number",
        ),
        (
            "source=attendance&g1=class&m1.how=sum&m1.field=missed&m2.how=sum&m2.field=late",
            "select json_build_array(c.grade || c.letter,
                    count(*) filter (where a.code <> 'ОП')::text, count(*) filter (where a.code = 'ОП')::text)
               from journal.attendance a
               join schedule.lesson l on l.org_id = a.org_id and l.lesson_id = a.lesson_id
               join curriculum.class c on c.org_id = l.org_id and c.class_id = l.class_id
              where a.org_id = {org} and a.code in ('ОТ', 'УП', 'Б', 'НП', 'ОП') and l.held_on <= '{day}'
                and l.year_id = {year}
              group by c.grade, c.letter",
        ),
        (
            "source=orders&g1=kind&m1.how=count&f.state=issued",
            "select json_build_array(case o.kind when 'enrolment' then 'зачисление' when 'leaving' then 'выбытие'
                    when 'transfer' then 'перевод в другой класс' when 'promotion' then 'перевод в следующий класс'
                    when 'repeat' then 'повторное обучение' else 'выпуск' end, count(*)::text)
               from movement.order o join movement.order_pupil p using (org_id, order_id)
              where o.org_id = {org} and o.state = 'issued' group by o.kind",
        ),
        (
            "source=staff&g1=post&m1.how=count",
            "select json_build_array(s.post, count(*)::text) from people.staff s
              where s.org_id = {org} and (s.dismissed_on is null or s.dismissed_on > '{day}') group by s.post",
        ),
    ] {
        let id = desk.built(form).await;
        let mut found = desk.csv("deputy", &id).await;
        found.remove(0);
        let total = found.pop().unwrap();
        assert_eq!(total[0], "Итого", "{form}");
        let wanted = desk.slow(query).await;
        assert!(!wanted.is_empty(), "{form}: nothing to compare");
        found.sort();
        assert_eq!(found, wanted, "{form}");
    }
}

/// «Девочки 7–9 классов по месяцам рождения»: conditions, groups, a share of
/// all, order, on screen and in all files.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_built_seen_saved_and_taken_out() {
    let desk = Desk::new().await;
    let form = "source=pupils&f.gender=female&f.grade.from=7&f.grade.to=9&g1=birth_month\
                &m1.how=count&m2.how=average&m2.field=age&m3.how=share&s1.by=measure-1&s1.way=down";
    let seen = desk.post("deputy", "/preview", form).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    let text = seen.text();
    assert!(text.contains("Месяц рождения") && text.contains("Доля строк, %"));
    assert!(text.contains("Возраст: среднее"));
    let kept = "select count(*) from builder.report where title = 'Проба'";
    assert_eq!(desk.world.number(kept).await, 0, "a preview keeps nothing");

    let id = desk.built(form).await;
    let csv = desk.csv("deputy", &id).await;
    let wanted = desk
        .slow(
            "select json_build_array(extract(month from p.born_on)::text, count(*)::text)
               from movement.class_member m
               join curriculum.class c on c.org_id = m.org_id and c.class_id = m.class_id
               join people.person p on p.org_id = m.org_id and p.person_id = m.pupil_id
              where m.org_id = {org} and m.during @> date '{day}' and p.gender = 'female'
                and c.grade between 7 and 9
              group by extract(month from p.born_on)",
        )
        .await;
    let count = |it: &Vec<String>| it[1].parse::<i64>().unwrap();
    assert_eq!(csv.len(), wanted.len() + 2, "head and total");
    let all: i64 = wanted.iter().map(count).sum();
    assert_eq!(count(csv.last().unwrap()), all);
    let counts: Vec<i64> = csv[1..csv.len() - 1].iter().map(count).collect();
    assert!(counts.is_sorted_by(|one, two| one >= two), "{counts:?}");

    for (what, kind) in [("xlsx", "spreadsheet"), ("pdf", "pdf")] {
        let path = desk.path(&format!("/{id}?as={what}"));
        let (file, statements) = db::statements::counted(desk.client("deputy").get(&path)).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.header("content-type").unwrap().contains(kind));
        // Two of them are the session's.
        assert!(statements <= 12, "{what}: {statements} statements");
    }
    // Files are on record.
    let taken = "select count(*) from kernel.audit where action = 'builder.file'";
    assert_eq!(desk.world.number(taken).await, 3);

    // Somebody changed it meanwhile: the second one is told.
    let change = format!("title=Другое&version=1&{form}");
    let first = desk.post("deputy", &format!("/{id}"), &change).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
    let second = desk.post("deputy", &format!("/{id}"), &change).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
}

/// Every field and every choice of every source has a word.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_of_every_source_has_a_name() {
    let desk = Desk::new().await;
    let sources = desk.get("deputy", "/new").await.text();
    for source in ["pupils", "marks", "attendance", "orders", "staff"] {
        assert!(sources.contains(&format!("source={source}")), "{source}");
        let answer = desk.get("deputy", &format!("/new?source={source}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        let form = answer.text();
        assert!(!form.contains("sources."), "{source}: {form}");
        assert!(!form.contains("builder."), "{source}: {form}");
    }
}

/// A name that a spreadsheet would run stays a text in every file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_name_becomes_a_formula() {
    use calamine::{Data, Reader, Xlsx};

    let desk = Desk::new().await;
    let pupil = desk.cast.of_name("deputy").things.pupil;
    desk.world
        .test
        .sql(&format!(
            "update people.person set last_name = '=1+1' where org_id = {} and person_id = {pupil}",
            desk.world.own.org
        ))
        .await;
    let id = desk
        .built("source=pupils&c=name&f.name.op=contains&f.name=1+1")
        .await;
    let csv = desk.csv("deputy", &id).await;
    assert!(csv[1][0].starts_with("'=1+1"), "{csv:?}");
    let file = desk.get("deputy", &format!("/{id}?as=xlsx")).await;
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(file.bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let cell = sheet.get_value((1, 0)).unwrap();
    assert!(
        matches!(cell, Data::String(text) if text.starts_with("=1+1")),
        "{cell:?}"
    );
    let formulas = book.worksheet_formula("Sheet1").unwrap();
    assert!(formulas.cells().all(|it| it.2.is_empty()));
}
