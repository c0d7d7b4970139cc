use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, ClassCard, ClassFields, LoadOf, NewGroup, NewLoad, Year};
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Right, names::ClassName};
use people::Card;

use super::Rollover;
use crate::{
    Error, Scene,
    class_map::{formed_anew, proposed},
    load::{Coming, ThisYear, Wanted},
    store,
    transition::TransitionId,
};

/// A class of the old year and where it goes, as entered or as proposed.
#[derive(Clone, Debug)]
pub struct ClassLine {
    pub from: Class,
    /// «6А»; empty: out of the school.
    pub to: String,
    pub teacher: Option<PersonId>,
}

/// What the step shows.
#[derive(Clone, Debug)]
pub struct ClassesStep {
    pub scene: Scene,
    pub lines: Vec<ClassLine>,
    /// Classes that no class goes into: 1А, 10А, and those to split into.
    pub anew: Vec<String>,
    /// Those who work here, by name.
    pub staff: Vec<Card>,
    /// Whether the classes are entered.
    pub stands: bool,
}

/// Where a class shall go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassWish {
    pub from: ClassId,
    /// Empty: out of the school.
    pub to: String,
    pub teacher: Option<PersonId>,
}

/// The key of a class within its year.
type Name = (i16, String);

fn name_of(it: &Class) -> Name {
    (it.grade, it.letter.clone())
}

/// The class that a text names; `from` is the grade that goes there.
fn parsed(text: &str, from: Option<i16>) -> Result<Name, Error> {
    let wrong = || Error::BadClassName(text.to_owned());
    if from == Some(0) {
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        return Ok((0, name));
    }
    let name: ClassName = text.parse().map_err(|_| wrong())?;
    let grade = i16::from(name.grade());
    if from.is_some_and(|it| it + 1 != grade) {
        return Err(wrong());
    }
    Ok((grade, name.letter().to_owned()))
}

