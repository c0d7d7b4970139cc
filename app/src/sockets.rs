//! What the app fills in between the domains: sockets of lower ones, lists of
//! things that each offers.

use std::{collections::HashSet, sync::Arc};

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::NaiveDate;
use curriculum::{Class, Curriculum, Group, Subject};
use db::Tx;
use dues::DeadlineSource;
use identity::{Accounts, Circle, Circles, Place};
use intake::Importer;
use journal::{BellBlock, BellLine};
use kernel::{Actor, ClassId, Fault, PersonId, Scope};
use movement::ClassRegister;
use people::{Card, CardBook, CardLists, People};
use web::{Go, Views, Visit};

use crate::wire::Services;

/// The routes of the app itself.
pub(crate) const FRONT_ROUTES: &[(&str, &str)] = &[("GET", "/")];

/// The address without a path: the diary for families, the own organisation
/// for staff, the login page for a stranger.
pub(crate) fn front_page() -> Router {
    Router::new().route("/", get(front))
}

async fn front(visit: Visit) -> Response {
    let to = match visit.me() {
        None => "/login".to_owned(),
        Some(me) => identity::home(me),
    };
    Go::to(to).into_response()
}

/// The lists that a school may bring as files, in the order in which a new one needs them.
pub(crate) fn importers(services: &Services, views: &Views) -> Vec<Arc<dyn Importer>> {
    let cards: Arc<dyn CardLists> = Arc::new(CardBook);
    let accounts: Arc<dyn Accounts> = Arc::new(services.identity.clone());
    let names: Arc<dyn People> = Arc::new(people::Cards);
    vec![
        Arc::new(org::CardList::new(views.clone())),
        Arc::new(people::StaffList::new(
            Arc::clone(&cards),
            Arc::clone(&accounts),
        )),
        Arc::new(movement::PupilList::new(
            Arc::clone(&cards),
            services.movement.clone(),
        )),
        Arc::new(people::ParentList::new(
            cards,
            accounts,
            Arc::new(services.movement.clone()),
        )),
        Arc::new(curriculum::LoadList::new(
            Arc::clone(&names),
            Arc::new(movement::Register),
        )),
        Arc::new(curriculum::PlanList::new(Arc::clone(&names))),
        Arc::new(schedule::TimetableList::new(
            services.timetable.clone(),
            services.asked.clone(),
        )),
        Arc::new(exams::ResultList::new(
            names,
            Arc::new(curriculum::Records),
            Arc::new(movement::Register),
        )),
    ]
}

/// Who tells how far a new school is, a statement each.
pub(crate) fn setup_sources() -> Vec<Arc<dyn org::SetupSource>> {
    vec![
        Arc::new(identity::SetupAccounts),
        Arc::new(people::SetupPeople),
        Arc::new(curriculum::SetupCurriculum),
        Arc::new(movement::SetupRegister),
        Arc::new(schedule::SetupTimetable),
    ]
}

/// What reports are built from, in the order in which it is offered (RPT-2).
pub(crate) fn report_sources(services: &Services) -> Vec<Arc<dyn sources::ReportSource>> {
    let people: Arc<dyn People> = Arc::new(people::Cards);
    let curriculum: Arc<dyn Curriculum> = Arc::new(curriculum::Records);
    vec![
        Arc::new(movement::PupilRows {
            people: Arc::clone(&people),
            curriculum: Arc::clone(&curriculum),
            own: Arc::new(services.movement.clone()),
        }),
        Arc::new(journal::MarkRows {
            people: Arc::clone(&people),
            curriculum: Arc::clone(&curriculum),
        }),
        Arc::new(journal::AttendanceRows {
            people: Arc::clone(&people),
            curriculum: Arc::clone(&curriculum),
            lessons: Arc::new(schedule::LessonBook),
        }),
        Arc::new(movement::OrderRows { people, curriculum }),
        Arc::new(people::StaffRows),
    ]
}

