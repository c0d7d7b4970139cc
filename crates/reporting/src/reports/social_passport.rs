//! §1.23 «Социальный паспорт»: families, social position and health groups of
//! classes and of the school, in numbers alone.

use people::RestrictedField;

use super::{
    columns_of,
    tally::{self, Row},
};
use crate::{ClassRoll, Column, Report, Roll, Section};

pub(crate) fn social_passport(roll: &Roll) -> Report {
    let sealed = [
        (RestrictedField::SocialStatus, "social"),
        (RestrictedField::HealthGroup, "health"),
    ];
    let pupils = || roll.classes.iter().flat_map(|it| &it.pupils);
    let (families, other_families) = columns_of(pupils().map(|it| it.family.as_str()));
    let values = sealed.map(|(field, _)| {
        let marks = roll.classes.iter().flat_map(|it| &it.marks);
        let marks = marks.filter(move |it| it.0 == field);
        columns_of(marks.flat_map(|it| (0..it.2).map(move |_| it.1.as_str())))
    });
    let mut columns = vec![
        Column::text("class"),
        Column::text("class-teacher"),
        Column::number("pupils"),
    ];
    columns.extend(families.iter().map(|it| Column::named(it).under("family")));
    if other_families {
        columns.push(Column::number("others").under("family"));
    }
    columns.push(Column::number("unknown").under("family"));
    for ((_, group), (names, others)) in sealed.iter().zip(&values) {
        columns.extend(names.iter().map(|it| Column::named(it).under(group)));
        if *others {
            columns.push(Column::number("others").under(group));
        }
        columns.push(Column::number("unknown").under(group));
    }
    let row = |class: &ClassRoll| {
        let all = tally::count(class.pupils.len());
        let family = |is: &dyn Fn(&str) -> bool| {
            tally::count(class.pupils.iter().filter(|it| is(&it.family)).count())
        };
        let mut counts = vec![all];
        counts.extend(families.iter().map(|name| family(&|it| it == name)));
        if other_families {
            let known = |it: &str| it.is_empty() || families.iter().any(|name| name == it);
            counts.push(family(&|it| !known(it)));
        }
        counts.push(family(&str::is_empty));
        for ((field, _), (names, others)) in sealed.iter().zip(&values) {
            let marks = tally::marks(class, *field, names, *others);
            let known: u32 = marks.iter().sum();
            counts.extend(marks);
            counts.push(all.saturating_sub(known));
        }
        Row {
            class: class.class.clone(),
            teacher: class.teacher.clone(),
            counts,
        }
    };
    let rows: Vec<Row> = roll.classes.iter().map(row).collect();
    Report {
        columns,
        sections: vec![Section {
            title: None,
            lines: tally::lines(&rows, true, "/reports/class-list"),
        }],
        ..Report::default()
    }
}
