//! Sections over what the cards, classes, loads and rooms tell, worked out by
//! hand (RPT-3, reports-and-rules.md §5.2, §5.3).

use forms::{Error, FormId, Opened, expr::Place, fact::Field, sheet::Figures, sheet::Sheet};
use kernel::PersonId;
use testkit::world::SCHOOL;

use crate::support::{DEPUTY, TEACHER, Town, YEAR, actor};

/// A restricted value as the cards keep it: sealed.
async fn status(town: &Town, pupil: i64, value: &str) {
    let mut tx = town
        .world
        .db()
        .begin_system(SCHOOL.into())
        .await
        .expect("a transaction");
    let keys = db::vault::of(&mut tx).await.expect("keys");
    let place = people::RestrictedField::SocialStatus.place(PersonId::from(pupil));
    let sealed = db::hex(&keys.seal(place, value).expect("sealed"));
    tx.commit().await.expect("a transaction");
    town.world
        .sql(&format!(
            "insert into people.restricted_field (org_id, person_id, field, sealed, law)
             values ({SCHOOL}, {pupil}, 'social_status', '\\x{sealed}', 'admission-458')"
        ))
        .await;
}

fn figures(form: &Opened) -> Figures {
    Sheet::of(form.version, &form.counted, &form.given()).figures
}

fn stands(figures: &Figures, wanted: &[(&str, i64)]) {
    for (place, figure) in wanted {
        assert_eq!(figures.get(*place), Some(figure), "{place}");
    }
}

async fn opened(town: &Town, code: &str) -> (FormId, Opened) {
    let by = actor(DEPUTY);
    let id = town.forms.compute(&by, code, YEAR).await.expect("computed");
    (id, town.forms.open(&by, id).await.expect("opened"))
}

/// 1.1–1.3, 2.1.2, 2.1.3, 2.3, 2.6, 2.8, 2.11, 3.4, 3.5.
#[tokio::test]
async fn every_section_counts_what_the_data_tell() {
    let town = Town::open().await;
    town.world
        .sql(
            "update curriculum.class set profile = 'АООП для обучающихся с ЗПР, срок 9 лет' where class_id = 51;
             insert into org.card (org_id, org_type) values (1001, 'Гимназия');
             update people.pupil set citizenship = 'foreign', taught_at_home = true where person_id = 14;
             update people.pupil set taught_at_home = false where person_id = 11;
             update people.staff set hired_on = '2026-08-25' where org_id = 1001 and person_id = 3;
             update people.staff set dismissal_reason = 'Собственное желание' where org_id = 1001 and person_id = 6",
        )
        .await;
    status(&town, 13, "Ребёнок-инвалид").await;
    status(&town, 14, "Семья беженцев").await;
    let (id, form) = opened(&town, "oo-1").await;
    let all = figures(&form);
    stands(
        &all,
        &[
            // Grade 1 has a class and nobody in it: there is no such programme.
            ("1.1/01/3", 2),
            ("1.1/02/3", 1),
            ("1.1/02/4", 4),
            ("1.1/04/3", 1),
            ("1.1/04/4", 2),
            ("1.1/05/3", 2),
            ("1.2/24/3", 2),
            ("1.2/26/3", 1),
            ("1.3/02/3", 2),
            ("1.3/03/3", 1),
            ("1.3/04/3", 1),
            ("1.3/05/3", 1),
            // The special class is in its own section alone; grade 5 is column 10 there.
            ("2.1.1/01/3", 2),
            ("2.1.1/02/3", 2),
            ("2.1.2/01/3", 1),
            ("2.1.2/02/10", 2),
            ("2.1.2/03/3", 1),
            ("2.1.2/04/3", 2),
            ("2.1.3/01/3", 0),
            ("2.3/01/8", 1),
            ("2.3/05/8", 1),
            ("2.3/02/8", 0),
            ("2.6/01/3", 4),
            ("2.6/02/3", 3),
            ("2.6/03/12", 1),
            ("2.6/04/3", 0),
            ("2.6/05/12", 1),
            ("2.6/06/3", 0),
            ("2.7/06/12", 1),
            ("2.7/06/3", 1),
            ("2.8/02/3", 4),
            ("2.8/04/3", 0),
            ("2.11/01/3", 2),
            ("2.11/02/8", 2),
            ("2.11/04/8", 1),
            ("2.11/05/3", 0),
            // Two teach foreign languages, one of them is a primary school's teacher.
            ("3.4/01/3", 2),
            ("3.4/02/3", 1),
            ("3.4/05/3", 2),
            ("3.4/06/3", 0),
            // Was 4, one came, one left; who comes in October is not here yet.
            ("3.5/01/3", 4),
            ("3.5/01/4", 1),
            ("3.5/01/5", 0),
            ("3.5/01/6", 1),
            ("3.5/01/7", 1),
            ("3.5/01/9", 4),
            ("3.5/03/9", 2),
        ],
    );
    let given = form.given();
    let sheet = Sheet::of(form.version, &form.counted, &given);
    let strong = sheet.failed(None).into_iter().filter(|it| !it.weak);
    assert_eq!(strong.collect::<Vec<_>>(), vec![]);
    let weak = sheet.failed(None);
    assert!(
        weak.iter().any(|it| it.at == "2.11/01/8"),
        "kinds of impairments are written by hand: {weak:?}"
    );
    // Who learns in another language is written by hand, and all others in Russian.
    let typed = [("2.8/03/8".to_owned(), Some(1))].into();
    town.forms.fill(&actor(DEPUTY), id, &typed).await.unwrap();
    // What the cards say of citizenship is corrected as any computed figure.
    for (place, figure) in [("2.6/02/8", 2), ("2.6/03/8", 1)] {
        let place = Place::parse(place).unwrap();
        let reason = "по документам семьи";
        let by = actor(DEPUTY);
        let done = town.forms.correct(&by, id, &place, figure, reason);
        done.await.unwrap();
    }
    let form = town.forms.open(&actor(DEPUTY), id).await.unwrap();
    stands(
        &figures(&form),
        &[
            ("2.8/02/8", 2),
            ("2.8/02/3", 3),
            ("2.6/02/3", 2),
            ("2.6/03/3", 2),
        ],
    );
}

