//! The facts of a school, asked of the domains that own them: each source
//! takes a number of statements that does not grow with the school.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use curriculum::{Class, StudyYear};
use db::{Tx, audit};
use kernel::{Actor, ClassId, GroupId, PersonId, SubjectId};
use movement::{ClassStay, Member, OrderKind};
use people::{Card, Citizenship, Gender, PupilRecord, RestrictedField};
use serde_json::json;

use super::Forms;
use crate::{
    Error,
    fact::{Fact, Facts, Field, Source},
    version::Version,
};

/// The year of the data and the one before it.
struct Years {
    now: StudyYear,
    last: Option<StudyYear>,
}

/// Counting restricted values again within that time is put on record once.
const ONE_LOOK: TimeDelta = TimeDelta::minutes(10);

/// A pupil on the day.
struct Placed<'a> {
    class: &'a Class,
    pupil: &'a PupilRecord,
}

impl Forms {
    /// What the version counts in that year; of these sources only.
    ///
    /// # Errors
    /// [`Error::NoYear`] where the school had no year on the day.
    pub(super) async fn facts(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        version: &Version,
        year: i32,
        only: &BTreeSet<Source>,
    ) -> Result<Facts, Error> {
        let day = version.day_of(year).ok_or(Error::NoYear)?;
        let years = self.years(tx, day).await?;
        let wants = |any: &[Source]| any.iter().any(|it| only.contains(it));
        let mut facts = Facts::default();
        if wants(&[
            Source::Pupils,
            Source::Classes,
            Source::Studies,
            Source::Statuses,
        ]) {
            self.study_facts(tx, actor, &years.now, day, only, &mut facts)
                .await?;
        }
        if wants(&[Source::Staff, Source::Teachers, Source::Turnover]) {
            let before = version.day_of(year - 1).ok_or(Error::NoYear)?;
            self.staff_facts(tx, &years.now, (before, day), only, &mut facts)
                .await?;
        }
        if wants(&[
            Source::School,
            Source::Buildings,
            Source::Rooms,
            Source::Equipment,
        ]) {
            self.school_facts(tx, day, only, &mut facts).await?;
        }
        if wants(&[Source::Outcomes])
            && let Some(last) = &years.last
        {
            facts.outcomes = self.outcomes(tx, last).await?;
        }
        Ok(facts)
    }

    async fn years(&self, tx: &mut Tx, day: NaiveDate) -> Result<Years, Error> {
        let ask = dues::Ask {
            today: day,
            // The year before began at most two years before the day.
            from: day - Days::new(400),
            until: day,
            known: &[],
        };
        let study = self.ask.curriculum.study(tx, &ask).await?;
        let is_now = |it: &&StudyYear| it.year.starts_on <= day && day <= it.year.ends_on;
        let now = study.years.iter().find(is_now).cloned();
        let now = now.ok_or(Error::NoYear)?;
        let before = study
            .years
            .iter()
            .filter(|it| it.year.ends_on < now.year.starts_on);
        let last = before.max_by_key(|it| it.year.starts_on).cloned();
        Ok(Years { now, last })
    }

