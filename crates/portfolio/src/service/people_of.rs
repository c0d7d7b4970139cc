//! The portfolio of one person, for the school and for the family.

use chrono::NaiveDate;
use db::Tx;
use journal::Attached;
use kernel::{Actor, PersonId};
use people::Card;

use super::Portfolio;
use crate::{Attended, Entry, EntryId, Error, Owner, Standing, store};

/// The portfolio of one person.
#[derive(Clone, Debug)]
pub struct PersonFile {
    pub owner: Owner,
    pub name: String,
    /// «7А», where the pupil is in one.
    pub class: Option<String>,
    pub preschool: bool,
    pub entries: Vec<Entry>,
    /// By entry, in the order in which they came.
    pub files: Vec<(EntryId, Attached)>,
    /// Who prepared the pupil.
    pub teachers: Vec<Card>,
    /// The clubs of a pupil, the present ones first.
    pub clubs: Vec<Attended>,
    pub standing: Standing,
}

/// What a family sees.
#[derive(Clone, Debug)]
pub struct Mine {
    /// The own children, or oneself.
    pub children: Vec<(PersonId, String)>,
    /// None where there is no child here.
    pub file: Option<PersonFile>,
}

impl Portfolio {
    /// The portfolio of a pupil or of somebody who works here.
    pub async fn person(
        &self,
        actor: &Actor,
        owner: Owner,
        today: NaiveDate,
    ) -> Result<PersonFile, Error> {
        let mut tx = self.db.begin(actor).await?;
        let standing = self.standing(&mut tx, actor, owner, today).await?;
        let file = self.person_file(&mut tx, owner, standing, today).await?;
        tx.commit().await?;
        Ok(file)
    }

    async fn person_file(
        &self,
        tx: &mut Tx,
        owner: Owner,
        standing: Standing,
        today: NaiveDate,
    ) -> Result<PersonFile, Error> {
        let person = owner.person();
        let entries = store::entries_of(tx, owner).await?;
        let ids: Vec<EntryId> = entries.iter().map(|it| it.id).collect();
        let mut found = store::files(tx, &ids).await?;
        let mut files = vec![];
        for id in ids {
            let of_entry = found.remove(&id).unwrap_or_default();
            files.extend(of_entry.into_iter().map(|it| (id, it)));
        }
        let mut wanted = vec![person];
        wanted.extend(entries.iter().filter_map(|it| it.fields.prepared_by));
        let mut teachers = self.people.cards(tx, &wanted).await?;
        let at = teachers.iter().position(|it| it.id == person);
        let card = teachers.remove(at.ok_or(Error::NotFound)?);
        let class = if owner.is_pupil() {
            let stays = self.register.stays(tx, &[person]).await?;
            let now = stays.iter().filter(|it| it.on(today)).map(|it| it.class);
            let now: Vec<_> = now.collect();
            let classes = self.curriculum.classes_by_id(tx, &now).await?;
            classes.into_iter().next()
        } else {
            None
        };
        let clubs = if owner.is_pupil() {
            store::clubs_of(tx, person).await?
        } else {
            vec![]
        };
        Ok(PersonFile {
            owner,
            clubs,
            name: card.full(),
            preschool: class.as_ref().is_some_and(curriculum::Class::is_preschool),
            class: class.as_ref().map(curriculum::Class::name),
            entries,
            files,
            teachers,
            standing,
        })
    }

    /// The portfolio of a child, for the family; somebody else's child is
    /// answered like a missing one.
    pub async fn mine(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        today: NaiveDate,
    ) -> Result<Mine, Error> {
        let mut tx = self.db.begin(actor).await?;
        let cards = self.people.diary_cards(&mut tx, actor, today).await?;
        let children: Vec<(PersonId, String)> =
            cards.iter().map(|it| (it.id, it.listed())).collect();
        if child.is_some_and(|it| children.iter().all(|own| own.0 != it)) {
            return Err(Error::NotFound);
        }
        let file = match child.or_else(|| children.first().map(|it| it.0)) {
            None => None,
            Some(pupil) => {
                let owner = Owner::Pupil(pupil);
                let standing = self.standing(&mut tx, actor, owner, today).await?;
                Some(self.person_file(&mut tx, owner, standing, today).await?)
            }
        };
        tx.commit().await?;
        Ok(Mine { children, file })
    }

    /// The children whose portfolio the actor may see, in this organisation.
    pub async fn children(
        &self,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<(PersonId, String)>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let cards = self.people.diary_cards(&mut tx, actor, today).await?;
        tx.commit().await?;
        Ok(cards.iter().map(|it| (it.id, it.listed())).collect())
    }
}
