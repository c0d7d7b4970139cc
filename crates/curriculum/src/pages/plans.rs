//! «КТП» (CUR-5): the plans of a year, and a new one.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{PersonId, Reach, Right, SubjectId, YearId};
use serde::Serialize;
use web::{
    Failure, Flash, FormState, Go, ListQuery, Member, TableQuery, Views,
    form::Raw,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{
    Around, Pages,
    form::{Choice, again, note, show},
    sent::Sent,
    wished_year,
};
use crate::{Error, Load, NewPlan, PlanListing, PlanRow};

#[derive(Serialize)]
struct ListPage {
    around: Around,
    may_create: bool,
    /// Rows of the actor's load that follow no plan yet.
    without: Vec<String>,
}

#[derive(Serialize)]
struct NewPage {
    around: Around,
    form: FormState,
    /// Subject and parallel of a teacher's load.
    wishes: Vec<Choice>,
    action: String,
    back: String,
}

const COLUMNS: [Column; 7] = [
    Column::text("name"),
    Column::text("subject").selectable(),
    Column::number("grade").selectable(),
    Column::text("teacher").selectable(),
    Column::number("items"),
    Column::text("classes"),
    Column::badge("state").selectable(),
];

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let data = it
        .curriculum
        .plans_page(&member.actor, wished_year(&query))
        .await?;
    let around = Around::of_years(&member, &data.years);
    let rows = data.plans.iter().map(|it| row(&member, it, &data));
    let list = List::new("curriculum.plans", COLUMNS).rows(rows);
    let visit = around.visit(&member);
    let page = ListPage {
        may_create: data.may_create && around.is_open(),
        around,
        without: without(&member, &data, it.today(&member)),
    };
    respond(
        &it.views,
        &visit,
        "curriculum/plans.html",
        &list,
        &query,
        &page,
    )
}

fn row(member: &Member, it: &PlanRow, data: &PlanListing) -> Row {
    let subject = data
        .subjects
        .iter()
        .find(|subject| subject.id == it.subject);
    let teacher = data.teachers.iter().find(|card| card.id == it.teacher);
    let (tone, state) = if it.approved {
        (Tone::Ok, "curriculum.plan.approved")
    } else {
        (Tone::Warn, "curriculum.plan.draft")
    };
    let cells = [
        Cell::text(&it.name),
        Cell::text(subject.map(|it| it.name.clone()).unwrap_or_default()),
        Cell::number(it.grade),
        Cell::text(teacher.map(people::Card::full).unwrap_or_default()),
        Cell::number(it.items),
        Cell::text(classes_of(data, |load| it.loads.contains(&load.id))),
        Cell::badge(tone, state),
    ];
    Row::new(&it.id, cells).href(member.path(&format!("/study/plans/{}", it.id)))
}

/// «7А, 7Б» of the rows of load.
fn classes_of(data: &PlanListing, is_wanted: impl Fn(&Load) -> bool) -> String {
    let has = |it: &crate::Class| {
        data.loads
            .iter()
            .any(|load| load.class == it.id && is_wanted(load))
    };
    let names: Vec<String> = data
        .classes
        .iter()
        .filter(|it| has(it))
        .map(crate::Class::name)
        .collect();
    names.join(", ")
}

/// «Алгебра, 7А»: what one teaches today without a plan.
fn without(member: &Member, data: &PlanListing, today: chrono::NaiveDate) -> Vec<String> {
    let is_mine = |it: &&Load| it.teacher == member.actor.person && today <= it.until;
    let is_planned = |it: &Load| data.plans.iter().any(|plan| plan.loads.contains(&it.id));
    let name = |it: &Load| {
        let class = data.classes.iter().find(|class| class.id == it.class)?;
        let subject = data
            .subjects
            .iter()
            .find(|subject| subject.id == it.subject)?;
        Some(format!("{}, {}", subject.name, class.name()))
    };
    let open = data
        .loads
        .iter()
        .filter(is_mine)
        .filter(|it| !is_planned(it));
    let mut names: Vec<String> = open.filter_map(name).collect();
    names.dedup();
    names
}

/// What a plan may be made for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wish {
    teacher: PersonId,
    subject: SubjectId,
    grade: i16,
}

impl std::fmt::Display for Wish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.teacher, self.subject, self.grade)
    }
}

impl std::str::FromStr for Wish {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.');
        let mut next = || parts.next().ok_or(());
        let teacher = next()?.parse().map_err(|_| ())?;
        let subject = next()?.parse().map_err(|_| ())?;
        let grade = next()?.parse().map_err(|_| ())?;
        Ok(Self {
            teacher,
            subject,
            grade,
        })
    }
}

