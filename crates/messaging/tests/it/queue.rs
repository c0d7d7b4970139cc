//! DLN-4, MSG-5: from the queue to the mail server.

use std::{collections::BTreeSet, sync::Arc};

use chrono::TimeDelta;
use db::Db;
use kernel::TestClock;
use messaging::{Round, mailbox::Mailbox};

use crate::{
    server::{Arrived, Fate, Server},
    support::{ANNA, School, VERA, sender_on},
};

#[tokio::test]
async fn a_letter_reaches_the_mailbox_as_it_was_written() {
    let school = School::new().await;
    let (mailbox, address, _) = Mailbox::open().await.unwrap();
    let mut letter = school.letter(ANNA, "1");
    letter.text = ".точка в начале и длинная строка ".to_owned() + &"я".repeat(2000);
    school
        .write(&[letter.clone(), school.letter(VERA, "1")])
        .await;
    let round = school.sender(address).send_due().await.unwrap();
    assert_eq!((round.sent, round.failed), (2, 0));
    assert_eq!(
        school
            .count("state = 'sent' and attempts = 1 and doubtful = 0")
            .await,
        2
    );
    let found = mailbox.find("алгебраева");
    assert_eq!(found.len(), 1);
    let it = &found[0];
    assert_eq!(it.to_address, "anna@school.example");
    assert_eq!(
        (it.from.as_str(), it.subject.as_str()),
        ("Гимназия № 7", "Сроки: 2 дела")
    );
    assert!(it.text.contains(&letter.text), "{}", it.text);
    assert!(it.html.contains("<p>Заполните журнал.</p>"), "{}", it.html);
    assert!(it.message_id.starts_with("1001.") && it.message_id.ends_with("@school.example"));
    assert_eq!(mailbox.find("").len(), 2);
    assert_eq!(
        school.sender(address).send_due().await.unwrap(),
        Round::default()
    );
}

#[tokio::test]
async fn what_is_not_due_waits() {
    let school = School::new().await;
    let server = Server::start(&[]);
    let sender = school.sender(server.address);
    let mut letter = school.letter(ANNA, "1");
    letter.not_before += TimeDelta::hours(3);
    school.write(&[letter]).await;
    assert_eq!(sender.send_due().await.unwrap().sent, 0);
    school.test.clock().advance(TimeDelta::hours(3));
    assert_eq!(sender.send_due().await.unwrap().sent, 1);
}

/// One connection serves many letters.
#[tokio::test]
async fn connections_are_used_again() {
    let school = School::new().await;
    let server = Server::start(&[]);
    let sender = school.sender(server.address);
    let letters: Vec<_> = (0..40)
        .map(|it| school.letter(ANNA, &it.to_string()))
        .collect();
    school.write(&letters).await;
    while sender.send_due().await.unwrap().more {}
    assert_eq!(server.arrived().len(), 40);
    assert!(
        server.connections() < 25,
        "{} connections",
        server.connections()
    );
}

/// 4xx, and no mail server at all: the letter waits, and everybody sees why.
#[tokio::test]
async fn what_fails_for_now_is_tried_again() {
    let school = School::new().await;
    let server = Server::start(&[Fate::Closed, Fate::NotNow, Fate::Take]);
    let sender = school.sender(server.address);
    school.write(&[school.letter(ANNA, "1")]).await;
    assert!(
        sender.send_due().await.unwrap().down,
        "554 at the door is no letter's fault"
    );
    assert_eq!(
        school
            .count("state = 'waiting' and error like '%go away%'")
            .await,
        1
    );
    assert_eq!(
        sender.send_due().await.unwrap(),
        Round::default(),
        "not at once"
    );
    school.end_leases().await;
    assert_eq!(sender.send_due().await.unwrap().failed, 1);
    assert_eq!(
        school
            .count("state = 'waiting' and error like '%not now%'")
            .await,
        1
    );
    let page = school.client(10).get("/o/g7/settings/mail").await.text();
    assert!(page.contains("not now"), "{page}");
    school.end_leases().await;
    assert_eq!(sender.send_due().await.unwrap().sent, 1);
    assert_eq!(
        school
            .count("state = 'sent' and attempts = 3 and doubtful = 0 and error = ''")
            .await,
        1
    );
    assert_eq!(server.arrived().len(), 1);
}

