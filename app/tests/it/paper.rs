//! PDF of the whole application, read back by poppler (RPT-2, check 36).

use axum::http::StatusCode;
use testkit::Answer;

use crate::{actors::Cast, world::World};

pub(crate) fn is_pdf(answer: &Answer) -> bool {
    answer.header("content-type") == Some("application/pdf")
}

/// The text of all pages.
pub(crate) fn read(answer: &Answer) -> String {
    testkit::pages_of_pdf(&answer.bytes).concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_had_as_pdf_by_those_who_see_it() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let list = format!("/o/{}/people/pupils", world.own.code);
    let deputy = world.client(&cast.of_name("deputy").token);
    let paper = deputy.clone().get(&format!("{list}?as=pdf")).await;
    assert_eq!(paper.status, StatusCode::OK);
    assert!(is_pdf(&paper));
    let text = read(&paper);
    let csv = deputy.clone().get(&format!("{list}?as=csv")).await.text();
    let names: Vec<&str> = csv
        .lines()
        .skip(1)
        .filter_map(|it| it.split(';').next())
        .collect();
    assert!(!names.is_empty());
    for surname in names.iter().filter_map(|it| it.split(' ').next()) {
        assert!(text.contains(surname), "{surname} in {text}");
    }
    assert!(
        text.contains("исполнитель") && text.contains("стр. 1 из"),
        "{text}"
    );

    let stranger = world.client(&cast.of_name("foreign_deputy").token);
    let refused = stranger.clone().get(&format!("{list}?as=pdf")).await;
    assert!(!refused.status.is_success() && !is_pdf(&refused));
}
