//! The form of a report, with the first lines below it.

mod view;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use web::{Failure, Flash, Go, Member, Path, Query, Wants, form::Raw};

use super::{FieldError, Pages, sent, shown::Shown};
use crate::{Definition, Error, Flaw, NewReport, ReportId, Wrong};
use view::{FormPage, Kept};

const FORM: &str = "builder/form.html";

#[derive(Deserialize)]
pub(super) struct Wish {
    source: Option<String>,
}

#[derive(Serialize)]
struct SourcesPage {
    sources: Vec<&'static str>,
}

#[derive(Serialize)]
struct Preview {
    preview: Option<Shown>,
    errors: Vec<FieldError>,
}

/// The choice of a source, or an empty form of one.
pub(super) async fn new(
    member: Member,
    State(it): State<Pages>,
    Query(wish): Query<Wish>,
) -> Result<Response, Failure> {
    let sources = it.builder.sources(&member.actor)?;
    let Some(source) = wish.source.filter(|it| !it.is_empty()) else {
        let page = SourcesPage {
            sources: sources.iter().map(|it| it.code()).collect(),
        };
        let html = it
            .views
            .page(&member.visit, "builder/sources.html", &page)?;
        return Ok(html.into_response());
    };
    let fields = it.builder.fields(&member.actor, &source)?;
    let new = NewReport {
        title: String::new(),
        definition: Definition {
            columns: fields.iter().take(3).map(|it| it.code.to_owned()).collect(),
            source,
            ..Definition::default()
        },
    };
    let page = it.form(&member, &new, Kept::default(), None, &[])?;
    let html = it.views.page(&member.visit, FORM, &page)?;
    Ok(html.into_response())
}

/// The form of the own report, with its first lines.
pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ReportId)>,
) -> Result<Response, Failure> {
    let report = it.builder.to_change(&member.actor, id).await?;
    let kept = Kept {
        report: Some(id),
        version: report.version,
    };
    let new = NewReport {
        title: report.title,
        definition: report.definition,
    };
    let made = it.builder.preview(&member.actor, &new.definition).await;
    let (shown, wrong) = it.shown(&new, made)?;
    let page = it.form(&member, &new, kept, shown, &wrong)?;
    let html = it.views.page(&member.visit, FORM, &page)?;
    Ok(html.into_response())
}

/// The first lines of what the form says: alone where a script asks, else
/// with the form around them.
pub(super) async fn preview(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let new = it.sent(&member, &raw)?;
    let made = it.builder.preview(&member.actor, &new.definition).await;
    let (shown, wrong) = it.shown(&new, made)?;
    let page = it.form(&member, &new, Kept::sent(&raw), shown, &wrong)?;
    if member.visit.wants() == Wants::Fragment {
        let part = Preview {
            preview: page.preview,
            errors: page.form.errors,
        };
        let html = it
            .views
            .fragment(&member.visit, "builder/_preview.html", &part)?;
        return Ok(html.into_response());
    }
    it.answer(&member, &page)
}

/// Keeps a new report.
pub(super) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let new = it.sent(&member, &raw)?;
    match it.builder.add(&member.actor, &new).await {
        Ok(id) => Ok(saved(&member, id)),
        Err(error) => it.again(&member, &new, Kept::default(), error).await,
    }
}

/// Puts other content into the own report.
pub(super) async fn change(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ReportId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    // Whose it is comes before what is wrong with it.
    it.builder.to_change(&member.actor, id).await?;
    let new = it.sent(&member, &raw)?;
    let kept = Kept {
        report: Some(id),
        ..Kept::sent(&raw)
    };
    match it
        .builder
        .change(&member.actor, id, kept.version, &new)
        .await
    {
        Ok(()) => Ok(saved(&member, id)),
        Err(error) => it.again(&member, &new, kept, error).await,
    }
}

fn saved(member: &Member, id: ReportId) -> Response {
    Go::to(member.path(&format!("/reports/builder/{id}")))
        .say(&Flash::done("builder.flash.saved"))
        .into_response()
}

impl Pages {
    /// What the form says; a source that is not open is one that is not there.
    fn sent(&self, member: &Member, raw: &Raw) -> Result<NewReport, Failure> {
        self.builder.sources(&member.actor)?;
        let source = raw.get("source").unwrap_or_default();
        let open = self.builder.fields(&member.actor, source);
        let open = match open {
            Err(Error::NotFound) if source.is_empty() => vec![],
            other => other?,
        };
        Ok(sent::read(raw, &open))
    }

    /// The lines, or what is wrong.
    fn shown(
        &self,
        new: &NewReport,
        made: Result<crate::Made, Error>,
    ) -> Result<(Option<Shown>, Vec<Wrong>), Failure> {
        match made {
            Ok(made) => {
                let shown = Shown::of(&made, &new.definition.source, &self.views);
                Ok((Some(shown), vec![]))
            }
            Err(Error::Wrong(wrong)) => Ok((None, wrong)),
            Err(Error::NotFound) if new.definition.source.is_empty() => {
                Ok((None, vec![no_source()]))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The form again with what is wrong; faults that no form mends go on.
    async fn again(
        &self,
        member: &Member,
        new: &NewReport,
        kept: Kept,
        error: Error,
    ) -> Result<Response, Failure> {
        let wrong = match error {
            Error::Wrong(wrong) => wrong,
            Error::NotFound if new.definition.source.is_empty() => vec![no_source()],
            Error::BadTitle => vec![Wrong {
                place: "title".to_owned(),
                what: Flaw::BadValue,
            }],
            other => return Err(other.into()),
        };
        let preview = match wrong.as_slice() {
            [only] if only.place == "title" => {
                let made = self.builder.preview(&member.actor, &new.definition).await;
                self.shown(new, made)?.0
            }
            _ => None,
        };
        let page = self.form(member, new, kept, preview, &wrong)?;
        self.answer(member, &page)
    }

    fn answer(&self, member: &Member, page: &FormPage) -> Result<Response, Failure> {
        if page.form.errors.is_empty() {
            return Ok(self.views.page(&member.visit, FORM, page)?.into_response());
        }
        web::form::invalid(&self.views, &member.visit, FORM, page)
    }
}

fn no_source() -> Wrong {
    Wrong {
        place: "source".to_owned(),
        what: Flaw::Nothing,
    }
}
