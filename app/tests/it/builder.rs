//! The report builder over the whole application (RPT-2, S3:10.6): sources
//! beside slow counts, and every way round somebody's rights.

mod letters;
mod rights;

use axum::http::StatusCode;
use testkit::{Answer, Client};

use crate::{actors::Cast, world::World};

const BASE: &str = "/reports/builder";

struct Desk {
    world: World,
    cast: Cast,
}

impl Desk {
    async fn new() -> Self {
        let world = World::new().await;
        let cast = Cast::of(&world).await;
        // What others built is in the way of counting.
        world.test.sql("delete from builder.report").await;
        Self { world, cast }
    }

    fn client(&self, name: &str) -> Client {
        self.world.client(&self.cast.of_name(name).token)
    }

    fn path(&self, rest: &str) -> String {
        format!("/o/{}{BASE}{rest}", self.world.own.code)
    }

    async fn post(&self, name: &str, rest: &str, fields: &str) -> Answer {
        let fields: Vec<(&str, &str)> = fields
            .split('&')
            .filter_map(|it| it.split_once('='))
            .collect();
        self.client(name)
            .post_form(&self.path(rest), &fields)
            .await
    }

    /// Saves a report of the deputy head; its id.
    async fn built(&self, fields: &str) -> String {
        let fields = format!("title=Проба&{fields}");
        let answer = self.post("deputy", "", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let to = answer.location().unwrap();
        to.rsplit('/').next().unwrap().to_owned()
    }

    /// The rows of a report as CSV, without its head.
    async fn csv(&self, name: &str, id: &str) -> Vec<Vec<String>> {
        let answer = self
            .client(name)
            .get(&self.path(&format!("/{id}?as=csv")))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let text = answer.text();
        let lines = text.trim_start_matches('\u{feff}').lines().skip(1);
        let cells = |it: &str| it.split(';').map(|it| it.trim_matches('"').to_owned());
        lines.map(|it| cells(it).collect()).collect()
    }

    /// What a slow query says, as lines of texts.
    async fn slow(&self, query: &str) -> Vec<Vec<String>> {
        let query = query.replace("{org}", &self.world.own.org.to_string());
        let rows: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
                "select array_to_string(array(select json_array_elements_text(to_jsonb(it)::json)), ';') from ({query}) it"
            )))
            .fetch_all(self.world.test.admin())
            .await
            .unwrap();
        rows.into_iter()
            .map(|it| it.split(';').map(str::to_owned).collect())
            .collect()
    }
}

fn sorted(mut lines: Vec<Vec<String>>) -> Vec<Vec<String>> {
    lines.sort();
    lines
}

const YEAR: &str = "(select year_id from curriculum.year where org_id = {org} and state = 'current')";
const DAY: &str = "2026-09-16";

fn filled(query: &str) -> String {
    let today = testkit::morning().format("%Y-%m-%d").to_string();
    query
        .replace("{year}", YEAR)
        .replace("{day}", &today)
        .replace(DAY, &today)
}

/// The sums of a source are what a query straight over the tables says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_source_agrees_with_a_slow_query() {
    let desk = Desk::new().await;
    for (form, query) in [
        // Girls by class.
        (
            "source=pupils&f.gender=female&g1=class&m1.how=count",
            "select json_build_array(c.grade || c.letter, count(*)::text) as it
               from movement.class_member m
               join curriculum.class c on c.org_id = m.org_id and c.class_id = m.class_id
               join people.person p on p.org_id = m.org_id and p.person_id = m.pupil_id
              where m.org_id = {org} and m.during @> date '{day}' and p.gender = 'female'
              group by c.grade, c.letter",
        ),
        // Finals of the year by subject and period.
        (
            "source=marks&g1=subject&g2=period&m1.how=count&m2.how=sum&m2.field=points&f.grade.from=2",
            "select json_build_array(s.name,
                    case m.kind when 'quarter' then m.number || ' четверть' when 'half' then m.number || ' полугодие'
                                when 'trimester' then m.number || ' триместр' when 'year' then 'год'
                                when 'exam' then 'экзамен' else 'итог' end,
                    count(*)::text, coalesce(sum(m.value::integer) filter (where m.value ~ '^[0-9]+$')::text, '—')) as it
               from journal.final_mark m
               join curriculum.subject s on s.org_id = m.org_id and s.subject_id = m.subject_id
               join curriculum.class c on c.org_id = m.org_id and c.class_id = m.class_id
              where m.org_id = {org} and m.value <> '' and m.year_id = {year} and c.grade >= 2
              group by s.name, m.kind, m.number",
        ),
        // Lessons missed by class.
        (
            "source=attendance&g1=class&m1.how=sum&m1.field=missed&m2.how=sum&m2.field=late",
            "select json_build_array(c.grade || c.letter,
                    count(*) filter (where a.code <> 'ОП')::text, count(*) filter (where a.code = 'ОП')::text) as it
               from journal.attendance a
               join schedule.lesson l on l.org_id = a.org_id and l.lesson_id = a.lesson_id
               join curriculum.class c on c.org_id = l.org_id and c.class_id = l.class_id
              where a.org_id = {org} and a.code in ('ОТ', 'УП', 'Б', 'НП', 'ОП') and l.held_on <= '{day}'
                and l.year_id = {year}
              group by c.grade, c.letter",
        ),
        // Orders by kind.
        (
            "source=orders&g1=kind&m1.how=count&f.state=issued",
            "select json_build_array(case o.kind when 'enrolment' then 'зачисление' when 'leaving' then 'выбытие'
                    when 'transfer' then 'перевод в другой класс' when 'promotion' then 'перевод в следующий класс'
                    when 'repeat' then 'повторное обучение' else 'выпуск' end, count(*)::text) as it
               from movement.order o join movement.order_pupil p using (org_id, order_id)
              where o.org_id = {org} and o.state = 'issued' group by o.kind",
        ),
        // The staff by post.
        (
            "source=staff&g1=post&m1.how=count",
            "select json_build_array(s.post, count(*)::text) as it from people.staff s
              where s.org_id = {org} and (s.dismissed_on is null or s.dismissed_on > '{day}') group by s.post",
        ),
    ] {
        let id = desk.built(form).await;
        let mut found = desk.csv("deputy", &id).await;
        let total = found.pop().unwrap();
        assert_eq!(total[0], "Итого", "{form}");
        let query = filled(query);
        let query = format!("select (it).it->0 from (select 1) x, lateral (select 1) y where false");
        let _ = query;
        let wanted = desk.told(&filled(form_query(form, &queries()))).await;
        assert!(!wanted.is_empty(), "{form}: nothing to compare");
        assert_eq!(sorted(found), sorted(wanted), "{form}");
    }
}
