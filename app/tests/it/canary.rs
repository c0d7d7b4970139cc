//! a wanderer who follows links, types ids of another school into paths,
//! queries and forms, and takes every export, never meets anything of that
//! school, and never a failure of ours.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use testkit::{Answer, Client};

use crate::{
    actors::{Actor, Cast},
    headers,
    objects::{Things, filled},
    page,
    routes::{Route, routes},
    world::{CANARY, World},
};

const STEPS: usize = 1_400;
const WANDERERS: [&str; 8] = [
    "deputy",
    "admin",
    "secretary",
    "director",
    "class_teacher",
    "teacher",
    "parent",
    "pupil",
];

/// What may stand where an id or a word is expected.
const ODD: [&str; 12] = [
    "0",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "1e9",
    "%00",
    "'",
    "%3Cb%3E",
    "..%2F..",
    "null",
    "%F0%9F%94%94",
    "99999999999999999999",
];
const KEYS: [&str; 25] = [
    "q", "sort", "page", "as", "cols", "class", "teacher", "room", "group", "period", "week",
    "date", "year", "child", "person", "pupil", "lesson", "work", "kind", "type", "subject",
    "load", "circle", "move", "view",
];
const WORDS: [&str; 9] = [
    "Канарейкин",
    "rfyfhtqrby",
    "5",
    "20.11.2026",
    "2026-11-20",
    "н",
    "-name",
    "",
    "процент % и _",
];
/// What would end the walk.
const LEFT_ALONE: [&str; 4] = ["/logout", "/my/", "/settings/access", "/settings/accounts"];

struct Walk<'a> {
    world: &'a World,
    cast: &'a Cast,
    routes: Vec<Route>,
    rng: StdRng,
    seen: Vec<String>,
    faults: Vec<String>,
    /// Answers that were pages or files, and forms that were sent.
    opened: usize,
    files: usize,
    sent: usize,
    /// Whether the canary itself was typed into a form: it may be stored now.
    said: bool,
}

impl Walk<'_> {
    async fn steps(&mut self, actor: &Actor, steps: usize) {
        let mut client = self.world.client(&actor.token);
        self.seen = vec![
            format!("/o/{}/", self.world.own.code),
            "/my/day".to_owned(),
            "/my/settings".to_owned(),
        ];
        for _ in 0..steps {
            let path = self.next_path(actor);
            let answer = client.get(&path).await;
            self.look(actor, &path, &answer);
            if self.rng.random_bool(0.25) {
                self.send_a_form(actor, &mut client, &answer).await;
            }
        }
    }

    /// A link that was seen, or a route with things of somebody in it; some
    /// with a query that nobody wrote.
    fn next_path(&mut self, actor: &Actor) -> String {
        let mut path = if self.rng.random_bool(0.45) {
            self.seen.choose(&mut self.rng).cloned().unwrap_or_default()
        } else {
            self.routed(actor)
        };
        if path.ends_with("/stream") {
            // Goes on until somebody leaves; its greeting is looked at.
            return format!("{path}?once=true");
        }
        if self.rng.random_bool(0.3) {
            let sign = if path.contains('?') { '&' } else { '?' };
            let as_file = [
                "as=csv", "as=xlsx", "as=print", "as=csv", "as=xlsx", "as=pdf",
            ]
            .choose(&mut self.rng)
            .unwrap();
            path = format!("{path}{sign}{as_file}");
        }
        for _ in 0..self.rng.random_range(0..3) {
            let sign = if path.contains('?') { '&' } else { '?' };
            let key = KEYS.choose(&mut self.rng).unwrap();
            let value = self.value(key);
            path = format!("{path}{sign}{key}={value}");
        }
        path
    }

    fn routed(&mut self, actor: &Actor) -> String {
        let pages: Vec<&Route> = self
            .routes
            .iter()
            .filter(|it| !it.is_post() && !it.is_asset())
            .collect();
        let route = (*pages.choose(&mut self.rng).unwrap()).clone();
        let code = [
            &self.world.own.code,
            &self.world.own.code,
            &self.world.own.code,
            &self.world.other.code,
        ]
        .choose(&mut self.rng)
        .map_or_else(String::new, |it| (*it).clone());
        let things = *[actor.things, self.cast.elsewhere, self.cast.foreign]
            .choose(&mut self.rng)
            .unwrap();
        let odd = self
            .rng
            .random_bool(0.15)
            .then(|| (*ODD.choose(&mut self.rng).unwrap()).to_owned());
        filled(&route.path, &code, &things, &|name| {
            odd.clone().filter(|_| name != "org" && name != "*name")
        })
    }

    /// A value for that key: mostly an id of the other school.
    fn value(&mut self, key: &str) -> String {
        if self.rng.random_bool(0.25) {
            let any = ODD.choose(&mut self.rng).unwrap();
            return (*any).to_owned();
        }
        let foreign = &self.cast.foreign;
        match key {
            "class" | "room" | "year" | "pupil" | "lesson" | "subject" | "load" => id(foreign, key),
            "teacher" => foreign.staff.to_string(),
            "circle" => foreign.class.to_string(),
            "move" => foreign.slot.to_string(),
            "view" => "1".to_owned(),
            "person" => foreign.pupil.to_string(),
            "child" => format!("{}:{}", self.world.other.code, foreign.pupil),
            _ => encoded(WORDS.choose(&mut self.rng).unwrap()),
        }
    }

    async fn send_a_form(&mut self, actor: &Actor, client: &mut Client, answer: &Answer) {
        let forms = page::forms(&answer.text());
        let open = forms
            .iter()
            .filter(|it| !LEFT_ALONE.iter().any(|left| it.action.contains(left)));
        let open: Vec<_> = open.filter(|it| it.action.starts_with('/')).collect();
        let Some(form) = open.choose(&mut self.rng) else {
            return;
        };
        let mut fields = form.at_random(&mut self.rng, &WORDS[1..]);
        let foreign = self.cast.foreign;
        for (name, value) in &mut fields {
            // What is saved is shown again in the own school: the canary is not typed there.
            // An id that was offered becomes one that was not.
            if !value.is_empty()
                && value.bytes().all(|it| it.is_ascii_digit())
                && self.rng.random_bool(0.4)
            {
                let last = name
                    .rsplit('.')
                    .next()
                    .unwrap_or(name)
                    .trim_end_matches('s');
                *value = foreign.of(last).unwrap_or(foreign.pupil).to_string();
            }
        }
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|it| (it.0.as_str(), it.1.as_str()))
            .collect();
        let sent = client.post_form(&form.action, &pairs).await;
        self.sent += 1;
        self.said |= pairs.iter().any(|it| it.1.contains(CANARY));
        self.look(actor, &format!("POST {} {pairs:?}", form.action), &sent);
    }

    fn look(&mut self, actor: &Actor, path: &str, answer: &Answer) {
        let text = if is_xlsx(answer) {
            cells(answer)
        } else if crate::paper::is_pdf(answer) {
            crate::paper::read(answer)
        } else {
            answer.text()
        };
        let mut fault = |what: &str| self.faults.push(format!("{}: {what}   {path}", actor.name));
        if answer.status.is_server_error() {
            fault(&format!("{}", answer.status.as_u16()));
        }
        // What was typed may be said again; what was not may not.
        let typed =
            self.said || path.contains(CANARY) || path.contains("%D0%9A%D0%B0%D0%BD%D0%B0%D1%80");
        if text.contains(CANARY) && !(typed && shows_only_the_question(&text)) {
            fault("shows the other school");
        }
        for it in headers::faults(answer, false) {
            fault(&it);
        }
        if answer.status.is_success() {
            self.opened += 1;
            self.files += usize::from(answer.header("content-disposition").is_some());
            self.seen.extend(
                page::links(&text)
                    .into_iter()
                    .filter(|it| it != "/logout")
                    .take(40),
            );
        }
    }
}

