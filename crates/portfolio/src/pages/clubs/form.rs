//! The form of a club.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use web::{Failure, Member, Path, form::Raw};

use super::{
    super::{
        Choice, Link, Pages,
        form::{Field, FormPage},
        sent::{Sent, raw_of, shown},
    },
    back,
};
use crate::{Club, ClubFields, ClubForm, ClubId, Direction, Error};

impl Pages {
    fn club_form(&self, member: &Member, data: &ClubForm) -> FormPage {
        let views = &self.views;
        let directions = Direction::ALL.iter().map(|it| it.code());
        let staff = data.staff.iter().map(|it| Choice::of(&it.id, it.full()));
        let fields = vec![
            Field::text("name"),
            Field::select("direction", Choice::words(views, "direction", directions)),
            Field::select("leader", staff.collect()).optional(),
            Field::text("schedule").optional(),
            Field::text("room").optional(),
            Field::number("seats").optional(),
            Field::check("paid"),
            Field::long("note").optional(),
            Field::check("closed"),
        ];
        let list = member.path("/clubs");
        let trail = vec![Link {
            href: list.clone(),
            label: views.word("clubs.list.title"),
        }];
        let Some(club) = &data.club else {
            return FormPage::new(views, "clubs.new", fields)
                .below(trail)
                .going(format!("{list}/new"), list);
        };
        let own = format!("{list}/{}", club.id);
        FormPage::new(views, "clubs.edit", fields)
            .below(trail)
            .going(format!("{own}/edit"), own)
            .with(views, &stored(club), club.version)
    }
}

fn stored(it: &Club) -> Raw {
    let f = &it.fields;
    let tick = |on: bool| if on { "1" } else { "" }.to_owned();
    raw_of([
        ("name", f.name.clone()),
        ("direction", f.direction.code().to_owned()),
        ("leader", shown(f.leader)),
        ("schedule", f.schedule.clone()),
        ("room", f.place.clone()),
        ("seats", shown(f.seats)),
        ("paid", tick(f.paid)),
        ("note", f.note.clone()),
        ("closed", tick(f.closed)),
    ])
}

fn read(sent: &mut Sent<'_>) -> Option<ClubFields> {
    let name = sent.required("name", 200);
    let direction = sent.choice("direction", Direction::from_code);
    let leader = sent.optional("leader", "choice");
    let schedule = sent.text("schedule", 300);
    let place = sent.text("room", 200);
    let seats = sent.optional("seats", "number");
    let note = sent.text("note", 1000);
    let fields = ClubFields {
        name,
        direction: direction?,
        leader,
        schedule,
        place,
        seats,
        paid: sent.ticked("paid"),
        note,
        closed: sent.ticked("closed"),
    };
    sent.is_right().then_some(fields)
}

const fn place(error: &Error) -> &'static str {
    match error {
        Error::NoSuchPerson => "leader",
        Error::BadFields => "seats",
        _ => "",
    }
}

pub(in crate::pages) async fn new(
    member: Member,
    State(it): State<Pages>,
) -> Result<Response, Failure> {
    let data = it.portfolio.club_form(&member.actor, None).await?;
    it.club_form(&member, &data).show(&it.views, &member.visit)
}

pub(in crate::pages) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let data = it.portfolio.club_form(&member.actor, None).await?;
    let mut sent = Sent::new(&raw, it.today(&member.visit), &it.views);
    if let Some(fields) = read(&mut sent) {
        match it.portfolio.add_club(&member.actor, &fields).await {
            Ok(id) => return Ok(back(&member, id, "clubs.flash.saved").into_response()),
            Err(error) => {
                let field = place(&error);
                sent.note(error, field)?;
            }
        }
    }
    it.club_form(&member, &data)
        .refused(&it.views, &member.visit, sent)
}

pub(in crate::pages) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ClubId)>,
) -> Result<Response, Failure> {
    let data = it.portfolio.club_form(&member.actor, Some(id)).await?;
    it.club_form(&member, &data).show(&it.views, &member.visit)
}

pub(in crate::pages) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ClubId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let data = it.portfolio.club_form(&member.actor, Some(id)).await?;
    let mut sent = Sent::new(&raw, it.today(&member.visit), &it.views);
    let seen = sent.seen();
    let mut stale = false;
    if let Some(fields) = read(&mut sent) {
        let saved = it.portfolio.change_club(&member.actor, id, seen, &fields);
        match saved.await {
            Ok(()) => return Ok(back(&member, id, "clubs.flash.saved").into_response()),
            Err(error) => {
                let field = place(&error);
                stale = sent.note(error, field)?;
            }
        }
    }
    let page = it.club_form(&member, &data);
    let known = data.club.as_ref().filter(|_| stale).map(stored);
    page.again(&it.views, &member.visit, sent, known.as_ref())
}
