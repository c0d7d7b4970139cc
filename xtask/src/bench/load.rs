//! Fifty people at once (`ux.md` §7, check 40): families read the diary,
//! teachers open journals and put marks, the office looks who filled what.

use std::{
    collections::HashMap,
    sync::Barrier,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};

use super::{
    contract::Server,
    http::{Client, Request},
    pages::{ok, percentile},
    table::{Bar, Figure},
};
use crate::cluster::Cluster;

const PEOPLE: usize = 50;
/// Of ten people so many belong to families and so many teach; the rest is the office.
const FAMILIES: usize = 5;
const TEACHERS: usize = 4;
/// Milliseconds within which 95 of 100 answers come.
const PAGE: f64 = 200.0;
const BATCH: f64 = 100.0;
/// Marks of a batch: what a teacher types in a few seconds.
const MARKS: usize = 5;

/// How fast they are.
const PACES: [(&str, Duration); 2] = [
    ("50 people, a second between", Duration::from_secs(1)),
    ("50 people without a pause", Duration::ZERO),
];

/// Lets them work at both paces, each for so many seconds.
pub(super) fn measure(server: &Server, cluster: &Cluster, seconds: u32) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (name, pause) in PACES {
        let journals = journals(server, cluster)?;
        let (times, lasted) = run(server, &journals, pause, seconds)?;
        figures.extend(told(name, times, lasted)?);
    }
    Ok(figures)
}

fn told(name: &str, times: Times, lasted: Duration) -> Result<Vec<Figure>> {
    let Times {
        mut pages,
        mut batches,
    } = times;
    if pages.is_empty() || batches.is_empty() {
        bail!("{name}: nothing was asked for; go on for more seconds");
    }
    let answers = u32::try_from(pages.len() + batches.len())?;
    let of = |what: &str| format!("{name}: {what}");
    let ms =
        |what, times: &mut [f64], percent| Figure::told(of(what), percentile(times, percent), "ms");
    let held = |what, times: &mut [f64], most| {
        Figure::held(of(what), percentile(times, 95), "ms", Bar::AtMost(most))
    };
    Ok(vec![
        ms("page, median", &mut pages, 50),
        held("page, 95th of 100", &mut pages, PAGE),
        ms("marks, median", &mut batches, 50),
        held("marks, 95th of 100", &mut batches, BATCH),
        Figure::told(
            of("answers a second"),
            f64::from(answers) / lasted.as_secs_f64(),
            "1/s",
        ),
    ])
}

/// A journal with the lesson that somebody fills, and its cells.
struct Journal {
    class: i64,
    subject: i64,
    lesson: i64,
    /// Pupils with the versions of their marks.
    cells: Vec<(i64, i32)>,
}

impl Journal {
    fn read(it: &Value) -> Option<Self> {
        let cells = it["cells"].as_array()?.iter().map(|cell| {
            let version = cell[1].as_i64()?.try_into().ok()?;
            Some((cell[0].as_i64()?, version))
        });
        Some(Self {
            class: it["class_id"].as_i64()?,
            subject: it["subject_id"].as_i64()?,
            lesson: it["lesson_id"].as_i64()?,
            cells: cells.collect::<Option<_>>()?,
        })
    }
}

/// A journal for each of the people, of the days before the measured lesson.
fn journals(server: &Server, cluster: &Cluster) -> Result<Vec<Journal>> {
    let measured = server.number("ops_lesson")?;
    let found = cluster.psql(
        "zvonok",
        &format!(
            "select coalesce(json_agg(it), '[]') from (
               select l.class_id, l.subject_id, l.lesson_id,
                      (select json_agg(json_build_array(m.pupil_id, coalesce(k.version, 0)) order by m.pupil_id)
                         from movement.class_member m
                         left join journal.mark k on k.org_id = m.org_id and k.pupil_id = m.pupil_id
                              and k.work_id = (select w.work_id from journal.work w
                                                where w.org_id = l.org_id and w.lesson_id = l.lesson_id
                                                  and w.removed_at is null
                                                order by w.position, w.work_id limit 1)
                        where m.org_id = l.org_id and m.class_id = l.class_id and m.during @> l.held_on) as cells
                 from schedule.lesson o
                 join schedule.lesson l on l.org_id = o.org_id and l.held_on between o.held_on - 3 and o.held_on
                      and l.lesson_id <> o.lesson_id and l.group_id is null and l.state = 'planned'
                 join curriculum.class c on c.org_id = l.org_id and c.class_id = l.class_id and c.grade > 4
                where o.lesson_id = {measured}
                order by l.lesson_id limit {PEOPLE}) it"
        ),
    )?;
    let found: Vec<Value> = serde_json::from_str(&found)?;
    let journals: Option<Vec<Journal>> = found.iter().map(Journal::read).collect();
    let journals = journals.context("strange journals")?;
    if journals.len() < PEOPLE {
        bail!("there are {} journals, not {PEOPLE}", journals.len());
    }
    Ok(journals)
}

/// Milliseconds of every answer.
#[derive(Default)]
struct Times {
    pages: Vec<f64>,
    batches: Vec<f64>,
}

