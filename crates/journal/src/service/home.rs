use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate, NaiveTime};
use curriculum::{Class, LoadOf};
use kernel::{Actor, ClassId, GroupId, LessonId, PersonId, Reach, Right, Role, SubjectId};
use people::Card;
use schedule::Lesson;

use super::{Journal, Moment, NoticeLine, attendance::name, control::last_school_day};
use crate::{
    BellBlock, Error,
    absence::Notice,
    control::{Lack, OWED_FOR_DAYS, lacks},
    store::{self, Filling},
};

/// «Сегодня» of the staff.
#[derive(Clone, Debug, Default)]
pub struct Home {
    /// The actor's own lessons of the day.
    pub lessons: Vec<HomeLesson>,
    /// The actor's own lessons of the last two weeks that lack something.
    pub owed: Vec<HomeLesson>,
    /// For those who see the whole school: who owes how much.
    pub school: Option<School>,
    pub teaches: bool,
    /// Notices of parents of the own class that wait for an answer.
    pub notices: Vec<NoticeLine>,
    /// The own class, of several the first.
    pub own_class: Option<(ClassId, String)>,
    /// Remarks to the actor that are open and not answered.
    pub remarks: i64,
    /// What came of the actor's requests for correction.
    pub answered: Answered,
}

/// Answers to requests for correction that who asked has not read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answered {
    /// Approved, and the cell waits to be corrected.
    pub approved: i64,
    pub refused: i64,
}

/// The state of the school's journals over the last two weeks.
#[derive(Clone, Debug, Default)]
pub struct School {
    pub lessons_today: usize,
    pub held: usize,
    pub filled: usize,
    /// Teachers with unfilled lessons, those who owe most first.
    pub owe: Vec<Owed>,
    /// The last school day before today (check 17).
    pub yesterday: Option<Yesterday>,
}

/// What was not filled on the last school day.
#[derive(Clone, Debug)]
pub struct Yesterday {
    pub day: NaiveDate,
    pub lessons: usize,
    pub teachers: usize,
}

#[derive(Clone, Debug)]
pub struct Owed {
    pub teacher: PersonId,
    pub name: String,
    pub lessons: usize,
    pub oldest: NaiveDate,
}

/// A lesson and what is written of it.
#[derive(Clone, Debug)]
pub struct HomeLesson {
    pub lesson: LessonId,
    pub held_on: NaiveDate,
    pub number: i16,
    pub starts_at: NaiveTime,
    pub ends_at: NaiveTime,
    pub class: ClassId,
    pub class_name: String,
    pub subject: SubjectId,
    pub subject_name: String,
    pub group: Option<GroupId>,
    pub marks: i64,
    pub absences: i64,
    pub cancelled: bool,
    /// What is not entered, whether or not the lesson is over.
    pub lacks: Vec<Lack>,
}

/// A journal that the actor may open.
#[derive(Clone, Debug)]
pub struct JournalOf {
    pub class: Class,
    /// (subject, its name, whether the actor teaches it)
    pub subjects: Vec<(SubjectId, String, bool)>,
    pub own_class: bool,
}

