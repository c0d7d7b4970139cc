//! Names that could be anybody's and are nobody's.

use kernel::names::FullName;

use crate::dice::Dice;

const SURNAMES: &str = include_str!("../data/surnames.txt");
const ARMENIAN: &str = include_str!("../data/armenian.txt");
const MEN: &str = include_str!("../data/men.csv");
const WOMEN: &str = include_str!("../data/women.txt");
const BOYS: &str = include_str!("../data/boys.txt");
const GIRLS: &str = include_str!("../data/girls.txt");
const FOREIGN: &str = include_str!("../data/foreign.csv");

/// A man's name with what his children are called after him.
#[derive(Clone, Copy)]
pub(crate) struct Man {
    pub(crate) name: &'static str,
    pub(crate) son: &'static str,
    pub(crate) daughter: &'static str,
}

/// What a family is called.
#[derive(Clone, Copy)]
pub(crate) enum Surname {
    /// Of the country, in its male form.
    Local(&'static str),
    /// From abroad: no patronymics.
    Foreign {
        last: &'static str,
        boy: &'static str,
        girl: &'static str,
    },
}

/// All names there are.
pub(crate) struct Names {
    surnames: Vec<&'static str>,
    armenian: Vec<&'static str>,
    men: Vec<Man>,
    women: Vec<&'static str>,
    boys: Vec<&'static str>,
    girls: Vec<&'static str>,
    foreign: Vec<Surname>,
}

impl Names {
    pub(crate) fn read() -> Self {
        let cells = |line: &'static str| {
            let mut cells = line.split(';');
            [cells.next(), cells.next(), cells.next()].map(Option::unwrap_or_default)
        };
        let man = |[name, son, daughter]: [&'static str; 3]| Man {
            name,
            son,
            daughter,
        };
        let foreign = |[last, boy, girl]: [&'static str; 3]| Surname::Foreign { last, boy, girl };
        Self {
            surnames: SURNAMES.lines().collect(),
            armenian: ARMENIAN.lines().collect(),
            men: MEN.lines().map(cells).map(man).collect(),
            women: WOMEN.lines().collect(),
            boys: BOYS.lines().collect(),
            girls: GIRLS.lines().collect(),
            foreign: FOREIGN.lines().map(cells).map(foreign).collect(),
        }
    }

    pub(crate) fn surname(&self, dice: &mut Dice) -> Surname {
        match dice.below(100) {
            0 => dice.pick(&self.foreign),
            1..=5 => Surname::Local(dice.pick(&self.armenian)),
            _ => Surname::Local(dice.pick_common(&self.surnames)),
        }
    }

    pub(crate) fn man(&self, dice: &mut Dice) -> Man {
        dice.pick_common(&self.men)
    }

    /// A grown-up with that surname, or with one of their own.
    pub(crate) fn grown_up(
        &self,
        dice: &mut Dice,
        surname: Option<Surname>,
        male: bool,
    ) -> anyhow::Result<FullName> {
        let surname = match surname {
            Some(Surname::Foreign { last, .. }) => {
                let first = if male { "Ли" } else { "Мин" };
                return Ok(FullName::new(last, first, "")?);
            }
            Some(it) => it,
            None => Surname::Local(dice.pick_common(&self.surnames)),
        };
        let father = self.man(dice);
        let first = if male {
            self.man(dice).name
        } else {
            dice.pick_common(&self.women)
        };
        called(surname, first, father, male)
    }

    /// A child of that father.
    pub(crate) fn child(
        &self,
        dice: &mut Dice,
        surname: Surname,
        father: Man,
        male: bool,
    ) -> anyhow::Result<FullName> {
        let first = dice.pick_common(if male { &self.boys } else { &self.girls });
        called(surname, first, father, male)
    }
}

/// The full name in the form of the gender.
pub(crate) fn called(
    surname: Surname,
    first: &str,
    father: Man,
    male: bool,
) -> anyhow::Result<FullName> {
    Ok(match surname {
        Surname::Foreign { last, boy, girl } => {
            FullName::new(last, if male { boy } else { girl }, "")?
        }
        Surname::Local(last) if male => FullName::new(last, first, father.son)?,
        Surname::Local(last) => FullName::new(&of_woman(last), first, father.daughter)?,
    })
}

/// «Соловьёв» → «Соловьёва», «Донской» → «Донская», «Мельник» stays.
fn of_woman(male: &str) -> String {
    let stem = |ending: &str| male.strip_suffix(ending);
    if let Some(stem) = stem("ский")
        .map(|it| format!("{it}ск"))
        .or(stem("ой").map(str::to_owned))
    {
        return format!("{stem}ая");
    }
    let declined = ["ов", "ев", "ёв", "ин", "ын"]
        .iter()
        .any(|it| male.ends_with(it));
    if declined {
        format!("{male}а")
    } else {
        male.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_have_their_female_form() {
        for (male, female) in [
            ("Соловьёв", "Соловьёва"),
            ("Ильин", "Ильина"),
            ("Донской", "Донская"),
            ("Покровский", "Покровская"),
            ("Кравченко", "Кравченко"),
            ("Черных", "Черных"),
            ("Аветисян", "Аветисян"),
        ] {
            assert_eq!(of_woman(male), female);
        }
    }

    #[test]
    fn every_name_is_one_and_tells_the_right_gender() {
        let names = Names::read();
        let mut dice = Dice::new(7, 7);
        for at in 0..2000 {
            let surname = names.surname(&mut dice);
            let father = names.man(&mut dice);
            let male = at % 2 == 0;
            let child = names.child(&mut dice, surname, father, male).unwrap();
            if child.middle().is_some() {
                assert_eq!(
                    child.gender() == Some(kernel::names::Gender::Male),
                    male,
                    "{}",
                    child.full()
                );
            }
            names.grown_up(&mut dice, Some(surname), male).unwrap();
        }
    }
}
