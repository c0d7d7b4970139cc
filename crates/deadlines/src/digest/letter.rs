//! What the letter of the day says. Pure but for the templates.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use kernel::{
    PersonId, Role,
    dates::{show_date, show_day},
};
use serde::Serialize;
use web::Views;

use super::Names;
use crate::{Error, Occasion, regulation, store::digest::Waiting};

/// So many things of a rule are named, and how many more there are.
const NAMED: usize = 8;

/// The reminders of one person, sorted out.
pub(super) struct Content<'a> {
    /// What the person has to do: by rule, overdue first.
    own: Vec<Vec<&'a Waiting>>,
    /// What others have not done: by rule.
    others: Vec<Vec<&'a Waiting>>,
    /// Something is due or late: nobody may unsubscribe from that.
    pub(super) duty: bool,
}

impl<'a> Content<'a> {
    pub(super) fn of(
        to: PersonId,
        reminders: &'a [Waiting],
        holders: &HashSet<(Role, PersonId)>,
        today: NaiveDate,
    ) -> Self {
        let is_own = |it: &&Waiting| match (it.owner, it.role) {
            (Some(owner), _) => owner == to,
            (None, Some(role)) => holders.contains(&(role, to)),
            (None, None) => true,
        };
        let (own, others): (Vec<&Waiting>, Vec<&Waiting>) = reminders.iter().partition(is_own);
        let duty = |it: &Waiting| it.due <= today || !matches!(it.occasion, Occasion::Before(_));
        Self {
            own: by_rule(own),
            others: by_rule(others),
            duty: reminders.iter().any(duty),
        }
    }

    /// Subject, plain text and HTML.
    pub(super) fn shown(
        &self,
        views: &Views,
        names: &Names,
        today: NaiveDate,
    ) -> Result<(String, String, String), Error> {
        let page = self.page(views, names, today);
        let key = match (page.late, page.others.is_empty()) {
            _ if names.by.is_some() => "mail.nudge.subject",
            (0, true) => "mail.digest.subject",
            (0, false) => "mail.digest.subject-school",
            _ => "mail.digest.subject-late",
        };
        let args = BTreeMap::from([
            ("day".to_owned(), show_date(today)),
            ("late".to_owned(), page.late.to_string()),
            ("count".to_owned(), page.count.to_string()),
            ("by".to_owned(), names.by.clone().unwrap_or_default()),
        ]);
        Ok((
            views.phrase(key, &args),
            views.part("mail/digest.txt", &page)?.0,
            views.part("mail/digest.html", &page)?.0,
        ))
    }

    fn page(&self, views: &Views, names: &Names, today: NaiveDate) -> Page {
        let own = self.own.iter().flatten();
        Page {
            count: own.clone().count(),
            late: own.filter(|it| it.due < today).count(),
            own: self
                .own
                .iter()
                .map(|it| group(it, views, names, today))
                .collect(),
            others: self.others.iter().map(|it| sum(it, names)).collect(),
            mine: format!("{}/deadlines", names.base),
            board: format!("{}/control", names.base),
        }
    }
}

/// By rule; rules with what is due first come first, and so do things in them.
fn by_rule(mut reminders: Vec<&Waiting>) -> Vec<Vec<&Waiting>> {
    reminders
        .sort_by(|a, b| (a.due, &a.rule, a.on, a.lesson).cmp(&(b.due, &b.rule, b.on, b.lesson)));
    reminders.dedup_by_key(|it| it.debt);
    let mut groups: Vec<Vec<&Waiting>> = vec![];
    for it in reminders {
        match groups.iter_mut().find(|group| group[0].rule == it.rule) {
            Some(group) => group.push(it),
            None => groups.push(vec![it]),
        }
    }
    groups
}

#[derive(Debug, Serialize)]
struct Page {
    count: usize,
    late: usize,
    own: Vec<Group>,
    others: Vec<Sum>,
    /// «Мои сроки».
    mine: String,
    /// The board of the school.
    board: String,
}

/// What one rule wants of the person.
#[derive(Debug, Serialize)]
struct Group {
    rule: String,
    what: String,
    late: bool,
    things: Vec<Thing>,
    more: usize,
}

/// One thing, with the page where it is done.
#[derive(Debug, Serialize)]
struct Thing {
    class: String,
    subject: String,
    lesson: Option<i16>,
    /// The day of the lesson.
    day: String,
    person: String,
    text: String,
    due: String,
    late: bool,
    parts: Option<(i32, i32)>,
    href: String,
}

/// What others owe under one rule.
#[derive(Debug, Serialize)]
struct Sum {
    rule: String,
    count: usize,
    /// «Иванова О. П.» and how many.
    people: Vec<(String, usize)>,
    more: usize,
}

fn group(reminders: &[&Waiting], views: &Views, names: &Names, today: NaiveDate) -> Group {
    let (rule, what) = rule(reminders[0]);
    Group {
        rule,
        what,
        late: reminders[0].due < today,
        things: reminders
            .iter()
            .take(NAMED)
            .map(|it| thing(it, views, names, today))
            .collect(),
        more: reminders.len().saturating_sub(NAMED),
    }
}

fn thing(it: &Waiting, views: &Views, names: &Names, today: NaiveDate) -> Thing {
    let class = it.class.and_then(|it| names.classes.get(&it));
    let subject = it.subject.and_then(|it| names.subjects.get(&it));
    let person = it.about.and_then(|it| names.people.get(&it));
    Thing {
        class: class.cloned().unwrap_or_default(),
        subject: subject.cloned().unwrap_or_default(),
        lesson: it.lesson,
        day: show_day(it.on),
        person: person.cloned().unwrap_or_default(),
        text: crate::said::text(views, &it.text),
        due: show_date(it.due),
        late: it.due < today,
        parts: it.parts,
        href: format!("{}{}", names.base, it.place),
    }
}

fn sum(reminders: &[&Waiting], names: &Names) -> Sum {
    let mut people: BTreeMap<&str, usize> = BTreeMap::new();
    for it in reminders {
        let name = it.owner.and_then(|it| names.people.get(&it));
        if let Some(name) = name {
            *people.entry(name).or_default() += 1;
        }
    }
    let mut people: Vec<(String, usize)> = people
        .into_iter()
        .map(|(name, n)| (name.to_owned(), n))
        .collect();
    people.sort_by_key(|it| std::cmp::Reverse(it.1));
    let more = people.len().saturating_sub(NAMED);
    people.truncate(NAMED);
    Sum {
        rule: rule(reminders[0]).0,
        count: reminders.len(),
        people,
        more,
    }
}

/// The name of the rule, and what it wants.
fn rule(it: &Waiting) -> (String, String) {
    regulation::rule(&it.rule).map_or_else(
        || (it.rule.clone(), String::new()),
        |it| (it.name.clone(), it.what.clone()),
    )
}
