//! The numbers of a small school, worked out by hand (RPT-3).

use forms::{expr::Place, fact::Source, sheet::Sheet};

use crate::support::{DEPUTY, Town, actor};

/// Four pupils in three classes on 20 September: who came on the 21st and who
/// left on the 20th is not among them.
#[tokio::test]
async fn the_figures_are_those_worked_out_by_hand() {
    let town = Town::open().await;
    let id = town.computed().await;
    let form = town.forms.open(&actor(DEPUTY), id).await.unwrap();
    let given = form.given();
    let sheet = Sheet::of(form.version, &form.counted, &given);
    for (place, figure) in [
        // Classes and pupils: grade 5 is column 8, grade 9 is column 12.
        ("2.1.1/01/3", 3),
        ("2.1.1/01/4", 0),
        ("2.1.1/01/8", 2),
        ("2.1.1/02/3", 4),
        ("2.1.1/02/8", 3),
        ("2.1.1/03/8", 1),
        ("2.1.1/04/8", 2),
        ("2.1.1/05/8", 1),
        ("2.1.1/06/8", 1),
        ("2.1.1/07/12", 1),
        ("2.1.1/08/12", 1),
        ("2.4/03/4", 3),
        ("2.4/01/3", 3),
        ("2.4/05/4", 3),
        // Full years on 1 January 2027: 10, 11, 11 and 15.
        ("2.5/01/3", 4),
        ("2.5/02/3", 2),
        ("2.5/11/3", 1),
        ("2.5/12/3", 1),
        ("2.5/13/3", 2),
        ("2.5/14/3", 1),
        ("2.5/21/12", 1),
        ("2.5/22/12", 0),
        ("2.7/02/3", 3),
        ("2.7/03/12", 1),
        // The German group is empty, grade 9 begins in October.
        ("2.9/01/8", 3),
        ("2.9/02/3", 0),
        ("2.10/01/3", 3),
        ("2.10/02/3", 1),
        // Last year by the grade that was finished: 4 is column 7, 8 is 11.
        ("2.12/01/7", 3),
        ("2.12/02/7", 1),
        ("2.12/03/7", 1),
        ("2.12/04/7", 1),
        ("2.12/09/7", 0),
        ("2.12/10/7", 3),
        ("2.12/11/7", 3),
        ("2.12/12/7", 1),
        ("2.12/11/11", 1),
        ("2.12/14/12", 2),
        ("2.12/15/12", 2),
        ("2.12/16/12", 1),
        ("2.12/10/3", 6),
        // Two lead, two teach; who came in October or left on 1 September does not count.
        ("3.1/01/3", 4),
        ("3.1/02/3", 2),
        ("3.1/03/3", 1),
        ("3.1/04/3", 1),
        ("3.1/05/3", 2),
        ("3.1/06/3", 2),
        ("3.1/07/3", 1),
        ("3.1/16/3", 0),
        ("3.1/01/4", 3),
        ("3.1/01/6", 1),
        ("3.1/01/7", 1),
        ("3.1/01/8", 3),
        ("3.1/01/10", 1),
        ("3.2/01/11", 1),
        ("3.2/01/9", 1),
        ("3.2/01/5", 1),
        ("3.2/01/4", 1),
        ("3.3/01/4", 1),
        ("3.3/01/5", 1),
        ("3.3/01/9", 1),
    ] {
        assert_eq!(sheet.figures.get(place), Some(&figure), "{place}");
    }
    let failed: Vec<(String, bool)> = sheet
        .failed(None)
        .into_iter()
        .map(|it| (it.at, it.weak))
        .collect();
    assert_eq!(
        failed,
        [("3.3/01/3".to_owned(), true)],
        "the deputy's years are unknown"
    );
    let gap = |source| {
        form.gaps
            .iter()
            .filter(move |it| it.source == source)
            .count()
    };
    assert_eq!((gap(Source::Staff), gap(Source::Pupils)), (1, 0));
}

/// Each figure opens what it is made of: the pupils, the cells.
#[tokio::test]
async fn a_figure_opens_what_it_is_made_of() {
    let town = Town::open().await;
    let id = town.computed().await;
    let mut deputy = town.signed_in(DEPUTY);
    let page = deputy
        .get(&format!("/o/school/reports/forms/{id}/cell?at=2.5/14/8"))
        .await
        .text();
    assert!(
        page.contains("Борисова Вера") && page.contains("/people/pupils/12"),
        "{page}"
    );
    assert!(!page.contains("Абрамов") && !page.contains("Ветрова"));
    let page = deputy
        .get(&format!("/o/school/reports/forms/{id}/cell?at=2.1.1/02/3"))
        .await
        .text();
    assert!(page.contains("2.1.1/02/8"), "{page}");
    let none = deputy
        .get(&format!("/o/school/reports/forms/{id}/cell?at=2.1.1/99/3"))
        .await;
    assert_eq!(none.status, 404);
    assert!(Place::parse("2.1.1/99/3").is_some());
}

/// The other short forms count the same pupils.
#[tokio::test]
async fn short_forms_count_too() {
    let town = Town::open().await;
    let by = actor(DEPUTY);
    for (code, place, figure) in [
        ("osh-1", "1/03/5", 4),
        ("osh-1", "3/02/3", 4),
        ("osh-5", "1/02/12", 1),
        ("osh-9", "1/02/5", 1),
    ] {
        let id = town.forms.compute(&by, code, 2026).await.unwrap();
        let form = town.forms.open(&by, id).await.unwrap();
        let given = form.given();
        let sheet = Sheet::of(form.version, &form.counted, &given);
        assert_eq!(sheet.figures.get(place), Some(&figure), "{code} {place}");
    }
}
