//! Suspected duplicates, and two cards becoming one (PPL-11).

use chrono::{Days, NaiveDate};
use db::{Tx, audit};
use kernel::{Actor, PersonId, Right};
use serde_json::{Map, Value, json};

use super::{Directory, cards::cleaned, family::as_parent, restricted::object};
use crate::{
    Card, CardKind, Error, Person, PersonFields,
    merge::{
        MergeId, Merged, Suspects, UNDO_DAYS, WayBack, chosen, details_of, may_be_one, role_name,
    },
    proposal::as_map,
    store,
};

/// One of two cards, with all that hangs on it here.
#[derive(Clone, Debug)]
pub struct MergeSide {
    pub card: Card,
    pub kinds: Vec<CardKind>,
    pub class: Option<String>,
    /// All fields of all its kinds.
    pub fields: Map<String, Value>,
    pub relatives: usize,
    pub consents: usize,
    /// Restricted values, which stay with the card that goes.
    pub restricted: usize,
    pub login: Option<String>,
}

/// Two cards side by side, before they become one.
#[derive(Clone, Debug)]
pub struct MergePreview {
    pub kept: MergeSide,
    pub gone: MergeSide,
    /// Why it cannot be done this way round; none where it can.
    pub refused: Option<&'static str>,
}

/// The register of suspected duplicates.
#[derive(Clone, Debug)]
pub struct Duplicates {
    pub suspects: Vec<Suspects>,
    /// The merges that may still be undone, and those that were.
    pub merged: Vec<Merged>,
    pub today: NaiveDate,
}