fn run(
    server: &Server,
    journals: &[Journal],
    pause: Duration,
    seconds: u32,
) -> Result<(Times, Duration)> {
    let begin = Barrier::new(journals.len());
    let lasts = Duration::from_secs(u64::from(seconds));
    let since = Instant::now();
    let all: Result<Vec<Times>> = thread::scope(|scope| {
        let begin = &begin;
        let people: Vec<_> = journals
            .iter()
            .enumerate()
            .map(|(at, journal)| {
                // They do not press their keys at the same moment.
                let late = pause * u32::try_from(at).unwrap_or(0) / 50;
                scope.spawn(move || {
                    let person = Person::new(server, at, journal);
                    begin.wait();
                    rest(late);
                    person?.work(pause, lasts)
                })
            })
            .collect();
        let ends = people
            .into_iter()
            .map(|it| it.join().map_err(|_| anyhow!("a person failed"))?);
        ends.collect()
    });
    let mut times = Times::default();
    for of_one in all? {
        times.pages.extend(of_one.pages);
        times.batches.extend(of_one.batches);
    }
    Ok((times, since.elapsed()))
}

/// Whoever measures pauses as people do, and nothing waits for it.
#[expect(
    clippy::disallowed_methods,
    reason = "people really pause, and nothing waits for them"
)]
pub(super) fn rest(pause: Duration) {
    thread::sleep(pause);
}

/// What somebody asks for next.
enum Step {
    Page { path: String, cookie: String },
    Marks,
}

struct Person {
    client: Client,
    /// Whose answers are read.
    marks: Client,
    steps: Vec<Step>,
    ops: String,
    cookie: String,
    lesson: i64,
    versions: HashMap<i64, i32>,
    pupils: Vec<i64>,
    /// Makes the ids of operations different from everybody else's.
    number: usize,
    sent: u32,
}

impl Person {
    /// Connects and looks at everything once, unmeasured.
    fn new(server: &Server, number: usize, journal: &Journal) -> Result<Self> {
        let office = server.cookie("school_day").to_owned();
        let ops = server.text("ops_url")?.to_owned();
        let school = ops.trim_end_matches("/journal/ops").to_owned();
        let page = |path: String| Step::Page {
            path,
            cookie: office.clone(),
        };
        let family = |path: &str| Step::Page {
            path: path.to_owned(),
            cookie: server.cookie("diary_week").to_owned(),
        };
        let home = format!("{school}/");
        let grid = format!("{school}/journal/{}/{}", journal.class, journal.subject);
        let steps = match number % 10 {
            it if it < FAMILIES => vec![
                family("/my/day"),
                family(server.text("diary_week")?),
                family(server.text("marks")?),
            ],
            it if it < FAMILIES + TEACHERS => {
                vec![
                    page(home),
                    page(grid),
                    Step::Marks,
                    Step::Marks,
                    Step::Marks,
                ]
            }
            _ => vec![
                page(home),
                page(format!("{school}/control/filling")),
                page(server.text("school_day")?.to_owned()),
            ],
        };
        let mut person = Self {
            client: server.client()?,
            marks: server.client()?.without_packing(),
            steps: vec![],
            ops,
            cookie: office,
            lesson: journal.lesson,
            versions: journal.cells.iter().copied().collect(),
            pupils: journal.cells.iter().map(|it| it.0).collect(),
            number,
            sent: 0,
        };
        for step in &steps {
            person.take(step)?;
        }
        person.steps = steps;
        Ok(person)
    }

    fn work(mut self, pause: Duration, lasts: Duration) -> Result<Times> {
        let mut times = Times::default();
        let until = Instant::now() + lasts;
        let steps = std::mem::take(&mut self.steps);
        for step in steps.iter().cycle() {
            if Instant::now() >= until {
                break;
            }
            let since = Instant::now();
            self.take(step)?;
            let took = since.elapsed().as_secs_f64() * 1000.0;
            match step {
                Step::Page { .. } => times.pages.push(took),
                Step::Marks => times.batches.push(took),
            }
            rest(pause);
        }
        Ok(times)
    }

    fn take(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::Page { path, cookie } => {
                ok(&mut self.client, &Request::get(path).with_cookie(cookie))?;
                Ok(())
            }
            Step::Marks => self.put_marks(),
        }
    }

    /// The next few pupils get other marks.
    fn put_marks(&mut self) -> Result<()> {
        self.sent += 1;
        let start = usize::try_from(self.sent)? * MARKS;
        let pupils = self.pupils.iter().cycle().skip(start % self.pupils.len());
        let ops: Vec<Value> = pupils
            .take(MARKS.min(self.pupils.len()))
            .map(|pupil| self.mark(*pupil))
            .collect();
        let body = json!({ "ops": ops }).to_string();
        let request = Request::post(&self.ops, body.as_bytes()).with_cookie(&self.cookie);
        let answer = ok(&mut self.marks, &request)?;
        let answer: Value = serde_json::from_slice(&answer.body)?;
        let results = answer["results"].as_array().into_iter().flatten();
        for (op, result) in ops.iter().zip(results) {
            let version = result["version"].as_i64().and_then(|it| it.try_into().ok());
            match (op["pupil"].as_i64(), version) {
                (Some(pupil), Some(version)) if result["status"] == "ok" => {
                    self.versions.insert(pupil, version);
                }
                _ => bail!("a mark was refused: {result}"),
            }
        }
        Ok(())
    }

    fn mark(&self, pupil: i64) -> Value {
        let base = self.versions.get(&pupil).copied().unwrap_or_default();
        let moment = SystemTime::now().duration_since(UNIX_EPOCH);
        let moment = moment.map_or(0, |it| it.as_nanos() & 0xffff_ffff_ffff);
        let id = format!(
            "{:08x}-{:04x}-4{:03x}-8000-{moment:012x}",
            pupil & 0xffff_ffff,
            self.number & 0xffff,
            self.sent & 0xfff,
        );
        json!({
            "op_id": id, "lesson": self.lesson, "work": null, "pupil": pupil,
            "field": "mark", "base": base, "value": if base % 2 == 0 { "5" } else { "4" },
        })
    }
}
