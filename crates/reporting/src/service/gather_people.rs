//! Brings together what reports of people are made of.

use std::collections::{HashMap, HashSet};

use chrono::{NaiveDate, TimeDelta};
use curriculum::{Class, StudyYear};
use db::{Tx, audit};
use kernel::{Actor, ClassId, PersonId};
use movement::StudyForm;
use people::{PupilFacts, RestrictedField};
use serde_json::json;

use super::{Asked, Made, Reporting, reached};
use crate::{
    ClassRoll, Error, Field, Kind, Label, PupilPage, Report, Roll,
    more::{month_code, month_start, months},
    reports::{self, Fill, Unplanned, Visitors, Visits},
};

/// «Итоговые данные» are of this day (§1.10).
const DAY_OF_FIGURES: (u32, u32) = (9, 20);
/// Looks within so long are one look.
const ONE_LOOK: TimeDelta = TimeDelta::minutes(10);

impl Reporting {
    /// A report of people, with what may be chosen in it.
    pub(super) async fn people_report(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        asked: &Asked,
        year: &StudyYear,
        made: &mut Made,
        today: NaiveDate,
    ) -> Result<Report, Error> {
        let last = year.day(today);
        match (asked.kind, made.class.clone()) {
            (Kind::NoPlans, _) => return self.no_plans(tx, year, last).await,
            (Kind::Filling | Kind::Vacancies, _) => {
                let fills = self.fills(tx, asked, year, made, last).await?;
                return Ok(match asked.kind {
                    Kind::Vacancies => reports::vacancies(&fills),
                    _ => reports::filling(&fills),
                });
            }
            (Kind::Visits, _) => return self.visits(tx, year, last).await,
            (Kind::ClassPupils, Some(class)) => {
                return self.class_pupils(tx, asked, year, &class, last).await;
            }
            (Kind::ClassList, Some(class)) => {
                let roll = self
                    .roll(tx, &[class], last, &[], Wanted::default())
                    .await?;
                let made = roll.classes.first().map(reports::class_list);
                return Ok(made.unwrap_or_default());
            }
            (Kind::ClassPupils | Kind::ClassList, None) => return Ok(Report::default()),
            _ => {}
        }
        let classes = match &made.class {
            Some(class) if asked.kind.is_of_class() => vec![class.clone()],
            _ => reached(actor, year, asked.kind),
        };
        // Whoever looks with somebody else's eyes sees nothing restricted.
        let sealed: &[RestrictedField] = match asked.kind {
            _ if actor.looked => &[],
            Kind::PupilFigures => &[RestrictedField::SocialStatus],
            Kind::SocialPassport => &[RestrictedField::SocialStatus, RestrictedField::HealthGroup],
            _ => &[],
        };
        let day = day_of(asked, year, made, last)?;
        let wanted = match asked.kind {
            Kind::PupilFigures => Wanted {
                shift: asked.more.shift,
                study: asked.more.study,
                forms: self.register.study_forms(tx, day).await?,
            },
            _ => Wanted::default(),
        };
        let is_part = wanted.shift.is_some() || wanted.study.is_some();
        let mut roll = self.roll(tx, &classes, day, sealed, wanted).await?;
        if !sealed.is_empty() {
            let details = json!({"report": asked.kind.code(), "fields": sealed.len()});
            let object = format!("report:{}", asked.kind.code());
            let action = "reporting.restricted-counted";
            audit::record_once(tx, action, &object, &details, ONE_LOOK).await?;
        }
        Ok(match asked.kind {
            Kind::Birthdays => {
                let month = asked.more.month.unwrap_or_else(|| month_start(last));
                reports::birthdays(&roll.birthdays(month))
            }
            Kind::SocialPassport => reports::social_passport(&roll),
            _ => {
                if is_part {
                    roll.classes.retain(|it| !it.pupils.is_empty());
                }
                reports::pupil_figures(&roll)
            }
        })
    }

