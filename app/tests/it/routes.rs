//! `authorization.csv`: the routes, who may use them, and how far they reach.

use std::collections::BTreeSet;

use kernel::Role;

use crate::objects::{parameters, query};

/// One line of the file.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) method: String,
    pub(crate) path: String,
    who: BTreeSet<String>,
    reach: Reach,
}

/// How far a route goes that names a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    /// It names nothing.
    Nothing,
    /// Everything of the school, for all who may use it.
    School,
    /// Whatever lies below a municipality.
    Below,
    /// These reach only what is their own, the others all of the school.
    Own(BTreeSet<String>),
}

impl Reach {
    fn read(field: &str, who: &BTreeSet<String>, line: &str) -> Self {
        match field {
            "" => Self::Nothing,
            "school" => Self::School,
            "below" => Self::Below,
            roles => {
                let roles: BTreeSet<String> = roles.split_whitespace().map(str::to_owned).collect();
                assert!(roles.is_subset(who), "{line} limits who may not use it");
                Self::Own(roles)
            }
        }
    }
}

/// Parameters that name no thing of somebody's.
const NO_THINGS: [&str; 10] = [
    "kind",
    "rule",
    "role",
    "step",
    "dictionary",
    "*name",
    "code",
    "token",
    "letter",
    "session",
];

/// Every line of the file.
pub(crate) fn routes() -> Vec<Route> {
    let lines = include_str!("../authorization.csv").lines().map(str::trim);
    let lines =
        lines.filter(|it| !it.is_empty() && !it.starts_with('#') && *it != "method,path,who,reach");
    lines.map(route).collect()
}

fn route(line: &str) -> Route {
    let mut fields = line.splitn(4, ',').map(str::trim);
    let mut next = || {
        fields
            .next()
            .unwrap_or_else(|| panic!("{line} has no three fields"))
            .to_owned()
    };
    let (method, path, who) = (next(), next(), next());
    let reach = fields.next().unwrap_or_default();
    let who: BTreeSet<String> = who.split_whitespace().map(str::to_owned).collect();
    assert!(!who.is_empty(), "nobody may use {line}");
    for it in &who {
        let known = ["public", "signed", "member", "class_teacher", "demo"].contains(&it.as_str());
        assert!(
            known || Role::from_code(it).is_some(),
            "{it} is no role in {line}"
        );
    }
    let reach = Reach::read(reach, &who, line);
    Route {
        method,
        path,
        who,
        reach,
    }
}

impl Route {
    /// A page that the file may name otherwise.
    pub(crate) fn get(path: &str) -> Self {
        Self {
            method: "GET".to_owned(),
            path: path.to_owned(),
            who: BTreeSet::new(),
            reach: Reach::Nothing,
        }
    }

    /// Whether a class, a pupil or another thing stands in the path or query.
    fn names_a_thing(&self) -> bool {
        let own = self.path.strip_prefix("/o/{org}").unwrap_or_default();
        let named = parameters(&format!("{}{}", self.path, query(own)));
        named.iter().any(|it| !NO_THINGS.contains(&it.as_str()))
    }

    /// Whether it names a thing of one school.
    pub(crate) fn is_of_a_school(&self) -> bool {
        matches!(self.reach, Reach::School | Reach::Own(_))
    }

    /// Whether that role reaches only what is its own by it.
    pub(crate) fn is_own_of(&self, role: &str) -> bool {
        match &self.reach {
            Reach::Own(roles) => [role, "member"].iter().any(|it| roles.contains(*it)),
            _ => false,
        }
    }

    pub(crate) fn is_public(&self) -> bool {
        self.who.contains("public")
    }

    /// Whether only a demonstration has it.
    pub(crate) fn is_of_demo(&self) -> bool {
        self.who.contains("demo")
    }

    /// Whether the path is a signed link: another one leads nowhere.
    pub(crate) fn is_signed_link(&self) -> bool {
        self.path.contains("{token}")
    }

    /// Whether it is open to a member of the organisation in that role.
    pub(crate) fn is_open_to(&self, role: &str) -> bool {
        ["public", "signed", "member", role]
            .iter()
            .any(|it| self.who.contains(*it))
    }

    /// Whether it is open to whoever is signed in, of whatever organisation.
    pub(crate) fn is_open_to_all_signed(&self) -> bool {
        self.is_public() || self.who.contains("signed")
    }

    pub(crate) fn is_post(&self) -> bool {
        self.method == "POST"
    }

    /// A built script or style: not there where nothing was built.
    pub(crate) fn is_asset(&self) -> bool {
        [
            "/assets/{*name}",
            "/sw.js",
            "/manifest.webmanifest",
            "/favicon.svg",
        ]
        .contains(&self.path.as_str())
    }
}

/// No route with a class, a pupil or a group in it goes without saying how
/// far it reaches.
#[test]
fn every_route_that_names_a_thing_says_how_far_it_reaches() {
    let routes = routes();
    let odd: Vec<String> = routes
        .iter()
        .filter(|it| it.names_a_thing() != (it.reach != Reach::Nothing))
        .map(|it| format!("{} {}", it.method, it.path))
        .collect();
    assert!(odd.is_empty(), "a reach too many or too few: {odd:#?}");
    let below = |it: &Route| (it.reach == Reach::Below) == it.path.starts_with("/hub/");
    let named = routes.iter().filter(|it| it.names_a_thing());
    let strange: Vec<&str> = named
        .filter(|it| !below(it))
        .map(|it| it.path.as_str())
        .collect();
    assert!(strange.is_empty(), "only the hub looks below: {strange:?}");
}

/// The file and the application name the same routes.
#[test]
fn every_route_is_in_the_matrix() {
    let listed: BTreeSet<(String, String)> = routes()
        .into_iter()
        .map(|it| (it.method, it.path))
        .collect();
    assert_eq!(listed.len(), routes().len(), "a route has two lines");
    let mounted: BTreeSet<(String, String)> = zvonok::wire::routes()
        .into_iter()
        .map(|(method, path)| (method.to_owned(), path.to_owned()))
        .collect();
    let missing: Vec<_> = mounted.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&mounted).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "without a line: {missing:#?}\nno route: {gone:#?}"
    );
}
