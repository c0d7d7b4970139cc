//! How many gave their consents: classes, parents, staff (S4:11,13).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use web::{Failure, Member};

use super::super::Pages;
use crate::{ConsentKind, Shares};

#[derive(Serialize)]
struct ClassesPage {
    path: String,
    kinds: [&'static str; 5],
    classes: Vec<Line>,
    /// Pupils, parents and staff together.
    sums: Vec<Line>,
    may_collect: bool,
}

#[derive(Serialize)]
struct Line {
    /// The class, or `pupils`, `parents`, `staff`.
    name: String,
    cells: Vec<CellView>,
}

#[derive(Serialize)]
struct CellView {
    kind: &'static str,
    given: usize,
    of: usize,
    percent: usize,
}

fn line(name: &str, shares: Shares) -> Line {
    let cell = |(kind, share): (ConsentKind, crate::Share)| CellView {
        kind: kind.code(),
        given: share.given,
        of: share.of,
        percent: (share.given * 100).checked_div(share.of).unwrap_or(0),
    };
    Line {
        name: name.to_owned(),
        cells: ConsentKind::ALL.into_iter().zip(shares).map(cell).collect(),
    }
}

pub(crate) async fn show(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let counts = it.people.consent_counts(&member.actor).await?;
    let mut classes: Vec<Line> = counts
        .classes
        .iter()
        .map(|(name, shares)| line(name, *shares))
        .collect();
    classes.sort_by_key(|it| super::class_order(&it.name));
    let sums = [
        ("pupils", counts.pupils),
        ("parents", counts.parents),
        ("staff", counts.staff),
    ];
    let sums = sums.into_iter().filter(|(_, it)| it[0].of > 0);
    let page = ClassesPage {
        path: member.path("/people/consents"),
        kinds: ConsentKind::ALL.map(ConsentKind::code),
        classes,
        sums: sums.map(|(name, it)| line(name, it)).collect(),
        may_collect: member.actor.may(kernel::Right::ConsentEdit).is_ok(),
    };
    Ok(it
        .views
        .page(&member.visit, "people/consent_classes.html", &page)?
        .into_response())
}