impl Rollover {
    /// The table 5А → 6А.
    pub async fn classes_step(
        &self,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<ClassesStep, Error> {
        actor.may_in_org(Right::YearView)?;
        let mut tx = self.db.begin(actor).await?;
        let scene = self.scene_in(&mut tx, today).await?;
        let old = self.records.class_cards(&mut tx, scene.from.id).await?;
        let new = match &scene.to {
            Some(it) => self.records.class_cards(&mut tx, it.id).await?,
            None => vec![],
        };
        let staff = self.asked.people.staff(&mut tx).await?;
        tx.commit().await?;
        let moves = &scene.transition.moves;
        let stands = !moves.is_empty();
        let by_id: HashMap<ClassId, &ClassCard> = new.iter().map(|it| (it.class.id, it)).collect();
        let mut proposals: HashMap<ClassId, _> =
            proposed(&old).into_iter().map(|it| (it.from, it)).collect();
        let line = |it: &ClassCard| {
            let proposal = proposals.remove(&it.class.id);
            let known = moves.get(&it.class.id).copied();
            let to = known.flatten().and_then(|it| by_id.get(&it));
            ClassLine {
                from: it.class.clone(),
                to: match (known, to) {
                    (Some(_), Some(to)) => to.class.name(),
                    (Some(None), _) => String::new(),
                    _ => proposal
                        .as_ref()
                        .and_then(|it| it.to.clone())
                        .unwrap_or_default(),
                },
                teacher: match to {
                    Some(to) => to.class.teacher,
                    None => proposal.and_then(|it| it.teacher),
                },
            }
        };
        let lines: Vec<ClassLine> = old.iter().map(line).collect();
        let targets: HashSet<ClassId> = moves.values().copied().flatten().collect();
        let anew = if stands {
            let alone = new.iter().filter(|it| !targets.contains(&it.class.id));
            alone.map(|it| it.class.name()).collect()
        } else {
            formed_anew(&old)
        };
        Ok(ClassesStep {
            scene,
            lines,
            anew,
            staff,
            stands,
        })
    }

    /// Makes the classes of the coming year these, with groups, load and КТП
    /// where they have none yet. Classes that nobody wants any more go.
    #[tracing::instrument(name = "rollover.prepare_classes", skip_all)]
    pub async fn prepare_classes(
        &self,
        actor: &Actor,
        today: NaiveDate,
        wishes: &[ClassWish],
        anew: &[String],
    ) -> Result<(), Error> {
        actor.may_in_org(Right::YearClose)?;
        let mut tx = self.db.begin(actor).await?;
        let (id, scene) = self.open_scene(&mut tx, today).await?;
        let to = scene.to.clone().ok_or(Error::NoNextYear)?;
        let old = self.records.class_cards(&mut tx, scene.from.id).await?;
        let wanted = Wishes::read(&old, wishes, anew)?;
        self.drop_drafts(&mut tx, actor, id, &scene.transition)
            .await?;
        let ids = self.put_classes(&mut tx, id, &to, &old, &wanted).await?;
        let moves: Vec<(ClassId, Option<ClassId>)> = wanted
            .moves
            .iter()
            .map(|(from, to)| (*from, to.as_ref().and_then(|it| ids.get(it).copied())))
            .collect();
        store::set_moves(&mut tx, id, &moves).await?;
        self.copy_load(&mut tx, &scene.from, &to, &moves).await?;
        self.records
            .copy_plans(&mut tx, scene.from.id, to.id)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn put_classes(
        &self,
        tx: &mut Tx,
        id: TransitionId,
        to: &Year,
        old: &[ClassCard],
        wanted: &Wishes,
    ) -> Result<HashMap<Name, ClassId>, Error> {
        let there = self.records.class_cards(tx, to.id).await?;
        let unwanted = there
            .iter()
            .filter(|it| !wanted.teachers.contains_key(&name_of(&it.class)));
        let unwanted: Vec<ClassId> = unwanted.map(|it| it.class.id).collect();
        if !unwanted.is_empty() {
            store::forget_classes(tx, id, &unwanted).await?;
            self.records.drop_classes(tx, &unwanted).await?;
        }
        let mut ids: HashMap<Name, ClassId> = there
            .iter()
            .filter(|it| !unwanted.contains(&it.class.id))
            .map(|it| (name_of(&it.class), it.class.id))
            .collect();
        let mut names: Vec<&Name> = wanted
            .teachers
            .keys()
            .filter(|it| !ids.contains_key(*it))
            .collect();
        names.sort();
        let fields = names.iter().map(|it| wanted.fields(old, it)).collect();
        let created = self.records.add_classes(tx, to.id, fields).await?;
        ids.extend(names.into_iter().cloned().zip(created));
        // Of the classes formed anew nobody said who leads them.
        let teachers: Vec<(ClassId, Option<PersonId>)> = wanted
            .teachers
            .iter()
            .filter_map(|(name, teacher)| match teacher {
                Leader::Said(it) => Some((*ids.get(name)?, *it)),
                Leader::Unsaid => None,
            })
            .collect();
        self.records.set_class_teachers(tx, &teachers).await?;
        Ok(ids)
    }

    /// Groups and load of the coming classes that have no load yet.
    async fn copy_load(
        &self,
        tx: &mut Tx,
        from: &Year,
        to: &Year,
        moves: &[(ClassId, Option<ClassId>)],
    ) -> Result<(), Error> {
        let curriculum = &self.asked.curriculum;
        let classes = curriculum.classes(tx, from.id).await?;
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        let loads = curriculum.load(tx, from.id, LoadOf::School).await?;
        let groups = curriculum.groups(tx, &ids).await?;
        let staff = self.staff(tx).await?;
        let this = ThisYear {
            classes: &classes,
            loads: &loads,
            groups: &groups,
            staff: &staff,
        };
        let there = curriculum.load(tx, to.id, LoadOf::School).await?;
        let taught: HashSet<ClassId> = there.iter().map(|it| it.class).collect();
        let coming = curriculum.classes(tx, to.id).await?;
        let mut wanted: Vec<Wanted> = vec![];
        for class in coming.iter().filter(|it| !taught.contains(&it.id)) {
            let before = moves.iter().find(|it| it.1 == Some(class.id));
            wanted.extend(this.next(&Coming {
                class,
                from: before.map(|it| it.0),
            }));
        }
        let named: Vec<NewGroup> = wanted.iter().filter_map(|it| it.group.clone()).collect();
        let groups = self.records.ensure_groups(tx, &named).await?.ids;
        let mut groups = groups.into_iter();
        let rows = wanted.into_iter().map(|it| NewLoad {
            group: it.group.and_then(|_| groups.next()),
            ..it.load
        });
        let rows: Vec<NewLoad> = rows.collect();
        self.records.ensure_loads(tx, to.id, &rows).await?;
        Ok(())
    }
}

/// Who leads a class of the coming year.
#[derive(Default)]
enum Leader {
    /// Nobody spoke of it: it stays as it is.
    #[default]
    Unsaid,
    Said(Option<PersonId>),
}

/// The wishes, read and checked.
struct Wishes {
    moves: Vec<(ClassId, Option<Name>)>,
    /// Every class of the coming year, with who leads it where that is said.
    teachers: HashMap<Name, Leader>,
}

impl Wishes {
    fn read(old: &[ClassCard], wishes: &[ClassWish], anew: &[String]) -> Result<Self, Error> {
        let mut it = Self {
            moves: vec![],
            teachers: HashMap::new(),
        };
        for card in old {
            let wish = wishes.iter().find(|it| it.from == card.class.id);
            let wish = wish.filter(|it| !it.to.is_empty());
            let Some(wish) = wish else {
                it.moves.push((card.class.id, None));
                continue;
            };
            let name = parsed(&wish.to, Some(card.class.grade))?;
            let teacher = it.teachers.entry(name.clone()).or_default();
            // Of classes that become one the first teacher named leads it.
            if !matches!(teacher, Leader::Said(Some(_))) {
                *teacher = Leader::Said(wish.teacher);
            }
            it.moves.push((card.class.id, Some(name)));
        }
        for text in anew {
            it.teachers.entry(parsed(text, None)?).or_default();
        }
        Ok(it)
    }

    /// A class that is not there yet: shift, room and profile of the class
    /// that becomes it, or of the class of that name this year.
    fn fields(&self, old: &[ClassCard], name: &Name) -> ClassFields {
        let before = self.moves.iter().find(|it| it.1.as_ref() == Some(name));
        let card = old.iter().find(|it| match before {
            Some((from, _)) => it.class.id == *from,
            None => name_of(&it.class) == *name,
        });
        ClassFields {
            grade: name.0,
            letter: name.1.clone(),
            shift: card.map_or(1, |it| it.class.shift),
            teacher: None,
            room: card.and_then(|it| it.class.room),
            profile: card.map(|it| it.profile.clone()).unwrap_or_default(),
        }
    }
}
