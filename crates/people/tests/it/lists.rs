use axum::http::StatusCode;
use chrono::NaiveDate;
use db::statements::counted;
use kernel::Role;
use people::{CardKind, Cards, Error, Gender, NewPupil, People, PupilsAsked};

use crate::support::{EREMIN, browser, directory, secretary, world};

fn pupils(count: usize) -> Vec<NewPupil> {
    (0..count)
        .map(|it| NewPupil {
            last_name: format!("Ученик{}", ["а", "б", "в"][it % 3]),
            first_name: "ИВАН".into(),
            middle_name: Some("Петрович".into()),
            born_on: NaiveDate::from_ymd_opt(2014, 1, 1 + u32::try_from(it % 28).expect("a day")),
            file_number: format!("У/{it}"),
            ..NewPupil::default()
        })
        .collect()
}

/// Thirty or three hundred: the list takes the same number of statements.
#[tokio::test]
async fn the_list_costs_the_same_for_any_number_of_pupils() {
    let world = world().await;
    let people = directory(&world);
    let secretary = world.actor(17, Role::Secretary);
    let zone = chrono_tz::Europe::Moscow;
    let (few, before) = counted(people.pupils(&secretary, zone, PupilsAsked::default())).await;
    let mut tx = world.begin(&secretary).await;
    let (entered, once) = counted(Cards.enter_pupils(&mut tx, &pupils(300))).await;
    assert_eq!((entered.expect("entered").len(), once), (300, 1));
    tx.commit().await.expect("commits");
    let (many, after) = counted(people.pupils(&secretary, zone, PupilsAsked::default())).await;
    assert_eq!(many.expect("lists").len(), few.expect("lists").len() + 300);
    assert_eq!(before, after);
    assert!(after <= 2, "{after} statements");
}

/// Ids come in the order given, names clean, gender by отчество.
#[tokio::test]
async fn pupils_are_entered_in_order() {
    let world = world().await;
    let secretary = world.actor(17, Role::Secretary);
    let mut tx = world.begin(&secretary).await;
    let wishes = pupils(50);
    let ids = Cards.enter_pupils(&mut tx, &wishes).await.expect("entered");
    let cards = Cards.cards(&mut tx, &ids).await.expect("cards");
    for (id, wish) in ids.iter().zip(&wishes) {
        let card = cards.iter().find(|it| it.id == *id).expect("there");
        assert_eq!(
            (&card.last_name, card.born_on),
            (&wish.last_name, wish.born_on)
        );
        assert_eq!(card.first_name, "Иван");
    }
    tx.commit().await.expect("commits");
    let men = format!(
        "select count(*) from people.person where gender = '{}' and person_id > 5000",
        Gender::Male.code()
    );
    assert_eq!(world.number(&men).await, 50);
}

/// An import undone leaves nothing behind; cards in use stay.
#[tokio::test]
async fn cards_entered_by_mistake_are_taken_back() {
    let world = world().await;
    let secretary = world.actor(17, Role::Secretary);
    let mut tx = world.begin(&secretary).await;
    let ids = Cards
        .enter_pupils(&mut tx, &pupils(3))
        .await
        .expect("entered");
    tx.commit().await.expect("commits");
    let mut tx = world.begin(&secretary).await;
    Cards.forget_pupils(&mut tx, &ids).await.expect("gone");
    tx.commit().await.expect("commits");
    assert_eq!(
        world
            .number("select count(*) from people.person where person_id > 5000")
            .await,
        0
    );
    let mut tx = world.begin(&secretary).await;
    let used = Cards.forget_pupils(&mut tx, &[101.into()]).await;
    assert!(matches!(used, Err(Error::InUse)), "{used:?}");
}

#[tokio::test]
async fn a_wrong_row_stops_the_whole_list() {
    let world = world().await;
    let secretary = world.actor(17, Role::Secretary);
    let mut tx = world.begin(&secretary).await;
    let mut wishes = pupils(3);
    wishes[2].last_name = "123".into();
    let refused = Cards.enter_pupils(&mut tx, &wishes).await;
    assert!(matches!(refused, Err(Error::Fields(_))), "{refused:?}");
}

/// Filters, sort and export follow from the URL.
#[tokio::test]
async fn the_list_is_filtered_by_class_and_exported() {
    let world = world().await;
    let mut office = secretary(&world);
    let page = office.get("/o/g7/people/pupils?f.class=5А").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("Ерёмин Артём") && !page.text().contains("Петров Иван"));
    let csv = office.get("/o/g7/people/pupils?as=csv").await.text();
    assert!(csv.contains("Ерёмин Артём Ильич;5А;27.03.2014"), "{csv}");
    for kind in CardKind::ALL {
        let page = office.get(&format!("/o/g7/people/{}", kind.plural())).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let form = office
            .get(&format!("/o/g7/people/{}/new", kind.plural()))
            .await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.text());
    }
}

/// PPL-11: a list reads what it shows; what is asked for by a column, a filter,
/// a sort or a search is there, in page and file.
#[tokio::test]
async fn columns_that_are_asked_for_are_filled() {
    let world = world().await;
    world
        .sql(&format!(
            "update people.person set lives_at = 'ул. Лесная, 5', email = 'lesnaya@example.org'
              where person_id = {EREMIN}"
        ))
        .await;
    let mut office = browser(&world, "secretary:17");
    let list = "/o/g7/people/pupils";
    let plain = office.get(list).await.text();
    assert!(plain.contains("Ерёмин") && !plain.contains("Лесная"));
    let path = "/o/g7/people/pupils/101\"";
    assert!(plain.contains(path), "the row leads to the card");
    for (query, shown) in [
        ("cols=name,lives_at", "ул. Лесная, 5"),
        ("cols=name,lives_at&as=csv", "ул. Лесная, 5"),
        ("cols=name,enrolled_on,movement", "01.09.2026"),
        ("cols=name,movement&as=csv", "приказ № 12 от 01.09.2026"),
        // Found by a column that is not shown.
        ("q=lesnaya", "Ерёмин"),
        ("f.lives_at=лесная", "Ерёмин"),
        ("sort=-enrolled_on", "Ерёмин"),
        ("f.gender=мужской", "Ерёмин"),
    ] {
        let page = office.get(&format!("{list}?{query}")).await.text();
        assert!(page.contains(shown), "{query}: {page}");
    }
    let none = office.get(&format!("{list}?q=березовая")).await.text();
    assert!(!none.contains("Ерёмин"));
}
