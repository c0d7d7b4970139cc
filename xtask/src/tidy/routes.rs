//! Every route is listed by its crate and has a line in the authorization matrix.

use super::{
    Finding,
    rust::Source,
    tree::{File, Tree},
};

/// `method,path,who,reach`: what the matrix test of the app reads.
const MATRIX: &str = "app/tests/authorization.csv";

/// The operator's port is another server with pages for nobody's browser.
const OPERATOR: &str = "app/src/operator.rs";

/// Routers that make paths from a list of kinds; their `ROUTES` still spell them out, and
/// the matrix asks each. The list may only shrink.
const COMPUTED: &[&str] = &["crates/people/src/pages.rs"];

/// Method and path.
type Route = (String, String);

/// Refuses routes that are not listed, not in the matrix, or in the matrix without being there.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let sources: Vec<_> = tree.product().map(|it| (it, it.production())).collect();
    let listed: Vec<(&File, Route)> = sources
        .iter()
        .flat_map(|(file, source)| listed(source).into_iter().map(|route| (*file, route)))
        .collect();
    for (file, source) in &sources {
        found.extend(mounted(file, source, &listed));
    }
    let matrix = tree
        .file(MATRIX)
        .map_or_else(Vec::new, |it| in_matrix(&it.text));
    for (file, route) in &listed {
        if !matrix.contains(route) {
            let what = format!(
                "{} {} has no line in {MATRIX}: who may, and who may not?",
                route.0, route.1
            );
            found.push(Finding::refused(&file.path, what));
        }
    }
    for route in &matrix {
        if !listed.iter().any(|(_, it)| it == route) {
            found.push(Finding::refused(
                MATRIX,
                format!("{} {} is no route any more", route.0, route.1),
            ));
        }
    }
    found
}

/// What `const ROUTES: &[(&str, &str)]`, or one of the same kind with a longer name, says.
fn listed(source: &Source) -> Vec<Route> {
    let Some(name) = source.code.find("ROUTES: &[(&str, &str)]") else {
        return Vec::new();
    };
    let value = source.code[name..].find('=').map_or(name, |it| name + it);
    let end = source.code[value..]
        .find("];")
        .map_or(source.code.len(), |it| value + it);
    let inside = source
        .literals
        .iter()
        .filter(|it| (value..end).contains(&it.at));
    let texts: Vec<_> = inside.map(|it| it.text.clone()).collect();
    texts
        .chunks_exact(2)
        .map(|it| (it[0].to_uppercase(), it[1].clone()))
        .collect()
}

/// Refuses a mounted path that the same crate does not list.
fn mounted(file: &File, source: &Source, listed: &[(&File, Route)]) -> Vec<Finding> {
    let own = |path: &str| {
        listed
            .iter()
            .any(|(it, route)| it.crate_name() == file.crate_name() && route.1 == path)
    };
    let mut found = Vec::new();
    if file.path == OPERATOR {
        return found;
    }
    for (at, path) in source.first_arguments(".route(") {
        let what = match path {
            Some(path) if own(path) => continue,
            None if COMPUTED.contains(&file.path.as_str()) => continue,
            Some(path) => format!("{path} is not in the crate's ROUTES"),
            None => "write the path of a route as a literal, so that it can be found".into(),
        };
        found.push(Finding::refused(
            format!("{}:{}", file.path, source.line(at)),
            what,
        ));
    }
    found
}

fn in_matrix(csv: &str) -> Vec<Route> {
    let lines = csv
        .lines()
        .map(str::trim)
        .filter(|it| !it.is_empty() && !it.starts_with('#'));
    let routes = lines.filter_map(|line| {
        let mut fields = line.split(',').map(|it| it.trim().trim_matches('"'));
        Some((fields.next()?.to_uppercase(), fields.next()?.to_owned()))
    });
    routes.filter(|it| it.1.starts_with('/')).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::fake::{places, tree};

    const PAGES: &str = r#"
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/rooms"),
    ("POST", "/o/{org}/rooms"),
];
fn router() -> Router {
    Router::new().route("/o/{org}/rooms", get(list).post(add))
}
#[cfg(test)]
mod tests {
    fn f() { x.route("/test", get(y)) }
}
"#;

    #[test]
    fn a_tested_route_is_fine() {
        let matrix = "method,path,anonymous\nGET,/o/{org}/rooms,303\npost,/o/{org}/rooms,303\n";
        let tree = tree(&[
            ("crates/org/src/pages.rs", PAGES),
            ("app/tests/authorization.csv", matrix),
        ]);
        assert!(check(&tree).is_empty());
    }

    #[test]
    fn a_route_without_a_line_and_a_line_without_a_route_are_refused() {
        let matrix = "GET,/o/{org}/rooms,303\nGET,/gone,303\n";
        let tree = tree(&[
            ("crates/org/src/pages.rs", PAGES),
            ("app/tests/authorization.csv", matrix),
        ]);
        assert_eq!(
            places(&check(&tree)),
            ["crates/org/src/pages.rs", "app/tests/authorization.csv"]
        );
    }

    #[test]
    fn a_mounted_path_that_is_not_listed_is_refused() {
        let secret =
            "fn f() { r.route(\n  \"/secret\", get(x)) }\nfn g() { r.route(PATH, get(x)) }";
        let tree = tree(&[("crates/org/src/pages/more.rs", secret)]);
        let expected = [
            "crates/org/src/pages/more.rs:1",
            "crates/org/src/pages/more.rs:3",
        ];
        assert_eq!(places(&check(&tree)), expected);
    }
}
