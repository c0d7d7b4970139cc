//! What follows for transfers when orders come into force and go out of it.
//! Called inside the transaction that does that.

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

use chrono::{Datelike, NaiveDate};
use curriculum::{Curriculum, Frame};
use db::Tx;
use identity::{Accounts, NewMember};
use kernel::{ClassId, Grant, OrgId, PersonId, Role, Scope};
use org::{Organisation, Organisations};
use people::{Families, FamilyBook, FamilyFile, People};

use super::{
    CurrentMarks, Extract, FormerStay, Side, Step, TransferId, TransferMoved, TransferState,
    due_on, tell,
};
use crate::{
    Error, Member, PupilMarks, WorkCalendar,
    order::{Order, OrderId, OrderKind, OrderLine},
    store::{self, Offer, OwnSide},
};

type Lines = HashMap<OrderId, Vec<OrderLine>>;

/// Whom the hooks ask.
pub(crate) struct Around<'a> {
    pub(crate) people: &'a dyn People,
    pub(crate) accounts: &'a dyn Accounts,
    pub(crate) curriculum: &'a dyn Curriculum,
    pub(crate) orgs: &'a dyn Organisations,
    pub(crate) marks: &'a dyn PupilMarks,
    pub(crate) calendar: &'a dyn WorkCalendar,
}

/// Whom an order of leaving lets go to a school of the region.
struct Leaver<'a> {
    order: &'a Order,
    pupil: PersonId,
    to: OrgId,
}

fn leavers<'a>(orders: &'a [Order], lines: &Lines) -> Vec<Leaver<'a>> {
    let leaving = orders.iter().filter(|it| it.kind == OrderKind::Leaving);
    let of = |order: &'a Order| {
        let lines = lines.get(&order.id).map_or(&[][..], Vec::as_slice);
        lines
            .iter()
            .filter_map(|it| {
                Some(Leaver {
                    order,
                    pupil: it.pupil,
                    to: it.details.to_school?,
                })
            })
            .collect::<Vec<_>>()
    };
    leaving.flat_map(of).collect()
}

fn of_kind(orders: &[Order], kind: OrderKind) -> Vec<OrderId> {
    let those = orders.iter().filter(|it| it.kind == kind);
    those.map(|it| it.id).collect()
}

