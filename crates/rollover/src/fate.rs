//! What becomes of each pupil, and the orders that say so.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use curriculum::Class;
use kernel::{ClassId, PersonId};
use movement::{
    Details, GraduationDocument, LeavingReason, OrderDraft, OrderKind, OrderLine, Place,
    RepeatGround,
};

use crate::{
    Error, Transition,
    class_map::{has_twelfth, next_grade},
};

/// What becomes of a pupil at the end of the year (S3:9.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    Promote,
    /// Promoted with a debt (ст. 58 ч. 8 273-ФЗ).
    Conditional,
    Repeat,
    Graduate,
    Leave,
}

impl Outcome {
    pub const ALL: [Self; 5] = [
        Self::Promote,
        Self::Conditional,
        Self::Repeat,
        Self::Graduate,
        Self::Leave,
    ];

    /// The name in the database, in forms and in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Promote => "promote",
            Self::Conditional => "conditional",
            Self::Repeat => "repeat",
            Self::Graduate => "graduate",
            Self::Leave => "leave",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Whether it leads into a class.
    pub const fn has_class(self) -> bool {
        matches!(self, Self::Promote | Self::Conditional | Self::Repeat)
    }
}

/// A pupil who does not simply go with the class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    pub outcome: Outcome,
    pub to: Option<ClassId>,
    /// Of a graduate which document, of a leaver why.
    pub kind: String,
    /// Of a graduate its number, of a leaver where to.
    pub note: String,
}

/// What becomes of one pupil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    pub pupil: PersonId,
    /// The class, or the parallel of whoever was in none.
    pub from: Place,
    pub outcome: Outcome,
    pub to: Option<Place>,
    pub kind: String,
    pub note: String,
}

/// Where classes and parallels go, and who goes otherwise.
#[derive(Clone, Copy)]
pub(crate) struct Ways<'a> {
    moves: &'a HashMap<ClassId, Option<ClassId>>,
    exceptions: &'a HashMap<PersonId, Exception>,
    has_twelfth: bool,
}

impl<'a> Ways<'a> {
    /// `old`: the classes of the year that ends.
    pub(crate) fn of(it: &'a Transition, old: &[Class]) -> Self {
        Self {
            moves: &it.moves,
            exceptions: &it.exceptions,
            has_twelfth: has_twelfth(old),
        }
    }

    /// Where the place goes by itself: into another one, or (`Some(None)`) out
    /// of the school. Nothing where that is not said: of a class on the step
    /// of classes, of a pupil without one after the last grade by name.
    #[expect(
        clippy::option_option,
        reason = "nothing said and out of the school are two answers"
    )]
    pub(crate) fn goes(&self, from: Place) -> Option<Option<Place>> {
        match from {
            Place::Class(class) => Some(self.moves.get(&class)?.map(Place::Class)),
            // Whoever waits for a class waits for it in the next parallel.
            Place::Grade(grade) => Some(Some(Place::Grade(next_grade(grade, self.has_twelfth)?))),
        }
    }
}

/// What becomes of these pupils, by their own exception or with their class.
///
/// # Errors
/// [`Error::NotMapped`] with the number of those whose class goes nowhere yet.
pub(crate) fn fates(pupils: &[(PersonId, Place)], ways: Ways<'_>) -> Result<Vec<Fate>, Error> {
    let mut lost = 0;
    let mut all = Vec::with_capacity(pupils.len());
    for &(pupil, from) in pupils {
        match (ways.exceptions.get(&pupil), ways.goes(from)) {
            (Some(it), _) => all.push(Fate {
                pupil,
                from,
                outcome: it.outcome,
                to: it.to.map(Place::Class),
                kind: it.kind.clone(),
                note: it.note.clone(),
            }),
            (None, Some(to)) => all.push(Fate {
                pupil,
                from,
                outcome: to.map_or(Outcome::Graduate, |_| Outcome::Promote),
                to,
                kind: String::new(),
                note: String::new(),
            }),
            (None, None) => lost += 1,
        }
    }
    if lost == 0 {
        Ok(all)
    } else {
        Err(Error::NotMapped(lost))
    }
}

