/// A part of the organisation that a right reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reach {
    /// The whole organisation.
    Org = 1,
    /// Classes where the actor is the class teacher.
    OwnClass = 2,
    /// Classes, groups and subjects of the actor's load.
    OwnLoad = 4,
    /// The actor's children.
    OwnChild = 8,
    /// The actor alone.
    Own = 16,
}

/// A set of [`Reach`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reaches(u8);

impl Reaches {
    /// Nothing at all.
    pub const NONE: Self = Self(0);

    /// Whether the set holds that reach.
    pub const fn has(self, reach: Reach) -> bool {
        self.0 & reach as u8 != 0
    }

    /// The set with its reach over the whole organisation replaced by a
    /// smaller one: what a role means where it was granted for less.
    pub(crate) fn within(self, smaller: Reach) -> Self {
        if !self.has(Reach::Org) {
            return self;
        }
        Self(self.0 & !(Reach::Org as u8)) | smaller.into()
    }
}

impl From<Reach> for Reaches {
    fn from(reach: Reach) -> Self {
        Self(reach as u8)
    }
}

impl std::ops::BitOr for Reaches {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl std::ops::BitOr for Reach {
    type Output = Reaches;
    fn bitor(self, other: Self) -> Reaches {
        Reaches(self as u8 | other as u8)
    }
}
