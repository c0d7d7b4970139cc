//! Views of lists that people keep: filters, order and columns under a name.

use async_trait::async_trait;
use axum::{extract::FromRequestParts, http::request::Parts};
use kernel::{Actor, Fault};

use super::TableQuery;
use crate::{Failure, Refusal, Visit, visit::Context};

/// A view that somebody keeps of one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    pub id: i64,
    pub name: String,
    /// The query of the list, without `?`.
    pub query: String,
    /// Opens with the list, for whoever keeps it.
    pub is_default: bool,
    /// Whether it is the reader's own; another's comes by a link.
    pub is_own: bool,
}

/// Tells which views there are of a list. `identity` implements it with one SQL statement.
#[async_trait]
pub trait Shelf: Send + Sync {
    /// The actor's own views of the page at that path inside the
    /// organisation, by name, and the one that a link asks for, whosever it is.
    async fn views(
        &self,
        actor: &Actor,
        place: &str,
        asked: Option<i64>,
    ) -> Result<Vec<SavedView>, Box<dyn Fault>>;
}

/// The views of the list that is being shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    /// The path of the page inside the organisation: `/people/pupils`.
    pub(super) place: String,
    pub(super) views: Vec<SavedView>,
    /// The view by which the list is shown.
    pub(super) shown: Option<i64>,
}

/// The state of a list with the reader's views of it: a link to a view, or the
/// own default where the address says nothing.
#[derive(Clone, Debug)]
pub struct ListQuery(pub TableQuery);

impl<S: Send + Sync> FromRequestParts<S> for ListQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let mut query = TableQuery::parse(parts.uri.query().unwrap_or_default());
        let visit = Visit::from_request_parts(parts, state).await?;
        let context = Context::of_request(&parts.extensions).map_err(Refusal::Failed)?;
        let (Some(actor), Some(shelf)) = (visit.actor(), context.settings.gate.shelf()) else {
            return Ok(Self(query));
        };
        let place = place(parts.uri.path());
        let asked = query.view.filter(|it| *it > 0);
        let keeps = visit
            .membership()
            .is_some_and(|it| it.views_at.contains(&place));
        let views = if keeps || asked.is_some() {
            shelf
                .views(&actor, &place, asked)
                .await
                .map_err(|it| Refusal::Failed(Failure::boxed(it)))?
        } else {
            vec![]
        };
        query.take_view(place, views);
        Ok(Self(query))
    }
}

/// `/o/krymsk-g7/people/pupils` is `/people/pupils`.
fn place(path: &str) -> String {
    let inside = path.strip_prefix("/o/").and_then(|it| it.split_once('/'));
    inside.map_or_else(|| path.to_owned(), |it| format!("/{}", it.1))
}

impl TableQuery {
    /// Shows the list by the view asked for, or by the own default.
    fn take_view(&mut self, place: String, views: Vec<SavedView>) {
        let has_default = views.iter().any(|it| it.is_own && it.is_default);
        let wanted = match self.view {
            _ if self.says_something => None,
            Some(id) => views.iter().find(|it| it.id == id),
            None => views.iter().find(|it| it.is_own && it.is_default),
        };
        let shown = wanted.map(|it| it.id);
        if let Some(view) = wanted {
            let kept = Self::parse(&view.query);
            self.q = kept.q;
            self.filters = kept.filters;
            self.sort = kept.sort;
            self.cols = kept.cols;
            self.rest = kept.rest;
        }
        // From here on links say the whole state, and nothing by «no view».
        self.view = (has_default || shown.is_some()).then_some(0);
        self.kept = Some(Kept {
            place,
            views,
            shown,
        });
    }

    /// What is kept of this state under a name.
    pub(super) fn to_keep(&self) -> String {
        let state = Self {
            view: None,
            page: 1,
            shown_as: super::As::Page,
            ..self.clone()
        };
        state.href().trim_start_matches('?').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(id: i64, query: &str, is_default: bool, is_own: bool) -> SavedView {
        SavedView {
            id,
            name: format!("вид {id}"),
            query: query.to_owned(),
            is_default,
            is_own,
        }
    }

    fn taken(query: &str, views: &[SavedView]) -> TableQuery {
        let mut it = TableQuery::parse(query);
        it.take_view("/people/pupils".to_owned(), views.to_vec());
        it
    }

    #[test]
    fn the_own_default_opens_where_nothing_is_said() {
        let views = [
            view(7, "f.class=5&sort=-name", true, true),
            view(8, "q=x", true, false),
        ];
        assert_eq!(taken("", &views).href(), "?f.class=5&sort=-name");
        assert_eq!(
            taken("page=2", &views).href(),
            "?f.class=5&sort=-name&page=2"
        );
        for said in ["q=a", "sort=name", "year=2"] {
            assert_eq!(taken(said, &views).href(), format!("?{said}"));
        }
        // An emptied form, a removed filter: no view, and links keep it so.
        assert_eq!(taken("q=&f.class=", &views).href(), "?view=0");
        assert_eq!(taken("view=0", &views).href(), "?view=0");
    }

    #[test]
    fn a_link_opens_the_view_of_a_colleague() {
        let views = [
            view(7, "f.class=5", true, true),
            view(8, "q=x", false, false),
        ];
        let shown = taken("view=8", &views);
        assert_eq!(
            (shown.href().as_str(), shown.to_keep().as_str()),
            ("?q=x", "q=x")
        );
        assert_eq!(
            taken("view=9", &views).href(),
            "?view=0",
            "one that is gone"
        );
        assert_eq!(taken("view=9", &[]).href(), "?");
    }

    #[test]
    fn the_place_is_the_path_inside_the_organisation() {
        assert_eq!(place("/o/krymsk-g7/people/pupils"), "/people/pupils");
        assert_eq!(place("/my/day"), "/my/day");
    }
}
