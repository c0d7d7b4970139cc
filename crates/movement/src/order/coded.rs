//! Enumerations with a code for the database, URLs and templates.

/// Declares an enumeration whose variants have codes.
macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name {
            $($(#[$of])* #[serde(rename = $code)] $variant),+
        }

        impl $name {
            /// All, in the order in which forms offer them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the database, in URLs and in templates.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),+
                }
            }

            /// What has that code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.code() == code)
            }
        }
    };
}

pub(crate) use coded;
