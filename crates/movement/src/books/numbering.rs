//! Which number the personal file of an enrolled pupil gets (§3.3, MOV-3).

use std::collections::{HashMap, HashSet};

use db::Tx;
use kernel::PersonId;
use people::People;

use super::{
    FileFormat, FileRecordId,
    file_number::{FileNumber, Given, page_of},
};
use crate::{Error, OrderId, OrderLine, store};

/// An enrolment that needs a line.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) pupil: PersonId,
    pub(crate) order: OrderId,
    /// The number that the order names.
    pub(crate) wish: String,
}

/// The last line of a pupil.
#[derive(Clone, Debug)]
pub(crate) struct LastRecord {
    pub(crate) id: FileRecordId,
    pub(crate) order: OrderId,
    pub(crate) number: String,
    /// Whether the order of the enrolment is in force.
    pub(crate) in_force: bool,
}

/// A number in the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) record: FileRecordId,
    pub(crate) pupil: PersonId,
    pub(crate) number: String,
    /// Whether the order of the enrolment is in force.
    pub(crate) in_force: bool,
}

/// A line to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewRecord {
    pub(crate) pupil: PersonId,
    pub(crate) order: OrderId,
    pub(crate) letter: String,
    pub(crate) number: String,
    pub(crate) previous: Option<FileRecordId>,
    /// The number that the card had, where it gets another one.
    pub(crate) before: Option<String>,
}

/// A line of a cancelled enrolment that is ordered anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rebound {
    pub(crate) id: FileRecordId,
    pub(crate) order: OrderId,
    pub(crate) letter: String,
    pub(crate) number: String,
    pub(crate) before: Option<String>,
}

/// What is known when numbers are given.
struct Numbering {
    format: FileFormat,
    /// The lines of the book.
    held: Vec<Held>,
    last: HashMap<PersonId, LastRecord>,
    /// Numbers that the cards have.
    of_cards: HashMap<PersonId, String>,
}

/// What to write.
#[derive(Debug, Default, PartialEq, Eq)]
struct Decided {
    enter: Vec<NewRecord>,
    rebind: Vec<Rebound>,
    /// Numbers that the cards have not.
    cards: Vec<(PersonId, String)>,
    /// Lines of cancelled enrolments whose number somebody else gets.
    drop: Vec<FileRecordId>,
}

/// «В/13», «в-13» and «В 13» are one number.
fn key(number: &str) -> String {
    match FileNumber::parse(number) {
        Some(it) => it.show(FileFormat::Slash),
        None => number.trim().to_lowercase(),
    }
}

/// Who has which number.
struct Owners {
    /// Of lines whose enrolment is in force.
    lines: HashMap<String, PersonId>,
    cards: HashMap<String, PersonId>,
    /// Lines whose enrolment was cancelled.
    cancelled: HashMap<String, FileRecordId>,
}

impl Owners {
    fn of(held: &[Held], of_cards: &HashMap<PersonId, String>) -> Self {
        let (lines, cancelled) = held.iter().partition::<Vec<&Held>, _>(|it| it.in_force);
        Self {
            lines: lines.iter().map(|it| (key(&it.number), it.pupil)).collect(),
            cards: of_cards
                .iter()
                .map(|(it, number)| (key(number), *it))
                .collect(),
            cancelled: cancelled
                .iter()
                .map(|it| (key(&it.number), it.record))
                .collect(),
        }
    }

    /// Whether the number may be given to the pupil: no line has it, not even
    /// an earlier one of the pupil, and no other card.
    fn is_free(&self, number: &str, pupil: PersonId) -> bool {
        let key = key(number);
        !self.lines.contains_key(&key) && self.cards.get(&key).is_none_or(|it| *it == pupil)
    }
}

/// Gives numbers to enrolments, in the order given: the number of the order,
/// that of the line whose enrolment was cancelled, that of the card, or the
/// next of the letter. Whoever comes again gets another.
fn decide(wanted: &[(Wanted, String)], known: &Numbering) -> Decided {
    let numbers = known.held.iter().map(|it| it.number.as_str());
    let of_cards = known.of_cards.values().map(String::as_str);
    let wishes = wanted.iter().map(|it| it.0.wish.as_str());
    let mut given = Given::all(numbers.chain(of_cards).chain(wishes));
    let mut owners = Owners::of(&known.held, &known.of_cards);
    let mut decided = Decided::default();
    for (it, last_name) in wanted {
        let last = known.last.get(&it.pupil);
        if last.is_some_and(|last| last.in_force && last.order == it.order) {
            continue;
        }
        let own = last.filter(|last| !last.in_force && !decided.drop.contains(&last.id));
        let of_card = known.of_cards.get(&it.pupil);
        let offered = [
            Some(it.wish.trim()),
            own.map(|it| it.number.as_str()),
            of_card.filter(|_| last.is_none()).map(String::as_str),
        ];
        let mut offered = offered.into_iter().flatten().filter(|it| !it.is_empty());
        let number = offered.find(|number| owners.is_free(number, it.pupil));
        let number = number.map_or_else(|| given.next(last_name).show(known.format), str::to_owned);
        let letter = FileNumber::parse(&number).map_or_else(|| page_of(last_name), |it| it.letter);
        let before = of_card.cloned().unwrap_or_default();
        let before = (before != number).then_some(before);
        if before.is_some() {
            decided.cards.push((it.pupil, number.clone()));
        }
        let key = key(&number);
        let cancelled = owners.cancelled.remove(&key);
        let cancelled = cancelled.filter(|id| own.is_none_or(|own| own.id != *id));
        decided.drop.extend(cancelled);
        owners.lines.insert(key, it.pupil);
        match own {
            Some(own) => decided.rebind.push(Rebound {
                id: own.id,
                order: it.order,
                letter: letter.to_string(),
                number,
                before,
            }),
            None => decided.enter.push(NewRecord {
                pupil: it.pupil,
                order: it.order,
                letter: letter.to_string(),
                number,
                previous: last.filter(|it| it.in_force).map(|it| it.id),
                before,
            }),
        }
    }
    decided
}

