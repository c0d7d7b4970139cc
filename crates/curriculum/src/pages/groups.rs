//! «Подгруппы» of a class: who is in which part, subject by subject.

use std::collections::{BTreeMap, HashMap};

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{ClassId, PersonId, SubjectId};
use serde::{Deserialize, Serialize};
use web::{Failure, Flash, FormState, Go, Member, Path, Query, form::Raw};

use super::{
    Around, Pages,
    form::{Choice, again, note, show},
    sent::Sent,
};
use crate::{Assignment, Error, GroupsPage, SubjectGroups, split_evenly};

#[derive(Serialize)]
struct Page {
    around: Around,
    class: String,
    may_edit: bool,
    pupils: usize,
    subjects: Vec<SubjectView>,
    undivided: Vec<Choice>,
    /// Of the part at the end that divides another subject.
    form: FormState,
    action: String,
}

#[derive(Serialize)]
struct SubjectView {
    id: SubjectId,
    name: String,
    version: i32,
    groups: Vec<GroupView>,
    /// How many pupils take part in no group.
    outside: usize,
    pupils: Vec<PupilView>,
    /// Shown unfolded, because something is said about it.
    open: bool,
    /// Somebody else changed the groups meanwhile.
    stale: bool,
    /// Split evenly, but not saved yet.
    proposed: bool,
    form: FormState,
    action: String,
}

#[derive(Serialize)]
struct GroupView {
    part: i16,
    name: String,
    size: usize,
}

#[derive(Serialize)]
struct PupilView {
    id: PersonId,
    name: String,
    part: Option<i16>,
    /// The part that is stored by now, where it is another (0: none).
    now: Option<i16>,
}

/// Which subject is shown unfolded.
#[derive(Deserialize)]
pub(super) struct Wish {
    subject: Option<SubjectId>,
}

const TEMPLATE: &str = "curriculum/groups.html";

impl SubjectView {
    fn of(member: &Member, page: &GroupsPage, it: &SubjectGroups) -> Self {
        let part_of_group: HashMap<_, i16> =
            it.set.groups.iter().map(|it| (it.id, it.part)).collect();
        let part_of: HashMap<PersonId, i16> = it
            .set
            .members
            .iter()
            .filter_map(|(group, pupil)| Some((*pupil, *part_of_group.get(group)?)))
            .collect();
        let pupils: Vec<PupilView> = page
            .pupils
            .iter()
            .map(|it| PupilView {
                id: it.id,
                name: it.listed(),
                part: part_of.get(&it.id).copied(),
                now: None,
            })
            .collect();
        let size = |part| pupils.iter().filter(|it| it.part == part).count();
        let group = |it: &crate::Group| GroupView {
            part: it.part,
            name: it.name.clone(),
            size: size(Some(it.part)),
        };
        Self {
            id: it.subject.id,
            name: it.subject.name.clone(),
            version: it.set.version,
            groups: it.set.groups.iter().map(group).collect(),
            outside: size(None),
            open: false,
            stale: false,
            proposed: false,
            form: FormState::new(),
            action: member.path(&format!(
                "/study/classes/{}/groups/{}",
                page.class.id, it.subject.id
            )),
            pupils,
        }
    }

    /// Shows other parts than the stored ones.
    fn propose(&mut self, wish: &[Assignment], beside_stored: bool) {
        let wish: BTreeMap<PersonId, Option<i16>> =
            wish.iter().map(|it| (it.pupil, it.part)).collect();
        for it in &mut self.pupils {
            let part = wish.get(&it.id).copied().flatten();
            if beside_stored && part != it.part {
                it.now = Some(it.part.unwrap_or_default());
            }
            it.part = part;
        }
        self.open = true;
    }
}

impl Pages {
    async fn groups_view(&self, member: &Member, id: ClassId) -> Result<Page, Failure> {
        let page = self
            .curriculum
            .groups_page(&member.actor, id, self.today(member))
            .await?;
        Ok(Page {
            around: Around::of_year(member, &page.year),
            class: page.class.name(),
            may_edit: page.may_edit,
            pupils: page.pupils.len(),
            subjects: page
                .subjects
                .iter()
                .map(|it| SubjectView::of(member, &page, it))
                .collect(),
            undivided: page
                .undivided
                .iter()
                .map(|it| Choice::of(it.id, &it.name))
                .collect(),
            form: FormState::new().with("parts", "2"),
            action: member.path(&format!("/study/classes/{id}/groups")),
        })
    }
}

