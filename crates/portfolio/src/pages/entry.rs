//! One entry: its page, and what is done with it.

mod form;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use db::files::FileId;
use journal::Attached;
use kernel::{Fault, Kind, Reach, Right};
use serde::Serialize;
use web::{Failure, Flash, Go, Member, Path, form::Raw, import::Upload};

use super::{Link, Pages};
use crate::{
    Decision, Entry, EntryId, EntryState, Error, Level, OpenedEntry, Owner, Prize, SentFile,
};

pub(super) use form::{add_to_pupil, add_to_staff, edit, new_of_pupil, new_of_staff, save};

/// An entry as every page shows it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct EntryView {
    pub(super) href: String,
    pub(super) kind: &'static str,
    pub(super) level: Option<&'static str>,
    pub(super) prize: Option<&'static str>,
    pub(super) won: bool,
    pub(super) title: String,
    pub(super) place: String,
    pub(super) held_on: NaiveDate,
    pub(super) prepared_by: Option<String>,
    pub(super) note: String,
    pub(super) state: &'static str,
    pub(super) reason: String,
    pub(super) files: Vec<FileView>,
    pub(super) may_change: bool,
}

/// A file to download.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FileView {
    href: String,
    name: String,
    kilobytes: i64,
}

impl EntryView {
    pub(super) fn of(
        base: &str,
        it: &Entry,
        prepared_by: Option<String>,
        files: &[Attached],
        may_change: bool,
    ) -> Self {
        let href = format!("{base}/portfolio/entries/{}", it.id);
        let f = &it.fields;
        Self {
            kind: f.kind.code(),
            level: f.level.map(Level::code),
            prize: f.prize.map(Prize::code),
            won: f.prize.is_some_and(Prize::is_won),
            title: f.title.clone(),
            place: f.place.clone(),
            held_on: f.held_on,
            prepared_by,
            note: f.note.clone(),
            state: it.state.code(),
            reason: it.reason.clone(),
            files: files
                .iter()
                .map(|file| FileView {
                    href: format!("{href}/files/{}", file.id),
                    name: file.name.clone(),
                    kilobytes: (file.size + 1023) / 1024,
                })
                .collect(),
            may_change,
            href,
        }
    }
}

#[derive(Serialize)]
struct Page {
    entry: EntryView,
    name: String,
    owner: Link,
    proposed_by: Option<String>,
    /// Whether the actor confirms and refuses it now.
    decides: bool,
    version: i32,
}

/// Where the portfolio is that a member looks at: families have it in the diary.
pub(super) fn home_of(member: &Member, owner: Owner) -> String {
    let id = owner.person();
    match owner {
        Owner::Staff(_) => member.path(&format!("/portfolio/staff/{id}")),
        Owner::Pupil(_) if is_family(member) => {
            let code = member.visit.membership().map_or("", |it| it.code.as_str());
            format!("/my/portfolio?child={code}:{id}")
        }
        Owner::Pupil(_) => member.path(&format!("/portfolio/pupils/{id}")),
    }
}

fn is_family(member: &Member) -> bool {
    let view = member.actor.reaches(Right::PortfolioView);
    let school = [Reach::Org, Reach::OwnClass, Reach::OwnLoad];
    !school.into_iter().any(|it| view.has(it))
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EntryId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let opened = it.portfolio.entry(&member.actor, id, today).await?;
    let page = entry_page(&member, &opened);
    let html = it
        .views
        .page(&member.visit, "portfolio/entry.html", &page)?;
    Ok(html.into_response())
}

fn entry_page(member: &Member, it: &OpenedEntry) -> Page {
    let entry = &it.entry;
    let teacher = it.prepared_by.clone();
    Page {
        entry: EntryView::of(&member.path(""), entry, teacher, &it.files, it.may_change),
        name: it.name.clone(),
        owner: Link {
            href: home_of(member, entry.owner),
            label: it.name.clone(),
        },
        proposed_by: it
            .proposed_by
            .clone()
            .filter(|_| entry.proposed_by != entry.owner.person()),
        decides: it.standing.keeps && entry.state == EntryState::Proposed,
        version: entry.version,
    }
}

fn back(member: &Member, id: EntryId, flash: &str) -> Go {
    Go::to(member.path(&format!("/portfolio/entries/{id}"))).say(&Flash::done(flash))
}

/// What the form cannot show at a field is said on the page of the entry.
fn said(member: &Member, id: EntryId, done: Result<(), Error>, flash: &str) -> Result<Go, Failure> {
    match done {
        Ok(()) => Ok(back(member, id, flash)),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let path = member.path(&format!("/portfolio/entries/{id}"));
            Ok(Go::to(path).say(&Flash::warning(format!("fault.{}", error.code()))))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn confirm(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EntryId)>,
) -> Result<Go, Failure> {
    let today = it.today(&member.visit);
    let done = it
        .portfolio
        .decide_entry(&member.actor, id, Decision::Confirm, today)
        .await;
    said(&member, id, done.map(|_| ()), "portfolio.flash.confirmed")
}

pub(super) async fn refuse(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EntryId)>,
    raw: Raw,
) -> Result<Go, Failure> {
    let today = it.today(&member.visit);
    let decision = Decision::Refuse {
        reason: raw.get("reason").unwrap_or_default().to_owned(),
    };
    let done = it
        .portfolio
        .decide_entry(&member.actor, id, decision, today)
        .await;
    said(&member, id, done.map(|_| ()), "portfolio.flash.refused")
}

pub(super) async fn remove(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EntryId)>,
) -> Result<Go, Failure> {
    let today = it.today(&member.visit);
    let owner = it.portfolio.remove_entry(&member.actor, id, today).await?;
    let flash = Flash::done("portfolio.flash.removed");
    Ok(Go::to(home_of(&member, owner)).say(&flash))
}

pub(super) async fn attach(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EntryId)>,
    upload: Upload,
) -> Result<Go, Failure> {
    let today = it.today(&member.visit);
    let file = SentFile {
        name: upload.name,
        bytes: upload.bytes,
    };
    let done = it.portfolio.attach(&member.actor, id, file, today).await;
    said(&member, id, done, "portfolio.flash.file-added")
}

pub(super) async fn detach(
    member: Member,
    State(it): State<Pages>,
    Path((_, id, file)): Path<(String, EntryId, FileId)>,
) -> Result<Go, Failure> {
    let today = it.today(&member.visit);
    let done = it.portfolio.detach(&member.actor, id, file, today).await;
    said(&member, id, done, "portfolio.flash.file-removed")
}

pub(super) async fn download(
    member: Member,
    State(it): State<Pages>,
    Path((_, id, file)): Path<(String, EntryId, FileId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let (file, bytes) = it.portfolio.file(&member.actor, id, file, today).await?;
    Ok(web::attachment(&file.name, &file.media_type, bytes))
}
