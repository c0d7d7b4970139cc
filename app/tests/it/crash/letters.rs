//! DLN-4: three nodes over one database send the letters of a simulated month
//! through a mail server that breaks off, and are killed at random. No letter
//! is lost, and one arrives twice only in the window of ADR 0014.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    time::{Duration, Instant},
};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use mail_parser::MessageParser;
use rand::{Rng, seq::IndexedRandom};

use super::{
    Place, kill,
    nodes::{Node, Post},
    sink::{Copy, Manners, Sink},
    wanted,
};

/// Nodes that send at the same time.
const NODES: usize = 3;
/// People who get a letter every day.
const PEOPLE: i64 = 12;
/// Rules that things belong to in turn: a letter names eight things of a rule
/// and counts the others, and a month has more days than that.
const RULES: usize = 3;
/// A node sends so many letters at one time; what it had is lost with it.
const AT_ONCE: usize = 4;
/// The rest must have arrived by then.
const PATIENCE: Duration = Duration::from_mins(2);

/// What came of a month.
struct Counts {
    /// Letters written.
    letters: usize,
    copies: usize,
    /// Copies beyond the first that the window explains.
    in_window: usize,
    /// Message-IDs of copies that nothing explains.
    doubled: Vec<String>,
    /// Message-IDs of letters that never arrived, and things nobody was told.
    lost: Vec<String>,
}

/// A month of working days with nodes, kills and a mail server of its manners.
struct Month {
    place: Place,
    sink: Sink,
    nodes: Vec<Node>,
    /// Lives that ended by a kill.
    killed: HashSet<String>,
    days: Vec<NaiveDate>,
    things: usize,
}

fn run(place: &Place, statements: &str) {
    let statements = sqlx::AssertSqlSafe(statements.to_owned());
    place.runtime.block_on(async {
        sqlx::raw_sql(statements)
            .execute(&mut place.connect().await)
            .await
            .unwrap();
    });
}

impl Month {
    fn new(name: &str, manners: Manners) -> Self {
        let place = Place::new(name);
        let first: NaiveDate = "2026-11-23".parse().unwrap();
        let rests = |it: &NaiveDate| matches!(it.weekday(), Weekday::Sat | Weekday::Sun);
        let days = (0..30)
            .map(|it| first + Days::new(it))
            .filter(|it| !rests(it));
        let days: Vec<NaiveDate> = days.collect();
        let sink = Sink::start(manners);
        let post = Post {
            database: place.cluster.admin_url(),
            folder: place.folder.path().to_owned(),
            port: sink.address.port(),
        };
        // The first one fills the school; the others find it.
        let mut nodes = vec![Node::start(&post, days[0])];
        nodes[0].wait_until_it_serves();
        for _ in 1..NODES {
            let mut node = Node::start(&post, days[0]);
            node.wait_until_it_serves();
            nodes.push(node);
        }
        Self {
            place,
            sink,
            nodes,
            killed: HashSet::new(),
            days,
            things: 0,
        }
    }

