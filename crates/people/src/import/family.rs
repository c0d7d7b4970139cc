//! Who the rows of a list of parents are about.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use db::Tx;
use intake::{Record, Rows};
use kernel::{
    PersonId,
    checked::Phone,
    names::{ClassName, search_key},
};

use super::{CardLists, Known, ListedCard, parents::Place, staff::full_name};
use crate::{Card, CardKind, ClassNames, ConsentKind, Error, store};

/// «5-а» is the class «5А»; a group of a kindergarten goes by its whole name (JRN-10).
fn is_same_class(own: &str, said: &str) -> bool {
    match (own.parse::<ClassName>(), said.parse::<ClassName>()) {
        (Ok(own), Ok(said)) => own == said,
        _ => search_key(own) == search_key(said),
    }
}

/// What the rows are compared with.
pub(super) struct Around {
    pupils: Known,
    classes: HashMap<PersonId, String>,
    parents: Known,
    phones: HashMap<PersonId, String>,
    staff: Known,
    pub(super) ties: HashSet<(PersonId, PersonId)>,
}

impl Around {
    pub(super) async fn load(
        tx: &mut Tx,
        cards: &dyn CardLists,
        classes: &dyn ClassNames,
        today: NaiveDate,
    ) -> Result<Self, Error> {
        let pupils = cards.known(tx, CardKind::Pupil).await?;
        let ids: Vec<PersonId> = pupils.iter().map(|it| it.1.id).collect();
        let parents = store::parents(tx, None).await?;
        Ok(Self {
            classes: classes.class_names(tx, &ids, today).await?,
            pupils: Known::of(pupils),
            phones: parents
                .iter()
                .map(|it| (it.0.id, it.0.fields.mobile.clone()))
                .collect(),
            parents: Known::of(cards.known(tx, CardKind::Parent).await?),
            staff: Known::of(cards.known(tx, CardKind::Staff).await?),
            ties: store::ties(tx).await?.into_iter().collect(),
        })
    }

    /// The child of a row, by name and by birth date or class as far as the row says them.
    pub(super) fn child(
        &self,
        record: &Record,
        index: usize,
        rows: &mut Rows<'_>,
    ) -> Option<PersonId> {
        let born_on = record.date("pupil_born_on");
        let class = record.text("pupil_class");
        let is_known = class.parse::<ClassName>().is_ok()
            || self.classes.values().any(|it| is_same_class(it, class));
        if !class.is_empty() && !is_known {
            rows.refuse(index, "pupil_class", "intake.not-a-class");
            return None;
        }
        let in_class = |it: &Card| {
            let own = self.classes.get(&it.id);
            class.is_empty() || own.is_some_and(|own| is_same_class(own, class))
        };
        let born = |it: &Card| born_on.is_none_or(|day| it.born_on == Some(day));
        let named = self.pupils.named(record.text("pupil_name"));
        let found: Vec<&Card> = named.iter().filter(|it| born(it) && in_class(it)).collect();
        match (found.as_slice(), named) {
            ([one], _) => return Some(one.id),
            ([], []) => rows.refuse(index, "pupil_name", "intake.no-such-pupil"),
            ([], _) if !class.is_empty() && named.iter().any(born) => {
                rows.refuse(index, "pupil_class", "intake.pupil-in-other-class");
            }
            ([], _) => rows.refuse(index, "pupil_born_on", "intake.pupil-born-otherwise"),
            _ => rows.refuse(index, "pupil_name", "intake.several-pupils"),
        }
        None
    }

    /// Whoever of the parents is meant: the same name, and the same birth
    /// date, telephone or child.
    fn parent(&self, card: &ListedCard, mobile: &str, child: Option<PersonId>) -> Option<PersonId> {
        let named = self.parents.named(&full_name(card));
        let born = card.fields.born_on;
        let contradicts = |it: &&Card| born.is_some() && it.born_on.is_some() && born != it.born_on;
        let is_sure = |it: &&Card| {
            born.is_some() && it.born_on == born
                || !mobile.is_empty() && self.phones.get(&it.id).is_some_and(|it| it == mobile)
                || child.is_some_and(|child| self.ties.contains(&(it.id, child)))
        };
        named
            .iter()
            .filter(|it| !contradicts(it))
            .find(is_sure)
            .map(|it| it.id)
    }

    /// A member of the staff of the same name and birth date.
    fn colleague(&self, card: &ListedCard) -> Option<PersonId> {
        let born = card.fields.born_on?;
        let named = self.staff.named(&full_name(card));
        named
            .iter()
            .find(|it| it.born_on == Some(born))
            .map(|it| it.id)
    }

    /// The children for whom a consent to processing is in force.
    pub(super) async fn consented(
        &self,
        tx: &mut Tx,
        children: &[Option<PersonId>],
    ) -> Result<HashSet<PersonId>, Error> {
        let children: Vec<PersonId> = children.iter().flatten().copied().collect();
        let consents = store::consents_of(tx, &children).await?;
        let in_force = consents
            .into_iter()
            .filter(|it| it.kind == ConsentKind::Processing && it.withdrawn_on.is_none());
        Ok(in_force.map(|it| it.subject).collect())
    }
}

/// The parents of a list, each once.
#[derive(Default)]
pub(super) struct People {
    pub(super) cards: Vec<ListedCard>,
    pub(super) staff: HashMap<usize, PersonId>,
    by_sign: HashMap<(String, String), Place>,
}

impl People {
    /// Where the parent of the row stands; a new place for one not seen yet.
    pub(super) fn place(
        &mut self,
        mut card: ListedCard,
        child: Option<PersonId>,
        around: &Around,
    ) -> Place {
        let mobile = Phone::parse(&card.fields.mobile).map(|it| it.compact());
        let mobile = mobile.unwrap_or_default();
        let key = search_key(&full_name(&card));
        card.person = around.parent(&card, &mobile, child);
        let born = card
            .fields
            .born_on
            .map(|it| it.to_string())
            .unwrap_or_default();
        let signs = [
            (!mobile.is_empty()).then_some(format!("t{mobile}")),
            (!born.is_empty()).then_some(format!("b{born}")),
            card.person.map(|it| format!("p{it}")),
            child.map(|it| format!("c{it}")),
        ];
        let signs: Vec<(String, String)> = signs
            .into_iter()
            .flatten()
            .map(|it| (key.clone(), it))
            .collect();
        let known = signs.iter().find_map(|it| self.by_sign.get(it).copied());
        let place = known.unwrap_or_else(|| self.add(card, around));
        for sign in signs {
            self.by_sign.insert(sign, place);
        }
        place
    }

    fn add(&mut self, card: ListedCard, around: &Around) -> Place {
        let place = Place(self.cards.len());
        if card.person.is_none()
            && let Some(colleague) = around.colleague(&card)
        {
            self.staff.insert(place.0, colleague);
        }
        self.cards.push(card);
        place
    }
}
