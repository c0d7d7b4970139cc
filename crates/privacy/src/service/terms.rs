//! How long what is kept, as the region decided it.

use db::audit;
use kernel::{Actor, Right};
use org::OrgKind;
use serde_json::json;

use super::Privacy;
use crate::{
    Error, Kind, Rule,
    store::{self, TermRow},
};

/// The times in force in an organisation.
#[derive(Clone, Debug)]
pub struct TermSheet {
    /// One of each kind; the version is that of the organisation itself.
    pub rules: Vec<Rule>,
    /// The organisation decides itself.
    pub decides: bool,
}

impl Privacy {
    /// How long what is kept here.
    pub async fn terms(&self, actor: &Actor) -> Result<TermSheet, Error> {
        actor.may_in_org(Right::PersonErase)?;
        let mut tx = self.db.begin(actor).await?;
        let line = self.asked.orgs.line(&mut tx).await?;
        let orgs: Vec<_> = line.iter().map(|it| it.id).collect();
        let book = store::book(&mut tx, &orgs, None).await?;
        tx.commit().await?;
        let own = line.last().map(|it| it.id);
        let decided: Vec<Rule> = book
            .terms
            .iter()
            .filter(|it| Some(it.org_id) == own)
            .cloned()
            .filter_map(TermRow::rule)
            .collect();
        let mut rules = in_force(book.terms);
        for rule in &mut rules {
            let own = decided.iter().find(|it| it.kind == rule.kind);
            rule.version = own.map_or(0, |it| it.version);
        }
        Ok(TermSheet {
            rules,
            decides: line.last().is_some_and(|it| decides(it.kind)),
        })
    }

    /// Decides about one kind, for the region and everybody below.
    ///
    /// # Errors
    /// [`Error::NotRegion`], [`Error::Stale`].
    #[tracing::instrument(name = "privacy.set_term", skip_all)]
    pub async fn set_term(&self, actor: &Actor, rule: &Rule) -> Result<(), Error> {
        actor.may_in_org(Right::PersonErase)?;
        let mut tx = self.db.begin(actor).await?;
        if !decides(self.asked.orgs.own(&mut tx).await?.kind) {
            return Err(Error::NotRegion);
        }
        store::set_term(&mut tx, rule).await?;
        let object = format!("privacy.term:{}", rule.kind.code());
        let details = json!({ "rule": rule });
        audit::record(&mut tx, "privacy.term-set", &object, &details).await?;
        tx.commit().await?;
        Ok(())
    }
}

const fn decides(kind: OrgKind) -> bool {
    matches!(kind, OrgKind::Region | OrgKind::Ministry)
}

/// One rule of each kind: the nearest decision, or what the application comes with.
pub(super) fn in_force(decided: Vec<TermRow>) -> Vec<Rule> {
    let mut rules = Kind::ALL.map(Kind::default_rule).to_vec();
    // The topmost organisation stands first, so the nearest is the last to say.
    for decided in decided.into_iter().filter_map(TermRow::rule) {
        if let Some(rule) = rules.iter_mut().find(|it| it.kind == decided.kind) {
            *rule = decided;
        }
    }
    rules
}