impl Directory {
    /// Pairs of cards that look like one person, and the last merges.
    pub async fn duplicates(&self, actor: &Actor) -> Result<Duplicates, Error> {
        must_merge(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let mut suspects = store::suspects(&mut tx).await?;
        suspects.retain(|it| {
            let kinds = [&it.first_kinds[..], &it.second_kinds[..]].concat();
            must_keep(actor, &kinds).is_ok()
        });
        let since = tx.now() - Days::new(UNDO_DAYS);
        let merged = store::merges(&mut tx, since).await?;
        tx.commit().await?;
        Ok(Duplicates {
            suspects,
            merged,
            today,
        })
    }

    /// Refuses who merges no cards.
    ///
    /// # Errors
    /// [`kernel::Denied`].
    pub fn must_merge(&self, actor: &Actor) -> Result<(), Error> {
        must_merge(actor)
    }

    /// Says that two cards are of two people: the pair is not shown again.
    pub async fn say_two_people(
        &self,
        actor: &Actor,
        one: PersonId,
        other: PersonId,
    ) -> Result<(), Error> {
        must_merge(actor)?;
        let mut tx = self.db.begin(actor).await?;
        two_cards(&mut tx, actor, one, other).await?;
        store::say_two_people(&mut tx, (one, other), actor.person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Both cards side by side. Whether they can become one is tried, and
    /// taken back.
    pub async fn merge_preview(
        &self,
        actor: &Actor,
        kept: PersonId,
        gone: PersonId,
    ) -> Result<MergePreview, Error> {
        must_merge(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        two_cards(&mut tx, actor, kept, gone).await?;
        let sides = MergePreview {
            kept: self.side(&mut tx, kept, today).await?,
            gone: self.side(&mut tx, gone, today).await?,
            refused: None,
        };
        let tried = self
            .merge_in(&mut tx, actor, (kept, gone), &[], today)
            .await;
        // Nothing of it is kept: the transaction ends here without a commit.
        drop(tx);
        let refused = match tried {
            Ok(_) => None,
            Err(error) => Some(refusal(error)?),
        };
        Ok(MergePreview { refused, ..sides })
    }

    async fn side(&self, tx: &mut Tx, id: PersonId, today: NaiveDate) -> Result<MergeSide, Error> {
        let (person, fields, kinds) = whole(tx, id).await?;
        let logins = self.accounts.logins(tx, &[id]).await?;
        let mut classes = self.classes.class_names(tx, &[id], today).await?;
        Ok(MergeSide {
            card: person.card(),
            kinds,
            class: classes.remove(&id),
            fields,
            relatives: store::kinships_of(tx, id).await?.len(),
            consents: store::consents_of(tx, &[id]).await?.len(),
            restricted: store::restricted_count(tx, id).await?,
            login: logins.into_iter().next().map(|it| it.login),
        })
    }

    /// Makes two cards one: `from_gone` names the fields that are taken from
    /// the card that goes. It may be undone for a week.
    ///
    /// # Errors
    /// [`Error::InUse`] where lessons, marks or orders hang on the card that
    /// goes; [`Error::LoginGoes`] where only that card has a login;
    /// [`Error::NotOnePerson`] for a pupil and a grown-up, or for relatives.
    #[tracing::instrument(name = "people.merge", skip_all, fields(person.id = %kept))]
    pub async fn merge(
        &self,
        actor: &Actor,
        kept: PersonId,
        gone: PersonId,
        from_gone: &[String],
    ) -> Result<MergeId, Error> {
        must_merge(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        two_cards(&mut tx, actor, kept, gone).await?;
        let id = self
            .merge_in(&mut tx, actor, (kept, gone), from_gone, today)
            .await?;
        let details = json!({ "merge": id, "gone": gone, "fields": from_gone });
        audit::record(&mut tx, "people.merged", &object(kept), &details).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn merge_in(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (kept, gone): (PersonId, PersonId),
        from_gone: &[String],
        today: NaiveDate,
    ) -> Result<MergeId, Error> {
        let (person, before, kinds) = whole(tx, kept).await?;
        let (_, other, other_kinds) = whole(tx, gone).await?;
        let relatives = store::kinships_of(tx, kept).await?;
        let is_relative = |it: &crate::Kinship| it.parent == gone || it.pupil == gone;
        if !may_be_one(&kinds, &other_kinds) || relatives.iter().any(is_relative) {
            return Err(Error::NotOnePerson);
        }
        self.must_keep_login(tx, kept, gone).await?;
        let mut back = WayBack {
            roles: store::role_rows(tx, gone).await?,
            before: before.clone(),
            ..WayBack::default()
        };
        // A number of a personal file is given once: the row that goes frees it first.
        let added: Vec<CardKind> = other_kinds
            .iter()
            .copied()
            .filter(|it| !kinds.contains(it))
            .collect();
        for kind in &added {
            if *kind != CardKind::Pupil
                && let Some(row) = back.roles.get(role_name(*kind))
            {
                store::put_role(tx, kept, *kind, row).await?;
                back.added.push(role_name(*kind).to_owned());
            }
        }
        if added.contains(&CardKind::Pupil) {
            return Err(Error::NotOnePerson);
        }
        store::move_ties(tx, gone, kept, &mut back).await?;
        for kind in other_kinds {
            store::drop_role(tx, gone, kind).await?;
        }
        let all = chosen(&before, &other, from_gone);
        back.version = save_all(tx, &person, &kinds, &all, today).await?;
        self.accounts.close(tx, &[gone]).await?;
        if back.added.iter().any(|it| it == "parent") {
            self.accounts
                .open(tx, &[as_parent(kept, &person.fields)])
                .await?;
        }
        store::set_merged(tx, gone, Some(kept)).await?;
        Ok(store::record_merge(tx, (kept, gone), &back, actor.person).await?)
    }

    /// Whoever can sign in must be able to after the merge.
    async fn must_keep_login(
        &self,
        tx: &mut Tx,
        kept: PersonId,
        gone: PersonId,
    ) -> Result<(), Error> {
        let logins = self.accounts.logins(tx, &[kept, gone]).await?;
        let has = |id: PersonId| logins.iter().any(|it| it.person == id);
        if has(gone) && !has(kept) {
            return Err(Error::LoginGoes);
        }
        Ok(())
    }

    /// Makes two cards of one again, within a week and as long as nobody
    /// changed the card that was kept.
    ///
    /// # Errors
    /// [`Error::TooLateToUndo`], [`Error::ChangedMeanwhile`]; [`Error::InUse`]
    /// where something hangs on a role that the card got by the merge.
    #[tracing::instrument(name = "people.undo_merge", skip_all)]
    pub async fn undo_merge(&self, actor: &Actor, id: MergeId) -> Result<PersonId, Error> {
        must_merge(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let found = store::merge_to_undo(&mut tx, id).await?;
        let store::ToUndo {
            kept,
            gone,
            at,
            is_undone,
            back,
        } = found.ok_or(Error::NoSuchPerson)?;
        if is_undone || tx.now() > at + Days::new(UNDO_DAYS) {
            return Err(Error::TooLateToUndo);
        }
        let (person, _, kinds) = whole(&mut tx, kept).await?;
        must_keep(actor, &kinds)?;
        let of_gone: Vec<CardKind> = store::kept_roles(&back).map(|it| it.0).collect();
        must_keep(actor, &of_gone)?;
        if person.version != back.version {
            return Err(Error::ChangedMeanwhile);
        }
        let own: Vec<CardKind> = kinds
            .into_iter()
            .filter(|it| !back.added.iter().any(|added| added == role_name(*it)))
            .collect();
        save_all(&mut tx, &person, &own, &back.before, today).await?;
        for (kind, row) in store::kept_roles(&back) {
            store::put_role(&mut tx, gone, kind, row).await?;
        }
        store::move_back(&mut tx, gone, &back).await?;
        for kind in CardKind::ALL {
            if back.added.iter().any(|it| it == role_name(kind)) {
                store::drop_role(&mut tx, kept, kind).await?;
            }
        }
        store::set_merged(&mut tx, gone, None).await?;
        let (other, _, other_kinds) = whole(&mut tx, gone).await?;
        if other_kinds.contains(&CardKind::Parent) {
            self.accounts
                .open(&mut tx, &[as_parent(gone, &other.fields)])
                .await?;
        }
        store::record_undo(&mut tx, id, actor.person).await?;
        let details = json!({ "merge": id, "gone": gone });
        audit::record(&mut tx, "people.merge-undone", &object(kept), &details).await?;
        tx.commit().await?;
        Ok(kept)
    }
}

/// Writes one object of fields over all kinds of a card; the version after.
async fn save_all(
    tx: &mut Tx,
    person: &Person,
    kinds: &[CardKind],
    all: &Map<String, Value>,
    today: NaiveDate,
) -> Result<i32, Error> {
    let fields: PersonFields = serde_json::from_value(Value::Object(all.clone()))
        .map_err(|_| Error::field("", "people.fields"))?;
    let mut clean = None;
    let mut details = Vec::new();
    for kind in kinds {
        let of_kind = details_of(*kind, all).ok_or(Error::field("", "people.fields"))?;
        let (person, of_kind) = cleaned(fields.clone(), of_kind, today)?;
        clean = Some(person);
        details.push(of_kind);
    }
    let clean = clean.ok_or(Error::NoSuchPerson)?;
    store::save_person(tx, person.id, person.version, &clean).await?;
    for it in &details {
        store::save_details(tx, person.id, it).await?;
    }
    Ok(person.version + 1)
}

/// A card with the fields of all its kinds.
async fn whole(
    tx: &mut Tx,
    id: PersonId,
) -> Result<(Person, Map<String, Value>, Vec<CardKind>), Error> {
    let person = store::person(tx, id).await?.ok_or(Error::NoSuchPerson)?;
    let kinds = store::kinds(tx, id).await?;
    let mut all = Map::new();
    for kind in &kinds {
        if let Some((person, details)) = store::card(tx, *kind, id).await? {
            all.extend(as_map(&person.fields, &details));
        }
    }
    Ok((person, all, kinds))
}

/// Two different cards that have a role here and are the actor's to keep.
async fn two_cards(
    tx: &mut Tx,
    actor: &Actor,
    one: PersonId,
    other: PersonId,
) -> Result<(), Error> {
    if one == other {
        return Err(Error::NotOnePerson);
    }
    for id in [one, other] {
        let kinds = store::kinds(tx, id).await?;
        if kinds.is_empty() {
            return Err(Error::NoSuchPerson);
        }
        must_keep(actor, &kinds)?;
    }
    Ok(())
}

/// What the preview says instead of failing.
fn refusal(error: Error) -> Result<&'static str, Error> {
    use kernel::Fault;
    match error {
        it @ (Error::InUse | Error::LoginGoes | Error::NotOnePerson | Error::Fields(_)) => {
            Ok(it.code())
        }
        other => Err(other),
    }
}

/// Cards are merged by who keeps those of all families.
fn must_merge(actor: &Actor) -> Result<(), Error> {
    for right in [Right::PupilEdit, Right::ParentEdit] {
        actor.may_in_org(right)?;
    }
    Ok(())
}

/// A card of somebody of the staff needs the right to change those, too.
fn must_keep(actor: &Actor, kinds: &[CardKind]) -> Result<(), Error> {
    if kinds.contains(&CardKind::Staff) {
        actor.may_in_org(Right::StaffEdit)?;
    }
    Ok(())
}
