use axum::response::{IntoResponse, Response};
use kernel::ClassId;
use serde::Serialize;
use web::{Failure, Flash, Go, Member, form::Raw};

use super::{Frame, Pages, is_done, view::Choice};
use crate::{ClassWish, Step};

const TEMPLATE: &str = "rollover/classes.html";

#[derive(Serialize)]
struct ClassesPage {
    frame: Frame,
    error: Option<String>,
    lines: Vec<LineView>,
    /// «1А, 1Б, 10А»
    anew: String,
    teachers: Vec<Choice>,
    stands: bool,
    open: bool,
    /// The coming year is there.
    has_year: bool,
    links: Option<Links>,
}

#[derive(Serialize)]
struct LineView {
    id: ClassId,
    name: String,
    to: String,
    teacher: String,
    /// Another class goes into the same one.
    merged: bool,
}

/// Where the coming classes are looked after.
#[derive(Serialize)]
struct Links {
    classes: String,
    load: String,
    plans: String,
}

/// What was sent, and why it was refused.
pub(super) struct Refused {
    raw: Raw,
    error: String,
}

impl Pages {
    pub(super) async fn classes(
        &self,
        member: &Member,
        refused: Option<Refused>,
    ) -> Result<Response, Failure> {
        let step = self
            .rollover
            .classes_step(&member.actor, self.today(member))
            .await?;
        let sent = |field: String| refused.as_ref().and_then(|it| it.raw.get(&field));
        let mut lines: Vec<LineView> = step
            .lines
            .iter()
            .map(|it| {
                let id = it.from.id;
                let teacher = it.teacher.map(|it| it.to_string()).unwrap_or_default();
                LineView {
                    id,
                    name: it.from.name(),
                    to: sent(format!("to.{id}")).unwrap_or(&it.to).to_owned(),
                    teacher: sent(format!("teacher.{id}")).unwrap_or(&teacher).to_owned(),
                    merged: false,
                }
            })
            .collect();
        let names: Vec<String> = lines.iter().map(|it| it.to.to_lowercase()).collect();
        for line in &mut lines {
            let same = names.iter().filter(|it| **it == line.to.to_lowercase());
            line.merged = !line.to.is_empty() && same.count() > 1;
        }
        let anew = step.anew.join(", ");
        let page = ClassesPage {
            frame: Frame::of(member, &step.scene, Some(Step::Classes), false),
            lines,
            anew: sent("anew".to_owned()).unwrap_or(&anew).to_owned(),
            teachers: step
                .staff
                .iter()
                .map(|it| Choice::of(&it.id, it.short()))
                .collect(),
            stands: step.stands,
            open: !is_done(&step.scene),
            has_year: step.scene.to.is_some(),
            links: step.scene.to.as_ref().map(|it| {
                let of = |part: &str| member.path(&format!("/study/{part}?year={}", it.id));
                Links {
                    classes: of("classes"),
                    load: of("load"),
                    plans: of("plans"),
                }
            }),
            error: refused.as_ref().map(|it| it.error.clone()),
        };
        self.answered(member, TEMPLATE, &page, refused.is_some())
    }

    pub(super) async fn prepare_classes(
        &self,
        member: &Member,
        raw: &Raw,
    ) -> Result<Response, Failure> {
        let wish = |(id, to): (&str, &str)| {
            let from: ClassId = id.parse().ok()?;
            let teacher = raw.get(&format!("teacher.{id}")).unwrap_or_default();
            Some(ClassWish {
                from,
                to: to.to_owned(),
                teacher: teacher.parse().ok(),
            })
        };
        let wishes: Vec<ClassWish> = raw.under("to.").filter_map(wish).collect();
        let anew = raw.get("anew").unwrap_or_default();
        let anew: Vec<String> = anew
            .split([',', ';', '\n'])
            .map(|it| it.trim().to_owned())
            .filter(|it| !it.is_empty())
            .collect();
        let done = self
            .rollover
            .prepare_classes(&member.actor, self.today(member), &wishes, &anew)
            .await;
        match done {
            Ok(()) => {
                let to = member.path("/settings/rollover/classes");
                let flash = Flash::done("rollover.flash.classes");
                Ok(Go::to(to).say(&flash).into_response())
            }
            Err(error) => {
                let refused = Refused {
                    raw: raw.clone(),
                    error: self.said(error)?,
                };
                self.classes(member, Some(refused)).await
            }
        }
    }
}
