//! Facts of the school itself: its card, buildings, rooms and equipment, as
//! they stand now – nobody keeps how they stood on an earlier day.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use db::Tx;
use org::RoomCard;
use portfolio::Equipment;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{Forms, gather::full_years};
use crate::{
    Error,
    fact::{Fact, Facts, Field, Source, Value},
};

impl Forms {
    pub(super) async fn school_facts(
        &self,
        tx: &mut Tx,
        day: NaiveDate,
        only: &BTreeSet<Source>,
        facts: &mut Facts,
    ) -> Result<(), Error> {
        if only.contains(&Source::School)
            && let Some(card) = self.ask.orgs.own_card(tx).await?
        {
            facts.school = vec![school(&card)];
        }
        if only.contains(&Source::Rooms) || only.contains(&Source::Buildings) {
            let rooms = self.ask.orgs.room_cards(tx).await?;
            let used: Vec<&RoomCard> = rooms.iter().filter(|it| !it.form.closed).collect();
            let names: BTreeSet<&str> = used.iter().map(|it| it.form.building.trim()).collect();
            let building = |it: &&str| Fact::new(*it, "").at("/timetable/rooms".to_owned());
            facts.buildings = names.iter().map(building).collect();
            facts.rooms = used.into_iter().map(room).collect();
        }
        if only.contains(&Source::Equipment) {
            let all = portfolio::equipment_kept(tx).await?;
            facts.equipment = all.iter().map(|it| thing(it, day)).collect();
        }
        Ok(())
    }
}

fn school(card: &org::Card) -> Fact {
    let fact = Fact::new(&card.name, "")
        .at("/settings/org".to_owned())
        .text(Field::OrgType, &card.org_type)
        .code(Field::Locality, card.locality_kind.code())
        .number(Field::Online, card.online_computers)
        .text(Field::Filter, &card.content_filter)
        .with(Field::Video, Value::Flag(card.video_surveillance))
        .text(Field::Site, &card.website)
        .text(Field::Mail, &card.email);
    match card.internet_mbit.and_then(|it| it.trunc().to_i64()) {
        Some(speed) => fact.number(Field::Speed, speed),
        None => fact,
    }
}

fn room(it: &RoomCard) -> Fact {
    let form = &it.form;
    let name = [form.number.as_str(), form.name.as_str()].join(" ");
    let fact = Fact::new(name.trim(), &form.building)
        .at("/timetable/rooms".to_owned())
        .code(Field::RoomKind, form.kind.code())
        .text(Field::RoomName, &form.name)
        .number(Field::Seats, form.seats);
    let tenths = form.area.map(|it| (it * Decimal::TEN).round());
    match tenths.and_then(|it| it.to_i64()) {
        Some(area) => fact.number(Field::Area, area),
        None => fact,
    }
}

fn thing(it: &Equipment, day: NaiveDate) -> Fact {
    let fields = &it.fields;
    let fact = Fact::new(&fields.name, format!("× {}", fields.quantity))
        .at(format!("/settings/base/{}", it.id))
        .code(Field::Thing, fields.kind.code())
        .code(Field::State, fields.state.code())
        .number(Field::Quantity, fields.quantity);
    match fields.bought_on.filter(|on| *on <= day) {
        Some(bought) => fact.number(Field::Years, full_years(bought, day)),
        None => fact,
    }
}
