use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use curriculum::{Class, Study, StudyYear, Subject};
use dues::Ask;
use journal::Undone;
use kernel::{Actor, ClassId, PersonId, Right, SubjectId};
use movement::{Enrolments, OrderKind, Place, Unplaced};
use people::Card;

use super::{Overview, Rollover, is_of};
use crate::{
    Error, Outcome, Scene, State,
    fate::{Ways, fates},
};

/// One thing that the year lacks, with all places where it is done.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// The words are `rollover.item.<code>`.
    pub code: &'static str,
    pub count: u32,
    /// Whether the year cannot be closed with it; the others may be passed over.
    pub blocks: bool,
    pub spots: Vec<Spot>,
}

/// Where it is done.
#[derive(Clone, Debug)]
pub struct Spot {
    pub class: Option<String>,
    /// A parallel without a class.
    pub grade: Option<i16>,
    pub pupil: Option<String>,
    pub subject: Option<String>,
    pub order: Option<OrderKind>,
    pub count: u32,
    /// Inside the organisation.
    pub path: String,
}

/// What the first step shows.
#[derive(Clone, Debug)]
pub struct Readiness {
    pub scene: Scene,
    pub items: Vec<Item>,
}

impl Readiness {
    pub fn blocks(&self) -> bool {
        self.items.iter().any(|it| it.blocks && it.count > 0)
    }

    /// How many things were passed over when the year was closed.
    pub fn remarks(&self) -> u32 {
        let open = self.items.iter().filter(|it| !it.blocks);
        open.map(|it| it.count).sum()
    }
}

impl Rollover {
    /// The list of steps, and whether the check is done.
    pub async fn overview(&self, actor: &Actor, today: NaiveDate) -> Result<Overview, Error> {
        let readiness = self.readiness(actor, today).await?;
        let ready = readiness.items.iter().all(|it| it.count == 0);
        Ok(Overview {
            ready,
            may_close: actor.may_in_org(Right::YearClose).is_ok(),
            scene: readiness.scene,
        })
    }

    /// What the old year lacks, each with the places where it is done
    /// (§3.2.7, S3:3.3).
    pub async fn readiness(&self, actor: &Actor, today: NaiveDate) -> Result<Readiness, Error> {
        actor.may_in_org(Right::YearView)?;
        let mut tx = self.db.begin(actor).await?;
        let scene = self.scene_in(&mut tx, today).await?;
        if scene.transition.state == State::Done {
            tx.commit().await?;
            return Ok(Readiness {
                scene,
                items: vec![],
            });
        }
        let ask = Ask {
            today: scene.from.ends_on,
            from: scene.from.starts_on,
            until: scene.from.ends_on,
            known: &[],
        };
        let study = self.asked.curriculum.study(&mut tx, &ask).await?;
        let year = of_year(&study, &scene)?;
        let enrolments = self.asked.register.enrolments(&mut tx, &study).await?;
        let end = journal::year_end(&mut tx, year).await?;
        let subjects = self.asked.curriculum.subjects(&mut tx).await?;
        let waiting = enrolments.unplaced.iter().copied();
        let waiting: Vec<Unplaced> = waiting.filter(|it| is_of(it, &scene.from)).collect();
        let cards = if waiting.is_empty() {
            vec![]
        } else {
            let ids: Vec<PersonId> = waiting.iter().map(|it| it.pupil).collect();
            self.asked.people.cards(&mut tx, &ids).await?
        };
        tx.commit().await?;

        let names = Names::of(&year.classes, &subjects);
        let members = at_the_end(year, &enrolments);
        let finals = end.without_mark(year, &members);
        let unsigned = end.unsigned(year);
        let items = vec![
            names.item("finals", &finals),
            names.by_class("unsigned", &unsigned),
            Item {
                code: "corrections",
                count: end.corrections,
                spots: vec![spot("/journal/corrections", end.corrections)],
                ..Item::default()
            },
            unplaced(&waiting, &cards),
            names.outcomes(&scene, &members, &waiting),
            names.failing(&scene, &members, &end.failing),
            drafts(&scene, &enrolments),
        ];
        Ok(Readiness { scene, items })
    }
}

fn of_year<'a>(study: &'a Study, scene: &Scene) -> Result<&'a StudyYear, Error> {
    let found = study.years.iter().find(|it| it.year.id == scene.from.id);
    found.ok_or(Error::NoYear)
}

/// Who is in a class and does not leave it.
fn at_the_end(year: &StudyYear, enrolments: &Enrolments) -> HashMap<ClassId, Vec<PersonId>> {
    let mut found: HashMap<ClassId, Vec<PersonId>> = HashMap::new();
    let stay = enrolments.stays.iter().map(|it| &it.member);
    for it in stay.filter(|it| it.until.is_none()) {
        if year.classes.iter().any(|class| class.id == it.class) {
            found.entry(it.class).or_default().push(it.pupil);
        }
    }
    found
}

fn spot(path: &str, count: u32) -> Spot {
    Spot {
        class: None,
        grade: None,
        pupil: None,
        subject: None,
        order: None,
        count,
        path: path.to_owned(),
    }
}

/// Orders that wait, save for those of the transition itself.
fn drafts(scene: &Scene, enrolments: &Enrolments) -> Item {
    let own = &scene.transition.orders;
    let waiting = enrolments
        .drafts
        .iter()
        .filter(|it| !own.contains(&it.order));
    let spots: Vec<Spot> = waiting
        .map(|it| Spot {
            order: Some(it.kind),
            ..spot(&format!("/movement/orders/{}", it.order), it.pupils)
        })
        .collect();
    Item {
        code: "drafts",
        count: number(spots.len()),
        spots,
        ..Item::default()
    }
}