/// The canary has a number or a space behind it, or the grade of a class
/// before it, wherever it is a name of the other school.
fn shows_only_the_question(text: &str) -> bool {
    let parts: Vec<&str> = text.split(CANARY).collect();
    parts.windows(2).all(|pair| {
        let (before, after) = (pair[0], pair[1]);
        !after.starts_with(|it: char| it.is_ascii_digit() || it == ' ')
            && !before.ends_with(|it: char| it.is_ascii_digit())
    })
}

fn id(things: &Things, name: &str) -> String {
    things.of(name).unwrap_or_default().to_string()
}

fn encoded(word: &str) -> String {
    word.bytes()
        .map(|it| {
            if it.is_ascii_alphanumeric() {
                char::from(it).to_string()
            } else {
                format!("%{it:02X}")
            }
        })
        .collect()
}

fn is_xlsx(answer: &Answer) -> bool {
    answer
        .header("content-type")
        .is_some_and(|it| it.contains("spreadsheetml"))
}

/// All texts of a workbook.
fn cells(answer: &Answer) -> String {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes.to_vec())).expect("a workbook");
    let mut text = String::new();
    for name in book.sheet_names() {
        let sheet = book.worksheet_range(&name).expect("a sheet");
        for cell in sheet
            .cells()
            .map(|it| it.2)
            .filter(|it| !matches!(it, Data::Empty))
        {
            text.push_str(&cell.to_string());
            text.push('\n');
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_of_another_school_is_ever_met() {
    let world = World::new().await;
    world.mark_the_other_school().await;
    let cast = Cast::of(&world).await;
    let mut walk = Walk {
        world: &world,
        cast: &cast,
        routes: routes(),
        rng: StdRng::seed_from_u64(20_261_120),
        seen: Vec::new(),
        faults: Vec::new(),
        opened: 0,
        files: 0,
        sent: 0,
        said: false,
    };
    for name in WANDERERS {
        walk.steps(cast.of_name(name), STEPS / WANDERERS.len())
            .await;
    }
    walk.faults.sort();
    walk.faults.dedup();
    assert!(
        walk.faults.is_empty(),
        "{} faults:\n{}",
        walk.faults.len(),
        walk.faults.join("\n")
    );
    let Walk {
        opened,
        files,
        sent,
        ..
    } = walk;
    let much = opened > STEPS / 3 && files > 25 && sent > 80;
    assert!(
        much,
        "only {opened} pages were opened, {files} files taken, {sent} forms sent"
    );
    // The canary sings where it belongs, or the walk would prove nothing.
    let at_home = world.client(&cast.of_name("foreign_deputy").token);
    let list = format!("/o/{}/people/pupils?as=xlsx", world.other.code);
    assert!(cells(&at_home.clone().get(&list).await).contains(CANARY));
}
