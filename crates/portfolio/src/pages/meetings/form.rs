//! The form of a meeting and of its minutes.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use web::{Failure, Flash, Member, Path, form::Raw};

use super::{
    super::{
        Choice, Link, Pages,
        form::{Field, FormPage},
        sent::{Sent, raw_of, shown_day},
    },
    back,
};
use crate::{Error, Meeting, MeetingFields, MeetingForm, MeetingId};

impl Pages {
    fn meeting_form(&self, member: &Member, data: &MeetingForm) -> FormPage {
        let views = &self.views;
        let mut fields = vec![];
        if data.meeting.is_none() {
            let mut classes = vec![];
            if data.keeps_all {
                classes.push(Choice::of(&"school", views.word("meetings.of-school")));
            }
            classes.extend(data.classes.iter().map(|it| Choice::of(&it.id, it.name())));
            fields.push(Field::select("class", classes));
        }
        fields.extend([
            Field::text("topic"),
            Field::date("held_on"),
            Field::text("starts_at").optional(),
            Field::text("room").optional(),
            Field::long("agenda").optional(),
            Field::text("number").optional(),
            Field::long("minutes").optional(),
            Field::long("decision").optional(),
        ]);
        let list = member.path("/meetings");
        let trail = vec![Link {
            href: list.clone(),
            label: views.word("meetings.list.title"),
        }];
        let Some(meeting) = &data.meeting else {
            return FormPage::new(views, "meetings.new", fields)
                .below(trail)
                .going(format!("{list}/new"), list);
        };
        let own = format!("{list}/{}", meeting.id);
        FormPage::new(views, "meetings.edit", fields)
            .below(trail)
            .going(format!("{own}/edit"), own)
            .with(views, &stored(meeting), meeting.version)
    }
}

fn stored(it: &Meeting) -> Raw {
    let f = &it.fields;
    raw_of([
        ("topic", f.topic.clone()),
        ("held_on", shown_day(Some(f.held_on))),
        ("starts_at", f.starts_at.clone()),
        ("room", f.place.clone()),
        ("agenda", f.agenda.clone()),
        ("number", f.number.clone()),
        ("minutes", f.minutes.clone()),
        ("decision", f.decision.clone()),
    ])
}

/// Reads the form; the class of a known meeting stays.
fn read(sent: &mut Sent<'_>, known: Option<&Meeting>) -> Option<MeetingFields> {
    let class = match (known, sent.typed("class")) {
        (Some(it), _) => it.fields.class,
        (None, "school") => None,
        (None, _) => sent.parsed("class", "choice"),
    };
    let topic = sent.required("topic", 300);
    let held_on = sent.date("held_on");
    let fields = MeetingFields {
        class,
        held_on: held_on?,
        starts_at: sent.text("starts_at", 20),
        place: sent.text("room", 200),
        topic,
        agenda: sent.text("agenda", 4000),
        number: sent.text("number", 40),
        minutes: sent.text("minutes", 20_000),
        decision: sent.text("decision", 4000),
    };
    sent.is_right().then_some(fields)
}

const fn place(error: &Error) -> &'static str {
    match error {
        Error::BadFields => "topic",
        _ => "",
    }
}

pub(in crate::pages) async fn new(
    member: Member,
    State(it): State<Pages>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let data = it
        .portfolio
        .meeting_form(&member.actor, None, today)
        .await?;
    it.meeting_form(&member, &data)
        .show(&it.views, &member.visit)
}

pub(in crate::pages) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let data = it
        .portfolio
        .meeting_form(&member.actor, None, today)
        .await?;
    let mut sent = Sent::new(&raw, today, &it.views);
    if let Some(fields) = read(&mut sent, None) {
        let added = it.portfolio.add_meeting(&member.actor, &fields, today);
        match added.await {
            Ok(id) => {
                let flash = Flash::done("meetings.flash.saved");
                return Ok(back(&member, id, &flash).into_response());
            }
            Err(error) => {
                let field = place(&error);
                sent.note(error, field)?;
            }
        }
    }
    it.meeting_form(&member, &data)
        .refused(&it.views, &member.visit, sent)
}

pub(in crate::pages) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, MeetingId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let data = it
        .portfolio
        .meeting_form(&member.actor, Some(id), today)
        .await?;
    it.meeting_form(&member, &data)
        .show(&it.views, &member.visit)
}

pub(in crate::pages) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, MeetingId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let data = it
        .portfolio
        .meeting_form(&member.actor, Some(id), today)
        .await?;
    let mut sent = Sent::new(&raw, today, &it.views);
    let seen = sent.seen();
    let mut stale = false;
    if let Some(fields) = read(&mut sent, data.meeting.as_ref()) {
        let saved = it
            .portfolio
            .change_meeting(&member.actor, id, seen, &fields, today)
            .await;
        match saved {
            Ok(()) => {
                let flash = Flash::done("meetings.flash.saved");
                return Ok(back(&member, id, &flash).into_response());
            }
            Err(error) => {
                let field = place(&error);
                stale = sent.note(error, field)?;
            }
        }
    }
    let page = it.meeting_form(&member, &data);
    let known = data.meeting.as_ref().filter(|_| stale).map(stored);
    page.again(&it.views, &member.visit, sent, known.as_ref())
}
