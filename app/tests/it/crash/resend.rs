//! whatever people send, sent five times over a network that cuts it
//! off, has one effect, and whoever hears an answer hears the same one.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    place::Place,
    server::{App, Cut, Reply, exchange, exchange_cut, header},
};

/// How often each change is in the history, by table.
type Changes = BTreeMap<String, i64>;

/// The program with its place and the day's people signed in.
struct School {
    place: Place,
    app: App,
    path: String,
    deputy: String,
    pupil: String,
}

impl School {
    fn open() -> Self {
        let place = Place::new("resent");
        let app = place.app();
        Self {
            path: app.school(),
            deputy: app.sign_in("zavuch"),
            pupil: app.sign_in("pupil"),
            app,
            place,
        }
    }

    fn close(self) {
        self.app.stop();
        self.place.stop();
    }

    fn changes(&self) -> Changes {
        let query = "select tbl, count(*) from kernel.history group by tbl";
        self.place
            .rows::<(String, i64)>(query)
            .into_iter()
            .collect()
    }

    /// Sends it five times; the answer, and how many changes of what it made.
    fn five_times(&self, path: &str, cookie: &str, kind: &str, body: &[u8]) -> (Reply, Changes) {
        let head = format!("POST {path} HTTP/1.1\r\ncookie: {cookie}\r\ncontent-type: {kind}\r\n");
        let port = self.app.port();
        let before = self.changes();
        for cut in [Cut::Unheard, Cut::Body, Cut::Answer] {
            exchange_cut(port, &head, body, cut).unwrap();
        }
        let first = exchange(port, &head, body).unwrap();
        let last = exchange(port, &head, body).unwrap();
        assert_eq!(last.status, first.status, "{path}: {}", last.body);
        let changes = self.changes().into_iter().filter_map(|(table, count)| {
            let new = count - before.get(&table).copied().unwrap_or_default();
            (new > 0).then_some((table, new))
        });
        let changes = changes.collect();
        (last, changes)
    }

    fn form(&self, path: &str, fields: &[(String, String)]) -> (Reply, Changes) {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let kind = "application/x-www-form-urlencoded";
        let sent = self.five_times(path, &self.deputy, kind, body.join("&").as_bytes());
        assert_eq!(sent.0.status, 303, "{path}: {}", sent.0.body);
        sent
    }

    fn json(&self, path: &str, body: &Value) -> (Vec<Value>, Changes) {
        let body = body.to_string();
        let (reply, changes) =
            self.five_times(path, &self.deputy, "application/json", body.as_bytes());
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        let answer: Value = serde_json::from_str(&reply.body).unwrap();
        (answer["results"].as_array().unwrap().clone(), changes)
    }

    /// One row of ids.
    fn ids<const N: usize>(&self, query: &str) -> [i64; N] {
        let rows: Vec<(Vec<i64>,)> = self.place.rows(query);
        let row = rows.into_iter().next().expect("the school has one").0;
        row.try_into().expect("as many as asked for")
    }
}

fn made(changes: &[(&str, i64)]) -> Changes {
    changes
        .iter()
        .map(|(table, count)| ((*table).to_owned(), *count))
        .collect()
}

fn id() -> Uuid {
    Uuid::from_u128(rand::random())
}

