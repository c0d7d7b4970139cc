//! The owner of a second factor is told that somebody took it away.

use db::{Tx, outbox::Event};
use kernel::PersonId;
use serde::{Deserialize, Serialize};

use super::Announcer;
use crate::{Error, NewLetter};

/// What `identity` said.
#[derive(Deserialize)]
struct Said {
    person: Option<PersonId>,
}

#[derive(Serialize)]
struct Page {
    site: String,
}

pub(super) fn letters(it: &Announcer, tx: &Tx, event: &Event) -> Result<Vec<NewLetter>, Error> {
    let said: Said =
        serde_json::from_value(event.payload.clone()).map_err(|_| Error::StrangeEvent)?;
    let Some(person) = said.person else {
        return Ok(vec![]);
    };
    let page = Page {
        site: it.site.clone(),
    };
    Ok(vec![NewLetter {
        to: person,
        kind: "identity.factor-reset",
        once: format!("event/{}", event.id),
        subject: it.views.word("mail.factor.subject"),
        text: it.views.part("mail/factor.txt", &page)?.0,
        html: it.views.part("mail/factor.html", &page)?.0,
        not_before: tx.now(),
        duty: true,
    }])
}