/// RPT-3, 2.6: of whom nobody asked is named, and stands in the way of handing in.
#[tokio::test]
async fn nobody_is_a_citizen_in_silence() {
    let town = Town::open().await;
    town.world
        .sql("update people.pupil set citizenship = '' where person_id in (12, 14)")
        .await;
    let (_, form) = opened(&town, "oo-1").await;
    stands(
        &figures(&form),
        &[("2.6/01/3", 4), ("2.6/02/3", 2), ("2.6/03/3", 0)],
    );
    let unknown = form.gaps.iter().find(|it| it.field == Field::Citizenship);
    assert_eq!(unknown.map(|it| it.count), Some(2));
    let given = form.given();
    let failed = Sheet::of(form.version, &form.counted, &given).failed(None);
    assert!(
        failed.iter().any(|it| it.at == "2.6/01/3" && !it.weak),
        "{failed:?}"
    );
}

/// A restricted value is counted, and its bearer told to nobody; that it was
/// counted is on record.
#[tokio::test]
async fn restricted_values_are_counted_without_their_bearers() {
    let town = Town::open().await;
    status(&town, 13, "Ребёнок-инвалид").await;
    let (id, _) = opened(&town, "oo-1").await;
    let mut deputy = town.signed_in(DEPUTY);
    let path = format!("/o/school/reports/forms/{id}/cell?at=2.11/04/8");
    let page = deputy.get(&path).await.text();
    assert!(page.contains("Ученики: 1"), "{page}");
    assert!(page.contains("Сведения ограниченного доступа"), "{page}");
    assert!(!page.contains("Ветрова") && !page.contains("/people/pupils/"));
    let said = "select count(*) from kernel.audit where action = 'forms.restricted-counted' and org_id = 1001";
    assert_eq!(town.world.number(said).await, 1);
    // Who has no right to forms learns no number either.
    let refused = town.signed_in(TEACHER).get(&path).await;
    assert_eq!(refused.status, 403);
    // With somebody else's eyes nothing restricted is counted.
    let looked = kernel::Actor {
        looked: true,
        ..actor(DEPUTY)
    };
    let at = Place::parse("2.11/04/8").unwrap();
    let cell = town.forms.cell(&looked, id, &at).await.unwrap();
    let forms::Ground::Facts(_, facts, now) = cell.ground else {
        panic!("a count");
    };
    assert_eq!((facts.len(), now), (0, 1), "the figure of the form stands");
    let id = town.forms.compute(&looked, "oo-1", YEAR - 1).await.unwrap();
    let form = town.forms.open(&actor(DEPUTY), id).await.unwrap();
    assert_eq!(form.counted.get("2.11/04/7"), Some(&0));
}

