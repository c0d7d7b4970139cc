//! One order: what it says, and what it would do.

use std::collections::{BTreeSet, HashMap, HashSet};

use db::Tx;
use kernel::{Actor, ClassId, PersonId, Right};
use people::Card;

use super::{Movement, issuing::Chains};
use crate::{
    Error, Refusal, Warning,
    order::{Effect, Facts, Order, OrderId, OrderLine, Place},
    register::Chain,
    store,
};

/// What an order says of one pupil, with the names.
#[derive(Clone, Debug)]
pub struct OrderPupil {
    pub line: OrderLine,
    pub card: Option<Card>,
    /// The name as the paper has it: «зачислить *кого*» (`ux.md` §6.3).
    pub whom: Option<String>,
    /// The class to be in, «5А»; none where it is a parallel or nothing.
    pub class: Option<String>,
    /// The class that the order takes the pupil out of.
    pub from: Option<String>,
    /// Why the order may not be issued for this pupil, while it waits.
    pub refused: Option<Refusal>,
    pub warnings: Vec<Warning>,
}

/// How many are in a class on the effective day, without the order and with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// «5А»
    pub class: String,
    pub before: i64,
    pub after: i64,
}

/// An order with everybody it names, in the order of names.
#[derive(Clone, Debug)]
pub struct OrderPage {
    pub order: Order,
    pub pupils: Vec<OrderPupil>,
    /// What becomes of the classes, while the order waits.
    pub sizes: Vec<Size>,
    /// Whether the head signs before it is in force.
    pub director_signs: bool,
    /// Whether the head put it in force.
    pub signed: bool,
    /// Whether families of those who came get their first slips with it.
    pub wants_slips: bool,
    pub prepared_by: Option<Card>,
    pub issued_by: Option<Card>,
    pub cancelled_by: Option<Card>,
}

/// The class that the order takes, or took, the pupil out of.
fn source(order: &Order, chain: Option<&Chain>) -> Option<Place> {
    let chain = chain?;
    if order.is_waiting() {
        return chain.now();
    }
    let left = chain.stays.iter().find(|it| it.ended_by == Some(order.id));
    left.map(|it| it.place)
}

/// How the sizes of classes change; before is what the register says.
fn sizes(
    moves: &[(Option<Place>, Option<Place>)],
    before: &HashMap<ClassId, i64>,
    names: &HashMap<ClassId, String>,
) -> Vec<Size> {
    let mut change: HashMap<ClassId, i64> = HashMap::new();
    for (from, to) in moves {
        if let Some(class) = from.and_then(Place::class) {
            *change.entry(class).or_default() -= 1;
        }
        if let Some(class) = to.and_then(Place::class) {
            *change.entry(class).or_default() += 1;
        }
    }
    let mut sizes: Vec<Size> = change
        .into_iter()
        .map(|(class, change)| {
            let before = before.get(&class).copied().unwrap_or_default();
            Size {
                class: names.get(&class).cloned().unwrap_or_default(),
                before,
                after: before + change,
            }
        })
        .collect();
    // «10А» stands after «9А».
    sizes.sort_by_key(|it| {
        let grade: String = it.class.chars().take_while(char::is_ascii_digit).collect();
        (grade.parse::<u8>().unwrap_or_default(), it.class.clone())
    });
    sizes
}

/// What is known of the pupils of one order.
struct Known {
    chains: Chains,
    facts: Facts,
    /// Who has marks on the effective day or later.
    later: HashSet<PersonId>,
}

impl Known {
    fn refusal(&self, order: &Order, line: &OrderLine) -> Option<Refusal> {
        let outside = Chain::default();
        let chain = self.chains.get(&line.pupil).unwrap_or(&outside);
        let event = order.event(line).ok()?;
        let step = chain.step(&event);
        let allowed = step.and_then(|_| self.facts.allow(order.kind, line, chain.now()));
        allowed.err()
    }

    fn warnings(&self, order: &Order, line: &OrderLine) -> Vec<Warning> {
        let now = self.chains.get(&line.pupil).and_then(Chain::now);
        let mut told = self.facts.warnings(order.kind, line, now);
        if self.later.contains(&line.pupil) {
            told.push(Warning::LaterMarks);
        }
        told
    }
}

