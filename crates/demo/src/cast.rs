//! Who plays which part: the people behind the known logins.

use std::collections::HashSet;

use chrono::{Datelike, Days as Span};
use kernel::Role;

use crate::{
    journal::Unfilled,
    lessons::Lesson,
    model::{Days, School},
    school::Relative,
};

/// The class of the elder child, of the teacher and of the class teacher.
pub(crate) const CLASS: (i16, &str) = (7, "А");

/// The children of the mother with the known login: two in the first school,
/// one in the second.
pub(crate) fn relatives(school_at: usize) -> &'static [Relative] {
    const HERE: [Relative; 2] = [
        Relative {
            grade: 7,
            letter: "А",
            first: "Матвей",
            male: true,
        },
        Relative {
            grade: 3,
            letter: "А",
            first: "Варвара",
            male: false,
        },
    ];
    const THERE: [Relative; 1] = [Relative {
        grade: 5,
        letter: "А",
        first: "Егор",
        male: true,
    }];
    match school_at {
        0 => &HERE,
        1 => &THERE,
        _ => &[],
    }
}

/// The parts in the first school, by place.
pub(crate) struct Cast {
    /// Has lessons with the class on the current day.
    pub(crate) teacher: usize,
    /// Leads the class.
    pub(crate) class_teacher: usize,
    /// The elder child.
    pub(crate) pupil: usize,
    /// What the teacher has still to fill: the lessons of the day with the class,
    /// and one with another class that is late.
    pub(crate) open: HashSet<i64>,
}

impl Cast {
    pub(crate) fn of(school: &School, days: &Days, lessons: &[Lesson]) -> Self {
        let class = school.class_named(CLASS.0, CLASS.1);
        let class_teacher = school.classes[class].teacher;
        let weekday = days.current.weekday().num_days_from_monday();
        let busy = |teacher: usize| {
            let own = school
                .loads
                .iter()
                .zip(&school.timetable)
                .filter(|it| it.0.teacher == teacher);
            own.flat_map(|it| it.1)
                .filter(|it| u32::from(it.weekday) == weekday)
                .count()
        };
        let with_class = school
            .loads
            .iter()
            .zip(&school.timetable)
            .filter(|(load, hours)| {
                load.class == class
                    && load.part.is_none()
                    && load.teacher != class_teacher
                    && hours.iter().any(|it| u32::from(it.weekday) == weekday)
            });
        let teacher = with_class
            .map(|it| it.0.teacher)
            .max_by_key(|it| (busy(*it), *it))
            .unwrap_or(0);
        let own = |it: &&Lesson| school.loads[it.load].teacher == teacher;
        let of_class = |it: &&Lesson| school.loads[it.load].class == class;
        let today = lessons.iter().filter(own).filter(of_class);
        let today = today.filter(|it| it.day == days.current);
        let mut others = lessons.iter().filter(own).filter(|it| !of_class(it));
        let late = others.rfind(|it| it.day < days.current);
        let open = today.chain(late);
        let child = school
            .pupils
            .iter()
            .position(|it| is_relative(school, it.family) && it.class == class);
        Self {
            teacher,
            class_teacher,
            pupil: child.unwrap_or(0),
            open: open.map(|it| it.id).collect(),
        }
    }
}

/// Whether the family is the one with children in two schools.
pub(crate) fn is_relative(school: &School, family: usize) -> bool {
    mother_of_relatives(school).is_some_and(|it| school.parents[it].family == family)
}

/// The mother with the known login, if she has a child here.
pub(crate) fn mother_of_relatives(school: &School) -> Option<usize> {
    let (last, first, middle) = crate::school::MOTHER;
    school.parents.iter().position(|it| {
        let name = &it.person.name;
        name.last() == last && name.first() == first && name.middle() == Some(middle)
    })
}

/// Two teachers of a school are behind with their last days; of the first
/// school, one more has the lesson of the day open.
pub(crate) fn unfilled(school: &School, days: &Days, cast: Option<&Cast>) -> Unfilled {
    let taken =
        |it: &usize| cast.is_some_and(|cast| *it == cast.teacher || *it == cast.class_teacher);
    let teachers = (0..school.workers.len())
        .filter(|it| {
            school.workers[*it]
                .family
                .is_some_and(|it| matches!(it, "hist" | "pe" | "eng"))
        })
        .filter(|it| !taken(it));
    Unfilled {
        lessons: cast.map(|it| it.open.clone()).unwrap_or_default(),
        teachers: teachers.step_by(4).take(3).collect(),
        since: days.current - Span::new(4),
    }
}

/// Whether somebody of that role signs in under the name of the role.
pub(crate) const fn known_login(role: Role) -> Option<&'static str> {
    match role {
        Role::Director => Some("director"),
        Role::Deputy => Some("zavuch"),
        Role::Admin => Some("admin"),
        Role::Secretary => Some("secretary"),
        Role::MunicipalOperator => Some("operator"),
        Role::Ministry => Some("ministry"),
        Role::RegionAdmin => Some("region"),
        _ => None,
    }
}

/// Logins that nobody else may get.
pub(crate) const KNOWN_LOGINS: [&str; 14] = [
    "director",
    "zavuch",
    "admin",
    "secretary",
    "teacher",
    "klassruk",
    "parent",
    "pupil",
    "operator",
    "ministry",
    "region",
    "zaved",
    "vospitatel",
    "mama",
];