impl Around<'_> {
    /// Orders came into force: leavers are offered, those who came are enrolled.
    pub(crate) async fn issued(
        &self,
        tx: &mut Tx,
        orders: &[Order],
        lines: &Lines,
    ) -> Result<(), Error> {
        let leaving = of_kind(orders, OrderKind::Leaving);
        if !leaving.is_empty() {
            let sides = store::departures(tx, &leaving).await?;
            self.offer_all(tx, &leavers(orders, lines), sides).await?;
        }
        let enrolling = of_kind(orders, OrderKind::Enrolment);
        if !enrolling.is_empty() {
            let sides = store::arrivals(tx, &enrolling).await?;
            if !sides.is_empty() {
                self.enrol_all(tx, orders, lines, sides).await?;
            }
        }
        Ok(())
    }

    async fn offer_all(
        &self,
        tx: &mut Tx,
        leavers: &[Leaver<'_>],
        sides: Vec<OwnSide>,
    ) -> Result<(), Error> {
        let states = locked(tx, &sides).await?;
        let is_of = |side: &OwnSide, it: &Leaver<'_>| {
            it.order.id == side.order && it.pupil == side.pupil && it.to == side.other
        };
        let (answers, stale): (Vec<OwnSide>, Vec<OwnSide>) = sides.into_iter().partition(|side| {
            states.get(&side.transfer) == Some(&TransferState::Preparing)
                && leavers.iter().any(|it| is_of(side, it))
        });
        // The order names the pupil or the school no more, or the request was taken back.
        drop_sides(tx, &stale, &states, Step::DropDraft).await?;
        if leavers.is_empty() {
            return Ok(());
        }
        for (leaver, offer) in self.offers(tx, leavers).await? {
            let asked = answers.iter().find(|side| is_of(side, leaver));
            let transfer = match asked {
                Some(it) => {
                    store::offer_asked(tx, it.transfer, &offer).await?;
                    it.transfer
                }
                None => store::offer_anew(tx, &offer).await?,
            };
            let told = TransferMoved {
                transfer,
                tell: offer.to,
                state: TransferState::Offered,
            };
            tell(tx, &told).await?;
        }
        Ok(())
    }

    /// What is handed over of each, read set-wise.
    async fn offers<'a>(
        &self,
        tx: &mut Tx,
        leavers: &'a [Leaver<'a>],
    ) -> Result<Vec<(&'a Leaver<'a>, Offer)>, Error> {
        let own = self.orgs.own(tx).await?;
        let today = own.day(tx.now());
        let pupils: Vec<PersonId> = leavers.iter().map(|it| it.pupil).collect();
        let stays = store::stays(tx, &pupils).await?;
        let mut classes: Vec<ClassId> = stays.iter().map(|it| it.class).collect();
        classes.sort_unstable();
        classes.dedup();
        let frames = self.curriculum.frames(tx, &classes).await?;
        let mut families = FamilyBook.files(tx, &pupils, today).await?;
        let mut marks = self.marks_of(tx, leavers, &stays).await?;
        // Orders name few schools.
        let mut due = HashMap::new();
        for it in leavers {
            if let Entry::Vacant(place) = due.entry(it.to) {
                place.insert(due_on(self.calendar, tx, it.to, today).await?);
            }
        }
        let mut offers = Vec::with_capacity(leavers.len());
        for it in leavers {
            let family = families.remove(&it.pupil).ok_or(Error::NoSuchPupil)?;
            let marks = marks.remove(&it.pupil).unwrap_or_default();
            let stays: Vec<&Member> = stays.iter().filter(|stay| stay.pupil == it.pupil).collect();
            let extract = extract(&own, it.order, family, &stays, &frames, marks);
            let offer = Offer {
                pupil: it.pupil,
                order: it.order.id,
                to: it.to,
                due_on: due.get(&it.to).copied().unwrap_or(today),
                extract,
            };
            offers.push((it, offer));
        }
        Ok(offers)
    }

    /// Marks up to the day on which each leaves; orders are few.
    async fn marks_of(
        &self,
        tx: &mut Tx,
        leavers: &[Leaver<'_>],
        stays: &[Member],
    ) -> Result<HashMap<PersonId, CurrentMarks>, Error> {
        let days: BTreeSet<NaiveDate> = leavers.iter().map(|it| it.order.effective_on).collect();
        let mut marks = HashMap::new();
        for day in days {
            let of_day = leavers.iter().filter(|it| it.order.effective_on == day);
            let last = |pupil: PersonId| {
                let all = stays.iter().filter(|it| it.pupil == pupil);
                all.max_by_key(|it| it.since).map(|it| (pupil, it.class))
            };
            let asked: Vec<_> = of_day.filter_map(|it| last(it.pupil)).collect();
            let found = self.marks.current(tx, &asked, day).await;
            marks.extend(found.map_err(Error::Journal)?);
        }
        Ok(marks)
    }

    async fn enrol_all(
        &self,
        tx: &mut Tx,
        orders: &[Order],
        lines: &Lines,
        sides: Vec<OwnSide>,
    ) -> Result<(), Error> {
        let states = locked(tx, &sides).await?;
        let is_named = |it: &OwnSide| {
            let lines = lines.get(&it.order);
            lines.is_some_and(|all| all.iter().any(|line| line.pupil == it.pupil))
        };
        let (come, stale): (Vec<OwnSide>, Vec<OwnSide>) = sides.into_iter().partition(is_named);
        drop_sides(tx, &stale, &states, Step::GiveBack).await?;
        let mut enrolled = Vec::new();
        for it in &come {
            // Taken back meanwhile: the pupil stays where they are.
            step(&states, it.transfer, Side::Accepting, Step::Enrol)?;
            let order = orders.iter().find(|order| order.id == it.order);
            let order = order.ok_or(Error::NoSuchOrder)?;
            let number = order.number.clone().unwrap_or_default();
            enrolled.push((it.transfer, order.effective_on, number, order.ordered_on));
        }
        if enrolled.is_empty() {
            return Ok(());
        }
        store::enrol_arrivals(tx, &enrolled).await?;
        self.open_parents(tx, &come).await?;
        tell_all(tx, &come, TransferState::Enrolled).await
    }

    /// Parents who came with the pupils have accounts here from now on.
    async fn open_parents(&self, tx: &mut Tx, come: &[OwnSide]) -> Result<(), Error> {
        let own = self.orgs.own(tx).await?;
        let today = own.day(tx.now());
        let pupils: Vec<PersonId> = come.iter().map(|it| it.pupil).collect();
        let kin = self.people.parents_of(tx, &pupils, today).await?;
        let parents: HashSet<PersonId> = kin.into_iter().map(|it| it.parent).collect();
        let parents: Vec<PersonId> = parents.into_iter().collect();
        let cards = self.people.cards(tx, &parents).await?;
        let members: Vec<NewMember> = cards
            .into_iter()
            .map(|it| NewMember {
                person: it.id,
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                grants: vec![Grant {
                    role: Role::Parent,
                    scope: Scope::Org,
                }],
            })
            .collect();
        if !members.is_empty() {
            self.accounts.open(tx, &members).await?;
        }
        Ok(())
    }
}

