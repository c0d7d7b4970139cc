//! Letters about reports, through a mail server that listens (RPT-2).

use chrono::TimeDelta;
use messaging::{Sender, Sending, Smtp, Tls, mailbox::Mailbox};

use super::Desk;

struct Letters {
    desk: Desk,
    mailbox: Mailbox,
    sender: Sender,
}

impl Letters {
    async fn new() -> Self {
        let desk = Desk::new().await;
        let (mailbox, address, _serving) = Mailbox::open().await.unwrap();
        let sending = Sending {
            smtp: Some(Smtp {
                host: address.ip().to_string(),
                port: address.port(),
                tls: Tls::None,
                ca: None,
                login: None,
                from: "zvonok@school.example".to_owned(),
                hello: "node.school.example".to_owned(),
            }),
            site: "https://z.example".to_owned(),
            ..Sending::default()
        };
        let sender = Sender::new(desk.world.test.db().clone(), sending).unwrap();
        let deputy = desk.cast.of_name("deputy").things.person;
        desk.world
            .test
            .sql(&format!(
                "update people.person set email = 'deputy@school.example'
                  where org_id = {} and person_id = {deputy}",
                desk.world.own.org
            ))
            .await;
        Self {
            desk,
            mailbox,
            sender,
        }
    }

    /// A day later: subjects and texts of all that arrived so far.
    async fn next_day(&self) -> Vec<(String, String)> {
        let clock = self.desk.world.test.clock();
        clock.advance(TimeDelta::hours(25));
        self.desk.world.run_job("builder.tell-reports").await;
        clock.advance(TimeDelta::hours(11));
        self.sender.send_due().await.unwrap();
        let letters = self.mailbox.find("deputy@school.example");
        letters
            .iter()
            .map(|it| (it.subject.clone(), it.text.clone()))
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_has_the_number_of_lines_and_a_link_and_stops_with_the_right() {
    let letters = Letters::new().await;
    let desk = &letters.desk;
    let id = desk.built("source=pupils&c=name&c=address").await;
    let lines = desk.csv("deputy", &id).await.len() - 1;
    let schedule = format!("/{id}/schedule");
    let kept = "select count(*) from builder.schedule";
    let bad = desk
        .post("deputy", &schedule, "every=week&day=9&hour=8")
        .await;
    assert_eq!(bad.status.as_u16(), 303);
    assert_eq!(desk.world.number(kept).await, 0);
    let begun = desk.post("deputy", &schedule, "every=day&hour=8").await;
    assert_eq!(begun.status.as_u16(), 303, "{}", begun.text());

    let sent = letters.next_day().await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    let (subject, text) = &sent[0];
    assert_eq!(subject, "Отчёт готов: Проба");
    assert!(text.contains(&format!("Строк: {lines}")), "{text}");
    assert!(text.contains(&format!("/reports/builder/{id}")), "{text}");
    assert!(!text.contains("ул."), "an address in a letter");

    // The school takes the right to the addresses away: letters stop and say so.
    desk.world
        .test
        .sql(&format!(
            "insert into identity.right_rule (org_id, role, right_code, reaches, reason)
             values ({}, 'deputy', 'parent_view', 0, 'проба')",
            desk.world.own.org
        ))
        .await;
    let sent = letters.next_day().await;
    let stopped = sent
        .iter()
        .find(|it| it.0.starts_with("Письма об отчёте остановлены"));
    let (_, text) = stopped.expect("the last letter");
    assert!(text.contains("нет права"), "{text}");
    let stopped = format!("{kept} where stopped = 'rights'");
    assert_eq!(desk.world.number(&stopped).await, 1);
    assert_eq!(
        letters.next_day().await.len(),
        sent.len(),
        "no more letters"
    );
}
