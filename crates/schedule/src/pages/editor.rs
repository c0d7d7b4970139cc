//! The editor of the draft as its template sees it.

use std::collections::BTreeMap;

use curriculum::{Class, Load, LoadId};
use kernel::{ClassId, RoomId, YearId};
use serde::Serialize;
use web::{Member, Views};

use super::Choice;
use crate::{Busy, Clash, Draft, Given, Hour, Names, Placed, Slot, SlotId, in_the_way};

/// What the URL says of the editor.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wish {
    pub(super) year: Option<YearId>,
    pub(super) class: Option<ClassId>,
    /// A row of load to be placed.
    pub(super) load: Option<LoadId>,
    /// An hour to be moved.
    pub(super) moving: Option<SlotId>,
    pub(super) room: Option<RoomId>,
}

#[derive(Serialize)]
pub(super) struct Page {
    base: String,
    year_id: YearId,
    year: String,
    has_draft: bool,
    has_published: bool,
    /// What went wrong with the last change, in words.
    pub(super) error: Option<String>,
    classes: Vec<Choice>,
    class: Option<ClassView>,
}

#[derive(Serialize)]
struct ClassView {
    id: ClassId,
    name: String,
    days: Vec<i16>,
    rows: Vec<RowView>,
    tray: Vec<TrayView>,
    /// What is about to be placed or moved.
    chosen: Option<ChosenView>,
    rooms: Vec<Choice>,
    room: Option<RoomId>,
}

#[derive(Serialize)]
struct RowView {
    number: i16,
    time: String,
    cells: Vec<CellView>,
}

#[derive(Serialize)]
struct CellView {
    weekday: i16,
    slots: Vec<SlotView>,
    /// Whether the chosen lesson may stand here.
    free: bool,
    /// Who or what is busy, in words.
    busy: String,
}

#[derive(Serialize)]
struct SlotView {
    id: SlotId,
    subject: String,
    group: String,
    teacher: String,
    room: String,
    moving: bool,
}

#[derive(Serialize)]
struct TrayView {
    load: LoadId,
    name: String,
    teacher: String,
    placed: u32,
    hours: u32,
    chosen: bool,
}

#[derive(Serialize)]
struct ChosenView {
    name: String,
    /// Where its form goes.
    action: String,
    load: Option<LoadId>,
    moving: Option<SlotId>,
}

impl Page {
    pub(super) fn of(views: &Views, member: &Member, draft: &Draft, wish: Wish) -> Self {
        let classes = &draft.names.classes;
        let class = wish
            .class
            .and_then(|id| draft.names.class(id))
            .or_else(|| classes.first());
        let choice = |it: &Class| {
            Choice::of(
                it.id,
                it.name(),
                class.is_some_and(|chosen| chosen.id == it.id),
            )
        };
        let base = member.path("/timetable");
        let year = kernel::dates::AcademicYear::of(draft.year.starts_on);
        Self {
            year_id: draft.year.id,
            year: year.to_string(),
            has_draft: draft.version.is_some(),
            has_published: draft.published.is_some(),
            error: None,
            classes: classes.iter().map(choice).collect(),
            class: class.map(|it| class_view(views, draft, it, wish, &base)),
            base,
        }
    }
}

/// The lesson that is about to be placed or moved.
struct Chosen<'a> {
    slot: Slot,
    load: Option<&'a Load>,
}

fn chosen<'a>(draft: &'a Draft, class: &Class, wish: Wish) -> Option<Chosen<'a>> {
    draft.version.as_ref()?;
    if let Some(id) = wish.moving {
        let slot = draft
            .slots
            .iter()
            .find(|it| it.id == id && it.class == class.id)?;
        let room = wish.room.or(slot.room);
        return Some(Chosen {
            slot: Slot {
                room,
                ..slot.clone()
            },
            load: None,
        });
    }
    let load = draft
        .loads
        .iter()
        .find(|it| Some(it.id) == wish.load && it.class == class.id)?;
    let room = wish.room.or(class.room);
    let slot = draft.wish(
        load,
        Placed {
            weekday: 1,
            number: 1,
            room,
        },
    )?;
    Some(Chosen {
        slot,
        load: Some(load),
    })
}

