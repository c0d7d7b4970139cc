use axum::{extract::State, response::Html};
use web::{Failure, Member};

use super::{Pages, view};

pub(super) async fn home(member: Member, State(it): State<Pages>) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let moment = super::control::moment(&it, &member);
    let home = it.journal.home(&member.actor, moment).await?;
    let bell = it.journal.bell(&member.actor, today).await?;
    let page = view::home(&home, bell, &member, today);
    Ok(it.views.page(&member.visit, "journal/home.html", &page)?)
}

pub(super) async fn journals(
    member: Member,
    State(it): State<Pages>,
) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let journals = it.journal.journals(&member.actor, today).await?;
    let page = view::journals(&journals, &member);
    Ok(it
        .views
        .page(&member.visit, "journal/journals.html", &page)?)
}
