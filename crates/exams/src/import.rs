//! «Результаты экзаменов»: results of exams that were made before, from a file.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use curriculum::{Curriculum, Names, Year};
use db::Tx;
use intake::{Check, Column, Commit, Importer, Kind, Layout, Record, RowOutcome, Rows, Wish};
use kernel::{Actor, ClassId, PersonId, Right, names::search_key};
use movement::{ClassRegister, Member};
use people::{Card, People};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Entry, Error, Exam, ExamId, ExamKind, StoredResult, Turnout,
    result::Typed,
    store::{self, NewResult},
};

/// The list «Результаты экзаменов».
pub struct ResultList {
    people: Arc<dyn People>,
    curriculum: Arc<dyn Curriculum>,
    register: Arc<dyn ClassRegister>,
}

const KINDS: &[&str] = &["vpr", "oge", "ege", "gve", "admin"];
const TURNOUTS: &[&str] = &["present", "absent", "ill", "excused", "truant", "out"];

/// A line as it was before, and the version that the import left.
#[derive(Serialize, Deserialize)]
struct Before {
    exam: ExamId,
    pupil: PersonId,
    class: ClassId,
    turnout: String,
    variant: String,
    primary: Option<i16>,
    test: Option<i16>,
    mark: Option<i16>,
    left: i32,
}

/// A row that makes sense.
struct Wanted {
    exam: ExamId,
    pupil: PersonId,
    class: ClassId,
    entry: Entry,
    known: Option<StoredResult>,
}

impl ResultList {
    pub fn new(
        people: Arc<dyn People>,
        curriculum: Arc<dyn Curriculum>,
        register: Arc<dyn ClassRegister>,
    ) -> Self {
        Self {
            people,
            curriculum,
            register,
        }
    }

    async fn plan(
        &self,
        tx: &mut Tx,
        wish: &Wish,
        rows: &mut Rows<'_>,
    ) -> Result<Vec<Option<Wanted>>, intake::Error> {
        let year = self
            .curriculum
            .year_near(tx, wish.today)
            .await
            .map_err(intake::Error::of)?;
        let year = year.ok_or(intake::Error::Unfit("intake.no-year"))?;
        if year.archived {
            return Err(intake::Error::Unfit("exams.year-archived"));
        }
        let around = self.around(tx, &year).await.map_err(intake::Error::of)?;
        let mut seen = HashSet::new();
        let mut wanted = vec![];
        for (index, record) in wish.records.iter().enumerate() {
            let it = around.read(record, index, rows);
            if let Some(it) = &it
                && !seen.insert((it.exam, it.pupil))
            {
                rows.refuse(index, "pupil", "intake.same-person");
            }
            wanted.push(it);
        }
        Ok(wanted)
    }

    async fn around(&self, tx: &mut Tx, year: &Year) -> Result<Around, Error> {
        let names = Names::load(tx, year, &*self.people).await?;
        let exams = store::exams_of(tx, year.id).await?;
        let ids: Vec<ExamId> = exams.iter().map(|it| it.id).collect();
        let stored = store::results(tx, &ids).await?;
        let classes: HashSet<ClassId> = exams
            .iter()
            .flat_map(|it| it.fields.classes.iter().copied())
            .collect();
        let classes: Vec<ClassId> = classes.into_iter().collect();
        let members = self
            .register
            .members(tx, &classes, year.starts_on, year.ends_on)
            .await?;
        let pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let cards = self.people.cards(tx, &pupils).await?;
        Ok(Around {
            names,
            year: year.clone(),
            exams,
            stored: stored
                .into_iter()
                .map(|(exam, it)| ((exam, it.pupil), it))
                .collect(),
            members,
            cards,
        })
    }
}

/// What the rows are compared with.
struct Around {
    names: Names,
    year: Year,
    exams: Vec<Exam>,
    stored: HashMap<(ExamId, PersonId), StoredResult>,
    members: Vec<Member>,
    cards: Vec<Card>,
}

impl Around {
    fn read(&self, record: &Record, index: usize, rows: &mut Rows<'_>) -> Option<Wanted> {
        let class = match self.names.class(record.text("class")) {
            Ok(it) => it.id,
            Err(code) => {
                rows.refuse(index, "class", code);
                return None;
            }
        };
        let Some(subject) = self.names.subject(record.text("subject")) else {
            rows.refuse(index, "subject", "intake.no-such-subject");
            return None;
        };
        let kind = ExamKind::from_code(record.choice("kind").unwrap_or_default())?;
        let day = record.date("date");
        let mut fitting = self.exams.iter().filter(|it| {
            let f = &it.fields;
            (f.kind, f.subject) == (kind, subject)
                && f.classes.contains(&class)
                && day.is_none_or(|day| day == f.held_on)
        });
        let exam = match (fitting.next(), fitting.next()) {
            (Some(it), None) => it,
            (None, _) => {
                rows.refuse(index, "kind", "exams.no-such-exam");
                return None;
            }
            (Some(_), Some(_)) => {
                rows.refuse(index, "date", "exams.several-exams");
                return None;
            }
        };
        let pupil = match self.pupil(record.text("pupil"), exam, class) {
            Ok(it) => it,
            Err(code) => {
                rows.refuse(index, "pupil", code);
                return None;
            }
        };
        let text = |key: &str| {
            record
                .integer(key)
                .map(|it| it.to_string())
                .unwrap_or_default()
        };
        let (primary, tested, mark) = (text("primary"), text("test"), text("mark"));
        let typed = Typed {
            turnout: record.choice("turnout").unwrap_or_default(),
            variant: record.text("variant"),
            primary: &primary,
            test: &tested,
            mark: &mark,
        };
        match Entry::read(&typed, exam) {
            Ok(entry) if entry.turnout == Turnout::Unset => {
                rows.refuse(index, "primary", "exams.nothing-said");
                None
            }
            Ok(entry) => Some(Wanted {
                exam: exam.id,
                pupil,
                class,
                entry,
                known: self.stored.get(&(exam.id, pupil)).cloned(),
            }),
            Err(fault) => {
                let (column, code) = fault.place();
                rows.refuse(index, column, format!("exams.{code}"));
                None
            }
        }
    }

