/// Declares the identifier of one kind of thing, so that a pupil is never
/// passed where a lesson is meant. The number comes from the database.
#[macro_export]
macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
                 ::serde::Serialize, ::serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The number as the database knows it.
            pub const fn get(self) -> i64 { self.0 }
        }
        impl From<i64> for $name {
            fn from(id: i64) -> Self { Self(id) }
        }
        impl From<$name> for i64 {
            fn from(id: $name) -> Self { id.0 }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { self.0.fmt(f) }
        }
        impl ::std::str::FromStr for $name {
            type Err = ::std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    };
}

id!(/// An organisation: school, kindergarten, municipality or region.
    OrgId);
id!(/// A login; one human being may hold roles in several organisations with it.
    AccountId);
id!(/// The card of a human being in one organisation, whatever roles they have there.
    PersonId);
id!(/// A class of one academic year.
    ClassId);
id!(/// A subgroup of a class for one subject.
    GroupId);
id!(/// A school subject of one organisation.
    SubjectId);
id!(/// An academic year of one organisation.
    YearId);
id!(/// One lesson on one day.
    LessonId);
id!(/// A room (кабинет) of one organisation.
    RoomId);
