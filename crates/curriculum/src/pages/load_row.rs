//! One row of load: entered, changed, ended.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{ClassId, GroupId, PersonId, Right, SubjectId, YearId};
use serde::Serialize;
use web::{Failure, Flash, FormState, Go, Member, Path, TableQuery, form::Raw};

use super::{
    Around, Pages,
    form::{
        Choice, Difference, Stored, again, differences, filled, form_of, note, show, show_decimal,
    },
    load::Names,
    sent::Sent,
    wished_year,
};
use crate::{Error, LoadCard, LoadChange, LoadId, LoadPage, NewLoad};

#[derive(Serialize)]
struct FormPage {
    around: Around,
    form: FormState,
    version: i32,
    /// What is taught to whom; none for a new row.
    fixed: Option<Fixed>,
    classes: Vec<Choice>,
    subjects: Vec<Choice>,
    groups: Vec<Choice>,
    teachers: Vec<Choice>,
    differences: Vec<Difference>,
    action: String,
    back: String,
}

/// What stays as it is, because lessons were given under it.
#[derive(Serialize)]
struct Fixed {
    class: String,
    subject: String,
    group: String,
}

const TEMPLATE: &str = "curriculum/load_row.html";

impl FormPage {
    fn of(member: &Member, data: &LoadPage, card: Option<&LoadCard>, form: FormState) -> Self {
        let names = Names(data);
        let list = member.path("/study/load");
        let around = Around::of_years(member, &data.years);
        let year = around
            .year
            .as_ref()
            .map(|it| format!("?year={}", it.id))
            .unwrap_or_default();
        Self {
            around,
            form,
            version: card.map_or(0, |it| it.version),
            fixed: card.map(|it| Fixed {
                class: names.class(&it.load),
                subject: names.subject(&it.load),
                group: names.group(&it.load),
            }),
            classes: data
                .classes
                .iter()
                .map(|it| Choice::of(it.class.id, it.class.name()))
                .collect(),
            subjects: data
                .subjects
                .iter()
                .map(|it| Choice::of(it.id, &it.name))
                .collect(),
            groups: groups(data),
            teachers: data
                .staff
                .iter()
                .map(|it| Choice::of(it.id, it.full()))
                .collect(),
            differences: vec![],
            action: card.map_or_else(|| list.clone(), |it| format!("{list}/{}", it.load.id)),
            back: format!("{list}{year}"),
        }
    }
}

/// «5А · Английский язык · Группа 1»
fn groups(data: &LoadPage) -> Vec<Choice> {
    let group = |it: &crate::Group| {
        let class = data
            .classes
            .iter()
            .find(|class| class.class.id == it.class)?
            .class
            .name();
        let subject = data
            .subjects
            .iter()
            .find(|subject| subject.id == it.subject)?;
        Some(Choice::of(
            it.id,
            format!("{class} · {} · {}", subject.name, it.name),
        ))
    };
    data.groups.iter().filter_map(group).collect()
}

fn place(error: &Error) -> String {
    let field = match error {
        Error::BadHours => "hours",
        Error::DatesBackwards => "until",
        Error::OutsideYear => "since",
        Error::NoSuchTeacher | Error::LoadTwice => "teacher",
        _ => "",
    };
    field.to_owned()
}

pub(super) async fn new(
    member: Member,
    State(it): State<Pages>,
    query: TableQuery,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::CurriculumEdit)?;
    let data = it
        .curriculum
        .load_page(&member.actor, wished_year(&query))
        .await?;
    let given = |name: &str| query.param(name).unwrap_or_default().to_owned();
    let form = FormState::new()
        .with("class", &given("class"))
        .with("teacher", &given("teacher"));
    let page = FormPage::of(&member, &data, None, form);
    show(&it.views, &page.around.visit(&member), TEMPLATE, &page)
}

fn read(sent: &mut Sent<'_>, data: &LoadPage) -> Option<NewLoad> {
    let class = sent.chosen::<ClassId>("class");
    let subject = sent.chosen::<SubjectId>("subject");
    let group = sent.choice::<GroupId>("group");
    let teacher = sent.chosen::<PersonId>("teacher");
    let hours = sent.decimal("hours");
    let (since, until) = (sent.optional_date("since"), sent.optional_date("until"));
    let fits = |id: GroupId| {
        data.groups
            .iter()
            .any(|it| it.id == id && Some(it.class) == class && Some(it.subject) == subject)
    };
    if group.is_some_and(|it| !fits(it)) {
        sent.form.refuse("group", "other");
    }
    let load = NewLoad {
        class: class?,
        group,
        subject: subject?,
        teacher: teacher?,
        hours_a_week: hours?,
        since,
        until,
    };
    sent.is_right().then_some(load)
}