/// The days and the basis of the orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    pub(crate) ordered_on: NaiveDate,
    pub(crate) effective_on: NaiveDate,
    pub(crate) graduated_on: NaiveDate,
    pub(crate) basis: String,
}

/// The parallel of a place, by the grades of the classes.
pub(crate) fn grade_of(grades: &HashMap<ClassId, i16>, place: Place) -> i16 {
    match place {
        Place::Class(class) => grades.get(&class).copied().unwrap_or_default(),
        Place::Grade(grade) => grade,
    }
}

/// The orders: one for each parallel that moves up, one for those who stay,
/// one for the graduates of each parallel, one for leavers.
pub(crate) fn drafts(fates: &[Fate], grade: impl Fn(Place) -> i16, days: &Days) -> Vec<OrderDraft> {
    let mut groups: BTreeMap<(u8, i16), Vec<OrderLine>> = BTreeMap::new();
    for it in fates {
        let key = match it.outcome {
            Outcome::Promote | Outcome::Conditional => (0, grade(it.from)),
            Outcome::Repeat => (1, 0),
            Outcome::Graduate => (2, grade(it.from)),
            Outcome::Leave => (3, 0),
        };
        groups.entry(key).or_default().push(line(it));
    }
    let draft = |((kind, _), lines): ((u8, i16), Vec<OrderLine>)| {
        let (kind, effective_on) = match kind {
            0 => (OrderKind::Promotion, days.effective_on),
            1 => (OrderKind::Repeat, days.effective_on),
            2 => (OrderKind::Graduation, days.graduated_on),
            _ => (OrderKind::Leaving, days.graduated_on),
        };
        OrderDraft {
            kind,
            ordered_on: days.ordered_on,
            effective_on,
            basis: days.basis.clone(),
            lines,
        }
    };
    groups.into_iter().map(draft).collect()
}