    /// Everybody owes one more thing, and is to be told of it that day.
    fn owe(&mut self, day: NaiveDate) {
        let from = self.things;
        let rule = from / usize::try_from(PEOPLE).unwrap() % RULES;
        self.things += usize::try_from(PEOPLE).unwrap();
        self.sql(&format!(
            "with somebody as (
                 select p.org_id, p.person_id, row_number() over (order by p.person_id) + {from} as n
                 from people.person p
                 join people.staff s on s.org_id = p.org_id and s.person_id = p.person_id and s.dismissed_on is null
                 where p.email <> '' order by p.person_id limit {PEOPLE}
             ), debt as (
                 insert into deadlines.debt (org_id, rule, duty, key, on_day, due_on, owner_kind, owner_person, text, place, found_at)
                 select org_id, 'T-{rule}', 'test.thing', 'thing-' || n, '{day}', '{day}', 'person', person_id,
                        'thing-' || n || '.', '/', '{day}'
                 from somebody returning org_id, debt_id, owner_person
             )
             insert into deadlines.reminder (org_id, debt_id, to_person, occasion, due_on, found_on)
             select org_id, debt_id, owner_person, 'day', '{day}', '{day}' from debt"
        ));
    }

    /// Kills one node, whatever it is doing, and starts it again on that day.
    fn strike(&mut self, day: NaiveDate) {
        let victim = rand::rng().random_range(0..self.nodes.len());
        self.killed.insert(self.nodes[victim].life().to_owned());
        kill(self.nodes[victim].process());
        self.nodes[victim].start_again(day);
    }

    fn sql(&self, statements: &str) {
        run(&self.place, statements);
    }

    fn list(&self, query: &str) -> Vec<String> {
        let query = sqlx::AssertSqlSafe(query.to_owned());
        self.place.runtime.block_on(async {
            sqlx::query_scalar(query)
                .fetch_all(&mut self.place.connect().await)
                .await
                .unwrap()
        })
    }

    fn is_quiet(&self) -> bool {
        self.list(
            "select 'x' where exists (select from messaging.letter where state in ('waiting', 'sending'))
                 or exists (select from deadlines.reminder where told_on is null and to_person is not null)",
        )
        .is_empty()
    }

    /// Lets the nodes work until nothing waits. What was found after the
    /// letter of a day waits for the next, so days go on.
    fn end(&mut self) {
        let begun = Instant::now();
        let mut day = *self.days.last().unwrap();
        while !self.is_quiet() {
            assert!(begun.elapsed() < PATIENCE, "letters still wait: {:?}", self.list(
                "select concat_ws(' ', state, error, count(*)) from messaging.letter group by state, error"));
            if self.sink.wait_for(1, Duration::from_secs(9)) == 0 && !self.is_quiet() {
                day = day + Days::new(if day.weekday() == Weekday::Fri { 3 } else { 1 });
                for node in &mut self.nodes {
                    self.killed.insert(node.life().to_owned());
                    kill(node.process());
                    node.start_again(day);
                }
            }
        }
        for node in self.nodes.drain(..) {
            node.stop();
        }
    }

    fn counts(&self) -> Counts {
        let written: BTreeSet<String> = self
            .list(
                "select concat(org_id, '.', letter_id) from messaging.letter where state = 'sent'",
            )
            .into_iter()
            .collect();
        let copies = self.sink.copies();
        let mut of: BTreeMap<String, Vec<&Copy>> = BTreeMap::new();
        let mut told: HashSet<String> = HashSet::new();
        for copy in &copies {
            let mail = MessageParser::default().parse(&copy.raw).unwrap();
            let id = mail.message_id().unwrap_or_default();
            let id = id.split('@').next().unwrap_or_default().to_owned();
            let text = mail.body_text(0).unwrap_or_default().into_owned();
            let words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '-');
            told.extend(
                words
                    .filter(|it| it.starts_with("thing-"))
                    .map(str::to_owned),
            );
            of.entry(id).or_default().push(copy);
        }
        let mut doubled = vec![];
        let mut in_window = 0;
        for (id, all) in &of {
            for copy in &all[..all.len() - 1] {
                if !copy.answered || self.died_with(copy, &copies) {
                    in_window += 1;
                } else {
                    doubled.push(id.clone());
                }
            }
        }
        let arrived: BTreeSet<String> = of.into_keys().collect();
        let mut lost: Vec<String> = written.difference(&arrived).cloned().collect();
        // What was done meanwhile needs no letter.
        let things = self.list(
            "select d.key from deadlines.reminder r join deadlines.debt d using (org_id, debt_id)
             where d.rule like 'T-%' and (d.closed_at is null or r.letter_id is not null)",
        );
        lost.extend(things.into_iter().filter(|it| !told.contains(it)));
        Counts {
            letters: written.len(),
            copies: copies.len(),
            in_window,
            doubled,
            lost,
        }
    }

    /// Whether the node was killed before it could write down that the letter
    /// had gone: the copy is among the last of that life.
    fn died_with(&self, copy: &Copy, all: &[Copy]) -> bool {
        let of_life = all.iter().filter(|it| it.life == copy.life);
        let later = of_life.filter(|it| it.number > copy.number).count();
        self.killed.contains(&copy.life) && later < AT_ONCE
    }

    fn stop(self) {
        self.place.runtime.block_on(self.place.cluster.stop());
    }
}

/// DLN-4: the counts of the whole month are printed.
#[test]
#[expect(clippy::print_stdout, reason = "the counts of a month are its result")]
fn killed_nodes_lose_no_letter_and_double_none() {
    let rounds = wanted("ZVONOK_MAIL_ROUNDS", 12);
    let mut month = Month::new("killed-mail", Manners::Bad);
    let mut owed = HashSet::new();
    for round in 0..rounds as usize {
        let at = round * (month.days.len() - 1) / rounds as usize;
        let day = month.days[at];
        if owed.insert(day) {
            month.owe(day);
        }
        let letters = *[0, 1, 3, 6].choose(&mut rand::rng()).unwrap();
        month.sink.wait_for(letters, Duration::from_millis(1500));
        month.strike(day);
    }
    month.end();
    let it = month.counts();
    let stopped = month.killed.len();
    month.stop();
    println!(
        "{} letters of {} days, {stopped} kills: {} copies, {} doubled in the window, {} beside it, {} lost",
        it.letters,
        owed.len(),
        it.copies,
        it.in_window,
        it.doubled.len(),
        it.lost.len(),
    );
    assert!(
        it.letters >= 2 * usize::try_from(PEOPLE).unwrap(),
        "{} letters",
        it.letters
    );
    assert!(it.lost.is_empty(), "lost: {:?}", it.lost);
    assert!(it.doubled.is_empty(), "doubled: {:?}", it.doubled);
}

/// The same without leases, and without any kill: the test must see it.
#[test]
fn without_leases_letters_double_and_the_count_tells() {
    let mut month = Month::new("mail-without-leases", Manners::Slow);
    month.sql(
        "create function messaging.no_lease() returns trigger language plpgsql as $$
         begin new.held_until := null; return new; end $$;
         create trigger no_lease before update on messaging.letter
             for each row execute function messaging.no_lease()",
    );
    let day = month.days[0];
    month.owe(day);
    month.end();
    let it = month.counts();
    month.stop();
    assert!(
        !it.doubled.is_empty(),
        "{} letters, {} copies",
        it.letters,
        it.copies
    );
}
