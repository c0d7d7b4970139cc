//! What the search finds besides people (PPL-11): classes and their journals,
//! the pages of the menu, and actions, each only for whoever may open it.

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use curriculum::{Class, Curriculum};
use db::Db;
use journal::JournalOf;
use kernel::{
    Actor, ClassId, Reach, Right, SubjectId,
    names::{self, ClassName, Reading, Variant, matches, search_key},
};
use people::{FoundPlaces, Place, PlaceKind, Places};
use web::{Failure, Member, Views};

/// Finds classes, pages and actions.
pub(crate) struct Finder {
    pub(crate) db: Db,
    pub(crate) views: Views,
    pub(crate) curriculum: Arc<dyn Curriculum>,
    pub(crate) journal: journal::Journal,
}

/// What one comes to do. The word is `action.<code>`; `also.<code>` holds more
/// words that find it.
struct Action {
    code: &'static str,
    href: &'static str,
    /// The rights that it takes.
    rights: &'static [Right],
    /// How far they must reach.
    reach: Option<Reach>,
}

impl Action {
    const fn new(code: &'static str, href: &'static str, rights: &'static [Right]) -> Self {
        Self {
            code,
            href,
            rights,
            reach: Some(Reach::Org),
        }
    }

    /// However far the right reaches.
    const fn of_anybody(self) -> Self {
        Self {
            reach: None,
            ..self
        }
    }

    fn is_open_to(&self, actor: &Actor) -> bool {
        self.rights.iter().all(|right| match self.reach {
            Some(reach) => actor.reaches(*right).has(reach),
            None => actor.may(*right).is_ok(),
        })
    }
}

/// In the order of how often they are done.
const ACTIONS: &[Action] = &[
    Action::new("new-pupil", "/people/pupils/new", &[Right::PupilEdit]),
    Action::new(
        "enrol",
        "/movement/orders/new?type=enrolment",
        &[Right::MovementEdit],
    ),
    Action::new(
        "leave",
        "/movement/orders/new?type=leaving",
        &[Right::MovementEdit],
    ),
    Action::new("new-parent", "/people/parents/new", &[Right::ParentEdit]),
    Action::new("new-staff", "/people/staff/new", &[Right::StaffEdit]),
    Action::new("slips", "/settings/accounts", &[Right::AccountEdit]).of_anybody(),
    Action::new(
        "remind",
        "/control/reminders",
        &[Right::DeadlineEdit, Right::JournalView],
    ),
    Action::new("new-plan", "/study/plans/new", &[Right::PlanEdit]).of_anybody(),
    Action::new("new-class", "/study/classes/new", &[Right::CurriculumEdit]),
    Action::new("new-load", "/study/load/new", &[Right::CurriculumEdit]),
    Action::new("timetable", "/timetable/edit", &[Right::TimetableEdit]),
    Action::new("new-exam", "/study/exams/new", &[Right::ExamEdit]),
    Action::new("import", "/import", &[Right::ImportRun]),
];

#[async_trait]
impl Places for Finder {
    async fn find(&self, member: &Member, query: &str) -> Result<FoundPlaces, Failure> {
        let readings = names::query_variants(query);
        if readings.is_empty() {
            return Ok(FoundPlaces {
                places: self.to_begin_with(member),
                shown_for: None,
            });
        }
        let wishes: Vec<Wish> = readings.iter().map(Wish::of).collect();
        let asks = |wanted: fn(&Wish) -> bool| wishes.iter().any(wanted);
        let classes = if asks(|it| matches!(it, Wish::Class(_))) {
            self.classes(member).await?
        } else {
            vec![]
        };
        let journals = if asks(|it| matches!(it, Wish::Journal(..))) {
            self.journals(member).await?
        } else {
            vec![]
        };
        for (reading, wish) in readings.into_iter().zip(wishes) {
            let tokens = reading.tokens.join(" ");
            let mut places = match wish {
                Wish::Class(name) => self.named(member, &classes, &name),
                Wish::Journal(class, subject) => {
                    self.of_subject(member, &journals, &class, &subject)
                }
                Wish::Nothing => vec![],
            };
            places.extend(self.pages(member, &tokens));
            places.extend(self.actions(member, &tokens));
            if !places.is_empty() {
                let mapped = reading.reading != Reading::Typed;
                return Ok(FoundPlaces {
                    places,
                    shown_for: mapped.then_some(reading.text),
                });
            }
        }
        Ok(FoundPlaces::default())
    }
}

/// What a reading may mean of classes.
enum Wish {
    /// «7», «7а», «7 а»
    Class(String),
    /// «7а алг»
    Journal(ClassName, String),
    Nothing,
}

impl Wish {
    fn of(reading: &Variant) -> Self {
        match names::class_of(&reading.tokens) {
            (Some(class), rest) if rest.is_empty() => Self::Class(key(&[&class.to_string()])),
            (Some(class), rest) => Self::Journal(class, rest.join(" ")),
            (None, tokens) => match tokens.as_slice() {
                [one] if one.starts_with(|it: char| it.is_ascii_digit()) && one.len() <= 2 => {
                    Self::Class(one.clone())
                }
                _ => Self::Nothing,
            },
        }
    }
}

impl Finder {
    /// What is shown before anything is typed.
    fn to_begin_with(&self, member: &Member) -> Vec<Place> {
        let mut places = self.pages(member, "");
        places.extend(self.actions(member, ""));
        places
    }

