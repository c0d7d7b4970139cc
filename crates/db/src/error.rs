use kernel::{Fault, Kind};

/// What can go wrong between us and PostgreSQL, or with the files beside it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database refused: constraint {constraint}")]
    Constraint {
        constraint: String,
        #[source]
        source: sqlx::Error,
    },
    #[error("the database cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    #[error("the database answered with an error")]
    Query(#[source] sqlx::Error),
    /// A row that our own writing could not have produced.
    #[error("{table}.{column} holds a value that makes no sense")]
    Corrupt {
        table: &'static str,
        column: &'static str,
    },
    #[error("no keys to seal values with: set keys_file or ZVONOK_KEYS")]
    NoKeys,
    #[error("the key «{0}» is not among the keys of this application")]
    NoKey(String),
    #[error(
        "{table}.{field} does not open: sealed with another key, for another place, or changed"
    )]
    NotOpened {
        table: &'static str,
        field: &'static str,
    },
    #[error("the file is larger than {limit} bytes")]
    FileTooLarge { limit: usize },
    #[error("the file store answered with an error")]
    Store(#[source] object_store::Error),
}

impl Error {
    /// The value in `table.column` makes no sense to us.
    pub const fn corrupt(table: &'static str, column: &'static str) -> Self {
        Self::Corrupt { table, column }
    }

    /// The name of the constraint that refused, if one did.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Constraint { constraint, .. } => Some(constraint),
            _ => None,
        }
    }

    /// Whether it waited in vain for what another transaction holds.
    pub fn is_lock_timeout(&self) -> bool {
        let Self::Unreachable(source) = self else {
            return false;
        };
        let refusal = source.as_database_error();
        refusal.is_some_and(|it| it.code().as_deref() == Some(LOCK_NOT_AVAILABLE))
    }
}

/// The SQLSTATE of a lock that was not to be had in `lock_timeout`.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// Classes of SQLSTATE that say «later», not «wrong»: the connection broke,
/// the server is overloaded or going down, a lock was not to be had.
const PASSING: [&str; 7] = ["08", "53", "57", "40001", "40P01", "55P03", "25P03"];

impl From<sqlx::Error> for Error {
    fn from(source: sqlx::Error) -> Self {
        if let Some(refusal) = source.as_database_error() {
            if let Some(name) = refusal.constraint() {
                return Self::Constraint {
                    constraint: name.to_owned(),
                    source,
                };
            }
            let code = refusal.code().unwrap_or_default();
            if PASSING.iter().any(|it| code.starts_with(it)) {
                return Self::Unreachable(source);
            }
        }
        match source {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
                Self::Unreachable(source)
            }
            _ => Self::Query(source),
        }
    }
}

impl From<object_store::Error> for Error {
    fn from(source: object_store::Error) -> Self {
        Self::Store(source)
    }
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Unreachable(_) | Self::Store(_) | Self::NoKeys | Self::NoKey(_) => {
                Kind::Unavailable
            }
            Self::FileTooLarge { .. } => Kind::Invalid,
            Self::Constraint { .. }
            | Self::Query(_)
            | Self::Corrupt { .. }
            | Self::NotOpened { .. } => Kind::Bug,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "db.unreachable",
            Self::Store(_) => "db.store-unreachable",
            Self::FileTooLarge { .. } => "db.file-too-large",
            Self::NoKeys | Self::NoKey(_) => "db.no-keys",
            Self::Constraint { .. }
            | Self::Query(_)
            | Self::Corrupt { .. }
            | Self::NotOpened { .. } => "bug",
        }
    }
}

/// Turns a named constraint into the domain's own word for it.
pub trait ConstraintExt<T> {
    /// The domain's error where the constraint `name` refused; any other
    /// failure passes as it is.
    fn on_constraint<E: From<Error>>(self, name: &str, to: impl FnOnce() -> E) -> Result<T, E>;
}

impl<T> ConstraintExt<T> for Result<T, sqlx::Error> {
    fn on_constraint<E: From<Error>>(self, name: &str, to: impl FnOnce() -> E) -> Result<T, E> {
        self.map_err(Error::from).on_constraint(name, to)
    }
}

impl<T> ConstraintExt<T> for Result<T, Error> {
    fn on_constraint<E: From<Error>>(self, name: &str, to: impl FnOnce() -> E) -> Result<T, E> {
        self.map_err(|it| match it {
            Error::Constraint { constraint, .. } if constraint == name => to(),
            other => other.into(),
        })
    }
}
