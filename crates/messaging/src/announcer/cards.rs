//! What became of a proposal to change a card, to the parent who made it
//! (`ux.md` C7).

use std::collections::BTreeMap;

use db::{Tx, outbox::Event};
use people::ProposalId;
use serde::{Deserialize, Serialize};

use super::Announcer;
use crate::{Error, NewLetter};

const KIND: &str = "people.proposals";

/// What `people` said.
#[derive(Deserialize)]
struct Said {
    proposal: ProposalId,
}

#[derive(Serialize)]
struct Page {
    name: String,
    accepted: bool,
    reason: String,
    href: String,
}

/// One letter to the author, who may not want it: the post asks.
pub(super) async fn letters(
    it: &Announcer,
    tx: &mut Tx,
    event: &Event,
) -> Result<Vec<NewLetter>, Error> {
    let said: Said =
        serde_json::from_value(event.payload.clone()).map_err(|_| Error::StrangeEvent)?;
    let answer = it.people.answer(tx, said.proposal).await;
    let Some(answer) = answer.map_err(Error::neighbour)? else {
        return Ok(vec![]);
    };
    let page = Page {
        name: answer.name.clone(),
        accepted: answer.accepted,
        reason: answer.reason,
        href: format!("{}/my/cards", it.site),
    };
    let word = if answer.accepted {
        "mail.cards.subject-accepted"
    } else {
        "mail.cards.subject-refused"
    };
    let args = BTreeMap::from([("name".to_owned(), answer.name)]);
    Ok(vec![NewLetter {
        to: answer.author,
        kind: KIND,
        once: format!("proposal/{}", said.proposal),
        subject: it.views.phrase(word, &args),
        text: it.views.part("mail/cards.txt", &page)?.0,
        html: it.views.part("mail/cards.html", &page)?.0,
        not_before: tx.now(),
        duty: false,
    }])
}
