use std::collections::HashMap;

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, PersonId};
use serde::Serialize;

use super::{Directory, scope::view_right};
use crate::{Card, CardKind, Error, search::Wanted, store};

/// More would not be read.
const MOST: usize = 50;
/// So many are looked through for those of a class.
const MOST_OF_ALL_CLASSES: usize = 1_000;

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
    /// (PPL-11); nobody for whoever may see nobody. The best reading of the
    /// query that finds anybody is taken; whatever the readings, it is one
    /// statement, and one more for classes.
    #[tracing::instrument(name = "people.search", skip_all)]
    pub async fn search(&self, actor: &Actor, query: &str) -> Result<SearchResult, Error> {
        let open = CardKind::ALL.map(view_right);
        if open.iter().all(|it| actor.may(*it).is_err()) {
            return Ok(SearchResult::default());
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
        let limit = if wanted.has_class() {
            MOST_OF_ALL_CLASSES
        } else {
            MOST
        };
        let mut hits = store::search(&mut tx, &wanted, &sight, limit).await?;
        let mut classes = HashMap::new();
        if wanted.has_class() {
            classes = self.classes_of(&mut tx, &hits, today).await?;
            hits.retain(|it| {
                let class = classes.get(&it.card.id).map(String::as_str);
                wanted.wants(it.reading, class)
            });
        }
        let best = hits.iter().filter_map(|it| it.reading).min();
        hits.retain(|it| it.reading.is_none() || it.reading == best);
        hits.truncate(MOST);
        // Classes tell namesakes apart.
        if classes.is_empty() {
            classes = self.classes_of(&mut tx, &hits, today).await?;
        }
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

    /// The classes of the pupils among them.
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
        if pupils.is_empty() {
            return Ok(HashMap::new());
        }
        self.classes.class_names(tx, &pupils, today).await
    }
}
