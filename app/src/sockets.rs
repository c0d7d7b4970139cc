//! What the app fills in between the domains: sockets of lower ones, lists of
//! things that each offers.

use std::sync::Arc;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use identity::Accounts;
use intake::Importer;
use people::{CardBook, CardLists, People};
use web::{Go, Views, Visit};

use crate::wire::Services;

/// The routes of the app itself.
pub(crate) const FRONT_ROUTES: &[(&str, &str)] = &[("GET", "/")];

/// The address without a path: the diary for families, the own organisation
/// for staff, the login page for a stranger.
pub(crate) fn front_page() -> Router {
    Router::new().route("/", get(front))
}

async fn front(visit: Visit) -> Response {
    let to = match visit.me() {
        None => "/login".to_owned(),
        Some(me) => identity::home(me),
    };
    Go::to(to).into_response()
}

/// The lists that a school may bring as files, in the order in which a new one needs them.
pub(crate) fn importers(services: &Services, views: &Views) -> Vec<Arc<dyn Importer>> {
    let cards: Arc<dyn CardLists> = Arc::new(CardBook);
    let accounts: Arc<dyn Accounts> = Arc::new(services.identity.clone());
    let names: Arc<dyn People> = Arc::new(people::Cards);
    vec![
        Arc::new(org::CardList::new(views.clone())),
        Arc::new(people::StaffList::new(
            Arc::clone(&cards),
            Arc::clone(&accounts),
        )),
        Arc::new(movement::PupilList::new(
            Arc::clone(&cards),
            services.movement.clone(),
        )),
        Arc::new(people::ParentList::new(
            cards,
            accounts,
            Arc::new(services.movement.clone()),
        )),
        Arc::new(curriculum::LoadList::new(
            Arc::clone(&names),
            Arc::new(movement::Register),
        )),
        Arc::new(curriculum::PlanList::new(names)),
        Arc::new(schedule::TimetableList::new(
            services.timetable.clone(),
            services.asked.clone(),
        )),
    ]
}

/// Which organisations there are, for the jobs of domains that know only their own tenant.
pub(crate) struct Tree(pub(crate) org::Org);

#[async_trait::async_trait]
impl movement::Tenants for Tree {
    async fn all(&self) -> Result<Vec<kernel::OrgId>, Box<dyn kernel::Fault>> {
        let tree = self
            .0
            .tree()
            .await
            .map_err(|it| Box::new(it) as Box<dyn kernel::Fault>)?;
        Ok(tree.into_iter().map(|it| it.id).collect())
    }
}