/// The pupils of these lines whose number, as the order names it, cannot be
/// theirs: a line of the book or another card has it, or a line before. Asks
/// nothing where no line names one.
pub(crate) async fn taken_wishes(
    tx: &mut Tx,
    people: &dyn People,
    lines: &[&OrderLine],
) -> Result<HashSet<PersonId>, Error> {
    let wishes: Vec<(PersonId, &str)> = lines
        .iter()
        .map(|it| (it.pupil, it.details.file_number.trim()))
        .filter(|it| !it.1.is_empty())
        .collect();
    if wishes.is_empty() {
        return Ok(HashSet::new());
    }
    let (_, held) = store::file_numbers(tx).await?;
    let owners = Owners::of(&held, &people.file_numbers(tx).await?);
    let mut seen = HashSet::new();
    let is_taken = |it: &&(PersonId, &str)| !owners.is_free(it.1, it.0) || !seen.insert(key(it.1));
    Ok(wishes.iter().filter(is_taken).map(|it| it.0).collect())
}

/// Enters those whom the enrolment orders among these name into the alphabet
/// book, in the caller's transaction, which holds the lock of the book of
/// orders. The number of statements grows with nothing.
pub(crate) async fn number_files(
    tx: &mut Tx,
    people: &dyn People,
    orders: &[OrderId],
) -> Result<(), Error> {
    let wanted = store::enrolled_by(tx, orders).await?;
    enter(tx, people, wanted).await?;
    Ok(())
}

/// Cards get back the number that they had before these orders, which are in
/// force no more; where somebody wrote another one since, it stays. The lines
/// stay too, as cancelled, until their number is somebody else's.
pub(crate) async fn take_numbers_back(
    tx: &mut Tx,
    people: &dyn People,
    orders: &[OrderId],
) -> Result<(), Error> {
    let given = store::numbers_given(tx, orders).await?;
    if given.is_empty() {
        return Ok(());
    }
    let of_cards = people.file_numbers(tx).await?;
    let others: HashSet<&String> = of_cards.values().collect();
    let cards = given
        .into_iter()
        .filter(|it| of_cards.get(&it.pupil) == Some(&it.number))
        .map(|it| {
            let is_free = !others.contains(&it.before);
            (it.pupil, if is_free { it.before } else { String::new() })
        });
    let cards: Vec<(PersonId, String)> = cards.collect();
    if !cards.is_empty() {
        people.give_file_numbers(tx, &cards).await?;
    }
    Ok(())
}

/// A number that an order gave to a card.
#[derive(Clone, Debug)]
pub(crate) struct GivenNumber {
    pub(crate) pupil: PersonId,
    pub(crate) number: String,
    /// What the card had before.
    pub(crate) before: String,
}

/// Enters these enrolments; how many lines are new.
pub(super) async fn enter(
    tx: &mut Tx,
    people: &dyn People,
    wanted: Vec<Wanted>,
) -> Result<usize, Error> {
    if wanted.is_empty() {
        return Ok(0);
    }
    let pupils: Vec<PersonId> = wanted.iter().map(|it| it.pupil).collect();
    let cards = people.cards(tx, &pupils).await?;
    let mut by_pupil: HashMap<PersonId, Wanted> =
        wanted.into_iter().map(|it| (it.pupil, it)).collect();
    let named: Vec<(Wanted, String)> = cards
        .into_iter()
        .filter_map(|it| Some((by_pupil.remove(&it.id)?, it.last_name)))
        .collect();
    let (format, held) = store::file_numbers(tx).await?;
    let known = Numbering {
        format,
        held,
        last: store::last_records(tx, &pupils).await?,
        of_cards: people.file_numbers(tx).await?,
    };
    let decided = decide(&named, &known);
    if !decided.drop.is_empty() {
        store::drop_lines_of_book(tx, &decided.drop).await?;
    }
    if !decided.rebind.is_empty() {
        store::rebind_records(tx, &decided.rebind).await?;
    }
    if !decided.enter.is_empty() {
        store::enter_records(tx, &decided.enter).await?;
    }
    if !decided.cards.is_empty() {
        people.give_file_numbers(tx, &decided.cards).await?;
    }
    Ok(decided.enter.len())
}

#[cfg(test)]
#[path = "numbering_tests.rs"]
mod tests;
