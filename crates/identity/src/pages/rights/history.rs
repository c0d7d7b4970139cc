//! «Кто и когда менял»: every change of the rights with its reason.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use web::{Failure, Member as Who};

use super::{super::Pages, reach_word};
use crate::ChangedCell;

#[derive(Serialize)]
struct HistoryPage {
    changes: Vec<ChangeView>,
    back: String,
}

#[derive(Serialize)]
struct ChangeView {
    at: DateTime<Utc>,
    by: String,
    role: &'static str,
    reason: String,
    cells: Vec<CellView>,
}

#[derive(Serialize)]
struct CellView {
    right: &'static str,
    from: String,
    to: String,
    locked: bool,
    widest: Option<String>,
}

pub(in crate::pages) async fn history(
    who: Who,
    State(it): State<Pages>,
) -> Result<Response, Failure> {
    let changes = it.identity.rights_history(&who.actor).await?;
    let cell = |cell: &ChangedCell| CellView {
        right: cell.right.code(),
        from: it.views.word(&reach_word(cell.from)),
        to: it.views.word(&reach_word(cell.to)),
        locked: cell.locked,
        widest: cell.widest.map(|widest| it.views.word(&reach_word(widest))),
    };
    let page = HistoryPage {
        changes: changes
            .iter()
            .map(|it| ChangeView {
                at: it.at,
                by: it.by.clone(),
                role: it.role.code(),
                reason: it.reason.clone(),
                cells: it.cells.iter().map(cell).collect(),
            })
            .collect(),
        back: who.path("/settings/rights"),
    };
    Ok(it
        .views
        .page(&who.visit, "identity/rights_history.html", &page)?
        .into_response())
}
