//! «Школьная жизнь»: portfolios, events, clubs, meetings and the registers beside them.

mod associations;
mod attestation;
mod base;
mod clubs;
mod entry;
mod events;
mod form;
mod meetings;
mod mine;
mod overview;
mod person;
mod pick;
mod routes;
mod sent;
mod work;

use std::sync::Arc;

use chrono::NaiveDate;
use kernel::Clock;
use serde::Serialize;
use web::{Views, Visit};

use crate::Portfolio;

pub use routes::router;

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/my/portfolio"),
    ("GET", "/o/{org}/portfolio"),
    ("GET", "/o/{org}/portfolio/pupils/{pupil}"),
    ("GET", "/o/{org}/portfolio/pupils/{pupil}/new"),
    ("POST", "/o/{org}/portfolio/pupils/{pupil}/new"),
    ("GET", "/o/{org}/portfolio/staff/{staff}"),
    ("GET", "/o/{org}/people/staff/{staff}/work"),
    ("GET", "/o/{org}/portfolio/staff/{staff}/new"),
    ("POST", "/o/{org}/portfolio/staff/{staff}/new"),
    ("GET", "/o/{org}/portfolio/entries/{entry}"),
    ("GET", "/o/{org}/portfolio/entries/{entry}/edit"),
    ("POST", "/o/{org}/portfolio/entries/{entry}/edit"),
    ("POST", "/o/{org}/portfolio/entries/{entry}/confirm"),
    ("POST", "/o/{org}/portfolio/entries/{entry}/refuse"),
    ("POST", "/o/{org}/portfolio/entries/{entry}/remove"),
    ("POST", "/o/{org}/portfolio/entries/{entry}/files"),
    ("GET", "/o/{org}/portfolio/entries/{entry}/files/{scan}"),
    (
        "POST",
        "/o/{org}/portfolio/entries/{entry}/files/{scan}/remove",
    ),
    ("GET", "/o/{org}/events"),
    ("GET", "/o/{org}/events/new"),
    ("POST", "/o/{org}/events/new"),
    ("GET", "/o/{org}/events/{event}"),
    ("GET", "/o/{org}/events/{event}/edit"),
    ("POST", "/o/{org}/events/{event}/edit"),
    ("GET", "/o/{org}/events/{event}/participants"),
    ("POST", "/o/{org}/events/{event}/participants"),
    (
        "POST",
        "/o/{org}/events/{event}/participants/{pupil}/remove",
    ),
    ("POST", "/o/{org}/events/{event}/results"),
    ("GET", "/o/{org}/clubs"),
    ("GET", "/o/{org}/clubs/new"),
    ("POST", "/o/{org}/clubs/new"),
    ("GET", "/o/{org}/clubs/{club}"),
    ("GET", "/o/{org}/clubs/{club}/edit"),
    ("POST", "/o/{org}/clubs/{club}/edit"),
    ("GET", "/o/{org}/clubs/{club}/members"),
    ("POST", "/o/{org}/clubs/{club}/members"),
    ("POST", "/o/{org}/clubs/{club}/members/{pupil}/leave"),
    ("GET", "/o/{org}/clubs/{club}/days"),
    ("POST", "/o/{org}/clubs/{club}/days"),
    ("GET", "/o/{org}/meetings"),
    ("GET", "/o/{org}/meetings/new"),
    ("POST", "/o/{org}/meetings/new"),
    ("GET", "/o/{org}/meetings/{meeting}"),
    ("GET", "/o/{org}/meetings/{meeting}/edit"),
    ("POST", "/o/{org}/meetings/{meeting}/edit"),
    ("POST", "/o/{org}/meetings/{meeting}/visits"),
    ("GET", "/o/{org}/study/associations"),
    ("GET", "/o/{org}/study/associations/new"),
    ("POST", "/o/{org}/study/associations/new"),
    ("GET", "/o/{org}/study/associations/{association}"),
    ("GET", "/o/{org}/study/associations/{association}/edit"),
    ("POST", "/o/{org}/study/associations/{association}/edit"),
    ("GET", "/o/{org}/study/associations/{association}/items/new"),
    (
        "POST",
        "/o/{org}/study/associations/{association}/items/new",
    ),
    (
        "GET",
        "/o/{org}/study/associations/{association}/items/{item}",
    ),
    (
        "POST",
        "/o/{org}/study/associations/{association}/items/{item}",
    ),
    ("GET", "/o/{org}/settings/base"),
    ("GET", "/o/{org}/settings/base/new"),
    ("POST", "/o/{org}/settings/base/new"),
    ("GET", "/o/{org}/settings/base/{thing}"),
    ("POST", "/o/{org}/settings/base/{thing}"),
    ("GET", "/o/{org}/people/attestation"),
    ("GET", "/o/{org}/people/attestation/{staff}"),
    ("POST", "/o/{org}/people/attestation/{staff}"),
];

#[derive(Clone)]
struct Pages {
    portfolio: Portfolio,
    views: Views,
    clock: Arc<dyn Clock>,
}

impl Pages {
    /// Today, where the organisation of the path is.
    fn today(&self, visit: &Visit) -> NaiveDate {
        visit.day_of(self.clock.now())
    }
}

/// A choice of a form.
#[derive(Clone, Debug, Serialize)]
struct Choice {
    value: String,
    label: String,
}

impl Choice {
    fn of(value: &impl ToString, label: impl Into<String>) -> Self {
        Self {
            value: value.to_string(),
            label: label.into(),
        }
    }

    /// The choices of these codes, under the words `portfolio.<list>.<code>`.
    fn words(
        views: &Views,
        list: &str,
        codes: impl IntoIterator<Item = &'static str>,
    ) -> Vec<Self> {
        let choice = |it| Self::of(&it, views.word(&format!("portfolio.{list}.{it}")));
        codes.into_iter().map(choice).collect()
    }
}

/// A link in words.
#[derive(Clone, Debug, Serialize)]
struct Link {
    href: String,
    label: String,
}

/// A link of a row of choices.
#[derive(Clone, Debug, Serialize)]
struct Chip {
    href: String,
    label: String,
    current: bool,
}
