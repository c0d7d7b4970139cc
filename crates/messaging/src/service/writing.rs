//! From what a domain wants to say to a row in the queue.

use std::collections::{BTreeSet, HashMap};

use db::Tx;
use kernel::{OrgId, PersonId};
use org::Organisation;
use people::Card;
use rand::{TryRngCore, rngs::OsRng};
use serde::Serialize;

use super::Post;
use crate::{
    Error, LetterId, NewLetter, Wish, leave, mime,
    store::{self, Written},
};

/// What the frame of a letter is filled with.
#[derive(Serialize)]
struct Frame<'a> {
    subject: &'a str,
    /// «Анна Ивановна»; empty where only one name is known.
    name: String,
    school: &'a str,
    text: &'a str,
    html: &'a str,
    /// The page of one's own settings.
    settings: String,
    /// The link that unsubscribes; empty for duty.
    leave: String,
    site: &'a str,
}

/// Whom letters go to, and what all of them share.
struct Addressees {
    own: Organisation,
    wishes: HashMap<PersonId, Wish>,
    emails: HashMap<PersonId, String>,
    cards: HashMap<PersonId, Card>,
    key: Vec<u8>,
}

impl Post {
    pub(super) async fn write_letters(
        &self,
        tx: &mut Tx,
        letters: &[NewLetter],
    ) -> Result<Vec<Option<LetterId>>, Error> {
        if letters.is_empty() {
            return Ok(vec![]);
        }
        let around = self.addressees(tx, letters).await?;
        let mut unreachable = Vec::new();
        let mut written = Vec::new();
        for it in letters {
            let wish = around.wishes.get(&it.to).copied().unwrap_or_default();
            if !it.duty && !wish.wants(it.kind) {
                continue;
            }
            let address = around.emails.get(&it.to).map(|it| it.trim());
            match address.filter(|it| mime::is_address(it)) {
                Some(address) => written.push(self.written(it, address, &wish, &around)?),
                None => unreachable.push((it.to, it.kind)),
            }
        }
        if !unreachable.is_empty() {
            store::note_unreachable(tx, &unreachable).await?;
        }
        let ids = if written.is_empty() {
            HashMap::new()
        } else {
            store::write(tx, &written).await?
        };
        let id = |it: &NewLetter| {
            ids.get(&(it.to, it.kind.to_owned(), it.once.clone()))
                .copied()
        };
        Ok(letters.iter().map(id).collect())
    }

    async fn addressees(&self, tx: &mut Tx, letters: &[NewLetter]) -> Result<Addressees, Error> {
        let people: BTreeSet<PersonId> = letters.iter().map(|it| it.to).collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        let cards = self
            .people
            .cards(tx, &people)
            .await
            .map_err(Error::neighbour)?;
        Ok(Addressees {
            own: self.orgs.own(tx).await.map_err(Error::neighbour)?,
            wishes: store::wishes(tx, &people).await?,
            emails: self
                .people
                .emails(tx, &people)
                .await
                .map_err(Error::neighbour)?,
            cards: cards.into_iter().map(|it| (it.id, it)).collect(),
            key: key(tx).await?,
        })
    }

    fn written(
        &self,
        it: &NewLetter,
        address: &str,
        wish: &Wish,
        around: &Addressees,
    ) -> Result<Written, Error> {
        let org: OrgId = around.own.id;
        let card = around.cards.get(&it.to);
        let leave = if it.duty {
            String::new()
        } else {
            leave::token(&around.key, org, it.to, it.kind)
        };
        let site = self.setup.site.as_str();
        let frame = Frame {
            subject: &it.subject,
            name: card.map(called).unwrap_or_default(),
            school: &around.own.name,
            text: it.text.trim_end(),
            html: &it.html,
            settings: format!("{site}/my/settings/notifications"),
            leave: if leave.is_empty() {
                String::new()
            } else {
                format!("{site}/unsubscribe/{leave}")
            },
            site,
        };
        Ok(Written {
            to: it.to,
            kind: it.kind,
            once: it.once.clone(),
            duty: it.duty,
            address: address.to_owned(),
            to_name: card.map(Card::full).unwrap_or_default(),
            from_name: around.own.name.clone(),
            subject: mime::one_line(&it.subject),
            text: self.views.part("mail/letter.txt", &frame)?.0,
            html: self.views.part("mail/letter.html", &frame)?.0,
            leave,
            next_at: wish.out_of_quiet(it.not_before, around.own.zone),
        })
    }
}

/// How a letter calls the person: «Анна Ивановна».
fn called(card: &Card) -> String {
    let middle = card.middle_name.as_deref().unwrap_or_default();
    format!("{} {middle}", card.first_name)
        .trim_end()
        .to_owned()
}

/// The key that the links of the organisation are signed with; made when it is first needed.
async fn key(tx: &mut Tx) -> Result<Vec<u8>, Error> {
    if let Some(key) = store::key(tx).await? {
        return Ok(key);
    }
    let mut new = [0; 32];
    OsRng
        .try_fill_bytes(&mut new)
        .map_err(|_| Error::NoRandomness)?;
    Ok(store::save_key(tx, &new).await?)
}
