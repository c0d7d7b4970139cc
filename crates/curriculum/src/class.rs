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
        let grade = u8::try_from(self.grade).map_err(|_| Error::NoSuchGrade)?;
        if !(1..=12).contains(&grade) {
            return Err(Error::NoSuchGrade);
        }
        let name = ClassName::new(grade, &self.letter).map_err(|_| Error::BadLetter)?;
        if !(1..=2).contains(&self.shift) {
            return Err(Error::NoSuchShift);
        }
        let profile = self.profile.trim().to_owned();
        Ok(Self {
            letter: name.letter().to_owned(),
            profile,
            ..self
        })
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
