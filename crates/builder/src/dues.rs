//! What is owed to whoever asked for a report (R-10.6; S3:10.6).

use async_trait::async_trait;
use db::Tx;
use dues::{About, Answer, Ask, DeadlineSource, Fact, Owner, Whole};
use kernel::{Fault, Role};

use crate::{Request, store};

const REQUEST: &str = "builder.request";

/// Tells which requests for a report are open.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestDues;

#[async_trait]
impl DeadlineSource for RequestDues {
    fn duties(&self) -> &'static [&'static str] {
        &[REQUEST]
    }

    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        let requests = store::requests(tx).await;
        let requests = requests.map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        Ok(answer(&requests, ask))
    }
}

fn answer(requests: &[Request], ask: &Ask<'_>) -> Answer {
    let mut answer = Answer::default();
    for it in requests {
        answer.count(
            ask,
            Whole {
                duty: REQUEST,
                month: it.due_on,
                owner: Owner::Role(Role::Admin),
                class: None,
                things: 1,
            },
        );
        if it.is_open() {
            answer.tell(ask, fact(it));
        }
    }
    answer
}

/// Due on the day that the request names.
fn fact(it: &Request) -> Fact {
    Fact {
        duty: REQUEST,
        key: format!("request/{}", it.id),
        on: it.due_on,
        owner: Owner::Role(Role::Admin),
        about: About {
            text: it.text.clone(),
            ..About::default()
        },
        place: "/reports/builder".to_owned(),
        parts: None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};

    use super::*;

    fn request(id: i64, due_on: &str, closed: bool) -> Request {
        Request {
            id: id.into(),
            asked_by: 1.into(),
            asked_at: DateTime::UNIX_EPOCH,
            text: "Кто едет на олимпиаду".to_owned(),
            due_on: due_on.parse().expect("a day"),
            closed_by: closed.then_some(2.into()),
            closed_at: closed.then_some(DateTime::UNIX_EPOCH),
            answer: String::new(),
            report: None,
        }
    }

    /// an open request is owed on its day, a closed one only counted.
    #[test]
    fn open_requests_are_owed_on_the_day_they_name() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let ask = Ask {
            today: day("2026-11-20"),
            from: day("2026-09-01"),
            until: day("2026-12-31"),
            known: &[],
        };
        let requests = [
            request(1, "2026-11-25", false),
            request(2, "2026-11-10", true),
        ];
        let answer = answer(&requests, &ask);
        assert_eq!(answer.open.len(), 1);
        assert_eq!(answer.open[0].on, day("2026-11-25"));
        assert_eq!(answer.open[0].key, "request/1");
        assert_eq!(answer.whole[0].things, 2, "both of November");
    }
}
