//! What a route shall answer to whom, and the table of what did not.

use std::collections::{BTreeMap, BTreeSet};

use testkit::Answer;

use crate::{
    actors::{Actor, Standing},
    headers,
    routes::Route,
    world::CANARY,
};

/// What a route shall answer to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The page, a form with mistakes, or the way on.
    Open,
    /// 403, or 404 for what one may not know of.
    Refused,
    /// To the login page.
    SignIn,
    /// To the page of the password.
    ChangePassword,
    /// 404 and nothing else.
    Missing,
}

pub(super) fn verdict(route: &Route, actor: &Actor) -> Verdict {
    match actor.standing {
        _ if route.is_of_demo() || route.is_signed_link() => Verdict::Missing,
        _ if route.is_public() => Verdict::Open,
        Standing::Nobody => Verdict::SignIn,
        Standing::MustChange if route.path == "/my/password" => Verdict::Open,
        Standing::MustChange => Verdict::ChangePassword,
        Standing::Stranger if route.is_open_to_all_signed() => Verdict::Open,
        Standing::Stranger => Verdict::Missing,
        Standing::Member if route.is_open_to(&actor.name) => Verdict::Open,
        Standing::Member => Verdict::Refused,
    }
}

impl Verdict {
    pub(super) fn is_met(self, route: &Route, answer: &Answer) -> bool {
        let to = answer.location().unwrap_or_default();
        let status = answer.status.as_u16();
        let sent_away = to.starts_with("/login?next=") || to == "/my/password";
        match self {
            Self::Open if route.is_asset() => [200, 404].contains(&status),
            Self::Open => [200, 303, 409, 422, 429].contains(&status) && !sent_away,
            Self::Refused => [403, 404].contains(&status),
            // A script cannot follow to a page.
            Self::SignIn if route.path.ends_with("/ops") => status == 401,
            Self::SignIn => status == 303 && to.starts_with("/login"),
            Self::ChangePassword => status == 303 && to == "/my/password",
            Self::Missing => status == 404,
        }
    }
}

/// What was found, for one table at the end.
#[derive(Default)]
pub(super) struct Report {
    pub(super) cells: usize,
    /// By route and what is wrong: the actors, and one path.
    wrong: BTreeMap<String, (BTreeSet<String>, String)>,
}

impl Report {
    pub(super) fn note(&mut self, actor: &str, route: &Route, path: &str, what: &str) {
        let line = format!("{:<4} {:<52} {what}", route.method, route.path);
        let (actors, _) = self
            .wrong
            .entry(line)
            .or_insert_with(|| (BTreeSet::new(), path.to_owned()));
        actors.insert(actor.to_owned());
    }

    /// Looks at one answer.
    pub(super) fn cell(
        &mut self,
        actor: &Actor,
        route: &Route,
        path: &str,
        wanted: Verdict,
        answer: &Answer,
    ) {
        self.cells += 1;
        if !wanted.is_met(route, answer) {
            let to = answer.location().unwrap_or_default();
            self.note(
                &actor.name,
                route,
                path,
                &format!("{wanted:?}, but {} {to}", answer.status.as_u16()),
            );
        }
        self.common(actor, route, path, answer);
    }

    /// What holds for every answer.
    pub(super) fn common(&mut self, actor: &Actor, route: &Route, path: &str, answer: &Answer) {
        if actor.standing != Standing::Stranger && answer.text().contains(CANARY) {
            self.note(&actor.name, route, path, "shows the other school");
        }
        for fault in headers::faults(answer, route.is_asset() || path.starts_with("/assets/")) {
            self.note(&actor.name, route, path, &fault);
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        self.cells += other.cells;
        for (line, (actors, path)) in other.wrong {
            self.wrong
                .entry(line)
                .or_insert_with(|| (BTreeSet::new(), path))
                .0
                .extend(actors);
        }
    }

    pub(super) fn assert_clean(self) {
        let lines = self.wrong.iter().map(|(line, (actors, path))| {
            let actors: Vec<&str> = actors.iter().map(String::as_str).collect();
            format!("{line}\n         {}   {path}", actors.join(" "))
        });
        let lines: Vec<String> = lines.collect();
        assert!(
            lines.is_empty(),
            "of {} cells are wrong:\n{}",
            self.cells,
            lines.join("\n")
        );
    }
}