/// ОО-2: rooms, equipment and the card of the organisation on 31 December.
#[tokio::test]
async fn the_base_is_counted() {
    let town = Town::open().await;
    town.world
        .sql(
            "insert into org.card (org_id, org_type, online_computers, internet_mbit, content_filter, video_surveillance)
                 values (1001, 'Школа', 12, 100, 'Фильтр провайдера', true);
             insert into org.room (org_id, building, number, kind, seats, area, closed_on) values
                 (1001, '', '12', 'class', 30, 50.4, null), (1001, 'Корпус 2', 'Зал', 'gym', 60, 200.6, null),
                 (1001, '', '13', 'class', 30, 40, '2026-01-01'), (1001, '', '14', 'class', 25, null, null);
             insert into portfolio.equipment (org_id, name, kind, number, quantity, state, bought_on) values
                 (1001, 'Компьютер', 'computer', '1', 15, 'good', '2024-01-10'),
                 (1001, 'Компьютер', 'computer', '2', 3, 'repair', '2015-01-10'),
                 (1001, 'Компьютер', 'computer', '3', 2, 'written_off', null)",
        )
        .await;
    let (id, form) = opened(&town, "oo-2").await;
    stands(
        &figures(&form),
        &[
            ("1.1/01/3", 2),
            ("1.2/01/3", 3),
            ("1.2/02/3", 2),
            ("1.2/01/5", 115),
            // 50,4 + 200,6, rounded once.
            ("1.2/01/4", 251),
            ("1.2/02/4", 50),
            ("1.2/06/4", 201),
            ("1.3/07/3", 1),
            ("1.3/10/3", 2),
            ("1.3/11/3", 1),
            ("2.1/01/3", 18),
            ("2.1/01/4", 15),
            ("2.1/01/5", 3),
            ("2.1/01/6", 15),
            ("2.1/02/3", 12),
            ("2.2/01/3", 1),
            ("2.2/06/3", 2),
            ("2.2/07/3", 1),
            ("2.2/08/3", 1),
            ("2.2/09/3", 2),
            ("2.2/11/3", 1),
        ],
    );
    let area = forms::fact::Field::Area;
    let gap = form.gaps.iter().find(|it| it.field == area);
    assert_eq!(gap.map(|it| it.count), Some(1), "a room without its area");
    // Yes is 1 and no is 2, and nothing else; money adds up.
    let by = actor(DEPUTY);
    let typed = [("1.3/01/3".to_owned(), Some(3))].into();
    let wrong = town.forms.fill(&by, id, &typed).await;
    assert!(matches!(wrong, Err(Error::NotYesNo)), "{wrong:?}");
    let typed = [("1.3/01/3", 1), ("3.1/03/3", 40_000), ("3.1/05/3", 500)];
    let typed = typed.map(|(place, figure)| (place.to_owned(), Some(figure)));
    town.forms.fill(&by, id, &typed.into()).await.unwrap();
    let form = town.forms.open(&by, id).await.unwrap();
    stands(&figures(&form), &[("3.1/01/3", 40_500), ("1.3/01/3", 1)]);
    town.hand_in(DEPUTY, id).await;
}