    /// The pages of the menu; a section's name finds its pages too.
    fn pages(&self, member: &Member, tokens: &str) -> Vec<Place> {
        let links = self.views.menu(&member.visit).into_iter();
        let found = links.filter(|it| matches(&key(&[&it.name, &it.section]), tokens));
        let page = |it: web::MenuLink| Place {
            kind: PlaceKind::Page,
            name: it.name,
            note: it.section,
            href: it.href,
        };
        found.map(page).collect()
    }

    fn actions(&self, member: &Member, tokens: &str) -> Vec<Place> {
        let open = ACTIONS.iter().filter(|it| it.is_open_to(&member.actor));
        let action = |it: &Action| {
            let name = self.views.word(&format!("action.{}", it.code));
            let also = self.views.word(&format!("action.{}.also", it.code));
            matches(&key(&[&name, &also]), tokens).then(|| Place {
                kind: PlaceKind::Action,
                name,
                note: String::new(),
                href: member.path(it.href),
            })
        };
        open.filter_map(action).collect()
    }

    /// The classes whose pupils the actor may see.
    async fn classes(&self, member: &Member) -> Result<Vec<Class>, Failure> {
        let reaches = member.actor.reaches(Right::PupilView);
        let all = reaches.has(Reach::Org);
        if !all && !reaches.has(Reach::OwnClass) && !reaches.has(Reach::OwnLoad) {
            return Ok(vec![]);
        }
        let mut tx = self.db.begin(&member.actor).await?;
        let today = member.visit.day_of(tx.now());
        let mut classes = match self.curriculum.year_near(&mut tx, today).await? {
            Some(year) => self.curriculum.classes(&mut tx, year.id).await?,
            None => vec![],
        };
        if !all {
            let person = member.actor.person;
            let own = self.curriculum.own_of(&mut tx, person, today).await?;
            let mut mine: HashSet<ClassId> = own.led.into_iter().chain(own.taught).collect();
            if !own.groups.is_empty() {
                let ids: Vec<ClassId> = classes.iter().map(|it| it.id).collect();
                let groups = self.curriculum.groups(&mut tx, &ids).await?;
                let taught = groups.iter().filter(|it| own.groups.contains(&it.id));
                mine.extend(taught.map(|it| it.class));
            }
            classes.retain(|it| mine.contains(&it.id));
        }
        tx.commit().await?;
        Ok(classes)
    }

    /// The journals that the actor may open.
    async fn journals(&self, member: &Member) -> Result<Vec<JournalOf>, Failure> {
        if member.actor.may(Right::JournalView).is_err() {
            return Ok(vec![]);
        }
        let today = member.visit.day_of(self.db.clock().now());
        Ok(self.journal.journals(&member.actor, today).await?)
    }

    /// «7» finds 7А and 7Б, «7а» what there is of one class.
    fn named(&self, member: &Member, classes: &[Class], name: &str) -> Vec<Place> {
        let is_named = |it: &&Class| {
            let class = search_key(&it.name());
            let rest = class.strip_prefix(name);
            // «1» is no beginning of 10А.
            rest.is_some_and(|it| !it.starts_with(|it: char| it.is_ascii_digit()))
        };
        let found: Vec<&Class> = classes.iter().filter(is_named).collect();
        match found.as_slice() {
            [only] => self.of_class(member, only),
            many => many.iter().map(|it| self.list_of(member, it)).collect(),
        }
    }

    fn of_class(&self, member: &Member, class: &Class) -> Vec<Place> {
        let mut places = vec![self.list_of(member, class)];
        if !class.is_preschool() && member.actor.may(Right::JournalView).is_ok() {
            let href = format!("/journal/{}/summary", class.id);
            places.push(self.class_place(member, class, "summary", &href));
        }
        if member.actor.may(Right::TimetableView).is_ok() {
            let href = format!("/timetable?class={}", class.id);
            places.push(self.class_place(member, class, "timetable", &href));
        }
        places
    }

    fn list_of(&self, member: &Member, class: &Class) -> Place {
        let filter = web::form::encode(&class.name());
        let href = format!("/people/pupils?f.class={filter}");
        self.class_place(member, class, "list", &href)
    }

    fn class_place(&self, member: &Member, class: &Class, code: &str, href: &str) -> Place {
        Place {
            kind: PlaceKind::Class,
            name: class.name(),
            note: self.views.word(&format!("found.class.{code}")),
            href: member.path(href),
        }
    }

    /// The journals of the class in subjects of that name.
    fn of_subject(
        &self,
        member: &Member,
        journals: &[JournalOf],
        class: &ClassName,
        subject: &str,
    ) -> Vec<Place> {
        let is_of_class = |it: &&JournalOf| it.class.name().parse().as_ref() == Ok(class);
        let Some(of_class) = journals.iter().find(is_of_class) else {
            return vec![];
        };
        let named = of_class.subjects.iter();
        let named = named.filter(|(_, name, _)| matches(&search_key(name), subject));
        let place = |(id, name, _): &(SubjectId, String, bool)| Place {
            kind: PlaceKind::Class,
            name: format!("{} {name}", of_class.class.name()),
            note: self.views.word("found.class.journal"),
            href: member.path(&format!("/journal/{}/{id}", of_class.class.id)),
        };
        named.map(place).collect()
    }
}

fn key(texts: &[&str]) -> String {
    search_key(&texts.join(" "))
}