#[tokio::test]
async fn what_is_refused_for_good_is_shown_and_can_be_sent_again() {
    let school = School::new().await;
    let server = Server::start(&[Fate::Never]);
    let sender = school.sender(server.address);
    school.write(&[school.letter(ANNA, "1")]).await;
    assert_eq!(sender.send_due().await.unwrap().failed, 1);
    assert_eq!(school.count("state = 'refused'").await, 1);
    let mut admin = school.client(10);
    let page = admin.get("/o/g7/settings/mail").await.text();
    assert!(
        page.contains("no such mailbox") && page.contains("anna@school.example"),
        "{page}"
    );

    school
        .test
        .sql(&format!(
            "update people.person set email = 'anna.new@school.example' where person_id = {ANNA}"
        ))
        .await;
    let foreign = school
        .client(110)
        .post_form("/o/g7/settings/mail", &[])
        .await;
    assert_eq!(foreign.status.as_u16(), 404);
    let teacher = school
        .client(ANNA)
        .post_form("/o/g7/settings/mail", &[])
        .await;
    assert_eq!(teacher.status.as_u16(), 403);
    let answer = admin.post_form("/o/g7/settings/mail", &[]).await;
    assert_eq!(answer.location(), Some("/o/g7/settings/mail"));
    assert_eq!(sender.send_due().await.unwrap().sent, 1);
    assert_eq!(server.arrived()[0].to, "anna.new@school.example");
    let none = admin
        .post_form("/o/g7/settings/mail", &[("letter", "1")])
        .await;
    assert_eq!(none.status.as_u16(), 404, "what was sent is not sent again");
}

/// The window of ADR 0014: nobody knows whether the server took it.
#[tokio::test]
async fn a_broken_connection_is_tried_again_with_the_same_id() {
    let school = School::new().await;
    let server = Server::start(&[Fate::BreakBefore, Fate::BreakAfter, Fate::Take]);
    let sender = school.sender(server.address);
    school.write(&[school.letter(ANNA, "1")]).await;
    for _ in 0..3 {
        sender.send_due().await.unwrap();
        school.end_leases().await;
    }
    assert_eq!(school.count("state = 'sent' and doubtful = 2").await, 1);
    let arrived = server.arrived();
    let ids: BTreeSet<&str> = arrived.iter().map(Arrived::message_id).collect();
    assert_eq!((arrived.len(), ids.len()), (2, 1));
    let dates: BTreeSet<_> = arrived
        .iter()
        .map(|it| it.raw.lines().find(|it| it.starts_with("Date:")))
        .collect();
    assert_eq!(dates.len(), 1);
}

/// A node that died with the letter: it is sent when the lease is over, and
/// not before.
#[tokio::test]
async fn a_letter_of_a_dead_node_is_sent_after_its_lease() {
    let school = School::new().await;
    let server = Server::start(&[]);
    let sender = school.sender(server.address);
    school.write(&[school.letter(ANNA, "1")]).await;
    school
        .test
        .sql("update messaging.letter set state = 'sending', attempts = 1, held_until = clock_timestamp() + interval '1 minute'")
        .await;
    assert_eq!(sender.send_due().await.unwrap(), Round::default());
    school.end_leases().await;
    assert_eq!(sender.send_due().await.unwrap().sent, 1);
    assert_eq!(
        school
            .count("state = 'sent' and attempts = 2 and doubtful = 1")
            .await,
        1
    );
}