/// Who tells what is owed. The organisation comes first: what one of them
/// reads the others after it know.
pub fn deadline_sources(services: &Services) -> Vec<Arc<dyn DeadlineSource>> {
    let orgs: Arc<dyn org::Organisations> = Arc::new(services.org.clone());
    let accounts: Arc<dyn Accounts> = Arc::new(services.identity.clone());
    let people: Arc<dyn People> = Arc::new(people::Cards);
    let curriculum: Arc<dyn Curriculum> = Arc::new(curriculum::Records);
    vec![
        Arc::new(org::CardDues),
        Arc::new(org::BackupDues),
        Arc::new(builder::RequestDues),
        Arc::new(people::StaffDues {
            orgs: Arc::clone(&orgs),
            accounts: Arc::clone(&accounts),
        }),
        Arc::new(curriculum::CurriculumDues {
            orgs: Arc::clone(&orgs),
            people: Arc::clone(&people),
        }),
        Arc::new(movement::EnrolledDues {
            orgs: Arc::clone(&orgs),
            accounts,
            people: Arc::clone(&people),
            curriculum: Arc::clone(&curriculum),
        }),
        Arc::new(movement::MovementDues {
            orgs: Arc::clone(&orgs),
            people: Arc::clone(&people),
            curriculum: Arc::clone(&curriculum),
        }),
        Arc::new(schedule::TimetableDues {
            orgs: Arc::clone(&orgs),
            curriculum: Arc::clone(&curriculum),
        }),
        Arc::new(exams::ExamDues {
            orgs: Arc::clone(&orgs),
            people: Arc::clone(&people),
            curriculum: Arc::clone(&curriculum),
            register: Arc::new(movement::Register),
        }),
        Arc::new(reporting::ReportDues {
            orgs: Arc::clone(&orgs),
            curriculum: Arc::clone(&curriculum),
        }),
        Arc::new(forms::FormDues {
            orgs: Arc::clone(&orgs),
        }),
        Arc::new(journal::JournalDues {
            orgs,
            people,
            curriculum,
            register: Arc::new(movement::Register),
            lessons: Arc::new(schedule::LessonBook),
        }),
    ]
}

/// Which organisations there are, for the jobs of domains that know only their own tenant.
pub(crate) struct Tree(pub(crate) org::Org);

#[async_trait::async_trait]
impl movement::Tenants for Tree {
    async fn all(&self) -> Result<Vec<kernel::OrgId>, Box<dyn kernel::Fault>> {
        let tree = self.0.tree().await.map_err(boxed)?;
        Ok(tree.into_iter().map(|it| it.id).collect())
    }
}

#[async_trait::async_trait]
impl privacy::Tenants for Tree {
    async fn all(&self) -> Result<Vec<kernel::OrgId>, Box<dyn kernel::Fault>> {
        let tree = self.0.tree().await.map_err(boxed)?;
        Ok(tree.into_iter().map(|it| it.id).collect())
    }
}

#[async_trait::async_trait]
impl deadlines::Tree for Tree {
    async fn all(&self) -> Result<Vec<org::Organisation>, Box<dyn Fault>> {
        self.0.tree().await.map_err(boxed)
    }
}

#[async_trait::async_trait]
impl hub::Schools for Tree {
    async fn below(&self, unit: kernel::OrgId) -> Result<Vec<org::Organisation>, Box<dyn Fault>> {
        let tree = self.0.tree().await.map_err(boxed)?;
        let parent = |id| tree.iter().find(|it| it.id == id).and_then(|it| it.parent);
        let is_below = |it: &&org::Organisation| {
            let above = std::iter::successors(it.parent, |id| parent(*id));
            it.kind.is_school() && above.into_iter().any(|id| id == unit)
        };
        let mut below: Vec<org::Organisation> = tree.iter().filter(is_below).cloned().collect();
        below.sort_by_cached_key(|it| kernel::names::collation_key(&it.name));
        Ok(below)
    }
}

#[async_trait::async_trait]
impl forms::Schools for Tree {
    async fn below(&self, unit: kernel::OrgId) -> Result<Vec<org::Organisation>, Box<dyn Fault>> {
        hub::Schools::below(self, unit).await
    }
}

/// What all domains hold of a person (152-FZ).
pub fn person_data() -> Vec<db::subject::Held> {
    [
        people::PERSON_DATA,
        identity::PERSON_DATA,
        curriculum::PERSON_DATA,
        movement::PERSON_DATA,
        schedule::PERSON_DATA,
        journal::PERSON_DATA,
        rollover::PERSON_DATA,
        exams::PERSON_DATA,
        preschool::PERSON_DATA,
        portfolio::PERSON_DATA,
        messaging::PERSON_DATA,
        deadlines::PERSON_DATA,
        builder::PERSON_DATA,
        forms::PERSON_DATA,
        privacy::PERSON_DATA,
        reporting::PERSON_DATA,
    ]
    .concat()
}

