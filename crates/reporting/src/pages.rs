//! «Отчёты»: one report on screen, on paper and in files.

mod archive;
mod catalogue;
mod letters;
mod mine;
mod more;
mod owed;
mod runs;

use std::sync::Arc;

use axum::{
    Router,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, NaiveDate, Utc};
use journal::{ChangedField, Slot};
use kernel::{ClassId, Clock};
use serde::{Deserialize, Serialize};
use web::{Failure, Member, Query, Signed, Views, form::Raw};

use more::MoreView;

use crate::{
    Archive, Asked, Copies, Error, Kind, Made, MarksWish, More, Output, Reporting, Shape, Unit,
    more::month_of,
    output::{Shown, label, slot_name},
    service::code_of,
};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/reports"),
    ("GET", "/o/{org}/reports/school"),
    ("GET", "/o/{org}/reports/classes"),
    ("GET", "/o/{org}/reports/teacher"),
    ("GET", "/o/{org}/reports/class-teacher"),
    ("GET", "/o/{org}/reports/class-results"),
    ("GET", "/o/{org}/reports/report-cards"),
    ("GET", "/o/{org}/reports/class-attendance"),
    ("GET", "/o/{org}/reports/class-absences"),
    ("GET", "/o/{org}/reports/absent-today"),
    ("GET", "/o/{org}/reports/journal-access"),
    ("GET", "/o/{org}/reports/pupil-figures"),
    ("GET", "/o/{org}/reports/class-pupils"),
    ("GET", "/o/{org}/reports/class-list"),
    ("GET", "/o/{org}/reports/birthdays"),
    ("GET", "/o/{org}/reports/social-passport"),
    ("GET", "/o/{org}/reports/no-plans"),
    ("GET", "/o/{org}/reports/filling"),
    ("GET", "/o/{org}/reports/preliminary"),
    ("GET", "/o/{org}/reports/class-marks"),
    ("GET", "/o/{org}/reports/class-average"),
    ("GET", "/o/{org}/reports/subject-results"),
    ("GET", "/o/{org}/reports/parent-letter"),
    ("GET", "/o/{org}/reports/parent-letter/send"),
    ("POST", "/o/{org}/reports/parent-letter/send"),
    ("GET", "/o/{org}/reports/teacher-average"),
    ("GET", "/o/{org}/reports/teacher-average-course"),
    ("GET", "/o/{org}/reports/pupil-average"),
    ("GET", "/o/{org}/reports/pupil-average-course"),
    ("GET", "/o/{org}/reports/pupil-total"),
    ("GET", "/o/{org}/reports/pupil-marks"),
    ("GET", "/o/{org}/reports/pupil-quality"),
    ("GET", "/my/reports"),
    ("GET", "/my/reports/pupil-total"),
    ("GET", "/my/reports/pupil-marks"),
    ("GET", "/my/reports/pupil-average"),
    ("GET", "/my/reports/pupil-average-course"),
    ("GET", "/my/reports/pupil-quality"),
    ("GET", "/my/reports/parent-letter"),
    ("GET", "/my/reports/report-cards"),
    ("GET", "/o/{org}/reports/owed"),
    ("POST", "/o/{org}/reports/owed"),
    ("GET", "/o/{org}/reports/copies"),
    ("POST", "/o/{org}/reports/copies"),
    ("GET", "/o/{org}/reports/copies/{copy}"),
    ("GET", "/o/{org}/reports/copies/{copy}/file"),
    ("GET", "/o/{org}/reports/log"),
    ("GET", "/o/{org}/reports/archive"),
    ("POST", "/o/{org}/reports/archive/journal"),
    ("POST", "/o/{org}/reports/archive/cards"),
    ("GET", "/o/{org}/reports/archive/{scroll}"),
    ("GET", "/o/{org}/reports/archive/{scroll}/file"),
];

#[derive(Clone)]
struct Pages {
    reporting: Reporting,
    copies: Copies,
    archive: Archive,
    jobs: work::Jobs,
    views: Views,
    clock: Arc<dyn Clock>,
}