impl Journal {
    /// The first page of the staff: lessons of the day, what is owed, what
    /// others said (T8, JRN-4, JRN-6).
    pub async fn home(&self, actor: &Actor, moment: Moment) -> Result<Home, Error> {
        let today = moment.today();
        let all = actor.reaches(Right::JournalView).has(Reach::Org);
        let teaches = actor.is(Role::Teacher);
        if !all && !teaches {
            return Ok(Home::default());
        }
        let from = today - Days::new(OWED_FOR_DAYS);
        let mut tx = self.db.begin(actor).await?;
        let lessons = if all {
            self.lessons.of_school(&mut tx, from, today).await?
        } else {
            self.lessons
                .of_teacher(&mut tx, actor.person, from, today)
                .await?
        };
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let filling = store::filling(&mut tx, &ids).await?;
        let leads = actor.reaches(Right::AbsenceReasonEdit).has(Reach::OwnClass);
        let year = match lessons.first() {
            Some(it) => Some(it.year),
            None => self
                .curriculum
                .year_on(&mut tx, today)
                .await?
                .map(|it| it.id),
        };
        let classes = match year {
            Some(year) => self.curriculum.classes(&mut tx, year).await?,
            None => vec![],
        };
        let subjects = self.curriculum.subjects(&mut tx).await?;
        let own: Vec<&Class> = classes
            .iter()
            .filter(|it| it.teacher == Some(actor.person))
            .collect();
        let with_notices = leads && !own.is_empty();
        let news = store::news(&mut tx, actor.person, with_notices).await?;
        let notices = self.notices_to(&mut tx, news.notices, &own, today).await?;
        let facts = Facts {
            me: actor.person,
            moment,
            lessons,
            filling,
            grades: classes.iter().map(|it| (it.id, it.grade)).collect(),
            class_names: classes.iter().map(|it| (it.id, it.name())).collect(),
            subject_names: subjects.into_iter().map(|it| (it.id, it.name)).collect(),
        };
        let owing = if all { facts.owing() } else { BTreeMap::new() };
        let mut people: Vec<PersonId> = owing.keys().copied().collect();
        people.extend(notices.iter().flat_map(|it| [it.0.pupil, it.0.sent_by]));
        let cards = self.people.cards(&mut tx, &people).await?;
        tx.commit().await?;

        let owed = facts.owed();
        Ok(Home {
            lessons: facts.mine_on(today),
            owed,
            school: all.then(|| facts.school(&owing, &cards)),
            teaches,
            notices: notices
                .into_iter()
                .map(|(it, class)| NoticeLine {
                    pupil: name(&cards, it.pupil, Card::listed),
                    sender: name(&cards, it.sent_by, Card::short),
                    class,
                    class_name: facts.class_names.get(&class).cloned().unwrap_or_default(),
                    notice: it,
                })
                .collect(),
            own_class: own.first().map(|it| (it.id, it.name())),
            remarks: news.remarks,
            answered: Answered {
                approved: news.approved,
                refused: news.refused,
            },
        })
    }

    /// Those of the notices that are about pupils of these classes, with the class.
    async fn notices_to(
        &self,
        tx: &mut db::Tx,
        waiting: Vec<Notice>,
        classes: &[&Class],
        today: NaiveDate,
    ) -> Result<Vec<(Notice, ClassId)>, Error> {
        if waiting.is_empty() {
            return Ok(vec![]);
        }
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        let members = self.register.members(tx, &ids, today, today).await?;
        Ok(waiting
            .into_iter()
            .filter_map(|it| {
                let stay = members.iter().find(|stay| stay.pupil == it.pupil)?;
                Some((it, stay.class))
            })
            .collect())
    }
}

/// What the home page is made of.
struct Facts {
    me: PersonId,
    moment: Moment,
    lessons: Vec<Lesson>,
    filling: HashMap<LessonId, Filling>,
    grades: HashMap<ClassId, i16>,
    class_names: HashMap<ClassId, String>,
    subject_names: HashMap<SubjectId, String>,
}

impl Facts {
    fn lacks(&self, it: &Lesson) -> Vec<Lack> {
        let filling = self.filling.get(&it.id).copied().unwrap_or_default();
        lacks(
            filling,
            self.grades.get(&it.class).copied().unwrap_or_default(),
        )
    }

    fn is_owed(&self, it: &Lesson) -> bool {
        self.moment.held(it) && !self.lacks(it).is_empty()
    }

    fn shown(&self, it: &Lesson) -> HomeLesson {
        let filling = self.filling.get(&it.id).copied().unwrap_or_default();
        HomeLesson {
            lesson: it.id,
            held_on: it.held_on,
            number: it.number,
            starts_at: it.starts_at,
            ends_at: it.ends_at,
            class: it.class,
            class_name: self.class_names.get(&it.class).cloned().unwrap_or_default(),
            subject: it.subject,
            subject_name: self
                .subject_names
                .get(&it.subject)
                .cloned()
                .unwrap_or_default(),
            group: it.group,
            marks: filling.marks,
            absences: filling.absences,
            cancelled: it.cancelled,
            lacks: self.lacks(it),
        }
    }

    fn mine(&self) -> impl Iterator<Item = &Lesson> {
        self.lessons.iter().filter(|it| it.teacher == self.me)
    }

    fn mine_on(&self, day: NaiveDate) -> Vec<HomeLesson> {
        let of_day = self.mine().filter(|it| it.held_on == day);
        of_day.map(|it| self.shown(it)).collect()
    }