    async fn study_facts(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        year: &StudyYear,
        day: NaiveDate,
        only: &BTreeSet<Source>,
        facts: &mut Facts,
    ) -> Result<(), Error> {
        let classes: HashMap<ClassId, &Class> =
            year.taught_classes().map(|it| (it.id, it)).collect();
        let ids: Vec<ClassId> = year.taught_classes().map(|it| it.id).collect();
        let members = self.ask.register.members(tx, &ids, day, day).await?;
        let pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        // Classes alone need nobody's card.
        let records = if only.len() == 1 && only.contains(&Source::Classes) {
            vec![]
        } else {
            self.ask.people.pupil_records(tx, &pupils).await?
        };
        let of: HashMap<PersonId, ClassId> =
            members.iter().map(|it| (it.pupil, it.class)).collect();
        let placed: Vec<Placed<'_>> = records
            .iter()
            .filter_map(|pupil| {
                let class = classes.get(of.get(&pupil.card.id)?)?;
                Some(Placed { class, pupil })
            })
            .collect();
        let sizes = sizes(&members);
        let mut profiles = HashMap::new();
        let with_profile = [Source::Pupils, Source::Classes, Source::Statuses];
        if with_profile.iter().any(|it| only.contains(it)) {
            profiles = self.ask.curriculum.class_profiles(tx, &ids).await?;
        }
        let with_class = |fact: Fact, class: &Class| {
            let size = sizes.get(&class.id).copied().unwrap_or_default();
            let profile = profiles.get(&class.id).map_or("", String::as_str);
            fact.number(Field::Grade, class.grade)
                .number(Field::Shift, class.shift)
                .number(Field::Size, size)
                .text(Field::Profile, profile)
        };
        if only.contains(&Source::Classes) {
            let locality = self.ask.orgs.locality(tx).await?;
            let class = |it: &Class| {
                let fact = Fact::new(it.name(), "").at(format!("/study/classes/{}", it.id));
                with_class(fact, it).code(Field::Locality, locality.code())
            };
            // A class that nobody is in is none yet.
            let filled = year
                .taught_classes()
                .filter(|it| sizes.contains_key(&it.id));
            facts.classes = filled.map(class).collect();
        }
        if only.contains(&Source::Pupils) {
            let forms = self.ask.register.study_forms(tx, day).await?;
            let pupil = |it: &Placed<'_>| {
                let class = it.class.name();
                let fact = person(&it.pupil.card, it.pupil.gender, &class, day, "pupils");
                let fact = with_class(fact, it.class)
                    .text(Field::Language, &it.pupil.foreign_language)
                    .code(
                        Field::Citizenship,
                        it.pupil.citizenship.map_or("", Citizenship::code),
                    )
                    .flag(Field::AtHome, it.pupil.taught_at_home);
                match forms.get(&it.pupil.card.id) {
                    Some(form) => fact.code(Field::StudyForm, form.code()),
                    None => fact,
                }
            };
            facts.pupils = placed.iter().map(pupil).collect();
        }
        if only.contains(&Source::Studies) {
            let subjects = self.ask.curriculum.subjects(tx).await?;
            let names: HashMap<SubjectId, &str> = subjects
                .iter()
                .map(|it| (it.id, it.name.as_str()))
                .collect();
            facts.studies = studies(year, &placed, &names, day);
        }
        // Whoever looks with somebody else's eyes counts nothing restricted.
        if only.contains(&Source::Statuses) && !actor.looked {
            facts.statuses = self.statuses(tx, &placed, &profiles).await?;
        }
        Ok(())
    }

    /// What stands in a restricted field, by class: the values are opened and
    /// counted by the domain that keeps them, and come without their bearers.
    async fn statuses(
        &self,
        tx: &mut Tx,
        placed: &[Placed<'_>],
        profiles: &HashMap<ClassId, String>,
    ) -> Result<Vec<Fact>, Error> {
        let mut groups: Vec<(&Class, Option<Gender>)> = vec![];
        let mut known: HashMap<(ClassId, Option<&str>), usize> = HashMap::new();
        let mut people = vec![];
        for it in placed {
            let key = (it.class.id, it.pupil.gender.map(Gender::code));
            let group = *known.entry(key).or_insert_with(|| {
                groups.push((it.class, it.pupil.gender));
                groups.len() - 1
            });
            people.push((it.pupil.card.id, group));
        }
        let fields = [RestrictedField::SocialStatus];
        let tallied = self.ask.people.tallied(tx, &people, &fields).await?;
        let details = json!({ "fields": fields.len() });
        let action = "forms.restricted-counted";
        audit::record_once(tx, action, "forms.form", &details, ONE_LOOK).await?;
        let mut facts = vec![];
        for it in &tallied {
            let Some((class, gender)) = groups.get(it.group) else {
                continue;
            };
            let profile = profiles.get(&class.id).map_or("", String::as_str);
            let fact = Fact::default()
                .number(Field::Grade, class.grade)
                .text(Field::Profile, profile)
                .text(Field::Status, &it.value);
            let fact = with_gender(fact, *gender);
            facts.extend(std::iter::repeat_n(fact, it.count as usize));
        }
        Ok(facts)
    }

    /// What became of the pupils of last year, in the classes that they finished.
    async fn outcomes(&self, tx: &mut Tx, last: &StudyYear) -> Result<Vec<Fact>, Error> {
        let classes: HashMap<ClassId, &Class> =
            last.taught_classes().map(|it| (it.id, it)).collect();
        let ids: Vec<ClassId> = last.taught_classes().map(|it| it.id).collect();
        let stays = self.ask.register.outcomes(tx, &ids).await?;
        let pupils: Vec<PersonId> = stays.iter().map(|it| it.member.pupil).collect();
        let records = self.ask.people.pupil_records(tx, &pupils).await?;
        let records: HashMap<PersonId, &PupilRecord> =
            records.iter().map(|it| (it.card.id, it)).collect();
        let mut facts = vec![];
        for stay in &stays {
            let (Some(class), Some(record)) = (
                classes.get(&stay.member.class),
                records.get(&stay.member.pupil),
            ) else {
                continue;
            };
            for event in events(stay, last.year.starts_on) {
                facts.push(outcome(stay, event, class, record));
            }
        }
        Ok(facts)
    }
}

/// What a stay in a class of last year tells: began with it or came, left or
/// finished it. Moves between classes of the school are neither.
fn events(stay: &ClassStay, starts_on: NaiveDate) -> Vec<&'static str> {
    let mut events = vec![];
    if stay.member.since <= starts_on {
        events.push("start");
    } else if stay.began == OrderKind::Enrolment {
        events.push("came");
    }
    match stay.ended {
        Some(OrderKind::Leaving) => events.push("left"),
        Some(OrderKind::Transfer) => {}
        _ => events.push("finished"),
    }
    events
}