    /// The pupils of classes on a day, those of them that are wanted.
    async fn roll(
        &self,
        tx: &mut Tx,
        classes: &[Class],
        on: NaiveDate,
        sealed: &[RestrictedField],
        wanted: Wanted,
    ) -> Result<Roll, Error> {
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        let members = self.register.members(tx, &ids, on, on).await?;
        let place: HashMap<ClassId, usize> =
            ids.iter().enumerate().map(|(at, it)| (*it, at)).collect();
        let mut people: Vec<(PersonId, usize)> = members
            .iter()
            .filter_map(|it| Some((it.pupil, *place.get(&it.class)?)))
            .collect();
        let pupils: Vec<PersonId> = people.iter().map(|it| it.0).collect();
        let mut facts = self.people.pupil_facts(tx, &pupils).await?;
        facts.retain(|it| wanted.takes(it));
        let counted: HashSet<PersonId> = facts.iter().map(|it| it.card.id).collect();
        people.retain(|it| counted.contains(&it.0));
        let leaders: Vec<PersonId> = classes.iter().filter_map(|it| it.teacher).collect();
        let leaders = self.people.cards(tx, &leaders).await?;
        let tallied = if sealed.is_empty() {
            vec![]
        } else {
            self.people.tallied(tx, &people, sealed).await?
        };
        let of: HashMap<PersonId, usize> = people.into_iter().collect();
        let mut rolls: Vec<ClassRoll> = classes
            .iter()
            .map(|class| ClassRoll {
                class: class.clone(),
                teacher: leaders
                    .iter()
                    .find(|it| Some(it.id) == class.teacher)
                    .map(people::Card::short)
                    .unwrap_or_default(),
                pupils: vec![],
                marks: vec![],
            })
            .collect();
        for it in facts {
            let roll = of.get(&it.card.id).and_then(|at| rolls.get_mut(*at));
            if let Some(roll) = roll {
                roll.pupils.push(it);
            }
        }
        for it in tallied {
            if let Some(roll) = rolls.get_mut(it.group) {
                roll.marks.push((it.field, it.value, it.count));
            }
        }
        Ok(Roll {
            on,
            forms: wanted.forms,
            classes: rolls,
        })
    }

    /// Everybody who was in the class this year, with family and papers. That
    /// it was read stands in the journal of every card.
    async fn class_pupils(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        year: &StudyYear,
        class: &Class,
        last: NaiveDate,
    ) -> Result<Report, Error> {
        let first = year.year.starts_on;
        let members = self.register.members(tx, &[class.id], first, last).await?;
        let mut pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        pupils.sort_unstable();
        pupils.dedup();
        let facts = self.people.pupil_facts(tx, &pupils).await?;
        let parents = self.people.parent_facts(tx, &pupils, last).await?;
        let mut papers = self.register.school_papers(tx, &pupils).await?;
        let files = self.people.files(tx, last).await?;
        self.people.looked_at(tx, &pupils).await?;
        let form = if asked.more.file { "file" } else { "page" };
        let details = json!({"report": asked.kind.code(), "as": form, "people": pupils.len()});
        let object = format!("curriculum.class:{}", class.id);
        audit::record_once(tx, "reporting.personal-read", &object, &details, ONE_LOOK).await?;
        let page = |facts: PupilFacts| {
            let id = facts.card.id;
            let lacks = files.pupil(id).map(|it| it.lacks(class.grade, last).codes);
            PupilPage {
                papers: papers.remove(&id).unwrap_or_default(),
                parents: parents
                    .iter()
                    .filter(|it| it.pupil == id)
                    .cloned()
                    .collect(),
                lacks: lacks.unwrap_or_default(),
                facts,
            }
        };
        let pages: Vec<PupilPage> = facts.into_iter().map(page).collect();
        Ok(reports::class_pupils(&pages))
    }

