//! «Портфолио» of the diary: what the own child has reached (PPL-8).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use web::{
    Failure, Query, Signed,
    diary::{self, Whose},
};

use super::{Pages, person::FileView};

#[derive(Deserialize)]
pub(super) struct ChildQuery {
    /// `krymsk-g7:128`: the organisation and the card there.
    child: Option<String>,
}

#[derive(Serialize)]
struct Page {
    whose: Whose,
    file: Option<FileView>,
}

pub(super) async fn page(
    signed: Signed,
    State(it): State<Pages>,
    Query(query): Query<ChildQuery>,
) -> Result<Response, Failure> {
    let homes = diary::homes(&signed);
    let Some((home, child)) = diary::chosen(&homes, query.child.as_deref())? else {
        return Ok(diary::away(&signed));
    };
    let now = it.clock.now();
    let today = home.today(now);
    let mine = it.portfolio.mine(&home.actor, child, today).await?;
    let child = mine.file.as_ref().map(|it| it.owner.person());
    let mut whose = Whose::of(home, &mine.children, child);
    if let Some(file) = &mine.file {
        (whose.class, whose.preschool) = (file.class.clone(), file.preschool);
    }
    for other in homes.iter().filter(|it| it.actor.org != home.actor.org) {
        let children = it
            .portfolio
            .children(&other.actor, other.today(now))
            .await?;
        whose.and(other, &children);
    }
    let base = format!("/o/{}", home.membership.code);
    let file = mine.file.as_ref();
    let page = Page {
        file: file.map(|it| FileView::of(&base, it, home.actor.person)),
        whose,
    };
    let html = it.views.page(&signed.visit, "portfolio/mine.html", &page)?;
    Ok(html.into_response())
}
