//! What other people do in the journal that stands on the screen, as
//! server-sent events: `hello`, `changed`, `present` with names, `bye`.

use std::{collections::HashMap, convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream::unfold;
use kernel::{ClassId, PersonId, SubjectId};
use serde::Deserialize;
use tokio::time::{Instant, Interval, interval_at};
use web::{Closing, Failure, Member, Path, Query};

use super::Pages;
use crate::{
    Error,
    service::{SheetNotice, Watch, What},
};

/// How often rights are looked at again, and the others are told of this page.
const BEAT: Duration = Duration::from_secs(20);
/// A proxy that hears nothing for long hangs up.
const ALIVE: Duration = Duration::from_secs(10);
/// Who was not heard of for so long is gone.
const FORGOTTEN: Duration = Duration::from_secs(50);

#[derive(Deserialize)]
pub(super) struct StreamQuery {
    #[serde(default)]
    tab: u64,
    /// Ends after `hello`: for whoever only asks whether the stream is open.
    #[serde(default)]
    once: bool,
}

pub(super) async fn stream(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, subject)): Path<(String, ClassId, SubjectId)>,
    Query(query): Query<StreamQuery>,
    closing: Closing,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let watch = it
        .journal
        .watch(&member.actor, (class, subject), today, query.tab)
        .await;
    let watch = match watch {
        Err(Error::TooManyStreams) => return Err(web::Refused::TOO_OFTEN.into()),
        watch => watch?,
    };
    let listener = Listener {
        pages: it,
        member,
        watch,
        closing,
        beat: interval_at(Instant::now() + BEAT, BEAT),
        others: HashMap::new(),
        greeted: false,
        once: query.once,
    };
    let events = unfold(Some(listener), |listener: Option<Listener>| async move {
        let (event, listener) = listener?.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let alive = KeepAlive::new().interval(ALIVE);
    let mut response = Sse::new(events).keep_alive(alive).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx collects answers unless it is told not to.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// One open page.
struct Listener {
    pages: Pages,
    member: Member,
    watch: Watch,
    closing: Closing,
    beat: Interval,
    /// Pages of other people, and when they were heard of.
    others: HashMap<(PersonId, u64), Instant>,
    greeted: bool,
    once: bool,
}

impl Listener {
    /// The next event; with it the listener, unless it was the last one.
    async fn next(mut self) -> Option<(Event, Option<Self>)> {
        if !self.greeted {
            self.greeted = true;
            let goes_on = !self.once;
            return Some((named("hello", "{}"), goes_on.then_some(self)));
        }
        loop {
            tokio::select! {
                () = self.closing.begun() => return None,
                notice = self.watch.next() => {
                    let changed = self.hear(&notice?);
                    if let Some(event) = self.tell(changed).await {
                        return Some((event, Some(self)));
                    }
                }
                _ = self.beat.tick() => {
                    if !self.may_stay().await {
                        return Some((named("bye", "{}"), None));
                    }
                    self.watch.tell(What::Here);
                    let gone = self.forget();
                    if let Some(event) = self.tell(gone).await {
                        return Some((event, Some(self)));
                    }
                }
            }
        }
    }

    /// Takes up what was heard.
    fn hear(&mut self, notice: &SheetNotice) -> News {
        let page = (notice.person, notice.tab);
        match notice.what {
            What::Changed => News::Changed,
            What::Here => {
                let new = self.others.insert(page, Instant::now()).is_none();
                if new {
                    // Whoever came does not know yet who is here.
                    self.watch.tell(What::Here);
                }
                News::present(new)
            }
            What::Gone => News::present(self.others.remove(&page).is_some()),
        }
    }

    fn forget(&mut self) -> News {
        let before = self.others.len();
        self.others.retain(|_, seen| seen.elapsed() < FORGOTTEN);
        News::present(self.others.len() < before)
    }

    async fn tell(&self, news: News) -> Option<Event> {
        match news {
            News::None => None,
            News::Changed => Some(named("changed", "{}")),
            News::Present => {
                let mut people: Vec<PersonId> = self.others.keys().map(|it| it.0).collect();
                people.sort_unstable();
                people.dedup();
                people.retain(|it| *it != self.watch.person);
                let journal = &self.pages.journal;
                let names = journal
                    .short_names(&self.member.actor, &people)
                    .await
                    .ok()?;
                Some(named("present", &serde_json::to_string(&names).ok()?))
            }
        }
    }

    /// The session, the membership and the right may have ended meanwhile.
    async fn may_stay(&mut self) -> bool {
        match self.member.visit.actor_now().await {
            Ok(Some(actor)) => self.member.actor = actor,
            Ok(None) => return false,
            // The database is away: the page waits for it like everybody.
            Err(_) => return true,
        }
        let today = self.pages.today(&self.member.visit);
        let sheet = self.watch.sheet;
        let may = self
            .pages
            .journal
            .may_watch(&self.member.actor, (sheet.class, sheet.subject), today)
            .await;
        !matches!(may, Err(Error::NotFound | Error::Denied(_)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum News {
    None,
    Changed,
    Present,
}

impl News {
    const fn present(changed: bool) -> Self {
        if changed { Self::Present } else { Self::None }
    }
}

fn named(name: &'static str, data: &str) -> Event {
    Event::default().event(name).data(data)
}
