use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, StudyYear};
use dues::{About, Fact, Owner, Whole};
use identity::HandedOver;
use kernel::{PersonId, Role};
use people::{Files, PupilFile};

use super::Told;
use crate::Enrolment;

/// An account for the pupil and a parent, handed over (S3:2.6).
pub(super) const ACCOUNT: &str = "identity.pupil-account";
/// A personal file with a number (S3:5.4).
pub(super) const FILE: &str = "people.pupil-file";
/// Every field that the regulation names (S3:5.5).
pub(super) const COMPLETE: &str = "people.pupil-complete";
/// A consent to the processing of personal data (S2:5.4).
pub(super) const CONSENT: &str = "people.consent";

/// The pupil of a key: `pupil/11`, `2026/pupil/11`.
fn pupil_of(key: &str) -> Option<PersonId> {
    key.split_once("pupil/")?.1.parse().ok()
}

/// A pupil who is enrolled, with the card.
struct Pupil<'a> {
    year: &'a StudyYear,
    class: &'a Class,
    stay: &'a Enrolment,
    card: &'a PupilFile,
}

impl Told<'_> {
    /// Looks at everybody who is in a class today, or will be.
    pub(super) fn pupils(&mut self, files: &Files, accounts: &HandedOver) {
        let (study, enrolments) = (self.study.clone(), self.enrolments.clone());
        let today = self.ask.today;
        let mut first: HashMap<PersonId, &Enrolment> = HashMap::new();
        let mut here = HashSet::new();
        for it in enrolments.present(today) {
            let known = first.entry(it.member.pupil).or_insert(it);
            if it.member.since < known.member.since {
                *known = it;
            }
        }
        for (id, stay) in first {
            let found = (study.class(stay.member.class), files.pupil(id));
            let (Some((year, class)), Some(card)) = found else {
                continue;
            };
            let pupil = Pupil {
                year,
                class,
                stay,
                card,
            };
            // Nobody signs in from a kindergarten's group.
            if class.grade > 0 {
                self.account(&pupil, accounts);
            }
            self.file(&pupil);
            self.complete(&pupil);
            self.consent(&pupil);
            here.insert(id);
        }
        // Of whoever left nothing is asked.
        for duty in [ACCOUNT, FILE, COMPLETE, CONSENT] {
            let is_here = |key: &str| pupil_of(key).is_none_or(|it| here.contains(&it));
            self.answer.lose(self.ask, duty, is_here);
        }
    }

    fn account(&mut self, it: &Pupil<'_>, accounts: &HandedOver) {
        let issued = it.stay.issued_at.map(|at| self.own.day(at));
        let on = issued.unwrap_or(it.stay.effective_on);
        let own = accounts.of(it.card.pupil);
        let parents = it.card.parents.iter().filter_map(|id| accounts.of(*id));
        let parent = parents.max_by_key(|it| it.handed);
        let lacks: Vec<&str> = [
            ("account", own.is_none()),
            ("slip", own.is_some_and(|it| !it.handed)),
            ("parent-account", parent.is_none()),
            ("parent-slip", parent.is_some_and(|it| !it.handed)),
        ]
        .into_iter()
        .filter_map(|(code, lacks)| lacks.then_some(code))
        .collect();
        let is_opened = own.is_some() && parent.is_some();
        // An administrator opens accounts, the class teacher hands them over.
        let (owner, place) = match own.zip(parent) {
            None if it.card.parents.is_empty() => (
                Owner::Role(Role::Admin),
                format!("/people/pupils/{}/family", it.card.pupil),
            ),
            None => (
                Owner::Role(Role::Admin),
                format!("/people/pupils/{}", it.card.pupil),
            ),
            Some((own, parent)) => {
                let account = if own.handed { parent } else { own }.account;
                (
                    Owner::ClassTeacher(it.class.id),
                    format!("/settings/accounts/{account}"),
                )
            }
        };
        self.count_pupil(ACCOUNT, it, on, Owner::ClassTeacher(it.class.id));
        if !lacks.is_empty() {
            let fact = it.fact(ACCOUNT, on, owner, lacks.join(" "), place);
            let done = if is_opened { 2 } else { 0 };
            let handed = [own, parent]
                .into_iter()
                .flatten()
                .filter(|it| it.handed)
                .count();
            let parts = Some((done + u32::try_from(handed).unwrap_or(0), 4));
            self.answer.tell(self.ask, Fact { parts, ..fact });
        }
    }

    fn file(&mut self, it: &Pupil<'_>) {
        let (on, owner) = (it.stay.effective_on, Owner::ClassTeacher(it.class.id));
        self.count_pupil(FILE, it, on, owner);
        if !it.card.is_opened() {
            let place = format!("/people/pupils/{}/edit", it.card.pupil);
            let fact = it.fact(FILE, on, owner, String::new(), place);
            self.answer.tell(self.ask, fact);
        }
    }

    fn complete(&mut self, it: &Pupil<'_>) {
        let on = it.year.year.starts_on.max(it.stay.member.since);
        let owner = Owner::ClassTeacher(it.class.id);
        self.count_pupil(COMPLETE, it, on, owner);
        let lacks = it.card.lacks(it.class.grade, self.ask.today);
        if lacks.codes.is_empty() {
            return;
        }
        // What only the office may fill is owed by the office.
        let (owner, page) = match lacks.codes[..] {
            _ if lacks.only_restricted => (Owner::Role(Role::Secretary), "restricted"),
            ["parents", ..] => (owner, "family"),
            _ => (owner, "edit"),
        };
        let place = format!("/people/pupils/{}/{page}", it.card.pupil);
        let done = lacks.of - u32::try_from(lacks.codes.len()).unwrap_or(lacks.of);
        let fact = it.fact(COMPLETE, on, owner, lacks.codes.join(" "), place);
        let fact = Fact {
            key: format!("{}/{}", it.year.number(), fact.key),
            parts: Some((done, lacks.of)),
            ..fact
        };
        self.answer.tell(self.ask, fact);
    }

    fn consent(&mut self, it: &Pupil<'_>) {
        let on = self.own.day(it.card.entered_at);
        let owner = Owner::ClassTeacher(it.class.id);
        self.count_pupil(CONSENT, it, on, owner);
        if !it.card.consents {
            let fact = it.fact(CONSENT, on, owner, String::new(), consent_of(it.card.pupil));
            self.answer.tell(self.ask, fact);
        }
    }

    /// The office asks the staff for theirs.
    pub(super) fn staff_consents(&mut self, files: &Files) {
        for it in files.workers_on(self.ask.today) {
            let on = self.own.day(it.entered_at);
            let owner = Owner::Role(Role::Secretary);
            self.answer.count(
                self.ask,
                Whole {
                    duty: CONSENT,
                    month: on,
                    owner,
                    class: None,
                    things: 1,
                },
            );
            if !it.consents {
                let fact = Fact {
                    duty: CONSENT,
                    key: format!("staff/{}", it.person),
                    on,
                    owner,
                    about: About {
                        person: Some(it.person),
                        ..About::default()
                    },
                    place: consent_of(it.person),
                    parts: None,
                };
                self.answer.tell(self.ask, fact);
            }
        }
    }

    fn count_pupil(&mut self, duty: &'static str, it: &Pupil<'_>, on: NaiveDate, owner: Owner) {
        let whole = Whole {
            duty,
            month: on,
            owner,
            class: Some(it.class.id),
            things: 1,
        };
        self.answer.count(self.ask, whole);
    }
}

fn consent_of(person: PersonId) -> String {
    format!("/people/consents/new?person={person}&kind=processing")
}

impl Pupil<'_> {
    fn fact(
        &self,
        duty: &'static str,
        on: NaiveDate,
        owner: Owner,
        text: String,
        place: String,
    ) -> Fact {
        Fact {
            duty,
            key: format!("pupil/{}", self.card.pupil),
            on,
            owner,
            about: About {
                class: Some(self.class.id),
                person: Some(self.card.pupil),
                text,
                ..About::default()
            },
            place,
            parts: None,
        }
    }
}
