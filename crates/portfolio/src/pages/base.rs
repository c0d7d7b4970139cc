//! «Материальная база»: equipment by room with inventory numbers (ORG-3).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::RoomId;
use serde::Serialize;
use web::{
    Failure, Flash, Go, ListQuery, Member, Path,
    form::Raw,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{
    Choice, Link, Pages,
    form::{Field, FormPage},
    sent::{Sent, raw_of, shown, shown_day},
};
use crate::{
    Base, Equipment, EquipmentFields, EquipmentForm, EquipmentId, EquipmentKind, EquipmentState,
    Error,
};

const COLUMNS: [Column; 9] = [
    Column::text("name").filtered(),
    Column::text("kind").selectable(),
    Column::text("number").filtered(),
    Column::text("room").selectable(),
    Column::number("quantity"),
    Column::date("bought_on").off(),
    Column::text("responsible").selectable(),
    Column::badge("state").selectable(),
    Column::text("note").off(),
];

#[derive(Serialize)]
struct ListPage {
    /// None for who adds nothing here.
    add_href: Option<String>,
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let found = it.portfolio.base(&member.actor).await?;
    let rows = found.things.iter().map(|it| row(&member, &found, it));
    let list = List::new("base.list", COLUMNS).rows(rows);
    let page = ListPage {
        add_href: found.keeps.then(|| member.path("/settings/base/new")),
    };
    let template = "portfolio/base.html";
    respond(&it.views, &member.visit, template, &list, &query, &page)
}

fn row(member: &Member, base: &Base, it: &Equipment) -> Row {
    let f = &it.fields;
    let room = |id: RoomId| base.rooms.iter().find(|it| it.id == id);
    let room = f.room.and_then(room).map(|it| it.number.clone());
    let person = f.responsible.and_then(|it| base.people.get(&it));
    let tone = match f.state {
        EquipmentState::Good => Tone::Ok,
        EquipmentState::Repair => Tone::Warn,
        EquipmentState::WrittenOff => Tone::Plain,
    };
    let row = Row::new(
        &it.id,
        [
            Cell::text(&f.name),
            Cell::word(format!("base.kind.{}", f.kind.code())),
            Cell::text(&f.number),
            Cell::text(room.unwrap_or_default()),
            Cell::number(f.quantity),
            Cell::or_empty(f.bought_on, Cell::date),
            Cell::text(person.map(people::Card::short).unwrap_or_default()),
            Cell::badge(tone, format!("base.state.{}", f.state.code())),
            Cell::text(&f.note),
        ],
    );
    if base.keeps {
        row.href(member.path(&format!("/settings/base/{}", it.id)))
    } else {
        row
    }
}

impl Pages {
    fn equipment_form(&self, member: &Member, data: &EquipmentForm) -> FormPage {
        let views = &self.views;
        let words = |list: &str, codes: Vec<&'static str>| -> Vec<Choice> {
            let choice = |it| Choice::of(&it, views.word(&format!("base.{list}.{it}")));
            codes.into_iter().map(choice).collect()
        };
        let kinds = EquipmentKind::ALL.iter().map(|it| it.code()).collect();
        let states = EquipmentState::ALL.iter().map(|it| it.code()).collect();
        let rooms = data.rooms.iter().map(|it| Choice::of(&it.id, &it.number));
        let staff = data.staff.iter().map(|it| Choice::of(&it.id, it.full()));
        let fields = vec![
            Field::text("name"),
            Field::select("kind", words("kind", kinds)),
            Field::text("inventory").optional(),
            Field::number("quantity"),
            Field::select("room", rooms.collect()).optional(),
            Field::date("bought_on").optional(),
            Field::select("state", words("state", states)),
            Field::select("responsible", staff.collect()).optional(),
            Field::long("note").optional(),
        ];
        let list = member.path("/settings/base");
        let trail = vec![Link {
            href: list.clone(),
            label: views.word("base.list.title"),
        }];
        match &data.thing {
            None => FormPage::new(views, "base.new", fields)
                .below(trail)
                .going(format!("{list}/new"), list)
                .with(views, &raw_of([("quantity", "1".to_owned())]), 0),
            Some(it) => FormPage::new(views, "base.edit", fields)
                .below(trail)
                .going(format!("{list}/{}", it.id), list)
                .with(views, &stored(it), it.version),
        }
    }

    async fn save_equipment(
        &self,
        member: &Member,
        id: Option<EquipmentId>,
        raw: &Raw,
    ) -> Result<Response, Failure> {
        let data = self.portfolio.equipment_form(&member.actor, id).await?;
        let mut sent = Sent::new(raw, self.today(&member.visit), &self.views);
        let known = id.map(|it| (it, sent.seen()));
        let mut stale = false;
        if let Some(fields) = read(&mut sent) {
            let saved = self.portfolio.save_equipment(&member.actor, known, &fields);
            match saved.await {
                Ok(()) => {
                    let flash = Flash::done("base.flash.saved");
                    let list = member.path("/settings/base");
                    return Ok(Go::to(list).say(&flash).into_response());
                }
                Err(error) => {
                    let field = place(&error);
                    stale = sent.note(error, field)?;
                }
            }
        }
        let page = self.equipment_form(member, &data);
        let known = data.thing.as_ref().filter(|_| stale).map(stored);
        page.again(&self.views, &member.visit, sent, known.as_ref())
    }
}

fn stored(it: &Equipment) -> Raw {
    let f = &it.fields;
    raw_of([
        ("name", f.name.clone()),
        ("kind", f.kind.code().to_owned()),
        ("inventory", f.number.clone()),
        ("quantity", f.quantity.to_string()),
        ("room", shown(f.room)),
        ("bought_on", shown_day(f.bought_on)),
        ("state", f.state.code().to_owned()),
        ("responsible", shown(f.responsible)),
        ("note", f.note.clone()),
    ])
}

fn read(sent: &mut Sent<'_>) -> Option<EquipmentFields> {
    let name = sent.required("name", 200);
    let kind = sent.choice("kind", EquipmentKind::from_code);
    let number = sent.text("inventory", 60);
    let quantity = sent.parsed("quantity", "number");
    let room = sent.optional("room", "choice");
    let bought_on = sent.optional_date("bought_on");
    let state = sent.choice("state", EquipmentState::from_code);
    let responsible = sent.optional("responsible", "choice");
    let note = sent.text("note", 1000);
    let fields = EquipmentFields {
        name,
        kind: kind?,
        number,
        quantity: quantity?,
        room,
        bought_on,
        state: state?,
        responsible,
        note,
    };
    sent.is_right().then_some(fields)
}

const fn place(error: &Error) -> &'static str {
    match error {
        Error::NumberTaken => "inventory",
        Error::NoSuchPerson => "responsible",
        Error::BadFields => "quantity",
        _ => "",
    }
}

pub(super) async fn new(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let data = it.portfolio.equipment_form(&member.actor, None).await?;
    it.equipment_form(&member, &data)
        .show(&it.views, &member.visit)
}

pub(super) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    it.save_equipment(&member, None, &raw).await
}

pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EquipmentId)>,
) -> Result<Response, Failure> {
    let data = it.portfolio.equipment_form(&member.actor, Some(id)).await?;
    it.equipment_form(&member, &data)
        .show(&it.views, &member.visit)
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EquipmentId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    it.save_equipment(&member, Some(id), &raw).await
}