/// A node whose clock is a day ahead takes no letter from another, and one
/// whose clock went back sends nothing twice.
#[tokio::test]
async fn a_wrong_clock_sends_nothing_twice() {
    let school = School::new().await;
    let server = Server::start(&[]);
    let ahead = Arc::new(TestClock::at(testkit::morning() + TimeDelta::days(1)));
    let behind = Arc::new(TestClock::at(testkit::morning() - TimeDelta::days(1)));
    let mut senders = vec![school.sender(server.address)];
    for clock in [ahead, behind] {
        let db = Db::connect(school.test.url(), 4, clock).await.unwrap();
        senders.push(sender_on(&db, server.address));
    }
    let letters: Vec<_> = (0..30)
        .map(|it| school.letter(ANNA, &it.to_string()))
        .collect();
    school.write(&letters).await;
    // One of them holds a letter; for the node ahead its lease must not be over.
    school
        .test
        .sql("update messaging.letter set state = 'sending', attempts = 1, held_until = clock_timestamp() + interval '1 minute' where once = '7'")
        .await;
    for _ in 0..5 {
        let rounds = senders.iter().map(messaging::Sender::send_due);
        for round in futures_util::future::join_all(rounds).await {
            round.unwrap();
        }
    }
    let arrived = server.arrived();
    let ids: BTreeSet<&str> = arrived.iter().map(Arrived::message_id).collect();
    assert_eq!((arrived.len(), ids.len()), (29, 29));
}

/// SMTP is down for a day: letters wait, nothing is lost.
#[tokio::test]
async fn letters_outlive_a_day_without_a_mail_server() {
    let school = School::new().await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let letters: Vec<_> = (0..20)
        .map(|it| school.letter(ANNA, &it.to_string()))
        .collect();
    school.write(&letters).await;
    let sender = school.sender(address);
    for _ in 0..24 {
        sender.send_due().await.unwrap();
        school.end_leases().await;
        school.test.clock().advance(TimeDelta::hours(1));
        school
            .test
            .sql("update messaging.letter set first_tried_at = first_tried_at - interval '1 hour'")
            .await;
    }
    assert_eq!(school.count("state = 'waiting'").await, 20);
    let server = Server::start(&[]);
    let sender = school.sender(server.address);
    while sender.send_due().await.unwrap().more {}
    assert_eq!(server.arrived().len(), 20);
    assert_eq!(school.count("state = 'sent'").await, 20);
}

/// … and after five days it is given up and shown.
#[tokio::test]
async fn what_nobody_takes_for_days_is_given_up() {
    let school = School::new().await;
    let server = Server::start(&[Fate::NotNow]);
    school.write(&[school.letter(ANNA, "1")]).await;
    school
        .test
        .sql("update messaging.letter set first_tried_at = clock_timestamp() - interval '6 days'")
        .await;
    school.sender(server.address).send_due().await.unwrap();
    assert_eq!(school.count("state = 'given_up'").await, 1);
    let page = school.client(10).get("/o/g7/settings/mail").await.text();
    assert!(page.contains("не принято за 5 дней"), "{page}");
    assert!(page.contains("not now"), "{page}");
}

/// Wherever in the talk the server says «not now», the letter waits; wherever
/// it says «never», the letter is shown with the server's words and an advice.
#[tokio::test]
async fn refusals_are_told_apart_wherever_they_come() {
    for (fate, words) in [
        (Fate::Busy, "too many of you"),
        (Fate::Later, "greylisted"),
        (Fate::NotNow, "not now"),
    ] {
        let school = School::new().await;
        let server = Server::start(&[fate]);
        let sender = school.sender(server.address);
        school.write(&[school.letter(ANNA, "1")]).await;
        assert_eq!(sender.send_due().await.unwrap().failed, 1, "{fate:?}");
        let waits = format!("state = 'waiting' and doubtful = 0 and error like '%{words}%'");
        assert_eq!(school.count(&waits).await, 1, "{fate:?}");
        school.end_leases().await;
        assert_eq!(sender.send_due().await.unwrap().sent, 1, "{fate:?}");
    }
    for (fate, words, advice) in [
        (Fate::Never, "no such mailbox", "Такого почтового ящика нет"),
        (Fate::Spam, "looks like spam", "отказ"),
    ] {
        let school = School::new().await;
        let server = Server::start(&[fate]);
        school.write(&[school.letter(ANNA, "1")]).await;
        let round = school.sender(server.address).send_due().await.unwrap();
        assert_eq!((round.failed, round.down), (1, false), "{fate:?}");
        let page = school.client(10).get("/o/g7/settings/mail").await.text();
        assert!(page.contains(words) && page.contains(advice), "{page}");
        school.end_leases().await;
        assert_eq!(
            school.sender(server.address).send_due().await.unwrap(),
            Round::default(),
            "not tried again by itself"
        );
    }
}
