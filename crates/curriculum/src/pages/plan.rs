//! One КТП: its lessons as one form with a line for each.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::Reach;
use serde::Serialize;
use web::{Failure, Flash, FormState, Go, Member, Path, form::Raw};

use super::{
    Around, Pages,
    form::{
        Choice, Difference, Line, Stored, again, differences, empty_lines, filled, form_of, lines,
        merged, note, show,
    },
    sent::Sent,
    year_name,
};
use crate::{Error, ItemRow, Load, LoadId, PlanChange, PlanId, PlanPage, PlanRow};

#[derive(Serialize)]
struct Page {
    around: Around,
    may_edit: bool,
    name: String,
    subject: String,
    grade: i16,
    teacher: String,
    approved: bool,
    /// How many lessons are stored.
    count: usize,
    form: FormState,
    version: i32,
    lines: Vec<Line>,
    loads: Vec<LoadView>,
    sources: Vec<Choice>,
    differences: Vec<Difference>,
    action: String,
}

/// A row of load that may follow the plan.
#[derive(Serialize)]
struct LoadView {
    id: LoadId,
    /// «7А · Иванова М. П.»
    label: String,
    follows: bool,
    /// The actor may not decide for it.
    fixed: bool,
    hours: Option<HoursView>,
}

/// «68 уроков в плане, 66 по нагрузке»
#[derive(Serialize)]
struct HoursView {
    planned: u32,
    expected: u32,
    surplus: i64,
}

const TEMPLATE: &str = "curriculum/plan.html";
const ITEM: &str = "item.";
/// Lines for what is to be added.
const SPARE: usize = 5;

fn stored(it: &PlanPage) -> Raw {
    let form = Stored::new()
        .with("name", &it.plan.name)
        .flag("approved", it.plan.approved);
    let form = it
        .plan
        .loads
        .iter()
        .fold(form, |form, load| form.with("loads", load));
    let form = it.items.iter().fold(form, |form, item| {
        let Some(id) = item.id else { return form };
        form.with(format!("{ITEM}{id}.number"), item.number)
            .with(format!("{ITEM}{id}.section"), &item.section)
            .with(format!("{ITEM}{id}.topic"), &item.topic)
            .with(format!("{ITEM}{id}.homework"), &item.homework)
    });
    form.raw()
}

impl Page {
    /// `raw` has the lines and ticked rows of load that are shown.
    fn of(member: &Member, it: &PlanPage, raw: &Raw, form: FormState) -> Self {
        let all = member
            .actor
            .reaches(kernel::Right::PlanEdit)
            .has(Reach::Org);
        let ticked: Vec<&str> = raw.all("loads").collect();
        let load = |load: &Load| LoadView {
            id: load.id,
            label: load_label(it, load),
            follows: ticked.contains(&load.id.to_string().as_str()),
            fixed: !all && load.teacher != member.actor.person,
            hours: it
                .hours
                .iter()
                .find(|hours| hours.load == load.id)
                .map(|hours| HoursView {
                    planned: hours.planned,
                    expected: hours.expected,
                    surplus: hours.surplus(),
                }),
        };
        Self {
            around: Around::of_year(member, &it.year),
            may_edit: it.may_edit,
            name: it.plan.name.clone(),
            subject: it
                .subject
                .as_ref()
                .map(|it| it.name.clone())
                .unwrap_or_default(),
            grade: it.plan.grade,
            teacher: it
                .teacher
                .as_ref()
                .map(people::Card::full)
                .unwrap_or_default(),
            approved: it.plan.approved,
            count: it.items.len(),
            form,
            version: it.plan.version,
            lines: lines(raw, ITEM),
            loads: it.loads.iter().map(load).collect(),
            sources: sources(it),
            differences: vec![],
            action: member.path(&format!("/study/plans/{}", it.plan.id)),
        }
    }
}

