//! Classes of a year.

use kernel::{PersonId, RoomId, names::ClassName};

use crate::{Class, Error};

/// A class as its page edits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassCard {
    pub class: Class,
    pub profile: String,
    pub version: i32,
}

/// What may be said of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassFields {
    pub grade: i16,
    pub letter: String,
    pub shift: i16,
    pub teacher: Option<PersonId>,
    pub room: Option<RoomId>,
    pub profile: String,
}

/// A class known by its name only, as lists name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewClass {
    pub name: ClassName,
    pub shift: i16,
}

impl ClassFields {
    /// The fields as they are stored: the letter in capitals, «а» → «А».
    pub(crate) fn checked(self) -> Result<Self, Error> {
        let letter = self.checked_letter()?;
        if !(1..=2).contains(&self.shift) {
            return Err(Error::NoSuchShift);
        }
        let profile = self.profile.trim().to_owned();
        Ok(Self {
            letter,
            profile,
            ..self
        })
    }

    /// As it was typed: «5а», «Старшая «Ромашка»».
    pub(crate) fn name(&self) -> String {
        match self.grade {
            0 => self.letter.clone(),
            grade => format!("{grade}{}", self.letter),
        }
    }

    /// The letter in capitals; of a preschool group its name.
    fn checked_letter(&self) -> Result<String, Error> {
        let grade = u8::try_from(self.grade).map_err(|_| Error::NoSuchGrade)?;
        match grade {
            0 => {
                let name = self.letter.split_whitespace().collect::<Vec<_>>().join(" ");
                if (1..=60).contains(&name.chars().count()) {
                    Ok(name)
                } else {
                    Err(Error::BadLetter)
                }
            }
            1..=12 => ClassName::new(grade, &self.letter)
                .map(|it| it.letter().to_owned())
                .map_err(|_| Error::BadLetter),
            _ => Err(Error::NoSuchGrade),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(grade: i16, letter: &str) -> ClassFields {
        ClassFields {
            grade,
            letter: letter.to_owned(),
            shift: 1,
            teacher: None,
            room: None,
            profile: String::new(),
        }
    }

    #[test]
    fn the_letter_is_written_as_schools_do() {
        assert_eq!(fields(5, " а ").checked().unwrap().letter, "А");
        assert!(matches!(fields(13, "А").checked(), Err(Error::NoSuchGrade)));
        assert!(matches!(fields(-1, "А").checked(), Err(Error::NoSuchGrade)));
        assert_eq!(
            fields(5, "").checked().unwrap().letter,
            "",
            "small schools have no letters"
        );
        assert!(matches!(fields(5, "А<").checked(), Err(Error::BadLetter)));
        // JRN-10: a preschool group has a name and no grade.
        let group = fields(0, " Старшая  «Ромашка» ").checked().unwrap();
        assert_eq!(group.letter, "Старшая «Ромашка»");
        assert!(matches!(fields(0, " ").checked(), Err(Error::BadLetter)));
        assert!(matches!(
            ClassFields {
                shift: 3,
                ..fields(5, "А")
            }
            .checked(),
            Err(Error::NoSuchShift)
        ));
    }
}
