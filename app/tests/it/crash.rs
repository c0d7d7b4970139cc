//! the application and the database are killed under load,
//! every write is sent five times over a network that cuts it off, and no
//! acknowledged mark is lost, doubled or invented.
//!
//! `cargo xtask soak` runs the same with ten times as many kills.

mod closing;
mod letters;
mod nodes;
mod place;
mod resend;
mod server;
mod sink;
mod writer;

use std::{
    collections::HashMap,
    process::Command,
    sync::{Arc, mpsc},
    thread,
    time::Instant,
};

use rand::Rng;

use self::{
    place::Place,
    server::App,
    writer::{Cell, Signs, Written},
};

/// People who write at the same time, each into cells of their own.
const WRITERS: usize = 6;
const CELLS_OF_A_WRITER: usize = 8;
/// Acknowledged writes between two kills.
const BETWEEN: std::ops::Range<u32> = 5..30;

/// How many kills: the least that counts, unless a soak asks for more.
fn wanted(variable: &str, least: u32) -> u32 {
    std::env::var(variable).map_or(least, |it| it.parse().expect("a number of kills"))
}

/// `kill -9`
fn kill(process: u32) {
    let status = Command::new("kill")
        .args(["-KILL", &process.to_string()])
        .status()
        .unwrap();
    assert!(status.success(), "nobody to kill");
}

/// Writes under `kills` kills and compares what was acknowledged with what is there.
fn survive(name: &str, kills: u32, mut strike: impl FnMut(&Place, &mut App)) {
    let begun = Instant::now();
    let place = Place::new(name);
    let mut app = place.app();
    let cookie = app.sign_in("zavuch");
    let operations = format!("{}/journal/ops", app.school());
    let signs = Arc::new(Signs::default());
    let (acknowledged, arrivals) = mpsc::channel();
    let handles: Vec<_> = place
        .cells(WRITERS * CELLS_OF_A_WRITER)
        .chunks(CELLS_OF_A_WRITER)
        .map(|cells| {
            let writer = writer::Writer::new(app.port(), &operations, &cookie, cells);
            let (signs, acknowledged) = (Arc::clone(&signs), acknowledged.clone());
            thread::spawn(move || writer.write(&signs, &acknowledged))
        })
        .collect();
    drop(acknowledged);
    for _ in 0..kills {
        for _ in 0..rand::rng().random_range(BETWEEN) {
            arrivals.recv().expect("the writers go on");
        }
        strike(&place, &mut app);
        signs.here_again();
    }
    signs.stop();
    let written: HashMap<Cell, Written> = handles
        .into_iter()
        .flat_map(|it| it.join().expect("a writer ends"))
        .collect();
    let stored = place.stored();
    let writes: i64 = written.values().map(|it| it.times).sum();
    assert!(writes > i64::from(kills * BETWEEN.start));
    for (cell, written) in &written {
        let (value, version, changes) = &stored[cell];
        assert_eq!(
            (value, *version, *changes),
            (&written.value, written.times, written.times),
            "{cell:?}: acknowledged {} times, last {}",
            written.times,
            written.value
        );
    }
    app.stop();
    place.stop();
    say(&format!(
        "{name}: {kills} kills, {writes} acknowledged marks, each sent five times: 0 lost, 0 doubled, 0 invented ({:.0} s)",
        begun.elapsed().as_secs_f32()
    ));
}

/// A line for whoever runs a soak; a passing test says it to nobody else.
#[expect(clippy::print_stdout, reason = "the counts of a soak are its result")]
fn say(line: &str) {
    println!("{line}");
}

///
#[test]
fn killing_the_application_loses_and_invents_no_mark() {
    survive(
        "killed-app",
        wanted("ZVONOK_APP_KILLS", 50),
        |place, app| {
            kill(app.process());
            place.start_again(app);
        },
    );
}

///
#[test]
fn killing_the_database_loses_and_invents_no_mark() {
    survive(
        "killed-database",
        wanted("ZVONOK_DATABASE_KILLS", 20),
        |place, _| {
            place.kill_a_backend();
        },
    );
}