/// The deadlines of the first page, and what families propose.
pub(crate) struct FirstPage {
    pub(crate) deadlines: deadlines::Deadlines,
    pub(crate) people: people::Directory,
    pub(crate) transfers: movement::Transfers,
}

#[async_trait::async_trait]
impl journal::Bell for FirstPage {
    async fn home(
        &self,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<BellBlock>, Box<dyn Fault>> {
        let home = self.deadlines.home(actor, today).await.map_err(boxed)?;
        let unit = self.deadlines.unit_home(actor).await.map_err(boxed)?;
        let waiting = self.people.waiting_proposals(actor).await.map_err(boxed)?;
        let proposals = waiting.filter(|it| 0 < *it).map(|it| BellBlock {
            kind: "proposals",
            count: it,
            ..BellBlock::default()
        });
        let moving = self.transfers.waiting(actor).await.map_err(boxed)?;
        let transfers = moving.filter(|it| 0 < *it).map(|it| BellBlock {
            kind: "transfers",
            count: it,
            ..BellBlock::default()
        });
        let counts = [("school", home.school), ("mine", home.mine)];
        let counts = counts
            .into_iter()
            .filter_map(|(kind, it)| Some(bell_block(kind, it?)));
        Ok(proposals
            .into_iter()
            .chain(transfers)
            .chain(counts)
            .chain(unit.map(unit_block))
            .collect())
    }
}

/// The calendars by which schools count working days, and who looks again at
/// what a school owes when another one acted.
pub(crate) struct Calendars(pub(crate) Arc<dyn org::Organisations>);

#[async_trait::async_trait]
impl movement::WorkCalendar for Calendars {
    async fn workdays(
        &self,
        tx: &mut Tx,
        school: kernel::OrgId,
    ) -> Result<kernel::workdays::Workdays, Box<dyn Fault>> {
        let days = deadlines::workdays_of(&*self.0, tx, school).await;
        days.map_err(boxed)
    }
}

#[async_trait::async_trait]
impl messaging::Owes for Calendars {
    async fn asked(&self, tx: &mut Tx) -> Result<(), Box<dyn Fault>> {
        deadlines::look_again(tx).await.map_err(boxed)
    }
}

/// Whoever reminds of lessons looked through the journals.
pub(crate) struct JournalControl;

#[async_trait::async_trait]
impl deadlines::Control for JournalControl {
    async fn looked(
        &self,
        tx: &mut Tx,
        by: PersonId,
        today: NaiveDate,
    ) -> Result<(), Box<dyn Fault>> {
        journal::looked_through(tx, by, today).await.map_err(boxed)
    }
}

fn bell_block(kind: &'static str, it: deadlines::HomeCounts) -> BellBlock {
    let path = |id: &str| match kind {
        "school" => format!("/control/rules/{id}"),
        _ => "/deadlines".to_owned(),
    };
    BellBlock {
        kind,
        count: 0,
        overdue: it.overdue,
        today: it.today,
        week: it.week,
        lines: it
            .rules
            .iter()
            .map(|(rule, overdue, soon)| BellLine {
                name: rule.name.clone(),
                path: path(&rule.id),
                overdue: *overdue,
                soon: *soon,
            })
            .collect(),
        next: it.next.map(|(rule, day)| (rule.name, day)),
        people: if kind == "school" { it.people } else { 0 },
        reminded_at: it.reminded_at.map(|it| it.to_rfc3339()),
        reminded_by: it.reminded_by,
        schools: None,
    }
}

fn unit_block(it: deadlines::UnitHome) -> BellBlock {
    let line = |(id, name, overdue): (kernel::OrgId, String, i32)| BellLine {
        name,
        path: format!("/deadlines/{id}"),
        overdue: overdue.into(),
        soon: 0,
    };
    BellBlock {
        kind: "hub",
        overdue: it.overdue.into(),
        lines: it.worst.into_iter().map(line).collect(),
        schools: Some((it.late_schools, it.schools)),
        ..BellBlock::default()
    }
}

/// The families of the classes: what the accounts of a school are narrowed
/// to, and all that a class teacher sees of them (C6).
pub(crate) struct ClassFamilies {
    pub(crate) orgs: Arc<dyn org::Organisations>,
    pub(crate) curriculum: Arc<dyn Curriculum>,
    pub(crate) register: Arc<dyn ClassRegister>,
    pub(crate) people: Arc<dyn People>,
}

impl ClassFamilies {
    pub(crate) fn over(services: &Services) -> Self {
        Self {
            orgs: Arc::new(services.org.clone()),
            curriculum: Arc::new(curriculum::Records),
            register: Arc::new(movement::Register),
            people: Arc::new(people::Cards),
        }
    }