pub(super) async fn open(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ClassId)>,
    Query(wish): Query<Wish>,
) -> Result<Response, Failure> {
    let mut page = it.groups_view(&member, id).await?;
    let only = page.subjects.len() == 1;
    for subject in &mut page.subjects {
        subject.open = only || Some(subject.id) == wish.subject;
    }
    show(&it.views, &page.around.visit(&member), TEMPLATE, &page)
}

/// Divides a subject, or divides it anew: «поровну по алфавиту».
pub(super) async fn divide(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ClassId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member);
    let mut sent = Sent::new(&raw, today, &it.views);
    let subject = sent.chosen::<SubjectId>("subject");
    let parts = sent.chosen::<usize>("parts");
    let seen = sent.seen("version");
    let mut stale = false;
    if let (Some(subject), Some(parts)) = (subject, parts) {
        match it
            .curriculum
            .divide(&member.actor, id, subject, (seen, parts), today)
            .await
        {
            Ok(()) => return Ok(done(&member, id, subject)),
            Err(error) => stale = note(&mut sent.form, error, place)?,
        }
    }
    let mut page = it.groups_view(&member, id).await?;
    if !page.may_edit {
        return Err(kernel::Denied(kernel::Right::GroupEdit).into());
    }
    match page.subjects.iter_mut().find(|it| Some(it.id) == subject) {
        Some(divided) => {
            divided.open = true;
            divided.stale = stale;
            divided.form = sent.form;
        }
        None => page.form = sent.form,
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
    if matches!(error, Error::TooManyGroups) {
        "parts".to_owned()
    } else {
        String::new()
    }
}

fn done(member: &Member, class: ClassId, subject: SubjectId) -> Response {
    let to = member.path(&format!(
        "/study/classes/{class}/groups?subject={subject}#subject-{subject}"
    ));
    Go::to(to)
        .say(&Flash::done("curriculum.flash.groups-saved"))
        .into_response()
}

const PART: &str = "part.";

/// `part.17=2`: pupil 17 is in group 2; without a number in none.
fn read(raw: &Raw) -> Vec<Assignment> {
    let assignment = |(pupil, part): (&str, &str)| {
        let pupil = pupil.parse::<i64>().ok()?.into();
        Some(Assignment {
            pupil,
            part: part.parse().ok(),
        })
    };
    raw.under(PART).filter_map(assignment).collect()
}

/// Saves who is in which part, or only proposes an even split.
pub(super) async fn assign(
    member: Member,
    State(it): State<Pages>,
    Path((_, id, subject)): Path<(String, ClassId, SubjectId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member);
    let mut sent = Sent::new(&raw, today, &it.views);
    if sent.ticked("even") {
        return it.propose_even(&member, id, subject).await;
    }
    let seen = sent.seen("version");
    let wish = read(&raw);
    let saved = it
        .curriculum
        .assign_groups(&member.actor, id, subject, (seen, &wish), today)
        .await;
    let Err(error) = saved else {
        return Ok(done(&member, id, subject));
    };
    let stale = note(&mut sent.form, error, |_| String::new())?;
    let mut page = it.groups_view(&member, id).await?;
    let view = page
        .subjects
        .iter_mut()
        .find(|it| it.id == subject)
        .ok_or(Error::NoSuchGroup)?;
    view.propose(&wish, stale);
    view.stale = stale;
    view.form = sent.form;
    again(
        &it.views,
        &page.around.visit(&member),
        TEMPLATE,
        &page,
        stale,
    )
}

impl Pages {
    /// The form with an even split, for a look before it is saved.
    async fn propose_even(
        &self,
        member: &Member,
        id: ClassId,
        subject: SubjectId,
    ) -> Result<Response, Failure> {
        let mut page = self.groups_view(member, id).await?;
        if !page.may_edit {
            return Err(kernel::Denied(kernel::Right::GroupEdit).into());
        }
        let view = page
            .subjects
            .iter_mut()
            .find(|it| it.id == subject)
            .ok_or(Error::NoSuchGroup)?;
        let pupils: Vec<PersonId> = view.pupils.iter().map(|it| it.id).collect();
        view.propose(&split_evenly(&pupils, view.groups.len()), false);
        view.proposed = true;
        show(&self.views, &page.around.visit(member), TEMPLATE, &page)
    }
}