/// The routes of this domain, ready to be merged by the app.
///
/// `jobs` must know [`crate::AllCards`], [`crate::ClassJournal`] and
/// [`crate::OwedReports`].
pub fn router(
    reporting: Reporting,
    archive: Archive,
    jobs: work::Jobs,
    views: Views,
    clock: Arc<dyn Clock>,
) -> Router {
    let of = |kind: Kind| {
        get(
            async move |member: Member, it: State<Pages>, wish: Query<Wish>, raw: RawQuery| {
                report(kind, member, it, wish, raw).await
            },
        )
    };
    let own = |kind: Kind| {
        get(
            async move |signed: Signed, it: State<Pages>, raw: RawQuery| {
                mine::report(kind, signed, it, raw).await
            },
        )
    };
    Router::new()
        .route("/o/{org}/reports/preliminary", of(Kind::Preliminary))
        .route("/o/{org}/reports/class-marks", of(Kind::ClassMarks))
        .route("/o/{org}/reports/class-average", of(Kind::ClassAverage))
        .route("/o/{org}/reports/subject-results", of(Kind::SubjectResults))
        .route("/o/{org}/reports/parent-letter", of(Kind::ParentLetter))
        .route("/o/{org}/reports/teacher-average", of(Kind::TeacherAverage))
        .route(
            "/o/{org}/reports/teacher-average-course",
            of(Kind::TeacherAverageCourse),
        )
        .route("/o/{org}/reports/pupil-average", of(Kind::PupilAverage))
        .route(
            "/o/{org}/reports/pupil-average-course",
            of(Kind::PupilAverageCourse),
        )
        .route("/o/{org}/reports/pupil-total", of(Kind::PupilTotal))
        .route("/o/{org}/reports/pupil-marks", of(Kind::PupilMarks))
        .route("/o/{org}/reports/pupil-quality", of(Kind::PupilQuality))
        .route("/my/reports/pupil-total", own(Kind::PupilTotal))
        .route("/my/reports/pupil-marks", own(Kind::PupilMarks))
        .route("/my/reports/pupil-average", own(Kind::PupilAverage))
        .route(
            "/my/reports/pupil-average-course",
            own(Kind::PupilAverageCourse),
        )
        .route("/my/reports/pupil-quality", own(Kind::PupilQuality))
        .route("/my/reports/parent-letter", own(Kind::ParentLetter))
        .route("/my/reports/report-cards", own(Kind::ReportCards))
        .route("/my/reports", get(mine::catalogue))
        .route(
            "/o/{org}/reports/parent-letter/send",
            get(letters::preview).post(letters::send),
        )
        .route("/o/{org}/reports", get(catalogue::show))
        .route("/o/{org}/reports/school", of(Kind::School))
        .route("/o/{org}/reports/classes", of(Kind::Classes))
        .route("/o/{org}/reports/teacher", of(Kind::Teacher))
        .route("/o/{org}/reports/class-teacher", of(Kind::ClassTeacher))
        .route("/o/{org}/reports/class-results", of(Kind::ClassResults))
        .route("/o/{org}/reports/report-cards", of(Kind::ReportCards))
        .route(
            "/o/{org}/reports/class-attendance",
            of(Kind::ClassAttendance),
        )
        .route("/o/{org}/reports/class-absences", of(Kind::ClassAbsences))
        .route("/o/{org}/reports/absent-today", of(Kind::AbsentToday))
        .route("/o/{org}/reports/journal-access", of(Kind::JournalAccess))
        .route("/o/{org}/reports/pupil-figures", of(Kind::PupilFigures))
        .route("/o/{org}/reports/class-pupils", of(Kind::ClassPupils))
        .route("/o/{org}/reports/class-list", of(Kind::ClassList))
        .route("/o/{org}/reports/birthdays", of(Kind::Birthdays))
        .route("/o/{org}/reports/social-passport", of(Kind::SocialPassport))
        .route("/o/{org}/reports/no-plans", of(Kind::NoPlans))
        .route("/o/{org}/reports/filling", of(Kind::Filling))
        .route("/o/{org}/reports/owed", get(owed::list).post(owed::make))
        .route(
            "/o/{org}/reports/copies",
            get(runs::list).post(runs::freeze),
        )
        .route("/o/{org}/reports/copies/{copy}", get(runs::show))
        .route("/o/{org}/reports/copies/{copy}/file", get(runs::file))
        .route("/o/{org}/reports/log", get(runs::log))
        .route("/o/{org}/reports/archive", get(archive::list))
        .route("/o/{org}/reports/archive/journal", post(archive::journal))
        .route("/o/{org}/reports/archive/cards", post(archive::cards))
        .route("/o/{org}/reports/archive/{scroll}", get(archive::show))
        .route("/o/{org}/reports/archive/{scroll}/file", get(archive::file))
        .with_state(Pages {
            copies: archive.copies.clone(),
            archive,
            jobs,
            reporting,
            views,
            clock,
        })
}