/// «2025/2026 · Алгебра, 7 класс · Иванова М. П.», plans for the same parallel first.
fn sources(it: &PlanPage) -> Vec<Choice> {
    let label = |plan: &PlanRow| {
        let year = it
            .years
            .iter()
            .find(|year| year.id == plan.year)
            .map(year_name);
        let teacher = it.teachers.iter().find(|card| card.id == plan.teacher);
        let teacher = teacher.map(people::Card::short).unwrap_or_default();
        format!("{} · {} · {teacher}", year.unwrap_or_default(), plan.name)
    };
    let mut plans: Vec<&PlanRow> = it.sources.iter().collect();
    plans.sort_by_key(|plan| (plan.grade != it.plan.grade, std::cmp::Reverse(plan.year)));
    plans
        .into_iter()
        .map(|it| Choice::of(it.id, label(it)))
        .collect()
}

/// «7А · Иванова М. П.»
fn load_label(it: &PlanPage, load: &Load) -> String {
    let class = it.classes.iter().find(|class| class.id == load.class);
    let teacher = it.teachers.iter().find(|card| card.id == load.teacher);
    let class = class.map(crate::Class::name).unwrap_or_default();
    let teacher = teacher
        .map(|it| format!(" · {}", it.short()))
        .unwrap_or_default();
    format!("{class}{teacher}")
}

impl Pages {
    async fn stored_plan(&self, member: &Member, id: PlanId) -> Result<Page, Failure> {
        let data = self.curriculum.plan_page(&member.actor, id).await?;
        let raw = stored(&data);
        Ok(Page::of(member, &data, &raw, form_of(&raw, &self.views)))
    }
}

pub(super) async fn open(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PlanId)>,
) -> Result<Response, Failure> {
    let mut page = it.stored_plan(&member, id).await?;
    if page.may_edit {
        page.lines.extend(empty_lines(SPARE));
    }
    show(&it.views, &page.around.visit(&member), TEMPLATE, &page)
}

pub(super) async fn print(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PlanId)>,
) -> Result<Response, Failure> {
    let page = it.stored_plan(&member, id).await?;
    show(
        &it.views,
        &member.visit,
        "curriculum/plan_print.html",
        &page,
    )
}

fn read(sent: &mut Sent<'_>, raw: &Raw) -> Option<PlanChange> {
    let name = sent.required("name", 200);
    let mut filled = lines(raw, ITEM);
    filled.retain(|it| !it.is_empty(&["section", "topic", "homework"]));
    let numbers = filled
        .iter()
        .filter_map(|it| it.text("number").parse().ok());
    let mut last: i16 = numbers.max().unwrap_or_default();
    let mut items: Vec<ItemRow> = vec![];
    for line in &filled {
        let item = item(sent, line, &mut last, &items);
        items.push(item);
    }
    if sent.ticked("renumber") {
        items.sort_by_key(|it| (it.number, it.id.is_some()));
        (1..)
            .zip(&mut items)
            .for_each(|(number, it)| it.number = number);
    }
    let change = PlanChange {
        name,
        approved: sent.ticked("approved"),
        items,
        loads: sent.ids("loads"),
    };
    sent.is_right().then_some(change)
}

