//! What is owed of the timetable (DLN-1).

use std::sync::Arc;

use dues::Owner;
use kernel::Role;
use schedule::{NewSlot, TimetableDues};
use testkit::{open_of, owed, things_of};

use crate::support::{
    CLASS_7A, CLASS_7B, ENGLISH, Filled, GROUP_1, GROUP_2, KIM, PETROVA, algebra, published,
    timetable, world,
};

fn english(group: i64, teacher: i64, weekday: i16) -> NewSlot {
    NewSlot {
        group: Some(group.into()),
        subject: ENGLISH.into(),
        teacher: teacher.into(),
        ..algebra(CLASS_7A, weekday, 5)
    }
}

/// R-7.3a: the hours of the timetable are those of the load, groups too.
#[tokio::test]
async fn a_timetable_is_owed_until_it_has_every_hour() {
    let world = world().await;
    let source = TimetableDues {
        orgs: Arc::new(org::Org::new(world.db().clone())),
        curriculum: Arc::new(curriculum::Records),
    };
    let told = async || {
        let answer = owed(&world, &source, "2026-11-20").await;
        assert_eq!(things_of(&answer, "schedule.timetable"), 3);
        let facts = open_of(&answer, "schedule.timetable").into_iter();
        facts
            .map(|it| (it.key.clone(), it.parts, it.owner, it.place.clone()))
            .collect::<Vec<_>>()
    };
    let facts = told().await;
    assert_eq!(facts.len(), 2, "1А has no load yet");
    assert_eq!(
        facts[0],
        (
            format!("2026/class/{CLASS_7A}"),
            Some((0, 7)),
            Owner::Role(Role::Deputy),
            format!("/timetable/edit?year=1&class={CLASS_7A}"),
        )
    );
    let mut slots: Vec<NewSlot> = [1, 2, 3]
        .into_iter()
        .flat_map(|it| [algebra(CLASS_7A, it, 1), algebra(CLASS_7B, it, 2)])
        .collect();
    slots.extend([english(GROUP_1, PETROVA, 1), english(GROUP_1, PETROVA, 2)]);
    slots.push(english(GROUP_2, KIM, 1));
    let timetable = timetable(&world, &Filled::default());
    published(&world, &timetable, &slots, "2026-11-20").await;
    let facts = told().await;
    assert_eq!(facts.len(), 1, "the second group has one hour of two");
    assert_eq!(facts[0].1, Some((6, 7)));
    slots.push(english(GROUP_2, KIM, 2));
    published(&world, &timetable, &slots, "2026-11-20").await;
    assert!(told().await.is_empty(), "done");
}