fn outcome(stay: &ClassStay, event: &str, class: &Class, record: &PupilRecord) -> Fact {
    let became = match stay.ended {
        Some(OrderKind::Promotion) if stay.conditional => "conditional",
        Some(OrderKind::Promotion) => "promoted",
        Some(OrderKind::Repeat) => "repeated",
        Some(OrderKind::Graduation) => "graduated",
        _ => "undecided",
    };
    let fact = Fact::new(record.card.full(), class.name())
        .at(format!("/people/pupils/{}", record.card.id))
        .code(Field::Event, event)
        .code(Field::Outcome, became)
        .number(Field::Grade, class.grade)
        .code(Field::Reason, stay.reason.map_or("", |it| it.code()))
        .code(Field::Document, stay.document.map_or("", |it| it.code()));
    with_gender(fact, record.gender)
}

fn sizes(members: &[Member]) -> HashMap<ClassId, i64> {
    let mut sizes = HashMap::new();
    for it in members {
        *sizes.entry(it.class).or_default() += 1;
    }
    sizes
}

pub(super) fn loads_on(
    year: &StudyYear,
    day: NaiveDate,
) -> impl Iterator<Item = &curriculum::Load> {
    let in_force = move |it: &&curriculum::Load| it.since <= day && day <= it.until;
    year.loads.iter().filter(in_force)
}

/// Each subject of each pupil once, however many teachers share it.
fn studies(
    year: &StudyYear,
    placed: &[Placed<'_>],
    names: &HashMap<SubjectId, &str>,
    day: NaiveDate,
) -> Vec<Fact> {
    let groups: HashMap<GroupId, &HashSet<PersonId>> = year
        .groups
        .iter()
        .map(|it| (it.group, &it.pupils))
        .collect();
    let mut of_class: HashMap<ClassId, Vec<(SubjectId, Option<GroupId>)>> = HashMap::new();
    for it in loads_on(year, day) {
        of_class
            .entry(it.class)
            .or_default()
            .push((it.subject, it.group));
    }
    let mut facts = vec![];
    for it in placed {
        let taught = of_class.get(&it.class.id).map_or(&[][..], Vec::as_slice);
        let id = it.pupil.card.id;
        let is_in = |group: &Option<GroupId>| match group {
            None => true,
            Some(group) => groups.get(group).is_some_and(|it| it.contains(&id)),
        };
        let subjects: BTreeSet<SubjectId> = taught
            .iter()
            .filter(|it| is_in(&it.1))
            .map(|it| it.0)
            .collect();
        for name in subjects.iter().filter_map(|it| names.get(it)) {
            let fact = person(
                &it.pupil.card,
                it.pupil.gender,
                &it.class.name(),
                day,
                "pupils",
            );
            facts.push(
                fact.number(Field::Grade, it.class.grade)
                    .text(Field::Subject, name),
            );
        }
    }
    facts
}

pub(super) fn person(
    card: &Card,
    gender: Option<Gender>,
    note: &str,
    day: NaiveDate,
    kind: &str,
) -> Fact {
    let fact = Fact::new(card.full(), note).at(format!("/people/{kind}/{}", card.id));
    let fact = with_gender(fact, gender);
    let new_year = NaiveDate::from_ymd_opt(day.year() + 1, 1, 1);
    match card.born_on.zip(new_year) {
        Some((born, day)) => fact.number(Field::Age, full_years(born, day)),
        None => fact,
    }
}

fn with_gender(fact: Fact, gender: Option<Gender>) -> Fact {
    match gender {
        Some(gender) => fact.code(Field::Gender, gender.code()),
        None => fact,
    }
}

/// Full years from one day to another.
pub(super) fn full_years(from: NaiveDate, to: NaiveDate) -> i32 {
    let had = (from.month(), from.day()) <= (to.month(), to.day());
    to.year() - from.year() - i32::from(!had)
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrderKind::{Enrolment, Leaving, Promotion, Transfer};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// RPT-3, 2.5: full years on 1 January of the next year.
    #[test]
    fn years_are_full() {
        let new_year = day("2027-01-01");
        assert_eq!(full_years(day("2015-01-01"), new_year), 12);
        assert_eq!(full_years(day("2015-01-02"), new_year), 11);
        assert_eq!(full_years(day("2016-02-29"), new_year), 10);
    }

    /// RPT-3, 2.12: a move between classes is neither coming nor leaving.
    #[test]
    fn a_stay_tells_what_it_is() {
        let starts_on = day("2025-09-01");
        let stay = |since: &str, began, ended| ClassStay {
            member: Member {
                pupil: 1.into(),
                class: 1.into(),
                since: day(since),
                until: None,
            },
            began,
            ended,
            reason: None,
            document: None,
            conditional: false,
        };
        for (since, began, ended, expected) in [
            (
                "2025-09-01",
                Enrolment,
                Some(Promotion),
                vec!["start", "finished"],
            ),
            ("2025-10-05", Enrolment, Some(Leaving), vec!["came", "left"]),
            ("2025-10-05", Transfer, Some(Promotion), vec!["finished"]),
            ("2025-09-01", Promotion, Some(Transfer), vec!["start"]),
            ("2025-10-05", Enrolment, None, vec!["came", "finished"]),
        ] {
            assert_eq!(events(&stay(since, began, ended), starts_on), expected);
        }
    }
}