/// What plans may be made for: one's own load first, that of others with the
/// right over the whole school.
fn wishes(member: &Member, data: &PlanListing, views: &Views) -> Vec<Choice> {
    let all = member.actor.reaches(Right::PlanEdit).has(Reach::Org);
    let mut found: BTreeMap<(bool, Wish), String> = BTreeMap::new();
    for load in &data.loads {
        let is_other = load.teacher != member.actor.person;
        let Some(class) = data.classes.iter().find(|it| it.id == load.class) else {
            continue;
        };
        let wish = Wish {
            teacher: load.teacher,
            subject: load.subject,
            grade: class.grade,
        };
        if (is_other && !all) || found.contains_key(&(is_other, wish)) {
            continue;
        }
        let classes = classes_of(data, |it| {
            (it.teacher, it.subject) == (load.teacher, load.subject)
                && data
                    .classes
                    .iter()
                    .any(|of| of.id == it.class && of.grade == class.grade)
        });
        let teacher = data.teachers.iter().find(|it| it.id == load.teacher);
        let teacher = teacher
            .filter(|_| is_other)
            .map(|it| format!(" · {}", it.short()));
        let label = format!(
            "{} ({classes}){}",
            plan_name(data, wish, views),
            teacher.unwrap_or_default()
        );
        found.insert((is_other, wish), label);
    }
    let mut choices: Vec<(bool, Choice)> = found
        .into_iter()
        .map(|((other, wish), label)| (other, Choice::of(wish, label)))
        .collect();
    choices.sort_by(|one, other| (one.0, &one.1.label).cmp(&(other.0, &other.1.label)));
    choices.into_iter().map(|it| it.1).collect()
}

/// «Алгебра, 7 класс»
fn plan_name(data: &PlanListing, wish: Wish, views: &Views) -> String {
    let subject = data.subjects.iter().find(|it| it.id == wish.subject);
    let args = [
        (
            "subject",
            subject.map(|it| it.name.clone()).unwrap_or_default(),
        ),
        ("grade", wish.grade.to_string()),
    ];
    let args = args
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    views.phrase("curriculum.plan.usual-name", &args)
}

const TEMPLATE: &str = "curriculum/plan_new.html";

impl NewPage {
    fn of(member: &Member, data: &PlanListing, views: &Views, form: FormState) -> Self {
        let list = member.path("/study/plans");
        Self {
            around: Around::of_years(member, &data.years),
            form,
            wishes: wishes(member, data, views),
            action: list.clone(),
            back: list,
        }
    }
}

pub(super) async fn new(
    member: Member,
    State(it): State<Pages>,
    query: TableQuery,
) -> Result<Response, Failure> {
    member.actor.may(Right::PlanEdit)?;
    let data = it
        .curriculum
        .plans_page(&member.actor, wished_year(&query))
        .await?;
    let page = NewPage::of(&member, &data, &it.views, FormState::new());
    show(&it.views, &page.around.visit(&member), TEMPLATE, &page)
}

pub(super) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may(Right::PlanEdit)?;
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    let year = sent.chosen::<YearId>("year");
    let wish = sent.chosen::<Wish>("wish");
    let name = sent.text("name", 200);
    let data = it.curriculum.plans_page(&member.actor, year).await?;
    if let (true, Some(year), Some(wish)) = (sent.is_right(), year, wish) {
        let name = if name.is_empty() {
            plan_name(&data, wish, &it.views)
        } else {
            name
        };
        let Wish {
            teacher,
            subject,
            grade,
        } = wish;
        let plan = NewPlan {
            year,
            subject,
            grade,
            teacher,
            name,
        };
        match it.curriculum.add_plan(&member.actor, plan, None).await {
            Ok(id) => {
                let to = member.path(&format!("/study/plans/{id}"));
                return Ok(Go::to(to)
                    .say(&Flash::done("curriculum.flash.plan-added"))
                    .into_response());
            }
            Err(error) => note(&mut sent.form, error, place)?,
        };
    }
    let page = NewPage::of(&member, &data, &it.views, sent.form);
    again(
        &it.views,
        &page.around.visit(&member),
        TEMPLATE,
        &page,
        false,
    )
}

fn place(error: &Error) -> String {
    let field = match error {
        Error::NoSuchGrade | Error::NoSuchTeacher => "wish",
        Error::NameMissing => "name",
        _ => "",
    };
    field.to_owned()
}
