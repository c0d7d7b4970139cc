//! The overview, and the page of one kind of list with its template.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::{Fault, Kind};
use serde::{Deserialize, Serialize};
use web::{
    Failure, FormState, Go, Member, Path,
    form::{Raw, invalid},
    import::{ColumnView, Counters, Step, Upload, template_xlsx},
};

use super::Pages;
use crate::{Error, Importer, Run, RunState};

/// The parameters of a list's own path.
#[derive(Deserialize)]
pub(super) struct Address {
    kind: String,
}

#[derive(Serialize)]
struct ListLink {
    kind: &'static str,
    href: String,
    template_href: String,
}

#[derive(Serialize)]
pub(super) struct RunLine {
    kind: String,
    state: RunState,
    file_name: String,
    counters: Counters,
    by: String,
    created_at: DateTime<Utc>,
    href: String,
    revert_action: Option<String>,
}

#[derive(Serialize)]
struct Overview {
    lists: Vec<ListLink>,
    runs: Vec<RunLine>,
    /// Where the writing of lists goes on when it lasts.
    jobs_href: String,
}

#[derive(Serialize)]
struct ListPage {
    kind: &'static str,
    import: Step,
    columns: Vec<ColumnView>,
    back: String,
}

pub(super) async fn all(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let now = it.intake.now();
    let kinds = it.intake.kinds(&member.actor)?;
    let runs = it.intake.runs(&member.actor).await?;
    let page = Overview {
        lists: kinds.iter().map(|it| link(&member, &**it)).collect(),
        runs: runs.into_iter().map(|it| line(&member, it, now)).collect(),
        jobs_href: member.path("/jobs"),
    };
    Ok(it
        .views
        .page(&member.visit, "intake/index.html", &page)?
        .into_response())
}

fn link(member: &Member, importer: &dyn Importer) -> ListLink {
    let kind = importer.kind();
    ListLink {
        kind,
        href: member.path(&format!("/import/{kind}")),
        template_href: member.path(&format!("/import/{kind}/template")),
    }
}

fn line(member: &Member, run: Run, now: DateTime<Utc>) -> RunLine {
    let href = member.path(&format!("/import/runs/{}", run.id));
    RunLine {
        revert_action: run.revertible_until(now).map(|_| format!("{href}/revert")),
        href,
        kind: run.kind,
        state: run.state,
        file_name: run.file_name,
        counters: run.counters,
        by: run.started_by,
        created_at: run.created_at,
    }
}

pub(super) async fn one(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
) -> Result<Response, Failure> {
    let importer = it.intake.importer(&member.actor, &address.kind)?;
    let page = it.list_page(&member, &*importer, FormState::new());
    Ok(it
        .views
        .page(&member.visit, "intake/list.html", &page)?
        .into_response())
}

pub(super) async fn upload(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    upload: Result<Upload, Failure>,
) -> Result<Response, Failure> {
    let importer = it.intake.importer(&member.actor, &address.kind)?;
    let upload = upload?;
    match it
        .intake
        .start(it.started(&member), importer.kind(), &upload)
        .await
    {
        Ok(run) => Ok(Go::to(member.path(&format!("/import/runs/{run}"))).into_response()),
        Err(error) if is_about_the_file(&error) => {
            let mut form = it.sent(&Raw::default());
            form.fault("file", &error);
            let page = it.list_page(&member, &*importer, form);
            invalid(&it.views, &member.visit, "intake/list.html", &page)
        }
        Err(other) => Err(other.into()),
    }
}

/// Whether the page of the list can say what is wrong, beside the file.
fn is_about_the_file(error: &Error) -> bool {
    error.kind() == Kind::Invalid
}

pub(super) async fn template(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
) -> Result<Response, Failure> {
    let importer = it.intake.importer(&member.actor, &address.kind)?;
    let spec = it.intake.template(&*importer).ok_or(Error::NoSuchKind)?;
    let samples = importer.samples(&it.views);
    let rows: Vec<Vec<&str>> = samples
        .iter()
        .map(|row| row.iter().map(String::as_str).collect())
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    template_xlsx(&spec, &it.views, &rows)
}

impl Pages {
    fn list_page(&self, member: &Member, importer: &dyn Importer, form: FormState) -> ListPage {
        let it = link(member, importer);
        let spec = self.intake.template(importer);
        ListPage {
            kind: it.kind,
            columns: spec
                .map(|spec| spec.described(&self.views))
                .unwrap_or_default(),
            import: Step::upload(it.href, Some(it.template_href), form),
            back: member.path("/import"),
        }
    }
}