/// What the form of a report sends.
#[derive(Default, Deserialize)]
struct Wish {
    #[serde(flatten)]
    more: MoreWish,
    period: Option<String>,
    /// Empty for all of them.
    class: Option<String>,
    teacher: Option<i64>,
    names: Option<String>,
    #[serde(rename = "as")]
    shown_as: Option<String>,
}

/// What is chosen besides, as it is typed; what cannot be understood is an
/// address that nobody was given.
#[derive(Default, Deserialize)]
struct MoreWish {
    unit: Option<String>,
    shape: Option<String>,
    month: Option<String>,
    day: Option<String>,
    subject: Option<String>,
    code: Option<String>,
    shift: Option<String>,
    field: Option<String>,
    term: Option<String>,
    page: Option<String>,
}

impl MoreWish {
    fn read(&self, today: NaiveDate, file: bool) -> Result<More, Error> {
        let unit = |it: &str| Unit::ALL.into_iter().find(|unit| unit.code() == it);
        let shape = |it: &str| Shape::ALL.into_iter().find(|shape| shape.code() == it);
        let shift = |it: &str| it.parse().ok().filter(|it| (1..=2).contains(it));
        Ok(More {
            unit: known(self.unit.as_ref(), unit)?.unwrap_or_default(),
            shape: known(self.shape.as_ref(), shape)?.unwrap_or_default(),
            month: known(self.month.as_ref(), month_of)?,
            day: known(self.day.as_ref(), |it| {
                kernel::dates::parse_date(it, today).ok()
            })?,
            subject: known(self.subject.as_ref(), |it| {
                it.parse::<i64>().ok().map(Into::into)
            })?,
            code: known(self.code.as_ref(), code_of)?,
            shift: known(self.shift.as_ref(), shift)?,
            field: known(self.field.as_ref(), ChangedField::from_code)?,
            term: known(self.term.as_ref(), Slot::from_code)?,
            page: known(self.page.as_ref(), |it| it.parse().ok())?.unwrap_or(1),
            file,
        })
    }
}

