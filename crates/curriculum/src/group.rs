//! Subgroups of a class for one subject.

use kernel::{GroupId, PersonId};

use crate::Error;

/// A class has at most so many groups of one subject.
pub(crate) const MOST: usize = 9;

/// The groups of a class for a subject with their members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupSet {
    pub groups: Vec<crate::Group>,
    pub members: Vec<(GroupId, PersonId)>,
    /// Grows with every change of the set; 0 while there are no groups.
    pub version: i32,
}

/// Which part (1, 2 …) a pupil belongs to; `None` takes part in no lesson of the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub pupil: PersonId,
    pub part: Option<i16>,
}

/// «Поровну по алфавиту»: the class list cut into parts whose sizes differ by
/// one at most, the larger ones first.
pub fn split_evenly(pupils: &[PersonId], parts: usize) -> Vec<Assignment> {
    let parts = parts.clamp(1, MOST);
    let (size, rest) = (pupils.len() / parts, pupils.len() % parts);
    let mut left = pupils.iter();
    (1..)
        .zip(0..parts)
        .flat_map(|(part, index)| {
            let take = size + usize::from(index < rest);
            let chosen: Vec<PersonId> = left.by_ref().take(take).copied().collect();
            chosen.into_iter().map(move |pupil| Assignment {
                pupil,
                part: Some(part),
            })
        })
        .collect()
}

/// Decides whether the members may be so: each a pupil of the class, each
/// part one of the groups.
pub(crate) fn check(
    wish: &[Assignment],
    class_list: &[PersonId],
    parts: &[i16],
) -> Result<(), Error> {
    if wish.iter().any(|it| !class_list.contains(&it.pupil)) {
        return Err(Error::NotInClass);
    }
    if wish
        .iter()
        .filter_map(|it| it.part)
        .any(|it| !parts.contains(&it))
    {
        return Err(Error::NoSuchGroup);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pupils(count: i64) -> Vec<PersonId> {
        (1..=count).map(PersonId::from).collect()
    }

    proptest! {
        /// Everybody is in exactly one part, in the order of the list, and no
        /// part is larger than another by two.
        #[test]
        fn a_class_is_split_evenly(count in 0i64..40, parts in 1usize..10) {
            let list = pupils(count);
            let split = split_evenly(&list, parts);
            let order: Vec<PersonId> = split.iter().map(|it| it.pupil).collect();
            prop_assert_eq!(&order, &list);
            prop_assert!(split.is_sorted_by_key(|it| it.part));
            let sizes: Vec<usize> = (1..=parts)
                .map(|part| split.iter().filter(|it| it.part.map(usize::try_from) == Some(Ok(part))).count())
                .collect();
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        }
    }

    #[test]
    fn strangers_and_unknown_parts_are_refused() {
        let list = pupils(3);
        let wish = |pupil: i64, part| {
            [Assignment {
                pupil: pupil.into(),
                part,
            }]
        };
        assert!(check(&wish(1, Some(2)), &list, &[1, 2]).is_ok());
        assert!(check(&wish(1, None), &list, &[1, 2]).is_ok());
        assert!(matches!(
            check(&wish(9, Some(1)), &list, &[1, 2]),
            Err(Error::NotInClass)
        ));
        assert!(matches!(
            check(&wish(1, Some(3)), &list, &[1, 2]),
            Err(Error::NoSuchGroup)
        ));
    }
}
