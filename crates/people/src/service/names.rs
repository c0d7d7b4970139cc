//! How a name is declined, and what people corrected (`ux.md` §6.3).

use std::collections::HashMap;

use db::Tx;
use kernel::{Actor, PersonId};

use super::{Directory, scope::edit_right};
use crate::{CardKind, Declined, Error, FieldError, NameForms, Person, declension::Case, store};

/// Longer names than a card can hold are no names.
const LONGEST: usize = 300;

/// The name of a card in all cases.
#[derive(Clone, Debug)]
pub struct NameView {
    pub kind: CardKind,
    pub person: Person,
    pub name: Declined,
}

impl Directory {
    /// The name of a card in all cases, for whoever may correct it.
    pub async fn name(
        &self,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
    ) -> Result<NameView, Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach(&mut tx, actor, kind, edit_right(kind), id, today)
            .await?;
        let (person, _) = store::card(&mut tx, kind, id)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let mut names = store::declined(&mut tx, &[id]).await?;
        tx.commit().await?;
        let name = names.remove(&id).ok_or(Error::NoSuchPerson)?;
        Ok(NameView { kind, person, name })
    }

    /// Keeps the forms that people wrote. One that is what the rules say, or
    /// empty, is left to the rules.
    ///
    /// # Errors
    /// [`Error::Fields`] for a form that is no name.
    #[tracing::instrument(name = "people.save_name_forms", skip_all, fields(person.id = %id))]
    pub async fn save_name_forms(
        &self,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
        forms: NameForms,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach(&mut tx, actor, kind, edit_right(kind), id, today)
            .await?;
        store::card(&mut tx, kind, id)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let mut names = store::declined(&mut tx, &[id]).await?;
        let name = names.remove(&id).ok_or(Error::NoSuchPerson)?;
        let kept = kept(&name, &forms)?;
        store::save_name_forms(&mut tx, id, &kept).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The names of these people, ready to be declined; for orders and letters.
    pub async fn declined(
        &self,
        tx: &mut Tx,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, Declined>, Error> {
        Ok(store::declined(tx, people).await?)
    }
}

/// The forms that differ from the rules.
fn kept(name: &Declined, forms: &NameForms) -> Result<NameForms, Error> {
    let mut wrong = Vec::new();
    let mut form = |case: Case| {
        let typed = forms.of(case).split_whitespace().collect::<Vec<_>>();
        let typed = typed.join(" ");
        let is_name = typed
            .chars()
            .all(|it| it.is_alphabetic() || " -'’.".contains(it));
        if !is_name || LONGEST < typed.chars().count() {
            wrong.push(FieldError::new(case.code(), "people.no-name-form"));
        }
        if typed == name.by_rules(case) {
            String::new()
        } else {
            typed
        }
    };
    let kept = NameForms {
        genitive: form(Case::Genitive),
        dative: form(Case::Dative),
        accusative: form(Case::Accusative),
        instrumental: form(Case::Instrumental),
    };
    if wrong.is_empty() {
        Ok(kept)
    } else {
        Err(Error::Fields(wrong))
    }
}
