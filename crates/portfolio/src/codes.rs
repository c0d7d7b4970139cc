//! Words of fixed lists: a name in Rust, a code in the database and in forms.

/// Declares an enum whose values have codes; the words for people are under
/// `portfolio.<list>.<code>`.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $value:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$about])* $value,)+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$value,)+];

            /// The name in the database, in forms and in keys of words.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$value => $code,)+ }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.code() == code)
            }
        }
    };
}

pub(crate) use codes;
