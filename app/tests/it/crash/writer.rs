//! Somebody who fills cells and sends every change until it is answered.

use std::{
    collections::HashMap,
    sync::{Condvar, Mutex, mpsc::Sender},
    time::Duration,
};

use serde_json::{Value, json};
use uuid::Uuid;

use super::server::{Cut, exchange, exchange_cut};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Cell {
    pub(super) lesson: i64,
    pub(super) pupil: i64,
}

/// What the server acknowledged of a cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    pub(super) value: String,
    pub(super) times: i64,
}

/// What the writers are told.
#[derive(Default)]
pub(super) struct Signs {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    stop: bool,
    /// How often the server came back.
    returns: u32,
}

impl Signs {
    pub(super) fn stop(&self) {
        self.state.lock().unwrap().stop = true;
        self.changed.notify_all();
    }

    pub(super) fn here_again(&self) {
        self.state.lock().unwrap().returns += 1;
        self.changed.notify_all();
    }

    fn is_stopped(&self) -> bool {
        self.state.lock().unwrap().stop
    }

    fn returns(&self) -> u32 {
        self.state.lock().unwrap().returns
    }

    /// Waits until the server came back once more, or a moment where it was
    /// back before anybody asked.
    fn wait(&self, seen: u32) {
        let state = self.state.lock().unwrap();
        let back = |it: &mut State| it.returns == seen && !it.stop;
        let moment = Duration::from_millis(200);
        drop(
            self.changed
                .wait_timeout_while(state, moment, back)
                .unwrap(),
        );
    }
}

pub(super) struct Writer {
    port: u16,
    head: String,
    cells: Vec<Cell>,
}

impl Writer {
    pub(super) fn new(port: u16, path: &str, cookie: &str, cells: &[(i64, i64)]) -> Self {
        let head = format!(
            "POST {path} HTTP/1.1\r\ncookie: {cookie}\r\ncontent-type: application/json\r\n"
        );
        let cells = cells
            .iter()
            .map(|&(lesson, pupil)| Cell { lesson, pupil })
            .collect();
        Self { port, head, cells }
    }

    /// Goes round the cells until told to stop; tells of every acknowledged change.
    pub(super) fn write(self, signs: &Signs, acknowledged: &Sender<()>) -> HashMap<Cell, Written> {
        let mut written: HashMap<Cell, Written> = HashMap::new();
        for (turn, cell) in self.cells.iter().cycle().enumerate() {
            if signs.is_stopped() {
                break;
            }
            let known = written.entry(*cell).or_default();
            let value = ["3", "4", "5"][(turn / self.cells.len()) % 3];
            let operation = json!({ "ops": [{
                "op_id": Uuid::from_u128(rand::random()), "lesson": cell.lesson, "work": null, "pupil": cell.pupil,
                "field": "mark", "base": known.times, "value": value,
            }] });
            let operation = operation.to_string();
            // whoever did not hear the answer sends it again.
            for cut in [Cut::Unheard, Cut::Body, Cut::Answer] {
                // The server may be away: one time less that it hears of it.
                let _ = exchange_cut(self.port, &self.head, operation.as_bytes(), cut);
            }
            let answer = self.send(&operation, signs);
            assert_eq!(answer["status"], "ok", "{operation} was answered {answer}");
            assert_eq!(answer["version"], known.times + 1, "{operation}: {answer}");
            let again = self.send(&operation, signs);
            assert_eq!(again, answer, "the same operation, another answer");
            known.times += 1;
            value.clone_into(&mut known.value);
            if acknowledged.send(()).is_err() {
                break;
            }
        }
        written
    }

    /// Sends until somebody is there who answers.
    fn send(&self, operation: &str, signs: &Signs) -> Value {
        loop {
            let seen = signs.returns();
            if let Ok(reply) = exchange(self.port, &self.head, operation.as_bytes()) {
                match reply.status {
                    200 => {
                        let answer: Value = serde_json::from_str(&reply.body).unwrap();
                        return answer["results"][0].clone();
                    }
                    // The database is away or begins anew.
                    500..=599 => {}
                    other => panic!("{operation} was answered {other}: {}", reply.body),
                }
            }
            signs.wait(seen);
        }
    }
}