    /// How full the classes are on a day, beside 20 September.
    async fn fills(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        year: &StudyYear,
        made: &mut Made,
        last: NaiveDate,
    ) -> Result<Vec<Fill>, Error> {
        let day = asked.more.day.unwrap_or(last);
        let day = day.clamp(year.year.starts_on, last);
        made.fields = vec![Field::day("day", day), shift_field(asked)];
        let (month, number) = DAY_OF_FIGURES;
        let counted_on = NaiveDate::from_ymd_opt(year.number(), month, number).unwrap_or(day);
        let of_shift = |it: &&Class| asked.more.shift.is_none_or(|shift| it.shift == shift);
        let classes: Vec<Class> = year.taught_classes().filter(of_shift).cloned().collect();
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        let (early, late) = (day.min(counted_on), day.max(counted_on));
        let members = self.register.members(tx, &ids, early, late).await?;
        let now: Vec<PersonId> = members
            .iter()
            .filter(|it| it.on(day))
            .map(|it| it.pupil)
            .collect();
        let genders = self.people.genders(tx, &now).await?;
        let leaders: Vec<PersonId> = classes.iter().filter_map(|it| it.teacher).collect();
        let leaders = self.people.cards(tx, &leaders).await?;
        let rooms = self.orgs.rooms(tx).await?;
        let mut profiles = match asked.kind {
            Kind::Filling => self.curriculum.class_profiles(tx, &ids).await?,
            _ => HashMap::new(),
        };
        let mut fill = |class: Class| {
            let count = |is: &dyn Fn(&movement::Member) -> bool| {
                let own = members.iter().filter(|it| it.class == class.id);
                u32::try_from(own.filter(|it| is(it)).count()).unwrap_or(u32::MAX)
            };
            let of =
                |gender| count(&|it| it.on(day) && genders.get(&it.pupil).copied() == Some(gender));
            let leader = leaders.iter().find(|it| Some(it.id) == class.teacher);
            let room = rooms.iter().find(|it| Some(it.id) == class.room);
            Fill {
                teacher: leader.map(people::Card::short).unwrap_or_default(),
                profile: profiles.remove(&class.id).unwrap_or_default(),
                room: room.map(|it| (it.number.clone(), it.seats)),
                counted: (counted_on <= last).then(|| count(&|it| it.on(counted_on))),
                now: count(&|it| it.on(day)),
                boys: of(people::Gender::Male),
                girls: of(people::Gender::Female),
                class,
            }
        };
        Ok(classes.into_iter().map(&mut fill).collect())
    }

    /// Who of the school has an account, and when it was last used.
    async fn visits(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        last: NaiveDate,
    ) -> Result<Report, Error> {
        let ids: Vec<ClassId> = year.taught_classes().map(|it| it.id).collect();
        let members = self.register.members(tx, &ids, last, last).await?;
        let pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let kin = self.people.parents_of(tx, &pupils, last).await?;
        let mut parents: HashMap<PersonId, Vec<PersonId>> = HashMap::new();
        for it in kin {
            parents.entry(it.pupil).or_default().push(it.parent);
        }
        let staff = self.people.staff(tx).await?;
        let visitors = |class: &Class| {
            let own = members.iter().filter(|it| it.class == class.id);
            let pupils: Vec<PersonId> = own.map(|it| it.pupil).collect();
            let of = pupils.iter().filter_map(|it| parents.get(it));
            Visitors {
                parents: of.flatten().copied().collect(),
                pupils,
                class: class.clone(),
            }
        };
        let visits = Visits {
            now: tx.now(),
            staff: staff.iter().map(|it| it.id).collect(),
            classes: year.taught_classes().map(visitors).collect(),
            used: self.accounts.last_used(tx).await?,
        };
        Ok(reports::visits(&visits))
    }

