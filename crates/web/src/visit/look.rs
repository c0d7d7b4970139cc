use serde::{Deserialize, Serialize};

/// How this browser shows pages: theme and «версия для слабовидящих» (`ux.md` §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub theme: Theme,
    /// Whether the version for the visually impaired is on.
    pub on: bool,
    /// Per cent of the usual size: 100, 125, 150 or 200.
    pub size: u16,
    pub colors: Colors,
    pub spacing: Spacing,
    pub images: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            theme: Theme::Auto,
            on: false,
            size: 100,
            colors: Colors::Default,
            spacing: Spacing::Normal,
            images: true,
        }
    }
}

macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($item:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $(#[serde(rename = $code)] $item),+ }

        impl $name {
            /// The name in the cookie, in forms and in attributes.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$item => $code),+ }
            }
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$item),)+ _ => None }
            }
        }
    };
}

choice!(/// Light, dark, or as the system says.
    Theme { Auto = "auto", Light = "light", Dark = "dark" });
choice!(/// Colours of the version for the visually impaired.
    Colors { Default = "default", Black = "black", White = "white", Blue = "blue" });
choice!(/// Space between letters and lines.
    Spacing { Normal = "normal", Wide = "wide", Wider = "wider" });

impl Look {
    /// `theme.on.size.colors.spacing.images`
    pub(super) fn to_text(self) -> String {
        let flag = |it: bool| u8::from(it);
        format!(
            "{}.{}.{}.{}.{}.{}",
            self.theme.code(),
            flag(self.on),
            self.size,
            self.colors.code(),
            self.spacing.code(),
            flag(self.images),
        )
    }

    /// Reads the cookie; what is not understood is as usual.
    pub(super) fn from_text(text: &str) -> Self {
        let usual = Self::default();
        let mut parts = text.split('.');
        let mut next = || parts.next().unwrap_or_default();
        Self {
            theme: Theme::from_code(next()).unwrap_or(usual.theme),
            on: next() == "1",
            size: Self::known_size(next()).unwrap_or(usual.size),
            colors: Colors::from_code(next()).unwrap_or(usual.colors),
            spacing: Spacing::from_code(next()).unwrap_or(usual.spacing),
            images: next() != "0",
        }
    }

    pub(super) fn known_size(text: &str) -> Option<u16> {
        text.parse()
            .ok()
            .filter(|it| [100, 125, 150, 200].contains(it))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_keeps_the_look() {
        let look = Look {
            theme: Theme::Dark,
            on: true,
            size: 150,
            colors: Colors::White,
            spacing: Spacing::Wide,
            images: false,
        };
        assert_eq!(Look::from_text(&look.to_text()), look);
        assert_eq!(Look::from_text("nonsense"), Look::default());
        assert_eq!(
            Look::from_text("dark.0.999"),
            Look {
                theme: Theme::Dark,
                ..Look::default()
            }
        );
    }
}
