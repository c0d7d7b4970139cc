//! What a list of people is told as a whole, beside its rows.

use intake::Note;

use super::Looked;
use crate::Card;

/// What is not stored and what is stored with a doubt, in words for the whole list.
pub fn list_notes(looked: &[Looked]) -> Vec<Note> {
    let left = |reason: &str| {
        looked
            .iter()
            .flat_map(|it| &it.left_out)
            .filter(|it| it.1 == reason)
            .count()
    };
    let consents = looked.iter().filter(|it| it.consent_left_out).count();
    let left_out = [
        ("left-out-no-consent", left("no-consent")),
        ("left-out-no-right", left("no-right")),
        ("consents-left-out", consents),
    ];
    left_out
        .into_iter()
        .filter(|it| it.1 > 0)
        .map(|(code, count)| Note::new(code).with("count", &count))
        .chain(doubts(looked))
        .collect()
}

/// So many people are named in a note.
const NAMED: usize = 10;

/// Old data with a doubt is stored, with whose it is (`ux.md` §6.5).
fn doubts(looked: &[Looked]) -> impl Iterator<Item = Note> {
    let of = |(code, note): (&str, &'static str)| {
        let has = |it: &&Looked| it.doubts.iter().any(|it| it.1 == code);
        let names: Vec<String> = looked.iter().filter(has).map(short_name).collect();
        let shown = names[..names.len().min(NAMED)].join(", ");
        (!names.is_empty()).then(|| {
            Note::new(note)
                .with("count", &names.len())
                .with("names", &shown)
        })
    };
    [
        ("checked.snils.checksum", "doubtful-snils"),
        ("checked.inn-person.checksum", "doubtful-inn"),
        ("checked.enp.checksum", "doubtful-policy"),
        ("people.passport-too-early", "doubtful-passport-day"),
        ("people.issued-before-birth", "doubtful-day-of-issue"),
    ]
    .into_iter()
    .filter_map(of)
}

fn short_name(it: &Looked) -> String {
    let fields = it.fields().cloned().unwrap_or_default();
    let card = Card {
        id: it.person.unwrap_or(0.into()),
        last_name: fields.last_name,
        first_name: fields.first_name,
        middle_name: fields.middle_name,
        born_on: fields.born_on,
    };
    card.short()
}