    fn owed(&self) -> Vec<HomeLesson> {
        let owed = self.mine().filter(|it| self.is_owed(it));
        owed.map(|it| self.shown(it)).collect()
    }

    /// The days of the lessons that each teacher owes.
    fn owing(&self) -> BTreeMap<PersonId, Vec<NaiveDate>> {
        let mut owing: BTreeMap<PersonId, Vec<NaiveDate>> = BTreeMap::new();
        for it in self.lessons.iter().filter(|it| self.is_owed(it)) {
            owing.entry(it.teacher).or_default().push(it.held_on);
        }
        owing
    }

    fn school(&self, owing: &BTreeMap<PersonId, Vec<NaiveDate>>, cards: &[Card]) -> School {
        let today = self.moment.today();
        let held = self
            .lessons
            .iter()
            .filter(|it| self.moment.held(it))
            .count();
        let lacking: usize = owing.values().map(Vec::len).sum();
        let mut owe: Vec<Owed> = cards
            .iter()
            .filter_map(|card| {
                let days = owing.get(&card.id)?;
                Some(Owed {
                    teacher: card.id,
                    name: card.short(),
                    lessons: days.len(),
                    oldest: *days.iter().min()?,
                })
            })
            .collect();
        owe.sort_by_key(|it| std::cmp::Reverse(it.lessons));
        School {
            lessons_today: self
                .lessons
                .iter()
                .filter(|it| it.held_on == today && !it.cancelled)
                .count(),
            held,
            filled: held - lacking,
            owe,
            yesterday: self.yesterday(owing),
        }
    }

    fn yesterday(&self, owing: &BTreeMap<PersonId, Vec<NaiveDate>>) -> Option<Yesterday> {
        let today = self.moment.today();
        let day = last_school_day(self.lessons.iter().filter(|it| it.held_on < today))?;
        let of_day = owing
            .values()
            .map(|it| it.iter().filter(|it| **it == day).count());
        let counts: Vec<usize> = of_day.filter(|it| *it > 0).collect();
        Some(Yesterday {
            day,
            lessons: counts.iter().sum(),
            teachers: counts.len(),
        })
    }
}

impl Journal {
    /// What the first page shows of deadlines (DLN-3).
    pub async fn bell(&self, actor: &Actor, today: NaiveDate) -> Result<Vec<BellBlock>, Error> {
        match &self.bell {
            Some(bell) => bell.home(actor, today).await.map_err(Error::Bell),
            None => Ok(vec![]),
        }
    }

    /// Classes and subjects whose journals the actor may open.
    pub async fn journals(&self, actor: &Actor, today: NaiveDate) -> Result<Vec<JournalOf>, Error> {
        let reaches = actor.may(Right::JournalView)?;
        let mut tx = self.db.begin(actor).await?;
        let Some(year) = self.curriculum.year_on(&mut tx, today).await? else {
            tx.commit().await?;
            return Ok(vec![]);
        };
        let classes = self.curriculum.classes(&mut tx, year.id).await?;
        let subjects = self.curriculum.subjects(&mut tx).await?;
        let loads = self
            .curriculum
            .load(&mut tx, year.id, LoadOf::School)
            .await?;
        tx.commit().await?;
        let mut journals = vec![];
        for class in classes {
            let own_class = class.teacher == Some(actor.person);
            let all = reaches.has(Reach::Org) || reaches.has(Reach::OwnClass) && own_class;
            let of_class = || loads.iter().filter(|it| it.class == class.id);
            let taught: Vec<(SubjectId, String, bool)> = subjects
                .iter()
                .filter_map(|subject| {
                    let mut of_subject =
                        of_class().filter(|it| it.subject == subject.id).peekable();
                    of_subject.peek()?;
                    let mine = of_subject
                        .any(|it| it.teacher == actor.person && it.days().contains(&today));
                    (all || mine && reaches.has(Reach::OwnLoad))
                        .then(|| (subject.id, subject.name.clone(), mine))
                })
                .collect();
            if !taught.is_empty() {
                journals.push(JournalOf {
                    class,
                    subjects: taught,
                    own_class,
                });
            }
        }
        Ok(journals)
    }
}