fn class_view(views: &Views, draft: &Draft, class: &Class, wish: Wish, base: &str) -> ClassView {
    let chosen = chosen(draft, class, wish);
    let days: Vec<i16> = (1..=draft.year.days_a_week).collect();
    let mut by_hour: BTreeMap<(i16, i16), Vec<&Slot>> = BTreeMap::new();
    for it in draft.slots.iter().filter(|it| it.class == class.id) {
        by_hour
            .entry((it.hour.number, it.hour.weekday))
            .or_default()
            .push(it);
    }
    let slot_view = |it: &&Slot| SlotView {
        id: it.id,
        subject: draft.names.subject(it.subject),
        group: it
            .group
            .and_then(|it| draft.names.group(it))
            .map_or_else(String::new, |it| it.name.clone()),
        teacher: draft.names.teacher(it.teacher),
        room: draft.names.room(it.room),
        moving: wish.moving == Some(it.id),
    };
    let cell = |number: i16, weekday: i16| {
        let slots = by_hour
            .get(&(number, weekday))
            .map_or(&[][..], Vec::as_slice);
        let hour = Hour {
            weekday,
            shift: class.shift,
            number,
        };
        let refusal = chosen.as_ref().and_then(|it| clash(draft, it, hour));
        CellView {
            weekday,
            slots: slots.iter().map(slot_view).collect(),
            free: chosen
                .as_ref()
                .is_some_and(|it| it.slot.id.get() == 0 || it.slot.hour != hour)
                && refusal.is_none(),
            // The class's own lesson is seen in the cell itself.
            busy: match refusal {
                Some(it) if it.what != Busy::Class => explain(views, &draft.names, &it),
                _ => String::new(),
            },
        }
    };
    let row = |bell: &crate::Bell| RowView {
        number: bell.number,
        time: kernel::dates::show_period(bell.starts_at, bell.ends_at),
        cells: days.iter().map(|day| cell(bell.number, *day)).collect(),
    };
    let place = chosen.as_ref().and_then(|it| it.slot.room);
    ClassView {
        id: class.id,
        name: class.name(),
        rows: draft.bells.of_shift(class.shift).map(row).collect(),
        tray: draft
            .given(class.id)
            .iter()
            .filter_map(|it| tray(draft, it, wish))
            .collect(),
        rooms: draft
            .names
            .rooms
            .iter()
            .map(|it| Choice::of(it.id, &it.number, Some(it.id) == place))
            .collect(),
        room: place,
        chosen: chosen.map(|it| chosen_view(draft, &it, base)),
        days,
    }
}

fn clash(draft: &Draft, chosen: &Chosen<'_>, hour: Hour) -> Option<Clash> {
    let wish = Slot {
        hour,
        ..chosen.slot.clone()
    };
    in_the_way(&wish, &draft.slots, &draft.bells).min_by_key(|it| it.what)
}

fn chosen_view(draft: &Draft, chosen: &Chosen<'_>, base: &str) -> ChosenView {
    let slot = &chosen.slot;
    let subject = draft.names.subject(slot.subject);
    let moving = chosen.load.is_none().then_some(slot.id);
    ChosenView {
        name: format!("{subject}, {}", draft.names.teacher(slot.teacher)),
        action: match moving {
            Some(id) => format!("{base}/edit/slots/{id}/move"),
            None => format!("{base}/edit/slots"),
        },
        load: chosen.load.map(|it| it.id),
        moving,
    }
}

fn tray(draft: &Draft, given: &Given, wish: Wish) -> Option<TrayView> {
    let load = draft.loads.iter().find(|it| it.id == given.load)?;
    let group = load.group.and_then(|it| draft.names.group(it));
    let subject = draft.names.subject(load.subject);
    Some(TrayView {
        load: load.id,
        name: group.map_or_else(|| subject.clone(), |it| format!("{subject}, {}", it.name)),
        teacher: draft.names.teacher(load.teacher),
        placed: given.placed,
        hours: given.hours,
        chosen: wish.load == Some(load.id),
    })
}

/// Names who is busy and where: «Петрова А. И. уже ведёт урок: 7Б, 3-й урок».
pub(crate) fn explain(views: &Views, names: &Names, clash: &Clash) -> String {
    let other = &clash.other;
    let (key, who) = match clash.what {
        Busy::Class => ("schedule.clash.class", names.class_name(other.class)),
        Busy::Teacher => ("schedule.clash.teacher", names.teacher(other.teacher)),
        Busy::Room => ("schedule.clash.room", names.room(other.room)),
    };
    let args = [
        ("who", who),
        ("class", names.class_name(other.class)),
        ("subject", names.subject(other.subject)),
        ("number", other.hour.number.to_string()),
        (
            "day",
            views.word(&format!("schedule.day.{}", other.hour.weekday)),
        ),
    ];
    views.phrase(
        key,
        &args.map(|(name, value)| (name.to_owned(), value)).into(),
    )
}