/// Orders go out of force: offers are taken back, those who came are offered again.
pub(crate) async fn cancelled(tx: &mut Tx, orders: &[Order], reason: &str) -> Result<(), Error> {
    let leaving = of_kind(orders, OrderKind::Leaving);
    if !leaving.is_empty() {
        let sides = store::departures(tx, &leaving).await?;
        let states = locked(tx, &sides).await?;
        if states.values().any(|it| *it == TransferState::Enrolled) {
            return Err(Error::EnrolledElsewhere);
        }
        let open = |it: &OwnSide| states.get(&it.transfer).is_some_and(|it| it.is_open());
        let open: Vec<OwnSide> = sides.into_iter().filter(open).collect();
        move_all(tx, &open, TransferState::Withdrawn, reason).await?;
    }
    let enrolling = of_kind(orders, OrderKind::Enrolment);
    if !enrolling.is_empty() {
        let sides = store::arrivals(tx, &enrolling).await?;
        let states = locked(tx, &sides).await?;
        drop_sides(tx, &sides, &states, Step::GiveBack).await?;
    }
    Ok(())
}

/// Drafts are thrown away: requests wait again, offers stand again.
pub(crate) async fn discarded(tx: &mut Tx, orders: &[OrderId]) -> Result<(), Error> {
    let sides = store::departures(tx, orders).await?;
    let states = locked(tx, &sides).await?;
    drop_sides(tx, &sides, &states, Step::DropDraft).await?;
    let sides = store::arrivals(tx, orders).await?;
    let states = locked(tx, &sides).await?;
    drop_sides(tx, &sides, &states, Step::GiveBack).await
}

async fn locked(
    tx: &mut Tx,
    sides: &[OwnSide],
) -> Result<HashMap<TransferId, TransferState>, Error> {
    let ids: Vec<TransferId> = sides.iter().map(|it| it.transfer).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(store::lock_transfers(tx, &ids).await?)
}

fn step(
    states: &HashMap<TransferId, TransferState>,
    transfer: TransferId,
    side: Side,
    step: Step,
) -> Result<TransferState, Error> {
    let state = states.get(&transfer).ok_or(Error::NoSuchTransfer)?;
    state.step(side, step)
}

/// The own sides go with their orders; transfers that may take the step take it.
async fn drop_sides(
    tx: &mut Tx,
    sides: &[OwnSide],
    states: &HashMap<TransferId, TransferState>,
    back: Step,
) -> Result<(), Error> {
    if sides.is_empty() {
        return Ok(());
    }
    let side = match back {
        Step::GiveBack => Side::Accepting,
        _ => Side::Leaving,
    };
    let may = |it: &&OwnSide| step(states, it.transfer, side, back).is_ok();
    let going: Vec<OwnSide> = sides.iter().filter(may).copied().collect();
    let all: Vec<TransferId> = sides.iter().map(|it| it.transfer).collect();
    store::forget_sides(tx, &all).await?;
    let to = match side {
        Side::Accepting => TransferState::Offered,
        Side::Leaving => TransferState::Asked,
    };
    move_all(tx, &going, to, "").await
}

async fn move_all(
    tx: &mut Tx,
    sides: &[OwnSide],
    to: TransferState,
    reason: &str,
) -> Result<(), Error> {
    if sides.is_empty() {
        return Ok(());
    }
    let ids: Vec<TransferId> = sides.iter().map(|it| it.transfer).collect();
    store::move_transfers(tx, &ids, to, reason).await?;
    tell_all(tx, sides, to).await
}

async fn tell_all(tx: &mut Tx, sides: &[OwnSide], state: TransferState) -> Result<(), Error> {
    for it in sides {
        let told = TransferMoved {
            transfer: it.transfer,
            tell: it.other,
            state,
        };
        tell(tx, &told).await?;
    }
    Ok(())
}

/// The extract of one pupil.
fn extract(
    own: &Organisation,
    order: &Order,
    family: FamilyFile,
    stays: &[&Member],
    frames: &HashMap<ClassId, Frame>,
    marks: CurrentMarks,
) -> Extract {
    let mut stays = stays.to_vec();
    stays.sort_by_key(|it| it.since);
    let last = stays.last().and_then(|it| frames.get(&it.class));
    // The stay that ends goes back as long as one followed another day by day.
    let mut since = None;
    let mut next = Some(order.effective_on);
    for it in stays.iter().rev() {
        if it.until.and_then(|it| it.succ_opt()) != next {
            break;
        }
        (since, next) = (Some(it.since), Some(it.since));
    }
    let stay = |it: &&Member| {
        let frame = frames.get(&it.class)?;
        let (from, to) = (frame.year.starts_on.year(), frame.year.ends_on.year());
        Some(FormerStay {
            year: format!("{from}/{to}"),
            class: frame.class.name(),
            since: it.since,
            until: it.until,
        })
    };
    Extract {
        school: own.full_name.clone(),
        school_name: own.name.clone(),
        class: last.map(|it| it.class.name()).unwrap_or_default(),
        grade: last.map(|it| it.class.grade).unwrap_or_default(),
        since,
        order_number: order.number.clone().unwrap_or_default(),
        ordered_on: order.ordered_on,
        leaves_on: order.effective_on,
        stays: stays.iter().rev().filter_map(stay).collect(),
        family,
        marks,
    }
}
