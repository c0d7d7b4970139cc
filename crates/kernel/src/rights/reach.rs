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

impl Reach {
    pub const ALL: [Self; 5] = [
        Self::Org,
        Self::OwnClass,
        Self::OwnLoad,
        Self::OwnChild,
        Self::Own,
    ];

    /// The name in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Org => "org",
            Self::OwnClass => "own_class",
            Self::OwnLoad => "own_load",
            Self::OwnChild => "own_child",
            Self::Own => "own",
        }
    }
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

    /// The set of that one.
    pub const fn of(reach: Reach) -> Self {
        Self(reach as u8)
    }

    /// The set as it is kept.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set of those bits; `None` where one of them means nothing.
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits < 32 { Some(Self(bits)) } else { None }
    }

    /// Whether whatever this set reaches the wider one does too.
    pub const fn is_within(self, wider: Self) -> bool {
        wider.has(Reach::Org) || self.0 & !wider.0 == 0
    }

    /// As much of the set as the widest that is allowed leaves.
    #[must_use]
    pub const fn at_most(self, widest: Self) -> Self {
        if self.is_within(widest) {
            self
        } else if self.has(Reach::Org) {
            widest
        } else {
            Self(self.0 & widest.0)
        }
    }

    /// The reaches of the set, the widest first.
    pub fn iter(self) -> impl Iterator<Item = Reach> {
        Reach::ALL.into_iter().filter(move |it| self.has(*it))
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
