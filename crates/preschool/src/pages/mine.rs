//! «Табель» of the diary: the month of the own child.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use web::{
    Failure, Signed,
    diary::{self, Whose},
    form::Raw,
};

use super::{Pages, asked_month, view::SheetView};

#[derive(Serialize)]
struct Page {
    whose: Whose,
    sheet: Option<SheetView>,
    /// Days before the first Monday of the month's calendar.
    lead: u32,
}

pub(super) async fn page(
    signed: Signed,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let homes = diary::homes(&signed);
    let Some((home, child)) = diary::chosen(&homes, raw.get("child"))? else {
        return Ok(diary::away(&signed));
    };
    let now = it.clock.now();
    let today = home.today(now);
    let mine = it
        .preschool
        .mine(&home.actor, child, asked_month(&raw), today)
        .await?;
    let mut whose = Whose::of(home, &mine.children, mine.child);
    whose.class = mine.sheet.as_ref().map(|it| it.class.name());
    whose.preschool = mine.sheet.is_some();
    for other in homes.iter().filter(|it| it.actor.org != home.actor.org) {
        let children = it
            .preschool
            .children(&other.actor, other.today(now))
            .await?;
        whose.and(other, &children);
    }
    let sheet = mine.sheet.as_ref();
    let lead = sheet.map_or(0, |it| {
        chrono::Datelike::weekday(&it.month.first()).num_days_from_monday()
    });
    let page = Page {
        sheet: sheet.map(|it| SheetView::of_sheet("/my/preschool".to_owned(), it, today)),
        lead,
        whose,
    };
    let html = it
        .views
        .page(&signed.visit, "preschool/my_month.html", &page)?;
    Ok(html.into_response())
}
