//! The form of an event.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::PersonId;
use web::{Failure, Flash, Member, Path, form::Raw};

use super::{
    super::{
        Choice, Link, Pages,
        form::{Field, FormPage},
        sent::{Sent, raw_of, shown, shown_day},
    },
    back,
};
use crate::{EntryKind, Error, Event, EventFields, EventForm, EventId, Level, Owner};

/// Events are for pupils, so their kinds are those of pupils.
fn kinds() -> &'static [EntryKind] {
    EntryKind::of(Owner::Pupil(PersonId::from(0)))
}

impl Pages {
    fn event_form(&self, member: &Member, data: &EventForm) -> FormPage {
        let views = &self.views;
        let kinds = kinds().iter().map(|it| it.code());
        let levels = Level::ALL.iter().map(|it| it.code());
        let staff = data.staff.iter().map(|it| Choice::of(&it.id, it.full()));
        let fields = vec![
            Field::text("name"),
            Field::select("kind", Choice::words(views, "kind", kinds)),
            Field::select("level", Choice::words(views, "level", levels)).optional(),
            Field::date("starts_on"),
            Field::date("ends_on").optional(),
            Field::text("room").optional(),
            Field::select("responsible", staff.collect()).optional(),
            Field::long("note").optional(),
        ];
        let list = member.path("/events");
        let trail = vec![Link {
            href: list.clone(),
            label: views.word("events.list.title"),
        }];
        let Some(event) = &data.event else {
            return FormPage::new(views, "events.new", fields)
                .below(trail)
                .going(format!("{list}/new"), list);
        };
        let own = format!("{list}/{}", event.id);
        FormPage::new(views, "events.edit", fields)
            .below(trail)
            .going(format!("{own}/edit"), own)
            .with(views, &stored(event), event.version)
    }

    async fn save_event(
        &self,
        member: &Member,
        id: Option<EventId>,
        raw: &Raw,
    ) -> Result<Response, Failure> {
        let data = self.portfolio.event_form(&member.actor, id).await?;
        let mut sent = Sent::new(raw, self.today(&member.visit), &self.views);
        let known = id.map(|it| (it, sent.seen()));
        let mut stale = false;
        if let Some(fields) = read(&mut sent) {
            let saved = self.portfolio.save_event(&member.actor, known, &fields);
            match saved.await {
                Ok(id) => {
                    let flash = Flash::done("events.flash.saved");
                    return Ok(back(member, id, &flash).into_response());
                }
                Err(error) => {
                    let field = place(&error);
                    stale = sent.note(error, field)?;
                }
            }
        }
        let page = self.event_form(member, &data);
        let known = data.event.as_ref().filter(|_| stale).map(stored);
        page.again(&self.views, &member.visit, sent, known.as_ref())
    }
}

fn stored(it: &Event) -> Raw {
    let f = &it.fields;
    raw_of([
        ("name", f.name.clone()),
        ("kind", f.kind.code().to_owned()),
        ("level", f.level.map_or("", Level::code).to_owned()),
        ("starts_on", shown_day(Some(f.starts_on))),
        ("ends_on", shown_day(Some(f.ends_on))),
        ("room", f.place.clone()),
        ("responsible", shown(f.responsible)),
        ("note", f.note.clone()),
    ])
}

fn read(sent: &mut Sent<'_>) -> Option<EventFields> {
    let name = sent.required("name", 200);
    let kind = sent.choice("kind", |it| {
        EntryKind::from_code(it).filter(|it| kinds().contains(it))
    });
    let level = sent.optional_choice("level", Level::from_code);
    let starts_on = sent.date("starts_on");
    let ends_on = sent.optional_date("ends_on");
    let place = sent.text("room", 200);
    let responsible = sent.optional("responsible", "choice");
    let note = sent.text("note", 4000);
    let fields = EventFields {
        name,
        kind: kind?,
        level,
        starts_on: starts_on?,
        // One day where nothing else is said.
        ends_on: ends_on.or(starts_on)?,
        place,
        responsible,
        note,
    };
    sent.is_right().then_some(fields)
}

const fn place(error: &Error) -> &'static str {
    match error {
        Error::EndsBeforeItBegins => "ends_on",
        Error::NoSuchPerson => "responsible",
        Error::BadFields => "name",
        _ => "",
    }
}

pub(in crate::pages) async fn new(
    member: Member,
    State(it): State<Pages>,
) -> Result<Response, Failure> {
    let data = it.portfolio.event_form(&member.actor, None).await?;
    it.event_form(&member, &data).show(&it.views, &member.visit)
}

pub(in crate::pages) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    it.save_event(&member, None, &raw).await
}

pub(in crate::pages) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EventId)>,
) -> Result<Response, Failure> {
    let data = it.portfolio.event_form(&member.actor, Some(id)).await?;
    it.event_form(&member, &data).show(&it.views, &member.visit)
}

pub(in crate::pages) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EventId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    it.save_event(&member, Some(id), &raw).await
}
