//! Pupils and their families.

use chrono::{Datelike, Days as Span, NaiveDate};
use kernel::names::FullName;

use crate::{
    calendar::day,
    dice::Dice,
    ids::Ids,
    model::{Class, Days, Kit, Parent, Person, Pupil, Site, Size},
    names::{Man, Surname, called},
};

/// A child of the family that has children in two schools.
#[derive(Clone, Copy)]
pub(crate) struct Relative {
    pub(crate) grade: i16,
    pub(crate) letter: &'static str,
    pub(crate) first: &'static str,
    pub(crate) male: bool,
}

/// The mother of that family, with an account for all her children.
pub(crate) const MOTHER: (&str, &str, &str) = ("Соловьёва", "Ольга", "Викторовна");
const SURNAME: &str = "Соловьёв";
const FATHER: Man = Man {
    name: "Дмитрий",
    son: "Дмитриевич",
    daughter: "Дмитриевна",
};

struct Family {
    surname: Surname,
    father: Man,
    /// The grades of the children here.
    grades: Vec<i16>,
    address: String,
    is_of_relatives: bool,
}

/// Fills the classes. Whoever comes or goes during the year is among them.
pub(super) fn enrol(
    kit: &Kit,
    ids: &mut Ids,
    dice: &mut Dice,
    site: &Site,
    days: &Days,
    classes: &[Class],
    relatives: &[Relative],
) -> anyhow::Result<(Vec<Pupil>, Vec<Parent>)> {
    let mut families: Vec<Family> = Vec::new();
    let mut pupils = Vec::new();
    let mut expected: Vec<&Relative> = relatives.iter().collect();
    for (at, class) in classes.iter().enumerate() {
        let leavers = usize::from(site.size == Size::Large && dice.percent(20));
        for seat in 0..class.size + leavers {
            let relative = expected
                .iter()
                .position(|it| it.grade == class.grade && it.letter == class.letter);
            let relative = relative.map(|it| expected.swap_remove(it));
            let family = match relative {
                Some(_) => family_of_relatives(&mut families, dice, site),
                None => family_for(kit, &mut families, dice, site, class.grade),
            };
            families[family].grades.push(class.grade);
            let (since, until) = if relative.is_some() || site.size == Size::Measured {
                (days.calendar.starts_on, None)
            } else {
                stay(dice, days, seat >= class.size)
            };
            let home = &families[family];
            let male = relative.map_or_else(|| dice.percent(50), |it| it.male);
            let name = match relative {
                Some(it) => called(home.surname, it.first, home.father, male)?,
                None => kit.names.child(dice, home.surname, home.father, male)?,
            };
            let person = Person {
                id: 0,
                name,
                male,
                born: birthday(dice, days, class.grade),
                mobile: crate::numbers::mobile(dice),
                address: home.address.clone(),
            };
            let ability = (3.95 + 0.6 * dice.bell()).clamp(2.3, 5.0);
            pupils.push(Pupil {
                person,
                class: at,
                since,
                until,
                family,
                ability,
            });
        }
    }
    // Ids follow the class list, as if each class had been entered from its paper list.
    pupils.sort_by_cached_key(|it| {
        (
            it.class,
            kernel::names::collation_key(&it.person.name.full()),
        )
    });
    for it in &mut pupils {
        it.person.id = ids.next("people.person");
    }
    let parents = parents(kit, ids, dice, site, days, &families)?;
    Ok((pupils, parents))
}

fn family_of_relatives(families: &mut Vec<Family>, dice: &mut Dice, site: &Site) -> usize {
    if let Some(there) = families.iter().position(|it| it.is_of_relatives) {
        return there;
    }
    families.push(Family {
        surname: Surname::Local(SURNAME),
        father: FATHER,
        grades: Vec::new(),
        address: site.address(dice),
        is_of_relatives: true,
    });
    families.len() - 1
}

/// An elder or younger sibling of somebody, or the first of a family.
fn family_for(
    kit: &Kit,
    families: &mut Vec<Family>,
    dice: &mut Dice,
    site: &Site,
    grade: i16,
) -> usize {
    if dice.percent(17) && !families.is_empty() {
        let candidate = dice.below(families.len());
        let it = &families[candidate];
        let fits = it.grades.len() < 3 && it.grades.iter().all(|other| (other - grade).abs() >= 2);
        if fits && !it.is_of_relatives {
            return candidate;
        }
    }
    families.push(Family {
        surname: kit.names.surname(dice),
        father: kit.names.man(dice),
        grades: Vec::new(),
        address: site.address(dice),
        is_of_relatives: false,
    });
    families.len() - 1
}

/// When the pupil is at the school: most all year, a few come late or leave.
fn stay(dice: &mut Dice, days: &Days, leaves: bool) -> (NaiveDate, Option<NaiveDate>) {
    let first = days.calendar.starts_on;
    let room = (days.current - first).num_days() - 12;
    if room < 1 {
        return (first, None);
    }
    let some_day = first + Span::new(10 + dice.below(room as usize) as u64);
    if leaves {
        (first, Some(some_day))
    } else if dice.percent(1) {
        (some_day, None)
    } else {
        (first, None)
    }
}

/// Between six and a half and seven and a half years on the first day of grade 1.
fn birthday(dice: &mut Dice, days: &Days, grade: i16) -> NaiveDate {
    let year = days.calendar.starts_on.year() - i32::from(grade) - 6;
    day(year, 4, 1) + Span::new(dice.below(365) as u64)
}

fn parents(
    kit: &Kit,
    ids: &mut Ids,
    dice: &mut Dice,
    site: &Site,
    days: &Days,
    families: &[Family],
) -> anyhow::Result<Vec<Parent>> {
    let mut parents = Vec::new();
    for (family, it) in families.iter().enumerate() {
        let oldest = it.grades.iter().copied().max().unwrap_or(1);
        let (alone, guardian) = (dice.percent(22), dice.percent(1));
        let kinds: &[&'static str] = match (it.is_of_relatives, guardian, alone) {
            (true, ..) => &["mother", "father"],
            (_, true, _) => &["guardian"],
            (_, _, true) => &["mother"],
            _ => &["mother", "father"],
        };
        for kind in kinds {
            let male = *kind == "father";
            let own_name = *kind == "guardian" || (!male && dice.percent(14));
            let mut person = super::staff::grown_up(
                kit,
                ids,
                dice,
                site,
                days,
                (!own_name).then_some(it.surname),
                male,
            )?;
            person.name = named(person.name, it, kind)?;
            let age = i32::from(oldest) + 6 + dice.between(21, 32) as i32;
            person.born = day(
                days.calendar.starts_on.year() - age,
                person.born.month(),
                person.born.day(),
            );
            person.address.clone_from(&it.address);
            parents.push(Parent {
                person,
                kind,
                family,
            });
        }
    }
    Ok(parents)
}

/// Fathers are who their children are called after.
fn named(name: FullName, family: &Family, kind: &str) -> anyhow::Result<FullName> {
    if family.is_of_relatives && kind == "mother" {
        return Ok(FullName::new(MOTHER.0, MOTHER.1, MOTHER.2)?);
    }
    if kind != "father" || name.middle().is_none() {
        return Ok(name);
    }
    Ok(FullName::new(
        name.last(),
        family.father.name,
        name.middle().unwrap_or_default(),
    )?)
}