impl Movement {
    /// One order with everybody it names; while it waits, with what it would do.
    pub async fn order(&self, actor: &Actor, id: OrderId) -> Result<OrderPage, Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let whole = store::whole(&mut tx, id).await?;
        let store::Whole {
            order,
            lines,
            director_signs,
            submitted,
        } = whole.ok_or(Error::NoSuchOrder)?;
        let pupils: Vec<PersonId> = lines.iter().map(|it| it.pupil).collect();
        let signers = [order.prepared_by, order.issued_by, order.cancelled_by];
        let mut ids = pupils.clone();
        ids.extend(signers.into_iter().flatten());
        let cards = self.people.cards(&mut tx, &ids).await?;
        let declined = self.people.declined(&mut tx, &pupils).await?;
        let known = self.known(&mut tx, &order, &lines).await?;
        let from = |it: &OrderLine| source(&order, known.chains.get(&it.pupil));
        let moves: Vec<_> = lines.iter().map(|it| (from(it), it.place())).collect();
        let before = self.sizes_before(&mut tx, &order, &moves).await?;
        let wants_slips = order.wants_slips(tx.now());
        tx.commit().await?;

        let classes = &known.facts.classes;
        let names: HashMap<ClassId, String> =
            classes.iter().map(|(id, it)| (*id, it.name())).collect();
        let name = |it: Option<Place>| it?.class().and_then(|it| names.get(&it).cloned());
        let by_id: HashMap<PersonId, &Card> = cards.iter().map(|it| (it.id, it)).collect();
        let place = |it: PersonId| cards.iter().position(|card| card.id == it);
        let waits = order.is_waiting();
        let mut shown: Vec<OrderPupil> = lines
            .iter()
            .map(|line| OrderPupil {
                card: by_id.get(&line.pupil).map(|it| (*it).clone()),
                whom: declined
                    .get(&line.pupil)
                    .map(|it| it.full(people::Case::Accusative)),
                class: name(line.place()),
                from: name(from(line)),
                refused: waits.then(|| known.refusal(&order, line)).flatten(),
                warnings: if waits {
                    known.warnings(&order, line)
                } else {
                    Vec::new()
                },
                line: line.clone(),
            })
            .collect();
        shown.sort_by_key(|it| place(it.line.pupil));
        let [prepared_by, issued_by, cancelled_by] =
            signers.map(|it| it.and_then(|it| by_id.get(&it).map(|it| (*it).clone())));
        Ok(OrderPage {
            sizes: if waits {
                sizes(&moves, &before, &names)
            } else {
                Vec::new()
            },
            signed: submitted && order.issued_at.is_some(),
            order,
            pupils: shown,
            director_signs,
            wants_slips,
            prepared_by,
            issued_by,
            cancelled_by,
        })
    }

    /// What an order says and nothing more, for its form.
    pub async fn order_lines(
        &self,
        actor: &Actor,
        id: OrderId,
    ) -> Result<(Order, Vec<OrderLine>), Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let whole = store::whole(&mut tx, id).await?;
        tx.commit().await?;
        let whole = whole.ok_or(Error::NoSuchOrder)?;
        Ok((whole.order, whole.lines))
    }

    async fn known(&self, tx: &mut Tx, order: &Order, lines: &[OrderLine]) -> Result<Known, Error> {
        let pupils: Vec<PersonId> = lines.iter().map(|it| it.pupil).collect();
        let chains = store::chains(tx, &pupils).await?;
        let orders = std::slice::from_ref(order);
        let by_order = HashMap::from([(order.id, lines.to_vec())]);
        let mut facts = self.facts(tx, orders, &by_order, &chains).await?;
        // What an issued order took the pupils out of is not where they are now.
        let missing: BTreeSet<ClassId> = lines
            .iter()
            .filter_map(|it| source(order, chains.get(&it.pupil))?.class())
            .filter(|it| !facts.classes.contains_key(it))
            .collect();
        if !missing.is_empty() {
            let missing = Vec::from_iter(missing);
            let found = self.curriculum.classes_by_id(tx, &missing).await?;
            facts
                .classes
                .extend(found.into_iter().map(|it| (it.id, it)));
        }
        let leaves =
            |it: &OrderLine| matches!(order.event(it), Ok(it) if it.effect == Effect::Leave);
        let going: Vec<_> = lines
            .iter()
            .filter(|it| order.is_waiting() && leaves(it))
            .map(|it| (it.pupil, order.effective_on))
            .collect();
        let later = if going.is_empty() {
            HashSet::new()
        } else {
            let later = self.marks.later(tx, &going).await;
            later.map_err(Error::Journal)?
        };
        Ok(Known {
            chains,
            facts,
            later,
        })
    }

    async fn sizes_before(
        &self,
        tx: &mut Tx,
        order: &Order,
        moves: &[(Option<Place>, Option<Place>)],
    ) -> Result<HashMap<ClassId, i64>, Error> {
        let touched = moves.iter().flat_map(|(from, to)| [*from, *to]);
        let classes: BTreeSet<ClassId> = touched.filter_map(|it| it?.class()).collect();
        if !order.is_waiting() || classes.is_empty() {
            return Ok(HashMap::new());
        }
        let classes = Vec::from_iter(classes);
        Ok(store::sizes(tx, &classes, order.effective_on).await?)
    }
}