    /// A pupil who was in the class on the day, by name.
    fn pupil(&self, text: &str, exam: &Exam, class: ClassId) -> Result<PersonId, &'static str> {
        let key = search_key(text);
        let on = exam
            .fields
            .held_on
            .clamp(self.year.starts_on, self.year.ends_on);
        let here = |id: PersonId| {
            let mut stays = self.members.iter();
            stays.any(|it| it.pupil == id && it.class == class && it.on(on))
        };
        let means = |it: &&Card| search_key(&it.full()) == key || search_key(&it.listed()) == key;
        let mut found = self.cards.iter().filter(means).filter(|it| here(it.id));
        match (found.next(), found.next()) {
            (Some(it), None) => Ok(it.id),
            (Some(_), Some(_)) => Err("intake.several-pupils"),
            (None, _) => Err("exams.no-pupil-in-class"),
        }
    }
}

fn outcome(it: Option<&Wanted>) -> RowOutcome {
    match it.map(|it| (it, it.known.as_ref())) {
        Some((it, Some(known))) if known.entry == it.entry => RowOutcome::Skip,
        Some((_, Some(known))) if known.entry.turnout != Turnout::Unset => RowOutcome::Update,
        _ => RowOutcome::Create,
    }
}

#[async_trait]
impl Importer for ResultList {
    fn kind(&self) -> &'static str {
        "exams"
    }

    fn right(&self) -> Right {
        Right::ExamEdit
    }

    fn layouts(&self) -> Vec<Layout> {
        vec![Layout::new(
            "intake.exams",
            vec![
                Column::new("kind", Kind::Choice(KINDS)).required(),
                Column::new("subject", Kind::Text(100)).required(),
                Column::new("class", Kind::Text(60)).required(),
                Column::new("pupil", Kind::Text(200)).required(),
                Column::new("date", Kind::Date),
                Column::new("turnout", Kind::Choice(TURNOUTS)),
                Column::new("variant", Kind::Text(20)),
                Column::new("primary", Kind::Integer),
                Column::new("test", Kind::Integer),
                Column::new("mark", Kind::Integer),
            ],
        )]
    }

    fn list_path(&self) -> &'static str {
        "/study/exams"
    }

    async fn check(
        &self,
        tx: &mut Tx,
        _actor: &Actor,
        wish: &Wish,
    ) -> Result<Check, intake::Error> {
        let mut rows = Rows::new(&wish.records);
        let plan = self.plan(tx, wish, &mut rows).await?;
        Ok(Check {
            rows: rows.finish(|index| outcome(plan[index].as_ref())),
            notes: vec![],
        })
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        wish: &Wish,
    ) -> Result<Commit, intake::Error> {
        let plan = self.plan(tx, wish, &mut Rows::new(&wish.records)).await?;
        let (mut new, mut before) = (vec![], vec![]);
        for it in plan.into_iter().flatten() {
            if it
                .known
                .as_ref()
                .is_some_and(|known| known.entry == it.entry)
            {
                continue;
            }
            let version = it.known.as_ref().map_or(0, |it| it.version) + 1;
            let old = it.known.map(|it| it.entry).unwrap_or_default();
            before.push(Before {
                exam: it.exam,
                pupil: it.pupil,
                class: it.class,
                turnout: old.turnout.code().to_owned(),
                variant: old.variant,
                primary: old.primary,
                test: old.test,
                mark: old.mark,
                left: version,
            });
            new.push(NewResult {
                exam: it.exam,
                pupil: it.pupil,
                class: it.class,
                entry: it.entry,
                version,
            });
        }
        let saved = store::save_results(tx, actor.person, &new)
            .await
            .map_err(intake::Error::of)?;
        if !saved {
            return Err(intake::Error::of(Error::ChangedMeanwhile));
        }
        Ok(Commit {
            undo: json!(before),
        })
    }

    async fn revert(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        undo: &Value,
        _reason: &str,
    ) -> Result<(), intake::Error> {
        let before: Vec<Before> = Deserialize::deserialize(undo).map_err(intake::Error::BadUndo)?;
        let back = before.into_iter().map(|it| NewResult {
            exam: it.exam,
            pupil: it.pupil,
            class: it.class,
            entry: Entry {
                turnout: Turnout::from_code(&it.turnout).unwrap_or_default(),
                variant: it.variant,
                primary: it.primary,
                test: it.test,
                mark: it.mark,
            },
            version: it.left + 1,
        });
        let back: Vec<NewResult> = back.collect();
        let saved = store::save_results(tx, actor.person, &back)
            .await
            .map_err(intake::Error::of)?;
        if saved {
            Ok(())
        } else {
            Err(intake::Error::ChangedSince)
        }
    }
}