fn text(name: &str, value: &impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

fn all_ok(results: &[Value]) {
    for it in results {
        assert_eq!(
            (&it["status"], &it["version"]),
            (&json!("ok"), &json!(1)),
            "{it}"
        );
    }
}

/// JRN-1
fn a_batch_of_marks(school: &School) {
    let [lesson] = school.ids(&empty_lesson(1));
    let pupils = school.place.rows::<(i64,)>(&pupils_of(lesson));
    let ops: Vec<Value> = pupils
        .iter()
        .map(|pupil| {
            json!({
                "op_id": id(), "lesson": lesson, "work": null, "pupil": pupil.0,
                "field": "mark", "base": 0, "value": "4",
            })
        })
        .collect();
    let path = format!("{}/journal/ops", school.path);
    let (results, changes) = school.json(&path, &json!({ "ops": ops }));
    all_ok(&results);
    let marks = i64::try_from(pupils.len()).unwrap();
    assert!(marks > 3);
    assert_eq!(
        changes,
        made(&[("journal.mark", marks), ("journal.work", 1)])
    );
}

/// JRN-5, `ux.md` §4.11
fn a_lesson_form(school: &School) {
    let [lesson] = school.ids(&empty_lesson(2));
    let pupils = school.place.rows::<(i64,)>(&pupils_of(lesson));
    let [marked, absent] = [pupils[0].0, pupils[1].0];
    let fields = [
        text("form", &id()),
        text("entry_version", &0),
        text("topic", &"sum"),
        text("homework", &"5-7"),
        text(&format!("v.{marked}"), &"0-0"),
        text(&format!("m.{marked}"), &5),
        text(&format!("a.{marked}"), &""),
        text(&format!("v.{absent}"), &"0-0"),
        text(&format!("m.{absent}"), &""),
        text(&format!("a.{absent}"), &"%D0%9D"),
    ];
    let path = format!("{}/journal/lesson/{lesson}", school.path);
    let (_, changes) = school.form(&path, &fields);
    let expected = [
        ("journal.attendance", 1),
        ("journal.entry", 1),
        ("journal.mark", 1),
        ("journal.work", 1),
    ];
    assert_eq!(changes, made(&expected));
}

/// JRN-3
fn final_marks(school: &School) {
    let [class, subject, pupil] = school.ids(
        "select array[c.class_id, l.subject_id, m.pupil_id]
         from curriculum.class c
         join curriculum.load l on l.org_id = c.org_id and l.class_id = c.class_id and l.group_id is null
         join movement.class_member m on m.org_id = c.org_id and m.class_id = c.class_id and m.during @> '2026-11-20'::date
         where c.grade between 5 and 9
           and not exists (select from journal.final_mark f where f.pupil_id = m.pupil_id and f.subject_id = l.subject_id
                           and f.kind = 'quarter' and f.number = 2)
         order by 1 limit 1",
    );
    let op = json!({
        "op_id": id(), "subject": subject, "pupil": pupil, "slot": "quarter-2", "base": 0, "value": "5",
    });
    let path = format!("{}/journal/finals/ops", school.path);
    let (results, changes) = school.json(&path, &json!({ "class": class, "ops": [op] }));
    all_ok(&results);
    assert_eq!(changes, made(&[("journal.final_mark", 1)]));
}

/// S3:8.3
fn an_absence_document(school: &School) {
    let [class, pupil] = school.ids(
        "select array[m.class_id, m.pupil_id] from movement.class_member m
         where m.during @> '2026-11-20'::date
           and not exists (select from journal.absence_document d where d.pupil_id = m.pupil_id)
         order by 1 limit 1",
    );
    let fields = [
        text("pupil", &pupil),
        text("reason", &"ill"),
        text("first_on", &"23.11.2026"),
        text("last_on", &"27.11.2026"),
        text("basis", &"certificate"),
        text("received_on", &"20.11.2026"),
        text("note", &""),
    ];
    let path = format!("{}/journal/{class}/attendance", school.path);
    let (_, changes) = school.form(&path, &fields);
    assert_eq!(changes, made(&[("journal.absence_document", 1)]));
}

/// U5
fn an_answer_to_homework(school: &School) {
    const BOUNDARY: &str = "five-times";
    let [lesson] = school.ids(
        "select array[l.lesson_id] from identity.account a
         join identity.membership p on p.account_id = a.account_id
         join movement.class_member m on m.org_id = p.org_id and m.pupil_id = p.person_id
         join schedule.lesson l on l.org_id = m.org_id and l.class_id = m.class_id and m.during @> l.held_on
              and l.group_id is null and l.state = 'planned'
         where a.login = 'pupil' and l.held_on between '2026-11-09' and '2026-11-20'
           and not exists (select from journal.answer w where w.lesson_id = l.lesson_id)
         order by 1 limit 1",
    );
    let field = |name: &str, value: &str| {
        format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    };
    let file = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"1.txt\"\r\n\
         content-type: text/plain\r\n\r\nx = 2\r\n--{BOUNDARY}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let path = format!("/my/homework/{lesson}");
    let form = id().to_string();
    let body = field("form", &form) + &field("text", "done") + &file;
    let (reply, changes) = school.five_times(&path, &school.pupil, &kind, body.as_bytes());
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert!(header(&reply.head, "location").is_some_and(|it| it.starts_with(&path)));
    assert_eq!(
        changes,
        made(&[("journal.answer", 1), ("journal.answer_file", 1)])
    );

    // The same form with something else in it is no repetition.
    let other = field("form", &form) + &field("text", "else") + &file;
    let (reply, changes) = school.five_times(&path, &school.pupil, &kind, other.as_bytes());
    assert_eq!((reply.status, changes), (422, made(&[])), "{}", reply.body);
}

/// The n-th lesson of grades 5 and up that nobody wrote in.
fn empty_lesson(n: u8) -> String {
    format!(
        "select array[l.lesson_id] from schedule.lesson l
         join curriculum.class c on c.org_id = l.org_id and c.class_id = l.class_id and c.grade > 4
         where l.state = 'planned' and l.group_id is null and l.held_on between '2026-11-09' and '2026-11-20'
           and not exists (select from journal.entry e where e.lesson_id = l.lesson_id)
           and not exists (select from journal.mark k where k.lesson_id = l.lesson_id)
           and not exists (select from journal.attendance a where a.lesson_id = l.lesson_id)
           and not exists (select from journal.work w where w.lesson_id = l.lesson_id)
         order by l.lesson_id offset {} limit 1",
        n - 1
    )
}

fn pupils_of(lesson: i64) -> String {
    format!(
        "select m.pupil_id from schedule.lesson l
         join movement.class_member m on m.org_id = l.org_id and m.class_id = l.class_id and m.during @> l.held_on
         where l.lesson_id = {lesson} order by 1"
    )
}

#[test]
fn every_write_sent_five_times_with_cuts_has_one_effect() {
    let school = School::open();
    a_batch_of_marks(&school);
    a_lesson_form(&school);
    final_marks(&school);
    an_absence_document(&school);
    an_answer_to_homework(&school);
    school.close();
}
