//! What lists call classes, subjects and teachers.

use std::collections::HashMap;

use db::Tx;
use kernel::{
    ClassId, PersonId, SubjectId,
    names::{ClassName, search_key},
};
use people::{Card, People};

use crate::{Class, Curriculum, Error, Records, Subject, Year};

/// Classes of a year, subjects and staff, to be found by what lists call them.
#[derive(Debug)]
pub struct Names {
    classes: HashMap<ClassName, Class>,
    /// Groups of a kindergarten by the search key of their names (JRN-10).
    groups: HashMap<String, Class>,
    subjects: Vec<Subject>,
    staff: Vec<(Vec<String>, Vec<String>, PersonId)>,
}

/// Why a name means nothing: the code of the mistake.
pub type Unknown = &'static str;

impl Names {
    /// Three statements.
    pub async fn load(tx: &mut Tx, year: &Year, people: &dyn People) -> Result<Self, Error> {
        let all = Records.classes(tx, year.id).await?;
        let (groups, classes): (Vec<Class>, _) = all.into_iter().partition(Class::is_preschool);
        let staff = people.staff(tx).await?;
        Ok(Self {
            classes: classes
                .into_iter()
                .filter_map(|it| Some((class_name(&it)?, it)))
                .collect(),
            groups: groups
                .into_iter()
                .map(|it| (search_key(&it.name()), it))
                .collect(),
            subjects: Records.subjects(tx).await?,
            staff: staff.iter().map(tokens).collect(),
        })
    }

    /// The class «5А», or the group «Старшая «Ромашка»».
    ///
    /// # Errors
    /// `intake.not-a-class`, `intake.no-such-class`; `intake.no-preschool-group` in a kindergarten.
    pub fn class(&self, text: &str) -> Result<&Class, Unknown> {
        if let Some(group) = self.groups.get(&search_key(text)) {
            return Ok(group);
        }
        if self.classes.is_empty() && !self.groups.is_empty() {
            return Err("intake.no-preschool-group");
        }
        let name: ClassName = text.parse().map_err(|_| "intake.not-a-class")?;
        self.classes.get(&name).ok_or("intake.no-such-class")
    }

    /// Classes of a parallel.
    pub fn of_grade(&self, grade: i16) -> impl Iterator<Item = &Class> {
        self.classes.values().filter(move |it| it.grade == grade)
    }

    /// The class of that id.
    pub fn class_by_id(&self, id: ClassId) -> Option<&Class> {
        let mut all = self.classes.values().chain(self.groups.values());
        all.find(|it| it.id == id)
    }

    /// The subject by its name or short name.
    pub fn subject(&self, text: &str) -> Option<SubjectId> {
        let wanted = search_key(text);
        let by = |name: fn(&Subject) -> &str| {
            self.subjects
                .iter()
                .find(|it| search_key(name(it)) == wanted)
                .map(|it| it.id)
        };
        by(|it| &it.name).or_else(|| by(|it| &it.short_name))
    }

    /// The teacher «Иванова Мария Петровна», «Иванова М. П.», «Иванова».
    ///
    /// # Errors
    /// `intake.no-such-teacher`, `intake.several-teachers`.
    pub fn teacher(&self, text: &str) -> Result<PersonId, Unknown> {
        let key = search_key(text);
        let said: Vec<&str> = key.split(' ').collect();
        let means = |it: &&(Vec<String>, Vec<String>, PersonId)| {
            let (last, given, _) = it;
            let rest = said.strip_prefix(&last.iter().map(String::as_str).collect::<Vec<_>>()[..]);
            rest.is_some_and(|rest| {
                rest.len() <= given.len()
                    && rest
                        .iter()
                        .zip(given)
                        .all(|(said, name)| name.starts_with(said))
            })
        };
        let found: Vec<_> = self.staff.iter().filter(means).collect();
        let whole = |it: &&&(Vec<String>, Vec<String>, PersonId)| {
            it.0.iter()
                .chain(&it.1)
                .map(String::as_str)
                .eq(said.iter().copied())
        };
        match found.as_slice() {
            [] => Err("intake.no-such-teacher"),
            [one] => Ok(one.2),
            several => {
                let mut exact = several.iter().filter(|it| whole(it));
                match (exact.next(), exact.next()) {
                    (Some(one), None) => Ok(one.2),
                    _ => Err("intake.several-teachers"),
                }
            }
        }
    }
}