fn line(it: &Fate) -> OrderLine {
    let line = OrderLine::of(it.pupil);
    let line = match it.to {
        Some(place) => line.to(place),
        None => line,
    };
    match it.outcome {
        Outcome::Promote => line,
        Outcome::Conditional => line.with(Details {
            conditional: true,
            ..Details::default()
        }),
        Outcome::Repeat => line.with(Details {
            ground: Some(RepeatGround::Council),
            ..Details::default()
        }),
        Outcome::Graduate => line.with(Details {
            document: GraduationDocument::from_code(&it.kind),
            document_number: it.note.clone(),
            ..Details::default()
        }),
        Outcome::Leave => OrderLine::leave(
            it.pupil,
            it.note.clone(),
            LeavingReason::from_code(&it.kind).unwrap_or(LeavingReason::Other),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn days() -> Days {
        let d = |text: &str| text.parse().unwrap();
        Days {
            ordered_on: d("2027-05-31"),
            effective_on: d("2027-09-01"),
            graduated_on: d("2027-06-25"),
            basis: String::new(),
        }
    }

    fn ways<'a>(
        moves: &'a HashMap<ClassId, Option<ClassId>>,
        exceptions: &'a HashMap<PersonId, Exception>,
    ) -> Ways<'a> {
        Ways {
            moves,
            exceptions,
            has_twelfth: false,
        }
    }

    /// Classes are called by their grade here.
    fn grade(it: Place) -> i16 {
        match it {
            Place::Class(id) => i16::try_from(id.get()).unwrap(),
            Place::Grade(grade) => grade,
        }
    }

    fn exception(outcome: Outcome, to: Option<i64>) -> Exception {
        Exception {
            outcome,
            to: to.map(Into::into),
            kind: String::new(),
            note: String::new(),
        }
    }

    /// MOV-4: an exception comes before the class, and nobody is forgotten.
    #[test]
    fn pupils_go_with_their_class_save_for_exceptions() {
        let class = |id: i64| Place::Class(id.into());
        let pupils = [
            (1.into(), class(5)),
            (2.into(), class(5)),
            (3.into(), class(9)),
        ];
        let moves = [(5.into(), Some(16.into())), (9.into(), None)].into();
        let exceptions = [(2.into(), exception(Outcome::Repeat, Some(15)))].into();
        let all = fates(&pupils, ways(&moves, &exceptions)).unwrap();
        let outcomes: Vec<Outcome> = all.iter().map(|it| it.outcome).collect();
        assert_eq!(
            outcomes,
            [Outcome::Promote, Outcome::Repeat, Outcome::Graduate]
        );
        let orders = drafts(&all, grade, &days());
        let kinds: Vec<OrderKind> = orders.iter().map(|it| it.kind).collect();
        assert_eq!(
            kinds,
            [
                OrderKind::Promotion,
                OrderKind::Repeat,
                OrderKind::Graduation
            ]
        );
        assert_eq!(
            orders[1].lines[0].details.ground,
            Some(RepeatGround::Council)
        );
        assert_eq!(orders[2].effective_on, days().graduated_on);
        let lost = fates(&pupils, ways(&HashMap::new(), &exceptions));
        assert!(matches!(lost, Err(Error::NotMapped(2))));
    }

    /// MOV-4: whoever is in a parallel and in no class waits in the next one;
    /// after the last grade somebody has to say.
    #[test]
    fn pupils_without_a_class_wait_in_the_next_parallel() {
        let seventh = [(1.into(), Place::Grade(7)), (2.into(), Place::Grade(7))];
        let exceptions = [(2.into(), exception(Outcome::Promote, Some(18)))].into();
        let nowhere = HashMap::new();
        let all = fates(&seventh, ways(&nowhere, &exceptions)).unwrap();
        let to: Vec<Option<Place>> = all.iter().map(|it| it.to).collect();
        assert_eq!(to, [Some(Place::Grade(8)), Some(Place::Class(18.into()))]);
        let orders = drafts(&all, grade, &days());
        assert_eq!(orders.len(), 1, "one order of the parallel");
        assert_eq!(orders[0].lines[0].to_grade, Some(8));
        for last in [9, 11] {
            let all = [(1.into(), Place::Grade(last))];
            let lost = fates(&all, ways(&nowhere, &exceptions));
            assert!(matches!(lost, Err(Error::NotMapped(1))), "{last}");
        }
        let evening = Ways {
            has_twelfth: true,
            ..ways(&nowhere, &exceptions)
        };
        assert_eq!(evening.goes(Place::Grade(11)), Some(Some(Place::Grade(12))));
    }

    proptest! {
        /// MOV-4: every pupil is in exactly one order, whatever the exceptions.
        #[test]
        fn every_pupil_is_in_one_order(
            classes in proptest::collection::vec((0i64..12, 0usize..6), 0..120)
        ) {
            let pupils: Vec<(PersonId, Place)> = (1..)
                .zip(&classes)
                .map(|(id, it)| (PersonId::from(id), Place::Class(it.0.into())))
                .collect();
            let moves: HashMap<ClassId, Option<ClassId>> = (0i64..12)
                .map(|it| (it.into(), (it % 3 != 0).then(|| (100 + it).into())))
                .collect();
            let exceptions: HashMap<PersonId, Exception> = pupils
                .iter()
                .zip(&classes)
                .filter_map(|(pupil, it)| {
                    let outcome = *Outcome::ALL.get(it.1)?;
                    Some((pupil.0, exception(outcome, outcome.has_class().then_some(7))))
                })
                .collect();
            let all = fates(&pupils, ways(&moves, &exceptions)).unwrap();
            let orders = drafts(&all, grade, &days());
            let named: Vec<PersonId> =
                orders.iter().flat_map(|it| &it.lines).map(|it| it.pupil).collect();
            let different: HashSet<PersonId> = named.iter().copied().collect();
            prop_assert_eq!(named.len(), pupils.len());
            prop_assert_eq!(different.len(), pupils.len());
        }
    }
}
