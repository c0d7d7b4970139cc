//! What the unit above said of a form of statistics, to whoever handed it in
//! (RPT-3).

use std::collections::BTreeMap;

use db::{Tx, outbox::Event};
use kernel::PersonId;
use serde::{Deserialize, Serialize};

use super::Announcer;
use crate::{Error, NewLetter};

/// What `forms` said.
#[derive(Deserialize)]
struct Said {
    form: i64,
    /// «ОО-1»
    name: String,
    year: i32,
    to: PersonId,
    accepted: bool,
    comment: String,
}

#[derive(Serialize)]
struct Page {
    name: String,
    accepted: bool,
    comment: String,
    href: String,
}

/// One letter: it is about one's duty.
pub(super) async fn letters(
    it: &Announcer,
    tx: &mut Tx,
    event: &Event,
) -> Result<Vec<NewLetter>, Error> {
    let said: Said =
        serde_json::from_value(event.payload.clone()).map_err(|_| Error::StrangeEvent)?;
    let own = it.orgs.own(tx).await.map_err(Error::neighbour)?;
    let name = format!("{} · {}", said.name, said.year);
    let page = Page {
        name: name.clone(),
        accepted: said.accepted,
        comment: said.comment,
        href: format!("{}/o/{}/reports/forms/{}", it.site, own.code, said.form),
    };
    let word = if said.accepted {
        "mail.forms.subject-accepted"
    } else {
        "mail.forms.subject-returned"
    };
    Ok(vec![NewLetter {
        to: said.to,
        kind: "forms.decided",
        once: format!("event/{}", event.id),
        subject: it
            .views
            .phrase(word, &BTreeMap::from([("name".to_owned(), name)])),
        text: it.views.part("mail/forms.txt", &page)?.0,
        html: it.views.part("mail/forms.html", &page)?.0,
        not_before: tx.now(),
        duty: true,
    }])
}
