//! `authorization.csv`: the routes and who may use them.

use std::collections::BTreeSet;

use kernel::Role;

/// One line of the file.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) method: String,
    pub(crate) path: String,
    who: BTreeSet<String>,
}

/// Every line of the file.
pub(crate) fn routes() -> Vec<Route> {
    let lines = include_str!("../authorization.csv").lines().map(str::trim);
    let lines =
        lines.filter(|it| !it.is_empty() && !it.starts_with('#') && *it != "method,path,who");
    lines.map(route).collect()
}

fn route(line: &str) -> Route {
    let mut fields = line.splitn(3, ',').map(str::trim);
    let mut next = || {
        fields
            .next()
            .unwrap_or_else(|| panic!("{line} has no three fields"))
            .to_owned()
    };
    let (method, path, who) = (next(), next(), next());
    let who: BTreeSet<String> = who.split_whitespace().map(str::to_owned).collect();
    assert!(!who.is_empty(), "nobody may use {line}");
    for it in &who {
        let known = ["public", "signed", "member", "class_teacher", "demo"].contains(&it.as_str());
        assert!(
            known || Role::from_code(it).is_some(),
            "{it} is no role in {line}"
        );
    }
    Route { method, path, who }
}

impl Route {
    /// A page that the file may name otherwise.
    pub(crate) fn get(path: &str) -> Self {
        Self {
            method: "GET".to_owned(),
            path: path.to_owned(),
            who: BTreeSet::new(),
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

    /// Whether it names a thing inside of the organisation.
    pub(crate) fn names_an_object(&self) -> bool {
        let own = self.path.strip_prefix("/o/{org}").unwrap_or_default();
        let of_all = ["{kind}", "{rule}", "{role}", "{step}", "{dictionary}"]
            .iter()
            .any(|it| own.contains(it));
        own.contains('{') && !of_all || crate::objects::query(own).contains('{')
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
