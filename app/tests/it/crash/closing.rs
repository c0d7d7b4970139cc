//! MOV-4: the application and the database are killed while a year is closed
//! and taken back: what is left is the old state or the new one.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use rand::Rng;
use sqlx::{Connection, PgConnection};

use super::{
    kill,
    place::Place,
    say,
    server::{App, exchange},
    wanted,
};
use crate::page;

/// A kill strikes within so many milliseconds after the run was asked for.
const WITHIN: std::ops::Range<u64> = 0..700;

/// A server that was struck is there again by then.
const PATIENCE: Duration = Duration::from_secs(20);

/// The pages of the transition, as a deputy head uses them.
struct Deputy {
    port: u16,
    cookie: String,
    base: String,
}

/// What stands in the database at one moment.
#[derive(Debug, PartialEq, Eq)]
enum Left {
    Old,
    New,
}

impl Deputy {
    fn of(app: &App) -> Self {
        Self {
            port: app.port(),
            cookie: app.sign_in("zavuch"),
            base: format!("{}/settings/rollover", app.school()),
        }
    }

    fn form(&self, step: &str, change: &[(&str, &str)]) -> String {
        let head = format!(
            "GET {}/{step} HTTP/1.1\r\ncookie: {}\r\n",
            self.base, self.cookie
        );
        let shown = exchange(self.port, &head, b"").unwrap();
        assert_eq!(shown.status, 200, "{step}: {}", shown.body);
        let forms = page::forms(&shown.body);
        let own = |it: &&page::Form| it.action.is_empty() || it.action.ends_with(step);
        let form = forms.iter().find(own).cloned().unwrap_or_default();
        let mut fields = form.filled(&mut |_, _| None);
        fields.extend(change.iter().map(|it| (it.0.to_owned(), it.1.to_owned())));
        let pair = |(name, value): &(String, String)| {
            format!("{}={}", web::form::encode(name), web::form::encode(value))
        };
        fields.iter().map(pair).collect::<Vec<_>>().join("&")
    }

    fn head(&self, step: &str) -> String {
        format!(
            "POST {}/{step} HTTP/1.1\r\ncookie: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n",
            self.base, self.cookie
        )
    }

    /// Sends the step as its page proposes it; what was answered where it is refused.
    fn send(&self, step: &str) -> Result<(), String> {
        let form = self.form(step, &[]);
        let reply = exchange(self.port, &self.head(step), form.as_bytes()).unwrap();
        if reply.status == 303 {
            return Ok(());
        }
        Err(format!("{step}: {} {}", reply.status, reply.body))
    }
}

/// Looks at everything that the run changes, in one statement.
fn left(place: &Place) -> Left {
    let rows: Vec<(bool, bool, bool, i64, i64, i64)> = place.rows(
        "select t.state = 'done', f.state = 'archived', n.state = 'current',
                (select count(*) from movement.order o
                  where o.org_id = t.org_id and o.order_id = any(t.orders) and o.state = 'issued'),
                cardinality(t.orders)::bigint,
                (select count(*) from movement.class_member m
                   join curriculum.class c on c.org_id = m.org_id and c.class_id = m.class_id
                  where m.org_id = t.org_id and c.year_id = f.year_id and upper_inf(m.during))
           from rollover.transition t
           join curriculum.year f on f.org_id = t.org_id and f.year_id = t.from_year_id
           join curriculum.year n on n.org_id = t.org_id and n.year_id = t.to_year_id",
    );
    let it = rows[0];
    match it {
        (true, true, true, issued, orders, 0) if issued == orders && orders > 0 => Left::New,
        (false, false, false, 0, _, behind) if behind > 0 => Left::Old,
        other => panic!("a mixture: {other:?}"),
    }
}

/// Kills a connection of the application and waits until the server has
/// ended all others too and is there again.
fn kill_database(place: &Place) {
    let mut held = place.runtime.block_on(place.connect());
    place.kill_a_backend();
    let begun = Instant::now();
    place.runtime.block_on(async {
        while held.ping().await.is_ok() && begun.elapsed() < PATIENCE {
            tokio::task::yield_now().await;
        }
        let url = place.cluster.admin_url();
        while PgConnection::connect(&url).await.is_err() && begun.elapsed() < PATIENCE {
            tokio::task::yield_now().await;
        }
    });
}

/// Asks for the step and strikes at a random moment.
fn struck(place: &Place, app: &mut App, deputy: &Deputy, step: &str, database: bool) {
    let (sent, answered) = mpsc::channel();
    let form = deputy.form(step, &[("confirm", "1")]);
    let (port, head) = (deputy.port, deputy.head(step));
    let asking = thread::spawn(move || {
        let _ = sent.send(exchange(port, &head, form.as_bytes()).is_ok());
    });
    let moment = Duration::from_millis(rand::rng().random_range(WITHIN));
    // An answer may come first: then the kill strikes what follows.
    let _ = answered.recv_timeout(moment);
    if database {
        kill_database(place);
    } else {
        kill(app.process());
        place.start_again(app);
    }
    asking.join().unwrap();
}

/// Makes the drafts and the trial anew. On a busy machine the job that was
/// killed may be taken up again and close the year meanwhile: then the steps
/// are refused, and it must be the new state whole.
fn prepared(place: &Place, deputy: &Deputy) -> bool {
    match deputy.send("orders").and_then(|()| deputy.send("trial")) {
        Ok(()) => true,
        Err(refused) => {
            assert!(matches!(left(place), Left::New), "{refused}");
            false
        }
    }
}

/// MOV-4: `cargo xtask soak` kills the application a hundred times, and the
/// database fifty times.
#[test]
fn killing_a_closing_year_leaves_the_old_or_the_new_state() {
    let kills = wanted("ZVONOK_YEAR_KILLS", 10);
    let place = Place::new("killed-year");
    let mut app = place.app();
    let deputy = Deputy::of(&app);
    deputy.send("year").unwrap();
    deputy.send("classes").unwrap();
    let (mut old, mut new) = (0, 0);
    for at in 0..kills {
        // A job that was killed is taken up again when its lease is over, and
        // then it finds another version.
        let step = match left(&place) {
            Left::Old if prepared(&place, &deputy) => "run",
            Left::Old | Left::New => "result",
        };
        struck(&place, &mut app, &deputy, step, at % 3 == 2);
        match left(&place) {
            Left::Old => old += 1,
            Left::New => new += 1,
        }
    }
    app.stop();
    place.stop();
    say(&format!(
        "killed-year: {kills} kills, {old} times the old state, {new} times the new one, never a mixture"
    ));
}
