use chrono::{Days, NaiveDate};
use dues::{Answer, Ask, DeadlineSource, Fact};

use crate::world::{SCHOOL, World};

/// What a source tells of [`SCHOOL`] on a day, looking back to September 2026
/// and a month ahead.
pub async fn owed(world: &World, source: &dyn DeadlineSource, today: &str) -> Answer {
    owed_since(world, source, today, "2026-09-01", &[]).await
}

/// What a source tells of the days since then, and of facts open before.
pub async fn owed_since(
    world: &World,
    source: &dyn DeadlineSource,
    today: &str,
    from: &str,
    known: &[(&str, &str)],
) -> Answer {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let owned = |it: &(&str, &str)| (it.0.to_owned(), it.1.to_owned());
    let known: Vec<(String, String)> = known.iter().map(owned).collect();
    let ask = Ask {
        today: day(today),
        from: day(from),
        until: day(today) + Days::new(31),
        known: &known,
    };
    let mut tx = world
        .db()
        .begin_system(SCHOOL.into())
        .await
        .expect("begins");
    let answer = source.facts(&mut tx, &ask).await;
    let answer = answer.unwrap_or_else(|it| panic!("{}: {it}", it.code()));
    tx.commit().await.expect("a look is over");
    answer
}

/// The facts of one duty, by key.
pub fn open_of<'a>(answer: &'a Answer, duty: &str) -> Vec<&'a Fact> {
    let mut facts: Vec<&Fact> = answer.open.iter().filter(|it| it.duty == duty).collect();
    facts.sort_by(|one, other| one.key.cmp(&other.key));
    facts
}

/// The keys of the facts of one duty, in order.
pub fn keys_of<'a>(answer: &'a Answer, duty: &str) -> Vec<&'a str> {
    open_of(answer, duty)
        .into_iter()
        .map(|it| it.key.as_str())
        .collect()
}

/// How many things of one duty there were.
pub fn things_of(answer: &Answer, duty: &str) -> u32 {
    let of = answer.whole.iter().filter(|it| it.duty == duty);
    of.map(|it| it.things).sum()
}