/// What a text means; nothing where it is left empty.
fn known<T>(text: Option<&String>, of: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Error> {
    match text.map(|it| it.trim()).filter(|it| !it.is_empty()) {
        None => Ok(None),
        Some(it) => of(it).map(Some).ok_or(Error::NotFound),
    }
}

#[derive(Serialize)]
struct FieldView {
    name: &'static str,
    value: String,
    /// Nothing to choose from: a day is typed.
    choices: Vec<Choice>,
}

#[derive(Serialize)]
struct Page {
    code: &'static str,
    /// What else may be chosen.
    fields: Vec<FieldView>,
    /// Number, how many, and where those before and after are.
    pages: Option<(usize, usize)>,
    report: Shown,
    periods: Vec<Choice>,
    classes: Vec<Choice>,
    teachers: Vec<Choice>,
    /// Whether names may be asked for, and are.
    names: Option<bool>,
    /// Another page of it; ends in `page=`.
    turn_to: String,
    /// A copy of it can be kept.
    may_freeze: bool,
    more: MoreView,
    /// Where the letters are sent by e-mail.
    mail_href: Option<String>,
    /// The same as a file; ends in `as=`.
    export: String,
    made_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    selected: bool,
}

async fn report(
    kind: Kind,
    member: Member,
    State(it): State<Pages>,
    Query(wish): Query<Wish>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let raw = Raw::parse(query.unwrap_or_default().as_bytes())?;
    let today = member.visit.day_of(it.clock.now());
    let asked = asked_of(kind, &wish, &raw, today)?;
    let made = it
        .reporting
        .make(&member.actor, asked.clone(), today)
        .await?;
    let shown = Shown::of(&made, kind, &member.path(""), &it.views);
    if let Some(output) = wish.shown_as.as_deref().and_then(Output::file) {
        return runs::printed(&it, &member, (&made, &asked), &shown, output).await;
    }
    let mut page = page(&made, kind, shown, &asked, &it.views);
    if let (Kind::ParentLetter, Some(class)) = (kind, &made.class) {
        let slot = made.term.map(|it| it.slot.code()).unwrap_or_default();
        let to = format!(
            "/reports/parent-letter/send?class={}&period={slot}",
            class.id
        );
        page.mail_href = Some(member.path(&to));
    }
    Ok(it
        .views
        .page(&member.visit, "reporting/report.html", &page)?
        .into_response())
}

/// The class that is named; none where the field is empty.
fn class_of(wish: &Wish) -> Result<Option<ClassId>, Error> {
    let class = known(wish.class.as_ref(), |it| it.parse::<i64>().ok())?;
    Ok(class.map(Into::into))
}

/// What the form asks for.
fn asked_of(kind: Kind, wish: &Wish, raw: &Raw, today: NaiveDate) -> Result<Asked, Error> {
    let period = wish.period.as_deref().filter(|it| !it.is_empty());
    let period = period.map(|it| Slot::from_code(it).ok_or(Error::NotFound));
    let is_file = wish.shown_as.as_deref().and_then(Output::file).is_some();
    Ok(Asked {
        kind,
        more: wish.more.read(today, is_file)?,
        period: period.transpose()?,
        class: class_of(wish)?,
        teacher: wish.teacher.map(Into::into),
        names: wish.names.is_some(),
        of_marks: MarksWish::read(raw)?,
    })
}

/// What was chosen, with what was left to us: the query of the same report,
/// each part with `&` behind it.
pub(crate) fn chosen(made: &Made, asked: &Asked) -> String {
    let class = made.class.as_ref().filter(|_| asked.kind.is_of_class());
    let chosen = [
        made.term.map(|it| format!("period={}&", it.slot.code())),
        class.map(|it| format!("class={}&", it.id)),
        made.teacher
            .as_ref()
            .map(|it| format!("teacher={}&", it.id)),
        asked.names.then(|| "names=1&".to_owned()),
    ];
    let fields = made.fields.iter().filter(|it| !it.value.is_empty());
    let fields = fields.map(|it| format!("{}={}&", it.name, it.value));
    let chosen: String = chosen.into_iter().flatten().chain(fields).collect();
    chosen + &more::chosen(made, asked)
}

fn page(made: &Made, kind: Kind, report: Shown, asked: &Asked, views: &Views) -> Page {
    let teacher = made.teacher.as_ref().map(|it| it.id);
    let chosen = chosen(made, asked);
    Page {
        code: kind.code(),
        fields: made
            .fields
            .iter()
            .map(|field| FieldView {
                name: field.name,
                value: field.value.clone(),
                choices: field
                    .choices
                    .iter()
                    .map(|it| Choice {
                        value: it.0.clone(),
                        label: label(views, "choice", &it.1),
                        selected: it.0 == field.value,
                    })
                    .collect(),
            })
            .collect(),
        pages: made.pages,
        may_freeze: !kind.is_of_pupil() && kind != Kind::ParentLetter,
        turn_to: format!("?{chosen}page="),
        report,
        periods: periods(made, kind, views),
        more: MoreView::of(made, asked, views),
        mail_href: None,
        classes: classes(made, asked, views),
        teachers: made
            .teachers
            .iter()
            .map(|it| Choice {
                value: it.id.to_string(),
                label: it.full(),
                selected: teacher == Some(it.id),
            })
            .collect(),
        names: (kind == Kind::Teacher).then_some(asked.names),
        export: format!("?{chosen}as="),
        made_at: made.made_at,
    }
}

/// The classes that may be chosen, before them all at once for those who may.
fn classes(made: &Made, asked: &Asked, views: &Views) -> Vec<Choice> {
    let class = made.class.as_ref().map(|it| it.id);
    let all = Choice {
        value: String::new(),
        label: views.word("reporting.choice.every-class"),
        selected: class.is_none(),
    };
    let all = Some(all).filter(|_| asked.kind.may_be_of_all() && made.all_classes);
    let each = made.classes.iter().map(|it| Choice {
        value: it.id.to_string(),
        label: it.name(),
        selected: class == Some(it.id),
    });
    all.into_iter().chain(each).collect()
}

fn periods(made: &Made, kind: Kind, views: &Views) -> Vec<Choice> {
    let term = made.term.map(|it| it.slot);
    let periods = made.terms.iter().filter(|_| kind.has_period());
    periods
        .map(|it| Choice {
            value: it.slot.code(),
            label: slot_name(views, it.slot),
            selected: term == Some(it.slot),
        })
        .collect()
}
