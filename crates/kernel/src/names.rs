//! Names of people and classes: how they are cleaned, shown, found and
//! ordered (`ux.md` §6.2, §6.4, §6.7).

mod casing;
mod class_name;
mod collate;
mod full_name;
mod layout;
mod search;

pub use casing::clean_case;
pub use class_name::{ClassName, ClassNameError};
pub use collate::{CollationKey, collation_key, compare, leading_letters};
pub use full_name::{FullName, Gender, NameError, Part};
pub use layout::{to_latin, to_russian};
pub use search::{Reading, Variant, class_of, matches, query_variants, search_key};
