//! The portfolio of one person.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use journal::Attached;
use kernel::PersonId;
use serde::Serialize;
use web::{Failure, Member, Path};

use super::{Pages, entry::EntryView};
use crate::{Entry, EntryState, Owner, PersonFile};

/// A portfolio as people read it: what was reached, the projects, and what waits.
#[derive(Serialize)]
pub(super) struct FileView {
    pub(super) name: String,
    pub(super) class: Option<String>,
    is_pupil: bool,
    /// Where something new is entered, for whoever may.
    add_href: Option<String>,
    /// In the order of the kinds, the newest first; projects are apart.
    groups: Vec<Group>,
    waiting: Vec<EntryView>,
    clubs: Vec<ClubView>,
    total: usize,
    won: usize,
}

#[derive(Serialize)]
struct ClubView {
    name: String,
    schedule: String,
    since: NaiveDate,
    until: Option<NaiveDate>,
}

#[derive(Serialize)]
struct Group {
    kind: &'static str,
    entries: Vec<EntryView>,
}

impl FileView {
    /// `base` is the path of the organisation.
    pub(super) fn of(base: &str, file: &PersonFile, reader: PersonId) -> Self {
        let person = file.owner.person();
        let section = if file.owner.is_pupil() {
            "pupils"
        } else {
            "staff"
        };
        let view = |it: &Entry| {
            let teacher = it.fields.prepared_by;
            let teacher = file.teachers.iter().find(|card| Some(card.id) == teacher);
            let files = file.files.iter().filter(|of| of.0 == it.id);
            let files: Vec<Attached> = files.map(|of| of.1.clone()).collect();
            let may_change = file.standing.changes(it, reader);
            let teacher = teacher.map(people::Card::short);
            EntryView::of(base, it, teacher, &files, may_change)
        };
        let confirmed = || {
            let all = file.entries.iter();
            all.filter(|it| it.state == EntryState::Confirmed)
        };
        let group = |kind: &crate::EntryKind| Group {
            kind: kind.code(),
            entries: confirmed()
                .filter(|it| it.fields.kind == *kind)
                .map(view)
                .collect(),
        };
        let groups = crate::EntryKind::of(file.owner).iter().map(group);
        let won = |it: &&Entry| it.fields.prize.is_some_and(crate::Prize::is_won);
        let waiting = file.entries.iter();
        Self {
            name: file.name.clone(),
            class: file.class.clone(),
            is_pupil: file.owner.is_pupil(),
            add_href: file
                .standing
                .proposes
                .then(|| format!("{base}/portfolio/{section}/{person}/new")),
            groups: groups.filter(|it| !it.entries.is_empty()).collect(),
            waiting: waiting
                .filter(|it| it.state != EntryState::Confirmed)
                .map(view)
                .collect(),
            clubs: file
                .clubs
                .iter()
                .map(|it| ClubView {
                    name: it.name.clone(),
                    schedule: it.schedule.clone(),
                    since: it.since,
                    until: it.until,
                })
                .collect(),
            total: confirmed().count(),
            won: confirmed().filter(won).count(),
        }
    }
}

#[derive(Serialize)]
struct Page {
    file: FileView,
    /// The list of the school, for whoever has it.
    list_href: Option<String>,
    card_href: String,
}

pub(super) async fn pupil(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    it.person(&member, Owner::Pupil(id)).await
}

pub(super) async fn staff(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    it.person(&member, Owner::Staff(id)).await
}

impl Pages {
    async fn person(&self, member: &Member, owner: Owner) -> Result<Response, Failure> {
        let today = self.today(&member.visit);
        let file = self.portfolio.person(&member.actor, owner, today).await?;
        let section = if owner.is_pupil() { "pupils" } else { "staff" };
        let page = Page {
            file: FileView::of(&member.path(""), &file, member.actor.person),
            list_href: owner.is_pupil().then(|| member.path("/portfolio")),
            card_href: member.path(&format!("/people/{section}/{}", owner.person())),
        };
        let html = self
            .views
            .page(&member.visit, "portfolio/person.html", &page)?;
        Ok(html.into_response())
    }
}