    async fn no_plans(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        last: NaiveDate,
    ) -> Result<Report, Error> {
        let classes: HashMap<ClassId, &Class> =
            year.taught_classes().map(|it| (it.id, it)).collect();
        let planned = |id| year.plan_of(id).is_some_and(|it| it.items > 0);
        let loads = year.loads.iter().filter(|it| it.days().contains(&last));
        let loads: Vec<_> = loads
            .filter(|it| classes.contains_key(&it.class) && !planned(it.id))
            .collect();
        let teachers: Vec<PersonId> = loads.iter().map(|it| it.teacher).collect();
        let cards = self.people.cards(tx, &teachers).await?;
        let subjects = self.subject_names(tx).await?;
        let mut rows = Vec::new();
        // In the order of teachers, classes, subjects.
        for card in &cards {
            for class in year.taught_classes() {
                let own = loads
                    .iter()
                    .filter(|it| it.teacher == card.id && it.class == class.id);
                rows.extend(own.map(|it| Unplanned {
                    teacher: card.full(),
                    class: class.name(),
                    subject: subjects.get(&it.subject).cloned().unwrap_or_default(),
                    hours: it.hours_a_week,
                }));
            }
        }
        Ok(reports::no_plans(&rows))
    }
}

/// Which pupils are counted; everybody where nothing is chosen.
#[derive(Default)]
struct Wanted {
    shift: Option<i16>,
    study: Option<StudyForm>,
    /// As orders say it.
    forms: HashMap<PersonId, StudyForm>,
}

impl Wanted {
    fn takes(&self, it: &PupilFacts) -> bool {
        let form = self.forms.get(&it.card.id).copied();
        self.shift.is_none_or(|shift| it.shift == shift)
            && self.study.is_none_or(|study| form == Some(study))
    }
}

/// Which shift is counted.
fn shift_field(asked: &Asked) -> Field {
    let every = (String::new(), Label::Word("every-shift"));
    let shifts = [(1, "I"), (2, "II")];
    let shifts = shifts.map(|it| (it.0.to_string(), Label::Text(it.1.to_owned())));
    let shift = asked.more.shift.map(|it| it.to_string());
    Field::choice(
        "shift",
        &shift.unwrap_or_default(),
        std::iter::once(every).chain(shifts).collect(),
    )
}

/// Which form of study is counted.
fn study_field(asked: &Asked) -> Field {
    let every = (String::new(), Label::Word("every-study"));
    let forms = StudyForm::ALL.iter();
    let forms = forms.map(|it| (it.code().to_owned(), Label::Word(it.code())));
    Field::choice(
        "study",
        asked.more.study.map(StudyForm::code).unwrap_or_default(),
        std::iter::once(every).chain(forms).collect(),
    )
}

/// On which day people are counted; what may be chosen joins the form.
fn day_of(
    asked: &Asked,
    year: &StudyYear,
    made: &mut Made,
    last: NaiveDate,
) -> Result<NaiveDate, Error> {
    match asked.kind {
        Kind::Birthdays => {
            let all = months(year.year.starts_on, year.year.ends_on);
            let month = asked.more.month.unwrap_or_else(|| month_start(last));
            if !all.contains(&month) {
                return Err(Error::NotFound);
            }
            let choices = all.into_iter().map(|it| (month_code(it), Label::Month(it)));
            made.fields = vec![Field::choice(
                "month",
                &month_code(month),
                choices.collect(),
            )];
            Ok(last)
        }
        Kind::PupilFigures => {
            let (month, day) = DAY_OF_FIGURES;
            let usual = NaiveDate::from_ymd_opt(year.number(), month, day);
            let day = asked.more.day.or(usual).unwrap_or(last);
            let day = day.clamp(year.year.starts_on, last);
            made.fields = vec![
                Field::day("day", day),
                shift_field(asked),
                study_field(asked),
            ];
            Ok(day)
        }
        _ => {
            let day = asked.more.day.unwrap_or(last);
            let day = day.clamp(year.year.starts_on, last);
            made.fields = vec![Field::day("day", day)];
            Ok(day)
        }
    }
}