/// A lesson without a number comes after the last.
fn item(sent: &mut Sent<'_>, line: &Line, last: &mut i16, before: &[ItemRow]) -> ItemRow {
    let field = |name: &str| format!("{ITEM}{}.{name}", line.key);
    let number = if line.text("number").is_empty() {
        *last = last.saturating_add(1);
        *last
    } else {
        sent.number::<i16>(&field("number")).unwrap_or_default()
    };
    if number < 1 {
        sent.form.refuse(&field("number"), "number");
    }
    if before.iter().any(|it| it.number == number) && !sent.ticked("renumber") {
        sent.form.fault(&field("number"), &Error::NumberTwice);
    }
    ItemRow {
        id: line.id(),
        number,
        section: sent.text(&field("section"), 200),
        topic: sent.required(&field("topic"), 500),
        homework: sent.text(&field("homework"), 1000),
    }
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PlanId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may(kernel::Right::PlanEdit)?;
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    let seen = sent.seen("version");
    let mut stale = false;
    if let Some(change) = read(&mut sent, &raw) {
        match it
            .curriculum
            .change_plan(&member.actor, id, seen, change)
            .await
        {
            Ok(()) => {
                let to = member.path(&format!("/study/plans/{id}"));
                return Ok(Go::to(to)
                    .say(&Flash::done("curriculum.flash.plan-saved"))
                    .into_response());
            }
            Err(error) => stale = note(&mut sent.form, error, place)?,
        }
    }
    let data = it.curriculum.plan_page(&member.actor, id).await?;
    if data.year.archived {
        return Err(Error::Archived.into());
    }
    if !data.may_edit {
        return Err(kernel::Denied(kernel::Right::PlanEdit).into());
    }
    let now = stored(&data);
    let shown = if stale {
        merged(&raw, &now, ITEM)
    } else {
        raw.clone()
    };
    let mut page = Page::of(&member, &data, &shown, sent.form);
    if stale {
        page.differences = it.plan_differences(&raw, &now);
    } else {
        page.version = seen;
    }
    again(
        &it.views,
        &page.around.visit(&member),
        TEMPLATE,
        &page,
        stale,
    )
}

fn place(error: &Error) -> String {
    let field = match error {
        Error::NameMissing => "name",
        Error::OtherLoad => "loads",
        _ => "",
    };
    field.to_owned()
}

impl Pages {
    fn plan_differences(&self, raw: &Raw, now: &Raw) -> Vec<Difference> {
        let known = lines(now, ITEM);
        let label = |field: &str| {
            let Some((line, column)) = field.strip_prefix(ITEM).and_then(|it| it.rsplit_once('.'))
            else {
                return self.views.word(&format!("curriculum.plan.{field}"));
            };
            let number = known
                .iter()
                .find(|it| it.key == line)
                .map_or("", |it| it.text("number"));
            let args = [
                ("number", number.to_owned()),
                (
                    "field",
                    self.views.word(&format!("curriculum.item.{column}")),
                ),
            ];
            let args = args
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            self.views.phrase("curriculum.line.item", &args)
        };
        let value = |field: &str, value: &str| match field {
            "approved" => self.views.word(if value.is_empty() {
                "common.no"
            } else {
                "common.yes"
            }),
            _ => value.to_owned(),
        };
        let mut all = differences(raw, now, label, value);
        // The boxes show themselves which rows of load are ticked.
        all.retain(|it| !it.is_about("loads"));
        all
    }
}

/// Fills an empty plan from another of the same subject.
pub(super) async fn copy(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PlanId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let mut sent = Sent::new(&raw, it.today(&member), &it.views);
    if let Some(source) = sent.chosen::<PlanId>("source") {
        match it.curriculum.copy_plan(&member.actor, source, id).await {
            Ok(()) => {
                let to = member.path(&format!("/study/plans/{id}"));
                return Ok(Go::to(to)
                    .say(&Flash::done("curriculum.flash.plan-copied"))
                    .into_response());
            }
            Err(error) => note(&mut sent.form, error, |_| "source".to_owned())?,
        };
    }
    let data = it.curriculum.plan_page(&member.actor, id).await?;
    if data.year.archived {
        return Err(Error::Archived.into());
    }
    if !data.may_edit {
        return Err(kernel::Denied(kernel::Right::PlanEdit).into());
    }
    let now = stored(&data);
    let mut page = Page::of(&member, &data, &now, filled(sent.form, &raw, &now));
    page.lines.extend(empty_lines(SPARE));
    again(
        &it.views,
        &page.around.visit(&member),
        TEMPLATE,
        &page,
        false,
    )
}
