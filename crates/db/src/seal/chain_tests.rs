use rand::{Rng, SeedableRng, rngs::StdRng};

use super::*;

const PLACE: (i64, Log) = (1001, Log::History);

fn leaf(id: i64, text: &str) -> Leaf {
    Bytes::of(Log::History)
        .number(Some(id))
        .text(Some(text))
        .leaf(id)
}

/// A log of some rows under seals of some of them each.
#[derive(Clone)]
struct Book {
    rows: Vec<Leaf>,
    seals: Vec<Seal>,
}

impl Book {
    fn random(rng: &mut StdRng, key: &Key) -> Self {
        let mut book = Self {
            rows: vec![],
            seals: vec![],
        };
        let mut id = 0;
        for _ in 0..rng.random_range(1..6) {
            let batch: Vec<Leaf> = (0..rng.random_range(1..9))
                .map(|_| {
                    id += rng.random_range(1..4);
                    leaf(id, &rng.random::<u64>().to_string())
                })
                .collect();
            let seal = next(key, PLACE, book.seals.last(), &batch).expect("a batch has rows");
            book.rows.extend(batch);
            book.seals.push(seal);
        }
        book
    }

    /// The first bad batch, as the check of the database finds it.
    fn first_bad(&self, key: &Key) -> Option<(i64, What)> {
        let mut before: Option<&Seal> = None;
        for seal in &self.seals {
            let after = before.map_or(0, |it| it.last_id);
            let of_seal = self
                .rows
                .iter()
                .filter(|it| it.id > after && it.id <= seal.last_id);
            let rows: Vec<Leaf> = of_seal.copied().collect();
            let checked = follows(key, PLACE, before, seal).and_then(|()| covers(seal, &rows));
            if let Err(what) = checked {
                return Some((seal.n, what));
            }
            before = Some(seal);
        }
        let last = before.map_or(0, |it| it.last_id);
        let past = self.rows.iter().any(|it| it.id > last);
        past.then_some((0, What::RowsAdded))
    }
}

/// Does one of the six kinds of harm; false where there was nothing to harm.
fn tamper(rng: &mut StdRng, book: &mut Book) -> bool {
    let at = rng.random_range(0..book.rows.len());
    match rng.random_range(0..6) {
        0 => book.rows[at] = leaf(book.rows[at].id, "another value"),
        1 => {
            book.rows.remove(at);
        }
        2 => {
            // Into a gap of the numbers, back-dated.
            let taken: Vec<i64> = book.rows.iter().map(|it| it.id).collect();
            let last = taken.last().copied().unwrap_or_default();
            let Some(gap) = (1..last).find(|it| !taken.contains(it)) else {
                return false;
            };
            book.rows.push(leaf(gap, "slipped in"));
            book.rows.sort_by_key(|it| it.id);
        }
        3 => {
            // Two rows change places.
            let other = (at + 1) % book.rows.len();
            if at == other {
                return false;
            }
            let (a, b) = (book.rows[at].digest, book.rows[other].digest);
            (book.rows[at].digest, book.rows[other].digest) = (b, a);
        }
        4 => {
            // A seal in the middle goes, with its rows.
            if book.seals.len() < 2 {
                return false;
            }
            let gone = book.seals.remove(0);
            book.rows.retain(|it| it.id > gone.last_id);
        }
        _ => {
            // A seal is written anew over changed rows, with a guessed key.
            let place = rng.random_range(0..book.seals.len());
            let after = if place == 0 {
                0
            } else {
                book.seals[place - 1].last_id
            };
            let last = book.seals[place].last_id;
            for row in book
                .rows
                .iter_mut()
                .filter(|it| it.id > after && it.id <= last)
            {
                *row = leaf(row.id, "another value");
            }
            let of_seal = book.rows.iter().filter(|it| it.id > after && it.id <= last);
            let rows: Vec<Leaf> = of_seal.copied().collect();
            let before = place.checked_sub(1).map(|it| book.seals[it].clone());
            let forger = Key::from_bytes([1; 32]);
            if let Some(seal) = next(&forger, PLACE, before.as_ref(), &rows) {
                book.seals[place] = seal;
            }
        }
    }
    true
}

/// of 1,000 tamperings of six kinds each is found, and a clean log is
/// never called bad.
#[test]
fn a_thousand_tamperings_are_found() {
    let mut rng = StdRng::seed_from_u64(20_261_122);
    let key = Key::from_bytes([7; 32]);
    let mut done = 0;
    while done < 1_000 {
        let clean = Book::random(&mut rng, &key);
        assert_eq!(clean.first_bad(&key), None);
        let mut harmed = clean.clone();
        if tamper(&mut rng, &mut harmed) {
            done += 1;
            assert!(harmed.first_bad(&key).is_some(), "{done}");
        }
    }
}

/// A value cannot move from one column to the next unseen.
#[test]
fn columns_do_not_run_into_each_other() {
    let of = |one: Option<&str>, two: Option<&str>| {
        Bytes::of(Log::Audit).text(one).text(two).leaf(1).digest
    };
    let all = [
        of(Some("ab"), Some("c")),
        of(Some("a"), Some("bc")),
        of(Some("abc"), Some("")),
        of(Some("abc"), None),
        of(None, Some("abc")),
    ];
    for (at, one) in all.iter().enumerate() {
        assert!(!all[at + 1..].contains(one));
    }
}