/// Words of the last name, and of first and middle names.
fn tokens(it: &Card) -> (Vec<String>, Vec<String>, PersonId) {
    let words = |text: &str| {
        search_key(text)
            .split(' ')
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let middle = it.middle_name.as_deref().unwrap_or_default();
    let given = words(format!("{} {middle}", it.first_name).trim_end());
    (words(&it.last_name), given, it.id)
}

fn class_name(it: &Class) -> Option<ClassName> {
    ClassName::new(u8::try_from(it.grade).ok()?, &it.letter).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(staff: &[(&str, &str, &str)]) -> Names {
        let card = |(id, it): (i64, &(&str, &str, &str))| Card {
            id: id.into(),
            last_name: it.0.into(),
            first_name: it.1.into(),
            middle_name: (!it.2.is_empty()).then(|| it.2.into()),
            born_on: None,
        };
        let staff = (1..).zip(staff).map(card);
        Names {
            classes: HashMap::new(),
            groups: HashMap::new(),
            subjects: vec![],
            staff: staff.map(|it| tokens(&it)).collect(),
        }
    }

    #[test]
    fn a_teacher_is_found_by_initials_as_by_the_whole_name() {
        let it = names(&[
            ("Иванова", "Мария", "Петровна"),
            ("Иванова", "Ольга", "Юрьевна"),
            ("Петрова-Водкина", "Анна", ""),
        ]);
        for text in [
            "Иванова Мария Петровна",
            "Иванова М. П.",
            "иванова м.п",
            "Иванова Мария",
        ] {
            assert_eq!(it.teacher(text), Ok(1.into()), "{text}");
        }
        assert_eq!(it.teacher("Петрова-Водкина А."), Ok(3.into()));
        assert_eq!(it.teacher("Иванова"), Err("intake.several-teachers"));
        assert_eq!(it.teacher("Сидорова А. А."), Err("intake.no-such-teacher"));
    }

    /// JRN-10: lists of a kindergarten say the names of its groups.
    #[test]
    fn a_group_is_found_by_its_name() {
        let mut it = names(&[]);
        let class = |id: i64, grade, letter: &str| Class {
            id: id.into(),
            year: 1.into(),
            grade,
            letter: letter.to_owned(),
            shift: 1,
            teacher: None,
            room: None,
        };
        assert_eq!(it.class("Старшая"), Err("intake.not-a-class"));
        for group in [class(7, 0, "Старшая «Ромашка»"), class(8, 0, "2 младшая")]
        {
            it.groups.insert(search_key(&group.name()), group);
        }
        let id = |text: &str| it.class(text).map(|it| it.id);
        for text in [
            "Старшая «Ромашка»",
            "старшая  ромашка",
            "СТАРШАЯ \"Ромашка\"",
        ] {
            assert_eq!(id(text), Ok(7.into()), "{text}");
        }
        assert_eq!(id("2 младшая"), Ok(8.into()));
        assert_eq!(id("Средняя"), Err("intake.no-preschool-group"));
        assert_eq!(id("5А"), Err("intake.no-preschool-group"));
        assert_eq!(
            it.class_by_id(7.into()).map(Class::name).as_deref(),
            Some("Старшая «Ромашка»")
        );
    }

    #[test]
    fn a_whole_name_wins_over_one_that_goes_on() {
        let it = names(&[("Ким", "Анна", ""), ("Ким", "Анна", "Львовна")]);
        assert_eq!(it.teacher("Ким Анна"), Ok(1.into()));
        assert_eq!(it.teacher("Ким Анна Львовна"), Ok(2.into()));
    }
}