/// Who is in a parallel and in no class, by name: an order puts them into one.
fn unplaced(waiting: &[Unplaced], cards: &[Card]) -> Item {
    let spots = cards.iter().filter_map(|card| {
        let it = waiting.iter().find(|it| it.pupil == card.id)?;
        let path = format!("/movement/orders/new?type=transfer&pupil={}", it.pupil);
        Some(Spot {
            grade: Some(it.grade),
            pupil: Some(card.full()),
            ..spot(&path, 1)
        })
    });
    Item {
        code: "unplaced",
        count: number(waiting.len()),
        spots: spots.collect(),
        ..Item::default()
    }
}

fn number(it: usize) -> u32 {
    u32::try_from(it).unwrap_or(u32::MAX)
}

/// What classes and subjects are called.
struct Names<'a> {
    classes: &'a [Class],
    subjects: HashMap<SubjectId, &'a str>,
}

impl<'a> Names<'a> {
    fn of(classes: &'a [Class], subjects: &'a [Subject]) -> Self {
        let subjects = subjects.iter().map(|it| (it.id, it.name.as_str()));
        Self {
            classes,
            subjects: subjects.collect(),
        }
    }

    fn class(&self, id: ClassId) -> Option<String> {
        let found = self.classes.iter().find(|it| it.id == id);
        found.map(Class::name)
    }

    fn item(&self, code: &'static str, undone: &[Undone]) -> Item {
        let spots = undone.iter().map(|it| Spot {
            class: self.class(it.class),
            subject: self.subjects.get(&it.subject).map(|it| (*it).to_owned()),
            ..spot(
                &format!("/journal/{}/{}/finals", it.class, it.subject),
                it.count,
            )
        });
        Item {
            code,
            count: undone.iter().map(|it| it.count).sum(),
            spots: spots.collect(),
            ..Item::default()
        }
    }

    fn by_class(&self, code: &'static str, undone: &[Undone]) -> Item {
        let spots = undone.chunk_by(|a, b| a.class == b.class).map(|of| Spot {
            class: self.class(of[0].class),
            ..spot(
                &format!("/journal/{}/finals", of[0].class),
                of.iter().map(|it| it.count).sum(),
            )
        });
        Item {
            code,
            count: undone.iter().map(|it| it.count).sum(),
            spots: spots.collect(),
            ..Item::default()
        }
    }

    /// Pupils whose class goes nowhere yet; before the classes are entered
    /// that is no remark of the old year.
    fn outcomes(
        &self,
        scene: &Scene,
        members: &HashMap<ClassId, Vec<PersonId>>,
        waiting: &[Unplaced],
    ) -> Item {
        let moves = &scene.transition.moves;
        let lost = |it: &&Class| {
            let pupils = members.get(&it.id).into_iter().flatten();
            let lost = pupils
                .filter(|pupil| !scene.transition.exceptions.contains_key(pupil))
                .count();
            (lost > 0 && !moves.contains_key(&it.id)).then_some(lost)
        };
        let all = self.classes.iter().filter(|_| !moves.is_empty());
        let mut spots: Vec<Spot> = all
            .filter_map(|it| {
                Some(Spot {
                    class: Some(it.name()),
                    ..spot("/settings/rollover/classes", number(lost(&it)?))
                })
            })
            .collect();
        if !moves.is_empty() {
            spots.extend(self.undecided(scene, waiting));
        }
        Item {
            code: "outcomes",
            count: spots.iter().map(|it| it.count).sum(),
            blocks: true,
            spots,
        }
    }

    /// Parallels after the last grade with pupils in no class: nobody said what
    /// becomes of them.
    fn undecided(&self, scene: &Scene, waiting: &[Unplaced]) -> Vec<Spot> {
        let ways = Ways::of(&scene.transition, self.classes);
        let exceptions = &scene.transition.exceptions;
        let lost = waiting.iter().filter(|it| {
            !exceptions.contains_key(&it.pupil) && ways.goes(Place::Grade(it.grade)).is_none()
        });
        let mut counts: BTreeMap<i16, u32> = BTreeMap::new();
        for it in lost {
            *counts.entry(it.grade).or_default() += 1;
        }
        let spot = |(grade, count): (i16, u32)| Spot {
            grade: Some(grade),
            ..spot(
                &format!("/settings/rollover/exceptions?class=g{grade}"),
                count,
            )
        };
        counts.into_iter().map(spot).collect()
    }

    /// Pupils who would be promoted although a mark of the year does not
    /// pass: the orders refuse that (§3.2.4).
    fn failing(
        &self,
        scene: &Scene,
        members: &HashMap<ClassId, Vec<PersonId>>,
        failing: &HashMap<PersonId, u32>,
    ) -> Item {
        let it = &scene.transition;
        let mut spots = vec![];
        for class in self.classes {
            let there = members.get(&class.id).map_or(&[][..], Vec::as_slice);
            let place = Place::Class(class.id);
            let pupils: Vec<(PersonId, Place)> = there.iter().map(|it| (*it, place)).collect();
            let goes_on = fates(&pupils, Ways::of(it, self.classes)).unwrap_or_default();
            let bad = goes_on
                .iter()
                .filter(|it| it.outcome == Outcome::Promote && failing.contains_key(&it.pupil))
                .count();
            if bad > 0 {
                spots.push(Spot {
                    class: Some(class.name()),
                    ..spot(
                        &format!("/settings/rollover/exceptions?class={}", class.id),
                        number(bad),
                    )
                });
            }
        }
        Item {
            code: "failing",
            count: spots.iter().map(|it| it.count).sum(),
            blocks: true,
            spots,
        }
    }
}