pub(super) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::CurriculumEdit)?;
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    let year = sent.chosen::<YearId>("year");
    let data = it.curriculum.load_page(&member.actor, year).await?;
    if let (Some(wish), Some(year)) = (read(&mut sent, &data), year) {
        match it.curriculum.add_load(&member.actor, year, wish).await {
            Ok(_) => {
                let to = member.path(&format!("/study/load?year={year}"));
                return Ok(Go::to(to)
                    .say(&Flash::done("curriculum.flash.load-added"))
                    .into_response());
            }
            Err(error) => note(&mut sent.form, error, place)?,
        };
    }
    let page = FormPage::of(&member, &data, None, sent.form);
    again(
        &it.views,
        &page.around.visit(&member),
        TEMPLATE,
        &page,
        false,
    )
}

fn stored(it: &LoadCard) -> Raw {
    Stored::new()
        .with("teacher", it.load.teacher)
        .with("hours", show_decimal(it.load.hours_a_week))
        .date("since", it.load.since)
        .date("until", it.load.until)
        .raw()
}

pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, LoadId)>,
) -> Result<Response, Failure> {
    let (card, data) = it.curriculum.load_card(&member.actor, id).await?;
    let page = FormPage::of(
        &member,
        &data,
        Some(&card),
        form_of(&stored(&card), &it.views),
    );
    show(&it.views, &page.around.visit(&member), TEMPLATE, &page)
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, LoadId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::CurriculumEdit)?;
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    let teacher = sent.chosen::<PersonId>("teacher");
    let hours = sent.decimal("hours");
    let (since, until) = (sent.date("since"), sent.date("until"));
    let mut change = None;
    if let (Some(teacher), Some(hours_a_week), Some(since), Some(until)) =
        (teacher, hours, since, until)
    {
        change = Some(LoadChange {
            teacher,
            hours_a_week,
            since,
            until,
        });
    }
    it.change(
        &member,
        id,
        &raw,
        sent,
        change,
        "curriculum.flash.load-saved",
    )
    .await
}

/// The last day, and everything else as it is.
pub(super) async fn end(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, LoadId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let (card, _) = it.curriculum.load_card(&member.actor, id).await?;
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    let load = &card.load;
    let change = sent.date("until").map(|until| LoadChange {
        teacher: load.teacher,
        hours_a_week: load.hours_a_week,
        since: load.since,
        until,
    });
    sent.form = filled(sent.form, &raw, &stored(&card));
    it.change(
        &member,
        id,
        &raw,
        sent,
        change,
        "curriculum.flash.load-ended",
    )
    .await
}

impl Pages {
    async fn change(
        &self,
        member: &Member,
        id: LoadId,
        raw: &Raw,
        mut sent: Sent<'_>,
        change: Option<LoadChange>,
        done: &'static str,
    ) -> Result<Response, Failure> {
        let seen = sent.seen("version");
        let mut stale = false;
        let outcome = match change {
            Some(change) => Some(
                self.curriculum
                    .change_load(&member.actor, id, seen, change)
                    .await,
            ),
            None => None,
        };
        let is_saved = matches!(outcome, Some(Ok(())));
        if let Some(Err(error)) = outcome {
            stale = note(&mut sent.form, error, place)?;
        }
        let (now, data) = self.curriculum.load_card(&member.actor, id).await?;
        let mut page = FormPage::of(member, &data, Some(&now), sent.form);
        if is_saved {
            return Ok(Go::to(page.back).say(&Flash::done(done)).into_response());
        }
        if stale {
            let label = |field: &str| self.views.word(&format!("curriculum.load.{field}"));
            let value = |field: &str, value: &str| match field {
                "teacher" => Choice::label(&page.teachers, value),
                _ => value.to_owned(),
            };
            let stored = stored(&now);
            let sent: Raw = stored
                .iter()
                .map(|(name, now)| (name.to_owned(), raw.get(name).unwrap_or(now).to_owned()))
                .collect();
            page.differences = differences(&sent, &stored, label, value);
        } else {
            page.version = seen;
        }
        again(
            &self.views,
            &page.around.visit(member),
            TEMPLATE,
            &page,
            stale,
        )
    }
}
