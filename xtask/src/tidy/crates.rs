//! The crates of the workspace, lowest first: the map of docs/architecture.md as data.

/// What a crate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// Serves all; holds no rules of a domain.
    Serving,
    /// For tests only.
    Tests,
    /// Owns a domain and its schema.
    Domain,
    /// Fills all schemas with made-up data; only the app may know it.
    Demo,
    /// Knows every crate; nobody knows it.
    App,
    /// Knows no crate.
    Tasks,
}

/// One crate.
pub(super) struct Crate {
    pub(super) name: &'static str,
    /// The PostgreSQL schema it owns.
    pub(super) schema: Option<&'static str>,
    pub(super) room: Room,
}

const fn plain(name: &'static str, room: Room) -> Crate {
    Crate {
        name,
        schema: None,
        room,
    }
}

const fn domain(name: &'static str) -> Crate {
    Crate {
        name,
        schema: Some(name),
        room: Room::Domain,
    }
}

/// A crate may depend only on crates above it.
pub(super) const CRATES: &[Crate] = &[
    plain("kernel", Room::Serving),
    Crate {
        name: "db",
        schema: Some("kernel"),
        room: Room::Serving,
    },
    plain("web", Room::Serving),
    plain("pdf", Room::Serving),
    plain("dues", Room::Serving),
    plain("sources", Room::Serving),
    plain("testkit", Room::Tests),
    plain("work", Room::Serving),
    Crate {
        name: "intake",
        schema: Some("intake"),
        room: Room::Serving,
    },
    domain("org"),
    domain("identity"),
    domain("people"),
    domain("curriculum"),
    domain("movement"),
    domain("schedule"),
    domain("journal"),
    domain("rollover"),
    domain("exams"),
    domain("preschool"),
    domain("portfolio"),
    domain("messaging"),
    domain("deadlines"),
    domain("reporting"),
    domain("builder"),
    domain("forms"),
    domain("enrolment"),
    domain("hub"),
    domain("privacy"),
    domain("api"),
    plain("demo", Room::Demo),
    plain("app", Room::App),
    plain("xtask", Room::Tasks),
];

/// The crate of that name and its place in the order.
pub(super) fn known(name: &str) -> Option<(usize, &'static Crate)> {
    CRATES.iter().enumerate().find(|(_, it)| it.name == name)
}

/// All schemas that some crate owns.
pub(super) fn schemas() -> impl Iterator<Item = &'static str> {
    CRATES.iter().filter_map(|it| it.schema)
}
