use std::collections::HashMap;

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, PersonId};
use serde::Serialize;

use super::{Directory, scope::view_right};
use crate::{Card, CardKind, Error, search::Wanted, store};

/// More would not be read.
const MOST: i64 = 50;

/// Somebody who was found.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    #[serde(skip)]
    pub card: Card,
    /// As what the searcher may open them.
    pub kinds: Vec<CardKind>,
    pub class: Option<String>,
    pub post: Option<String>,
}

/// What a search gives.
#[derive(Clone, Debug, Default)]
pub struct SearchResult {
    pub found: Vec<Found>,
    /// What was looked for, where it is not what was typed: «Показано для «иванов»».
    pub shown_for: Option<String>,
}

impl Directory {
    /// People whom the query finds among those whom the actor may see
    /// (PPL-11). The best reading of the query that finds anybody is taken;
    /// whatever the readings, it is one statement.
    #[tracing::instrument(name = "people.search", skip_all)]
    pub async fn search(&self, actor: &Actor, query: &str) -> Result<SearchResult, Error> {
        let open = CardKind::ALL.map(view_right);
        if open.iter().all(|it| actor.may(*it).is_err()) {
            return Err(kernel::Denied(view_right(CardKind::Pupil)).into());
        }
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let wanted = Wanted::read(query, today);
        if wanted.is_empty() {
            tx.commit().await?;
            return Ok(SearchResult::default());
        }
        let mut sight = store::Sight::default();
        for (kind, seen) in [
            (CardKind::Pupil, &mut sight.pupils),
            (CardKind::Parent, &mut sight.parents),
            (CardKind::Staff, &mut sight.staff),
        ] {
            if let Ok(reaches) = actor.may(view_right(kind)) {
                *seen = self
                    .scope(&mut tx, actor, kind, reaches, today)
                    .await?
                    .seen();
            }
        }
        let hits = store::search(&mut tx, &wanted, &sight, MOST).await?;
        let best = hits.iter().filter_map(|it| it.reading).min();
        let hits: Vec<store::Hit> = hits
            .into_iter()
            .filter(|it| it.reading.is_none() || it.reading == best)
            .collect();
        let classes = self.classes_of(&mut tx, &hits, today).await?;
        tx.commit().await?;
        let shown_for = best
            .and_then(|it| wanted.readings.get(it))
            .and_then(|it| it.shown_for.clone());
        let found = hits.into_iter().map(|it| Found {
            class: classes.get(&it.card.id).cloned(),
            card: it.card,
            kinds: it.kinds,
            post: it.post,
        });
        Ok(SearchResult {
            found: found.collect(),
            shown_for,
        })
    }

    /// Classes tell namesakes apart; a single hit opens at once and needs none.
    async fn classes_of(
        &self,
        tx: &mut Tx,
        hits: &[store::Hit],
        today: NaiveDate,
    ) -> Result<HashMap<PersonId, String>, Error> {
        let pupils: Vec<PersonId> = hits
            .iter()
            .filter(|it| it.kinds.contains(&CardKind::Pupil))
            .map(|it| it.card.id)
            .collect();
        if hits.len() < 2 || pupils.is_empty() {
            return Ok(HashMap::new());
        }
        self.classes.class_names(tx, &pupils, today).await
    }
}