    async fn today(&self, tx: &mut Tx) -> Result<NaiveDate, Box<dyn Fault>> {
        let own = self.orgs.own(tx).await.map_err(boxed)?;
        Ok(kernel::dates::today(tx.now(), own.zone))
    }
}

#[async_trait::async_trait]
impl Circles for ClassFamilies {
    async fn all(
        &self,
        tx: &mut Tx,
        led_by: Option<PersonId>,
    ) -> Result<Vec<Circle>, Box<dyn Fault>> {
        let today = self.today(tx).await?;
        let Some(year) = self.curriculum.year_near(tx, today).await.map_err(boxed)? else {
            return Ok(vec![]);
        };
        let classes = self.curriculum.classes(tx, year.id).await.map_err(boxed)?;
        let open = classes
            .iter()
            .filter(|it| led_by.is_none() || it.teacher == led_by);
        let circle = |it: &Class| Circle {
            code: it.id.to_string(),
            label: it.name(),
        };
        Ok(open.map(circle).collect())
    }

    async fn people(&self, tx: &mut Tx, codes: &[String]) -> Result<Vec<PersonId>, Box<dyn Fault>> {
        let classes: Vec<ClassId> = codes.iter().filter_map(|it| it.parse().ok()).collect();
        let today = self.today(tx).await?;
        let members = self
            .register
            .members(tx, &classes, today, today)
            .await
            .map_err(boxed)?;
        let mut people: Vec<PersonId> = members.into_iter().map(|it| it.pupil).collect();
        let kin = self
            .people
            .parents_of(tx, &people, today)
            .await
            .map_err(boxed)?;
        people.extend(kin.into_iter().map(|it| it.parent));
        Ok(people)
    }

    async fn places(&self, tx: &mut Tx, on: NaiveDate) -> Result<Vec<Place>, Box<dyn Fault>> {
        let Some(year) = self.curriculum.year_near(tx, on).await.map_err(boxed)? else {
            return Ok(vec![]);
        };
        let classes = self.curriculum.classes(tx, year.id).await.map_err(boxed)?;
        let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
        let groups = self.curriculum.groups(tx, &ids).await.map_err(boxed)?;
        let subjects = self.curriculum.subjects(tx).await.map_err(boxed)?;
        let day = on.clamp(year.starts_on, year.ends_on);
        let members = self.register.members(tx, &ids, day, day).await;
        let members = members.map_err(boxed)?;
        let pupils = self.people.pupils(tx).await.map_err(boxed)?;
        Ok(places(&classes, &groups, &subjects, &members, &pupils))
    }
}

/// What a role may be narrowed to: classes, their groups, the children in them.
fn places(
    classes: &[Class],
    groups: &[Group],
    subjects: &[Subject],
    members: &[movement::Member],
    pupils: &[Card],
) -> Vec<Place> {
    let subject = |it: &Group| {
        let found = subjects.iter().find(|subject| subject.id == it.subject);
        found.map(|it| it.name.as_str()).unwrap_or_default()
    };
    let mut places: Vec<Place> = classes
        .iter()
        .map(|it| Place {
            scope: Scope::Class(it.id),
            label: it.name(),
            class: None,
        })
        .collect();
    for class in classes {
        let of_class = groups.iter().filter(|it| it.class == class.id);
        places.extend(of_class.map(|it| Place {
            scope: Scope::Group(it.id),
            label: format!("{}, {}, {}", class.name(), subject(it), it.name),
            class: None,
        }));
    }
    for class in classes {
        let here: HashSet<PersonId> = members
            .iter()
            .filter(|it| it.class == class.id)
            .map(|it| it.pupil)
            .collect();
        let children = pupils.iter().filter(|it| here.contains(&it.id));
        places.extend(children.map(|it| Place {
            scope: Scope::Child(it.id),
            label: it.listed(),
            class: Some(class.name()),
        }));
    }
    places
}

fn boxed(it: impl Fault + 'static) -> Box<dyn Fault> {
    Box::new(it)
}
